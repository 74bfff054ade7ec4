//! Whatever a client says, the server's exchange lets nobody in who does not know the secret.
#![no_main]
use fuzz::{
    parts,
    sasl::{Setup, Toward, change},
};
use libfuzzer_sys::fuzz_target;
use mailwire_sasl::{Mechanism, line};

fuzz_target!(|input: &[u8]| {
    let (setup, bytes): (Setup, _) = fuzz::setup(input);
    lines(bytes);
    let mut parts = parts(bytes).into_iter();
    let outcome = setup.talk(&mut |toward, message| match toward {
        Toward::Server => change(message, parts.next()),
        Toward::Client => message,
    });
    let Some(outcome) = outcome else { return };
    let untouched = outcome.messages.iter().all(|(_, sent, arrived)| sent == arrived);
    let right = setup.is_right();
    match setup.mechanism() {
        // Whoever sees no password cannot make one up; nor does a change go unnoticed.
        Mechanism::ScramSha1
        | Mechanism::ScramSha1Plus
        | Mechanism::ScramSha256
        | Mechanism::ScramSha256Plus
        | Mechanism::CramMd5
            if outcome.server =>
        {
            assert!(right && untouched, "{outcome:?}");
            assert!(outcome.client);
        }
        // The question was answered by whoever knows; a change may even make it right.
        Mechanism::Plain | Mechanism::Login if outcome.server && untouched => assert!(right),
        _ => {}
    }
    if right && untouched {
        assert!(outcome.server && outcome.client, "{setup:?} {outcome:?}");
    }
});

/// What the base64 line takes it would write itself.
fn lines(text: &[u8]) {
    let mut out = Vec::new();
    if let Ok(data) = line::decode_challenge(text) {
        line::encode(&data, &mut out);
        assert_eq!(out, text);
        out.clear();
    }
    if let Ok(data) = line::decode_initial(text) {
        line::encode_initial(&data, &mut out);
        assert_eq!(out, text);
        out.clear();
    }
    if let Ok(line::Response::Data(data)) = line::decode_response(text) {
        line::encode(&data, &mut out);
        assert_eq!(out, text);
    }
    out.clear();
    line::encode(text, &mut out);
    assert_eq!(line::decode_challenge(&out).as_deref(), Ok(text));
}
