//! Files within plain text: uuencode and yEnc, as they came before MIME.

use super::{
    TransferEncoding,
    lines::content,
    uuencode::{self, is_data},
    yenc,
};
use crate::charset::Charset;
use alloc::borrow::Cow;
use core::ops::Range;

/// A piece of a text: words, or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Piece<'a> {
    /// Text, in octets from the beginning; never empty.
    Text(Range<usize>),
    /// A file.
    File(File<'a>),
}

/// A file within a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct File<'a> {
    /// Where it stands, from its first line to its last one with its line end, in octets from the beginning
    /// of the text. [`decode`](super::decode) takes these octets.
    pub range: Range<usize>,
    /// How it is encoded: [`Uuencode`](TransferEncoding::Uuencode) or [`Yenc`](TransferEncoding::Yenc).
    pub encoding: TransferEncoding,
    /// Its name.
    pub name: Cow<'a, str>,
    /// Whether its last line is there.
    pub is_complete: bool,
}

/// Cuts a text, its transfer encoding undone, into words and files. Joined, the ranges give the
/// whole text.
///
/// Only what begins like a file and goes on like one is taken for a file: a line of uuencoded data, or an
/// `end`, has to follow the `begin` line.
///
/// ```
/// use mailwire_message::{Findings, Policy, transfer::{self, inline::{Piece, pieces}}};
///
/// let text = b"Look:\nbegin 644 a.txt\n#86%A\n`\nend\nNice?\n";
/// let pieces: Vec<_> = pieces(text).collect();
/// assert_eq!((&pieces[0], &pieces[2]), (&Piece::Text(0..6), &Piece::Text(34..40)));
/// let Piece::File(file) = &pieces[1] else { panic!("a file") };
/// assert_eq!((&*file.name, file.range.clone(), file.is_complete), ("a.txt", 6..34, true));
/// let mut findings = Findings::ignored(Policy::default());
/// let octets = transfer::decode(file.encoding, &text[file.range.clone()], &mut findings);
/// assert_eq!(&octets[..], b"aaa");
/// ```
pub fn pieces(text: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    Pieces { text, at: 0, next: None }
}

struct Pieces<'a> {
    text: &'a [u8],
    at: usize,
    /// A file that was found behind text.
    next: Option<File<'a>>,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let file = self.next.take().or_else(|| find(self.text, self.at));
        let end = file.as_ref().map_or(self.text.len(), |file| file.range.start);
        if self.at < end {
            self.next = file;
            let text = self.at..end;
            self.at = end;
            return Some(Piece::Text(text));
        }
        let file = file?;
        self.at = file.range.end;
        Some(Piece::File(file))
    }
}

/// The first file from a line start on.
fn find(text: &[u8], from: usize) -> Option<File<'_>> {
    let begins = memchr::memmem::find_iter(text.get(from..)?, b"begin").filter_map(move |at| {
        let at = from + at;
        let start = if text[..at].ends_with(b"=y") { at - 2 } else { at };
        (start >= from && (start == 0 || text[start - 1] == b'\n')).then_some(start)
    });
    for start in begins {
        let (line, behind) = next_line(text, start);
        if let Some(begin) = uuencode::Begin::parse(line) {
            let name = begin.name;
            let end = if begin.base64 { base64_end(text, behind) } else { uu_end(text, behind) };
            if let Some((end, is_complete)) = end {
                let encoding = TransferEncoding::Uuencode;
                return Some(File {
                    range: start..end,
                    encoding,
                    name: text_of(name),
                    is_complete,
                });
            }
        }
        if let Some(fields) = line.strip_prefix(b"=ybegin ")
            && let Some(begin) = yenc::Begin::parse(fields)
        {
            let (end, is_complete) = yenc_end(text, behind);
            let encoding = TransferEncoding::Yenc;
            return Some(File {
                range: start..end,
                encoding,
                name: text_of(begin.name),
                is_complete,
            });
        }
    }
    None
}

/// The line at `at`, and where the next one begins.
fn next_line(text: &[u8], at: usize) -> (&[u8], usize) {
    let rest = &text[at..];
    let len = memchr::memchr(b'\n', rest).map_or(rest.len(), |lf| lf + 1);
    let line = &rest[..len];
    (content(line.strip_suffix(b"\n").unwrap_or(line)), at + len)
}

/// Where a file ends whose first line of data is at `at`.
fn uu_end(text: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let first = at;
    while at < text.len() {
        let (line, behind) = next_line(text, at);
        if line == b"end" {
            return Some((behind, true));
        }
        // Spaces at the end may be lost.
        let is_zero = matches!(line, b"" | b" " | b"`");
        let is_short = at > first
            && line.len() <= 62
            && line.iter().all(|&octet| uuencode::value(octet).is_some());
        if !(is_zero || is_data(line) || is_short) {
            break;
        }
        at = behind;
    }
    (at > first && is_data(next_line(text, first).0)).then_some((at, false))
}

/// The same for base64.
fn base64_end(text: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let first = at;
    while at < text.len() {
        let (line, behind) = next_line(text, at);
        if line == b"====" {
            return Some((behind, true));
        }
        let is_data = |octet: &u8| octet.is_ascii_alphanumeric() || b"+/=".contains(octet);
        if line.is_empty() || !line.iter().all(is_data) {
            break;
        }
        at = behind;
    }
    (at > first).then_some((at, false))
}

/// The same for yEnc, where any line may be data.
fn yenc_end(text: &[u8], from: usize) -> (usize, bool) {
    let mut ends = memchr::memmem::find_iter(&text[from..], b"=yend").map(|at| from + at);
    match ends.find(|&at| text[at - 1] == b'\n') {
        Some(at) => (next_line(text, at).1, true),
        None => (text.len(), false),
    }
}

fn text_of(name: &[u8]) -> Cow<'_, str> {
    Charset::US_ASCII.decode(name)
}
