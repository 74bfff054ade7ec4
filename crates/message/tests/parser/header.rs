//! Header blocks: RFC 5322 §2.2, §4.5, reference case 5 and the second table of §5.
use mailwire_message::{
    DefectCode::{
        self, BareCr, BareLf, Bom, ConflictingDuplicate, ControlInHeader, DuplicateSingleton,
        EightBitInHeader, EmptyFieldName, FirstLineIsFold, FoldBeforeColon, InvalidFieldNameChar,
        LeadingBlankLine, LineTooLong, MboxFromLine, MissingBlankLine, NonFieldLine, NulByte,
        WhitespaceBeforeColon, WhitespaceOnlyFold,
    },
    Pick,
    parser::{Config, HeaderEnd, Structure},
};

use crate::record::{checked, is_missing_field, with_crlf};

/// Names and values of the fields, why the header is over, and the body.
fn shown(message: &[u8], structure: &Structure) -> (Vec<(String, String)>, HeaderEnd, String) {
    let text =
        |range: std::ops::Range<usize>| String::from_utf8_lossy(&message[range]).into_owned();
    let fields =
        structure.fields.iter().map(|field| (text(field.name()), text(field.value()))).collect();
    let root = &structure.parts[0];
    (fields, root.header_end, text(root.body.clone()))
}

#[test]
fn header_blocks() {
    use HeaderEnd::{Blank, EndOfInput, NonField};
    type Row<'a> = (&'a [u8], &'a [(&'a str, &'a str)], HeaderEnd, &'a str, &'a [DefectCode]);
    let a = ("A", " b");
    let rows: &[Row<'_>] = &[
        (b"A: b\n\nx", &[a], Blank, "x", &[]),
        (b"A: b\r\n\r\nx", &[a], Blank, "x", &[]),
        (b"A: b\n c\n\td\n\nx", &[("A", " b\n c\n\td")], Blank, "x", &[]),
        (b"A:\n b\n\n", &[("A", "\n b")], Blank, "", &[]),
        (b"A:\n\n", &[("A", "")], Blank, "", &[]),
        (b"", &[], EndOfInput, "", &[]),
        (b"A: b", &[a], EndOfInput, "", &[]),
        (b"A: b\n", &[a], EndOfInput, "", &[]),
        (b"A: b\n c", &[("A", " b\n c")], EndOfInput, "", &[]),
        (b"A: b\r\n\r", &[a], NonField, "\r", &[NonFieldLine, MissingBlankLine, BareCr]),
        (b"\n", &[], Blank, "", &[]),
        (b"\nx", &[], Blank, "x", &[]),
        // What stands before the first field.
        (b"\xef\xbb\xbfA: b\n\nx", &[a], Blank, "x", &[Bom]),
        (b"\xef\xbb\xbf", &[], EndOfInput, "", &[Bom]),
        (b"\nA: b\n\nx", &[a], Blank, "x", &[LeadingBlankLine]),
        (b"\r\n\r\n\r\nA: b\r\n\r\nx", &[a], Blank, "x", &[LeadingBlankLine]),
        (b"\xef\xbb\xbf\r\nA: b\r\n\r\nx", &[a], Blank, "x", &[Bom, LeadingBlankLine]),
        (b"\n\nhello there: x\n", &[], Blank, "\nhello there: x\n", &[]),
        (b"From me Mon\nA: b\n\nx", &[a], Blank, "x", &[MboxFromLine]),
        (b"\nFrom me\nA: b\n\nx", &[a], Blank, "x", &[LeadingBlankLine, MboxFromLine]),
        (b"From me\n", &[], EndOfInput, "", &[MboxFromLine]),
        (b"From: me\n\n", &[("From", " me")], Blank, "", &[]),
        // Lines that are no fields: with a field behind them they are passed over, and kept.
        (b"A: b\njunk\nC: d\n\nx", &[a, ("C", " d")], Blank, "x", &[NonFieldLine]),
        (b"A: b\njunk\n\nx", &[a], Blank, "x", &[NonFieldLine]),
        (
            b"A: b\nHello,\nhow are you?\n",
            &[a],
            NonField,
            "Hello,\nhow are you?\n",
            &[NonFieldLine, MissingBlankLine],
        ),
        (b"A: b\nHello,\n\nx", &[a], Blank, "x", &[NonFieldLine]),
        (b"Hello,\n\nx", &[], NonField, "Hello,\n\nx", &[NonFieldLine, MissingBlankLine]),
        (b"A: b\nFrom me\nC: d\n\n", &[a, ("C", " d")], Blank, "", &[NonFieldLine]),
        (b"junk", &[], NonField, "junk", &[NonFieldLine, MissingBlankLine]),
        (b" A: b\nC: d\n\n", &[("C", " d")], Blank, "", &[FirstLineIsFold]),
        (
            b" A: b\n c\nhello",
            &[],
            NonField,
            " A: b\n c\nhello",
            &[FirstLineIsFold, MissingBlankLine],
        ),
        (
            b"A: b\n\r\r\nx\n",
            &[a],
            NonField,
            "\r\r\nx\n",
            &[NonFieldLine, MissingBlankLine, BareCr, BareLf],
        ),
        // Names.
        (b"A : b\n\n", &[a], Blank, "", &[WhitespaceBeforeColon]),
        (b"From\r\n : b\r\n\r\n", &[("From", " b")], Blank, "", &[FoldBeforeColon]),
        (b": b\n\n", &[("", " b")], Blank, "", &[EmptyFieldName]),
        (b"A B: c\nD: e\n\n", &[("A B", " c"), ("D", " e")], Blank, "", &[InvalidFieldNameChar]),
        (b"A\x01: b\n\n", &[("A\x01", " b")], Blank, "", &[InvalidFieldNameChar, ControlInHeader]),
        ("\u{e9}: b\n\n".as_bytes(), &[("\u{e9}", " b")], Blank, "", &[InvalidFieldNameChar]),
        // Lines and octets.
        (
            b"A: b\n \t\nC: d\n\n",
            &[("A", " b\n \t"), ("C", " d")],
            Blank,
            "",
            &[WhitespaceOnlyFold],
        ),
        (b"A: b\rc\r\n\r\n", &[("A", " b\rc")], Blank, "", &[BareCr]),
        (b"A: b\0c\r\n\r\n", &[("A", " b\0c")], Blank, "", &[NulByte]),
        (b"A: b\x07c\n\n", &[("A", " b\x07c")], Blank, "", &[ControlInHeader]),
        (b"A: b\xe9\n\n", &[("A", " b\u{fffd}")], Blank, "", &[EightBitInHeader]),
        ("A: \u{e9}\n\n".as_bytes(), &[("A", " \u{e9}")], Blank, "", &[]),
        (b"A: b\r\nC: d\n\r\n", &[a, ("C", " d")], Blank, "", &[BareLf]),
        (b"A: b\r\nC: d\r\n\n", &[a, ("C", " d")], Blank, "", &[BareLf]),
    ];
    for (message, fields, end, body, codes) in rows {
        let structure = checked(message, Config::default());
        let (got, why, rest) = shown(message, &structure);
        let text = String::from_utf8_lossy(message);
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (String::from(*name), String::from(*value)))
            .collect();
        assert_eq!((got, why, &rest[..]), (fields, *end, *body), "message {text:?}");
        let found: Vec<_> = structure
            .defects
            .iter()
            .map(|defect| defect.code)
            .filter(|&code| !is_missing_field(code))
            .collect();
        assert_eq!(found, *codes, "message {text:?}");
    }
}

#[test]
fn long_lines_and_long_blanks() {
    let long = format!("A: {}\n\nx", "y".repeat(996));
    let structure = checked(long.as_bytes(), Config::default());
    assert!(structure.defects.iter().any(|defect| defect.code == LineTooLong));
    let fits = format!("A: {}\r\n\r\nx", "y".repeat(995));
    let structure = checked(fits.as_bytes(), Config::default());
    assert!(structure.defects.iter().all(|defect| defect.code != LineTooLong));
    // More empty lines than are looked past: the header is empty.
    let blanks = ["\n".repeat(1_001), "A: b\n\n".into()].concat();
    assert_eq!(checked(blanks.as_bytes(), Config::default()).fields.len(), 0);
}

#[test]
fn fields_that_may_occur_once() {
    let both = &[DuplicateSingleton, ConflictingDuplicate][..];
    for (message, codes) in [
        ("From: a\nFrom: a\n\n", &both[..1]),
        ("From: a\nFrom:  a\n \n\n", &[DuplicateSingleton, WhitespaceOnlyFold][..]),
        (
            "From: a\nFrom : b\n\n",
            &[WhitespaceBeforeColon, DuplicateSingleton, ConflictingDuplicate],
        ),
        ("from: a\nFROM: b\n\n", both),
        ("To: a\nTo: b\n\n", both),
        ("Cc: a\nCc: b\n\n", both),
        ("Sender: a\nSender: b\n\n", both),
        ("Subject: a\nSubject: b\n\n", both),
        ("Date: a\nDate: b\n\n", both),
        ("Message-ID: a\nMessage-Id: b\n\n", both),
        ("MIME-Version: 1.0\nMime-version: 1.1\n\n", both),
        ("Content-Type: text/plain\nContent-type: text/html\n\n", both),
        ("Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\n", both),
        ("Content-ID: a\nContent-ID: b\n\n", both),
        ("Received: a\nReceived: b\nComments: a\nComments: b\nX: a\nX: b\n\n", &[]),
    ] {
        let structure = checked(message.as_bytes(), Config::default());
        let mut found: Vec<_> = structure.defects.iter().map(|defect| defect.code).collect();
        found.retain(|&code| !is_missing_field(code));
        let mut codes = codes.to_vec();
        found.sort_unstable();
        codes.sort_unstable();
        assert_eq!(found, codes, "message {message:?}");
    }
}

#[test]
fn the_policy_says_which_type_counts() {
    let message =
        b"Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n";
    for (pick, parts) in [(Pick::First, 1), (Pick::Last, 2)] {
        let mut config = Config::default();
        config.policy.duplicate_field = pick;
        let structure = checked(message, config);
        assert_eq!(structure.parts.len(), parts);
        let codes: Vec<_> = structure.defects.iter().map(|defect| defect.code).collect();
        assert!(codes.contains(&ConflictingDuplicate));
        assert_eq!(structure.parts[0].content_type, Some(parts - 1));
    }
}

#[test]
fn what_a_message_must_have() {
    use DefectCode::{MissingDate, MissingFrom, MissingMimeVersion};
    for (message, codes) in [
        ("A: b\n\n", &[MissingFrom, MissingDate][..]),
        ("From: a\nDate: b\n\n", &[]),
        ("From: a\nDate: b\nContent-Type: text/plain\n\n", &[MissingMimeVersion]),
        ("From: a\nDate: b\nMIME-Version: 1.0\nContent-Type: text/plain\n\n", &[]),
        // Within a part nothing of that is asked for.
        (
            "From: a\nDate: b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n\
             --b\nContent-Type: text/plain\nFrom: x\nFrom: y\n\nx\n--b--\n",
            &[],
        ),
    ] {
        let structure = checked(message.as_bytes(), Config::default());
        let found: Vec<_> = structure.defects.iter().map(|defect| defect.code).collect();
        assert_eq!(found, codes, "message {message:?}");
    }
}

#[test]
fn header_only() {
    let message =
        with_crlf(b"A: b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n");
    let structure = Structure::parse_header(&message, &Config::default());
    assert_eq!((structure.parts.len(), structure.fields.len()), (1, 2));
    assert_eq!(&message[structure.parts[0].body.clone()], b"--b\r\n\r\nx\r\n--b--\r\n");
    assert_eq!(Structure::parse_header(b"", &Config::default()).parts.len(), 1);
}
