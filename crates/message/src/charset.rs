//! Character sets: from declared label and octets to text.
//!
//! Labels are read as the wild writes them: in any case, in quotes, with blanks, with `cp-850` for
//! `IBM850` and `ks_c_5601-1987` for what is really the Korean code page of Windows. ASCII and ISO 8859-1
//! are read as windows-1252, which holds them both, as mail is written by people who did not know the
//! difference.
//!
//! Without the feature `charset` there are Unicode's own encodings, ASCII, windows-1252, and the code
//! pages of DOS and of the old Macintosh; with it there is everything that browsers know, `iso-2022-kr`
//! and `hz-gb-2312`.
//!
//! ```
//! use mailwire_message::charset;
//!
//! assert_eq!(charset::decode(b"\"UTF-8\"", "é".as_bytes()).unwrap(), "é");
//! assert_eq!(charset::decode(b"cp-850", b"\x82").unwrap(), "é");
//! assert_eq!(charset::decode(b"x-klingon", b"Qapla'"), None);
//! ```

mod body;
mod label;
mod push;
#[cfg(feature = "charset")]
mod shift;
mod tables;
mod utf16;
mod utf7;
mod utf8;

pub use body::body_text;
pub use push::Decoder;

use crate::{Findings, Policy};
use alloc::{borrow::Cow, string::String};
use core::fmt;

/// A character set that can be decoded.
///
/// ```
/// use mailwire_message::charset::Charset;
///
/// let charset = Charset::for_label(b"utf8").unwrap();
/// assert_eq!((charset, charset.name()), (Charset::UTF_8, "UTF-8"));
/// assert_eq!(Charset::WINDOWS_1252.decode(b"\x80 5"), "€ 5");
/// ```
#[derive(Clone, Copy)]
pub struct Charset(Kind);

#[derive(Clone, Copy)]
enum Kind {
    Utf8,
    /// ASCII; what is not ASCII is UTF-8, or else windows-1252.
    Ascii,
    /// A label that says that nobody knows; read like ASCII.
    Undeclared,
    Utf7,
    Utf16(utf16::Order),
    Single(&'static str, &'static tables::Table),
    #[cfg(feature = "charset")]
    Web(&'static encoding_rs::Encoding),
    #[cfg(feature = "charset")]
    Shift(shift::Scheme),
}

impl Charset {
    /// UTF-8.
    pub const UTF_8: Self = Self(Kind::Utf8);
    /// US-ASCII. Octets above it are read as UTF-8 if all of them are UTF-8, otherwise as windows-1252.
    pub const US_ASCII: Self = Self(Kind::Ascii);
    /// windows-1252, a superset of ISO 8859-1 as far as text goes.
    pub const WINDOWS_1252: Self = Self(Kind::Single("windows-1252", &tables::WINDOWS_1252));

    /// The character set of a label, or `None` if nobody here knows it.
    ///
    /// ```
    /// use mailwire_message::charset::Charset;
    ///
    /// for label in ["utf8", " UTF-8 ", "'utf-8'", "utf-8mb4", "unicode-1-1-utf-8", "utf-8*en"] {
    ///     assert_eq!(Charset::for_label(label.as_bytes()), Some(Charset::UTF_8));
    /// }
    /// assert_eq!(Charset::for_label(b""), None);
    /// ```
    #[must_use]
    pub fn for_label(label: &[u8]) -> Option<Self> {
        label::find(label)
    }

    /// Its name, as IANA or the WHATWG has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Utf8 => "UTF-8",
            Kind::Ascii => "US-ASCII",
            Kind::Undeclared => "unknown-8bit",
            Kind::Utf7 => "UTF-7",
            Kind::Utf16(order) => order.name(),
            Kind::Single(name, _) => name,
            #[cfg(feature = "charset")]
            Kind::Web(encoding) => encoding.name(),
            #[cfg(feature = "charset")]
            Kind::Shift(scheme) => scheme.name(),
        }
    }

    /// Whether every octet is a character. Text that is UTF-8 by chance hardly occurs in these.
    #[must_use]
    pub fn is_single_byte(self) -> bool {
        match self.0 {
            Kind::Utf8 | Kind::Utf7 | Kind::Utf16(_) => false,
            Kind::Ascii | Kind::Undeclared | Kind::Single(..) => true,
            #[cfg(feature = "charset")]
            Kind::Web(encoding) => encoding.is_single_byte(),
            #[cfg(feature = "charset")]
            Kind::Shift(_) => false,
        }
    }

    /// The text of the octets. What is malformed becomes U+FFFD. A byte order mark stays, except
    /// for UTF-16, where it says the order.
    ///
    /// ```
    /// use mailwire_message::charset::Charset;
    ///
    /// assert_eq!(Charset::UTF_8.decode(b"a\xff"), "a\u{fffd}");
    /// assert_eq!(Charset::US_ASCII.decode(b"a\xff"), "aÿ");
    /// ```
    #[must_use]
    pub fn decode(self, octets: &[u8]) -> Cow<'_, str> {
        self.decode_with(octets, &mut Findings::ignored(Policy::default()))
    }

    /// The text of the octets; says where they are malformed.
    ///
    /// ```
    /// use mailwire_message::{DefectCode, Findings, Policy, charset::Charset};
    ///
    /// let mut found = Vec::new();
    /// let mut sink = |code, offset| found.push((code, offset));
    /// let mut findings = Findings::new(Policy::default(), &mut sink);
    /// assert_eq!(Charset::UTF_8.decode_with(b"a\xff", &mut findings), "a\u{fffd}");
    /// assert_eq!(found, [(DefectCode::InvalidUtf8, 1)]);
    /// ```
    #[must_use = "the text is all there is"]
    pub fn decode_with<'a>(self, octets: &'a [u8], findings: &mut Findings<'_>) -> Cow<'a, str> {
        if let Some(text) = self.decode_well(octets) {
            return text;
        }
        let mut text = String::with_capacity(octets.len());
        let mut decoder = Decoder::new(self.settle(octets));
        decoder.decode(octets, &mut text, findings);
        decoder.finish(&mut text, findings);
        Cow::Owned(text)
    }

    /// The text of octets that are as they should be, by the fastest way.
    fn decode_well(self, octets: &[u8]) -> Option<Cow<'_, str>> {
        match self.0 {
            Kind::Utf8 | Kind::Ascii | Kind::Undeclared => utf8::text(octets).map(Cow::Borrowed),
            Kind::Single(..) if octets.is_ascii() => utf8::text(octets).map(Cow::Borrowed),
            Kind::Utf7 | Kind::Utf16(_) | Kind::Single(..) => None,
            #[cfg(feature = "charset")]
            Kind::Web(encoding) => {
                encoding.decode_without_bom_handling_and_without_replacement(octets)
            }
            #[cfg(feature = "charset")]
            Kind::Shift(_) => None,
        }
    }

    /// What ASCII turns out to be.
    fn settle(self, octets: &[u8]) -> Self {
        match self.0 {
            Kind::Ascii | Kind::Undeclared if utf8::text(octets).is_some() => Self::UTF_8,
            Kind::Ascii | Kind::Undeclared => Self::WINDOWS_1252,
            Kind::Utf8 | Kind::Utf7 | Kind::Utf16(_) | Kind::Single(..) => self,
            #[cfg(feature = "charset")]
            Kind::Web(_) | Kind::Shift(_) => self,
        }
    }

    /// Whether the label says nothing about octets above ASCII.
    pub(crate) fn is_undeclared(self) -> bool {
        matches!(self.0, Kind::Ascii | Kind::Undeclared)
    }
}

impl PartialEq for Charset {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Charset {}

impl fmt::Debug for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Charset").field(&self.name()).finish()
    }
}

/// The text of octets in the character set of this label, or `None` if the label is unknown.
/// What is malformed becomes U+FFFD.
///
/// ```
/// use mailwire_message::charset;
///
/// assert_eq!(charset::decode(b"iso-8859-1", b"caf\xe9").unwrap(), "café");
/// assert_eq!(charset::decode(b"utf-7", b"caf+AOk-").unwrap(), "café");
/// ```
#[must_use]
pub fn decode<'a>(label: &[u8], octets: &'a [u8]) -> Option<Cow<'a, str>> {
    Some(Charset::for_label(label)?.decode(octets))
}

/// The same, and says where the octets are malformed.
///
/// ```
/// use mailwire_message::{DefectCode, Findings, Policy, charset};
///
/// let mut found = Vec::new();
/// let mut sink = |code, offset| found.push((code, offset));
/// let mut findings = Findings::new(Policy::default(), &mut sink);
/// let text = charset::decode_with(b"utf-8", b"caf\xe9", &mut findings);
/// assert_eq!(text.unwrap(), "caf\u{fffd}");
/// assert_eq!(found, [(DefectCode::InvalidUtf8, 3)]);
/// ```
#[must_use]
pub fn decode_with<'a>(
    label: &[u8],
    octets: &'a [u8],
    findings: &mut Findings<'_>,
) -> Option<Cow<'a, str>> {
    Some(Charset::for_label(label)?.decode_with(octets, findings))
}
