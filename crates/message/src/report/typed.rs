//! Values that say of what type they are: `dns; mail.example.org`, `rfc822; a@example.org`.

use alloc::{borrow::Cow, string::String};

use super::fields::flat;
use crate::{Findings, Policy, header::Raw, lex::skip_cfws, mime::lower};

/// A value and its type ([RFC 3464 §2.1.2]): an address, the name of a mail server, or what it said.
///
/// [RFC 3464 §2.1.2]: https://www.rfc-editor.org/rfc/rfc3464#section-2.1.2
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Typed {
    kind: String,
    value: String,
}

impl Typed {
    /// Reads `type; value`. Without a semicolon the type is empty and all of it is the value.
    ///
    /// ```
    /// use mailwire_message::report::Typed;
    ///
    /// let code = Typed::parse(b" smtp;  550 'arathib@vnet.IBM.COM' is not a\r\n registered gateway user");
    /// assert_eq!(code.kind(), "smtp");
    /// assert_eq!(code.value(), "550 'arathib@vnet.IBM.COM' is not a registered gateway user");
    /// ```
    #[must_use]
    pub fn parse(value: &[u8]) -> Self {
        let mut ignored = Findings::ignored(Policy::STANDARD);
        let value = flat(value);
        let raw = Raw::of(&value, &mut ignored);
        let start = skip_cfws(&value, 0, &mut ignored);
        let is_name = |octet: &u8| octet.is_ascii_alphanumeric() || b"-_.+".contains(octet);
        let end = start + value[start..].iter().take_while(|octet| is_name(octet)).count();
        let semicolon = skip_cfws(&value, end, &mut ignored);
        let (kind, text) = match value.get(semicolon) {
            Some(b';') if end > start => (&value[start..end], &value[semicolon + 1..]),
            _ => (&[][..], &value[..]),
        };
        Self { kind: lower(kind).into_owned(), value: raw.text(text.trim_ascii()).into_owned() }
    }

    /// The type in lower case: `rfc822`, `utf-8`, `dns`, `smtp`, `x400`; empty if it has none.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The value as written, unfolded.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The value as an address: without angle brackets that some put around it, and with the
    /// escapes `\x{..}` of type `utf-8` undone (RFC 6533 §3).
    ///
    /// ```
    /// use mailwire_message::report::Typed;
    ///
    /// assert_eq!(Typed::parse(b"rfc822; <a@example.org>").address(), "a@example.org");
    /// assert_eq!(Typed::parse(br"utf-8; gr\x{FC}n@example.org").address(), "grün@example.org");
    /// ```
    #[must_use]
    pub fn address(&self) -> Cow<'_, str> {
        let inner = self.value.strip_prefix('<').and_then(|value| value.strip_suffix('>'));
        let address = inner.unwrap_or(&self.value);
        if self.kind == "utf-8" { unescape(address) } else { Cow::Borrowed(address) }
    }
}

fn unescape(address: &str) -> Cow<'_, str> {
    let Some((before, mut rest)) = address.split_once(r"\x{") else {
        return Cow::Borrowed(address);
    };
    let mut text = String::with_capacity(address.len());
    text.push_str(before);
    loop {
        let escape = rest.split_once('}').and_then(|(digits, behind)| {
            let number = u32::from_str_radix(digits, 16).ok()?;
            Some((char::from_u32(number)?, behind))
        });
        match escape {
            Some((character, behind)) => {
                text.push(character);
                rest = behind;
            }
            None => text.push_str(r"\x{"),
        }
        let Some((before, behind)) = rest.split_once(r"\x{") else { break };
        text.push_str(before);
        rest = behind;
    }
    text.push_str(rest);
    Cow::Owned(text)
}
