//! The part of the command line that says where the mail is, and what it means for the machine.
use std::{path::PathBuf, time::Duration};

use clap::{Args, builder::NonEmptyStringValueParser};
use mailwire_imap::{
    AString, Atom, Capabilities, Command, InvalidValue, Password, Tag,
    client::{Config, Request, TlsPolicy},
};
use mailwire_sasl::{
    ChannelBinding, Credentials, Mechanism, NoMechanism, Policy, UnknownMechanism, choose,
    client::Exchange, nonce,
};

use crate::{accounts::random, submit::Tls};

/// Where the mail is, and who reads it.
#[derive(Clone, Debug, Args)]
#[expect(clippy::exhaustive_structs, reason = "not a library")]
pub struct Account {
    /// Where to connect to.
    #[arg(long, value_name = "HOST:PORT", value_parser = NonEmptyStringValueParser::new())]
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
    /// A SASL mechanism, or `login-command` for the LOGIN command; the best that both sides have unless
    /// given.
    #[arg(long, value_name = "MECH", value_parser = method)]
    pub auth: Option<Method>,
    /// Compress both directions where the server offers that.
    #[arg(long)]
    pub compress: bool,
    /// Do as if the server did not offer this capability; may be repeated. For servers that have it and do
    /// not do it well.
    #[arg(long = "ignore", value_name = "CAPABILITY", value_parser = atom)]
    pub ignored: Vec<Atom>,
    /// Wait no longer than this for the server; unless given, as long as the protocol says.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout: Option<u64>,
    /// What to enable where the server offers it.
    #[arg(skip)]
    pub enable: Vec<Atom>,
}

/// A way to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "not a library")]
pub enum Method {
    /// LOGIN, the command.
    Login,
    /// AUTHENTICATE with this mechanism.
    Sasl(Mechanism),
}

fn method(name: &str) -> Result<Method, UnknownMechanism> {
    if name.eq_ignore_ascii_case("login-command") {
        return Ok(Method::Login);
    }
    name.parse().map(Method::Sasl)
}

fn atom(name: &str) -> Result<Atom, InvalidValue> {
    Atom::new(name.to_owned())
}

impl Account {
    /// How long to wait, where this is usual.
    #[must_use]
    pub fn patience(&self, usual: Duration) -> Duration {
        self.timeout.map_or(usual, |seconds| usual.min(Duration::from_secs(seconds)))
    }

    /// The name that the certificate must have.
    #[must_use]
    pub fn host(&self) -> &str {
        let host = self.server.rsplit_once(':').map_or(&*self.server, |(host, _)| host);
        host.trim_matches(['[', ']'])
    }

    /// How the machine is to behave.
    #[must_use]
    pub fn config(&self, loopback: bool) -> Config {
        // Who cannot see the tags cannot complete commands.
        let prefix: String =
            random::<6>().iter().map(|octet| char::from(b'a' + octet % 26)).collect();
        let mut config = Config::new(Tag::new(prefix).expect("letters are a tag"));
        config.tls = match self.tls {
            Tls::Starttls => TlsPolicy::Require,
            Tls::None | Tls::Implicit => TlsPolicy::Never,
        };
        config.implicit_tls = self.tls == Tls::Implicit;
        config.plaintext_auth_without_tls = loopback;
        config.compress = self.compress;
        config.ignored.clone_from(&self.ignored);
        config.enable.clone_from(&self.enable);
        config
    }

    /// The login, as the server offers it. An error says why there is none.
    pub fn login(
        &self,
        offers: &Capabilities,
        tls: bool,
        loopback: bool,
        binding: &ChannelBinding,
    ) -> Result<Request, String> {
        match self.mechanism(offers, tls, loopback, binding)? {
            Method::Sasl(mechanism) => self.exchange(mechanism, offers, binding),
            Method::Login => {
                let wrong = |error: InvalidValue| error.to_string();
                let user = AString::new(&self.user).map_err(wrong)?;
                let password = Password::new(self.password.as_str()).map_err(wrong)?;
                Ok(Command::Login { user, password }.into())
            }
        }
    }

    fn mechanism(
        &self,
        offers: &Capabilities,
        tls: bool,
        loopback: bool,
        binding: &ChannelBinding,
    ) -> Result<Method, String> {
        if let Some(method) = self.auth {
            return Ok(method);
        }
        let mut policy = Policy::new(tls).with_channel_binding(*binding != ChannelBinding::None);
        if loopback {
            policy = policy.with_plaintext_allowed();
        }
        let credentials = Credentials::password(&*self.user, &*self.password).map_err(wrong)?;
        match choose(offers.values_of("AUTH"), &credentials, &policy) {
            Ok(mechanism) => Ok(Method::Sasl(mechanism)),
            Err(NoMechanism::NoneInCommon) if !offers.has("LOGINDISABLED") => Ok(Method::Login),
            Err(NoMechanism::NoneInCommon) => {
                Err("the server has disabled LOGIN and offers no mechanism for a password".into())
            }
            Err(error) => Err(error.to_string()),
        }
    }

    fn exchange(
        &self,
        mechanism: Mechanism,
        offers: &Capabilities,
        binding: &ChannelBinding,
    ) -> Result<Request, String> {
        let (user, password) = (self.user.as_str(), self.password.as_str());
        let credentials = match mechanism {
            Mechanism::OAuthBearer | Mechanism::XOAuth2 => Credentials::bearer(user, password),
            Mechanism::External => Credentials::external().with_authzid(user),
            _ => Credentials::password(user, password),
        };
        // Who could bind and does not, must not say that it was not offered (RFC 5802 §6).
        let spurned = !mechanism.is_plus()
            && offers.values_of("AUTH").any(|name| name.to_ascii_uppercase().ends_with("-PLUS"));
        let binding = if spurned { &ChannelBinding::None } else { binding };
        let nonce = nonce(&random::<18>());
        let exchange = Exchange::new(mechanism, &credentials.map_err(wrong)?, &nonce, binding);
        exchange.map(Request::from).map_err(wrong)
    }
}

fn wrong(error: mailwire_sasl::Error) -> String {
    error.to_string()
}
