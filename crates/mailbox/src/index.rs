//! The structure of a message in few octets, to be kept beside it.

mod builder;
mod part;
mod put;
mod read;
#[cfg(feature = "serde")]
mod serial;
mod whole;

pub use builder::Builder;
pub use part::{Part, PartKind, Parts};

use crate::{
    LineEnds,
    envelope::View,
    line_ends::MARK,
    stored::{Reader, checksum},
};
use alloc::vec::Vec;
use bytes::Bytes;
use core::{fmt, ops::Range};
use mailwire_imap::{
    Frame, Peer,
    fetch::{BodyStructure, Envelope},
};
use mailwire_message::parser::Config;
use put::structure;

/// What is known of a message without looking at it again: its envelope, its structure, where its
/// parts are, its sizes, when it was sent and what it answers.
///
/// It is made in one pass, of a message in memory ([`of`](Self::of)) or as it comes in
/// ([`Builder`]), and is kept as [octets](Self::as_bytes): some 300 for a usual message.
///
/// ```
/// use mailwire_imap::{Encoder, Peer};
/// use mailwire_mailbox::Index;
///
/// let message = b"From: Terry Gray <gray@cac.washington.edu>\r\n\
///     Subject: IMAP4rev2 WG mtg summary and minutes\r\n\r\nHello\r\n";
/// let kept = Index::of(message).as_bytes().clone();
///
/// // Later, and without the message:
/// let index = Index::parse(kept)?;
/// assert_eq!(index.size(), 100);
/// let mut out = Encoder::new(Peer::CLIENT);
/// index.body_structure(Peer::CLIENT).encode(&mut out);
/// let wire = r#"("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "7bit" 7 1 NIL NIL NIL NIL)"#;
/// assert_eq!(out.finish().wire, wire);
/// # Ok::<(), mailwire_mailbox::IndexError>(())
/// ```
///
/// # The stored form
///
/// Numbers are LEB128, signed ones zigzag before that; a text is its length plus one, or zero if there
/// is none, and its octets. The words of MIME stand in a list.
///
/// ```text
/// index      = version flags size bare sent envelope references count parts marks checksum
/// version    = %x01
/// flags      = %x00 / %x01            ; 1: each LF without CR goes out as CRLF
/// size       = number                 ; octets as stored
/// bare       = number                 ; how many LF become CRLF
/// sent       = %x00 / %x01 unix / %x02 unix zone      ; by the Date field
/// unix, zone = signed                 ; seconds since 1970, minutes east
/// envelope   = octets of it, envelope
/// references = octets of it, text …   ; what the message answers, the nearest last
/// part       = depth kind start header separator body bare-header bare-body lines mime envelope
/// marks      = octets of it, number … ; how many bare LF each 64 KiB have, if they become CRLF
/// checksum   = 4 octets               ; FNV-1a of all before it, the lowest octet first
/// ```
///
/// A form of another version is [`IndexError::Version`]: then the message is read again.
#[derive(Clone)]
pub struct Index {
    stored: Bytes,
    head: Head,
}

/// Where things are in the stored form.
#[derive(Clone, Debug, Default)]
struct Head {
    converts: bool,
    size: u64,
    bare: u64,
    sent: Option<SentDate>,
    envelope: Range<usize>,
    references: Range<usize>,
    count: usize,
    parts: Range<usize>,
    marks: Range<usize>,
}

/// When a message was sent: what its Date field says.
///
/// A zone that is none is taken for UTC, a time that is none for midnight (RFC 5256 §2.2); a leap second is
/// told as the one before it, so that it is of the same day.
///
/// ```
/// use mailwire_mailbox::Index;
///
/// let sent = Index::of(b"Date: Sun, 31 Dec 2000 16:01:33 -0800\r\n\r\n").sent_date().unwrap();
/// assert_eq!((sent.unix, sent.offset), (978_307_293, Some(-480)));
/// let day = mailwire_imap::Date::new(2000, 12, 31)?;
/// assert_eq!(sent.day(), day.days_since_epoch(), "though it was 2001 in UTC");
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SentDate {
    /// Seconds since 1970 began in UTC.
    pub unix: i64,
    /// The zone it is told in, in minutes east of UTC, if it tells one.
    pub offset: Option<i16>,
}

impl SentDate {
    /// The day that the field names, whatever its time and zone are, in days since 1970-01-01: what
    /// SENTON and its like compare (RFC 9051 §6.4.4).
    #[must_use]
    pub fn day(self) -> i64 {
        self.unix.saturating_add(i64::from(self.offset.unwrap_or(0)) * 60).div_euclid(86_400)
    }
}

/// Why octets are no index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// They were written by another version of this crate.
    #[error("index of version {0}, not 1")]
    Version(u8),
    /// They are not as they were written.
    #[error("damaged index")]
    Damaged,
}

/// The version of the stored form.
const VERSION: u8 = 1;

/// How deep parts may nest: what our own client reads in a BODYSTRUCTURE.
const DEPTH: usize = 90;
/// How many parts are told apart.
const PARTS: usize = 10_000;
/// How many addresses of a message are kept, those of messages within it counted too. In answers an address of
/// one letter takes thirty, three times over where Sender and Reply-To are From.
const ADDRESSES: usize = 100_000;

/// How messages are taken apart.
pub(crate) const fn config() -> Config {
    let mut config = Config::STANDARD;
    config.limits.depth = DEPTH;
    config.limits.parts = PARTS;
    config.line_statistics = false;
    config
}

impl Index {
    /// Makes the index of a message that is in memory. Never fails: any octets are a message.
    ///
    /// ```
    /// use mailwire_mailbox::{Index, PartKind};
    ///
    /// let index = Index::of(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b--\n");
    /// let parts: Vec<_> = index.parts().collect();
    /// assert_eq!((parts[0].kind(), parts[1].kind()), (PartKind::Multipart, PartKind::Leaf));
    /// assert_eq!(index.size(), 59 + 7, "seven line ends are LF and go out as CRLF");
    /// ```
    #[must_use]
    pub fn of(message: &[u8]) -> Self {
        Self::of_with(message, LineEnds::default())
    }

    /// The same for a store whose line ends are known.
    ///
    /// ```
    /// use mailwire_mailbox::{Index, LineEnds};
    ///
    /// assert_eq!(Index::of_with(b"Subject: a\n\nb\n", LineEnds::Keep).size(), 14);
    /// assert_eq!(Index::of_with(b"Subject: a\n\nb\n", LineEnds::Crlf).size(), 17);
    /// ```
    #[must_use]
    pub fn of_with(message: &[u8], line_ends: LineEnds) -> Self {
        whole::index(message, line_ends)
    }

    /// Reads the stored form.
    ///
    /// ```
    /// use mailwire_mailbox::{Index, IndexError};
    ///
    /// let mut kept = Index::of(b"Subject: hi\r\n\r\n").as_bytes().to_vec();
    /// assert!(Index::parse(kept.clone().into()).is_ok());
    /// kept[9] ^= 1;
    /// assert_eq!(Index::parse(kept.into()).err(), Some(IndexError::Damaged));
    /// ```
    ///
    /// # Errors
    ///
    /// [`IndexError::Damaged`] if it is not what [`as_bytes`](Self::as_bytes) gave. What passes for one
    /// by its checksum and was made up gives made-up answers, but they are well-formed.
    pub fn parse(stored: Bytes) -> Result<Self, IndexError> {
        match stored.first() {
            None => return Err(IndexError::Damaged),
            Some(&VERSION) => {}
            Some(&version) => return Err(IndexError::Version(version)),
        }
        let (content, sum) = stored.split_last_chunk::<4>().ok_or(IndexError::Damaged)?;
        if checksum(content) != *sum {
            return Err(IndexError::Damaged);
        }
        let head = read::head(content).ok_or(IndexError::Damaged)?;
        Ok(Self { stored, head })
    }

    /// The stored form.
    #[must_use]
    pub const fn as_bytes(&self) -> &Bytes {
        &self.stored
    }

    /// RFC822.SIZE: how many octets the message has on the wire (RFC 9051 §2.3.4).
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.head.size.saturating_add(self.head.bare)
    }

    /// How many octets the message has where it is stored.
    #[must_use]
    pub const fn stored_size(&self) -> u64 {
        self.head.size
    }

    /// Whether line feeds without CR go out as CRLF.
    #[must_use]
    pub const fn converts_line_ends(&self) -> bool {
        self.head.converts
    }

    /// When it was sent, if its Date field is one.
    #[must_use]
    pub const fn sent_date(&self) -> Option<SentDate> {
        self.head.sent
    }

    /// The identifiers of the messages that led to this one, the nearest last, without brackets and
    /// quotes: those of References, or else the first of In-Reply-To (RFC 5256 §3).
    ///
    /// ```
    /// use mailwire_mailbox::Index;
    ///
    /// let index = Index::of(b"References: <1@x> <\"2\"@x>\r\nIn-Reply-To: <3@x>\r\n\r\n");
    /// assert_eq!(index.references().collect::<Vec<_>>(), [b"1@x", b"2@x"]);
    /// ```
    pub fn references(&self) -> impl Iterator<Item = &[u8]> {
        let mut reader = Reader::new(self.slice(&self.head.references));
        core::iter::from_fn(move || if reader.is_at_end() { None } else { reader.text().flatten() })
    }

    /// ENVELOPE.
    ///
    /// Texts are as they are written, with encoded words. An address without a domain has the domain
    /// `MISSING_DOMAIN`, since one without would begin a group. Of a message and those within it there are
    /// 100,000 addresses at most; what is beyond them is only in its header.
    ///
    /// ```
    /// use mailwire_mailbox::Index;
    ///
    /// let envelope = Index::of(b"From: =?utf-8?q?J=C3=BC?= <j@x.test>\r\nSubject:\r\n\r\n").envelope();
    /// let from = envelope.from().next().unwrap();
    /// assert_eq!(from.name.as_deref(), Some(&b"=?utf-8?q?J=C3=BC?="[..]));
    /// assert_eq!(envelope.sender().next(), Some(from));
    /// assert_eq!(envelope.subject().as_deref(), Some(&b""[..]));
    /// assert_eq!(envelope.message_id(), None);
    /// ```
    #[must_use]
    pub fn envelope(&self) -> Envelope {
        let mut wire = Vec::with_capacity(self.head.envelope.len() * 2);
        self.envelope_view().write(&mut wire);
        Envelope::try_from(&Frame::new(wire.into())).expect("it is written as it is read")
    }

    /// BODYSTRUCTURE.
    ///
    /// Parameters are joined of their continuations. One with a character set (RFC 2231) has an
    /// asterisk behind its name, and its value is text for a peer that takes UTF-8, as RFC 9051 §7.5.2
    /// has it; for others it stays percent-encoded, `utf-8''%E2%82%AC`.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Peer};
    /// use mailwire_mailbox::Index;
    ///
    /// let index = Index::of(b"Content-Type: image/png; name*0*=utf-8''%E2%82; name*1*=%AC\r\n\r\n");
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// index.body_structure(Peer::CLIENT).encode(&mut out);
    /// assert_eq!(
    ///     out.finish().wire,
    ///     r#"("IMAGE" "PNG" ("name*" "utf-8''%E2%82%AC") NIL NIL "7bit" 0 NIL NIL NIL NIL)"#,
    /// );
    /// ```
    #[must_use]
    pub fn body_structure(&self, peer: Peer) -> BodyStructure {
        let mut wire = Vec::with_capacity(self.stored.len());
        structure(self, peer.utf8, true, &mut wire);
        BodyStructure::try_from(&Frame::new(wire.into())).expect("it is written as it is read")
    }

    /// BODY without brackets: the structure without extension data.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Peer};
    /// use mailwire_mailbox::Index;
    ///
    /// let index = Index::of(b"Content-Type: text/html\r\n\r\n<p>Hello\r\n");
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// index.body(Peer::CLIENT).encode(&mut out);
    /// let wire = r#"("TEXT" "HTML" ("charset" "us-ascii") NIL NIL "7bit" 10 1)"#;
    /// assert_eq!(out.finish().wire, wire);
    /// ```
    #[must_use]
    pub fn body(&self, peer: Peer) -> BodyStructure {
        let mut wire = Vec::with_capacity(self.stored.len());
        structure(self, peer.utf8, false, &mut wire);
        BodyStructure::try_from(&Frame::new(wire.into())).expect("it is written as it is read")
    }

    /// All parts in the order of their beginnings, the message itself first.
    #[must_use]
    pub fn parts(&self) -> Parts<'_> {
        Parts::new(self.slice(&self.head.parts), self.head.count)
    }

    pub(crate) fn envelope_view(&self) -> View<'_> {
        View::read(&mut Reader::new(self.slice(&self.head.envelope))).unwrap_or_default()
    }

    /// How many bare line feeds there are before the last mark at or before this place, and where
    /// that mark is.
    pub(crate) fn mark_before(&self, at: u64) -> (u64, u64) {
        let mut reader = Reader::new(self.slice(&self.head.marks));
        let (mut place, mut bare) = (0, 0u64);
        while place + MARK <= at
            && let Some(more) = reader.number()
        {
            place += MARK;
            bare = bare.saturating_add(more);
        }
        (place, bare)
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.stored.get(range.clone()).unwrap_or_default()
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index")
            .field("octets", &self.stored.len())
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

/// Two are equal if they are stored alike.
impl PartialEq for Index {
    fn eq(&self, other: &Self) -> bool {
        self.stored == other.stored
    }
}

impl Eq for Index {}
