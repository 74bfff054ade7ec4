//! What a hostile peer sends to cost time or memory. A step that looks at the rest of the line for each
//! of its octets would take hours here.

use bytes::Bytes;
use mailwire_imap::{
    Command, Data, Frame, ParseErrorKind, ReadOptions, Response,
    fetch::{Fetch, FetchItem},
};

const MANY: usize = 1 << 20;

fn response(wire: impl Into<Bytes>) -> Result<Response, ParseErrorKind> {
    let read = Response::parse(&Frame::new(wire.into()), ReadOptions::default());
    read.map(|parsed| parsed.value).map_err(|error| error.kind)
}

fn fetch(items: impl AsRef<str>, options: ReadOptions) -> Fetch {
    let wire = ["* 1 FETCH (", items.as_ref(), ")\r\n"].concat();
    let read = Response::parse(&Frame::new(wire.into()), options).unwrap();
    let Response::Data(Data::Fetch(fetch)) = read.value else { panic!("no FETCH") };
    fetch
}

#[test]
fn braces_that_begin_no_literal_are_passed_once() {
    for brace in ["{", "~", "~{", "{5", "~{5}"] {
        let words = [brace, " "].concat().repeat(MANY);
        let list = ["X (", &words, "a})"].concat();
        assert_eq!(fetch(&list, ReadOptions::default()).items().count(), 1, "{brace}");
        let unknown = ["* X (", &words, "a})\r\n"].concat();
        assert!(response(unknown).is_ok(), "{brace}");
    }
}

#[test]
fn parentheses_that_close_nothing_are_passed_once() {
    let items = ["UID 1", &")".repeat(MANY), &" ".repeat(MANY)].concat();
    let fetch = fetch(items, ReadOptions::default());
    assert_eq!(fetch.items().collect::<Vec<_>>(), [FetchItem::Uid(1)]);
}

#[test]
fn the_number_of_a_part_does_not_cost_those_before_it() {
    let part = "(\"a\" \"b\" NIL NIL NIL \"7bit\" 1)";
    let parts = 100_000;
    let items = ["BODYSTRUCTURE (", &part.repeat(parts), " \"mixed\")"].concat();
    let fetch = fetch(items, ReadOptions::default());
    let Some(FetchItem::BodyStructure(structure)) = fetch.items().next() else { panic!() };
    for (i, part) in structure.parts().enumerate().skip(1) {
        assert_eq!(part.section().last().unwrap().get() as usize, i);
    }
    assert_eq!(structure.parts().count(), 1 + parts);
}

/// However deep, it costs its octets, and what follows is read.
#[test]
fn the_neighbours_of_what_is_too_deep_survive() {
    let deep = |count| ["(".repeat(count), ")".repeat(count)].concat();
    for (name, depth) in [("BODYSTRUCTURE", 101), ("X-NEW", 101), ("X-NEW", MANY)] {
        let items = [name, " ", &deep(depth), " UID 3"].concat();
        let fetch = fetch(items, ReadOptions::default());
        let items: Vec<_> = fetch.items().collect();
        let [FetchItem::Invalid { raw, why, .. }, FetchItem::Uid(3)] = &items[..] else {
            panic!("{name}: {} items", items.len());
        };
        assert_eq!(raw.len(), 1 + 2 * depth);
        assert!(matches!(why.kind, ParseErrorKind::TooDeep), "{name}: {why}");
    }
}

/// Every list that is kept has a limit.
#[test]
fn lists_have_limits() {
    let mut options = ReadOptions::default();
    options.items = 3;
    for (wire, most) in [
        ("* FLAGS (a b c)", "* FLAGS (a b c d)"),
        ("* OK [PERMANENTFLAGS (a b c)] x", ""),
        ("* CAPABILITY A B C", "* CAPABILITY A B C D"),
        ("* ENABLED A B C", "* ENABLED A B C D"),
        ("* LIST (\\A \\B \\C) NIL x", "* LIST (\\A \\B \\C \\D) NIL x"),
        ("* STATUS x (A 1 B 2 C 3)", "* STATUS x (A 1 B 2 C 3 D 4)"),
        ("* ESEARCH A 1 B 2 C 3", "* ESEARCH A 1 B 2 C 3 D 4"),
        ("* ESEARCH ALL 1,3,5", "* ESEARCH ALL 1,3,5,7"),
        ("* VANISHED 1,3,5", "* VANISHED 1,3,5,7"),
        ("* ID (\"a\" NIL)", "* ID (\"a\" NIL \"b\" NIL \"c\" NIL \"d\" NIL)"),
        ("* QUOTAROOT x a b c", "* QUOTAROOT x a b c d"),
        ("* LANGUAGE (a b c)", "* LANGUAGE (a b c d)"),
        ("* X a b c", ""),
    ] {
        let parse = |line: &str| {
            let wire = Bytes::from([line, "\r\n"].concat());
            Response::parse(&Frame::new(wire), options).map_err(|error| error.kind)
        };
        assert!(parse(wire).is_ok(), "{wire}");
        if !most.is_empty() {
            assert_eq!(parse(most).unwrap_err(), ParseErrorKind::TooMany, "{most}");
        }
    }
    for (fits, exceeds) in [
        ("a STORE 1 FLAGS (a b c)", "a STORE 1 FLAGS (a b c d)"),
        ("a STORE 1 FLAGS a b c", "a STORE 1 FLAGS a b c d"),
        ("a ENABLE A B C", "a ENABLE A B C D"),
        ("a FETCH 1,3,5 UID", "a FETCH 1,3,5,7 UID"),
        ("a X 1 2 3", "a X 1 2 3 4"),
    ] {
        let parse = |line: &str| {
            let wire = Bytes::from([line, "\r\n"].concat());
            Command::parse(&Frame::new(wire), options).map_err(|error| error.error.kind)
        };
        assert!(parse(fits).is_ok(), "{fits}");
        assert_eq!(parse(exceeds).unwrap_err(), ParseErrorKind::TooMany, "{exceeds}");
    }
}

#[test]
fn items_of_a_message_beyond_the_limit_are_one() {
    let mut options = ReadOptions::default();
    options.items = 2;
    let three = fetch("UID 3 X 1 MODSEQ (7)", options);
    let items: Vec<_> = three.items().collect();
    let [FetchItem::Uid(3), FetchItem::Other { .. }, FetchItem::Invalid { raw, why, .. }] =
        &items[..]
    else {
        panic!("{items:?}");
    };
    assert_eq!((&**raw, why.kind), (&b" MODSEQ (7)"[..], ParseErrorKind::TooMany));
    assert_eq!(fetch("UID 3 X 1", options).items().count(), 2);
}
