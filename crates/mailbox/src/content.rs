//! Octets of a message as they go on the wire.

use alloc::{borrow::Cow, vec::Vec};
use bytes::Bytes;
use core::ops::Range;
use mailwire_imap::Partial;
use memchr::memchr;

use crate::{Index, line_ends::bare_in};

/// Octets that are to be sent: a section of a message, or some of its octets.
///
/// They are cut out of the message when they are asked for. What is stored as it is sent is not
/// copied.
///
/// ```
/// use mailwire_imap::{Partial, Section};
/// use mailwire_mailbox::Index;
///
/// let message = b"Subject: hi\n\nHello\nWorld\n";
/// let index = Index::of(message);
/// let content = index.section(&Section::WHOLE, message).unwrap();
/// assert_eq!(content.len(), 29);
/// assert_eq!(&content.partial(Partial::new(13, 8)?).octets()[..], b"\r\nHello\r");
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Content<'m> {
    source: Cow<'m, [u8]>,
    pieces: Vec<Range<usize>>,
    /// Line feeds without CR go out as CRLF.
    converts: bool,
    /// The CR of the first line feed is not asked for.
    behind_cr: bool,
    /// How many octets there are on the wire.
    len: u64,
    /// How many bare line feeds stand before marks in the source, if they are counted.
    marks: Option<&'m Index>,
}

impl<'m> Content<'m> {
    /// These pieces of the source, in this order. `bare` is how many line feeds become CRLF.
    pub(crate) fn new(source: Cow<'m, [u8]>, pieces: Vec<Range<usize>>, bare: Option<u64>) -> Self {
        let stored: usize = pieces.iter().map(ExactSizeIterator::len).sum();
        let converts = bare.is_some_and(|bare| bare > 0);
        let len = stored as u64 + bare.unwrap_or(0);
        Self { source, pieces, converts, behind_cr: false, len, marks: None }
    }

    /// Octets that are made up for the answer.
    pub(crate) fn owned(octets: Vec<u8>) -> Self {
        let all = 0..octets.len();
        Self::new(Cow::Owned(octets), Vec::from([all]), None)
    }

    /// The same of which the line feeds are not counted yet.
    pub(crate) fn counted(
        source: Cow<'m, [u8]>,
        pieces: Vec<Range<usize>>,
        converts: bool,
    ) -> Self {
        let bare = |piece: &Range<usize>| {
            let slice = source.get(piece.clone()).unwrap_or_default();
            bare_in(before(&source, piece.start), slice)
        };
        let bare = converts.then(|| pieces.iter().map(bare).sum());
        Self::new(source, pieces, bare)
    }

    /// With the marks of the index of the source, a partial is found without reading what is before it.
    pub(crate) const fn with_marks(mut self, index: &'m Index) -> Self {
        self.marks = Some(index);
        self
    }

    /// How many octets go out.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether none go out.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Only these octets of them (RFC 9051 §6.4.5): fewer if there are fewer, none if they begin
    /// behind the end.
    #[must_use]
    pub fn partial(mut self, partial: Partial) -> Self {
        let origin = partial.origin().min(self.len);
        self.skip(origin);
        self.len = partial.length().min(self.len - origin);
        self
    }

    /// The octets; borrowed if they are stored as they go out.
    #[must_use]
    pub fn octets(&self) -> Cow<'_, [u8]> {
        match self.as_stored() {
            Some(range) => Cow::Borrowed(self.source.get(range).unwrap_or_default()),
            None => {
                let mut out = Vec::new();
                self.chunks(usize::MAX).for_each(|chunk| out.extend_from_slice(&chunk));
                Cow::Owned(out)
            }
        }
    }

    /// The octets as a share of the message, if it holds them as they go out.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use mailwire_imap::Section;
    /// use mailwire_mailbox::Index;
    ///
    /// let message = Bytes::from("Subject: hi\r\n\r\nHello\r\n");
    /// let index = Index::of(&message);
    /// let octets = index.section(&Section::WHOLE, &message).unwrap().share(&message);
    /// assert_eq!(octets.as_ptr(), message.as_ptr());
    /// ```
    #[must_use]
    pub fn share(self, message: &Bytes) -> Bytes {
        let within = message.as_ptr_range();
        match (self.as_stored(), &self.source) {
            (Some(range), Cow::Borrowed(source))
                if source.as_ptr_range() == within && range.end <= message.len() =>
            {
                message.slice(range)
            }
            _ => Bytes::from(self.octets().into_owned()),
        }
    }

    /// The octets in chunks of about this many, for bodies that need not be in memory as they go out.
    ///
    /// ```
    /// use mailwire_imap::Section;
    /// use mailwire_mailbox::Index;
    ///
    /// let message = b"Subject: hi\n\nHello\n";
    /// let index = Index::of(message);
    /// let content = index.section(&Section::WHOLE, message).unwrap();
    /// let sizes: Vec<usize> = content.chunks(8).map(|chunk| chunk.len()).collect();
    /// assert_eq!(sizes.iter().sum::<usize>() as u64, content.len());
    /// assert!(sizes.iter().all(|size| *size <= 16));
    /// ```
    pub fn chunks(&self, size: usize) -> impl Iterator<Item = Cow<'_, [u8]>> {
        let mut rest =
            Rest { content: self, piece: 0, at: None, left: self.len, behind_cr: self.behind_cr };
        core::iter::from_fn(move || rest.next(size.max(1)))
    }

    /// Where it is in the source, if that is one range that goes out as it is.
    fn as_stored(&self) -> Option<Range<usize>> {
        if self.is_empty() {
            return Some(0..0);
        }
        let [piece] = &self.pieces[..] else { return None };
        let len = usize::try_from(self.len).ok()?;
        (!self.converts && len <= piece.len()).then(|| piece.start..piece.start + len)
    }

    /// Leaves out so many octets.
    fn skip(&mut self, mut octets: u64) {
        let mut done = 0;
        for piece in &mut self.pieces {
            if octets == 0 {
                break;
            }
            if !self.converts {
                let len = (piece.len() as u64).min(octets);
                piece.start += usize::try_from(len).unwrap_or(0);
                octets -= len;
            } else {
                if let Some(index) = self.marks {
                    leap(index, &self.source, piece, &mut octets);
                }
                self.behind_cr = walk(&self.source, piece, &mut octets);
            }
            done += usize::from(piece.start >= piece.end);
        }
        self.pieces.drain(..done.min(self.pieces.len()));
    }
}

/// Moves the beginning of a piece to the last mark that is not behind what is to be skipped.
fn leap(index: &Index, source: &[u8], piece: &mut Range<usize>, octets: &mut u64) {
    let start = piece.start as u64;
    let bare_to = |at: u64| {
        let (mark, bare) = index.mark_before(at);
        let from = usize::try_from(mark).unwrap_or(usize::MAX);
        let slice = source.get(from..usize::try_from(at).unwrap_or(usize::MAX));
        bare + bare_in(before(source, from), slice.unwrap_or_default())
    };
    let bare_before = bare_to(start);
    // So far is the place at most; every bare line feed before it makes it nearer.
    let (mut low, mut high) = (start, (start + *octets).min(piece.end as u64));
    while high - low > crate::line_ends::MARK {
        let (middle, bare) = index.mark_before(low + (high - low) / 2);
        if middle <= low {
            break;
        }
        if middle - start + (bare - bare_before.min(bare)) <= *octets {
            low = middle;
        } else {
            high = middle;
        }
    }
    if low > start {
        let skipped = low - start + (bare_to(low) - bare_before);
        *octets = octets.saturating_sub(skipped);
        piece.start = usize::try_from(low).unwrap_or(piece.end);
    }
}

/// Moves the beginning of a piece by so many octets of the wire, octet by octet. Says whether that is
/// between the CR and the LF of what is a bare line feed.
fn walk(source: &[u8], piece: &mut Range<usize>, octets: &mut u64) -> bool {
    while *octets > 0 && piece.start < piece.end {
        let slice = source.get(piece.clone()).unwrap_or_default();
        let room = usize::try_from(*octets).unwrap_or(usize::MAX).min(slice.len());
        let Some(line_feed) = memchr(b'\n', &slice[..room]) else {
            piece.start += room;
            *octets -= room as u64;
            continue;
        };
        piece.start += line_feed;
        *octets -= line_feed as u64;
        let bare = before(source, piece.start) != Some(b'\r');
        if bare && *octets == 1 {
            *octets = 0;
            return true;
        }
        if *octets > 0 {
            piece.start += 1;
            *octets -= 1 + u64::from(bare);
        }
    }
    false
}

fn before(source: &[u8], at: usize) -> Option<u8> {
    source.get(at.checked_sub(1)?).copied()
}

/// What of a content was not given out yet.
struct Rest<'c> {
    content: &'c Content<'c>,
    piece: usize,
    at: Option<usize>,
    left: u64,
    behind_cr: bool,
}

impl<'c> Rest<'c> {
    fn next(&mut self, size: usize) -> Option<Cow<'c, [u8]>> {
        loop {
            let piece = self.content.pieces.get(self.piece).filter(|_| self.left > 0)?;
            let start = self.at.unwrap_or(piece.start);
            if start >= piece.end {
                self.piece += 1;
                self.at = None;
                continue;
            }
            let most = size.min(usize::try_from(self.left).unwrap_or(usize::MAX));
            let end = piece.end.min(start.saturating_add(most));
            let source = &self.content.source[..];
            let slice = source.get(start..end)?;
            self.at = Some(end);
            if !self.content.converts {
                self.left -= slice.len() as u64;
                return Some(Cow::Borrowed(slice));
            }
            let mut out = with_crlf(before(source, start), slice);
            if core::mem::take(&mut self.behind_cr) && out.first() == Some(&b'\r') {
                out.to_mut().remove(0);
            }
            if out.len() as u64 > self.left {
                let left = usize::try_from(self.left).unwrap_or(usize::MAX);
                out.to_mut().truncate(left);
            }
            self.left -= out.len() as u64;
            return Some(out);
        }
    }
}

/// The slice with CRLF for each LF; `before` is the octet before it.
pub(crate) fn with_crlf(before: Option<u8>, slice: &[u8]) -> Cow<'_, [u8]> {
    let bare = bare_in(before, slice);
    if bare == 0 {
        return Cow::Borrowed(slice);
    }
    let mut out = Vec::with_capacity(slice.len() + usize::try_from(bare).unwrap_or(0));
    let mut from = 0;
    for at in memchr::memchr_iter(b'\n', slice) {
        let last = if at == 0 { before } else { slice.get(at - 1).copied() };
        if last != Some(b'\r') {
            out.extend_from_slice(&slice[from..at]);
            out.push(b'\r');
            from = at;
        }
    }
    out.extend_from_slice(&slice[from..]);
    Cow::Owned(out)
}
