//! Commands: what is read, what is refused and where, and what is written.
use bytes::{Bytes, BytesMut};
use mailwire_pop3::{Command, MessageNumber, Name, Password, Quirk, Quirks, Xtnd};

fn parse(line: &[u8], tolerated: Quirks) -> Result<(Command, Quirks), mailwire_pop3::ParseError> {
    Command::parse(Bytes::copy_from_slice(line), tolerated)
}

fn written(command: &Command) -> String {
    let mut wire = BytesMut::new();
    command.encode(&mut wire);
    let wire = String::from_utf8(wire.to_vec()).unwrap();
    wire.strip_suffix("\r\n").expect("a command is a line").to_owned()
}

/// RFC 1939, 1081, 1082, 2449, 2595, 5034 and 6856, as their examples have them.
#[test]
fn lines_of_the_rfcs_are_read_and_written_alike() {
    for line in [
        "STAT",
        "LIST",
        "LIST 2",
        "RETR 1",
        "DELE 4294967295",
        "NOOP",
        "RSET",
        "QUIT",
        "TOP 1 10",
        "TOP 100 0",
        "TOP 1 18446744073709551615",
        "UIDL",
        "UIDL 2",
        "USER mrose",
        "USER caf\u{e9}@example.org",
        "PASS tanstaaf",
        "PASS  two blanks before and one behind ",
        "PASS secret\twith\ttabs",
        "APOP mrose c4c9334bac560ecc979e58001b3e22fb",
        "CAPA",
        "STLS",
        "AUTH",
        "AUTH PLAIN",
        "AUTH PLAIN dGVzdAB0ZXN0AHRlc3Q=",
        "AUTH EXTERNAL =",
        "UTF8",
        "LANG",
        "LANG *",
        "LANG es",
        "LANG MUL",
        "LANG en-boont",
        "RPOP mrose",
        "LAST",
        "XTND BBOARDS",
        "XTND BBOARDS system",
        "XTND ARCHIVE system",
        "XTND X-BBOARDS system",
        "XTND XMIT",
        "XTND XLST Subject \u{e9}",
        "XSENDER 1",
        "HELP",
        "IMPLEMENTATION-OF-A-LONG-KEYWORD with text",
    ] {
        let (command, seen) = parse(line.as_bytes(), Quirks::NONE)
            .unwrap_or_else(|error| panic!("{line:?}: {error}"));
        assert_eq!((written(&command).as_str(), seen), (line, Quirks::NONE));
    }
}

#[test]
fn keywords_have_no_case_and_unknown_ones_keep_theirs() {
    for (line, want) in [
        ("user jzwang", "USER jzwang"),
        ("PaSs CPsc360", "PASS CPsc360"),
        ("retr 2307", "RETR 2307"),
        ("top 1 5", "TOP 1 5"),
        ("uidl", "UIDL"),
        ("utf8", "UTF8"),
        ("auth plain", "AUTH plain"),
        ("xtnd bboards System", "XTND BBOARDS System"),
        ("Foo Bar", "Foo Bar"),
    ] {
        let (command, seen) = parse(line.as_bytes(), Quirks::NONE).unwrap();
        assert_eq!((written(&command).as_str(), seen), (want, Quirks::NONE), "{line:?}");
    }
}

#[test]
fn wrong_lines_are_refused_at_the_octet_that_is_wrong() {
    for (line, want) in [
        (&b""[..], "no command at byte 0"),
        (b" ", "no command at byte 0"),
        (b" \t ", "no command at byte 0"),
        (b"\xff\xfe", "no command at byte 0"),
        (b"ST\xc3\xa9T", "no command at byte 2"),
        (b"NO\0P", "control octet at byte 2"),
        (b"NOOP\r", "control octet at byte 4"),
        (b"STAT now", "unexpected argument at byte 5"),
        (b"QUIT 1", "unexpected argument at byte 5"),
        (b"NOOP x", "unexpected argument at byte 5"),
        (b"CAPA x", "unexpected argument at byte 5"),
        (b"STLS x", "unexpected argument at byte 5"),
        (b"UTF8 x", "unexpected argument at byte 5"),
        (b"RETR", "missing argument at byte 4"),
        (b"RETR ", "missing argument at byte 4"),
        (b"DELE", "missing argument at byte 4"),
        (b"RETR 0", "bad number at byte 5"),
        (b"RETR 01", "bad number at byte 5"),
        (b"RETR 00000000000000000001", "bad number at byte 5"),
        (b"RETR +1", "bad number at byte 5"),
        (b"RETR -1", "bad number at byte 5"),
        (b"RETR 4294967296", "bad number at byte 5"),
        (b"RETR 4294967297", "bad number at byte 5"),
        (b"RETR 18446744073709551617", "bad number at byte 5"),
        (b"RETR 1a", "bad number at byte 6"),
        (b"RETR 1.", "bad number at byte 6"),
        (b"RETR 0x1", "bad number at byte 6"),
        (b"RETR 1 2", "unexpected argument at byte 7"),
        (b"LIST 0", "bad number at byte 5"),
        (b"UIDL -0", "bad number at byte 5"),
        (b"TOP", "missing argument at byte 3"),
        (b"TOP 1", "missing argument at byte 5"),
        (b"TOP 100", "missing argument at byte 7"),
        (b"TOP 1 -1", "bad number at byte 6"),
        (b"TOP 1 00", "bad number at byte 6"),
        (b"TOP 1 18446744073709551616", "bad number at byte 6"),
        (b"TOP 1 2 3", "unexpected argument at byte 8"),
        (b"TOPS 1 2", "unknown"),
        (b"USER", "missing argument at byte 4"),
        (b"USER two words", "unexpected argument at byte 9"),
        (b"USER a\0b", "control octet at byte 6"),
        (b"USER \xff", "octets that are not UTF-8 at byte 5"),
        (b"PASS", "missing argument at byte 4"),
        (b"PASS ", "missing argument at byte 5"),
        (b"PASS a\0b", "forbidden octet at byte 6"),
        (b"PASS a\rb", "forbidden octet at byte 6"),
        (b"PASS \xe9", "octets that are not UTF-8 at byte 5"),
        (b"APOP mrose", "missing argument at byte 10"),
        (b"APOP mrose 0123", "bad digest at byte 15"),
        (b"APOP mrose c4c9334bac560ecc979e58001b3e22fg", "bad digest at byte 42"),
        (b"APOP mrose c4c9334bac560ecc979e58001b3e22fb0", "bad digest at byte 44"),
        (b"APOP m rose c4c9334bac560ecc979e58001b3e22fb", "bad digest at byte 7"),
        (b"APOP mrose c4c9334bac560ecc979e58001b3e22fb x", "unexpected argument at byte 44"),
        (b"AUTH PLAIN a b", "unexpected argument at byte 13"),
        (b"AUTH PLAIN a!", "bad argument at byte 12"),
        (b"AUTH PL\xc3\xa9IN", "bad argument at byte 7"),
        (b"LANG e_n", "bad language at byte 5"),
        (b"LANG abcdefghi", "bad language at byte 5"),
        (b"LANG en-", "bad language at byte 8"),
        (b"LANG en es", "unexpected argument at byte 8"),
        (b"XTND", "missing argument at byte 4"),
        (b"XTND ARCHIVE", "missing argument at byte 12"),
        (b"XTND BBOARDS a b", "unexpected argument at byte 15"),
        (b"LAST 1", "unexpected argument at byte 5"),
        (b"RPOP", "missing argument at byte 4"),
    ] {
        let got = match parse(line, Quirks::ALL) {
            Ok((Command::Unknown { .. }, _)) => "unknown".to_owned(),
            Ok((command, _)) => format!("{command:?}"),
            Err(error) => error.to_string(),
        };
        assert_eq!(got, want, "{:?}", Bytes::copy_from_slice(line));
    }
}

#[test]
fn stray_blanks_are_tolerated_if_they_may_and_reported() {
    for (line, want, quirk) in [
        (" STAT", "STAT", Quirk::LeadingBlank),
        ("\tNOOP", "NOOP", Quirk::LeadingBlank),
        ("QUIT ", "QUIT", Quirk::TrailingBlank),
        ("LIST \t ", "LIST", Quirk::TrailingBlank),
        ("LIST 1 ", "LIST 1", Quirk::TrailingBlank),
        ("RETR  1", "RETR 1", Quirk::ExtraBlank),
        ("RETR\t1", "RETR 1", Quirk::ExtraBlank),
        ("TOP 1   5", "TOP 1 5", Quirk::ExtraBlank),
        ("USER  mrose", "USER mrose", Quirk::ExtraBlank),
        ("FOO  bar", "FOO bar", Quirk::ExtraBlank),
        ("PASS\tsecret", "PASS secret", Quirk::ExtraBlank),
        (" PASS secret", "PASS secret", Quirk::LeadingBlank),
        (
            "APOP mrose C4C9334BAC560ECC979E58001B3E22FB",
            "APOP mrose c4c9334bac560ecc979e58001b3e22fb",
            Quirk::UpperCaseDigest,
        ),
    ] {
        let (command, seen) = parse(line.as_bytes(), Quirks::ALL).unwrap();
        assert_eq!(written(&command), want, "{line:?}");
        assert_eq!(seen, Quirks::NONE.with(quirk), "{line:?}");
        assert!(parse(line.as_bytes(), Quirks::ALL.without(quirk)).is_err(), "{line:?}");
    }
}

/// RFC 1939 §3 has keywords of 3 or 4 characters and arguments of up to 40; RFC 2449 §4 counts only the
/// line, and that is framing's.
#[test]
fn only_the_length_of_the_line_counts() {
    let name = "n".repeat(248);
    let line = format!("USER {name}");
    assert_eq!(line.len() + 2, mailwire_pop3::MAX_COMMAND_LINE);
    let (command, _) = parse(line.as_bytes(), Quirks::NONE).unwrap();
    assert_eq!(command, Command::User(Name::new(&name).unwrap()));
}

#[test]
fn passwords_keep_every_blank() {
    for (line, password) in [
        ("PASS  x", " x"),
        ("PASS x ", "x "),
        ("PASS correct horse battery staple", "correct horse battery staple"),
        ("pass  ", " "),
    ] {
        let (command, seen) = parse(line.as_bytes(), Quirks::NONE).unwrap();
        assert_eq!(command, Command::Pass(Password::new(password).unwrap()), "{line:?}");
        assert!(seen.is_empty());
    }
}

#[test]
fn debug_shows_no_secret() {
    for line in
        ["PASS tanstaaf", "APOP mrose c4c9334bac560ecc979e58001b3e22fb", "AUTH PLAIN dGFuc3RhYWY="]
    {
        let shown = format!("{:?}", parse(line.as_bytes(), Quirks::NONE).unwrap().0);
        for secret in ["tanstaaf", "c4c9", "196", "dGFuc3RhYWY"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

/// curl's test875 and its kin: nothing that a caller builds makes two lines of one.
#[test]
fn nothing_can_be_smuggled_into_a_command() {
    for octet in ["\r", "\n", "\0", "\r\nDELE 1"] {
        let evil = format!("a{octet}b");
        assert!(Name::new(&evil).is_err());
        assert!(Password::new(evil.as_str()).is_err());
        assert!(Command::unknown(&evil, None).is_err());
        assert!(Command::unknown("XFOO", Some(&evil)).is_err());
        assert!(Xtnd::other(&evil, None).is_err());
        assert!(Xtnd::other("XMIT", Some(&evil)).is_err());
        assert!(mailwire_pop3::Word::new(&evil).is_err());
        assert!(mailwire_pop3::InitialResponse::new(&evil).is_err());
        assert!(mailwire_pop3::LanguageTag::new(&evil).is_err());
        assert!(mailwire_pop3::UniqueId::new(&evil).is_err());
        assert!(mailwire_pop3::Timestamp::new(&format!("<{evil}@x>")).is_err());
        assert!(mailwire_pop3::Reply::ok(&evil).is_err());
        assert!(mailwire_pop3::OtherCapability::new(&evil, [""; 0]).is_err());
        assert!(mailwire_pop3::OtherCapability::new("X", [&evil]).is_err());
        assert!(mailwire_pop3::Words::new([&evil]).is_err());
    }
}

#[test]
fn the_command_says_whether_the_answer_has_lines() {
    for (line, want) in [
        ("LIST", true),
        ("LIST 1", false),
        ("UIDL", true),
        ("UIDL 1", false),
        ("RETR 1", true),
        ("TOP 1 0", true),
        ("CAPA", true),
        ("AUTH", true),
        ("AUTH PLAIN", false),
        ("LANG", true),
        ("LANG *", false),
        ("XTND BBOARDS", true),
        ("STAT", false),
        ("QUIT", false),
        ("FOO", false),
    ] {
        assert_eq!(parse(line.as_bytes(), Quirks::NONE).unwrap().0.is_multi_line(), want, "{line}");
    }
    assert_eq!(MessageNumber::new(0), None);
}
