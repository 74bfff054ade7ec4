//! THREAD (RFC 5256 §3).

mod forest;
pub(crate) mod message_ids;
mod ordered_subject;
mod references;

use crate::{BaseSubject, Collation, Facts};
use alloc::vec::Vec;
use mailwire_imap::Threads;

/// A threading algorithm (RFC 5256 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum ThreadAlgorithm {
    /// `ORDEREDSUBJECT`: what has the same base subject, by date.
    OrderedSubject,
    /// `REFERENCES`: what answers what, and then by subject.
    References,
}

impl ThreadAlgorithm {
    /// The algorithm of this name, in whatever case.
    ///
    /// ```
    /// use mailwire_mailbox::ThreadAlgorithm;
    ///
    /// assert_eq!(ThreadAlgorithm::for_name("references"), Some(ThreadAlgorithm::References));
    /// assert_eq!(ThreadAlgorithm::for_name("REFS"), None);
    /// ```
    #[must_use]
    pub fn for_name(name: &str) -> Option<Self> {
        [Self::OrderedSubject, Self::References]
            .into_iter()
            .find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrderedSubject => "ORDEREDSUBJECT",
            Self::References => "REFERENCES",
        }
    }
}

/// Puts messages into threads; the work is n log n, however they refer to one another.
///
/// The messages may come in any order. Ones whose index cannot be had have no subject, refer to nothing,
/// and were sent when they arrived. With `uid` the answer names messages by UID.
///
/// ```
/// use mailwire_imap::{Date, DateTime, Encoder, Peer};
/// use mailwire_mailbox::{Collation, MemoryMessage, ThreadAlgorithm, thread};
///
/// let arrived = DateTime::new(Date::new(2000, 3, 5)?, [12, 0, 0], 0)?;
/// let messages: Vec<MemoryMessage> = [
///     "Message-ID: <1@x>\r\nSubject: a\r\n\r\n",
///     "Message-ID: <2@x>\r\nSubject: b\r\n\r\n",
///     "Message-ID: <3@x>\r\nReferences: <1@x>\r\nSubject: c\r\n\r\n",
/// ]
/// .iter()
/// .zip(1..)
/// .map(|(message, number)| MemoryMessage::new(number, number, (*message).into(), arrived))
/// .collect();
/// let threads = thread(ThreadAlgorithm::References, Collation::default(), false, &messages);
/// let mut out = Encoder::new(Peer::CLIENT);
/// threads.encode(&mut out);
/// assert_eq!(out.finish().wire, " (1 3)(2)");
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[must_use]
pub fn thread<F: Facts>(
    algorithm: ThreadAlgorithm,
    collation: Collation,
    uid: bool,
    messages: impl IntoIterator<Item = F>,
) -> Threads {
    let ids = algorithm == ThreadAlgorithm::References;
    let entries: Vec<Entry> =
        messages.into_iter().map(|message| Entry::of(&message, collation, uid, ids)).collect();
    match algorithm {
        ThreadAlgorithm::OrderedSubject => ordered_subject::threads(entries),
        ThreadAlgorithm::References => references::threads(entries),
    }
}

/// What threads are made of.
#[derive(Clone, Debug, Default)]
struct Entry {
    number: u32,
    /// What it is called in the answer.
    name: u32,
    sent: i64,
    /// The key of the base subject.
    subject: Vec<u8>,
    is_reply: bool,
    message_id: Option<Vec<u8>>,
    references: Vec<Vec<u8>>,
}

impl Entry {
    fn of(message: &impl Facts, collation: Collation, uid: bool, ids: bool) -> Self {
        let index = message.index();
        let index = index.as_deref();
        let view = index.map(crate::Index::envelope_view).unwrap_or_default();
        let subject = view.subject.map(BaseSubject::of).unwrap_or_default();
        let sent = index.and_then(crate::Index::sent_date).map(|sent| sent.unix);
        let number = message.number();
        Self {
            number,
            name: if uid { message.uid() } else { number },
            sent: sent.unwrap_or_else(|| message.internal_date().unix()),
            subject: collation.key(subject.text()).into_owned(),
            is_reply: subject.is_reply(),
            message_id: view.message_id.filter(|_| ids).and_then(message_ids::first),
            references: index
                .filter(|_| ids)
                .map(|index| index.references().map(Vec::from).collect())
                .unwrap_or_default(),
        }
    }

    /// What siblings are sorted by.
    const fn order(&self) -> (i64, u32) {
        (self.sent, self.number)
    }
}
