//! Which command a line is.

#[derive(Clone, Copy)]
pub(super) enum Verb {
    Helo,
    Ehlo,
    Lhlo,
    Mail,
    Send,
    Soml,
    Saml,
    Rcpt,
    Data,
    Bdat,
    Rset,
    Vrfy,
    Expn,
    Help,
    Noop,
    Quit,
    StartTls,
    Auth,
    Etrn,
    Atrn,
    Turn,
    Burl,
    Xclient,
    Xforward,
}

/// The verb at the start of the line, and how long it is. No verb holds anything but letters, so
/// that clearing bit 5 is the same as changing to upper case.
#[inline]
pub(super) fn verb(line: &[u8]) -> Option<(Verb, usize)> {
    let (word, rest) = line.split_first_chunk::<4>()?;
    if let Some(octet) = rest.first()
        && *octet != b' '
    {
        return long_verb(line);
    }
    let verb = match &(u32::from_be_bytes(*word) & 0xdfdf_dfdf).to_be_bytes() {
        b"MAIL" => Verb::Mail,
        b"RCPT" => Verb::Rcpt,
        b"DATA" => Verb::Data,
        b"BDAT" => Verb::Bdat,
        b"EHLO" => Verb::Ehlo,
        b"HELO" => Verb::Helo,
        b"LHLO" => Verb::Lhlo,
        b"RSET" => Verb::Rset,
        b"NOOP" => Verb::Noop,
        b"QUIT" => Verb::Quit,
        b"AUTH" => Verb::Auth,
        b"VRFY" => Verb::Vrfy,
        b"EXPN" => Verb::Expn,
        b"HELP" => Verb::Help,
        b"ETRN" => Verb::Etrn,
        b"ATRN" => Verb::Atrn,
        b"TURN" => Verb::Turn,
        b"BURL" => Verb::Burl,
        b"SEND" => Verb::Send,
        b"SOML" => Verb::Soml,
        b"SAML" => Verb::Saml,
        _ => return None,
    };
    Some((verb, word.len()))
}

fn long_verb(line: &[u8]) -> Option<(Verb, usize)> {
    [("STARTTLS", Verb::StartTls), ("XCLIENT", Verb::Xclient), ("XFORWARD", Verb::Xforward)]
        .into_iter()
        .find(|(name, _)| {
            line.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
                && matches!(line.get(name.len()), None | Some(b' '))
        })
        .map(|(name, verb)| (verb, name.len()))
}

pub(super) fn is_known(word: &[u8]) -> bool {
    verb(word).is_some()
}
