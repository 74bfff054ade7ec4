//! The caller's answers.
use alloc::boxed::Box;

use bytes::BytesMut;
use mailwire_sasl as sasl;

use super::{Body, Event, Login, Pending, Phase, Server};
use crate::{Error, LanguageListing, MAX_REPLY_LINE, MessageNumber, Reply};

impl Server {
    /// Says yes to the last event, in the usual words.
    ///
    /// Some events have no plain yes: [`Event`] says what they want instead.
    pub fn accept(&mut self) -> Result<(), Error> {
        match self.pending {
            Some(Pending::Ask) => self.answer_question(sasl::server::Exchange::accept),
            Some(
                Pending::Pass(_)
                | Pending::Rpop(_)
                | Pending::Sizes
                | Pending::UniqueIds
                | Pending::Retrieve(_)
                | Pending::Top(_)
                | Pending::Delete(_)
                | Pending::Xtnd
                | Pending::Unknown
                | Pending::Update
                | Pending::Excess,
            ) => {
                self.yes(None);
                Ok(())
            }
            None
            | Some(
                Pending::Apop(_)
                | Pending::Auth { .. }
                | Pending::Open
                | Pending::Stat
                | Pending::Size(_)
                | Pending::UniqueId(_)
                | Pending::Language
                | Pending::NextSize(_)
                | Pending::NextUniqueId(_)
                | Pending::Body(_),
            ) => Err(Error::Misuse),
        }
    }

    /// Says no to the last event, with a reply that is a no.
    ///
    /// ```
    /// use mailwire_pop3::{Error, Reply, server::{Config, Server}};
    ///
    /// let mut server = Server::new(Config::new("POP3 server ready")?);
    /// assert_eq!(server.reject(&Reply::REFUSED), Err(Error::Misuse)); // nothing was asked
    /// # Ok::<(), mailwire_pop3::ParseError>(())
    /// ```
    pub fn reject(&mut self, reply: &Reply) -> Result<(), Error> {
        if reply.is_ok() {
            return Err(Error::Misuse);
        }
        match &self.pending {
            None | Some(Pending::NextSize(_) | Pending::NextUniqueId(_) | Pending::Body(_)) => {
                return Err(Error::Misuse);
            }
            Some(Pending::Ask) => {
                self.refuse_question(reply);
                return Ok(());
            }
            Some(Pending::Update | Pending::Excess) => {
                self.say(reply);
                self.close();
                return Ok(());
            }
            Some(_) => {}
        }
        self.pending = None;
        self.say(reply);
        self.session.count_error();
        Ok(())
    }

    /// Answers the last event in the caller's own words, yes or no.
    ///
    /// A yes to RETR, TOP and XTND has a body behind it. Where the words are the machine's there is no
    /// other yes: to a login, LIST and UIDL, STAT and LANG.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_pop3::{Reply, server::{Config, Event, Server}};
    ///
    /// let mut server = Server::new(Config::new("POP3 server ready")?);
    /// server.handle_input("XPING\r\n".into());
    /// let Output::Event(Event::Unknown { .. }) = server.poll_output()? else { panic!() };
    /// server.reply(&Reply::ok("pong")?)?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"+OK pong\r\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reply(&mut self, reply: &Reply) -> Result<(), Error> {
        if !reply.is_ok() {
            return self.reject(reply);
        }
        match self.pending {
            Some(
                Pending::Retrieve(_)
                | Pending::Top(_)
                | Pending::Delete(_)
                | Pending::Xtnd
                | Pending::Unknown
                | Pending::Update,
            ) => {
                self.yes(Some(reply));
                Ok(())
            }
            _ => Err(Error::Misuse),
        }
    }

    /// Does what is right for an event that the caller does not care for; nothing if none waits.
    ///
    /// A password is wrong then, a maildrop cannot be opened for now, QUIT is told that nothing was removed
    /// if there was anything to be, a client that went too far is shut out, and everything else is
    /// refused. Of a body or a listing that has begun nothing can be declined.
    pub fn decline(&mut self) {
        let reply = match &self.pending {
            None | Some(Pending::NextSize(_) | Pending::NextUniqueId(_) | Pending::Body(_)) => {
                return;
            }
            Some(Pending::Pass(_) | Pending::Apop(_) | Pending::Rpop(_) | Pending::Ask) => {
                Reply::AUTH_FAILED
            }
            Some(Pending::Auth { .. } | Pending::Open) => Reply::AUTH_UNAVAILABLE,
            // Who has nothing to remove has not failed to.
            Some(Pending::Update) if self.deleted().next().is_none() => return self.yes(None),
            Some(Pending::Update) => Reply::NOT_REMOVED,
            Some(Pending::Unknown) => Reply::UNKNOWN_COMMAND,
            Some(Pending::Language) => Reply::UNKNOWN_LANGUAGE,
            Some(Pending::Excess) => Reply::TOO_MANY_ERRORS,
            Some(Pending::Xtnd) => Reply::NOT_OFFERED,
            Some(
                Pending::Stat
                | Pending::Sizes
                | Pending::Size(_)
                | Pending::UniqueIds
                | Pending::UniqueId(_)
                | Pending::Retrieve(_)
                | Pending::Top(_)
                | Pending::Delete(_),
            ) => Reply::REFUSED,
        };
        self.reject(&reply).expect("something is pending, and the reply is a no");
    }

    /// Answers [`Event::Language`]: from now on the caller's texts are in this language, whose description
    /// says so (RFC 6856 §3.2). Both must fit a line of 512 octets.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_pop3::{Capability, LanguageListing, LanguageTag, server::{Config, Event, Server}};
    ///
    /// let mut config = Config::new("POP3 server ready")?;
    /// config.offers.push(Capability::Lang);
    /// let mut server = Server::new(config);
    /// server.handle_input("LANG es\r\n".into());
    /// let spanish = LanguageListing::new(LanguageTag::new("es")?, "Idioma cambiado")?;
    /// let Output::Event(Event::Language(_)) = server.poll_output()? else { panic!() };
    /// server.accept_language(&spanish)?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"+OK es Idioma cambiado\r\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn accept_language(&mut self, language: &LanguageListing) -> Result<(), Error> {
        let mut line = BytesMut::from(&b"+OK "[..]);
        language.encode(&mut line);
        line.extend_from_slice(b"\r\n");
        let fits = line.len() <= MAX_REPLY_LINE;
        if !fits || !matches!(self.pending, Some(Pending::Language)) {
            return Err(Error::Misuse);
        }
        self.pending = None;
        self.output.put(&line);
        Ok(())
    }

    /// Says a last word and closes the session, at any time: at a shutdown, or when
    /// [`timeout`](Self::timeout) is over. The reply is a no.
    ///
    /// In the middle of a listing or a message no word can be said. Nothing is deleted.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_pop3::{Reply, server::{Config, Server}};
    ///
    /// let mut server = Server::new(Config::new("POP3 server ready")?);
    /// server.send(&Reply::SHUTTING_DOWN)?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"-ERR [SYS/TEMP] Service shutting down\r\n"));
    /// assert_eq!(server.poll_output()?, Output::Closed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send(&mut self, reply: &Reply) -> Result<(), Error> {
        if reply.is_ok() || self.is_over() || matches!(self.phase, Phase::Upgrading) {
            return Err(Error::Misuse);
        }
        let inside = matches!(
            self.pending,
            Some(Pending::NextSize(_) | Pending::NextUniqueId(_) | Pending::Body(_))
        );
        if !inside {
            self.say(reply);
        }
        self.close();
        Ok(())
    }

    /// Closes the session without a word, once what is owed is handed out: when
    /// [`timeout`](Self::timeout) is over (RFC 1939 §3), or when the rest of a message cannot be had, as
    /// half of one must not look like all of it. Nothing is deleted.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_pop3::server::{Config, Server};
    ///
    /// let mut server = Server::new(Config::new("POP3 server ready")?);
    /// let Output::Transmit(_greeting) = server.poll_output()? else { panic!() };
    /// server.abort();
    /// assert_eq!(server.poll_output()?, Output::Closed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn abort(&mut self) {
        if !self.is_over() {
            self.close();
        }
    }

    fn yes(&mut self, own: Option<&Reply>) {
        let Some(pending) = self.pending.take() else { return };
        match pending {
            Pending::Pass(name) => self.log_in(Login::Pass(*name)),
            Pending::Rpop(name) => self.log_in(Login::Rpop(*name)),
            Pending::Sizes => self.start_listing(Pending::NextSize),
            Pending::UniqueIds => self.start_listing(Pending::NextUniqueId),
            Pending::Retrieve(number) => {
                self.access(number);
                self.start_body(own.unwrap_or(&Reply::MESSAGE_FOLLOWS), None);
            }
            Pending::Top(lines) => {
                self.start_body(own.unwrap_or(&Reply::MESSAGE_FOLLOWS), Some(lines));
            }
            Pending::Xtnd => self.start_body(own.unwrap_or(&Reply::OK), None),
            Pending::Delete(number) => {
                if let Phase::Transaction(maildrop) = &mut self.phase {
                    maildrop.delete(number);
                }
                match own {
                    Some(reply) => self.say(reply),
                    None => {
                        let said = alloc::format!("+OK Message {number} deleted\r\n");
                        self.output.put(said.as_bytes());
                    }
                }
            }
            Pending::Unknown => self.say(own.unwrap_or(&Reply::OK)),
            Pending::Update => {
                self.say(own.unwrap_or(&Reply::BYE));
                self.close();
            }
            Pending::Excess => self.session.errors = 0,
            Pending::Apop(_)
            | Pending::Auth { .. }
            | Pending::Ask
            | Pending::Open
            | Pending::Stat
            | Pending::Size(_)
            | Pending::UniqueId(_)
            | Pending::Language
            | Pending::NextSize(_)
            | Pending::NextUniqueId(_)
            | Pending::Body(_) => unreachable!("answered elsewhere"),
        }
    }

    fn log_in(&mut self, login: Login) {
        self.later = Some(Box::new((Event::Open(login), Some(Pending::Open))));
    }

    fn access(&mut self, number: MessageNumber) {
        if let Phase::Transaction(maildrop) = &mut self.phase {
            maildrop.access(number);
        }
    }

    pub(super) fn start_body(&mut self, reply: &Reply, lines: Option<u64>) {
        self.say(reply);
        self.pending = Some(Pending::Body(Box::new(Body::new(lines))));
    }
}
