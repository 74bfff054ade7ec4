//! What a delivery status notification is about: the values of `NOTIFY` and `ORCPT`.
use alloc::{borrow::Cow, string::String};
use core::fmt::{self, Write};

use mailwire_core::ByteSet;

use crate::{ParseError, ParseErrorKind, Xtext};

/// When to report to the sender ([RFC 3461 §4.1]): never, or a set of occasions.
///
/// ```
/// use mailwire_smtp::Notify;
///
/// let notify = Notify::SUCCESS.and(Notify::DELAY);
/// assert_eq!(notify.to_string(), "SUCCESS,DELAY");
/// assert!(notify.contains(Notify::DELAY) && !notify.contains(Notify::FAILURE));
/// ```
///
/// [RFC 3461 §4.1]: https://www.rfc-editor.org/rfc/rfc3461#section-4.1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Notify(u8);

impl Notify {
    /// `NEVER`, which stands alone.
    pub const NEVER: Self = Self(0);
    /// `SUCCESS`: when it is delivered.
    pub const SUCCESS: Self = Self(1);
    /// `FAILURE`: when it cannot be delivered.
    pub const FAILURE: Self = Self(2);
    /// `DELAY`: when it takes long.
    pub const DELAY: Self = Self(4);

    const OCCASIONS: [(&'static str, Self); 3] =
        [("SUCCESS", Self::SUCCESS), ("FAILURE", Self::FAILURE), ("DELAY", Self::DELAY)];

    /// These occasions and those. `NEVER` adds nothing.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all the occasions of `other` are among these; `NEVER` is only in `NEVER`.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0 && (other.0 != 0 || self.0 == 0)
    }

    /// `notify-esmtp-value = "NEVER" / 1#notify-list-element`
    pub(super) fn read(value: &str) -> Option<Self> {
        if value.eq_ignore_ascii_case("NEVER") {
            return Some(Self::NEVER);
        }
        value.split(',').try_fold(Self::NEVER, |notify, element| {
            let mut occasions = Self::OCCASIONS.into_iter();
            let (_, occasion) = occasions.find(|(name, _)| element.eq_ignore_ascii_case(name))?;
            Some(notify.and(occasion))
        })
    }
}

impl fmt::Display for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NEVER {
            return f.write_str("NEVER");
        }
        let mut separator = "";
        for (name, occasion) in Self::OCCASIONS {
            if self.contains(occasion) {
                write!(f, "{separator}{name}")?;
                separator = ",";
            }
        }
        Ok(())
    }
}

/// Whom the sender meant, before aliases and lists ([RFC 3461 §4.2], [RFC 6533 §3]).
///
/// ```text
/// original-recipient-address = addr-type ";" xtext
/// ```
///
/// ```
/// use mailwire_smtp::{Orcpt, RcptParam, RcptParams, Unitext};
///
/// let mut params = RcptParams::default();
/// params.push(&RcptParam::Orcpt(Orcpt::Utf8(Unitext::encode_ascii("jörg@例え.jp")?)))?;
/// assert_eq!(params.to_string(), r"ORCPT=utf-8;j\x{F6}rg@\x{4F8B}\x{3048}.jp");
/// assert_eq!(params.orcpt().unwrap().address(), "jörg@例え.jp");
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
///
/// [RFC 3461 §4.2]: https://www.rfc-editor.org/rfc/rfc3461#section-4.2
/// [RFC 6533 §3]: https://www.rfc-editor.org/rfc/rfc6533#section-3
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Orcpt<'a> {
    /// `rfc822;`: an ASCII mailbox.
    Rfc822(Xtext<'a>),
    /// `utf-8;`: a mailbox that may be more than ASCII.
    Utf8(Unitext<'a>),
    /// An address of another type, such as `x400`.
    Other {
        /// The name of the type, an atom.
        addr_type: &'a str,
        /// The address.
        address: Xtext<'a>,
    },
}

impl<'a> Orcpt<'a> {
    pub(super) fn read(value: &'a str) -> Option<Self> {
        const MAX: usize = 500;
        let (addr_type, address) = value.split_once(';')?;
        if value.len() > MAX {
            return None;
        }
        if addr_type.eq_ignore_ascii_case("utf-8") {
            return Unitext::parse(address).ok().map(Self::Utf8);
        }
        // A report can show nothing but ASCII of the types that are not utf-8.
        let address = Xtext::parse(address).ok().filter(|address| address.decode().is_ascii())?;
        if addr_type.eq_ignore_ascii_case("rfc822") {
            return Some(Self::Rfc822(address));
        }
        let atom = !addr_type.is_empty() && ByteSet::ATEXT.covers(addr_type.as_bytes());
        atom.then_some(Self::Other { addr_type, address })
    }

    /// The address, decoded.
    #[must_use]
    pub fn address(&self) -> Cow<'_, str> {
        match self {
            Self::Rfc822(address) | Self::Other { address, .. } => address.decode(),
            Self::Utf8(address) => address.decode(),
        }
    }
}

impl fmt::Display for Orcpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rfc822(address) => write!(f, "rfc822;{address}"),
            Self::Utf8(address) => write!(f, "utf-8;{address}"),
            Self::Other { addr_type, address } => write!(f, "{addr_type};{address}"),
        }
    }
}

/// Text in which blank, `\`, `+` and `=` are written as `\x{20}` and so on, and whatever is not
/// ASCII may be ([RFC 6533 §3]).
///
/// [RFC 6533 §3]: https://www.rfc-editor.org/rfc/rfc6533#section-3
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unitext<'a>(Cow<'a, str>);

/// The ASCII that must be escaped, control characters apart.
const SPECIAL: [char; 4] = [' ', '\\', '+', '='];

impl<'a> Unitext<'a> {
    /// `1*(QUCHAR / EmbeddedUnicodeChar)`, all of the text.
    pub fn parse(text: &'a str) -> Result<Self, ParseError> {
        if text.is_empty() {
            return Err(ParseErrorKind::MissingArgument.at(0));
        }
        let mut at = 0;
        while at < text.len() {
            let (_, len) = character(&text[at..]).ok_or(ParseErrorKind::BadArgument.at(at))?;
            at += len;
        }
        Ok(Self(Cow::Borrowed(text)))
    }

    /// Encodes a text for a server that knows SMTPUTF8.
    pub fn encode(text: &'a str) -> Result<Self, ParseError> {
        encode(text, |character| SPECIAL.contains(&character))
    }

    /// Encodes a text for any server.
    pub fn encode_ascii(text: &'a str) -> Result<Self, ParseError> {
        encode(text, |character| SPECIAL.contains(&character) || !character.is_ascii())
    }

    /// The text as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the text means.
    #[must_use]
    pub fn decode(&self) -> Cow<'_, str> {
        if !self.0.contains('\\') {
            return Cow::Borrowed(&self.0);
        }
        let mut rest = &*self.0;
        let mut decoded = String::with_capacity(rest.len());
        while let Some((character, len)) = character(rest) {
            decoded.push(character);
            rest = &rest[len..];
        }
        Cow::Owned(decoded)
    }
}

fn encode(text: &str, escaped: impl Fn(char) -> bool) -> Result<Unitext<'_>, ParseError> {
    if let Some(at) = text.find(char::is_control) {
        return Err(ParseErrorKind::BadArgument.at(at));
    }
    if text.is_empty() || !text.contains(&escaped) {
        return Unitext::parse(text);
    }
    let mut wire = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        if escaped(character) {
            let _ = write!(wire, "\\x{{{:02X}}}", u32::from(character));
        } else {
            wire.push(character);
        }
    }
    Ok(Unitext(Cow::Owned(wire)))
}

/// `QUCHAR / EmbeddedUnicodeChar`: the first character that the text means, and how long it is
/// written.
fn character(text: &str) -> Option<(char, usize)> {
    let Some(escape) = text.strip_prefix("\\x{") else {
        let character = text.chars().next()?;
        let valid = !character.is_control() && !SPECIAL.contains(&character);
        return valid.then(|| (character, character.len_utf8()));
    };
    let (digits, _) = escape.split_once('}')?;
    let valid = (2..=6).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let character = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
    let needed = !character.is_ascii() || SPECIAL.contains(&character);
    let valid = valid && needed && !character.is_control();
    valid.then_some((character, "\\x{}".len() + digits.len()))
}

impl fmt::Display for Unitext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_unitext_is_taken() {
        for (text, want) in [
            (r"a\x{2B}b@c", Some("a+b@c")),
            (r"\x{5c}", Some("\\")),
            (r"\x{1F600}é", Some("😀é")),
            ("a+b", None),
            ("a b", None),
            (r"a\b", None),
            (r"\x{41}", None),
            (r"\x{0A}", None),
            (r"\x{D800}", None),
            (r"\x{110000}", None),
            (r"\x{20", None),
            (r"\x{+20}", None),
            ("", None),
        ] {
            let got = Unitext::parse(text);
            assert_eq!(got.as_ref().ok().map(Unitext::decode).as_deref(), want, "text {text:?}");
        }
    }

    proptest! {
        /// What is encoded decodes to itself, and is unitext.
        #[test]
        fn decode_undoes_encode(text in "\\PC+") {
            for wire in [Unitext::encode(&text).unwrap(), Unitext::encode_ascii(&text).unwrap()] {
                prop_assert_eq!(&wire.decode(), &text);
                prop_assert_eq!(Unitext::parse(wire.as_str()).unwrap(), wire.clone());
            }
            prop_assert!(Unitext::encode_ascii(&text).unwrap().as_str().is_ascii());
        }
    }
}
