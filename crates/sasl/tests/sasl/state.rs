//! Misuse changes nothing, errors last, and a failed exchange never resumes.

use mailwire_sasl::{
    Error, Hash, Mechanism, OAuthError, Secret,
    server::{Exchange, Question, Step},
};

use crate::drive::{SITE, client, keys, right, server};

/// Everything that does not fit a state is misuse.
fn misuse(exchange: &mut Exchange, except: &[&str]) {
    let error = OAuthError::new("x");
    for (name, verb) in [
        (
            "start",
            &(|e: &mut Exchange| e.start(None)) as &dyn Fn(&mut Exchange) -> Result<Step, Error>,
        ),
        ("respond", &|e| e.respond(b"\0tim\0pw")),
        ("verdict", &|e| e.accept()),
        ("verdict", &|e| e.accept_as("x")),
        ("reject", &|e| e.reject()),
        ("token", &|e| e.reject_token(&error)),
        ("secret", &|e| e.supply(Some(Secret::from("x")))),
        ("scram", &|e| e.supply_scram(Some(keys(Hash::Sha256, "pencil")))),
    ] {
        if !except.contains(&name) {
            assert_eq!(verb(exchange), Err(Error::Misuse), "{name} in {exchange:?}");
        }
    }
}

#[test]
fn misuse_changes_nothing() {
    let mut plain = server(Mechanism::Plain);
    misuse(&mut plain, &["start"]);
    plain.start(None).unwrap();
    misuse(&mut plain, &["respond"]);
    plain.respond(b"\0user\0pencil").unwrap();
    misuse(&mut plain, &["verdict", "reject"]);
    assert!(matches!(plain.accept(), Ok(Step::Done(_))));
    misuse(&mut plain, &[]);
    assert_eq!(plain.cancel(), Err(Error::Misuse));

    let mut cram = server(Mechanism::CramMd5);
    cram.start(None).unwrap();
    misuse(&mut cram, &["respond"]);
    cram.respond(b"user b913a602c7eda7a495b4e6e7334d3890").unwrap();
    misuse(&mut cram, &["secret", "reject"]);
    assert_eq!(cram.supply(Some("x".into())), Ok(Step::Failed));
    misuse(&mut cram, &[]);

    let mut bearer = server(Mechanism::OAuthBearer);
    bearer.start(Some(b"n,a=user,\x01auth=Bearer x\x01\x01")).unwrap();
    misuse(&mut bearer, &["token", "verdict", "reject"]);
    bearer.reject().unwrap();
    misuse(&mut bearer, &["respond"]);
    assert_eq!(bearer.respond(b"\x01"), Ok(Step::Failed));
    misuse(&mut bearer, &[]);

    let mut scram = server(Mechanism::ScramSha1);
    let mut client = client(Mechanism::ScramSha1, &right().with_authzid("boss").unwrap());
    let step = scram.start(client.initial_response().as_deref()).unwrap();
    assert!(matches!(step, Step::Ask(Question::ScramKeys { hash: Hash::Sha1, .. })));
    misuse(&mut scram, &["reject"]); // keys for SHA-256 among them
    let Step::Challenge(challenge) = scram.supply_scram(Some(keys(Hash::Sha1, "pencil"))).unwrap()
    else {
        panic!()
    };
    misuse(&mut scram, &["respond"]);
    let step = scram.respond(&client.respond(&challenge).unwrap()).unwrap();
    let question = Question::Authorize { authcid: "user".into(), authzid: "boss".into() };
    assert_eq!(step, Step::Ask(question));
    misuse(&mut scram, &["verdict", "reject"]);
    let Step::Challenge(last) = scram.accept().unwrap() else { panic!() };
    assert!(scram.respond(&client.respond(&last).unwrap()).is_ok());
    client.finish(None).unwrap();
    assert_eq!(client.finish(None), Err(Error::Misuse));
    assert_eq!(client.respond(b""), Err(Error::Misuse));
}

/// `reject` of a lookup is "unknown user", and refusing to authorize ends it.
#[test]
fn rejections() {
    let mut cram = server(Mechanism::CramMd5);
    cram.start(None).unwrap();
    cram.respond(b"user b913a602c7eda7a495b4e6e7334d3890").unwrap();
    assert_eq!(cram.reject(), Ok(Step::Failed));

    let mut scram = server(Mechanism::ScramSha256);
    scram.start(Some(b"n,,n=user,r=abc")).unwrap();
    assert!(matches!(scram.reject(), Ok(Step::Challenge(_))));
}

#[test]
fn errors_last() {
    let mut exchange = server(Mechanism::Plain);
    let error = exchange.start(Some(b"tim\0pw")).unwrap_err();
    for again in [
        exchange.start(Some(b"\0user\0pencil")),
        exchange.respond(b"\0user\0pencil"),
        exchange.accept(),
        exchange.reject(),
        exchange.supply(None),
        exchange.supply_scram(None),
        exchange.reject_token(&OAuthError::new("x")),
    ] {
        assert_eq!(again, Err(error.clone()));
    }
    assert_eq!(exchange.cancel(), Err(error));

    let mut client = client(Mechanism::Plain, &right());
    assert_eq!(client.respond(b"x"), Err(Error::Unexpected));
    assert_eq!(client.initial_response(), None);
    assert_eq!(client.respond(b""), Err(Error::Unexpected));
    assert_eq!(client.finish(None), Err(Error::Unexpected));
}

#[test]
fn cancel() {
    for mechanism in Mechanism::ALL {
        let mut exchange = server(mechanism);
        exchange.start(None).unwrap();
        exchange.cancel().unwrap();
        assert_eq!(exchange.respond(b""), Err(Error::Cancelled), "{mechanism}");
    }
}

/// Success before the exchange was through is a lie.
#[test]
fn premature_success() {
    for mechanism in Mechanism::ALL {
        let mut exchange = client(mechanism, &right());
        assert_eq!(exchange.finish(None), Err(Error::Premature), "{mechanism}");
        let mut exchange = client(mechanism, &right());
        exchange.initial_response();
        let through = !mechanism.server_first() && !mechanism.needs_nonce();
        assert_eq!(exchange.finish(None).is_ok(), through, "{mechanism}");
    }
    let mut plain = client(Mechanism::Plain, &right());
    plain.initial_response();
    assert_eq!(plain.finish(Some(b"surplus")), Err(Error::Unexpected));
}

#[test]
fn nothing_shows_a_secret() {
    let credentials = right();
    for mechanism in Mechanism::ALL {
        let mut client = client(mechanism, &credentials);
        let mut server = server(mechanism);
        let mut seen = format!("{credentials:?} {client:?} {server:?}");
        let mut step = server.start(client.initial_response().as_deref());
        loop {
            seen += &format!("{client:?} {server:?} {step:?}");
            match step.and_then(|step| SITE.decide(&mut server, step)) {
                Ok(Step::Challenge(challenge)) => {
                    let response = client.respond(&challenge).unwrap();
                    seen += &format!("{client:?} {server:?}");
                    step = server.respond(&response);
                }
                _ => break,
            }
        }
        let as_octets =
            |text: &str| format!("{:?}", text.as_bytes()).trim_matches(['[', ']']).to_string();
        for secret in [SITE.password, SITE.token, "per-site secret"] {
            assert!(!seen.contains(secret), "{mechanism}: {seen}");
            assert!(!seen.contains(&as_octets(secret)), "{mechanism}: {seen}");
        }
    }
    let keys = keys(Hash::Sha1, "pencil");
    assert!(format!("{keys:?}").contains("stored_key: Secret(..), server_key: Secret(..)"));
}
