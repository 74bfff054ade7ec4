//! Capabilities as servers offer them.
use bytes::{Bytes, BytesMut};
use mailwire_smtp::{Capabilities, Capability, Extension, Params, Reply};

fn offers(wire: &str) -> Capabilities {
    Reply::parse(Bytes::copy_from_slice(wire.as_bytes())).unwrap().into()
}

#[test]
fn known_keywords_are_typed() {
    // line, type, what is written
    for (line, want, written) in [
        ("SIZE", "Size(None)", "SIZE"),
        ("size 0", "Size(Some(0))", "SIZE 0"),
        ("SIZE 36700160 ", "Size(Some(36700160))", "SIZE 36700160"),
        ("AUTH LOGIN  PLAIN", r#"Auth(["LOGIN", "PLAIN"])"#, "AUTH LOGIN PLAIN"),
        ("AUTH=LOGIN PLAIN", r#"LegacyAuth(["LOGIN", "PLAIN"])"#, "AUTH=LOGIN PLAIN"),
        ("AUTH  =LOGIN", r#"Auth(["=LOGIN"])"#, "AUTH =LOGIN"),
        ("AUTH =LOGIN", r#"Auth(["=LOGIN"])"#, "AUTH =LOGIN"),
        ("AUTH", "Auth([])", "AUTH"),
        ("PIPELINING", "Pipelining", "PIPELINING"),
        ("Chunking", "Chunking", "CHUNKING"),
        ("BINARYMIME", "BinaryMime", "BINARYMIME"),
        ("8BITMIME", "EightBitMime", "8BITMIME"),
        ("SMTPUTF8", "SmtpUtf8", "SMTPUTF8"),
        ("DSN", "Dsn", "DSN"),
        ("STARTTLS", "StartTls", "STARTTLS"),
        ("ENHANCEDSTATUSCODES", "EnhancedStatusCodes", "ENHANCEDSTATUSCODES"),
        ("DELIVERBY", "DeliverBy(None)", "DELIVERBY"),
        ("DELIVERBY 240", "DeliverBy(Some(240))", "DELIVERBY 240"),
        (
            "FUTURERELEASE 1234 2026-08-10T03:00:00Z",
            r#"FutureRelease { max_interval: 1234, max_date_time: "2026-08-10T03:00:00Z" }"#,
            "FUTURERELEASE 1234 2026-08-10T03:00:00Z",
        ),
        ("MT-PRIORITY MIXER", r#"MtPriority(["MIXER"])"#, "MT-PRIORITY MIXER"),
        ("MT-PRIORITY", "MtPriority([])", "MT-PRIORITY"),
        ("REQUIRETLS", "RequireTls", "REQUIRETLS"),
        ("RRVS", "Rrvs", "RRVS"),
        (
            "LIMITS MAILMAX=5 X-FOO rcptmax=100",
            r#"Limits(SessionLimits(["MAILMAX=5", "X-FOO", "rcptmax=100"]))"#,
            "LIMITS MAILMAX=5 X-FOO rcptmax=100",
        ),
        ("ETRN", "Etrn", "ETRN"),
        ("ATRN", "Atrn", "ATRN"),
        ("VRFY", "Vrfy", "VRFY"),
        ("EXPN", "Expn", "EXPN"),
        ("HELP", "Help", "HELP"),
        ("XCLIENT NAME ADDR", r#"XClient(["NAME", "ADDR"])"#, "XCLIENT NAME ADDR"),
        ("XFORWARD NAME", r#"XForward(["NAME"])"#, "XFORWARD NAME"),
        ("BURL imap", r#"Burl(["imap"])"#, "BURL imap"),
        // Kept, because their parameters do not fit.
        ("SIZE many", r#"Other("SIZE many")"#, "SIZE many"),
        ("SIZE +1", r#"Other("SIZE +1")"#, "SIZE +1"),
        ("SIZE 1 2", r#"Other("SIZE 1 2")"#, "SIZE 1 2"),
        (
            "SIZE 99999999999999999999",
            r#"Other("SIZE 99999999999999999999")"#,
            "SIZE 99999999999999999999",
        ),
        ("SMTPUTF8 ignore", r#"Other("SMTPUTF8 ignore")"#, "SMTPUTF8 ignore"),
        ("FUTURERELEASE", r#"Other("FUTURERELEASE")"#, "FUTURERELEASE"),
        ("AUTH \u{e9}", "Other(\"AUTH \u{e9}\")", "AUTH \u{e9}"),
        // Unknown.
        ("X-EXPS LOGIN PLAIN", r#"Other("X-EXPS LOGIN PLAIN")"#, "X-EXPS LOGIN PLAIN"),
        ("SIZE=1000", r#"Other("SIZE=1000")"#, "SIZE=1000"),
        ("STARTTLSX", r#"Other("STARTTLSX")"#, "STARTTLSX"),
        ("XENHANCEDSTATUSCODES", r#"Other("XENHANCEDSTATUSCODES")"#, "XENHANCEDSTATUSCODES"),
        ("A\r\0B", r#"Other("A  B")"#, "A  B"),
        ("", r#"Other("")"#, ""),
        ("S", r#"Other("S")"#, "S"),
        ("*** hello", r#"Other("*** hello")"#, "*** hello"),
    ] {
        let capability = Capability::parse(Bytes::copy_from_slice(line.as_bytes()));
        assert_eq!(format!("{capability:?}"), want);
        let mut out = BytesMut::new();
        capability.encode(&mut out);
        assert_eq!(out, written, "{line:?}");
        assert_eq!(Capability::parse(out.freeze()), capability, "{line:?}");
        if let Some(extension) = capability.extension() {
            let keyword = extension.keyword();
            assert_eq!(Extension::from_keyword(keyword.as_bytes()), Some(extension));
            assert!(line.to_ascii_uppercase().starts_with(keyword));
        }
    }
}

#[test]
fn other_capabilities_keep_their_words() {
    let Capability::Other(other) = Capability::parse("X-EXPS NTLM".into()) else { panic!() };
    assert_eq!((other.keyword(), other.params()), ("X-EXPS", &b"NTLM"[..]));
    for bad in ["", "-X", "X Y", "X\r\n", "X=Y", "\u{e9}"] {
        assert!(Capability::other(bad, &Params::default()).is_err(), "{bad:?}");
    }
}

#[test]
fn a_known_keyword_counts_whatever_its_parameters() {
    let offers = offers("250-mx\r\n250-SMTPUTF8 ignore\r\n250-STARTTLS=\r\n250 SIZE x\r\n");
    assert!(offers.has(Extension::SmtpUtf8) && offers.has(Extension::Size));
    assert!(!offers.has(Extension::StartTls));
    assert_eq!(offers.max_size(), None);
    assert_eq!(offers.iter().count(), 3);
}

/// What `has` denies must not be typed: the keyword ends with a blank or the line (RFC 5321 §4.1.1.1).
#[test]
fn a_keyword_that_ends_in_something_else_is_another_word() {
    let offers = offers("250-mx\r\n250-AUTH\"PLAIN\r\n250-STARTTLS;\r\n250 SIZE=\u{e9}\r\n");
    for offer in offers.iter() {
        assert!(matches!(offer, Capability::Other(_)), "{offer:?}");
        assert_eq!(offer.extension(), None);
    }
    assert_eq!(offers.auth_mechanisms().count(), 0);
}

#[test]
fn all_lines_of_auth_count() {
    let offers =
        offers("250-mx\r\n250-AUTH A B\r\n250-SIZE 0\r\n250-AUTH=B C\r\n250-X\r\n250 AUTH D\r\n");
    assert!(offers.auth_mechanisms().eq(["A", "B", "B", "C", "D"]));
    assert_eq!(offers.max_size(), None);
}

#[test]
fn limits_are_read_from_the_offer() {
    let limits = offers("250-mx\r\n250 LIMITS rcptmax=7 MAILMAX=x X=1\r\n").limits();
    assert_eq!(limits.mail_max(), None);
    assert_eq!((limits.rcpt_max(), limits.rcpt_domain_max()), (Some(7), None));
    assert_eq!(limits.params().iter().last(), Some("X=1"));
}

#[test]
fn a_reply_without_offers_offers_nothing() {
    for wire in ["250\r\n", "250 PIPELINING\r\n"] {
        let offers = offers(wire);
        assert!(!offers.has(Extension::Pipelining));
        assert_eq!(offers.iter().count(), 0);
    }
    assert_eq!(Capabilities::default().server_name(), b"");
    assert_eq!(Capabilities::default().get(Extension::Size), None);
}

#[test]
fn a_long_reply_offers_what_its_last_line_says() {
    let offers = offers(&format!("{}250 SIZE 1\r\n", "250-mx\r\n".repeat(10_000)));
    assert_eq!(offers.max_size(), Some(1));
    assert_eq!(offers.iter().last(), Some(Capability::Size(Some(1))));
}
