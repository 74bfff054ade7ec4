//! Transfer encodings (RFC 2045 §6): push decoders, whole slices, and lengths without decoding.
//!
//! Decoders never fail. What does not follow the encoding is reported as a defect and then ignored or
//! kept, as each module says. However the octets are cut, the decoded octets and the defects with their
//! offsets are the same. There are never more octets out than in, but for uuencode, whose lines may have
//! lost up to 61 zeros each.
//!
//! ```
//! use mailwire_message::{DefectCode, Findings, Policy, TransferEncoding, transfer};
//!
//! let mut found = Vec::new();
//! let mut sink = |code, offset| found.push((code, offset));
//! let mut findings = Findings::new(Policy::default(), &mut sink);
//! let octets = transfer::decode(TransferEncoding::Base64, b"SGVs!bG8=\r\n", &mut findings);
//! assert_eq!(&octets[..], b"Hello");
//! assert_eq!(found, [(DefectCode::B64InvalidChar, 4)]);
//! ```

pub mod base64;
pub(crate) mod crc;
mod identity;
pub mod inline;
mod lines;
pub mod quoted_printable;
pub mod uuencode;
pub mod yenc;

use crate::{Findings, Policy};
use alloc::{borrow::Cow, vec::Vec};

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

impl TransferEncoding {
    /// Whether the octets are taken as they are.
    #[must_use]
    pub const fn is_identity(self) -> bool {
        match self {
            Self::SevenBit | Self::EightBit | Self::Binary | Self::Unknown => true,
            Self::QuotedPrintable | Self::Base64 | Self::Uuencode | Self::Yenc => false,
        }
    }
}

/// Undoes a transfer encoding, chunk by chunk.
///
/// ```
/// use mailwire_message::{Findings, Policy, TransferEncoding, transfer::Decoder};
///
/// let mut findings = Findings::ignored(Policy::default());
/// let mut decoder = Decoder::new(TransferEncoding::QuotedPrintable, Policy::default());
/// let mut out = Vec::new();
/// for chunk in ["caf=C", "3=A9 =\r", "\nau lait"] {
///     decoder.decode(chunk.as_bytes(), &mut out, &mut findings);
/// }
/// decoder.finish(&mut out, &mut findings);
/// assert_eq!(out, "café au lait".as_bytes());
/// ```
#[derive(Clone, Debug)]
pub struct Decoder(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Identity(identity::Decoder),
    Base64(base64::Decoder),
    QuotedPrintable(quoted_printable::Decoder),
    Uuencode(uuencode::Decoder),
    Yenc(yenc::Decoder),
}

impl Decoder {
    /// Starts before the first octet of a body.
    #[must_use]
    pub fn new(encoding: TransferEncoding, policy: Policy) -> Self {
        Self(match encoding {
            TransferEncoding::Base64 => Kind::Base64(base64::Decoder::new(policy)),
            TransferEncoding::QuotedPrintable => {
                Kind::QuotedPrintable(quoted_printable::Decoder::new())
            }
            TransferEncoding::SevenBit => Kind::Identity(identity::Decoder::seven_bit()),
            TransferEncoding::Uuencode => Kind::Uuencode(uuencode::Decoder::new()),
            TransferEncoding::Yenc => Kind::Yenc(yenc::Decoder::new()),
            TransferEncoding::EightBit | TransferEncoding::Binary | TransferEncoding::Unknown => {
                Kind::Identity(identity::Decoder::default())
            }
        })
    }

    /// Decodes the next octets of the body and appends what they give. Offsets of findings count from
    /// the beginning of the body.
    pub fn decode(&mut self, input: &[u8], out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        match &mut self.0 {
            Kind::Identity(decoder) => decoder.decode(input, out, findings),
            Kind::Base64(decoder) => decoder.decode(input, out, findings),
            Kind::QuotedPrintable(decoder) => decoder.decode(input, out, findings),
            Kind::Uuencode(decoder) => decoder.decode(input, out, findings),
            Kind::Yenc(decoder) => decoder.decode(input, out, findings),
        }
    }

    /// The name of the file, if the encoding has one and it is read.
    ///
    /// ```
    /// use mailwire_message::{Findings, Policy, TransferEncoding, transfer::Decoder};
    ///
    /// let mut decoder = Decoder::new(TransferEncoding::Uuencode, Policy::default());
    /// let mut findings = Findings::ignored(Policy::default());
    /// decoder.decode(b"begin 644 a.txt\n", &mut Vec::new(), &mut findings);
    /// assert_eq!(decoder.name(), Some(&b"a.txt"[..]));
    /// ```
    #[must_use]
    pub fn name(&self) -> Option<&[u8]> {
        match &self.0 {
            Kind::Identity(_) | Kind::Base64(_) | Kind::QuotedPrintable(_) => None,
            Kind::Uuencode(decoder) => decoder.name(),
            Kind::Yenc(decoder) => decoder.name(),
        }
    }

    /// Ends the body and appends what was held back.
    pub fn finish(&mut self, out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        match &mut self.0 {
            Kind::Identity(_) => {}
            Kind::Base64(decoder) => decoder.finish(out, findings),
            Kind::QuotedPrintable(decoder) => decoder.finish(out, findings),
            Kind::Uuencode(decoder) => decoder.finish(out, findings),
            Kind::Yenc(decoder) => decoder.finish(out, findings),
        }
    }
}

/// Decodes a whole body. What needs no decoding is borrowed.
///
/// ```
/// use mailwire_message::{Findings, Policy, TransferEncoding, transfer};
///
/// let mut findings = Findings::ignored(Policy::default());
/// let octets = transfer::decode(TransferEncoding::QuotedPrintable, b"1+1=3D2", &mut findings);
/// assert_eq!(&octets[..], b"1+1=2");
/// ```
#[must_use]
pub fn decode<'a>(
    encoding: TransferEncoding,
    body: &'a [u8],
    findings: &mut Findings<'_>,
) -> Cow<'a, [u8]> {
    if encoding.is_identity() {
        if encoding == TransferEncoding::SevenBit {
            identity::Decoder::seven_bit().inspect(body, findings);
        }
        return Cow::Borrowed(body);
    }
    let mut out = Vec::new();
    let mut decoder = Decoder::new(encoding, findings.policy());
    decoder.decode(body, &mut out, findings);
    decoder.finish(&mut out, findings);
    Cow::Owned(out)
}

/// How many octets [`decode`] gives, exactly, without keeping them.
///
/// ```
/// use mailwire_message::{Policy, TransferEncoding, transfer};
///
/// let policy = Policy::default();
/// assert_eq!(transfer::decoded_len(TransferEncoding::Base64, b"SGVsbG8=", policy), 5);
/// assert_eq!(transfer::decoded_len(TransferEncoding::SevenBit, b"SGVsbG8=", policy), 8);
/// ```
#[must_use]
pub fn decoded_len(encoding: TransferEncoding, body: &[u8], policy: Policy) -> usize {
    /// Few enough that what is decoded never leaves the fastest cache.
    const BLOCK: usize = 8 * 1024;

    if encoding.is_identity() {
        return body.len();
    }
    let mut findings = Findings::ignored(policy);
    let mut decoder = Decoder::new(encoding, policy);
    let (mut len, mut out) = (0, Vec::with_capacity(BLOCK));
    for block in body.chunks(BLOCK) {
        decoder.decode(block, &mut out, &mut findings);
        len += out.len();
        out.clear();
    }
    decoder.finish(&mut out, &mut findings);
    len + out.len()
}
