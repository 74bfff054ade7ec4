use mailwire_sasl::{
    Credentials, Mechanism, OAuthError, Secret, line,
    saslprep::{query, stored},
    server::{Config, Question, ScramKeys, Step},
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::drive::{SITE, client, right, server};

fn mechanism() -> impl Strategy<Value = Mechanism> {
    select(Mechanism::ALL.to_vec())
}

/// Lines that look like what the mechanisms say, and lines that do not.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "n,,",
        "y,a=u,",
        "p=tls-exporter,,",
        "n=user,",
        "r=",
        "fyko+d2lbbFgONRv9qkxdawL",
        "3rfcNHYJY1ZVvWVs7j",
        ",s=",
        "QSXCR+Q6sek8bf92",
        ",i=4096",
        ",p=",
        "v=",
        "e=",
        "m=x",
        ",",
        "=",
        "=2C",
        "=3D",
        "\0",
        "\0",
        "\x01",
        "\x01",
        "user=",
        "auth=Bearer ",
        "host=",
        "port=25",
        "{",
        "\"status\"",
        ":",
        "\"",
        "[",
        "\\u00",
        "@",
        " ",
        "c=biws,",
        "0123456789abcdef0123456789abcdef",
        "\u{ad}",
        "\u{627}",
        "x",
    ];
    prop_oneof![
        vec(any::<u8>(), 0..80),
        vec(select(pieces.to_vec()), 0..12).prop_map(|pieces| pieces.concat().into_bytes()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Neither side panics, whatever the peer says, and no wrong secret gets in.
    #[test]
    fn no_panic(mechanism in mechanism(), messages in vec(message(), 1..6), initial: bool) {
        let mut client = client(mechanism, &right());
        if initial {
            client.initial_response();
        }
        let mut server = server(mechanism);
        let mut messages = messages.iter();
        let first = messages.next().filter(|_| initial);
        let mut step = server.start(first.map(Vec::as_slice));
        for message in messages {
            let _ = client.respond(message);
            if let Ok(Step::Ask(_)) = step {
                step = server.reject();
            }
            prop_assert!(!matches!(step, Ok(Step::Done(_))));
            step = server.respond(message);
        }
        if !initial || mechanism.needs_nonce() {
            let _ = client.finish(None);
        }
    }

    /// The base64 line never panics, and what it takes it would write itself.
    #[test]
    fn line_is_canonical(text in prop_oneof![vec(any::<u8>(), 0..40), "[A-Za-z0-9+/=*]{0,12}".prop_map(String::into_bytes)]) {
        if let Ok(data) = line::decode_challenge(&text) {
            let mut out = Vec::new();
            line::encode(&data, &mut out);
            prop_assert_eq!(&out, &text);
        }
        if let Ok(data) = line::decode_initial(&text) {
            let mut out = Vec::new();
            line::encode_initial(&data, &mut out);
            prop_assert_eq!(&out, &text);
        }
        let _ = line::decode_response(&text);
    }

    /// Every user and password that can be prepared gets in, by every way that carries it.
    #[test]
    fn any_credentials(user in "\\PC{1,12}", password in "\\PC{1,12}", mechanism in mechanism()) {
        let Ok(credentials) = Credentials::password(user.clone(), password.clone()) else { return Ok(()) };
        prop_assume!(credentials.support(mechanism));
        let (Ok(name), Ok(key)) = (query(&user), stored(&password)) else { return Ok(()) };
        prop_assume!(!name.is_empty() && !key.is_empty());
        let (mut client, mut server) = (client(mechanism, &credentials), server(mechanism));
        let mut step = server.start(client.initial_response().as_deref()).unwrap();
        let identity = loop {
            step = match step {
                Step::Challenge(challenge) => server.respond(&client.respond(&challenge).unwrap()),
                Step::Ask(Question::Password { authcid, password, .. }) => {
                    prop_assert!(authcid == name && password == Secret::from(&*key));
                    server.accept()
                }
                Step::Ask(Question::Secret { authcid }) => {
                    prop_assert_eq!(&authcid, &user);
                    server.supply(Some(password.clone().into()))
                }
                Step::Ask(Question::ScramKeys { hash, authcid, .. }) => {
                    prop_assert_eq!(&authcid, &name);
                    server.supply_scram(Some(ScramKeys::derive(hash, &password, b"salt", 4096).unwrap()))
                }
                Step::Done(identity) => break identity,
                other => panic!("{other:?}"),
            }.unwrap();
        };
        client.finish(None).unwrap();
        prop_assert!(identity.authcid() == name || mechanism == Mechanism::CramMd5);
    }

    /// One bit of one message, and somebody notices: the two never agree on success.
    #[test]
    fn one_bit_is_noticed(
        mechanism in select(vec![
            Mechanism::Plain, Mechanism::Login, Mechanism::CramMd5, Mechanism::ScramSha1,
            Mechanism::ScramSha1Plus, Mechanism::ScramSha256, Mechanism::ScramSha256Plus,
            Mechanism::XOAuth2, Mechanism::OAuthBearer,
        ]),
        number in 0..4_usize,
        at: prop::sample::Index,
        bit in 0..8_u32,
    ) {
        let (mut client, mut server) = (client(mechanism, &right()), server(mechanism));
        let mut before = Vec::new();
        let mut after = Vec::new();
        let outcome = SITE.talk(&mut client, &mut server, true, |n, message| {
            if n == number && !message.is_empty() {
                before.clone_from(message);
                message[at.index(before.len())] ^= 1 << bit;
                after.clone_from(message);
            }
        });
        prop_assert!(!outcome.is_success() || before.is_empty() || is_harmless(mechanism, &before, &after));
    }

    /// What is prepared stays as it is when prepared again.
    #[test]
    fn saslprep_is_stable(text in "\\PC{0,16}|[a\u{5d0}-\u{5ea}\u{600}-\u{6ff} ]{0,8}|\\p{Any}{0,8}") {
        if let Ok(once) = stored(&text) {
            prop_assert_eq!(query(&text).unwrap(), &*once);
            prop_assert_eq!(query(&once).unwrap(), &*once);
        }
    }

    /// Whatever an error says, the client reads what the server wrote.
    #[test]
    fn oauth_error(status in any::<String>(), scope in any::<Option<String>>()) {
        let mut error = OAuthError::new(status);
        error.scope = scope;
        prop_assert_eq!(OAuthError::parse(&error.to_json()), Some(error));
    }

    /// Configurations that are refused are refused without a panic.
    #[test]
    fn any_config(mechanism in mechanism(), nonce in "\\PC{0,8}", host in "\\PC{0,8}", key in "\\PC{0,2}") {
        let config = Config::new(nonce).with_hostname(host).with_dummy(key, 4096);
        if let Ok(mut exchange) = mailwire_sasl::server::Exchange::new(mechanism, config) {
            prop_assert!(exchange.start(None).is_ok());
        }
    }
}

/// What may change without harm: LOGIN's prompts, the case of the scheme, keys that become unknown.
fn is_harmless(mechanism: Mechanism, before: &[u8], after: &[u8]) -> bool {
    let changed = before.iter().zip(after).position(|(a, b)| a != b).unwrap_or_default();
    let within = |word: &[u8]| {
        let at = before.windows(word.len()).position(|part| part == word);
        at.is_some_and(|at| (at..at + word.len()).contains(&changed))
    };
    let case = before.eq_ignore_ascii_case(after) && within(b"Bearer");
    match mechanism {
        Mechanism::Login => before.ends_with(b":"),
        Mechanism::XOAuth2 => case,
        Mechanism::OAuthBearer => case || within(b"host") || within(b"port"),
        _ => false,
    }
}
