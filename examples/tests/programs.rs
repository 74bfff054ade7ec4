//! The programs against each other, over real sockets.
use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpStream},
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use serde_json::{Value, json};

const SINKS: [&str; 2] = ["smtp_sink", "smtp_sink_tokio"];

/// A running sink; ends with the test.
struct Sink {
    process: Child,
    address: String,
    dir: PathBuf,
}

impl Sink {
    fn start(program: &str, options: &[&str]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("mailwire-{}-{}", process::id(), COUNT.fetch_add(1, Relaxed));
        let dir = env::temp_dir().join(name);
        let mut process = Command::new(example(program))
            .args(["--listen", "localhost:0", "--dir"])
            .arg(&dir)
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the sink starts");
        let mut line = String::new();
        let mut out = BufReader::new(process.stdout.take().expect("it is piped"));
        out.read_line(&mut line).expect("the sink says where it listens");
        let address = line.strip_prefix("listening on ").expect("the promised words").trim_end();
        Self { process, address: address.into(), dir }
    }

    /// Sends what a client says, all at once, and returns what the sink says.
    fn talk(&self, input: &[u8]) -> String {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        socket.write_all(input).unwrap();
        socket.shutdown(Shutdown::Write).unwrap();
        let mut output = String::new();
        socket.read_to_string(&mut output).unwrap();
        output
    }

    /// Submits texts; returns the exit status and the lines of JSON.
    fn submit(&self, options: &[&str], texts: &[&[u8]]) -> (Option<i32>, Vec<Value>) {
        let mut command = Command::new(example("smtp_submit"));
        command.args(["--server", &self.address, "--from", "a@client.example"]).args(options);
        for (number, text) in texts.iter().enumerate() {
            let file = self.dir.join(format!("text-{number}"));
            fs::write(&file, text).unwrap();
            command.arg(file);
        }
        let output = command.output().unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), lines.lines().map(|line| line.parse().unwrap()).collect())
    }

    fn message(&self, number: u32) -> (Vec<u8>, Value) {
        let file = self.dir.join(format!("{number}.eml"));
        let json = fs::read(file.with_extension("json")).unwrap();
        (fs::read(file).unwrap(), serde_json::from_slice(&json).unwrap())
    }

    fn files(&self) -> usize {
        fs::read_dir(&self.dir).unwrap().count()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// An example that was built along with this test.
fn example(name: &str) -> PathBuf {
    let test = env::current_exe().unwrap();
    let target = test.ancestors().nth(2).unwrap_or(Path::new(""));
    let program = target.join("examples").join(name).with_extension(env::consts::EXE_EXTENSION);
    assert!(program.exists(), "no {}: `cargo test -p examples` builds it", program.display());
    program
}

#[test]
fn what_is_stored_is_what_was_sent() {
    let texts: [&[u8]; 4] = [b".\r\n..\r\nx\r\n\r\n.\r\n", b"", "grün\r\n".as_bytes(), b"a\nb"];
    let stored: [&[u8]; 4] = [texts[0], texts[1], texts[2], b"a\r\nb\r\n"];
    for program in SINKS {
        for options in [&[][..], &["--bdat"]] {
            let sink = Sink::start(program, &[]);
            let to = ["--to", "b@mx.example", "--to", "postmaster"];
            let (status, reports) = sink.submit(&[&to, options].concat(), &texts);
            assert_eq!((status, reports.len()), (Some(0), 4), "{reports:?}");
            assert_eq!(reports[0]["recipients"][1]["code"], 250);
            for (number, want) in (1..).zip(stored) {
                let (text, record) = sink.message(number);
                let cut = want.len() - if !options.is_empty() && number == 4 { 2 } else { 0 };
                assert_eq!(text, want[..cut], "{program} {options:?} {number}");
                assert_eq!(record["to"], json!(["b@mx.example", "postmaster"]));
                assert_eq!(record["summary"]["size"], text.len());
                assert_eq!(record["summary"]["eight_bit"], number == 3);
            }
        }
    }
}

#[test]
fn parameters_of_the_envelope_are_stored() {
    for program in SINKS {
        let sink = Sink::start(program, &[]);
        sink.talk(
            b"EHLO [127.0.0.1]\r\nMAIL FROM:<> body=8BITMIME RET=HDRS\r\nRCPT TO:<b@c>\r\n\
            RCPT TO:<d@e> NOTIFY=NEVER\r\nDATA\r\n..\r\nbare\n.\r\nQUIT\r\n.\r\nQUIT\r\n",
        );
        let (text, record) = sink.message(1);
        assert_eq!(text, b".\r\nbare\n.\r\nQUIT\r\n");
        assert_eq!((&record["from"], &record["hello"]), (&json!(""), &json!("[127.0.0.1]")));
        assert_eq!(record["mail_params"], json!(["BODY=8BITMIME", "RET=HDRS"]));
        assert_eq!(record["rcpt_params"], json!([[], ["NOTIFY=NEVER"]]));
        assert_eq!((&record["user"], &record["tls"]), (&Value::Null, &json!(false)));
    }
}

#[test]
fn a_message_that_is_not_accepted_leaves_nothing() {
    for program in SINKS {
        let sink = Sink::start(program, &["--max-size", "100"]);
        let envelope = "EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n";
        sink.talk(format!("{envelope}half a mess").as_bytes());
        let line = "x".repeat(99);
        let said = sink.talk(format!("{envelope}{line}\r\n.\r\nQUIT\r\n").as_bytes());
        assert!(said.contains("\r\n552 ") && said.contains("\r\n221 "), "{said}");
        assert_eq!(sink.files(), 0);
        let (status, reports) = sink.submit(&["--to", "c@d"], &[&[b'x'; 101], b"small"]);
        assert_eq!(status, Some(1));
        assert_eq!(
            (&reports[0]["accepted"], &reports[1]["accepted"]),
            (&json!(false), &json!(true))
        );
        assert_eq!(sink.message(1).0, b"small\r\n");
    }
}

#[test]
fn users_log_in_with_and_without_tls() {
    for program in SINKS {
        let sink = Sink::start(program, &["--tls", "self-signed", "--user", "tim:se:cret"]);
        let tls = ["--tls", "starttls", "--insecure"];
        let mut number = 0;
        for tls in [&[][..], &tls] {
            for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"] {
                let login = ["--to", "c@d", "--user", "tim", "--auth", mechanism, "--password"];
                let options = [&login[..], &["se:cret"], tls].concat();
                assert_eq!(sink.submit(&options, &[b"x"]).0, Some(0), "{options:?}");
                number += 1;
                let record = sink.message(number).1;
                assert_eq!(
                    (&record["user"], &record["tls"]),
                    (&json!("tim"), &json!(tls.len() > 0))
                );
                let (status, reports) =
                    sink.submit(&[&login[..], &["wrong"], tls].concat(), &[b"x"]);
                assert_eq!((status, &reports[0]["recipients"][0]["code"]), (Some(1), &json!(535)));
            }
        }
        let (status, _) = sink.submit(&["--to", "c@d", "--tls", "starttls"], &[b"x"]);
        assert_eq!(status, Some(1), "nobody trusts that certificate");
    }
}

#[test]
fn lmtp_answers_for_every_recipient() {
    for program in SINKS {
        let sink = Sink::start(program, &["--lmtp"]);
        let said = sink.talk(
            b"LHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@d>\r\nDATA\r\nx\r\n.\r\n",
        );
        assert_eq!(said.matches("250 2.6.0").count(), 2, "{said}");
        let (status, reports) = sink.submit(&["--lmtp", "--to", "c@d", "e@d", "--"], &[b"x"]);
        assert_eq!((status, reports[0]["recipients"].as_array().unwrap().len()), (Some(0), 2));
    }
}
