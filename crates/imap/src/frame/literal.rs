//! The announcement of a literal (RFC 9051 §4.3, RFC 7888, RFC 3516).

use super::Side;

/// `{n}`, `{n+}`, `{n-}` or `~{n}` at the end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Literal {
    /// How many octets follow. A number that does not fit is the largest there is.
    pub size: u64,
    /// Whether the octets follow at once, without a continuation from the server: `{n+}`.
    pub non_synchronizing: bool,
    /// Whether any octet may be among them, NUL too: `~{n}` (`literal8`).
    pub binary: bool,
}

impl Literal {
    /// Whether the peer waits until it is told to go on.
    #[must_use]
    pub const fn is_synchronizing(&self) -> bool {
        !self.non_synchronizing
    }

    /// Whether somebody has to say that the octets may come.
    pub(super) fn waits_for(&self, side: Side) -> bool {
        side == Side::Commands && self.is_synchronizing()
    }

    /// What the line, given without its line end, announces at its end.
    pub(crate) fn announced_by(line: &[u8]) -> Option<Self> {
        Self::find(line).map(|(literal, _)| literal)
    }

    /// The same, and where the announcement begins.
    #[inline]
    pub(crate) fn find(line: &[u8]) -> Option<(Self, usize)> {
        let inner = line.strip_suffix(b"}")?;
        let (inner, non_synchronizing) = match inner {
            [inner @ .., b'+' | b'-'] => (inner, true),
            _ => (inner, false),
        };
        let digits = inner.iter().rev().take_while(|octet| octet.is_ascii_digit()).count();
        let (before, number) = inner.split_at(inner.len() - digits);
        let before = before.strip_suffix(b"{").filter(|_| digits > 0)?;
        let binary = before.ends_with(b"~");
        let start = before.len() - usize::from(binary);
        Some((Self { size: value(number), non_synchronizing, binary }, start))
    }

    /// What the text begins with, if that is the announcement of a literal, and how much of the text it
    /// is, its line end included. No more of the text is looked at.
    pub(crate) fn starting(text: &[u8]) -> Option<(Self, usize)> {
        let behind_tilde = text.strip_prefix(b"~");
        let inner = behind_tilde.unwrap_or(text).strip_prefix(b"{")?;
        let digits = inner.iter().take_while(|octet| octet.is_ascii_digit()).count();
        let (number, behind) = inner.split_at(digits);
        let (non_synchronizing, behind) = match behind {
            [b'+' | b'-', behind @ ..] => (true, behind),
            _ => (false, behind),
        };
        let ([b'}', b'\r', b'\n', rest @ ..] | [b'}', b'\n', rest @ ..]) = behind else {
            return None;
        };
        let literal =
            Self { size: value(number), non_synchronizing, binary: behind_tilde.is_some() };
        (digits > 0).then_some((literal, text.len() - rest.len()))
    }
}

/// A number that does not fit is the largest there is.
fn value(digits: &[u8]) -> u64 {
    digits
        .iter()
        .fold(0u64, |size, digit| size.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announcements() {
        let literal =
            |size, non_synchronizing, binary| Some(Literal { size, non_synchronizing, binary });
        for (line, want) in [
            ("a LOGIN {5}", literal(5, false, false)),
            ("a LOGIN {0+}", literal(0, true, false)),
            ("a LOGIN {005-}", literal(5, true, false)),
            ("* 1 FETCH (BINARY[] ~{12}", literal(12, false, true)),
            ("x {99999999999999999999999}", literal(u64::MAX, false, false)),
            ("x {}", None),
            ("x {+}", None),
            ("x {-5}", None),
            ("x {5}}", None),
            ("x {5} ", None),
            ("x 5}", None),
            ("}", None),
            ("", None),
        ] {
            assert_eq!(Literal::announced_by(line.as_bytes()), want, "line {line:?}");
            // The same at the beginning of a text, where each of them ends.
            let announcement = &line[line.find(['~', '{']).unwrap_or(0)..];
            for line_end in ["\r\n", "\n"] {
                let text = [announcement, line_end, "more"].concat();
                let found = Literal::starting(text.as_bytes());
                let len = announcement.len() + line_end.len();
                assert_eq!(found, want.map(|literal| (literal, len)), "text {text:?}");
            }
        }
    }
}
