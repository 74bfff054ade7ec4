//! Whatever a server says, the client's exchange believes in a SCRAM success only of a server that
//! knows the password, and answers nothing twice.
#![no_main]
use fuzz::{
    parts,
    sasl::{Setup, Toward, change},
};
use libfuzzer_sys::fuzz_target;
use mailwire_sasl::{Error, OAuthError};

fuzz_target!(|input: &[u8]| {
    let (setup, bytes): (Setup, _) = fuzz::setup(input);
    if let Some(error) = OAuthError::parse(bytes) {
        assert_eq!(OAuthError::parse(&error.to_json()), Some(error));
    }
    between(setup, bytes);
    alone(setup, bytes);
});

/// Challenges of a real server, changed on the way.
fn between(setup: Setup, bytes: &[u8]) {
    let mut parts = parts(bytes).into_iter();
    let outcome = setup.talk(&mut |toward, message| match toward {
        Toward::Client => change(message, parts.next()),
        Toward::Server => message,
    });
    let Some(outcome) = outcome else { return };
    if outcome.client && setup.mechanism().scram_hash().is_some() {
        assert!(setup.is_right(), "{outcome:?}");
        // Only behind `v=` may something stand that changes nothing: an extension.
        let mut challenges = outcome
            .messages
            .iter()
            .filter(|(toward, ..)| *toward == Toward::Client)
            .skip_while(|(_, sent, _)| sent.is_empty());
        let (_, sent, arrived) = challenges.next().expect("salt and count");
        assert_eq!(sent, arrived);
        let (_, sent, arrived) = challenges.next().expect("the server's signature");
        assert!(arrived.starts_with(sent), "{outcome:?}");
    }
}

/// Challenges of nobody who knows the password.
fn alone(setup: Setup, bytes: &[u8]) {
    let Some(mut client) = setup.client() else { return };
    let scram = setup.mechanism().scram_hash().is_some();
    let first = client.initial_response();
    let mut responses = Vec::new();
    let parts = parts(bytes);
    let (last, challenges) = parts.split_last().expect("one part at least");
    for challenge in challenges {
        match client.respond(challenge) {
            Ok(response) => responses.push(response),
            Err(error) => {
                assert_ne!(error, Error::Misuse);
                assert_eq!(client.respond(challenge), Err(error.clone()), "latch");
                assert_eq!(client.finish(None), Err(error), "latch");
                return;
            }
        }
    }
    assert!(responses.len() <= 3, "a client that never comes to an end");
    assert_eq!(first.is_none(), setup.mechanism().server_first());
    match client.finish(setup.final_data().then_some(*last)) {
        Ok(()) => {
            assert!(!scram, "the server has not proved itself");
            assert_eq!(client.respond(b""), Err(Error::Misuse));
            assert_eq!(client.finish(None), Err(Error::Misuse));
        }
        Err(error) => assert_eq!(client.finish(None), Err(error), "latch"),
    }
}
