//! Dot-stuffed text, written ([RFC 5321 §4.5.2]).
//!
//! [RFC 5321 §4.5.2]: https://www.rfc-editor.org/rfc/rfc5321#section-4.5.2
use bytes::{Bytes, BytesMut};
use memchr::memchr2;

use crate::{
    BareLineEnds, OutputQueue,
    scan::{self, BLOCK},
};

/// Stuffs dots and ends the text; never writes a bare CR or LF.
///
/// Large stretches without a dot at a line start go out as slices of what was given.
///
/// ```
/// use mailwire_core::{BareLineEnds, DotWriter, OutputQueue};
///
/// let mut output = OutputQueue::default();
/// let mut writer = DotWriter::new(BareLineEnds::Normalize);
/// writer.write(".a\n.b".into(), &mut output)?;
/// writer.finish(&mut output)?;
/// assert_eq!(output.take().unwrap(), "..a\r\n..b\r\n.\r\n");
/// # Ok::<(), mailwire_core::BareLineEnd>(())
/// ```
#[derive(Debug)]
pub struct DotWriter {
    at: At,
    reject: bool,
    written: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    LineStart,
    Inside,
    /// Behind a CR that is held back.
    Cr,
}

/// A text that must not hold a CR without LF, or LF without CR, holds one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("bare CR or LF at octet {offset} of the body")]
#[non_exhaustive]
pub struct BareLineEnd {
    /// Which octet of the text, counted from 0 at its start.
    pub offset: u64,
}

impl DotWriter {
    /// Starts before the first line.
    ///
    /// [`BareLineEnds::Keep`] is not for writing and means the same as `Normalize`.
    #[must_use]
    pub fn new(policy: BareLineEnds) -> Self {
        Self { at: At::LineStart, reject: policy == BareLineEnds::Reject, written: 0 }
    }

    /// Writes the next piece of the text.
    ///
    /// After an error the text cannot be completed: the receiver must not get its end.
    pub fn write(&mut self, mut text: Bytes, output: &mut OutputQueue) -> Result<(), BareLineEnd> {
        while !text.is_empty() {
            let plain = self.plain_len(&text);
            if plain > 0 {
                let plain = text.split_to(plain);
                self.at = if plain.ends_with(b"\n") { At::LineStart } else { At::Inside };
                self.written += plain.len() as u64;
                output.push(plain);
            } else {
                let block = text.split_to(text.len().min(self.step_len(&text)));
                let mut result = Ok(());
                output.encode(|out| result = self.step(&block, out));
                result?;
            }
        }
        Ok(())
    }

    /// Ends the last line, if it is not, and the text.
    pub fn finish(mut self, output: &mut OutputQueue) -> Result<(), BareLineEnd> {
        if self.at == At::Cr {
            let mut result = Ok(());
            output.encode(|out| result = self.bare_cr(out));
            result?;
            self.at = At::Inside;
        }
        output.put(if self.at == At::LineStart { b".\r\n" } else { b"\r\n.\r\n" });
        Ok(())
    }

    /// How many octets can be written as they are.
    fn plain_len(&self, text: &[u8]) -> usize {
        let mut before = match self.at {
            At::LineStart => b'\n',
            At::Inside => 0,
            At::Cr => return 0,
        };
        let mut len = 0;
        while len < text.len() {
            let block = &text[len..text.len().min(len + BLOCK)];
            let plain = &block[..scan::before_dot(before, block)];
            if scan::inspect_line_ends(before, plain).bare {
                break;
            }
            len += plain.len();
            if plain.len() < block.len() {
                break;
            }
            before = block[block.len() - 1];
        }
        // A CR waits for its LF.
        len - usize::from(text[..len].ends_with(b"\r"))
    }

    /// One octet where a dot or a held CR is all that stands in the way, a block elsewhere.
    fn step_len(&self, text: &[u8]) -> usize {
        let one = self.at == At::Cr || (self.at == At::LineStart && text[0] == b'.');
        if one { 1 } else { BLOCK }
    }

    fn step(&mut self, block: &[u8], out: &mut BytesMut) -> Result<(), BareLineEnd> {
        let mut rest = block;
        while let Some(&octet) = rest.first() {
            let mut run = 1;
            self.at = match (self.at, octet) {
                (At::Cr, b'\n') => {
                    out.extend_from_slice(b"\r\n");
                    At::LineStart
                }
                (At::Cr, _) => {
                    self.bare_cr(out)?;
                    run = 0;
                    At::Inside
                }
                (_, b'\r') => At::Cr,
                (_, b'\n') => {
                    self.refuse(0)?;
                    out.extend_from_slice(b"\r\n");
                    At::LineStart
                }
                (at, _) => {
                    if at == At::LineStart && octet == b'.' {
                        out.extend_from_slice(b".");
                    }
                    run = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
                    out.extend_from_slice(&rest[..run]);
                    At::Inside
                }
            };
            self.written += run as u64;
            rest = &rest[run..];
        }
        Ok(())
    }

    fn bare_cr(&self, out: &mut BytesMut) -> Result<(), BareLineEnd> {
        self.refuse(1)?;
        out.extend_from_slice(b" ");
        Ok(())
    }

    fn refuse(&self, back: u64) -> Result<(), BareLineEnd> {
        if self.reject { Err(BareLineEnd { offset: self.written - back }) } else { Ok(()) }
    }
}
