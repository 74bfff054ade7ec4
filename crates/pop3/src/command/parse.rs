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
        let mut tolerance = Tolerance::new(tolerated);
        let command = command(line, &mut tolerance)?;
        Ok((command, tolerance.seen))
    }
}

#[derive(Clone, Copy)]
enum Verb {
    User,
    Pass,
    Apop,
    Auth,
    Stls,
    Capa,
    Stat,
    List,
    Retr,
    Dele,
    Noop,
    Rset,
    Top,
    Uidl,
    Quit,
    Utf8,
    Lang,
    Rpop,
    Last,
    Xtnd,
}

fn verb(word: &[u8]) -> Option<Verb> {
    let mut key = [0; 4];
    key.get_mut(..word.len())?.copy_from_slice(word);
    key.make_ascii_uppercase();
    Some(match &key {
        b"USER" => Verb::User,
        b"PASS" => Verb::Pass,
        b"APOP" => Verb::Apop,
        b"AUTH" => Verb::Auth,
        b"STLS" => Verb::Stls,
        b"CAPA" => Verb::Capa,
        b"STAT" => Verb::Stat,
        b"LIST" => Verb::List,
        b"RETR" => Verb::Retr,
        b"DELE" => Verb::Dele,
        b"NOOP" => Verb::Noop,
        b"RSET" => Verb::Rset,
        b"TOP\0" if word.len() == 3 => Verb::Top,
        b"UIDL" => Verb::Uidl,
        b"QUIT" => Verb::Quit,
        b"UTF8" => Verb::Utf8,
        b"LANG" => Verb::Lang,
        b"RPOP" => Verb::Rpop,
        b"LAST" => Verb::Last,
        b"XTND" => Verb::Xtnd,
        _ => return None,
    })
}

pub(super) fn is_known(word: &[u8]) -> bool {
    verb(word).is_some()
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

fn command(line: BytesRef<'_>, tolerance: &mut Tolerance) -> Result<Command, ParseError> {
    let start = blanks(&line);
    if start == line.len() {
        return Err(ParseErrorKind::NoVerb.at(0));
    }
    if start > 0 && !tolerance.allows(Quirk::LeadingBlank) {
        return Err(ParseErrorKind::NoVerb.at(0));
    }
    let end = start + line[start..].iter().take_while(|octet| !is_blank(**octet)).count();
    let verb = verb(&line[start..end]);
    if let Some(Verb::Pass) = verb {
        return password(line, end, tolerance);
    }
    let trimmed = line.iter().rposition(|octet| !is_blank(*octet)).map_or(0, |at| at + 1);
    if trimmed < line.len() && !tolerance.allows(Quirk::TrailingBlank) {
        return Err(ParseErrorKind::UnexpectedArgument.at(trimmed));
    }
    let mut rest = Rest { line: line.slice(..trimmed), at: end };
    let command = match verb {
        Some(Verb::Retr) => Command::Retr(rest.number(tolerance)?),
        Some(Verb::Dele) => Command::Dele(rest.number(tolerance)?),
        Some(Verb::List) => Command::List(rest.optional_number(tolerance)?),
        Some(Verb::Uidl) => Command::Uidl(rest.optional_number(tolerance)?),
        Some(Verb::Top) => {
            let number = rest.number(tolerance)?;
            Command::Top { number, lines: rest.word(tolerance, |text| number::decimal(&text))? }
        }
        Some(Verb::User) => Command::User(rest.word(tolerance, Name::parse)?),
        Some(Verb::Rpop) => Command::Rpop(rest.word(tolerance, Name::parse)?),
        Some(Verb::Apop) => {
            let name = rest.word(tolerance, Name::parse)?;
            Command::Apop { name, digest: digest(&mut rest, tolerance)? }
        }
        Some(Verb::Auth) => auth(&mut rest, tolerance)?,
        Some(Verb::Lang) => {
            let range = (!rest.is_empty()).then(|| rest.word(tolerance, LanguageRange::parse));
            Command::Lang(range.transpose()?)
        }
        Some(Verb::Xtnd) => Command::Xtnd(xtnd(&mut rest, tolerance)?),
        Some(Verb::Stls) => Command::Stls,
        Some(Verb::Capa) => Command::Capa,
        Some(Verb::Stat) => Command::Stat,
        Some(Verb::Noop) => Command::Noop,
        Some(Verb::Rset) => Command::Rset,
        Some(Verb::Quit) => Command::Quit,
        Some(Verb::Utf8) => Command::Utf8,
        Some(Verb::Last) => Command::Last,
        Some(Verb::Pass) => return password(line, end, tolerance),
        None => {
            let verb = unknown_verb(line.slice(start..end)).map_err(|e| e.shifted(start))?;
            Command::Unknown { verb, argument: rest.argument(tolerance)? }
        }
    };
    rest.end(tolerance)?;
    Ok(command)
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
) -> Result<Command, ParseError> {
    if line.get(end) == Some(&b'\t') && !tolerance.allows(Quirk::ExtraBlank) {
        return Err(ParseErrorKind::ControlOctet.at(end));
    }
    let password = line.get(end + 1..).unwrap_or_default();
    let password = Password::new(Secret::from(password));
    password.map(Command::Pass).map_err(|error| error.shifted((end + 1).min(line.len())))
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
    fn word<T>(
        &mut self,
        tolerance: &mut Tolerance,
        parse: impl FnOnce(BytesRef<'a>) -> Result<T, ParseError>,
    ) -> Result<T, ParseError> {
        self.skip_blanks(tolerance)?;
        let start = self.at;
        let word = self.line[start..].iter().take_while(|octet| !is_blank(**octet)).count();
        self.at += word;
        parse(self.line.slice(start..self.at)).map_err(|error| error.shifted(start))
    }

    fn number(&mut self, tolerance: &mut Tolerance) -> Result<MessageNumber, ParseError> {
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

    fn end(mut self, tolerance: &mut Tolerance) -> Result<(), ParseError> {
        if self.is_empty() {
            return Ok(());
        }
        self.skip_blanks(tolerance)?;
        Err(ParseErrorKind::UnexpectedArgument.at(self.at))
    }
}

fn is_blank(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t')
}

/// How many blanks the text starts with.
fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|octet| is_blank(**octet)).count()
}
