//! The fields of RFC 5322 by their names.

use super::{Message, Part};
use crate::{
    Findings,
    header::{AddressList, Date, Keywords, MessageIds, Received, ReturnPath, Sending},
};
use alloc::{borrow::Cow, vec::Vec};

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

    /// Received: the hops it took, the last one first (RFC 5321 §4.4).
    pub fn received(&self) -> impl DoubleEndedIterator<Item = Received<'m>> + use<'m> {
        let policy = self.message.config.policy;
        self.headers("Received")
            .map(move |field| Received::parse_with(field.value(), &mut Findings::ignored(policy)))
    }

    /// Return-Path: the reverse path it was delivered with (RFC 5321 §4.4).
    #[must_use]
    pub fn return_path(&self) -> Option<ReturnPath<'m>> {
        self.header("Return-Path")
            .map(|field| ReturnPath::parse_with(field.value(), &mut self.findings()))
    }

    /// Keywords (RFC 5322 §3.6.5), those of all such fields.
    pub fn keywords(&self) -> impl Iterator<Item = Keywords<'m>> + use<'m> {
        let policy = self.message.config.policy;
        self.headers("Keywords")
            .map(move |field| Keywords::parse_with(field.value(), &mut Findings::ignored(policy)))
    }

    /// The trace: who handed it on, the last one first, and who sent it again (RFC 5322 §3.6.6).
    #[must_use]
    pub fn sendings(&self) -> Vec<Sending<'m>> {
        Sending::all(self.fields().map(|field| (field.name_octets(), field.value())))
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

    /// Received: the hops it took, the last one first (RFC 5321 §4.4).
    ///
    /// ```
    /// use mailwire_message::Message;
    ///
    /// let message = Message::parse(
    ///     b"Received: from a.test by b.test; Fri, 21 Nov 1997 10:01:22 -0600\n\n",
    /// );
    /// let hop = message.received().next().expect("one hop");
    /// assert_eq!(hop.by().map(|by| by.value()), Some("b.test"));
    /// ```
    pub fn received(&self) -> impl DoubleEndedIterator<Item = Received<'_>> {
        self.root().received()
    }

    /// Return-Path: the reverse path it was delivered with (RFC 5321 §4.4).
    #[must_use]
    pub fn return_path(&self) -> Option<ReturnPath<'_>> {
        self.root().return_path()
    }

    /// Keywords (RFC 5322 §3.6.5), those of all such fields.
    pub fn keywords(&self) -> impl Iterator<Item = Keywords<'_>> {
        self.root().keywords()
    }

    /// The trace: who handed it on, the last one first, and who sent it again (RFC 5322 §3.6.6).
    #[must_use]
    pub fn sendings(&self) -> Vec<Sending<'_>> {
        self.root().sendings()
    }
}
