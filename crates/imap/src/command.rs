//! What clients send (RFC 9051 §6 and the extensions).

mod append;
mod arguments;
mod complete;
mod encode;
mod fetch;
mod list;
mod multi_search;
mod notify;
mod parse;
mod search;
mod select;
mod store;
mod tagged;
mod url;

pub(crate) use arguments::id;

pub use append::{AppendData, AppendMessage, CatenatePart, LiteralForm};
pub use fetch::{FetchAttribute, FetchModifier, PartialRange};
pub use list::{ListCommand, ListPatterns, ListReturn, ListSelection, StatusAttribute};
pub use multi_search::{MultiSearch, SearchSource};
pub use notify::{Notify, NotifyEvents, NotifyGroup, NotifyMailboxes};
pub use search::{SearchCommand, SearchReturn, SortCommand, SortKey, ThreadCommand};
pub use select::{KnownMessages, QResync, SelectParam};
pub use store::{StoreAction, StoreModifier, StoreWhat};
pub use tagged::{CommandError, TaggedCommand};
pub use url::{UrlFetch, UrlParam};

use crate::{
    AString, Atom, Attribute, InitialResponse, InvalidValue, Mailbox, Messages, OneOrMore,
    Password, Raw, SeqNumber, SequenceSet, Tag,
};
use alloc::vec::Vec;
use core::num::NonZeroU32;
use mailwire_core::Octets;
use mailwire_sasl::Secret;

/// A command, less its tag.
///
/// Those that come in two forms have `uid`: whether messages are named by UID.
///
/// ```
/// use mailwire_imap::{Command, Encoder, Mailbox, Peer, Tag, command::SelectParam};
///
/// let mailbox = Mailbox::new("Sent Items")?;
/// let select = Command::Select { mailbox, params: vec![SelectParam::CondStore] };
/// let mut out = Encoder::new(Peer::SERVER);
/// select.encode(&Tag::new("a1")?, &mut out);
/// assert_eq!(out.finish().wire, "a1 SELECT \"Sent Items\" (CONDSTORE)\r\n");
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// `CAPABILITY`
    Capability,
    /// `NOOP`
    Noop,
    /// `LOGOUT`
    Logout,
    /// `ID` (RFC 2971): what the client is, names and values. Nothing is sent as NIL, since many servers
    /// do not take `()`.
    Id(Vec<(AString, Option<AString>)>),
    /// `STARTTLS`
    StartTls,
    /// `AUTHENTICATE`
    Authenticate {
        /// The mechanism.
        mechanism: Atom,
        /// The first response (RFC 4959).
        initial: Option<InitialResponse>,
    },
    /// `LOGIN`
    Login {
        /// The name of the user.
        user: AString,
        /// The password.
        password: Password,
    },
    /// `ENABLE` (RFC 5161).
    Enable(OneOrMore<Atom>),
    /// `SELECT`
    Select {
        /// Which mailbox.
        mailbox: Mailbox,
        /// CONDSTORE, QRESYNC and others.
        params: Vec<SelectParam>,
    },
    /// `EXAMINE`: SELECT, to read only.
    Examine {
        /// Which mailbox.
        mailbox: Mailbox,
        /// CONDSTORE, QRESYNC and others.
        params: Vec<SelectParam>,
    },
    /// `CREATE`
    Create {
        /// Which mailbox.
        mailbox: Mailbox,
        /// What it is for: `\Sent` … (RFC 6154 §3).
        special_use: Vec<Attribute>,
    },
    /// `DELETE`
    Delete(Mailbox),
    /// `RENAME`
    Rename {
        /// The name it has.
        from: Mailbox,
        /// The name it gets.
        to: Mailbox,
    },
    /// `SUBSCRIBE`
    Subscribe(Mailbox),
    /// `UNSUBSCRIBE`
    Unsubscribe(Mailbox),
    /// `LIST`, plain or extended (RFC 5258).
    List(ListCommand),
    /// `LSUB` (RFC 3501): reference and pattern.
    Lsub {
        /// Where to begin.
        reference: Mailbox,
        /// What names look like.
        pattern: AString,
    },
    /// `XLIST`, of old Gmail: reference and pattern.
    XList {
        /// Where to begin.
        reference: Mailbox,
        /// What names look like.
        pattern: AString,
    },
    /// `RLIST` (RFC 2193): LIST, with mailboxes of other servers.
    RList {
        /// Where to begin.
        reference: Mailbox,
        /// What names look like.
        pattern: AString,
    },
    /// `RLSUB` (RFC 2193): LSUB, with mailboxes of other servers.
    RLsub {
        /// Where to begin.
        reference: Mailbox,
        /// What names look like.
        pattern: AString,
    },
    /// `NAMESPACE` (RFC 2342).
    Namespace,
    /// `STATUS`
    Status {
        /// Which mailbox.
        mailbox: Mailbox,
        /// What is asked of it.
        items: Vec<StatusAttribute>,
    },
    /// `APPEND`, of one message or several (RFC 3502).
    Append {
        /// To which mailbox.
        mailbox: Mailbox,
        /// The messages.
        messages: OneOrMore<AppendMessage>,
    },
    /// `IDLE` (RFC 2177). DONE is a line of its own.
    Idle,
    /// `CHECK` (RFC 3501).
    Check,
    /// `CLOSE`
    Close,
    /// `UNSELECT` (RFC 3691).
    Unselect,
    /// `EXPUNGE`; with UIDs only those (RFC 4315).
    Expunge(Option<Messages>),
    /// `SEARCH`
    Search(SearchCommand),
    /// `ESEARCH`: a search in several mailboxes (RFC 7377).
    MultiSearch(MultiSearch),
    /// `SORT` (RFC 5256).
    Sort(SortCommand),
    /// `THREAD` (RFC 5256).
    Thread(ThreadCommand),
    /// `CANCELUPDATE`: searches whose context is no longer kept, by the tags of their commands (RFC 5267).
    CancelUpdate(OneOrMore<Tag>),
    /// `FETCH`
    Fetch {
        /// Which messages.
        messages: Messages,
        /// What of them.
        attributes: Vec<FetchAttribute>,
        /// Under which conditions.
        modifiers: Vec<FetchModifier>,
        /// Whether messages are named by UID.
        uid: bool,
    },
    /// `STORE`
    Store {
        /// Which messages.
        messages: Messages,
        /// Under which conditions.
        modifiers: Vec<StoreModifier>,
        /// Set, add or remove.
        action: StoreAction,
        /// Whether the server need not say what became of it.
        silent: bool,
        /// What.
        what: StoreWhat,
        /// Whether messages are named by UID.
        uid: bool,
    },
    /// `COPY`
    Copy {
        /// Which messages.
        messages: Messages,
        /// To which mailbox.
        mailbox: Mailbox,
        /// Whether messages are named by UID.
        uid: bool,
    },
    /// `MOVE` (RFC 6851).
    Move {
        /// Which messages.
        messages: Messages,
        /// To which mailbox.
        mailbox: Mailbox,
        /// Whether messages are named by UID.
        uid: bool,
    },
    /// `REPLACE` (RFC 8508): a message takes the place of another.
    Replace {
        /// Which message goes.
        number: SeqNumber,
        /// In which mailbox the other comes.
        mailbox: Mailbox,
        /// The message that comes.
        message: AppendMessage,
        /// Whether the message is named by UID.
        uid: bool,
    },
    /// `GETQUOTA` (RFC 9208).
    GetQuota(AString),
    /// `GETQUOTAROOT` (RFC 9208).
    GetQuotaRoot(Mailbox),
    /// `SETQUOTA` (RFC 9208).
    SetQuota {
        /// Which root.
        root: AString,
        /// Resources and their limits.
        limits: Vec<(Atom, u64)>,
    },
    /// `GETACL` (RFC 4314).
    GetAcl(Mailbox),
    /// `SETACL` (RFC 4314).
    SetAcl {
        /// Which mailbox.
        mailbox: Mailbox,
        /// Whose rights.
        identifier: AString,
        /// `+rs`, `-rs` or `rs`.
        rights: AString,
    },
    /// `DELETEACL` (RFC 4314).
    DeleteAcl {
        /// Which mailbox.
        mailbox: Mailbox,
        /// Whose rights.
        identifier: AString,
    },
    /// `LISTRIGHTS` (RFC 4314).
    ListRights {
        /// Which mailbox.
        mailbox: Mailbox,
        /// Whose rights.
        identifier: AString,
    },
    /// `MYRIGHTS` (RFC 4314).
    MyRights(Mailbox),
    /// `GETMETADATA` (RFC 5464).
    GetMetadata {
        /// Which mailbox; the empty name is the server.
        mailbox: Mailbox,
        /// Only values of at most so many octets.
        max_size: Option<u64>,
        /// `0`, `1` or `infinity`: how far below the entries.
        depth: Option<Atom>,
        /// Which entries.
        entries: Vec<AString>,
    },
    /// `SETMETADATA` (RFC 5464).
    SetMetadata {
        /// Which mailbox; the empty name is the server.
        mailbox: Mailbox,
        /// Entries and their values, any octets; `None` deletes one.
        entries: Vec<(AString, Option<Octets>)>,
    },
    /// `COMPRESS` (RFC 4978): the algorithm.
    Compress(Atom),
    /// `NOTIFY` (RFC 5465).
    Notify(Notify),
    /// `UNAUTHENTICATE` (RFC 8437).
    Unauthenticate,
    /// `LANGUAGE` (RFC 5255): none asks which there are.
    Language(Vec<AString>),
    /// `COMPARATOR` (RFC 5255): none asks which is in use.
    Comparator(Vec<AString>),
    /// `GENURLAUTH` (RFC 4467): URLs and mechanisms.
    GenUrlAuth(OneOrMore<(AString, Atom)>),
    /// `RESETKEY` (RFC 4467): of which mailbox and which mechanisms (none for all); `None` for all keys.
    ResetKey(Option<(Mailbox, Vec<Atom>)>),
    /// `URLFETCH` (RFC 4467, RFC 5524).
    UrlFetch(OneOrMore<UrlFetch>),
    /// `GETJMAPACCESS`: where JMAP is (RFC 9698).
    GetJmapAccess,
    /// `UIDBATCHES` (RFC 10022).
    UidBatches {
        /// How many messages each.
        size: NonZeroU32,
        /// From which batch to which.
        range: Option<SequenceSet>,
    },
    /// Something else. A name that has a variant of its own is read as that.
    Other {
        /// The name, as it was written; behind `UID `, if that is a part of it.
        name: Atom,
        /// Whether `UID` comes before the name.
        uid: bool,
        /// What follows it.
        arguments: Vec<Raw>,
    },
}

impl Command {
    /// LOGIN with this name and password.
    ///
    /// ```
    /// use mailwire_imap::{Command, Encoder, Peer, Tag};
    ///
    /// let mut out = Encoder::new(Peer::SERVER);
    /// Command::login("fred", "two words")?.encode(&Tag::new("a1")?, &mut out);
    /// assert_eq!(out.finish().wire, "a1 LOGIN fred \"two words\"\r\n");
    /// assert!(Command::login("fred", "a\0b").is_err());
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is a NUL in one of them.
    pub fn login(
        user: impl AsRef<[u8]>,
        password: impl Into<Secret>,
    ) -> Result<Self, InvalidValue> {
        Ok(Self::Login { user: AString::new(user)?, password: Password::new(password)? })
    }

    /// APPEND of one message.
    ///
    /// ```
    /// use mailwire_imap::{Command, Encoder, Mailbox, Peer, Tag, command::AppendMessage};
    ///
    /// let mut out = Encoder::new(Peer::SERVER);
    /// Command::append(Mailbox::INBOX, AppendMessage::streamed(310)).encode(&Tag::new("a1")?, &mut out);
    /// let sent = out.finish();
    /// assert_eq!(sent.wire, "a1 APPEND INBOX {310}\r\n\r\n");
    /// assert_eq!((sent.waits, sent.streams), (vec![23], vec![(23, 310)]));
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn append(mailbox: Mailbox, message: AppendMessage) -> Self {
        Self::Append { mailbox, messages: message.into() }
    }

    /// FETCH of these, by sequence numbers or by UIDs.
    ///
    /// ```
    /// use mailwire_imap::{Command, Encoder, Peer, SequenceSet, Tag, command::FetchAttribute};
    ///
    /// let mut out = Encoder::new(Peer::SERVER);
    /// let wanted = vec![FetchAttribute::Flags, FetchAttribute::Envelope];
    /// Command::fetch(SequenceSet::ALL, wanted, true).encode(&Tag::new("a1")?, &mut out);
    /// assert_eq!(out.finish().wire, "a1 UID FETCH 1:* (FLAGS ENVELOPE)\r\n");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn fetch(
        messages: impl Into<Messages>,
        attributes: Vec<FetchAttribute>,
        uid: bool,
    ) -> Self {
        Self::Fetch { messages: messages.into(), attributes, modifiers: Vec::new(), uid }
    }
}
