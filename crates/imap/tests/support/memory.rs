//! A small mailbox server in memory: what a caller of the server machine has to do, and no more.
#![allow(dead_code, reason = "not every test asks for everything")]

use bytes::Bytes;
use mailwire_imap::{
    Command, Condition, Data, DateTime, Error, Flags, List, Mailbox, MailboxStatus, Messages,
    Namespace, Namespaces, ResponseCode, Section, SectionText, SequenceSet, StatusItem, SystemFlag,
    Thread, Threads, WordCode,
    command::{
        AppendData, CatenatePart, FetchAttribute, FetchModifier, SelectParam, StatusAttribute,
        StoreAction, StoreModifier, StoreWhat,
    },
    fetch::{FetchData, FetchItem},
    search::{HeaderField, SearchKey},
    server::{Event, MessageRef, Selected, Server},
};
use std::collections::BTreeMap;

/// One message.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) uid: u32,
    pub(crate) flags: Flags,
    pub(crate) mod_seq: u64,
    pub(crate) octets: Bytes,
    pub(crate) date: Option<DateTime>,
}

/// One mailbox.
#[derive(Clone, Debug, Default)]
pub(crate) struct Box {
    pub(crate) messages: Vec<Message>,
    pub(crate) next: u32,
}

/// All mailboxes of a user, and the session that looks at them.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    pub(crate) boxes: BTreeMap<String, Box>,
    pub(crate) selected: Option<String>,
    pub(crate) mod_seq: u64,
    /// What came of messages that are handed on as they come.
    pub(crate) parts: Vec<Vec<u8>>,
    /// Whether messages are taken as they come.
    pub(crate) streams: bool,
    /// How large the pieces of a body are; the whole body is one item if none.
    pub(crate) piece: Option<usize>,
    /// What is still to be sent: messages, and octets of the one that is due.
    pub(crate) fetching: Vec<MessageRef>,
    pub(crate) body: Bytes,
    pub(crate) mod_seqs: bool,
}

pub(crate) fn text(number: u32) -> String {
    format!("From: u{number}@example.org\r\nSubject: message {number}\r\n\r\nBody {number}\r\n")
}

impl Memory {
    /// INBOX with so many messages: their UIDs begin with 101.
    pub(crate) fn new(count: u32) -> Self {
        let mut memory = Self {
            boxes: BTreeMap::new(),
            selected: None,
            mod_seq: 1,
            parts: Vec::new(),
            streams: false,
            piece: None,
            fetching: Vec::new(),
            body: Bytes::new(),
            mod_seqs: false,
        };
        memory.boxes.insert("INBOX".into(), Box { messages: Vec::new(), next: 101 });
        for number in 1..=count {
            memory.add("INBOX", text(number).into(), Flags::none());
        }
        memory
    }

    pub(crate) fn add(&mut self, name: &str, octets: Bytes, flags: Flags) -> u32 {
        self.mod_seq += 1;
        let mailbox = self.boxes.get_mut(name).unwrap();
        let uid = mailbox.next;
        mailbox.next += 1;
        mailbox.messages.push(Message { uid, flags, mod_seq: self.mod_seq, octets, date: None });
        uid
    }

    /// The message with this number goes, whoever wanted that.
    pub(crate) fn remove(&mut self, server: &mut Server, index: usize) -> Result<(), Error> {
        self.mod_seq += 1;
        let mut place = self.place(index);
        place.mod_seq = self.mod_seqs.then_some(self.mod_seq);
        self.current().messages.remove(index);
        server.expunge(place)
    }

    pub(crate) fn current(&mut self) -> &mut Box {
        let name = self.selected.as_ref().expect("a mailbox is selected");
        self.boxes.get_mut(name).unwrap()
    }

    pub(crate) fn place(&mut self, index: usize) -> MessageRef {
        let mod_seqs = self.mod_seqs;
        let message = &self.current().messages[index];
        let place = MessageRef::new(u32::try_from(index).unwrap() + 1, message.uid);
        if mod_seqs { place.with_mod_seq(message.mod_seq) } else { place }
    }

    /// Where in the mailbox the messages are.
    fn find(&mut self, messages: &Messages, uid: bool) -> Vec<usize> {
        let Messages::Set(set) = messages else { panic!("the machine knows what `$` is") };
        let messages = &self.current().messages;
        let last = messages.last().map_or(0, |message| message.uid);
        let is_in = |index: &usize| {
            let number = u32::try_from(*index).unwrap() + 1;
            if uid { set.contains(messages[*index].uid, last) } else { set.contains(number, 0) }
        };
        (0..messages.len()).filter(is_in).collect()
    }

    pub(crate) fn answer(&mut self, server: &mut Server, event: &Event) -> Result<(), Error> {
        match event {
            Event::Login { user, password } => {
                if &**user == "tim" && password.as_bytes() == b"secret" {
                    return server.accept();
                }
                server.reject(WordCode::AuthenticationFailed, "Wrong")
            }
            Event::Append(upcoming) if self.name(&upcoming.mailbox).is_none() => {
                server.reject(WordCode::TryCreate, "No such mailbox")
            }
            Event::Append(_) if self.streams => {
                self.parts.push(Vec::new());
                server.accept_stream()
            }
            Event::Append(_) => server.accept(),
            Event::Chunk(octets) => {
                self.parts.last_mut().unwrap().extend_from_slice(octets);
                Ok(())
            }
            Event::Refused { .. } => {
                self.parts.clear();
                Ok(())
            }
            Event::Command(command) => self.command(server, command),
            _ => {
                server.decline();
                Ok(())
            }
        }
    }

    fn name(&self, mailbox: &Mailbox) -> Option<String> {
        let name = if mailbox.is_inbox() { "INBOX".into() } else { mailbox.to_string() };
        self.boxes.contains_key(&name).then_some(name)
    }

    fn command(&mut self, server: &mut Server, command: &Command) -> Result<(), Error> {
        match command {
            Command::Select { mailbox, params } | Command::Examine { mailbox, params } => {
                self.select(server, mailbox, params)
            }
            Command::Create { mailbox, .. } => {
                self.boxes.insert(mailbox.to_string(), Box { messages: Vec::new(), next: 1 });
                server.accept()
            }
            Command::Close => {
                self.current().messages.retain(|m| !m.flags.has(SystemFlag::Deleted));
                server.accept()
            }
            Command::List(_) | Command::Lsub { .. } | Command::XList { .. } => {
                for name in self.boxes.keys() {
                    let mut list = List::new(Mailbox::new(name.as_str()).unwrap(), Some('/'));
                    for attribute in ["\\Subscribed", "\\HasNoChildren"] {
                        list.add(attribute).unwrap();
                    }
                    if name.starts_with("All") {
                        list.add("\\All").unwrap();
                    }
                    if name.starts_with("Gone") {
                        list.add("\\NonExistent").unwrap();
                    }
                    server.send_list(&list)?;
                    if let Command::List(asked) = command {
                        for returned in asked.returns.iter().flatten() {
                            if let mailwire_imap::command::ListReturn::Status(items) = returned {
                                server.send(Data::Status(self.status(&list.mailbox, items)))?;
                            }
                        }
                    }
                }
                server.accept()
            }
            Command::Status { mailbox, items } if self.name(mailbox).is_some() => {
                server.send(Data::Status(self.status(mailbox, items)))?;
                server.accept()
            }
            Command::Notify(_) => server.accept(),
            Command::Namespace => {
                let mut namespaces = Namespaces::default();
                namespaces.personal.push(Namespace::new("".try_into().unwrap(), Some('/')));
                server.send(Data::Namespace(namespaces))?;
                server.accept()
            }
            Command::Append { mailbox, messages } => {
                let Some(name) = self.name(mailbox) else {
                    return server.reject(WordCode::TryCreate, "No such mailbox");
                };
                let mut parts = std::mem::take(&mut self.parts).into_iter();
                let mut uids = Vec::new();
                for message in messages {
                    let octets = match &message.data {
                        AppendData::Octets(octets) | AppendData::Utf8(octets) => octets.clone(),
                        AppendData::Streamed { .. } => parts.next().unwrap().into(),
                        AppendData::Catenate(all) => {
                            let mut whole = Vec::new();
                            for part in all {
                                match part {
                                    CatenatePart::Text(octets) => whole.extend_from_slice(octets),
                                    CatenatePart::StreamedText { .. } => {
                                        whole.extend(parts.next().unwrap());
                                    }
                                    _ => whole.extend_from_slice(b"(url)"),
                                }
                            }
                            whole.into()
                        }
                        other => panic!("{other:?}"),
                    };
                    let flags = message.flags.clone().unwrap_or_default();
                    uids.push(self.add(&name, octets, flags));
                }
                if self.selected.as_ref() == Some(&name) {
                    let count = self.current().messages.len();
                    server.exists(u32::try_from(count).unwrap())?;
                }
                let uids = SequenceSet::from_numbers(uids).unwrap();
                server.accept_with(ResponseCode::AppendUid { uid_validity: 1, uids })
            }
            _ if self.selected.is_some() => self.in_mailbox(server, command),
            _ => {
                server.decline();
                Ok(())
            }
        }
    }

    fn select(
        &mut self,
        server: &mut Server,
        mailbox: &Mailbox,
        params: &[SelectParam],
    ) -> Result<(), Error> {
        self.selected = self.name(mailbox);
        if self.selected.is_none() {
            return server.reject(WordCode::NonExistent, "No such mailbox");
        }
        let mod_seq = self.mod_seq;
        let mod_seqs = self.mod_seqs;
        let current = self.current();
        let exists = u32::try_from(current.messages.len()).unwrap();
        let mut selected = Selected::new(exists, 1, current.next);
        selected.highest_mod_seq = mod_seqs.then_some(mod_seq);
        server.select(&selected)?;
        for param in params {
            if let SelectParam::QResync(known) = param {
                let uids = "1:100".parse().unwrap();
                server.send(Data::Vanished { earlier: true, uids })?;
                for index in 0..self.current().messages.len() {
                    let message = self.current().messages[index].clone();
                    if message.mod_seq > known.mod_seq {
                        let place = self.place(index);
                        server.fetch(place)?.flags(&message.flags);
                    }
                }
            }
        }
        server.accept()
    }

    fn status(&self, mailbox: &Mailbox, items: &[StatusAttribute]) -> MailboxStatus {
        let found = &self.boxes[&self.name(mailbox).unwrap()];
        let count = |unwanted| {
            found.messages.iter().filter(|m| !m.flags.has(unwanted)).count().try_into().unwrap()
        };
        let items = items.iter().filter_map(|item| {
            Some(match item {
                StatusAttribute::Messages => {
                    StatusItem::Messages(found.messages.len().try_into().unwrap())
                }
                StatusAttribute::UidNext => StatusItem::UidNext(found.next),
                StatusAttribute::UidValidity => StatusItem::UidValidity(1),
                StatusAttribute::Unseen => StatusItem::Unseen(count(SystemFlag::Seen)),
                StatusAttribute::Size => {
                    StatusItem::Size(found.messages.iter().map(|m| m.octets.len() as u64).sum())
                }
                StatusAttribute::HighestModSeq => StatusItem::HighestModSeq(self.mod_seq),
                _ => return None,
            })
        });
        MailboxStatus::new(mailbox.clone(), items.collect())
    }

    fn in_mailbox(&mut self, server: &mut Server, command: &Command) -> Result<(), Error> {
        match command {
            Command::Fetch { messages, attributes, modifiers, uid } => {
                let since = modifiers.iter().find_map(|modifier| match modifier {
                    FetchModifier::ChangedSince(value) => Some(value.get()),
                    _ => None,
                });
                for index in self.find(messages, *uid) {
                    let message = self.current().messages[index].clone();
                    if since.is_some_and(|since| message.mod_seq <= since) {
                        continue;
                    }
                    let place = self.place(index);
                    let body = |a: &FetchAttribute| matches!(a, FetchAttribute::Section { .. });
                    let streams = self.piece.is_some() && attributes.iter().any(body);
                    if streams && !message.octets.is_empty() {
                        self.fetching.push(place);
                    } else {
                        self.fetch(server, place, &message, attributes)?;
                    }
                }
                self.fetching.reverse();
                if self.fetching.is_empty() { server.accept() } else { self.go_on(server) }
            }
            Command::Store { messages, modifiers, action, what, uid, .. } => {
                let StoreWhat::Flags(flags) = what else {
                    server.decline();
                    return Ok(());
                };
                let unchanged = modifiers.iter().find_map(|modifier| match modifier {
                    StoreModifier::UnchangedSince(value) => Some(*value),
                    _ => None,
                });
                let mut modified = Vec::new();
                for index in self.find(messages, *uid) {
                    let place = self.place(index);
                    let found = &mut self.current().messages[index];
                    if unchanged.is_some_and(|since| found.mod_seq > since) {
                        modified.push(if *uid { place.uid } else { place.number });
                        continue;
                    }
                    if *action == StoreAction::Replace {
                        found.flags = Flags::none();
                    }
                    for flag in flags.iter() {
                        match action {
                            StoreAction::Remove => found.flags.remove(&flag),
                            _ => found.flags.insert(flag),
                        }
                    }
                    self.mod_seq += 1;
                    let mod_seq = self.mod_seq;
                    let found = &mut self.current().messages[index];
                    found.mod_seq = mod_seq;
                    let now = found.flags.clone();
                    let place = self.place(index);
                    server.stored(place, &now)?;
                }
                match SequenceSet::from_numbers(modified) {
                    Ok(set) => server.accept_with(ResponseCode::Modified(set)),
                    Err(_) => server.accept(),
                }
            }
            Command::Search(search) => {
                let found = self.search(&search.expression);
                server.send_found(found)?;
                server.accept()
            }
            Command::Sort(sort) => {
                let mut found = self.search(&sort.expression);
                if sort.keys.iter().any(|(_, reverse)| *reverse) {
                    found.reverse();
                }
                server.send_found(found)?;
                server.accept()
            }
            Command::Thread(thread) => {
                let found = self.search(&thread.expression);
                let mut threads = Threads::default();
                for (depth, message) in found.iter().enumerate() {
                    let number = if thread.uid { message.uid } else { message.number };
                    threads.nodes.push(Thread::new(u32::try_from(depth).unwrap(), Some(number)));
                }
                server.send(Data::Thread(threads))?;
                server.accept()
            }
            Command::Expunge(only) => {
                let chosen = match only {
                    Some(messages) => self.find(messages, true),
                    None => (0..self.current().messages.len()).collect(),
                };
                for index in chosen.into_iter().rev() {
                    if self.current().messages[index].flags.has(SystemFlag::Deleted) {
                        self.remove(server, index)?;
                    }
                }
                server.accept()
            }
            Command::Copy { messages, mailbox, uid } | Command::Move { messages, mailbox, uid } => {
                let Some(name) = self.name(mailbox) else {
                    return server.reject(WordCode::TryCreate, "No such mailbox");
                };
                let chosen = self.find(messages, *uid);
                let (mut from, mut to) = (Vec::new(), Vec::new());
                for index in &chosen {
                    let message = self.current().messages[*index].clone();
                    from.push(message.uid);
                    to.push(self.add(&name, message.octets, message.flags));
                }
                let sets = (SequenceSet::from_numbers(from), SequenceSet::from_numbers(to));
                let (Ok(from), Ok(to)) = sets else { return server.accept() };
                let code = ResponseCode::CopyUid { uid_validity: 1, uids: Some((from, to)) };
                if matches!(command, Command::Copy { .. }) {
                    return server.accept_with(code);
                }
                server.send_status(Condition::Ok, code, "Moved")?;
                for index in chosen.into_iter().rev() {
                    self.remove(server, index)?;
                }
                server.accept()
            }
            _ => {
                server.decline();
                Ok(())
            }
        }
    }

    fn search(&mut self, expression: &mailwire_imap::search::SearchExpression) -> Vec<MessageRef> {
        let places: Vec<MessageRef> =
            (0..self.current().messages.len()).map(|index| self.place(index)).collect();
        let messages = self.current().messages.clone();
        let last = messages.last().map_or(0, |message| message.uid);
        let found = places.into_iter().zip(messages).filter(|(place, message)| {
            let has = |text: &[u8]| {
                let wire = message.octets.to_ascii_lowercase();
                wire.windows(text.len().max(1)).any(|w| w == text.to_ascii_lowercase())
            };
            expression.evaluate(|key| match key {
                SearchKey::Messages(Messages::Set(set)) => set.contains(place.number, 0),
                SearchKey::Uid(Messages::Set(set)) => set.contains(place.uid, last),
                SearchKey::Seen => message.flags.has(SystemFlag::Seen),
                SearchKey::Unseen => !message.flags.has(SystemFlag::Seen),
                SearchKey::Deleted => message.flags.has(SystemFlag::Deleted),
                SearchKey::Flagged => message.flags.has(SystemFlag::Flagged),
                SearchKey::Field(HeaderField::Subject, text) | SearchKey::Text(text) => has(text),
                SearchKey::ModSeq { value, .. } => message.mod_seq >= *value,
                _ => true,
            })
        });
        found.map(|(place, _)| place).collect()
    }

    fn fetch(
        &mut self,
        server: &mut Server,
        place: MessageRef,
        message: &Message,
        attributes: &[FetchAttribute],
    ) -> Result<(), Error> {
        let mut writer = server.fetch(place)?;
        for attribute in attributes {
            match attribute {
                FetchAttribute::Uid => writer.uid(),
                FetchAttribute::Flags => writer.flags(&message.flags),
                FetchAttribute::Size => writer.size(message.octets.len() as u64),
                FetchAttribute::ModSeq => writer.mod_seq(),
                FetchAttribute::Section { section, partial, .. } => {
                    let all = part(&message.octets, section);
                    let origin = partial.map(mailwire_imap::Partial::origin);
                    let octets = match partial {
                        None => all,
                        Some(partial) => {
                            let from = usize::try_from(partial.origin()).unwrap().min(all.len());
                            let len =
                                usize::try_from(partial.length()).unwrap().min(all.len() - from);
                            all.slice(from..from + len)
                        }
                    };
                    writer.section(section.clone(), origin, octets)
                }
                FetchAttribute::Rfc822 => {
                    writer.add(&FetchItem::Rfc822(FetchData::Octets(message.octets.clone())))?
                }
                _ => continue,
            };
        }
        Ok(())
    }

    /// The next message whose octets are sent piece by piece.
    pub(crate) fn go_on(&mut self, server: &mut Server) -> Result<(), Error> {
        let Some(piece) = self.piece else { return Ok(()) };
        if let Some(left) = server.due() {
            let len = piece.min(self.body.len());
            assert_eq!(left, self.body.len() as u64);
            if len > 0 {
                return server.send_body(self.body.split_to(len));
            }
            server.finish_body()?;
            server.continue_fetch()?.size(7);
        }
        let Some(place) = self.fetching.pop() else { return server.accept() };
        let index = usize::try_from(place.number).unwrap() - 1;
        self.body = self.current().messages[index].octets.clone();
        let data = FetchData::Streamed(self.body.len() as u64);
        let item = FetchItem::Section { section: Section::WHOLE, origin: None, data };
        server.fetch(place)?.stream(&item)
    }
}

fn part(octets: &Bytes, section: &Section) -> Bytes {
    let blank = octets.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |at| at + 4);
    match section.text() {
        SectionText::Header => octets.slice(..blank),
        SectionText::Text => octets.slice(blank..),
        _ => octets.clone(),
    }
}
