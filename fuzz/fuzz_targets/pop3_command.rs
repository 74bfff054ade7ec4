//! What is accepted is written as one line, is read back as what it was, and is accepted again with
//! more tolerance.
#![no_main]
use bytes::{Bytes, BytesMut};
use libfuzzer_sys::fuzz_target;
use mailwire_pop3::{Command, Quirks};

fuzz_target!(|input: &[u8]| {
    let (bits, line): (u16, _) = fuzz::setup(input);
    let line = Bytes::copy_from_slice(line);
    let tolerated = Quirks::ALL.iter().filter(|&quirk| bits & 1 << quirk as u8 != 0).collect();
    let strict = check(&line, Quirks::NONE);
    let lenient = check(&line, tolerated);
    let loosest = check(&line, Quirks::ALL);
    if strict.is_some() {
        assert_eq!(lenient, strict);
    }
    if lenient.is_some() {
        assert_eq!(loosest, lenient);
    }
});

fn check(line: &Bytes, tolerated: Quirks) -> Option<(Command, Quirks)> {
    let (command, seen) = match Command::parse(line.clone(), tolerated) {
        Ok(accepted) => accepted,
        Err(error) => {
            assert!(error.offset <= line.len(), "{error} of {}", line.len());
            return None;
        }
    };
    assert_eq!(tolerated.union(seen), tolerated, "more quirks than were tolerated");
    assert_eq!(Command::parse(line.clone(), seen).as_ref(), Ok(&(command.clone(), seen)));

    let mut wire = BytesMut::new();
    command.encode(&mut wire);
    let wire = wire.freeze();
    let content = wire.strip_suffix(b"\r\n").expect("a line end");
    assert!(!content.iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0)), "{wire:?}");
    let (again, needed) = Command::parse(wire.slice_ref(content), seen)
        .unwrap_or_else(|error| panic!("{wire:?}: {error}"));
    assert_eq!(again, command, "{wire:?}");
    assert_eq!(seen.union(needed), seen, "{wire:?}");
    assert_eq!(again.is_multi_line(), command.is_multi_line());

    let mut twice = BytesMut::new();
    again.encode(&mut twice);
    assert_eq!(twice, wire);
    assert!(wire.starts_with(command.verb().as_bytes()));
    let shown = format!("{command:?}");
    if let Command::Pass(_) = command
        && line.len() > 40
    {
        let password = String::from_utf8_lossy(&line[5..]);
        assert!(!shown.contains(&*password), "a password is shown");
    }
    Some((command, seen))
}
