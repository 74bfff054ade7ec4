//! Status lines, response codes, capabilities and listings, as servers write them.
use bytes::{Bytes, BytesMut};
use mailwire_pop3::{
    AuthLine, Capabilities, Capability, Digest, DropListing, Expiry, LanguageListing, Quirk,
    Quirks, Reply, ResponseCode, ScanListing, Status, Timestamp, UniqueIdListing, Words,
};

fn reply(line: &'static str) -> Reply {
    Reply::parse(line.into(), true, Quirks::NONE).unwrap_or_else(|e| panic!("{line:?}: {e}")).0
}

#[test]
fn status_lines_with_and_without_text() {
    for (line, status, code, text) in [
        ("+OK", Status::Ok, None, ""),
        ("+OK ", Status::Ok, None, ""),
        ("-ERR", Status::Err, None, ""),
        ("+OK 2 320", Status::Ok, None, "2 320"),
        ("-ERR no such message", Status::Err, None, "no such message"),
        ("-ERR [IN-USE] Busy", Status::Err, Some(ResponseCode::InUse), "Busy"),
        ("-ERR [in-use]Busy", Status::Err, Some(ResponseCode::InUse), "Busy"),
        ("-ERR [LOGIN-DELAY]", Status::Err, Some(ResponseCode::LoginDelay), ""),
        ("-ERR [SYS/TEMP] x", Status::Err, Some(ResponseCode::SysTemp), "x"),
        ("-ERR [sys/perm/disk] x", Status::Err, Some(ResponseCode::SysPerm), "x"),
        ("-ERR [AUTH] x", Status::Err, Some(ResponseCode::Auth), "x"),
        ("-ERR [AUTH/EXPIRED] x", Status::Err, Some(ResponseCode::Auth), "x"),
        ("-ERR [UTF8] x", Status::Err, Some(ResponseCode::Utf8), "x"),
        ("-ERR [IN-USE", Status::Err, None, "[IN-USE"),
        ("-ERR [] x", Status::Err, None, "[] x"),
        ("-ERR [two words] x", Status::Err, None, "[two words] x"),
        ("-ERR [a//b] x", Status::Err, None, "[a//b] x"),
        ("-ERR x [AUTH]", Status::Err, None, "x [AUTH]"),
    ] {
        let reply = reply(line);
        assert_eq!((reply.status(), reply.code()), (status, code), "{line:?}");
        assert_eq!(reply.text(), text, "{line:?}");
    }
    for (line, code) in
        [("-ERR [SYS] x", "SYS"), ("-ERR [SYS/FOO] x", "SYS/FOO"), ("-ERR [X]", "X")]
    {
        let Some(ResponseCode::Other(other)) = reply(line).code() else { panic!("{line:?}") };
        assert_eq!((other.as_str(), reply(line).code_text()), (code, Some(code)));
    }
    assert_eq!(reply("-ERR [SYS/TEMP/DISK] x").code_text(), Some("SYS/TEMP/DISK"));
}

#[test]
fn without_resp_codes_a_bracket_is_text() {
    let line = Bytes::from("-ERR [AUTH] bad password");
    let (reply, _) = Reply::parse(line, false, Quirks::NONE).unwrap();
    assert_eq!((reply.code(), reply.text().as_ref()), (None, "[AUTH] bad password"));
    assert_eq!(reply.to_wire(), "-ERR [AUTH] bad password\r\n");
    assert_eq!(Reply::AUTH_FAILED.without_code().to_wire(), "-ERR Authentication failed\r\n");
    assert_eq!(Reply::AUTH_FAILED.code(), Some(ResponseCode::Auth));
}

#[test]
fn odd_status_lines_are_tolerated_if_they_may_and_reported() {
    for (line, status, text, quirk) in [
        ("+ERR no such user", Status::Err, "no such user", Quirk::PlusErr),
        ("+err", Status::Err, "", Quirk::PlusErr),
        ("+ok go", Status::Ok, "go", Quirk::LowerCaseStatus),
        ("-Err", Status::Err, "", Quirk::LowerCaseStatus),
        ("+OK, go", Status::Ok, ", go", Quirk::NoBlankAfterStatus),
        ("-ERR: no", Status::Err, ": no", Quirk::NoBlankAfterStatus),
        ("+OK\tgo", Status::Ok, "\tgo", Quirk::NoBlankAfterStatus),
    ] {
        let (reply, seen) = Reply::parse(line.into(), true, Quirks::ALL).unwrap();
        assert_eq!((reply.status(), reply.text().as_ref()), (status, text), "{line:?}");
        assert_eq!(seen, Quirks::NONE.with(quirk), "{line:?}");
        assert!(Reply::parse(line.into(), true, Quirks::ALL.without(quirk)).is_err(), "{line:?}");
    }
    for line in ["", "+", "-", "+O", "OK", " +OK", "220 smtp", "-OK", "* OK", "+ OK XTND", "ERR"] {
        assert!(Reply::parse(line.into(), true, Quirks::ALL).is_err(), "{line:?}");
    }
    for line in [&b"+OK a\rb"[..], b"+OK a\0b", b"-ERR a\nb"] {
        assert!(Reply::parse(line.into(), true, Quirks::ALL).is_err());
    }
}

/// A text in Latin-1 is shown as well as can be, and kept.
#[test]
fn text_may_hold_any_octets() {
    let (reply, _) = Reply::parse((&b"-ERR caf\xe9"[..]).into(), true, Quirks::NONE).unwrap();
    assert_eq!((reply.text().as_ref(), &reply.raw_text()[..]), ("caf\u{fffd}", &b"caf\xe9"[..]));
    assert_eq!(reply.to_wire(), &b"-ERR caf\xe9\r\n"[..]);
    assert_eq!(reply.detach(), reply);
}

#[test]
fn replies_are_checked_when_built() {
    assert!(Reply::ok("x".repeat(506)).is_ok() && Reply::ok("x".repeat(507)).is_err());
    assert_eq!(Reply::err("x".repeat(505)).unwrap().to_wire().len(), 512);
    assert!(Reply::err("x".repeat(506)).is_err());
    let code = ResponseCode::new(&"c".repeat(505)).unwrap();
    assert!(Reply::with_code(Status::Err, &code, "").is_err());
    assert_eq!(
        Reply::with_code(Status::Ok, &ResponseCode::Utf8, "").unwrap().to_wire(),
        "+OK [UTF8]\r\n"
    );
    assert!(ResponseCode::new("a/").is_err() && ResponseCode::new("").is_err());
}

#[test]
fn lines_of_an_exchange() {
    let parse = |line: &'static str| AuthLine::parse(line.into(), true, Quirks::NONE);
    assert_eq!(parse("+ ").unwrap().0, AuthLine::Challenge(Bytes::new()));
    assert_eq!(parse("+").unwrap().0, AuthLine::Challenge(Bytes::new()));
    assert_eq!(parse("+ YQ==").unwrap().0, AuthLine::Challenge("YQ==".into()));
    // Exchange 2003: what it means is the client's to know.
    assert_eq!(parse("+OK").unwrap().0, AuthLine::Reply(Reply::ok("").unwrap()));
    assert!(matches!(parse("-ERR [AUTH] no").unwrap().0, AuthLine::Reply(r) if !r.is_ok()));
    assert!(parse("++").is_err());
}

/// RFC 2449 §5, RFC 5034 §6, RFC 6856, and what Google, Comcast and Dovecot have.
#[test]
fn capabilities_are_typed() {
    let words = |text: &str| Words::new(text.split(' ')).unwrap();
    for (line, want) in [
        ("TOP", Capability::Top),
        ("user", Capability::User),
        ("SASL CRAM-MD5 KERBEROS_V4", Capability::Sasl(words("CRAM-MD5 KERBEROS_V4"))),
        ("SASL", Capability::Sasl(Words::default())),
        ("RESP-CODES", Capability::RespCodes),
        ("AUTH-RESP-CODE", Capability::AuthRespCode),
        ("LOGIN-DELAY 900", Capability::LoginDelay { seconds: 900, per_user: false }),
        ("LOGIN-DELAY 300 USER", Capability::LoginDelay { seconds: 300, per_user: true }),
        ("PIPELINING", Capability::Pipelining),
        ("EXPIRE 60", Capability::Expire { after: Expiry::Days(60), per_user: false }),
        ("EXPIRE 5 USER", Capability::Expire { after: Expiry::Days(5), per_user: true }),
        ("EXPIRE NEVER", Capability::Expire { after: Expiry::Never, per_user: false }),
        ("EXPIRE 0", Capability::Expire { after: Expiry::Days(0), per_user: false }),
        ("UIDL", Capability::Uidl),
        (
            "IMPLEMENTATION BlurdyBlurp POP3 server",
            Capability::Implementation(words("BlurdyBlurp POP3 server")),
        ),
        ("STLS", Capability::Stls),
        ("UTF8", Capability::Utf8 { user: false }),
        ("UTF8 USER", Capability::Utf8 { user: true }),
        ("LANG", Capability::Lang),
    ] {
        let capability = Capability::parse(line.into());
        assert_eq!(capability, want, "{line:?}");
        assert_eq!(capability.to_string(), line.replace("user", "USER"));
        let mut wire = BytesMut::new();
        capability.encode(&mut wire);
        assert_eq!(wire, format!("{capability}\r\n").as_bytes());
        assert_eq!(Capability::parse(line.to_lowercase().into()).tag(), capability.tag());
        assert_eq!(capability.detach(), capability);
    }
    // Blanks at the end, and more of them between.
    assert_eq!(Capability::parse("STLS ".into()), Capability::Stls);
    assert_eq!(
        Capability::parse("SASL  PLAIN   LOGIN ".into()),
        Capability::Sasl(words("PLAIN LOGIN"))
    );
}

#[test]
fn other_capabilities_are_kept_as_they_are() {
    for line in [
        &b"X-GOOGLE-RICO"[..],
        b"XTND XMIT",
        b"LOGIN-DELAY soon",
        b"LOGIN-DELAY 4294967296",
        b"LOGIN-DELAY",
        b"EXPIRE",
        b"EXPIRE 5 YEARS",
        b"UTF8 PASS",
        b"UTF8 USER USER",
        b"TOP 1",
        b"IMPLEMENTATION",
        b"SASL PL\xc3\xa4IN",
        b"",
        b".x",
        b"\xff",
    ] {
        let Capability::Other(other) = Capability::parse(Bytes::copy_from_slice(line)) else {
            panic!("{line:?} is known");
        };
        assert_eq!(other.as_bytes(), line);
    }
    let offers: Capabilities =
        ["TOP 1", "X-Foo a"].map(|l| Capability::parse(l.into())).into_iter().collect();
    assert!(offers.has("TOP") && offers.has("x-foo") && !offers.has("x"));
    assert_eq!((offers.len(), offers.login_delay(), offers.expire()), (2, None, None));
}

#[test]
fn drop_listings() {
    for (text, want) in [
        ("2 320", "2 320"),
        ("0 0", "0 0"),
        ("13 53370", "13 53370"),
        ("2308 116385719", "2308 116385719"),
        ("4294967295 18446744073709551615", "4294967295 18446744073709551615"),
        ("2 320 octets", "2 320 {ExtraText}"),
        ("2   320", "2 320 {ExtraBlank}"),
        (" 2 320 ", "2 320 {LeadingBlank, TrailingBlank}"),
        ("20 Messages", "bad number at byte 3"),
        ("seven 1800662", "bad number at byte 0"),
        ("7", "missing argument at byte 1"),
        ("", "missing argument at byte 0"),
        ("4294967296 1", "bad number at byte 0"),
        ("-1 5", "bad number at byte 0"),
        ("1 +5", "bad number at byte 2"),
        ("01 5", "bad number at byte 0"),
        ("1 18446744073709551616", "bad number at byte 2"),
    ] {
        let got = match DropListing::parse(text.as_bytes(), Quirks::ALL) {
            Ok((drop, seen)) => {
                let seen = if seen.is_empty() { String::new() } else { format!(" {seen:?}") };
                format!("{} {}{seen}", drop.count, drop.octets)
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(got, want, "{text:?}");
    }
}

#[test]
fn scan_and_unique_id_listings() {
    for (line, want) in [
        ("1 120", "1 120"),
        ("1 120 1004", "1 120 {ExtraText}"),
        ("2 200 octets", "2 200 {ExtraText}"),
        ("3  200", "3 200 {ExtraBlank}"),
        ("0 5", "bad number at byte 0"),
        ("01 5", "bad number at byte 0"),
        ("7", "missing argument at byte 1"),
        ("7 ten-twenty-four", "bad number at byte 2"),
        ("1 120octets", "bad number at byte 5"),
    ] {
        let got = match ScanListing::parse(line.as_bytes(), Quirks::ALL) {
            Ok((scan, seen)) => {
                let seen = if seen.is_empty() { String::new() } else { format!(" {seen:?}") };
                format!("{} {}{seen}", scan.number, scan.octets)
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(got, want, "{line:?}");
    }
    let long = "x".repeat(71);
    for (line, want) in [
        ("1 whqtswO00WBw418f9t5JxYwZ", "1 whqtswO00WBw418f9t5JxYwZ"),
        ("2 QhdPYR:00WBw1Ph7x7", "2 QhdPYR:00WBw1Ph7x7"),
        ("1   three-blanks", "1 three-blanks {ExtraBlank}"),
        ("1 id and more", "1 id {ExtraText}"),
        ("1 id ", "1 id {TrailingBlank}"),
        (&format!("1 {long}"), &format!("1 {long} {{LongUniqueId}}")),
        ("1", "missing argument at byte 1"),
        ("1 ", "missing argument at byte 2"),
        ("1 caf\u{e9}", "bad unique-id at byte 5"),
        ("1 a\u{7f}", "bad unique-id at byte 3"),
        ("x 1", "bad number at byte 0"),
    ] {
        let line = Bytes::copy_from_slice(line.as_bytes());
        let got = match UniqueIdListing::parse(line.clone(), Quirks::ALL) {
            Ok((listing, seen)) => {
                let seen = if seen.is_empty() { String::new() } else { format!(" {seen:?}") };
                format!("{} {}{seen}", listing.number, listing.id)
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(got, want, "{line:?}");
    }
}

/// RFC 6856 §3.3.
#[test]
fn language_listings() {
    for (line, tag, description) in [
        ("en English", "en", "English"),
        ("en-boont English Boontling dialect", "en-boont", "English Boontling dialect"),
        ("es Idioma cambiado", "es", "Idioma cambiado"),
        ("sv", "sv", ""),
    ] {
        let listing = LanguageListing::parse(line.into()).unwrap();
        assert_eq!((listing.tag().as_str(), listing.description().as_ref()), (tag, description));
        let mut wire = BytesMut::new();
        listing.encode(&mut wire);
        assert_eq!(wire, line);
    }
    for line in ["", " en", "*", "e\u{e9} x"] {
        assert!(LanguageListing::parse(line.into()).is_err(), "{line:?}");
    }
}

/// RFC 1939 §7, and RFC 1321's idea of an empty secret.
#[test]
fn apop_digests() {
    let timestamp = Timestamp::new("<1896.697170952@dbc.mtview.ca.us>").unwrap();
    let digest = Digest::compute(&timestamp, b"tanstaaf");
    assert_eq!(digest.to_string(), "c4c9334bac560ecc979e58001b3e22fb");
    assert_ne!(digest, Digest::compute(&timestamp, b"tanstaag"));
    for wrong in
        ["", "c4c9", "C4C9334BAC560ECC979E58001B3E22FB", "c4c9334bac560ecc979e58001b3e22f "]
    {
        assert!(wrong.parse::<Digest>().is_err(), "{wrong:?}");
    }
}

#[test]
fn timestamps_stand_anywhere_and_are_one_msg_id() {
    for (greeting, want) in [
        (
            "POP3 server ready <1896.697170952@dbc.mtview.ca.us>",
            Some("<1896.697170952@dbc.mtview.ca.us>"),
        ),
        ("<a@b> first", Some("<a@b>")),
        ("x<a@b>y", Some("<a@b>")),
        (
            "Dovecot ready. <3f4e.3.5d1f8c5d.P4fVpA==@host_1>",
            Some("<3f4e.3.5d1f8c5d.P4fVpA==@host_1>"),
        ),
        ("<a@[127.0.0.1]>", Some("<a@[127.0.0.1]>")),
        ("a <<a@b>", Some("<a@b>")),
        ("no < here > but <a@b>", Some("<a@b>")),
        ("two <a@b> <c@d>", None),
        ("twice <a@b> <a@b>", None),
        ("<a>", None),
        ("<@b>", None),
        ("<a@>", None),
        ("<a@b@c>", None),
        ("<a b@c>", None),
        ("<a.@c>", None),
        ("<.a@c>", None),
        ("<a@b", None),
        ("a@b>", None),
        ("<>", None),
        ("", None),
        ("<caf\u{e9}@host>", None),
        ("<a\t@host>", None),
    ] {
        let found = Timestamp::find(greeting.as_bytes());
        assert_eq!(found.as_ref().map(Timestamp::as_str), want, "{greeting:?}");
    }
}

/// CVE-2007-1558: the msg-ids of the attack hold octets above ASCII, NULs and blanks, as only such
/// collide under MD5.
#[test]
fn the_timestamps_of_the_attack_on_apop_are_none() {
    let collision: &[u8] = &[
        b'<', 0xd1, 0x31, 0xdd, 0x02, 0xc5, 0xe6, 0xee, 0xc4, 0x69, 0x3d, 0x9a, 0x06, b'@', b'x',
        b'>',
    ];
    assert_eq!(Timestamp::find(collision), None);
    for octet in (0..=0x20).chain(0x7f..=0xff) {
        assert_eq!(Timestamp::find(&[b'<', b'a', octet, b'@', b'x', b'>']), None, "{octet:#x}");
    }
}
