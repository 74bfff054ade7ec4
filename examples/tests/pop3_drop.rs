//! `pop3_drop`, over real sockets.
use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpStream},
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

/// A running server over a folder of its own; ends with the test.
struct Server {
    process: Child,
    address: String,
    dir: PathBuf,
}

/// One client, line by line.
struct Client {
    socket: TcpStream,
    lines: BufReader<TcpStream>,
}

impl Server {
    fn start(messages: &[(&str, &[u8])], options: &[&str]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("mailwire-drop-{}-{}", process::id(), COUNT.fetch_add(1, Relaxed));
        let dir = env::temp_dir().join(name);
        // What a run that was killed has left there.
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir(&dir).unwrap();
        for (name, text) in messages {
            fs::write(dir.join(name), text).unwrap();
        }
        let mut process = Command::new(program())
            .args(["--listen", "localhost:0", "--user", "tim:secret", "--dir"])
            .arg(&dir)
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let mut out = BufReader::new(process.stdout.take().expect("it is piped"));
        out.read_line(&mut line).expect("the server says where it listens");
        let address = line.strip_prefix("listening on ").expect("the promised words").trim_end();
        Self { process, address: address.into(), dir }
    }

    /// Sends what a client says, all at once, and returns what the server says.
    fn talk(&self, input: &str) -> String {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        socket.write_all(input.as_bytes()).unwrap();
        socket.shutdown(Shutdown::Write).unwrap();
        let mut output = Vec::new();
        socket.read_to_end(&mut output).unwrap();
        String::from_utf8_lossy(&output).into_owned()
    }

    /// The same for a client that logs in, without the first three lines.
    fn session(&self, input: &str) -> String {
        let said = self.talk(&format!("USER tim\r\nPASS secret\r\n{input}"));
        said.splitn(4, "\r\n").nth(3).expect("a greeting, and two replies").into()
    }

    fn connect(&self) -> Client {
        let socket = TcpStream::connect(&self.address).unwrap();
        let lines = BufReader::new(socket.try_clone().unwrap());
        let mut client = Client { socket, lines };
        assert!(client.line().starts_with("+OK mailwire pop3_drop ready <"));
        client
    }

    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.dir).unwrap();
        let mut files: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        files.sort();
        files
    }
}

impl Client {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }

    fn say(&mut self, command: &str) -> String {
        self.socket.write_all(format!("{command}\r\n").as_bytes()).unwrap();
        self.line()
    }

    fn log_in(&mut self) -> String {
        self.say("USER tim");
        self.say("PASS secret")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// The example that was built along with this test.
fn program() -> PathBuf {
    let test = env::current_exe().unwrap();
    let target = test.ancestors().nth(2).unwrap_or(Path::new(""));
    let program = target.join("examples/pop3_drop").with_extension(env::consts::EXE_EXTENSION);
    assert!(program.exists(), "no {}: `cargo test -p examples` builds it", program.display());
    program
}

const MESSAGES: &[(&str, &[u8])] = &[
    ("10.eml", b"Subject: ten\n\n.\n..\nx"),
    ("9.eml", b"Subject: nine\r\n\r\none\r\ntwo\r\n"),
    ("b.eml", b""),
    ("a.eml", b"caf\xe9 \xff\n"),
    ("notes.txt", b"not a message"),
];

#[test]
fn messages_are_served_in_the_order_of_their_names_and_in_crlf_form() {
    let server = Server::start(MESSAGES, &[]);
    let said = server.session("STAT\r\nLIST\r\nRETR 2\r\nTOP 1 1\r\nRETR 4\r\nLIST 3\r\nQUIT\r\n");
    assert_eq!(
        said,
        "+OK 4 61\r\n\
        +OK 4 messages\r\n1 27\r\n2 26\r\n3 8\r\n4 0\r\n.\r\n\
        +OK Message follows\r\nSubject: ten\r\n\r\n..\r\n...\r\nx\r\n.\r\n\
        +OK Message follows\r\nSubject: nine\r\n\r\none\r\n.\r\n\
        +OK Message follows\r\n.\r\n\
        +OK 3 8\r\n+OK Bye\r\n"
    );
}

#[test]
fn messages_go_with_quit_and_with_nothing_else() {
    let server = Server::start(MESSAGES, &[]);
    let all = server.files();
    // Lost, failed, aborted, logged out before: nothing goes.
    server.session("DELE 1\r\nDELE 2\r\n");
    server.session("DELE 1\r\nQUIT");
    server.session("DELE 1\r\nRSET\r\nQUIT\r\n");
    server.session("DELE 1\r\n\x16\x03\x01");
    server.talk("QUIT\r\n");
    assert_eq!(server.files(), all);
    let said = server.session("DELE 1\r\nDELE 3\r\nDELE 3\r\nQUIT\r\n");
    assert_eq!(
        said,
        "+OK Message 1 deleted\r\n+OK Message 3 deleted\r\n-ERR Message is deleted\r\n+OK Bye\r\n"
    );
    assert_eq!(server.files(), ["10.eml", "b.eml", "notes.txt"]);
}

#[test]
fn unique_ids_stay_as_long_as_a_message_is_the_same() {
    let server = Server::start(MESSAGES, &[]);
    let ids = |said: String| -> Vec<String> {
        said.lines().filter_map(|line| line.split_once(' ')).map(|(_, id)| id.into()).collect()
    };
    let first = ids(server.session("UIDL\r\n"));
    assert_eq!(first.len(), 5); // with the status line
    fs::write(server.dir.join("9a.eml"), "new").unwrap();
    fs::write(server.dir.join("10.eml"), "changed").unwrap();
    let second = ids(server.session("UIDL\r\n"));
    let kept = first[1..].iter().filter(|id| second.contains(id)).count();
    assert_eq!((kept, second.len()), (3, 6));
}

/// A file that is there and cannot be read, not even by root.
#[cfg(target_os = "linux")]
#[test]
fn a_message_that_cannot_be_read_does_not_hide_the_others() {
    let server = Server::start(MESSAGES, &[]);
    std::os::unix::fs::symlink("/proc/self/mem", server.dir.join("bad.eml")).unwrap();
    assert_eq!(
        server.session("STAT\r\nDELE 1\r\nQUIT\r\n"),
        "+OK 4 61\r\n+OK Message 1 deleted\r\n+OK Bye\r\n"
    );
    assert!(server.files().contains(&"bad.eml".into()));
}

#[test]
fn one_session_has_the_folder() {
    let server = Server::start(MESSAGES, &[]);
    let mut one = server.connect();
    assert!(one.log_in().starts_with("+OK maildrop has 4 messages"));
    let mut two = server.connect();
    assert!(two.log_in().starts_with("-ERR [IN-USE]"));
    assert!(two.say("STAT").starts_with("-ERR"));
    assert_eq!(one.say("QUIT"), "+OK Bye\r\n");
    assert!(two.log_in().starts_with("+OK"));
    // A connection that is lost lets go too.
    drop(two);
    let end = Instant::now() + Duration::from_secs(60);
    while !server.connect().log_in().starts_with("+OK") {
        assert!(Instant::now() < end, "the folder is still taken");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn there_are_three_ways_to_log_in_and_wrong_ones_are_refused_alike() {
    let server = Server::start(&[], &[]);
    let mut client = server.connect();
    for wrong in ["USER tim|PASS wrong", "USER tom|PASS secret"] {
        let (user, pass) = wrong.split_once('|').unwrap();
        assert!(client.say(user).starts_with("+OK"));
        assert_eq!(client.say(pass), "-ERR [AUTH] Authentication failed\r\n");
    }
    for user in ["tim", "tom"] {
        let apop = format!("APOP {user} c4c9334bac560ecc979e58001b3e22fb");
        assert_eq!(client.say(&apop), "-ERR [AUTH] Authentication failed\r\n");
    }
    assert_eq!(client.say("AUTH PLAIN AHRpbQB3cm9uZw=="), "-ERR [AUTH] Authentication failed\r\n");
    assert!(client.say("AUTH PLAIN AHRpbQBzZWNyZXQ=").starts_with("+OK maildrop has 0 messages"));
    let said = server.talk("CAPA\r\nQUIT\r\n");
    for offer in ["TOP", "UIDL", "PIPELINING", "RESP-CODES", "USER", "EXPIRE NEVER"] {
        assert!(said.contains(&format!("\r\n{offer}\r\n")), "no {offer} in {said}");
    }
    assert!(said.contains("\r\nSASL SCRAM-SHA-256 ") && !said.contains("STLS"));
}

#[test]
fn stls_is_there_if_there_is_a_certificate() {
    let server = Server::start(&[], &["--tls", "self-signed"]);
    let mut client = server.connect();
    assert_eq!(client.say("STLS"), "+OK Begin TLS negotiation\r\n");
    let said = server.talk("STLS\r\nUSER tim\r\n");
    assert!(said.ends_with("+OK Begin TLS negotiation\r\n"), "{said}");
}

#[test]
fn a_large_message_is_the_same_at_the_other_end() {
    let line = b".0123456789abcdefghijklmnopqrstuvwxyz\r\n";
    let text = line.repeat(200_000);
    let server = Server::start(&[("1.eml", &text)], &[]);
    let said = server.session("RETR 1\r\nQUIT\r\n");
    let wire = said.strip_prefix("+OK Message follows\r\n").unwrap();
    let wire = wire.strip_suffix(".\r\n+OK Bye\r\n").unwrap();
    assert_eq!(wire.len(), text.len() + 200_000);
    assert!(wire.as_bytes().chunks(line.len() + 1).all(|l| l[0] == b'.' && l[1..] == line[..]));
}
