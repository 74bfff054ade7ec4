//! The examples of the RFCs, octet for octet.

use mailwire_sasl::{
    ChannelBinding, Credentials, Hash, Mechanism, OAuthError, Secret, client, line,
    server::{Config, Exchange, Question, ScramKeys, Step},
};

fn base64(text: &str) -> Vec<u8> {
    line::decode_challenge(text.as_bytes()).unwrap()
}

fn client(mechanism: Mechanism, credentials: &Credentials, nonce: &str) -> client::Exchange {
    client::Exchange::new(mechanism, credentials, nonce, &ChannelBinding::None).unwrap()
}

/// RFC 4616 §4, both examples.
#[test]
fn plain() {
    let tim = Credentials::password("tim", "tanstaaftanstaaf").unwrap();
    let kurt = Credentials::password("Kurt", "xipj3plmq").unwrap().with_authzid("Ursel").unwrap();
    for (credentials, message, authzid, authcid, password) in [
        (tim, "\0tim\0tanstaaftanstaaf", "", "tim", "tanstaaftanstaaf"),
        (kurt, "Ursel\0Kurt\0xipj3plmq", "Ursel", "Kurt", "xipj3plmq"),
    ] {
        let sent = client(Mechanism::Plain, &credentials, "").initial_response().unwrap();
        assert_eq!(sent, message.as_bytes());
        let mut server = Exchange::new(Mechanism::Plain, Config::default()).unwrap();
        let question = Question::Password {
            authzid: authzid.into(),
            authcid: authcid.into(),
            password: password.into(),
        };
        assert_eq!(server.start(Some(&sent)).unwrap(), Step::Ask(question));
    }
}

/// RFC 2195 §2, in base64.
#[test]
fn cram_md5() {
    let challenge = "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+";
    let response = "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw";

    let tim = Credentials::password("tim", "tanstaaftanstaaf").unwrap();
    let mut client = client(Mechanism::CramMd5, &tim, "");
    assert_eq!(client.initial_response(), None);
    assert_eq!(client.respond(&base64(challenge)).unwrap(), base64(response));
    client.finish(None).unwrap();

    let config = Config::new("1896.697170952").with_hostname("postoffice.reston.mci.net");
    let mut server = Exchange::new(Mechanism::CramMd5, config).unwrap();
    assert_eq!(server.start(None).unwrap(), Step::Challenge(base64(challenge)));
    let question = Question::Secret { authcid: "tim".into() };
    assert_eq!(server.respond(&base64(response)).unwrap(), Step::Ask(question));
    let step = server.supply(Some("tanstaaftanstaaf".into())).unwrap();
    assert!(matches!(step, Step::Done(identity) if identity.authcid() == "tim"));
}

/// RFC 5802 §5 and RFC 7677 §3.
#[test]
fn scram() {
    for (mechanism, hash, salt, server_nonce, transcript) in [
        (
            Mechanism::ScramSha1,
            Hash::Sha1,
            "QSXCR+Q6sek8bf92",
            "3rfcNHYJY1ZVvWVs7j",
            [
                "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
                "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
                "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
            ],
        ),
        (
            Mechanism::ScramSha256,
            Hash::Sha256,
            "W22ZaJ0SNY7soEsUEjb6gQ==",
            "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
            [
                "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
            ],
        ),
    ] {
        let [first, server_first, last, server_last] = transcript.map(str::as_bytes);
        let client_nonce = transcript[0].rsplit_once("r=").unwrap().1;

        let user = Credentials::password("user", "pencil").unwrap();
        let mut client = client(mechanism, &user, client_nonce);
        assert_eq!(client.initial_response().unwrap(), first);
        assert_eq!(client.respond(server_first).unwrap(), last);
        assert_eq!(client.respond(server_last).unwrap(), b"");
        client.finish(None).unwrap();

        let config = Config::new(server_nonce).with_dummy("any", 4096);
        let mut server = Exchange::new(mechanism, config).unwrap();
        let question = Question::ScramKeys { hash, authcid: "user".into(), authzid: String::new() };
        assert_eq!(server.start(Some(first)).unwrap(), Step::Ask(question));
        let keys = ScramKeys::derive(hash, "pencil", &base64(salt), 4096).unwrap();
        assert_eq!(server.supply_scram(Some(keys)).unwrap(), Step::Challenge(server_first.into()));
        assert_eq!(server.respond(last).unwrap(), Step::Challenge(server_last.into()));
        assert!(matches!(server.respond(b"").unwrap(), Step::Done(_)));
    }
}

const TOKEN: &str = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==";

/// RFC 7628 §4.1, the IMAP and the SMTP exchange.
#[test]
fn oauthbearer() {
    let user = Credentials::bearer("user@example.com", TOKEN).unwrap();
    for (port, initial) in [
        (
            143,
            "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyI\
             HZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB",
        ),
        (
            587,
            "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9NTg3AWF1dGg9QmVhcmVyI\
             HZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB",
        ),
    ] {
        let credentials = user.clone().with_endpoint("server.example.com", port).unwrap();
        let mut client = client(Mechanism::OAuthBearer, &credentials, "");
        let mut wire = Vec::new();
        line::encode_initial(&client.initial_response().unwrap(), &mut wire);
        assert_eq!(String::from_utf8(wire).unwrap(), initial);
        client.finish(None).unwrap();

        let mut server = Exchange::new(Mechanism::OAuthBearer, Config::default()).unwrap();
        let Step::Ask(Question::Token { authzid, token, host, port: got, .. }) =
            server.start(Some(&base64(initial))).unwrap()
        else {
            panic!()
        };
        assert_eq!(authzid, "user@example.com");
        assert_eq!(token, Secret::from(TOKEN));
        assert_eq!(host.as_deref(), Some("server.example.com"));
        assert_eq!(got.map(u16::from), Some(port));
        let Step::Done(identity) = server.accept().unwrap() else { panic!() };
        assert_eq!(identity.effective(), "user@example.com");
    }
}

/// RFC 7628 §4.3: a client that asks for the scope, cleanly and with `*`.
#[test]
fn oauthbearer_discovery() {
    let initial =
        "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9AQE=";
    let challenge = "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJleGFtcGxl\
                     X3Njb3BlIiwib3BlbmlkLWNvbmZpZ3VyYXRpb24iOiJodHRwczovL2V4\
                     YW1wbGUuY29tLy53ZWxsLWtub3duL29wZW5pZC1jb25maWd1cmF0aW9u\
                     In0=";
    let error = OAuthError::new("invalid_token")
        .with_scope("example_scope")
        .with_openid_configuration("https://example.com/.well-known/openid-configuration");
    for cancels in [false, true] {
        let mut server = Exchange::new(Mechanism::OAuthBearer, Config::default()).unwrap();
        let Step::Ask(Question::Token { token, .. }) =
            server.start(Some(&base64(initial))).unwrap()
        else {
            panic!()
        };
        assert!(token.is_empty());
        assert_eq!(server.reject_token(&error).unwrap(), Step::Challenge(base64(challenge)));
        if cancels {
            server.cancel().unwrap();
        } else {
            assert_eq!(server.respond(&base64("AQ==")).unwrap(), Step::Failed);
        }
    }

    let user = Credentials::bearer("user@example.com", "x").unwrap();
    let mut client = client(Mechanism::OAuthBearer, &user, "");
    client.initial_response();
    assert_eq!(client.respond(&base64(challenge)).unwrap(), base64("AQ=="));
    assert_eq!(client.server_error(), Some(&error));
    assert_eq!(client.server_error_text(), Some(&base64(challenge)[..]));
}

/// RFC 7628 §4.4, as printed: the header lacks the `a=` of its grammar (`n,user=..`).
#[test]
fn oauthbearer_smtp_failure() {
    let challenge = base64(
        "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NoZW1lcyI6ImJlYXJlciBtYWMiLCJzY29wZSI6Imh0dHBzOi8vbWFpbC5leGFtcGxlLmNvbS8ifQ==",
    );
    let error = OAuthError::new("invalid_token")
        .with_schemes("bearer mac")
        .with_scope("https://mail.example.com/");
    assert_eq!(OAuthError::parse(&challenge), Some(error.clone()));
    assert_eq!(error.to_json(), challenge);

    let initial = "bix1c2VyPXNvbWV1c2VyQGV4YW1wbGUuY29tLAFhdXRoPUJlYXJlciB2RjlkZnQ0cW1UYzJOdmIzUmxja0JoZEhSaGRtbHpkR0V1WTI5dENnPT0BAQ==";
    let mut server = Exchange::new(Mechanism::OAuthBearer, Config::default()).unwrap();
    let error = server.start(Some(&base64(initial))).unwrap_err();
    assert_eq!(error.to_string(), "bad GS2 header at byte 2");
}

/// The example of Google's description of the mechanism.
#[test]
fn xoauth2() {
    let token = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg";
    let user = Credentials::bearer("someuser@example.com", token).unwrap();
    let sent = client(Mechanism::XOAuth2, &user, "").initial_response().unwrap();
    let want = format!("user=someuser@example.com\x01auth=Bearer {token}\x01\x01");
    assert_eq!(sent, want.as_bytes());
    let mut server = Exchange::new(Mechanism::XOAuth2, Config::default()).unwrap();
    let question = Question::Token {
        mechanism: Mechanism::XOAuth2,
        authzid: "someuser@example.com".into(),
        token: token.into(),
        host: None,
        port: None,
    };
    assert_eq!(server.start(Some(&sent)).unwrap(), Step::Ask(question));
}

/// RFC 4505 §4: an empty challenge first, then the trace.
#[test]
fn anonymous() {
    let mut client = client(Mechanism::Anonymous, &Credentials::anonymous("sirhc").unwrap(), "");
    assert_eq!(client.respond(b"").unwrap(), base64("c2lyaGM="));
    client.finish(None).unwrap();
    let mut server = Exchange::new(Mechanism::Anonymous, Config::default()).unwrap();
    assert_eq!(server.start(None).unwrap(), Step::Challenge(vec![]));
    let question = Question::Anonymous { trace: "sirhc".into() };
    assert_eq!(server.respond(&base64("c2lyaGM=")).unwrap(), Step::Ask(question));
    assert!(matches!(server.accept().unwrap(), Step::Done(_)));
}

/// RFC 4422 App. A.2, both examples.
#[test]
fn external() {
    let mut plain = client(Mechanism::External, &Credentials::external(), "");
    assert_eq!(plain.respond(b"").unwrap(), b"");
    plain.finish(None).unwrap();

    let fred = Credentials::external().with_authzid("fred@example.com").unwrap();
    let sent = client(Mechanism::External, &fred, "").initial_response().unwrap();
    assert_eq!(sent, b"fred@example.com");
    let mut server = Exchange::new(Mechanism::External, Config::default()).unwrap();
    let question = Question::External { authzid: "fred@example.com".into() };
    assert_eq!(server.start(Some(&sent)).unwrap(), Step::Ask(question));
    assert_eq!(server.reject().unwrap(), Step::Failed);
}
