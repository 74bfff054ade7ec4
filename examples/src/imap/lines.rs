//! A message in a file, with the line ends that messages have on the wire.
use std::{
    fs::File,
    io::{self, ErrorKind, Read, Seek},
    path::Path,
};

use bytes::{Bytes, BytesMut};
use memchr::memchr_iter;

/// A file whose octets are handed over piece by piece.
#[derive(Debug)]
pub struct Lines {
    file: File,
    convert: bool,
    size: u64,
    /// How many octets are still to come.
    left: u64,
    /// Whether the last octet that was read is CR.
    cr: bool,
    buffer: BytesMut,
    /// Whether NUL is among the octets.
    pub nul: bool,
}

/// How much of a file is read at once.
const BLOCK: usize = 64 * 1024;

impl Lines {
    /// Looks through the file. Unless it is to be sent as it is, every LF without CR becomes CRLF.
    pub fn open(path: &Path, as_is: bool) -> io::Result<Self> {
        let file = File::open(path)?;
        let mut lines = Self {
            file,
            convert: !as_is,
            size: 0,
            left: u64::MAX,
            cr: false,
            buffer: BytesMut::new(),
            nul: false,
        };
        while let Some(piece) = lines.read()? {
            lines.size += piece.len() as u64;
            lines.nul = lines.nul || memchr::memchr(0, &piece).is_some();
        }
        lines.rewind()?;
        Ok(lines)
    }

    /// How many octets there are on the wire.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Begins again.
    pub fn rewind(&mut self) -> io::Result<()> {
        self.cr = false;
        self.left = self.size;
        self.file.rewind()
    }

    /// The next octets; `None` when all are handed over. An error if there are not as many as there were.
    pub fn next_piece(&mut self) -> io::Result<Option<Bytes>> {
        if self.left == 0 {
            return Ok(None);
        }
        let piece = self.read()?.ok_or(ErrorKind::UnexpectedEof)?;
        // The file may grow: what comes then is not sent.
        let room = usize::try_from(self.left).unwrap_or(usize::MAX);
        let piece = if piece.len() > room { piece.slice(..room) } else { piece };
        self.left -= piece.len() as u64;
        Ok(Some(piece))
    }

    fn read(&mut self) -> io::Result<Option<Bytes>> {
        self.buffer.resize(BLOCK, 0);
        loop {
            match self.file.read(&mut self.buffer) {
                Ok(0) => return Ok(None),
                Ok(count) => {
                    let block = self.buffer.split_to(count).freeze();
                    return Ok(Some(if self.convert { self.ended(block) } else { block }));
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// The octets with CRLF where LF is alone.
    fn ended(&mut self, block: Bytes) -> Bytes {
        let bare = |at: usize| if at == 0 { !self.cr } else { block[at - 1] != b'\r' };
        let alone: Vec<_> = memchr_iter(b'\n', &block).filter(|at| bare(*at)).collect();
        self.cr = block.ends_with(b"\r");
        if alone.is_empty() {
            return block;
        }
        let mut out = BytesMut::with_capacity(block.len() + alone.len());
        let mut from = 0;
        for at in alone {
            out.extend_from_slice(&block[from..at]);
            out.extend_from_slice(b"\r");
            from = at;
        }
        out.extend_from_slice(&block[from..]);
        out.freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{env, fs, process};

    fn sent(name: &str, text: &[u8], as_is: bool) -> Vec<u8> {
        let path = env::temp_dir().join(format!("lines-{}-{name}", process::id()));
        fs::write(&path, text).unwrap();
        let mut lines = Lines::open(&path, as_is).unwrap();
        fs::remove_file(path).unwrap();
        let mut all = Vec::new();
        while let Some(piece) = lines.next_piece().unwrap() {
            all.extend_from_slice(&piece);
        }
        assert_eq!(all.len() as u64, lines.size());
        all
    }

    #[test]
    fn every_lf_that_is_alone_becomes_crlf() {
        for (text, want) in [
            ("", ""),
            ("a", "a"),
            ("a\nb\r\nc\rd\n", "a\r\nb\r\nc\rd\r\n"),
            ("\n\n\r\n", "\r\n\r\n\r\n"),
        ] {
            assert_eq!(sent("short", text.as_bytes(), false), want.as_bytes());
            assert_eq!(sent("short", text.as_bytes(), true), text.as_bytes());
        }
    }

    #[test]
    fn crlf_on_both_sides_of_a_block_is_one() {
        for cut in [BLOCK - 1, BLOCK, BLOCK + 1] {
            let text = [&vec![b'x'; cut - 1][..], b"\r\n", b"y\nz\n"].concat();
            let want = [&vec![b'x'; cut - 1][..], b"\r\n", b"y\r\nz\r\n"].concat();
            assert!(sent("long", &text, false) == want, "{cut}");
        }
    }

    #[test]
    fn a_file_that_shrinks_is_an_error() {
        let path = env::temp_dir().join(format!("lines-{}-shrinks", process::id()));
        fs::write(&path, "abc").unwrap();
        let mut lines = Lines::open(&path, false).unwrap();
        fs::write(&path, "").unwrap();
        assert!(lines.next_piece().is_err());
        fs::remove_file(path).unwrap();
    }
}
