//! 7bit, 8bit and binary: the octets as they are (RFC 2045 §6.2).

use crate::{DefectCode, Findings};
use alloc::vec::Vec;

/// Copies, and looks for the first octet above ASCII where none may be.
#[derive(Clone, Debug, Default)]
pub(super) struct Decoder {
    wants_ascii: bool,
    offset: usize,
}

impl Decoder {
    pub(super) fn seven_bit() -> Self {
        Self { wants_ascii: true, offset: 0 }
    }

    pub(super) fn decode(&mut self, input: &[u8], out: &mut Vec<u8>, findings: &mut Findings<'_>) {
        self.inspect(input, findings);
        out.extend_from_slice(input);
    }

    pub(super) fn inspect(&mut self, input: &[u8], findings: &mut Findings<'_>) {
        if self.wants_ascii && !input.is_ascii() {
            self.wants_ascii = false;
            let at = input.iter().position(|octet| !octet.is_ascii()).unwrap_or_default();
            findings.report(DefectCode::EightBitInSevenBit, self.offset + at);
        }
        self.offset += input.len();
    }
}
