//! Response codes: what a status says to programs (RFC 9051 §7.1 and the extensions).

mod encode;
mod read;
mod word;

pub(super) use read::{begins, read};
pub use word::WordCode;

use super::{CodeAnnotate, CodeAnnotations};
use crate::{
    AString, Atom, Capabilities, CodeText, Flags, InvalidValue, ObjectId, SequenceSet, Tag,
};
use alloc::vec::Vec;
use core::num::NonZeroU32;

/// What a status says to programs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseCode {
    /// A code that is a word alone: `ALERT`, `TRYCREATE`, `READ-ONLY`, `AUTHENTICATIONFAILED` …
    Word(WordCode),
    /// `BADCHARSET`, with the character sets that the server knows, if it says so.
    BadCharset(Vec<AString>),
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
    MailboxId(ObjectId),
    /// `METADATA` (RFC 5464).
    Metadata(CodeMetadata),
    /// `BADURL` (RFC 4469).
    BadUrl(CodeText),
    /// `REFERRAL` (RFC 2221, RFC 2193): where to go. The library never goes there.
    Referral(CodeText),
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
    /// `NOUPDATE` (RFC 5267): the search whose context is not kept up to date, by the tag of its command.
    NoUpdate(Tag),
    /// `UNDEFINED-FILTER` (RFC 5466).
    UndefinedFilter(Atom),
    /// `URLMECH INTERNAL`: mechanisms for URLs besides INTERNAL (RFC 4467 §7).
    UrlMech(Vec<UrlMechanism>),
    /// `ANNOTATIONS` (RFC 5257).
    Annotations(CodeAnnotations),
    /// `ANNOTATE` (RFC 5257).
    Annotate(CodeAnnotate),
    /// `BADEVENT` (RFC 5465): the events that the server knows.
    BadEvent(Vec<Atom>),
    /// Something else. A name that has a variant of its own is read as that.
    Other {
        /// The word, as it was written.
        name: Atom,
        /// What follows it.
        value: Option<CodeText>,
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

/// A mechanism for URLs, some with a value in base64 (RFC 4467 §7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlMechanism {
    name: Atom,
    value: Option<Atom>,
}

impl UrlMechanism {
    /// A mechanism, in whose name there is no `=`.
    ///
    /// ```
    /// use mailwire_imap::{Atom, UrlMechanism};
    ///
    /// let mechanism = UrlMechanism::new(Atom::new("XSAMPLE")?, Some(Atom::new("P34OKhO7VEkCbsiYY8rGEg==")?))?;
    /// assert_eq!(mechanism.name().as_str(), "XSAMPLE");
    /// assert!(UrlMechanism::new(Atom::new("A=B")?, None).is_err());
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is.
    pub fn new(name: Atom, value: Option<Atom>) -> Result<Self, InvalidValue> {
        if name.contains('=') {
            return Err(InvalidValue { what: "mechanism" });
        }
        Ok(Self { name, value })
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &Atom {
        &self.name
    }

    /// The value, in base64.
    #[must_use]
    pub const fn value(&self) -> Option<&Atom> {
        self.value.as_ref()
    }
}
