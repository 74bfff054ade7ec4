//! A host that runs in this process, and a client that talks to it.
use std::{
    collections::HashMap,
    env, fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::Duration,
};

use clap::Parser;
use examples::{
    blocking::Stream,
    host::{
        Host,
        drive::{self, Serve},
        listen,
        options::{HostOptions, Runtime},
        service::Service,
    },
    tls,
};
use rustls::{ClientConnection, pki_types::ServerName};

pub(crate) const RUNTIMES: [Runtime; 4] =
    [Runtime::Tokio, Runtime::Threads, Runtime::Smol, Runtime::Uring];
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A host that runs as long as this process does.
pub(crate) struct Running {
    pub(crate) host: Arc<Host>,
    pub(crate) addresses: HashMap<Service, SocketAddr>,
    pub(crate) ca: PathBuf,
}

impl Running {
    /// Starts a host on any ports; none if the kernel refuses what the runtime needs.
    pub(crate) fn start(runtime: Runtime, options: &[&str]) -> Option<Self> {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Relaxed);
        let ca = env::temp_dir().join(format!("mailhost-ca-{}-{number}.pem", process::id()));
        let mut all = vec!["mailhost", "--quiet", "--ca-out", ca.to_str().unwrap()];
        for service in [
            "--smtp",
            "--submission",
            "--lmtp",
            "--pop3",
            "--imap",
            "--smtps",
            "--pop3s",
            "--imaps",
        ] {
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

    pub(crate) fn connect(&self, service: Service) -> Client {
        let mut client = Client::connect(self.addresses[&service]);
        if service.is_tls() {
            client.secure(self);
        }
        client
    }

    /// The texts in the INBOX of a user.
    pub(crate) fn inbox(&self, user: &str) -> Vec<String> {
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
pub(crate) fn run(
    runtime: Runtime,
    serve: impl Serve,
    listeners: Vec<(Service, TcpListener)>,
) -> bool {
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

pub(crate) struct Client {
    pub(crate) stream: Stream,
    pub(crate) read: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = Stream::new(TcpStream::connect(address).unwrap(), PATIENCE).unwrap();
        Self { stream, read: Vec::new() }
    }

    pub(crate) fn secure(&mut self, running: &Running) {
        assert!(self.read.is_empty());
        let config = tls::trusting(Some(&running.ca)).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        self.stream.handshake(ClientConnection::new(config, name).unwrap()).unwrap();
    }

    pub(crate) fn send(&mut self, octets: &[u8]) {
        self.stream.send(octets).unwrap();
    }

    /// The next line; nothing at the end of the stream.
    pub(crate) fn line(&mut self) -> Option<String> {
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
    pub(crate) fn talk(&mut self, dialogue: &str) {
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

pub(crate) fn base64(text: &[u8]) -> String {
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

impl Client {
    /// Whether the server has had enough of failed logins.
    pub(crate) fn line_is_over(&mut self) -> bool {
        self.send(b"NOOP\r\n");
        self.line().is_none_or(|line| line.contains("Too many"))
    }
}
