//! Octets that need no second look: printable ASCII, blanks, and line ends.

/// How far octets are known to be plain.
///
/// They are looked at in blocks, ahead of the fields, since short loops are slow ones.
#[derive(Debug, Default)]
pub(super) struct Plain {
    /// All before are plain, from where the last look began.
    plain: u64,
    /// There is something odd before, and perhaps after `plain`.
    odd: u64,
}

const BLOCK: usize = 1_024;

impl Plain {
    /// Whether the first `len` octets of the window, which begins at `offset`, are plain, and every CR
    /// among them stands before an LF.
    #[inline]
    pub(super) fn covers(&mut self, window: &[u8], len: usize, offset: u64) -> bool {
        let end = offset + len as u64;
        end <= self.plain || self.look(window, len, offset)
    }

    fn look(&mut self, window: &[u8], len: usize, offset: u64) -> bool {
        if offset + (len as u64) > self.odd {
            let known = usize::try_from(self.plain.saturating_sub(offset)).unwrap_or(0);
            let to = window.len().min(len.max(known + BLOCK));
            if is_plain(window, known, to) {
                self.plain = offset + to as u64;
                return true;
            }
            self.odd = offset + to as u64;
        }
        is_plain(window, 0, len)
    }
}

/// The loop has no branches and its values fit an octet, so that it becomes vector code.
fn is_plain(window: &[u8], from: usize, to: usize) -> bool {
    const LANES: usize = 32;
    let octets = window.get(from..to).unwrap_or_default();
    let Some((&last, nexts)) =
        octets.split_last().zip(octets.get(1..)).map(|((last, _), nexts)| (last, nexts))
    else {
        return true;
    };
    let mut odd = [0u8; LANES];
    let (blocks, rest) = octets[..nexts.len()].as_chunks::<LANES>();
    let (next_blocks, next_rest) = nexts.as_chunks::<LANES>();
    for (block, next) in blocks.iter().zip(next_blocks) {
        for lane in 0..LANES {
            odd[lane] |= oddity(block[lane], next[lane]);
        }
    }
    let mut any = odd.iter().fold(0, |any, &lane| any | lane);
    for (&octet, &next) in rest.iter().zip(next_rest) {
        any |= oddity(octet, next);
    }
    any | oddity(last, window.get(to).copied().unwrap_or(0)) == 0
}

#[inline]
fn oddity(octet: u8, next: u8) -> u8 {
    // Seen as signed, octets above ASCII are less than a space too.
    let low = u8::from(octet.cast_signed() < b' '.cast_signed());
    let blank = u8::from(octet == b'\t') | u8::from(octet == b'\n');
    let cr = u8::from(octet == b'\r');
    let lf = u8::from(next == b'\n');
    (low & !blank & !(cr & lf)) | u8::from(octet == 0x7f)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*, sample::select};

    fn naive(octets: &[u8], next: Option<&u8>) -> bool {
        octets.iter().enumerate().all(|(at, octet)| match octet {
            b'\r' => octets.get(at + 1).or(next) == Some(&b'\n'),
            b'\t' | b'\n' => true,
            octet => (b' '..0x7f).contains(octet),
        })
    }

    proptest! {
        /// However far it looks ahead, it says the same as the obvious way.
        #[test]
        fn says_what_is_there(
            mut octets in vec(select(b"ab c\t\n".to_vec()), 0..3_000),
            odd in vec((0..3_000usize, select(b"\0\r\n\x7f\x80\x1b".to_vec())), 0..4),
            lens in vec(0..700usize, 1..12),
        ) {
            for (at, octet) in odd {
                if let Some(place) = octets.get_mut(at) {
                    *place = octet;
                }
            }
            let (mut plain, mut at) = (Plain::default(), 0);
            for len in lens {
                let window = &octets[at..];
                let len = len.min(window.len());
                let got = plain.covers(window, len, at as u64);
                prop_assert_eq!(got, naive(&window[..len], window.get(len)), "{} from {}", len, at);
                at += len;
            }
        }
    }
}
