//! A message on its way to the client ([RFC 1939 §3]), or what TOP wants of it ([RFC 1939 §7]).
//!
//! [RFC 1939 §3]: https://www.rfc-editor.org/rfc/rfc1939#section-3
//! [RFC 1939 §7]: https://www.rfc-editor.org/rfc/rfc1939#section-7
use bytes::Bytes;
use mailwire_core::{BareLineEnds, DotWriter, OutputQueue};
use memchr::memchr;

use super::Flow;

/// A multi-line answer: dots are stuffed, line ends made CRLF, and the last line is ended.
#[derive(Debug)]
pub(super) struct Body {
    writer: DotWriter,
    top: Option<Top>,
}

/// Finds the end of the header, the blank line and so many lines of the body.
#[derive(Debug)]
struct Top {
    in_header: bool,
    /// Lines of the body that are still to come.
    lines: u64,
    /// What there was of the line so far.
    line: LineSoFar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineSoFar {
    Nothing,
    Cr,
    Text,
}

impl Body {
    /// With `lines`, only the header and so many lines of the body are written.
    pub(super) fn new(lines: Option<u64>) -> Self {
        let top = lines.map(|lines| Top { in_header: true, lines, line: LineSoFar::Nothing });
        Self { writer: DotWriter::new(BareLineEnds::Normalize), top }
    }

    pub(super) fn write(&mut self, mut octets: Bytes, output: &mut OutputQueue) -> Flow {
        if let Some(top) = &mut self.top {
            octets.truncate(top.len(&octets));
        }
        self.writer.write(octets, output).expect("bare line ends are made whole, not refused");
        self.flow()
    }

    pub(super) fn finish(self, output: &mut OutputQueue) {
        self.writer.finish(output).expect("bare line ends are made whole, not refused");
    }

    pub(super) fn flow(&self) -> Flow {
        match &self.top {
            Some(Top { in_header: false, lines: 0, .. }) => Flow::Enough,
            _ => Flow::More,
        }
    }
}

impl Top {
    /// How many of the octets are wanted.
    fn len(&mut self, octets: &[u8]) -> usize {
        let mut at = 0;
        while at < octets.len() && (self.in_header || self.lines > 0) {
            let rest = &octets[at..];
            let lf = memchr(b'\n', rest);
            let line = &rest[..lf.unwrap_or(rest.len())];
            self.line = match (self.line, line) {
                (so_far, []) => so_far,
                (LineSoFar::Nothing, b"\r") => LineSoFar::Cr,
                _ => LineSoFar::Text,
            };
            let Some(lf) = lf else { return octets.len() };
            at += lf + 1;
            if !self.in_header {
                self.lines -= 1;
            } else if self.line != LineSoFar::Text {
                self.in_header = false;
            }
            self.line = LineSoFar::Nothing;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*, sample::select};
    use std::{string::String, vec::Vec};

    fn top(message: &[u8], lines: u64, step: usize) -> (Vec<u8>, Flow) {
        let mut body = Body::new(Some(lines));
        let mut output = OutputQueue::default();
        let mut flow = Flow::More;
        for chunk in message.chunks(step) {
            flow = body.write(Bytes::copy_from_slice(chunk), &mut output);
        }
        body.finish(&mut output);
        (core::iter::from_fn(|| output.take()).flatten().collect(), flow)
    }

    #[test]
    fn header_blank_line_and_so_many_lines() {
        for (message, lines, want, flow) in [
            ("A: b\r\n\r\none\r\n.two\r\nthree", 0, "A: b\r\n\r\n.\r\n", Flow::Enough),
            ("A: b\r\n\r\none\r\n.two\r\nthree", 1, "A: b\r\n\r\none\r\n.\r\n", Flow::Enough),
            (
                "A: b\r\n\r\none\r\n.two\r\nthree",
                2,
                "A: b\r\n\r\none\r\n..two\r\n.\r\n",
                Flow::Enough,
            ),
            (
                "A: b\r\n\r\none\r\n.two\r\nthree",
                u64::MAX,
                "A: b\r\n\r\none\r\n..two\r\nthree\r\n.\r\n",
                Flow::More,
            ),
            ("A: b\n\none\ntwo\n", 1, "A: b\r\n\r\none\r\n.\r\n", Flow::Enough),
            ("A: b", 0, "A: b\r\n.\r\n", Flow::More),
            ("\r\nbody\r\n", 0, "\r\n.\r\n", Flow::Enough),
            ("", 5, ".\r\n", Flow::More),
            ("A\r\r\n\r\nb\r\n", 0, "A \r\n\r\n.\r\n", Flow::Enough),
            ("A\n\r\r\n\nb\n", 0, "A\r\n \r\n\r\n.\r\n", Flow::Enough),
        ] {
            for step in 1..30 {
                let (got, end) = top(message.as_bytes(), lines, step);
                assert_eq!((String::from_utf8(got).unwrap().as_str(), end), (want, flow));
            }
        }
    }

    proptest! {
        /// TOP is what the obvious reader of lines would take, however the message is cut.
        #[test]
        fn top_matches_naive(
            message in vec(select(b"a.\r\n\n".to_vec()), 0..30),
            lines in 0..4u64,
            step in 1..9usize,
        ) {
            let mut wanted = Vec::new();
            let mut left = None;
            for line in message.split_inclusive(|octet| *octet == b'\n') {
                match &mut left {
                    Some(0) => break,
                    Some(left) => *left -= 1,
                    None if matches!(line, b"\n" | b"\r\n") => left = Some(lines),
                    None => {}
                }
                wanted.extend_from_slice(line);
            }
            let mut whole = Body::new(None);
            let mut output = OutputQueue::default();
            whole.write(wanted.into(), &mut output);
            whole.finish(&mut output);
            let want: Vec<u8> = core::iter::from_fn(|| output.take()).flatten().collect();
            prop_assert_eq!(top(&message, lines, step).0, want);
        }
    }
}
