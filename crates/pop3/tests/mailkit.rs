//! The replies of real servers that the tests of `MailKit` have.
use std::{collections::BTreeMap, fs};

use bytes::Bytes;
use mailwire_core::{BareLineEnds, DotReader, InputQueue, Piece};
use mailwire_pop3::{
    AuthLine, Capabilities, Capability, DropListing, LanguageListing, Quirks, Reply, ScanListing,
    UniqueIdListing,
};

/// Every file, by the name of its folder and its own, as lines.
fn files() -> BTreeMap<String, Vec<Bytes>> {
    let Some(root) = testkit::shared::path("vectors/mailkit/Pop3/Resources") else {
        return BTreeMap::new();
    };
    let mut files = BTreeMap::new();
    for folder in fs::read_dir(root).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let folder = path.parent().unwrap().file_name().unwrap().to_string_lossy();
            let name = format!("{folder}/{}", path.file_stem().unwrap().to_string_lossy());
            let mut input = InputQueue::default();
            input.push(fs::read(&path).unwrap().into());
            let mut lines = Vec::new();
            while let Some(line) = input.take_line(8_192).unwrap() {
                lines.push(line.content);
            }
            assert!(input.is_empty() && !lines.is_empty(), "{name}");
            files.insert(name, lines);
        }
    }
    assert_eq!(files.len(), 33);
    files
}

#[test]
fn every_status_line_is_read() {
    for (name, lines) in files() {
        let line = AuthLine::parse(lines[0].clone(), true, Quirks::NONE);
        match line.unwrap_or_else(|error| panic!("{name}: {error}")).0 {
            AuthLine::Challenge(challenge) => {
                assert!(name.ends_with("/plus") && challenge.is_empty(), "{name}");
            }
            AuthLine::Reply(reply) => assert_eq!(reply.is_ok(), !name.ends_with("/err"), "{name}"),
        }
    }
}

#[test]
fn capabilities_are_typed() {
    for (name, want) in [
        (
            "gmail/capa1",
            "USER|RESP-CODES|EXPIRE 0|LOGIN-DELAY 300|TOP|UIDL|X-GOOGLE-RICO|SASL PLAIN XOAUTH2",
        ),
        ("comcast/capa1", "TOP|USER|UIDL|STLS|EXPIRE 31 USER"),
        ("exchange/capa", "TOP|UIDL|SASL NTLM GSSAPI PLAIN LOGIN|USER"),
        (
            "lang/capa1",
            "USER|RESP-CODES|EXPIRE 0|LOGIN-DELAY 300|TOP|UIDL|UTF8 USER|LANG|SASL PLAIN XOAUTH2",
        ),
    ] {
        let Some(lines) = files().remove(name) else { return };
        let (end, lines) = lines[1..].split_last().unwrap();
        assert_eq!(end, ".");
        let offers: Capabilities = lines.iter().cloned().map(Capability::parse).collect();
        let shown: Vec<_> = offers.iter().map(ToString::to_string).collect();
        assert_eq!(shown.join("|"), want);
        let other = offers.iter().filter(|offer| matches!(offer, Capability::Other(_))).count();
        assert_eq!(other, usize::from(name == "gmail/capa1"), "{name}");
    }
}

#[test]
fn listings_are_read_and_damaged_numbers_are_errors() {
    let files = files();
    if files.is_empty() {
        return;
    }
    let text = |name: &str| {
        let (reply, _) = Reply::parse(files[name][0].clone(), true, Quirks::NONE).unwrap();
        reply.raw_text().clone()
    };
    let stat = |name: &str| DropListing::parse(&text(name), Quirks::NONE);
    assert_eq!(stat("gmail/stat").unwrap().0, DropListing { count: 3, octets: 221_409 });
    assert_eq!(stat("comcast/stat").unwrap().0, DropListing { count: 7, octets: 1_800_662 });
    assert_eq!(stat("comcast/stat-error2").unwrap_err().to_string(), "bad number at byte 0");

    let scan = |text: &[u8]| {
        ScanListing::parse(text, Quirks::NONE).map(|(scan, _)| (scan.number.get(), scan.octets))
    };
    assert_eq!(scan(&text("gmail/list3")), Ok((3, 1026)));
    assert_eq!(
        scan(&text("comcast/list1-error1")).unwrap_err().to_string(),
        "missing argument at byte 1"
    );
    assert_eq!(
        scan(&text("comcast/list1-error3")).unwrap_err().to_string(),
        "bad number at byte 2"
    );
    for (name, last) in [
        ("comcast/list-error1", "missing argument at byte 1"),
        ("comcast/list-error3", "bad number at byte 2"),
    ] {
        let lines = &files[name][1..8];
        for (line, number) in lines.iter().zip(1..).take(6) {
            assert_eq!(scan(line), Ok((number, u64::from(number) * 1024)), "{name}");
        }
        assert_eq!(scan(&lines[6]).unwrap_err().to_string(), last, "{name}");
    }

    let id = |line: &Bytes| {
        UniqueIdListing::parse(line.clone(), Quirks::NONE)
            .map(|(listing, _)| format!("{} {}", listing.number, listing.id))
    };
    assert_eq!(id(&text("gmail/uidl1")).as_deref(), Ok("1 101"));
    assert_eq!(
        id(&text("gmail/uidl1-error1")).unwrap_err().to_string(),
        "missing argument at byte 1"
    );
    // That a number is skipped is for who reads the whole listing to see.
    let numbers: Vec<_> = files["gmail/uidl-error2"][1..4].iter().map(id).collect();
    assert_eq!(numbers, [Ok("1 101".into()), Ok("2 102".into()), Ok("4 103".into())]);
    let exchange: Vec<_> =
        files["exchange/uidl"][1..8].iter().map(id).map(Result::unwrap).collect();
    assert_eq!(exchange[6], "7 6505");

    let languages = files["lang/getlang"][1..7].iter().cloned().map(LanguageListing::parse);
    let tags: Vec<_> = languages.map(|l| l.unwrap().tag().to_string()).collect();
    assert_eq!(tags, ["en", "en-boont", "de", "it", "es", "sv"]);
}

/// The files have LF for a line end, which on the wire no line has.
#[test]
fn messages_end_at_the_lone_dot() {
    for (name, lines) in files() {
        if !name.contains("/retr") && !name.contains("/top") {
            continue;
        }
        // Some hold the answers to three commands.
        let mut input = InputQueue::default();
        input.push(lines.iter().flat_map(|line| [&line[..], b"\r\n"].concat()).collect());
        let mut messages = 0;
        while let Some(line) = input.take_line(512).unwrap() {
            assert!(Reply::parse(line.content, true, Quirks::NONE).unwrap().0.is_ok(), "{name}");
            let mut reader = DotReader::new(BareLineEnds::Keep);
            let last = std::iter::from_fn(|| reader.read(&mut input)).last();
            assert_eq!(last, Some(Piece::End), "{name}");
            messages += 1;
        }
        assert_eq!(messages, if name.contains("123") { 3 } else { 1 }, "{name}");
    }
}
