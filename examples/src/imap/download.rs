//! The messages that are new in a mailbox, on their way to the disk.
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    io::{self, Write},
    mem,
};

use mailwire_imap::{
    Command, Data, Section, SequenceSet,
    client::{Event, Handle, Outcome},
    command::{FetchAttribute, SearchCommand},
    fetch::{Fetch, FetchData, FetchItem},
    search::{SearchExpression, SearchKey},
};
use serde::Serialize;

use super::{
    connection::{Connection, Failure, explain},
    copy::{Copy, Draft},
    describe::{self, Envelope},
    fetch::ask_for_uids,
};

/// What became of a new message.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "not a library")]
pub struct Fetched {
    /// The mailbox.
    pub mailbox: String,
    /// Its UIDVALIDITY is the name of the folder.
    pub uid: u32,
    /// Its flags, if the server told them.
    pub flags: Option<Vec<String>>,
    /// How large the server says it is.
    pub size: Option<u64>,
    /// When the server got it.
    pub date: Option<String>,
    /// Its header fields, as the server read them.
    pub envelope: Option<Envelope>,
    /// Its file, if it is stored.
    pub file: Option<String>,
    /// How large it is.
    pub octets: u64,
    /// Whether it is stored.
    pub stored: bool,
    /// What went wrong.
    pub error: Option<String>,
}

/// The messages that are new in a mailbox.
#[derive(Debug)]
pub struct Download<'a> {
    connection: &'a mut Connection,
    copy: &'a mut Copy,
    mailbox: &'a str,
    /// What is to be asked for, in ascending order.
    new: VecDeque<u32>,
    asked: BTreeMap<Handle, Vec<u32>>,
    /// What was asked for and has not come.
    expected: BTreeSet<u32>,
    /// What came of messages that are not all there.
    partial: BTreeMap<u32, Partial>,
    /// The text that comes in, or has come in the response that is not over.
    text: Option<Text>,
    /// Whether the octets that come are of that text.
    coming: bool,
    /// What the server left out: perhaps it is gone.
    left_out: BTreeSet<u32>,
    /// What could not be had: a later run tries again.
    failed: BTreeSet<u32>,
    /// The session has ended before its time.
    lost: bool,
    /// If all goes well, the copy is complete up to this one.
    goal: u32,
    /// How much was kept since the copy was saved.
    unsaved: u64,
    reports: Vec<Fetched>,
}

/// What came of a message. Servers may send it in several responses (RFC 9051 §7.5.2).
#[derive(Debug, Default)]
struct Partial {
    report: Fetched,
    text: Option<Result<Text, String>>,
}

#[derive(Debug)]
struct Text {
    draft: io::Result<Draft>,
    octets: u64,
}

/// How many messages are asked for by one command, and how many commands ahead.
const BATCH: usize = 200;
const AHEAD: usize = 3;
/// How much may have to be fetched again if the machine loses its power.
const UNSAVED: u64 = 256 << 20;
/// What a message counts besides its octets.
const MESSAGE: u64 = 64 << 10;

impl<'a> Download<'a> {
    /// These messages, in ascending order.
    #[must_use]
    pub fn new(
        connection: &'a mut Connection,
        copy: &'a mut Copy,
        mailbox: &'a str,
        new: VecDeque<u32>,
    ) -> Self {
        Self {
            connection,
            copy,
            mailbox,
            new,
            asked: BTreeMap::new(),
            expected: BTreeSet::new(),
            partial: BTreeMap::new(),
            text: None,
            coming: false,
            left_out: BTreeSet::new(),
            failed: BTreeSet::new(),
            lost: false,
            goal: 0,
            unsaved: 0,
            reports: Vec::new(),
        }
    }

    /// Says that there are no others up to this UID.
    pub fn complete_to(&mut self, uid: u32) {
        self.goal = uid;
    }

    /// Downloads them; returns whether all went well. However it ends, what is there counts.
    pub fn run(mut self, report: &mut dyn FnMut(&Fetched)) -> Result<bool, Failure> {
        let mut result = self.receive(report);
        if result.is_ok() {
            result = self.look_for_the_rest();
        }
        self.reports.drain(..).for_each(|fetched| report(&fetched));
        let saved = self.save();
        result.and(saved).map(|()| self.failed.is_empty())
    }

    fn receive(&mut self, report: &mut dyn FnMut(&Fetched)) -> Result<(), Failure> {
        loop {
            while self.asked.len() < AHEAD && !self.new.is_empty() && !self.lost {
                let count = self.new.len().min(BATCH);
                let uids = self.new.drain(..count).collect();
                self.ask(uids)?;
            }
            // Who lost the connection is told why by the next event, which there is not.
            if self.asked.is_empty() && !self.lost {
                return Ok(());
            }
            let event = self.connection.event()?;
            self.take(event)?;
            self.reports.drain(..).for_each(|fetched| report(&fetched));
            if self.unsaved >= UNSAVED {
                self.save()?;
            }
        }
    }

    fn ask(&mut self, uids: Vec<u32>) -> Result<(), Failure> {
        let set = SequenceSet::from_numbers(uids.iter().copied());
        let set = set.map_err(|error| Failure::Refused(error.to_string()))?;
        let handle = self.connection.send(Command::Fetch {
            messages: set.into(),
            attributes: vec![
                FetchAttribute::Uid,
                FetchAttribute::Flags,
                FetchAttribute::InternalDate,
                FetchAttribute::Size,
                FetchAttribute::Envelope,
                FetchAttribute::Section { section: Section::WHOLE, peek: true, partial: None },
            ],
            modifiers: Vec::new(),
            uid: true,
        })?;
        self.expected.extend(&uids);
        self.asked.insert(handle, uids);
        Ok(())
    }

    fn take(&mut self, event: Event) -> Result<(), Failure> {
        match event {
            Event::Body(body) => {
                self.coming = is_whole(&body.item);
                if self.coming {
                    self.text = Some(Text::new(self.copy));
                }
            }
            Event::Chunk(octets) if self.coming => {
                if let Some(text) = &mut self.text {
                    text.write(&octets);
                }
            }
            Event::Data(Data::Fetch(fetch)) => self.take_fetch(&fetch),
            Event::Done { handle, result } => {
                if let Some(uids) = self.asked.remove(&handle) {
                    self.end(&uids, &result)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn take_fetch(&mut self, fetch: &Fetch) {
        let mut partial = Partial::default();
        let mut uid = fetch.by_uid.then(|| fetch.number.get());
        let report = &mut partial.report;
        for item in fetch.items() {
            match item {
                FetchItem::Uid(number) => uid = Some(number),
                FetchItem::Flags(flags) => report.flags = Some(describe::flags(&flags)),
                FetchItem::Size(size) => report.size = size,
                FetchItem::InternalDate(date) => report.date = date.map(|date| date.to_string()),
                FetchItem::Envelope(envelope) => report.envelope = Some(Envelope::new(&envelope)),
                FetchItem::Section { data, origin: None, section } if section == Section::WHOLE => {
                    partial.text = Some(self.text(&data));
                }
                FetchItem::Invalid { name, why, .. } => {
                    let name = String::from_utf8_lossy(&name).into_owned();
                    self.connection
                        .complain(&format!("{}: cannot read {name}: {why}", self.mailbox));
                }
                _ => {}
            }
        }
        // What was not asked for is news of flags.
        let Some(uid) = uid.filter(|uid| self.expected.contains(uid)) else { return };
        let whole = self.partial.entry(uid).or_default();
        whole.add(partial);
        if whole.is_complete() {
            self.keep(uid);
        }
    }

    /// The text that came in the response.
    fn text(&mut self, data: &FetchData) -> Result<Text, String> {
        match data {
            FetchData::Octets(octets) => {
                let mut text = Text::new(self.copy);
                text.write(octets);
                Ok(text)
            }
            FetchData::Streamed(size) => match self.text.take() {
                Some(text) if text.octets == *size => Ok(text),
                _ => Err("the text is not all there".into()),
            },
            _ => Err("the server has no text of it".into()),
        }
    }

    /// A message is all there.
    fn keep(&mut self, uid: u32) {
        let Some(Partial { mut report, text: Some(text) }) = self.partial.remove(&uid) else {
            return;
        };
        self.expected.remove(&uid);
        report.mailbox = self.mailbox.into();
        report.uid = uid;
        let kept = text.and_then(|text| {
            report.octets = text.octets;
            let draft = text.draft.and_then(|draft| self.copy.keep(draft, uid));
            draft.map_err(|error| format!("not stored: {error}"))
        });
        match kept {
            Ok(()) => {
                self.unsaved += MESSAGE + report.octets;
                report.stored = true;
                report.file = Some(self.copy.path(uid).display().to_string());
            }
            Err(error) => {
                self.failed.insert(uid);
                report.error = Some(error);
            }
        }
        self.reports.push(report);
    }

    /// A command is through.
    fn end(&mut self, uids: &[u32], outcome: &Outcome) -> Result<(), Failure> {
        self.lost |= matches!(outcome, Outcome::Lost);
        let mut missing = Vec::new();
        for uid in uids.iter().copied().filter(|uid| self.expected.contains(uid)) {
            match self.partial.get(&uid) {
                Some(Partial { text: Some(_), .. }) => missing.push((uid, true)),
                _ => missing.push((uid, false)),
            }
        }
        for (uid, has_text) in missing {
            if has_text {
                self.keep(uid);
            } else if outcome.is_ok() {
                self.expected.remove(&uid);
                self.left_out.insert(uid);
            } else if uids.len() > 1 && matches!(outcome, Outcome::No(_)) {
                // One of them may be what the server stumbled over.
                self.ask(vec![uid])?;
            } else {
                self.fail(uid, &explain(outcome));
            }
        }
        Ok(())
    }

    /// What the server left out is gone, or the server does not do what it should.
    fn look_for_the_rest(&mut self) -> Result<(), Failure> {
        let Ok(set) = SequenceSet::from_numbers(self.left_out.iter().copied()) else {
            return Ok(());
        };
        let expression = SearchExpression::from(SearchKey::Uid(set.into()));
        let command = SearchCommand::new(expression, true);
        let found = ask_for_uids(self.connection, command, self.left_out.len())?;
        for uid in mem::take(&mut self.left_out) {
            match &found {
                Ok(found) if !found.contains(&uid) => {}
                Ok(_) => self.fail(uid, "the server does not send it"),
                Err(why) => self.fail(uid, &format!("the server does not send it: {why}")),
            }
        }
        Ok(())
    }

    fn fail(&mut self, uid: u32, why: &str) {
        let partial = self.partial.remove(&uid).unwrap_or_default();
        self.expected.remove(&uid);
        self.failed.insert(uid);
        self.reports.push(Fetched {
            mailbox: self.mailbox.into(),
            uid,
            error: Some(why.into()),
            ..partial.report
        });
    }

    /// Writes down how far the copy is complete.
    fn save(&mut self) -> Result<(), Failure> {
        if self.goal == 0 {
            return Ok(());
        }
        let open =
            [self.expected.first(), self.failed.first(), self.left_out.first(), self.new.front()];
        let first = open.into_iter().flatten().min();
        self.copy.complete(first.map_or(self.goal, |uid| uid - 1));
        self.unsaved = 0;
        self.copy.save().map_err(|error| Failure::Refused(format!("cannot save: {error}")))
    }
}

impl Partial {
    fn add(&mut self, other: Self) {
        let (mine, its) = (&mut self.report, other.report);
        mine.flags = its.flags.or(mine.flags.take());
        mine.size = its.size.or(mine.size);
        mine.date = its.date.or(mine.date.take());
        mine.envelope = its.envelope.or(mine.envelope.take());
        self.text = other.text.or(self.text.take());
    }

    const fn is_complete(&self) -> bool {
        self.text.is_some()
            && self.report.flags.is_some()
            && self.report.size.is_some()
            && self.report.envelope.is_some()
    }
}

impl Text {
    fn new(copy: &mut Copy) -> Self {
        Self { draft: copy.draft(), octets: 0 }
    }

    fn write(&mut self, octets: &[u8]) {
        self.octets += octets.len() as u64;
        if let Ok(draft) = &mut self.draft
            && let Err(error) = draft.write_all(octets)
        {
            self.draft = Err(error);
        }
    }
}

fn is_whole(item: &FetchItem) -> bool {
    matches!(item, FetchItem::Section { section, origin: None, .. } if *section == Section::WHOLE)
}
