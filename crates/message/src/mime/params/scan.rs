//! Where parameters begin and end, in good order and in bad.

use core::ops::Range;

use crate::{
    DefectCode, Findings, Policy,
    lex::{TOKEN, comment_end, quoted_end, skip_cfws, skip_fws},
};

/// A name and a value as they stand in the field, each with its place.
pub(super) struct Segment<'a> {
    pub(super) name: &'a [u8],
    pub(super) name_at: usize,
    /// The value without its quotes.
    pub(super) content: &'a [u8],
    pub(super) quoted: bool,
    /// The value with its quotes.
    pub(super) range: Range<usize>,
}

/// What stands before the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behind {
    /// A type or the like, and a semicolon ought to follow.
    Word,
    /// A semicolon, or nothing at all.
    Semicolon,
}

/// Cuts what follows a type into parameters. Goes forward only: no octet is looked at more than a
/// few times.
pub(super) struct Scanner<'a> {
    value: &'a [u8],
    at: usize,
    /// A semicolon was seen and no parameter behind it.
    separated: bool,
    /// From here on no quoted string and no comment ends: do not look again.
    quotes_end: bool,
    comments_end: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(value: &'a [u8], at: usize, behind: Behind) -> Self {
        let separated = behind == Behind::Semicolon;
        Self { value, at, separated, quotes_end: true, comments_end: true }
    }

    /// The next parameter; what is none is passed over and reported.
    pub(super) fn next(&mut self, findings: &mut Findings<'_>) -> Option<Segment<'a>> {
        loop {
            self.skip_blanks(findings);
            let start = self.at;
            let Some(&octet) = self.value.get(start) else {
                if self.separated {
                    findings.report(DefectCode::EmptyParam, start);
                }
                return None;
            };
            if octet == b';' {
                if self.separated {
                    findings.report(DefectCode::EmptyParam, start);
                }
                self.separated = true;
                self.at += 1;
                continue;
            }
            if !self.separated {
                findings.report(DefectCode::ParamSyntax, start);
            }
            let Some(name) = self.name(findings) else {
                findings.report(DefectCode::ParamSyntax, start);
                continue;
            };
            self.separated = false;
            return Some(self.value_of(name, findings));
        }
    }

    /// The name before an equals sign, which is passed. If there is none, what stands there is
    /// passed over.
    fn name(&mut self, findings: &mut Findings<'_>) -> Option<Range<usize>> {
        let start = self.at;
        let quoted = self.value[start] == b'"';
        let (name, end) = if quoted {
            match self.closing_quote(start) {
                Some(end) => (start + 1..end - 1, end),
                None => (start..start, start),
            }
        } else {
            let end = start + TOKEN.span(&self.value[start..]);
            (start..end, end)
        };
        let mut equals = skip_fws(self.value, end);
        if self.value.get(equals) == Some(&b'(') {
            equals = skip_cfws(self.value, equals, findings);
            findings.report(DefectCode::CommentInType, end);
        }
        match self.value.get(equals) {
            Some(b'=') if !name.is_empty() => {
                if quoted || equals != end {
                    findings.report(DefectCode::ParamSyntax, start);
                }
                self.at = equals + 1;
                return Some(name);
            }
            // A word without a value, and another parameter may follow it.
            _ if end > start && equals > end => {
                self.at = equals;
                self.separated = true;
            }
            Some(b',') => {
                self.at = equals + 1;
                self.separated = true;
            }
            _ => self.at = self.next_semicolon(equals),
        }
        None
    }

    fn value_of(&mut self, name: Range<usize>, findings: &mut Findings<'_>) -> Segment<'a> {
        let after_equals = self.at;
        self.skip_blanks(findings);
        let start = self.at;
        if start != after_equals {
            findings.report(DefectCode::ParamSyntax, after_equals);
        }
        let (content, quoted) = if self.value.get(start) == Some(&b'"') {
            (self.quoted_value(findings), true)
        } else {
            (self.plain_value(&name, findings), false)
        };
        let range = if quoted {
            start..content.end + usize::from(self.value.get(content.end) == Some(&b'"'))
        } else {
            content.clone()
        };
        Segment {
            name_at: name.start,
            name: &self.value[name],
            content: &self.value[content],
            quoted,
            range,
        }
    }

    /// The content of the quoted string that begins here.
    fn quoted_value(&mut self, findings: &mut Findings<'_>) -> Range<usize> {
        let start = self.at;
        let Some(mut end) = self.closing_quote(start) else {
            findings.report(DefectCode::UnbalancedQuote, start);
            findings.report(DefectCode::ParamSyntax, start);
            return self.unclosed(start + 1);
        };
        self.at = skip_fws(self.value, end);
        if matches!(self.value.get(self.at), None | Some(b';' | b'(')) {
            return start + 1..end - 1;
        }
        if self.starts_param(self.at, true) {
            return start + 1..end - 1;
        }
        findings.report(DefectCode::ParamSyntax, self.at);
        if self.at == end
            && let Some(later) = self.later_quote(end)
        {
            end = later;
        }
        self.at = self.next_semicolon(end);
        start + 1..end - 1
    }

    /// Quotes within a quoted string that nobody escaped: the position behind the quote before the
    /// next semicolon, or end, if one stands there.
    fn later_quote(&self, at: usize) -> Option<usize> {
        let end = self.next_semicolon(at);
        let trimmed = trim_end(self.value, at, end);
        (self.value.get(trimmed.checked_sub(1)?) == Some(&b'"') && trimmed > at).then_some(trimmed)
    }

    /// A quoted string that nobody closed: up to its line end, or a semicolon with a parameter
    /// behind it.
    fn unclosed(&mut self, start: usize) -> Range<usize> {
        let mut i = start;
        while let Some(step) =
            self.value.get(i..).and_then(|rest| memchr::memchr2(b';', b'\n', rest))
        {
            i += step;
            let behind = skip_fws(self.value, i + 1);
            if self.value[i] == b'\n'
                || behind == self.value.len()
                || self.starts_param(behind, true)
            {
                break;
            }
            i += 1;
        }
        let end = if self.value.get(i).is_some_and(|octet| matches!(octet, b';' | b'\n')) {
            i
        } else {
            self.value.len()
        };
        self.at = end;
        start..trim_end(self.value, start, end)
    }

    /// The value that begins here and has no quotes.
    fn plain_value(&mut self, name: &Range<usize>, findings: &mut Findings<'_>) -> Range<usize> {
        let start = self.at;
        let end = start + TOKEN.span(&self.value[start..]);
        self.at = skip_fws(self.value, end);
        if matches!(self.value.get(self.at), None | Some(b';')) {
            if end == start {
                findings.report(DefectCode::ParamSyntax, start);
            }
            return start..end;
        }
        let first_word_only = self.value[name.clone()].eq_ignore_ascii_case(b"charset");
        let (end, strange) = self.loose_end(start, end, first_word_only, findings);
        if strange {
            findings.report(DefectCode::ParamSyntax, start);
        }
        start..end
    }

    /// Where a value ends that is more than a token, and whether anything but a comment makes it so.
    ///
    /// File names are written with blanks, brackets and equals signs; the semicolon ends them, a
    /// comment at their end is none of theirs, and the next parameter is not either.
    fn loose_end(
        &mut self,
        start: usize,
        token_end: usize,
        first_word_only: bool,
        findings: &mut Findings<'_>,
    ) -> (usize, bool) {
        let (mut i, mut end) = (token_end, token_end);
        let mut strange = end == start;
        loop {
            let next = skip_fws(self.value, i);
            let folded = memchr::memchr(b'\n', &self.value[i..next]).is_some();
            if next > i && self.starts_param(next, folded) {
                self.at = next;
                return (end, strange);
            }
            match self.value.get(next) {
                None | Some(b';') => {
                    self.at = next;
                    return (end, strange);
                }
                Some(b'(') if self.comments_end => {
                    let close = self.closing_brackets(next);
                    if let Some(close) = close
                        && self.ends_value(close)
                    {
                        findings.report(DefectCode::CommentInType, next);
                        self.at = skip_fws(self.value, close);
                        return (end, strange);
                    }
                    i = close.unwrap_or(next + 1);
                }
                Some(_) => i = next + 1,
            }
            if first_word_only && next > end && end > start {
                self.at = self.next_semicolon(next);
                return (end, true);
            }
            strange = true;
            end = i;
        }
    }

    /// Whether nothing of a value follows at `at`: the end, a semicolon, or a parameter on a new line.
    fn ends_value(&self, at: usize) -> bool {
        let next = skip_fws(self.value, at);
        matches!(self.value.get(next), None | Some(b';'))
            || next > at
                && self.starts_param(next, memchr::memchr(b'\n', &self.value[at..next]).is_some())
    }

    /// Whether a name and an equals sign stand at `at`: on the same line only names are believed
    /// that are known.
    fn starts_param(&self, at: usize, believed: bool) -> bool {
        let Some(rest) = self.value.get(at..) else { return false };
        let name = &rest[..TOKEN.span(rest)];
        !name.is_empty()
            && (believed || is_known(name))
            && self.value.get(skip_fws(self.value, at + name.len())) == Some(&b'=')
    }

    fn closing_quote(&mut self, at: usize) -> Option<usize> {
        let end = if self.quotes_end { quoted_end(self.value, at) } else { None };
        self.quotes_end = end.is_some();
        end
    }

    /// The position behind all comments that begin at `at` with nothing but blanks between them.
    fn closing_brackets(&mut self, mut at: usize) -> Option<usize> {
        loop {
            let mut open = false;
            let mut sink = |_, _| open = true;
            at = comment_end(self.value, at, &mut Findings::new(Policy::STANDARD, &mut sink));
            if open {
                self.comments_end = false;
                return None;
            }
            let next = skip_fws(self.value, at);
            if self.value.get(next) != Some(&b'(') {
                return Some(at);
            }
            at = next;
        }
    }

    fn next_semicolon(&self, at: usize) -> usize {
        let rest = self.value.get(at..).unwrap_or_default();
        memchr::memchr(b';', rest).map_or(self.value.len(), |found| at + found)
    }

    fn skip_blanks(&mut self, findings: &mut Findings<'_>) {
        self.at = skip_fws(self.value, self.at);
        if self.value.get(self.at) == Some(&b'(') {
            findings.report(DefectCode::CommentInType, self.at);
            self.at = skip_cfws(self.value, self.at, findings);
        }
    }
}

fn trim_end(value: &[u8], start: usize, mut end: usize) -> usize {
    while end > start && crate::lex::FWS.contains(value[end - 1]) {
        end -= 1;
    }
    end
}

/// Names that are believed to begin a parameter although no semicolon stands before them.
fn is_known(name: &[u8]) -> bool {
    const KNOWN: [&[u8]; 16] = [
        b"charset",
        b"boundary",
        b"name",
        b"filename",
        b"format",
        b"delsp",
        b"type",
        b"start",
        b"size",
        b"micalg",
        b"protocol",
        b"report-type",
        b"method",
        b"creation-date",
        b"modification-date",
        b"x-mac-type",
    ];
    let base = &name[..memchr::memchr(b'*', name).unwrap_or(name.len())];
    KNOWN.iter().any(|known| known.eq_ignore_ascii_case(base))
}
