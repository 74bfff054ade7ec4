//! The command line of `pop3_fetch`, and what it means for the machine.
use std::{error::Error, path::PathBuf, time::Duration};

use clap::Parser;
use mailwire_pop3::client::{Config, Login, Method, TlsPolicy};
use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, UnknownMechanism, nonce};

use crate::{accounts::random, submit::Tls};

/// Fetches the new mail of a POP3 server, and prints a line of JSON for each message.
#[derive(Clone, Debug, Parser)]
#[expect(clippy::exhaustive_structs, reason = "not a library")]
pub struct FetchOptions {
    /// Where to connect to.
    #[arg(long, value_name = "HOST:PORT")]
    pub server: String,
    /// Whether and how to use TLS.
    #[arg(long, value_enum, default_value = "none")]
    pub tls: Tls,
    /// Trust the certificates in this PEM file, instead of those that the system trusts.
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Trust every certificate.
    #[arg(long, conflicts_with = "ca")]
    pub insecure: bool,
    /// Who logs in.
    #[arg(long)]
    pub user: String,
    /// The password, or the token of an OAuth mechanism. Without TLS, it is shown only to a server on a
    /// loopback address.
    #[arg(long)]
    pub password: String,
    /// A SASL mechanism, `apop` or `userpass`; the best that both sides have unless given. APOP is used
    /// without TLS only if it is given.
    #[arg(long, value_name = "MECH", value_parser = method)]
    pub auth: Option<Method>,
    /// Have the server delete what is stored.
    #[arg(long)]
    pub delete: bool,
    /// The folder to store the messages in; made if there is none.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Wait no longer than this for the server; unless given, ten minutes.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout: Option<u64>,
}

fn method(name: &str) -> Result<Method, UnknownMechanism> {
    Ok(match name.to_ascii_lowercase().as_str() {
        "apop" => Method::Apop,
        "userpass" => Method::UserPass,
        mechanism => Method::Sasl(mechanism.parse()?),
    })
}

impl FetchOptions {
    /// Reads the command line, and ends the program if it is wrong.
    #[must_use]
    pub fn read() -> Self {
        Self::parse()
    }

    /// How long to wait, where this is usual.
    #[must_use]
    pub fn patience(&self, usual: Duration) -> Duration {
        self.timeout.map_or(usual, |seconds| usual.min(Duration::from_secs(seconds)))
    }

    /// How the machine is to behave.
    #[must_use]
    pub fn config(&self, loopback: bool) -> Config {
        let mut config = Config::default();
        config.tls = match self.tls {
            Tls::Starttls => TlsPolicy::Require,
            Tls::None | Tls::Implicit => TlsPolicy::Never,
        };
        config.implicit_tls = self.tls == Tls::Implicit;
        config.plaintext_auth_without_tls = loopback;
        config.apop_without_tls = self.auth == Some(Method::Apop);
        config
    }

    /// The login.
    pub fn login(&self, binding: &ChannelBinding) -> Result<Login, Box<dyn Error>> {
        let (user, password) = (self.user.as_str(), self.password.as_str());
        let nonce = nonce(&random::<18>());
        let login = match self.auth {
            Some(Method::Sasl(Mechanism::OAuthBearer | Mechanism::XOAuth2)) => {
                Login::new(Credentials::bearer(user, password)?, nonce)
            }
            Some(Method::Sasl(Mechanism::External)) => {
                Login::new(Credentials::external().with_authzid(user)?, nonce)
            }
            _ => Login::password(user, password, nonce)?,
        };
        let login = login.with_binding(binding.clone());
        Ok(match self.auth {
            Some(method) => login.only(method),
            None => login,
        })
    }
}
