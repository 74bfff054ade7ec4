//! What a server offers and allows.
use alloc::vec::Vec;

use bytes::BytesMut;
use mailwire_core::Limits;
use mailwire_sasl::Mechanism;

use super::maildrop::Open;
use crate::{
    Capability, LanguageListing, MAX_COMMAND_LINE, MAX_REPLY_LINE, ParseError, ParseErrorKind,
    Quirks, Reply, Words,
};

/// What a server offers and allows: made once, shared by all sessions in an `Arc`.
///
/// What is offered is enforced: a command whose capability is missing is refused.
///
/// ```
/// use mailwire_pop3::{Capability, server::Config};
///
/// let mut config = Config::new("POP3 server ready")?;
/// config.offers.push(Capability::Stls);
/// assert!(Config::new("ready <postmaster@example.org>").is_err());
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The greeting, less the timestamp of APOP, which is another in every session.
    pub greeting: Reply,
    /// How much a client can make the session hold. A command line has at most 255 octets (RFC 2449
    /// §4).
    pub limits: Limits,
    /// Which departures from the grammar are tolerated; all by default. What was tolerated is reported
    /// by [`Event::Tolerated`](super::Event::Tolerated).
    pub tolerated: Quirks,
    /// The capabilities offered, but for those that follow from other fields: `USER` from
    /// [`user_pass`](Self::user_pass), `SASL` from [`auth`](Self::auth). `STLS` is offered only before
    /// TLS and before the login.
    ///
    /// `PIPELINING` is a promise and no rule: commands that come early are answered in their order, offered
    /// or not. One that does not fit a line of 512 octets is left out.
    ///
    /// By default `TOP`, `UIDL`, `RESP-CODES`, `AUTH-RESP-CODE` and `PIPELINING`.
    pub offers: Vec<Capability>,
    /// Whether USER and PASS are offered; they are by default, under TLS.
    ///
    /// Who may use APOP should not have a password for PASS too (RFC 1939 §13); that is for the caller
    /// to see to.
    pub user_pass: bool,
    /// The mechanisms for AUTH, best first; none by default. Those with channel binding (-PLUS) are
    /// offered under TLS only.
    pub auth: Vec<Mechanism>,
    /// Whether USER and PASS, and mechanisms that show the password, are offered without TLS; they are
    /// not by default (RFC 5034 §4).
    pub plaintext_auth_without_tls: bool,
    /// Whether every command but CAPA, STLS and QUIT needs TLS before.
    pub require_tls: bool,
    /// Whether the connection is under TLS from the start (RFC 8314).
    pub implicit_tls: bool,
    /// Whether RPOP, LAST and XTND are there (RFC 1081, RFC 1082); they are not by default.
    pub historic_commands: bool,
    /// What LANG alone lists, if `LANG` is offered. The texts of the fixed replies are in English.
    pub languages: Vec<LanguageListing>,
    /// After how many replies that say no, the caller's own included and since the login or the last
    /// message that was sent, [`Event::Excess`](super::Event::Excess) comes: 20. That there is no message
    /// of a number does not count.
    pub max_errors: u32,
}

impl Config {
    /// The defaults, for a server that greets like this. A `<` would look like the start of a timestamp,
    /// and so promise APOP (RFC 2449 §3).
    pub fn new(greeting: &str) -> Result<Self, ParseError> {
        if let Some(at) = greeting.find('<') {
            return Err(ParseErrorKind::ForbiddenOctet.at(at));
        }
        Ok(Self {
            greeting: Reply::ok(greeting)?,
            limits: {
                let mut limits = Limits::default();
                limits.line = MAX_COMMAND_LINE;
                limits
            },
            tolerated: Quirks::ALL,
            offers: [
                Capability::Top,
                Capability::Uidl,
                Capability::RespCodes,
                Capability::AuthRespCode,
                Capability::Pipelining,
            ]
            .into(),
            user_pass: true,
            auth: Vec::new(),
            plaintext_auth_without_tls: false,
            require_tls: false,
            implicit_tls: false,
            historic_commands: false,
            languages: Vec::new(),
            max_errors: 20,
        })
    }

    /// Whether the capability of this name is among the [`offers`](Self::offers).
    #[must_use]
    pub fn offers(&self, tag: &str) -> bool {
        self.offers.iter().any(|offer| offer.tag().eq_ignore_ascii_case(tag))
    }

    /// Whether names and passwords may be UTF-8, and are prepared (RFC 6856 §2.2).
    pub(super) fn prepares_names(&self) -> bool {
        self.offers.iter().any(|offer| matches!(offer, Capability::Utf8 { user: true }))
    }

    /// The mechanisms that AUTH may use.
    pub(super) fn mechanisms(&self, tls: bool) -> impl Iterator<Item = Mechanism> {
        let plaintext = tls || self.plaintext_auth_without_tls;
        self.auth.iter().copied().filter(move |mechanism| {
            (plaintext || !mechanism.is_plaintext()) && (tls || !mechanism.is_plus())
        })
    }

    pub(super) fn allows_passwords(&self, tls: bool) -> bool {
        self.user_pass && (tls || self.plaintext_auth_without_tls)
    }

    /// Appends the answer to CAPA: in TRANSACTION if there is a maildrop, else in AUTHORIZATION.
    pub(super) fn capabilities(&self, tls: bool, maildrop: Option<&Open>, out: &mut BytesMut) {
        out.extend_from_slice(b"+OK Capability list follows\r\n");
        let mut add = |capability: &Capability| {
            let before = out.len();
            capability.encode(out);
            let dotted = out[before..].starts_with(b".");
            if out.len() - before > MAX_REPLY_LINE || dotted {
                out.truncate(before);
            }
        };
        for offer in &self.offers {
            match (offer, maildrop) {
                (Capability::Sasl(_) | Capability::User, _) => {}
                (Capability::Stls, maildrop) => {
                    if !tls && maildrop.is_none() {
                        add(offer);
                    }
                }
                // The word USER is for AUTHORIZATION only (RFC 2449 §6.5, §6.7).
                (Capability::LoginDelay { seconds, .. }, Some(maildrop)) => {
                    let seconds = maildrop.login_delay.unwrap_or(*seconds);
                    add(&Capability::LoginDelay { seconds, per_user: false });
                }
                (Capability::Expire { after, .. }, Some(maildrop)) => {
                    let after = maildrop.expire.unwrap_or(*after);
                    add(&Capability::Expire { after, per_user: false });
                }
                _ => add(offer),
            }
        }
        if self.allows_passwords(tls) {
            add(&Capability::User);
        }
        let mut names = self.mechanisms(tls).map(Mechanism::name).peekable();
        if names.peek().is_some() {
            add(&Capability::Sasl(Words::new(names).expect("names of mechanisms are words")));
        }
        out.extend_from_slice(b".\r\n");
    }
}
