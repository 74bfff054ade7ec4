//! Octets of a header field that stand for themselves: UTF-8, or what came before it.

use alloc::{borrow::Cow, string::String};
use core::str;

use crate::{DefectCode, Findings, charset::Charset};

/// How the octets of one value are read: as UTF-8 if all of them are, else by the fallback.
///
/// The choice is made once for a value, so that a name is not read in two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Raw {
    Ascii,
    Utf8,
    Fallback,
}

impl Raw {
    /// Looks at a whole value.
    pub(crate) fn of(value: &[u8], findings: &mut Findings<'_>) -> Self {
        if value.is_ascii() {
            return Self::Ascii;
        }
        match str::from_utf8(value) {
            Ok(_) => Self::Utf8,
            Err(error) => {
                findings.report(DefectCode::EightBitInHeader, error.valid_up_to());
                Self::Fallback
            }
        }
    }

    /// A piece of the value as text. Pieces are cut beside ASCII octets.
    pub(crate) fn text(self, octets: &[u8]) -> Cow<'_, str> {
        match (self, str::from_utf8(octets)) {
            (Self::Fallback, _) if !octets.is_ascii() => Charset::WINDOWS_1252.decode(octets),
            (_, Ok(text)) => Cow::Borrowed(text),
            (_, Err(_)) => String::from_utf8_lossy(octets),
        }
    }

    /// Appends a piece of the value.
    pub(crate) fn push(self, octets: &[u8], out: &mut String) {
        out.push_str(&self.text(octets));
    }
}
