//! Status lines, capabilities and listings: whatever was read is written well, and only changes once.
#![no_main]
use bytes::{Bytes, BytesMut};
use libfuzzer_sys::fuzz_target;
use mailwire_pop3::{
    AuthLine, Capabilities, Capability, DropListing, LanguageListing, Quirks, Reply, ResponseCode,
    ScanListing, Timestamp, UniqueIdListing,
};

fuzz_target!(|input: &[u8]| {
    let ((bits, codes), wire): ((u16, bool), _) = fuzz::setup(input);
    let tolerated = Quirks::ALL.iter().filter(|&quirk| bits & 1 << quirk as u8 != 0).collect();
    let mut offers = Capabilities::default();
    for line in wire.split(|&octet| octet == b'\n') {
        let line = Bytes::copy_from_slice(line);
        check_reply(&line, codes, tolerated);
        check_listings(&line, tolerated);
        let offer = Capability::parse(line);
        check_capability(&offer);
        offers.push(offer);
    }
    assert!(offers.iter().all(|offer| offers.has(offer.tag())));
    let _ = (offers.login_delay(), offers.expire(), offers.utf8(), offers.mechanisms().count());
});

fn check_reply(line: &Bytes, codes: bool, tolerated: Quirks) {
    let strict = Reply::parse(line.clone(), codes, Quirks::NONE);
    let lenient = Reply::parse(line.clone(), codes, tolerated);
    if strict.is_ok() {
        assert_eq!(lenient, strict);
    }
    match AuthLine::parse(line.clone(), codes, tolerated) {
        Ok((AuthLine::Reply(reply), seen)) => assert_eq!(lenient, Ok((reply, seen))),
        Ok((AuthLine::Challenge(challenge), _)) => assert!(line.ends_with(&challenge)),
        Err(error) => assert!(error.offset <= line.len()),
    }
    let (reply, seen) = match lenient {
        Ok(accepted) => accepted,
        Err(error) => return assert!(error.offset <= line.len(), "{error} of {}", line.len()),
    };
    assert_eq!(tolerated.union(seen), tolerated, "more quirks than were tolerated");
    let wire = reply.to_wire();
    let content = wire.strip_suffix(b"\r\n").expect("a line end");
    assert!(!content.iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0)), "{wire:?}");
    let again = Reply::parse(wire.slice_ref(content), codes, Quirks::NONE);
    assert_eq!(again, Ok((reply.clone(), Quirks::NONE)), "{wire:?}");
    assert_eq!(reply.detach(), reply);
    assert!(codes || reply.code().is_none(), "a code that was not offered");
    assert_eq!(reply.code().is_some(), reply.code_text().is_some());
    if let (Some(code), Some(text)) = (reply.code(), reply.code_text()) {
        assert!(wire.windows(text.len()).any(|window| window == text.as_bytes()));
        assert!(ResponseCode::new(code.as_str()).is_ok());
    }
    let without = reply.without_code();
    assert_eq!((without.code(), without.status()), (None, reply.status()));
    assert_eq!(without.text(), reply.text());
    if let Some(timestamp) = Timestamp::find(reply.raw_text()) {
        let text = timestamp.as_str();
        assert!(text.is_ascii() && text.starts_with('<') && text.ends_with('>'));
        assert_eq!(text.matches(['<', '>', ' ']).count(), 2);
        assert_eq!(Timestamp::new(text), Ok(timestamp));
    }
    let _ = format!("{reply:?} {reply}");
}

fn check_listings(line: &Bytes, tolerated: Quirks) {
    check_listing(
        |line, quirks| DropListing::parse(&line, quirks),
        DropListing::encode,
        line,
        tolerated,
    );
    check_listing(
        |line, quirks| ScanListing::parse(&line, quirks),
        ScanListing::encode,
        line,
        tolerated,
    );
    check_listing(UniqueIdListing::parse, UniqueIdListing::encode, line, tolerated);
    check_listing(
        |line, _| LanguageListing::parse(line).map(|listing| (listing, Quirks::NONE)),
        LanguageListing::encode,
        line,
        tolerated,
    );
}

fn check_listing<T: PartialEq + std::fmt::Debug>(
    parse: impl Fn(Bytes, Quirks) -> Result<(T, Quirks), mailwire_pop3::ParseError>,
    encode: impl Fn(&T, &mut BytesMut),
    line: &Bytes,
    tolerated: Quirks,
) {
    let strict = parse(line.clone(), Quirks::NONE);
    let lenient = parse(line.clone(), tolerated);
    if strict.is_ok() {
        assert_eq!(lenient, strict);
    }
    let (listing, seen) = match lenient {
        Ok(accepted) => accepted,
        Err(error) => return assert!(error.offset <= line.len(), "{error} of {}", line.len()),
    };
    assert_eq!(tolerated.union(seen), tolerated, "more quirks than were tolerated");
    let mut wire = BytesMut::new();
    encode(&listing, &mut wire);
    let wire = wire.freeze();
    assert!(!wire.iter().any(|octet| matches!(octet, b'\r' | b'\n')), "{wire:?}");
    let (again, needed) = parse(wire.clone(), seen).expect("written well");
    assert_eq!(again, listing, "{wire:?}");
    assert_eq!(seen.union(needed), seen);
}

fn check_capability(offer: &Capability) {
    let mut wire = BytesMut::new();
    offer.encode(&mut wire);
    let content = wire.strip_suffix(b"\r\n").expect("a line end");
    let again = Capability::parse(Bytes::copy_from_slice(content));
    assert_eq!(again, *offer, "{wire:?}");
    assert_eq!(String::from_utf8_lossy(content), offer.to_string());
    assert_eq!(offer.detach(), *offer);
    let _ = format!("{offer:?}");
}
