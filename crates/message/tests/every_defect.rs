//! For every defect a message that has it: no code is there that nothing raises.
use mailwire_message::{
    DefectCode, Findings, Limits, Message, Policy, Severity, parser::Config, tnef::Tnef,
};
use std::collections::BTreeSet;

/// A message without any defect.
const CLEAN: &str = "From: a@x.test\r\nDate: Fri, 21 Nov 1997 09:55:06 -0600\r\n\
    Message-ID: <1@x.test>\r\nMIME-Version: 1.0\r\n";

/// Names of codes, and what is behind the header of [`CLEAN`].
const MESSAGES: &[(&str, &[u8])] = &[
    ("BareCr", b"Subject: a\rb\r\n\r\n"),
    ("BareLf", b"Subject: a\n\r\n"),
    ("NulByte", b"Subject: a\0b\r\n\r\n"),
    ("EightBitInHeader", b"Subject: a\xe9b\r\n\r\n"),
    ("InvalidUtf8", b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xe9\r\n"),
    ("ControlInHeader", b"Subject: a\x01b\r\n\r\n"),
    ("MissingBlankLine", b"Subject: a\r\nno field at all\r\nand none\r\n"),
    ("NonFieldLine", b"no field\r\nSubject: a\r\n\r\n"),
    ("WhitespaceBeforeColon", b"Subject : a\r\n\r\n"),
    ("FoldBeforeColon", b"Subject\r\n : a\r\n\r\n"),
    ("EmptyFieldName", b": a\r\n\r\n"),
    ("InvalidFieldNameChar", b"Sub ject: a\r\n\r\n"),
    ("WhitespaceOnlyFold", b"Subject: a\r\n \r\n b\r\n\r\n"),
    ("DuplicateSingleton", b"Subject: a\r\nSubject: a\r\n\r\n"),
    ("ConflictingDuplicate", b"Subject: a\r\nSubject: b\r\n\r\n"),
    ("FromSenderMismatch", b"Sender: b@x.test\r\n\r\n"),
    ("InvalidDate", b"Resent-Date: 31 Feb 2021 25:61:61 +9999\r\n\r\n"),
    ("ObsDate", b"Resent-Date: Fri, 21 Nov 97 09:55:06 EST\r\n\r\n"),
    ("MissingZone", b"Resent-Date: Fri, 21 Nov 1997 09:55:06\r\n\r\n"),
    ("InvalidMessageId", b"References: no identifier\r\n\r\n"),
    ("InvalidFieldSyntax", b"Content-Disposition: ;filename=a\r\n\r\n"),
    ("DuplicateParam", b"Content-Type: text/plain; a=b; a=b\r\n\r\n"),
    ("ConflictingParam", b"Content-Type: text/plain; a=b; a=c\r\n\r\n"),
    ("ParamSyntax", b"Content-Type: text/plain; a\r\n\r\n"),
    ("EmptyParam", b"Content-Type: text/plain;; a=b\r\n\r\n"),
    ("CommentInType", b"Content-Type: text/plain (really)\r\n\r\n"),
    ("EncodedWordInParam", b"Content-Type: text/plain; name=\"=?utf-8?q?a?=\"\r\n\r\n"),
    ("Rfc2231Gap", b"Content-Type: text/plain; a*0=b; a*2=c\r\n\r\n"),
    ("Rfc2231OutOfOrder", b"Content-Type: text/plain; a*1=b; a*0=c\r\n\r\n"),
    ("Rfc2231DupSection", b"Content-Type: text/plain; a*0=b; a*0=c\r\n\r\n"),
    ("Rfc2231MixedPlainAndExtended", b"Content-Type: text/plain; a=b; a*=utf-8''c\r\n\r\n"),
    ("Rfc2231BadEscape", b"Content-Type: text/plain; a*=utf-8''%zz\r\n\r\n"),
    ("UnknownCte", b"Content-Transfer-Encoding: x-own\r\n\r\n"),
    ("CteSyntax", b"Content-Transfer-Encoding: \"base64\"\r\n\r\n"),
    ("CteOnMultipart", b"Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\n--b\r\n\r\na\r\n--b--\r\n"),
    ("CteOnMessage", b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogYQoKYg==\r\n"),
    ("InvalidContentType", b"Content-Type: text\r\n\r\n"),
    ("UnknownCharset", b"Content-Type: text/plain; charset=x-own\r\n\r\na\r\n"),
    ("InvalidText", b"Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\nANhh\r\n"),
    ("BoundaryMissing", b"Content-Type: multipart/mixed\r\n\r\na\r\n"),
    ("BoundaryEmpty", b"Content-Type: multipart/mixed; boundary=\"\"\r\n\r\na\r\n"),
    ("BoundaryTooLong", b"Content-Type: multipart/mixed; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x\r\n\r\na\r\n"),
    ("BoundaryInvalidChar", b"Content-Type: multipart/mixed; boundary=\"a;b\"\r\n\r\na\r\n"),
    ("BoundaryTrailingSpace", b"Content-Type: multipart/mixed; boundary=\"a \"\r\n\r\na\r\n"),
    ("BoundaryExtended", b"Content-Type: multipart/mixed; boundary*=utf-8''a\r\n\r\na\r\n"),
    ("BoundaryReusedOpen", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\na\r\n--b--\r\n"),
    ("BoundaryPrefixOfOpen", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\r\na\r\n--bb--\r\n--b--\r\n"),
    ("StartBoundaryNotFound", b"Content-Type: multipart/mixed; boundary=b\r\n\r\na\r\n"),
    ("CloseBoundaryMissing", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\na\r\n"),
    ("ClosedByOuter", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\na\r\n--b--\r\n"),
    ("DelimiterEndsHeaders", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nSubject: a\r\n--b--\r\n"),
    ("EmptyPart", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b--\r\n"),
    ("MidLineBoundary", b"Content-Type: multipart/mixed; boundary=bnd\r\n\r\n--bnd\r\n\r\na --bnd\r\nb\r\n--bnd--\r\n"),
    ("DelimiterTrailingText", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b text\r\n\r\na\r\n--b\r\n\r\na\r\n--b--\r\n"),
    ("ContentAfterClose", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\na\r\n--b--\r\n--b\r\n\r\nc\r\n"),
    ("PreambleLooksLikePart", b"Content-Type: multipart/mixed; boundary=b\r\n\r\nContent-Type: text/plain\r\n\r\na\r\n--b\r\n\r\na\r\n--b--\r\n"),
    ("NonMultipartLooksLikeMultipart", b"Content-Type: text/plain; boundary=b\r\n\r\n--b\r\n\r\na\r\n--b--\r\n"),
    ("B64InvalidChar", b"Content-Transfer-Encoding: base64\r\n\r\nYW!Jj\r\n"),
    ("B64PaddingInside", b"Content-Transfer-Encoding: base64\r\n\r\nQQ===\r\n"),
    ("B64Truncated", b"Content-Transfer-Encoding: base64\r\n\r\nYWJjYW\r\n"),
    ("B64DataAfterEnd", b"Content-Transfer-Encoding: base64\r\n\r\nYQ==YWJj\r\n"),
    ("B64LineTooLong", b"Content-Transfer-Encoding: base64\r\n\r\nYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJj\r\n"),
    ("QpBadEscape", b"Content-Transfer-Encoding: quoted-printable\r\n\r\na=ZZ\r\n"),
    ("QpLowerHex", b"Content-Transfer-Encoding: quoted-printable\r\n\r\na=3d\r\n"),
    ("QpTrailingWs", b"Content-Transfer-Encoding: quoted-printable\r\n\r\na \r\n"),
    ("QpLineTooLong", b"Content-Transfer-Encoding: quoted-printable\r\n\r\n01234567890123456789012345678901234567890123456789012345678901234567890123456789\r\n"),
    ("UuBadLength", b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n&86)C\r\n`\r\nend\r\n"),
    ("UuSyntax", b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n#86)C\r\n"),
    ("YencSyntax", b"Content-Transfer-Encoding: x-yencode\r\n\r\n=ybegin line=128 size=1 name=a\r\n\x8b\r\n"),
    ("UuCrcMismatch", b"Content-Transfer-Encoding: x-yencode\r\n\r\n=ybegin line=128 size=1 name=a\r\n\x8b\r\n=yend size=1 crc32=00000000\r\n"),
    ("EightBitInSevenBit", b"Content-Transfer-Encoding: 7bit\r\n\r\na\xe9\r\n"),
    ("Utf8Mislabelled", b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xc3\xa9\r\n"),
    ("EncodedWordSyntax", b"Subject: =?utf-8?q?=ZZ?=\r\n\r\n"),
    ("EncodedWordIllegalPosition", b"Subject: a=?utf-8?q?a?=\r\n\r\n"),
    ("EncodedWordSplitChar", b"Subject: =?utf-8?q?=C3?= =?utf-8?q?=A9?=\r\n\r\n"),
    ("EncodedWordTooLong", b"Subject: =?utf-8?q?0123456789012345678901234567890123456789012345678901234567890123456789?=\r\n\r\n"),
    ("EncodedWordNested", b"Subject: =?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?=\r\n\r\n"),
    ("EncodedWordDecodesToSpecials", b"To: =?utf-8?q?b=40x.test=2C?= <c@x.test>\r\n\r\n"),
    ("EncodedWordDecodesToControl", b"Subject: =?utf-8?q?a=01b?=\r\n\r\n"),
    ("ObsRoute", b"To: <@y.test:b@x.test>\r\n\r\n"),
    ("ObsCfws", b"To: b @ x.test\r\n\r\n"),
    ("UnbalancedComment", b"To: b@x.test (c\r\n\r\n"),
    ("UnbalancedQuote", b"To: \"b <b@x.test>\r\n\r\n"),
    ("UnbalancedAngle", b"To: b <b@x.test\r\n\r\n"),
    ("TextAfterAngle", b"To: <b@x.test> c\r\n\r\n"),
    ("MultipleAngles", b"To: <b@x.test> <c@x.test>\r\n\r\n"),
    ("TextAfterAddress", b"To: b@x.test c\r\n\r\n"),
    ("SemicolonSeparator", b"To: b@x.test; c@x.test\r\n\r\n"),
    ("UnquotedSpecials", b"To: Dr. B. <b@x.test>, C [D] <c@x.test>\r\n\r\n"),
    ("NonAsciiLocalPart", "To: b\u{e9}@x.test\r\n\r\n".as_bytes()),
    ("NestedGroup", b"To: A: B: b@x.test;;\r\n\r\n"),
    ("UnterminatedGroup", b"To: A: b@x.test\r\n\r\n"),
    ("EmptyAddress", b"To: b@x.test,, c@x.test\r\n\r\n"),
    ("InvalidAddress", b"To: <b c d>\r\n\r\n"),
    ("MultipleAtSigns", b"To: b@c@x.test\r\n\r\n"),
    ("DisplayNameLooksLikeAddress", b"To: \"b@x.test\" <c@y.test>\r\n\r\n"),
];

/// Names of codes, and messages that [`CLEAN`] does not go before.
const OTHERS: &[(&str, &[u8])] = &[
    ("Bom", b"\xef\xbb\xbfSubject: a\r\n\r\n"),
    ("LeadingBlankLine", b"\r\nSubject: a\r\n\r\n"),
    ("MboxFromLine", b"From a@x.test Fri Nov 21 09:55:06 1997\nSubject: a\n\n"),
    ("FirstLineIsFold", b" a\r\nSubject: a\r\n\r\n"),
    ("MissingFrom", b"Subject: a\r\n\r\n"),
    ("MissingDate", b"Subject: a\r\n\r\n"),
    ("MultipleFromMailboxes", b"From: a@x.test, b@x.test\r\n\r\n"),
    ("MissingSender", b"From: a@x.test, b@x.test\r\n\r\n"),
    ("MissingMimeVersion", b"Content-Type: text/plain\r\n\r\n"),
];

/// What makes a limit low.
type Lower = fn(&mut Limits);

#[test]
fn every_code_is_raised() {
    let mut raised = BTreeSet::new();
    let mut missing = Vec::new();
    let mut expect = |code: &'static str, found: Vec<&'static str>| {
        if found.contains(&code) {
            raised.insert(code);
        } else {
            missing.push(format!("{code}: only {found:?}"));
        }
    };
    for (code, rest) in MESSAGES {
        expect(code, codes(&[CLEAN.as_bytes(), rest].concat(), |_| {}));
    }
    for (code, message) in OTHERS {
        expect(code, codes(message, |_| {}));
    }
    let line = format!("{CLEAN}Subject: {}\r\n\r\n", "a".repeat(1_000));
    expect("LineTooLong", codes(line.as_bytes(), |_| {}));
    let addresses = format!("To: {}\r\n\r\n", "a@b,".repeat(1_000_001));
    expect("AddressesLimit", codes(addresses.as_bytes(), |_| {}));

    let nested = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\n\nc\n--b--\n";
    let encoded = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogYQoKYg==\n";
    let params = b"A: 1\nB: 2\nContent-Type: text/plain; a=1; b=2\n\n";
    let limits: [(&str, &[u8], Lower); 9] = [
        ("DepthLimit", nested, |limits| limits.depth = 0),
        ("PartsLimit", nested, |limits| limits.parts = 2),
        ("HeaderBytesLimit", params, |limits| limits.header_octets = 8),
        ("FieldBytesLimit", params, |limits| limits.field_octets = 20),
        ("FieldCountLimit", params, |limits| limits.fields = 1),
        ("ParamCountLimit", params, |limits| limits.params = 1),
        ("DecodedBytesLimit", encoded, |limits| limits.decoded_octets = 3),
        ("EncodedDepthLimit", encoded, |limits| limits.encoded_depth = 0),
        ("DefectsLimit", params, |limits| limits.defects = 1),
    ];
    for (code, message, limit) in limits {
        expect(code, codes(message, limit));
    }

    let mut found = Vec::new();
    let mut sink = |code: DefectCode, _| found.push(code.name());
    let _ = Tnef::parse_with(
        b"\x78\x9f\x3e\x22\x00\x00\x01",
        &mut Findings::new(Policy::STANDARD, &mut sink),
    );
    expect("TnefSyntax", found);

    assert!(missing.is_empty(), "{}", missing.join("\n"));
    let all: BTreeSet<_> = all_codes().collect();
    let unknown: Vec<_> = all.difference(&raised).collect();
    assert!(unknown.is_empty(), "no message for {unknown:?}");
}

/// Without a defect nothing is ambiguous, and the clean message has none.
#[test]
fn the_clean_message_is_clean() {
    let message = [CLEAN.as_bytes(), b"\r\nHello\r\n"].concat();
    let inspection = Message::parse(&message).inspect();
    assert_eq!((&inspection.defects[..], inspection.seen), (&[][..], 0));
    assert!(!inspection.is_ambiguous());
}

/// A message is ambiguous if one of its defects is.
#[test]
fn ambiguity_is_that_of_a_defect() {
    for (code, rest) in MESSAGES {
        let message = [CLEAN.as_bytes(), rest].concat();
        let inspection = Message::parse(&message).inspect();
        let ambiguous =
            |defect: &mailwire_message::Defect| defect.severity() == Severity::Ambiguous;
        assert_eq!(inspection.is_ambiguous(), inspection.defects.iter().any(ambiguous), "{code}");
    }
}

fn codes(message: &[u8], limit: impl FnOnce(&mut Limits)) -> Vec<&'static str> {
    let mut config = Config::default();
    limit(&mut config.limits);
    let inspection = Message::parse_with(message, config).inspect();
    inspection.defects.iter().map(|defect| defect.code.name()).collect()
}

/// The names of all codes, out of the source: there is no list of them that could lag behind.
fn all_codes() -> impl Iterator<Item = &'static str> {
    let source = include_str!("../src/defect/code.rs");
    let (_, variants) = source.split_once("pub enum DefectCode {").expect("the enumeration");
    let (variants, _) = variants.split_once("\n}").expect("its end");
    variants
        .lines()
        .filter_map(|line| line.trim().strip_suffix(','))
        .filter(|name| name.chars().all(char::is_alphanumeric))
}
