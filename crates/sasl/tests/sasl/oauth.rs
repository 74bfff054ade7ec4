use mailwire_sasl::{
    Credentials, Error, Mechanism, OAuthError,
    server::{Question, Step},
};

use crate::drive::{client, right, server};

/// user, token, host, port
type Parts = (String, String, Option<String>, Option<u16>);

fn parse(mechanism: Mechanism, message: &str) -> Result<Parts, String> {
    match server(mechanism).start(Some(message.as_bytes())) {
        Ok(Step::Ask(Question::Token { authzid, token, host, port, .. })) => {
            Ok((authzid, token.as_str().unwrap().into(), host, port.map(u16::from)))
        }
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn oauthbearer_messages() {
    let ok = |user: &str, token: &str| Ok((user.to_string(), token.to_string(), None, None));
    let err = |text: &str| Err(text.to_string());
    for (message, want) in [
        ("n,a=u,\x01auth=Bearer t\x01\x01", ok("u", "t")),
        ("y,,\x01auth=Bearer t\x01\x01", ok("", "t")),
        ("n,a=u=2Cv=3Dw,\x01auth=Bearer t\x01\x01", ok("u,v=w", "t")),
        ("n,a=u,\x01auth=BeArEr t\x01\x01", ok("u", "t")),
        ("n,a=u,\x01auth=Bearer   t\x01\x01", ok("u", "t")),
        ("n,a=u,\x01x=y\x01auth=Bearer t\x01qs=\x01\x01", ok("u", "t")), // unknown, reserved
        ("n,a=u,\x01auth=\x01\x01", ok("u", "")),                        // asks for the scope
        (
            "n,a=u,\x01port=25\x01host=mx\x01auth=Bearer t\x01\x01",
            Ok(("u".into(), "t".into(), Some("mx".into()), Some(25))),
        ),
        ("", err("bad GS2 header at byte 0")),
        ("\x01", err("bad GS2 header at byte 1")),
        ("n,a=u", err("bad GS2 header at byte 5")),
        ("x,a=u,\x01auth=Bearer t\x01\x01", err("bad GS2 header at byte 0")),
        ("N,a=u,\x01auth=Bearer t\x01\x01", err("bad GS2 header at byte 0")),
        ("F,n,a=u,\x01auth=Bearer t\x01\x01", err("bad GS2 header at byte 0")),
        (
            "p=tls-exporter,,\x01auth=Bearer t\x01\x01",
            err("channel binding: binding without a -PLUS mechanism"),
        ),
        ("n,u,\x01auth=Bearer t\x01\x01", err("bad GS2 header at byte 2")),
        ("n,a=,\x01auth=Bearer t\x01\x01", err("empty field at byte 4")),
        ("n,a=u=2c,\x01auth=Bearer t\x01\x01", err("character not allowed at byte 5")),
        ("n,a=u\x01,\x01auth=Bearer t\x01\x01", err("character not allowed at byte 5")),
        ("n,a=u,auth=Bearer t\x01\x01", err("missing field at byte 6")),
        ("n,a=u,\x01auth=Bearer t\x01", err("missing field at byte 21")),
        ("n,a=u,\x01auth=Bearer t", err("missing field at byte 20")),
        ("n,a=u,\x01\x01", err("missing field at byte 8")),
        ("n,a=u,\x01host=mx\x01\x01", err("missing field at byte 16")),
        ("n,a=u,\x01auth=Bearer t\x01\x01\x01", err("missing field at byte 21")),
        ("n,a=u,\x01auth\x01\x01", err("missing field at byte 7")),
        ("n,a=u,\x01=x\x01auth=Bearer t\x01\x01", err("character not allowed at byte 7")),
        ("n,a=u,\x01x1=x\x01auth=Bearer t\x01\x01", err("character not allowed at byte 7")),
        ("n,a=u,\x01x=\0\x01auth=Bearer t\x01\x01", err("character not allowed at byte 9")),
        ("n,a=u,\x01x=\u{e9}\x01auth=Bearer t\x01\x01", err("character not allowed at byte 9")),
        ("n,a=u,\x01auth=Bearer t\x01auth=Bearer t\x01\x01", err("too many fields at byte 21")),
        ("n,a=u,\x01auth=Basic t\x01\x01", err("bad token at byte 12")),
        ("n,a=u,\x01auth=Bearert\x01\x01", err("bad token at byte 12")),
        ("n,a=u,\x01auth=Bearer\x01\x01", err("bad token at byte 12")),
        ("n,a=u,\x01auth=Bearer \x01\x01", err("bad token at byte 18")),
        ("n,a=u,\x01auth=Bearer a b\x01\x01", err("bad token at byte 18")),
        ("n,a=u,\x01port=025\x01auth=Bearer t\x01\x01", err("bad number at byte 12")),
        ("n,a=u,\x01port=0\x01auth=Bearer t\x01\x01", err("bad number at byte 12")),
        ("n,a=u,\x01port=+25\x01auth=Bearer t\x01\x01", err("bad number at byte 12")),
        ("n,a=u,\x01port=\x01auth=Bearer t\x01\x01", err("bad number at byte 12")),
        ("n,a=u,\x01port=65536\x01auth=Bearer t\x01\x01", err("bad number at byte 12")),
        ("n,a=u,\x01host=\x01auth=Bearer t\x01\x01", err("empty field at byte 12")),
    ] {
        assert_eq!(parse(Mechanism::OAuthBearer, message), want, "{message:?}");
    }
}

#[test]
fn xoauth2_messages() {
    let ok = |user: &str, token: &str| Ok((user.to_string(), token.to_string(), None, None));
    let err = |text: &str| Err(text.to_string());
    for (message, want) in [
        ("user=u\x01auth=Bearer t\x01\x01", ok("u", "t")),
        ("user=u\x01auth=bearer t\x01\x01", ok("u", "t")),
        ("user=a,b=c\x01auth=Bearer t=\x01\x01", ok("a,b=c", "t=")),
        ("", err("missing field at byte 0")),
        ("User=u\x01auth=Bearer t\x01\x01", err("missing field at byte 0")),
        ("user=\x01auth=Bearer t\x01\x01", err("empty field at byte 5")),
        ("user=u", err("missing field at byte 6")),
        ("user=u\n\x01auth=Bearer t\x01\x01", err("character not allowed at byte 6")),
        ("user=u\x01auth=Bearer t\x01", err("missing field at byte 21")),
        ("user=u\x01auth=Bearer t\x01\x01\x01", err("bad token at byte 18")),
        ("user=u\x01auth=Bearer t\x01x=y\x01\x01", err("bad token at byte 18")),
        ("user=u\x01auth=\x01\x01", err("bad token at byte 12")),
        ("user=u\x01auth=Bearer \x01\x01", err("bad token at byte 18")),
        ("user=u\x01token=Bearer t\x01\x01", err("missing field at byte 7")),
        ("n,a=u,\x01auth=Bearer t\x01\x01", err("missing field at byte 0")),
    ] {
        assert_eq!(parse(Mechanism::XOAuth2, message), want, "{message:?}");
    }
}

/// What the client writes, all of it optional but the token.
#[test]
fn client_messages() {
    let sent = |mechanism, credentials: &Credentials| {
        String::from_utf8(client(mechanism, credentials).initial_response().unwrap()).unwrap()
    };
    let user = Credentials::bearer("a=b,c@example.com", "t").unwrap();
    assert_eq!(
        sent(Mechanism::OAuthBearer, &user),
        "n,a=a=3Db=2Cc@example.com,\x01auth=Bearer t\x01\x01"
    );
    assert_eq!(sent(Mechanism::XOAuth2, &user), "user=a=b,c@example.com\x01auth=Bearer t\x01\x01");
    let shared = user.with_authzid("shared@example.com").unwrap();
    assert_eq!(
        sent(Mechanism::OAuthBearer, &shared),
        "n,a=shared@example.com,\x01auth=Bearer t\x01\x01"
    );
    let nameless =
        Credentials::default().with_token("t").unwrap().with_endpoint("mx", 143).unwrap();
    assert_eq!(
        sent(Mechanism::OAuthBearer, &nameless),
        "n,,\x01host=mx\x01port=143\x01auth=Bearer t\x01\x01"
    );
    assert!(!nameless.support(Mechanism::XOAuth2));
}

/// The error challenge: answered with `%x01` or nothing, remembered, and never a success.
#[test]
fn error_challenge() {
    for (mechanism, answer) in [(Mechanism::OAuthBearer, &b"\x01"[..]), (Mechanism::XOAuth2, b"")] {
        for late in [false, true] {
            let mut client = client(mechanism, &right());
            if late {
                client.respond(b"").unwrap();
            } else {
                client.initial_response();
            }
            assert_eq!(client.server_error(), None);
            let json = br#"{"status":"401","schemes":"bearer","scope":"https://mail.example/"}"#;
            assert_eq!(client.respond(json).unwrap(), answer, "{mechanism}");
            let error = client.server_error().unwrap();
            assert_eq!(error.status, "401");
            assert_eq!(error.scope.as_deref(), Some("https://mail.example/"));
            assert_eq!(client.server_error_text(), Some(&json[..]));
            assert_eq!(client.finish(None), Err(Error::TokenRefused));
        }

        // no JSON is answered all the same
        let mut client = client(mechanism, &right());
        client.initial_response();
        assert_eq!(client.respond(b"token expired").unwrap(), answer);
        assert_eq!(client.server_error(), None);
        assert_eq!(client.server_error_text(), Some(&b"token expired"[..]));
        assert_eq!(client.respond(b"{}"), Err(Error::Unexpected));
    }
}

#[test]
fn server_refuses() {
    for (mechanism, message, challenge, answer) in [
        (
            Mechanism::OAuthBearer,
            "n,,\x01auth=Bearer t\x01\x01",
            r#"{"status":"invalid_token"}"#,
            "\x01",
        ),
        (Mechanism::XOAuth2, "user=u\x01auth=Bearer t\x01\x01", r#"{"status":"401"}"#, ""),
    ] {
        let mut exchange = server(mechanism);
        exchange.start(Some(message.as_bytes())).unwrap();
        assert_eq!(exchange.reject().unwrap(), Step::Challenge(challenge.into()));
        assert_eq!(exchange.accept(), Err(Error::Misuse)); // too late
        assert_eq!(exchange.respond(answer.as_bytes()).unwrap(), Step::Failed);
    }
    let mut exchange = server(Mechanism::OAuthBearer);
    exchange.start(Some(b"n,,\x01auth=Bearer t\x01\x01")).unwrap();
    exchange.reject_token(&OAuthError::new("invalid_token")).unwrap();
    let again = exchange.respond(b"n,,\x01auth=Bearer t\x01\x01");
    assert_eq!(again, Err(Error::Unexpected));

    let mut plain = server(Mechanism::Plain);
    plain.start(Some(b"\0u\0p")).unwrap();
    assert_eq!(plain.reject_token(&OAuthError::new("x")), Err(Error::Misuse));
}
