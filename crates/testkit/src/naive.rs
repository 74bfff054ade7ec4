//! Obvious implementations to hold the fast ones against: everything in memory, nothing clever.
use mailwire_core::BareLineEnds;

/// What a reader of dot-stuffed text has to say of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unstuffed {
    /// The text, as far as it is there.
    pub content: Vec<u8>,
    /// How many octets of the wire the text took, its end included; `None` if the end is not there.
    pub end: Option<usize>,
    /// Dropped lines of a dot beside a bare LF.
    pub stray_dots: u64,
    /// Bare CRs and LFs.
    pub bare: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    CrLf,
    BareCr,
    BareLf,
    Octet(u8),
}

/// Undoes dot-stuffing: the wire is cut into tokens and read token by token (RFC 5321 §4.5.2).
pub fn unstuff(wire: &[u8], policy: BareLineEnds) -> Unstuffed {
    let tokens = tokens(wire);
    let mut said = Unstuffed::default();
    let (mut at, mut i, mut line_start, mut after_bare) = (0, 0, true, false);
    let mut rejected = false;
    while i < tokens.len() {
        let (token, next) = (tokens[i], tokens.get(i + 1).copied());
        if line_start && token == Token::Octet(b'.') {
            let Some(next) = next else { break };
            // The dot is stuffing, or the end, or the mark of smuggling: never content.
            at += 1;
            i += 1;
            line_start = false;
            let normalize = policy == BareLineEnds::Normalize;
            if next == Token::CrLf && !after_bare {
                said.end = Some(at + 2);
                return said;
            }
            if normalize && (next == Token::BareLf || next == Token::CrLf) {
                said.stray_dots += 1;
                said.bare += u64::from(next == Token::BareLf);
                after_bare = next == Token::BareLf;
                line_start = true;
                at += if next == Token::CrLf { 2 } else { 1 };
                i += 1;
            }
            continue;
        }
        (line_start, after_bare) = match token {
            Token::CrLf => (true, false),
            Token::BareLf if policy == BareLineEnds::Normalize => (true, true),
            _ => (false, false),
        };
        let bare = matches!(token, Token::BareCr | Token::BareLf);
        said.bare += u64::from(bare);
        rejected |= bare && policy == BareLineEnds::Reject;
        if !rejected {
            said.content.extend_from_slice(match (token, policy) {
                (Token::CrLf, _) | (Token::BareLf, BareLineEnds::Normalize) => b"\r\n",
                (Token::BareCr, BareLineEnds::Normalize) => b" ",
                (Token::BareCr, _) => b"\r",
                (Token::BareLf, _) => b"\n",
                (Token::Octet(_), _) => &wire[at..=at],
            });
        }
        at += if token == Token::CrLf { 2 } else { 1 };
        i += 1;
    }
    said
}

/// A CR at the very end is left out: whether it is bare nobody can know yet.
fn tokens(wire: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = wire;
    loop {
        let (token, len) = match rest {
            [] | [b'\r'] => return tokens,
            [b'\r', b'\n', ..] => (Token::CrLf, 2),
            [b'\r', ..] => (Token::BareCr, 1),
            [b'\n', ..] => (Token::BareLf, 1),
            [octet, ..] => (Token::Octet(*octet), 1),
        };
        tokens.push(token);
        rest = &rest[len..];
    }
}

/// Makes every line end of a text a CRLF and every other CR a space, and ends the last line.
pub fn normalize(text: &[u8]) -> Vec<u8> {
    let mut normal = Vec::new();
    for (i, &octet) in text.iter().enumerate() {
        match octet {
            b'\r' if text.get(i + 1) == Some(&b'\n') => normal.push(b'\r'),
            b'\r' => normal.push(b' '),
            b'\n' if i > 0 && text[i - 1] == b'\r' => normal.push(b'\n'),
            b'\n' => normal.extend_from_slice(b"\r\n"),
            _ => normal.push(octet),
        }
    }
    if !(normal.is_empty() || normal.ends_with(b"\r\n")) {
        normal.extend_from_slice(b"\r\n");
    }
    normal
}
