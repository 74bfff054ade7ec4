//! What drivers do for a session, whatever the protocol: each runtime, with a store that blocks and without.
use std::{
    fmt,
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use bytes::Bytes;
use clap::Parser;
use examples::{
    host::{
        Host,
        connection::Connection,
        drive::Serve,
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

use crate::running::{Client, PATIENCE, RUNTIMES, run};

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
