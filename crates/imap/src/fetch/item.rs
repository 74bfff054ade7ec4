//! What a FETCH response says of a message, item by item (RFC 9051 §7.5.2).

mod annotation;
mod data;
mod encode;
mod flags;
mod name;
mod read;
mod usual;

pub use annotation::Annotation;
pub use data::FetchData;
pub(crate) use encode::{encode_data, encode_label, encode_part, encode_section};
pub(crate) use flags::{
    bare_flags as read_bare_flags, flags as read_flags, permanent_flags as read_permanent_flags,
};
pub(crate) use read::{
    binary_part as read_binary_part, data as read_data, data8 as read_data8, label as read_label,
    labels as read_labels, section as read_section,
};

use super::{BodyStructure, Envelope};
use crate::{
    AString, Cursor, DateTime, Encoder, Flags, Frame, ItemName, ObjectId, ParseError,
    ParseErrorKind, Peer, Raw, ReadOptions, Repairs, Section,
};
use alloc::vec::Vec;
use core::{fmt, num::NonZeroU32};
use mailwire_core::Octets;

/// `* n FETCH (…)`, or `* n UIDFETCH (…)` (RFC 9586): what a server says of one message.
///
/// The items are read one by one as they are asked for, so that thousands of such responses cost no
/// memory, and one item that makes no sense does not lose the others.
///
/// ```
/// use bytes::Bytes;
/// use mailwire_imap::{Data, Frame, ReadOptions, Response, fetch::FetchItem};
///
/// let frame = Frame::new(Bytes::from("* 3 FETCH (UID 7 MODSEQ five X-NEW (a b))\r\n"));
/// let Response::Data(Data::Fetch(fetch)) = Response::parse(&frame, ReadOptions::default())?.value else {
///     panic!("no FETCH");
/// };
/// for item in fetch.items() {
///     match item {
///         FetchItem::Uid(uid) => assert_eq!((fetch.number.get(), uid), (3, 7)),
///         FetchItem::Other { name, value } => assert_eq!((&*name, value.as_bytes()), ("X-NEW", &b"(a b)"[..])),
///         FetchItem::Invalid { name, raw, .. } => assert_eq!((&*name, &*raw), (&b"MODSEQ"[..], &b" five"[..])),
///         _ => {}
///     }
/// }
/// # Ok::<(), mailwire_imap::ParseError>(())
/// ```
#[derive(Clone)]
pub struct Fetch {
    /// Which message: its sequence number, or with [`by_uid`](Self::by_uid) its UID.
    pub number: NonZeroU32,
    /// Whether the number is a UID: `UIDFETCH`.
    pub by_uid: bool,
    frame: Frame,
    /// Behind the opening parenthesis.
    start: usize,
    options: ReadOptions,
}

impl Fetch {
    /// What is said of the message with this sequence number.
    ///
    /// Items that cannot be sent are left out: [`FetchItem::Invalid`], a size that is not known, and no annotations
    /// at all.
    /// Octets of literals that the caller sends belong where [`Encoded::streams`] says.
    ///
    /// ```
    /// use core::num::NonZeroU32;
    /// use mailwire_imap::{Data, Encoder, Peer, Response, SystemFlag, fetch::{Fetch, FetchItem}};
    ///
    /// let fetch = Fetch::new(NonZeroU32::MIN, &[
    ///     FetchItem::Uid(7),
    ///     FetchItem::Flags(SystemFlag::Seen.into()),
    /// ]);
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// Response::Data(Data::Fetch(fetch)).encode(&mut out);
    /// assert_eq!(out.finish().wire, "* 1 FETCH (UID 7 FLAGS (\\Seen))\r\n");
    /// ```
    ///
    /// [`Encoded::streams`]: crate::Encoded::streams
    #[must_use]
    pub fn new(number: NonZeroU32, items: &[FetchItem]) -> Self {
        let mut out = Encoder::new(Peer::CLIENT);
        out.list(items.iter().filter(|item| item.can_be_sent()), |out, item| item.encode(out));
        let encoded = out.finish();
        let streamed = encoded.streams.iter().map(|(at, _)| *at).collect();
        let frame = Frame::with_streams(encoded.wire, streamed);
        Self { number, by_uid: false, frame, start: 1, options: ReadOptions::STANDARD }
    }

    /// What is said of the message with this UID (RFC 9586).
    #[must_use]
    pub fn by_uid(uid: NonZeroU32, items: &[FetchItem]) -> Self {
        Self { by_uid: true, ..Self::new(uid, items) }
    }

    /// Behind the name of the response: `SP msg-att`.
    #[inline]
    pub(crate) fn read(
        cursor: &mut Cursor<'_>,
        number: NonZeroU32,
        by_uid: bool,
    ) -> Result<Self, ParseError> {
        cursor.space()?;
        cursor.expect(b'(')?;
        let start = cursor.at();
        let len = cursor.rest().len();
        cursor.advance(len);
        let fetch = Self {
            number,
            by_uid,
            frame: cursor.frame().clone(),
            start,
            options: cursor.options(),
        };
        if !cursor.is_lenient() {
            fetch.check()?;
        }
        Ok(fetch)
    }

    /// Items that begin there, at the first of them, and go on to the end of the frame.
    #[inline]
    pub(crate) const fn at(
        frame: Frame,
        number: NonZeroU32,
        start: usize,
        options: ReadOptions,
    ) -> Self {
        Self { number, by_uid: false, frame, start, options }
    }

    /// Whether all items are as the RFCs have them.
    fn check(&self) -> Result<(), ParseError> {
        let mut items = self.items();
        for item in items.by_ref() {
            if let FetchItem::Invalid { why, .. } = item {
                return Err(why);
            }
        }
        match items.repairs().as_slice().first() {
            Some(repair) => Err(ParseErrorKind::BadArgument.at(repair.offset)),
            None => Ok(()),
        }
    }

    /// The items, in the order in which they were sent.
    #[must_use]
    pub fn items(&self) -> FetchItems<'_> {
        let mut cursor = Cursor::new(&self.frame, self.options);
        cursor.back_to(self.start);
        FetchItems { cursor, done: false, left: self.options.items }
    }
}

impl fmt::Debug for Fetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetch")
            .field("number", &self.number)
            .field("by_uid", &self.by_uid)
            .field("items", &self.items().collect::<Vec<_>>())
            .finish()
    }
}

/// What the items say is compared, not how they were sent.
impl PartialEq for Fetch {
    fn eq(&self, other: &Self) -> bool {
        (self.number, self.by_uid) == (other.number, other.by_uid)
            && self.items().map(without_place).eq(other.items().map(without_place))
    }
}

impl Eq for Fetch {}

/// The place of an error depends on how the items before it were sent.
fn without_place(mut item: FetchItem) -> FetchItem {
    if let FetchItem::Invalid { why, .. } = &mut item {
        why.offset = 0;
    }
    item
}

/// The items of a FETCH response, read one by one.
#[derive(Debug)]
pub struct FetchItems<'f> {
    cursor: Cursor<'f>,
    done: bool,
    /// How many more there may be.
    left: usize,
}

impl FetchItems<'_> {
    /// What was tolerated in the items that were read so far.
    #[must_use]
    pub fn repairs(&self) -> &Repairs {
        self.cursor.repairs()
    }
}

impl Iterator for FetchItems<'_> {
    type Item = FetchItem;

    #[inline]
    fn next(&mut self) -> Option<FetchItem> {
        if self.done {
            return None;
        }
        let Some(left) = self.left.checked_sub(1) else {
            self.done = true;
            return read::too_many(&mut self.cursor);
        };
        self.left = left;
        if let Some(item) = usual::next(&mut self.cursor) {
            return Some(item);
        }
        read::next(&mut self.cursor, &mut self.done)
    }
}

/// One thing that a server says of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchItem {
    /// `UID`. Zero is what some servers send of messages that are gone.
    Uid(u32),
    /// `FLAGS`
    Flags(Flags),
    /// `INTERNALDATE`: when the message arrived. `None` for NIL, which some servers send.
    InternalDate(Option<DateTime>),
    /// `RFC822.SIZE`, in octets. `None` if the number makes no sense.
    Size(Option<u64>),
    /// `MODSEQ` (RFC 7162). Zero where the mailbox keeps none.
    ModSeq(u64),
    /// `ENVELOPE`
    Envelope(Envelope),
    /// `BODYSTRUCTURE`
    BodyStructure(BodyStructure),
    /// `BODY` without brackets: the structure without extension data.
    Body(BodyStructure),
    /// `BODY[…]`: octets of the message.
    Section {
        /// Which.
        section: Section,
        /// The first octet, if only a part was asked for: `<0>`.
        origin: Option<u64>,
        /// The octets.
        data: FetchData,
    },
    /// `BINARY[…]`: a part, decoded (RFC 3516).
    Binary {
        /// The numbers of the part.
        part: Vec<NonZeroU32>,
        /// The first octet, if only some were asked for.
        origin: Option<u64>,
        /// The octets.
        data: FetchData,
    },
    /// `BINARY.SIZE[…]`: how many octets the part has, decoded (RFC 3516).
    BinarySize {
        /// The numbers of the part.
        part: Vec<NonZeroU32>,
        /// How many octets.
        size: u64,
    },
    /// `RFC822`: the whole message (RFC 3501).
    Rfc822(FetchData),
    /// `RFC822.HEADER` (RFC 3501).
    Rfc822Header(FetchData),
    /// `RFC822.TEXT` (RFC 3501).
    Rfc822Text(FetchData),
    /// `EMAILID` (RFC 8474).
    EmailId(ObjectId),
    /// `THREADID` (RFC 8474); `None` for NIL.
    ThreadId(Option<ObjectId>),
    /// `PREVIEW` (RFC 8970); `None` for NIL.
    Preview(Option<AString>),
    /// `SAVEDATE` (RFC 8514); `None` for NIL.
    SaveDate(Option<DateTime>),
    /// `X-GM-MSGID`
    GmailMessageId(u64),
    /// `X-GM-THRID`
    GmailThreadId(u64),
    /// `X-GM-LABELS`
    GmailLabels(Vec<AString>),
    /// `ANNOTATION` (RFC 5257). Without any it is not sent.
    Annotation(Vec<Annotation>),
    /// Something else.
    Other {
        /// Its name, as it was written. One that has a variant of its own is read as that.
        name: ItemName,
        /// Its value.
        value: Raw,
    },
    /// An item that makes no sense. Those around it do. It is never sent.
    Invalid {
        /// Its name, as it was written.
        name: Octets,
        /// What came, as far as it can be told from the next item.
        raw: Octets,
        /// Why.
        why: ParseError,
    },
}
