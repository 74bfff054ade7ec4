//! `PLAIN`, `LOGIN`, `CRAM-MD5`, `EXTERNAL`, `ANONYMOUS`, and what is true of all mechanisms.

use mailwire_sasl::{
    ChannelBinding, Credentials, Error, Fault, Mechanism, PrepError, client,
    server::{Config, Exchange, Question, Step},
};

use crate::drive::{SITE, client, credentials, right, run, server};

/// What the server asks after this message, or the error.
fn first(mechanism: Mechanism, message: &[u8]) -> Result<Question, String> {
    match server(mechanism).start(Some(message)) {
        Ok(Step::Ask(question)) => Ok(question),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn right_secret_succeeds() {
    for mechanism in Mechanism::ALL {
        for initial in [true, false] {
            let outcome = run(mechanism, &right(), initial);
            assert!(outcome.is_success(), "{mechanism} {initial}: {outcome:?}");
        }
    }
}

#[test]
fn wrong_secret_and_unknown_user_fail_alike() {
    for mechanism in Mechanism::ALL {
        if matches!(mechanism, Mechanism::External | Mechanism::Anonymous) {
            continue;
        }
        let wrong = run(mechanism, &credentials(SITE.user, "Pencil", "x"), true);
        let unknown = run(mechanism, &credentials("nobody", SITE.password, SITE.token), true);
        assert_eq!(wrong.server, Ok(None), "{mechanism}");
        assert_eq!(wrong, unknown, "{mechanism}");
    }
}

/// Acting as somebody else, where the mechanism carries it.
#[test]
fn authorization_identity() {
    for mechanism in Mechanism::ALL {
        for (authzid, want) in [("boss", Some("boss")), ("user", Some("user")), ("eve", None)] {
            let credentials = right().with_authzid(authzid).unwrap();
            if matches!(mechanism, Mechanism::Login | Mechanism::CramMd5) {
                assert!(!credentials.support(mechanism));
                continue;
            }
            let outcome = run(mechanism, &credentials, true);
            match mechanism {
                Mechanism::Anonymous => assert!(outcome.is_success()),
                Mechanism::XOAuth2 | Mechanism::OAuthBearer => {
                    assert_eq!(outcome.is_success(), authzid == "user", "{mechanism} {authzid}");
                }
                _ => {
                    assert_eq!(outcome.server, Ok(want.map(String::from)), "{mechanism} {authzid}");
                }
            }
        }
    }
}

/// A server-first mechanism takes no initial response (RFC 4954 §4), but LOGIN's user name.
#[test]
fn initial_response() {
    let error = server(Mechanism::CramMd5).start(Some(b"")).unwrap_err();
    assert_eq!((error.fault(), error), (Fault::Syntax, Error::InitialResponse));
    for mechanism in Mechanism::ALL {
        assert_eq!(
            client(mechanism, &right()).initial_response().is_none(),
            mechanism.server_first(),
            "{mechanism}"
        );
        if !mechanism.server_first() {
            assert_eq!(
                server(mechanism).start(None).unwrap(),
                Step::Challenge(vec![]),
                "{mechanism}"
            );
        }
    }
}

/// An initial response that could not be sent follows an empty challenge, once.
#[test]
fn late_initial_response() {
    for mechanism in Mechanism::ALL.into_iter().filter(|m| !m.server_first()) {
        for looked_at in [true, false] {
            let mut exchange = client(mechanism, &right());
            let first = client(mechanism, &right()).initial_response().unwrap();
            if looked_at {
                assert_eq!(exchange.initial_response().unwrap(), first);
            }
            assert_eq!(exchange.respond(b"").unwrap(), first, "{mechanism}");
            assert_eq!(exchange.initial_response(), None, "{mechanism}");
        }
        let error = client(mechanism, &right()).respond(b"not empty").unwrap_err();
        assert_eq!(error, Error::Unexpected, "{mechanism}");
    }
    for mechanism in [Mechanism::Plain, Mechanism::External, Mechanism::Anonymous] {
        let mut exchange = client(mechanism, &right());
        exchange.respond(b"").unwrap();
        assert_eq!(exchange.respond(b""), Err(Error::Unexpected), "{mechanism}");
    }
}

#[test]
fn plain_messages() {
    let ask = |authzid: &str, authcid: &str, password: &str| {
        let (authzid, authcid) = (authzid.into(), authcid.into());
        Ok(Question::Password { authzid, authcid, password: password.into() })
    };
    let err = |text: &str| Err(text.to_string());
    let long = "x".repeat(255);
    for (message, want) in [
        ("\0tim\0pw", ask("", "tim", "pw")),
        ("z\0tim\0pw", ask("z", "tim", "pw")),
        ("\0tim doe\0p w", ask("", "tim doe", "p w")),
        (&format!("{long}\0{long}\0{long}"), ask(&long, &long, &long)),
        ("", err("missing field at byte 0")),
        ("tim", err("missing field at byte 3")),
        ("tim\0pw", err("missing field at byte 6")),
        ("\0tim\0pw\0", err("too many fields at byte 7")),
        ("\0tim\0p\0w", err("too many fields at byte 6")),
        ("\0\0pw", err("empty field at byte 1")),
        ("\0tim\0", err("empty field at byte 5")),
        ("\0\0", err("empty field at byte 1")),
        ("\0I\u{ad}X\0\u{2168}", ask("", "IX", "IX")), // RFC 4616 §2: prepared as queries
        ("\u{2168}\0tim\0\u{1f600}", ask("IX", "tim", "\u{1f600}")),
        ("\0\u{ad}\0pw", err("SASLprep: empty string")),
        ("\u{ad}\0tim\0pw", err("SASLprep: empty string")),
        ("\0tim\0\u{7}", err("SASLprep: prohibited character")),
    ] {
        assert_eq!(first(Mechanism::Plain, message.as_bytes()), want, "{message:?}");
    }
    for message in [&b"\0t\xffm\0pw"[..], b"\xff\0tim\0pw", b"\0tim\0\xff", b"\0tim\0\xed\xa0\x80"]
    {
        let error = first(Mechanism::Plain, message).unwrap_err();
        assert!(error.starts_with("bad UTF-8"), "{error}");
    }
}

/// A site whose passwords were hashed without preparation.
#[test]
fn without_saslprep() {
    let config = Config::default().without_saslprep();
    let mut server = Exchange::new(Mechanism::Plain, config).unwrap();
    let step = server.start(Some("\u{ad}\0I\u{ad}X\0\u{7}".as_bytes())).unwrap();
    let want = Question::Password {
        authzid: "\u{ad}".into(),
        authcid: "I\u{ad}X".into(),
        password: "\u{7}".into(),
    };
    assert_eq!(step, Step::Ask(want));
}

/// The client of PLAIN sends what the user typed; authorization identities it prepares (RFC 4954 §4).
#[test]
fn plain_client() {
    let ix =
        Credentials::password("\u{2168}", "I\u{ad}X").unwrap().with_authzid("\u{2168}").unwrap();
    let sent = client(Mechanism::Plain, &ix).initial_response().unwrap();
    assert_eq!(sent, "IX\0\u{2168}\0I\u{ad}X".as_bytes());
}

#[test]
fn login_counts_prompts() {
    for prompts in
        [["Username:", "Password:"], ["", ""], ["Password:", "Username:"], ["\u{fc}", "334"]]
    {
        let mut exchange = client(Mechanism::Login, &right());
        assert_eq!(exchange.respond(prompts[0].as_bytes()).unwrap(), b"user");
        assert_eq!(exchange.finish(None), Err(Error::Premature));

        let mut exchange = client(Mechanism::Login, &right());
        assert_eq!(exchange.respond(prompts[0].as_bytes()).unwrap(), b"user");
        assert_eq!(exchange.respond(prompts[1].as_bytes()).unwrap(), b"pencil");
        assert_eq!(exchange.respond(b"again"), Err(Error::Unexpected));
    }
}

#[test]
fn login_server() {
    let question = Step::Ask(Question::Password {
        authzid: String::new(),
        authcid: "user".into(),
        password: "pencil".into(),
    });
    let mut prompted = server(Mechanism::Login);
    assert_eq!(prompted.start(None).unwrap(), Step::Challenge(b"Username:".into()));
    assert_eq!(prompted.respond(b"user").unwrap(), Step::Challenge(b"Password:".into()));
    assert_eq!(prompted.respond(b"pencil").unwrap(), question);
    assert!(matches!(prompted.accept().unwrap(), Step::Done(_)));

    let mut initial = server(Mechanism::Login);
    assert_eq!(initial.start(Some(b"user")).unwrap(), Step::Challenge(b"Password:".into()));
    assert_eq!(initial.respond(b"pencil").unwrap(), question);
    assert_eq!(initial.reject().unwrap(), Step::Failed);

    for user in [&b""[..], b"\0", b"a\nb", b"\xff"] {
        assert!(server(Mechanism::Login).start(Some(user)).is_err(), "{user:?}");
    }
    for password in [&b""[..], b"a\0b", b"\xff"] {
        let mut exchange = server(Mechanism::Login);
        exchange.start(Some(b"user")).unwrap();
        assert!(exchange.respond(password).is_err(), "{password:?}");
    }
}

#[test]
fn cram_md5() {
    let spaced = credentials("user of  mine ", "pencil", "x");
    let mut client = client(Mechanism::CramMd5, &spaced);
    let mut exchange = server(Mechanism::CramMd5);
    let Step::Challenge(challenge) = exchange.start(None).unwrap() else { panic!() };
    assert_eq!(challenge, b"<3rfcNHYJY1ZVvWVs7j@mx.example>");
    let response = client.respond(&challenge).unwrap();
    let question = Question::Secret { authcid: "user of  mine ".into() };
    assert_eq!(exchange.respond(&response).unwrap(), Step::Ask(question));
    assert!(matches!(exchange.supply(Some("pencil".into())).unwrap(), Step::Done(_)));

    // the keyed digest of an empty secret, which the dummy has: no way in
    let mut exchange = server(Mechanism::CramMd5);
    exchange.start(None).unwrap();
    let empty = "user 929c1d2ae43731121ee2f610f61a8c01";
    exchange.respond(empty.as_bytes()).unwrap();
    assert_eq!(exchange.supply(None).unwrap(), Step::Failed);

    let upper = response.to_ascii_uppercase();
    let mut exchange = server(Mechanism::CramMd5);
    exchange.start(None).unwrap();
    assert!(exchange.respond(&upper).unwrap_err().to_string().starts_with("bad digest"));

    let mut silent = crate::drive::client(Mechanism::CramMd5, &right());
    assert!(silent.respond(b"").is_err());
    for (nonce, host) in [("", "mx"), ("a", ""), ("a,b", "mx"), ("a", "m x"), ("a>", "mx")] {
        let config = Config::new(nonce).with_hostname(host);
        let error = Exchange::new(Mechanism::CramMd5, config).unwrap_err();
        assert_eq!(error.fault(), Fault::Caller, "{nonce:?} {host:?}");
    }
}

#[test]
fn external() {
    for (message, want) in [
        ("", Ok("")),
        ("fred", Ok("fred")),
        ("\u{2168}", Ok("IX")),
        ("fr\0ed", Err("character not allowed at byte 2")),
        ("\u{ad}", Err("SASLprep: empty string")),
    ] {
        let got = first(Mechanism::External, message.as_bytes());
        let want = want.map(|z| Question::External { authzid: z.into() }).map_err(String::from);
        assert_eq!(got, want, "{message:?}");
    }
    assert!(first(Mechanism::External, b"\xff").is_err());
}

#[test]
fn anonymous() {
    let token = "\u{1f600}".repeat(255);
    let too_long = "x".repeat(256);
    for (trace, sound) in [
        ("", true),
        ("sirhc", true),
        ("two words, too", true),
        ("sirhc@example.org", true),
        ("si.r+hc@[192.0.2.1]", true),
        ("\"s@h\"@example.org", true),
        (&token, true),
        (&too_long, false),
        (&format!("{token}x"), false),
        ("@", false),
        ("sirhc@", false),
        ("@example.org", false),
        ("a@b@c", false),
        ("two words@example.org", false),
        ("sirhc@exam ple.org", false),
        ("a..b@c", false),
        ("tab\there", false),
        ("del\u{7f}", false),
        ("nel\u{85}", false),
        ("\u{e000}", false),
        ("\u{627}1", false),
    ] {
        let got = first(Mechanism::Anonymous, trace.as_bytes());
        let want = Question::Anonymous { trace: trace.into() };
        assert_eq!(got.is_ok_and(|got| got == want), sound, "{trace:?}");
        assert_eq!(Credentials::anonymous(trace).is_ok(), sound, "{trace:?}");
    }
    assert!(first(Mechanism::Anonymous, b"\xff").is_err());
}

#[test]
fn checked_credentials() {
    let plain = || Credentials::password("tim", "pw").unwrap();
    for bad in ["", "\0", "a\0b", "a\x01b", "a\rb", "a\nb", "\x7f"] {
        assert!(Credentials::password(bad, "pw").is_err(), "{bad:?}");
        assert!(plain().with_authzid(bad).is_err(), "{bad:?}");
        assert!(Credentials::bearer("tim", bad).is_err(), "{bad:?}");
        assert!(plain().with_endpoint(bad, 25).is_err(), "{bad:?}");
    }
    assert!(plain().with_endpoint("mx", 0).is_err());
    assert!(Credentials::password("tim", "").is_err());
    assert!(Credentials::password("tim", "a\0b").is_err());
    assert!(Credentials::password("tim", vec![0xff]).is_err());
    assert!(Credentials::bearer("tim", "a b").is_err());
    assert!(Credentials::bearer("tim", "\u{e9}").is_err());

    let none = &ChannelBinding::None;
    for mechanism in Mechanism::ALL {
        let got = client::Exchange::new(mechanism, &Credentials::default(), "abc", none);
        assert_eq!(got.unwrap_err().fault(), Fault::Caller, "{mechanism}");
    }
}

/// SCRAM prepares the name as a query and the password as a stored string (RFC 5802 §2.2, §5.1).
#[test]
fn scram_preparation() {
    let new = |user: &str, password: &str| {
        let credentials = Credentials::password(user, password).unwrap();
        client::Exchange::new(Mechanism::ScramSha256, &credentials, "abc", &ChannelBinding::None)
            .map(|mut exchange| String::from_utf8(exchange.initial_response().unwrap()).unwrap())
    };
    assert_eq!(new("\u{2168}", "x").unwrap(), "n,,n=IX,r=abc");
    assert_eq!(new("\u{1f600}", "x").unwrap(), "n,,n=\u{1f600},r=abc");
    assert_eq!(new("x", "\u{1f600}"), Err(Error::Prep(PrepError::Unassigned)));
    assert_eq!(new("x", "\u{7}"), Err(Error::Prep(PrepError::Prohibited)));
    assert_eq!(new("x", "\u{ad}"), Err(Error::Prep(PrepError::Empty)));
    assert_eq!(new("\u{627}1", "x"), Err(Error::Prep(PrepError::Bidi)));

    // "pencil" in two spellings
    for mechanism in [Mechanism::ScramSha1, Mechanism::ScramSha256Plus, Mechanism::Plain] {
        let fancy = credentials("\u{ff55}se\u{ad}r", "p\u{ad}\u{ff45}ncil", "x");
        assert!(run(mechanism, &fancy, true).is_success(), "{mechanism}");
    }
}
