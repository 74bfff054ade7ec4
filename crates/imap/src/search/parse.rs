//! Reads criteria without recursion.

use super::{HeaderField, SearchExpression, SearchKey, SearchStep};
use crate::{
    AString, Atom, Cursor, Date, Messages, ParseError, ParseErrorKind, Quirk, Raw,
    class::{ATOM_CHAR, uppercase},
};
use alloc::vec::Vec;

/// Where criteria are collected.
#[derive(Debug)]
enum Open {
    /// In parentheses, or at the top: which step is their `And`, and how many there are.
    List { step: usize, count: usize, top: bool },
    /// Behind an operator that waits for so many.
    Operator { left: usize },
}

impl SearchExpression {
    /// `search-key *(SP search-key)`, up to the end
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut steps = Vec::from([SearchStep::And(0)]);
        let mut open = Vec::from([Open::List { step: 0, count: 0, top: true }]);
        let mut parentheses = 0usize;
        loop {
            if steps.len() > cursor.options().items {
                return Err(ParseErrorKind::TooMany.at(cursor.at()));
            }
            if cursor.peek() == Some(b'(') {
                // Operators cost no more than what they are written with; only parentheses count.
                parentheses += 1;
                if parentheses > cursor.options().depth {
                    return Err(ParseErrorKind::TooDeep.at(cursor.at()));
                }
                cursor.advance(1);
                cursor.skip_extra_spaces();
                open.push(Open::List { step: steps.len(), count: 0, top: false });
                steps.push(SearchStep::And(0));
                continue;
            }
            let step = step(cursor)?;
            let arity = step.arity();
            steps.push(step);
            if arity > 0 {
                open.push(Open::Operator { left: arity });
                cursor.space()?;
                continue;
            }
            // A criterion is complete; so may be what it is in.
            loop {
                match open.last_mut() {
                    Some(Open::Operator { left: 1 }) => {
                        open.pop();
                    }
                    Some(Open::Operator { left }) => {
                        *left -= 1;
                        cursor.space()?;
                        break;
                    }
                    Some(Open::List { step, count, top }) => {
                        *count += 1;
                        let (step, count, top) = (*step, *count, *top);
                        steps[step] = SearchStep::And(count);
                        if !top {
                            cursor.skip_extra_spaces_before(b')');
                            if cursor.eat(b')') {
                                parentheses -= 1;
                                open.pop();
                                continue;
                            }
                        } else if cursor.rest().iter().all(|octet| *octet == b' ') {
                            return Ok(Self { steps }.without_single_lists());
                        }
                        cursor.space()?;
                        break;
                    }
                    None => return Err(cursor.error()),
                }
            }
        }
    }

    /// `(ALL)` is `ALL`: a list of one says what its one says.
    fn without_single_lists(mut self) -> Self {
        self.steps.retain(|step| *step != SearchStep::And(1));
        self
    }
}

fn step(cursor: &mut Cursor<'_>) -> Result<SearchStep, ParseError> {
    if matches!(cursor.peek(), Some(b'0'..=b'9' | b'*' | b'$')) {
        return Messages::read(cursor).map(SearchKey::Messages).map(SearchStep::Key);
    }
    let start = cursor.at();
    let name = cursor.span(&ATOM_CHAR)?;
    let mut upper = [0; 20];
    let known = uppercase(&name, &mut upper);
    match known {
        b"NOT" => return Ok(SearchStep::Not),
        b"OR" => return Ok(SearchStep::Or),
        b"FUZZY" => return Ok(SearchStep::Fuzzy),
        _ => {}
    }
    if let Some(key) = word(known) {
        return Ok(SearchStep::Key(key));
    }
    let behind = cursor.at();
    match with_argument(cursor, known)? {
        Some(key) => Ok(SearchStep::Key(key)),
        None => {
            cursor.back_to(behind);
            cursor.tolerate(Quirk::Other, start)?;
            let arguments = other(cursor)?;
            Ok(SearchStep::Key(SearchKey::Other { name: Atom::from_scanned(name), arguments }))
        }
    }
}

/// A key without an argument.
fn word(name: &[u8]) -> Option<SearchKey> {
    Some(match name {
        b"ALL" => SearchKey::All,
        b"ANSWERED" => SearchKey::Answered,
        b"UNANSWERED" => SearchKey::Unanswered,
        b"DELETED" => SearchKey::Deleted,
        b"UNDELETED" => SearchKey::Undeleted,
        b"DRAFT" => SearchKey::Draft,
        b"UNDRAFT" => SearchKey::Undraft,
        b"FLAGGED" => SearchKey::Flagged,
        b"UNFLAGGED" => SearchKey::Unflagged,
        b"SEEN" => SearchKey::Seen,
        b"UNSEEN" => SearchKey::Unseen,
        b"RECENT" => SearchKey::Recent,
        b"NEW" => SearchKey::New,
        b"OLD" => SearchKey::Old,
        b"SAVEDATESUPPORTED" => SearchKey::SaveDateSupported,
        _ => return None,
    })
}

/// A key with arguments, behind its name; nothing if the name is not known.
fn with_argument(cursor: &mut Cursor<'_>, name: &[u8]) -> Result<Option<SearchKey>, ParseError> {
    type Read = fn(&mut Cursor<'_>) -> Result<SearchKey, ParseError>;
    let read: Read = match name {
        b"UID" => |cursor| Messages::read(cursor).map(SearchKey::Uid),
        b"KEYWORD" => |cursor| atom(cursor).map(SearchKey::Keyword),
        b"UNKEYWORD" => |cursor| atom(cursor).map(SearchKey::Unkeyword),
        b"FROM" => |cursor| field(cursor, HeaderField::From),
        b"TO" => |cursor| field(cursor, HeaderField::To),
        b"CC" => |cursor| field(cursor, HeaderField::Cc),
        b"BCC" => |cursor| field(cursor, HeaderField::Bcc),
        b"SUBJECT" => |cursor| field(cursor, HeaderField::Subject),
        b"HEADER" => |cursor| {
            let name = cursor.checked_astring()?;
            cursor.space()?;
            Ok(SearchKey::Header(name, cursor.checked_astring()?))
        },
        b"BODY" => |cursor| cursor.checked_astring().map(SearchKey::Body),
        b"TEXT" => |cursor| cursor.checked_astring().map(SearchKey::Text),
        b"BEFORE" => |cursor| date(cursor).map(SearchKey::Before),
        b"ON" => |cursor| date(cursor).map(SearchKey::On),
        b"SINCE" => |cursor| date(cursor).map(SearchKey::Since),
        b"SENTBEFORE" => |cursor| date(cursor).map(SearchKey::SentBefore),
        b"SENTON" => |cursor| date(cursor).map(SearchKey::SentOn),
        b"SENTSINCE" => |cursor| date(cursor).map(SearchKey::SentSince),
        b"SAVEDBEFORE" => |cursor| date(cursor).map(SearchKey::SavedBefore),
        b"SAVEDON" => |cursor| date(cursor).map(SearchKey::SavedOn),
        b"SAVEDSINCE" => |cursor| date(cursor).map(SearchKey::SavedSince),
        b"LARGER" => |cursor| cursor.number64().map(SearchKey::Larger),
        b"SMALLER" => |cursor| cursor.number64().map(SearchKey::Smaller),
        b"OLDER" => |cursor| cursor.nz_number().map(SearchKey::Older),
        b"YOUNGER" => |cursor| cursor.nz_number().map(SearchKey::Younger),
        b"MODSEQ" => mod_seq,
        b"EMAILID" => |cursor| cursor.object_id().map(SearchKey::EmailId),
        b"THREADID" => |cursor| cursor.object_id().map(SearchKey::ThreadId),
        b"UIDAFTER" => |cursor| cursor.nz_number().map(SearchKey::UidAfter),
        b"UIDBEFORE" => |cursor| cursor.nz_number().map(SearchKey::UidBefore),
        b"FILTER" => |cursor| cursor.filter_name().map(SearchKey::Filter),
        b"X-GM-RAW" => |cursor| cursor.checked_astring().map(SearchKey::GmailRaw),
        b"X-GM-MSGID" => |cursor| cursor.decimal().map(SearchKey::GmailMessageId),
        b"X-GM-THRID" => |cursor| cursor.decimal().map(SearchKey::GmailThreadId),
        b"X-GM-LABELS" => |cursor| label(cursor).map(SearchKey::GmailLabels),
        _ => return Ok(None),
    };
    cursor.space()?;
    read(cursor).map(Some)
}

fn field(cursor: &mut Cursor<'_>, field: HeaderField) -> Result<SearchKey, ParseError> {
    Ok(SearchKey::Field(field, cursor.checked_astring()?))
}

fn atom(cursor: &mut Cursor<'_>) -> Result<Atom, ParseError> {
    Ok(Atom::from_scanned(cursor.span(&ATOM_CHAR)?))
}

/// `astring`; or `\Inbox` and its like, bare
fn label(cursor: &mut Cursor<'_>) -> Result<AString, ParseError> {
    let start = cursor.at();
    if !cursor.eat(b'\\') {
        return cursor.checked_astring();
    }
    cursor.span(&ATOM_CHAR)?;
    AString::new(&*cursor.since(start)).map_err(|_| ParseErrorKind::BadString.at(start))
}

/// `date = date-text / DQUOTE date-text DQUOTE`
fn date(cursor: &mut Cursor<'_>) -> Result<Date, ParseError> {
    let start = cursor.at();
    let is_literal = matches!(cursor.peek(), Some(b'{' | b'~'));
    let text = cursor.astring()?;
    let date = Date::parse(&text).ok_or(ParseErrorKind::BadArgument.at(start))?;
    if is_literal {
        cursor.tolerate(Quirk::OddDate, start)?;
    }
    Ok(date)
}

/// `search-modsequence = "MODSEQ" [search-modseq-ext] SP mod-sequence-valzer`, behind its name
fn mod_seq(cursor: &mut Cursor<'_>) -> Result<SearchKey, ParseError> {
    let mut entry = None;
    if cursor.is_at_string() {
        let name = cursor.checked_string()?;
        cursor.space()?;
        let start = cursor.at();
        let kind = atom(cursor)?;
        if !["priv", "shared", "all"].iter().any(|known| kind.eq_ignore_ascii_case(known)) {
            cursor.tolerate(Quirk::Other, start)?;
        }
        cursor.space()?;
        entry = Some((name, kind));
    }
    Ok(SearchKey::ModSeq { entry, value: cursor.number64()? })
}

/// What follows a key that is not known: everything up to the end or the closing parenthesis.
fn other(cursor: &mut Cursor<'_>) -> Result<Vec<Raw>, ParseError> {
    let mut arguments = Vec::new();
    loop {
        cursor.skip_extra_spaces_before(b')');
        let is_over = cursor.rest().iter().all(|octet| *octet == b' ');
        if is_over || cursor.peek() == Some(b')') {
            return Ok(arguments);
        }
        cursor.space()?;
        arguments.push(cursor.raw()?);
        cursor.limit(arguments.len())?;
    }
}
