//! Numbers and texts of the stored form of an index.
//!
//! ```text
//! number = *more last      ; LEB128: seven bits an octet, the lowest first
//! signed = number          ; zigzag: 0, -1, 1, -2 …
//! text   = number octets   ; 0 is none, n + 1 stands before n octets
//! word   = number [octets] ; 0 is none; odd numbers are words of a list, 2n + 2 stands before n octets
//! ```

use alloc::vec::Vec;

/// Words that occur again and again. Their places are part of the stored form: new ones go to the end.
const WORDS: [&[u8]; 64] = [
    b"text",
    b"plain",
    b"html",
    b"multipart",
    b"mixed",
    b"alternative",
    b"related",
    b"signed",
    b"report",
    b"digest",
    b"message",
    b"rfc822",
    b"global",
    b"delivery-status",
    b"image",
    b"jpeg",
    b"png",
    b"gif",
    b"application",
    b"pdf",
    b"octet-stream",
    b"pgp-signature",
    b"pkcs7-signature",
    b"x-pkcs7-signature",
    b"zip",
    b"calendar",
    b"csv",
    b"charset",
    b"boundary",
    b"name",
    b"filename",
    b"format",
    b"delsp",
    b"type",
    b"method",
    b"protocol",
    b"micalg",
    b"report-type",
    b"size",
    b"creation-date",
    b"modification-date",
    b"utf-8",
    b"UTF-8",
    b"us-ascii",
    b"US-ASCII",
    b"iso-8859-1",
    b"ISO-8859-1",
    b"iso-8859-15",
    b"ISO-8859-15",
    b"windows-1252",
    b"Windows-1252",
    b"flowed",
    b"fixed",
    b"yes",
    b"no",
    b"attachment",
    b"inline",
    b"7bit",
    b"8bit",
    b"7BIT",
    b"8BIT",
    b"base64",
    b"quoted-printable",
    b"en",
];

pub(crate) fn put_number(mut number: u64, out: &mut Vec<u8>) {
    while number > 0x7f {
        out.push(low_octet(number) | 0x80);
        number >>= 7;
    }
    out.push(low_octet(number));
}

const fn low_octet(number: u64) -> u8 {
    number.to_le_bytes()[0]
}

pub(crate) fn put_len(len: usize, out: &mut Vec<u8>) {
    put_number(len as u64, out);
}

pub(crate) fn put_signed(number: i64, out: &mut Vec<u8>) {
    put_number((number << 1 ^ number >> 63).cast_unsigned(), out);
}

pub(crate) fn put_text(text: Option<&[u8]>, out: &mut Vec<u8>) {
    let Some(text) = text else { return put_number(0, out) };
    put_len(text.len() + 1, out);
    out.extend_from_slice(text);
}

pub(crate) fn put_word(word: Option<&[u8]>, out: &mut Vec<u8>) {
    let Some(word) = word else { return put_number(0, out) };
    if let Some(place) = WORDS.iter().position(|known| *known == word) {
        return put_len(2 * place + 1, out);
    }
    put_len(2 * word.len() + 2, out);
    out.extend_from_slice(word);
}

/// Puts what `write` writes behind its length.
pub(crate) fn put_block(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let mut block = Vec::new();
    write(&mut block);
    put_len(block.len(), out);
    out.extend_from_slice(&block);
}

/// Reads what was put. Everything is `None` that does not fit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reader<'s> {
    rest: &'s [u8],
}

impl<'s> Reader<'s> {
    pub(crate) const fn new(octets: &'s [u8]) -> Self {
        Self { rest: octets }
    }

    pub(crate) const fn rest(&self) -> &'s [u8] {
        self.rest
    }

    pub(crate) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn octet(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0u64, 0u32);
        loop {
            let octet = self.octet()?;
            let bits = u64::from(octet & 0x7f);
            if shift > 63 || (shift == 63 && bits > 1) {
                return None;
            }
            number |= bits << shift;
            if octet & 0x80 == 0 {
                return Some(number);
            }
            shift += 7;
        }
    }

    pub(crate) fn len(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    pub(crate) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    pub(crate) fn octets(&mut self, len: usize) -> Option<&'s [u8]> {
        let (octets, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(octets)
    }

    /// The outer `None` is damage, the inner one is no text.
    #[expect(clippy::option_option, reason = "damage is not the same as none")]
    pub(crate) fn text(&mut self) -> Option<Option<&'s [u8]>> {
        match self.len()? {
            0 => Some(None),
            len => self.octets(len - 1).map(Some),
        }
    }

    #[expect(clippy::option_option, reason = "damage is not the same as none")]
    pub(crate) fn word(&mut self) -> Option<Option<&'s [u8]>> {
        match self.len()? {
            0 => Some(None),
            odd if odd % 2 == 1 => WORDS.get(odd / 2).copied().map(Some),
            even => self.octets(even / 2 - 1).map(Some),
        }
    }

    pub(crate) fn block(&mut self) -> Option<&'s [u8]> {
        let len = self.len()?;
        self.octets(len)
    }
}

/// FNV-1a: finds every damage of a single octet, and nearly all others. It is no protection against
/// those who mean it.
pub(crate) fn checksum(octets: &[u8]) -> [u8; 4] {
    let step = |sum: u32, octet: &u8| (sum ^ u32::from(*octet)).wrapping_mul(0x0100_0193);
    octets.iter().fold(0x811c_9dc5, step).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_is_read() {
        let mut out = Vec::new();
        let numbers = [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX];
        numbers.iter().for_each(|number| put_number(*number, &mut out));
        let signed = [0, -1, 1, i64::MIN, i64::MAX];
        signed.iter().for_each(|number| put_signed(*number, &mut out));
        let texts = [None, Some(&b""[..]), Some(b"text"), Some(b"neither")];
        texts.iter().for_each(|text| put_text(*text, &mut out));
        texts.iter().for_each(|text| put_word(*text, &mut out));
        put_block(&mut out, |out| out.push(7));
        let mut reader = Reader::new(&out);
        numbers.iter().for_each(|number| assert_eq!(reader.number(), Some(*number)));
        signed.iter().for_each(|number| assert_eq!(reader.signed(), Some(*number)));
        texts.iter().for_each(|text| assert_eq!(reader.text(), Some(*text)));
        texts.iter().for_each(|text| assert_eq!(reader.word(), Some(*text)));
        assert_eq!(reader.block(), Some(&[7][..]));
        assert!(reader.is_at_end());
    }

    #[test]
    fn what_does_not_fit_is_nothing() {
        for octets in [&[][..], &[0x80], &[0xff; 11], &[0x80; 10]] {
            assert_eq!(Reader::new(octets).number(), None, "{octets:?}");
        }
        let mut too_much = [0xff; 10];
        too_much[9] = 0x02;
        assert_eq!(Reader::new(&too_much).number(), None);
        assert_eq!(Reader::new(&[3, b'a']).text(), None);
        assert_eq!(Reader::new(&[0xff, 1]).word(), None, "no word has this number");
    }
}
