//! A caller of the server machine that does anything, but always the same about the same event.
use std::{cell::Cell, sync::LazyLock};

use arbitrary::Arbitrary;
use mailwire_core::{BareLineEnds, Machine};
use mailwire_sasl::{ChannelBinding, Hash, Mechanism, Secret, server as sasl};
use mailwire_smtp::{
    Capability, Error, Params, Reply, SessionLimits,
    server::{Config, Event, Protocol, Server, State},
};
use testkit::laws::Subject;

use crate::mix;

/// How a server is set up: a bit for every switch, and numbers small enough to be reached.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Setup {
    switches: u16,
    offers: u32,
    mechanisms: u16,
    max_size: u8,
    line: u8,
    owed: u8,
    counts: u8,
    /// How the caller decides.
    pub seed: u64,
}

impl Setup {
    /// The configuration.
    pub fn config(&self) -> Config {
        let on = |bit: u32| self.switches >> bit & 1 != 0;
        let mut config = Config::new("mx.example").expect("a domain");
        config.protocol = if on(0) { Protocol::Lmtp } else { Protocol::Smtp };
        config.bare_line_ends = match (on(1), on(2)) {
            (false, false) => BareLineEnds::Normalize,
            (true, false) => BareLineEnds::Reject,
            (_, true) => BareLineEnds::Keep,
        };
        config.plaintext_auth_without_tls = !on(3);
        config.require_auth = on(4);
        config.require_tls = on(5);
        config.implicit_tls = on(6);
        config.unknown_parameters = on(7);
        config.historic_commands = !on(8);
        config.proxy_protocol = on(11);
        config.tolerated = match (on(9), on(10)) {
            (false, _) => config.tolerated,
            (true, seeded) => {
                let bits = if seeded { self.seed as u16 } else { 0 };
                config.tolerated.iter().filter(|&quirk| bits >> quirk as u8 & 1 != 0).collect()
            }
        };
        config.max_message_size = (self.max_size != 0).then_some(self.max_size.into());
        // What was offered at first stays if no bit is set, so that an empty setup is a useful one.
        let all = offers();
        config.offers = (0..all.len())
            .filter(|&at| self.offers >> at & 1 == 0)
            .map(|at| all[at].clone())
            .collect();
        // The one exception to the cut law.
        config.refuse_early_input = false;
        config.auth = Mechanism::ALL
            .into_iter()
            .enumerate()
            .filter(|(at, _)| self.mechanisms >> at & 1 == 0)
            .map(|(_, mechanism)| mechanism)
            .collect();
        let small = |byte: u8, usual: usize| if byte == 0 { usual } else { byte.into() };
        config.limits.line = small(self.line, config.limits.line);
        config.limits.sasl_line = small(self.line, config.limits.sasl_line);
        config.limits.owed = small(self.owed, config.limits.owed);
        let count = |at: u8| (self.counts >> at & 3).into();
        let limit = |at: u8| Some(count(at)).filter(|&count| count != 0);
        config.max_recipients = limit(0).unwrap_or(1_000);
        config.max_transactions = limit(2);
        config.max_recipient_domains = limit(4);
        config.max_errors = limit(6).unwrap_or(20);
        config.max_idle_commands = limit(6).unwrap_or(100);
        config
    }
}

fn offers() -> [Capability; 19] {
    let some = Params::from_static;
    [
        Capability::Pipelining,
        Capability::EightBitMime,
        Capability::SmtpUtf8,
        Capability::EnhancedStatusCodes,
        Capability::Chunking,
        Capability::StartTls,
        Capability::BinaryMime,
        Capability::Dsn,
        Capability::Etrn,
        Capability::Atrn,
        Capability::RequireTls,
        Capability::Rrvs,
        Capability::DeliverBy(Some(60)),
        Capability::MtPriority(some("MIXER")),
        Capability::XClient(some("ADDR NAME")),
        Capability::XForward(some("ADDR NAME")),
        Capability::Burl(some("imap")),
        Capability::Limits(SessionLimits::new(Some(3), Some(3), None)),
        Capability::Vrfy,
    ]
}

/// The caller, and what it has seen of the message.
pub struct Caller {
    config: Config,
    seed: u64,
    received: Cell<u64>,
}

impl Caller {
    /// A caller that decides as the setup says.
    pub fn new(setup: Setup) -> Self {
        Self { config: setup.config(), seed: setup.seed, received: Cell::new(0) }
    }

    fn decide(&self, server: &mut Server, event: &Event, decision: u64) -> Result<(), Error> {
        // Yes is more likely than no: otherwise nothing gets far.
        match (event, decision % 12) {
            (Event::Auth(mechanism), 1..) => server.authenticate(exchange(*mechanism)),
            (Event::Ask(question), 1..) => match question {
                sasl::Question::Secret { .. } => server.supply(Some(Secret::from("tanstaaf"))),
                sasl::Question::ScramKeys { hash, .. } => server.supply_scram(Some(keys(*hash))),
                _ => server.accept_as("tim"),
            },
            (_, 0) => server.reject(&Reply::REFUSED),
            (_, 1) => server.reject(&Reply::LOCAL_ERROR),
            (Event::End(_), 2) => {
                // LMTP: one by one, and the rest as a whole.
                server.reply(&Reply::NO_SUCH_USER)?;
                if server.state() == State::Deciding { server.accept() } else { Ok(()) }
            }
            (_, 2) => server.reply(&Reply::OK),
            (_, 3) if decision >> 60 == 0 => server.send(&Reply::SHUTTING_DOWN),
            (_, 3) if decision >> 60 == 1 => server.reject(&Reply::SHUTTING_DOWN),
            (_, 4) if decision >> 60 == 0 => {
                server.decline();
                Ok(())
            }
            _ => server.accept(),
        }
    }
}

impl Subject for Caller {
    type Machine = Server;

    fn start(&self) -> Server {
        self.received.set(0);
        Server::new(self.config.clone())
    }

    fn answer(&self, server: &mut Server, event: &Event) {
        match event {
            Event::Chunk(octets) => {
                self.received.set(self.received.get() + octets.len() as u64);
                return no_answer(server, event);
            }
            Event::End(summary) => {
                assert_eq!(summary.size, self.received.take(), "the size of what was handed over");
                let max = self.config.max_message_size.unwrap_or(u64::MAX);
                assert!(summary.size <= max, "more than the server takes");
            }
            Event::Data(_) | Event::Burl { .. } | Event::Discarded { .. } | Event::Reset => {
                self.received.set(0);
            }
            _ => {}
        }
        if !wants_answer(event) {
            return no_answer(server, event);
        }
        let before = format!("{server:?}");
        assert_eq!(server.reply(&Reply::START_MAIL_INPUT), Err(Error::Misuse), "354 is no answer");
        assert_eq!(server.reject(&Reply::OK), Err(Error::Misuse), "250 is no refusal");
        assert_eq!(Machine::upgraded(server), Err(Error::Misuse));
        assert_eq!(format!("{server:?}"), before, "misuse changes nothing");
        let decision = mix(self.seed, format!("{event:?}"));
        if let Err(error) = self.decide(server, event, decision) {
            assert_eq!(error, Error::Misuse);
            assert_eq!(format!("{server:?}"), before, "misuse changes nothing");
            server.decline();
        }
        if server.state() != State::Deciding {
            no_answer(server, event);
        }
    }

    fn body<'e>(&self, event: &'e Event) -> Option<&'e [u8]> {
        match event {
            Event::Chunk(octets) => Some(octets),
            _ => None,
        }
    }
}

fn wants_answer(event: &Event) -> bool {
    !matches!(
        event,
        Event::Proxied(_)
            | Event::Chunk(_)
            | Event::Authenticated(_)
            | Event::AuthFailed(_)
            | Event::Discarded { .. }
            | Event::Refused { .. }
            | Event::Tolerated(_)
            | Event::Reset
            | Event::StartTls
            | Event::Quit
    )
}

/// Nothing waits: every answer is misuse and changes nothing.
fn no_answer(server: &mut Server, event: &Event) {
    assert_eq!(server.accept(), Err(Error::Misuse), "{event:?}");
    assert_eq!(server.reject(&Reply::REFUSED), Err(Error::Misuse), "{event:?}");
    assert_eq!(server.reply(&Reply::OK), Err(Error::Misuse), "{event:?}");
    assert_eq!(server.supply(None), Err(Error::Misuse), "{event:?}");
    server.decline();
}

fn exchange(mechanism: Mechanism) -> sasl::Exchange {
    let mut config = sasl::Config::new("nonce").with_hostname("mx.example").with_dummy("key", 4096);
    if mechanism.is_plus() {
        config = config.with_binding(ChannelBinding::TlsExporter(vec![7; 32]));
    }
    sasl::Exchange::new(mechanism, config).expect("a good configuration")
}

/// What is stored of the password that every client here has.
pub fn keys(hash: Hash) -> sasl::ScramKeys {
    static KEYS: LazyLock<[sasl::ScramKeys; 2]> = LazyLock::new(|| {
        [Hash::Sha1, Hash::Sha256].map(|hash| {
            sasl::ScramKeys::derive(hash, "tanstaaf", b"salt", 4096).expect("a good password")
        })
    });
    KEYS.iter().find(|keys| keys.hash() == hash).expect("both are there").clone()
}
