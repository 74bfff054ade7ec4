//! The replies of real servers that the tests of `MailKit` have, as answers to our client.
use std::{collections::BTreeMap, fs, path::PathBuf};

use mailwire_core::{BareLineEnds, Output};
use mailwire_pop3::{
    Command, Quirk, Quirks,
    client::{Client, Config, EndOfText, Event, Item, Login, Outcome, RequestId},
};
use testkit::naive;

fn folder() -> Option<PathBuf> {
    testkit::shared::path("vectors/mailkit/Pop3/Resources")
}

/// How a command ended, with its items, octets and damaged lines.
#[derive(Debug, Default)]
struct Told {
    outcome: Option<Outcome>,
    items: Vec<String>,
    body: Vec<u8>,
    damaged: Vec<String>,
    quirks: Vec<Quirk>,
}

impl Told {
    fn accepted(&self) -> bool {
        self.outcome.as_ref().is_some_and(Outcome::is_accepted)
    }
}

/// Plays a session under TLS: each command is answered with a file. The files end their lines in LF, so
/// unless told `lenient`, CRLF is made of it.
fn play(capa: &str, dialogue: &[(&str, &str)], lenient: bool) -> Vec<Told> {
    let folder = folder().unwrap();
    let file = |name: &str| {
        if name.is_empty() {
            return Vec::new(); // it came with the answer before
        }
        let text = fs::read(folder.join(format!("{name}.txt"))).unwrap();
        if lenient { text } else { naive::normalize(&text) }
    };
    let mut config = Config::default();
    config.implicit_tls = true;
    if lenient {
        config.end_of_text = EndOfText::Lenient;
    }
    let mut client = Client::new(config);
    let login = Login::password("username", "password", "").unwrap();
    let login = client.send(login).unwrap();
    let ids: Vec<_> = dialogue
        .iter()
        .map(|(line, _)| {
            let (command, _) = Command::parse((*line).to_owned().into(), Quirks::NONE).unwrap();
            client.send(command).unwrap()
        })
        .collect();
    let mut answers = vec![file("common/ok-greeting"), file(capa)];
    let plain = String::from_utf8_lossy(&file(capa)).contains("SASL");
    let ok = if lenient { b"+OK\n".to_vec() } else { b"+OK\r\n".to_vec() };
    answers.extend(if plain { vec![ok] } else { vec![ok.clone(), ok] });
    answers.push(file(capa));
    answers.extend(dialogue.iter().map(|(_, name)| file(name)));
    let mut answers = answers.into_iter();
    let mut told = BTreeMap::<RequestId, Told>::new();
    let mut logged_in = false;
    loop {
        match client.poll_output().unwrap() {
            Output::Event(event) => match event {
                Event::LoggedIn { request, .. } => logged_in = request == login,
                Event::Item { request, item } => {
                    let item = match item {
                        Item::Stat(drop) => format!("{} {}", drop.count, drop.octets),
                        Item::Scan(scan) => format!("{} {}", scan.number, scan.octets),
                        Item::UniqueId(listing) => format!("{} {}", listing.number, listing.id),
                        Item::Language(language) => language.tag().as_str().to_owned(),
                        other => format!("{other:?}"),
                    };
                    told.entry(request).or_default().items.push(item);
                }
                Event::Chunk { request, octets } => {
                    told.entry(request).or_default().body.extend_from_slice(&octets);
                }
                Event::Damaged { request: Some(request), line, .. } => {
                    let line = String::from_utf8(line.to_vec()).unwrap();
                    told.entry(request).or_default().damaged.push(line);
                }
                Event::Quirk { request: Some(request), quirk } => {
                    told.entry(request).or_default().quirks.push(quirk);
                }
                Event::Done { request, outcome } => {
                    told.entry(request).or_default().outcome = Some(outcome);
                }
                _ => {}
            },
            Output::Transmit(_) => {}
            Output::NeedInput => match answers.next() {
                Some(answer) => client.handle_input(answer.into()),
                None => break,
            },
            Output::Closed => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(logged_in);
    ids.iter().map(|id| told.remove(id).unwrap()).collect()
}

#[test]
fn comcast() {
    let Some(folder) = folder() else { return };
    let dialogue = [
        ("STAT", "comcast/stat"),
        ("STAT", "comcast/stat-error2"),
        ("LIST", "comcast/list-error1"),
        ("LIST", "comcast/list-error3"),
        ("LIST 1", "comcast/list1-error1"),
        ("LIST 1", "comcast/list1-error3"),
        ("RETR 1", "comcast/retr1"),
        ("DELE 1", "comcast/ok"),
        ("DELE 2", "comcast/err"),
        ("NOOP", "comcast/ok"),
        ("QUIT", "comcast/ok"),
    ];
    for lenient in [false, true] {
        let told = play("comcast/capa1", &dialogue, lenient);
        let bad = [1, 4, 5];
        for (at, told) in told.iter().enumerate() {
            let unreadable = matches!(told.outcome, Some(Outcome::Unreadable { .. }));
            assert_eq!(unreadable, bad.contains(&at), "{at}");
            let refused = matches!(told.outcome, Some(Outcome::Refused(_)));
            assert_eq!(
                (refused, told.accepted()),
                (at == 8, !bad.contains(&at) && at != 8),
                "{at}"
            );
        }
        assert_eq!(told[0].items, ["7 1800662"]);
        assert_eq!((told[2].items.len(), &told[2].damaged[..]), (6, &["7".to_owned()][..]));
        assert_eq!(told[3].damaged, ["7 ten-twenty-four"]);
        let text = fs::read(folder.join("comcast/retr1.txt")).unwrap();
        let text = naive::normalize(&text);
        let head = text.iter().position(|&octet| octet == b'\n').unwrap() + 1;
        let want = naive::unstuff(&text[head..], BareLineEnds::Keep);
        assert_eq!(want.end, Some(text.len() - head));
        assert_eq!(told[6].body.contains(&b'\r'), !lenient);
        assert!(naive::normalize(&told[6].body) == want.content);
        assert_eq!(told[6].quirks.contains(&Quirk::BareLfEnd), lenient);
    }
}

#[test]
fn gmail() {
    if folder().is_none() {
        return;
    }
    // Three messages, answered at once.
    let told = play(
        "gmail/capa1",
        &[
            ("STAT", "gmail/stat"),
            ("LIST 1", "gmail/list1"),
            ("LIST 3", "gmail/list3"),
            ("UIDL 1", "gmail/uidl1"),
            ("UIDL 3", "gmail/uidl3"),
            ("UIDL 1", "gmail/uidl1-error1"),
            ("UIDL", "gmail/uidl-error2"),
            ("RETR 1", "gmail/retr1-parse-error"),
            ("DELE 1", "gmail/dele"),
        ],
        false,
    );
    let items: Vec<_> = told.iter().flat_map(|told| &told.items).map(String::as_str).collect();
    let want = ["3 221409", "1 1024", "3 1026", "1 101", "3 103", "1 101", "2 102", "4 103"];
    assert_eq!(items, want);
    assert!(matches!(told[5].outcome, Some(Outcome::Unreadable { .. })));
    // A number that is left out: the listing is told, and that something is odd.
    assert!(told[6].accepted() && told[6].quirks.contains(&Quirk::SkippedNumber));
    // What is wrong there is in the message, which is none of our business.
    assert!(told[7].accepted() && told[7].body.len() > 600);

    // Three messages in one file.
    for (name, commands) in [
        ("gmail/retr123", ["RETR 1", "RETR 2", "RETR 3"]),
        ("gmail/top123", ["TOP 1 0", "TOP 2 0", "TOP 3 0"]),
    ] {
        let dialogue = [(commands[0], name), (commands[1], ""), (commands[2], "")];
        let told = play("gmail/capa1", &dialogue, false);
        assert!(told.iter().all(Told::accepted));
        let first = &told[0].body;
        assert!(first.len() > 1_000 && told.iter().all(|told| told.body == *first), "{name}");
    }
}

#[test]
fn exchange() {
    if folder().is_none() {
        return;
    }
    let told =
        play("exchange/capa", &[("UIDL", "exchange/uidl"), ("RETR 1", "exchange/retr1")], false);
    assert!(told.iter().all(Told::accepted));
    assert_eq!((told[0].items.len(), told[0].items[6].as_str()), (7, "7 6505"));
    assert!(told[1].body.starts_with(b"Return-Path: <nsb>\r\n"));
}

#[test]
fn languages() {
    if folder().is_none() {
        return;
    }
    let told = play(
        "lang/capa1",
        &[("LANG", "lang/getlang"), ("STAT", "lang/stat"), ("QUIT", "lang/quit")],
        false,
    );
    assert!(told.iter().all(Told::accepted));
    assert_eq!(told[0].items, ["en", "en-boont", "de", "it", "es", "sv"]);
}
