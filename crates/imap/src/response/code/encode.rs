//! Codes as they go on the wire.

use super::{CodeMetadata, ResponseCode};
use crate::Encoder;

impl ResponseCode {
    /// Whether it goes out without a literal.
    pub(crate) fn is_one_line(&self, out: &Encoder) -> bool {
        match self {
            Self::BadCharset(charsets) => charsets.iter().all(|charset| out.can_quote(charset)),
            _ => true,
        }
    }

    /// Appends the code with its brackets.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Peer, ResponseCode};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// ResponseCode::UidNext(4392).encode(&mut out);
    /// assert_eq!(out.finish().wire, "[UIDNEXT 4392]");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
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
                out.raw(id.as_bytes());
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
                out.raw(url);
            }
            Self::Referral(url) => {
                out.raw(b"REFERRAL ");
                out.raw(url);
            }
            Self::AppendLimit(octets) => out.write(format_args!("APPENDLIMIT {octets}")),
            Self::InProgress { tag, done, total } => {
                out.raw(b"INPROGRESS (");
                match tag {
                    Some(tag) => out.quoted_tag(tag),
                    None => out.nstring(None),
                }
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
                out.quoted_tag(tag);
            }
            Self::UndefinedFilter(name) => {
                out.raw(b"UNDEFINED-FILTER ");
                out.atom(name);
            }
            Self::UrlMech(mechanisms) => {
                out.raw(b"URLMECH INTERNAL");
                for mechanism in mechanisms {
                    out.space();
                    out.atom(mechanism.name());
                    if let Some(value) = mechanism.value() {
                        out.write(format_args!("={value}"));
                    }
                }
            }
            Self::Annotations(support) => support.encode(out),
            Self::Annotate(why) => why.encode(out),
            Self::BadEvent(events) => {
                out.raw(b"BADEVENT ");
                out.list(events, Encoder::atom);
            }
            Self::Other { name, value } => {
                out.atom(name);
                if let Some(value) = value {
                    out.space();
                    out.raw(value);
                }
            }
        }
        out.raw(b"]");
    }
}
