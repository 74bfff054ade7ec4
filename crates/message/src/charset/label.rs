//! Labels as the wild writes them.

mod aliases;

use super::{Charset, Kind, tables, utf16::Order};

/// The longest label that is looked at.
const LEN: usize = 48;

pub(super) fn find(label: &[u8]) -> Option<Charset> {
    let label = tidy(label);
    if label.eq_ignore_ascii_case(b"utf-8") {
        return Some(Charset::UTF_8);
    }
    if label.eq_ignore_ascii_case(b"us-ascii") {
        return Some(Charset::US_ASCII);
    }
    let mut key = [0; LEN];
    let key = normalize(label, &mut key)?;
    own(key).or_else(|| web(label)).or_else(|| {
        let name = alias(key)?;
        own(name).or_else(|| web(name.as_bytes()))
    })
}

/// The name that a key means.
fn alias(key: &str) -> Option<&'static str> {
    let known = aliases::ALIASES.iter().find(|(_, keys)| keys.split(' ').any(|known| known == key));
    known.map(|(name, _)| *name).or_else(|| code_page(key)).or_else(|| iso_8859(key))
}

/// `cp850`, `windows-28592`, `ibm-437`, `x-cp1252`, `1251` …
fn code_page(key: &str) -> Option<&'static str> {
    const BEFORE: [&str; 17] = [
        "", "cp", "xcp", "ibm", "xibm", "xibmcp", "csibm", "ccsid", "dos", "ms", "oem", "pc",
        "win", "windows", "xwindows", "wincp", "codepage",
    ];

    let digits = key.find(|first: char| first.is_ascii_digit())?;
    let (before, number) = key.split_at(digits);
    let number: u16 = number.parse().ok()?;
    let (_, name) = aliases::CODE_PAGES.iter().find(|(page, _)| *page == number)?;
    (BEFORE.contains(&before) || matches!(before, "ansi" | "cswindows" | "wincodepage"))
        .then_some(name)
}

/// `iso8859_15`, `x-iso-8859-2`, `8859-5`, `is0-8859-1` …
fn iso_8859(key: &str) -> Option<&'static str> {
    const BEFORE: [&str; 6] = ["", "iso", "xiso", "is", "is0", "csiso"];

    let (before, part) = key.split_once("8859")?;
    match (BEFORE.contains(&before), part.trim_start_matches('0')) {
        (true, "1") => Some("windows1252"),
        (true, "2") => Some("iso-8859-2"),
        (true, "3") => Some("iso-8859-3"),
        (true, "4") => Some("iso-8859-4"),
        (true, "5") => Some("iso-8859-5"),
        (true, "6") => Some("iso-8859-6"),
        (true, "7") => Some("iso-8859-7"),
        (true, "8") => Some("iso-8859-8"),
        (true, "8i") => Some("iso-8859-8-i"),
        (true, "9") => Some("windows-1254"),
        (true, "10") => Some("iso-8859-10"),
        (true, "11") => Some("windows-874"),
        (true, "13") => Some("iso-8859-13"),
        (true, "14") => Some("iso-8859-14"),
        (true, "15") => Some("iso-8859-15"),
        (true, "16") => Some("iso-8859-16"),
        _ => None,
    }
}

/// Takes off quotes, blanks, and a language (RFC 2231 §5), and what follows an escape sequence that was
/// pasted in for good measure.
fn tidy(label: &[u8]) -> &[u8] {
    let end = label.iter().position(|octet| matches!(octet, b'*' | b';' | b',' | b'$' | 0x1b));
    let mut label = &label[..end.unwrap_or(label.len())];
    while let [
        b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' | b'<' | b'=' | b'_' | b'\\',
        rest @ ..,
    ] = label
    {
        label = rest;
    }
    while let [rest @ .., b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' | b'>' | b'.' | b'\\'] = label
    {
        label = rest;
    }
    label
}

/// Letters in lower case and digits, nothing else.
fn normalize<'a>(label: &[u8], key: &'a mut [u8; LEN]) -> Option<&'a str> {
    let mut len = 0;
    for octet in label.iter().filter(|octet| octet.is_ascii_alphanumeric()) {
        *key.get_mut(len)? = octet.to_ascii_lowercase();
        len += 1;
    }
    (len > 0).then(|| core::str::from_utf8(&key[..len]).ok()).flatten()
}

#[cfg(feature = "charset")]
fn web(label: &[u8]) -> Option<Charset> {
    let encoding = encoding_rs::Encoding::for_label_no_replacement(label)?;
    Some(match encoding {
        _ if encoding == encoding_rs::UTF_8 => Charset::UTF_8,
        _ if encoding == encoding_rs::UTF_16LE => Charset(Kind::Utf16(Order::Marked)),
        _ if encoding == encoding_rs::X_USER_DEFINED => Charset(Kind::Undeclared),
        _ => Charset(Kind::Web(encoding)),
    })
}

#[cfg(not(feature = "charset"))]
fn web(_label: &[u8]) -> Option<Charset> {
    None
}

/// The sets that are done here.
fn own(key: &str) -> Option<Charset> {
    let kind = match key {
        "utf8" => Kind::Utf8,
        "ascii" | "usascii" => Kind::Ascii,
        "unknown8bit" => Kind::Undeclared,
        "utf7" => Kind::Utf7,
        "utf16" => Kind::Utf16(Order::Marked),
        "utf16be" => Kind::Utf16(Order::Big),
        "utf16le" => Kind::Utf16(Order::Little),
        #[cfg(feature = "charset")]
        "iso2022kr" => Kind::Shift(super::shift::Scheme::Iso2022Kr),
        #[cfg(feature = "charset")]
        "hzgb2312" => Kind::Shift(super::shift::Scheme::Hz),
        _ => {
            let (_, name, table) = TABLES.iter().find(|(own, ..)| *own == key)?;
            Kind::Single(name, table)
        }
    };
    Some(Charset(kind))
}

const TABLES: [(&str, &str, &tables::Table); 23] = [
    ("ibm437", "IBM437", &tables::IBM437),
    ("ibm737", "IBM737", &tables::IBM737),
    ("ibm775", "IBM775", &tables::IBM775),
    ("ibm850", "IBM850", &tables::IBM850),
    ("ibm852", "IBM852", &tables::IBM852),
    ("ibm855", "IBM855", &tables::IBM855),
    ("ibm857", "IBM857", &tables::IBM857),
    ("ibm858", "IBM00858", &tables::IBM858),
    ("ibm860", "IBM860", &tables::IBM860),
    ("ibm861", "IBM861", &tables::IBM861),
    ("ibm862", "IBM862", &tables::IBM862),
    ("ibm863", "IBM863", &tables::IBM863),
    ("ibm865", "IBM865", &tables::IBM865),
    ("ibm866", "IBM866", &tables::IBM866),
    ("ibm869", "IBM869", &tables::IBM869),
    ("xmacce", "x-mac-ce", &tables::MAC_CE),
    ("xmacgreek", "x-mac-greek", &tables::MAC_GREEK),
    ("xmacicelandic", "x-mac-icelandic", &tables::MAC_ICELAND),
    ("xmacturkish", "x-mac-turkish", &tables::MAC_TURKISH),
    ("xmaccroatian", "x-mac-croatian", &tables::MAC_CROATIAN),
    ("xmacromanian", "x-mac-romanian", &tables::MAC_ROMANIAN),
    ("macintosh", "macintosh", &tables::MAC_ROMAN),
    ("windows1252", "windows-1252", &tables::WINDOWS_1252),
];
