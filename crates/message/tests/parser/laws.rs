//! Laws that hold for every message, with messages that chance makes and with real ones.
use std::{fs, path::PathBuf};

use mailwire_message::parser::Config;
use proptest::{collection::vec, prelude::*, sample::select};

use crate::record::{check, is_missing_field, same_tree};

/// Pieces that messages are made of, such as bring trouble next to each other.
fn pieces() -> impl Strategy<Value = &'static str> {
    select(vec![
        "\n",
        "\r\n",
        "\r",
        " ",
        "\t",
        "-",
        "--",
        "x",
        ":",
        "\0",
        "\u{e9}",
        "\u{feff}",
        "From ",
        "From: a\n",
        "Subject: b\r\n",
        "X : y\n",
        "junk\n",
        "--B\n",
        "--B\r\n",
        "--B--\n",
        "--B--\r\n",
        "--Bx\n",
        "--Bx--\n",
        "\n--B",
        "\n--B ",
        "--C\n",
        "--C--\n",
        "text ",
        "text\n",
        "--B text\n",
        "Content-Type: multipart/mixed; boundary=B\n",
        "Content-Type: multipart/mixed; boundary=B\r\n\r\n",
        "Content-Type: multipart/mixed; boundary=Bx\n\n",
        "Content-Type: multipart/digest; boundary=C\n\n",
        "Content-Type: text/plain; boundary=B\n\n",
        "Content-Type: message/rfc822\n\n",
        "Content-Type: multipart/x; boundary=--B\n\n",
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n",
        "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        "Q29udGVudC1UeXBlOiBtdWx0aXBhcnQveDsgYm91bmRhcnk9QgoKLS1CCgo=\n",
    ])
}

fn message() -> impl Strategy<Value = Vec<u8>> {
    vec(pieces(), 0..40).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    /// I1, I2, I6: events do not depend on cuts, their octets are the input, ranges agree.
    #[test]
    fn any_message(message in message(), step in 1..50usize, statistics: bool) {
        let mut config = Config::default();
        config.line_statistics = statistics;
        check(&message, config, &[1, step]);
    }

    /// The same when there is little room.
    #[test]
    fn any_message_within_limits(
        message in message(),
        step in 1..50usize,
        (depth, parts, fields) in (0..4usize, 1..6usize, 0..4usize),
        (header, field) in (1..90usize, 1..60usize),
        decoded in 0..60u64,
    ) {
        let mut config = Config::default();
        let limits = &mut config.limits;
        (limits.depth, limits.parts, limits.fields) = (depth, parts, fields);
        (limits.header_octets, limits.field_octets) = (header, field);
        (limits.decoded_octets, limits.defects, limits.encoded_depth) = (decoded, 7, 1);
        check(&message, config, &[1, step]);
    }

    /// I7: with LF and with CRLF a message has the same parts and the same defects.
    #[test]
    fn line_ends(message in message()) {
        let lf: Vec<u8> = message.into_iter().filter(|&octet| octet != b'\r').collect();
        same_tree(&lf);
    }
}

/// All messages of other people that there are.
fn corpora() -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> =
        ["corpus/spamassassin", "vectors/mime4j", "vectors/mailkit/Imap/Resources/common"]
            .into_iter()
            .filter_map(testkit::shared::path)
            .collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable folder") {
            let path = entry.expect("readable entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.to_string_lossy().into_owned();
            let is_message = !name.contains("vectors") || name.ends_with(".msg");
            if is_message {
                found.push((name, fs::read(&path).expect("readable file")));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn real_mail_in_pieces() {
    for (at, (name, message)) in corpora().iter().enumerate() {
        let steps: &[usize] = if at % 20 == 0 || message.len() < 2_000 {
            &[1, 2, 7, 64, 1_448, 65_536]
        } else {
            &[64, 1_448, 65_536]
        };
        eprintln!("{name}");
        check(message, Config::default(), steps);
    }
}

#[test]
fn real_mail_with_other_line_ends() {
    for (name, message) in corpora() {
        eprintln!("{name}");
        let lf: Vec<u8> = message.into_iter().filter(|&octet| octet != b'\r').collect();
        same_tree(&lf);
    }
}

/// What real mail brings: nothing in it is so odd that every message is.
#[test]
fn real_mail_is_mostly_in_order() {
    let corpora = corpora();
    let mut ambiguous = 0;
    for (_, message) in &corpora {
        let structure = check(message, Config::default(), &[]);
        let odd =
            structure.defects.iter().any(|it| it.is_ambiguous() && !is_missing_field(it.code));
        ambiguous += usize::from(odd);
    }
    assert!(ambiguous * 2 <= corpora.len(), "{ambiguous} of {}", corpora.len());
}
