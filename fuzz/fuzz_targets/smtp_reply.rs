//! No cut changes what is read, and whatever was read is written well and only changes once.
#![no_main]
use bytes::{Bytes, BytesMut};
use fuzz::pieces;
use libfuzzer_sys::fuzz_target;
use mailwire_core::InputQueue;
use mailwire_smtp::{Capabilities, Capability, EnhancedCode, Reply, ReplyReadError};

fuzz_target!(|input: &[u8]| {
    let ((seed, limit), wire): ((u64, u16), _) = fuzz::setup(input);
    let line = usize::from(limit % 600);
    let total = line + usize::from(limit / 600) * 10;
    let whole = read([Bytes::copy_from_slice(wire)], line, total);
    assert_eq!(read(wire.chunks(1).map(Bytes::copy_from_slice), line, total), whole);
    assert_eq!(read(pieces(seed, wire), line, total), whole);
    let mut at = 0;
    for reply in whole.iter().flatten() {
        let raw = reply.as_received();
        assert!(raw.len() <= total && wire[at..].starts_with(raw));
        assert!(raw.split_inclusive(|&octet| octet == b'\n').all(|octets| octets.len() <= line));
        assert_eq!(Reply::parse(raw.clone()).as_ref(), Ok(reply));
        at += raw.len();
        check_reply(reply);
    }
    if let Ok(reply) = Reply::parse(Bytes::copy_from_slice(wire)) {
        check_reply(&reply);
    }
    check_capability(Capability::parse(Bytes::copy_from_slice(wire)));
    let text = str::from_utf8(wire).unwrap_or_default();
    if let Ok(code) = text.parse::<EnhancedCode>() {
        assert_eq!(code.to_string().parse(), Ok(code));
    }
});

/// Everything up to the first error: behind it, nobody knows where a reply starts.
fn read(
    pieces: impl IntoIterator<Item = Bytes>,
    line: usize,
    total: usize,
) -> Vec<Result<Reply, ReplyReadError>> {
    let mut input = InputQueue::default();
    let mut said = Vec::new();
    for piece in pieces {
        input.push(piece);
        while let Some(reply) = Reply::read(&mut input, line, total).transpose() {
            said.push(reply);
            if said.last().is_some_and(Result::is_err) {
                return said;
            }
        }
    }
    said
}

fn check_reply(reply: &Reply) {
    let wire = reply.to_wire();
    let again = Reply::parse(wire.clone()).unwrap_or_else(|error| panic!("{wire:?}: {error}"));
    assert_eq!(again.to_wire(), wire);
    assert!(again.codes_agree() && !again.has_bare_lf());
    assert_eq!((again.code(), again.severity()), (reply.code(), reply.severity()));
    assert_eq!(again.enhanced(), reply.enhanced());
    assert_eq!(again.lines().count(), reply.lines().count());
    for (was, is) in reply.lines().zip(again.lines()) {
        assert_eq!(was.text.len(), is.text.len());
        assert_eq!(was.enhanced(), is.enhanced());
        assert!(!is.text.iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0)));
        assert!(is.text.ends_with(is.message()));
    }
    assert_eq!(reply.detach(), *reply);
    assert_eq!(reply.text().split('\n').count(), reply.lines().count());
    assert!(reply.to_string().starts_with(&reply.code().to_string()));

    let offers = Capabilities::from(reply.clone());
    assert_eq!(offers.iter().count() + 1, reply.lines().count());
    for offer in offers.iter() {
        // Further on nothing is offered.
        if let Some(extension) = offer.extension()
            && wire.len() < 65_536
        {
            assert!(offers.has(extension) && offers.get(extension).is_some());
        }
        check_capability(offer);
    }
    assert!(offers.auth_mechanisms().all(|name| !name.is_empty()));
    let _ = (offers.max_size(), offers.limits(), offers.server_name());
}

fn check_capability(offer: Capability) {
    let mut out = BytesMut::new();
    offer.encode(&mut out);
    assert!(!out.iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0)), "{out:?}");
    assert_eq!(Capability::parse(out.clone().freeze()), offer);
    assert_eq!(String::from_utf8_lossy(&out), offer.to_string());
    let _ = format!("{offer:?}");
}
