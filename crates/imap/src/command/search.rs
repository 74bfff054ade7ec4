//! SEARCH, SORT and THREAD, as they are asked (RFC 9051 §6.4.4, RFC 5256).

use super::{FetchAttribute, PartialRange, fetch};
use crate::{
    AString, Atom, Cursor, Encoder, ParseError, Quirk, TaggedValue, class::ATOM_CHAR,
    search::SearchExpression,
};
use alloc::vec::Vec;

/// SEARCH.
///
/// ```
/// use mailwire_imap::{
///     AString, Command, Encoder, Peer, Tag,
///     command::{SearchCommand, SearchReturn},
///     search::{HeaderField, SearchExpression, SearchKey},
/// };
///
/// let from = SearchKey::field(HeaderField::From, "Müller")?;
/// let search = SearchCommand::new(SearchExpression::and([SearchKey::Unseen.into(), from.into()]), true)
///     .with_returns(vec![SearchReturn::Min, SearchReturn::Count])
///     .with_charset(AString::new("UTF-8")?);
/// let mut out = Encoder::new(Peer::SERVER);
/// Command::Search(search).encode(&Tag::new("a1")?, &mut out);
/// assert_eq!(
///     out.finish().wire,
///     "a1 UID SEARCH RETURN (MIN COUNT) CHARSET UTF-8 UNSEEN FROM {7}\r\nMüller\r\n",
/// );
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SearchCommand {
    /// What comes back, if the command says so: then ESEARCH does. An empty list is ALL.
    pub returns: Option<Vec<SearchReturn>>,
    /// The character set of the texts.
    pub charset: Option<AString>,
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
            charset = Some(cursor.checked_astring()?);
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

    /// The same, which gives this back (RFC 9051 §6.4.4).
    #[must_use]
    pub fn with_returns(self, returns: Vec<SearchReturn>) -> Self {
        Self { returns: Some(returns), ..self }
    }

    /// The same, with texts in this character set.
    #[must_use]
    pub fn with_charset(self, charset: AString) -> Self {
        Self { charset: Some(charset), ..self }
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
    /// `UPDATE (…)`: the same, and what FETCH shall say of messages that come to it (RFC 5465 §7).
    UpdateWith(Vec<FetchAttribute>),
    /// `CONTEXT` (RFC 5267).
    Context,
    /// `RELEVANCY` (RFC 6203).
    Relevancy,
    /// Something else. A name that has a variant of its own is read as that.
    Other {
        /// The name.
        name: Atom,
        /// The value.
        value: Option<TaggedValue>,
    },
}

/// `["RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")" SP]`
fn returns(cursor: &mut Cursor<'_>) -> Result<Option<Vec<SearchReturn>>, ParseError> {
    if !cursor.eat_keyword(b"RETURN ") {
        return Ok(None);
    }
    let returns = cursor.list(|cursor| {
        let name = cursor.span(&ATOM_CHAR)?;
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        Ok(if is(b"ALL") {
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
            update(cursor)?
        } else if is(b"CONTEXT") {
            SearchReturn::Context
        } else if is(b"RELEVANCY") {
            SearchReturn::Relevancy
        } else if is(b"PARTIAL") {
            cursor.space()?;
            SearchReturn::Partial(PartialRange::read(cursor)?)
        } else {
            SearchReturn::Other { name: Atom::from_scanned(name), value: cursor.tagged_value()? }
        })
    })?;
    cursor.space()?;
    Ok(Some(returns))
}

/// `modifier-update = "UPDATE" ["(" fetch-att *(SP fetch-att) ")"]`, behind the name; with a space before
/// the parenthesis, as the example of RFC 5465 §7 has it, and every other option.
fn update(cursor: &mut Cursor<'_>) -> Result<SearchReturn, ParseError> {
    if cursor.rest().starts_with(b" (") {
        cursor.space()?;
    }
    if cursor.peek() != Some(b'(') {
        return Ok(SearchReturn::Update);
    }
    fetch::attributes(cursor).map(SearchReturn::UpdateWith)
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
        SearchReturn::UpdateWith(attributes) => {
            out.raw(b"UPDATE ");
            out.list(attributes, |out, attribute| attribute.encode(out));
        }
        SearchReturn::Context => out.raw(b"CONTEXT"),
        SearchReturn::Relevancy => out.raw(b"RELEVANCY"),
        SearchReturn::Other { name, value } => out.named_value(name, value.as_ref()),
    });
    out.space();
}

/// SORT (RFC 5256 §3).
///
/// ```
/// use mailwire_imap::{
///     AString, Command, Encoder, Peer, Tag,
///     command::{SortCommand, SortKey},
///     search::SearchKey,
/// };
///
/// let keys = vec![(SortKey::Date, true), (SortKey::Subject, false)];
/// let sort = SortCommand::new(keys, AString::new("UTF-8")?, SearchKey::All, false);
/// let mut out = Encoder::new(Peer::SERVER);
/// Command::Sort(sort).encode(&Tag::new("a1")?, &mut out);
/// assert_eq!(out.finish().wire, "a1 SORT (REVERSE DATE SUBJECT) UTF-8 ALL\r\n");
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SortCommand {
    /// What comes back, if the command says so (RFC 5267).
    pub returns: Option<Vec<SearchReturn>>,
    /// By what, the most important first; whether the other way round.
    pub keys: Vec<(SortKey, bool)>,
    /// The character set of the texts.
    pub charset: AString,
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
    /// These messages, sorted; by sequence numbers or by UIDs. Each key says whether it is reversed.
    #[must_use]
    pub fn new(
        keys: Vec<(SortKey, bool)>,
        charset: AString,
        expression: impl Into<SearchExpression>,
        uid: bool,
    ) -> Self {
        Self { returns: None, keys, charset, expression: expression.into(), uid }
    }

    /// `[return] "(" sort-key *(SP sort-key) ")" SP charset 1*(SP search-key)`; nothing if a key that is not
    /// known has an argument, as `ANNOTATION` of RFC 5257 has
    pub(super) fn read(cursor: &mut Cursor<'_>, uid: bool) -> Result<Option<Self>, ParseError> {
        let returns = returns(cursor)?;
        let mut has_arguments = false;
        let keys = cursor.list_of_some(|cursor| {
            let reverse = cursor.eat_keyword(b"REVERSE ");
            let start = cursor.at();
            let name = cursor.span(&ATOM_CHAR)?;
            if name.eq_ignore_ascii_case(b"REVERSE") {
                cursor.tolerate(Quirk::MissingField, start)?;
            }
            let known = SORT.iter().find(|(_, known)| known.as_bytes().eq_ignore_ascii_case(&name));
            let key = known
                .map_or_else(|| SortKey::Other(Atom::from_scanned(name)), |(key, _)| key.clone());
            while matches!(key, SortKey::Other(_))
                && matches!(cursor.rest(), [b' ', b'"' | b'{', ..])
            {
                cursor.space()?;
                cursor.string()?;
                has_arguments = true;
            }
            Ok((key, reverse))
        })?;
        cursor.space()?;
        let charset = cursor.checked_astring()?;
        cursor.space()?;
        let expression = SearchExpression::read(cursor)?;
        Ok((!has_arguments).then_some(Self { returns, keys, charset, expression, uid }))
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
///
/// ```
/// use mailwire_imap::{AString, Atom, Command, Encoder, Peer, Tag, command::ThreadCommand, search::SearchKey};
///
/// let algorithm = Atom::new("REFERENCES")?;
/// let thread = ThreadCommand::new(algorithm, AString::new("UTF-8")?, SearchKey::Unseen, true);
/// let mut out = Encoder::new(Peer::SERVER);
/// Command::Thread(thread).encode(&Tag::new("a1")?, &mut out);
/// assert_eq!(out.finish().wire, "a1 UID THREAD REFERENCES UTF-8 UNSEEN\r\n");
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThreadCommand {
    /// `ORDEREDSUBJECT`, `REFERENCES` or another.
    pub algorithm: Atom,
    /// The character set of the texts.
    pub charset: AString,
    /// Which messages.
    pub expression: SearchExpression,
    /// Whether messages are named by UID.
    pub uid: bool,
}

impl ThreadCommand {
    /// The threads of these messages, by sequence numbers or by UIDs.
    #[must_use]
    pub fn new(
        algorithm: Atom,
        charset: AString,
        expression: impl Into<SearchExpression>,
        uid: bool,
    ) -> Self {
        Self { algorithm, charset, expression: expression.into(), uid }
    }

    /// `thread-alg SP charset 1*(SP search-key)`
    pub(super) fn read(cursor: &mut Cursor<'_>, uid: bool) -> Result<Self, ParseError> {
        let algorithm = Atom::from_scanned(cursor.span(&ATOM_CHAR)?);
        cursor.space()?;
        let charset = cursor.checked_astring()?;
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
