//! The command line of `smtp_submit`, and what it means for the machine.
use std::{mem, net::SocketAddr, path::PathBuf, time::Duration};

use clap::{CommandFactory, Parser, ValueEnum, error::ErrorKind};
use mailwire_core::BareLineEnds;
use mailwire_sasl::{
    ChannelBinding, Credentials, Mechanism, Policy, choose, client::Exchange, nonce,
};
use mailwire_smtp::{
    BodyType, Capabilities, ForwardPath, Mailbox, ReversePath,
    client::{Config, Envelope, TlsPolicy},
    server::{Protocol, Transfer},
};

use crate::{accounts::random, message::Message};

/// Sends messages over SMTP or LMTP, all in one session, and prints a line of JSON for each.
#[derive(Clone, Debug, Parser)]
pub struct SubmitOptions {
    /// Where to connect to.
    #[arg(long, value_name = "HOST:PORT")]
    pub server: String,
    /// Speak LMTP instead of SMTP.
    #[arg(long)]
    pub lmtp: bool,
    /// Whether and how to use TLS.
    #[arg(long, value_enum, default_value = "none")]
    pub tls: Tls,
    /// Trust the certificates in this PEM file, instead of those that the system trusts.
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Trust every certificate.
    #[arg(long, conflicts_with = "ca")]
    pub insecure: bool,
    /// Log in. Without TLS, the password is shown only to a server on a loopback address.
    #[arg(long, requires = "password")]
    pub user: Option<String>,
    /// The password, or the token of an OAuth mechanism.
    #[arg(long, requires = "user")]
    pub password: Option<String>,
    /// The mechanism; the best that both sides have unless given.
    #[arg(long, value_name = "MECH", requires = "user")]
    pub auth: Option<Mechanism>,
    /// Send with BDAT instead of DATA.
    #[arg(long)]
    pub bdat: bool,
    /// Wait no longer than this for the server; unless given, as long as RFC 5321 says.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout: Option<u64>,
    /// The sender; empty for none.
    #[arg(long, value_name = "ADDRESS", value_parser = sender)]
    pub from: ReversePath,
    /// A recipient; may be repeated. Several at once need `--` between them and the files.
    #[arg(long, value_name = "ADDRESS", required = true, value_parser = recipient)]
    pub to: Vec<ForwardPath>,
    /// The messages.
    #[arg(value_name = "FILE", required_unless_present = "behind")]
    pub files: Vec<PathBuf>,
    #[arg(last = true, hide = true)]
    behind: Vec<PathBuf>,
}

/// Whether and how to use TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(clippy::exhaustive_enums, reason = "not a library")]
pub enum Tls {
    /// Not at all.
    None,
    /// By STARTTLS, or not send anything.
    Starttls,
    /// From the start.
    Implicit,
}

fn sender(address: &str) -> Result<ReversePath, mailwire_smtp::ParseError> {
    match bare(address) {
        "" => Ok(ReversePath::Null),
        mailbox => Ok(Mailbox::parse(mailbox)?.into()),
    }
}

fn recipient(address: &str) -> Result<ForwardPath, mailwire_smtp::ParseError> {
    match bare(address) {
        name if name.eq_ignore_ascii_case("postmaster") => Ok(ForwardPath::Postmaster),
        mailbox => Ok(Mailbox::parse(mailbox)?.into()),
    }
}

fn bare(address: &str) -> &str {
    let inner = address.strip_prefix('<').and_then(|address| address.strip_suffix('>'));
    inner.unwrap_or(address)
}

impl SubmitOptions {
    /// Reads the command line, and ends the program if it is wrong.
    #[must_use]
    pub fn read() -> Self {
        let mut options = Self::parse();
        if !options.behind.is_empty() {
            // `--to A B -- FILE`
            let more = mem::replace(&mut options.files, mem::take(&mut options.behind));
            for address in more {
                match recipient(&address.to_string_lossy()) {
                    Ok(to) => options.to.push(to),
                    Err(error) => {
                        let text = format!("{}: {error}", address.display());
                        Self::command().error(ErrorKind::ValueValidation, text).exit();
                    }
                }
            }
        }
        options
    }

    /// How long to wait, where this is usual.
    #[must_use]
    pub fn patience(&self, usual: Duration) -> Duration {
        self.timeout.map_or(usual, |seconds| usual.min(Duration::from_secs(seconds)))
    }

    /// How the machine is to behave, between these two addresses.
    pub fn config(
        &self,
        local: SocketAddr,
        server: SocketAddr,
    ) -> Result<Config, mailwire_smtp::ParseError> {
        let mut config = Config::new(&match local {
            SocketAddr::V4(local) => format!("[{}]", local.ip()),
            SocketAddr::V6(local) => format!("[IPv6:{}]", local.ip()),
        })?;
        if self.lmtp {
            config.protocol = Protocol::Lmtp;
        }
        config.tls = match self.tls {
            Tls::Starttls => TlsPolicy::Require,
            Tls::None | Tls::Implicit => TlsPolicy::Never,
        };
        config.implicit_tls = self.tls == Tls::Implicit;
        // There are none: see `Message`.
        config.bare_line_ends = BareLineEnds::Reject;
        config.plaintext_auth_without_tls = server.ip().is_loopback();
        Ok(config)
    }

    /// The login, if there is to be one, as the server offers it.
    pub fn exchange(
        &self,
        offers: &Capabilities,
        config: &Config,
        binding: &ChannelBinding,
    ) -> Result<Option<Exchange>, Box<dyn std::error::Error>> {
        let (Some(user), Some(password)) = (&self.user, &self.password) else { return Ok(None) };
        let credentials = match self.auth {
            Some(Mechanism::OAuthBearer | Mechanism::XOAuth2) => {
                Credentials::bearer(user, password.as_str())?
            }
            _ => Credentials::password(user, password.as_str())?,
        };
        let mut policy = Policy::new(self.tls != Tls::None)
            .with_channel_binding(*binding != ChannelBinding::None);
        if config.plaintext_auth_without_tls {
            policy = policy.with_plaintext_allowed();
        }
        let mechanism = match self.auth {
            Some(mechanism) => mechanism,
            None => choose(offers.auth_mechanisms(), &credentials, &policy)?,
        };
        // Who could bind and does not, must not say that it was not offered (RFC 5802 §6).
        let spurned = !mechanism.is_plus()
            && offers.auth_mechanisms().any(|name| name.to_ascii_uppercase().ends_with("-PLUS"));
        let binding = if spurned { &ChannelBinding::None } else { binding };
        Ok(Some(Exchange::new(mechanism, &credentials, &nonce(&random::<18>()), binding)?))
    }

    /// The envelope of a message.
    #[must_use]
    pub fn envelope(&self, message: &Message) -> Envelope {
        let mut size = message.text.len() as u64;
        if !self.bdat && !message.text.is_empty() && !message.text.ends_with(b"\n") {
            size += 2; // DATA ends every line
        }
        let mut envelope = Envelope::new(self.from.clone()).with_size(size);
        if message.eight_bit {
            // Not sent at all if the server does not offer it (RFC 6152 §3).
            envelope = envelope.with_body(BodyType::EightBitMime).expect("there is no other BODY");
        }
        if self.bdat {
            envelope = envelope.with_transfer(Transfer::Bdat);
        }
        self.to.iter().cloned().fold(envelope, Envelope::with_recipient)
    }
}
