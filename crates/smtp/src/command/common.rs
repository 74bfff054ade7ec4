//! The lines that nearly all traffic is made of.
//!
//! What is odd in any way is left to the general grammar: quirks, quoted strings, literals, UTF-8,
//! rare verbs and parameters, and whatever is wrong.
use mailwire_core::BytesRef;

use super::{Command, parse::bdat};
use crate::{
    ClientName, ForwardPath, MailParams, Mailbox, Quirks, RcptParams, ReversePath, path::words,
    quirks::Tolerance,
};

/// Reads a line that is as the RFC wants it and holds nothing unusual.
///
/// `None` says nothing about the line; a command is the one that the general grammar finds, without
/// quirks.
#[inline(always)]
pub(super) fn common(line: BytesRef<'_>) -> Option<Command> {
    let verb = u32::from_be_bytes(*line.first_chunk()?) & 0xdfdf_dfdf;
    let alone = |command| (line.len() == 4).then_some(command);
    match &verb.to_be_bytes() {
        b"MAIL" => {
            strip(&line[4..], b" FROM:<")?;
            let end = path(&line, 11)?;
            let params = params(line, end, mail_param)?;
            Some(Command::Mail {
                from: match line.slice(11..end - 1) {
                    null if null.is_empty() => ReversePath::Null,
                    mailbox => ReversePath::Mailbox(Mailbox::from_scanned(mailbox)),
                },
                params: MailParams::from_checked(params),
            })
        }
        b"RCPT" => {
            strip(&line[4..], b" TO:<")?;
            let end = path(&line, 9).filter(|end| end - 1 > 9)?;
            let params = params(line, end, rcpt_param)?;
            Some(Command::Rcpt {
                to: ForwardPath::Mailbox(Mailbox::from_scanned(line.slice(9..end - 1))),
                params: RcptParams::from_checked(params),
            })
        }
        b"EHLO" => Some(Command::Ehlo(client_name(line)?)),
        b"HELO" => Some(Command::Helo(client_name(line)?)),
        b"BDAT" if line.get(4) == Some(&b' ') => {
            let (size, last) = bdat(&line, 5, &mut Tolerance::new(Quirks::NONE)).ok()?;
            Some(Command::Bdat { size, last })
        }
        b"DATA" => alone(Command::Data),
        b"RSET" => alone(Command::Rset),
        b"NOOP" => alone(Command::Noop(None)),
        b"QUIT" => alone(Command::Quit),
        _ => None,
    }
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
fn client_name(line: BytesRef<'_>) -> Option<ClientName> {
    let name = line.get(5)?;
    // What begins with a digit may be an address without brackets.
    let common = line[4] == b' ' && !name.is_ascii_digit();
    (common && words::domain(&line, 5)? == line.len())
        .then(|| ClientName::from_checked(line.slice(5..)))
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
    use crate::command::parse::general;
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
        if let Some(command) = common(BytesRef::from(&line)) {
            for tolerated in [Quirks::NONE, Quirks::ALL] {
                let want = general(BytesRef::from(&line), tolerated);
                prop_assert_eq!(want, Ok((command.clone(), Quirks::NONE)), "{:?}", line);
            }
        }
        Ok(())
    }

    #[test]
    fn common_lines_are_found() {
        for line in LINES {
            let octets = Bytes::from(line);
            assert!(common(BytesRef::from(&octets)).is_some(), "line {line:?}");
            agree(line.into()).unwrap();
        }
    }

    proptest! {
        /// What is found here is what the grammar finds, whatever the line.
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
