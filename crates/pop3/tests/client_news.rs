//! What is new, by what a server lists.
use mailwire_core::Output;
use mailwire_pop3::{
    Quirks, UniqueId, UniqueIdListing,
    client::{Client, Config, Login, TlsPolicy},
    news::{News, NoNews, WhatIsNew},
};

fn ask(seen: &[&str], answer: &str) -> Result<WhatIsNew, NoNews> {
    let mut config = Config::default();
    config.tls = TlsPolicy::Never;
    config.plaintext_auth_without_tls = true;
    let mut client = Client::new(config);
    client.send(Login::password("mrose", "tanstaaf", "").unwrap()).unwrap();
    let mut news = News::new(seen.iter().map(|id| UniqueId::new(id).unwrap()));
    news.ask(&mut client).unwrap();
    client.handle_input(format!("+OK\r\n-ERR\r\n+OK\r\n+OK\r\n{answer}").into());
    loop {
        match client.poll_output() {
            Ok(Output::Event(event)) => {
                if let Some(result) = news.handle(&event) {
                    assert!(news.handle(&event).is_none(), "one result");
                    return result;
                }
            }
            Ok(Output::NeedInput) => client.handle_eof(),
            Ok(_) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn shown(listings: &[UniqueIdListing]) -> String {
    let shown = listings.iter().map(|listing| format!("{}:{}", listing.number, listing.id));
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn listings_are_sorted_out() {
    for (seen, answer, want) in [
        (&[][..], "+OK\r\n.\r\n", ["", "", "", "", "", "complete"]),
        (&["a"], "+OK\r\n.\r\n", ["", "", "", "", "a", "complete"]),
        (&[], "+OK\r\n1 b\r\n2 a\r\n.\r\n", ["1:b 2:a", "", "", "", "", "complete"]),
        (&["a", "z"], "+OK\r\n1 a\r\n2 A\r\n.\r\n", ["2:A", "1:a", "", "", "z", "complete"]),
        // Identical copies (RFC 1939 §7).
        (
            &["k"],
            "+OK\r\n1 a\r\n2 a\r\n3 k\r\n4 k\r\n.\r\n",
            ["1:a", "3:k", "2:a 4:k", "", "", "complete"],
        ),
        // One number, two names: neither counts, and nothing is sure to have vanished.
        (&["z"], "+OK\r\n1 a\r\n1 b\r\n2 c\r\n.\r\n", ["2:c", "", "", "1:a 1:b", "", ""]),
        // A line that cannot be read may be the one that seems to have vanished.
        (&["z"], "+OK\r\n1 a\r\n2\r\n3 c\r\n.\r\n", ["1:a 3:c", "", "", "", "", ""]),
        (&["z"], "+OK\r\n1 a\r\n3 c\r\n.\r\n", ["1:a 3:c", "", "", "", "", ""]),
    ] {
        let result = ask(seen, answer).unwrap();
        let vanished: Vec<_> = result.vanished.iter().map(UniqueId::as_str).collect();
        let got = [
            shown(&result.new),
            shown(&result.known),
            shown(&result.copies),
            shown(&result.unclear),
            vanished.join(" "),
            if result.complete { "complete" } else { "" }.into(),
        ];
        assert_eq!(got, want.map(String::from), "{seen:?}, {answer:?}");
    }
}

#[test]
fn no_news_says_why() {
    let error = ask(&["a"], "-ERR unimplemented\r\n").unwrap_err();
    assert_eq!(error.to_string(), "the server does not tell unique-ids: -ERR unimplemented");
    assert_eq!(ask(&["a"], "+OK\r\n1 a\r\n"), Err(NoNews::Lost));
    assert_eq!(ask(&["a"], ""), Err(NoNews::Lost));
}

#[test]
fn what_was_seen_can_be_asked_about_again() {
    let listing = |line: &'static str| UniqueIdListing::parse(line.into(), Quirks::NONE).unwrap().0;
    let mut news = News::new([UniqueId::new("a").unwrap()]);
    news.add(&listing("1 a"));
    assert_eq!(news.finish().vanished, []);
    news.add(&listing("1 b"));
    let result = news.finish();
    assert_eq!((shown(&result.new), result.vanished.len()), ("1:b".into(), 1));
}
