//! Whether there are octets above ASCII in the header of a message that is appended: without UTF8=ACCEPT
//! being enabled there must be none ([RFC 9755 §4]).
//!
//! [RFC 9755 §4]: https://www.rfc-editor.org/rfc/rfc9755#section-4

use memchr::memchr;

/// Looks at a header as it comes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct HeaderScan {
    /// The blank line has come.
    over: bool,
    /// What there was of the line so far is more than a CR.
    text: bool,
    found: bool,
}

impl HeaderScan {
    /// Whether the header of a message that is here has such octets.
    pub(super) fn is_eight_bit(message: &[u8]) -> bool {
        let mut scan = Self::default();
        scan.read(message);
        scan.found
    }

    /// Whether there were any.
    pub(super) fn found(self) -> bool {
        self.found
    }

    pub(super) fn read(&mut self, octets: &[u8]) {
        let mut rest = octets;
        while !self.over && !rest.is_empty() {
            let end = memchr(b'\n', rest);
            let line = &rest[..end.unwrap_or(rest.len())];
            self.found |= !line.is_ascii();
            self.text |= line.iter().any(|octet| *octet != b'\r');
            let Some(end) = end else { return };
            self.over = !self.text;
            self.text = false;
            rest = &rest[end + 1..];
        }
    }

    /// Another message begins; what was found stays found.
    pub(super) fn begin(&mut self) {
        *self = Self { found: self.found, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_header_counts() {
        for (message, found) in [
            ("A: b\r\n\r\n\u{e9}", false),
            ("A: \u{e9}\r\n\r\nx", true),
            ("A: b\n\n\u{e9}", false),
            ("\r\n\u{e9}", false),
            ("A: b\r\n \r\n\u{e9}: x", true),
            ("", false),
        ] {
            assert_eq!(HeaderScan::is_eight_bit(message.as_bytes()), found, "{message:?}");
            let mut scan = HeaderScan::default();
            message.as_bytes().iter().for_each(|octet| scan.read(&[*octet]));
            assert_eq!(scan.found(), found, "{message:?} by octets");
        }
    }
}
