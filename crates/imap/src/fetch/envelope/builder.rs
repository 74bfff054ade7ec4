//! Envelopes of those who have the message: servers.

use super::{Address, Envelope};
use crate::{AString, Encoder, Frame, Peer};
use alloc::vec::Vec;
use mailwire_core::Octets;

/// An envelope in the making.
///
/// ```
/// use mailwire_imap::{AString, Encoder, Peer, fetch::{Address, Envelope}};
///
/// let gray = Address::new(AString::new("gray")?, AString::new("example.org")?);
/// let envelope = Envelope::builder()
///     .date(AString::new("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)")?)
///     .subject(AString::new("minutes")?)
///     .from([gray.clone().with_name(AString::new("Terry Gray")?)])
///     .to([Address::group(AString::new("friends")?), gray, Address::group_end()])
///     .build();
/// assert_eq!(envelope.subject().as_deref(), Some(&b"minutes"[..]));
///
/// let mut out = Encoder::new(Peer::CLIENT);
/// envelope.encode(&mut out);
/// assert_eq!(
///     out.finish().wire,
///     "(\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"minutes\" \
///      ((\"Terry Gray\" NIL \"gray\" \"example.org\")) \
///      ((\"Terry Gray\" NIL \"gray\" \"example.org\")) \
///      ((\"Terry Gray\" NIL \"gray\" \"example.org\")) \
///      ((NIL NIL \"friends\" NIL)(NIL NIL \"gray\" \"example.org\")(NIL NIL NIL NIL)) \
///      NIL NIL NIL NIL)",
/// );
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct EnvelopeBuilder {
    date: Option<AString>,
    subject: Option<AString>,
    from: Vec<Address>,
    sender: Vec<Address>,
    reply_to: Vec<Address>,
    to: Vec<Address>,
    cc: Vec<Address>,
    bcc: Vec<Address>,
    in_reply_to: Option<AString>,
    message_id: Option<AString>,
}

impl EnvelopeBuilder {
    /// The Date field, as the message has it.
    #[must_use]
    pub fn date(self, date: AString) -> Self {
        Self { date: Some(date), ..self }
    }

    /// The Subject field, as the message has it, unfolded.
    #[must_use]
    pub fn subject(self, subject: AString) -> Self {
        Self { subject: Some(subject), ..self }
    }

    /// From: the authors.
    #[must_use]
    pub fn from(self, addresses: impl IntoIterator<Item = Address>) -> Self {
        Self { from: addresses.into_iter().collect(), ..self }
    }

    /// Sender. Where there is none, From goes in its place (RFC 9051 §7.5.2).
    #[must_use]
    pub fn sender(self, addresses: impl IntoIterator<Item = Address>) -> Self {
        Self { sender: addresses.into_iter().collect(), ..self }
    }

    /// Reply-To. Where there is none, From goes in its place (RFC 9051 §7.5.2).
    #[must_use]
    pub fn reply_to(self, addresses: impl IntoIterator<Item = Address>) -> Self {
        Self { reply_to: addresses.into_iter().collect(), ..self }
    }

    /// To.
    #[must_use]
    pub fn to(self, addresses: impl IntoIterator<Item = Address>) -> Self {
        Self { to: addresses.into_iter().collect(), ..self }
    }

    /// Cc.
    #[must_use]
    pub fn cc(self, addresses: impl IntoIterator<Item = Address>) -> Self {
        Self { cc: addresses.into_iter().collect(), ..self }
    }

    /// Bcc.
    #[must_use]
    pub fn bcc(self, addresses: impl IntoIterator<Item = Address>) -> Self {
        Self { bcc: addresses.into_iter().collect(), ..self }
    }

    /// The In-Reply-To field, as the message has it.
    #[must_use]
    pub fn in_reply_to(self, ids: AString) -> Self {
        Self { in_reply_to: Some(ids), ..self }
    }

    /// The Message-ID field, as the message has it.
    #[must_use]
    pub fn message_id(self, id: AString) -> Self {
        Self { message_id: Some(id), ..self }
    }

    /// The envelope.
    #[must_use]
    pub fn build(&self) -> Envelope {
        let mut out = Encoder::new(Peer::CLIENT);
        self.encode(&mut out);
        let frame = Frame::new(out.finish().wire);
        Envelope::try_from(&frame).expect("it is written as it is read")
    }

    fn encode(&self, out: &mut Encoder) {
        let or_from = |given| if <[_]>::is_empty(given) { &self.from } else { given };
        let (sender, reply_to) = (or_from(&self.sender), or_from(&self.reply_to));
        out.raw(b"(");
        for text in [&self.date, &self.subject] {
            out.nstring(text.as_deref());
            out.space();
        }
        for list in [&self.from, sender, reply_to, &self.to, &self.cc, &self.bcc] {
            super::encode_addresses(list.iter().cloned(), out);
            out.space();
        }
        out.nstring(self.in_reply_to.as_deref());
        out.space();
        out.nstring(self.message_id.as_deref());
        out.raw(b")");
    }
}

impl Address {
    /// A mailbox: local part and domain.
    #[must_use]
    pub fn new(mailbox: AString, host: AString) -> Self {
        let (mailbox, host) = (Octets::from(mailbox), Octets::from(host));
        Self { mailbox: Some(mailbox), host: Some(host), ..Self::default() }
    }

    /// The same with a display name.
    #[must_use]
    pub fn with_name(self, name: AString) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// The beginning of a group of this name; its members follow, and [`group_end`](Self::group_end).
    #[must_use]
    pub fn group(name: AString) -> Self {
        Self { mailbox: Some(name.into()), ..Self::default() }
    }

    /// The end of a group.
    #[must_use]
    pub fn group_end() -> Self {
        Self::default()
    }
}
