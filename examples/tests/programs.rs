//! The programs against each other, over real sockets.
use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    thread,
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
        Self::start_on(new_dir(), program, options)
    }

    fn start_on(dir: PathBuf, program: &str, options: &[&str]) -> Self {
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
        submit(&self.address, options, texts)
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

/// Submits texts; returns the exit status and the lines of JSON.
fn submit(server: &str, options: &[&str], texts: &[&[u8]]) -> (Option<i32>, Vec<Value>) {
    let dir = new_dir();
    fs::create_dir(&dir).unwrap();
    let mut command = Command::new(example("smtp_submit"));
    command.args(["--server", server, "--from", "a@client.example"]).args(options);
    for (number, text) in texts.iter().enumerate() {
        let file = dir.join(format!("text-{number}"));
        fs::write(&file, text).unwrap();
        command.arg(file);
    }
    let output = command.output().unwrap();
    let _ = fs::remove_dir_all(dir);
    let lines = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), lines.lines().map(|line| line.parse().unwrap()).collect())
}

/// A server for one session that answers each line so, and hangs up at `None`. After a 354 it answers
/// the final dot. Returns its address.
fn scripted(answer: impl Fn(&str) -> Option<&'static str> + Send + 'static) -> String {
    let listener = TcpListener::bind("localhost:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(socket.try_clone().unwrap()).lines();
        let mut said = "220 mx.example";
        socket.write_all(format!("{said}\r\n").as_bytes()).unwrap();
        for line in lines.by_ref().map_while(Result::ok) {
            if said.starts_with("354") && line != "." {
                continue;
            }
            let Some(reply) = answer(&line) else { break };
            said = reply;
            if socket.write_all(format!("{said}\r\n").as_bytes()).is_err() {
                break;
            }
        }
        // Closed with something unread it would take back what was said last.
        let _ = socket.shutdown(Shutdown::Write);
        lines.for_each(drop);
    });
    address
}

/// What a server says that offers this and takes everything.
fn yes(line: &str, hello: &'static str) -> Option<&'static str> {
    Some(match line.split(' ').next()? {
        "EHLO" => hello,
        "DATA" => "354 Go",
        "QUIT" => "221 Bye",
        _ => "250 Ok",
    })
}

/// A name for a folder that is not there yet.
fn new_dir() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("mailwire-{}-{}", process::id(), COUNT.fetch_add(1, Relaxed));
    let dir = env::temp_dir().join(name);
    // What a run that was killed has left there.
    let _ = fs::remove_dir_all(&dir).or_else(|_| fs::remove_file(&dir));
    dir
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
        let usual = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"];
        let bound = ["SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"];
        for (tls, bound) in [(&[][..], &[][..]), (&tls, &bound)] {
            for mechanism in usual.iter().chain(bound) {
                let login = ["--to", "c@d", "--user", "tim", "--auth", mechanism, "--password"];
                let options = [&login[..], &["se:cret"], tls].concat();
                assert_eq!(sink.submit(&options, &[b"x"]).0, Some(0), "{options:?}");
                number += 1;
                let record = sink.message(number).1;
                assert_eq!(
                    (&record["user"], &record["tls"]),
                    (&json!("tim"), &json!(!tls.is_empty()))
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

#[test]
fn silent_servers_are_given_up() {
    let listener = TcpListener::bind("localhost:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    for (tls, want) in [("implicit", "no TLS: timed out"), ("none", "timed out")] {
        let options = ["--to", "c@d", "--timeout", "1", "--insecure", "--tls", tls];
        let (status, reports) = submit(&address, &options, &[b"x", b"y"]);
        assert_eq!(status, Some(1));
        assert_eq!(errors(&reports), [want; 2], "{tls}");
    }
}

#[test]
fn every_file_has_one_report_if_there_is_no_session() {
    for server in ["127.0.0.1:1", "no port"] {
        let (status, reports) = submit(server, &["--to", "c@d"], &[b"x", b"y"]);
        assert_eq!((status, reports.len()), (Some(1), 2), "{server}");
        for error in errors(&reports) {
            assert!(error.starts_with("not sent: cannot connect: "), "{error}");
        }
    }
    // Connected, but no better.
    let server = scripted(|line| yes(line, "250-x\r\n250 STARTTLS"));
    let options = ["--to", "c@d", "--tls", "starttls", "--ca", "/nowhere"];
    let (status, reports) = submit(&server, &options, &[b"x", b"y"]);
    assert_eq!((status, reports.len()), (Some(1), 2), "{reports:?}");
}

#[test]
fn the_last_words_of_a_server_are_told_of_every_file() {
    for hello in ["250 x", "250-x\r\n250 PIPELINING"] {
        for at in ["MAIL", "RCPT", "DATA", "."] {
            let server = scripted(move |line| match line {
                _ if line.starts_with(at) => Some("421 4.3.2 Bye"),
                line => yes(line, hello),
            });
            let (status, reports) = submit(&server, &["--to", "c@d"], &[b"x", b"y"]);
            assert_eq!((status, reports.len()), (Some(1), 2), "{at} {hello}");
            for report in reports {
                assert_eq!(report["recipients"][0]["reply"], "421 4.3.2 Bye", "{at} {hello}");
            }
        }
    }
}

#[test]
fn what_broke_the_session_is_told_of_the_file_that_it_hit() {
    for (at, reply, want) in [
        ("MAIL", None, "connection lost before the reply to MAIL"),
        (
            ".",
            None,
            "connection lost before the reply to the message, which may have been delivered",
        ),
        ("MAIL", Some("354 Go"), "unexpected reply 354 in place of the reply to MAIL"),
        ("DATA", Some("250 Ok"), "unexpected reply 250 in place of the reply to DATA"),
        ("MAIL", Some("Ok"), "not a reply: bad reply code at byte 0 in place of the reply to MAIL"),
    ] {
        let server = scripted(move |line| match line {
            _ if line.starts_with(at) => reply,
            line => yes(line, "250 x"),
        });
        let (status, reports) = submit(&server, &["--to", "c@d"], &[b"x", b"y"]);
        assert_eq!(status, Some(1));
        assert_eq!(errors(&reports), [want, "not sent: the session is over"]);
    }
    let server = scripted(|line| yes(line, "250-x\r\n250 AUTH PLAIN"));
    let login = ["--to", "c@d", "--user", "tim", "--password", "x", "--auth", "LOGIN"];
    let (_, reports) = submit(&server, &login, &[b"x"]);
    assert_eq!(errors(&reports), ["not sent: the server does not offer the mechanism"]);
}

#[test]
fn what_the_server_does_not_take_is_not_sent() {
    let server = scripted(|line| yes(line, "250 x"));
    let texts: [&[u8]; 3] = [b"a", "grün".as_bytes(), b"b"];
    let (status, reports) = submit(&server, &["--to", "c@d"], &texts);
    assert_eq!(status, Some(1));
    assert_eq!(accepted(&reports), [true, false, true]);
    assert_eq!(errors(&reports[1..2]), ["not sent: the server does not offer 8BITMIME"]);
}

#[test]
fn a_bare_cr_is_not_sent() {
    for options in [&["--to", "c@d"][..], &["--to", "c@d", "--bdat"]] {
        let sink = Sink::start(SINKS[0], &[]);
        let (status, reports) = sink.submit(options, &[b"a\rb\n", b"c\r\r\n", b"d\n"]);
        assert_eq!(status, Some(1));
        assert_eq!(accepted(&reports), [false, false, true]);
        let wants = ["not sent: bare CR at octet 1"; 2];
        assert_eq!(errors(&reports[..2]), wants);
        assert_eq!(sink.message(1).0, b"d\r\n");
    }
}

#[test]
fn sinks_can_share_a_folder() {
    let dir = new_dir();
    let killed = [".4294967294-7.part", "18446744073709551615.eml", "3.eml"];
    fs::create_dir(&dir).unwrap();
    for name in killed {
        fs::write(dir.join(name), "").unwrap();
    }
    let sinks = SINKS.map(|program| Sink::start_on(dir.clone(), program, &[]));
    assert_eq!(sinks[0].files(), if cfg!(target_os = "linux") { 2 } else { 3 });
    fs::write(dir.join("5.eml"), "somebody else's").unwrap();
    let texts: Vec<_> = (0..40).map(|number| format!("{number}\r\n").into_bytes()).collect();
    thread::scope(|scope| {
        for (sink, texts) in sinks.iter().cycle().zip(texts.chunks(10)) {
            let texts: Vec<_> = texts.iter().map(Vec::as_slice).collect();
            scope.spawn(move || assert_eq!(sink.submit(&["--to", "c@d"], &texts).0, Some(0)));
        }
    });
    let numbers = (4..45).filter(|&number| number != 5);
    let mut stored: Vec<_> = numbers.map(|number| sinks[0].message(number).0).collect();
    stored.sort_by_key(|text| (text.len(), text.clone()));
    assert_eq!(stored, texts);
    assert_eq!(fs::read(dir.join("5.eml")).unwrap(), b"somebody else's");
}

#[test]
fn sinks_say_why_they_do_not_start() {
    let file = new_dir();
    fs::write(&file, "").unwrap();
    let dir = file.to_str().unwrap();
    for program in SINKS {
        for (options, want) in [
            (
                &["--listen", "localhost:0", "--dir", dir][..],
                format!("{program}: cannot create {dir}: File exists"),
            ),
            (
                &["--listen", "localhost:0", "--user", "a:b", "--user", "a:c"],
                format!("{program}: user a: there are two"),
            ),
            (&["--listen", "here"], format!("{program}: cannot listen on here: invalid socket")),
            (&["--max-size", "0"], "error: invalid value '0' for '--max-size".into()),
        ] {
            let mut command = Command::new(example(program));
            let output = command.args(options).output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(!output.status.success() && said.starts_with(&want), "{said}");
        }
    }
    fs::remove_file(file).unwrap();
}

#[test]
fn a_client_that_makes_too_many_mistakes_is_sent_away() {
    for program in SINKS {
        let sink = Sink::start(program, &[]);
        let said = sink.talk(&b"WHAT\r\n".repeat(30));
        assert!(said.contains("\r\n421 4.7.0 "), "{said}");
    }
}

/// The errors, of the first recipient of each file.
fn errors(reports: &[Value]) -> Vec<&str> {
    reports.iter().map(|report| report["recipients"][0]["error"].as_str().unwrap()).collect()
}

/// Whether each file was accepted.
fn accepted(reports: &[Value]) -> Vec<bool> {
    reports.iter().map(|report| report["accepted"].as_bool().unwrap()).collect()
}
