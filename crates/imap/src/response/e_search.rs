//! ESEARCH (RFC 9051 §7.3.4, RFC 4731, RFC 5267, RFC 6203, RFC 7377, RFC 9394).

use super::list::mailbox;
use crate::{
    Atom, Cursor, Encoder, Mailbox, ParseError, ParseErrorKind, Quirk, Raw, SequenceSet, Tag,
    class::ATOM_CHAR, command::PartialRange,
};
use alloc::vec::Vec;
use mailwire_core::Octets;

/// An answer to SEARCH or SORT as IMAP4rev2 and RFC 4731 have it.
///
/// ```
/// use bytes::Bytes;
/// use mailwire_imap::{Data, ESearchItem, Frame, ReadOptions, Response};
///
/// let frame = Frame::new(Bytes::from("* ESEARCH (TAG \"a1\") UID COUNT 4 ALL 1:3,9\r\n"));
/// let Response::Data(Data::ESearch(found)) = Response::parse(&frame, ReadOptions::default())?.value else {
///     panic!("no ESEARCH");
/// };
/// assert_eq!((found.tag.as_deref(), found.uid), (Some("a1"), true));
/// let ESearchItem::All(set) = &found.items[1] else { panic!("no ALL") };
/// assert!(set.ranges().len() == 2 && set.contains(9, 9));
/// # Ok::<(), mailwire_imap::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ESearch {
    /// The tag of the command that it answers.
    pub tag: Option<Tag>,
    /// Of which mailbox, and its UIDVALIDITY, if several are searched (RFC 7377). Zero is a quirk: the server
    /// did not say it.
    pub mailbox: Option<(Mailbox, u32)>,
    /// Whether the numbers are UIDs.
    pub uid: bool,
    /// What was asked for, in the order in which it was sent.
    pub items: Vec<ESearchItem>,
}

/// One thing that ESEARCH says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ESearchItem {
    /// `MIN`: the lowest.
    Min(u32),
    /// `MAX`: the highest.
    Max(u32),
    /// `ALL`: all, as ranges.
    All(SequenceSet),
    /// `COUNT`: how many.
    Count(u32),
    /// `MODSEQ`: the highest of the messages in the result (RFC 7162).
    ModSeq(u64),
    /// `PARTIAL`: some of them; `None` if there are none at these places (RFC 9394, RFC 5267).
    Partial {
        /// From which place to which.
        range: PartialRange,
        /// The messages there.
        set: Option<SequenceSet>,
    },
    /// `ADDTO`: these came to the result, each at its place (RFC 5267). Without any it is not sent.
    AddTo(Vec<(u32, SequenceSet)>),
    /// `REMOVEFROM`: these left the result (RFC 5267). Without any it is not sent.
    RemoveFrom(Vec<(u32, SequenceSet)>),
    /// `RELEVANCY`: how well each fits (RFC 6203).
    Relevancy(Vec<u32>),
    /// Something else. A name that has a variant of its own is read as that.
    Other {
        /// The name.
        name: Atom,
        /// The value.
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

impl ESearch {
    /// An answer to the command with this tag; `uid` says whether the numbers are UIDs.
    ///
    /// ```
    /// use mailwire_imap::{Data, ESearch, ESearchItem, Encoder, Peer, Response, Tag};
    ///
    /// let mut found = ESearch::new(Some(Tag::new("a1")?), true);
    /// found.items.push(ESearchItem::Count(5));
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// Response::Data(Data::ESearch(found)).encode(&mut out);
    /// assert_eq!(out.finish().wire, "* ESEARCH (TAG \"a1\") UID COUNT 5\r\n");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    #[must_use]
    pub const fn new(tag: Option<Tag>, uid: bool) -> Self {
        Self { tag, mailbox: None, uid, items: Vec::new() }
    }

    /// `"ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)`, behind the name
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut result = Self::default();
        if cursor.rest().starts_with(b" (") {
            cursor.space()?;
            result.correlator(cursor)?;
        }
        while cursor.peek() == Some(b' ') {
            cursor.space()?;
            if cursor.is_at_end() {
                cursor.tolerate(Quirk::TrailingSpace, cursor.at() - 1)?;
                break;
            }
            if result.items.is_empty() && !result.uid && cursor.eat_word(b"UID") {
                result.uid = true;
                continue;
            }
            let item =
                cursor.item(ESearchItem::is_known, ESearchItem::read, |name, raw, why| {
                    ESearchItem::Invalid { name, raw, why }
                })?;
            result.items.push(item);
            cursor.limit(result.items.len())?;
        }
        Ok(result)
    }

    /// `search-correlator = SP "(" one-correlator *(SP one-correlator) ")"`, the space taken (RFC 7377 §4)
    fn correlator(&mut self, cursor: &mut Cursor<'_>) -> Result<(), ParseError> {
        let list_at = cursor.at();
        let (mut of, mut uid_validity) = (None, None);
        cursor.list_of_some(|cursor| {
            let name = cursor.bare()?;
            cursor.space()?;
            if name.eq_ignore_ascii_case(b"TAG") {
                let start = cursor.at();
                self.tag = Tag::from_octets(&cursor.astring()?);
                if self.tag.is_none() {
                    cursor.tolerate(Quirk::Other, start)?;
                }
            } else if name.eq_ignore_ascii_case(b"MAILBOX") {
                of = Some(mailbox(cursor)?);
            } else if name.eq_ignore_ascii_case(b"UIDVALIDITY") {
                uid_validity = Some(cursor.odd_nz_number()?);
            } else {
                cursor.tolerate(Quirk::Other, cursor.at())?;
                cursor.skip_value()?;
            }
            Ok(())
        })?;
        if of.is_some() != uid_validity.is_some() {
            cursor.tolerate(Quirk::MissingField, list_at)?;
        }
        // Whose numbers they are must not be forgotten: they are none of the selected mailbox.
        self.mailbox = of.map(|of| (of, uid_validity.unwrap_or(0)));
        Ok(())
    }

    /// Appends it behind the name of the response.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, ESearch, ESearchItem, Peer};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// let mut found = ESearch::new(None, true);
    /// found.items.push(ESearchItem::Max(7));
    /// found.encode(&mut out);
    /// assert_eq!(out.finish().wire, " UID MAX 7");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn encode(&self, out: &mut Encoder) {
        if let Some(tag) = &self.tag {
            out.raw(b" (TAG ");
            out.quoted_tag(tag);
        }
        if let Some((mailbox, uid_validity)) = &self.mailbox {
            out.raw(if self.tag.is_some() { b" MAILBOX " } else { b" (MAILBOX " });
            out.mailbox(mailbox);
            out.write(format_args!(" UIDVALIDITY {uid_validity}"));
        }
        if self.tag.is_some() || self.mailbox.is_some() {
            out.raw(b")");
        }
        if self.uid {
            out.raw(b" UID");
        }
        for item in self.items.iter().filter(|item| item.can_be_sent()) {
            out.space();
            item.encode(out);
        }
    }
}

impl ESearchItem {
    /// `search-return-data`
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let start = cursor.at();
        let name = cursor.span(&ATOM_CHAR)?;
        cursor.space()?;
        // It stands before all items. Here it must not become the first when those before it are not sent.
        if name.eq_ignore_ascii_case(b"UID") {
            return Err(ParseErrorKind::BadArgument.at(start));
        }
        match Self::read_known(cursor, &name)? {
            Some(item) => Ok(item),
            None => Ok(Self::Other { name: Atom::from_scanned(name), value: cursor.raw()? }),
        }
    }

    /// Whether the name has a meaning of its own.
    fn is_known(name: &[u8]) -> bool {
        const KNOWN: [&[u8]; 10] = [
            b"UID",
            b"MIN",
            b"MAX",
            b"ALL",
            b"COUNT",
            b"MODSEQ",
            b"PARTIAL",
            b"ADDTO",
            b"REMOVEFROM",
            b"RELEVANCY",
        ];
        KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    fn read_known(cursor: &mut Cursor<'_>, name: &[u8]) -> Result<Option<Self>, ParseError> {
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        Ok(Some(if is(b"ALL") {
            Self::All(cursor.sequence_set()?)
        } else if is(b"COUNT") {
            Self::Count(cursor.number()?)
        } else if is(b"MIN") {
            Self::Min(cursor.odd_nz_number()?)
        } else if is(b"MAX") {
            Self::Max(cursor.odd_nz_number()?)
        } else if is(b"MODSEQ") {
            Self::ModSeq(cursor.mod_sequence()?)
        } else if is(b"PARTIAL") {
            cursor.expect(b'(')?;
            cursor.skip_extra_spaces();
            let range = PartialRange::read(cursor)?;
            cursor.space()?;
            let none = cursor.eat_keyword(b"NIL");
            let set = if none { None } else { Some(cursor.sequence_set()?) };
            cursor.skip_extra_spaces_before(b')');
            cursor.expect(b')')?;
            Self::Partial { range, set }
        } else if is(b"ADDTO") {
            Self::AddTo(changes(cursor)?)
        } else if is(b"REMOVEFROM") {
            Self::RemoveFrom(changes(cursor)?)
        } else if is(b"RELEVANCY") {
            Self::Relevancy(cursor.list(score)?)
        } else {
            return Ok(None);
        }))
    }

    fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Min(number) => out.write(format_args!("MIN {number}")),
            Self::Max(number) => out.write(format_args!("MAX {number}")),
            Self::All(set) => out.write(format_args!("ALL {set}")),
            Self::Count(number) => out.write(format_args!("COUNT {number}")),
            Self::ModSeq(value) => out.write(format_args!("MODSEQ {value}")),
            Self::Partial { range, set } => {
                out.raw(b"PARTIAL (");
                range.encode(out);
                out.space();
                match set {
                    Some(set) => out.sequence_set(set),
                    None => out.raw(b"NIL"),
                }
                out.raw(b")");
            }
            Self::AddTo(changes) => encode_changes("ADDTO", changes, out),
            Self::RemoveFrom(changes) => encode_changes("REMOVEFROM", changes, out),
            Self::Relevancy(scores) => {
                out.raw(b"RELEVANCY ");
                out.list(scores, |out, score| out.number(u64::from(*score)));
            }
            Self::Other { name, value } => {
                out.atom(name);
                out.space();
                value.encode(out);
            }
            Self::Invalid { .. } => {}
        }
    }

    const fn can_be_sent(&self) -> bool {
        match self {
            Self::AddTo(changes) | Self::RemoveFrom(changes) => !changes.is_empty(),
            Self::Invalid { .. } => false,
            _ => true,
        }
    }
}

/// `score`: from 1 to 100 (RFC 6203 §7)
fn score(cursor: &mut Cursor<'_>) -> Result<u32, ParseError> {
    let start = cursor.at();
    let score = cursor.number()?;
    if !(1..=100).contains(&score) {
        cursor.tolerate(Quirk::Other, start)?;
    }
    Ok(score)
}

/// `"(" 1*(context-position SP sequence-set [SP …]) ")"`
fn changes(cursor: &mut Cursor<'_>) -> Result<Vec<(u32, SequenceSet)>, ParseError> {
    cursor.list_of_some(|cursor| {
        let position = cursor.number()?;
        cursor.space()?;
        Ok((position, cursor.sequence_set()?))
    })
}

fn encode_changes(name: &str, changes: &[(u32, SequenceSet)], out: &mut Encoder) {
    out.write(format_args!("{name} "));
    out.list(changes, |out, (position, set)| out.write(format_args!("{position} {set}")));
}
