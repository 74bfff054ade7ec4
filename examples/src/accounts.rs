//! Who may log in, and the answers to what the SASL exchanges ask.
use std::{collections::HashMap, error::Error};

use mailwire_sasl::{
    ChannelBinding, Hash, Mechanism, Secret, nonce, saslprep,
    server::{Config, Exchange, Question, ScramKeys},
};

/// The users, with what is needed to check each kind of proof.
#[derive(Debug)]
pub struct Accounts {
    /// By name as `SASLprep` leaves it, which is how the exchanges ask.
    users: HashMap<String, Account>,
    /// Makes up salts for users that do not exist.
    site_key: Secret,
}

#[derive(Debug)]
struct Account {
    password: Secret,
    /// As `SASLprep` leaves it.
    prepared: Secret,
    sha1: ScramKeys,
    sha256: ScramKeys,
}

/// What a server machine is to be told.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "not a library")]
pub enum Answer {
    /// To accept or to reject.
    Verdict(bool),
    /// To supply this.
    Secret(Option<Secret>),
    /// To supply these.
    ScramKeys(Option<ScramKeys>),
}

const ITERATIONS: u32 = 4096;

impl Accounts {
    /// The mechanisms that are offered if there are any users: those that bind to TLS only under it.
    pub const MECHANISMS: [Mechanism; 7] = [
        Mechanism::ScramSha256Plus,
        Mechanism::ScramSha1Plus,
        Mechanism::ScramSha256,
        Mechanism::ScramSha1,
        Mechanism::CramMd5,
        Mechanism::Plain,
        Mechanism::Login,
    ];

    /// Prepares names, passwords and SCRAM keys.
    pub fn new(users: &[(String, String)]) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let mut accounts =
            Self { users: HashMap::new(), site_key: Secret::from(random::<32>().to_vec()) };
        for (user, password) in users {
            let wrong = |error| format!("user {user}: {error}");
            let name = saslprep::stored(user).map_err(|error| wrong(error.into()))?.into_owned();
            let account = Account::new(password).map_err(wrong)?;
            if accounts.users.insert(name, account).is_some() {
                return Err(format!("user {user}: there are two of that name").into());
            }
        }
        Ok(accounts)
    }

    /// Begins an exchange on this channel.
    pub fn exchange(
        &self,
        mechanism: Mechanism,
        channel: &ChannelBinding,
    ) -> Result<Exchange, mailwire_sasl::Error> {
        let config = Config::new(nonce(&random::<18>()))
            .with_hostname("localhost")
            .with_dummy(self.site_key.clone(), ITERATIONS)
            .with_binding(channel.clone());
        Exchange::new(mechanism, config)
    }

    /// Answers what the exchange wants to know.
    #[must_use]
    pub fn answer(&self, question: &Question) -> Answer {
        match question {
            Question::Password { authzid, authcid, password } => {
                let himself = authzid.is_empty() || authzid == authcid;
                Answer::Verdict(self.knows(authcid, password) && himself)
            }
            Question::Secret { authcid } => Answer::Secret(self.secret(authcid)),
            Question::ScramKeys { hash, authcid, .. } => {
                let keys = self.users.get(authcid).map(|account| account.keys(*hash).clone());
                Answer::ScramKeys(keys)
            }
            // Nobody may act as somebody else.
            _ => Answer::Verdict(false),
        }
    }

    /// Whether this is the user's password, both as `SASLprep` leaves them.
    #[must_use]
    pub fn knows(&self, user: &str, password: &Secret) -> bool {
        let account = self.users.get(user);
        // Compare even if there is no such user, so that it takes as long.
        let right =
            *password == account.map_or(&self.site_key, |account| &account.prepared).clone();
        right && account.is_some()
    }

    /// The user's password, for the proofs that need it.
    #[must_use]
    pub fn secret(&self, user: &str) -> Option<Secret> {
        self.users.get(user).map(|account| account.password.clone())
    }
}

impl Account {
    fn new(password: &str) -> Result<Self, mailwire_sasl::Error> {
        let keys = |hash| ScramKeys::derive(hash, password, &random::<16>(), ITERATIONS);
        Ok(Self {
            prepared: saslprep::stored(password)?.into_owned().into(),
            password: password.into(),
            sha1: keys(Hash::Sha1)?,
            sha256: keys(Hash::Sha256)?,
        })
    }

    fn keys(&self, hash: Hash) -> &ScramKeys {
        if hash == Hash::Sha1 { &self.sha1 } else { &self.sha256 }
    }
}

/// Octets that nobody can guess.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut octets = [0; N];
    getrandom::fill(&mut octets).expect("the system has random numbers");
    octets
}
