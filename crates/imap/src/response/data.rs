//! Data that a server sends without being asked for it by name.

use super::{
    Acl, ESearch, List, MailboxStatus, Metadata, Namespaces, Quota, SearchResult, Threads,
    Unparsed, UrlContent,
};
use crate::{
    AString, Atom, Capabilities, Flags, Mailbox, Raw, ResponseText, SequenceSet, Tag, fetch::Fetch,
};
use alloc::vec::Vec;
use core::num::NonZeroU32;

/// What an untagged response says that is no status.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Data {
    /// `CAPABILITY`
    Capability(Capabilities),
    /// `ENABLED` (RFC 5161).
    Enabled(Capabilities),
    /// `LIST`
    List(List),
    /// `LSUB` (RFC 3501).
    Lsub(List),
    /// `XLIST`, of old Gmail.
    XList(List),
    /// `STATUS`
    Status(MailboxStatus),
    /// `FLAGS`: those that the mailbox has.
    Flags(Flags),
    /// `EXISTS`: how many messages the mailbox has.
    Exists(u32),
    /// `RECENT` (RFC 3501).
    Recent(u32),
    /// `EXPUNGE`: the message with this number is gone, those behind it move up.
    Expunge(NonZeroU32),
    /// `VANISHED`: messages with these UIDs are gone (RFC 7162).
    Vanished {
        /// Whether they went earlier: nothing moves up.
        earlier: bool,
        /// Their UIDs.
        uids: SequenceSet,
    },
    /// `FETCH`, or `UIDFETCH` (RFC 9586).
    Fetch(Fetch),
    /// `SEARCH`
    Search(SearchResult),
    /// `SORT` (RFC 5256).
    Sort(SearchResult),
    /// `ESEARCH`
    ESearch(ESearch),
    /// `THREAD` (RFC 5256).
    Thread(Threads),
    /// `NAMESPACE` (RFC 2342).
    Namespace(Namespaces),
    /// `ID`: what the server is, names and values (RFC 2971). Nothing is sent as NIL.
    Id(Vec<(AString, Option<AString>)>),
    /// `QUOTA` (RFC 9208).
    Quota(Quota),
    /// `QUOTAROOT`: a mailbox and its roots (RFC 9208).
    QuotaRoot {
        /// The mailbox.
        mailbox: Mailbox,
        /// Its roots.
        roots: Vec<AString>,
    },
    /// `ACL` (RFC 4314).
    Acl(Acl),
    /// `LISTRIGHTS` (RFC 4314 §3.7).
    ListRights {
        /// The mailbox.
        mailbox: Mailbox,
        /// Whose rights.
        identifier: AString,
        /// Those that are always granted.
        required: AString,
        /// Those that can be granted, each group together or not at all.
        optional: Vec<AString>,
    },
    /// `MYRIGHTS` (RFC 4314 §3.8).
    MyRights {
        /// The mailbox.
        mailbox: Mailbox,
        /// What the user may do.
        rights: AString,
    },
    /// `METADATA` (RFC 5464).
    Metadata(Metadata),
    /// `LANGUAGE` (RFC 5255): the languages that the server speaks, or the one it speaks now.
    Language(Vec<AString>),
    /// `COMPARATOR` (RFC 5255): the one in use, and those that matched.
    Comparator {
        /// The one in use.
        active: AString,
        /// Those that matched.
        matching: Vec<AString>,
    },
    /// `GENURLAUTH` (RFC 4467).
    GenUrlAuth(Vec<AString>),
    /// `URLFETCH` (RFC 4467, RFC 5524): each URL and what is there.
    UrlFetch(Vec<UrlContent>),
    /// `JMAPACCESS` (RFC 9698): where JMAP is.
    JmapAccess(AString),
    /// `UIDBATCHES` (RFC 10022): the tag, and ranges of UIDs.
    UidBatches {
        /// The tag of the command.
        tag: Tag,
        /// The batches; `None` if the mailbox is empty.
        batches: Option<SequenceSet>,
    },
    /// A response code without a status: `* [COPYUID …]`, as some servers send it.
    Code {
        /// What a program should know.
        code: super::ResponseCode,
        /// What a person should know.
        text: ResponseText,
    },
    /// Something else.
    Other {
        /// The number before the name, if there is one.
        number: Option<u32>,
        /// The name, as it was written. One that has a variant of its own is read as that.
        name: Atom,
        /// What follows it.
        values: Vec<Raw>,
    },
    /// A line that makes no sense at all, as it came.
    Unparsed(Unparsed),
}
