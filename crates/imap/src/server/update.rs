//! What changes in the mailbox, whoever changed it ([RFC 9051 §5.2, §7.5.1], RFC 7162 §3.2.10).
//!
//! [RFC 9051 §5.2, §7.5.1]: https://www.rfc-editor.org/rfc/rfc9051#section-5.2

use super::{
    MessageRef, Open, Server,
    numbers::{self, Held},
};
use crate::{Data, Error, Flags, Response};
use core::num::NonZeroU32;

impl Server {
    /// Whether the client waits to be told what changes: it is in IDLE, or said NOTIFY.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::server::{Config, Event, Server};
    ///
    /// let mut config = Config::new("ready");
    /// config.preauth = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("a IDLE\r\n".into());
    /// assert_eq!(server.poll_output()?, Output::Event(Event::Idle));
    /// assert!(server.wants_updates());
    /// server.handle_input("DONE\r\n".into());
    /// assert_eq!(server.poll_output()?, Output::Event(Event::Done));
    /// assert!(!server.wants_updates());
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    #[must_use]
    pub fn wants_updates(&self) -> bool {
        self.session.idle.is_some() || self.session.notified.any
    }

    /// Whether the client is in IDLE.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.session.idle.is_some()
    }

    /// Says how many messages the selected mailbox has now, if the client does not know. Messages that
    /// are gone have been [named](Self::expunge) before.
    ///
    /// ```
    /// # use mailwire_core::Output;
    /// # use mailwire_imap::{Command, server::{Config, Event, MessageRef, Selected, Server}};
    /// # let mut config = Config::new("ready");
    /// # config.preauth = true;
    /// # let mut server = Server::new(config);
    /// # server.handle_input("a SELECT inbox\r\nb IDLE\r\n".into());
    /// # let Output::Event(Event::Command(Command::Select { .. })) = server.poll_output()? else { panic!() };
    /// # server.select(&Selected::new(172, 3857529045, 4392))?;
    /// # server.accept()?;
    /// assert_eq!(server.poll_output()?, Output::Event(Event::Idle)); // in a mailbox of 172 messages
    /// server.expunge(MessageRef::new(3, 103))?;
    /// server.exists(172)?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"+ Idling\r\n* 3 EXPUNGE\r\n* 172 EXISTS\r\n"));
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if no mailbox is selected, or if there would be fewer messages than the client
    /// knows of.
    pub fn exists(&mut self, count: u32) -> Result<(), Error> {
        self.tell_vanished();
        let open = self.open().ok_or(Error::Misuse)?;
        let told = count.checked_add(open.held().count()).ok_or(Error::Misuse)?;
        if told < open.told {
            return Err(Error::Misuse);
        }
        if told > open.told {
            open.told = told;
            self.write(&Response::Data(Data::Exists(told)));
        }
        Ok(())
    }

    /// Says that a message of the selected mailbox is gone; those behind it move up. Its number is the one
    /// that it had until now: behind an earlier `expunge(3)`, the fourth message is the third.
    ///
    /// The client is told at once if it may be, else when it may: with the answer to a command that is
    /// neither FETCH, STORE, SEARCH, SORT nor THREAD, or at IDLE (RFC 9051 §7.5.1); at any time if it said
    /// so with NOTIFY (RFC 5465 §6.1.1). Until then its commands
    /// are translated: those who call this have nothing to do with the numbers of before. With QRESYNC or
    /// UIDONLY the client is told by VANISHED.
    ///
    /// A message that the client was not told of yet goes without a word.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::{Command, server::{Config, Event, MessageRef, Selected, Server}};
    ///
    /// let mut config = Config::new("ready");
    /// config.preauth = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("a SELECT inbox\r\nb FETCH 2,3 FLAGS\r\nc NOOP\r\n".into());
    /// let Output::Event(Event::Command(Command::Select { .. })) = server.poll_output()? else { panic!() };
    /// server.select(&Selected::new(3, 1, 104))?;
    /// server.accept()?;
    /// server.expunge(MessageRef::new(1, 101))?; // somebody else did it
    /// let Output::Event(Event::Command(Command::Fetch { messages, .. })) = server.poll_output()?
    ///     else { panic!() };
    /// assert_eq!(messages.to_string(), "1:2"); // what the client calls 2 and 3
    /// server.fetch(MessageRef::new(2, 103))?.uid();
    /// server.accept()?;
    /// assert_eq!(server.poll_output()?, Output::Event(Event::Command(Command::Noop)));
    /// server.accept()?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"* 3 FETCH (UID 103)\r\nb OK [EXPUNGEISSUED] FETCH completed\r\n\
    ///     * 1 EXPUNGE\r\nc OK NOOP completed\r\n"));
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if no mailbox is selected, or for number or UID zero.
    pub fn expunge(&mut self, message: MessageRef) -> Result<(), Error> {
        let now = self.may_tell_expunged();
        let open = self.open().ok_or(Error::Misuse)?;
        if message.number == 0 || message.uid == 0 {
            return Err(Error::Misuse);
        }
        if !open.knows(message.number) {
            return Ok(());
        }
        open.saw(message);
        if let Some(super::Pending { kind: super::Kind::Expunge { mod_seq }, .. }) =
            self.pending.as_deref_mut()
        {
            *mod_seq = message.mod_seq.max(*mod_seq);
        }
        if !now {
            if let Some(open) = self.open() {
                open.held.get_or_insert_default().remove(message.number, message.uid);
            }
            return Ok(());
        }
        self.tell_held();
        let gathers = self.says_vanished();
        let Some(open) = self.open() else { return Ok(()) };
        open.told -= 1;
        if gathers {
            numbers::join(&mut open.vanished, message.uid);
            // What goes with one command is told together.
            if self.pending.is_none() {
                self.tell_vanished();
            }
        } else if let Some(number) = NonZeroU32::new(message.number) {
            self.write(&Response::Data(Data::Expunge(number)));
        }
        Ok(())
    }

    /// Says that flags of a message changed, whoever changed them. What a STORE of the client did itself
    /// is for [`stored`](Self::stored).
    ///
    /// ```
    /// # use mailwire_core::Output;
    /// # use mailwire_imap::{Command, Flags, SystemFlag};
    /// # use mailwire_imap::server::{Config, Event, MessageRef, Selected, Server};
    /// # let mut config = Config::new("ready").offering("CONDSTORE")?;
    /// # config.preauth = true;
    /// # let mut server = Server::new(config);
    /// # server.handle_input("a SELECT inbox (CONDSTORE)\r\nb IDLE\r\n".into());
    /// # let Output::Event(Event::Command(Command::Select { .. })) = server.poll_output()? else { panic!() };
    /// # server.select(&Selected::new(172, 3857529045, 4392))?;
    /// # server.accept()?;
    /// assert_eq!(server.poll_output()?, Output::Event(Event::Idle)); // of a client that knows CONDSTORE
    /// let message = MessageRef::new(3, 103).with_mod_seq(715194045007);
    /// server.flags(message, &Flags::from(SystemFlag::Seen))?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"* 3 FETCH (UID 103 FLAGS (\\Seen) MODSEQ (715194045007))\r\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if no mailbox is selected, or if the client was not told of the message.
    pub fn flags(&mut self, message: MessageRef, flags: &Flags) -> Result<(), Error> {
        self.fetch_unasked(message)?.flags(flags);
        Ok(())
    }

    /// Whether VANISHED takes the place of EXPUNGE (RFC 7162 §3.2.10, RFC 9586 §3.4).
    fn says_vanished(&self) -> bool {
        let enabled = self.session.enabled;
        let super::Phase::Selected(open) = &self.phase else { return false };
        enabled.uid_only || (enabled.q_resync && open.highest_mod_seq.is_some())
    }

    /// Whether EXPUNGE may be sent now: there is a command whose answer may have it.
    fn may_tell_expunged(&self) -> bool {
        match self.pending.as_deref() {
            Some(pending) => !pending.holds_expunge,
            None => self.session.idle.is_some() || self.session.notified.expunge,
        }
    }

    /// Tells all that the client does not know, since it may be told.
    pub(super) fn tell_expunged(&mut self) {
        self.tell_held();
        self.tell_vanished();
    }

    /// Tells what was held back.
    fn tell_held(&mut self) {
        let says_vanished = self.says_vanished();
        let Some(open) = self.open() else { return };
        let Some(held) = open.held.take() else { return };
        open.told -= held.count().min(open.told);
        if says_vanished {
            open.vanished.extend(held.into_uids());
            return;
        }
        self.encode(|out| {
            for number in held.numbers().filter_map(NonZeroU32::new) {
                Response::Data(Data::Expunge(number)).encode(out);
            }
        });
    }

    /// Tells what vanished: before anything that has numbers, since they are those without it.
    pub(super) fn tell_vanished(&mut self) {
        let Some(open) = self.open() else { return };
        let uids = core::mem::take(&mut open.vanished);
        if let Some(uids) = numbers::union(uids) {
            self.write(&Response::Data(Data::Vanished { earlier: false, uids }));
        }
    }
}

impl Open {
    /// Messages that are gone, which the client was not told yet.
    pub(super) fn held(&self) -> &Held {
        static NOTHING: Held = Held::NOTHING;
        self.held.as_deref().unwrap_or(&NOTHING)
    }

    /// A mod-sequence was told.
    pub(super) fn saw(&mut self, message: MessageRef) {
        if self.highest_mod_seq.is_some() {
            self.highest_mod_seq = self.highest_mod_seq.max(message.mod_seq);
        }
    }

    /// Whether the client was told of the message with this number of the present.
    pub(super) fn knows(&self, number: u32) -> bool {
        number > 0 && self.held().to_client(number) <= self.told
    }
}
