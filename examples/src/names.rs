//! File names for names that others made up.
use sha2::{Digest, Sha256};

/// What file systems take, less an extension of four octets. No name comes near that is as long as the
/// protocols allow.
const LONGEST: usize = 255 - 4;

/// A file name: letters, digits and a few signs stay, all else is `%` and two digits. No name is another
/// folder, hidden, or that of another. If that is too long it is `%%` and a hash, which does not tell the name.
pub(crate) fn encode(name: &[u8]) -> String {
    let escaped = escape(name);
    if escaped.len() <= LONGEST {
        return escaped;
    }
    let hash = Sha256::digest(name);
    hash.iter().fold("%%".into(), |text, octet| format!("{text}{octet:02x}"))
}

fn escape(name: &[u8]) -> String {
    let mut text = String::new();
    for (at, octet) in name.iter().enumerate() {
        match octet {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'=' | b'+' | b',' | b'@' => {
                text.push((*octet).into());
            }
            b'.' | b'-' if at > 0 => text.push((*octet).into()),
            _ => text.push_str(&format!("%{octet:02X}")),
        }
    }
    text
}
