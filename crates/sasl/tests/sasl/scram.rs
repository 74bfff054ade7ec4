use std::ops::RangeInclusive;

use mailwire_sasl::{
    BindingError, ChannelBinding, Credentials, Error, Fault, Hash, MAX_ITERATIONS, Mechanism,
    ScramError, client,
    server::{Config, Exchange, Question, ScramKeys, Step},
};

use crate::drive::{SALT, SITE, binding, client, config, keys, right, server};

const NONCE: &str = "fyko+d2lbbFgONRv9qkxdawL";

/// A client that has sent its first message, and what it says to this challenge.
fn to_challenge(challenge: &str) -> Result<String, Error> {
    let mut client = client(Mechanism::ScramSha256, &right());
    client.initial_response();
    client.respond(challenge.as_bytes()).map(|response| String::from_utf8(response).unwrap())
}

fn text(error: Result<impl std::fmt::Debug, Error>) -> String {
    error.unwrap_err().to_string()
}

#[test]
fn server_first_messages() {
    let sound = format!("r={NONCE}X,s=c2FsdA==,i=4096");
    assert!(to_challenge(&sound).is_ok());
    assert!(to_challenge(&format!("{sound},x=ignored,Y=a=b")).is_ok());
    for (tail, want) in [
        (",s=c2FsdA==,i=4096", "nonce changed, shortened or not extended"),
        ("", "missing field at byte 26"),
        ("X,s=c2FsdA==", "missing field at byte 38"),
        ("X,i=4096,s=c2FsdA==", "missing field at byte 28"),
        ("X,s=,i=4096", "empty field at byte 30"),
        ("X,s=c2FsdA,i=4096", "bad base64 at byte 36"),
        ("X,s=c2FsdA== ,i=4096", "bad base64 at byte 38"),
        ("X,s=c2FsdA==,i=", "bad number at byte 41"),
        ("X,s=c2FsdA==,i=04096", "bad number at byte 41"),
        ("X,s=c2FsdA==,i=+4096", "bad number at byte 41"),
        ("X,s=c2FsdA==,i=4096 ", "bad number at byte 41"),
        ("X,s=c2FsdA==,i=0", "bad number at byte 41"),
        ("X,s=c2FsdA==,i=4096,m=x", "mandatory extension at byte 46"),
        ("X,s=c2FsdA==,i=4096,", "character not allowed at byte 46"),
        ("X,s=c2FsdA==,i=4096,x", "character not allowed at byte 46"),
        ("X,s=c2FsdA==,i=4096,x=", "character not allowed at byte 46"),
        ("X,s=c2FsdA==,i=4096,1=x", "character not allowed at byte 46"),
        (" X,s=c2FsdA==,i=4096", "character not allowed at byte 2"),
        ("\u{e9},s=c2FsdA==,i=4096", "character not allowed at byte 2"),
    ] {
        assert_eq!(text(to_challenge(&format!("r={NONCE}{tail}"))), want, "{tail:?}");
    }
    for (challenge, want) in [
        (format!("m=x,{sound}"), "mandatory extension at byte 0"),
        (format!("x=y,{sound}"), "missing field at byte 0"),
        (
            "r=fyko+d2lbbFgONRv9qkxdaw,s=c2FsdA==,i=4096".into(),
            "nonce changed, shortened or not extended",
        ),
        (
            "r=fyko+d2lbbFgONRv9qkxdawlX,s=c2FsdA==,i=4096".into(),
            "nonce changed, shortened or not extended",
        ),
        (format!("r=X{NONCE},s=c2FsdA==,i=4096"), "nonce changed, shortened or not extended"),
        ("r=,s=c2FsdA==,i=4096".into(), "character not allowed at byte 2"),
        ("e=other-error".into(), "server says: other-error"),
    ] {
        assert_eq!(text(to_challenge(&challenge)), want, "{challenge:?}");
    }
}

#[test]
fn iteration_bounds() {
    let with = |bounds: Option<RangeInclusive<u32>>, count: &str| {
        let mut client = client(Mechanism::ScramSha1, &right());
        if let Some(bounds) = bounds {
            client = client.with_iterations(bounds);
        }
        client.initial_response();
        client.respond(format!("r={NONCE}X,s=c2FsdA==,i={count}").as_bytes())
    };
    for count in ["1", "4095", "1000001", "4294967295", "4294967296", "99999999999999999999999"] {
        assert!(
            matches!(
                with(None, count),
                Err(Error::Iterations { min: 4096, max: MAX_ITERATIONS, .. })
            ),
            "{count}"
        );
    }
    assert!(with(None, "4096").is_ok());
    assert!(with(Some(5000..=6000), "4999").is_err());
    assert!(with(Some(5000..=6000), "5000").is_ok());
    assert!(with(Some(5000..=6000), "6001").is_err());
    assert!(with(Some(1..=6000), "4095").is_err()); // not below the RFC's minimum
    assert!(with(Some(RangeInclusive::new(6000, 5000)), "5500").is_err());

    assert!(ScramKeys::derive(Hash::Sha1, "pencil", SALT, 4095).is_err());
    let weak = keys(Hash::Sha1, "pencil");
    let weak =
        ScramKeys::new(Hash::Sha1, SALT, 1000, weak.stored_key(), weak.server_key()).unwrap();
    let mut server = server(Mechanism::ScramSha1);
    server.start(Some(b"n,,n=user,r=abc")).unwrap();
    let error = server.supply_scram(Some(weak)).unwrap_err();
    assert_eq!(error, Error::Iterations { count: 1000, min: 4096, max: MAX_ITERATIONS });
}

/// Success counts only after `v=` was verified.
#[test]
fn server_final_messages() {
    let until_final = || {
        let (mut client, mut server) =
            (client(Mechanism::ScramSha1, &right()), server(Mechanism::ScramSha1));
        let step = server.start(client.initial_response().as_deref());
        let Ok(Step::Challenge(challenge)) = SITE.decide(&mut server, step.unwrap()) else {
            panic!()
        };
        let response = client.respond(&challenge).unwrap();
        let Ok(Step::Challenge(last)) = server.respond(&response) else { panic!() };
        (client, String::from_utf8(last).unwrap())
    };
    let (mut client, last) = until_final();
    assert_eq!(client.respond(last.as_bytes()).unwrap(), b"");
    assert_eq!(client.respond(b""), Err(Error::Unexpected));

    let (mut client, last) = until_final();
    client.respond(format!("{last},x=y").as_bytes()).unwrap();
    client.finish(Some(b"")).unwrap();
    let (mut client, last) = until_final();
    client.finish(Some(last.as_bytes())).unwrap(); // along with the success
    let (mut client, last) = until_final();
    client.respond(last.as_bytes()).unwrap();
    assert_eq!(client.finish(Some(last.as_bytes())), Err(Error::Unexpected)); // once is enough

    for none in [None, Some(&b""[..])] {
        let (mut client, _) = until_final();
        assert_eq!(client.finish(none), Err(Error::Premature));
        assert_eq!(client.finish(none), Err(Error::Premature));
    }
    for (last, want) in [
        ("v=cm1GOXBxVjhTN3N1QW9aV2phNGQ=".into(), "server signature does not verify"),
        ("v=AA==".into(), "server signature does not verify"),
        (last.replace("v=", "V="), "missing field at byte 0"),
        ("".into(), "missing field at byte 0"),
        ("v=".into(), "empty field at byte 2"),
        (format!("{last},m=x"), "mandatory extension at byte 31"),
        (format!("m=x,{last}"), "mandatory extension at byte 0"),
        (last.trim_end_matches('=').into(), "bad base64 at byte 29"),
        ("e=invalid-proof".into(), "server says: invalid-proof"),
        ("e=invalid-proof,x=y".into(), "server says: invalid-proof"),
        ("e=no-such-error".into(), "server says: no-such-error"),
        ("e=".into(), "server says: "),
    ] {
        let (mut client, _) = until_final();
        assert_eq!(text(client.respond(last.as_bytes())), want, "{last:?}");
        assert!(client.finish(None).is_err()); // never resumes
        let (mut client, _) = until_final();
        if !last.is_empty() {
            assert_eq!(text(client.finish(Some(last.as_bytes()))), want, "{last:?}");
        }
    }
    let (mut client, _) = until_final();
    let error = client.respond(b"e=channel-bindings-dont-match").unwrap_err();
    assert_eq!(error, Error::Server(ScramError::ChannelBindingsDontMatch));
    let (mut client, _) = until_final();
    let error = client.respond(b"e=new").unwrap_err();
    assert_eq!(error, Error::Server(ScramError::Unknown("new".into())));
}

/// What the server makes of a first message: user and authorization identity.
fn first(mechanism: Mechanism, config: Config, message: &str) -> Result<(String, String), Error> {
    match Exchange::new(mechanism, config).unwrap().start(Some(message.as_bytes()))? {
        Step::Ask(Question::ScramKeys { authcid, authzid, .. }) => Ok((authcid, authzid)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn client_first_messages() {
    let ok = |user: &str, authzid: &str| Ok((user.to_string(), authzid.to_string()));
    let err = |text: &str| Err(text.to_string());
    for (message, want) in [
        ("n,,n=user,r=abc", ok("user", "")),
        ("y,,n=user,r=abc", ok("user", "")),
        ("n,a=boss,n=user,r=abc", ok("user", "boss")),
        ("n,,n=user,r=abc,x=y,Z=a=b", ok("user", "")),
        ("n,a=a=2Cb,n==3Du=2Cs=3D,r=abc", ok("=u,s=", "a,b")),
        ("n,,n=I\u{ad}X,r=abc", ok("IX", "")),
        ("n,,n=user,r=a=b", ok("user", "")),
        ("", err("bad GS2 header at byte 0")),
        ("n", err("bad GS2 header at byte 1")),
        ("n,n=user,r=abc", err("bad GS2 header at byte 2")),
        ("x,,n=user,r=abc", err("bad GS2 header at byte 0")),
        ("F,n,,n=user,r=abc", err("bad GS2 header at byte 0")),
        ("p,,n=user,r=abc", err("bad GS2 header at byte 0")),
        ("p=,,n=user,r=abc", err("bad GS2 header at byte 0")),
        ("p=a_b,,n=user,r=abc", err("bad GS2 header at byte 0")),
        ("n,a=,n=user,r=abc", err("empty field at byte 4")),
        ("n,b=boss,n=user,r=abc", err("bad GS2 header at byte 2")),
        ("n,,m=x,n=user,r=abc", err("mandatory extension at byte 3")),
        ("n,,n=user,m=x,r=abc", err("mandatory extension at byte 10")),
        ("n,,n=user,r=abc,m=x", err("mandatory extension at byte 16")),
        ("n,,r=abc,n=user", err("missing field at byte 3")),
        ("n,,n=user", err("missing field at byte 9")),
        ("n,,n=,r=abc", err("empty field at byte 5")),
        ("n,,n=user,r=", err("character not allowed at byte 12")),
        ("n,,n=user,r=a c", err("character not allowed at byte 12")),
        ("n,,n=user,r=\u{e9}", err("character not allowed at byte 12")),
        ("n,,n=us=er,r=abc", err("character not allowed at byte 7")),
        ("n,,n=us=2cer,r=abc", err("character not allowed at byte 7")),
        ("n,,n=us=2,r=abc", err("character not allowed at byte 7")),
        ("n,,n=us=3der,r=abc", err("character not allowed at byte 7")),
        ("n,,n=us=2C=,r=abc", err("character not allowed at byte 10")),
        ("n,,n=us\0er,r=abc", err("character not allowed at byte 7")),
        ("n,,n=user,r=abc,", err("character not allowed at byte 16")),
        ("n,,n=\u{ad},r=abc", err("SASLprep: empty string")),
        ("n,,n=\u{627}1,r=abc", err("SASLprep: mixed writing directions")),
    ] {
        let got = first(Mechanism::ScramSha256, config(Mechanism::ScramSha256), message);
        assert_eq!(got.map_err(|e| e.to_string()), want, "{message:?}");
    }
    let mut exchange = server(Mechanism::ScramSha1);
    let error = exchange.start(Some(b"n,,n=us\xff,r=abc")).unwrap_err();
    assert_eq!((error.fault(), error.to_string().as_str()), (Fault::Syntax, "bad UTF-8 at byte 7"));
}

/// Names with `,` and `=` get through.
#[test]
fn escaped_names() {
    let credentials = Credentials::password("a=b,c", "pencil").unwrap().with_authzid(",=").unwrap();
    let sent = client(Mechanism::ScramSha1, &credentials).initial_response().unwrap();
    assert_eq!(sent, format!("n,a==2C=3D,n=a=3Db=2Cc,r={NONCE}").as_bytes());
    let sent = String::from_utf8(sent).unwrap();
    let got = first(Mechanism::ScramSha1, config(Mechanism::ScramSha1), &sent);
    assert_eq!(got, Ok(("a=b,c".into(), ",=".into())));
}

/// The flags of RFC 5802 §6, on either kind of mechanism and server.
#[test]
fn binding_flags() {
    use BindingError::{Downgrade, Missing, NotPlus, UnsupportedType};
    let (bare, plus) = (Mechanism::ScramSha256, Mechanism::ScramSha256Plus);
    for (mechanism, offers, flag, want) in [
        (bare, false, "n", None),
        (bare, false, "y", None),
        (bare, false, "p=tls-exporter", Some(NotPlus)),
        (bare, true, "n", None),
        (bare, true, "y", Some(Downgrade)),
        (bare, true, "p=tls-exporter", Some(NotPlus)),
        (plus, true, "n", Some(Missing)),
        (plus, true, "y", Some(Downgrade)),
        (plus, true, "p=tls-exporter", None),
        (plus, true, "p=tls-server-end-point", None),
        (plus, true, "p=tls-unique", Some(UnsupportedType)),
        (plus, true, "p=TLS-EXPORTER", Some(UnsupportedType)),
    ] {
        let mut config = config(bare);
        if offers {
            config = config.with_binding(binding());
            config = config.with_binding(ChannelBinding::TlsServerEndPoint(vec![9; 32]));
        }
        let got = first(mechanism, config, &format!("{flag},,n=user,r=abc"));
        let want = want.map_or(Ok(("user".into(), "".into())), |e| Err(Error::ChannelBinding(e)));
        assert_eq!(got, want, "{mechanism} {offers} {flag}");
    }
    // -PLUS without a binding cannot start; a binding that was not offered allows `y`, and one that
    // was offered elsewhere does not
    assert!(Exchange::new(plus, config(bare)).is_err());
    let silent = config(plus).with_plus_offered(false);
    assert!(first(bare, silent, "y,,n=user,r=abc").is_ok());
    let offered = config(bare).with_plus_offered(true);
    assert!(first(bare, offered, "y,,n=user,r=abc").is_err());
}

#[test]
fn client_flags() {
    let sent = |mechanism, binding: &ChannelBinding| {
        client::Exchange::new(mechanism, &right(), "abc", binding)
            .map(|mut exchange| String::from_utf8(exchange.initial_response().unwrap()).unwrap())
    };
    let (bare, plus) = (Mechanism::ScramSha1, Mechanism::ScramSha1Plus);
    assert_eq!(sent(bare, &ChannelBinding::None).unwrap(), "n,,n=user,r=abc");
    assert_eq!(sent(bare, &binding()).unwrap(), "y,,n=user,r=abc");
    assert_eq!(sent(plus, &binding()).unwrap(), "p=tls-exporter,,n=user,r=abc");
    let end_point = ChannelBinding::TlsServerEndPoint(vec![1]);
    assert_eq!(sent(plus, &end_point).unwrap(), "p=tls-server-end-point,,n=user,r=abc");
    assert_eq!(
        sent(plus, &ChannelBinding::TlsUnique(vec![1])).unwrap(),
        "p=tls-unique,,n=user,r=abc"
    );
    let missing = Err(Error::ChannelBinding(BindingError::Missing));
    assert_eq!(sent(plus, &ChannelBinding::None), missing);
    assert_eq!(sent(plus, &ChannelBinding::TlsExporter(vec![])), missing);
    for nonce in ["", "a,b", "a b", "a\0", "\u{e9}", "a\n"] {
        let got = client::Exchange::new(bare, &right(), nonce, &ChannelBinding::None);
        assert_eq!(got.unwrap_err(), Error::Argument("nonce"), "{nonce:?}");
    }
}

/// Both ends must sit on the same channel.
#[test]
fn bindings_must_match() {
    for (ours, theirs, matches) in [
        (ChannelBinding::TlsExporter(vec![1; 32]), ChannelBinding::TlsExporter(vec![1; 32]), true),
        (ChannelBinding::TlsUnique(vec![1; 12]), ChannelBinding::TlsUnique(vec![1; 12]), true),
        (ChannelBinding::TlsExporter(vec![1; 32]), ChannelBinding::TlsExporter(vec![2; 32]), false),
        (ChannelBinding::TlsExporter(vec![1; 32]), ChannelBinding::TlsExporter(vec![1; 31]), false),
    ] {
        let mechanism = Mechanism::ScramSha256Plus;
        let mut client = client::Exchange::new(mechanism, &right(), "abc", &theirs).unwrap();
        let config = config(Mechanism::ScramSha256).with_binding(ours);
        let mut server = Exchange::new(mechanism, config).unwrap();
        let outcome = SITE.talk(&mut client, &mut server, true, |_, _| {});
        if matches {
            assert!(outcome.is_success());
        } else {
            assert_eq!(outcome.server, Err(Error::ChannelBinding(BindingError::Mismatch)));
        }
    }
}

#[test]
fn client_final_messages() {
    let to_final = |change: &dyn Fn(String) -> String| {
        let (mut client, mut server) =
            (client(Mechanism::ScramSha1, &right()), server(Mechanism::ScramSha1));
        SITE.talk(&mut client, &mut server, true, |number, message| {
            if number == 2 {
                *message = change(String::from_utf8(message.clone()).unwrap()).into_bytes();
            }
        })
        .server
    };
    assert_eq!(to_final(&|m| m), Ok(Some("user".into())));
    let proof = "p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let replace_proof = |m: String, p: &str| format!("{},{p}", m.rsplit_once(',').unwrap().0);
    assert_eq!(to_final(&|m| replace_proof(m, proof)), Ok(None)); // well-formed and wrong
    for (change, want) in [
        (
            &(|m: String| m.replace("c=biws", "c=eSws")) as &dyn Fn(String) -> String,
            "channel binding: bindings do not match",
        ),
        (&|m| m.replace("c=biws", "c="), "channel binding: bindings do not match"),
        (&|m| m.replace("c=biws", "c=biwsAAAA"), "channel binding: bindings do not match"),
        (&|m| m.replace("c=biws", "c=bi ws"), "bad base64 at byte 4"),
        (&|m| m.replace(",p=", "x,p="), "nonce changed, shortened or not extended"),
        (&|m| m.replace("7j,p=", "7,p="), "nonce changed, shortened or not extended"),
        (&|m| m.replace("r=fyko", "r=Fyko"), "nonce changed, shortened or not extended"),
        (&|m| m.replace(",p=", ",m=x,p="), "mandatory extension at byte 52"),
        (&|m| format!("m=x,{m}"), "mandatory extension at byte 0"),
        (&|m| replace_proof(m, "p="), "empty field at byte 54"),
        (&|m| replace_proof(m, "p=AAAA"), "bad digest at byte 54"),
        (&|m| replace_proof(m, "v=AAAA"), "missing field at byte 52"),
        (&|m| format!("{m},x=y"), "missing field at byte 83"),
        (&|_| "c=biws".into(), "missing field at byte 6"),
        (&|_| String::new(), "missing field at byte 0"),
    ] {
        let got = text(to_final(change));
        assert_eq!(got, want);
    }
    // An extension is ignored, but it is signed: one that was added on the way spoils the proof.
    assert_eq!(to_final(&|m| m.replace(",p=", ",x=y,p=")), Ok(None));
}

/// RFC 5802 §5.1: the name goes into the hash as received, whatever it is prepared to.
#[test]
fn raw_name_is_hashed() {
    let mut server = server(Mechanism::ScramSha256);
    let first = "n,,n=\u{ff55}ser,r=abc";
    let Step::Ask(Question::ScramKeys { authcid, .. }) =
        server.start(Some(first.as_bytes())).unwrap()
    else {
        panic!()
    };
    assert_eq!(authcid, "user");
}

/// Unknown users have a salt like everybody else, always the same one.
#[test]
fn unknown_users() {
    let challenge = |user: &str, nonce: &str, key: &str| {
        let config = Config::new(nonce).with_dummy(key, 5000);
        let mut server = Exchange::new(Mechanism::ScramSha256, config).unwrap();
        server.start(Some(format!("n,,n={user},r=abc").as_bytes())).unwrap();
        let Step::Challenge(challenge) = server.supply_scram(None).unwrap() else { panic!() };
        String::from_utf8(challenge).unwrap().split_once(",s=").unwrap().1.to_string()
    };
    let nobody = challenge("nobody", "X", "key");
    assert!(nobody.ends_with(",i=5000"));
    assert_eq!(nobody, challenge("nobody", "Y", "key"));
    assert_ne!(nobody, challenge("no-one", "X", "key"));
    assert_ne!(nobody, challenge("nobody", "X", "other key"));
    for config in [Config::new("X"), Config::new("X").with_dummy("", 4096)] {
        let error = Exchange::new(Mechanism::ScramSha256, config).unwrap_err();
        assert_eq!(error, Error::Argument("dummy key"));
    }
}
