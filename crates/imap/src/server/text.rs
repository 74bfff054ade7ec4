//! What commands are called, and the texts of the machine's own answers.

use crate::{Command, Condition, ResponseCode, WordCode};

/// Why a command is not for the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) condition: Condition,
    pub(super) code: Option<ResponseCode>,
    pub(super) text: &'static str,
}

impl Refusal {
    pub(super) const fn bad(text: &'static str) -> Self {
        Self { condition: Condition::Bad, code: None, text }
    }

    pub(super) const fn no(code: WordCode, text: &'static str) -> Self {
        Self { condition: Condition::No, code: Some(ResponseCode::Word(code)), text }
    }

    pub(super) const fn bad_with(code: WordCode, text: &'static str) -> Self {
        Self { condition: Condition::Bad, code: Some(ResponseCode::Word(code)), text }
    }

    pub(super) const NOT_OFFERED: Self = Self::bad("Not offered here");
    pub(super) const LOG_IN_FIRST: Self = Self::bad("Log in first");
    pub(super) const SELECT_FIRST: Self = Self::bad("No mailbox is selected");
    pub(super) const PRIVACY_REQUIRED: Self = Self::no(WordCode::PrivacyRequired, "TLS first");
    pub(super) const UID_REQUIRED: Self = Self::bad_with(
        WordCode::UidRequired,
        "Message numbers are not allowed once UIDONLY is enabled",
    );
    pub(super) const NO_SUCH_MESSAGE: Self = Self::bad("No such message");
    pub(super) const READ_ONLY: Self =
        Self { condition: Condition::No, code: None, text: "The mailbox is open to read only" };
    pub(super) const TOO_LONG: Self = Self::bad_with(WordCode::Limit, "Too long");
    pub(super) const LITERAL_TOO_LONG: Self = Self::no(WordCode::Limit, "Literal too long");
    pub(super) const MESSAGE_TOO_LONG: Self = Self::no(WordCode::TooBig, "Message too long");
    /// RFC 3502 §6.3.11: this is how a client takes back an APPEND.
    pub(super) const EMPTY_MESSAGE: Self = Self {
        condition: Condition::No,
        code: None,
        text: "A message without octets: nothing is appended",
    };
    pub(super) const EIGHT_BIT_HEADER: Self = Self {
        condition: Condition::No,
        code: None,
        text: "Header fields are ASCII until UTF8=ACCEPT is enabled",
    };
    pub(super) const ASK_FIRST: Self =
        Self::bad_with(WordCode::TooBig, "Literals of more than 4096 octets must wait for a +");
    pub(super) const AUTH_FAILED: Self =
        Self::no(WordCode::AuthenticationFailed, "Authentication failed");
}

/// What the command is called in its answer.
pub(super) fn name(command: &Command) -> &'static str {
    match command {
        Command::Capability => "CAPABILITY",
        Command::Noop => "NOOP",
        Command::Logout => "LOGOUT",
        Command::Id(_) => "ID",
        Command::StartTls => "STARTTLS",
        Command::Authenticate { .. } => "AUTHENTICATE",
        Command::Login { .. } => "LOGIN",
        Command::Enable(_) => "ENABLE",
        Command::Select { .. } => "SELECT",
        Command::Examine { .. } => "EXAMINE",
        Command::Create { .. } => "CREATE",
        Command::Delete(_) => "DELETE",
        Command::Rename { .. } => "RENAME",
        Command::Subscribe(_) => "SUBSCRIBE",
        Command::Unsubscribe(_) => "UNSUBSCRIBE",
        Command::List(_) => "LIST",
        Command::Lsub { .. } => "LSUB",
        Command::XList { .. } => "XLIST",
        Command::Namespace => "NAMESPACE",
        Command::Status { .. } => "STATUS",
        Command::Append { .. } => "APPEND",
        Command::Idle => "IDLE",
        Command::Check => "CHECK",
        Command::Close => "CLOSE",
        Command::Unselect => "UNSELECT",
        Command::Expunge(None) => "EXPUNGE",
        Command::Expunge(Some(_)) => "UID EXPUNGE",
        Command::MultiSearch(_) => "ESEARCH",
        Command::CancelUpdate(_) => "CANCELUPDATE",
        Command::GetQuota(_) => "GETQUOTA",
        Command::GetQuotaRoot(_) => "GETQUOTAROOT",
        Command::SetQuota { .. } => "SETQUOTA",
        Command::GetAcl(_) => "GETACL",
        Command::SetAcl { .. } => "SETACL",
        Command::DeleteAcl { .. } => "DELETEACL",
        Command::ListRights { .. } => "LISTRIGHTS",
        Command::MyRights(_) => "MYRIGHTS",
        Command::GetMetadata { .. } => "GETMETADATA",
        Command::SetMetadata { .. } => "SETMETADATA",
        Command::Compress(_) => "COMPRESS",
        Command::Notify(_) => "NOTIFY",
        Command::Unauthenticate => "UNAUTHENTICATE",
        Command::Language(_) => "LANGUAGE",
        Command::Comparator(_) => "COMPARATOR",
        Command::GenUrlAuth(_) => "GENURLAUTH",
        Command::ResetKey { .. } => "RESETKEY",
        Command::UrlFetch(_) => "URLFETCH",
        Command::GetJmapAccess => "GETJMAPACCESS",
        Command::UidBatches { .. } => "UIDBATCHES",
        Command::Other { .. } => "Command",
        _ => on_messages(command),
    }
}

/// The commands that come in two forms.
fn on_messages(command: &Command) -> &'static str {
    let (uid, names) = match command {
        Command::Search(search) => (search.uid, ["SEARCH", "UID SEARCH"]),
        Command::Sort(sort) => (sort.uid, ["SORT", "UID SORT"]),
        Command::Thread(thread) => (thread.uid, ["THREAD", "UID THREAD"]),
        Command::Fetch { uid, .. } => (*uid, ["FETCH", "UID FETCH"]),
        Command::Store { uid, .. } => (*uid, ["STORE", "UID STORE"]),
        Command::Copy { uid, .. } => (*uid, ["COPY", "UID COPY"]),
        Command::Move { uid, .. } => (*uid, ["MOVE", "UID MOVE"]),
        Command::Replace { uid, .. } => (*uid, ["REPLACE", "UID REPLACE"]),
        _ => return "Command",
    };
    names[usize::from(uid)]
}
