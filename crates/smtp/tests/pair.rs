//! A client machine and a server machine, wired to each other, with everything cut at random.
use bytes::Bytes;
use mailwire_core::{BareLineEnds, Output};
use mailwire_sasl::{self as sasl, ChannelBinding, Credentials, Mechanism, Secret};
use mailwire_smtp::{
    BodyType, Capability, Command, Extension, ForwardPath, Mailbox, Reply,
    client::{self, Client, Envelope, RequestId, TlsPolicy},
    server::{self, Protocol, Server, Transfer},
};
use proptest::{collection::vec, prelude::*, sample::select};
use testkit::naive;

/// What is to happen: what the client sends, and what the server's caller says to it.
#[derive(Clone, Debug)]
struct Play {
    lmtp: bool,
    pipelining: bool,
    starttls: bool,
    auth: Option<Mechanism>,
    messages: Vec<Message>,
    /// Sizes of the pieces in which octets travel, used again and again.
    cuts: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Message {
    sender_refused: bool,
    /// For every recipient whether it is refused at RCPT.
    recipients: Vec<bool>,
    transfer: Transfer,
    /// What the client's caller hands over, piece by piece.
    pieces: Vec<Vec<u8>>,
    refused: bool,
}

fn play() -> impl Strategy<Value = Play> {
    let mechanisms =
        vec![Mechanism::Plain, Mechanism::Login, Mechanism::CramMd5, Mechanism::ScramSha256];
    (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        proptest::option::of(select(mechanisms)),
        vec(message(), 0..4),
        vec(1..40usize, 1..6),
    )
        .prop_map(|(lmtp, pipelining, starttls, auth, messages, cuts)| Play {
            lmtp,
            pipelining,
            starttls,
            auth,
            messages,
            cuts,
        })
}

fn message() -> impl Strategy<Value = Message> {
    let octets = vec(select(b"\r\n.x\0\xff".to_vec()), 0..12);
    (
        proptest::bool::weighted(0.1),
        vec(proptest::bool::weighted(0.3), 1..5),
        select(vec![Transfer::Data, Transfer::Bdat]),
        vec(octets, 0..5),
        any::<bool>(),
    )
        .prop_map(|(sender_refused, recipients, transfer, pieces, refused)| Message {
            sender_refused,
            recipients,
            transfer,
            pieces,
            refused,
        })
}

/// Both ends and their callers.
struct Stage<'p> {
    play: &'p Play,
    client: Client,
    server: Server,
    requests: Vec<RequestId>,
    outcomes: Vec<Vec<Option<bool>>>,
    done: Vec<Option<bool>>,
    authenticated: bool,
    /// Which message the server is at, and what it has of it.
    current: usize,
    body: Vec<u8>,
    delivered: Vec<(usize, Vec<u8>)>,
}

impl<'p> Stage<'p> {
    fn new(play: &'p Play) -> Self {
        let mut config = server::Config::new("mx.example").unwrap();
        config.protocol = if play.lmtp { Protocol::Lmtp } else { Protocol::Smtp };
        config.auth =
            vec![Mechanism::ScramSha256, Mechanism::CramMd5, Mechanism::Login, Mechanism::Plain];
        config.plaintext_auth_without_tls = true;
        config.bare_line_ends = BareLineEnds::Reject;
        config.offers.push(Capability::BinaryMime);
        if !play.pipelining {
            config.offers.retain(|offer| offer.extension() != Some(Extension::Pipelining));
            config.refuse_early_input = true;
        }
        if play.starttls {
            config.offers.push(Capability::StartTls);
        }
        let server = Server::new(config);
        let mut config = client::Config::new("client.example").unwrap();
        config.protocol = if play.lmtp { Protocol::Lmtp } else { Protocol::Smtp };
        config.tls = if play.starttls { TlsPolicy::Require } else { TlsPolicy::IfOffered };
        config.plaintext_auth_without_tls = true;
        let mut client = Client::new(config);
        if let Some(mechanism) = play.auth {
            let credentials = Credentials::password("tim", "secret").unwrap();
            let binding = ChannelBinding::None;
            let exchange =
                sasl::client::Exchange::new(mechanism, &credentials, "clientnonce", &binding);
            client.send(exchange.unwrap()).unwrap();
        }
        let requests: Vec<_> = play
            .messages
            .iter()
            .enumerate()
            .map(|(n, m)| client.send(envelope(n, m)).unwrap())
            .collect();
        client.send(Command::Quit).unwrap();
        Self {
            play,
            client,
            server,
            requests,
            outcomes: play.messages.iter().map(|m| vec![None; m.recipients.len()]).collect(),
            done: vec![None; play.messages.len()],
            authenticated: false,
            current: 0,
            body: Vec::new(),
            delivered: Vec::new(),
        }
    }

    /// Lets the octets travel until both ends have closed.
    fn run(&mut self) {
        let (mut up, mut down) = (Vec::new(), Vec::new());
        let mut cuts = self.play.cuts.iter().cycle();
        for _ in 0..100_000 {
            let client = self.poll_client(&mut up);
            let server = self.poll_server(&mut down);
            if client == Waits::Closed && server == Waits::Closed {
                return;
            }
            if client == Waits::Tls && server == Waits::Tls && up.is_empty() && down.is_empty() {
                self.client.upgraded().unwrap();
                self.server.upgraded().unwrap();
                continue;
            }
            let cut = *cuts.next().unwrap();
            let piece: Vec<u8> = up.drain(..cut.min(up.len())).collect();
            self.server.handle_input(piece.into());
            let piece: Vec<u8> = down.drain(..cut.min(down.len())).collect();
            self.client.handle_input(piece.into());
        }
        panic!(
            "both ends wait for each other: {:?} {:?}",
            self.client.state(),
            self.server.state()
        );
    }

    fn poll_client(&mut self, sent: &mut Vec<u8>) -> Waits {
        loop {
            match self.client.poll_output().expect("no error in a session between friends") {
                Output::Event(event) => self.client_event(event),
                Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
                Output::NeedInput => return Waits::Input,
                Output::Upgrade(_) => return Waits::Tls,
                Output::Closed => return Waits::Closed,
                Output::YourTurn => panic!("the client's caller has done its part"),
            }
        }
    }

    fn client_event(&mut self, event: client::Event) {
        let message = |request| self.requests.iter().position(|id| *id == request);
        match event {
            client::Event::SendBody(request) => {
                let pieces = &self.play.messages[message(request).unwrap()].pieces;
                for piece in pieces {
                    if self.client.send_body(Bytes::copy_from_slice(piece)).is_err() {
                        return;
                    }
                }
                self.client.finish_body().unwrap();
            }
            client::Event::Recipient { request, index, outcome } => {
                let told = &mut self.outcomes[message(request).unwrap()][index];
                assert_eq!(
                    told.replace(outcome.is_accepted()),
                    None,
                    "one outcome for a recipient"
                );
            }
            client::Event::Done { request, outcome } => {
                if let Some(n) = message(request) {
                    assert!(
                        self.outcomes[n].iter().all(Option::is_some),
                        "recipients before the whole"
                    );
                    assert_eq!(self.done[n].replace(outcome.is_accepted()), None, "one outcome");
                }
            }
            client::Event::Authenticated { .. } => self.authenticated = true,
            client::Event::AuthFailed { outcome, .. } => panic!("AUTH failed: {outcome:?}"),
            _ => {}
        }
    }

    fn poll_server(&mut self, sent: &mut Vec<u8>) -> Waits {
        loop {
            match self.server.poll_output().expect("no error in a session between friends") {
                Output::Event(event) => self.server_event(event),
                Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
                Output::NeedInput => return Waits::Input,
                Output::Upgrade(_) => return Waits::Tls,
                Output::Closed => return Waits::Closed,
                Output::YourTurn => panic!("the server's caller has answered"),
            }
        }
    }

    fn server_event(&mut self, event: server::Event) {
        use server::Event;
        let message = self.play.messages.get(self.current);
        let server = &mut self.server;
        match event {
            Event::Mail { from, .. } => {
                self.current = number(from.mailbox().unwrap());
                if self.play.messages[self.current].sender_refused {
                    server.reject(&Reply::REFUSED).unwrap();
                } else {
                    server.accept().unwrap();
                }
            }
            Event::Rcpt { to, .. } => {
                let ForwardPath::Mailbox(to) = to else { panic!("a mailbox was sent") };
                if message.unwrap().recipients[number(&to)] {
                    server.reject(&Reply::NO_SUCH_USER).unwrap();
                } else {
                    server.accept().unwrap();
                }
            }
            Event::Data(transfer) => {
                assert_eq!(transfer, message.unwrap().transfer);
                self.body.clear();
                server.accept().unwrap();
            }
            Event::Chunk(octets) => self.body.extend_from_slice(&octets),
            Event::End(_) if message.unwrap().refused => {
                server.reject(&Reply::TRANSACTION_FAILED).unwrap();
            }
            Event::End(_) => {
                self.delivered.push((self.current, std::mem::take(&mut self.body)));
                server.accept().unwrap();
            }
            Event::Hello { .. } => server.accept().unwrap(),
            Event::Auth(mechanism) => {
                let config = sasl::server::Config::new("servernonce")
                    .with_hostname("mx.example")
                    .with_dummy("key", 4_096);
                server
                    .authenticate(sasl::server::Exchange::new(mechanism, config).unwrap())
                    .unwrap();
            }
            Event::Ask(sasl::server::Question::Secret { .. }) => {
                server.supply(Some(Secret::from("secret"))).unwrap();
            }
            Event::Ask(sasl::server::Question::ScramKeys { hash, .. }) => {
                let keys = sasl::server::ScramKeys::derive(hash, "secret", b"salt", 4_096).unwrap();
                server.supply_scram(Some(keys)).unwrap();
            }
            Event::Ask(_) => server.accept().unwrap(),
            // What was pipelined behind a refused sender, or no recipient, cannot be known to be in vain.
            Event::Refused { reply, .. } => assert!(self.play.pipelining, "out of order: {reply}"),
            _ => {}
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Waits {
    Input,
    Tls,
    Closed,
}

fn envelope(number: usize, message: &Message) -> Envelope {
    let mut envelope = Envelope::new(Mailbox::new(&number.to_string(), "from.example").unwrap());
    for index in 0..message.recipients.len() {
        envelope = envelope.with_recipient(Mailbox::new(&index.to_string(), "to.example").unwrap());
    }
    if message.transfer == Transfer::Bdat {
        envelope = envelope.with_body(BodyType::BinaryMime).unwrap();
    }
    envelope.with_transfer(message.transfer)
}

/// Mailboxes are numbered.
fn number(mailbox: &Mailbox) -> usize {
    mailbox.local_part().parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Every message that was accepted is there as it was sent, and each side knows of each recipient
    /// what the other one decided.
    #[test]
    fn what_is_sent_is_what_arrives(play in play()) {
        let mut stage = Stage::new(&play);
        stage.run();
        prop_assert_eq!(stage.authenticated, play.auth.is_some());
        prop_assert_eq!(stage.client.is_tls(), play.starttls);
        let mut delivered = Vec::new();
        for (n, message) in play.messages.iter().enumerate() {
            let taken = !message.sender_refused && !message.refused;
            for (index, refused) in message.recipients.iter().enumerate() {
                prop_assert_eq!(stage.outcomes[n][index], Some(taken && !refused), "message {} recipient {}", n, index);
            }
            let any = message.recipients.iter().any(|refused| !refused);
            prop_assert_eq!(stage.done[n], Some(taken && any));
            if taken && any {
                let sent = message.pieces.concat();
                let arrives = match message.transfer {
                    Transfer::Data => naive::normalize(&sent),
                    Transfer::Bdat => sent,
                };
                delivered.push((n, arrives));
            }
        }
        prop_assert_eq!(&stage.delivered, &delivered);
    }
}
