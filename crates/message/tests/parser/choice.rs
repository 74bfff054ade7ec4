//! What the caller chooses for a part.
use mailwire_message::{
    Bytes, PartId,
    parser::{Config, Error, Event, Parser, PartKind, Role},
};

use crate::record::multipart;

const BODY: &str =
    "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n--b\n\ny\n--b--\n";

fn read(choose: impl Fn(&mut Parser, PartId), step: usize) -> Vec<String> {
    let message = multipart("b", BODY);
    let mut parser = Parser::new(Config::default());
    let (mut seen, mut body) = (Vec::new(), String::new());
    let chunks = message.chunks(step).map(Some).chain([None]);
    for chunk in chunks {
        match chunk {
            Some(chunk) => parser.handle_input(Bytes::copy_from_slice(chunk)),
            None => parser.handle_eof(),
        }
        while let Some(event) = parser.poll_event().unwrap() {
            match event {
                Event::Headers(headers) => choose(&mut parser, headers.part),
                Event::Raw(raw) if raw.role == Role::Body => {
                    body += &String::from_utf8_lossy(&raw.octets);
                }
                Event::End(end) => {
                    assert_eq!(end.kind == PartKind::Leaf, end.part != PartId::ROOT);
                    seen.push(format!("{} {:?} {body:?}", end.part, end.body));
                    body.clear();
                }
                _ => {}
            }
        }
    }
    seen
}

#[test]
fn opaque_and_skip() {
    for step in [1, 2, 5, 1_000] {
        let opaque = read(
            |parser, part| {
                if part == PartId::new(1) {
                    parser.opaque().unwrap();
                }
            },
            step,
        );
        let want = [r#"1 92..104 "--c\n\nx\n--c--""#, r#"2 110..111 "y""#, r#"0 45..118 """#];
        assert_eq!(opaque, want.map(String::from), "pieces of {step}");
        let skip = read(
            |parser, part| {
                if part == PartId::new(1) {
                    parser.skip().unwrap();
                }
            },
            step,
        );
        let want = [r#"1 92..104 """#, r#"2 110..111 "y""#, r#"0 45..118 """#];
        assert_eq!(skip, want.map(String::from), "pieces of {step}");
    }
}

#[test]
fn misuse_is_told_and_changes_nothing() {
    let mut parser = Parser::new(Config::default());
    assert_eq!(parser.opaque(), Err(Error::Misuse));
    parser.handle_input("A: b\n\nx".into());
    let mut events = 0;
    while let Some(event) = parser.poll_event().unwrap() {
        let is_headers = matches!(event, Event::Headers(_));
        assert_eq!(parser.skip().is_ok(), is_headers);
        assert_eq!(parser.descend().is_ok(), is_headers);
        events += 1;
    }
    assert!(events > 3);
    parser.handle_eof();
    parser.handle_eof();
    parser.handle_input(Bytes::new());
    assert!(parser.poll_event().is_ok());
    parser.handle_input("y".into());
    assert_eq!(parser.poll_event(), Err(Error::Misuse));
    assert_eq!(parser.poll_event(), Err(Error::Misuse));
}

#[test]
fn octets_are_shared_with_the_chunk() {
    let chunk = Bytes::from(multipart("b", BODY));
    let mut parser = Parser::new(Config::default());
    parser.handle_input(chunk.clone());
    parser.handle_eof();
    let shared = chunk.as_ptr() as usize..chunk.as_ptr() as usize + chunk.len();
    while let Some(event) = parser.poll_event().unwrap() {
        if let Some(octets) = event.input_octets() {
            assert!(shared.contains(&(octets.as_ptr() as usize)), "{event:?}");
            let copy = event.clone().detach();
            assert_eq!(copy, event);
            assert!(!shared.contains(&(copy.input_octets().unwrap().as_ptr() as usize)));
        }
    }
}
