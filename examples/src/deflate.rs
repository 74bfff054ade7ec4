//! The layer that COMPRESS puts under a connection: raw DEFLATE, both ways (RFC 4978).
use std::{
    fmt,
    io::{self, ErrorKind},
};

use bytes::{Buf, Bytes};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// Both directions.
pub struct Deflate {
    out: Compress,
    input: Decompress,
    /// What came and is not unpacked yet.
    packed: Bytes,
    /// Whether there may be more to unpack than there was room for.
    more: bool,
}

impl Deflate {
    /// Two new streams.
    #[must_use]
    pub fn new() -> Self {
        Self {
            out: Compress::new(Compression::fast(), false),
            input: Decompress::new(false),
            packed: Bytes::new(),
            more: false,
        }
    }

    /// Packs all of it so that the peer can unpack it at once.
    #[must_use]
    pub fn pack(&mut self, mut plain: &[u8]) -> Vec<u8> {
        let mut packed = Vec::with_capacity(plain.len() / 2 + 64);
        loop {
            if packed.capacity() - packed.len() < 64 {
                packed.reserve(plain.len() / 2 + 1024);
            }
            let before = self.out.total_in();
            let status = self.out.compress_vec(plain, &mut packed, FlushCompress::Sync);
            status.expect("the stream was never finished");
            let taken =
                usize::try_from(self.out.total_in() - before).expect("at most what there is");
            plain = &plain[taken..];
            // Room that is left over says that nothing is held back.
            if plain.is_empty() && packed.len() < packed.capacity() {
                return packed;
            }
        }
    }

    /// Takes what was read. What came before must have been unpacked.
    pub fn take(&mut self, packed: Bytes) {
        debug_assert!(self.packed.is_empty(), "still packed");
        self.packed = packed;
        self.more = true;
    }

    /// Unpacks as much as there is room for; nothing if more has to be read first. However much it would
    /// become, it never takes more memory than that.
    pub fn unpack(&mut self, room: &mut [u8]) -> io::Result<usize> {
        while self.more {
            let (taken, given) = (self.input.total_in(), self.input.total_out());
            let status = self
                .input
                .decompress(&self.packed, room, FlushDecompress::Sync)
                .map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
            let count = |now: u64, then: u64| usize::try_from(now - then).unwrap_or(usize::MAX);
            let (taken, given) =
                (count(self.input.total_in(), taken), count(self.input.total_out(), given));
            self.packed.advance(taken);
            self.more = given == room.len() || !self.packed.is_empty();
            if given > 0 {
                return Ok(given);
            }
            if matches!(status, Status::StreamEnd) || taken == 0 {
                // The peer ended its stream, which this protocol has no use for.
                self.more = false;
                if !self.packed.is_empty() {
                    return Err(io::Error::new(
                        ErrorKind::InvalidData,
                        "data behind the last block",
                    ));
                }
            }
        }
        Ok(0)
    }
}

impl Default for Deflate {
    fn default() -> Self {
        Self::new()
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

    fn unpack(layer: &mut Deflate, packed: &[u8], pieces: usize, room: usize) -> Vec<u8> {
        let mut plain = Vec::new();
        let mut buffer = vec![0; room];
        for piece in packed.chunks(pieces) {
            layer.take(Bytes::copy_from_slice(piece));
            loop {
                match layer.unpack(&mut buffer).unwrap() {
                    0 => break,
                    count => plain.extend_from_slice(&buffer[..count]),
                }
            }
        }
        plain
    }

    #[test]
    fn what_is_packed_is_unpacked_however_it_is_cut() {
        let mut noise = vec![0; 100_000];
        getrandom::fill(&mut noise).unwrap();
        let texts = [b"a1 NOOP\r\n".to_vec(), vec![b'x'; 1_000_000], noise, b"+ \r\n".to_vec()];
        for (pieces, room) in [(1, 1), (1, 4096), (7, 3), (1448, 65536), (usize::MAX, 65536)] {
            let (mut here, mut there) = (Deflate::new(), Deflate::new());
            for text in &texts {
                let packed = here.pack(text);
                assert!(unpack(&mut there, &packed, pieces, room) == *text, "{pieces} {room}");
            }
        }
    }

    #[test]
    fn what_is_no_deflate_is_an_error() {
        let mut layer = Deflate::new();
        layer.take(Bytes::from_static(&[0xff; 32]));
        assert!(layer.unpack(&mut [0; 64]).is_err());
    }
}
