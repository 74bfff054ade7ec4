//! DEFLATE between octets and octets (RFC 4978).
use std::fmt;

use bytes::{Buf, Bytes};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::session::Failure;

/// Both directions, each with a dictionary of its own.
pub struct Deflate {
    compress: Compress,
    decompress: Decompress,
    /// What came and is not inflated yet: no more is made than the session can take.
    input: Bytes,
    /// Whether there may be more to be had without more input.
    more: bool,
}

/// How much is inflated at once: a bomb goes off in small pieces, with the session in between.
const BLOCK: usize = 16 * 1024;

impl Default for Deflate {
    fn default() -> Self {
        Self {
            compress: Compress::new(Compression::default(), false),
            decompress: Decompress::new(false),
            input: Bytes::new(),
            more: false,
        }
    }
}

impl Deflate {
    /// Takes compressed octets, once [`next`](Self::next) has no more of those before.
    pub fn push(&mut self, input: Bytes) {
        debug_assert!(self.input.is_empty(), "more than was asked for");
        self.input = input;
        self.more = true;
    }

    /// The next octets inflated; `None` if that takes more input.
    #[expect(clippy::should_implement_trait, reason = "it fails, and goes on after nothing")]
    pub fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        while self.more {
            let mut plain = vec![0; BLOCK];
            let (before, made_before) = (self.decompress.total_in(), self.decompress.total_out());
            let status =
                self.decompress.decompress(&self.input, &mut plain, FlushDecompress::Sync)?;
            let taken = self.decompress.total_in() - before;
            let made = self.decompress.total_out() - made_before;
            self.input.advance(usize::try_from(taken)?);
            let made = usize::try_from(made)?;
            if status == Status::StreamEnd {
                return Err("the client ended its compressed stream".into());
            }
            self.more = made == BLOCK || !self.input.is_empty();
            if taken == 0 && made == 0 {
                self.more = false;
            }
            if made > 0 {
                plain.truncate(made);
                return Ok(Some(plain.into()));
            }
        }
        Ok(None)
    }

    /// Compresses, with all of it in what comes out.
    pub fn compress(&mut self, mut plain: &[u8]) -> Result<Bytes, Failure> {
        let mut wire = Vec::with_capacity(plain.len() / 2 + 64);
        loop {
            let before = self.compress.total_in();
            self.compress.compress_vec(plain, &mut wire, FlushCompress::Sync)?;
            let taken = usize::try_from(self.compress.total_in() - before)?;
            plain = &plain[taken..];
            // Room left means that the flush is complete.
            if plain.is_empty() && wire.len() < wire.capacity() {
                return Ok(wire.into());
            }
            wire.reserve(plain.len() / 2 + 64);
        }
    }
}

impl fmt::Debug for Deflate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deflate").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(deflate: &mut Deflate) -> Vec<u8> {
        let mut all = Vec::new();
        while let Some(octets) = deflate.next().unwrap() {
            assert!(octets.len() <= BLOCK);
            all.extend_from_slice(&octets);
        }
        all
    }

    #[test]
    fn what_goes_in_comes_out() {
        let noise: Vec<u8> =
            (0..100_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let (mut one, mut other) = (Deflate::default(), Deflate::default());
        for text in [&b"* OK\r\n"[..], b"", &[b'x'; 1_000_000], &noise, b"a NOOP\r\n"] {
            let wire = one.compress(text).unwrap();
            other.push(wire);
            assert!(all(&mut other) == text, "{} octets", text.len());
        }
    }

    #[test]
    fn one_octet_at_a_time() {
        let (mut one, mut other) = (Deflate::default(), Deflate::default());
        let wire = one.compress(&[b'y'; 50_000]).unwrap();
        let mut got = 0;
        for at in 0..wire.len() {
            other.push(wire.slice(at..=at));
            got += all(&mut other).len();
        }
        assert_eq!(got, 50_000);
    }

    #[test]
    fn nonsense_is_an_error() {
        let mut deflate = Deflate::default();
        deflate.push(Bytes::from_static(b"\xff\xff\xff\xff"));
        assert!(deflate.next().is_err());
    }
}
