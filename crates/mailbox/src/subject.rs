//! Base subjects (RFC 5256 §2.1).

use alloc::{borrow::Cow, string::String};
use mailwire_message::header::decode_text;

/// What a Subject field is about, without the marks of replies and forwards ([RFC 5256 §2.1]).
///
/// ```
/// use mailwire_mailbox::BaseSubject;
///
/// let subject = BaseSubject::of(b" Re: [list] Fwd: =?utf-8?q?Caf=C3=A9?= (fwd)");
/// assert_eq!((subject.text(), subject.is_reply()), ("Caf\u{e9}", true));
/// assert_eq!(BaseSubject::of(b"[list]").text(), "[list]");
/// ```
///
/// [RFC 5256 §2.1]: https://www.rfc-editor.org/rfc/rfc5256#section-2.1
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct BaseSubject {
    text: String,
    is_reply: bool,
}

impl BaseSubject {
    /// Reads the value of a Subject field.
    #[must_use]
    pub fn of(value: &[u8]) -> Self {
        Self::of_text(&decode_text(value))
    }

    /// Reads a subject whose encoded words were decoded.
    ///
    /// ```
    /// assert_eq!(mailwire_mailbox::BaseSubject::of_text("Re[2]: [Fwd: a  b]").text(), "a b");
    /// ```
    #[must_use]
    pub fn of_text(subject: &str) -> Self {
        let text = single_spaces(subject);
        let (base, is_reply) = base(&text);
        Self { text: base.into(), is_reply }
    }

    /// The base subject. It may be empty.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the subject is that of a reply or forward (RFC 5256 §3).
    #[must_use]
    pub const fn is_reply(&self) -> bool {
        self.is_reply
    }
}

/// Step 1: tabs and line ends are spaces, and one space is as good as several.
fn single_spaces(subject: &str) -> Cow<'_, str> {
    let is_space = |octet: &u8| matches!(octet, b' ' | b'\t' | b'\r' | b'\n');
    let octets = subject.as_bytes();
    let plain = octets.iter().all(|octet| *octet == b' ' || !is_space(octet))
        && octets.windows(2).all(|pair| pair != b"  ");
    if plain {
        return Cow::Borrowed(subject);
    }
    let mut text = String::with_capacity(subject.len());
    for character in subject.chars() {
        match character {
            ' ' | '\t' | '\r' | '\n' if text.ends_with(' ') => {}
            '\t' | '\r' | '\n' => text.push(' '),
            _ => text.push(character),
        }
    }
    Cow::Owned(text)
}

/// Steps 2 to 6, and whether any of them found a reply or forward.
fn base(subject: &str) -> (&str, bool) {
    let (mut rest, mut is_reply) = (subject, false);
    loop {
        rest = without_trailers(rest, &mut is_reply);
        rest = without_leaders(rest, &mut is_reply);
        let Some(inner) = forwarded(rest) else { return (rest, is_reply) };
        is_reply = true;
        rest = inner;
    }
}

/// Step 2: `subj-trailer = "(fwd)" / WSP`
fn without_trailers<'s>(mut rest: &'s str, is_reply: &mut bool) -> &'s str {
    loop {
        rest = rest.trim_end_matches(' ');
        match strip_suffix(rest, "(fwd)") {
            Some(before) => {
                *is_reply = true;
                rest = before;
            }
            None => return rest,
        }
    }
}

/// Steps 3 to 5: `subj-leader = (*subj-blob subj-refwd) / WSP`, and blobs in front of something.
fn without_leaders<'s>(mut rest: &'s str, is_reply: &mut bool) -> &'s str {
    // Up to how many octets from the end it is known that no reply mark follows the blobs.
    let mut looked = usize::MAX;
    loop {
        rest = rest.trim_start_matches(' ');
        let mut behind = rest;
        if rest.len() < looked {
            while let Some(after) = blob(behind) {
                behind = after;
            }
            if let Some(after) = reply_mark(behind) {
                *is_reply = true;
                rest = after;
                continue;
            }
            // Neither does one if some of the blobs are taken away.
            looked = behind.len();
            if rest.len() == looked {
                return rest;
            }
        }
        match blob(rest) {
            Some(after) if !after.is_empty() => {
                if after.len() <= looked {
                    looked = usize::MAX;
                }
                rest = after;
            }
            _ => return rest,
        }
    }
}

/// `subj-blob = "[" *BLOBCHAR "]" *WSP`: what is behind it.
fn blob(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('[')?;
    let end = memchr::memchr2(b'[', b']', inside.as_bytes())?;
    let behind = inside.get(end..)?.strip_prefix(']')?;
    // NUL is no BLOBCHAR.
    (!inside[..end].contains('\0')).then(|| behind.trim_start_matches(' '))
}

/// `subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"`: what is behind it.
fn reply_mark(text: &str) -> Option<&str> {
    let behind = ["re", "fwd", "fw"].iter().find_map(|mark| strip_prefix(text, mark))?;
    let behind = behind.trim_start_matches(' ');
    behind.strip_prefix(':').or_else(|| blob(behind)?.strip_prefix(':'))
}

/// Step 6: `subj-fwd = "[fwd:" subject "]"`: the subject.
fn forwarded(text: &str) -> Option<&str> {
    strip_prefix(text, "[fwd:")?.strip_suffix(']')
}

fn strip_prefix<'s>(text: &'s str, prefix: &str) -> Option<&'s str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn strip_suffix<'s>(text: &'s str, suffix: &str) -> Option<&'s str> {
    let (rest, end) = text.split_at_checked(text.len().checked_sub(suffix.len())?)?;
    end.eq_ignore_ascii_case(suffix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_subjects() {
        for (subject, base, is_reply) in [
            ("", "", false),
            ("Hello", "Hello", false),
            ("  two \t words\r\n here ", "two words here", false),
            ("Re: Hello", "Hello", true),
            ("RE: re:Fwd: FW : fw:Hello", "Hello", true),
            ("Re [2]: Hello", "Hello", true),
            ("Re[2]:Hello", "Hello", true),
            ("Re [2] : Hello", "Hello", true),
            ("Re [2] x: Hello", "Re [2] x: Hello", false),
            ("Ref: Hello", "Ref: Hello", false),
            ("Re Hello", "Re Hello", false),
            ("[a] Hello", "Hello", false),
            ("[a][b] [c] Hello", "Hello", false),
            ("[a]", "[a]", false),
            ("[a] [b]", "[b]", false),
            ("[a] Re: [b]", "[b]", true),
            ("[a] [b] Re: [c] Re: d", "d", true),
            ("[a [b] Hello", "[a [b] Hello", false),
            ("a] Hello", "a] Hello", false),
            ("Hello (fwd)", "Hello", true),
            ("Hello (FWD) (fwd)  ", "Hello", true),
            ("Hello(fwd)", "Hello", true),
            ("[fwd: Hello]", "Hello", true),
            ("[Fwd: Re: [a] [fwd: [b] Hello (fwd)]]", "Hello", true),
            ("[fwd: Hello", "[fwd: Hello", false),
            ("Re:", "", true),
            ("Re: ", "", true),
            ("(fwd)", "", true),
            ("[fwd:]", "", true),
            ("[]", "[]", false),
            ("[] x", "x", false),
            ("Re: [fwd:]", "", true),
            ("[x] Re: (fwd)", "", true),
            ("Ré: x", "Ré: x", false),
        ] {
            let got = BaseSubject::of_text(subject);
            assert_eq!((got.text(), got.is_reply()), (base, is_reply), "subject {subject:?}");
        }
    }
}
