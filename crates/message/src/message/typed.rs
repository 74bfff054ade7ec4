//! The fields of RFC 5322 by their names.

use super::{Field, Message, Part};
use crate::header::{AddressList, Date, MessageIds};
use alloc::borrow::Cow;

impl<'m> Part<'m> {
    /// Subject (RFC 5322 §3.6.5), decoded.
    #[must_use]
    pub fn subject(&self) -> Option<Cow<'m, str>> {
        self.header("Subject").map(|field| field.text())
    }

    /// From: the authors (RFC 5322 §3.6.2).
    #[must_use]
    pub fn from(&self) -> Option<AddressList<'m>> {
        self.addresses("From")
    }

    /// Sender: who sent it for the authors (RFC 5322 §3.6.2).
    #[must_use]
    pub fn sender(&self) -> Option<AddressList<'m>> {
        self.addresses("Sender")
    }

    /// Reply-To (RFC 5322 §3.6.2).
    #[must_use]
    pub fn reply_to(&self) -> Option<AddressList<'m>> {
        self.addresses("Reply-To")
    }

    /// To (RFC 5322 §3.6.3).
    #[must_use]
    pub fn to(&self) -> Option<AddressList<'m>> {
        self.addresses("To")
    }

    /// Cc (RFC 5322 §3.6.3).
    #[must_use]
    pub fn cc(&self) -> Option<AddressList<'m>> {
        self.addresses("Cc")
    }

    /// Bcc (RFC 5322 §3.6.3).
    #[must_use]
    pub fn bcc(&self) -> Option<AddressList<'m>> {
        self.addresses("Bcc")
    }

    /// Date (RFC 5322 §3.6.1).
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        self.header("Date").map(|field| field.date())
    }

    /// Message-ID without angle brackets (RFC 5322 §3.6.4).
    #[must_use]
    pub fn message_id(&self) -> Option<Cow<'m, str>> {
        self.header("Message-ID")?.message_ids().into_first()
    }

    /// In-Reply-To: what it answers (RFC 5322 §3.6.4).
    #[must_use]
    pub fn in_reply_to(&self) -> Option<MessageIds<'m>> {
        self.header("In-Reply-To").map(|field| field.message_ids())
    }

    /// References: what led to it (RFC 5322 §3.6.4).
    #[must_use]
    pub fn references(&self) -> Option<MessageIds<'m>> {
        self.header("References").map(|field| field.message_ids())
    }

    fn addresses(&self, name: &str) -> Option<AddressList<'m>> {
        self.header(name).map(|field| field.addresses())
    }
}

/// The same of the message's own header.
impl Message<'_> {
    /// Subject (RFC 5322 §3.6.5), decoded.
    #[must_use]
    pub fn subject(&self) -> Option<Cow<'_, str>> {
        self.root().subject()
    }

    /// From: the authors (RFC 5322 §3.6.2).
    ///
    /// ```
    /// use mailwire_message::Message;
    ///
    /// let message = Message::parse(b"From: A <a@x.test>, b@x.test\n\n");
    /// let from = message.from().expect("it is there");
    /// assert!(from.mailboxes().filter_map(|author| author.address()).eq(["a@x.test", "b@x.test"]));
    /// ```
    #[must_use]
    pub fn from(&self) -> Option<AddressList<'_>> {
        self.root().from()
    }

    /// Sender: who sent it for the authors (RFC 5322 §3.6.2).
    #[must_use]
    pub fn sender(&self) -> Option<AddressList<'_>> {
        self.root().sender()
    }

    /// Reply-To (RFC 5322 §3.6.2).
    #[must_use]
    pub fn reply_to(&self) -> Option<AddressList<'_>> {
        self.root().reply_to()
    }

    /// To (RFC 5322 §3.6.3).
    #[must_use]
    pub fn to(&self) -> Option<AddressList<'_>> {
        self.root().to()
    }

    /// Cc (RFC 5322 §3.6.3).
    #[must_use]
    pub fn cc(&self) -> Option<AddressList<'_>> {
        self.root().cc()
    }

    /// Bcc (RFC 5322 §3.6.3).
    #[must_use]
    pub fn bcc(&self) -> Option<AddressList<'_>> {
        self.root().bcc()
    }

    /// Date (RFC 5322 §3.6.1).
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        self.root().date()
    }

    /// Message-ID without angle brackets (RFC 5322 §3.6.4).
    #[must_use]
    pub fn message_id(&self) -> Option<Cow<'_, str>> {
        self.root().message_id()
    }

    /// In-Reply-To: what it answers (RFC 5322 §3.6.4).
    #[must_use]
    pub fn in_reply_to(&self) -> Option<MessageIds<'_>> {
        self.root().in_reply_to()
    }

    /// References: what led to it (RFC 5322 §3.6.4).
    #[must_use]
    pub fn references(&self) -> Option<MessageIds<'_>> {
        self.root().references()
    }

    /// Received: the ways it took, the last hop first (RFC 5321 §4.4).
    pub fn received(&self) -> impl DoubleEndedIterator<Item = Field<'_>> {
        self.headers("Received")
    }
}
