//! One item that makes no sense does not lose those around it.

use bytes::Bytes;
use mailwire_imap::{
    Data, ESearchItem, Encoder, Frame, Leniency, ListItem, ParseError, ParseErrorKind, Parsed,
    Peer, ReadOptions, Response, StatusItem, fetch::FetchItem,
};

fn read(line: &str, leniency: Leniency) -> Result<Parsed<Response>, ParseError> {
    let mut options = ReadOptions::default();
    options.leniency = leniency;
    Response::parse(&Frame::new(Bytes::from([line, "\r\n"].concat())), options)
}

/// The names and values of the items that make no sense, and what is sent of the response.
fn invalid(line: &str) -> (Vec<(String, String)>, String) {
    let read = read(line, Leniency::Lenient).unwrap_or_else(|error| panic!("{line}: {error}"));
    let mut found = Vec::new();
    let mut keep = |name: &[u8], raw: &[u8]| {
        let text = |octets| String::from_utf8_lossy(octets).into_owned();
        found.push((text(name), text(raw)));
    };
    match &read.value {
        Response::Data(Data::Status(status)) => {
            for item in &status.items {
                if let StatusItem::Invalid { name, raw, .. } = item {
                    keep(name, raw);
                }
            }
        }
        Response::Data(Data::ESearch(search)) => {
            for item in &search.items {
                if let ESearchItem::Invalid { name, raw, .. } = item {
                    keep(name, raw);
                }
            }
        }
        Response::Data(Data::List(list)) => {
            for item in &list.extended {
                if let ListItem::Invalid { name, raw, .. } = item {
                    keep(name, raw);
                }
            }
        }
        Response::Data(Data::Fetch(fetch)) => {
            for item in fetch.items() {
                if let FetchItem::Invalid { name, raw, .. } = item {
                    keep(&name, &raw);
                }
            }
        }
        other => panic!("{line}: {other:?}"),
    }
    if !matches!(read.value, Response::Data(Data::Fetch(_))) {
        assert_eq!(read.repairs.is_empty(), found.is_empty(), "{line}: {:?}", read.repairs);
    }
    let mut out = Encoder::new(Peer::CLIENT);
    read.value.encode(&mut out);
    let wire = String::from_utf8(out.finish().wire.into()).unwrap();
    (found, wire.trim_end().to_owned())
}

#[test]
fn neighbours_survive() {
    for (line, want, left) in [
        ("* STATUS x (MESSAGES 1 UNSEEN)", &[("UNSEEN", "")][..], "* STATUS x (MESSAGES 1)"),
        (
            "* STATUS x (MESSAGES 1 UNSEEN foo RECENT 2)",
            &[("UNSEEN", " foo")],
            "* STATUS x (MESSAGES 1 RECENT 2)",
        ),
        (
            "* STATUS x (MESSAGES 1 UNSEEN RECENT 2)",
            &[("UNSEEN", "")],
            "* STATUS x (MESSAGES 1 RECENT 2)",
        ),
        (
            "* STATUS x (MESSAGES one UNSEEN 2x RECENT 2)",
            &[("MESSAGES", " one"), ("UNSEEN", " 2x")],
            "* STATUS x (RECENT 2)",
        ),
        (
            "* STATUS x (\"MESSAGES\" (1 2) MAILBOXID F1 SIZE 5)",
            &[("MESSAGES", " (1 2)"), ("MAILBOXID", " F1")],
            "* STATUS x (SIZE 5)",
        ),
        ("* STATUS x (SIZE 5 UNSEEN \"a)", &[("UNSEEN", " \"a")], "* STATUS x (SIZE 5)"),
        ("* STATUS x ([)", &[("[", "")], "* STATUS x ()"),
        ("* STATUS \"x\" (y)", &[("y", "")], "* STATUS x ()"),
        ("* ESEARCH UID COUNT x ALL 1:3", &[("COUNT", " x")], "* ESEARCH UID ALL 1:3"),
        ("* ESEARCH UID COUNT ALL 1:3", &[("COUNT", "")], "* ESEARCH UID ALL 1:3"),
        ("* ESEARCH COUNT x UID ALL 1", &[("COUNT", " x"), ("UID", "")], "* ESEARCH ALL 1"),
        ("* ESEARCH UID MIN 1 UID 5", &[("UID", " 5")], "* ESEARCH UID MIN 1"),
        ("* ESEARCH ALL 1:3 COUNT", &[("COUNT", "")], "* ESEARCH ALL 1:3"),
        ("* ESEARCH PARTIAL (1:5) MIN 2", &[("PARTIAL", " (1:5)")], "* ESEARCH MIN 2"),
        (
            "* LIST () \"/\" \"x\" (X-NEW (a) CHILDINFO (a (b)) \"OLDNAME\" (y))",
            &[("CHILDINFO", " (a (b))")],
            "* LIST () \"/\" x (X-NEW (a) \"OLDNAME\" (y))",
        ),
        (
            "* LIST () \"/\" x (\"OLDNAME\" (a b) X-NEW 5)",
            &[("OLDNAME", " (a b)")],
            "* LIST () \"/\" x (X-NEW 5)",
        ),
        ("* LIST () \"/\" \"x\" (X-NEW)", &[("X-NEW", "")], "* LIST () \"/\" x"),
        (
            "* 1 FETCH (UID FLAGS (\\Seen) MODSEQ (5))",
            &[("UID", "")],
            "* 1 FETCH (FLAGS (\\Seen) MODSEQ (5))",
        ),
    ] {
        let (found, sent) = invalid(line);
        let found: Vec<_> = found.iter().map(|(name, raw)| (&**name, &**raw)).collect();
        assert_eq!((&found[..], &*sent), (want, left), "{line}");
        assert!(read(line, Leniency::Strict).is_err(), "{line} strictly");
    }
}

/// What is no list of items is a name that should be quoted.
#[test]
fn names_in_parentheses_stay_names() {
    for (line, name) in [
        ("* STATUS Sent (old) (MESSAGES 3)", "Sent (old)"),
        ("* STATUS Sent (old one two) (MESSAGES 3)", "Sent (old one two)"),
        ("* LIST () \"/\" Sent (old)", "Sent (old)"),
        ("* LIST () \"/\" Sent (a b c)", "Sent (a b c)"),
    ] {
        let response = read(line, Leniency::Lenient).unwrap().value;
        let mailbox = match response {
            Response::Data(Data::Status(status)) => status.mailbox,
            Response::Data(Data::List(list)) if list.extended.is_empty() => list.mailbox,
            other => panic!("{line}: {other:?}"),
        };
        assert_eq!(mailbox.as_str(), Some(name), "{line}");
    }
}

#[test]
fn what_is_too_deep_is_one_item() {
    let deep = ["(".repeat(101), ")".repeat(101)].concat();
    let (found, sent) = invalid(&format!("* STATUS x (UNSEEN 1 X-NEW {deep} RECENT 2)"));
    assert_eq!((found.len(), &*sent), (1, "* STATUS x (UNSEEN 1 RECENT 2)"));
}

#[test]
fn what_is_invalid_says_why_and_where() {
    let status = read("* STATUS x (MESSAGES 1 UNSEEN foo)", Leniency::Lenient).unwrap().value;
    let Response::Data(Data::Status(status)) = status else { panic!("no STATUS") };
    let StatusItem::Invalid { why, .. } = &status.items[1] else { panic!("{status:?}") };
    assert_eq!((why.kind, why.offset), (ParseErrorKind::BadNumber, 30));
}
