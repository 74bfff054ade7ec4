//! Lines to commands.
use bytes::Bytes;
use mailwire_core::BytesRef;
use mailwire_sasl::Secret;

use super::{Argument, Command, InitialResponse, Name, Password, Word, Xtnd};
use crate::{
    Digest, LanguageRange, MessageNumber, ParseError, ParseErrorKind, Quirk, Quirks, number,
    quirks::Tolerance,
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
    /// use mailwire_pop3::{Command, Quirks};
    ///
    /// let mut input = InputQueue::default();
    /// input.push("quit\r\n".into());
    /// let line = input.peek_line(255)?.expect("a whole line is there");
    /// assert_eq!(Command::parse_ref(line.content, Quirks::NONE), Ok((Command::Quit, Quirks::NONE)));
    /// # Ok::<(), mailwire_core::LineError>(())
    /// ```
    ///
    /// [`InputQueue::peek_line`]: mailwire_core::InputQueue::peek_line
    pub fn parse_ref(line: BytesRef<'_>, tolerated: Quirks) -> Result<(Self, Quirks), ParseError> {
        command(line, &mut Tolerance::new(tolerated))
    }

    /// The command, if nothing is left of its line.
    #[inline(always)]
    fn last(self, rest: Rest<'_>, tolerance: &mut Tolerance) -> Result<(Self, Quirks), ParseError> {
        if rest.is_empty() { Ok((self, tolerance.seen)) } else { Err(rest.unexpected(tolerance)) }
    }
}

/// The four octets of a verb in upper case, as a number; the three of TOP have a blank behind them.
const fn key(octets: [u8; 4]) -> u32 {
    u32::from_be_bytes(octets)
}

const USER: u32 = key(*b"USER");
const PASS: u32 = key(*b"PASS");
const APOP: u32 = key(*b"APOP");
const AUTH: u32 = key(*b"AUTH");
const STLS: u32 = key(*b"STLS");
const CAPA: u32 = key(*b"CAPA");
const STAT: u32 = key(*b"STAT");
const LIST: u32 = key(*b"LIST");
const RETR: u32 = key(*b"RETR");
const DELE: u32 = key(*b"DELE");
const NOOP: u32 = key(*b"NOOP");
const RSET: u32 = key(*b"RSET");
const TOP: u32 = key(*b"TOP ");
const UIDL: u32 = key(*b"UIDL");
const QUIT: u32 = key(*b"QUIT");
const UTF8: u32 = key(*b"UTF8");
const LANG: u32 = key(*b"LANG");
const RPOP: u32 = key(*b"RPOP");
const LAST: u32 = key(*b"LAST");
const XTND: u32 = key(*b"XTND");

/// The key of a word, if a verb can be so long.
#[inline(always)]
fn verb(word: &[u8]) -> Option<u32> {
    let octets = match *word {
        [a, b, c, d] if d != b' ' => [a, b, c, d],
        [a, b, c] => [a, b, c, b' '],
        _ => return None,
    };
    Some(key(octets.map(|octet| octet.to_ascii_uppercase())))
}

pub(super) fn is_known(word: &[u8]) -> bool {
    matches!(
        verb(word),
        Some(
            USER | PASS
                | APOP
                | AUTH
                | STLS
                | CAPA
                | STAT
                | LIST
                | RETR
                | DELE
                | NOOP
                | RSET
                | TOP
                | UIDL
                | QUIT
                | UTF8
                | LANG
                | RPOP
                | LAST
                | XTND
        )
    )
}

/// Refuses control octets and what is not UTF-8.
pub(crate) fn check_octets(text: &[u8]) -> Result<(), ParseError> {
    if let Some(at) = text.iter().position(u8::is_ascii_control) {
        return Err(ParseErrorKind::ControlOctet.at(at));
    }
    match core::str::from_utf8(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(ParseErrorKind::NotUtf8.at(error.valid_up_to())),
    }
}

#[inline(always)]
fn command(line: BytesRef<'_>, tolerance: &mut Tolerance) -> Result<(Command, Quirks), ParseError> {
    let start = blanks(&line);
    if start == line.len() {
        return Err(ParseErrorKind::NoVerb.at(0));
    }
    if start > 0 && !tolerance.allows(Quirk::LeadingBlank) {
        return Err(ParseErrorKind::NoVerb.at(0));
    }
    let end = start + word_len(&line[start..]);
    let verb = verb(&line[start..end]);
    if verb == Some(PASS) {
        return password(line, end, tolerance);
    }
    let trimmed = line.iter().rposition(|octet| !is_blank(*octet)).map_or(0, |at| at + 1);
    if trimmed < line.len() && !tolerance.allows(Quirk::TrailingBlank) {
        return Err(ParseErrorKind::UnexpectedArgument.at(trimmed));
    }
    let mut rest = Rest { line: line.slice(..trimmed), at: end };
    // Each is built where it is returned: to move it costs as much as to read it.
    match verb {
        Some(RETR) => Command::Retr(rest.number(tolerance)?).last(rest, tolerance),
        Some(DELE) => Command::Dele(rest.number(tolerance)?).last(rest, tolerance),
        Some(LIST) => Command::List(rest.optional_number(tolerance)?).last(rest, tolerance),
        Some(UIDL) => Command::Uidl(rest.optional_number(tolerance)?).last(rest, tolerance),
        Some(TOP) => {
            let number = rest.number(tolerance)?;
            let lines = rest.word(tolerance, |text| number::decimal(&text))?;
            Command::Top { number, lines }.last(rest, tolerance)
        }
        Some(USER) => Command::User(rest.word(tolerance, Name::parse)?).last(rest, tolerance),
        Some(RPOP) => Command::Rpop(rest.word(tolerance, Name::parse)?).last(rest, tolerance),
        Some(APOP) => {
            let name = rest.word(tolerance, Name::parse)?;
            let digest = digest(&mut rest, tolerance)?;
            Command::Apop { name, digest }.last(rest, tolerance)
        }
        Some(AUTH) => auth(&mut rest, tolerance)?.last(rest, tolerance),
        Some(LANG) => {
            let range = (!rest.is_empty()).then(|| rest.word(tolerance, LanguageRange::parse));
            Command::Lang(range.transpose()?).last(rest, tolerance)
        }
        Some(XTND) => Command::Xtnd(xtnd(&mut rest, tolerance)?).last(rest, tolerance),
        Some(STLS) => Command::Stls.last(rest, tolerance),
        Some(CAPA) => Command::Capa.last(rest, tolerance),
        Some(STAT) => Command::Stat.last(rest, tolerance),
        Some(NOOP) => Command::Noop.last(rest, tolerance),
        Some(RSET) => Command::Rset.last(rest, tolerance),
        Some(QUIT) => Command::Quit.last(rest, tolerance),
        Some(UTF8) => Command::Utf8.last(rest, tolerance),
        Some(LAST) => Command::Last.last(rest, tolerance),
        _ => {
            let verb = unknown_verb(line.slice(start..end)).map_err(|e| e.shifted(start))?;
            let argument = rest.argument(tolerance)?;
            Command::Unknown { verb, argument }.last(rest, tolerance)
        }
    }
}

fn unknown_verb(word: BytesRef<'_>) -> Result<Word, ParseError> {
    if let Some(at) = word.iter().position(u8::is_ascii_control) {
        return Err(ParseErrorKind::ControlOctet.at(at));
    }
    Word::parse(word).map_err(|error| ParseErrorKind::NoVerb.at(error.offset))
}

/// `"PASS" SP string`: everything behind the one blank is the password, more blanks included.
fn password(
    line: BytesRef<'_>,
    end: usize,
    tolerance: &mut Tolerance,
) -> Result<(Command, Quirks), ParseError> {
    if line.get(end) == Some(&b'\t') && !tolerance.allows(Quirk::ExtraBlank) {
        return Err(ParseErrorKind::ControlOctet.at(end));
    }
    let password = line.get(end + 1..).unwrap_or_default();
    let password = Password::new(Secret::from(password));
    match password {
        Ok(password) => Ok((Command::Pass(password), tolerance.seen)),
        Err(error) => Err(error.shifted((end + 1).min(line.len()))),
    }
}

/// `digest = 32( DIGIT / "a"-"f" )`
fn digest(rest: &mut Rest<'_>, tolerance: &mut Tolerance) -> Result<Digest, ParseError> {
    let (digest, upper_case) = rest.word(tolerance, |text| Digest::parse(&text))?;
    if upper_case && !tolerance.allows(Quirk::UpperCaseDigest) {
        return Err(ParseErrorKind::BadDigest.at(rest.at - 32));
    }
    Ok(digest)
}

/// `"AUTH" [ SP sasl-mech [ SP initial-response ] ]`
fn auth(rest: &mut Rest<'_>, tolerance: &mut Tolerance) -> Result<Command, ParseError> {
    if rest.is_empty() {
        return Ok(Command::AuthList);
    }
    let mechanism = rest.word(tolerance, Word::parse)?;
    let initial = (!rest.is_empty()).then(|| rest.word(tolerance, InitialResponse::parse));
    Ok(Command::Auth { mechanism, initial: initial.transpose()? })
}

/// `"BBOARDS" [ SP name ] / "ARCHIVE" SP name / "X-BBOARDS" SP name`, or another
fn xtnd(rest: &mut Rest<'_>, tolerance: &mut Tolerance) -> Result<Xtnd, ParseError> {
    let keyword = rest.word(tolerance, Word::parse)?;
    Ok(if keyword.eq_ignore_ascii_case("BBOARDS") {
        let name = (!rest.is_empty()).then(|| rest.word(tolerance, Word::parse));
        Xtnd::Bboards(name.transpose()?)
    } else if keyword.eq_ignore_ascii_case("ARCHIVE") {
        Xtnd::Archive(rest.word(tolerance, Word::parse)?)
    } else if keyword.eq_ignore_ascii_case("X-BBOARDS") {
        Xtnd::XBboards(rest.word(tolerance, Word::parse)?)
    } else {
        Xtnd::Other { keyword, argument: rest.argument(tolerance)? }
    })
}

/// What is left of a line without blanks at its end.
struct Rest<'a> {
    line: BytesRef<'a>,
    at: usize,
}

impl<'a> Rest<'a> {
    fn is_empty(&self) -> bool {
        self.at >= self.line.len()
    }

    /// Goes on to the next word: one blank is right, more or a tab are a quirk.
    fn skip_blanks(&mut self, tolerance: &mut Tolerance) -> Result<(), ParseError> {
        let behind = self.line.get(self.at..).unwrap_or_default();
        let len = blanks(behind);
        if len == 0 {
            return Err(ParseErrorKind::MissingArgument.at(self.line.len()));
        }
        if behind[..len] != *b" " && !tolerance.allows(Quirk::ExtraBlank) {
            return Err(ParseErrorKind::BadArgument.at(self.at));
        }
        self.at += len;
        Ok(())
    }

    /// The next word, read by `parse`.
    fn word<T, E: Into<ParseError>>(
        &mut self,
        tolerance: &mut Tolerance,
        parse: impl FnOnce(BytesRef<'a>) -> Result<T, E>,
    ) -> Result<T, ParseError> {
        self.skip_blanks(tolerance)?;
        let start = self.at;
        self.at += word_len(&self.line[start..]);
        parse(self.line.slice(start..self.at)).map_err(|error| error.into().shifted(start))
    }

    #[inline]
    fn number(&mut self, tolerance: &mut Tolerance) -> Result<MessageNumber, ParseError> {
        // As it should be, in one pass.
        if let Some(behind) = self.line.get(self.at..).and_then(|rest| rest.strip_prefix(b" "))
            && let Some((number, rest)) = number::leading(behind)
            && rest.first().is_none_or(|octet| *octet == b' ')
            && let Some(number) = u32::try_from(number).ok().and_then(MessageNumber::new)
        {
            self.at = self.line.len() - rest.len();
            return Ok(number);
        }
        self.word(tolerance, |text| MessageNumber::parse(&text))
    }

    fn optional_number(
        &mut self,
        tolerance: &mut Tolerance,
    ) -> Result<Option<MessageNumber>, ParseError> {
        if self.is_empty() { Ok(None) } else { self.number(tolerance).map(Some) }
    }

    /// All that is left.
    fn argument(&mut self, tolerance: &mut Tolerance) -> Result<Option<Argument>, ParseError> {
        if self.is_empty() {
            return Ok(None);
        }
        self.skip_blanks(tolerance)?;
        let text = self.line.slice(self.at..);
        check_octets(&text).map_err(|error| error.shifted(self.at))?;
        let argument = Argument::parse(text).map_err(|error| error.shifted(self.at))?;
        self.at = self.line.len();
        Ok(Some(argument))
    }

    /// What is wrong with an argument too many.
    #[cold]
    fn unexpected(mut self, tolerance: &mut Tolerance) -> ParseError {
        match self.skip_blanks(tolerance) {
            Ok(()) => ParseErrorKind::UnexpectedArgument.at(self.at),
            Err(error) => error,
        }
    }
}

fn is_blank(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t')
}

/// How many octets the word has that the text starts with.
#[inline]
fn word_len(text: &[u8]) -> usize {
    text.iter().take_while(|octet| !is_blank(**octet)).count()
}

/// How many blanks the text starts with.
#[inline]
fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|octet| is_blank(**octet)).count()
}
