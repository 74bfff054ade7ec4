//! What servers and clients do and the RFCs do not allow.

use alloc::vec::Vec;

/// Whether what the RFCs do not allow is understood all the same.
///
/// Either way nothing is silent: each time something is tolerated, a [`Repair`] says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Leniency {
    /// What breaks the grammar is an error.
    Strict,
    /// What is known to be sent, and can be understood, is.
    #[default]
    Lenient,
}

/// A departure from the grammar that was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quirk {
    /// A line that ends in LF alone.
    BareLf,
    /// NUL octets before a response.
    NulPadding,
    /// A NUL in a string that is no `literal8`.
    NulInString,
    /// More than one space where one belongs, or a space where none does.
    ExtraSpace,
    /// A space that is missing.
    MissingSpace,
    /// A space before the line end.
    TrailingSpace,
    /// A status without text: `a1 OK`.
    MissingText,
    /// Text that begins with `[` and holds no response code.
    BracketInText,
    /// NUL or a lone CR in text.
    ControlInText,
    /// A response code without a status: `* [COPYUID …]`.
    BareCode,
    /// Octets above ASCII in a quoted string although UTF-8 was not enabled.
    EightBitInQuoted,
    /// A quote within a quoted string that no backslash precedes.
    UnescapedQuote,
    /// A backslash in a quoted string before something that needs none.
    BadEscape,
    /// A flag that is no flag: `OIB-Seen-[Gmail]/All`, a lone `\`.
    OddFlag,
    /// Zero where the grammar wants a number that is not.
    ZeroNumber,
    /// A number of 2^63 or more.
    LargeNumber,
    /// A number below zero.
    NegativeNumber,
    /// A number written with a point or an exponent: `9.3736e+06`.
    FloatNumber,
    /// NIL where something is required.
    UnexpectedNil,
    /// `()` where the grammar has NIL or a list of at least one.
    EmptyList,
    /// A string where a list belongs, or the other way round.
    WrongShape,
    /// A field at the end of a list is missing.
    MissingField,
    /// Parentheses too many.
    ExtraParentheses,
    /// A parenthesis that is never closed.
    MissingParenthesis,
    /// A date that is not as the grammar has it.
    OddDate,
    /// A mailbox name that should be quoted.
    UnquotedMailbox,
    /// A multipart without parts.
    EmptyMultipart,
    /// message/rfc822 without its envelope or body.
    BareMessage,
    /// A tagged response that only servers may send untagged: `a1 BYE`.
    TaggedBye,
    /// `LITERAL +` for `LITERAL+`.
    SplitCapability,
    /// A literal that says `+` although only clients may, or `-`; a `literal8` where only others may stand.
    OddLiteral,
    /// Octets above ASCII in the header of a message that is appended, although UTF8=ACCEPT, which is
    /// offered, was not enabled (RFC 9755 §4).
    EightBitHeader,
    /// A range of a set whose ends are in the wrong order, where the order matters.
    ReversedRange,
    /// A number that begins with a zero, where none may (`nz-number`).
    LeadingZero,
    /// Anything else: an item that is kept as `Invalid` for example. The documentation of what was read says
    /// what.
    Other,
}

/// Something was tolerated: what, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Repair {
    /// What.
    pub quirk: Quirk,
    /// Where, in octets from the beginning of the frame.
    pub offset: usize,
}

/// What was tolerated, in the order of the wire, up to a limit: a peer that breaks every rule must not
/// fill memory with it. The others are counted.
///
/// ```
/// use bytes::Bytes;
/// use mailwire_imap::{Frame, Quirk, ReadOptions, Response};
///
/// let frame = Frame::new(Bytes::from("*  22279 EXISTS \n"));
/// let repairs = Response::parse(&frame, ReadOptions::default())?.repairs;
/// assert!(repairs.contains(Quirk::ExtraSpace) && repairs.contains(Quirk::BareLf));
/// assert_eq!((repairs.as_slice().len(), repairs.omitted()), (3, 0));
/// # Ok::<(), mailwire_imap::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repairs {
    kept: Vec<Repair>,
    omitted: usize,
}

impl Repairs {
    /// As many are kept.
    pub const LIMIT: usize = 64;

    /// Whether all was as the RFCs have it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// All that were kept.
    #[must_use]
    pub fn as_slice(&self) -> &[Repair] {
        &self.kept
    }

    /// How many more there were than are kept.
    #[must_use]
    pub const fn omitted(&self) -> usize {
        self.omitted
    }

    /// Whether this is among those that were kept.
    #[must_use]
    pub fn contains(&self, quirk: Quirk) -> bool {
        self.kept.iter().any(|repair| repair.quirk == quirk)
    }

    #[cold]
    pub(crate) fn push(&mut self, quirk: Quirk, offset: usize) {
        if self.kept.len() < Self::LIMIT {
            self.kept.push(Repair { quirk, offset });
        } else {
            self.omitted = self.omitted.saturating_add(1);
        }
    }
}
