use mailwire_sasl::{
    ParseError,
    line::{self, MAX_LINE, Response},
};

fn initial(argument: &str) -> Option<Vec<u8>> {
    line::decode_initial(argument.as_bytes()).ok().map(|secret| secret.to_vec())
}

fn response(line: &str) -> Option<Response> {
    line::decode_response(line.as_bytes()).ok()
}

fn challenge(text: &str) -> Option<Vec<u8>> {
    line::decode_challenge(text.as_bytes()).ok()
}

fn data(text: &str) -> Option<Response> {
    Some(Response::Data(text.into()))
}

/// `=`, an empty line and `*` mean different things in different places (RFC 4954 §4).
#[test]
fn empty_and_cancel() {
    assert_eq!(initial("="), Some(vec![]));
    assert_eq!(response("="), None);
    assert_eq!(challenge("="), None);

    assert_eq!(initial(""), None);
    assert_eq!(response(""), data(""));
    assert_eq!(challenge(""), Some(vec![]));

    assert_eq!(initial("*"), None);
    assert_eq!(response("*"), Some(Response::Cancel));
    assert_eq!(challenge("*"), None);
    assert_eq!(response("**"), None);
    assert_eq!(response("* "), None);

    let mut out = Vec::new();
    line::encode(b"", &mut out);
    assert_eq!(out, b"");
    line::encode_initial(b"", &mut out);
    assert_eq!(out, b"=");
}

/// Strict alphabet and padding, and the place is told.
#[test]
fn strict() {
    for (line, want) in [
        ("AAAA====", "bad base64 at byte 4"),
        ("=AAA", "bad base64 at byte 0"),    // RFC 4954 §4
        ("AAA=BBB", "bad base64 at byte 3"), // RFC 4954 §4
        ("AAA=BBBB", "bad base64 at byte 3"),
        ("AAA", "bad base64 at byte 3"), // no padding
        ("AA=", "bad base64 at byte 3"), // half of it
        ("A===", "bad base64 at byte 1"),
        ("====", "bad base64 at byte 0"),
        ("A", "bad base64 at byte 1"),
        ("AB==", "bad base64 at byte 1"), // bits that mean nothing
        ("AAB=", "bad base64 at byte 2"),
        (" AAAA", "bad base64 at byte 0"),
        ("AAAA ", "bad base64 at byte 4"),
        ("AA AA", "bad base64 at byte 2"),
        ("AAAA\r", "bad base64 at byte 4"),
        ("AAAA\r\n", "bad base64 at byte 4"),
        ("AA\nAA", "bad base64 at byte 2"),
        ("AA\tAA", "bad base64 at byte 2"),
        ("AA-_", "bad base64 at byte 2"), // the other alphabet
        ("AA\0A", "bad base64 at byte 2"),
        ("go ahead", "bad base64 at byte 2"),
    ] {
        let got: ParseError = line::decode_challenge(line.as_bytes()).unwrap_err();
        assert_eq!(got.kind, mailwire_sasl::ParseErrorKind::Base64, "{line:?}");
        assert!(got.offset <= line.len());
        assert_eq!(response(line), None, "{line:?}");
        assert_eq!(initial(line), None, "{line:?}");
        assert_eq!(got.to_string(), want, "{line:?}");
    }
    assert!(line::decode_response(b"\xff\xff\xff\xff").is_err());
}

/// The length is known beforehand, and pieces leave no seam.
#[test]
fn round_trip() {
    for len in (0..600).chain([9_000, 9_216]) {
        let octets: Vec<u8> = (0..len).map(|i: u32| i.to_le_bytes()[0]).collect();
        let mut out = Vec::new();
        line::encode_initial(&octets, &mut out);
        assert_eq!(out.len(), line::initial_len(&octets), "{len}");
        assert_eq!(line::decode_initial(&out).unwrap().as_bytes(), octets, "{len}");
    }
    assert_eq!(MAX_LINE, 12_288);
}

#[test]
fn hidden() {
    let response = line::decode_response(b"AHRpbQB0YW5zdGFhZnRhbnN0YWFm").unwrap();
    assert_eq!(format!("{response:?}"), "Data(Secret(..))");
}
