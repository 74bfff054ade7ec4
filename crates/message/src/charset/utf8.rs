//! UTF-8 (RFC 3629), cut anywhere.

use alloc::string::String;
use core::str;

/// The octets as text, if they are UTF-8.
pub(super) fn text(octets: &[u8]) -> Option<&str> {
    simdutf8::basic::from_utf8(octets).ok()
}

/// Holds back what may become a character.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    held: [u8; 4],
    len: usize,
}

impl Decoder {
    pub(super) fn decode(
        &mut self,
        mut input: &[u8],
        mut offset: usize,
        out: &mut String,
        invalid: &mut dyn FnMut(usize),
    ) {
        while self.len > 0 {
            let Some((&octet, rest)) = input.split_first() else { return };
            self.held[self.len] = octet;
            self.len += 1;
            input = rest;
            offset += 1;
            let held = self.held;
            let held = &held[..self.len];
            self.len = 0;
            // What is held began within the chunk before, so that nothing of it is read twice.
            self.run(held, offset - held.len(), out, invalid);
        }
        self.run(input, offset, out, invalid);
    }

    pub(super) fn finish(
        &mut self,
        offset: usize,
        out: &mut String,
        invalid: &mut dyn FnMut(usize),
    ) {
        if self.len > 0 {
            invalid(offset - self.len);
            out.push('\u{fffd}');
            self.len = 0;
        }
    }

    fn run(
        &mut self,
        mut input: &[u8],
        mut offset: usize,
        out: &mut String,
        invalid: &mut dyn FnMut(usize),
    ) {
        loop {
            let (valid, bad) = match str::from_utf8(input) {
                Ok(text) => (text, None),
                Err(error) => {
                    let valid = &input[..error.valid_up_to()];
                    (str::from_utf8(valid).unwrap_or_default(), Some(error.error_len()))
                }
            };
            out.push_str(valid);
            input = &input[valid.len()..];
            offset += valid.len();
            match bad {
                None => return,
                Some(None) => {
                    self.held[..input.len()].copy_from_slice(input);
                    self.len = input.len();
                    return;
                }
                Some(Some(len)) => {
                    invalid(offset);
                    out.push('\u{fffd}');
                    input = &input[len..];
                    offset += len;
                }
            }
        }
    }
}
