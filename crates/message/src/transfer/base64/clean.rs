//! The fast path: lines of equal length that hold nothing but base64.

use super::Decoder;
use alloc::vec::Vec;

impl Decoder {
    /// Decodes as many clean lines as there are at the start of `input`; returns their octets.
    pub(super) fn clean(&mut self, _input: &[u8], _out: &mut Vec<u8>) -> usize {
        0
    }
}
