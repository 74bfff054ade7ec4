//! SEARCH, SORT, THREAD and ESEARCH, as they are asked (RFC 9051 §6.4.4, RFC 5256, RFC 7377).

use super::PartialRange;
use crate::{
    Atom, Cursor, Encoder, ParseError, ParseErrorKind, class::ATOM_CHAR, search::SearchExpression,
};
use alloc::vec::Vec;
use mailwire_core::Octets;

/// SEARCH.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SearchCommand {
    /// What comes back, if the command says so: then ESEARCH does. An empty list is ALL.
    pub returns: Option<Vec<SearchReturn>>,
    /// The character set of the texts.
    pub charset: Option<Octets>,
    /// What to search for.
    pub expression: SearchExpression,
    /// Whether messages are named by UID.
    pub uid: bool,
}

impl SearchCommand {
    /// SEARCH as IMAP4rev1 has it.
    #[must_use]
    pub fn new(expression: impl Into<SearchExpression>, uid: bool) -> Self {
        Self { returns: None, charset: None, expression: expression.into(), uid }
    }

    /// `[search-return-opts] SP [charset SP] search-key *(SP search-key)`, the first space taken
    pub(super) fn read(cursor: &mut Cursor<'_>, uid: bool) -> Result<Self, ParseError> {
        let returns = returns(cursor)?;
        let mut charset = None;
        if cursor.eat_keyword(b"CHARSET ") {
            charset = Some(cursor.astring()?);
            cursor.space()?;
        }
        Ok(Self { returns, charset, expression: SearchExpression::read(cursor)?, uid })
    }

    pub(super) fn encode(&self, out: &mut Encoder) {
        encode_returns(self.returns.as_deref(), out);
        if let Some(charset) = &self.charset {
            out.raw(b"CHARSET ");
            out.astring(charset);
            out.space();
        }
        self.expression.encode(out);
    }
}

/// What a search gives back (RFC 9051 §6.4.4 and extensions).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SearchReturn {
    /// `MIN`
    Min,
    /// `MAX`
    Max,
    /// `ALL`
    All,
    /// `COUNT`
    Count,
    /// `SAVE`: keep the result as `$`.
    Save,
    /// `PARTIAL` (RFC 9394, RFC 5267).
    Partial(PartialRange),
    /// `UPDATE`: say when the result changes (RFC 5267).
    Update,
    /// `CONTEXT` (RFC 5267).
    Context,
    /// `RELEVANCY` (RFC 6203).
    Relevancy,
    /// Something else, as it was sent.
    Other(Octets),
}

/// `["RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")" SP]`
fn returns(cursor: &mut Cursor<'_>) -> Result<Option<Vec<SearchReturn>>, ParseError> {
    if !cursor.eat_keyword(b"RETURN ") {
        return Ok(None);
    }
    cursor.expect(b'(')?;
    let mut returns = Vec::new();
    while !cursor.eat(b')') {
        let start = cursor.at();
        let name = cursor.bare()?;
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        returns.push(if is(b"ALL") {
            SearchReturn::All
        } else if is(b"COUNT") {
            SearchReturn::Count
        } else if is(b"MIN") {
            SearchReturn::Min
        } else if is(b"MAX") {
            SearchReturn::Max
        } else if is(b"SAVE") {
            SearchReturn::Save
        } else if is(b"UPDATE") {
            SearchReturn::Update
        } else if is(b"CONTEXT") {
            SearchReturn::Context
        } else if is(b"RELEVANCY") {
            SearchReturn::Relevancy
        } else if is(b"PARTIAL") {
            cursor.space()?;
            SearchReturn::Partial(PartialRange::read(cursor)?)
        } else {
            if cursor.rest().starts_with(b" (") {
                cursor.space()?;
                cursor.skip_value()?;
            }
            SearchReturn::Other(Octets::from_ref(cursor.since(start)))
        });
        if cursor.peek() != Some(b')') {
            cursor.space()?;
        }
    }
    cursor.space()?;
    Ok(Some(returns))
}

fn encode_returns(returns: Option<&[SearchReturn]>, out: &mut Encoder) {
    let Some(returns) = returns else { return };
    out.raw(b"RETURN ");
    out.list(returns, |out, option| match option {
        SearchReturn::Min => out.raw(b"MIN"),
        SearchReturn::Max => out.raw(b"MAX"),
        SearchReturn::All => out.raw(b"ALL"),
        SearchReturn::Count => out.raw(b"COUNT"),
        SearchReturn::Save => out.raw(b"SAVE"),
        SearchReturn::Partial(range) => {
            out.raw(b"PARTIAL ");
            range.encode(out);
        }
        SearchReturn::Update => out.raw(b"UPDATE"),
        SearchReturn::Context => out.raw(b"CONTEXT"),
        SearchReturn::Relevancy => out.raw(b"RELEVANCY"),
        SearchReturn::Other(text) => out.raw(text),
    });
    out.space();
}

/// SORT (RFC 5256 §3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SortCommand {
    /// What comes back, if the command says so (RFC 5267).
    pub returns: Option<Vec<SearchReturn>>,
    /// By what, the most important first; whether the other way round.
    pub keys: Vec<(SortKey, bool)>,
    /// The character set of the texts.
    pub charset: Octets,
    /// Which messages.
    pub expression: SearchExpression,
    /// Whether messages are named by UID.
    pub uid: bool,
}

/// By what messages are sorted (RFC 5256 §3, RFC 5957).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SortKey {
    /// `ARRIVAL`
    Arrival,
    /// `CC`
    Cc,
    /// `DATE`
    Date,
    /// `FROM`
    From,
    /// `SIZE`
    Size,
    /// `SUBJECT`
    Subject,
    /// `TO`
    To,
    /// `DISPLAYFROM` (RFC 5957).
    DisplayFrom,
    /// `DISPLAYTO` (RFC 5957).
    DisplayTo,
    /// `RELEVANCY` (RFC 6203).
    Relevancy,
    /// Something else.
    Other(Atom),
}

const SORT: [(SortKey, &str); 10] = [
    (SortKey::Arrival, "ARRIVAL"),
    (SortKey::Cc, "CC"),
    (SortKey::Date, "DATE"),
    (SortKey::From, "FROM"),
    (SortKey::Size, "SIZE"),
    (SortKey::Subject, "SUBJECT"),
    (SortKey::To, "TO"),
    (SortKey::DisplayFrom, "DISPLAYFROM"),
    (SortKey::DisplayTo, "DISPLAYTO"),
    (SortKey::Relevancy, "RELEVANCY"),
];

impl SortKey {
    /// The name on the wire.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => SORT.iter().find(|(key, _)| key == known).map_or("", |(_, name)| name),
        }
    }
}

impl SortCommand {
    /// `[return] "(" sort-key *(SP sort-key) ")" SP charset 1*(SP search-key)`
    pub(super) fn read(cursor: &mut Cursor<'_>, uid: bool) -> Result<Self, ParseError> {
        let returns = returns(cursor)?;
        cursor.expect(b'(')?;
        let mut keys = Vec::new();
        loop {
            let reverse = cursor.eat_keyword(b"REVERSE ");
            let name = cursor.span(&ATOM_CHAR)?;
            let known = SORT.iter().find(|(_, known)| known.as_bytes().eq_ignore_ascii_case(&name));
            let key = known
                .map_or_else(|| SortKey::Other(Atom::from_scanned(name)), |(key, _)| key.clone());
            keys.push((key, reverse));
            if keys.len() > cursor.options().items {
                return Err(ParseErrorKind::TooMany.at(cursor.at()));
            }
            if cursor.eat(b')') {
                break;
            }
            cursor.space()?;
        }
        cursor.space()?;
        let charset = cursor.astring()?;
        cursor.space()?;
        Ok(Self { returns, keys, charset, expression: SearchExpression::read(cursor)?, uid })
    }

    pub(super) fn encode(&self, out: &mut Encoder) {
        encode_returns(self.returns.as_deref(), out);
        out.list(&self.keys, |out, (key, reverse)| {
            out.raw(if *reverse { b"REVERSE " } else { b"" });
            out.raw(key.name().as_bytes());
        });
        out.space();
        out.astring(&self.charset);
        out.space();
        self.expression.encode(out);
    }
}

/// THREAD (RFC 5256 §3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThreadCommand {
    /// `ORDEREDSUBJECT`, `REFERENCES` or another.
    pub algorithm: Atom,
    /// The character set of the texts.
    pub charset: Octets,
    /// Which messages.
    pub expression: SearchExpression,
    /// Whether messages are named by UID.
    pub uid: bool,
}

impl ThreadCommand {
    /// `thread-alg SP charset 1*(SP search-key)`
    pub(super) fn read(cursor: &mut Cursor<'_>, uid: bool) -> Result<Self, ParseError> {
        let algorithm = Atom::from_scanned(cursor.span(&ATOM_CHAR)?);
        cursor.space()?;
        let charset = cursor.astring()?;
        cursor.space()?;
        Ok(Self { algorithm, charset, expression: SearchExpression::read(cursor)?, uid })
    }

    pub(super) fn encode(&self, out: &mut Encoder) {
        out.atom(&self.algorithm);
        out.space();
        out.astring(&self.charset);
        out.space();
        self.expression.encode(out);
    }
}

/// A search in several mailboxes (RFC 7377).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MultiSearch {
    /// `IN (…)`: which mailboxes, as it was sent.
    pub source: Option<Octets>,
    /// The rest is a search.
    pub search: SearchCommand,
}

impl MultiSearch {
    /// `["IN" SP "(" … ")" SP] search-program`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut source = None;
        if cursor.eat_keyword(b"IN (") {
            let start = cursor.at() - 1;
            cursor.back_to(start);
            source = Some(Octets::from_ref(cursor.skip_value()?));
            cursor.space()?;
        }
        Ok(Self { source, search: SearchCommand::read(cursor, true)? })
    }

    pub(super) fn encode(&self, out: &mut Encoder) {
        if let Some(source) = &self.source {
            out.raw(b"IN ");
            out.raw(source);
            out.space();
        }
        self.search.encode(out);
    }
}
