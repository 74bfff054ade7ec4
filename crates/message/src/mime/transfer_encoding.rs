//! `Content-Transfer-Encoding` ([RFC 2045 §6]).
//!
//! [RFC 2045 §6]: https://www.rfc-editor.org/rfc/rfc2045#section-6

use crate::{
    DefectCode, Findings, Policy, TransferEncoding,
    lex::{TOKEN, skip_cfws},
};

impl TransferEncoding {
    /// Reads the value of a `Content-Transfer-Encoding` field.
    ///
    /// ```
    /// use mailwire_message::TransferEncoding;
    ///
    /// assert_eq!(TransferEncoding::parse(b" Base64"), TransferEncoding::Base64);
    /// assert_eq!(TransferEncoding::parse(b"\"quoted-printable\";"), TransferEncoding::QuotedPrintable);
    /// assert_eq!(TransferEncoding::parse(b"x-own"), TransferEncoding::Unknown);
    /// ```
    #[must_use]
    pub fn parse(value: &[u8]) -> Self {
        Self::parse_with(value, &mut Findings::ignored(Policy::default()))
    }

    /// The same, and says what it found.
    ///
    /// Names in quotes, with other hyphens or none, with something behind them, or as an encoded word
    /// are understood and reported.
    pub fn parse_with(value: &[u8], findings: &mut Findings<'_>) -> Self {
        let start = skip_cfws(value, 0, findings);
        let end = start + TOKEN.span(&value[start..]);
        let rest = skip_cfws(value, end, findings);
        if rest == value.len()
            && let Some(encoding) = by_name(&value[start..end])
        {
            if memchr::memchr(b'(', value).is_some() {
                findings.report(DefectCode::CommentInType, start);
            }
            return encoding;
        }
        let encoding = if start == value.len() {
            Some(Self::SevenBit)
        } else {
            damaged(&value[start..]).or_else(|| by_name(&value[start..end]))
        };
        if encoding.is_some() || rest < value.len() {
            findings.report(DefectCode::CteSyntax, start);
        }
        encoding.unwrap_or_else(|| {
            findings.report(DefectCode::UnknownCte, start);
            Self::Unknown
        })
    }

    /// The name in lower case; empty for [`Unknown`](Self::Unknown).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SevenBit => "7bit",
            Self::EightBit => "8bit",
            Self::Binary => "binary",
            Self::QuotedPrintable => "quoted-printable",
            Self::Base64 => "base64",
            Self::Uuencode => "x-uuencode",
            Self::Yenc => "x-yencode",
            Self::Unknown => "",
        }
    }
}

/// What a name means that is not written as it should be.
fn damaged(value: &[u8]) -> Option<TransferEncoding> {
    let word = value.strip_prefix(b"=?").and_then(|word| {
        word.splitn(4, |&octet| octet == b'?').nth(2).zip(word.split(|&octet| octet == b'?').nth(1))
    });
    if let Some((text, kind)) = word {
        return match kind {
            b"Q" | b"q" => by_letters(text),
            b"B" | b"b" => NAMES
                .iter()
                .find(|(name, _)| is_base64_of(text, name))
                .map(|&(_, encoding)| encoding),
            _ => None,
        };
    }
    let value = value.strip_prefix(b"\"").unwrap_or(value);
    by_letters(value.split(|octet| b"\";,(".contains(octet)).next().unwrap_or_default())
}

/// The name of these letters and digits, whatever stands between them.
fn by_letters(value: &[u8]) -> Option<TransferEncoding> {
    let letters =
        || value.iter().filter(|octet| octet.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase);
    let known = |name: &[u8]| letters().eq(name.iter().copied().filter(u8::is_ascii_alphanumeric));
    let plural =
        |name: &[u8]| name.ends_with(b"bit") && letters().eq(name.iter().copied().chain([b's']));
    NAMES.iter().find(|(name, _)| known(name) || plural(name)).map(|&(_, encoding)| encoding)
}

/// Whether `text` is the base64 of `name`, whatever the case of the name's letters.
fn is_base64_of(text: &[u8], name: &[u8]) -> bool {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held) = (0u32, 0);
    let mut octets =
        text.iter().map_while(|octet| ALPHABET.iter().position(|letter| letter == octet));
    let mut decoded = core::iter::from_fn(|| {
        while held < 8 {
            bits = bits << 6 | u32::try_from(octets.next()?).ok()?;
            held += 6;
        }
        held -= 8;
        let octet = (bits >> held).to_le_bytes()[0];
        bits &= (1 << held) - 1;
        Some(octet.to_ascii_lowercase())
    });
    name.iter().all(|&octet| decoded.next() == Some(octet)) && decoded.next().is_none()
}

fn by_name(name: &[u8]) -> Option<TransferEncoding> {
    NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|&(_, encoding)| encoding)
}

const NAMES: [(&[u8], TransferEncoding); 11] = [
    (b"7bit", TransferEncoding::SevenBit),
    (b"8bit", TransferEncoding::EightBit),
    (b"base64", TransferEncoding::Base64),
    (b"quoted-printable", TransferEncoding::QuotedPrintable),
    (b"binary", TransferEncoding::Binary),
    (b"x-uuencode", TransferEncoding::Uuencode),
    (b"uuencode", TransferEncoding::Uuencode),
    (b"x-uue", TransferEncoding::Uuencode),
    (b"x-uu", TransferEncoding::Uuencode),
    (b"x-yencode", TransferEncoding::Yenc),
    (b"x-yenc", TransferEncoding::Yenc),
];

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn parse(value: &str) -> (TransferEncoding, Vec<DefectCode>) {
        let mut found = Vec::new();
        let mut sink = |code, _| found.push(code);
        let encoding = TransferEncoding::parse_with(
            value.as_bytes(),
            &mut Findings::new(Policy::default(), &mut sink),
        );
        (encoding, found)
    }

    #[test]
    fn names_in_every_case_are_understood_without_a_word() {
        for (value, want) in [
            ("7bit", TransferEncoding::SevenBit),
            (" 8BIT ", TransferEncoding::EightBit),
            ("BINARY\r\n ", TransferEncoding::Binary),
            ("\r\n\tBase64", TransferEncoding::Base64),
            ("Quoted-Printable", TransferEncoding::QuotedPrintable),
            ("x-uuencode", TransferEncoding::Uuencode),
            ("X-UUE", TransferEncoding::Uuencode),
            ("x-yencode", TransferEncoding::Yenc),
        ] {
            assert_eq!(parse(value), (want, Vec::new()), "value {value:?}");
        }
    }

    #[test]
    fn damaged_names_are_understood_and_reported() {
        for (value, want) in [
            ("\"base64\"", TransferEncoding::Base64),
            ("\"base64", TransferEncoding::Base64),
            ("base64;", TransferEncoding::Base64),
            ("base64; charset=utf-8", TransferEncoding::Base64),
            ("base64, 7bit", TransferEncoding::Base64),
            ("base64 7bit", TransferEncoding::Base64),
            ("base64.", TransferEncoding::Base64),
            ("base-64", TransferEncoding::Base64),
            ("base 64", TransferEncoding::Base64),
            ("8-bit", TransferEncoding::EightBit),
            ("8bits", TransferEncoding::EightBit),
            ("7 bit", TransferEncoding::SevenBit),
            ("7-bits;", TransferEncoding::SevenBit),
            ("quoted_printable", TransferEncoding::QuotedPrintable),
            ("quoted printable", TransferEncoding::QuotedPrintable),
            ("quotedprintable", TransferEncoding::QuotedPrintable),
            ("'quoted-printable'", TransferEncoding::QuotedPrintable),
            ("quoted-printable(c", TransferEncoding::QuotedPrintable),
            ("=?us-ascii?Q?base64?=", TransferEncoding::Base64),
            ("=?utf-8?B?cXVvdGVkLXByaW50YWJsZQ==?=", TransferEncoding::QuotedPrintable),
            ("=?utf-8?b?QmFzZTY0?=", TransferEncoding::Base64),
            ("", TransferEncoding::SevenBit),
            ("  ", TransferEncoding::SevenBit),
        ] {
            let (encoding, found) = parse(value);
            assert_eq!(encoding, want, "value {value:?}");
            let told = [DefectCode::CteSyntax, DefectCode::UnbalancedComment];
            assert!(found.iter().any(|code| told.contains(code)), "value {value:?}: {found:?}");
        }
        assert_eq!(
            parse("(a)base64 (b)"),
            (TransferEncoding::Base64, [DefectCode::CommentInType].into())
        );
    }

    #[test]
    fn unknown_names_are_unknown() {
        for value in ["x-own", "utf-8", "gzip", "=?utf-8?Q?x?=", "=?", "=?a?B?YmF?=", "\"", ";"] {
            let (encoding, found) = parse(value);
            assert_eq!(encoding, TransferEncoding::Unknown, "value {value:?}");
            assert!(found.contains(&DefectCode::UnknownCte), "value {value:?}");
        }
    }
}
