//! The mail host in this process, over real sockets, on every runtime.
use std::{
    collections::HashMap,
    env, fmt, fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use bytes::Bytes;
use clap::Parser;
use examples::{
    blocking::Stream,
    host::{
        Host,
        connection::Connection,
        drive::{self, Serve},
        listen,
        mail::{Account, Arrival, Interest, Watch},
        options::{HostOptions, Runtime},
        service::Service,
        session::{Failure, Session, Step},
        store::Memory,
    },
    tls,
};
use mailwire_core::Upgrade;
use mailwire_sasl::ChannelBinding;
use rustls::{ClientConnection, pki_types::ServerName};

const RUNTIMES: [Runtime; 4] = [Runtime::Tokio, Runtime::Threads, Runtime::Smol, Runtime::Uring];
const PATIENCE: Duration = Duration::from_secs(20);

/// A host that runs as long as this process does.
struct Running {
    host: Arc<Host>,
    addresses: HashMap<Service, SocketAddr>,
    ca: PathBuf,
}

impl Running {
    /// Starts a host on any ports; none if the kernel refuses what the runtime needs.
    fn start(runtime: Runtime, options: &[&str]) -> Option<Self> {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Relaxed);
        let ca = env::temp_dir().join(format!("mailhost-ca-{}-{number}.pem", process::id()));
        let mut all = vec!["mailhost", "--quiet", "--ca-out", ca.to_str().unwrap()];
        for service in ["--smtp", "--submission", "--lmtp", "--pop3", "--smtps", "--pop3s"] {
            all.extend([service, "127.0.0.1:0"]);
        }
        all.extend(options);
        let options = HostOptions::parse_from(all);
        let host = Host::new(&options).unwrap();
        let listeners = listen(&options).unwrap();
        let address = |listener: &TcpListener| listener.local_addr().unwrap();
        let addresses = listeners.iter().map(|(service, l)| (*service, address(l))).collect();
        run(runtime, Arc::clone(&host), listeners).then_some(Self { host, addresses, ca })
    }

    fn connect(&self, service: Service) -> Client {
        let mut client = Client::connect(self.addresses[&service]);
        if service.is_tls() {
            client.secure(self);
        }
        client
    }

    /// The texts in the INBOX of a user.
    fn inbox(&self, user: &str) -> Vec<String> {
        let account = self.host.mail.account(user).unwrap();
        let messages: Vec<_> = account.look(|state| {
            let inbox = state.mailbox(state.find("INBOX").unwrap()).unwrap();
            inbox.messages().values().cloned().collect()
        });
        let text = |message| account.read(message, 0..u64::MAX).unwrap().to_vec();
        messages.iter().map(|message| String::from_utf8(text(message)).unwrap()).collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.ca);
    }
}

/// Drives for ever, in a thread. Says whether it could begin.
fn run(runtime: Runtime, serve: impl Serve, listeners: Vec<(Service, TcpListener)>) -> bool {
    let (say, hear) = mpsc::channel();
    let ready = say.clone();
    thread::spawn(move || {
        let Err(error) = drive::run(runtime, serve, listeners, || ready.send(Ok(())).unwrap());
        say.send(Err(error.to_string())).unwrap();
    });
    match hear.recv().unwrap() {
        Ok(()) => true,
        Err(error) => {
            assert!(error.starts_with("the kernel refuses io_uring"), "{error}");
            println!("skipped: {error}");
            false
        }
    }
}

struct Client {
    stream: Stream,
    read: Vec<u8>,
}

impl Client {
    fn connect(address: SocketAddr) -> Self {
        let stream = Stream::new(TcpStream::connect(address).unwrap(), PATIENCE).unwrap();
        Self { stream, read: Vec::new() }
    }

    fn secure(&mut self, running: &Running) {
        assert!(self.read.is_empty());
        let config = tls::trusting(Some(&running.ca)).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        self.stream.handshake(ClientConnection::new(config, name).unwrap()).unwrap();
    }

    fn send(&mut self, octets: &[u8]) {
        self.stream.send(octets).unwrap();
    }

    /// The next line; nothing at the end of the stream.
    fn line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.read.iter().position(|octet| *octet == b'\n') {
                let line: Vec<_> = self.read.drain(..=end).collect();
                return Some(String::from_utf8(line).unwrap().trim_end().into());
            }
            let more = self.stream.receive(PATIENCE).unwrap();
            if more.is_empty() {
                assert!(self.read.is_empty(), "half a line: {:?}", self.read);
                return None;
            }
            self.read.extend_from_slice(&more);
        }
    }

    /// Sends the lines of `C:`, and reads until the line that `S:` begins.
    fn talk(&mut self, dialogue: &str) {
        for line in dialogue.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some(said) = line.strip_prefix("C:") {
                self.send(format!("{}\r\n", said.trim_start()).as_bytes());
            } else if let Some(want) = line.strip_prefix("S:") {
                let mut seen = Vec::new();
                loop {
                    let got = self.line().unwrap_or_else(|| panic!("{want:?}, not {seen:?}"));
                    let found = got.starts_with(want.trim());
                    seen.push(got);
                    if found {
                        break;
                    }
                    // More of the reply before.
                    let more = seen.last().unwrap().as_bytes().get(3) == Some(&b'-')
                        || !seen
                            .last()
                            .unwrap()
                            .starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c));
                    assert!(more, "{want:?}, not {seen:?}");
                }
            } else {
                assert_eq!(line, "closed");
                assert_eq!(self.line(), None);
            }
        }
    }
}

fn base64(text: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in text.chunks(3) {
        let at = |i: usize| u32::from(*three.get(i).unwrap_or(&0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let meant = digit <= three.len();
            out.push(if meant {
                DIGITS[(bits >> (18 - 6 * digit)) as usize & 63] as char
            } else {
                '='
            });
        }
    }
    out
}

/// In by each way, out by each way, with and without TLS.
#[test]
fn mail_goes_in_and_comes_out_on_every_runtime() {
    for runtime in RUNTIMES {
        let Some(running) = Running::start(runtime, &[]) else { continue };
        let text = "C: Subject: dots\nC:\nC: ..\nC: ...x\nC: .";
        let mut client = running.connect(Service::Smtp);
        client.talk("S: 220\nC: EHLO me.example\nS: 250 LIMITS\nC: STARTTLS\nS: 220");
        client.secure(&running);
        client.talk(&format!(
            "C: EHLO me.example\nS: 250 LIMITS\nC: MAIL FROM:<a@b.example>\nC: RCPT TO:<test@localhost>\nC: DATA
             S: 250\nS: 250\nS: 354\n{text}\nS: 250 2.6.0\nC: QUIT\nS: 221\nclosed"
        ));
        let login = base64(b"\0test\0test");
        let mut client = running.connect(Service::Smtps);
        client.talk(&format!(
            "S: 220\nC: EHLO me.example\nS: 250 LIMITS\nC: MAIL FROM:<a@b.example>\nS: 530
             C: AUTH PLAIN {login}\nS: 235\nC: MAIL FROM:<a@b.example>\nC: RCPT TO:<test@localhost>
             C: DATA\nS: 250\nS: 250\nS: 354\n{text}\nS: 250\nC: QUIT\nS: 221\nclosed"
        ));
        let mut client = running.connect(Service::Lmtp);
        client.talk(
            "S: 220\nC: LHLO me.example\nS: 250 LIMITS\nC: MAIL FROM:<>\nS: 250\nC: RCPT TO:<test>\nS: 250",
        );
        client.send(b"BDAT 3 LAST\r\nx\r\n");
        client.talk("S: 250 2.6.0\nC: QUIT\nS: 221\nclosed");

        let mut client = running.connect(Service::Pop3);
        client.talk("S: +OK\nC: STLS\nS: +OK");
        client.secure(&running);
        client.talk(
            "C: USER test\nS: +OK\nC: PASS test\nS: +OK maildrop has 3 messages\nC: RETR 1\nS: +OK
             S: Return-Path: <a@b.example>\nS: Received: from me.example ([127.0.0.1])\nS: Subject: dots
             S: ..\nS: ...x\nS: .\nC: DELE 1\nS: +OK\nC: QUIT\nS: +OK\nclosed",
        );
        let mut client = running.connect(Service::Pop3s);
        client.talk("S: +OK\nC: USER test\nS: +OK\nC: PASS test\nS: +OK maildrop has 2 messages\nC: QUIT\nS: +OK\nclosed");
        let inbox = running.inbox("test");
        assert!(
            inbox[0].contains("with ESMTPSA id") && inbox[1].contains("with LMTP id"),
            "{inbox:?}"
        );
        assert!(
            inbox[1].starts_with("Return-Path: <>\r\n") && inbox[1].ends_with("+0000\r\nx\r\n")
        );
    }
}

#[test]
fn mail_for_nobody_goes_to_the_first_user_unless_it_is_refused() {
    let users = ["--user", "ann:a", "--user", "bob@x.example:b"];
    let running = Running::start(Runtime::Tokio, &users).unwrap();
    let mut client = running.connect(Service::Lmtp);
    client.talk(
        "S: 220\nC: LHLO me\nS: 250 LIMITS\nC: MAIL FROM:<s@s.example>\nS: 250\nC: RCPT TO:<bob@X.example>\nS: 250
         C: RCPT TO:<bob@other.example>\nS: 250\nC: RCPT TO:<ANN+tag@any.example>\nS: 250
         C: DATA\nS: 354\nC: x\nC: .\nS: 250\nS: 250\nS: 250\nC: NOOP\nS: 250",
    );
    assert_eq!((running.inbox("ann").len(), running.inbox("bob@x.example").len()), (1, 1));
    assert!(!running.inbox("ann")[0].contains("for <"), "nobody learns of the others");

    let strict = [&users[..], &["--strict-recipients"]].concat();
    let running = Running::start(Runtime::Threads, &strict).unwrap();
    let mut client = running.connect(Service::Smtp);
    client.talk(
        "S: 220\nC: EHLO me\nS: 250 LIMITS\nC: MAIL FROM:<s@s.example>\nS: 250\nC: RCPT TO:<bob@other.example>
         S: 550 5.1.1\nC: RCPT TO:<bob@x.example>\nS: 250\nC: RCPT TO:<postmaster>\nS: 250
         C: VRFY ann\nS: 250 2.1.5 <ann@localhost>\nC: VRFY nobody\nS: 550\nC: DATA\nS: 354\nC: x\nC: .\nS: 250",
    );
    assert_eq!((running.inbox("ann").len(), running.inbox("bob@x.example").len()), (1, 1));
}

#[test]
fn what_smtp_knows_of_a_message_is_recorded() {
    let running = Running::start(Runtime::Tokio, &["--max-message", "1000"]).unwrap();
    let mut client = running.connect(Service::Submission);
    client.talk(&format!(
        "S: 220\nC: EHLO me\nS: 250 LIMITS\nC: AUTH PLAIN {}\nS: 235
         C: MAIL FROM:<s@s.example> RET=HDRS ENVID=abc MT-PRIORITY=3 BODY=8BITMIME SIZE=10 SMTPUTF8\nS: 250
         C: RCPT TO:<test@x> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a@b\nS: 250\nC: DATA\nS: 354\nC: x\nC: .\nS: 250
         C: MAIL FROM:<> SIZE=1001\nS: 552\nC: MAIL FROM:<>\nS: 250\nC: RCPT TO:<test>\nS: 250\nC: DATA\nS: 354
         C: {}\nC: .\nS: 552\nC: NOOP\nS: 250",
        base64(b"\0test\0test"),
        "x".repeat(1000),
    ));
    let account = running.host.mail.account("test").unwrap();
    let envelope = account.look(|state| {
        let inbox = state.mailbox(state.find("INBOX").unwrap()).unwrap();
        assert_eq!(inbox.messages().len(), 1);
        inbox.messages()[&1].facts.envelope.clone().unwrap()
    });
    assert_eq!((&*envelope.from, envelope.user.as_deref()), ("s@s.example", Some("test")));
    assert_eq!(envelope.to, ["test@x"]);
    for want in ["RET=HDRS", "ENVID=abc", "MT-PRIORITY=3"] {
        assert!(envelope.mail_params.contains(want), "{envelope:?}");
    }
    assert_eq!(envelope.rcpt_params, ["NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a@b"]);
    assert!(running.inbox("test")[0].contains("with UTF8SMTPA id"));
}

#[test]
fn nothing_is_done_before_tls_if_it_is_required() {
    let running = Running::start(Runtime::Tokio, &["--require-tls"]).unwrap();
    running
        .connect(Service::Smtp)
        .talk("S: 220\nC: EHLO me\nS: 250 LIMITS\nC: MAIL FROM:<>\nS: 530");
    running
        .connect(Service::Lmtp)
        .talk("S: 220\nC: LHLO me\nS: 250 LIMITS\nC: MAIL FROM:<>\nS: 530");
    running.connect(Service::Pop3).talk("S: +OK\nC: USER test\nS: -ERR");
    running.connect(Service::Pop3s).talk("S: +OK\nC: USER test\nS: +OK\nC: PASS test\nS: +OK");
}

#[test]
fn a_plaintext_command_behind_starttls_ends_the_session() {
    for runtime in RUNTIMES {
        let Some(running) = Running::start(runtime, &[]) else { continue };
        let mut client = running.connect(Service::Smtp);
        client.talk("S: 220\nC: EHLO me\nS: 250 LIMITS");
        client.send(b"STARTTLS\r\nMAIL FROM:<>\r\n");
        client.talk("S: 220\nclosed");
    }
}

#[test]
fn a_maildrop_is_for_one_session_and_nothing_is_deleted_without_quit() {
    for runtime in RUNTIMES {
        let Some(running) = Running::start(runtime, &[]) else { continue };
        let mut client = running.connect(Service::Smtp);
        client.talk(
            "S: 220\nC: EHLO me\nS: 250 LIMITS\nC: MAIL FROM:<>\nS: 250\nC: RCPT TO:<test>\nS: 250\nC: DATA\nS: 354
             C: x\nC: .\nS: 250",
        );
        let mut one = running.connect(Service::Pop3);
        one.talk("S: +OK\nC: USER test\nS: +OK\nC: PASS test\nS: +OK\nC: DELE 1\nS: +OK");
        let mut other = running.connect(Service::Pop3);
        other.talk("S: +OK\nC: USER test\nS: +OK\nC: PASS test\nS: -ERR [IN-USE]");
        drop(one);
        let end = Instant::now() + PATIENCE;
        loop {
            other.send(b"USER test\r\nPASS test\r\n");
            other.line().unwrap();
            if other.line().unwrap().starts_with("+OK") {
                break;
            }
            assert!(Instant::now() < end, "the lock is never let go");
            thread::sleep(Duration::from_millis(20));
            if other.line_is_over() {
                other = running.connect(Service::Pop3);
                other.talk("S: +OK");
            }
        }
        other.talk("C: STAT\nS: +OK 1 \nC: LIST 1\nS: +OK 1 ");
    }
}

impl Client {
    /// Whether the server has had enough of failed logins.
    fn line_is_over(&mut self) -> bool {
        self.send(b"NOOP\r\n");
        self.line().is_none_or(|line| line.contains("Too many"))
    }
}

/// A session of the tests: says what it is told to, and what happens to it.
struct Probe {
    account: Arc<Account>,
    watch: Option<Arc<Watch>>,
    output: Vec<Bytes>,
    upgrade: Option<Upgrade>,
    input: Vec<u8>,
    flood: u64,
    flooded: Arc<AtomicU64>,
    patience: Duration,
    closed: bool,
}

impl Session for Probe {
    fn handle_input(&mut self, input: Bytes) {
        self.input.extend_from_slice(&input);
        while let Some(end) = self.input.iter().position(|octet| *octet == b'\n') {
            let line: Vec<_> = self.input.drain(..=end).collect();
            match line.trim_ascii_end() {
                b"WATCH" => {
                    let watch = self.account.watch();
                    watch.set(Interest::Everything);
                    self.watch = Some(watch);
                }
                b"DEFLATE" => self.upgrade = Some(Upgrade::Deflate),
                b"TLS" => self.upgrade = Some(Upgrade::Tls),
                b"FLOOD" => self.flood = 512 * 1024 * 1024,
                b"HURRY" => self.patience = Duration::from_millis(100),
                _ => {}
            }
            self.output.push(line.into());
        }
    }

    fn handle_eof(&mut self) {
        self.closed = true;
    }

    fn poll(&mut self) -> Result<Step, Failure> {
        if !self.output.is_empty() {
            return Ok(Step::Transmit(self.output.remove(0)));
        }
        if self.flood > 0 {
            self.flood -= 1024;
            self.flooded.fetch_add(1024, Relaxed);
            return Ok(Step::Transmit(Bytes::from_static(&[b'x'; 1024])));
        }
        if let Some(upgrade) = self.upgrade {
            return Ok(Step::Upgrade(upgrade));
        }
        Ok(if self.closed { Step::Closed } else { Step::NeedInput })
    }

    fn upgraded(&mut self, _: &ChannelBinding) -> Result<(), Failure> {
        self.upgrade = None;
        self.output.push("upgraded\r\n".into());
        Ok(())
    }

    fn timeout(&mut self) -> Duration {
        self.patience
    }

    fn handle_timeout(&mut self) {
        self.output.push("too slow\r\n".into());
        self.closed = true;
    }

    fn watch(&self) -> Option<Arc<Watch>> {
        self.watch.clone()
    }

    fn wake(&mut self) {
        let count = self.account.look(|state| state.usage("MESSAGE"));
        self.output.push(format!("changed {count}\r\n").into());
    }
}

#[derive(Clone)]
struct Probes {
    account: Arc<Account>,
    flooded: Arc<AtomicU64>,
    /// For its TLS.
    host: Arc<Host>,
    blocks: bool,
}

impl Serve for Probes {
    fn connection(&self, service: Service, _: SocketAddr, _: SocketAddr) -> Connection {
        let probe = Probe {
            account: Arc::clone(&self.account),
            watch: None,
            output: Vec::new(),
            upgrade: None,
            input: Vec::new(),
            flood: 0,
            flooded: Arc::clone(&self.flooded),
            patience: PATIENCE,
            closed: false,
        };
        Connection::new(Box::new(probe), self.host.tls(), service.is_tls())
    }

    fn blocks(&self) -> bool {
        self.blocks
    }

    fn log(&self, words: fmt::Arguments<'_>) {
        println!("{words}");
    }
}

impl Probes {
    fn start(runtime: Runtime, blocks: bool) -> Option<(Self, SocketAddr)> {
        let options = HostOptions::parse_from(["mailhost", "--quiet"]);
        let probes = Self {
            account: Account::open("test", Box::new(Memory::default())).unwrap().into(),
            flooded: Arc::default(),
            host: Host::new(&options).unwrap(),
            blocks,
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        run(runtime, probes.clone(), vec![(Service::Smtp, listener)]).then_some((probes, address))
    }
}

fn every_way() -> impl Iterator<Item = (Probes, SocketAddr)> {
    let ways = RUNTIMES.into_iter().flat_map(|runtime| [(runtime, false), (runtime, true)]);
    ways.filter_map(|(runtime, blocks)| Probes::start(runtime, blocks))
}

/// A session that waits is told what others do, at once, and can talk and be talked to as before.
#[test]
fn a_session_that_waits_is_woken() {
    for (probes, address) in every_way() {
        let mut client = Client::connect(address);
        client.send(b"WATCH\r\n");
        assert_eq!(client.line().unwrap(), "WATCH");
        for round in 1..=20 {
            if round % 5 == 0 {
                thread::sleep(Duration::from_millis(30));
            }
            let inbox = probes.account.look(|state| state.find("INBOX")).unwrap();
            let text = probes.account.draft().unwrap().seal().unwrap();
            probes.account.append(inbox, vec![Arrival::new(text.into())]).unwrap();
            assert_eq!(client.line().unwrap(), format!("changed {round}"));
            if round % 3 == 0 {
                client.send(b"hello\r\n");
                assert_eq!(client.line().unwrap(), "hello");
            }
        }
    }
}

#[test]
fn silence_is_not_waited_for_too_long() {
    for (_, address) in every_way() {
        for watches in [false, true] {
            let mut client = Client::connect(address);
            if watches {
                client.send(b"WATCH\r\n");
                assert_eq!(client.line().unwrap(), "WATCH");
            }
            client.send(b"HURRY\r\n");
            assert_eq!(client.line().unwrap(), "HURRY");
            assert_eq!(client.line().unwrap(), "too slow");
            assert_eq!(client.line(), None);
        }
    }
}

/// A client that does not read is not written for.
#[test]
fn who_does_not_read_costs_no_memory() {
    for (probes, address) in every_way() {
        let mut client = Client::connect(address);
        client.send(b"FLOOD\r\n");
        assert_eq!(client.line().unwrap(), "FLOOD");
        let mut before = u64::MAX;
        let end = Instant::now() + PATIENCE;
        loop {
            thread::sleep(Duration::from_millis(100));
            let now = probes.flooded.load(Relaxed);
            if now == before {
                break;
            }
            assert!(Instant::now() < end);
            before = now;
        }
        assert!(before < 64 * 1024 * 1024, "{before} octets, and nobody reads them");
    }
}

/// COMPRESS over STARTTLS, and the other way round is refused by no driver either.
#[test]
fn layers_go_on_top_of_each_other() {
    use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};

    for (_, address) in every_way() {
        let mut client = Client::connect(address);
        client.send(b"TLS\r\n");
        assert_eq!(client.line().unwrap(), "TLS");
        let config = tls::insecure().unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        client.stream.handshake(ClientConnection::new(config, name).unwrap()).unwrap();
        client.talk("S: upgraded\nC: DEFLATE\nS: DEFLATE");
        let mut deflate = Compress::new(Compression::fast(), false);
        let mut inflate = Decompress::new(false);
        let mut plain = Vec::with_capacity(1_000_000);
        let long = "x".repeat(300_000);
        for text in ["hello", "", &long, "bye"] {
            let mut wire = Vec::with_capacity(1_000_000);
            let line = format!("{text}\r\n");
            deflate.compress_vec(line.as_bytes(), &mut wire, FlushCompress::Sync).unwrap();
            client.send(&wire);
        }
        let want = format!("upgraded\r\nhello\r\n\r\n{long}\r\nbye\r\n");
        while plain.len() < want.len() {
            let mut wire = std::mem::take(&mut client.read);
            if wire.is_empty() {
                wire = client.stream.receive(PATIENCE).unwrap().into();
            }
            assert!(!wire.is_empty());
            inflate.decompress_vec(&wire, &mut plain, FlushDecompress::Sync).unwrap();
        }
        assert!(plain == want.as_bytes(), "{} octets instead of {}", plain.len(), want.len());
    }
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let off = [
        "--smtp",
        "off",
        "--submission",
        "off",
        "--lmtp",
        "off",
        "--smtps",
        "off",
        "--pop3s",
        "off",
    ];
    let options = [&["mailhost", "--pop3", &address], &off[..]].concat();
    let error = listen(&HostOptions::parse_from(options)).unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot listen on {address} (pop3): ")), "{error}");
    let options = [&["mailhost", "--pop3", "off"], &off[..]].concat();
    assert_eq!(listen(&HostOptions::parse_from(options)).unwrap().len(), 0);
}

#[test]
fn what_is_wrong_with_the_options_is_said() {
    for (options, want) in [
        (&["--user", "test"][..], "not of the form NAME:PASSWORD"),
        (&["--tls", "cert.pem"], "neither `self-signed` nor of the form CERT,KEY"),
        (&["--max-message", "0"], "0 is not in 1.."),
        (&["--runtime", "none"], "possible values: threads, tokio, smol, uring"),
    ] {
        let options = [&["mailhost"], options].concat();
        let error = HostOptions::try_parse_from(options).unwrap_err().to_string();
        assert!(error.contains(want), "{error}");
    }
    for (options, want) in [
        (&["--tls", "/nowhere/c.pem,/nowhere/k.pem"][..], "cannot read /nowhere/c.pem: "),
        (&["--maildir", "/proc/nothing"], "cannot use /proc/nothing: "),
        (&["--ca-out", "/nowhere/ca.pem"], "cannot write /nowhere/ca.pem: "),
        (&["--user", "a:b", "--user", "a:c"], "user a: there are two of that name"),
    ] {
        let options = [&["mailhost"], options].concat();
        let error = Host::new(&HostOptions::parse_from(options)).unwrap_err().to_string();
        assert!(error.starts_with(want), "{error}");
    }
}
