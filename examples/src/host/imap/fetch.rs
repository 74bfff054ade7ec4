//! FETCH.
use std::collections::VecDeque;

use mailwire_imap::{
    Condition, Data, Error, ResponseCode, SequenceSet, WordCode,
    command::{FetchAttribute, FetchModifier, PartialRange},
};
use mailwire_mailbox::{FetchError, sets_seen};

use super::{
    ImapSession,
    body::{Body, BodyError},
    job::{Job, Progress, Tools},
    message::{Piece, Said, Teller},
    selected::Selected,
    sentence, uids,
};
use crate::host::{
    mail::{Account, FlagChange, Flags, Mailbox, Message},
    store::Text,
};

/// A FETCH that goes on, or what SELECT says of messages that changed.
#[derive(Debug)]
pub(super) struct Fetching {
    attributes: Vec<FetchAttribute>,
    /// The messages that are still to come.
    uids: VecDeque<u32>,
    /// The next of them, as they are.
    messages: VecDeque<Message>,
    /// When messages became `\Seen` by this, if any did.
    seen: Option<u64>,
    /// The message that is on its way.
    open: Option<Open>,
    /// Why the answer is NO.
    failure: Option<(Option<ResponseCode>, String)>,
    occasion: Occasion,
}

/// Why messages are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Occasion {
    /// The client asked for them.
    Fetch,
    /// They changed since the client had the mailbox selected before.
    Select,
    /// They are new, and the client wanted to be told (RFC 5465 §5.2).
    Notify,
}

/// A response that goes out piece by piece.
#[derive(Debug)]
struct Open {
    message: Message,
    body: Body,
    text: Text,
    /// The attribute behind it.
    next: usize,
}

/// About how many octets are said before they go out.
const ENOUGH: u64 = 64 * 1024;
/// How many messages are looked up at once.
const BATCH: usize = 256;

impl ImapSession {
    pub(super) fn fetch(
        &mut self,
        account: &Account,
        set: &SequenceSet,
        attributes: Vec<FetchAttribute>,
        modifiers: &[FetchModifier],
        uid: bool,
    ) -> Result<(), Error> {
        let Some(selected) = &self.selected else {
            self.server.decline();
            return Ok(());
        };
        let unknown = attributes.iter().any(|it| matches!(it, FetchAttribute::Other { .. }));
        if unknown || modifiers.iter().any(|it| matches!(it, FetchModifier::Other { .. })) {
            return self.server.reply(Condition::Bad, None, "That cannot be fetched");
        }
        // The range comes first, whatever the order is (RFC 9394 §3.4).
        let (mut since, mut vanished, mut partial) = (None, false, None);
        for modifier in modifiers {
            match modifier {
                FetchModifier::ChangedSince(modseq) => since = Some(modseq.get()),
                FetchModifier::Vanished => vanished = true,
                FetchModifier::Partial(range) => partial = Some(*range),
                _ => {}
            }
        }
        let mut uids = selected.uids.select(set, uid);
        if let Some(range) = partial {
            uids = part(uids, range);
        }
        if let Some(since) = since {
            let (changed, gone) = changes(account, selected, since);
            uids.retain(|uid| changed.binary_search(uid).is_ok());
            let ranges = uids::ranges(set, selected.uids.last());
            let gone = gone.into_iter().filter(|uid| uids::contains(&ranges, *uid));
            if vanished && let Ok(uids) = SequenceSet::from_numbers(gone) {
                self.server.send(Data::Vanished { earlier: true, uids })?;
            }
        }
        let mut seen = None;
        if !self.server.is_read_only() && attributes.iter().any(sets_seen) {
            let flags = Flags::new(["\\Seen"]);
            match account.store(selected.id, &uids, FlagChange::Add, &flags, None) {
                Ok(stored) => seen = (!stored.changed.is_empty()).then_some(stored.modseq),
                Err(error) => return self.refuse(&error),
            }
        }
        self.begin(Job::Fetch(Fetching { seen, ..Fetching::new(once(attributes), uids) }))
    }

    pub(super) fn end_fetch(&mut self, fetching: Fetching) -> Result<(), Error> {
        match fetching.occasion {
            Occasion::Fetch => {}
            Occasion::Select => {
                self.server.accept()?;
                // Another mailbox is watched from now on: what came in between is told, if that is wanted.
                self.watch();
                self.stale |= self.server.wants_updates();
                return Ok(());
            }
            Occasion::Notify => return Ok(()),
        }
        match fetching.failure {
            Some((code, text)) => {
                self.sync(fetching.seen)?;
                if self.is_over() { Ok(()) } else { self.server.reject(code, &text) }
            }
            None => self.finish(fetching.seen, None),
        }
    }
}

impl Fetching {
    fn new(attributes: Vec<FetchAttribute>, uids: Vec<u32>) -> Self {
        Self {
            attributes,
            uids: uids.into(),
            messages: VecDeque::new(),
            seen: None,
            open: None,
            failure: None,
            occasion: Occasion::Fetch,
        }
    }

    /// What SELECT says of messages that changed (RFC 7162 §3.2.5.1).
    pub(super) fn resync(uids: Vec<u32>) -> Self {
        Self { occasion: Occasion::Select, ..Self::new(vec![FetchAttribute::Flags], uids) }
    }

    /// What is said of new messages without being asked.
    pub(super) fn unasked(attributes: Vec<FetchAttribute>, uids: Vec<u32>) -> Self {
        Self { occasion: Occasion::Notify, ..Self::new(attributes, uids) }
    }

    pub(super) fn go_on(&mut self, tools: &mut Tools<'_>) -> Result<Progress, Error> {
        let mut said = 0;
        while said < ENOUGH {
            if let Some(open) = &mut self.open {
                match open.body.next(&open.text) {
                    Ok(octets) if octets.is_empty() => {
                        let Some(Open { message, next, .. }) = self.open.take() else { break };
                        tools.server.finish_body()?;
                        said += self.say(tools, message, next)?;
                    }
                    Ok(octets) => {
                        said += octets.len() as u64;
                        tools.server.send_body(octets)?;
                    }
                    Err(_) => {
                        // Half of a message must not look like all of it.
                        tools.server.abort();
                        return Ok(Progress::Done);
                    }
                }
                continue;
            }
            let Some(message) = self.next(tools) else { return Ok(Progress::Done) };
            tools.selected.introduce(tools.server, &message)?;
            said += self.say(tools, message, 0)?;
        }
        Ok(Progress::GoesOn)
    }

    /// The next message that is still there. Of others the client will hear, or has heard.
    fn next(&mut self, tools: &Tools<'_>) -> Option<Message> {
        loop {
            let message = self.look_up(tools)?;
            if tools.selected.uids.number(message.uid).is_some() {
                return Some(message);
            }
        }
    }

    fn look_up(&mut self, tools: &Tools<'_>) -> Option<Message> {
        while self.messages.is_empty() && !self.uids.is_empty() {
            let batch = self.uids.drain(..self.uids.len().min(BATCH));
            self.messages = tools.account.look(|state| {
                let messages = state.mailbox(tools.selected.id).map(Mailbox::messages);
                batch.filter_map(|uid| messages?.get(&uid).cloned()).collect()
            });
        }
        self.messages.pop_front()
    }

    /// Says what is asked of a message, from this attribute on. Returns about how many octets that are.
    fn say(&mut self, tools: &mut Tools<'_>, message: Message, from: usize) -> Result<u64, Error> {
        let teller = Teller {
            account: tools.account,
            selected: tools.selected,
            utf8: tools.server.takes_utf8(),
        };
        let says_flags = from == 0 && self.seen == Some(message.modseq);
        let said = match teller.pieces(&message, &self.attributes, from, says_flags) {
            Ok(said) => said,
            Err(error) => {
                if !matches!(&error, BodyError::Mail(error) if error.is_gone()) {
                    self.fail(&error);
                }
                if from > 0 {
                    // What was said of it already stands.
                    drop(tools.server.continue_fetch()?);
                }
                return Ok(0);
            }
        };
        if from == 0 && self.attributes.contains(&FetchAttribute::Flags) {
            tools.selected.tells_flags(&message);
        }
        let Said { mut pieces, octets, next } = said;
        let mut writer = if from > 0 {
            tools.server.continue_fetch()?
        } else {
            tools.server.fetch(tools.selected.message_ref(&message))?
        };
        while let Some(piece) = pieces.pop_front() {
            match piece {
                Piece::ModSeq => {
                    writer.mod_seq();
                }
                Piece::Flags(flags) => {
                    writer.flags(&flags);
                }
                Piece::Item(item) => {
                    writer.add(&item)?;
                }
                Piece::Stream(item, body, text) => {
                    writer.stream(&item)?;
                    self.open = Some(Open { message, body, text, next });
                    return Ok(octets);
                }
            }
        }
        Ok(octets)
    }

    fn fail(&mut self, error: &BodyError) {
        let code = match error {
            BodyError::Fetch(FetchError::UnknownEncoding) => Some(WordCode::UnknownCte.into()),
            BodyError::Fetch(_) => None,
            BodyError::Mail(_) => Some(WordCode::ServerBug.into()),
        };
        self.failure = Some((code, sentence(error)));
    }
}

/// What is put together before it goes out only once, however often it is asked for.
fn once(mut attributes: Vec<FetchAttribute>) -> Vec<FetchAttribute> {
    let mut seen = Vec::new();
    attributes.retain(|attribute| {
        let is_text = matches!(
            attribute,
            FetchAttribute::Section { .. }
                | FetchAttribute::Binary { .. }
                | FetchAttribute::Rfc822
                | FetchAttribute::Rfc822Header
                | FetchAttribute::Rfc822Text
        );
        let keep = is_text || !seen.contains(attribute);
        if keep && !is_text {
            seen.push(attribute.clone());
        }
        keep
    });
    attributes
}

/// The UIDs of messages that changed since, and of those that went, both in ascending order.
pub(super) fn changes(account: &Account, selected: &Selected, since: u64) -> (Vec<u32>, Vec<u32>) {
    account.look(|state| {
        let Some(mailbox) = state.mailbox(selected.id) else { return Default::default() };
        let mut changed: Vec<u32> =
            mailbox.changed_since(since).map(|message| message.uid).collect();
        changed.sort_unstable();
        (changed, mailbox.vanished_since(since))
    })
}

/// The UIDs at these places (RFC 9394 §3.3).
fn part(uids: Vec<u32>, range: PartialRange) -> Vec<u32> {
    let place = |end: u32| usize::try_from(end).unwrap_or(usize::MAX);
    let (one, other) = (place(range.from.get()), place(range.to.get()));
    let (from, to) = (one.min(other) - 1, one.max(other).min(uids.len()));
    let places =
        if range.from_end { uids.len() - to..uids.len().saturating_sub(from) } else { from..to };
    uids.get(places).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use std::{io::Write, sync::Arc};

    use bytes::BytesMut;
    use clap::Parser;

    use super::*;
    use crate::host::{
        Host,
        imap::config,
        mail::Arrival,
        options::HostOptions,
        service::Service,
        session::{Session, Step},
    };

    #[test]
    fn texts_that_are_asked_for_again_and_again_go_out_one_after_the_other() {
        let options = HostOptions::parse_from(["mailhost", "--quiet"]);
        let host = Host::new(&options).unwrap();
        let account = Arc::clone(host.mail.account("test").unwrap());
        let text = format!("Subject: x\r\n\r\n{}", "y\r\n".repeat(20_000));
        let mut draft = account.draft().unwrap();
        draft.write_all(text.as_bytes()).unwrap();
        let inbox = account.look(|state| state.find("INBOX")).unwrap();
        account.append(inbox, vec![Arrival::new(draft.seal().unwrap().into())]).unwrap();
        let config = config(&options, Service::Imap, true).unwrap();
        let mut session = ImapSession::new(host, config.into(), "127.0.0.1:1".parse().unwrap());
        session.handle_input("a LOGIN test test\r\nb SELECT INBOX\r\n".into());
        while let Step::Transmit(_) = session.poll().unwrap() {}
        let wanted = "BODY.PEEK[] BODY.PEEK[1]<0.50000> RFC822.SIZE BINARY.PEEK[1]<5.60000> ";
        let line = format!("c FETCH 1 (FLAGS {} FLAGS)\r\n", wanted.repeat(100));
        session.handle_input(line.into());
        let (mut said, mut longest) = (BytesMut::new(), 0);
        while let Step::Transmit(octets) = session.poll().unwrap() {
            longest = longest.max(octets.len());
            said.extend_from_slice(&octets);
        }
        // Nobody has looked for a NUL in what is streamed.
        let said = String::from_utf8(said.to_vec()).unwrap().replace("~{", "{");
        let body = &text[14..];
        let texts = [
            format!("BODY[] {{{}}}\r\n{text}", text.len()),
            format!("BODY[1]<0> {{50000}}\r\n{}", &body[..50_000]),
            format!("BINARY[1]<5> {{{}}}\r\n{}", body.len() - 5, &body[5..]),
        ];
        let want: Vec<&str> = texts.iter().map(String::as_str).collect();
        let want = want.join(" ").replacen(" BINARY", " RFC822.SIZE 60014 BINARY", 1);
        let again = format!(" {}", texts.join(" ")).repeat(99);
        assert!(
            said == format!(
                "* 1 FETCH (FLAGS (\\Recent) {want}{again})\r\nc OK FETCH completed\r\n"
            )
        );
        assert!(longest < 256 * 1024, "{longest} octets at once");
    }
}
