use mailwire_sasl::{Credentials, Mechanism, NoMechanism, Policy, choose};

use crate::drive::right;

fn tim() -> Credentials {
    Credentials::password("tim", "tanstaaf").unwrap()
}

const ALL: [&str; 14] = [
    "LOGIN",
    "PLAIN",
    "ANONYMOUS",
    "CRAM-MD5",
    "SCRAM-SHA-1",
    "GSSAPI",
    "SCRAM-SHA-256",
    "XOAUTH2",
    "SCRAM-SHA-1-PLUS",
    "SCRAM-SHA-256-PLUS",
    "OAUTHBEARER",
    "EXTERNAL",
    "NTLM",
    "SCRAM-SHA-512",
];

/// The next best each time one is refused, whatever the order of the offer.
fn ladder(credentials: &Credentials, mut policy: Policy) -> (Vec<&'static str>, NoMechanism) {
    let mut tried = Vec::new();
    loop {
        let choice = choose(ALL, credentials, &policy);
        assert_eq!(choice, choose(ALL.into_iter().rev(), credentials, &policy));
        match choice {
            Ok(mechanism) => {
                tried.push(mechanism.name());
                policy = policy.without(mechanism);
            }
            Err(end) => return (tried, end),
        }
    }
}

#[test]
fn strength() {
    let tls = Policy::new(true).with_channel_binding(true);
    let (tried, end) = ladder(&tim(), tls);
    assert_eq!(
        tried,
        [
            "SCRAM-SHA-256-PLUS",
            "SCRAM-SHA-1-PLUS",
            "SCRAM-SHA-256",
            "SCRAM-SHA-1",
            "CRAM-MD5",
            "PLAIN",
            "LOGIN"
        ]
    );
    assert_eq!(end, NoMechanism::NoneInCommon);
    let (tried, _) = ladder(&right(), tls);
    assert_eq!(tried, Mechanism::ALL.map(Mechanism::name));
}

/// However often the server refuses, no secret goes out in the clear.
#[test]
fn never_down_to_plaintext() {
    let (tried, end) = ladder(&tim(), Policy::new(false));
    assert_eq!(tried, ["SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"]);
    assert_eq!(end, NoMechanism::NeedsTls);

    let token = Credentials::bearer("tim", "x").unwrap();
    assert_eq!(ladder(&token, Policy::new(false)), (vec![], NoMechanism::NeedsTls));

    let (tried, end) = ladder(&tim(), Policy::new(false).with_plaintext_allowed());
    assert_eq!(tried.last(), Some(&"LOGIN"));
    assert_eq!(end, NoMechanism::NoneInCommon);
}

#[test]
fn credentials_decide() {
    let tls = Policy::new(true);
    for (credentials, want) in [
        (Credentials::default(), vec![]),
        (Credentials::bearer("tim", "x").unwrap(), vec!["OAUTHBEARER", "XOAUTH2"]),
        (Credentials::external(), vec!["EXTERNAL"]),
        (Credentials::anonymous("").unwrap(), vec!["ANONYMOUS"]),
        (
            tim().with_authzid("boss").unwrap(),
            vec!["SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"], // the others cannot carry it
        ),
    ] {
        assert_eq!(ladder(&credentials, tls), (want, NoMechanism::NoneInCommon));
    }
}

#[test]
fn offers() {
    let tls = Policy::new(true);
    assert_eq!(choose(["plain", "Login"], &tim(), &tls), Ok(Mechanism::Plain));
    assert_eq!(choose([], &tim(), &tls), Err(NoMechanism::NoneInCommon));
    assert_eq!(choose(["", "=", "PLAIN ", "SCRAM"], &tim(), &tls), Err(NoMechanism::NoneInCommon));
    let offered = ["SCRAM-SHA-256-PLUS", "PLAIN"];
    assert_eq!(choose(offered, &tim(), &tls), Ok(Mechanism::Plain));
    let plus = ["SCRAM-SHA-256-PLUS"];
    assert_eq!(choose(plus, &tim(), &tls), Err(NoMechanism::NoneInCommon));
}

#[test]
fn names() {
    for mechanism in Mechanism::ALL {
        assert_eq!(mechanism.name().parse(), Ok(mechanism));
        assert_eq!(mechanism.name().to_lowercase().parse(), Ok(mechanism));
        assert_eq!(mechanism.to_string(), mechanism.name());
    }
    let plaintext = Mechanism::ALL.into_iter().filter(|m| m.is_plaintext());
    assert!(plaintext.eq([
        Mechanism::OAuthBearer,
        Mechanism::XOAuth2,
        Mechanism::Plain,
        Mechanism::Login
    ]));
    assert!(
        Mechanism::ALL
            .into_iter()
            .filter(|m| m.server_first())
            .eq([Mechanism::CramMd5, Mechanism::Login])
    );
}

/// What a server offers follows the same policy.
#[test]
fn server_offer() {
    let offer = |policy: Policy| Mechanism::ALL.into_iter().filter(move |&m| policy.permits(m));
    assert!(offer(Policy::new(false)).all(|m| !m.is_plaintext() && !m.is_plus()));
    assert_eq!(offer(Policy::new(true).with_channel_binding(true)).count(), 11);
}
