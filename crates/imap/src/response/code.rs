//! Response codes: what a status says to programs (RFC 9051 §7.1 and the extensions).

use super::{CodeAnnotate, CodeAnnotations};
use crate::{
    Atom, Capabilities, Cursor, Encoder, Flags, Frame, ParseError, ParseErrorKind, Quirk,
    ReadOptions, SequenceSet, Tag,
    class::{ATOM_CHAR, QUOTED_CHAR},
};
use alloc::vec::Vec;
use core::num::NonZeroU32;
use mailwire_core::{ByteSet, Octets};

/// What a status says to programs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseCode {
    /// A code that is a word alone: `ALERT`, `TRYCREATE`, `READ-ONLY`, `AUTHENTICATIONFAILED` …
    Word(WordCode),
    /// `BADCHARSET`, with the character sets that the server knows, if it says so.
    BadCharset(Vec<Octets>),
    /// `CAPABILITY`
    Capability(Capabilities),
    /// `PERMANENTFLAGS`: which flags last.
    PermanentFlags(Flags),
    /// `UIDNEXT`. Zero is a quirk.
    UidNext(u32),
    /// `UIDVALIDITY`. Zero is a quirk.
    UidValidity(u32),
    /// `UNSEEN`: the first message that was not seen (RFC 3501). Zero is a quirk.
    Unseen(u32),
    /// `APPENDUID`: what the messages became (RFC 4315, RFC 3502).
    AppendUid {
        /// UIDVALIDITY of the mailbox.
        uid_validity: u32,
        /// Their UIDs, in the order of the messages.
        uids: SequenceSet,
    },
    /// `COPYUID`: what became what (RFC 4315).
    CopyUid {
        /// UIDVALIDITY of the target.
        uid_validity: u32,
        /// UIDs in the source, and in the target in the same order. Some servers send none.
        uids: Option<(SequenceSet, SequenceSet)>,
    },
    /// `HIGHESTMODSEQ` (RFC 7162).
    HighestModSeq(u64),
    /// `MODIFIED`: which messages changed meanwhile (RFC 7162 §3.1.3).
    Modified(SequenceSet),
    /// `MAILBOXID` (RFC 8474).
    MailboxId(Octets),
    /// `METADATA` (RFC 5464).
    Metadata(CodeMetadata),
    /// `BADURL` (RFC 4469).
    BadUrl(Octets),
    /// `REFERRAL` (RFC 2221, RFC 2193): where to go. The library never goes there.
    Referral(Octets),
    /// `APPENDLIMIT` (RFC 7889).
    AppendLimit(u64),
    /// `INPROGRESS` (RFC 9585): which command, how far, of how much.
    InProgress {
        /// The command.
        tag: Option<Tag>,
        /// How far.
        done: Option<u32>,
        /// Of how much.
        total: Option<u32>,
    },
    /// `MESSAGELIMIT` (RFC 9738): only so many messages were done, and the lowest UID that was not.
    MessageLimit {
        /// How many messages a command may have.
        limit: u32,
        /// Where the command stopped.
        uid: Option<NonZeroU32>,
    },
    /// `NOUPDATE` (RFC 5267): the search whose context is not kept up to date.
    NoUpdate(Octets),
    /// `UNDEFINED-FILTER` (RFC 5466).
    UndefinedFilter(Octets),
    /// `URLMECH`: mechanisms for URLs, some with a value in base64 (RFC 4467 §7).
    UrlMech(Vec<(Atom, Option<Atom>)>),
    /// `ANNOTATIONS` (RFC 5257).
    Annotations(CodeAnnotations),
    /// `ANNOTATE` (RFC 5257).
    Annotate(CodeAnnotate),
    /// `BADEVENT` (RFC 5465): the events that the server knows, as they were sent.
    BadEvent(Octets),
    /// Something else.
    Other {
        /// The word, as it was written.
        name: Octets,
        /// What follows it.
        value: Option<Octets>,
    },
}

/// `METADATA` within a code (RFC 5464 §4.2.1, §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodeMetadata {
    /// `LONGENTRIES`: the longest value that was left out has so many octets.
    LongEntries(u64),
    /// `MAXSIZE`: a value may have so many octets.
    MaxSize(u64),
    /// `TOOMANY`
    TooMany,
    /// `NOPRIVATE`
    NoPrivate,
}

/// A code that is a word alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
#[repr(u8)]
pub enum WordCode {
    /// `ALERT`: show the text to the user, whatever it is (RFC 9051).
    Alert,
    /// `ALREADYEXISTS`: there is such a mailbox (RFC 5530).
    AlreadyExists,
    /// `AUTHENTICATIONFAILED`: wrong credentials (RFC 5530).
    AuthenticationFailed,
    /// `AUTHORIZATIONFAILED`: right credentials, wrong identity (RFC 5530).
    AuthorizationFailed,
    /// `BADCOMPARATOR`: no such comparator (RFC 5255).
    BadComparator,
    /// `CANNOT`: never possible (RFC 5530).
    Cannot,
    /// `CLIENTBUG`: the client does something odd (RFC 5530).
    ClientBug,
    /// `CLOSED`: the mailbox that was selected is closed; what follows is of the next one (RFC 7162).
    Closed,
    /// `COMPRESSIONACTIVE`: compressed already (RFC 4978).
    CompressionActive,
    /// `CONTACTADMIN`: ask the administrator (RFC 5530).
    ContactAdmin,
    /// `CORRUPTION`: the mailbox is damaged (RFC 5530).
    Corruption,
    /// `EXPIRED`: the credentials are too old (RFC 5530).
    Expired,
    /// `EXPUNGEISSUED`: somebody else expunged some of the messages (RFC 5530).
    ExpungeIssued,
    /// `HASCHILDREN`: there are mailboxes below (RFC 9051).
    HasChildren,
    /// `INUSE`: somebody else uses it (RFC 5530).
    InUse,
    /// `LIMIT`: a limit of the server (RFC 5530).
    Limit,
    /// `NOMODSEQ`: the mailbox keeps no mod-sequences (RFC 7162).
    NoModSeq,
    /// `NONEXISTENT`: no such mailbox (RFC 5530).
    NonExistent,
    /// `NOPERM`: not allowed (RFC 5530).
    NoPerm,
    /// `NOTIFICATIONOVERFLOW`: too much happens to tell it all (RFC 5465).
    NotificationOverflow,
    /// `NOTSAVED`: the result of the search was not kept (RFC 5182).
    NotSaved,
    /// `OVERQUOTA`: no room (RFC 5530, RFC 9208).
    OverQuota,
    /// `PARSE`: a header or a structure could not be read (RFC 9051).
    Parse,
    /// `PRIVACYREQUIRED`: not without TLS (RFC 5530).
    PrivacyRequired,
    /// `READ-ONLY`: the mailbox cannot be changed (RFC 9051).
    ReadOnly,
    /// `READ-WRITE`: the mailbox can be changed (RFC 9051).
    ReadWrite,
    /// `SERVERBUG`: the server does something odd (RFC 5530).
    ServerBug,
    /// `TEMPFAIL`: not now (RFC 5259).
    TempFail,
    /// `TOOBIG`: the message would be too large (RFC 4469).
    TooBig,
    /// `TOOFEW`: the batches would be too small (RFC 10022).
    TooFew,
    /// `TOOMANY`: too many messages for one command (RFC 10022).
    TooMany,
    /// `TRYCREATE`: there is no such mailbox; make it first (RFC 9051).
    TryCreate,
    /// `UIDNOTSTICKY`: UIDs do not last (RFC 4315).
    UidNotSticky,
    /// `UIDREQUIRED`: only UIDs may be used (RFC 9586).
    UidRequired,
    /// `UNAVAILABLE`: not now, something behind the server fails (RFC 5530).
    Unavailable,
    /// `UNKNOWN-CTE`: the transfer encoding cannot be undone (RFC 3516).
    UnknownCte,
    /// `USEATTR`: the special use cannot be given (RFC 6154).
    UseAttr,
}

/// All words, in the order of their declaration.
const WORDS: [(WordCode, &str); 37] = [
    (WordCode::Alert, "ALERT"),
    (WordCode::AlreadyExists, "ALREADYEXISTS"),
    (WordCode::AuthenticationFailed, "AUTHENTICATIONFAILED"),
    (WordCode::AuthorizationFailed, "AUTHORIZATIONFAILED"),
    (WordCode::BadComparator, "BADCOMPARATOR"),
    (WordCode::Cannot, "CANNOT"),
    (WordCode::ClientBug, "CLIENTBUG"),
    (WordCode::Closed, "CLOSED"),
    (WordCode::CompressionActive, "COMPRESSIONACTIVE"),
    (WordCode::ContactAdmin, "CONTACTADMIN"),
    (WordCode::Corruption, "CORRUPTION"),
    (WordCode::Expired, "EXPIRED"),
    (WordCode::ExpungeIssued, "EXPUNGEISSUED"),
    (WordCode::HasChildren, "HASCHILDREN"),
    (WordCode::InUse, "INUSE"),
    (WordCode::Limit, "LIMIT"),
    (WordCode::NoModSeq, "NOMODSEQ"),
    (WordCode::NonExistent, "NONEXISTENT"),
    (WordCode::NoPerm, "NOPERM"),
    (WordCode::NotificationOverflow, "NOTIFICATIONOVERFLOW"),
    (WordCode::NotSaved, "NOTSAVED"),
    (WordCode::OverQuota, "OVERQUOTA"),
    (WordCode::Parse, "PARSE"),
    (WordCode::PrivacyRequired, "PRIVACYREQUIRED"),
    (WordCode::ReadOnly, "READ-ONLY"),
    (WordCode::ReadWrite, "READ-WRITE"),
    (WordCode::ServerBug, "SERVERBUG"),
    (WordCode::TempFail, "TEMPFAIL"),
    (WordCode::TooBig, "TOOBIG"),
    (WordCode::TooFew, "TOOFEW"),
    (WordCode::TooMany, "TOOMANY"),
    (WordCode::TryCreate, "TRYCREATE"),
    (WordCode::UidNotSticky, "UIDNOTSTICKY"),
    (WordCode::UidRequired, "UIDREQUIRED"),
    (WordCode::Unavailable, "UNAVAILABLE"),
    (WordCode::UnknownCte, "UNKNOWN-CTE"),
    (WordCode::UseAttr, "USEATTR"),
];

impl WordCode {
    /// The word on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        WORDS[self as usize].1
    }

    fn from_name(name: &[u8]) -> Option<Self> {
        let known = WORDS.iter().find(|(_, known)| known.as_bytes().eq_ignore_ascii_case(name));
        known.map(|(code, _)| *code)
    }
}

/// What the name of a code may hold.
const NAME: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e).without(b"[]()\"");
/// What the name of a mechanism for URLs may hold (RFC 4467 §9).
const MECHANISM: ByteSet = ATOM_CHAR.without(b"=");
/// What text in a code may hold: anything up to the bracket (`resp-text-code`'s `*TEXT-CHAR`).
const VALUE: ByteSet = ByteSet::EMPTY.with_range(0x20, 0xff).without(b"]");

/// `"[" resp-text-code "]"`, the bracket already seen. `None` if what is between brackets is no code: it is
/// text then, and the cursor is where it was.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Option<ResponseCode>, ParseError> {
    let start = cursor.at();
    let code = code(cursor);
    if code.is_ok() && cursor.eat(b']') {
        return code.map(Some);
    }
    // The known ones may come damaged: what is between the brackets is kept as it is.
    cursor.back_to(start + 1);
    let Ok(name) = cursor.span(&NAME) else {
        cursor.back_to(start);
        cursor.tolerate(Quirk::BracketInText, start)?;
        return Ok(None);
    };
    let name = Octets::from_ref(name);
    let value = cursor.eat(b' ').then(|| {
        let from = cursor.at();
        cursor.advance(VALUE.span(cursor.rest()));
        Octets::from_ref(cursor.since(from))
    });
    if !cursor.eat(b']') {
        cursor.back_to(start);
        cursor.tolerate(Quirk::BracketInText, start)?;
        return Ok(None);
    }
    cursor.tolerate(Quirk::Other, start)?;
    Ok(Some(ResponseCode::Other { name, value }))
}

/// Whether text would be read as a code. What is left out when it is printed does not count.
pub(super) fn begins(text: &[u8]) -> bool {
    let mut text = text.iter().copied().filter(|octet| !b"\0\r\n".contains(octet)).peekable();
    if text.peek() != Some(&b'[') {
        return false;
    }
    let frame = Frame::new(text.collect());
    matches!(read(&mut Cursor::new(&frame, ReadOptions::STANDARD)), Ok(Some(_)))
}

/// A code without its closing bracket; an error for everything that is not known.
fn code(cursor: &mut Cursor<'_>) -> Result<ResponseCode, ParseError> {
    cursor.expect(b'[')?;
    let name = cursor.span(&NAME)?;
    if let Some(word) = WordCode::from_name(&name).filter(|_| cursor.peek() == Some(b']')) {
        return Ok(ResponseCode::Word(word));
    }
    let mut upper = [0; 20];
    let upper = match upper.get_mut(..name.len()) {
        Some(upper) => {
            upper.copy_from_slice(&name);
            upper.make_ascii_uppercase();
            &*upper
        }
        None => &[],
    };
    match upper {
        b"CAPABILITY" => return Ok(ResponseCode::Capability(Capabilities::read(cursor)?)),
        b"BADCHARSET" => return bad_charset(cursor),
        b"INPROGRESS" => return in_progress(cursor),
        _ => {}
    }
    if cursor.peek() != Some(b' ') {
        return Ok(ResponseCode::Other { name: Octets::from_ref(name), value: None });
    }
    let at_name = cursor.at();
    cursor.space()?;
    let start = cursor.at();
    Ok(match upper {
        b"PERMANENTFLAGS" => ResponseCode::PermanentFlags(crate::fetch::read_flags(cursor)?),
        b"UIDNEXT" => ResponseCode::UidNext(number(cursor)?),
        b"UIDVALIDITY" => ResponseCode::UidValidity(number(cursor)?),
        b"UNSEEN" => ResponseCode::Unseen(number(cursor)?),
        b"APPENDUID" => {
            let uid_validity = number(cursor)?;
            cursor.space()?;
            ResponseCode::AppendUid { uid_validity, uids: cursor.sequence_set()? }
        }
        b"COPYUID" => copy_uid(cursor)?,
        b"HIGHESTMODSEQ" => ResponseCode::HighestModSeq(cursor.number64()?),
        b"MODIFIED" => ResponseCode::Modified(cursor.sequence_set()?),
        b"MAILBOXID" => {
            cursor.expect(b'(')?;
            let id = Octets::from_ref(cursor.bare_in_code()?);
            cursor.expect(b')')?;
            ResponseCode::MailboxId(id)
        }
        b"METADATA" => ResponseCode::Metadata(metadata(cursor)?),
        b"BADURL" => ResponseCode::BadUrl(text(cursor)),
        b"REFERRAL" => ResponseCode::Referral(text(cursor)),
        b"APPENDLIMIT" => ResponseCode::AppendLimit(cursor.number64()?),
        b"MESSAGELIMIT" => {
            let limit = cursor.number()?;
            let uid = if cursor.eat(b' ') { Some(cursor.nz_number()?) } else { None };
            ResponseCode::MessageLimit { limit, uid }
        }
        b"NOUPDATE" => ResponseCode::NoUpdate(cursor.string()?),
        b"UNDEFINED-FILTER" => {
            ResponseCode::UndefinedFilter(Octets::from_ref(cursor.bare_in_code()?))
        }
        b"URLMECH" => url_mech(cursor)?,
        b"ANNOTATIONS" => ResponseCode::Annotations(CodeAnnotations::read(cursor)?),
        b"ANNOTATE" => ResponseCode::Annotate(CodeAnnotate::read(cursor)?),
        b"BADEVENT" => {
            cursor.skip_value()?;
            ResponseCode::BadEvent(Octets::from_ref(cursor.since(start)))
        }
        _ => {
            // A value in quotes or parentheses may hold a bracket.
            if !matches!(cursor.peek(), Some(b'"' | b'('))
                || cursor.skip_value().is_err()
                || cursor.peek() != Some(b']')
            {
                cursor.back_to(at_name + 1);
                cursor.advance(VALUE.span(cursor.rest()));
            }
            ResponseCode::Other {
                name: Octets::from_ref(name),
                value: Some(Octets::from_ref(cursor.since(at_name + 1))),
            }
        }
    })
}

/// `nz-number`; zero is a quirk.
fn number(cursor: &mut Cursor<'_>) -> Result<u32, ParseError> {
    let start = cursor.at();
    let number = cursor.number()?;
    if number == 0 {
        cursor.tolerate(Quirk::ZeroNumber, start)?;
    }
    Ok(number)
}

/// Anything up to the bracket.
fn text(cursor: &mut Cursor<'_>) -> Octets {
    let start = cursor.at();
    cursor.advance(VALUE.span(cursor.rest()));
    Octets::from_ref(cursor.since(start))
}

/// `"BADCHARSET" [SP "(" charset *(SP charset) ")" ]`
fn bad_charset(cursor: &mut Cursor<'_>) -> Result<ResponseCode, ParseError> {
    let mut charsets = Vec::new();
    if cursor.eat(b' ') {
        cursor.expect(b'(')?;
        while !cursor.eat(b')') {
            charsets.push(match cursor.peek() {
                Some(b'"' | b'{') => cursor.string()?,
                _ => Octets::from_ref(cursor.bare_in_code()?),
            });
            cursor.space_or_close()?;
        }
    }
    Ok(ResponseCode::BadCharset(charsets))
}

/// `"COPYUID" SP nz-number SP uid-set SP uid-set`
fn copy_uid(cursor: &mut Cursor<'_>) -> Result<ResponseCode, ParseError> {
    let uid_validity = number(cursor)?;
    let start = cursor.at();
    cursor.skip_extra_spaces_before(b']');
    if cursor.peek() == Some(b']') {
        // Nothing was copied.
        cursor.tolerate(Quirk::MissingField, start)?;
        return Ok(ResponseCode::CopyUid { uid_validity, uids: None });
    }
    cursor.space()?;
    let source = cursor.sequence_set()?;
    cursor.space()?;
    let target = cursor.sequence_set()?;
    Ok(ResponseCode::CopyUid { uid_validity, uids: Some((source, target)) })
}

/// `"METADATA" SP ("LONGENTRIES" SP number / "MAXSIZE" SP number / "TOOMANY" / "NOPRIVATE")`
fn metadata(cursor: &mut Cursor<'_>) -> Result<CodeMetadata, ParseError> {
    let mut with_number = |keyword: &[u8]| -> Result<Option<u64>, ParseError> {
        if !cursor.eat_keyword(keyword) {
            return Ok(None);
        }
        cursor.space()?;
        cursor.number64().map(Some)
    };
    if let Some(octets) = with_number(b"LONGENTRIES")? {
        return Ok(CodeMetadata::LongEntries(octets));
    }
    if let Some(octets) = with_number(b"MAXSIZE")? {
        return Ok(CodeMetadata::MaxSize(octets));
    }
    if cursor.eat_keyword(b"TOOMANY") {
        return Ok(CodeMetadata::TooMany);
    }
    if cursor.eat_keyword(b"NOPRIVATE") { Ok(CodeMetadata::NoPrivate) } else { Err(cursor.error()) }
}

/// `"URLMECH" SP "INTERNAL" *(SP mechanism ["=" base64])`
fn url_mech(cursor: &mut Cursor<'_>) -> Result<ResponseCode, ParseError> {
    let mut mechanisms = Vec::new();
    loop {
        let name = Atom::from_scanned(cursor.span(&MECHANISM)?);
        let value = if cursor.eat(b'=') { Some(cursor.span(&ATOM_CHAR)?) } else { None };
        mechanisms.push((name, value.map(Atom::from_scanned)));
        if mechanisms.len() > cursor.options().items {
            return Err(ParseErrorKind::TooMany.at(cursor.at()));
        }
        if cursor.peek() == Some(b']') {
            return Ok(ResponseCode::UrlMech(mechanisms));
        }
        cursor.space()?;
    }
}

/// `"INPROGRESS" [SP "(" (quoted / nil) SP (number / nil) SP (nz-number / nil) ")"]`
fn in_progress(cursor: &mut Cursor<'_>) -> Result<ResponseCode, ParseError> {
    if !cursor.eat(b' ') {
        return Ok(ResponseCode::InProgress { tag: None, done: None, total: None });
    }
    cursor.expect(b'(')?;
    let tag = cursor.nstring()?.and_then(|tag| Tag::new(core::str::from_utf8(&tag).ok()?).ok());
    let mut number = || {
        cursor.space()?;
        if cursor.eat_keyword(b"NIL") { Ok(None) } else { cursor.number().map(Some) }
    };
    let (done, total) = (number()?, number()?);
    cursor.expect(b')')?;
    Ok(ResponseCode::InProgress { tag, done, total })
}

/// A quoted string. What cannot be quoted is left out: there are no literals here.
fn quoted(text: &[u8], out: &mut Encoder) {
    out.raw(b"\"");
    for octet in
        text.iter().filter(|octet| QUOTED_CHAR.contains(**octet) || b"\"\\".contains(octet))
    {
        if matches!(octet, b'"' | b'\\') {
            out.raw(b"\\");
        }
        out.raw(&[*octet]);
    }
    out.raw(b"\"");
}

impl ResponseCode {
    /// Appends the code with its brackets.
    pub fn encode(&self, out: &mut Encoder) {
        out.raw(b"[");
        match self {
            Self::Word(word) => out.raw(word.name().as_bytes()),
            Self::BadCharset(charsets) => {
                out.raw(b"BADCHARSET");
                if !charsets.is_empty() {
                    out.space();
                    // A bracket would end the code.
                    out.list(charsets, |out, charset| match memchr::memchr(b']', charset) {
                        Some(_) => out.string(charset),
                        None => out.astring(charset),
                    });
                }
            }
            Self::Capability(capabilities) => {
                out.raw(b"CAPABILITY");
                capabilities.encode(out);
            }
            Self::PermanentFlags(flags) => {
                out.raw(b"PERMANENTFLAGS ");
                out.flags(flags);
            }
            Self::UidNext(uid) => out.write(format_args!("UIDNEXT {uid}")),
            Self::UidValidity(value) => out.write(format_args!("UIDVALIDITY {value}")),
            Self::Unseen(number) => out.write(format_args!("UNSEEN {number}")),
            Self::AppendUid { uid_validity, uids } => {
                out.write(format_args!("APPENDUID {uid_validity} {uids}"));
            }
            Self::CopyUid { uid_validity, uids: Some((source, target)) } => {
                out.write(format_args!("COPYUID {uid_validity} {source} {target}"));
            }
            Self::CopyUid { uid_validity, uids: None } => {
                out.write(format_args!("COPYUID {uid_validity}"));
            }
            Self::HighestModSeq(value) => out.write(format_args!("HIGHESTMODSEQ {value}")),
            Self::Modified(set) => out.write(format_args!("MODIFIED {set}")),
            Self::MailboxId(id) => {
                out.raw(b"MAILBOXID (");
                out.text_in_code(id);
                out.raw(b")");
            }
            Self::Metadata(CodeMetadata::LongEntries(octets)) => {
                out.write(format_args!("METADATA LONGENTRIES {octets}"));
            }
            Self::Metadata(CodeMetadata::MaxSize(octets)) => {
                out.write(format_args!("METADATA MAXSIZE {octets}"));
            }
            Self::Metadata(CodeMetadata::TooMany) => out.raw(b"METADATA TOOMANY"),
            Self::Metadata(CodeMetadata::NoPrivate) => out.raw(b"METADATA NOPRIVATE"),
            Self::BadUrl(url) => {
                out.raw(b"BADURL ");
                out.text_in_code(url);
            }
            Self::Referral(url) => {
                out.raw(b"REFERRAL ");
                out.text_in_code(url);
            }
            Self::AppendLimit(octets) => out.write(format_args!("APPENDLIMIT {octets}")),
            Self::InProgress { tag, done, total } => {
                out.raw(b"INPROGRESS (");
                out.nstring(tag.as_ref().map(|tag| tag.as_str().as_bytes()));
                for number in [done, total] {
                    match number {
                        Some(number) => out.write(format_args!(" {number}")),
                        None => out.raw(b" NIL"),
                    }
                }
                out.raw(b")");
            }
            Self::MessageLimit { limit, uid } => {
                out.write(format_args!("MESSAGELIMIT {limit}"));
                if let Some(uid) = uid {
                    out.write(format_args!(" {uid}"));
                }
            }
            Self::NoUpdate(tag) => {
                out.raw(b"NOUPDATE ");
                quoted(tag, out);
            }
            Self::UndefinedFilter(name) => {
                out.raw(b"UNDEFINED-FILTER ");
                out.text_in_code(name);
            }
            Self::UrlMech(mechanisms) => {
                out.raw(b"URLMECH ");
                out.items(mechanisms, &mut |out: &mut Encoder, (name, value)| {
                    out.atom(name);
                    if let Some(value) = value {
                        out.write(format_args!("={value}"));
                    }
                });
            }
            Self::Annotations(support) => support.encode(out),
            Self::Annotate(why) => why.encode(out),
            Self::BadEvent(events) => {
                out.raw(b"BADEVENT ");
                out.text_in_code(events);
            }
            Self::Other { name, value } => {
                out.text_in_code(name);
                if let Some(value) = value {
                    out.space();
                    out.text_in_code(value);
                }
            }
        }
        out.raw(b"]");
    }
}
