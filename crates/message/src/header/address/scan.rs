//! The scan over an address field: words, comments and runs of words that full stops connect.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::ops::Range;

use mailwire_core::ByteSet;
use memchr::memchr2;

use super::{AddrSpec, spec::is_bare};
use crate::{
    DefectCode, Findings,
    header::{
        raw::Raw,
        text::{Place, decode},
        word::Word,
    },
    lex::{self, ATOM, FWS},
};

/// Control characters but blanks and line ends. They are read as parts of words, so that nobody can
/// hide behind one where an address ends.
pub(in crate::header) const CONTROL: ByteSet =
    ByteSet::EMPTY.with_range(0, 31).with(b"\x7f").without(b" \t\r\n");
const ATOMS: ByteSet = ATOM.with_all(&CONTROL);
const SPECIALS: ByteSet = ByteSet::EMPTY.with(b"()<>[]:;@\\,.\"");

/// Where the reader is, and what it has met.
pub(in crate::header) struct Scan<'a, 'f, 's> {
    pub(in crate::header) value: &'a [u8],
    pub(in crate::header) at: usize,
    pub(in crate::header) raw: Raw,
    pub(in crate::header) findings: &'f mut Findings<'s>,
    /// The comments since somebody took them.
    pub(in crate::header) comments: Vec<Cow<'a, str>>,
    /// No quote from here on has its twin.
    lone_quotes: bool,
    /// Where comments begin that do not end, once there is one.
    open_comments: Option<Vec<usize>>,
}

/// Words and full stops, one behind the other: what may be a local part or a domain.
#[derive(Clone, Debug)]
pub(in crate::header) struct Run {
    pub(in crate::header) range: Range<usize>,
    /// Whether blanks or comments stand within.
    pub(in crate::header) spaced: bool,
    /// Whether a quoted string is within.
    pub(in crate::header) quoted: bool,
    /// Whether an encoded word with special characters is within: then this is never an address.
    pub(in crate::header) encoded: bool,
}

impl<'a, 'f, 's> Scan<'a, 'f, 's> {
    pub(in crate::header) fn new(value: &'a [u8], findings: &'f mut Findings<'s>) -> Self {
        let raw = Raw::of(value, findings);
        Self {
            value,
            at: 0,
            raw,
            findings,
            comments: Vec::new(),
            lone_quotes: false,
            open_comments: None,
        }
    }

    #[inline]
    pub(in crate::header) fn peek(&self) -> Option<u8> {
        self.value.get(self.at).copied()
    }

    pub(in crate::header) fn report(&mut self, code: DefectCode, at: usize) {
        self.findings.report(code, at);
    }

    /// Goes behind blanks and comments; comments are kept.
    pub(in crate::header) fn skip_cfws(&mut self) {
        loop {
            self.at = lex::skip_fws(self.value, self.at);
            if self.peek() != Some(b'(') {
                return;
            }
            let begin = self.at + 1;
            let (end, next) = self.comment_end();
            let content = lex::trim(&self.value[begin..end]);
            let base = begin + lex::skip_fws(&self.value[begin..end], 0);
            let comment = decode(self.raw, content, base, Place::Comment, self.findings);
            self.comments.push(comment);
            self.at = next;
        }
    }

    /// Where the comment's content ends that begins here, and what is behind it goes on. One that
    /// does not end gives way to the address or separator that follows (RFC 7103 §7.1.4).
    fn comment_end(&mut self) -> (usize, usize) {
        let known_open =
            self.open_comments.as_ref().is_some_and(|open| open.binary_search(&self.at).is_ok());
        if !known_open {
            if let Some(end) = lex::closed_comment_end(self.value, self.at) {
                return (end - 1, end);
            }
            self.open_comments.get_or_insert_with(|| open_comments(self.value, self.at));
        }
        self.report(DefectCode::UnbalancedComment, self.at);
        let begin = self.at + 1;
        let rest = &self.value[begin..];
        let len = rest.iter().position(|octet| matches!(octet, b'<' | b',' | b';' | b'('));
        let end = begin + len.unwrap_or(rest.len());
        (end, end)
    }

    /// Goes behind the quoted string that begins here; says no if it does not end.
    fn skip_quoted(&mut self) -> bool {
        if self.lone_quotes {
            return false;
        }
        match lex::quoted_end(self.value, self.at) {
            Some(end) => self.at = end,
            None => self.lone_quotes = true,
        }
        !self.lone_quotes
    }

    /// Goes behind a word: an atom, an encoded word or a quoted string. Says no if there is none.
    fn skip_word(&mut self, run: &mut Run, quotes: bool) -> bool {
        match self.peek() {
            Some(b'"') if quotes => {
                run.quoted = true;
                self.skip_quoted()
            }
            Some(octet) if ATOMS.contains(octet) => {
                let begin = self.at;
                if quotes
                    && let Some(word) = Word::at(self.value, begin)
                    && !word.has_blanks()
                    && word.holds(&SPECIALS.without(b"."))
                {
                    self.report(DefectCode::UnquotedSpecials, begin);
                    run.encoded = true;
                    self.at = word.end;
                    return true;
                }
                let len = ATOMS.span(&self.value[begin..]);
                if let Some(control) =
                    self.value[begin..begin + len].iter().position(|&octet| CONTROL.contains(octet))
                {
                    self.report(DefectCode::ControlInHeader, begin + control);
                }
                self.at += len;
                true
            }
            _ => false,
        }
    }

    /// Reads words that full stops connect, with blanks and comments around them, and goes behind
    /// what of these follows. `None`, and nothing read, if neither word nor full stop stands here.
    pub(in crate::header) fn run(&mut self, quotes: bool) -> Option<Run> {
        let start = self.at;
        let mut run = Run { range: start..start, spaced: false, quoted: false, encoded: false };
        let mut after_stop = true;
        loop {
            let begin = self.at;
            if self.peek() == Some(b'.') {
                self.at += 1;
                after_stop = true;
            } else if after_stop && self.skip_word(&mut run, quotes) {
                after_stop = false;
            } else {
                break;
            }
            run.spaced |= begin != run.range.end;
            run.range.end = self.at;
            if !self.peek().is_some_and(|octet| octet == b'.' || ATOMS.contains(octet)) {
                self.skip_cfws();
            }
        }
        (run.range.end > start).then_some(run)
    }

    /// Reads what follows an at sign: `None` if it is no domain.
    pub(in crate::header) fn domain(&mut self) -> Option<Run> {
        self.skip_cfws();
        if self.peek() != Some(b'[') {
            return self.run(false);
        }
        let start = self.at;
        let mut at = start + 1;
        loop {
            match self.value.get(at)? {
                b']' => break,
                b'[' => return None,
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        self.at = at + 1;
        let run = Run { range: start..self.at, spaced: false, quoted: false, encoded: false };
        self.skip_cfws();
        Some(run)
    }

    /// Whether a run may be a local part without a domain.
    pub(in crate::header) fn is_local_alone(&self, run: &Run) -> bool {
        is_bare(&self.value[run.range.clone()])
    }

    /// The canonical form of an address.
    pub(in crate::header) fn addr_spec(
        &mut self,
        local: &Run,
        domain: Option<&Run>,
    ) -> AddrSpec<'a> {
        let value = self.value;
        let written = &value[local.range.clone()];
        if let Some(octet) = written.iter().position(|octet| !octet.is_ascii()) {
            self.report(DefectCode::NonAsciiLocalPart, local.range.start + octet);
        }
        if Word::at(value, local.range.start).is_some() {
            self.report(DefectCode::EncodedWordIllegalPosition, local.range.start);
        }
        if local.spaced
            || domain
                .is_some_and(|domain| domain.spaced || domain.range.start != local.range.end + 1)
        {
            self.report(DefectCode::ObsCfws, local.range.start);
        }
        let end = domain.map_or(local.range.end, |domain| domain.range.end);
        let adjacent = domain.is_none_or(|domain| domain.range.start == local.range.end + 1);
        if adjacent
            && is_canonical_local(local, written)
            && domain.is_none_or(|domain| is_canonical_domain(domain, &value[domain.range.clone()]))
        {
            let at = self.raw.text(written).len();
            return AddrSpec::canonical(self.raw.text(&value[local.range.start..end]), at);
        }
        let stops = written.split(|&octet| octet == b'.').any(<[u8]>::is_empty);
        if stops && !local.quoted && !local.spaced {
            self.report(DefectCode::InvalidAddress, local.range.start);
        }
        let local = self.joined(local);
        let domain = domain.map(|domain| self.joined(domain));
        AddrSpec::join(&local, domain.as_deref())
    }

    /// The words of a run without what stands around them, and without quotes.
    fn joined(&self, run: &Run) -> String {
        let (mut out, mut at) = (String::new(), run.range.start);
        let octets = &self.value[..run.range.end];
        let literal = octets.get(at) == Some(&b'[');
        while let Some(&octet) = octets.get(at) {
            let begin = at;
            match octet {
                b'"' if run.quoted => {
                    at = lex::quoted_end(octets, at).unwrap_or(octets.len());
                    self.raw.push(&lex::unquote(&octets[begin + 1..at - 1]), &mut out);
                }
                b'(' if !literal => {
                    at = lex::closed_comment_end(octets, at).unwrap_or(octets.len());
                }
                b'\\' if literal => {
                    let quoted = octets.get(at + 1).copied().unwrap_or(b'\\');
                    let kept =
                        if matches!(quoted, b'[' | b']' | b'\\') { begin } else { begin + 1 };
                    at = (begin + 2).min(octets.len());
                    if !FWS.contains(quoted) {
                        self.raw.push(&octets[kept.min(at)..at], &mut out);
                    }
                }
                _ if FWS.contains(octet) => at += 1,
                _ => {
                    at += 1;
                    while octets.get(at).is_some_and(|&octet| {
                        !FWS.contains(octet) && !matches!(octet, b'"' | b'(' | b'\\')
                    }) {
                        at += 1;
                    }
                    self.raw.push(&octets[begin..at], &mut out);
                }
            }
        }
        out
    }

    /// A piece of the value as it is, but for folds and what is around it.
    pub(in crate::header) fn plain(&self, range: Range<usize>) -> Cow<'a, str> {
        match lex::unfold(lex::trim(&self.value[range])) {
            Cow::Borrowed(octets) => self.raw.text(octets),
            Cow::Owned(octets) => Cow::Owned(self.raw.text(&octets).into_owned()),
        }
    }
}

/// Whether a local part as written is what [`AddrSpec::join`] would write.
fn is_canonical_local(run: &Run, written: &[u8]) -> bool {
    if run.spaced {
        return false;
    }
    if !run.quoted {
        return is_bare(written);
    }
    let content = written.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\""));
    content.is_some_and(|content| {
        !is_bare(content)
            && memchr2(b'"', b'\\', content).is_none()
            && memchr2(b'\r', b'\n', content).is_none()
    })
}

fn is_canonical_domain(run: &Run, written: &[u8]) -> bool {
    !run.spaced
        && (written.first() != Some(&b'[')
            || !written.iter().any(|&octet| octet == b'\\' || FWS.contains(octet)))
}

/// The places from `from` on where comments begin that do not end, in order.
fn open_comments(value: &[u8], from: usize) -> Vec<usize> {
    let (mut open, mut at) = (Vec::new(), from);
    while let Some(found) =
        value.get(at..).and_then(|rest| memchr::memchr3(b'(', b')', b'\\', rest))
    {
        at += found;
        match value[at] {
            b'(' => open.push(at),
            b')' => {
                open.pop();
            }
            _ => at += 1,
        }
        at += 1;
    }
    open
}
