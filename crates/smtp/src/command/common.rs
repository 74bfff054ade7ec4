//! The lines that nearly all traffic is made of.
//!
//! What is odd in any way is left to the general grammar: quirks, quoted strings, literals, UTF-8,
//! rare verbs and parameters, and whatever is wrong.
use mailwire_core::BytesRef;

use super::{
    Command,
    parse::{bdat, general},
};
use crate::{
    ClientName, ForwardPath, MailParams, Mailbox, ParseError, Quirks, RcptParams, ReversePath,
    path::words, quirks::Tolerance,
};

/// Reads a line: at once if it is as the RFC wants it and holds nothing unusual.
///
/// Where things are is found first, so that every arm writes its command where the caller wants it:
/// a detour over a local of this size costs as much as reading a short command.
pub(super) fn read(line: BytesRef<'_>, tolerated: Quirks) -> Result<(Command, Quirks), ParseError> {
    let Some(verb) = line.first_chunk() else { return general(line, tolerated) };
    let alone = line.len() == verb.len();
    match &(u32::from_be_bytes(*verb) & 0xdfdf_dfdf).to_be_bytes() {
        b"MAIL" => {
            if let Some((path, params)) = envelope(line, b" FROM:<", mail_param) {
                let params = MailParams::from_ascii(params);
                if path.is_empty() {
                    return Ok((Command::Mail { from: ReversePath::Null, params }, Quirks::NONE));
                }
                let from = ReversePath::Mailbox(Mailbox::from_ascii(path));
                return Ok((Command::Mail { from, params }, Quirks::NONE));
            }
        }
        b"RCPT" => {
            if let Some((path, params)) = envelope(line, b" TO:<", rcpt_param)
                && !path.is_empty()
            {
                let params = RcptParams::from_ascii(params);
                let to = ForwardPath::Mailbox(Mailbox::from_ascii(path));
                return Ok((Command::Rcpt { to, params }, Quirks::NONE));
            }
        }
        b"EHLO" => {
            if let Some(name) = client_name(line) {
                return Ok((Command::Ehlo(ClientName::from_ascii(name)), Quirks::NONE));
            }
        }
        b"BDAT" if line.get(4) == Some(&b' ') => {
            if let Ok((size, last)) = bdat(&line, 5, &mut Tolerance::new(Quirks::NONE)) {
                return Ok((Command::Bdat { size, last }, Quirks::NONE));
            }
        }
        b"DATA" if alone => return Ok((Command::Data, Quirks::NONE)),
        b"RSET" if alone => return Ok((Command::Rset, Quirks::NONE)),
        b"NOOP" if alone => return Ok((Command::Noop(None), Quirks::NONE)),
        b"QUIT" if alone => return Ok((Command::Quit, Quirks::NONE)),
        _ => {}
    }
    general(line, tolerated)
}

/// What stands between the brackets, and the parameters.
#[inline(always)]
fn envelope<'a, const N: usize>(
    line: BytesRef<'a>,
    clause: &[u8; N],
    param: Param,
) -> Option<(BytesRef<'a>, BytesRef<'a>)> {
    strip(&line[4..], clause)?;
    let start = 4 + N;
    let end = path(&line, start)?;
    let params = params(line, end, param)?;
    Some((line.slice(start..end - 1), params))
}

/// A path whose `<` is just before `start`, null or of a mailbox; gives its end.
#[inline(always)]
fn path(line: &[u8], start: usize) -> Option<usize> {
    let null = line.get(start) == Some(&b'>');
    let end = if null { start } else { words::mailbox(line, start)? };
    (line.get(end) == Some(&b'>')).then_some(end + 1)
}

/// The name of a host, all that is left of the line.
#[inline(always)]
fn client_name(line: BytesRef<'_>) -> Option<BytesRef<'_>> {
    let name = line.get(5)?;
    // What begins with a digit may be an address without brackets.
    let common = line[4] == b' ' && !name.is_ascii_digit();
    (common && words::domain(&line, 5)? == line.len()).then(|| line.slice(5..))
}

/// Says whether a parameter that everybody knows stands at the start of the text: which, as one
/// bit, and what comes behind it.
type Param = fn(&[u8]) -> Option<(u8, &[u8])>;

/// `*(SP esmtp-param)`, all that is left of the line.
#[inline(always)]
fn params(line: BytesRef<'_>, at: usize, param: Param) -> Option<BytesRef<'_>> {
    let mut rest = &line[at..];
    let mut seen = 0;
    while let Some((b' ', text)) = rest.split_first() {
        let (bit, behind) = param(text)?;
        if seen & bit != 0 {
            return None;
        }
        seen |= bit;
        rest = behind;
    }
    rest.is_empty().then(|| line.slice(line.len().min(at + 1)..))
}

#[inline(always)]
fn mail_param(text: &[u8]) -> Option<(u8, &[u8])> {
    if let Some(value) = strip(text, b"SIZE=") {
        let digits = value.iter().take_while(|octet| octet.is_ascii_digit()).count();
        // Any number of 19 digits fits in 64 bits.
        return matches!(digits, 1..=19).then(|| (1 << 0, &value[digits..]));
    }
    if let Some(value) = strip(text, b"BODY=") {
        let behind = strip(value, b"8BITMIME").or_else(|| strip(value, b"7BIT"))?;
        return Some((1 << 1, behind));
    }
    if let Some(behind) = strip(text, b"SMTPUTF8") {
        return Some((1 << 2, behind));
    }
    if let Some(value) = strip(text, b"RET=") {
        let behind = strip(value, b"HDRS").or_else(|| strip(value, b"FULL"))?;
        return Some((1 << 3, behind));
    }
    Some((1 << 4, strip(text, b"AUTH=<>")?))
}

#[inline(always)]
fn rcpt_param(text: &[u8]) -> Option<(u8, &[u8])> {
    let mut value = strip(text, b"NOTIFY=")?;
    if let Some(behind) = strip(value, b"NEVER") {
        return Some((1, behind));
    }
    loop {
        let behind = strip(value, b"SUCCESS")
            .or_else(|| strip(value, b"FAILURE"))
            .or_else(|| strip(value, b"DELAY"))?;
        match behind.split_first() {
            Some((b',', more)) => value = more,
            _ => return Some((1, behind)),
        }
    }
}

/// What comes behind a word in upper case that is in the text in any case.
#[inline(always)]
fn strip<'a, const N: usize>(text: &'a [u8], word: &[u8; N]) -> Option<&'a [u8]> {
    let (start, behind) = text.split_first_chunk::<N>()?;
    let mut difference = 0;
    // No exit on the way: the loop becomes a few words wide comparisons.
    for (octet, upper) in start.iter().zip(word) {
        let case = if upper.is_ascii_alphabetic() { 0x20 } else { 0 };
        difference |= (octet & !case) ^ upper;
    }
    (difference == 0).then_some(behind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use proptest::{collection::vec, prelude::*, sample::select};
    use std::vec::Vec;

    const LINES: [&str; 14] = [
        "EHLO client.example.org",
        "helo a-b.example",
        "MAIL FROM:<john.smith@example.org> SIZE=123456 BODY=8BITMIME",
        "mail from:<> ret=hdrs smtputf8 auth=<>",
        "MAIL FROM:<a+b=c_d@x.example> BODY=7BIT RET=FULL",
        "RCPT TO:<postmaster+tag@lists.example.com> NOTIFY=SUCCESS,FAILURE",
        "RCPT TO:<x@y.example> NOTIFY=NEVER",
        "RCPT TO:<x@y.example> NOTIFY=DELAY,DELAY",
        "BDAT 86401 LAST",
        "bdat 18446744073709551615 last",
        "DATA",
        "rset",
        "NOOP",
        "QUIT",
    ];

    fn agree(line: Vec<u8>) -> Result<(), TestCaseError> {
        let line = Bytes::from(line);
        for tolerated in [Quirks::NONE, Quirks::ALL] {
            let line = BytesRef::from(&line);
            prop_assert_eq!(read(line, tolerated), general(line, tolerated), "{:?}", line);
        }
        Ok(())
    }

    #[test]
    fn common_lines_are_read() {
        for line in LINES {
            let octets = Bytes::from(line);
            assert!(read(BytesRef::from(&octets), Quirks::NONE).is_ok(), "line {line:?}");
            agree(line.into()).unwrap();
        }
    }

    proptest! {
        /// What is read here is what the grammar reads, whatever the line.
        #[test]
        fn common_lines_are_those_of_the_grammar(
            line in select(&LINES[..]),
            changes in vec((any::<prop::sample::Index>(), any::<u8>(), 0..5), 1..4),
        ) {
            let mut line = Vec::from(line);
            for (at, octet, how) in changes {
                let at = at.index(line.len().max(1)).min(line.len());
                let likely = b" <>@.-_=,:9a\"[\x7f\xc3"[usize::from(octet % 16)];
                match how {
                    0 if at < line.len() => line[at] = octet,
                    1 => line.insert(at, octet),
                    2 => line.insert(at, likely),
                    3 if at < line.len() => line[at] = likely,
                    _ if at < line.len() => drop(line.remove(at)),
                    _ => {}
                }
            }
            agree(line)?;
        }

        #[test]
        fn long_lines_are_those_of_the_grammar(local in 55..70usize, name in 170..260usize) {
            let domain = ["a.".repeat(name / 2), "b".repeat(1 + name % 2)].concat();
            agree(["MAIL FROM:<", &"l".repeat(local), "@", &domain, ">"].concat().into())?;
            agree(["EHLO ", &domain].concat().into())?;
        }
    }
}
