//! Lines that are nearly those of the RFCs: words of them are missing, doubled, swapped, or replaced by what
//! belongs elsewhere. Whatever they say, they are read in the same way however they are cut, strictly as
//! leniently where nothing is repaired, and what they print is stable; and what was read has an end.

#[path = "support/check.rs"]
mod check;

use bytes::Bytes;
use check::{Message, check};
use mailwire_imap::{
    Data, Frame, FrameLimits, Framer, Piece, Response, Side,
    fetch::{BodyPart, FetchItem},
};
use proptest::prelude::*;
use std::{fs, path::Path, sync::LazyLock};

/// What stands in the place of a word, or beside it.
const WORDS: [&str; 30] = [
    "NIL",
    "()",
    "(",
    ")",
    " ",
    "x",
    "\"a\"",
    "\"\"",
    "\"a\\\"b\"",
    "\"a\"b\"",
    "{1}\r\nz",
    "{0}\r\n",
    "~{1}\r\nz",
    "{5}",
    "0",
    "5",
    "-1",
    "1:*",
    "*",
    "$",
    "%",
    "4294967296",
    "9223372036854775808",
    "\\X",
    "[",
    "]",
    "<5>",
    "(a b)",
    "(\"a\" \"b\")",
    "(\"a\" NIL)",
];

/// A structure with everything in it, of which the examples have few.
const STRUCTURE: &str = "* 1 FETCH (UID 5 BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"UTF-8\") NIL NIL \
    \"7BIT\" 5 1 NIL (\"inline\" (\"size\" \"5\")) (\"en\" \"de\") \"loc\")(\"MESSAGE\" \"RFC822\" NIL \"<i>\" \"d\" \
    \"7BIT\" 342 (\"date\" \"subject\" ((\"A\" NIL \"a\" \"x\")(NIL NIL \"b\" \"y\")) NIL NIL NIL NIL NIL NIL \"<i>\") \
    (\"IMAGE\" \"PNG\" NIL NIL NIL \"BASE64\" 4 \"md5\" (\"attachment\" (\"a\" \"b\" \"c\" \"d\")) \"en\" NIL \"x\" (5 NIL)) \
    9) \"MIXED\" (\"boundary\" \"x\") (\"inline\" NIL) NIL \"loc\") FLAGS (\\Seen))";

/// How a line is changed: what is done, where, and with which word.
type Change = (u8, prop::sample::Index, prop::sample::Index);

/// The lines of the examples, in words.
static LINES: LazyLock<Vec<(Side, Vec<String>)>> = LazyLock::new(|| {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rfc");
    let mut lines = Vec::new();
    for file in fs::read_dir(dir).unwrap() {
        for line in fs::read_to_string(file.unwrap().path()).unwrap().lines() {
            let side = match line.get(..3) {
                Some("C: ") => Side::Commands,
                Some("S: ") => Side::Responses,
                _ => continue,
            };
            lines.push((side, words(&line[3..])));
        }
    }
    lines.sort_by(|one, other| one.1.cmp(&other.1));
    lines.dedup();
    lines
});

/// Strings whole, spaces and brackets alone.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for char in line.chars() {
        let alone = !quoted && " ()[]<>".contains(char);
        if alone || (char == '"' && !quoted) {
            words.push(String::new());
        }
        words.last_mut().expect("there is one").push(char);
        if alone || (char == '"' && quoted && !escaped) {
            words.push(String::new());
        }
        quoted ^= char == '"' && !escaped;
        escaped = quoted && char == '\\' && !escaped;
    }
    words.retain(|word| !word.is_empty());
    words
}

fn change(words: &mut Vec<String>, (what, at, with): &Change) {
    if words.is_empty() {
        return;
    }
    let at = at.index(words.len());
    let word = WORDS[with.index(WORDS.len())].to_owned();
    let other = with.index(words.len());
    match what {
        0 => drop(words.remove(at)),
        1 => words.insert(at, words[at].clone()),
        2 => words.swap(at, other),
        3 => words[at] = word,
        _ => words.insert(at, word),
    }
}

/// The frames of the line, as far as the literals that it announces have come.
fn frames(side: Side, wire: String) -> Vec<Frame> {
    let mut framer = Framer::new(side, FrameLimits::CLIENT);
    framer.push(Bytes::from(wire));
    let mut frames = Vec::new();
    while let Ok(Some(piece)) = framer.next_piece() {
        match piece {
            Piece::Frame(frame) => frames.push(frame),
            Piece::Literal { .. } if framer.inline().is_ok() => {}
            _ => break,
        }
    }
    frames
}

/// Everything that can be asked of a part.
fn ask(part: BodyPart<'_>) {
    const MANY: usize = 10_000;
    let params = part.params().take(MANY).count();
    let disposition = part.disposition().map_or(0, |found| found.params.take(MANY).count());
    assert!(params.max(disposition) < MANY, "parameters without end: {part:?}");
    let envelope = part.envelope();
    let addresses = envelope.iter().flat_map(|envelope| envelope.to()).take(MANY).count();
    assert!(addresses < MANY, "addresses without end: {part:?}");
    let parent = part.children().next().and_then(|child| child.parent());
    assert!(parent.is_none_or(|parent| parent == part));
    drop((part.languages(), part.location(), part.extension(), part.section()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8_192))]

    #[test]
    fn laws_hold_near_the_examples(
        line in prop::option::weighted(0.7, any::<prop::sample::Index>()),
        changes in prop::collection::vec((0..5u8, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4),
    ) {
        let (side, mut words) = match line {
            Some(line) => line.get(&LINES).clone(),
            None => (Side::Responses, words(STRUCTURE)),
        };
        changes.iter().for_each(|one| change(&mut words, one));
        let wire = [&words.concat(), "\r\n"].concat();
        for frame in frames(side, wire) {
            let checked = check(side, &frame);
            // What is not known of a structure is made up when it is sent.
            let is_made_up = |fault: &String| fault.contains("BodyPart") && !fault.contains("prints");
            let broken: Vec<_> = checked.broken.iter().filter(|fault| !is_made_up(fault)).collect();
            prop_assert!(broken.is_empty(), "{:?}: {broken:#?}", frame.wire());
            let Some(Message::Response(Response::Data(Data::Fetch(fetch)))) = &checked.message else {
                continue;
            };
            for item in fetch.items() {
                if let FetchItem::BodyStructure(structure) | FetchItem::Body(structure) = item {
                    structure.parts().for_each(ask);
                    let plain = structure.without_extension();
                    prop_assert_eq!(plain.without_extension(), plain);
                }
            }
        }
    }
}
