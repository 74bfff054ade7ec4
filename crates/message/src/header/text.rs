//! Unstructured text (RFC 5322 §3.2.5), and all text that encoded words may stand in (RFC 2047 §5).

use alloc::{borrow::Cow, string::String};
use core::ops::Range;

use memchr::{memchr, memchr2, memchr3, memmem};

use super::{raw::Raw, run::Run, word::Word};
use crate::{
    DefectCode, Findings, Policy,
    charset::Charset,
    lex::{self, FWS},
};

/// The text of an unstructured field as Subject: folds undone, encoded words decoded, blanks around
/// it dropped ([RFC 5322 §3.2.5], [RFC 2047]).
///
/// Nothing is copied if there is neither a fold nor an encoded word.
///
/// ```
/// use mailwire_message::header::decode_text;
///
/// let subject = b" =?ISO-8859-1?Q?Keld_J=F8rn?=\r\n =?ISO-8859-1?Q?_Simonsen?=";
/// assert_eq!(decode_text(subject), "Keld Jørn Simonsen");
/// assert_eq!(decode_text(b" =?x-unheard-of?q?=FF?="), "=?x-unheard-of?q?=FF?=");
/// ```
///
/// [RFC 5322 §3.2.5]: https://www.rfc-editor.org/rfc/rfc5322#section-3.2.5
/// [RFC 2047]: https://www.rfc-editor.org/rfc/rfc2047
#[must_use]
pub fn decode_text(value: &[u8]) -> Cow<'_, str> {
    decode_text_with(value, &mut Findings::ignored(Policy::STANDARD))
}

/// [`decode_text`], telling what it found.
///
/// An encoded word that is glued to other text is decoded if [`Policy::decode_misplaced_words`]
/// says so, and reported in either case.
///
/// ```
/// use mailwire_message::{DefectCode, Findings, Policy, header::decode_text_with};
///
/// let mut found = Vec::new();
/// let mut sink = |code, offset| found.push((code, offset));
/// let mut findings = Findings::new(Policy::STANDARD, &mut sink);
/// assert_eq!(decode_text_with(b"Re:=?us-ascii?q?a?=", &mut findings), "Re:a");
/// assert_eq!(found, [(DefectCode::EncodedWordIllegalPosition, 3)]);
/// ```
#[must_use]
pub fn decode_text_with<'a>(value: &'a [u8], findings: &mut Findings<'_>) -> Cow<'a, str> {
    let raw = Raw::of(value, findings);
    let start = lex::skip_fws(value, 0);
    decode(raw, lex::trim(value), start, Place::Text, findings)
}

/// What text stands in; the rules around words differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Unstructured text.
    Text,
    /// Words of a phrase, without quotes: blanks between them count as one space (RFC 5322 §3.2.2).
    Phrase,
    /// The inside of a comment: backslashes quote, and parentheses may stand beside encoded words.
    Comment,
    /// The inside of a quoted string: backslashes quote, and encoded words are out of place.
    Quoted,
}

/// The text of a piece of a value that begins at `base`.
pub(crate) fn decode<'a>(
    raw: Raw,
    piece: &'a [u8],
    base: usize,
    place: Place,
    findings: &mut Findings<'_>,
) -> Cow<'a, str> {
    if is_plain(piece, place) {
        return raw.text(piece);
    }
    let mut out = Decoder { raw, place, base, text: String::with_capacity(piece.len()), run: None };
    out.decode(piece, findings);
    Cow::Owned(out.text)
}

/// Whether the octets stand for themselves.
fn is_plain(piece: &[u8], place: Place) -> bool {
    let mut from = 0;
    while let Some(at) = memchr3(b'\r', b'\n', b'=', &piece[from..]) {
        from += at + 1;
        if piece[from - 1] != b'=' || piece.get(from) == Some(&b'?') {
            return false;
        }
    }
    match place {
        Place::Text => true,
        Place::Comment | Place::Quoted => memchr(b'\\', piece).is_none(),
        Place::Phrase => memchr(b'\t', piece).is_none() && memmem::find(piece, b"  ").is_none(),
    }
}

/// Text in the making.
struct Decoder {
    raw: Raw,
    place: Place,
    base: usize,
    text: String,
    run: Option<Run>,
}

impl Decoder {
    fn decode(&mut self, piece: &[u8], findings: &mut Findings<'_>) {
        let (mut plain, mut from, mut behind_word) = (0, 0, false);
        while let Some(found) = memmem::find(&piece[from..], b"=?") {
            let at = from + found;
            from = at + 2;
            let Some(word) = Word::at(piece, at) else {
                if Word::of_unknown_encoding(piece, at) {
                    findings.report(DefectCode::EncodedWordSyntax, self.base + at);
                }
                continue;
            };
            let Some(charset) = Charset::for_label(word.charset) else {
                findings.report(DefectCode::UnknownCharset, self.base + at);
                from = word.end;
                continue;
            };
            if !self.may_stand(piece, at..word.end) {
                findings.report(DefectCode::EncodedWordIllegalPosition, self.base + at);
                if !findings.policy().decode_misplaced_words {
                    from = word.end;
                    continue;
                }
            }
            let gap = &piece[plain..at];
            if !behind_word || !FWS.covers(gap) {
                self.flush(findings);
                self.push_plain(gap);
            }
            self.push_word(&word, charset, at, findings);
            (plain, from, behind_word) = (word.end, word.end, true);
        }
        self.flush(findings);
        self.push_plain(&piece[plain..]);
    }

    /// Whether an encoded word may stand where this one does (RFC 2047 §5).
    fn may_stand(&self, piece: &[u8], range: Range<usize>) -> bool {
        let free = |octet: Option<&u8>| match octet {
            None => true,
            Some(b'(' | b')') => self.place == Place::Comment,
            Some(&octet) => FWS.contains(octet),
        };
        self.place != Place::Quoted
            && free(piece[..range.start].last())
            && free(piece.get(range.end))
    }

    fn push_word(
        &mut self,
        word: &Word<'_>,
        charset: Charset,
        at: usize,
        findings: &mut Findings<'_>,
    ) {
        let at = self.base + at;
        if self.run.as_ref().is_some_and(|run| !run.joins(charset)) {
            self.flush(findings);
        }
        let run = match &mut self.run {
            Some(run) => {
                if run.is_within_character() {
                    findings.report(DefectCode::EncodedWordSplitChar, at);
                }
                run
            }
            run => run.insert(Run::new(charset, at)),
        };
        word.decode(at, &mut run.octets, findings);
        run.look();
    }

    /// Writes the octets that adjacent words had, as text.
    fn flush(&mut self, findings: &mut Findings<'_>) {
        let Some(run) = self.run.take() else { return };
        let mut broken = None;
        let mut sink = |code, _| broken = Some(code);
        let text =
            run.charset.decode_with(&run.octets, &mut Findings::new(findings.policy(), &mut sink));
        let special = matches!(self.place, Place::Phrase | Place::Quoted)
            && text.contains(['<', '>', '@', ',', ';', ':', '"']);
        let is_control = |character: char| character.is_control() && character != '\t';
        let codes = [
            broken,
            text.contains(is_control).then_some(DefectCode::EncodedWordDecodesToControl),
            has_word(text.as_bytes()).then_some(DefectCode::EncodedWordNested),
            special.then_some(DefectCode::EncodedWordDecodesToSpecials),
        ];
        for code in codes.into_iter().flatten() {
            findings.report(code, run.at);
        }
        if run.charset.is_undeclared() && broken.is_none() && !run.octets.is_ascii() {
            findings.report(DefectCode::UnknownCharset, run.at);
        }
        self.text.push_str(&text);
    }

    /// Writes octets that stand for themselves: with folds undone, and quoting where there is some.
    fn push_plain(&mut self, mut octets: &[u8]) {
        let quotes = matches!(self.place, Place::Comment | Place::Quoted);
        loop {
            let special = match self.place {
                Place::Text => memchr2(b'\r', b'\n', octets),
                Place::Comment | Place::Quoted => memchr3(b'\r', b'\n', b'\\', octets),
                Place::Phrase => octets.iter().position(|&octet| FWS.contains(octet)),
            };
            let Some(at) = special else { break };
            self.raw.push(&octets[..at], &mut self.text);
            octets = &octets[at..];
            let skip = if self.place == Place::Phrase {
                self.text.push(' ');
                FWS.span(octets)
            } else if quotes && octets[0] == b'\\' {
                let quoted = match octets.get(1) {
                    Some(b'\r' | b'\n') | None => 0,
                    Some(_) => character_len(&octets[1..]),
                };
                self.raw.push(&octets[1..1 + quoted], &mut self.text);
                1 + quoted
            } else {
                let ends = octets.iter().position(|octet| !matches!(octet, b'\r' | b'\n'));
                let ends = ends.unwrap_or(octets.len());
                if octets.get(ends).is_some_and(|octet| !matches!(octet, b' ' | b'\t')) {
                    self.text.push(' ');
                }
                ends
            };
            octets = &octets[skip..];
        }
        self.raw.push(octets, &mut self.text);
    }
}

/// How many octets the first character has: those behind it that go on with it belong to it.
fn character_len(octets: &[u8]) -> usize {
    1 + octets.iter().skip(1).take_while(|&&octet| octet & 0xc0 == 0x80).count()
}

/// Whether another encoded word stands in text that came of one.
fn has_word(text: &[u8]) -> bool {
    memmem::find_iter(text, b"=?").any(|at| Word::at(text, at).is_some())
}
