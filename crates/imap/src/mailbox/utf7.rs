//! Modified UTF-7 (RFC 3501 §5.1.3): base64 of UTF-16 between `&` and `-`, with `,` for `/`.

use alloc::string::String;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// Whether the name is its own encoding.
pub(super) fn is_plain(name: &[u8]) -> bool {
    // No branch for each octet, and eight at a time: names are short, and all of them are plain.
    let are_plain = |octets: &[u8]| {
        octets.iter().fold(true, |plain, octet| plain & is_direct(*octet) & (*octet != b'&'))
    };
    let (eights, rest) = name.as_chunks::<8>();
    eights.iter().all(|eight| are_plain(eight)) && are_plain(rest)
}

/// What stands for itself: printable ASCII.
const fn is_direct(octet: u8) -> bool {
    matches!(octet, b' '..=b'~')
}

pub(super) fn encode(name: &str) -> String {
    let mut wire = String::with_capacity(name.len() * 2);
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        if first == '&' {
            wire.push_str("&-");
            rest = &rest[1..];
        } else if first.is_ascii() && is_direct(first as u8) {
            wire.push(first);
            rest = &rest[1..];
        } else {
            let end = rest.bytes().position(is_direct).unwrap_or(rest.len());
            encode_shifted(&rest[..end], &mut wire);
            rest = &rest[end..];
        }
    }
    wire
}

fn encode_shifted(text: &str, wire: &mut String) {
    wire.push('&');
    let (mut bits, mut held) = (0u32, 0);
    let mut put = |sextet: u32| wire.push(char::from(ALPHABET[(sextet & 63) as usize]));
    for unit in text.encode_utf16() {
        bits = bits << 16 | u32::from(unit);
        held += 16;
        while held >= 6 {
            held -= 6;
            put(bits >> held);
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        put(bits << (6 - held));
    }
    wire.push('-');
}

/// The characters, or `None` if this is no modified UTF-7. What is not the shortest form decodes too.
pub(super) fn decode(wire: &str) -> Option<String> {
    let mut name = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some(shift) = rest.find('&') {
        name.push_str(&rest[..shift]);
        let (shifted, behind) = rest[shift + 1..].split_once('-')?;
        if shifted.is_empty() {
            name.push('&');
        } else {
            decode_shifted(shifted.as_bytes(), &mut name)?;
        }
        rest = behind;
    }
    name.push_str(rest);
    Some(name)
}

fn decode_shifted(shifted: &[u8], name: &mut String) -> Option<()> {
    let (mut bits, mut held, mut high) = (0u32, 0, None);
    for octet in shifted {
        let sextet = ALPHABET.iter().position(|letter| letter == octet)?;
        bits = bits << 6 | u32::try_from(sextet).ok()?;
        held += 6;
        if held < 16 {
            continue;
        }
        held -= 16;
        let unit = u16::try_from(bits >> held).ok()?;
        bits &= (1 << held) - 1;
        match (high.take(), unit) {
            (None, 0xd800..=0xdbff) => high = Some(unit),
            (Some(high), _) => name.push(char::decode_utf16([high, unit]).next()?.ok()?),
            (None, _) => name.push(char::from_u32(unit.into())?),
        }
    }
    // What is left are the zeros that filled the last sextet.
    (high.is_none() && held < 6 && bits == 0).then_some(())
}
