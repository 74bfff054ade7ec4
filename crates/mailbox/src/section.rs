//! Which octets a section names (RFC 9051 §6.4.5.1).

use crate::{Content, Index, Part, PartKind, content::with_crlf};
use alloc::{borrow::Cow, vec, vec::Vec};
use core::{num::NonZeroU32, ops::Range};
use mailwire_imap::{AString, Section, SectionText};
use mailwire_message::{Findings, Policy, TransferEncoding, transfer};

/// Why octets of a part cannot be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Nobody knows how the part is encoded. The answer is NO with UNKNOWN-CTE (RFC 3516 §4.3).
    #[error("content transfer encoding is not known")]
    UnknownEncoding,
    /// There is no such part: `BINARY.SIZE` of nothing is no number.
    #[error("there is no such part")]
    NoSuchPart,
    /// What was asked for is no octets of the message, or is not known.
    #[error("this is not answered from a message")]
    NotOfMessage,
}

/// What some put before the first field of a message.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What the numbers of a section lead to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'i> {
    /// The message itself.
    Whole(Part<'i>),
    /// A part.
    Part(Part<'i>),
    /// The one part that is said to be in a multipart without parts.
    Nothing,
}

/// Octets of a message, from some place on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given<'m> {
    pub(crate) at: u64,
    pub(crate) octets: &'m [u8],
}

impl Given<'_> {
    /// Where octets of the message are in these.
    const fn within(self, octets: Range<u64>) -> Range<u64> {
        octets.start.saturating_sub(self.at)..octets.end.saturating_sub(self.at)
    }
}

impl Index {
    /// `BODY[section]` of the message that this is the index of. `None` is NIL: there is no such part, or
    /// it has no such text.
    ///
    /// A message that is not a multipart has one part, 1. HEADER and its like, and TEXT, are of the
    /// message, or of a message in it. All of MIME is the header of the part; of part 1 of a message
    /// that is no multipart that is the header of the message.
    ///
    /// ```
    /// use mailwire_imap::{Section, SectionText};
    /// use mailwire_mailbox::Index;
    ///
    /// let message = b"Subject: hi\r\nTo: you@x.test\r\n\r\nHello\r\n";
    /// let index = Index::of(message);
    /// let section = Section::new(vec![], SectionText::HeaderFields(vec!["subject".try_into()?]))?;
    /// assert_eq!(&index.section(&section, message).unwrap().octets()[..], b"Subject: hi\r\n\r\n");
    /// let missing = Section::new(vec![2.try_into()?], SectionText::All)?;
    /// assert!(index.section(&missing, message).is_none());
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    #[must_use]
    pub fn section<'m>(&'m self, section: &Section, message: &'m [u8]) -> Option<Content<'m>> {
        self.section_within(section, 0, message)
    }

    /// The same when not all of the message is in memory: `octets` are those from the place `at` on, as far
    /// as [`Place::Read`](crate::Place::Read) says.
    ///
    /// ```
    /// use mailwire_imap::{Section, SectionText};
    /// use mailwire_mailbox::{Index, Place};
    ///
    /// let message = b"Subject: hi\r\nTo: you@x.test\r\n\r\nHello\r\n";
    /// let index = Index::of(message);
    /// let section = Section::new(vec![], SectionText::HeaderFields(vec!["to".try_into()?]))?;
    /// let Place::Read(range) = index.place(&section) else { panic!() };
    /// let octets = &message[range.start as usize..range.end as usize]; // read from where it is kept
    /// let content = index.section_within(&section, range.start, octets).unwrap();
    /// assert_eq!(&content.octets()[..], b"To: you@x.test\r\n\r\n");
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    #[must_use]
    pub fn section_within<'m>(
        &'m self,
        section: &Section,
        at: u64,
        octets: &'m [u8],
    ) -> Option<Content<'m>> {
        let message = Given { at, octets };
        let parts: Vec<Part<'_>> = self.parts().collect();
        let target = find(&parts, section.part())?;
        let part = match target {
            Target::Whole(part) | Target::Part(part) => part,
            Target::Nothing => {
                return (*section.text() == SectionText::All).then(Content::default);
            }
        };
        let whole = matches!(target, Target::Whole(_));
        match section.text() {
            SectionText::All if whole => {
                Some(self.content(&parts, part, message, part.start..part.body_end))
            }
            SectionText::All => Some(self.content(&parts, part, message, part.body_range())),
            SectionText::Mime => Some(self.content(&parts, part, message, part.header_range())),
            text => {
                let root = if whole { part } else { message_in(&parts, part)? };
                Some(match text {
                    SectionText::Text => self.content(&parts, root, message, root.body_range()),
                    SectionText::HeaderFields(names) => {
                        self.fields(&parts, root, message, names, true)
                    }
                    SectionText::HeaderFieldsNot(names) => {
                        self.fields(&parts, root, message, names, false)
                    }
                    _ => self.content(&parts, root, message, root.header_range()),
                })
            }
        }
    }

    /// `BINARY[part]`: the body of a part, its transfer encoding undone (RFC 3516). `None` is NIL.
    ///
    /// Lines of text end in CRLF. Without part numbers this is the whole message as it is.
    ///
    /// ```
    /// use mailwire_mailbox::Index;
    ///
    /// let message = b"Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8K\r\n";
    /// let index = Index::of(message);
    /// let content = index.binary(&[1.try_into()?], message)?.unwrap();
    /// assert_eq!(&content.octets()[..], b"Hello\r\n");
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FetchError::UnknownEncoding`]
    pub fn binary<'m>(
        &'m self,
        part: &[NonZeroU32],
        message: &'m [u8],
    ) -> Result<Option<Content<'m>>, FetchError> {
        self.binary_within(part, 0, message)
    }

    /// The same when not all of the message is in memory, as [`section_within`](Self::section_within) is.
    ///
    /// ```
    /// use mailwire_mailbox::{Index, Place};
    ///
    /// let message = b"Content-Type: message/global\r\nContent-Transfer-Encoding: base64\r\n\r\n\
    ///     U3ViamVjdDogaW4KCkhlbGxv\r\n";
    /// let index = Index::of(message);
    /// let part = [1.try_into()?, 1.try_into()?];
    /// let Place::Read(range) = index.binary_place(&part)? else { panic!() };
    /// let octets = &message[range.start as usize..range.end as usize]; // read from where it is kept
    /// let content = index.binary_within(&part, range.start, octets)?.unwrap();
    /// assert_eq!(&content.octets()[..], b"Hello");
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FetchError::UnknownEncoding`]
    pub fn binary_within<'m>(
        &'m self,
        part: &[NonZeroU32],
        at: u64,
        octets: &'m [u8],
    ) -> Result<Option<Content<'m>>, FetchError> {
        let message = Given { at, octets };
        let parts: Vec<Part<'_>> = self.parts().collect();
        let part = match find(&parts, part) {
            None => return Ok(None),
            Some(Target::Nothing) => return Ok(Some(Content::default())),
            Some(Target::Whole(part)) => {
                let range = part.start..part.body_end;
                return Ok(Some(self.content(&parts, part, message, range)));
            }
            Some(Target::Part(part)) => part,
        };
        let content = self.content(&parts, part, message, part.body_range());
        if part.kind() == PartKind::Multipart || part.encoding() == TransferEncoding::SevenBit {
            return Ok(Some(content));
        }
        if part.encoding() == TransferEncoding::Unknown {
            return Err(FetchError::UnknownEncoding);
        }
        if part.encoding().is_identity() {
            return Ok(Some(content));
        }
        let mut decoded = decode(part.encoding(), &content.octets());
        if part.view().media_type == b"text"
            && let Cow::Owned(lines) = with_crlf(None, &decoded)
        {
            decoded = lines;
        }
        Ok(Some(Content::owned(decoded)))
    }

    /// TOP: the header, the empty line and so many lines of the body (RFC 1939 §7), for POP3. The
    /// caller stuffs dots.
    ///
    /// ```
    /// use mailwire_mailbox::Index;
    ///
    /// let message = b"Subject: hi\n\nHello\nWorld\n";
    /// let index = Index::of(message);
    /// assert_eq!(&index.top(1, message).octets()[..], b"Subject: hi\r\n\r\nHello\r\n");
    /// ```
    #[must_use]
    pub fn top<'m>(&'m self, lines: u64, message: &'m [u8]) -> Content<'m> {
        let Some(root) = self.parts().next() else { return Content::default() };
        let body = message.get(range(root.body_range())).unwrap_or_default();
        let last = usize::try_from(lines).unwrap_or(usize::MAX).checked_sub(1);
        let len = last.map_or(0, |last| {
            memchr::memchr_iter(b'\n', body).nth(last).map_or(body.len(), |at| at + 1)
        });
        let end = root.body_start.saturating_add(len as u64);
        self.content(&[root], root, Given { at: 0, octets: message }, root.start..end)
    }

    /// Octets of the source that a part is in.
    fn content<'m>(
        &'m self,
        parts: &[Part<'_>],
        part: Part<'_>,
        message: Given<'m>,
        octets: Range<u64>,
    ) -> Content<'m> {
        let bare = if octets == part.body_range() {
            Some(part.bare_body)
        } else if octets == part.header_range() {
            Some(part.bare_header)
        } else if octets == (part.start..part.body_end) {
            Some(part.bare_header.saturating_add(part.bare_body))
        } else {
            None
        };
        let source = self.source(parts, part.source, message);
        let in_place = part.source.is_none();
        let octets = if in_place { message.within(octets) } else { octets };
        let pieces = vec![clamp(range(octets), source.len())];
        let content = match bare {
            Some(bare) if bare <= source.len() as u64 => {
                Content::new(source, pieces, self.converts_line_ends().then_some(bare))
            }
            _ => Content::counted(source, pieces, self.converts_line_ends()),
        };
        if in_place && message.at == 0 { content.with_marks(self) } else { content }
    }

    /// The octets that the ranges of parts are about: the message, or a decoded part.
    pub(crate) fn source<'m>(
        &self,
        parts: &[Part<'_>],
        source: Option<usize>,
        message: Given<'m>,
    ) -> Cow<'m, [u8]> {
        // From the outermost to the innermost: a part stands before those in it.
        let mut chain = Vec::new();
        let mut next = source;
        while let Some(part) = next.and_then(|id| parts.get(id)) {
            chain.push(part);
            next = part.source;
        }
        chain.into_iter().rev().fold(Cow::Borrowed(message.octets), |octets, part| {
            let body = part.body_range();
            let body = if part.source.is_none() { message.within(body) } else { body };
            let body = octets.get(range(body)).unwrap_or_default();
            Cow::Owned(decode(part.encoding(), body))
        })
    }

    /// Some fields of a header and the empty line.
    fn fields<'m>(
        &'m self,
        parts: &[Part<'_>],
        root: Part<'_>,
        message: Given<'m>,
        names: &[AString],
        wanted: bool,
    ) -> Content<'m> {
        let source = self.source(parts, root.source, message);
        let mut pieces: Vec<Range<usize>> = Vec::new();
        let mut push = |piece: Range<usize>| match pieces.last_mut() {
            Some(last) if last.end == piece.start => last.end = piece.end,
            _ => pieces.push(piece),
        };
        let place = |octets: Range<u64>| {
            let octets = if root.source.is_none() { message.within(octets) } else { octets };
            clamp(range(octets), source.len())
        };
        let header = place(root.start..root.header_end);
        let mut take = false;
        let mut start = header.start;
        if source.get(header.clone()).is_some_and(|it| it.starts_with(BYTE_ORDER_MARK)) {
            start += BYTE_ORDER_MARK.len();
        }
        for end in line_ends(&source, header.clone()) {
            let line = source.get(start..end).unwrap_or_default();
            if matches!(line, b"\n" | b"\r\n") {
                // Before the first field: it would end those that are given.
                start = end;
                continue;
            }
            if !matches!(line.first(), Some(b' ' | b'\t')) {
                let name = memchr::memchr(b':', line).map(|colon| line[..colon].trim_ascii_end());
                let named = |name: &[u8]| names.iter().any(|it| it.eq_ignore_ascii_case(name));
                take = name.map_or(!wanted, |name| named(name) == wanted);
            }
            if take {
                push(start..end);
            }
            start = end;
        }
        let blank = place(root.header_end..root.body_start);
        let has_body = root.body_end > root.body_start;
        if !blank.is_empty() || !has_body {
            push(blank);
            return Content::counted(source, pieces, self.converts_line_ends());
        }
        // A body without an empty line before it: the fields must end all the same.
        let content = Content::counted(source, pieces, self.converts_line_ends());
        let mut octets = content.octets().into_owned();
        if !octets.is_empty() && !octets.ends_with(b"\n") {
            octets.extend_from_slice(b"\r\n");
        }
        octets.extend_from_slice(b"\r\n");
        Content::owned(octets)
    }
}

/// What the numbers lead to.
pub(crate) fn find<'i>(parts: &[Part<'i>], numbers: &[NonZeroU32]) -> Option<Target<'i>> {
    let root = *parts.first()?;
    // A message, in which the first number counts: its root.
    let mut message = Some(root);
    let mut found = Target::Whole(root);
    for number in numbers {
        let number = usize::try_from(number.get()).ok()?;
        let holder = match (message, found) {
            (Some(root), _) if root.kind != PartKind::Multipart => {
                if number != 1 {
                    return None;
                }
                message = message_in(parts, root);
                found = Target::Part(root);
                continue;
            }
            (Some(root), _) => root,
            (None, Target::Part(part)) if part.kind == PartKind::Multipart => part,
            _ => return None,
        };
        found = match children(parts, holder).nth(number - 1) {
            Some(part) => Target::Part(part),
            None if number == 1 => Target::Nothing,
            None => return None,
        };
        message = match found {
            Target::Part(part) => message_in(parts, part),
            Target::Whole(_) | Target::Nothing => None,
        };
    }
    Some(found)
}

/// The root of the message that a part holds.
pub(crate) fn message_in<'i>(parts: &[Part<'i>], part: Part<'i>) -> Option<Part<'i>> {
    if part.kind == PartKind::Message { children(parts, part).next() } else { None }
}

/// The part of the message as it is stored, in whose decoded octets another one is; `None` if that one is
/// stored itself.
pub(crate) fn outermost<'p, 'i>(parts: &'p [Part<'i>], part: &Part<'i>) -> Option<&'p Part<'i>> {
    let mut outermost = parts.get(part.source?)?;
    while let Some(outer) = outermost.source.and_then(|id| parts.get(id)) {
        outermost = outer;
    }
    Some(outermost)
}

/// The parts directly within a part.
pub(crate) fn children<'p, 'i>(
    parts: &'p [Part<'i>],
    holder: Part<'i>,
) -> impl Iterator<Item = Part<'i>> + use<'p, 'i> {
    let behind = parts.get(holder.id + 1..).unwrap_or_default();
    behind
        .iter()
        .take_while(move |part| part.depth > holder.depth)
        .filter(move |part| part.depth == holder.depth + 1)
        .copied()
}

/// Behind each line of a range.
fn line_ends(source: &[u8], lines: Range<usize>) -> impl Iterator<Item = usize> {
    let slice = source.get(lines.clone()).unwrap_or_default();
    let rest = (!slice.is_empty() && slice.last() != Some(&b'\n')).then_some(lines.end);
    memchr::memchr_iter(b'\n', slice).map(move |at| lines.start + at + 1).chain(rest)
}

pub(crate) fn decode(encoding: TransferEncoding, body: &[u8]) -> Vec<u8> {
    transfer::decode(encoding, body, &mut Findings::ignored(Policy::STANDARD)).into_owned()
}

pub(crate) fn range(wide: Range<u64>) -> Range<usize> {
    let narrow = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    narrow(wide.start)..narrow(wide.end)
}

/// The range as far as there are octets, in case the message is another one.
fn clamp(range: Range<usize>, len: usize) -> Range<usize> {
    range.start.min(len)..range.end.min(len)
}
