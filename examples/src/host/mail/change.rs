//! What can change in an account: the records that a store keeps.
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Flags;

/// Which mailbox of an account. It is its UIDVALIDITY too: both are never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MailboxId(pub u32);

/// One change. The state of an account is what its changes made of nothing, one after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// There is a mailbox, with nothing in it.
    Created {
        /// Which.
        id: MailboxId,
        /// Its name.
        name: Arc<str>,
        /// Its next UID.
        uid_next: u32,
        /// What it is for, as in `\Sent` (RFC 6154).
        special_use: Option<String>,
        /// The modification sequence of this change.
        modseq: u64,
    },
    /// A mailbox has another name.
    Renamed {
        /// Which.
        id: MailboxId,
        /// The new name.
        name: Arc<str>,
        /// The modification sequence of this change.
        modseq: u64,
    },
    /// A mailbox is gone, with all that was in it.
    Deleted {
        /// Which.
        id: MailboxId,
        /// The modification sequence of this change.
        modseq: u64,
    },
    /// A name is subscribed to, or no more.
    Subscribed {
        /// The name; there need not be a mailbox.
        name: Arc<str>,
        /// Whether it is.
        subscribed: bool,
        /// The modification sequence of this change.
        modseq: u64,
    },
    /// A message is in a mailbox.
    Added {
        /// Which mailbox.
        mailbox: MailboxId,
        /// The message.
        message: Message,
    },
    /// Messages have other flags: each of these all of them.
    Flags {
        /// Which mailbox.
        mailbox: MailboxId,
        /// Which messages, with their flags.
        flags: Vec<(u32, Flags)>,
        /// The modification sequence of this change.
        modseq: u64,
    },
    /// Messages are gone.
    Expunged {
        /// Which mailbox.
        mailbox: MailboxId,
        /// Which messages.
        uids: Vec<u32>,
        /// The modification sequence of this change.
        modseq: u64,
    },
    /// An annotation of a mailbox or of the account (RFC 5464).
    Metadata {
        /// Which mailbox; the account if none.
        mailbox: Option<MailboxId>,
        /// Which entry, as in `/private/comment`.
        entry: String,
        /// Its value; none takes it away.
        value: Option<Vec<u8>>,
        /// The modification sequence of this change.
        modseq: u64,
    },
    /// What somebody may do in a mailbox (RFC 4314). The owner may do everything, always.
    Rights {
        /// Which mailbox.
        mailbox: MailboxId,
        /// Who.
        identifier: String,
        /// The letters; none takes the entry away.
        rights: Option<String>,
        /// The modification sequence of this change.
        modseq: u64,
    },
    /// The limit of a resource (RFC 9208).
    Quota {
        /// Which: `STORAGE` in units of 1,024 octets, `MESSAGE` or `MAILBOX`.
        resource: String,
        /// The limit, if there is one.
        limit: Option<u64>,
    },
    /// Messages up to one are no longer recent.
    Marks {
        /// Which mailbox.
        mailbox: MailboxId,
        /// The last UID that is not recent.
        not_recent: u32,
        /// Of what was expunged up to this modification sequence nothing is known any more.
        forgotten: u64,
    },
    /// Where counting goes on: what is not to be seen from anything that is still there.
    Counted {
        /// The last identifier of a mailbox.
        id: u32,
        /// The last modification sequence.
        modseq: u64,
    },
}

/// A message in a mailbox. Cloning is cheap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its UID.
    pub uid: u32,
    /// When its flags, or itself, came last.
    pub modseq: u64,
    /// Its flags.
    pub flags: Flags,
    /// When it came into this mailbox, in seconds since 1970: `SAVEDATE` (RFC 8514).
    pub saved: i64,
    /// What its text is called in the store.
    pub name: Arc<str>,
    /// What does not change.
    pub facts: Arc<Facts>,
}

/// What copies of a message share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The identifier of the text: `EMAILID` (RFC 8474).
    pub email_id: String,
    /// When it was received, in seconds since 1970: INTERNALDATE.
    pub received: i64,
    /// The zone of that, in minutes east of UTC.
    pub zone: i16,
    /// The octets of the text.
    pub octets: u64,
    /// RFC822.SIZE: the same as IMAP sends them, with CRLF at the end of all lines.
    pub size: u64,
    /// The same if every line end were CRLF, and the last line had one: the size of POP3.
    pub wire_octets: u64,
    /// How it came, if by SMTP or LMTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub envelope: Option<Envelope>,
}

/// What SMTP knows of a message beside its text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// The sender; empty if it is null.
    pub from: String,
    /// The recipients that led here.
    pub to: Vec<String>,
    /// The parameters of MAIL: `ENVID=`, `RET=`, `MT-PRIORITY=` and others.
    pub mail_params: String,
    /// The parameters of RCPT for each recipient: `NOTIFY=`, `ORCPT=` and others.
    pub rcpt_params: Vec<String>,
    /// Who was authenticated.
    pub user: Option<String>,
}
