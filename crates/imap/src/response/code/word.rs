//! Codes that are a word alone.

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

    pub(in crate::response) fn from_name(name: &[u8]) -> Option<Self> {
        let letter = usize::from(name.first()?.to_ascii_uppercase().checked_sub(b'A')?);
        let like = &WORDS[*BEGIN.get(letter)?..*BEGIN.get(letter + 1)?];
        let same = like.iter().find(|(_, known)| known.as_bytes().eq_ignore_ascii_case(name));
        same.map(|(code, _)| *code)
    }
}

/// Where in [`WORDS`] those begin that begin with each letter, and where the last end.
static BEGIN: [usize; 27] = {
    let mut begin = [WORDS.len(); 27];
    let mut word = WORDS.len();
    while word > 0 {
        word -= 1;
        let mut letter = (WORDS[word].1.as_bytes()[0] - b'A') as usize + 1;
        // All letters up to this one begin here at the latest.
        while letter > 0 {
            letter -= 1;
            begin[letter] = word;
        }
    }
    begin
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_in_order_and_found() {
        assert!(WORDS.is_sorted_by_key(|(_, name)| *name));
        for (code, name) in WORDS {
            assert_eq!(WordCode::from_name(name.to_ascii_lowercase().as_bytes()), Some(code));
            assert_eq!(code.name(), name);
        }
        for name in ["", "A", "ALERTS", "ZZZ", "]"] {
            assert_eq!(WordCode::from_name(name.as_bytes()), None, "{name}");
        }
    }
}
