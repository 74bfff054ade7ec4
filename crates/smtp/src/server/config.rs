//! What a server offers and allows.
use alloc::vec::Vec;

use mailwire_core::{BareLineEnds, Limits};
use mailwire_sasl::Mechanism;

use crate::{Capability, ClientName, Extension, ParseError, Quirks, Reply, SessionLimits};

/// SMTP or LMTP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the two protocols of this crate")]
pub enum Protocol {
    /// RFC 5321.
    #[default]
    Smtp,
    /// RFC 2033: LHLO, and a reply for every recipient behind the message.
    Lmtp,
}

/// What a server offers and allows: made once, shared by all sessions in an `Arc`.
///
/// What is offered is enforced: a parameter or command whose extension is missing is refused.
///
/// ```
/// use mailwire_smtp::{Capability, server::Config};
///
/// let mut config = Config::new("mx.example")?;
/// config.max_message_size = Some(10_000_000);
/// config.offers.push(Capability::Dsn);
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The server's own name, in the greeting and in the answer to EHLO.
    pub name: ClientName,
    /// SMTP by default.
    pub protocol: Protocol,
    /// How much a client can make the session hold.
    pub limits: Limits,
    /// Which departures from the grammar are tolerated; all by default. What was tolerated is reported
    /// by [`Event::Tolerated`](super::Event::Tolerated).
    pub tolerated: Quirks,
    /// What is done about bare CRs and LFs in DATA; `Normalize` by default. With `Reject`, a command
    /// line that ends in LF alone is refused too.
    pub bare_line_ends: BareLineEnds,
    /// Whether [`Summary`](mailwire_core::Summary) is complete; it is by default. Without, only its size
    /// is right, and its bare line ends unless they are kept: that saves a look at every octet.
    pub census: bool,
    /// The extensions offered, but for those that follow from other fields: `SIZE` from
    /// [`max_message_size`](Self::max_message_size), `AUTH` from [`auth`](Self::auth), `LIMITS` from
    /// [`max_transactions`](Self::max_transactions) and
    /// [`max_recipient_domains`](Self::max_recipient_domains). `STARTTLS` is offered only before TLS,
    /// `REQUIRETLS` only under it.
    ///
    /// By default `PIPELINING`, `8BITMIME`, `SMTPUTF8`, `ENHANCEDSTATUSCODES` and `CHUNKING`.
    pub offers: Vec<Capability>,
    /// The most octets of a message; unlimited by default (`SIZE` without a number).
    pub max_message_size: Option<u64>,
    /// The most recipients of a message: 1,000. RFC 5321 §4.5.3.1.8 wants at least 100.
    pub max_recipients: u32,
    /// The most transactions of a session (`MAILMAX` of RFC 9422); unlimited by default.
    pub max_transactions: Option<u32>,
    /// The most different domains among the recipients of a session (`RCPTDOMAINMAX` of RFC 9422);
    /// unlimited by default.
    pub max_recipient_domains: Option<u32>,
    /// The mechanisms for AUTH, best first; none by default. Those with channel binding (-PLUS) are
    /// offered under TLS only.
    pub auth: Vec<Mechanism>,
    /// Whether mechanisms that show the password are offered without TLS; they are not by default.
    pub plaintext_auth_without_tls: bool,
    /// Whether MAIL needs AUTH before (submission, RFC 6409 §4.3).
    pub require_auth: bool,
    /// Whether everything but EHLO, NOOP, RSET, STARTTLS and QUIT needs TLS before (RFC 3207 §4).
    pub require_tls: bool,
    /// Whether a load balancer speaks first, in the PROXY protocol of version 1 or 2, before the greeting.
    /// Only for listeners that nobody else can reach.
    pub proxy_protocol: bool,
    /// Whether the connection is under TLS from the start (RFC 8314).
    pub implicit_tls: bool,
    /// Whether parameters of MAIL and RCPT that this crate does not know reach the caller instead of a
    /// 555.
    pub unknown_parameters: bool,
    /// Whether TURN, SEND, SOML and SAML (RFC 821) reach the caller instead of a 502.
    pub historic_commands: bool,
    /// Whether input that arrives before the reply to the last command ends the session, if
    /// `PIPELINING` is not offered.
    ///
    /// What happened to arrive together then makes a difference: this is the one exception to the
    /// law that no cut of the input does.
    pub refuse_early_input: bool,
    /// After how many replies that say no, the caller's own included and since the last message that
    /// was accepted, [`Event::Excess`](super::Event::Excess) comes: 20.
    pub max_errors: u32,
    /// The same for commands that do nothing: NOOP, RSET, VRFY, EXPN, HELP, ETRN: 100.
    pub max_idle_commands: u32,
}

impl Config {
    /// The defaults, for a server with this name: a domain or an address literal.
    pub fn new(name: &str) -> Result<Self, ParseError> {
        Ok(Self {
            name: ClientName::new(name)?,
            protocol: Protocol::Smtp,
            limits: Limits::default(),
            tolerated: Quirks::ALL,
            bare_line_ends: BareLineEnds::Normalize,
            census: true,
            offers: [
                Capability::Pipelining,
                Capability::EightBitMime,
                Capability::SmtpUtf8,
                Capability::EnhancedStatusCodes,
                Capability::Chunking,
            ]
            .into(),
            max_message_size: None,
            max_recipients: 1_000,
            max_transactions: None,
            max_recipient_domains: None,
            auth: Vec::new(),
            plaintext_auth_without_tls: false,
            require_auth: false,
            require_tls: false,
            proxy_protocol: false,
            implicit_tls: false,
            unknown_parameters: false,
            historic_commands: false,
            refuse_early_input: false,
            max_errors: 20,
            max_idle_commands: 100,
        })
    }

    /// Whether the extension is offered in a session that is or is not under TLS.
    #[must_use]
    pub fn offers(&self, extension: Extension, tls: bool) -> bool {
        match extension {
            Extension::Size => true,
            Extension::Auth => self.mechanisms(tls).next().is_some(),
            Extension::Limits => self.session_limits().is_some(),
            _ => self.listed(tls).any(|offer| offer.extension() == Some(extension)),
        }
    }

    /// The mechanisms that AUTH may use.
    pub(super) fn mechanisms(&self, tls: bool) -> impl Iterator<Item = Mechanism> {
        let plaintext = tls || self.plaintext_auth_without_tls;
        self.auth.iter().copied().filter(move |mechanism| {
            (plaintext || !mechanism.is_plaintext()) && (tls || !mechanism.is_plus())
        })
    }

    /// The reply to EHLO or LHLO.
    pub(super) fn hello(&self, tls: bool) -> Reply {
        let mut offers: Vec<_> = self.listed(tls).cloned().collect();
        offers.push(Capability::Size(self.max_message_size));
        let mechanisms: Vec<_> = self.mechanisms(tls).map(Mechanism::name).collect();
        if !mechanisms.is_empty() {
            let names = crate::Params::new(mechanisms).expect("mechanism names are words");
            offers.push(Capability::Auth(names));
        }
        offers.extend(self.session_limits().map(Capability::Limits));
        Reply::hello(self.name.as_str(), &offers)
            .expect("names and capabilities are checked when built")
    }

    fn listed(&self, tls: bool) -> impl Iterator<Item = &Capability> {
        self.offers.iter().filter(move |offer| match offer {
            Capability::Size(_) | Capability::Auth(_) | Capability::Limits(_) => false,
            Capability::StartTls => !tls,
            Capability::RequireTls => tls,
            _ => true,
        })
    }

    fn session_limits(&self) -> Option<SessionLimits> {
        let (mail, domains) = (self.max_transactions, self.max_recipient_domains);
        let any = mail.is_some() || domains.is_some();
        any.then(|| SessionLimits::new(mail, Some(self.max_recipients), domains))
    }
}
