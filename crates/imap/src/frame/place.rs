//! Where in the grammar a line ends: whether what looks like a literal can be one.

use super::{Literal, Side};

/// What is known of the frame so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing yet.
    #[default]
    Start,
    /// Among arguments or data: literals may stand anywhere.
    Data,
    /// Within the brackets of a response code: `[BADCHARSET ({5}`.
    Code,
    /// In free text, or where there is no tag.
    Text,
}

impl Place {
    /// The literal that the line announces at its end, if there can be one.
    ///
    /// Quoted strings need no thought: none can hold a line end, so none is open here.
    pub(super) fn literal(&mut self, side: Side, line: &[u8]) -> Option<Literal> {
        let (literal, at) = Literal::find(line)?;
        match *self {
            Self::Start => self.enter(side, line),
            Self::Data | Self::Text => {}
            Self::Code => *self = code_or_text(line),
        }
        let allowed = match self {
            Self::Start | Self::Text => false,
            // Right behind another literal nothing can stand.
            Self::Data | Self::Code => matches!(line[..at].last(), Some(b' ' | b'(' | b']' | b'>')),
        };
        allowed.then_some(literal)
    }

    /// Looks at the beginning of a frame.
    pub(super) fn enter(&mut self, side: Side, line: &[u8]) {
        if *self != Self::Start {
            return;
        }
        let line = &line[line.iter().take_while(|octet| matches!(octet, b' ' | 0)).count()..];
        let (tag, rest) = word(line);
        *self = match side {
            _ if rest.is_empty() => Self::Text,
            Side::Commands => Self::Data,
            Side::Responses if tag == b"+" => Self::Text,
            Side::Responses => match word(rest) {
                (status, text) if is_status(status) => behind_status(text),
                // A code without a status, as some servers send it.
                _ if tag == b"*" && rest.starts_with(b"[") => behind_status(rest),
                _ if tag == b"*" => Self::Data,
                _ => Self::Text,
            },
        };
    }
}

/// A word and what follows it, blanks between them skipped.
fn word(line: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b' ', line).unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    (word, &rest[rest.iter().take_while(|octet| **octet == b' ').count()..])
}

fn is_status(word: &[u8]) -> bool {
    ["OK", "NO", "BAD", "BYE", "PREAUTH"]
        .iter()
        .any(|name| name.as_bytes().eq_ignore_ascii_case(word))
}

/// A response code, or text.
fn behind_status(text: &[u8]) -> Place {
    if may_hold_literals(text) { code_or_text(text) } else { Place::Text }
}

/// Whether a response code that begins so may hold literals. No other does, and text of some may hold a lone
/// quote.
pub(crate) fn may_hold_literals(text: &[u8]) -> bool {
    const KNOWN: &[u8] = b"[BADCHARSET ";
    text.get(..KNOWN.len()).is_some_and(|code| code.eq_ignore_ascii_case(KNOWN))
}

/// Whether a response code is still open at the end of this part of it. A bracket in a quoted string
/// closes nothing.
fn code_or_text(part: &[u8]) -> Place {
    let mut quoted = false;
    let mut octets = part.iter();
    while let Some(octet) = octets.next() {
        match octet {
            b'\\' if quoted => {
                octets.next();
            }
            b'"' => quoted = !quoted,
            b']' if !quoted => return Place::Text,
            _ => {}
        }
    }
    Place::Code
}
