//! Messages that APPEND and REPLACE bring ([RFC 9051 §6.3.12], RFC 3502, RFC 4469, RFC 8508): each is
//! offered to the caller before the client may send it.
//!
//! [RFC 9051 §6.3.12]: https://www.rfc-editor.org/rfc/rfc9051#section-6.3.12

use super::{
    Event, Incoming, Kind, Later, Pending, Phase, Refusal, Server, Step, Upcoming,
    header::HeaderScan,
};
use crate::{
    Command, Error, Frame, FrameLimits, Literal, Mailbox, ReadOptions, SeqNumber, Tag,
    class::TAG_CHAR,
    command::{AppendData, CatenatePart, LiteralForm},
};
use alloc::boxed::Box;
use bytes::Bytes;
use core::num::NonZeroU32;

/// What is known of the messages of a command so far.
#[derive(Debug, Default)]
pub(super) struct Upload {
    /// Where in the command the last message ended.
    from: usize,
    /// How many literals were no message: the name of the mailbox can be one.
    strings: u8,
    /// How many messages were announced.
    messages: u32,
    /// How many octets the last announcement says.
    size: usize,
    place: Place,
    mailbox: Option<Mailbox>,
    replaces: Option<(NonZeroU32, bool)>,
}

/// What the last literal stands in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Message,
    Utf8,
    Catenate,
    /// `UTF8 (` within it.
    CatenateUtf8,
}

impl Place {
    /// Whether more parts of the same message may follow.
    const fn is_within(self) -> bool {
        matches!(self, Self::Catenate | Self::CatenateUtf8)
    }
}

/// Nobody has that many strings before a message.
const STRINGS: u8 = 16;

impl Incoming {
    pub(super) fn new(tag: Tag, upload: Option<Upload>) -> Self {
        Self { tag, upload, streaming: false, unasked: false, header: HeaderScan::default() }
    }
}

impl Upload {
    /// The literal is over: what follows it belongs to what comes.
    pub(super) fn behind_literal(&mut self, known: usize) {
        self.from = known;
    }
}

impl Server {
    /// Offers the literal to the caller, if it is a message.
    pub(super) fn offer(&mut self, literal: Literal) -> Option<Step> {
        let options = self.read_options();
        let incoming = self.session.incoming.as_mut()?;
        let tag = incoming.tag.clone();
        let upload = incoming.upload.as_mut()?;
        let head = self.framer.known_from(upload.from);
        let Some((command, place)) = read_head(&head, upload, options) else {
            upload.strings += 1;
            return (upload.strings > STRINGS).then(|| {
                self.refuse_literal(Some(tag), literal, Refusal::bad("Too many strings"))
            });
        };
        if let Some(refusal) = self.bars(&command) {
            return Some(self.refuse_literal(Some(tag), literal, refusal));
        }
        let incoming = self.session.incoming.as_mut()?;
        let upload = incoming.upload.as_mut()?;
        let (messages, name) = match command {
            Command::Append { mailbox, messages } => {
                upload.mailbox.get_or_insert(mailbox.detach());
                (messages, "APPEND")
            }
            Command::Replace { number, mailbox, message, uid } => {
                let last = match &self.phase {
                    Phase::Selected(open) if !uid => NonZeroU32::new(open.told),
                    // Only the caller knows which UID is the last.
                    _ => None,
                };
                let number = match number {
                    SeqNumber::Number(number) => Some(number),
                    SeqNumber::Last => last,
                };
                // Whoever is told so now need not send the message.
                let is_there =
                    |number: &NonZeroU32| uid || last.is_some_and(|last| *number <= last);
                let Some(number) = number.filter(is_there) else {
                    let refusal = Refusal::NO_SUCH_MESSAGE;
                    return Some(self.refuse_literal(Some(tag), literal, refusal));
                };
                upload.mailbox.get_or_insert(mailbox.detach());
                upload.replaces = Some((number, uid));
                (message.into(), "REPLACE")
            }
            _ => return None,
        };
        let continues = upload.place.is_within() && messages.len() == 1 && upload.messages > 0;
        let message = messages.into_iter().last()?;
        upload.place = place;
        upload.size = usize::try_from(literal.size).unwrap_or(usize::MAX);
        if !continues {
            upload.messages += 1;
        }
        let (index, mailbox) = (upload.messages - 1, upload.mailbox.clone()?);
        let replaces = upload.replaces;
        let refusal = if literal.size == 0 && !upload.place.is_within() {
            Some(Refusal::EMPTY_MESSAGE)
        } else if index >= self.config.append_messages {
            Some(Refusal::no(crate::WordCode::Limit, "Too many messages"))
        } else if index > 0 && !continues && !self.offers(&["MULTIAPPEND"]) {
            Some(Refusal::NOT_OFFERED)
        } else if self.config.append_limit.is_some_and(|limit| literal.size > limit) {
            Some(Refusal::MESSAGE_TOO_LONG)
        } else {
            None
        };
        if let Some(refusal) = refusal {
            return Some(self.refuse_literal(Some(tag), literal, refusal));
        }
        let synchronizing = literal.is_synchronizing();
        let mut pending = Pending::new(name, Kind::Offer { synchronizing });
        pending.tag = Some(tag);
        pending.holds_expunge = true;
        self.pending = Some(Box::new(pending));
        let size = literal.size;
        let upcoming = Upcoming { mailbox, message, index, replaces, size };
        Some(Step::Event(Event::Append(upcoming)))
    }

    /// Takes the message that is announced as it comes: [`Event::Chunk`]s, and an [`Event::ChunkEnd`]. In
    /// the command it is [`AppendData::Streamed`], or [`CatenatePart::StreamedText`].
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::{Command, ResponseCode, SequenceSet};
    /// use mailwire_imap::server::{Config, Event, Server};
    ///
    /// let mut config = Config::new("ready");
    /// config.preauth = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("a APPEND inbox (\\Seen) {9+}\r\nA: b\r\n\r\nc\r\n".into());
    /// let mut message = Vec::new();
    /// loop {
    ///     match server.poll_output()? {
    ///         Output::Event(Event::Append(upcoming)) if upcoming.size < 1 << 30 => {
    ///             server.accept_stream()?;
    ///         }
    ///         Output::Event(Event::Chunk(octets)) => message.extend_from_slice(&octets),
    ///         Output::Event(Event::Command(Command::Append { .. })) => {
    ///             // Now it is all there: keep it.
    ///             let uids = "101".parse::<SequenceSet>()?;
    ///             server.accept_with(ResponseCode::AppendUid { uid_validity: 1, uids })?;
    ///         }
    ///         Output::Event(_) => server.decline(),
    ///         Output::Transmit(bytes) if bytes.starts_with(b"* PREAUTH") => {
    ///             assert!(bytes.ends_with(b"\r\na OK [APPENDUID 1 101] APPEND completed\r\n"));
    ///         }
    ///         _ => break,
    ///     }
    /// }
    /// assert_eq!(message, b"A: b\r\n\r\nc");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn accept_stream(&mut self) -> Result<(), Error> {
        let synchronizing = self.offered()?;
        self.pending = None;
        self.framer.stream();
        if let Some(incoming) = &mut self.session.incoming {
            incoming.streaming = true;
            incoming.header.begin();
        }
        if synchronizing {
            self.say_go_on();
        }
        Ok(())
    }

    /// Takes the message that is announced into the command.
    pub(super) fn accept_inline(&mut self) -> Result<(), Error> {
        let synchronizing = self.offered()?;
        self.pending = None;
        // The caller wants it, however long it is.
        let Some(upload) = self.session.incoming.as_mut().and_then(|i| i.upload.as_mut()) else {
            return Err(Error::Misuse);
        };
        let limits = self.config.after_login;
        let end = self.framer.known().saturating_add(upload.size);
        upload.from = end;
        let frame = end.saturating_add(limits.frame);
        self.framer.set_limits(FrameLimits { inline: 0, frame, ..limits });
        match self.framer.inline() {
            Ok(()) if synchronizing => self.say_go_on(),
            Ok(()) => {}
            // More than there can be in memory.
            Err(error) => {
                if let Step::Event(event) = self.too_long(&error) {
                    self.later = Some(Box::new(Later { event, pending: None }));
                }
            }
        }
        Ok(())
    }

    /// Whether the client waits with the literal that the caller was asked about.
    fn offered(&self) -> Result<bool, Error> {
        match self.pending.as_deref() {
            Some(Pending { kind: Kind::Offer { synchronizing }, .. }) => Ok(*synchronizing),
            _ => Err(Error::Misuse),
        }
    }
}

/// The command so far, with the announced literal as the last thing in it.
///
/// Of what came before the last message nothing is read again: a command stands in its place.
fn read_head(head: &Bytes, upload: &Upload, options: ReadOptions) -> Option<(Command, Place)> {
    let before: &[&[u8]] = match (upload.messages, upload.place) {
        (0, _) => &[b""],
        (_, Place::Message) => &[b"a APPEND a"],
        (_, Place::Utf8) => &[b"a APPEND a UTF8 (~{0}\r\n"],
        (_, Place::Catenate) => &[b"a APPEND a CATENATE (URL a"],
        (_, Place::CatenateUtf8) => &[b"a APPEND a CATENATE (UTF8 (~{0}\r\n"],
    };
    for start in before {
        for close in [&b""[..], b")", b"))"] {
            let wire: Bytes = [start, &head[..], close, b"\r\n"].concat().into();
            let at = start.len() + head.len();
            let frame = Frame::with_streamed(wire, at);
            let Ok(read) = Command::parse(&frame, options) else { continue };
            let last = match &read.value.command {
                Command::Append { messages, .. } => messages.last(),
                Command::Replace { message, .. } => Some(message),
                _ => None,
            };
            let place = match &last?.data {
                AppendData::Streamed { form: LiteralForm::Utf8, .. } => Place::Utf8,
                AppendData::Streamed { .. } => Place::Message,
                AppendData::Catenate(parts) => match parts.last() {
                    Some(CatenatePart::StreamedText { form: LiteralForm::Utf8, .. }) => {
                        Place::CatenateUtf8
                    }
                    Some(CatenatePart::StreamedText { .. }) => Place::Catenate,
                    _ => continue,
                },
                _ => continue,
            };
            return Some((read.value.command, place));
        }
    }
    None
}

/// Whether a message that is here has octets above ASCII in its header.
pub(super) fn has_eight_bit(command: &Command) -> bool {
    let is = |data: &AppendData| matches!(data, AppendData::Octets(octets) if HeaderScan::is_eight_bit(octets));
    match command {
        Command::Append { messages, .. } => messages.iter().any(|message| is(&message.data)),
        Command::Replace { message, .. } => is(&message.data),
        _ => false,
    }
}

/// The tag at the beginning of a command.
pub(super) fn tag(start: &[u8]) -> Option<Tag> {
    let start = start.trim_ascii_start();
    let len = TAG_CHAR.span(start);
    let text = core::str::from_utf8(start.get(..len)?).ok()?;
    matches!(start.get(len), Some(b' ' | b'\r' | b'\n') | None).then_some(())?;
    Tag::new(alloc::string::String::from(text)).ok()
}

/// Whether the command brings messages.
pub(super) fn is_upload(start: &[u8]) -> bool {
    let mut words = start.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let (_tag, name, second) = (words.next(), words.next(), words.next());
    let is = |word: Option<&[u8]>, known: &[u8]| {
        word.is_some_and(|word| word.eq_ignore_ascii_case(known))
    };
    is(name, b"APPEND") || is(name, b"REPLACE") || (is(name, b"UID") && is(second, b"REPLACE"))
}
