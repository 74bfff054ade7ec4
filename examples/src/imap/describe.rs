//! What a server says of a message, as JSON.
#![expect(missing_docs, reason = "the names are those of the JSON")]
#![expect(clippy::exhaustive_structs, reason = "not a library")]
use mailwire_imap::{
    Flags,
    fetch::{self, AddressRole, Addresses},
};
use mailwire_message::header::decode_text;
use serde::Serialize;

/// The header fields of a message, decoded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Envelope {
    pub date: Option<String>,
    pub subject: Option<String>,
    pub from: Vec<Address>,
    pub sender: Vec<Address>,
    pub reply_to: Vec<Address>,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub bcc: Vec<Address>,
    pub in_reply_to: Option<String>,
    pub message_id: Option<String>,
}

/// An address, and the group that it is in. A group without members is an address of `null`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Address {
    pub name: Option<String>,
    pub address: Option<String>,
    pub group: Option<String>,
}

impl Envelope {
    /// Decodes what a server sent.
    #[must_use]
    pub fn new(envelope: &fetch::Envelope) -> Self {
        let text = |octets: &[u8]| decode_text(octets).into_owned();
        let plain = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        Self {
            date: envelope.date().map(|date| plain(&date)),
            subject: envelope.subject().map(|subject| text(&subject)),
            from: addresses(envelope.from()),
            sender: addresses(envelope.sender()),
            reply_to: addresses(envelope.reply_to()),
            to: addresses(envelope.to()),
            cc: addresses(envelope.cc()),
            bcc: addresses(envelope.bcc()),
            in_reply_to: envelope.in_reply_to().map(|id| plain(&id)),
            message_id: envelope.message_id().map(|id| plain(&id)),
        }
    }
}

fn addresses(list: Addresses<'_>) -> Vec<Address> {
    let text = |octets: &[u8]| decode_text(octets).into_owned();
    let mut all = Vec::new();
    let mut group: Option<(String, usize)> = None;
    for address in list {
        match address.role() {
            AddressRole::Mailbox => {
                let local = address.mailbox.as_deref().unwrap_or_default();
                let host = address.host.as_deref().unwrap_or_default();
                let mailbox = [local, b"@", host].concat();
                all.push(Address {
                    name: address.name.as_deref().map(text),
                    address: Some(String::from_utf8_lossy(&mailbox).into_owned()),
                    group: group.as_ref().map(|(name, _)| name.clone()),
                });
            }
            AddressRole::GroupStart => {
                let name = address.mailbox.as_deref().map(text).unwrap_or_default();
                group = Some((name, all.len()));
            }
            AddressRole::GroupEnd => {
                if let Some((name, start)) = group.take()
                    && start == all.len()
                {
                    all.push(Address { name: None, address: None, group: Some(name) });
                }
            }
        }
    }
    all
}

/// The flags as they are written.
#[must_use]
pub fn flags(flags: &Flags) -> Vec<String> {
    flags.iter().map(|flag| flag.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use mailwire_imap::Frame;

    #[test]
    fn names_are_decoded_and_groups_named() {
        let frame = Frame::new(Bytes::from_static(
            b"(NIL \"=?utf-8?q?gr=C3=BCn?=\" ((\"=?iso-8859-1?q?J=F8rn?=\" NIL \"a\" \"b.test\")) NIL NIL \
              ((NIL NIL \"team\" NIL)(NIL NIL \"c\" \"d\")(NIL NIL NIL NIL)(NIL NIL \"none\" NIL)\
              (NIL NIL NIL NIL)(NIL NIL \"e\" \"f\")) NIL NIL NIL \"<1@x>\")",
        ));
        let envelope = Envelope::new(&fetch::Envelope::try_from(&frame).unwrap());
        let json = serde_json::to_value(&envelope).unwrap();
        assert_eq!(json["subject"], "grün");
        assert_eq!(json["from"][0]["name"], "Jørn");
        assert_eq!(json["from"][0]["address"], "a@b.test");
        let to: Vec<_> = envelope.to.iter().map(|to| (&to.address, &to.group)).collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            to,
            [(&some("c@d"), &some("team")), (&None, &some("none")), (&some("e@f"), &None),]
        );
    }
}
