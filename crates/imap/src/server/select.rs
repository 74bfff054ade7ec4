//! SELECT and EXAMINE ([RFC 9051 §6.3.2], RFC 7162, RFC 8474).
//!
//! [RFC 9051 §6.3.2]: https://www.rfc-editor.org/rfc/rfc9051#section-6.3.2

use super::{Kind, Open, Phase, Server};
use crate::{
    Condition, Data, Error, Flags, List, ListItem, Mailbox, ObjectId, Response, ResponseCode,
    Status, SystemFlag, WordCode,
};
use alloc::{boxed::Box, vec::Vec};
use core::num::NonZeroU32;

/// A mailbox that is opened: what the client is told of it.
///
/// ```
/// use mailwire_imap::server::Selected;
///
/// let mut selected = Selected::new(172, 3857529045, 4392);
/// selected.highest_mod_seq = Some(715194045007);
/// assert!(!selected.read_only);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Selected {
    /// How many messages there are.
    pub exists: u32,
    /// UIDVALIDITY: another one means that no UID is what it was.
    pub uid_validity: u32,
    /// UIDNEXT: what the next message gets at the least.
    pub uid_next: u32,
    /// The flags that messages can have; by default those that the RFCs define.
    pub flags: Flags,
    /// Which of them last, with [`SystemFlag::Any`] if clients can make new ones; by default all.
    pub permanent_flags: Flags,
    /// How many messages are new to this session; for IMAP4rev1 only.
    pub recent: u32,
    /// The number of the first message that was not seen; for IMAP4rev1 only.
    pub unseen: Option<NonZeroU32>,
    /// The highest mod-sequence of all messages; `None` if the mailbox keeps none (RFC 7162).
    pub highest_mod_seq: Option<u64>,
    /// The id of the mailbox (RFC 8474).
    pub mailbox_id: Option<ObjectId>,
    /// What separates levels of names. IMAP4rev2 is told.
    pub delimiter: Option<char>,
    /// What the mailbox is called, if it is not what the client called it. IMAP4rev2 is told.
    pub name: Option<Mailbox>,
    /// Whether UIDs are forgotten when the mailbox is closed (RFC 4315).
    pub uids_not_sticky: bool,
    /// Whether nothing can be changed. With EXAMINE nothing ever can.
    pub read_only: bool,
}

impl Selected {
    /// A mailbox that can be changed, with so many messages, UIDVALIDITY and UIDNEXT.
    #[must_use]
    pub fn new(exists: u32, uid_validity: u32, uid_next: u32) -> Self {
        use SystemFlag::{Answered, Deleted, Draft, Flagged, Seen};
        let flags: Flags =
            [Answered, Flagged, Deleted, Seen, Draft].into_iter().map(crate::Flag::from).collect();
        let mut permanent_flags = flags.clone();
        permanent_flags.insert(SystemFlag::Any.into());
        Self {
            exists,
            uid_validity,
            uid_next,
            flags,
            permanent_flags,
            recent: 0,
            unseen: None,
            highest_mod_seq: None,
            mailbox_id: None,
            delimiter: Some('/'),
            name: None,
            uids_not_sticky: false,
            read_only: false,
        }
    }
}

impl Server {
    /// Answers SELECT or EXAMINE: says what there is, in the form that goes with what the client enabled.
    /// [`accept`](Self::accept) ends the command.
    ///
    /// With QRESYNC the [vanished](Data::Vanished) and changed messages come between the two, by
    /// [`send`](Self::send) and [`fetch`](Self::fetch), if UIDVALIDITY is still the same.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::{Command, server::{Config, Event, Selected, Server, State}};
    ///
    /// let mut config = Config::new("ready");
    /// config.preauth = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("a EXAMINE inbox\r\n".into());
    /// let Output::Event(Event::Command(Command::Examine { .. })) = server.poll_output()? else { panic!() };
    /// server.select(&Selected::new(172, 3857529045, 4392))?;
    /// server.accept()?;
    /// assert_eq!(server.state(), State::Selected);
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"a OK [READ-ONLY] EXAMINE completed\r\n"));
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    pub fn select(&mut self, selected: &Selected) -> Result<(), Error> {
        let (examines, mailbox) = match self.pending.as_deref() {
            Some(super::Pending { kind: Kind::Select { mailbox, opened: None }, name, .. }) => {
                (*name == "EXAMINE", mailbox.clone())
            }
            _ => return Err(Error::Misuse),
        };
        self.deselect();
        for response in self.describe(selected, &mailbox, examines) {
            self.write(&response);
        }
        let open = Open {
            told: selected.exists,
            highest_mod_seq: selected.highest_mod_seq,
            read_only: selected.read_only || examines,
            ..Open::default()
        };
        if let Some(super::Pending { kind: Kind::Select { opened, .. }, .. }) =
            self.pending.as_deref_mut()
        {
            *opened = Some(Box::new(open));
        }
        Ok(())
    }

    /// Whether the mailbox that is selected cannot be changed: then no message becomes seen by FETCH.
    /// STORE, EXPUNGE, MOVE and REPLACE are refused, and CLOSE comes as UNSELECT.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        matches!(&self.phase, Phase::Selected(open) if open.read_only)
    }

    /// Closes the mailbox that is selected although the client did not ask for that: it has just deleted it, for
    /// example. The client is told (`CLOSED`), and has none selected any more.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::{Command, server::{Config, Event, Selected, Server, State}};
    ///
    /// let mut config = Config::new("ready").offering("IMAP4rev2")?;
    /// config.preauth = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("a SELECT x\r\nb DELETE x\r\n".into());
    /// let Output::Event(Event::Command(Command::Select { .. })) = server.poll_output()? else { panic!() };
    /// server.select(&Selected::new(172, 3857529045, 4392))?;
    /// server.accept()?;
    /// let Output::Event(Event::Command(Command::Delete(_))) = server.poll_output()? else { panic!() };
    /// server.close_mailbox()?;
    /// server.accept()?;
    /// assert_eq!(server.state(), State::Authenticated);
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"* OK [CLOSED] The mailbox before is closed\r\nb OK DELETE completed\r\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if none is selected, or while a command about its messages is at hand.
    pub fn close_mailbox(&mut self) -> Result<(), Error> {
        let is_about_others = match self.pending.as_deref().map(|pending| &pending.kind) {
            None | Some(Kind::Noop | Kind::Notify(_) | Kind::List(_) | Kind::Other) => true,
            Some(_) => false,
        };
        let is_open = matches!(self.phase, Phase::Selected(_)) && !self.owes_body();
        if !is_open || !is_about_others || self.session.upgrading.is_some() {
            return Err(Error::Misuse);
        }
        self.deselect();
        Ok(())
    }

    fn describe(&self, selected: &Selected, mailbox: &Mailbox, examines: bool) -> Vec<Response> {
        let ok = |code: ResponseCode, text: &str| {
            Response::Status(Status::new(None, Condition::Ok, text).with_code(code))
        };
        let rev2 = self.is_rev2();
        let permanent = if examines { Flags::none() } else { selected.permanent_flags.clone() };
        let mut responses = Vec::from([
            Response::Data(Data::Flags(selected.flags.clone())),
            ok(ResponseCode::PermanentFlags(permanent), "Flags that last"),
            Response::Data(Data::Exists(selected.exists)),
        ]);
        let mut add = |response| responses.push(response);
        if !rev2 {
            add(Response::Data(Data::Recent(selected.recent)));
            // It is a sequence number (RFC 9586 §3).
            if let Some(unseen) = selected.unseen.filter(|_| !self.session.enabled.uid_only) {
                add(ok(ResponseCode::Unseen(unseen.get()), "First unseen"));
            }
        }
        add(ok(ResponseCode::UidValidity(selected.uid_validity), "UIDs valid"));
        add(ok(ResponseCode::UidNext(selected.uid_next), "Predicted next UID"));
        if selected.uids_not_sticky && !self.session.enabled.uid_only {
            add(Response::Status(
                Status::new(None, Condition::No, "UIDs do not last")
                    .with_code(WordCode::UidNotSticky.into()),
            ));
        }
        match selected.highest_mod_seq {
            Some(value) if self.offers(&["CONDSTORE", "QRESYNC"]) => {
                add(ok(ResponseCode::HighestModSeq(value), "Highest"));
            }
            None if self.session.enabled.cond_store => {
                add(ok(WordCode::NoModSeq.into(), "No mod-sequences"));
            }
            _ => {}
        }
        if let Some(id) = selected.mailbox_id.clone().filter(|_| self.offers(&["OBJECTID"])) {
            add(ok(ResponseCode::MailboxId(id), "Mailbox"));
        }
        if rev2 {
            let name = selected.name.as_ref().unwrap_or(mailbox);
            let name = if name.is_inbox() { &Mailbox::INBOX } else { name };
            let mut list = List::new(name.clone(), selected.delimiter);
            // INBOX is INBOX in any case, and the client is told how it is spelled.
            if name != mailbox || name.as_str() != mailbox.as_str() {
                list.extended.push(ListItem::OldName(mailbox.clone()));
            }
            add(Response::Data(Data::List(list)));
        }
        responses
    }

    /// No mailbox is selected any more (RFC 9051 §6.3.2); what follows is of another one.
    pub(super) fn deselect(&mut self) {
        if !matches!(self.phase, Phase::Selected(_)) {
            return;
        }
        self.phase = Phase::Authenticated;
        if self.offers(&["IMAP4rev2", "CONDSTORE", "QRESYNC"]) {
            let closed = Status::new(None, Condition::Ok, "The mailbox before is closed")
                .with_code(WordCode::Closed.into());
            self.write(&Response::Status(closed));
        }
    }
}
