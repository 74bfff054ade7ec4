//! The caller's answers.

#[cfg(doc)]
use super::Event;
use super::{Kind, Pending, Phase, Server};
use crate::{Condition, Data, Error, Response, ResponseCode, Status, WordCode};
use mailwire_core::Upgrade;
use mailwire_sasl as sasl;

impl From<WordCode> for ResponseCode {
    fn from(word: WordCode) -> Self {
        Self::Word(word)
    }
}

/// So that codes of one word can be given as they are.
impl From<WordCode> for Option<ResponseCode> {
    fn from(word: WordCode) -> Self {
        Some(ResponseCode::Word(word))
    }
}

impl Server {
    /// Says yes to the last event, in the usual words: whatever had to be sent first has been.
    ///
    /// SELECT and EXAMINE need [`select`](Self::select) before, SEARCH and SORT
    /// [`send_found`](Self::send_found). There is no yes to [`Event::Auth`].
    pub fn accept(&mut self) -> Result<(), Error> {
        self.yes(None)
    }

    /// The same with a code: `APPENDUID`, `COPYUID`, `MODIFIED` …
    ///
    /// `MODIFIED` has the numbers that the command has.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::{Command, WordCode, server::{Config, Event, Server}};
    ///
    /// let mut config = Config::new("ready");
    /// config.preauth = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("a NOOP\r\n".into());
    /// let Output::Event(Event::Command(Command::Noop)) = server.poll_output()? else { panic!() };
    /// server.accept_with(WordCode::Alert)?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"a OK [ALERT] NOOP completed\r\n"));
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    pub fn accept_with(&mut self, code: impl Into<ResponseCode>) -> Result<(), Error> {
        self.yes(Some(code.into()))
    }

    /// Says no to the last event: what the client asked for is not done.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::{Command, WordCode, server::{Config, Event, Server}};
    ///
    /// let mut config = Config::new("ready");
    /// config.preauth = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("a DELETE blurdybloop\r\n".into());
    /// let Output::Event(Event::Command(Command::Delete(_))) = server.poll_output()? else { panic!() };
    /// server.reject(WordCode::NonExistent, "No such mailbox")?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"a NO [NONEXISTENT] No such mailbox\r\n"));
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    pub fn reject(
        &mut self,
        code: impl Into<Option<ResponseCode>>,
        text: &str,
    ) -> Result<(), Error> {
        self.reply(Condition::No, code, text)
    }

    /// Answers the last event in the caller's own words: OK, NO or BAD.
    ///
    /// What cannot stand in a line is left out of the text.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::{Command, Condition, server::{Config, Event, Server}};
    ///
    /// let mut config = Config::new("ready");
    /// config.preauth = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("a XPING\r\n".into());
    /// let Output::Event(Event::Command(Command::Other { .. })) = server.poll_output()? else { panic!() };
    /// server.reply(Condition::Ok, None, "pong")?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"a OK pong\r\n"));
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    pub fn reply(
        &mut self,
        condition: Condition,
        code: impl Into<Option<ResponseCode>>,
        text: &str,
    ) -> Result<(), Error> {
        let code = code.into();
        if condition == Condition::Ok {
            return match self.pending.as_deref().map(|pending| &pending.kind) {
                Some(Kind::Ask | Kind::Auth { .. } | Kind::Offer { .. } | Kind::Excess) | None => {
                    Err(Error::Misuse)
                }
                Some(_) => self.done(code, Some(text)),
            };
        }
        if !matches!(condition, Condition::No | Condition::Bad) || self.owes_body() {
            return Err(Error::Misuse);
        }
        let Some(pending) = self.pending.as_deref_mut() else { return Err(Error::Misuse) };
        match &mut pending.kind {
            Kind::Ask => {
                self.refuse_question(code, text);
                return Ok(());
            }
            Kind::Excess => {
                self.last_word(code, text);
                return Ok(());
            }
            Kind::Offer { synchronizing } => {
                let synchronizing = *synchronizing;
                let tag = pending.tag.take();
                self.pending = None;
                self.drop_offered(synchronizing);
                let mut status = Status::new(tag, condition, text);
                status.code = code;
                self.write(&Response::Status(status));
                return Ok(());
            }
            // RFC 9051 §6.4.4.1: NO empties `$`.
            Kind::Search(asked) if condition == Condition::No && asked.saves() => {
                if let Phase::Selected(open) = &mut self.phase {
                    open.saved = None;
                }
            }
            Kind::Select { .. } if condition == Condition::No => self.deselect(),
            _ => {}
        }
        self.complete(condition, code, Some(text));
        Ok(())
    }

    /// Does what is right for an event that the caller does not care for; nothing if none waits.
    ///
    /// A password is wrong then, NOOP and CHECK are done, what is not known is not known, a client that
    /// went too far is shut out, a mailbox is closed and everything else is refused. A FETCH response whose
    /// body is due cannot be declined.
    pub fn decline(&mut self) {
        let Some(pending) = self.pending.as_deref() else { return };
        let result = match &pending.kind {
            _ if self.owes_body() => return,
            Kind::Noop | Kind::Close => self.accept(),
            Kind::Login | Kind::Ask => {
                self.reject(WordCode::AuthenticationFailed, "Authentication failed")
            }
            Kind::Auth { .. } => self.reject(WordCode::Unavailable, "Not now"),
            Kind::Unknown => {
                self.session.errors = self.session.errors.saturating_add(1);
                self.reply(Condition::Bad, None, "Unknown command")
            }
            Kind::Excess => self.reject(None, "Too many errors"),
            Kind::Offer { .. } | Kind::Other => self.reject(WordCode::Cannot, "Not possible here"),
            Kind::Select { .. }
            | Kind::Notify(_)
            | Kind::Expunge { .. }
            | Kind::Fetch { .. }
            | Kind::Store { .. }
            | Kind::Search(_)
            | Kind::Thread
            | Kind::List(_) => self.reject(WordCode::Cannot, "Not possible here"),
        };
        debug_assert!(result.is_ok(), "something is pending");
    }

    /// Sends data that no other verb is for: the answer to STATUS, NAMESPACE, ID, GETQUOTA and so on, or
    /// something that nobody asked for, at any time.
    ///
    /// EXISTS, RECENT and LIST go their own ways from here, THREAD and ESEARCH get the numbers that the
    /// client has.
    /// EXPUNGE, VANISHED and FETCH have verbs of their own and are [`Error::Misuse`], but for `VANISHED
    /// (EARLIER)`.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::{Command, Data, Namespace, Namespaces};
    /// use mailwire_imap::server::{Config, Event, Server};
    ///
    /// let mut config = Config::new("ready").offering("NAMESPACE")?;
    /// config.preauth = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("a NAMESPACE\r\n".into());
    /// let Output::Event(Event::Command(Command::Namespace)) = server.poll_output()? else { panic!() };
    /// let mut namespaces = Namespaces::default();
    /// namespaces.personal.push(Namespace::new("".try_into()?, Some('/')));
    /// server.send(Data::Namespace(namespaces))?;
    /// server.accept()?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"* NAMESPACE ((\"\" \"/\")) NIL NIL\r\na OK NAMESPACE completed\r\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send(&mut self, data: Data) -> Result<(), Error> {
        if self.is_over() || self.session.upgrading.is_some() {
            return Err(Error::Misuse);
        }
        if matches!(data, Data::Thread(_) | Data::ESearch(_) | Data::Search(_) | Data::Sort(_)) {
            self.tell_vanished();
        }
        let data = match data {
            Data::Exists(count) => return self.exists(count),
            Data::List(list) => return self.send_list(&list),
            Data::Recent(_) if self.is_rev2() => return Ok(()),
            Data::Vanished { earlier: true, .. } if self.session.enabled.q_resync => data,
            Data::ESearch(result) if !result.uid => Data::ESearch(self.past_results(result)),
            Data::Expunge(_) | Data::Vanished { .. } | Data::Fetch(_) => return Err(Error::Misuse),
            Data::Thread(mut threads) => {
                if let (Phase::Selected(open), false) = (&self.phase, self.names_by_uid()) {
                    for node in &mut threads.nodes {
                        node.number = node.number.map(|number| open.held().to_client(number));
                    }
                }
                Data::Thread(threads)
            }
            data => data,
        };
        self.write(&Response::Data(data));
        Ok(())
    }

    /// Sends an untagged OK, NO or BAD, at any time: an alert, COPYUID of MOVE, INPROGRESS.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::{Condition, WordCode, server::{Config, Server}};
    ///
    /// let mut server = Server::new(Config::new("ready"));
    /// server.send_status(Condition::Ok, WordCode::Alert, "We close in 10 minutes")?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"* OK [ALERT] We close in 10 minutes\r\n"));
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    pub fn send_status(
        &mut self,
        condition: Condition,
        code: impl Into<Option<ResponseCode>>,
        text: &str,
    ) -> Result<(), Error> {
        let possible = matches!(condition, Condition::Ok | Condition::No | Condition::Bad);
        if !possible || self.is_over() || self.session.upgrading.is_some() {
            return Err(Error::Misuse);
        }
        let mut status = Status::new(None, condition, text);
        status.code = code.into();
        self.write(&Response::Status(status));
        Ok(())
    }

    /// Says how far the command at hand has come: so many things of so many, if that is known (RFC 9585). It
    /// must be offered as `INPROGRESS`; otherwise nothing is said.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::{Command, server::{Config, Event, Server}};
    ///
    /// let mut config = Config::new("ready").offering("INPROGRESS")?;
    /// config.preauth = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("a DELETE blurdybloop\r\n".into());
    /// let Output::Event(Event::Command(Command::Delete(_))) = server.poll_output()? else { panic!() };
    /// server.progress(175, Some(1000))?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"* OK [INPROGRESS (\"a\" 175 1000)] Still working on this\r\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if no command is at hand.
    pub fn progress(&mut self, done: u32, total: Option<u32>) -> Result<(), Error> {
        let pending = self.pending.as_deref().ok_or(Error::Misuse)?;
        let tag = pending.tag.clone();
        // A goal is no zero, and not there yet (§4).
        let total = total.filter(|total| *total > done);
        if !self.offers(&["INPROGRESS"]) {
            return Ok(());
        }
        let code = ResponseCode::InProgress { tag, done: Some(done), total };
        self.send_status(Condition::Ok, code, "Still working on this")
    }

    /// Says a last word and closes the session, at any time: at a shutdown, or when
    /// [`timeout`](Self::timeout) is over.
    ///
    /// In the middle of a FETCH response no word can be said.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::server::{Config, Server};
    ///
    /// let mut server = Server::new(Config::new("ready"));
    /// server.bye("Autologout; idle for too long")?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"* BYE Autologout; idle for too long\r\n"));
    /// assert_eq!(server.poll_output()?, Output::Closed);
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    pub fn bye(&mut self, text: &str) -> Result<(), Error> {
        if self.is_over() || self.session.upgrading == Some(Upgrade::Tls) {
            return Err(Error::Misuse);
        }
        self.last_word(None, text);
        Ok(())
    }

    /// Closes the session without a word, once what is owed is handed out: when the rest of a message
    /// cannot be had, as half of one must not look like all of it.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::server::{Config, Server};
    ///
    /// let mut server = Server::new(Config::new("ready"));
    /// let Output::Transmit(_greeting) = server.poll_output()? else { panic!() };
    /// server.abort();
    /// assert_eq!(server.poll_output()?, Output::Closed);
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    pub fn abort(&mut self) {
        if !self.is_over() {
            self.close();
        }
    }

    fn yes(&mut self, code: Option<ResponseCode>) -> Result<(), Error> {
        match self.pending.as_deref().map(|pending| &pending.kind) {
            Some(Kind::Ask) if code.is_none() => {
                self.answer_question(sasl::server::Exchange::accept)
            }
            Some(Kind::Offer { .. }) if code.is_none() => self.accept_inline(),
            Some(Kind::Excess) if code.is_none() => {
                self.pending = None;
                self.session.errors = 0;
                Ok(())
            }
            None | Some(Kind::Ask | Kind::Offer { .. } | Kind::Excess | Kind::Auth { .. }) => {
                Err(Error::Misuse)
            }
            Some(_) => self.done(code, None),
        }
    }

    /// The command succeeded.
    fn done(&mut self, code: Option<ResponseCode>, text: Option<&str>) -> Result<(), Error> {
        if self.owes_body() {
            return Err(Error::Misuse);
        }
        let Some(pending) = self.pending.as_deref_mut() else { return Err(Error::Misuse) };
        match &mut pending.kind {
            Kind::Login => {
                let tag = pending.tag.take();
                self.pending = None;
                self.logged_in(tag.ok_or(Error::Misuse)?);
                return Ok(());
            }
            Kind::Select { opened: None, .. } => return Err(Error::Misuse),
            Kind::Select { opened, .. } => {
                let Some(open) = opened.take() else { return Err(Error::Misuse) };
                let word = if open.read_only { WordCode::ReadOnly } else { WordCode::ReadWrite };
                self.phase = Phase::Selected(open);
                self.complete(Condition::Ok, code.or(Some(word.into())), text);
                return Ok(());
            }
            Kind::Search(asked) if !asked.is_answered() => return Err(Error::Misuse),
            Kind::Close => self.phase = Phase::Authenticated,
            Kind::Notify(notified) => self.session.notified = *notified,
            _ => {}
        }
        self.complete(Condition::Ok, code, text);
        Ok(())
    }

    /// Ends the command: what is held back goes first, if it may go now.
    pub(super) fn complete(
        &mut self,
        condition: Condition,
        code: Option<ResponseCode>,
        text: Option<&str>,
    ) {
        self.close_response();
        let Some(pending) = self.pending.take() else { return };
        let Pending { tag, name, uid, holds_expunge, kind } = *pending;
        if !holds_expunge {
            self.tell_expunged();
        }
        if let (Some(_), Kind::Expunge { mod_seq: Some(value) }) = (&code, &kind)
            && self.session.enabled.q_resync
            && condition == Condition::Ok
        {
            // The answer has another code. RFC 6851 §4.4: it may stand in one of its own.
            let highest = Status::new(None, Condition::Ok, "Highest")
                .with_code(ResponseCode::HighestModSeq(*value));
            self.write(&Response::Status(highest));
        }
        let held = matches!(&self.phase, Phase::Selected(open) if !open.held().is_empty());
        let code = match (code, &self.phase) {
            // RFC 5530: the client finds out why some messages are missing.
            (None, _) if held && holds_expunge && condition == Condition::Ok => {
                Some(WordCode::ExpungeIssued.into())
            }
            // RFC 7162 §3.2.7, RFC 6851 §4.4
            (None, Phase::Selected(_)) if condition == Condition::Ok => match kind {
                Kind::Expunge { mod_seq } if self.session.enabled.q_resync => {
                    mod_seq.map(ResponseCode::HighestModSeq)
                }
                _ => None,
            },
            (Some(ResponseCode::Modified(set)), Phase::Selected(open)) if !uid => {
                Some(ResponseCode::Modified(open.held().past(&set)))
            }
            (code, _) => code,
        };
        if condition == Condition::Ok && !matches!(kind, Kind::Unknown) {
            self.session.errors = 0;
        }
        let Some(text) = text else {
            // The usual answer goes out as it stands.
            self.encode(|out| {
                out.raw(tag.as_ref().map_or(b"*", |tag| tag.as_str().as_bytes()));
                out.space();
                out.raw(condition.name().as_bytes());
                out.space();
                if let Some(code) = &code {
                    code.encode(out);
                    out.space();
                }
                out.raw(name.as_bytes());
                out.raw(b" completed");
                out.line_end();
            });
            return;
        };
        let mut status = Status::new(tag, condition, text);
        status.code = code;
        self.write(&Response::Status(status));
    }

    /// Whether the command at hand names messages by UID.
    pub(super) fn names_by_uid(&self) -> bool {
        self.pending.as_deref().is_some_and(|pending| pending.uid)
    }

    fn drop_offered(&mut self, synchronizing: bool) {
        let literal = crate::Literal { size: 0, non_synchronizing: !synchronizing, binary: false };
        self.skip(literal);
    }
}
