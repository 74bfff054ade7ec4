//! A server of a few lines, and what the programs need besides.
use std::{
    env, fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{self, Command},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use serde_json::Value;

pub(crate) const GREETING: &str = "* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n";
pub(crate) const SELECT: &str =
    "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 10] x\r\nT OK\r\n";
pub(crate) const HANG_UP: &str = "";
/// Waits for longer than a client does before it tries again, then hangs up.
pub(crate) const SLOW: &str = "SLOW";

/// A server that answers commands by how they begin; everything it was told is kept.
#[derive(Clone)]
pub(crate) struct Server {
    address: String,
    said: Arc<Mutex<Vec<String>>>,
    /// Beginnings of commands, and what is said then: `T` is the tag. The last that fits counts.
    answers: Arc<Mutex<Vec<(String, String)>>>,
    greeting: &'static str,
}

impl Server {
    pub(crate) fn start(answers: &[(&str, &str)]) -> Self {
        Self::greeting(GREETING, answers)
    }

    pub(crate) fn greeting(greeting: &'static str, answers: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("localhost:0").unwrap();
        let server = Self {
            address: listener.local_addr().unwrap().to_string(),
            said: Arc::default(),
            answers: Arc::default(),
            greeting,
        };
        for (command, answer) in
            [("", "T OK\r\n"), ("SELECT", SELECT), ("LOGOUT", "* BYE\r\nT OK\r\n")]
        {
            server.answer(command, answer);
        }
        let offers = greeting.split(['[', ']']).nth(1).unwrap_or("CAPABILITY IMAP4rev1");
        server.answer("CAPABILITY", &format!("* {offers}\r\nT OK\r\n"));
        answers.iter().for_each(|(command, answer)| server.answer(command, answer));
        let serving = server.clone();
        thread::spawn(move || {
            for socket in listener.incoming() {
                let serving = serving.clone();
                let mut socket = socket.unwrap();
                thread::spawn(move || {
                    serving.serve(&mut socket);
                    // Closed with something unread it would take back what was said last.
                    let _ = socket.shutdown(Shutdown::Write);
                    let _ = io::copy(&mut socket, &mut io::sink());
                });
            }
        });
        server
    }

    pub(crate) fn answer(&self, command: &str, answer: &str) {
        self.answers.lock().unwrap().push((command.into(), answer.into()));
    }

    fn serve(&self, socket: &mut TcpStream) -> Option<()> {
        let mut lines = BufReader::new(socket.try_clone().unwrap());
        let mut idle = String::new();
        socket.write_all(self.greeting.as_bytes()).ok()?;
        loop {
            let mut said = String::new();
            let tag = loop {
                lines.read_line(&mut said).ok().filter(|count| *count > 0)?;
                let Some(at) = said.rfind('{').filter(|_| said.ends_with("}\r\n")) else {
                    // DONE has no tag: it ends the last command.
                    let tag = said.split(' ').next().unwrap().trim();
                    break if tag == "DONE" { idle } else { tag.to_owned() };
                };
                let number = said[at + 1..].trim_end_matches("}\r\n").to_owned();
                if !number.ends_with('+') {
                    let command = said.split_once(' ').map_or("", |(_, command)| command);
                    let refusal = self.find(&format!("REFUSE {command}"));
                    if let Some(refusal) = refusal.filter(|refusal| refusal.starts_with("T NO")) {
                        break format!("{}\0{refusal}", said.split(' ').next().unwrap());
                    }
                    socket.write_all(b"+ go on\r\n").ok()?;
                }
                let mut text = vec![0; number.trim_end_matches('+').parse().unwrap()];
                lines.read_exact(&mut text).ok()?;
                said.push_str(&String::from_utf8_lossy(&text));
            };
            let command = said.split_once(' ').map_or(&*said, |(_, command)| command).to_owned();
            self.said.lock().unwrap().push(command.trim_end().to_owned());
            let answer = match tag.split_once('\0') {
                Some((_, refusal)) => refusal.to_owned(),
                None => self.find(&command)?,
            };
            if answer == SLOW {
                thread::sleep(Duration::from_millis(2_200));
            }
            if [HANG_UP, SLOW].contains(&&*answer) {
                return None;
            }
            let tag = tag.split('\0').next().unwrap_or_default();
            idle = tag.to_owned();
            let (answer, cut) =
                answer.strip_suffix("CUT").map_or((&*answer, false), |answer| (answer, true));
            let tagged = answer.replace("\r\nT ", &format!("\r\n{tag} "));
            let tagged = tagged.strip_prefix("T ").map_or(tagged.clone(), |t| format!("{tag} {t}"));
            socket.write_all(tagged.as_bytes()).ok()?;
            if cut || command.starts_with("LOGOUT") {
                return None;
            }
        }
    }

    fn find(&self, command: &str) -> Option<String> {
        let mut answers = self.answers.lock().unwrap();
        let at = answers.iter().rposition(|(start, _)| command.starts_with(start))?;
        let answer = answers[at].1.clone();
        match answer.strip_prefix("ONCE ") {
            Some(answer) => {
                answers.remove(at);
                Some(answer.to_owned())
            }
            None => Some(answer),
        }
    }

    pub(crate) fn said(&self, start: &str) -> Vec<String> {
        let said = self.said.lock().unwrap();
        said.iter().filter(|said| said.starts_with(start)).cloned().collect()
    }

    /// Runs a program; returns its exit status, its lines of JSON, and its complaints.
    pub(crate) fn run(&self, program: &str, options: &[&str]) -> (i32, Vec<Value>, String) {
        let output = Command::new(example(program))
            .args(["--server", &self.address, "--user", "tim", "--password", "tanstaaf"])
            .args(options)
            .output()
            .unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        let complaints = String::from_utf8(output.stderr).unwrap();
        assert!(!lines.contains("tanstaaf") && !complaints.contains("tanstaaf"), "{complaints}");
        let lines = lines.lines().map(|line| line.parse().unwrap()).collect();
        (output.status.code().unwrap(), lines, complaints)
    }

    pub(crate) fn fetch(&self, out: &Folder, options: &[&str]) -> (i32, Vec<Value>, String) {
        let out = out.0.to_str().unwrap();
        self.run("imap_fetch", &[&["--out", out], options].concat())
    }
}

/// A new folder; goes with the test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("imap-{}-{}", process::id(), COUNT.fetch_add(1, Relaxed));
        let folder = Self(env::temp_dir().join(name));
        // What a run that was killed has left there.
        let _ = fs::remove_dir_all(&folder.0);
        folder
    }

    /// All files that are in it, hidden ones too.
    pub(crate) fn names(&self) -> Vec<String> {
        let (mut names, mut open) = (Vec::new(), vec![self.0.clone()]);
        while let Some(dir) = open.pop() {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    names.push(path.strip_prefix(&self.0).unwrap().display().to_string());
                }
            }
        }
        names.sort();
        names
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        fs::create_dir_all(&self.0).unwrap();
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn example(name: &str) -> PathBuf {
    let test = env::current_exe().unwrap();
    let target = test.ancestors().nth(2).unwrap_or(Path::new(""));
    let program = target.join("examples").join(name).with_extension(env::consts::EXE_EXTENSION);
    assert!(program.exists(), "no {}: `cargo test -p examples` builds it", program.display());
    program
}
