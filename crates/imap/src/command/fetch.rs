//! What FETCH asks for (RFC 9051 §6.4.5 and the extensions).

use crate::{
    Atom, Cursor, Encoder, ItemName, Messages, ParseError, ParseErrorKind, Partial, Quirk, Raw,
    Section, TaggedValue,
    class::{ATOM_CHAR, uppercase},
    fetch::{encode_section, read_binary_part, read_section},
};
use alloc::{vec, vec::Vec};
use core::num::{NonZeroU32, NonZeroU64};

/// One thing that FETCH asks of a message.
///
/// ```
/// use mailwire_imap::{AString, Encoder, Partial, Peer, Section, SectionText, command::FetchAttribute};
///
/// let fields = ["From", "Date"].map(|name| AString::new(name)).into_iter().collect::<Result<Vec<_>, _>>()?;
/// let section = Section::new(vec![], SectionText::HeaderFields(fields))?;
/// let header = FetchAttribute::Section { section, partial: None, peek: true };
/// let beginning = Some(Partial::new(0, 1024)?);
/// let message = FetchAttribute::Section { section: Section::WHOLE, partial: beginning, peek: false };
///
/// let mut out = Encoder::new(Peer::SERVER);
/// header.encode(&mut out);
/// out.space();
/// message.encode(&mut out);
/// assert_eq!(out.finish().wire, "BODY.PEEK[HEADER.FIELDS (From Date)] BODY[]<0.1024>");
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchAttribute {
    /// `UID`
    Uid,
    /// `FLAGS`
    Flags,
    /// `INTERNALDATE`
    InternalDate,
    /// `RFC822.SIZE`
    Size,
    /// `ENVELOPE`
    Envelope,
    /// `BODYSTRUCTURE`
    BodyStructure,
    /// `BODY`, without brackets.
    Body,
    /// `BODY[…]`, `BODY.PEEK[…]`
    Section {
        /// Which octets.
        section: Section,
        /// Only some of them.
        partial: Option<Partial>,
        /// Whether the message stays unseen.
        peek: bool,
    },
    /// `BINARY[…]`, `BINARY.PEEK[…]` (RFC 3516).
    Binary {
        /// The numbers of the part.
        part: Vec<NonZeroU32>,
        /// Only some octets.
        partial: Option<Partial>,
        /// Whether the message stays unseen.
        peek: bool,
    },
    /// `BINARY.SIZE[…]` (RFC 3516).
    BinarySize(Vec<NonZeroU32>),
    /// `RFC822` (RFC 3501).
    Rfc822,
    /// `RFC822.HEADER` (RFC 3501).
    Rfc822Header,
    /// `RFC822.TEXT` (RFC 3501).
    Rfc822Text,
    /// `MODSEQ` (RFC 7162).
    ModSeq,
    /// `EMAILID` (RFC 8474).
    EmailId,
    /// `THREADID` (RFC 8474).
    ThreadId,
    /// `PREVIEW` (RFC 8970); with LAZY only if it is there already.
    Preview {
        /// `(LAZY)`
        lazy: bool,
    },
    /// `SAVEDATE` (RFC 8514).
    SaveDate,
    /// `X-GM-MSGID`
    GmailMessageId,
    /// `X-GM-THRID`
    GmailThreadId,
    /// `X-GM-LABELS`
    GmailLabels,
    /// Something else: `ANNOTATION (…)` of RFC 5257 for example. A name that has a variant of its own is
    /// read as that.
    Other {
        /// The name, brackets included.
        name: ItemName,
        /// What follows it in parentheses.
        arguments: Option<Vec<Raw>>,
    },
}

/// A condition of FETCH.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchModifier {
    /// `CHANGEDSINCE`: only messages with a higher mod-sequence (RFC 7162). Zero is what no message has:
    /// who sends it all the same asks for all messages, and is read so.
    ChangedSince(NonZeroU64),
    /// `VANISHED`: also say which are gone (RFC 7162).
    Vanished,
    /// `PARTIAL`: only some of the messages (RFC 9394).
    Partial(PartialRange),
    /// Something else. A name that has a variant of its own is read as that.
    Other {
        /// The name.
        name: Atom,
        /// The value.
        value: Option<TaggedValue>,
    },
}

/// `1:500`, or `-1:-500` from the end (RFC 9394 §3.1).
///
/// ```
/// use core::num::NonZeroU32;
/// use mailwire_imap::{
///     Command, Encoder, Messages, Peer, SequenceSet, Tag,
///     command::{FetchAttribute, FetchModifier, PartialRange},
/// };
///
/// let newest = PartialRange::last(NonZeroU32::MIN, NonZeroU32::new(50).expect("not zero"));
/// let fetch = Command::Fetch {
///     messages: Messages::Set(SequenceSet::ALL),
///     attributes: vec![FetchAttribute::Envelope],
///     modifiers: vec![FetchModifier::Partial(newest)],
///     uid: true,
/// };
/// let mut out = Encoder::new(Peer::SERVER);
/// fetch.encode(&Tag::new("a1")?, &mut out);
/// assert_eq!(out.finish().wire, "a1 UID FETCH 1:* ENVELOPE (PARTIAL -1:-50)\r\n");
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PartialRange {
    /// One end.
    pub from: NonZeroU32,
    /// The other end.
    pub to: NonZeroU32,
    /// Whether places are counted from the end.
    pub from_end: bool,
}

impl PartialRange {
    /// Places from the beginning, both included.
    #[must_use]
    pub const fn first(from: NonZeroU32, to: NonZeroU32) -> Self {
        Self { from, to, from_end: false }
    }

    /// Places from the end, both included.
    #[must_use]
    pub const fn last(from: NonZeroU32, to: NonZeroU32) -> Self {
        Self { from, to, from_end: true }
    }

    /// `partial-range = nz-number ":" nz-number / "-" nz-number ":-" nz-number`
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let from_end = cursor.eat(b'-');
        let from = cursor.nz_number()?;
        cursor.expect(b':')?;
        if from_end {
            cursor.expect(b'-')?;
        }
        Ok(Self { from, to: cursor.nz_number()?, from_end })
    }

    pub(crate) fn encode(self, out: &mut Encoder) {
        let minus = if self.from_end { "-" } else { "" };
        out.write(format_args!("{minus}{}:{minus}{}", self.from, self.to));
    }
}

/// `sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")")
/// [fetch-modifiers]`
pub(super) fn read(
    cursor: &mut Cursor<'_>,
) -> Result<(Messages, Vec<FetchAttribute>, Vec<FetchModifier>), ParseError> {
    let messages = Messages::read(cursor)?;
    cursor.space()?;
    let mut attributes = if cursor.peek() == Some(b'(') {
        attributes(cursor)?
    } else {
        let mut attributes = Vec::new();
        attribute(cursor, &mut attributes)?;
        attributes
    };
    let modifiers = modifiers(cursor, &mut attributes)?;
    Ok((messages, attributes, modifiers))
}

/// `"(" fetch-att *(SP fetch-att) ")"`
pub(super) fn attributes(cursor: &mut Cursor<'_>) -> Result<Vec<FetchAttribute>, ParseError> {
    let mut attributes = Vec::new();
    cursor.list_of_some(|cursor| {
        let (start, known) = (cursor.at(), attributes.len());
        attribute(cursor, &mut attributes)?;
        if attributes.len() != known + 1 {
            // ALL, FAST and FULL stand alone.
            cursor.tolerate(Quirk::WrongShape, start)?;
        }
        Ok(())
    })?;
    Ok(attributes)
}

fn attribute(
    cursor: &mut Cursor<'_>,
    attributes: &mut Vec<FetchAttribute>,
) -> Result<(), ParseError> {
    let start = cursor.at();
    let name = cursor.span(&ItemName::WORD)?;
    let mut upper = [0; 13];
    let known = uppercase(&name, &mut upper);
    let in_brackets = cursor.peek() == Some(b'[');
    attributes.push(match known {
        b"BODY" | b"BODY.PEEK" if in_brackets => FetchAttribute::Section {
            section: read_section(cursor)?,
            partial: partial(cursor)?,
            peek: known.len() > 4,
        },
        b"BINARY" | b"BINARY.PEEK" if in_brackets => FetchAttribute::Binary {
            part: read_binary_part(cursor)?,
            partial: partial(cursor)?,
            peek: known.len() > 6,
        },
        b"BINARY.SIZE" if in_brackets => FetchAttribute::BinarySize(read_binary_part(cursor)?),
        _ if in_brackets => return other(cursor, start, attributes),
        b"UID" => FetchAttribute::Uid,
        b"FLAGS" => FetchAttribute::Flags,
        b"INTERNALDATE" => FetchAttribute::InternalDate,
        b"RFC822.SIZE" => FetchAttribute::Size,
        b"ENVELOPE" => FetchAttribute::Envelope,
        b"BODYSTRUCTURE" => FetchAttribute::BodyStructure,
        b"BODY" => FetchAttribute::Body,
        b"RFC822" => FetchAttribute::Rfc822,
        b"RFC822.HEADER" => FetchAttribute::Rfc822Header,
        b"RFC822.TEXT" => FetchAttribute::Rfc822Text,
        b"MODSEQ" => FetchAttribute::ModSeq,
        b"EMAILID" => FetchAttribute::EmailId,
        b"THREADID" => FetchAttribute::ThreadId,
        b"PREVIEW" => FetchAttribute::Preview { lazy: is_lazy(cursor)? },
        b"SAVEDATE" => FetchAttribute::SaveDate,
        b"X-GM-MSGID" => FetchAttribute::GmailMessageId,
        b"X-GM-THRID" => FetchAttribute::GmailThreadId,
        b"X-GM-LABELS" => FetchAttribute::GmailLabels,
        b"ALL" => return macro_of(attributes, &[FetchAttribute::Envelope]),
        b"FAST" => return macro_of(attributes, &[]),
        b"FULL" => {
            return macro_of(attributes, &[FetchAttribute::Envelope, FetchAttribute::Body]);
        }
        _ => return other(cursor, start, attributes),
    });
    Ok(())
}

/// `[SP "(" preview-mod *(SP preview-mod) ")"]`: LAZY is the only one (RFC 8970 §6), and what else may be in
/// parentheses there are conditions of FETCH.
fn is_lazy(cursor: &mut Cursor<'_>) -> Result<bool, ParseError> {
    let behind = cursor.at();
    if !cursor.eat_keyword(b" (LAZY") || !matches!(cursor.peek(), Some(b' ' | b')')) {
        cursor.back_to(behind);
        return Ok(false);
    }
    cursor.back_to(behind + 1);
    cursor.list(|cursor| if cursor.eat_keyword(b"LAZY") { Ok(()) } else { Err(cursor.error()) })?;
    Ok(true)
}

/// ALL, FAST and FULL: what they have in common, and more (RFC 9051 §6.4.5).
fn macro_of(
    attributes: &mut Vec<FetchAttribute>,
    more: &[FetchAttribute],
) -> Result<(), ParseError> {
    attributes.extend(vec![
        FetchAttribute::Flags,
        FetchAttribute::InternalDate,
        FetchAttribute::Size,
    ]);
    attributes.extend_from_slice(more);
    Ok(())
}

/// Something that is not known: a word, brackets, and a list in parentheses if one follows.
fn other(
    cursor: &mut Cursor<'_>,
    start: usize,
    attributes: &mut Vec<FetchAttribute>,
) -> Result<(), ParseError> {
    cursor.tolerate(Quirk::Other, start)?;
    cursor.skip_brackets()?;
    let name = ItemName::from_wire(cursor.since(start));
    let name = name.ok_or(ParseErrorKind::BadArgument.at(start))?;
    attributes.push(FetchAttribute::Other { name, arguments: cursor.raw_list()? });
    Ok(())
}

/// `["<" number64 "." nz-number64 ">"]`
fn partial(cursor: &mut Cursor<'_>) -> Result<Option<Partial>, ParseError> {
    let start = cursor.at();
    if !cursor.eat(b'<') {
        return Ok(None);
    }
    let origin = cursor.number64()?;
    cursor.expect(b'.')?;
    let length = cursor.number64()?;
    cursor.expect(b'>')?;
    Partial::new(origin, length).map(Some).map_err(|_| ParseErrorKind::BadNumber.at(start))
}

/// `[SP "(" fetch-modifier *(SP fetch-modifier) ")"]`
fn modifiers(
    cursor: &mut Cursor<'_>,
    attributes: &mut Vec<FetchAttribute>,
) -> Result<Vec<FetchModifier>, ParseError> {
    if !cursor.rest().starts_with(b" (") {
        return Ok(Vec::new());
    }
    cursor.space()?;
    let modifiers = cursor.list_of_some(modifier)?;
    if modifiers.contains(&None) && !attributes.contains(&FetchAttribute::ModSeq) {
        // What CHANGEDSINCE asks for besides (RFC 7162 §3.1.4.1).
        attributes.push(FetchAttribute::ModSeq);
    }
    Ok(modifiers.into_iter().flatten().collect())
}

/// `fetch-modifier`; nothing for `CHANGEDSINCE 0`
fn modifier(cursor: &mut Cursor<'_>) -> Result<Option<FetchModifier>, ParseError> {
    let name = cursor.span(&ATOM_CHAR)?;
    let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
    Ok(Some(if is(b"CHANGEDSINCE") {
        cursor.space()?;
        let start = cursor.at();
        let Some(value) = NonZeroU64::new(cursor.number64()?) else {
            cursor.tolerate(Quirk::ZeroNumber, start)?;
            return Ok(None);
        };
        FetchModifier::ChangedSince(value)
    } else if is(b"VANISHED") {
        FetchModifier::Vanished
    } else if is(b"PARTIAL") {
        cursor.space()?;
        FetchModifier::Partial(PartialRange::read(cursor)?)
    } else {
        FetchModifier::Other { name: Atom::from_scanned(name), value: cursor.tagged_value()? }
    }))
}

impl FetchAttribute {
    /// Appends it.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Peer, command::FetchAttribute};
    ///
    /// let mut out = Encoder::new(Peer::SERVER);
    /// FetchAttribute::Preview { lazy: true }.encode(&mut out);
    /// assert_eq!(out.finish().wire, "PREVIEW (LAZY)");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn encode(&self, out: &mut Encoder) {
        match self {
            Self::Uid => out.raw(b"UID"),
            Self::Flags => out.raw(b"FLAGS"),
            Self::InternalDate => out.raw(b"INTERNALDATE"),
            Self::Size => out.raw(b"RFC822.SIZE"),
            Self::Envelope => out.raw(b"ENVELOPE"),
            Self::BodyStructure => out.raw(b"BODYSTRUCTURE"),
            Self::Body => out.raw(b"BODY"),
            Self::Section { section, partial, peek } => {
                out.raw(if *peek { b"BODY.PEEK" } else { b"BODY" });
                encode_section(section, out);
                encode_partial(*partial, out);
            }
            Self::Binary { part, partial, peek } => {
                out.raw(if *peek { b"BINARY.PEEK" } else { b"BINARY" });
                crate::fetch::encode_part(part, out);
                encode_partial(*partial, out);
            }
            Self::BinarySize(part) => {
                out.raw(b"BINARY.SIZE");
                crate::fetch::encode_part(part, out);
            }
            Self::Rfc822 => out.raw(b"RFC822"),
            Self::Rfc822Header => out.raw(b"RFC822.HEADER"),
            Self::Rfc822Text => out.raw(b"RFC822.TEXT"),
            Self::ModSeq => out.raw(b"MODSEQ"),
            Self::EmailId => out.raw(b"EMAILID"),
            Self::ThreadId => out.raw(b"THREADID"),
            Self::Preview { lazy } => out.raw(if *lazy { b"PREVIEW (LAZY)" } else { b"PREVIEW" }),
            Self::SaveDate => out.raw(b"SAVEDATE"),
            Self::GmailMessageId => out.raw(b"X-GM-MSGID"),
            Self::GmailThreadId => out.raw(b"X-GM-THRID"),
            Self::GmailLabels => out.raw(b"X-GM-LABELS"),
            Self::Other { name, arguments } => {
                out.raw(name.as_bytes());
                out.raw_list(arguments.as_deref());
            }
        }
    }
}

fn encode_partial(partial: Option<Partial>, out: &mut Encoder) {
    if let Some(partial) = partial {
        out.write(format_args!("<{}.{}>", partial.origin(), partial.length()));
    }
}

/// What follows the set.
pub(super) fn encode(
    attributes: &[FetchAttribute],
    modifiers: &[FetchModifier],
    out: &mut Encoder,
) {
    // What follows must not be taken for arguments of the name.
    let takes_arguments = |one: &FetchAttribute| match one {
        FetchAttribute::Other { .. } => true,
        FetchAttribute::Preview { lazy: false } => !modifiers.is_empty(),
        _ => false,
    };
    match attributes {
        [one] if !takes_arguments(one) => one.encode(out),
        _ => out.list(attributes, |out, attribute| attribute.encode(out)),
    }
    if modifiers.is_empty() {
        return;
    }
    out.space();
    out.list(modifiers, |out, modifier| match modifier {
        FetchModifier::ChangedSince(value) => out.write(format_args!("CHANGEDSINCE {value}")),
        FetchModifier::Vanished => out.raw(b"VANISHED"),
        FetchModifier::Partial(range) => {
            out.raw(b"PARTIAL ");
            range.encode(out);
        }
        FetchModifier::Other { name, value } => out.named_value(name, value.as_ref()),
    });
}
