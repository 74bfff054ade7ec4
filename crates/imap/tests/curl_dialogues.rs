//! The dialogues of curl's test cases: what curl sends, and what its server answers.

#[path = "support/check.rs"]
mod check;

use bytes::Bytes;
use check::{Checked, Message, check, frames};
use mailwire_imap::{
    Command, Data, Frame, FrameLimits, Framer, Piece, Response, Side,
    fetch::{FetchData, FetchItem},
};
use testkit::curl::Case;

/// What is not wholly understood, and why that is right: the case, what it begins with, the reason.
const ODD: &[(&str, &str, &str)] = &[
    ("test3206", "A004 FETCH 456 (\"fake {50}\" BODY[TEXT])", "no such item"),
    ("test3206", "* 456 FETCH ((\"fake {50}\" BODY[TEXT])", "no such item"),
    ("test1847", "* FETCH FETCH (1 BODY[]", "no such response"),
    ("test897", "* 123 FETCH (BODY[1] {31}", "text behind the literal"),
];

#[derive(Default)]
struct Tally {
    commands: usize,
    responses: usize,
    answers: usize,
    faults: Vec<String>,
}

#[test]
fn dialogues_of_curl_are_understood() {
    let mut tally = Tally::default();
    let mut cases = 0;
    for (number, octets) in testkit::shared::files("vectors/curl") {
        if !String::from_utf8_lossy(&octets).contains("\n<server>\nimap") {
            continue;
        }
        cases += 1;
        let case = Case::new(number.trim_start_matches("test"), &octets);
        commands(&number, &case, &mut tally);
        responses(&number, &case, &mut tally);
    }
    if cases == 0 {
        return;
    }
    println!(
        "{cases} cases, {} commands, {} responses, {} other lines",
        tally.commands, tally.responses, tally.answers
    );
    assert!(tally.faults.is_empty(), "{}", tally.faults.join("\n"));
    assert!(cases > 60 && tally.commands > 250 && tally.responses > 60);
}

/// What curl sends: commands, and answers to AUTHENTICATE and IDLE, which hold no space.
fn commands(number: &str, case: &Case, tally: &mut Tally) {
    let Some(wire) = case.section("protocol") else { return };
    // Behind a proxy there is HTTP too; in front of it nothing is said of IMAP.
    let Some(at) = find(&wire, b"A001 CAPABILITY\r\n") else { return };
    let mut framer = Framer::new(Side::Commands, FrameLimits::UNAUTHENTICATED);
    let mut answering = false;
    for line in wire[at..].split_inclusive(|octet| *octet == b'\n') {
        framer.push(Bytes::copy_from_slice(line));
        if answering && !line.contains(&b' ') {
            let want = line.trim_ascii_end();
            assert_eq!(framer.next_line(8192), Ok(Some(Bytes::copy_from_slice(want))));
            tally.answers += 1;
            continue;
        }
        while let Some(piece) = framer.next_piece().unwrap() {
            let frame = match piece {
                Piece::Frame(frame) => frame,
                Piece::Literal { literal, .. } => {
                    // What curl appends is in a section of its own, parts of boundaries left out.
                    let mut upload = case.section("upload").expect("there is something");
                    upload.resize(literal.size.try_into().unwrap(), b'-');
                    framer.inline().unwrap();
                    framer.push(Bytes::from([upload, b"\r\n".to_vec()].concat()));
                    continue;
                }
                other => unreachable!("nothing is streamed: {other:?}"),
            };
            tally.commands += 1;
            let checked = account(Side::Commands, number, &frame, &mut tally.faults);
            answering = matches!(
                &checked.message,
                Some(Message::Command(command))
                    if matches!(command.command, Command::Authenticate { .. } | Command::Idle)
            );
        }
    }
    if !framer.is_empty() {
        tally.faults.push(format!("{number}: commands left over"));
    }
}

/// What curl's server says: made from the data of the case, as the server does, and as curl writes down.
fn responses(number: &str, case: &Case, tally: &mut Tally) {
    for line in case.text("servercmd").lines() {
        let Some(reply) = line.strip_prefix("REPLY ") else { continue };
        let response = match reply.strip_prefix('"') {
            Some(quoted) => quoted.split_once("\" ").map(|(_, response)| response),
            None => reply.split_once(' ').map(|(_, response)| response),
        };
        if let Some(response) = response {
            // Its server leaves out the space of an empty challenge.
            let response = if response == "+" { "+ " } else { response };
            let response = response.replace("\\r\\n", "\r\n");
            response_frames(number, &[response.as_bytes(), b"\r\n"].concat(), tally);
        }
    }
    if let Some(data) = case.section("data").filter(|data| !data.starts_with(b"HTTP")) {
        let head = format!("* 1 FETCH (BODY[] {{{}}}\r\n", data.len());
        let wire = [head.as_bytes(), &data, b")\r\nA004 OK FETCH completed\r\n"].concat();
        let messages = response_frames(number, &wire, tally);
        let Some(Some(Message::Response(Response::Data(Data::Fetch(fetch))))) = messages.first()
        else {
            return tally.faults.push(format!("{number}: no FETCH"));
        };
        let items: Vec<_> = fetch.items().collect();
        let [FetchItem::Section { data: FetchData::Octets(octets), .. }] = &items[..] else {
            return tally.faults.push(format!("{number}: {items:?}"));
        };
        assert_eq!(octets, &data);
    }
    let written = ["datacheck", "file", "stdout"].map(|name| case.section(name));
    for wire in written.into_iter().flatten() {
        if let Some(at) = find(&wire, b"* ").filter(|at| *at == 0 || wire[at - 1] == b'\n') {
            // What curl writes down ends with the literal.
            let mut wire = wire[at..].to_vec();
            let complete = wire.ends_with(b"completed\r\n") || !wire.contains(&b'{');
            wire.extend_from_slice(if complete { b"" } else { b")\r\n" });
            response_frames(number, &wire, tally);
        }
    }
}

fn response_frames(number: &str, wire: &[u8], tally: &mut Tally) -> Vec<Option<Message>> {
    let read: Vec<_> = frames(Side::Responses, wire, usize::MAX)
        .iter()
        .map(|frame| account(Side::Responses, number, frame, &mut tally.faults).message)
        .collect();
    tally.responses += read.len();
    read
}

fn account(side: Side, number: &str, frame: &Frame, faults: &mut Vec<String>) -> Checked {
    let checked = check(side, frame);
    let wire = frame.wire();
    let listed =
        ODD.iter().any(|(case, start, _)| *case == number && wire.starts_with(start.as_bytes()));
    if checked.odd.is_some() != listed {
        faults.push(format!("{number}: {:?}: {}", checked.odd, wire.escape_ascii()));
    }
    faults.extend(checked.broken.iter().map(|law| format!("{number}: {law}")));
    checked
}

fn find(wire: &[u8], part: &[u8]) -> Option<usize> {
    wire.windows(part.len()).position(|window| window == part)
}
