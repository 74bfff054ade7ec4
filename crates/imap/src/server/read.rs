//! From pieces of the wire to commands.

use super::{Event, Incoming, Kind, Pending, Refusal, Server, Step, append};
use crate::{
    Command, Condition, Error, Frame, FrameError, Literal, ParseError, ParseErrorKind, Parsed,
    Piece, Quirk, Repairs, Response, Status, Tag, TaggedCommand,
};
use alloc::boxed::Box;
use bytes::Bytes;
use mailwire_core::Upgrade;

/// The first octet of a TLS record that holds a handshake.
const TLS_HANDSHAKE: u8 = 0x16;
/// `number64` has 63 bits (RFC 9051 §9).
const LONGEST: u64 = i64::MAX.unsigned_abs();
/// The line that ends IDLE is short.
const DONE_LINE: usize = 64;

impl Server {
    pub(super) fn read_piece(&mut self) -> Step {
        if self.session.first.take() == Some(TLS_HANDSHAKE) {
            return self.cut_off("This is IMAP without TLS");
        }
        if self.session.errors >= self.config.max_errors.max(1) && self.session.incoming.is_none() {
            let errors = self.session.errors;
            self.pending = Some(Box::new(Pending::new("", Kind::Excess)));
            return Step::Event(Event::Excess(errors));
        }
        match self.framer.next_piece() {
            Ok(None) => Step::Wait,
            Ok(Some(Piece::Frame(frame))) => self.read_frame(&frame),
            Ok(Some(Piece::Literal { literal, .. })) => self.read_literal(literal),
            Ok(Some(Piece::Chunk(octets))) => {
                if let Some(incoming) = &mut self.session.incoming {
                    incoming.header.read(&octets);
                }
                Step::Event(Event::Chunk(octets))
            }
            Ok(Some(Piece::LiteralEnd)) => self.literal_end(),
            Err(error) => self.too_long(&error),
        }
    }

    fn read_frame(&mut self, frame: &Frame) -> Step {
        let incoming = self.end_incoming();
        if core::mem::take(&mut self.session.dropping) {
            return Step::GoOn;
        }
        if frame.wire().trim_ascii().is_empty() {
            // An empty line has no tag to answer to, and people type it.
            return self.refuse(None, Refusal::bad("Empty line"), None);
        }
        if self.is_before_login() && is_http(frame.wire()) {
            return self.cut_off("This is not HTTP");
        }
        match Command::parse(frame, self.read_options()) {
            Ok(mut read) => {
                let command = &read.value.command;
                let streamed = incoming.as_deref().is_some_and(|of| of.header.found());
                let unasked = incoming.is_some_and(|of| of.unasked);
                if unasked {
                    read.repairs.push(Quirk::OddLiteral, 0);
                }
                if (streamed || append::has_eight_bit(command)) && self.forbids_utf8_headers() {
                    if !self.is_lenient() {
                        let tag = Some(read.value.tag.detach());
                        return self.refuse(tag, Refusal::EIGHT_BIT_HEADER, None);
                    }
                    read.repairs.push(Quirk::EightBitHeader, 0);
                }
                self.understood(read)
            }
            Err(error) => {
                let why = error.error;
                let tag = error.tag.map(|tag| tag.detach());
                self.refuse_for(tag, why)
            }
        }
    }

    /// A command that was understood.
    fn understood(&mut self, read: Parsed<TaggedCommand>) -> Step {
        let tag = read.value.tag.detach();
        // RFC 9755 §3: once UTF-8 is enabled other octets are BAD, whatever else is understood.
        let strict =
            |quirk| !self.is_lenient() || quirk == Quirk::EightBitInQuoted && self.takes_utf8();
        if let Some(repair) = read.repairs.as_slice().iter().find(|repair| strict(repair.quirk)) {
            let why = ParseErrorKind::BadArgument.at(repair.offset);
            return self.refuse_for(Some(tag), why);
        }
        let step = self.dispatch(tag, read.value.command);
        self.report(step, read.repairs)
    }

    /// Says what was tolerated before it says what it was tolerated in.
    fn report(&mut self, step: Step, repairs: Repairs) -> Step {
        if repairs.is_empty() {
            return step;
        }
        if let Step::Event(event) = step {
            let pending = self.pending.take();
            self.later = Some(Box::new(super::Later { event, pending }));
        }
        Step::Event(Event::Tolerated(repairs))
    }

    fn read_literal(&mut self, literal: Literal) -> Step {
        if self.session.dropping {
            self.skip(literal);
            return Step::GoOn;
        }
        if self.session.incoming.is_none() {
            let start = self.framer.known_from(0);
            let Some(tag) = append::tag(&start) else {
                return self.refuse_literal(None, literal, Refusal::bad("No tag"));
            };
            let upload = append::is_upload(&start).then(append::Upload::default);
            self.session.incoming = Some(Box::new(Incoming::new(tag, upload)));
        }
        let unasked =
            literal.non_synchronizing && !self.offers(&["LITERAL+", "LITERAL-", "IMAP4rev2"]);
        let Some(incoming) = &mut self.session.incoming else { return Step::Wait };
        incoming.unasked |= unasked;
        let tag = incoming.tag.clone();
        let is_upload = incoming.upload.is_some();
        if unasked && !self.is_lenient() {
            return self.refuse_literal(Some(tag), literal, Refusal::bad("Wait for the +"));
        }
        let only_short = self.offers(&["LITERAL-", "IMAP4rev2"]) && !self.offers(&["LITERAL+"]);
        if is_upload && literal.size > LONGEST {
            return self.refuse_literal(
                Some(tag),
                literal,
                Refusal::bad("No literal is that long"),
            );
        }
        if literal.non_synchronizing && only_short && literal.size > 4096 {
            return self.refuse_literal(Some(tag), literal, Refusal::ASK_FIRST);
        }
        if is_upload && self.is_before_login() {
            return self.refuse_literal(Some(tag), literal, Refusal::LOG_IN_FIRST);
        }
        if is_upload && let Some(step) = self.offer(literal) {
            return step;
        }
        if literal.size > self.longest_literal() {
            return self.refuse_literal(Some(tag), literal, Refusal::LITERAL_TOO_LONG);
        }
        self.take_inline(literal)
    }

    /// Takes the literal into its command.
    pub(super) fn take_inline(&mut self, literal: Literal) -> Step {
        match self.framer.inline() {
            Ok(()) => {
                if literal.is_synchronizing() {
                    self.say_go_on();
                }
                Step::GoOn
            }
            Err(error) => self.too_long(&error),
        }
    }

    /// `+`: the client may go on.
    pub(super) fn say_go_on(&mut self) {
        self.output.put(b"+ Go on\r\n");
    }

    /// Drops the literal that is offered; what comes of its command behind it is dropped too.
    pub(super) fn skip(&mut self, literal: Literal) {
        if literal.is_synchronizing() {
            self.framer.abandon();
            self.session.dropping = false;
        } else {
            self.framer.skip();
            self.session.dropping = true;
        }
        self.end_incoming();
    }

    /// The limits are the usual ones again.
    fn end_incoming(&mut self) -> Option<Box<Incoming>> {
        let incoming = self.session.incoming.take();
        if incoming.is_some() {
            self.set_limits(!self.is_before_login());
        }
        incoming
    }

    /// Whether headers have to be ASCII (RFC 9755 §4).
    fn forbids_utf8_headers(&self) -> bool {
        self.offers(&["UTF8=ACCEPT", "UTF8=ONLY"]) && !self.takes_utf8()
    }

    pub(super) fn refuse_literal(
        &mut self,
        tag: Option<Tag>,
        literal: Literal,
        refusal: Refusal,
    ) -> Step {
        self.skip(literal);
        self.refuse(tag, refusal, None)
    }

    fn literal_end(&mut self) -> Step {
        if self.session.dropping {
            return Step::GoOn;
        }
        let known = self.framer.known();
        if let Some(incoming) = &mut self.session.incoming
            && let Some(upload) = &mut incoming.upload
        {
            upload.behind_literal(known);
            if core::mem::take(&mut incoming.streaming) {
                return Step::Event(Event::ChunkEnd);
            }
        }
        Step::GoOn
    }

    pub(super) fn too_long(&mut self, error: &FrameError) -> Step {
        let FrameError::TooLong { start, .. } = error;
        self.end_incoming();
        if core::mem::take(&mut self.session.dropping) {
            return Step::GoOn;
        }
        self.refuse(append::tag(start), Refusal::TOO_LONG, None)
    }

    /// A line of a client in IDLE (RFC 2177).
    pub(super) fn read_done(&mut self) -> Step {
        let line = match self.framer.next_line(DONE_LINE) {
            Ok(Some(line)) => line,
            Ok(None) => return Step::Wait,
            Err(_) => Bytes::new(),
        };
        let Some(tag) = self.session.idle.take() else { return Step::Wait };
        if !line.trim_ascii().eq_ignore_ascii_case(b"DONE") {
            // Whoever sends a command now has not understood IDLE, and waits for its answer.
            self.refuse(Some(*tag), Refusal::bad("DONE was expected"), None);
            return Step::Event(Event::Done);
        }
        let status = Status::new(Some(*tag), Condition::Ok, "IDLE completed");
        self.write(&Response::Status(status));
        Step::Event(Event::Done)
    }

    /// Octets that came before the layer that was agreed on.
    pub(super) fn refuse_early_octets(&mut self) -> Step {
        if !self.framer.is_empty() {
            match self.session.upgrading {
                Some(Upgrade::EndDeflate) => {}
                Some(Upgrade::Deflate) => self.fail(Error::BytesBeforeCompression),
                _ => self.fail(Error::PlaintextAfterStartTls),
            }
        }
        Step::Wait
    }

    /// Says no to a command on the machine's own account.
    pub(super) fn refuse(
        &mut self,
        tag: Option<Tag>,
        refusal: Refusal,
        error: Option<ParseError>,
    ) -> Step {
        let mut status = Status::new(tag, refusal.condition, refusal.text);
        status.code = refusal.code;
        self.write(&Response::Status(status.clone()));
        self.session.errors = self.session.errors.saturating_add(1);
        Step::Event(Event::Refused { status, error })
    }

    /// The same for what breaks the grammar: says where.
    fn refuse_for(&mut self, tag: Option<Tag>, error: ParseError) -> Step {
        let text = alloc::format!("{error}");
        let status = Status::new(tag, Condition::Bad, &text);
        self.write(&Response::Status(status.clone()));
        self.session.errors = self.session.errors.saturating_add(1);
        Step::Event(Event::Refused { status, error: Some(error) })
    }

    /// Ends the session at once, with a last word.
    fn cut_off(&mut self, text: &str) -> Step {
        let bye = Status::new(None, Condition::Bye, text);
        self.write(&Response::Status(bye));
        self.fail(Error::NotImap);
        Step::Wait
    }
}

/// A browser, or somebody who makes one post to this port.
fn is_http(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    line.len() > 9 && line[line.len() - 9..].starts_with(b" HTTP/") && line[line.len() - 2] == b'.'
}
