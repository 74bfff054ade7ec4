//! Parameters ([RFC 2045 §5.1], [RFC 2231]).
//!
//! ```text
//! parameter := attribute "=" value
//! value     := token / quoted-string
//! ```
//!
//! [RFC 2045 §5.1]: https://www.rfc-editor.org/rfc/rfc2045#section-5.1
//! [RFC 2231]: https://www.rfc-editor.org/rfc/rfc2231

mod list;
mod percent;
mod quick;
mod scan;
mod sections;
mod value;

pub use list::Params;
pub(crate) use percent::decode_into as undo_percent;
pub(crate) use scan::Behind;
pub(crate) use value::lower;

use alloc::{borrow::Cow, boxed::Box, string::String, vec::Vec};
use core::ops::Range;

/// One parameter, its sections joined and its value decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Param<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, str>,
    range: Range<usize>,
    extension: Option<Box<Extension>>,
}

/// What few parameters have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Extension {
    extended: bool,
    charset: Option<String>,
    language: Option<String>,
    octets: Option<Vec<u8>>,
    sections: Vec<Range<usize>>,
}

impl<'a> Param<'a> {
    /// The name in lower case, without the asterisks of RFC 2231.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value as text: quoting undone, percent escapes and character set decoded.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The octets of the value before they were made text: quoting and percent escapes undone,
    /// neither character set nor encoded words decoded.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        match self.extension.as_deref() {
            Some(Extension { octets: Some(octets), .. }) => octets,
            _ => self.value.as_bytes(),
        }
    }

    /// Whether it has the extended or continued form of RFC 2231.
    #[must_use]
    pub fn is_extended(&self) -> bool {
        self.extension.as_ref().is_some_and(|extension| extension.extended)
    }

    /// The character set that RFC 2231 declares, as written; `None` if left blank.
    #[must_use]
    pub fn charset(&self) -> Option<&str> {
        self.extension.as_ref()?.charset.as_deref()
    }

    /// The language that RFC 2231 declares, as written; `None` if left blank.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.extension.as_ref()?.language.as_deref()
    }

    /// Where its value stands in the value of the field, quotes included: one range, or one for each
    /// section in the order of their numbers.
    #[must_use]
    pub fn ranges(&self) -> &[Range<usize>] {
        match self.extension.as_deref() {
            Some(extension) if !extension.sections.is_empty() => &extension.sections,
            _ => core::slice::from_ref(&self.range),
        }
    }

    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> Param<'static> {
        Param {
            name: Cow::Owned(self.name.into_owned()),
            value: Cow::Owned(self.value.into_owned()),
            range: self.range,
            extension: self.extension,
        }
    }
}
