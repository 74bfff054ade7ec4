//! Message identifiers (RFC 5322 §3.6.4, §4.5.4).

use alloc::{borrow::Cow, string::String};
use core::str;

use mailwire_core::ByteSet;

use super::{few::Few, raw::Raw};
use crate::{
    DefectCode, Findings, Policy,
    lex::{self, FWS},
};

/// What the sides of an identifier are made of that is taken as it is.
const PLAIN: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e).without(b"<>@\"(");

/// The identifiers of a Message-ID, In-Reply-To or References field ([RFC 5322 §3.6.4]).
///
/// What stands between them, as `Your message of "Friday"`, does not count (§4.5.4). An identifier
/// is kept as it is, but for the comments, blanks and folds that the obsolete syntax lets stand
/// around at signs and full stops; one that is damaged is reported and kept.
///
/// ```
/// use mailwire_message::header::MessageIds;
///
/// let references = MessageIds::parse(b" <1@x.test>\r\n <2 @ y (host) .test>");
/// assert!(references.iter().eq(["1@x.test", "2@y.test"]));
/// assert_eq!(references.first(), Some("1@x.test"));
/// ```
///
/// [RFC 5322 §3.6.4]: https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct MessageIds<'a> {
    ids: Few<Cow<'a, str>>,
}

impl<'a> MessageIds<'a> {
    /// Reads the value of a field.
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Self {
        Self::parse_with(value, &mut Findings::ignored(Policy::STANDARD))
    }

    /// [`parse`](Self::parse), telling what it found.
    #[must_use]
    pub fn parse_with(value: &'a [u8], findings: &mut Findings<'_>) -> Self {
        if let Some(id) = plain(value) {
            return Self { ids: Few::One(Cow::Borrowed(id)) };
        }
        let raw = Raw::of(value, findings);
        let mut reader = Reader {
            value,
            at: 0,
            raw,
            findings,
            ids: Few::NONE,
            lone_quotes: false,
            lone_parens: false,
        };
        reader.read();
        if reader.ids.as_slice().is_empty() {
            reader.bare();
        }
        Self { ids: reader.ids }
    }

    /// The identifiers in order, without their angle brackets.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator + Clone {
        self.ids.as_slice().iter().map(AsRef::as_ref)
    }

    /// The first identifier, which is the one of a Message-ID field.
    #[must_use]
    pub fn into_first(self) -> Option<Cow<'a, str>> {
        match self.ids {
            Few::One(id) => Some(id),
            Few::Many(ids) => ids.into_iter().next(),
        }
    }

    /// The first identifier: that of a Message-ID field.
    #[must_use]
    pub fn first(&self) -> Option<&str> {
        self.iter().next()
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> MessageIds<'static> {
        MessageIds { ids: self.ids.map(|id| Cow::Owned(id.into_owned())) }
    }
}

/// The only identifier, if nothing is to be said about it.
fn plain(value: &[u8]) -> Option<&str> {
    let id = lex::trim(value).strip_prefix(b"<")?.strip_suffix(b">")?;
    let at = memchr::memchr(b'@', id)?;
    let (left, right) = (&id[..at], &id[at + 1..]);
    let is_plain =
        !left.is_empty() && !right.is_empty() && PLAIN.covers(left) && PLAIN.covers(right);
    str::from_utf8(id).ok().filter(|_| is_plain)
}

struct Reader<'a, 'f, 's> {
    value: &'a [u8],
    at: usize,
    raw: Raw,
    findings: &'f mut Findings<'s>,
    ids: Few<Cow<'a, str>>,
    /// No quote from here on has its twin; the same for parentheses.
    lone_quotes: bool,
    lone_parens: bool,
}

impl<'a> Reader<'a, '_, '_> {
    /// Reads identifiers in angle brackets.
    fn read(&mut self) {
        loop {
            self.at = lex::skip_fws(self.value, self.at);
            match self.value.get(self.at) {
                None => return,
                Some(b'<') => self.id(),
                Some(b'(') => {
                    if !self.skip_comment() {
                        self.findings.report(DefectCode::UnbalancedComment, self.at);
                        self.at += 1;
                    }
                }
                Some(b'"') => {
                    if !self.skip_quoted() {
                        self.findings.report(DefectCode::UnbalancedQuote, self.at);
                        self.at += 1;
                    }
                }
                Some(b'>' | b',' | b';') => {
                    self.findings.report(DefectCode::InvalidFieldSyntax, self.at);
                    self.at += 1;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn skip_comment(&mut self) -> bool {
        let end =
            if self.lone_parens { None } else { lex::closed_comment_end(self.value, self.at) };
        self.lone_parens |= end.is_none();
        self.at = end.unwrap_or(self.at);
        end.is_some()
    }

    fn skip_quoted(&mut self) -> bool {
        let end = if self.lone_quotes { None } else { lex::quoted_end(self.value, self.at) };
        self.lone_quotes |= end.is_none();
        self.at = end.unwrap_or(self.at);
        end.is_some()
    }

    /// Reads what begins with an angle bracket.
    fn id(&mut self) {
        let open = self.at;
        while self.value.get(self.at) == Some(&b'<') {
            self.at += 1;
        }
        let mut sound = self.at == open + 1;
        let start = self.at;
        let mut simple = true;
        let mut signs = 0usize;
        let closed = loop {
            match self.value.get(self.at) {
                None | Some(b'<') => break false,
                Some(b'>') => break true,
                Some(b'"') if self.skip_quoted() => simple = false,
                Some(b'(') if self.skip_comment() => simple = false,
                Some(&octet) => {
                    simple &= !FWS.contains(octet);
                    signs += usize::from(octet == b'@');
                    self.at += 1;
                }
            }
        };
        let mut end = self.at;
        if closed {
            self.at += 1;
        } else {
            sound = false;
            // It ends where a phrase may begin.
            end = start
                + self.value[start..end].iter().take_while(|&&octet| !FWS.contains(octet)).count();
            simple = true;
        }
        let content = &self.value[start..end];
        let id = if simple {
            self.raw.text(content)
        } else {
            Cow::Owned(self.obsolete(start..end, &mut sound))
        };
        sound &= signs == 1 && !id.starts_with('@') && !id.ends_with('@');
        if !sound {
            self.findings.report(DefectCode::InvalidMessageId, open);
        } else if !simple && id.len() != content.len() {
            self.findings.report(DefectCode::ObsCfws, open);
        }
        if !id.is_empty() {
            self.ids.push(id);
        }
    }

    /// An identifier without comments and folds, and without blanks where they may stand.
    fn obsolete(&self, range: core::ops::Range<usize>, sound: &mut bool) -> String {
        let content = &self.value[range];
        let (mut id, mut at) = (String::with_capacity(content.len()), 0);
        while let Some(&octet) = content.get(at) {
            let begin = at;
            if octet == b'"'
                && let Some(end) = lex::quoted_end(content, at)
            {
                at = end;
                self.raw.push(&lex::unfold(&content[begin..at]), &mut id);
            } else if FWS.contains(octet) || octet == b'(' {
                let (mut folded, mut commented) = (false, false);
                loop {
                    let blanks = FWS.span(&content[at..]);
                    folded |= content[at..at + blanks].contains(&b'\n');
                    at += blanks;
                    match content.get(at) {
                        Some(b'(') => match lex::closed_comment_end(content, at) {
                            Some(end) => (at, commented) = (end, true),
                            None => break,
                        },
                        _ => break,
                    }
                }
                if at == begin {
                    self.raw.push(&content[at..=at], &mut id);
                    at += 1;
                    continue;
                }
                let free = id.is_empty() || id.ends_with(['@', '.']);
                let free = free || matches!(content.get(at), None | Some(b'@' | b'.'));
                if !free {
                    *sound = false;
                    if !folded || commented {
                        id.push(' ');
                    }
                }
            } else {
                at += 1;
                while content
                    .get(at)
                    .is_some_and(|&octet| !FWS.contains(octet) && !matches!(octet, b'"' | b'('))
                {
                    at += 1;
                }
                self.raw.push(&content[begin..at], &mut id);
            }
        }
        id
    }

    /// Identifiers without angle brackets, if the field holds nothing else.
    fn bare(&mut self) {
        let words =
            || self.value.split(|&octet| FWS.contains(octet)).filter(|word| !word.is_empty());
        let all = words().all(|word| word.contains(&b'@') && !word.contains(&b'('));
        let single =
            words().nth(1).is_none() && words().all(|word| !matches!(word[0], b'(' | b'<'));
        if words().next().is_none() {
            return;
        }
        self.findings.report(DefectCode::InvalidMessageId, lex::skip_fws(self.value, 0));
        if all || single {
            for word in words() {
                self.ids.push(self.raw.text(word));
            }
        }
    }
}
