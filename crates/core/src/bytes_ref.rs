//! Octets where they lie.
use core::{ops::Deref, slice::SliceIndex};

use bytes::Bytes;

/// A part of a [`Bytes`], borrowed: nothing is counted until somebody keeps it.
///
/// ```
/// use bytes::Bytes;
/// use mailwire_core::BytesRef;
///
/// let buffer = Bytes::from("MAIL FROM:<>");
/// let path = BytesRef::from(&buffer).slice(10..);
/// assert_eq!(&path[..], b"<>");
/// assert_eq!(path.to_bytes().as_ptr(), buffer[10..].as_ptr());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct BytesRef<'a> {
    octets: &'a [u8],
    /// Holds `octets`.
    buffer: &'a Bytes,
}

impl<'a> BytesRef<'a> {
    /// A part of the part.
    ///
    /// # Panics
    ///
    /// If the range is not in bounds.
    #[inline]
    #[must_use]
    pub fn slice(self, range: impl SliceIndex<[u8], Output = [u8]>) -> Self {
        Self { octets: &self.octets[range], ..self }
    }

    /// The octets, for as long as the buffer.
    #[inline]
    #[must_use]
    pub fn as_bytes(self) -> &'a [u8] {
        self.octets
    }

    /// As many octets as that from where the part begins, whatever lies behind it in the buffer; nothing
    /// if the buffer ends before.
    #[inline]
    pub(crate) fn block<const N: usize>(&self) -> Option<&'a [u8; N]> {
        let start = self.octets.as_ptr().addr().wrapping_sub(self.buffer.as_ptr().addr());
        self.buffer.get(start..)?.first_chunk()
    }

    /// Shares the buffer.
    #[must_use]
    pub fn to_bytes(self) -> Bytes {
        self.buffer.slice_ref(self.octets)
    }
}

impl Deref for BytesRef<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.octets
    }
}

impl<'a> From<&'a Bytes> for BytesRef<'a> {
    #[inline]
    fn from(buffer: &'a Bytes) -> Self {
        Self { octets: buffer, buffer }
    }
}
