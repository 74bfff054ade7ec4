//! `pop3_fetch` against servers of a few lines, over real sockets.
use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    net::{Shutdown, TcpListener},
    path::{Path, PathBuf},
    process::{self, Command},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    thread,
};

use serde_json::Value;

/// A server of messages; everything it was told is kept.
#[derive(Clone)]
struct Server {
    address: String,
    said: Arc<Mutex<Vec<String>>>,
    maildrop: Arc<Mutex<Maildrop>>,
}

#[derive(Default)]
struct Maildrop {
    /// Unique-ids and texts, as they go on the wire.
    messages: Vec<(String, String)>,
    /// What is said instead of what is true; `None` is to hang up.
    instead: Vec<(&'static str, Option<&'static str>)>,
}

impl Server {
    fn start(messages: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("localhost:0").unwrap();
        let messages = messages.iter().map(|(id, text)| ((*id).into(), (*text).into())).collect();
        let server = Self {
            address: listener.local_addr().unwrap().to_string(),
            said: Arc::default(),
            maildrop: Arc::new(Mutex::new(Maildrop { messages, ..Maildrop::default() })),
        };
        let serving = server.clone();
        thread::spawn(move || {
            for socket in listener.incoming() {
                let mut socket = socket.unwrap();
                let mut lines = BufReader::new(socket.try_clone().unwrap()).lines();
                socket.write_all(b"+OK ready\r\n").unwrap();
                let mut deleted = Vec::new();
                for line in lines.by_ref().map_while(Result::ok) {
                    serving.said.lock().unwrap().push(line.clone());
                    let reply = serving.maildrop.lock().unwrap().answer(&line, &mut deleted);
                    let (text, over) = match reply {
                        Some(text) => (text, line == "QUIT"),
                        None => (String::new(), true),
                    };
                    if socket.write_all(text.as_bytes()).is_err() || over {
                        break;
                    }
                }
                // Closed with something unread it would take back what was said last.
                let _ = socket.shutdown(Shutdown::Write);
                lines.for_each(drop);
            }
        });
        server
    }

    fn instead(self, line: &'static str, reply: Option<&'static str>) -> Self {
        self.maildrop.lock().unwrap().instead.push((line, reply));
        self
    }

    fn left(&self) -> Vec<String> {
        self.maildrop.lock().unwrap().messages.iter().map(|(id, _)| id.clone()).collect()
    }

    fn said(&self, line: &str) -> bool {
        self.said.lock().unwrap().iter().any(|said| said == line)
    }

    /// Runs the program; returns whether it was content, its lines of JSON, and its complaints.
    fn fetch(&self, out: &Path, options: &[&str]) -> (bool, Vec<Value>, String) {
        let output = Command::new(example("pop3_fetch"))
            .args(["--server", &self.address, "--user", "tim", "--password", "tanstaaf", "--out"])
            .arg(out)
            .args(options)
            .output()
            .unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        let complaints = String::from_utf8(output.stderr).unwrap();
        (output.status.success(), lines.lines().map(|l| l.parse().unwrap()).collect(), complaints)
    }
}

impl Maildrop {
    fn answer(&mut self, line: &str, deleted: &mut Vec<usize>) -> Option<String> {
        if let Some((_, reply)) = self.instead.iter().find(|(instead, _)| *instead == line) {
            return reply.map(str::to_owned);
        }
        let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
        let number: usize = argument.parse().unwrap_or_default();
        Some(match verb {
            "CAPA" => "+OK\r\nUSER\r\nUIDL\r\nPIPELINING\r\n.\r\n".into(),
            "UIDL" => {
                let lines = self.messages.iter().enumerate();
                let lines = lines.map(|(at, (id, _))| format!("{} {id}\r\n", at + 1));
                format!("+OK\r\n{}.\r\n", lines.collect::<String>())
            }
            "RETR" => format!("+OK\r\n{}.\r\n", self.messages[number - 1].1),
            "DELE" => {
                deleted.push(number - 1);
                "+OK\r\n".into()
            }
            "QUIT" => {
                let mut at = 0..;
                self.messages.retain(|_| !deleted.contains(&at.next().unwrap()));
                "+OK\r\n".into()
            }
            _ => "+OK\r\n".into(),
        })
    }
}

/// A new folder; goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("pop3_fetch-{}-{}", process::id(), COUNT.fetch_add(1, Relaxed));
        let folder = Self(env::temp_dir().join(name));
        // What a run that was killed has left there.
        let _ = fs::remove_dir_all(&folder.0);
        folder
    }

    /// All that is in it, hidden files too.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
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

#[test]
fn each_message_is_fetched_once() {
    let server = Server::start(&[("one", "Subject: 1\r\n\r\n..\r\n"), ("two", "")]);
    let out = Folder::new();
    let (good, lines, complaints) = server.fetch(&out.0, &[]);
    assert!(good, "{complaints}");
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["uidl"], &lines[0]["octets"]), (&"one".into(), &17.into()));
    assert_eq!((&lines[0]["stored"], &lines[0]["deleted"]), (&true.into(), &false.into()));
    assert_eq!(fs::read(out.0.join("one.eml")).unwrap(), b"Subject: 1\r\n\r\n.\r\n");
    assert_eq!(fs::read(out.0.join("two.eml")).unwrap(), b"");
    assert_eq!(out.names(), ["one.eml", "two.eml"]);

    let (good, lines, _) = server.fetch(&out.0, &[]);
    assert!(good && lines.is_empty());
    server.maildrop.lock().unwrap().messages.insert(0, ("new".into(), "x\r\n".into()));
    let (good, lines, _) = server.fetch(&out.0, &[]);
    assert_eq!((good, lines.len(), &lines[0]["number"]), (true, 1, &1.into()));
    assert_eq!(server.left().len(), 3);
    assert!(!server.said("DELE 1"));
}

#[test]
fn what_is_stored_is_deleted_and_nothing_else() {
    let server = Server::start(&[("old", "old\r\n"), ("bad", "x\r\n"), ("new", "new\r\n")]);
    let out = Folder::new();
    fs::create_dir(&out.0).unwrap();
    fs::write(out.0.join("old.eml"), "old\r\n").unwrap();
    // Where this one should go it cannot.
    fs::create_dir(out.0.join("bad.eml")).unwrap();
    let (good, lines, _) = server.fetch(&out.0, &["--delete"]);
    assert!(!good);
    let of = |id: &str| lines.iter().find(|line| line["uidl"] == id).unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!((&of("bad")["stored"], &of("bad")["deleted"]), (&false.into(), &false.into()));
    assert!(of("bad")["error"].as_str().unwrap().starts_with("not stored"));
    assert_eq!((&of("new")["stored"], &of("new")["deleted"]), (&true.into(), &true.into()));
    assert_eq!(server.left(), ["bad"]);
    assert_eq!(out.names(), ["bad.eml", "new.eml", "old.eml"]);
}

#[test]
fn no_name_leads_out_of_the_folder() {
    let ids = ["../../evil", "/etc/passwd", "..", "a/b", "%2e", ".hidden", "CON:", "x\\y", "-rf"];
    let messages: Vec<_> = ids.iter().map(|id| (*id, "x\r\n")).collect();
    let server = Server::start(&messages);
    let out = Folder::new();
    let (good, lines, complaints) = server.fetch(&out.0, &[]);
    assert!(good && lines.len() == ids.len(), "{complaints}");
    let names = out.names();
    assert_eq!(names.len(), ids.len(), "{names:?}");
    assert!(names.iter().all(|name| name.ends_with(".eml") && !name.starts_with(['.', '-'])));
    let (good, lines, _) = server.fetch(&out.0, &[]);
    assert!(good && lines.is_empty());
}

#[test]
fn a_unique_id_too_long_for_a_file_name_is_hashed() {
    let (long, slashes) = ("x".repeat(300), "/".repeat(100));
    let server = Server::start(&[(&long, "1\r\n"), (&slashes, "2\r\n"), ("short", "3\r\n")]);
    let out = Folder::new();
    let (good, lines, complaints) = server.fetch(&out.0, &[]);
    assert!(good && lines.len() == 3, "{complaints}");
    assert_eq!((&lines[0]["uidl"], out.names().len()), (&long.into(), 3));
    let (good, lines, complaints) = server.fetch(&out.0, &["--delete"]);
    assert!(good && lines.is_empty(), "{complaints}");
    assert_eq!(server.left().len(), 0);
}

#[test]
fn a_server_that_hangs_up_at_quit_has_nothing_to_lose_but_deletions() {
    for answer in [None, Some("-ERR no\r\n")] {
        let server = Server::start(&[("one", "1\r\n")]).instead("QUIT", answer);
        let out = Folder::new();
        let (good, lines, complaints) = server.fetch(&out.0, &[]);
        assert!(good && lines[0]["error"].is_null(), "{complaints}");
        let (good, _, complaints) = server.fetch(&out.0, &["--delete"]);
        assert!(!good && complaints.contains("QUIT: "), "{complaints}");
    }
}

#[test]
fn half_a_message_is_none() {
    let server = Server::start(&[("one", "1\r\n"), ("two", "2\r\n"), ("three", "3\r\n")])
        .instead("RETR 3", None)
        .instead("RETR 2", Some("+OK\r\nall but the end\r\n"));
    let out = Folder::new();
    fs::create_dir(&out.0).unwrap();
    // Somebody who is not there any more left this behind.
    fs::write(out.0.join(".999999999-0.part"), "half").unwrap();
    let (good, lines, complaints) = server.fetch(&out.0, &["--delete"]);
    assert!(!good && complaints.contains("connection lost"), "{complaints}");
    assert_eq!(out.names(), ["one.eml"]);
    let stored: Vec<_> = lines.iter().map(|line| line["stored"] == true).collect();
    assert_eq!(stored.iter().filter(|stored| **stored).count(), 1, "{lines:?}");
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| line["deleted"] == false && !line["error"].is_null()));
    // Without QUIT nothing is deleted, and the next run gets it all.
    assert_eq!(server.left().len(), 3);
    server.maildrop.lock().unwrap().instead.clear();
    let (good, lines, complaints) = server.fetch(&out.0, &["--delete"]);
    assert!(good && lines.len() == 2, "{complaints}");
    assert_eq!(server.left().len(), 0);
}

#[test]
fn a_refused_message_is_reported() {
    let server = Server::start(&[("one", "1\r\n"), ("two", "2\r\n")])
        .instead("RETR 1", Some("-ERR [SYS/TEMP] later\r\n"));
    let out = Folder::new();
    let (good, lines, _) = server.fetch(&out.0, &["--delete"]);
    assert!(!good && lines.len() == 2);
    let refused = lines.iter().find(|line| line["uidl"] == "one").unwrap();
    assert_eq!(refused["error"], "-ERR [SYS/TEMP] later");
    assert_eq!(server.left(), ["one"]);
}

#[test]
fn a_deletion_that_fails_is_reported() {
    let out = Folder::new();
    let server = Server::start(&[("one", "1\r\n")]).instead("QUIT", Some("-ERR not removed\r\n"));
    let (good, lines, complaints) = server.fetch(&out.0, &["--delete"]);
    assert!(!good && complaints.contains("not removed"), "{complaints}");
    assert_eq!((&lines[0]["stored"], &lines[0]["deleted"]), (&true.into(), &false.into()));
    let server = Server::start(&[("two", "2\r\n")]).instead("DELE 1", Some("-ERR read only\r\n"));
    let (good, lines, _) = server.fetch(&out.0, &["--delete"]);
    assert!(!good && lines[0]["error"] == "not deleted: -ERR read only");
}

#[test]
fn without_unique_ids_nobody_knows() {
    let server = Server::start(&[("one", "1\r\n")]).instead("UIDL", Some("-ERR what\r\n"));
    let out = Folder::new();
    let (good, lines, complaints) = server.fetch(&out.0, &[]);
    assert!(!good && lines.is_empty());
    assert!(complaints.contains("the server does not tell unique-ids: -ERR what"), "{complaints}");
    assert!(server.said("QUIT"));
}

#[test]
fn copies_and_damaged_lines_are_left_on_the_server() {
    let server = Server::start(&[("one", "1\r\n"), ("one", "1\r\n"), ("b c d", "3\r\n")])
        .instead("UIDL", Some("+OK\r\n1 one\r\n2 one\r\n3\r\n4 ä\r\n.\r\n"));
    let out = Folder::new();
    let (good, lines, complaints) = server.fetch(&out.0, &["--delete"]);
    assert!(!good && lines.len() == 1, "{complaints}");
    assert!(complaints.contains("cannot read '3'"), "{complaints}");
    assert!(complaints.contains("message 2 is a copy"), "{complaints}");
    assert_eq!(server.left().len(), 2);
}

#[test]
fn no_login_no_mail() {
    let server = Server::start(&[("one", "1\r\n")]).instead("PASS tanstaaf", Some("-ERR no\r\n"));
    let out = Folder::new();
    let (good, lines, complaints) = server.fetch(&out.0, &[]);
    assert!(!good && lines.is_empty() && complaints.contains("cannot log in: -ERR no"));
    let (good, _, complaints) = server.fetch(&out.0, &["--auth", "apop"]);
    assert!(!good && complaints.contains("no way to log in"), "{complaints}");
    let (good, _, complaints) = server.fetch(&out.0, &["--tls", "starttls", "--insecure"]);
    assert!(!good && complaints.contains("no TLS"), "{complaints}");
}
