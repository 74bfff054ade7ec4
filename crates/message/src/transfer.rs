//! Transfer encodings (RFC 2045 §6): push decoders, whole slices, and lengths without decoding.

/// How a body is encoded for transfer (RFC 2045 §6.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum TransferEncoding {
    /// Lines of ASCII as they are; the default.
    #[default]
    SevenBit,
    /// Lines of any octets but NUL.
    EightBit,
    /// Any octets.
    Binary,
    /// `quoted-printable` (RFC 2045 §6.7).
    QuotedPrintable,
    /// `base64` (RFC 2045 §6.8).
    Base64,
    /// `x-uuencode`, `uuencode`, `x-uue`.
    Uuencode,
    /// `x-yencode`.
    Yenc,
    /// Something else: the octets are taken as they are (RFC 2045 §6.4).
    Unknown,
}
