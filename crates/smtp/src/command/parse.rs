//! Lines to commands.
use bytes::Bytes;
use mailwire_core::BytesRef;

use super::{
    Argument, Attributes, Command, DomainList, EtrnNode, InitialResponse, Word, common,
    verb::{Verb, verb},
};
use crate::{
    ClientName, ForwardPath, MailParams, ParseError, ParseErrorKind, Quirks, RcptParams,
    ReversePath, path,
    quirks::{Quirk, Tolerance},
};

impl Command {
    /// Reads one line, given without its line end.
    ///
    /// Also says which of the tolerated quirks it needed. Long texts in the command are slices of
    /// `line`.
    pub fn parse(line: Bytes, tolerated: Quirks) -> Result<(Self, Quirks), ParseError> {
        Self::parse_ref(BytesRef::from(&line), tolerated)
    }

    /// Reads one line where it lies, as [`InputQueue::peek_line`] shows it: a command without long
    /// texts does not touch the buffer's reference count.
    ///
    /// ```
    /// use mailwire_core::InputQueue;
    /// use mailwire_smtp::{Command, Quirks};
    ///
    /// let mut input = InputQueue::default();
    /// input.push("quit\r\n".into());
    /// let line = input.peek_line(512)?.expect("a whole line is there");
    /// let parsed = Command::parse_ref(line.content, Quirks::NONE);
    /// assert_eq!(parsed, Ok((Command::Quit, Quirks::NONE)));
    /// # Ok::<(), mailwire_core::LineError>(())
    /// ```
    ///
    /// [`InputQueue::peek_line`]: mailwire_core::InputQueue::peek_line
    #[inline(always)]
    pub fn parse_ref(line: BytesRef<'_>, tolerated: Quirks) -> Result<(Self, Quirks), ParseError> {
        common::read(line, tolerated)
    }
}

/// The whole grammar.
pub(super) fn general(
    mut line: BytesRef<'_>,
    tolerated: Quirks,
) -> Result<(Command, Quirks), ParseError> {
    let mut tolerance = Tolerance::new(tolerated);
    if let Some(b' ' | b'\t') = line.last() {
        line = trimmed(line, &mut tolerance)?;
    }
    check_octets(&line)?;
    command(line, &mut tolerance)
}

#[cold]
fn trimmed<'a>(line: BytesRef<'a>, tolerance: &mut Tolerance) -> Result<BytesRef<'a>, ParseError> {
    let len = line.iter().rposition(|octet| !matches!(octet, b' ' | b'\t')).map_or(0, |at| at + 1);
    if !tolerance.allows(Quirk::TrailingBlank) {
        return Err(ParseErrorKind::UnexpectedArgument.at(len));
    }
    Ok(line.slice(..len))
}

/// Refuses control octets and what is not UTF-8.
#[inline]
pub(crate) fn check_octets(text: &[u8]) -> Result<(), ParseError> {
    let is_control = |octet: u8| (octet < b' ') | (octet == 0x7f);
    // Without a branch inside, the loop becomes a few vector instructions.
    let (control, union) = text
        .iter()
        .fold((false, 0), |(control, union), &octet| (control | is_control(octet), union | octet));
    if control {
        let at = text.iter().position(|&octet| is_control(octet)).unwrap_or(0);
        return Err(ParseErrorKind::ControlOctet.at(at));
    }
    if union >= 0x80
        && let Err(error) = core::str::from_utf8(text)
    {
        return Err(ParseErrorKind::NotUtf8.at(error.valid_up_to()));
    }
    Ok(())
}

/// Every arm writes its command where the caller wants it: a detour over a local of this size costs
/// as much as reading a short command.
#[inline]
fn command(line: BytesRef<'_>, tolerance: &mut Tolerance) -> Result<(Command, Quirks), ParseError> {
    let Some((verb, len)) = verb(&line) else {
        let command = unknown(line, tolerance)?;
        return Ok((command, tolerance.seen));
    };
    let mut at = len + 1;
    if line.get(at) == Some(&b' ') {
        at = skip_blanks(&line, at, tolerance)?;
    }
    let command = match verb {
        Verb::Mail => {
            let (from, params) = mail(line, at, tolerance)?;
            return Ok((Command::Mail { from, params }, tolerance.seen));
        }
        Verb::Rcpt => {
            let (to, params) = rcpt(line, at, tolerance)?;
            return Ok((Command::Rcpt { to, params }, tolerance.seen));
        }
        Verb::Bdat => {
            let (size, last) = bdat(&line, at, tolerance)?;
            return Ok((Command::Bdat { size, last }, tolerance.seen));
        }
        Verb::Data => {
            alone(&line, at)?;
            return Ok((Command::Data, tolerance.seen));
        }
        Verb::Rset => {
            alone(&line, at)?;
            return Ok((Command::Rset, tolerance.seen));
        }
        Verb::Quit => {
            alone(&line, at)?;
            return Ok((Command::Quit, tolerance.seen));
        }
        Verb::Ehlo => {
            let name = client_name(line, at, tolerance)?;
            return Ok((Command::Ehlo(name), tolerance.seen));
        }
        Verb::Helo => Command::Helo(client_name(line, at, tolerance)?),
        Verb::Lhlo => Command::Lhlo(client_name(line, at, tolerance)?),
        Verb::Noop => Command::Noop(optional(line, at)?),
        Verb::Help => Command::Help(optional(line, at)?),
        Verb::StartTls => {
            alone(&line, at)?;
            Command::StartTls
        }
        Verb::Turn => {
            alone(&line, at)?;
            Command::Turn
        }
        Verb::Auth => auth(line, at, tolerance)?,
        Verb::Vrfy => {
            let (name, smtputf8) = name(line, at)?;
            Command::Vrfy { name, smtputf8 }
        }
        Verb::Expn => {
            let (name, smtputf8) = name(line, at)?;
            Command::Expn { name, smtputf8 }
        }
        Verb::Etrn => {
            let node = EtrnNode::parse(rest(line, at)?).map_err(|error| error.shifted(at))?;
            Command::Etrn(node)
        }
        Verb::Atrn => {
            let domains = if at > line.len() { line.slice(..0) } else { rest(line, at)? };
            Command::Atrn(DomainList::parse(domains).map_err(|error| error.shifted(at))?)
        }
        Verb::Burl => burl(line, at, tolerance)?,
        Verb::Send => {
            let (from, params) = obsolete(line, at, tolerance)?;
            Command::Send { from, params }
        }
        Verb::Soml => {
            let (from, params) = obsolete(line, at, tolerance)?;
            Command::Soml { from, params }
        }
        Verb::Saml => {
            let (from, params) = obsolete(line, at, tolerance)?;
            Command::Saml { from, params }
        }
        Verb::Xclient => Command::Xclient(attributes(line, at, tolerance)?),
        Verb::Xforward => Command::Xforward(attributes(line, at, tolerance)?),
    };
    Ok((command, tolerance.seen))
}

/// Whether the verb stands alone: only then does the argument start behind the line.
#[inline]
fn alone(line: &[u8], at: usize) -> Result<(), ParseError> {
    if at > line.len() { Ok(()) } else { Err(ParseErrorKind::UnexpectedArgument.at(at)) }
}

#[cold]
fn unknown(line: BytesRef<'_>, tolerance: &mut Tolerance) -> Result<Command, ParseError> {
    let len = line.iter().position(|&octet| octet == b' ').unwrap_or(line.len());
    if len == 0 || !line[..len].is_ascii() {
        return Err(ParseErrorKind::NoVerb.at(0));
    }
    let mut argument = None;
    if len < line.len() {
        let at = skip_blanks(&line, len + 1, tolerance)?;
        argument = Some(Argument::parse(line.slice(at..)).map_err(|error| error.shifted(at))?);
    }
    Ok(Command::Unknown { verb: Word::parse(line.slice(..len))?, argument })
}

/// Goes on to the next word, of which one blank is behind us.
fn skip_blanks(line: &[u8], at: usize, tolerance: &mut Tolerance) -> Result<usize, ParseError> {
    let blanks = line[at..].iter().take_while(|&&octet| octet == b' ').count();
    if blanks > 0 && !tolerance.allows(Quirk::ExtraBlank) {
        return Err(ParseErrorKind::BadArgument.at(at));
    }
    Ok(at + blanks)
}

/// What follows the verb.
fn rest(line: BytesRef<'_>, at: usize) -> Result<BytesRef<'_>, ParseError> {
    if at >= line.len() {
        return Err(ParseErrorKind::MissingArgument.at(line.len()));
    }
    Ok(line.slice(at..))
}

/// `[ SP String ]`, where what people write for a String is taken too.
fn optional(line: BytesRef<'_>, at: usize) -> Result<Option<Argument>, ParseError> {
    if at > line.len() {
        return Ok(None);
    }
    Ok(Some(Argument::parse(rest(line, at)?).map_err(|error| error.shifted(at))?))
}

/// `( Domain / address-literal )`
fn client_name(
    line: BytesRef<'_>,
    at: usize,
    tolerance: &mut Tolerance,
) -> Result<ClientName, ParseError> {
    ClientName::parse(rest(line, at)?, tolerance).map_err(|error| error.shifted(at))
}

/// `"FROM:" Reverse-path [SP Mail-parameters]`
#[inline(always)]
fn mail(
    line: BytesRef<'_>,
    at: usize,
    tolerance: &mut Tolerance,
) -> Result<(ReversePath, MailParams), ParseError> {
    let start = clause(&line, at, b"FROM:")?;
    let found = path::find(&line, start, ParseErrorKind::BadReversePath, tolerance)?;
    let mut params = MailParams::default();
    if found.end < line.len() {
        let start = found.end + 1;
        params = MailParams::parse(line.slice(start..), tolerance)
            .map_err(|error| error.shifted(start))?;
    }
    Ok((found.into_reverse(line, tolerance)?, params))
}

/// The same for the verbs that nobody sends: one copy of the code is enough for them.
#[cold]
fn obsolete(
    line: BytesRef<'_>,
    at: usize,
    tolerance: &mut Tolerance,
) -> Result<(ReversePath, MailParams), ParseError> {
    mail(line, at, tolerance)
}

/// `"TO:" Forward-path [SP Rcpt-parameters]`
#[inline(always)]
fn rcpt(
    line: BytesRef<'_>,
    at: usize,
    tolerance: &mut Tolerance,
) -> Result<(ForwardPath, RcptParams), ParseError> {
    let start = clause(&line, at, b"TO:")?;
    let found = path::find(&line, start, ParseErrorKind::BadForwardPath, tolerance)?;
    let mut params = RcptParams::default();
    if found.end < line.len() {
        let start = found.end + 1;
        params = RcptParams::parse(line.slice(start..), tolerance)
            .map_err(|error| error.shifted(start))?;
    }
    Ok((found.into_forward(line, tolerance)?, params))
}

/// `FROM:` or `TO:`; gives where the path starts.
#[inline]
fn clause(line: &[u8], at: usize, word: &[u8]) -> Result<usize, ParseError> {
    let end = at + word.len();
    match line.get(at..end) {
        Some(found) if found.eq_ignore_ascii_case(word) => Ok(end),
        _ if at >= line.len() => Err(ParseErrorKind::MissingArgument.at(line.len())),
        _ => Err(ParseErrorKind::BadArgument.at(at)),
    }
}

/// `chunk-size [ SP end-marker ]`
pub(super) fn bdat(
    line: &[u8],
    at: usize,
    tolerance: &mut Tolerance,
) -> Result<(u64, bool), ParseError> {
    let number = line.get(at..).unwrap_or_default();
    let digits = number.iter().take_while(|octet| octet.is_ascii_digit()).count();
    let end = at + digits;
    if number.is_empty() {
        return Err(ParseErrorKind::MissingArgument.at(line.len()));
    }
    if digits == 0 || end < line.len() && line[end] != b' ' {
        return Err(ParseErrorKind::BadArgument.at(end));
    }
    let size = number[..digits]
        .iter()
        .try_fold(0u64, |size, digit| size.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
    let size = size.ok_or(ParseErrorKind::BadArgument.at(at))?;
    Ok((size, end_marker(line, end, tolerance)?))
}

/// `absolute-URI [SP end-marker]`
fn burl(line: BytesRef<'_>, at: usize, tolerance: &mut Tolerance) -> Result<Command, ParseError> {
    let end = next_blank(&line, at);
    let last = end_marker(&line, end, tolerance)?;
    let url = Word::parse(word(line, at, end)?).map_err(|error| error.shifted(at))?;
    Ok(Command::Burl { url, last })
}

/// `[ SP "LAST" ]`, all that is left of the line.
fn end_marker(line: &[u8], end: usize, tolerance: &mut Tolerance) -> Result<bool, ParseError> {
    if end >= line.len() {
        return Ok(false);
    }
    let at = skip_blanks(line, end + 1, tolerance)?;
    if !line[at..].eq_ignore_ascii_case(b"LAST") {
        return Err(ParseErrorKind::UnexpectedArgument.at(at));
    }
    Ok(true)
}

/// `sasl-mech [SP initial-response]`
fn auth(line: BytesRef<'_>, at: usize, tolerance: &mut Tolerance) -> Result<Command, ParseError> {
    let end = next_blank(&line, at);
    let mut initial = None;
    if end < line.len() {
        let start = skip_blanks(&line, end + 1, tolerance)?;
        let end = next_blank(&line, start);
        if end < line.len() {
            return Err(ParseErrorKind::UnexpectedArgument.at(end + 1));
        }
        let response = InitialResponse::parse(line.slice(start..));
        initial = Some(response.map_err(|error| error.shifted(start))?);
    }
    let mechanism = Word::parse(word(line, at, end)?).map_err(|error| error.shifted(at))?;
    Ok(Command::Auth { mechanism, initial })
}

fn next_blank(line: &[u8], at: usize) -> usize {
    let rest = line.get(at..).unwrap_or_default();
    rest.iter().position(|&octet| octet == b' ').map_or(line.len(), |len| at + len)
}

fn word(line: BytesRef<'_>, at: usize, end: usize) -> Result<BytesRef<'_>, ParseError> {
    rest(line.slice(..end), at)
}

/// `String [ SP "SMTPUTF8" ]` (RFC 6531 §3.7.4.2)
fn name(line: BytesRef<'_>, at: usize) -> Result<(Argument, bool), ParseError> {
    const WORD: &[u8] = b" SMTPUTF8";
    let mut name = rest(line, at)?;
    let len = name.len().saturating_sub(WORD.len());
    let smtputf8 = len > 0 && name[len..].eq_ignore_ascii_case(WORD);
    if smtputf8 {
        name = name.slice(..name[..len].trim_ascii_end().len());
    }
    let name = Argument::parse(name).map_err(|error| error.shifted(at))?;
    Ok((name, smtputf8))
}

fn attributes(
    line: BytesRef<'_>,
    at: usize,
    tolerance: &mut Tolerance,
) -> Result<Attributes, ParseError> {
    Attributes::parse(rest(line, at)?, tolerance).map_err(|error| error.shifted(at))
}
