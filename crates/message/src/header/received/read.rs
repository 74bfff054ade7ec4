//! The reader of Received fields.

use alloc::{borrow::Cow, vec::Vec};
use core::ops::Range;

use super::{Clause, ClauseKind, Received};
use crate::{
    DefectCode, Findings,
    header::{Date, raw::Raw},
    lex::{self, FWS},
};

/// Reads a whole field.
pub(super) fn read<'a>(value: &'a [u8], findings: &mut Findings<'_>) -> Received<'a> {
    let raw = Raw::of(value, findings);
    let mut reader = Reader {
        value,
        raw,
        at: 0,
        received: Received::default(),
        lone_parens: false,
        lone_quotes: false,
    };
    reader.read(findings);
    reader.received
}

struct Reader<'a> {
    value: &'a [u8],
    raw: Raw,
    at: usize,
    received: Received<'a>,
    /// No parenthesis from here on has its twin; the same for quotes.
    lone_parens: bool,
    lone_quotes: bool,
}

impl<'a> Reader<'a> {
    fn read(&mut self, findings: &mut Findings<'_>) {
        let mut seen = [false; 6];
        loop {
            self.skip_cfws(findings);
            let at = self.at;
            match self.value.get(at) {
                None => break,
                Some(b';') => {
                    self.at += 1;
                    break;
                }
                Some(_) => {}
            }
            let word = self.word();
            if let Some(next) = keyword(word)
                && !self.is_value()
            {
                if core::mem::replace(&mut seen[next as usize], true) {
                    findings.report(DefectCode::InvalidFieldSyntax, at);
                }
                self.received.clauses.push(Clause {
                    kind: next,
                    value: Cow::Borrowed(""),
                    comments: Vec::new(),
                    rest: None,
                });
            } else if self.begins_date(word) {
                // The semicolon is missing.
                findings.report(DefectCode::InvalidFieldSyntax, at);
                self.at = at;
                break;
            } else {
                self.extend(word, at, findings);
            }
        }
        self.date(findings);
    }

    /// Reads what follows the semicolon.
    fn date(&mut self, findings: &mut Findings<'_>) {
        let start = self.at;
        let text = &self.value[start..];
        if FWS.covers(text) {
            findings.report(DefectCode::InvalidFieldSyntax, start);
            return;
        }
        // Behind a semicolon that is none, as in `tls cipher x; y`, comes another one.
        let last = memchr::memrchr(b';', text).map_or(0, |at| at + 1);
        let policy = findings.policy();
        let mut sink = |code, offset| findings.report(code, start + offset);
        let mut date = Date::parse_with(text, &mut Findings::new(policy, &mut sink));
        if !date.is_valid() && last > 0 {
            let again = Date::parse(&text[last..]);
            if again.is_valid() {
                date = again;
            }
        }
        self.received.date = Some(date);
        while self.at < self.value.len() {
            self.at += self.value[self.at..].iter().take_while(|&&octet| octet != b'(').count();
            let before = self.at;
            self.skip_cfws(findings);
            if self.at == before {
                self.at += 1;
            }
        }
    }

    /// Goes behind blanks and comments; comments belong to the clause before them.
    fn skip_cfws(&mut self, findings: &mut Findings<'_>) {
        loop {
            self.at = lex::skip_fws(self.value, self.at);
            if self.value.get(self.at) != Some(&b'(') {
                return;
            }
            let end =
                if self.lone_parens { None } else { lex::closed_comment_end(self.value, self.at) };
            let Some(end) = end else {
                if !self.lone_parens {
                    findings.report(DefectCode::UnbalancedComment, self.at);
                }
                self.lone_parens = true;
                return;
            };
            let comment = self.comment(self.at + 1..end - 1);
            self.at = end;
            match self.received.clauses.last_mut() {
                Some(clause) if self.received.date.is_none() => clause.comments.push(comment),
                _ => self.received.comments.push(comment),
            }
        }
    }

    /// Reads a word: up to a blank, a comment or a semicolon outside quotes and brackets.
    fn word(&mut self) -> &'a [u8] {
        let start = self.at;
        let mut angle = false;
        while let Some(&octet) = self.value.get(self.at) {
            match octet {
                b'"' if !self.lone_quotes => match lex::quoted_end(self.value, self.at) {
                    Some(end) => {
                        self.at = end;
                        continue;
                    }
                    None => self.lone_quotes = true,
                },
                b'<' => angle = true,
                b'>' => angle = false,
                b';' => break,
                b'(' if self.at > start && !self.lone_parens => break,
                _ if FWS.contains(octet) && !angle => break,
                _ => {}
            }
            self.at += 1;
        }
        &self.value[start..self.at]
    }

    /// Whether a date begins with this word, which has been read.
    fn begins_date(&self, word: &[u8]) -> bool {
        let day = word.strip_suffix(b",").unwrap_or(b"");
        let days: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
        days.contains(&day) && Date::parse(&self.value[self.at..]).is_valid()
    }

    /// Whether a keyword that was read is the value of the clause that began before it: then
    /// another one follows, as in `from by by x.test`.
    fn is_value(&mut self) -> bool {
        let begun = self.received.clauses.last();
        if !begun.is_some_and(|clause| clause.value.is_empty() && clause.comments.is_empty()) {
            return false;
        }
        let (at, lone_quotes) = (self.at, self.lone_quotes);
        self.at = lex::skip_fws(self.value, at);
        let next = self.word();
        (self.at, self.lone_quotes) = (at, lone_quotes);
        keyword(next).is_some()
    }

    /// Keeps a word: as value, or as something that should not be there.
    fn extend(&mut self, word: &'a [u8], at: usize, findings: &mut Findings<'_>) {
        let word = self.text(lex::unfold(word));
        let rest = match self.received.clauses.last_mut() {
            Some(clause) if clause.value.is_empty() => {
                clause.value = word;
                return;
            }
            Some(clause) if takes_words(clause.kind) => return append(&mut clause.value, &word),
            Some(clause) => &mut clause.rest,
            None => &mut self.received.rest,
        };
        match rest {
            Some(rest) => append(rest, &word),
            None => {
                findings.report(DefectCode::InvalidFieldSyntax, at);
                *rest = Some(word);
            }
        }
    }

    /// The content of a comment: encoded words have no business here (RFC 2047 §5).
    fn comment(&self, range: Range<usize>) -> Cow<'a, str> {
        self.text(lex::unquote(lex::trim(&self.value[range])))
    }

    fn text(&self, octets: Cow<'a, [u8]>) -> Cow<'a, str> {
        match octets {
            Cow::Borrowed(octets) => self.raw.text(octets),
            Cow::Owned(octets) => Cow::Owned(self.raw.text(&octets).into_owned()),
        }
    }
}

/// Appends a word behind a space.
fn append(text: &mut Cow<'_, str>, word: &str) {
    let mut longer = core::mem::take(text).into_owned();
    longer.push(' ');
    longer.push_str(word);
    *text = Cow::Owned(longer);
}

fn keyword(word: &[u8]) -> Option<ClauseKind> {
    let keywords: [(&[u8], ClauseKind); 6] = [
        (b"from", ClauseKind::From),
        (b"by", ClauseKind::By),
        (b"via", ClauseKind::Via),
        (b"with", ClauseKind::With),
        (b"id", ClauseKind::Id),
        (b"for", ClauseKind::For),
    ];
    keywords.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|&(_, kind)| kind)
}

/// Whether the value may be several words, as in `with Microsoft SMTPSVC`.
fn takes_words(kind: ClauseKind) -> bool {
    match kind {
        ClauseKind::Via | ClauseKind::With | ClauseKind::For => true,
        ClauseKind::From | ClauseKind::By | ClauseKind::Id => false,
    }
}
