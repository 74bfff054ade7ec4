//! Display names and the names of groups: phrases (RFC 5322 §3.2.5, §4.1).

use alloc::{borrow::Cow, string::String};
use core::ops::Range;

use mailwire_core::ByteSet;

use super::{AddrSpec, scan::Scan};
use crate::{
    DefectCode,
    header::text::{Place, decode},
    lex::{self, ATOM, FWS},
};

const MARKS: ByteSet = ByteSet::EMPTY.with(b"\"(\\");
/// What an address without quotes is made of, its at sign aside.
const ADDRESS: ByteSet = ATOM.with(b".[]:");

impl<'a> Scan<'a, '_, '_> {
    /// The words of a phrase, decoded; what stands between two of them is one space, or nothing if
    /// nothing is there. Comments are left out: they were kept when the scan came by.
    pub(in crate::header) fn phrase(&mut self, range: Range<usize>) -> Cow<'a, str> {
        let (base, value) = (range.start, self.value);
        let piece = &value[range];
        let Some(mark) = piece.iter().position(|&octet| MARKS.contains(octet)) else {
            return decode(self.raw, piece, base, Place::Phrase, self.findings);
        };
        if piece.first() == Some(&b'"') && lex::quoted_end(piece, 0) == Some(piece.len()) {
            let content = &piece[1..piece.len() - 1];
            return decode(self.raw, content, base + 1, Place::Quoted, self.findings);
        }
        let (mut out, mut plain, mut at) = (String::new(), 0, mark);
        let mut lone_quotes = false;
        loop {
            let next = piece[at..].iter().position(|&octet| MARKS.contains(octet));
            at = next.map_or(piece.len(), |next| at + next);
            let words = &piece[plain..at];
            out.push_str(&decode(self.raw, words, base + plain, Place::Phrase, self.findings));
            match piece.get(at) {
                None => break,
                Some(b'(') => {
                    at = lex::closed_comment_end(piece, at).unwrap_or(piece.len());
                    at += FWS.span(&piece[at..]);
                    out.truncate(out.trim_end_matches(' ').len());
                    if !out.is_empty() && !matches!(piece.get(at), None | Some(b',')) {
                        out.push(' ');
                    }
                }
                Some(b'"') => {
                    let end = if lone_quotes { None } else { lex::quoted_end(piece, at) };
                    lone_quotes |= end.is_none();
                    if let Some(end) = end {
                        let (content, base) = (&piece[at + 1..end - 1], base + at + 1);
                        out.push_str(&decode(
                            self.raw,
                            content,
                            base,
                            Place::Quoted,
                            self.findings,
                        ));
                    }
                    at = end.unwrap_or(at + 1);
                }
                Some(_) => {
                    // A backslash outside quotes: what it quotes stands for itself.
                    let next = piece.get(at + 1).filter(|&&octet| MARKS.contains(octet));
                    let quoted = at + 1 + usize::from(next.is_some());
                    self.raw.push(&piece[at + 1..quoted], &mut out);
                    at = quoted;
                }
            }
            plain = at;
        }
        Cow::Owned(out)
    }

    /// Looks for an address in a name that is not the one beside it.
    pub(in crate::header) fn check_name(
        &mut self,
        name: &str,
        address: Option<&AddrSpec<'_>>,
        at: usize,
    ) {
        let octets = name.as_bytes();
        for sign in memchr::memchr_iter(b'@', octets) {
            let before = octets[..sign].iter().rev().take_while(|&&octet| ADDRESS.contains(octet));
            let behind = octets[sign + 1..].iter().take_while(|&&octet| ADDRESS.contains(octet));
            let (before, behind) = (before.count(), behind.count());
            let found = octets[sign - before..sign + 1 + behind].trim_ascii_end();
            let found = found.strip_prefix(b"'").unwrap_or(found);
            let found = found.strip_suffix(b"'").unwrap_or(found);
            let same = address
                .is_some_and(|address| address.as_str().as_bytes().eq_ignore_ascii_case(found));
            if before > 0 && behind > 0 && !same {
                self.report(DefectCode::DisplayNameLooksLikeAddress, at);
                return;
            }
        }
    }
}
