//! RTF as Outlook has it: compressed (MS-OXRTFCP), and with HTML inside (MS-OXRTFEX).

mod words;

use crate::{DefectCode, Findings, Policy, transfer::crc};
use alloc::{string::String, vec::Vec};

/// What the dictionary begins with (MS-OXRTFCP §2.1.2.1).
const DICTIONARY: &[u8; 207] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}\
    {\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier\
    {\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const WINDOW: usize = 4096;
const COMPRESSED: u32 = u32::from_le_bytes(*b"LZFu");
const UNCOMPRESSED: u32 = u32::from_le_bytes(*b"MELA");

/// Decompresses RTF; `None` if it does not begin as such. What is damaged ends early.
///
/// There are at most nine times as many octets out as in.
///
/// ```
/// use mailwire_message::tnef::rtf;
///
/// // MS-OXRTFCP §3.1.1.
/// let compressed = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x42\x32\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
/// assert_eq!(rtf::decompress(compressed).unwrap(), b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
/// ```
#[must_use]
pub fn decompress(compressed: &[u8]) -> Option<Vec<u8>> {
    decompress_with(compressed, 0, &mut Findings::ignored(Policy::default()))
}

/// The same, for what stands at `at` in something larger.
pub(super) fn decompress_with(
    compressed: &[u8],
    at: usize,
    findings: &mut Findings<'_>,
) -> Option<Vec<u8>> {
    let (header, content) = compressed.split_first_chunk::<16>()?;
    let field =
        |i: usize| u32::from_le_bytes([header[i], header[i + 1], header[i + 2], header[i + 3]]);
    let [stated, raw_size, kind, checksum] = [0, 4, 8, 12].map(field);
    let len = (stated as usize).saturating_sub(12);
    if len > content.len() {
        findings.report(DefectCode::TnefSyntax, at);
    }
    let content = &content[..len.min(content.len())];
    let raw_size = raw_size as usize;
    let rtf = match kind {
        COMPRESSED => {
            if crc::update(0, content) != checksum {
                findings.report(DefectCode::TnefSyntax, at + 12);
            }
            inflate(content, raw_size)
        }
        UNCOMPRESSED => content[..raw_size.min(content.len())].to_vec(),
        _ => return None,
    };
    if rtf.len() != raw_size {
        findings.report(DefectCode::TnefSyntax, at + 4);
    }
    Some(rtf)
}

/// MS-OXRTFCP §2.2: runs of eight literals or references into the last 4,096 octets.
fn inflate(content: &[u8], most: usize) -> Vec<u8> {
    let mut window = [b' '; WINDOW];
    window[..DICTIONARY.len()].copy_from_slice(DICTIONARY);
    let mut end = DICTIONARY.len();
    let mut rtf = Vec::new();
    let mut octets = content.iter().copied();
    while let Some(control) = octets.next() {
        for bit in 0..8 {
            if rtf.len() >= most {
                return rtf;
            }
            let (mut from, len) = if control >> bit & 1 == 0 {
                let Some(literal) = octets.next() else { return rtf };
                window[end] = literal;
                (end, 1)
            } else {
                let (Some(high), Some(low)) = (octets.next(), octets.next()) else { return rtf };
                let from = usize::from(high) << 4 | usize::from(low >> 4);
                if from == end {
                    return rtf;
                }
                (from, usize::from(low & 15) + 2)
            };
            for _ in 0..len {
                let octet = window[from % WINDOW];
                window[end] = octet;
                rtf.push(octet);
                end = (end + 1) % WINDOW;
                from += 1;
            }
        }
    }
    rtf
}

/// The HTML that the RTF was made from, or `None` if it was not made from HTML (MS-OXRTFEX §2.2).
///
/// ```
/// use mailwire_message::tnef::rtf;
///
/// let rtf = br"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\b \htmlrtf0 Hi \'e9\htmlrtf }\htmlrtf0{\*\htmltag72 </p>}}";
/// assert_eq!(rtf::html(rtf).unwrap(), "<p>Hi é</p>");
/// ```
#[must_use]
pub fn html(rtf: &[u8]) -> Option<String> {
    words::html(rtf)
}

/// The text of the RTF, without its form.
///
/// ```
/// use mailwire_message::tnef::rtf;
///
/// let rtf = br"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\b Hi\b0\par there\u8364?}";
/// assert_eq!(rtf::text(rtf), "Hi\r\nthere€");
/// ```
#[must_use]
pub fn text(rtf: &[u8]) -> String {
    words::text(rtf)
}
