//! Two ends of an exchange, and somebody between them.
use std::sync::LazyLock;

use arbitrary::Arbitrary;
use mailwire_sasl::{
    ChannelBinding, Credentials, Error, Hash, Mechanism, Secret, client, saslprep,
    server::{self, Config, Question, ScramKeys, Step},
};

/// Which mechanism, who the client is, and what the server knows.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Setup {
    mechanism: u8,
    user: u8,
    password: u8,
    known_user: u8,
    known_password: u8,
    /// Bits: no initial response, bindings that differ, and what the message of success carries.
    switches: u8,
}

const USERS: [&str; 6] = ["user", "us=er,", "\u{aa}", "I\u{ad}X", "\u{fc}", "boss"];
const PASSWORDS: [&str; 4] = ["pencil", "", "\u{2168}", "pen\0cil"];
const TOKEN: &str = "vF9dft4qmT==";

impl Setup {
    /// The mechanism.
    pub fn mechanism(self) -> Mechanism {
        Mechanism::ALL[usize::from(self.mechanism) % Mechanism::ALL.len()]
    }

    fn on(self, bit: u8) -> bool {
        self.switches >> bit & 1 != 0
    }

    /// Whether the client brings a right password, and the same binding.
    pub fn is_right(self) -> bool {
        let (user, password) = (name(self.user), password(self.password));
        let known = (name(self.known_user), self::password(self.known_password));
        let same = |a: &str, b: &str| match (saslprep::stored(a), saslprep::stored(b)) {
            (Ok(a), Ok(b)) => a == b,
            _ => a == b,
        };
        let bound = !(self.mechanism().is_plus() && self.on(1));
        same(user, known.0) && same(password, known.1) && bound
    }

    /// The client; `None` if the credentials are none.
    pub fn client(self) -> Option<client::Exchange> {
        let credentials = Credentials::password(name(self.user), password(self.password))
            .and_then(|credentials| credentials.with_token(TOKEN))
            .and_then(|credentials| credentials.with_endpoint("mx.example", 587))
            .and_then(|credentials| credentials.with_external().with_anonymous("sirhc"))
            .ok()?;
        let binding = self.binding(self.on(1));
        client::Exchange::new(self.mechanism(), &credentials, "fyko+d2lbbFgON", &binding)
            .ok()
            .map(|exchange| exchange.with_iterations(0..=5_000))
    }

    /// The server.
    pub fn server(self) -> server::Exchange {
        let mut config =
            Config::new("3rfcNHYJ").with_hostname("mx.example").with_dummy("secret", 4096);
        if self.mechanism().is_plus() {
            config = config.with_binding(self.binding(false));
        }
        server::Exchange::new(self.mechanism(), config).expect("a good configuration")
    }

    fn binding(self, other: bool) -> ChannelBinding {
        match self.mechanism().is_plus() {
            true => ChannelBinding::TlsExporter(vec![other.into(); 32]),
            false => ChannelBinding::None,
        }
    }

    /// Answers questions until there is something to send, or the end.
    pub fn decide(self, exchange: &mut server::Exchange, mut step: Step) -> Result<Step, Error> {
        let user = name(self.known_user);
        let prepared = saslprep::stored(user).expect("a good name");
        while let Step::Ask(question) = step {
            step = match question {
                Question::Secret { authcid } => {
                    let known = (authcid == user).then(|| password(self.known_password).into());
                    exchange.supply(known)?
                }
                Question::ScramKeys { hash, authcid, .. } => {
                    let known = authcid == *prepared;
                    exchange.supply_scram(keys(hash, self.known_password).filter(|_| known))?
                }
                Question::Password { authcid, password, .. } => {
                    let known = saslprep::stored(self::password(self.known_password));
                    let right = known.is_ok_and(|known| password == Secret::from(&*known));
                    verdict(exchange, right && authcid == *prepared)?
                }
                Question::Token { token, .. } => verdict(exchange, token == Secret::from(TOKEN))?,
                Question::Authorize { authcid, authzid } => {
                    assert_eq!(authcid, *prepared, "asked about somebody else");
                    verdict(exchange, authzid.is_empty() || authzid == *prepared)?
                }
                _ => verdict(exchange, true)?,
            };
        }
        Ok(step)
    }

    /// Lets the two talk, and what is between them change the messages.
    pub fn talk(self, tamper: &mut impl FnMut(Toward, Vec<u8>) -> Vec<u8>) -> Option<Outcome> {
        let mut client = self.client()?;
        let mut server = self.server();
        let first = client.initial_response().filter(|_| !self.on(0));
        let mut outcome = Outcome::default();
        let first = first.map(|message| outcome.carry(Toward::Server, message, tamper));
        let mut step = server.start(first.as_deref());
        for _ in 0..10 {
            let challenge = match step.and_then(|step| self.decide(&mut server, step)) {
                Ok(Step::Challenge(challenge)) => challenge,
                Ok(Step::Done(_)) => {
                    assert_eq!(server.respond(b""), Err(Error::Misuse));
                    outcome.server = true;
                    outcome.client = client.finish(None).is_ok();
                    return Some(outcome);
                }
                Ok(step) => {
                    assert_eq!(step, Step::Failed);
                    assert_eq!(server.respond(b""), Err(Error::Misuse));
                    return Some(outcome);
                }
                Err(error) => {
                    assert_latched(&mut server, &error);
                    return Some(outcome);
                }
            };
            for misuse in
                [server.accept(), server.reject(), server.supply(None), server.start(None)]
            {
                assert_eq!(misuse, Err(Error::Misuse), "a challenge is out");
            }
            let challenge = outcome.carry(Toward::Client, challenge, tamper);
            match client.respond(&challenge) {
                Ok(response) => {
                    step = server.respond(&outcome.carry(Toward::Server, response, tamper));
                }
                Err(error) => {
                    for _ in 0..2 {
                        assert_eq!(client.respond(b""), Err(error.clone()), "latch");
                        assert_eq!(client.finish(None), Err(error.clone()), "latch");
                    }
                    return Some(outcome);
                }
            }
        }
        panic!("an exchange without end");
    }

    /// What comes with the protocol's success, if anything does.
    pub fn final_data(self) -> bool {
        self.on(2)
    }
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// A challenge.
    Client,
    /// A response.
    Server,
}

/// How it ended, and what was said: as it was sent, and as it arrived.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The server believes in it.
    pub server: bool,
    /// The client, told of success, believes in it too.
    pub client: bool,
    /// All messages.
    pub messages: Vec<(Toward, Vec<u8>, Vec<u8>)>,
}

impl Outcome {
    fn carry(
        &mut self,
        toward: Toward,
        message: Vec<u8>,
        tamper: &mut impl FnMut(Toward, Vec<u8>) -> Vec<u8>,
    ) -> Vec<u8> {
        let arrived = tamper(toward, message.clone());
        self.messages.push((toward, message, arrived.clone()));
        arrived
    }
}

/// What the input makes of a message: nothing, a change, or another message.
pub fn change(message: Vec<u8>, part: Option<&[u8]>) -> Vec<u8> {
    let mut changed = message;
    match part {
        None | Some([]) => {}
        Some([b'=', tail @ ..]) => changed.extend_from_slice(tail),
        Some([b'^', at, bits, ..]) if !changed.is_empty() => {
            let at = usize::from(*at) % changed.len();
            changed[at] ^= bits;
        }
        Some([b'+', at, more @ ..]) => {
            let at = usize::from(*at).min(changed.len());
            changed.splice(at..at, more.iter().copied());
        }
        Some([b'-', from, count, ..]) => {
            let from = usize::from(*from).min(changed.len());
            let to = (from + usize::from(*count)).min(changed.len());
            changed.drain(from..to);
        }
        Some([b'!', other @ ..]) => changed = other.to_vec(),
        Some(other) => changed = other.to_vec(),
    }
    changed
}

/// After an error every verb says the same.
pub fn assert_latched(server: &mut server::Exchange, error: &Error) {
    assert_ne!(*error, Error::Misuse);
    for result in [
        server.respond(b""),
        server.start(None),
        server.accept(),
        server.reject(),
        server.supply(None),
        server.supply_scram(None),
        server.cancel().map(|()| Step::Failed),
    ] {
        assert_eq!(result.as_ref(), Err(error), "latch");
    }
}

fn verdict(exchange: &mut server::Exchange, right: bool) -> Result<Step, Error> {
    if right { exchange.accept() } else { exchange.reject() }
}

fn name(index: u8) -> &'static str {
    USERS[usize::from(index) % USERS.len()]
}

fn password(index: u8) -> &'static str {
    PASSWORDS[usize::from(index) % PASSWORDS.len()]
}

fn keys(hash: Hash, index: u8) -> Option<ScramKeys> {
    static KEYS: LazyLock<Vec<Option<ScramKeys>>> = LazyLock::new(|| {
        let derive =
            |hash| PASSWORDS.map(|password| ScramKeys::derive(hash, password, b"salt", 4096).ok());
        [derive(Hash::Sha1), derive(Hash::Sha256)].concat()
    });
    let from = if hash == Hash::Sha1 { 0 } else { PASSWORDS.len() };
    KEYS[from + usize::from(index) % PASSWORDS.len()].clone()
}
