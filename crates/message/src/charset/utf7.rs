//! UTF-7 (RFC 2152), cut anywhere.

use super::utf16::Units;
use alloc::string::String;

#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// Within base64, that is behind a plus sign.
    shifted: bool,
    /// Nothing stands behind the plus sign yet.
    fresh: bool,
    bits: u32,
    count: u32,
    units: Units,
}

impl Decoder {
    pub(super) fn decode(
        &mut self,
        input: &[u8],
        offset: usize,
        out: &mut String,
        invalid: &mut dyn FnMut(usize),
    ) {
        for (at, &octet) in input.iter().enumerate() {
            let at = offset + at;
            if !self.shifted {
                self.plain(octet, at, out, invalid);
                continue;
            }
            if let Some(value) = value(octet) {
                self.fresh = false;
                self.bits = self.bits << 6 | value;
                self.count += 6;
                if self.count >= 16 {
                    self.count -= 16;
                    let [.., high, low] = (self.bits >> self.count).to_be_bytes();
                    self.units.take(u16::from_be_bytes([high, low]), at, out, invalid);
                    self.bits &= (1 << self.count) - 1;
                }
                continue;
            }
            let fresh = self.fresh;
            self.unshift(at, out, invalid);
            match octet {
                b'-' if fresh => out.push('+'),
                b'-' => {}
                _ => {
                    if fresh {
                        invalid(at - 1);
                        out.push('+');
                    }
                    self.plain(octet, at, out, invalid);
                }
            }
        }
    }

    pub(super) fn finish(
        &mut self,
        offset: usize,
        out: &mut String,
        invalid: &mut dyn FnMut(usize),
    ) {
        if self.shifted && self.fresh {
            invalid(offset - 1);
            out.push('+');
        }
        self.unshift(offset, out, invalid);
    }

    fn plain(&mut self, octet: u8, at: usize, out: &mut String, invalid: &mut dyn FnMut(usize)) {
        match octet {
            b'+' => (self.shifted, self.fresh) = (true, true),
            _ if octet.is_ascii() => out.push(char::from(octet)),
            _ => {
                invalid(at);
                out.push('\u{fffd}');
            }
        }
    }

    /// Leaves base64; fewer than six bits, all of them zero, may be left over.
    fn unshift(&mut self, at: usize, out: &mut String, invalid: &mut dyn FnMut(usize)) {
        self.units.finish(out, invalid);
        if self.count >= 6 || self.bits != 0 {
            invalid(at.saturating_sub(1));
            out.push('\u{fffd}');
        }
        (self.shifted, self.fresh, self.bits, self.count) = (false, false, 0, 0);
    }
}

fn value(octet: u8) -> Option<u32> {
    let value = match octet {
        b'A'..=b'Z' => octet - b'A',
        b'a'..=b'z' => octet - b'a' + 26,
        b'0'..=b'9' => octet - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}
