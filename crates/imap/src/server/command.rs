//! The client's commands: what comes of each.

use super::{
    Enabled, Event, Kind, Notified, Pending, Phase, Refusal, Server, Step, list::Form, needs,
    rules, search::Asked, text,
};
use crate::{
    Atom, Capabilities, Command, Condition, Data, Messages, Response, ResponseCode, SeqNumber,
    SeqRange, SequenceSet, Status, Tag, WordCode,
    command::{AppendData, FetchModifier, Notify, NotifyEvents, NotifyMailboxes},
    search::SearchKey,
};
use alloc::{boxed::Box, vec::Vec};
use core::num::NonZeroU32;
use mailwire_core::Upgrade;

impl Pending {
    pub(super) const fn new(name: &'static str, kind: Kind) -> Self {
        Self { tag: None, name, uid: false, holds_expunge: true, kind }
    }
}

impl Server {
    /// Deals with a command, or asks the caller.
    pub(super) fn dispatch(&mut self, tag: Tag, mut command: Command) -> Step {
        if let Some(refusal) = self.bars(&command) {
            return self.refuse(Some(tag), refusal, None);
        }
        let name = text::name(&command);
        match command {
            Command::Capability => {
                let listed = self.capabilities();
                self.write(&Response::Data(Data::Capability(listed)));
                self.say_ok(tag, None, "CAPABILITY completed");
                return Step::GoOn;
            }
            Command::Logout => return self.log_out(tag),
            Command::StartTls => return self.start_tls(tag),
            Command::Login { user, password } => return self.log_in(tag, user, password),
            Command::Authenticate { mechanism, initial } => {
                return self.authenticate_with(tag, &mechanism, initial);
            }
            Command::Enable(names) => return self.enable(tag, &names),
            Command::Idle => {
                self.output.put(b"+ Idling\r\n");
                self.session.idle = Some(Box::new(tag));
                self.tell_expunged();
                return Step::Event(Event::Idle);
            }
            Command::Compress(algorithm) => return self.compress(tag, &algorithm),
            Command::Unauthenticate => return self.unauthenticate(tag),
            _ => {}
        }
        if needs::enables_cond_store(&command) {
            self.enable_cond_store();
        }
        if matches!(command, Command::Close) && self.is_read_only() {
            // Nothing is removed (RFC 9051 §6.4.1).
            command = Command::Unselect;
        }
        let uid = names_by_uid(&command);
        let holds_expunge = holds_expunge(&command);
        // What is asked is looked at as the client has put it.
        let kind = self.kind(&tag, &command);
        if let Err(refusal) = self.resolve(&mut command) {
            return match refusal {
                Some(refusal) => self.refuse(Some(tag), refusal, None),
                None => {
                    let pending = Pending { tag: Some(tag), name, uid, holds_expunge, kind };
                    self.pending = Some(Box::new(pending));
                    self.complete(Condition::Ok, None, None);
                    Step::GoOn
                }
            };
        }
        if let Command::Append { messages, .. } = &command {
            let empty =
                |data: &AppendData| matches!(data, AppendData::Octets(octets) if octets.is_empty());
            if messages.iter().any(|message| empty(&message.data)) {
                return self.refuse(Some(tag), Refusal::EMPTY_MESSAGE, None);
            }
        }
        self.pending = Some(Box::new(Pending { tag: Some(tag), name, uid, holds_expunge, kind }));
        Step::Event(Event::Command(command))
    }

    /// What the answer has to know of the command.
    fn kind(&self, tag: &Tag, command: &Command) -> Kind {
        match command {
            Command::Select { mailbox, .. } | Command::Examine { mailbox, .. } => {
                Kind::Select { mailbox: mailbox.detach(), opened: None }
            }
            Command::Close | Command::Unselect => Kind::Close,
            Command::Notify(notify) => Kind::Notify(notified(notify)),
            Command::Expunge(_) | Command::Move { .. } => Kind::Expunge { mod_seq: None },
            Command::Fetch { modifiers, .. } => Kind::Fetch {
                mod_seq: modifiers.iter().any(|m| matches!(m, FetchModifier::ChangedSince(_))),
            },
            Command::Store { silent, .. } => Kind::Store { silent: *silent },
            Command::Search(search) => Kind::Search(Box::new(Asked::search(tag, search))),
            Command::Sort(sort) => Kind::Search(Box::new(Asked::sort(tag, sort))),
            Command::Thread(_) => Kind::Thread,
            Command::List(list) => Kind::List(Form::list(list)),
            Command::Lsub { .. } => Kind::List(Form::LSUB),
            Command::XList { .. } => Kind::List(Form::XLIST),
            Command::Noop | Command::Check => Kind::Noop,
            Command::Other { .. } => Kind::Unknown,
            _ => Kind::Other,
        }
    }

    /// Puts numbers of the present, and UIDs for `$`, in the command. `Err(None)` if no message is left.
    fn resolve(&self, command: &mut Command) -> Result<(), Option<Refusal>> {
        match command {
            Command::Fetch { messages, uid, .. } | Command::Store { messages, uid, .. } => {
                let (resolved, by_uid) = self.resolve_messages(messages, *uid)?;
                (*messages, *uid) = (resolved.ok_or(None)?, by_uid);
            }
            Command::Copy { messages, uid, .. } | Command::Move { messages, uid, .. } => {
                // A client that hears OK takes them for copied (RFC 2180 §4.4.1).
                if !*uid && self.has_lost(messages) {
                    let gone = "Some of the messages are gone";
                    return Err(Some(Refusal::no(WordCode::ExpungeIssued, gone)));
                }
                let (resolved, by_uid) = self.resolve_messages(messages, *uid)?;
                (*messages, *uid) = (resolved.ok_or(None)?, by_uid);
            }
            Command::Expunge(Some(messages)) => {
                *messages = self.resolve_messages(messages, true)?.0.ok_or(None)?;
            }
            Command::Replace { number, uid: false, .. } => {
                let asked = SeqRange { from: *number, to: *number };
                let asked = SequenceSet::new(alloc::vec![asked]).map_err(|_| None)?;
                let asked = Messages::Set(asked);
                let gone = Some(Refusal::no(WordCode::ExpungeIssued, "The message is gone"));
                let (resolved, _) = self.resolve_messages(&asked, false)?;
                let Some(Messages::Set(set)) = resolved else { return Err(gone) };
                let now = set.ranges().first().map_or(0, |range| range.resolve(0).0);
                *number = SeqNumber::Number(NonZeroU32::new(now).ok_or(gone)?);
            }
            Command::Search(search) => self.resolve_keys(&mut search.expression)?,
            Command::Sort(sort) => self.resolve_keys(&mut sort.expression)?,
            Command::Thread(thread) => self.resolve_keys(&mut thread.expression)?,
            _ => {}
        }
        Ok(())
    }

    /// The same for a set; says whether the result is one of UIDs.
    fn resolve_messages(
        &self,
        messages: &Messages,
        uid: bool,
    ) -> Result<(Option<Messages>, bool), Option<Refusal>> {
        let Phase::Selected(open) = &self.phase else { return Err(Some(Refusal::SELECT_FIRST)) };
        Ok(match messages {
            Messages::Saved => (open.saved.clone().map(Messages::Set), true),
            Messages::Set(_) if uid => (Some(messages.clone()), true),
            Messages::Set(set) => {
                let told = open.told;
                // People ask for `1:*` in an empty mailbox, and mean nothing by it.
                if told == 0 && self.is_lenient() && set.ranges().iter().all(is_open) {
                    return Ok((None, false));
                }
                let no_such = Some(Refusal::NO_SUCH_MESSAGE);
                let present = open.held().present(set, told).map_err(|()| no_such)?;
                (present.set.map(Messages::Set), false)
            }
        })
    }

    /// Whether some of the messages are gone, which the client was not told yet.
    fn has_lost(&self, messages: &Messages) -> bool {
        let (Messages::Set(set), Phase::Selected(open)) = (messages, &self.phase) else {
            return false;
        };
        open.held().present(set, open.told).is_ok_and(|present| present.lost)
    }

    fn resolve_keys(
        &self,
        expression: &mut crate::search::SearchExpression,
    ) -> Result<(), Option<Refusal>> {
        let mut failed = Ok(());
        expression.replace_keys(|key| {
            let (messages, uid) = match &key {
                SearchKey::Messages(messages) => (messages, false),
                SearchKey::Uid(messages @ Messages::Saved) => (messages, true),
                _ => return Some(key),
            };
            match self.resolve_messages(messages, uid) {
                Ok((None, _)) => None,
                Ok((Some(messages), true)) => Some(SearchKey::Uid(messages)),
                Ok((Some(messages), false)) => Some(SearchKey::Messages(messages)),
                Err(refusal) => {
                    failed = Err(refusal);
                    Some(key)
                }
            }
        });
        failed
    }

    pub(super) fn is_lenient(&self) -> bool {
        self.config.leniency == crate::Leniency::Lenient
    }

    pub(super) fn say_ok(&mut self, tag: Tag, code: Option<ResponseCode>, text: &str) {
        let mut status = Status::new(Some(tag), Condition::Ok, text);
        status.code = code;
        self.write(&Response::Status(status));
        self.session.errors = 0;
    }

    fn log_out(&mut self, tag: Tag) -> Step {
        let bye = Status::new(None, Condition::Bye, "Logging out");
        self.write(&Response::Status(bye));
        self.say_ok(tag, None, "LOGOUT completed");
        self.close();
        Step::Event(Event::Logout)
    }

    fn start_tls(&mut self, tag: Tag) -> Step {
        if self.session.tls {
            return self.refuse(Some(tag), Refusal::bad("TLS is active already"), None);
        }
        self.say_ok(tag, None, "Begin TLS negotiation");
        self.session.upgrading = Some(Upgrade::Tls);
        Step::Event(Event::StartTls)
    }

    fn compress(&mut self, tag: Tag, algorithm: &Atom) -> Step {
        if !algorithm.eq_ignore_ascii_case("DEFLATE") {
            return self.refuse(Some(tag), Refusal::bad("Only DEFLATE is known"), None);
        }
        if self.session.compressed {
            let active = Refusal::no(WordCode::CompressionActive, "DEFLATE is active already");
            return self.refuse(Some(tag), active, None);
        }
        self.say_ok(tag, None, "DEFLATE active");
        self.session.upgrading = Some(Upgrade::Deflate);
        Step::Event(Event::Compress)
    }

    /// RFC 8437 §3: everything but TLS is as it was in the beginning; the OK is the last that is
    /// compressed.
    fn unauthenticate(&mut self, tag: Tag) -> Step {
        self.session.upgrading = self.session.compressed.then_some(Upgrade::EndDeflate);
        self.say_ok(tag, None, "UNAUTHENTICATE completed");
        self.phase = Phase::NotAuthenticated;
        self.session.enabled = Enabled::default();
        self.session.notified = Notified::default();
        self.set_limits(false);
        Step::Event(Event::Unauthenticate)
    }

    /// The client knows mod-sequences from now on (RFC 7162 §3.1).
    fn enable_cond_store(&mut self) {
        let known = core::mem::replace(&mut self.session.enabled.cond_store, true);
        let Phase::Selected(open) = &self.phase else { return };
        if let Some(value) = open.highest_mod_seq.filter(|_| !known) {
            let highest = Status::new(None, Condition::Ok, "Highest")
                .with_code(ResponseCode::HighestModSeq(value));
            self.write(&Response::Status(highest));
        }
    }

    /// RFC 5161 §3.1: what is not known is ignored.
    fn enable(&mut self, tag: Tag, names: &[Atom]) -> Step {
        let mut enabled = Vec::new();
        let mut cond_store = false;
        let now = &mut self.session.enabled;
        for name in names {
            if !needs::can_be_enabled(name, &self.config.offers) {
                continue;
            }
            let is = |known: &str| name.eq_ignore_ascii_case(known);
            now.rev2 |= is("IMAP4rev2");
            now.utf8 |= is("UTF8=ACCEPT");
            now.uid_only |= is("UIDONLY");
            now.q_resync |= is("QRESYNC");
            cond_store |= is("CONDSTORE") || is("QRESYNC");
            enabled.push(name.detach());
        }
        let enabled: Capabilities = enabled.into_iter().collect();
        self.write(&Response::Data(Data::Enabled(enabled.clone())));
        if cond_store {
            self.enable_cond_store();
        }
        self.say_ok(tag, None, "ENABLE completed");
        Step::Event(Event::Enabled(enabled))
    }
}

/// What NOTIFY asks for of the selected mailbox.
fn notified(notify: &Notify) -> Notified {
    let Notify::Set { groups, .. } = notify else { return Notified::default() };
    let expunge = groups.iter().any(|group| {
        group.mailboxes == NotifyMailboxes::Selected
            && matches!(&group.events, NotifyEvents::Events(events)
                if events.iter().any(|(event, _)| event.eq_ignore_ascii_case("MessageExpunge")))
    });
    Notified { any: true, expunge }
}

/// Whether both ends of the range are `*`, or it begins with the first message and goes on to `*`.
fn is_open(range: &SeqRange) -> bool {
    range.resolve(0).0 == 0
}

/// Whether the client names messages by UID.
fn names_by_uid(command: &Command) -> bool {
    match command {
        Command::Fetch { uid, .. }
        | Command::Store { uid, .. }
        | Command::Copy { uid, .. }
        | Command::Move { uid, .. }
        | Command::Replace { uid, .. } => *uid,
        Command::Search(search) => search.uid,
        Command::Sort(sort) => sort.uid,
        Command::Thread(thread) => thread.uid,
        Command::Expunge(Some(_)) | Command::MultiSearch(_) => true,
        _ => false,
    }
}

/// Whether EXPUNGE must not be sent before the command is over: FETCH, STORE, SEARCH (RFC 9051 §7.5.1),
/// SORT and THREAD (RFC 5256 §3), and UID SEARCH with sequence numbers among its criteria (RFC 7162
/// §3.2.10.2).
fn holds_expunge(command: &Command) -> bool {
    match command {
        Command::Fetch { uid, .. } | Command::Store { uid, .. } => !uid,
        Command::Search(search) => !search.uid || rules::has_numbers(&search.expression),
        Command::Sort(sort) => !sort.uid || rules::has_numbers(&sort.expression),
        Command::Thread(thread) => !thread.uid || rules::has_numbers(&thread.expression),
        _ => false,
    }
}
