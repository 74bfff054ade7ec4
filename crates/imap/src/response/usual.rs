//! Responses that come all the time, as most servers write them: read at once, without a cursor.

use super::{Condition, Data, List, Parsed, Response, ResponseCode, Status, WordCode};
use crate::{
    Cursor, Frame, Leniency, ReadOptions, Repairs, ResponseText, Tag,
    class::{ATOM_CHAR, TAG_CHAR},
    cursor::leading_number,
    fetch::Fetch,
};
use core::num::NonZeroU32;
use mailwire_core::{BytesRef, Octets};

/// The response, if it is a usual one and there is nothing odd about it.
#[inline]
pub(super) fn response(frame: &Frame, options: ReadOptions) -> Option<Parsed<Response>> {
    match &frame.wire()[..] {
        [b'*', b' ', b'0'..=b'9', ..] => numbered(frame, options),
        [b'*', b' ', b'L', b'I', b'S', b'T', b' ', ..] => list(frame, options),
        _ => status(frame),
    }
}

/// `* n EXISTS`, `* n EXPUNGE`, `* n RECENT` or `* n FETCH (…)`
#[inline]
fn numbered(frame: &Frame, options: ReadOptions) -> Option<Parsed<Response>> {
    let wire = frame.wire();
    let text = wire.strip_prefix(b"* ")?;
    let (number, len) = leading_number(text);
    // No leading zero, and none alone but for EXISTS and RECENT, which the long way takes care of.
    let number = u32::try_from(number?).ok().and_then(NonZeroU32::new)?;
    let name = text[len..].strip_prefix(b" ").filter(|_| text[0] != b'0')?;
    let data = match name.first()? {
        b'F' => {
            // A strict reader looks at all items.
            let is_usual = options.leniency == Leniency::Lenient
                && name.starts_with(b"FETCH (")
                && name.ends_with(b"\r\n")
                && !frame.is_streamed(wire.len());
            if !is_usual {
                return None;
            }
            let start = wire.len() - name.len() + b"FETCH (".len();
            Data::Fetch(Fetch::at(frame.clone(), number, start, options))
        }
        b'E' if name == b"EXISTS\r\n" => Data::Exists(number.get()),
        b'E' if name == b"EXPUNGE\r\n" => Data::Expunge(number),
        b'R' if name == b"RECENT\r\n" => Data::Recent(number.get()),
        _ => return None,
    };
    Some(Parsed { value: Response::Data(data), repairs: Repairs::default() })
}

/// `* LIST …`, in which nothing is tolerated.
fn list(frame: &Frame, options: ReadOptions) -> Option<Parsed<Response>> {
    let mut cursor = Cursor::new(frame, options);
    cursor.advance(b"* LIST".len());
    let list = List::read(&mut cursor).ok()?;
    if !cursor.is_at_end() || !cursor.repairs().is_empty() {
        return None;
    }
    Some(Parsed { value: Response::Data(Data::List(list)), repairs: Repairs::default() })
}

/// `(tag / "*") SP condition SP ["[" word "]" SP] text`
fn status(frame: &Frame) -> Option<Parsed<Response>> {
    let wire = frame.wire();
    let line = wire.strip_suffix(b"\r\n").filter(|_| !frame.is_streamed(wire.len()))?;
    let tag = if line.starts_with(b"*") { 1 } else { TAG_CHAR.span(line) };
    let (condition, mut text) = match &line[tag..] {
        [b' ', b'O', b'K', b' ', text @ ..] => (Condition::Ok, text),
        [b' ', b'N', b'O', b' ', text @ ..] => (Condition::No, text),
        [b' ', b'B', b'A', b'D', b' ', text @ ..] => (Condition::Bad, text),
        _ => return None,
    };
    let mut code = None;
    if let [b'[', rest @ ..] = text {
        let (name, rest) = rest.split_at(ATOM_CHAR.span(rest));
        code = Some(ResponseCode::Word(WordCode::from_name(name)?));
        text = rest.strip_prefix(b"] ")?;
    }
    if tag == 0 || text.is_empty() || memchr::memchr3(0, b'\r', b'\n', text).is_some() {
        return None;
    }
    let part = |from: usize, to: usize| BytesRef::from(wire).slice(from..to);
    let tag = (line[0] != b'*').then(|| Tag::from_scanned(part(0, tag)));
    let text = Octets::from_ref(part(line.len() - text.len(), line.len()));
    let status = Status { tag, condition, code, text: ResponseText::from_scanned(text) };
    Some(Parsed { value: Response::Status(status), repairs: Repairs::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Quirk, response::read};
    use alloc::vec::Vec;
    use bytes::Bytes;

    /// What is read at once is what the long way reads, and what is odd goes the long way.
    #[test]
    fn usual_responses_are_read_as_all_are() {
        for (line, is_usual) in [
            ("* 172 EXISTS", true),
            ("* 1 EXPUNGE", true),
            ("* 5 RECENT", true),
            ("* 12 FETCH (FLAGS (\\Seen) UID 4 MODSEQ (7) RFC822.SIZE 9)", true),
            ("* 12 FETCH ()", true),
            ("* 12 FETCH (UID 04 UID 0 UID 4294967296 UID 1x UID  5 FLAGS (\\Seen ) UID 6", true),
            ("* 12 FETCH ( UID 4 MODSEQ (0) MODSEQ (1 ) RFC822.SIZE -1 RFC822.SIZE 0)", true),
            ("* 12 FETCH (FLAGS (\\Seen $Junk) FLAGS () FLAGS (\\*) FLAGS (\\seen)UID 1)", true),
            ("* LIST (\\HasChildren \\Sent) \"/\" \"Sent Items\"", true),
            ("* LIST () NIL INBOX", true),
            ("* OK [READ-WRITE] done", true),
            ("a1 OK done", true),
            ("a1 NO [ALERT] [x] y", true),
            ("a1 BAD  two spaces", true),
            ("* 0 EXISTS", false),
            ("* 01 EXISTS", false),
            ("* 0 EXPUNGE", false),
            ("* 4294967296 EXISTS", false),
            ("* 1 EXISTS ", false),
            ("* 1  EXISTS", false),
            ("* 1 exists", false),
            ("* 1 FETCH  (UID 1)", false),
            ("* LIST (\\Sent )  \"/\" x", false),
            ("* LIST (Sent) \"/\" a b", false),
            ("* LIST () \"/\" x ", false),
            ("* OK", false),
            ("* OK ", false),
            ("* OK [READ-WRITE]", false),
            ("* OK [READ-WRITE] ", false),
            ("* OK [READ-WRITE]x", false),
            ("* OK [X-NEW] x", false),
            ("* OK a\0b", false),
            ("* OK a\rb", false),
            ("a1 BYE x", false),
            (" OK x", false),
            ("+ OK x", false),
            ("*OK x", false),
            ("** OK x", false),
        ] {
            for end in ["\r\n", "\n"] {
                let frame = Frame::new(Bytes::from([line, end].concat()));
                let options = ReadOptions::default();
                let long = read::response(&frame, options);
                let short = response(&frame, options);
                assert_eq!(short.is_some(), is_usual && (end == "\r\n"), "{line:?}");
                if let Some(short) = short {
                    assert_eq!(Ok(short), long, "{line:?}");
                }
            }
        }
    }

    #[test]
    fn strict_readers_look_at_all_items() {
        let frame = Frame::new(Bytes::from("* 1 FETCH (UID x)\r\n"));
        let strict = ReadOptions { leniency: Leniency::Strict, ..ReadOptions::default() };
        assert!(response(&frame, strict).is_none() && read::response(&frame, strict).is_err());
    }

    /// The items that are read at once, and the quirks that are noted in those that are not.
    #[test]
    fn odd_items_are_still_noted() {
        for (items, quirk) in [
            ("(UID 0)", Quirk::ZeroNumber),
            ("(UID 04)", Quirk::LeadingZero),
            ("(UID 4  UID 5)", Quirk::ExtraSpace),
            ("( UID 4)", Quirk::ExtraSpace),
            ("(UID 4FLAGS ())", Quirk::MissingSpace),
            ("(FLAGS (\\Seen ))", Quirk::ExtraSpace),
            ("(FLAGS (\\Seen  \\Draft))", Quirk::ExtraSpace),
            ("(MODSEQ (0))", Quirk::ZeroNumber),
            ("(RFC822.SIZE -1)", Quirk::NegativeNumber),
            ("(UID 5", Quirk::MissingParenthesis),
            ("(UID 5 ", Quirk::MissingParenthesis),
        ] {
            let frame = Frame::new(Bytes::from(["* 1 FETCH ", items, "\r\n"].concat()));
            let read = response(&frame, ReadOptions::default()).expect(items);
            let Response::Data(Data::Fetch(fetch)) = read.value else { panic!("{items}") };
            let mut read = fetch.items();
            let all: Vec<_> = read.by_ref().collect();
            assert!(read.repairs().contains(quirk), "{items}: {:?} {all:?}", read.repairs());
        }
    }
}
