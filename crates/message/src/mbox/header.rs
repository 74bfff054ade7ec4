//! The header of a message, as far as an mbox reader has to know it.

use alloc::vec::Vec;

const NAME: &[u8] = b"content-length:";
/// The name, blanks, and the digits of the largest number.
const MOST: usize = 64;

/// Looks for `Content-Length` in pieces of a header.
#[derive(Clone, Debug, Default)]
pub(super) struct Header {
    /// The beginning of the line.
    line: Vec<u8>,
    content_length: Option<u64>,
}

impl Header {
    /// The last one counts, as it is the one that the mailbox added.
    pub(super) fn content_length(&self) -> Option<u64> {
        self.content_length
    }

    pub(super) fn take(&mut self, octets: &[u8]) {
        for piece in octets.split_inclusive(|&octet| octet == b'\n') {
            let room = MOST - self.line.len();
            self.line.extend_from_slice(&piece[..piece.len().min(room)]);
            if piece.ends_with(b"\n") {
                self.content_length = number(&self.line).or(self.content_length);
                self.line.clear();
            }
        }
    }
}

fn number(line: &[u8]) -> Option<u64> {
    let (name, value) = line.split_at_checked(NAME.len())?;
    if !name.eq_ignore_ascii_case(NAME) {
        return None;
    }
    core::str::from_utf8(value.trim_ascii()).ok()?.parse().ok()
}
