//! Memory stays bounded, and work does not grow faster than the input.
use mailwire_message::{
    Bytes,
    parser::{Config, Event, Parser, Role},
};

use crate::record::multipart;

/// More than could be a delimiter of these boundaries, with blanks behind it.
const DELIMITER: usize = 2 + 2 + 70 + 2 + 998 + 2;

/// Reads chunks that are made as they are needed; gives the octets of bodies and the most that was
/// held back.
fn stream(start: &[u8], chunks: impl Iterator<Item = Bytes>) -> (u64, usize) {
    let mut config = Config::default();
    config.line_statistics = false;
    let mut parser = Parser::new(config);
    parser.handle_input(Bytes::copy_from_slice(start));
    let (mut octets, mut most) = (0, 0);
    for chunk in chunks {
        parser.handle_input(chunk);
        while let Some(event) = parser.poll_event().unwrap() {
            if let Event::Raw(raw) = event
                && raw.role == Role::Body
            {
                octets += raw.octets.len() as u64;
            }
        }
        most = most.max(parser.held_back());
    }
    parser.handle_eof();
    while parser.poll_event().unwrap().is_some() {}
    assert_eq!(parser.held_back(), 0);
    (octets, most)
}

fn attachment(octets: u64) {
    let line = [&b"QUJD".repeat(19)[..], b"\r\n"].concat();
    let chunk = Bytes::from(line.repeat(840));
    let times = octets / chunk.len() as u64;
    let start = multipart("b", "--b\nContent-Type: application/pdf\n\n");
    let chunks = (0..times).map(|_| chunk.clone());
    let (body, held) = stream(&start, chunks);
    // The last line break may have belonged to a delimiter that did not come.
    assert_eq!(body + 2, times * chunk.len() as u64);
    assert!(held <= 2, "{held}");
}

#[test]
fn a_message_of_10_gb_takes_no_memory() {
    attachment(10_000_000_000);
}

/// Whatever comes, no more is held back than could be a delimiter.
#[test]
fn bodies_are_not_held_back() {
    let start = multipart(&"b".repeat(70), &format!("--{}\n\n", "b".repeat(70)));
    for line in [
        "-".repeat(5_000),
        format!("--{}", " ".repeat(5_000)),
        format!("--{}{}", "b".repeat(70), " ".repeat(5_000)),
        "\r".repeat(5_000),
        "\n".repeat(5_000),
        format!("x --{}", "b".repeat(5_000)),
        "-\n--\n".repeat(2_000),
    ] {
        for step in [1, 7, 300] {
            let chunks = line.as_bytes().chunks(step).map(Bytes::copy_from_slice);
            let (_, held) = stream(&start, chunks);
            assert!(held <= DELIMITER, "{held} of {:?} by {step}", &line[..10]);
        }
    }
}

/// A field is held back up to its limit, and then comes in pieces.
#[test]
fn fields_are_held_back_to_their_limit() {
    let mut config = Config::default();
    config.limits.field_octets = 1_000;
    let mut parser = Parser::new(config);
    parser.handle_input("A: ".into());
    for _ in 0..10_000 {
        parser.handle_input("0123456789".into());
        while parser.poll_event().unwrap().is_some() {}
        assert!(parser.held_back() <= 1_000 + 10);
    }
}

/// How many events there are is no more than the input has lines, times a few.
#[test]
fn events_are_few() {
    for (message, most) in [
        (multipart("b", &"--b\n".repeat(10_000)), 10_000 * 6),
        (multipart("b", &"--bx\n".repeat(10_000)), 10_000 * 2),
        ("To: a\n".repeat(10_000).into_bytes(), 10_000 * 2),
        (multipart("b", &"x".repeat(1_000_000)), 20),
    ] {
        let mut parser = Parser::new(Config::default());
        parser.handle_input(Bytes::from(message));
        parser.handle_eof();
        let mut events = 0;
        while parser.poll_event().unwrap().is_some() {
            events += 1;
        }
        assert!(events <= most, "{events}");
    }
}
