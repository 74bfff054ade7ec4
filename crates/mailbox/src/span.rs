//! Sections that are read piece by piece from where the message is kept.

use crate::{
    FetchError, Index, Part, PartKind,
    content::with_crlf,
    line_ends::{MARK, bare_in},
    section::{Target, find, message_in, outermost},
};
use alloc::{borrow::Cow, vec::Vec};
use bytes::Bytes;
use core::{num::NonZeroU32, ops::Range};
use mailwire_imap::{Partial, Section, SectionText};
use mailwire_message::{Findings, Policy, TransferEncoding, transfer};

/// Where the octets of a section are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// Nowhere: the answer is NIL.
    Nowhere,
    /// In the message as it is stored, in one piece: it can be sent as it is read.
    Span(Span),
    /// The section is put together of these octets: read them, and call
    /// [`Index::section_within`] or [`Index::binary_within`].
    Read(Range<u64>),
    /// In the message as it is stored, but encoded: for BINARY only.
    Encoded(Span, Decoding),
}

/// Octets that go out as they are read, but for line ends.
///
/// ```
/// use bytes::Bytes;
/// use mailwire_imap::{Partial, Section};
/// use mailwire_mailbox::{Index, Place};
///
/// let message = Bytes::from("Subject: hi\n\nHello\nWorld\n");
/// let read = |range: core::ops::Range<u64>| {
///     Ok::<_, core::convert::Infallible>(message.slice(range.start as usize..range.end as usize))
/// };
/// let index = Index::of(&message);
/// let Place::Span(span) = index.place(&Section::WHOLE) else { panic!() };
/// let mut span = span.partial(&index, Partial::new(13, 8)?, read).unwrap();
/// assert_eq!(span.len(), 8);
/// let mut sent = Vec::new();
/// while !span.is_empty() {
///     let octets = read(span.wants(4)).unwrap();
///     sent.extend_from_slice(&span.take(octets));
/// }
/// assert_eq!(sent, b"\r\nHello\r");
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// What is read next, as stored.
    next: u64,
    end: u64,
    /// How many octets of the wire come before those that are wanted.
    skip: u64,
    /// How many octets of the wire are wanted.
    left: u64,
    converts: bool,
    /// The octet before `next`; it is read first if that is not known.
    before: Before,
}

/// What stands before a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// Nobody looked.
    Unknown,
    Cr,
    Other,
}

impl Span {
    /// Octets of a message that go out as they are stored, for those who know that without an index: all of a
    /// message whose lines end in CRLF, for example.
    ///
    /// ```
    /// let span = mailwire_mailbox::Span::stored(0..100);
    /// assert_eq!((span.len(), span.wants(64)), (100, 0..64));
    /// ```
    #[must_use]
    pub const fn stored(octets: Range<u64>) -> Self {
        let left = octets.end.saturating_sub(octets.start);
        let (next, end) = (octets.start, octets.end);
        Self { next, end, skip: 0, left, converts: false, before: Before::Other }
    }

    fn new(octets: Range<u64>, bare: u64, converts: bool) -> Self {
        let left = (octets.end - octets.start).saturating_add(if converts { bare } else { 0 });
        let before = if converts && octets.start > 0 { Before::Unknown } else { Before::Other };
        Self { next: octets.start, end: octets.end, skip: 0, left, converts, before }
    }

    /// How many octets are still to go out.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.left
    }

    /// Whether none are.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// Which octets of the message as it is stored are to be read next, about so many at most; some if any
    /// are still to go out.
    #[must_use]
    pub fn wants(&self, size: u64) -> Range<u64> {
        let start =
            if self.before == Before::Unknown { self.next.saturating_sub(1) } else { self.next };
        // A line end may be two octets here and one there, so this is enough.
        let size = size.max(2).min(self.skip.saturating_add(self.left).saturating_add(1));
        start..self.end.min(start.saturating_add(size))
    }

    /// Takes what was read from the beginning of [`wants`](Self::wants) on, fewer octets perhaps, and gives
    /// what goes out of it; nothing perhaps, if there is more to be read.
    ///
    /// If nothing was read the message is shorter than it was: the rest cannot be had.
    pub fn take(&mut self, mut octets: Bytes) -> Bytes {
        if self.before == Before::Unknown && !octets.is_empty() {
            let before = octets.split_to(1);
            self.before = if before[0] == b'\r' { Before::Cr } else { Before::Other };
        }
        self.next += octets.len() as u64;
        if self.converts
            && let Some(last) = octets.last()
        {
            let before = (self.before == Before::Cr).then_some(b'\r');
            self.before = if *last == b'\r' { Before::Cr } else { Before::Other };
            if let Cow::Owned(converted) = with_crlf(before, &octets) {
                octets = converted.into();
            }
        }
        let len = octets.len() as u64;
        let narrow = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let skipped = self.skip.min(len);
        self.skip -= skipped;
        let taken = self.left.min(len - skipped);
        self.left -= taken;
        octets.slice(narrow(skipped)..narrow(skipped + taken))
    }

    /// Only these octets of them (RFC 9051 §6.4.5): fewer if there are fewer, none if they begin behind the
    /// end. `read` gives octets of the message; it is asked once at most, for 64 KiB at most.
    ///
    /// # Errors
    ///
    /// What `read` says.
    pub fn partial<E>(
        mut self,
        index: &Index,
        partial: Partial,
        read: impl FnOnce(Range<u64>) -> Result<Bytes, E>,
    ) -> Result<Self, E> {
        let origin = partial.origin().min(self.left);
        self.left = partial.length().min(self.left - origin);
        if !self.converts {
            self.next += origin;
            return Ok(self);
        }
        self.skip = origin;
        if origin <= 2 * MARK {
            return Ok(self);
        }
        // How many line ends grow before the beginning, so that the marks behind it say where we are.
        let (mark, mut bare) = index.mark_before(self.next);
        if mark < self.next {
            let from = mark.saturating_sub(1);
            let octets = read(from..self.next)?;
            let (before, octets) =
                if mark > 0 { octets.split_at(1.min(octets.len())) } else { octets.split_at(0) };
            bare += bare_in(before.first().copied(), octets);
        }
        let (mut low, mut high) = (self.next, self.end.min(self.next.saturating_add(origin)));
        let mut low_bare = bare;
        while high - low > MARK {
            let (middle, there) = index.mark_before(low + (high - low) / 2);
            if middle <= low {
                break;
            }
            if middle - self.next + there.saturating_sub(bare) <= origin {
                (low, low_bare) = (middle, there);
            } else {
                high = middle;
            }
        }
        self.skip = origin - (low - self.next + low_bare.saturating_sub(bare)).min(origin);
        if low > 0 && low != self.next {
            self.before = Before::Unknown;
        }
        self.next = low;
        Ok(self)
    }
}

/// The decoded octets of a part, as its encoded ones come.
///
/// Lines of text end in CRLF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoding {
    encoding: TransferEncoding,
    is_text: bool,
}

impl Decoding {
    /// Begins to decode.
    ///
    /// ```
    /// use mailwire_mailbox::{Index, Place};
    ///
    /// let message = b"Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8K\r\n";
    /// let index = Index::of(message);
    /// let Place::Encoded(mut span, decoding) = index.binary_place(&[1.try_into()?])? else { panic!() };
    /// let mut decoder = decoding.decoder();
    /// let range = span.wants(1_000);
    /// let octets = span.take(message[range.start as usize..range.end as usize].to_vec().into());
    /// let mut decoded = Vec::new();
    /// decoder.decode(&octets, &mut decoded);
    /// decoder.finish(&mut decoded);
    /// assert_eq!(decoded, b"Hello\r\n");
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    #[must_use]
    pub fn decoder(&self) -> Decoder {
        Decoder {
            decoder: transfer::Decoder::new(self.encoding, Policy::STANDARD),
            is_text: self.is_text,
            behind_cr: false,
        }
    }
}

/// Undoes a transfer encoding piece by piece: [`Decoding::decoder`].
#[derive(Debug)]
pub struct Decoder {
    decoder: transfer::Decoder,
    is_text: bool,
    behind_cr: bool,
}

impl Decoder {
    /// Takes encoded octets, and appends what comes of them.
    pub fn decode(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        let from = out.len();
        self.decoder.decode(octets, out, &mut Findings::ignored(Policy::STANDARD));
        self.lines(from, out);
    }

    /// Appends the rest.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        let from = out.len();
        self.decoder.finish(out, &mut Findings::ignored(Policy::STANDARD));
        self.lines(from, out);
    }

    fn lines(&mut self, from: usize, out: &mut Vec<u8>) {
        let Some(last) = out.get(from..).and_then(<[u8]>::last) else { return };
        let behind_cr = *last == b'\r';
        if self.is_text {
            let before = self.behind_cr.then_some(b'\r');
            if let Cow::Owned(lines) = with_crlf(before, &out[from..]) {
                out.truncate(from);
                out.extend_from_slice(&lines);
            }
        }
        self.behind_cr = behind_cr;
    }
}

impl Index {
    /// Where the octets of `BODY[section]` are, for a message that is not in memory:
    /// [`section`](Self::section) gives the same of one that is.
    ///
    /// ```
    /// use mailwire_imap::{Section, SectionText};
    /// use mailwire_mailbox::{Index, Place};
    ///
    /// let index = Index::of(b"Subject: hi\r\n\r\nHello\r\n");
    /// let Place::Span(span) = index.place(&Section::new(vec![], SectionText::Text)?) else { panic!() };
    /// assert_eq!((span.len(), span.wants(64)), (7, 15..22));
    /// let missing = Section::new(vec![2.try_into()?], SectionText::All)?;
    /// assert_eq!(index.place(&missing), Place::Nowhere);
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    #[must_use]
    pub fn place(&self, section: &Section) -> Place {
        let parts: Vec<Part<'_>> = self.parts().collect();
        let Some(target) = find(&parts, section.part()) else { return Place::Nowhere };
        let (part, whole) = match target {
            Target::Whole(part) => (part, true),
            Target::Part(part) => (part, false),
            Target::Nothing if *section.text() == SectionText::All => {
                return Place::Span(Span::new(0..0, 0, false));
            }
            Target::Nothing => return Place::Nowhere,
        };
        let root = if whole { Some(part) } else { message_in(&parts, part) };
        let (part, octets, bare) = match (section.text(), root) {
            (SectionText::All, _) if whole => {
                (part, part.start..part.body_end, part.bare_header.saturating_add(part.bare_body))
            }
            (SectionText::All, _) => (part, part.body_range(), part.bare_body),
            (SectionText::Mime, _) => (part, part.header_range(), part.bare_header),
            (_, None) => return Place::Nowhere,
            (SectionText::Text, Some(root)) => (root, root.body_range(), root.bare_body),
            (SectionText::HeaderFields(_) | SectionText::HeaderFieldsNot(_), Some(root)) => {
                let octets = outermost(&parts, &root).map(Part::body_range);
                return Place::Read(octets.unwrap_or_else(|| root.header_range()));
            }
            (_, Some(root)) => (root, root.header_range(), root.bare_header),
        };
        self.place_of(&parts, part, octets, bare)
    }

    /// Where the octets of `BINARY[part]` are: [`binary`](Self::binary) gives them of a message in memory.
    ///
    /// ```
    /// use mailwire_mailbox::{FetchError, Index, Place};
    ///
    /// let place = |encoding| {
    ///     let message = format!("Content-Transfer-Encoding: {encoding}\r\n\r\nSGVsbG8=\r\n");
    ///     Index::of(message.as_bytes()).binary_place(&[core::num::NonZeroU32::MIN])
    /// };
    /// assert!(matches!(place("8bit"), Ok(Place::Span(_))));
    /// assert!(matches!(place("base64"), Ok(Place::Encoded(..))));
    /// assert_eq!(place("x-unheard-of"), Err(FetchError::UnknownEncoding));
    /// ```
    ///
    /// # Errors
    ///
    /// [`FetchError::UnknownEncoding`]
    pub fn binary_place(&self, part: &[NonZeroU32]) -> Result<Place, FetchError> {
        let parts: Vec<Part<'_>> = self.parts().collect();
        let part = match find(&parts, part) {
            None => return Ok(Place::Nowhere),
            Some(Target::Nothing) => return Ok(Place::Span(Span::new(0..0, 0, false))),
            Some(Target::Whole(part)) => {
                let bare = part.bare_header.saturating_add(part.bare_body);
                return Ok(self.place_of(&parts, part, part.start..part.body_end, bare));
            }
            Some(Target::Part(part)) => part,
        };
        let place = self.place_of(&parts, part, part.body_range(), part.bare_body);
        let encoding = part.encoding();
        if part.kind() == PartKind::Multipart {
            return Ok(place);
        }
        if encoding == TransferEncoding::Unknown {
            return Err(FetchError::UnknownEncoding);
        }
        if encoding.is_identity() {
            return Ok(place);
        }
        Ok(match place {
            Place::Span(span) => {
                let is_text = part.media_type().0 == b"text";
                Place::Encoded(span, Decoding { encoding, is_text })
            }
            place => place,
        })
    }

    fn place_of(&self, parts: &[Part<'_>], part: Part<'_>, octets: Range<u64>, bare: u64) -> Place {
        match outermost(parts, &part) {
            Some(outermost) => Place::Read(outermost.body_range()),
            None => Place::Span(Span::new(octets, bare, self.converts_line_ends())),
        }
    }
}
