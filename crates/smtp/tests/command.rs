//! What every command line means, and which lines mean nothing.
use bytes::{Bytes, BytesMut};
use mailwire_smtp::{
    AddressLiteral, BodyType, Command, Domain, ForwardPath, MailParams, Mailbox, Orcpt,
    ParseErrorKind::{self, *},
    Quirk::{self, *},
    Quirks, RcptParams, ReversePath,
};

fn parse(line: &str) -> (Command, Quirks) {
    let parsed = Command::parse(Bytes::copy_from_slice(line.as_bytes()), Quirks::ALL);
    parsed.unwrap_or_else(|error| panic!("{line:?}: {error}"))
}

fn refused(line: &[u8], tolerated: Quirks) -> (ParseErrorKind, usize) {
    let parsed = Command::parse(Bytes::copy_from_slice(line), tolerated);
    let error = parsed.expect_err(&String::from_utf8_lossy(line));
    (error.kind, error.offset)
}

fn wire(command: &Command) -> String {
    let mut wire = BytesMut::new();
    command.encode(&mut wire);
    String::from_utf8(wire.to_vec()).unwrap()
}

fn recipient(line: &str) -> Mailbox {
    match parse(line).0 {
        Command::Rcpt { to: ForwardPath::Mailbox(mailbox), .. } => mailbox,
        other => panic!("{line:?}: {other:?}"),
    }
}

fn sender(line: &str) -> (ReversePath, MailParams) {
    match parse(line).0 {
        Command::Mail { from, params } => (from, params),
        other => panic!("{line:?}: {other:?}"),
    }
}

fn rcpt_params(params: &str) -> RcptParams {
    match parse(&format!("RCPT TO:<a@b> {params}")).0 {
        Command::Rcpt { params, .. } => params,
        other => panic!("{params:?}: {other:?}"),
    }
}

#[test]
fn strict_lines_are_read_and_written_back() {
    for line in [
        "HELO client.example.org",
        "EHLO [127.0.0.1]",
        "EHLO [IPv6:2001:db8::1]",
        "EHLO bücher.example",
        "LHLO localhost",
        "MAIL FROM:<>",
        "MAIL FROM:<> SIZE=0",
        "MAIL FROM:<a@b>",
        "MAIL FROM:<j.doe@xn--bcher-kva.example> SIZE=1 BODY=7BIT SMTPUTF8 AUTH=<> RET=FULL",
        "MAIL FROM:<a@b> ENVID=QQ314159 BY=-5;NT MT-PRIORITY=-9 REQUIRETLS HOLDFOR=999999999",
        "MAIL FROM:<a@b> HOLDUNTIL=2026-01-01T00:00:00Z MTRK=abc:86400 SOLICIT=org.example:ADV",
        "SEND FROM:<a@b>",
        "SOML FROM:<a@b>",
        "SAML FROM:<>",
        "RCPT TO:<a@b>",
        "RCPT TO:<postmaster>",
        "RCPT TO:<\"a b\"@[x-net:1:2]> NOTIFY=NEVER ORCPT=rfc822;a+2Bb@c",
        "RCPT TO:<用户@例え.jp> RRVS=2014-04-03T23:01:00Z;C",
        "DATA",
        "BDAT 0 LAST",
        "BDAT 18446744073709551615",
        "RSET",
        "VRFY Smith",
        "VRFY \"Jane Doe\" SMTPUTF8",
        "EXPN søren SMTPUTF8",
        "HELP",
        "HELP MAIL FROM",
        "NOOP",
        "NOOP x",
        "QUIT",
        "STARTTLS",
        "AUTH PLAIN",
        "AUTH PLAIN =",
        "AUTH SCRAM-SHA-256-PLUS cD10bHMtdW5pcXVl",
        "ETRN example.org",
        "ETRN @example.org",
        "ETRN #queue/1",
        "ATRN",
        "ATRN example.org,example.com",
        "TURN",
        "BURL imap://a@b/outbox;uidvalidity=1/;uid=2;urlauth=submit+a:internal:91 LAST",
        "BURL imap://a@b/outbox",
        "XCLIENT NAME=[UNAVAILABLE] ADDR=192.0.2.1 PROTO=ESMTP",
        "XFORWARD NAME=spike.porcupine.org HELO=[TEMPUNAVAIL] IDENT=a+2Bb",
        "XPING",
        "GET / HTTP/1.1",
    ] {
        let parsed = Command::parse(Bytes::from(line), Quirks::NONE);
        let (command, seen) = parsed.unwrap_or_else(|error| panic!("{line:?}: {error}"));
        assert_eq!((wire(&command), seen), (format!("{line}\r\n"), Quirks::NONE), "line {line:?}");
        assert!(line.starts_with(command.verb()));
    }
}

#[test]
fn verbs_and_keywords_have_no_case() {
    for (line, want) in [
        ("mAiL fRoM:<A@b> sIzE=1", "MAIL FROM:<A@b> sIzE=1"),
        ("rcpt to:<POSTMASTER>", "RCPT TO:<postmaster>"),
        ("bdat 007 last", "BDAT 7 LAST"),
        ("startTLS", "STARTTLS"),
        ("xclient Addr=1", "XCLIENT Addr=1"),
        ("vrfy a smtputf8", "VRFY a SMTPUTF8"),
    ] {
        let (command, seen) = parse(line);
        assert_eq!((wire(&command), seen), (format!("{want}\r\n"), Quirks::NONE), "line {line:?}");
    }
}

/// What printers, appliances and people with telnet send.
#[test]
fn odd_lines_are_read_and_reported() {
    let rows: &[(&str, &str, &[Quirk])] = &[
        ("helo cs.clemson.edu", "HELO cs.clemson.edu", &[]),
        ("HELO mail.mailsender", "HELO mail.mailsender", &[]),
        ("HELO my_host", "HELO my_host", &[OddClientName]),
        ("HELO my host", "HELO my host", &[OddClientName]),
        ("EHLO 193.56.47.125", "EHLO 193.56.47.125", &[OddClientName]),
        ("EHLO [nonsense]", "EHLO [nonsense]", &[OddClientName]),
        ("EHLO  a.b ", "EHLO a.b", &[TrailingBlank, ExtraBlank]),
        ("mail from: zw@y.com", "MAIL FROM:<zw@y.com>", &[SpaceAfterColon, NoBrackets]),
        ("mail from: <name@validaddress>", "MAIL FROM:<name@validaddress>", &[SpaceAfterColon]),
        ("MAIL FROM:  <>", "MAIL FROM:<>", &[SpaceAfterColon]),
        ("rcpt to: jzwang", "RCPT TO:<jzwang>", &[SpaceAfterColon, NoBrackets, NoDomain]),
        ("RCPT TO:postmaster", "RCPT TO:<postmaster>", &[NoBrackets]),
        ("MAIL FROM:<root>", "MAIL FROM:<root>", &[NoDomain]),
        ("MAIL FROM:a@b SIZE=3", "MAIL FROM:<a@b> SIZE=3", &[NoBrackets]),
        ("MAIL FROM:<a@b>  SIZE=3   BODY=7BIT", "MAIL FROM:<a@b> SIZE=3 BODY=7BIT", &[ExtraBlank]),
        ("MAIL FROM:<ilo.@example.org>", "MAIL FROM:<ilo.@example.org>", &[OddDots]),
        ("RCPT TO:<.a..b@c>", "RCPT TO:<.a..b@c>", &[OddDots]),
        ("RCPT TO:<a@my_host.example>", "RCPT TO:<a@my_host.example>", &[Underscore]),
        ("RCPT TO:<@a,@[1.2.3.4]:user@c>", "RCPT TO:<user@c>", &[SourceRoute]),
        ("RCPT TO:<\"Postmaster\">", "RCPT TO:<\"Postmaster\">", &[NoDomain]),
        ("quit \t", "QUIT", &[TrailingBlank]),
        ("NOOP ", "NOOP", &[TrailingBlank]),
        ("BDAT  3  LAST", "BDAT 3 LAST", &[ExtraBlank]),
        ("AUTH  PLAIN  AA==", "AUTH PLAIN AA==", &[ExtraBlank]),
        ("XFOO  bar", "XFOO bar", &[ExtraBlank]),
    ];
    for (line, want, quirks) in rows {
        let (command, seen) = parse(line);
        assert_eq!(wire(&command), format!("{want}\r\n"), "line {line:?}");
        assert_eq!(seen, quirks.iter().copied().collect(), "line {line:?}");
        for &quirk in *quirks {
            let strict = Command::parse(Bytes::from(*line), Quirks::ALL.without(quirk));
            assert!(strict.is_err(), "line {line:?} without {quirk:?}");
        }
    }
}

#[test]
fn wrong_lines_are_refused_where_they_are_wrong() {
    for (line, kind, offset) in [
        ("", NoVerb, 0),
        (" ", NoVerb, 0),
        (" QUIT", NoVerb, 0),
        ("MÄIL", NoVerb, 0),
        ("MA\rIL", ControlOctet, 2),
        ("MAIL FROM:<a\r@b>", ControlOctet, 12),
        ("NOOP \0", ControlOctet, 5),
        ("RCPT TO:<a@b\x7f>", ControlOctet, 12),
        ("XFOO a\tb", ControlOctet, 6),
        ("HELO", MissingArgument, 4),
        ("HELO ", MissingArgument, 4),
        ("MAIL", MissingArgument, 4),
        ("MAIL FROM:", MissingArgument, 10),
        ("MAIL FROM <a@b>", BadArgument, 5),
        ("RCPT FROM:<a@b>", BadArgument, 5),
        ("RCPT TO:", MissingArgument, 8),
        ("RCPT TO:<>", BadForwardPath, 9),
        ("MAIL FROM:<a@>", BadReversePath, 13),
        ("MAIL FROM:<a@b.>", BadReversePath, 15),
        ("RCPT TO:<a@b!#$%>", BadForwardPath, 12),
        ("RCPT TO:<a@.b>", BadForwardPath, 11),
        ("RCPT TO:<a@b..c>", BadForwardPath, 13),
        ("RCPT TO:<a@-b>", BadForwardPath, 11),
        ("RCPT TO:<a@b->", BadForwardPath, 13),
        ("RCPT TO:<a@b-.c>", BadForwardPath, 13),
        ("RCPT TO:<@b>", BadForwardPath, 11),
        ("RCPT TO:<@a:>", BadForwardPath, 12),
        ("RCPT TO:<a b@c>", BadForwardPath, 10),
        ("RCPT TO:<a@b@c>", BadForwardPath, 12),
        ("RCPT TO:<a@b", BadForwardPath, 12),
        ("RCPT TO:<a@b>x", BadForwardPath, 13),
        ("RCPT TO:a@b>", BadForwardPath, 11),
        ("RCPT TO:<\"a@b>", BadForwardPath, 14),
        ("RCPT TO:<\"a\"b@c>", BadForwardPath, 12),
        ("RCPT TO:<a@[1.2.3]>", BadForwardPath, 12),
        ("RCPT TO:<a@[1.2.3.4>", BadForwardPath, 20),
        ("MAIL FROM:<a@b> SIZE", BadParameter, 16),
        ("MAIL FROM:<a@b> SIZE=", BadParameter, 21),
        ("MAIL FROM:<a@b> SIZE=x", BadParameter, 16),
        ("MAIL FROM:<a@b> SIZE=+1", BadParameter, 16),
        ("MAIL FROM:<a@b> SIZE=18446744073709551616", BadParameter, 16),
        ("MAIL FROM:<a@b> SIZE=000000000000000000001", BadParameter, 16),
        ("MAIL FROM:<a@b> X=a=b", BadParameter, 19),
        ("MAIL FROM:<a@b> -X", BadParameter, 16),
        ("MAIL FROM:<a@b> BODY=9BIT", BadParameter, 16),
        ("MAIL FROM:<a@b> SMTPUTF8=1", BadParameter, 16),
        ("MAIL FROM:<a@b> REQUIRETLS=1", BadParameter, 16),
        ("MAIL FROM:<a@b> MT-PRIORITY=99", BadParameter, 16),
        ("MAIL FROM:<a@b> MT-PRIORITY=-0", BadParameter, 16),
        ("MAIL FROM:<a@b> MT-PRIORITY=+1", BadParameter, 16),
        ("MAIL FROM:<a@b> BY=0;R", BadParameter, 16),
        ("MAIL FROM:<a@b> BY=1000000000;N", BadParameter, 16),
        ("MAIL FROM:<a@b> BY=1", BadParameter, 16),
        ("MAIL FROM:<a@b> BY=1;X", BadParameter, 16),
        ("MAIL FROM:<a@b> HOLDFOR=1000000000", BadParameter, 16),
        ("MAIL FROM:<a@b> HOLDUNTIL=2026-01-01T00:00:00+00:00", BadParameter, 16),
        ("MAIL FROM:<a@b> AUTH=a+0D+0A@b", BadParameter, 16),
        ("MAIL FROM:<a@b> AUTH=a@b!", BadParameter, 16),
        ("MAIL FROM:<a@b> ENVID=+C3+A9", BadParameter, 16),
        ("MAIL FROM:<a@b> RET=HALF", BadParameter, 16),
        ("MAIL FROM:<a@b> SIZE=1 SIZE=2", DuplicateParameter, 23),
        ("MAIL FROM:<a@b> BODY=7BIT BODY=8BITMIME", DuplicateParameter, 26),
        ("MAIL FROM:<a@b> X-A=1 x-a", DuplicateParameter, 22),
        ("MAIL FROM:<a@b> HOLDFOR=1 HOLDUNTIL=2026-01-01T00:00:00Z", DuplicateParameter, 26),
        ("RCPT TO:<a@b> NOTIFY=NEVER,DELAY", BadParameter, 14),
        ("RCPT TO:<a@b> NOTIFY=", BadParameter, 21),
        ("RCPT TO:<a@b> ORCPT=a@b", BadParameter, 14),
        ("RCPT TO:<a@b> ORCPT=utf-8;a+2Bb@c", BadParameter, 14),
        ("RCPT TO:<a@b> ORCPT=rfc822;é@c", BadParameter, 14),
        ("RCPT TO:<a@b> RRVS=yesterday", BadParameter, 14),
        ("RCPT TO:<a@b> RRVS=2014-04-03T23:01:00Z;X", BadParameter, 14),
        ("DATA junk", UnexpectedArgument, 5),
        ("RSET x", UnexpectedArgument, 5),
        ("QUIT x", UnexpectedArgument, 5),
        ("TURN x", UnexpectedArgument, 5),
        ("STARTTLS foo", UnexpectedArgument, 9),
        ("BDAT", MissingArgument, 4),
        ("BDAT LAST", BadArgument, 5),
        ("BDAT -1", BadArgument, 5),
        ("BDAT 1x", BadArgument, 6),
        ("BDAT 1 FIRST", UnexpectedArgument, 7),
        ("BDAT 99999999999999999999999 LAST", BadArgument, 5),
        ("VRFY", MissingArgument, 4),
        ("AUTH", MissingArgument, 4),
        ("AUTH PLAIN a b", UnexpectedArgument, 13),
        ("AUTH PLAIN a*", BadArgument, 12),
        ("ETRN", MissingArgument, 4),
        ("ETRN @", BadArgument, 6),
        ("ATRN a.b,", BadArgument, 8),
        ("ATRN a.b c", BadArgument, 8),
        ("BURL", MissingArgument, 4),
        ("XCLIENT", MissingArgument, 7),
        ("XCLIENT ADDR", BadParameter, 8),
        ("XCLIENT ADDR=a+0A", BadParameter, 8),
    ] {
        assert_eq!(refused(line.as_bytes(), Quirks::ALL), (kind, offset), "line {line:?}");
    }
    assert_eq!(refused(b"NOOP \xff", Quirks::ALL), (NotUtf8, 5));
    assert_eq!(refused(b"MAIL FROM:<\xe9@b>", Quirks::ALL), (NotUtf8, 11));
}

#[test]
fn lengths_are_those_of_the_rfc() {
    for (local, domain, tolerated, ok) in [
        (64, 189, Quirks::NONE, true),
        (64, 190, Quirks::ALL, false),
        (1, 256, Quirks::ALL, false),
        (65, 100, Quirks::NONE, false),
        (65, 100, Quirks::ALL, true),
        (252, 1, Quirks::ALL, true),
        (253, 1, Quirks::ALL, false),
    ] {
        let line = format!("RCPT TO:<{}@{}>", "l".repeat(local), "d".repeat(domain));
        let parsed = Command::parse(line.into(), tolerated);
        assert_eq!(parsed.is_ok(), ok, "{local} {domain} {parsed:?}");
    }
    let long = |len| "a".repeat(len);
    let many: String = (0..33).map(|number| format!(" X{number}")).collect();
    for (line, kind) in [
        (format!("EHLO {}", long(256)), BadArgument),
        (format!("MAIL FROM:<a@b> ENVID={}", long(101)), BadParameter),
        (format!("RCPT TO:<a@b> ORCPT=rfc822;{}", long(494)), BadParameter),
        (format!("MAIL FROM:<a@b>{many}"), TooManyParameters),
    ] {
        assert_eq!(refused(line.as_bytes(), Quirks::ALL).0, kind, "line {line:?}");
    }
}

#[test]
fn quoting_is_kept() {
    for (line, local, unquoted) in [
        (r#"RCPT TO:<"a@b"@c>"#, r#""a@b""#, "a@b"),
        (r#"RCPT TO:<"a>b"@c>"#, r#""a>b""#, "a>b"),
        (r#"RCPT TO:<"foo@evil> ORCPT=x"@c>"#, r#""foo@evil> ORCPT=x""#, "foo@evil> ORCPT=x"),
        (r#"RCPT TO:<"a\"\\b c"@c>"#, r#""a\"\\b c""#, r#"a"\b c"#),
        (r#"RCPT TO:<"ab"@c>"#, r#""ab""#, "ab"),
        (r#"RCPT TO:<""@c>"#, r#""""#, ""),
        ("RCPT TO:<ab@c>", "ab", "ab"),
    ] {
        let mailbox = recipient(line);
        assert_eq!((mailbox.local_part(), &*mailbox.unquoted_local_part()), (local, unquoted));
        assert_eq!(mailbox.domain(), Some(Domain::Name("c")));
        assert_eq!(Mailbox::new(unquoted, "c").unwrap().unquoted_local_part(), unquoted);
    }
    let (postmaster, _) = parse("RCPT TO:<PostMaster>");
    assert!(matches!(postmaster, Command::Rcpt { to: ForwardPath::Postmaster, .. }));
    assert_eq!(recipient("RCPT TO:<\"Postmaster\">").domain(), None);
    assert_eq!(sender("MAIL FROM:<>").0, ReversePath::Null);
}

#[test]
fn literals_are_typed() {
    for (line, want) in [
        ("RCPT TO:<a@[1.2.3.4]>", AddressLiteral::V4([1, 2, 3, 4].into())),
        ("RCPT TO:<a@[IPv6:::1]>", AddressLiteral::V6([0, 0, 0, 0, 0, 0, 0, 1].into())),
        ("RCPT TO:<a@[tag:x]>", AddressLiteral::General { tag: "tag", content: "x" }),
    ] {
        assert_eq!(recipient(line).domain(), Some(Domain::Literal(want)), "line {line:?}");
    }
}

#[test]
fn mailboxes_that_inject_are_not_built() {
    let long = "a".repeat(65);
    for (local, domain) in [
        ("a\r\nRSET", "b"),
        ("a\0", "b"),
        ("a", "b>\r\nRSET"),
        ("a", "b> X=1"),
        ("a", ""),
        ("a", "b@c"),
        ("a", "[1.2.3.4"),
        (&long, "b"),
    ] {
        assert!(Mailbox::new(local, domain).is_err(), "{local:?} {domain:?}");
    }
    for text in ["", "a", "@b", "a@b>", "<a@b>", "a@b c", "a@@b", "a\n@b"] {
        assert!(Mailbox::parse(text).is_err(), "{text:?}");
    }
    assert_eq!(Mailbox::new("foo@evil> ORCPT=x", "ok").unwrap().as_str().len(), 22);
    assert!(!Mailbox::parse("用户@例え.jp").unwrap().is_ascii());
}

#[test]
fn parameters_are_typed() {
    let (_, params) = sender(
        "MAIL FROM:<e=mc2@example.com> size=12345678901234567890 body=8bitmime SMTPUTF8 \
         AUTH=e+3Dmc2@example.com RET=hdrs ENVID=a+20b BY=+120;rt HOLDFOR=60 MT-PRIORITY=3 \
         REQUIRETLS NOTIFY=whatever X-Flag",
    );
    assert_eq!(params.size(), Some(12_345_678_901_234_567_890));
    assert_eq!(params.body(), Some(BodyType::EightBitMime));
    assert!(params.smtputf8() && params.require_tls());
    let submitter = params.auth().unwrap().mailbox();
    assert_eq!(submitter, Some(Mailbox::new("e=mc2", "example.com").unwrap()));
    assert_eq!(params.ret().unwrap().as_str(), "HDRS");
    assert_eq!(params.envid().unwrap().decode(), "a b");
    assert_eq!(params.by().unwrap().to_string(), "120;RT");
    assert_eq!((params.hold_for(), params.hold_until()), (Some(60), None));
    assert_eq!(params.mt_priority(), Some(3));
    assert_eq!((params.get("notify"), params.get("x-flag")), (Some("whatever"), Some("")));
    assert_eq!(params.iter().count(), 12);

    let params = rcpt_params("NOTIFY=success,DELAY ORCPT=utf-8;j\\x{F6}rg@例え.jp SIZE=x");
    assert_eq!(params.notify().unwrap().to_string(), "SUCCESS,DELAY");
    assert!(matches!(params.orcpt(), Some(Orcpt::Utf8(_))));
    assert_eq!(params.orcpt().unwrap().address(), "jörg@例え.jp");
    assert_eq!(params.get("SIZE"), Some("x"));
    let params = rcpt_params("ORCPT=x400;/G+3DA/ RRVS=2014-04-03T23:01:00Z");
    assert_eq!(params.orcpt().unwrap().address(), "/G=A/");
    assert_eq!(params.rrvs().unwrap().since.unix_seconds(), 1_396_566_060);
}

#[test]
fn secrets_are_not_shown() {
    let (command, _) = parse("AUTH PLAIN AGFsaWNlAHNlY3JldA==");
    assert!(!format!("{command:?}").contains("AGF"), "{command:?}");
}

#[test]
fn long_text_is_a_slice_of_the_line() {
    const MAILBOX: &str = "a.name.that.is.not.short@mail.example.org";
    let line = Bytes::from(format!("MAIL FROM:<{MAILBOX}> SIZE=1"));
    let start = line.as_ptr();
    let (command, _) = Command::parse(line, Quirks::NONE).unwrap();
    let Command::Mail { from: ReversePath::Mailbox(mailbox), .. } = command else { panic!() };
    assert_eq!(mailbox.as_bytes().as_ptr(), start.wrapping_add(11));
    assert_ne!(mailbox.detach().as_bytes().as_ptr(), mailbox.as_bytes().as_ptr());
}

#[test]
fn short_text_lets_go_of_the_line() {
    let line = Bytes::from(b"MAIL FROM:<a@b.example> SIZE=1".to_vec());
    let (command, _) = Command::parse(line.clone(), Quirks::NONE).unwrap();
    assert!(line.is_unique(), "{command:?}");
}

/// A path without brackets is written with them, and must not be too long then (RFC 5321 §4.5.3.1.3).
#[test]
fn brackets_that_are_missing_count() {
    let parse = |path: String| {
        let line = Bytes::from(format!("RCPT TO:{path}"));
        Command::parse(line, Quirks::ALL).map(|(command, _)| command)
    };
    for len in [253, 254, 255, 256] {
        let name = "y".repeat(len);
        let fits = len <= 254;
        assert_eq!(parse(name.clone()).is_ok(), fits, "{len}");
        assert_eq!(parse(format!("<{name}>")).is_ok(), fits, "{len}, with brackets");
    }
}
