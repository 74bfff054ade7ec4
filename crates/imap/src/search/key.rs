//! One criterion.

use crate::{AString, Atom, Date, Encoder, InvalidValue, Messages, ObjectId, Raw, SequenceSet};
use alloc::vec::Vec;
use core::num::NonZeroU32;

/// A criterion that holds no other.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SearchKey {
    /// `ALL`
    All,
    /// A set of sequence numbers, or `$`.
    Messages(Messages),
    /// `UID`, with a set or `$`.
    Uid(Messages),
    /// `ANSWERED`
    Answered,
    /// `UNANSWERED`
    Unanswered,
    /// `DELETED`
    Deleted,
    /// `UNDELETED`
    Undeleted,
    /// `DRAFT`
    Draft,
    /// `UNDRAFT`
    Undraft,
    /// `FLAGGED`
    Flagged,
    /// `UNFLAGGED`
    Unflagged,
    /// `SEEN`
    Seen,
    /// `UNSEEN`
    Unseen,
    /// `RECENT` (RFC 3501).
    Recent,
    /// `NEW`: recent and not seen (RFC 3501).
    New,
    /// `OLD`: not recent (RFC 3501).
    Old,
    /// `KEYWORD`
    Keyword(Atom),
    /// `UNKEYWORD`
    Unkeyword(Atom),
    /// `FROM`, `TO`, `CC`, `BCC`, `SUBJECT`: text in a field.
    Field(HeaderField, AString),
    /// `HEADER`: text in a field of this name; the empty text asks whether there is one.
    Header(AString, AString),
    /// `BODY`: text in the body.
    Body(AString),
    /// `TEXT`: text in header or body.
    Text(AString),
    /// `BEFORE`: arrived before this day.
    Before(Date),
    /// `ON`
    On(Date),
    /// `SINCE`
    Since(Date),
    /// `SENTBEFORE`: by its Date field.
    SentBefore(Date),
    /// `SENTON`
    SentOn(Date),
    /// `SENTSINCE`
    SentSince(Date),
    /// `SAVEDBEFORE` (RFC 8514).
    SavedBefore(Date),
    /// `SAVEDON` (RFC 8514).
    SavedOn(Date),
    /// `SAVEDSINCE` (RFC 8514).
    SavedSince(Date),
    /// `SAVEDATESUPPORTED` (RFC 8514).
    SaveDateSupported,
    /// `LARGER`: more octets than this.
    Larger(u64),
    /// `SMALLER`: fewer octets than this.
    Smaller(u64),
    /// `OLDER`: arrived more seconds ago than this (RFC 5032).
    Older(NonZeroU32),
    /// `YOUNGER`: arrived at most so many seconds ago (RFC 5032).
    Younger(NonZeroU32),
    /// `MODSEQ`: changed since, by metadata entry and its kind if there are any (RFC 7162 §3.1.5).
    ModSeq {
        /// The entry, and `priv`, `shared` or `all`.
        entry: Option<(AString, Atom)>,
        /// The mod-sequence.
        value: u64,
    },
    /// `EMAILID` (RFC 8474).
    EmailId(ObjectId),
    /// `THREADID` (RFC 8474).
    ThreadId(ObjectId),
    /// `UIDAFTER`: a higher UID than this (RFC 9738 §3.2).
    UidAfter(NonZeroU32),
    /// `UIDBEFORE`: a lower UID than this (RFC 9738 §3.2).
    UidBefore(NonZeroU32),
    /// `FILTER`: a stored search (RFC 5466).
    Filter(Atom),
    /// `X-GM-RAW`: as in Gmail's search box.
    GmailRaw(AString),
    /// `X-GM-MSGID`
    GmailMessageId(u64),
    /// `X-GM-THRID`
    GmailThreadId(u64),
    /// `X-GM-LABELS`
    GmailLabels(AString),
    /// Something else. How many arguments it takes is not known, so it has all that follows, up to the
    /// parenthesis that closes; among other criteria it is sent in parentheses. A name that has a
    /// variant of its own is read as that.
    Other {
        /// The name.
        name: Atom,
        /// What follows it.
        arguments: Vec<Raw>,
    },
}

/// A field that has a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[expect(clippy::exhaustive_enums, reason = "RFC 9051 §6.4.4 has no other")]
pub enum HeaderField {
    /// `FROM`
    From,
    /// `TO`
    To,
    /// `CC`
    Cc,
    /// `BCC`
    Bcc,
    /// `SUBJECT`
    Subject,
}

impl HeaderField {
    const fn name(self) -> &'static str {
        match self {
            Self::From => "FROM",
            Self::To => "TO",
            Self::Cc => "CC",
            Self::Bcc => "BCC",
            Self::Subject => "SUBJECT",
        }
    }
}

impl SearchKey {
    /// Text in this field.
    ///
    /// ```
    /// use mailwire_imap::search::{HeaderField, SearchKey};
    ///
    /// assert!(SearchKey::field(HeaderField::Subject, "Müller").is_ok_and(|key| key.has_text_beyond_ascii()));
    /// assert!(SearchKey::field(HeaderField::Subject, "\0").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// If there is a NUL in the text.
    pub fn field(field: HeaderField, text: impl AsRef<[u8]>) -> Result<Self, InvalidValue> {
        AString::new(text).map(|text| Self::Field(field, text))
    }

    /// These sequence numbers.
    #[must_use]
    pub const fn messages(set: SequenceSet) -> Self {
        Self::Messages(Messages::Set(set))
    }

    /// Whether it has text that must be read in a character set.
    #[must_use]
    pub fn has_text_beyond_ascii(&self) -> bool {
        match self {
            Self::Field(_, text)
            | Self::Header(_, text)
            | Self::Body(text)
            | Self::Text(text)
            | Self::GmailRaw(text)
            | Self::GmailLabels(text) => !text.is_ascii(),
            _ => false,
        }
    }

    pub(super) fn encode(&self, out: &mut Encoder) {
        match self {
            Self::All => out.raw(b"ALL"),
            Self::Messages(messages) => messages.encode(out),
            Self::Uid(messages) => {
                out.raw(b"UID ");
                messages.encode(out);
            }
            Self::Answered => out.raw(b"ANSWERED"),
            Self::Unanswered => out.raw(b"UNANSWERED"),
            Self::Deleted => out.raw(b"DELETED"),
            Self::Undeleted => out.raw(b"UNDELETED"),
            Self::Draft => out.raw(b"DRAFT"),
            Self::Undraft => out.raw(b"UNDRAFT"),
            Self::Flagged => out.raw(b"FLAGGED"),
            Self::Unflagged => out.raw(b"UNFLAGGED"),
            Self::Seen => out.raw(b"SEEN"),
            Self::Unseen => out.raw(b"UNSEEN"),
            Self::Recent => out.raw(b"RECENT"),
            Self::New => out.raw(b"NEW"),
            Self::Old => out.raw(b"OLD"),
            Self::Keyword(flag) => out.write(format_args!("KEYWORD {flag}")),
            Self::Unkeyword(flag) => out.write(format_args!("UNKEYWORD {flag}")),
            Self::Field(field, text) => named_text(field.name(), text, out),
            Self::Header(name, text) => {
                out.raw(b"HEADER ");
                out.astring(name);
                out.space();
                out.astring(text);
            }
            Self::Body(text) => named_text("BODY", text, out),
            Self::Text(text) => named_text("TEXT", text, out),
            Self::Before(date) => out.write(format_args!("BEFORE {date}")),
            Self::On(date) => out.write(format_args!("ON {date}")),
            Self::Since(date) => out.write(format_args!("SINCE {date}")),
            Self::SentBefore(date) => out.write(format_args!("SENTBEFORE {date}")),
            Self::SentOn(date) => out.write(format_args!("SENTON {date}")),
            Self::SentSince(date) => out.write(format_args!("SENTSINCE {date}")),
            Self::SavedBefore(date) => out.write(format_args!("SAVEDBEFORE {date}")),
            Self::SavedOn(date) => out.write(format_args!("SAVEDON {date}")),
            Self::SavedSince(date) => out.write(format_args!("SAVEDSINCE {date}")),
            Self::SaveDateSupported => out.raw(b"SAVEDATESUPPORTED"),
            Self::Larger(octets) => out.write(format_args!("LARGER {octets}")),
            Self::Smaller(octets) => out.write(format_args!("SMALLER {octets}")),
            Self::Older(seconds) => out.write(format_args!("OLDER {seconds}")),
            Self::Younger(seconds) => out.write(format_args!("YOUNGER {seconds}")),
            Self::ModSeq { entry, value } => {
                out.raw(b"MODSEQ ");
                if let Some((entry, kind)) = entry {
                    out.string(entry);
                    out.write(format_args!(" {kind} "));
                }
                out.number(*value);
            }
            Self::EmailId(id) => out.write(format_args!("EMAILID {id}")),
            Self::ThreadId(id) => out.write(format_args!("THREADID {id}")),
            Self::UidAfter(uid) => out.write(format_args!("UIDAFTER {uid}")),
            Self::UidBefore(uid) => out.write(format_args!("UIDBEFORE {uid}")),
            Self::Filter(name) => out.write(format_args!("FILTER {name}")),
            Self::GmailRaw(text) => named_text("X-GM-RAW", text, out),
            Self::GmailMessageId(id) => out.write(format_args!("X-GM-MSGID {id}")),
            Self::GmailThreadId(id) => out.write(format_args!("X-GM-THRID {id}")),
            Self::GmailLabels(label) => named_text("X-GM-LABELS", label, out),
            Self::Other { name, arguments } => {
                out.atom(name);
                for argument in arguments {
                    out.space();
                    argument.encode(out);
                }
            }
        }
    }
}

fn named_text(name: &str, text: &[u8], out: &mut Encoder) {
    out.raw(name.as_bytes());
    out.space();
    out.astring(text);
}
