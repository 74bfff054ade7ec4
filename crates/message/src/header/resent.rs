//! Resent blocks: which trace and Resent fields belong together (RFC 5322 §3.6.6, §3.6.7).

use alloc::vec::Vec;

use super::{AddressList, Date, Mailbox, MessageIds};

/// One sending of a message: the fields that the hosts on its way wrote, and, if it was sent again
/// by somebody, the Resent fields ([RFC 5322 §3.6.6]).
///
/// ```
/// use mailwire_message::header::Sending;
///
/// let fields: [(&[u8], &[u8]); 6] = [
///     (b"Received", b" by c.test; 3 Jan 2020 00:00:00 +0000"),
///     (b"Resent-From", b" mary@example.net"),
///     (b"Resent-Date", b" Mon, 24 Nov 1997 14:22:01 -0800"),
///     (b"Received", b" by b.test; 1 Jan 2020 00:00:00 +0000"),
///     (b"From", b" jdoe@machine.example"),
///     (b"Date", b" Fri, 21 Nov 1997 09:55:06 -0600"),
/// ];
/// let sendings = Sending::all(fields);
/// assert_eq!(sendings.len(), 2); // the latest first
/// assert_eq!(sendings[0].fields(), [0, 1, 2]);
/// assert_eq!(sendings[0].from().unwrap().mailboxes().next().unwrap().address(), Some("mary@example.net"));
/// assert!(sendings[0].is_resent() && !sendings[1].is_resent());
/// ```
///
/// [RFC 5322 §3.6.6]: https://www.rfc-editor.org/rfc/rfc5322#section-3.6.6
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sending<'a> {
    fields: Vec<usize>,
    resent: Vec<(ResentField, &'a [u8])>,
}

/// The Resent fields (RFC 5322 §3.6.6, §4.5.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum ResentField {
    Date,
    From,
    Sender,
    To,
    Cc,
    Bcc,
    ReplyTo,
    MessageId,
}

impl<'a> Sending<'a> {
    /// Groups the trace and Resent fields of a header, which is given as names and values from top
    /// to bottom. The latest sending comes first, as in the header.
    ///
    /// Trace fields stand above the Resent fields that they belong to, so that a trace field below
    /// Resent fields begins an earlier sending; so does a Resent field that is there already. Other
    /// fields do not matter.
    #[must_use]
    pub fn all<'n>(fields: impl IntoIterator<Item = (&'n [u8], &'a [u8])>) -> Vec<Self> {
        let mut sendings: Vec<Self> = Vec::new();
        let mut open = Self::default();
        for (index, (name, value)) in fields.into_iter().enumerate() {
            let name = name.trim_ascii_end();
            if is_trace(name) {
                if open.is_resent() {
                    sendings.push(core::mem::take(&mut open));
                }
            } else if let Some(field) = resent_field(name) {
                if open.value(field).is_some() {
                    sendings.push(core::mem::take(&mut open));
                }
                open.resent.push((field, value));
            } else {
                continue;
            }
            open.fields.push(index);
        }
        if !open.fields.is_empty() {
            sendings.push(open);
        }
        sendings
    }

    /// Which fields of the header belong to it, in order.
    #[must_use]
    pub fn fields(&self) -> &[usize] {
        &self.fields
    }

    /// Whether there are Resent fields: somebody had the message and sent it again.
    #[must_use]
    pub fn is_resent(&self) -> bool {
        !self.resent.is_empty()
    }

    /// `Resent-Date`
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        self.value(ResentField::Date).map(Date::parse)
    }

    /// `Resent-From`
    #[must_use]
    pub fn from(&self) -> Option<AddressList<'a>> {
        self.value(ResentField::From).map(AddressList::parse)
    }

    /// `Resent-Sender`
    #[must_use]
    pub fn sender(&self) -> Option<Mailbox<'a>> {
        self.value(ResentField::Sender).and_then(Mailbox::parse)
    }

    /// `Resent-To`
    #[must_use]
    pub fn to(&self) -> Option<AddressList<'a>> {
        self.value(ResentField::To).map(AddressList::parse)
    }

    /// `Resent-Cc`
    #[must_use]
    pub fn cc(&self) -> Option<AddressList<'a>> {
        self.value(ResentField::Cc).map(AddressList::parse)
    }

    /// `Resent-Bcc`
    #[must_use]
    pub fn bcc(&self) -> Option<AddressList<'a>> {
        self.value(ResentField::Bcc).map(AddressList::parse)
    }

    /// `Resent-Reply-To`, which is obsolete (RFC 5322 §4.5.6).
    #[must_use]
    pub fn reply_to(&self) -> Option<AddressList<'a>> {
        self.value(ResentField::ReplyTo).map(AddressList::parse)
    }

    /// `Resent-Message-ID`
    #[must_use]
    pub fn message_id(&self) -> Option<MessageIds<'a>> {
        self.value(ResentField::MessageId).map(MessageIds::parse)
    }

    fn value(&self, field: ResentField) -> Option<&'a [u8]> {
        self.resent.iter().find(|(name, _)| *name == field).map(|(_, value)| *value)
    }
}

fn is_trace(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"Received") || name.eq_ignore_ascii_case(b"Return-Path")
}

fn resent_field(name: &[u8]) -> Option<ResentField> {
    let (prefix, rest) = name.split_at_checked(b"Resent-".len())?;
    if !prefix.eq_ignore_ascii_case(b"Resent-") {
        return None;
    }
    let fields: [(&[u8], ResentField); 8] = [
        (b"Date", ResentField::Date),
        (b"From", ResentField::From),
        (b"Sender", ResentField::Sender),
        (b"To", ResentField::To),
        (b"Cc", ResentField::Cc),
        (b"Bcc", ResentField::Bcc),
        (b"Reply-To", ResentField::ReplyTo),
        (b"Message-ID", ResentField::MessageId),
    ];
    fields.iter().find(|(name, _)| rest.eq_ignore_ascii_case(name)).map(|&(_, field)| field)
}
