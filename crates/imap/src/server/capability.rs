//! What is listed as offered in each state (RFC 9051 §6.1.1, §7.2.2).

use super::{Phase, Server};
use crate::{Atom, Capabilities};
use alloc::format;
use mailwire_sasl::Mechanism;

impl Server {
    /// What the client is told that it can do now: what [`Config::offers`](super::Config::offers) has, as
    /// far as it goes with the state of the session.
    ///
    /// ```
    /// use mailwire_imap::server::{Config, Server};
    ///
    /// let server = Server::new(Config::new("ready").offering("STARTTLS UNAUTHENTICATE")?);
    /// let names: Vec<_> = server.capabilities().as_slice().iter().map(|name| name.to_string()).collect();
    /// assert_eq!(names.join(" "),
    ///     "IMAP4rev1 LITERAL+ SASL-IR ENABLE IDLE UNSELECT STARTTLS LOGINDISABLED");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        let before_login = self.is_before_login();
        let (tls, compressed) = (self.session.tls, self.session.compressed);
        let offers = self.config.offers.as_slice().iter();
        let mut listed: Capabilities = offers
            .filter(|offer| {
                let is = |name: &str| offer.eq_ignore_ascii_case(name);
                if is("STARTTLS") {
                    before_login && !tls
                } else if is("SASL-IR") {
                    before_login
                } else if is("UNAUTHENTICATE") {
                    !before_login
                } else if is("COMPRESS=DEFLATE") {
                    !compressed
                } else {
                    true
                }
            })
            .cloned()
            .collect();
        if let Some(limit) = self.config.append_limit {
            listed.extend_with(Atom::new(format!("APPENDLIMIT={limit}")));
        }
        if before_login {
            for name in self.config.mechanisms(tls).map(Mechanism::name) {
                listed.extend_with(Atom::new(format!("AUTH={name}")));
            }
            if !self.config.allows_login(tls) {
                listed.extend_with(Atom::new("LOGINDISABLED"));
            }
        }
        listed
    }

    pub(super) fn is_before_login(&self) -> bool {
        matches!(self.phase, Phase::NotAuthenticated | Phase::Authenticating(_))
    }

    /// Whether it is offered, in this state or another.
    pub(super) fn offers(&self, names: &[&str]) -> bool {
        self.config.offers_any(names)
    }

    /// Whether IMAP4rev2 is spoken: it is enabled, or nothing else is offered (RFC 9051 §6.3.1).
    #[must_use]
    pub fn is_rev2(&self) -> bool {
        self.session.enabled.rev2 || self.rev2_only
    }

    /// Whether the client knows mod-sequences: it enabled CONDSTORE or QRESYNC, or said something that
    /// does (RFC 7162 §3.1).
    #[must_use]
    pub fn knows_mod_seqs(&self) -> bool {
        self.session.enabled.cond_store
    }
}

impl Capabilities {
    fn extend_with(&mut self, name: Result<Atom, crate::InvalidValue>) {
        if let Ok(name) = name {
            self.insert(name);
        }
    }
}
