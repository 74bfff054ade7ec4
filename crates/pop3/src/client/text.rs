//! What stands behind a `+OK`, up to a lone dot: messages and listings ([RFC 1939 §3]).
//!
//! Nothing of it is held: octets and lines go to the caller as they come.
//!
//! [RFC 1939 §3]: https://www.rfc-editor.org/rfc/rfc1939#section-3
use alloc::string::String;

use bytes::Bytes;
use mailwire_core::{
    BareLineEnds, BytesRef, DotReader, InputQueue, LineEnd, LineError, LineRef, Piece, Text,
};

use super::{Config, EndOfText, Item};
use crate::{
    Capability, Error, LanguageListing, MessageNumber, ParseError, ParseErrorKind, Quirk, Quirks,
    ScanListing, UniqueIdListing,
};

/// A message that is coming in.
#[derive(Debug)]
pub(super) struct Body {
    reader: DotReader,
}

impl Body {
    pub(super) fn new(config: &Config) -> Self {
        let reader = DotReader::new(BareLineEnds::Keep).without_census();
        Self {
            reader: match config.end_of_text {
                EndOfText::Strict => reader,
                EndOfText::Lenient => reader.with_lenient_end(),
            },
        }
    }

    /// Takes the next piece; `None` if it needs more input.
    pub(super) fn read(&mut self, input: &mut InputQueue) -> Option<Piece> {
        self.reader.read(input)
    }

    /// What was tolerated at the end.
    pub(super) fn quirks(&self) -> Quirks {
        if self.reader.ended_bare() { Quirks::NONE.with(Quirk::BareLfEnd) } else { Quirks::NONE }
    }
}

/// What the lines of a listing are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Scans,
    UniqueIds,
    Languages,
    Capabilities,
    Lines,
}

/// A listing that is coming in.
#[derive(Debug)]
pub(super) struct Listing {
    kind: Kind,
    lines: u32,
    /// How many octets its lines had so far.
    octets: usize,
    /// The line before ended in LF alone.
    after_bare: bool,
    /// The number of the message before.
    last: u32,
    /// Whether messages may be missing: some were deleted.
    gaps: bool,
    /// What was tolerated, and told already.
    pub(super) seen: Quirks,
}

/// What a line of a listing is.
pub(super) enum Entry {
    Item(Item),
    Damaged(Bytes, ParseError),
    End,
}

impl Listing {
    pub(super) fn new(kind: Kind, gaps: bool) -> Self {
        Self { kind, lines: 0, octets: 0, after_bare: false, last: 0, gaps, seen: Quirks::NONE }
    }

    /// Takes the next entry of LIST if it is there and nothing is to be said about it: of a long listing,
    /// almost every one. [`read`](Self::read) sees to the others.
    #[inline(always)]
    pub(super) fn plain_scan(
        &mut self,
        input: &mut InputQueue,
        config: &Config,
    ) -> Option<ScanListing> {
        if self.kind != Kind::Scans {
            return None;
        }
        let (scan, len) = ScanListing::leading(&input.line_start())?;
        self.skip_plain(scan.number, len, input, config).then_some(scan)
    }

    /// The same for UIDL.
    #[inline(always)]
    pub(super) fn plain_unique_id(
        &mut self,
        input: &mut InputQueue,
        config: &Config,
    ) -> Option<UniqueIdListing> {
        if self.kind != Kind::UniqueIds {
            return None;
        }
        let (listing, len) = UniqueIdListing::leading(input.line_start())?;
        self.skip_plain(listing.number, len, input, config).then_some(listing)
    }

    /// Goes on behind the entry of so many octets, if it is a whole line and the one to be expected.
    #[inline(always)]
    fn skip_plain(
        &mut self,
        number: MessageNumber,
        len: usize,
        input: &mut InputQueue,
        config: &Config,
    ) -> bool {
        let (number, wire_len) = (number.get(), len + 2);
        let whole = input.line_start().get(len..wire_len) == Some(b"\r\n")
            && wire_len <= config.limits.line;
        let next = number > self.last && (number - self.last == 1 || self.gaps);
        if !whole || !next || self.lines >= config.listing {
            return false;
        }
        self.lines += 1;
        self.last = number;
        self.after_bare = false;
        input.skip_line(wire_len);
        true
    }

    /// Takes the next line, with what was tolerated in it; `None` if it is not there yet.
    pub(super) fn read(
        &mut self,
        input: &mut InputQueue,
        config: &Config,
    ) -> Result<Option<(Entry, Quirks)>, Error> {
        // Looked at where it lies: to take it would cost more than to read it.
        let line = match input.peek_line(config.limits.line) {
            Ok(Some(line)) => line,
            Ok(None) => return Ok(None),
            Err(_) => {
                // The rest of it is skipped; how it ends nobody sees.
                self.after_bare = false;
                self.count(0, config)?;
                let error = ParseErrorKind::TooLong.at(config.limits.line);
                return Ok(Some((Entry::Damaged(Bytes::new(), error), Quirks::NONE)));
            }
        };
        let len = line.wire_len();
        let entry = self.entry(line, config);
        input.skip_line(len);
        entry.map(Some)
    }

    fn entry(&mut self, line: LineRef<'_>, config: &Config) -> Result<(Entry, Quirks), Error> {
        let LineRef { content: line, end } = line;
        let bare = end == LineEnd::Lf;
        let loose = bare || self.after_bare;
        self.after_bare = bare;
        let mut seen = Quirks::NONE;
        if matches!(line.as_bytes(), [b'.']) && (!loose || config.end_of_text == EndOfText::Lenient)
        {
            if loose {
                seen.insert(Quirk::BareLfEnd);
            }
            return Ok((Entry::End, seen));
        }
        self.count(line.len() + 2, config)?;
        if bare {
            seen.insert(Quirk::BareLf);
            if !config.quirks.contains(Quirk::BareLf) {
                let error = ParseErrorKind::ControlOctet.at(line.len());
                return Ok((Entry::Damaged(line.to_bytes(), error), Quirks::NONE));
            }
        }
        // RFC 1939 §3: any line can be stuffed.
        let stuffed = line.starts_with(b".");
        let content = line.slice(usize::from(stuffed)..);
        if content.is_empty() && stuffed {
            // A dot beside a bare LF, which is not the end here.
            let error = ParseErrorKind::ControlOctet.at(1);
            return Ok((Entry::Damaged(line.to_bytes(), error), seen));
        }
        Ok(match self.item(content, config) {
            Ok((item, tolerated)) => (Entry::Item(item), seen.union(tolerated)),
            Err(error) => (Entry::Damaged(content.to_bytes(), error), seen),
        })
    }

    /// One line more, as far as there may be one.
    fn count(&mut self, octets: usize, config: &Config) -> Result<(), Error> {
        self.lines += 1;
        if self.lines > config.listing {
            return Err(Error::EndlessListing { limit: config.listing });
        }
        // What is offered is the only listing that is kept.
        self.octets = self.octets.saturating_add(octets);
        let limit = config.limits.reply;
        if self.kind == Kind::Capabilities && self.octets > limit {
            return Err(LineError::TooLong { limit }.into());
        }
        Ok(())
    }

    fn item(&mut self, line: BytesRef<'_>, config: &Config) -> Result<(Item, Quirks), ParseError> {
        let (item, mut seen) = match self.kind {
            Kind::Scans => {
                let (scan, seen) = ScanListing::parse(&line, config.quirks)?;
                (Item::Scan(scan), seen)
            }
            Kind::UniqueIds => {
                let (listing, seen) = UniqueIdListing::parse_ref(line, config.quirks)?;
                (Item::UniqueId(listing), seen)
            }
            Kind::Languages => {
                (Item::Language(LanguageListing::parse(line.to_bytes())?), Quirks::NONE)
            }
            Kind::Capabilities => {
                (Item::Capability(Capability::parse(line.to_bytes())), Quirks::NONE)
            }
            Kind::Lines => (Item::Line(text(line.to_bytes())), Quirks::NONE),
        };
        let number = match &item {
            Item::Scan(scan) => scan.number.get(),
            Item::UniqueId(listing) => listing.number.get(),
            _ => return Ok((item, seen)),
        };
        // Nothing says that the numbers must ascend. All servers do it, and a listing that does not is
        // likely to be a mistake.
        if number <= self.last {
            seen.insert(Quirk::NumberOutOfOrder);
        } else if number > self.last + 1 && !self.gaps {
            seen.insert(Quirk::SkippedNumber);
        }
        self.last = number;
        Ok((item, seen))
    }
}

/// A line as text: what is not UTF-8 in it is replaced.
fn text(line: Bytes) -> Text {
    Text::from_utf8(line.clone())
        .unwrap_or_else(|_| Text::from(String::from_utf8_lossy(&line).into_owned()))
}
