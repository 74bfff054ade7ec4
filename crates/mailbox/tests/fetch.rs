//! ENVELOPE, BODY, BODYSTRUCTURE, sections, BINARY, TOP and PREVIEW of messages good and bad.

mod common;

use common::{fetch, fetch_with};
use mailwire_imap::{Partial, Peer};
use mailwire_mailbox::{FetchError, Index, LineEnds};

/// The message whose parts RFC 9051 §6.4.5.1 names.
const COMPLEX: &str = "Subject: complex\r\n\
Content-Type: multipart/mixed; boundary=a\r\n\
\r\n\
preamble\r\n\
--a\r\n\
Content-Type: text/plain\r\n\
\r\n\
one\r\n\
--a\r\n\
Content-Type: application/octet-stream\r\n\
Content-Transfer-Encoding: base64\r\n\
\r\n\
AAEC\r\n\
--a\r\n\
Content-Type: message/rfc822\r\n\
\r\n\
Subject: three\r\n\
Content-Type: multipart/mixed; boundary=b\r\n\
\r\n\
--b\r\n\
\r\n\
three one\r\n\
--b\r\n\
Content-Type: application/octet-stream\r\n\
\r\n\
three two\r\n\
--b--\r\n\
--a\r\n\
Content-Type: multipart/mixed; boundary=c\r\n\
\r\n\
--c\r\n\
Content-Type: image/gif\r\n\
\r\n\
four one\r\n\
--c\r\n\
Content-Type: message/rfc822\r\n\
\r\n\
Subject: four two\r\n\
Content-Type: multipart/mixed; boundary=d\r\n\
\r\n\
--d\r\n\
\r\n\
four two one\r\n\
--d\r\n\
Content-Type: multipart/alternative; boundary=e\r\n\
\r\n\
--e\r\n\
\r\n\
four two two one\r\n\
--e\r\n\
Content-Type: text/richtext\r\n\
\r\n\
four two two two\r\n\
--e--\r\n\
--d--\r\n\
--c--\r\n\
--a--\r\n\
epilogue\r\n";

fn content(message: &str, section: &str) -> Option<String> {
    let answer = fetch(message, &format!("BODY[{section}]"));
    let value = answer.split_once("] ").expect("a value").1;
    (value != "NIL").then(|| value.split_once("}\r\n").expect("a literal").1.to_owned())
}

#[test]
fn parts_of_a_complex_message() {
    for (section, want) in [
        ("HEADER", Some("Subject: complex\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n")),
        ("1", Some("one")),
        ("1.MIME", Some("Content-Type: text/plain\r\n\r\n")),
        ("2", Some("AAEC")),
        ("3.HEADER", Some("Subject: three\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n")),
        ("3.HEADER.FIELDS (SUBJECT)", Some("Subject: three\r\n\r\n")),
        (
            "3.HEADER.FIELDS.NOT (subject)",
            Some("Content-Type: multipart/mixed; boundary=b\r\n\r\n"),
        ),
        ("3.MIME", Some("Content-Type: message/rfc822\r\n\r\n")),
        (
            "3.TEXT",
            Some(
                "--b\r\n\r\nthree one\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n\
                 three two\r\n--b--",
            ),
        ),
        ("3.1", Some("three one")),
        ("3.1.MIME", Some("\r\n")),
        ("3.2", Some("three two")),
        ("4.1", Some("four one")),
        ("4.1.MIME", Some("Content-Type: image/gif\r\n\r\n")),
        ("4.2.HEADER.FIELDS (Subject)", Some("Subject: four two\r\n\r\n")),
        ("4.2.1", Some("four two one")),
        ("4.2.2.1", Some("four two two one")),
        ("4.2.2.2", Some("four two two two")),
        ("4.2.2.2.MIME", Some("Content-Type: text/richtext\r\n\r\n")),
        ("5", None),
        ("1.1", None),
        ("1.HEADER", None),
        ("1.TEXT", None),
        ("4.HEADER", None),
        ("4.2.3", None),
        ("4.2.2.2.1", None),
    ] {
        assert_eq!(content(COMPLEX, section).as_deref(), want, "section {section}");
    }
    let whole = content(COMPLEX, "").expect("it is there");
    assert_eq!(whole, COMPLEX);
    let halves = [content(COMPLEX, "HEADER"), content(COMPLEX, "TEXT")].map(Option::unwrap);
    assert_eq!(halves.concat(), whole, "header and text are the message");
    let three = content(COMPLEX, "3").unwrap();
    assert_eq!(
        three,
        [content(COMPLEX, "3.HEADER"), content(COMPLEX, "3.TEXT")].map(Option::unwrap).concat()
    );
}

#[test]
fn line_feeds_go_out_as_crlf_and_all_sizes_agree() {
    let stored = COMPLEX.replace("\r\n", "\n");
    for what in ["RFC822.SIZE", "BODYSTRUCTURE", "BODY", "ENVELOPE", "PREVIEW"] {
        assert_eq!(fetch(&stored, what), fetch(COMPLEX, what), "{what}");
    }
    for section in ["", "TEXT", "HEADER", "1", "3", "3.TEXT", "4.2.MIME", "4.2", "4.2.2", "4.2.2.2"]
    {
        let what = format!("BODY[{section}]");
        assert_eq!(fetch(&stored, &what), fetch(COMPLEX, &what), "{what}");
    }
    let index = Index::of(stored.as_bytes());
    for lines in 0..60 {
        let wire = Index::of(COMPLEX.as_bytes());
        let want = wire.top(lines, COMPLEX.as_bytes());
        assert_eq!(index.top(lines, stored.as_bytes()).octets(), want.octets());
    }
}

#[test]
fn partials_are_slices_of_the_wire() {
    let stored = COMPLEX.replace("\r\n", "\n");
    let big = format!("{stored}{}", "a line\n\nof two\r\n".repeat(20_000));
    let wire = big.replace("\r\n", "\n").replace('\n', "\r\n");
    for (message, wire, origins) in [
        (&stored, COMPLEX, (0..COMPLEX.len() as u64 + 3).collect::<Vec<_>>()),
        (&big, &wire[..], vec![0, 1, 65_535, 65_536, 65_537, 131_071, 200_000, 339_990, 400_000]),
    ] {
        let index = Index::of_with(message.as_bytes(), LineEnds::Crlf);
        assert_eq!(index.size(), wire.len() as u64);
        for origin in origins {
            for length in [1, 2, 3, 17, 70_000] {
                let content = index
                    .section(&mailwire_imap::Section::WHOLE, message.as_bytes())
                    .unwrap()
                    .partial(Partial::new(origin, length).unwrap());
                let start = wire.len().min(usize::try_from(origin).unwrap());
                let end = wire.len().min(start + usize::try_from(length).unwrap());
                let want = &wire.as_bytes()[start..end];
                assert_eq!(content.len(), want.len() as u64);
                assert!(content.octets() == want, "{length} octets from {origin}");
                for size in [1, 5, 4096] {
                    let chunks: Vec<u8> =
                        content.chunks(size).flat_map(std::borrow::Cow::into_owned).collect();
                    assert!(chunks == want, "{length} octets from {origin} in chunks of {size}");
                }
            }
        }
    }
}

#[test]
fn structures() {
    for (message, want) in [
        ("", r#"("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL)"#),
        (
            "Content-Type: text/html; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<p>\r\n",
            r#"("TEXT" "HTML" ("charset" "UTF-8") NIL NIL "8bit" 5 1 NIL NIL NIL NIL)"#,
        ),
        (
            "Content-Type: image/png; name=\"a \\\"b\\\".png\"\r\n\
             Content-Transfer-Encoding: BASE64\r\nContent-ID: <1@x>\r\n\
             Content-Description: a\r\n\tpicture\r\nContent-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\n\
             Content-Disposition: attachment; filename=b.png; size=5\r\n\
             Content-Language: en, de\r\nContent-Location: http://x/\r\n y\r\n\r\nAAEC\r\n",
            r#"("IMAGE" "PNG" ("name" "a \"b\".png") "<1@x>" "a	picture" "BASE64" 6 "Q2hlY2sgSW50ZWdyaXR5IQ==" ("attachment" ("filename" "b.png" "size" "5")) ("en" "de") "http://x/y")"#,
        ),
        (
            // continuations are joined (RFC 9051 §7.5.2)
            "Content-Type: a/b; baz*0=one; baz*1=\" two\"; foo*0*=utf-8'de'%C3%BC; foo*1=x\r\n\r\n",
            r#"("A" "B" ("baz" "one two" "foo*" "utf-8'de'%C3%BCx") NIL NIL "7bit" 0 NIL NIL NIL NIL)"#,
        ),
        (
            "Content-Type: nonsense\r\n\r\na",
            r#"("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "7bit" 1 0 NIL NIL NIL NIL)"#,
        ),
        (
            "Content-Type: multipart/mixed\r\n\r\na\r\n",
            r#"("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "7bit" 3 1 NIL NIL NIL NIL)"#,
        ),
        (
            "Content-Type: multipart/mixed; boundary=b\r\n\r\nno delimiter\r\n",
            r#"(("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL) "MIXED" ("boundary" "b") NIL NIL NIL)"#,
        ),
        (
            "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: in\r\n\r\nx\r\n--b--",
            r#"(("MESSAGE" "RFC822" NIL NIL NIL "7bit" 16 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL) ("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "7bit" 1 0 NIL NIL NIL NIL) 2 NIL NIL NIL NIL) "DIGEST" ("boundary" "b") NIL NIL NIL)"#,
        ),
        (
            "Content-Type: message/rfc822\r\n\r\n",
            r#"("MESSAGE" "RFC822" NIL NIL NIL "7bit" 0 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL) 0 NIL NIL NIL NIL)"#,
        ),
        (
            "Content-Type: text/plain\r\nContent-Disposition: (c) \"inline\"\r\n\r\n",
            r#"("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL ("inline" NIL) NIL NIL)"#,
        ),
        (
            "Content-Transfer-Encoding: x-strange\r\n\r\n",
            r#"("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "x-strange" 0 0 NIL NIL NIL NIL)"#,
        ),
        (
            "Content-Type: text/plain; a=\"x\0y\"; b=\"\r\n z\"\r\n\r\n",
            r#"("TEXT" "PLAIN" ("a" "xy" "b" " z" "charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL)"#,
        ),
    ] {
        let got = fetch(message, "BODYSTRUCTURE");
        assert_eq!(got, format!("BODYSTRUCTURE {want}"), "message {message:?}");
    }
}

#[test]
fn extended_parameters_are_text_for_those_who_read_utf_8() {
    let message = "Content-Type: a/b; n*=iso-8859-1''caf%E9; m*=x-own''%E9\r\n\r\n";
    let mut peer = Peer::CLIENT;
    peer.utf8 = true;
    let got = fetch_with(message.as_bytes(), "BODY", LineEnds::Keep, peer).unwrap();
    assert_eq!(got, "BODY (\"A\" \"B\" (\"n*\" \"café\" \"m*\" \"é\") NIL NIL \"7bit\" 0)");
    let got = fetch(message, "BODY");
    assert_eq!(
        got,
        r#"BODY ("A" "B" ("n*" "iso-8859-1''caf%E9" "m*" "x-own''%E9") NIL NIL "7bit" 0)"#
    );
}

#[test]
fn body_has_no_extension_data() {
    let got = fetch(COMPLEX, "BODY");
    assert!(got.ends_with("\"MIXED\")") && !got.contains("boundary"), "{got}");
}

#[test]
fn envelopes() {
    for (message, want) in [
        ("", "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"),
        (
            // present but empty (RFC 9051 §7.5.2)
            "Date:\r\nSubject: \r\nFrom:\r\nTo: ,\r\nIn-Reply-To:\r\nMessage-ID:\r\n\r\n",
            r#"("" "" NIL NIL NIL NIL NIL NIL "" "")"#,
        ),
        (
            // the example of RFC 9051 §8 and RFC 3501 §8
            "Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\r\n\
             From: Terry Gray <gray@cac.washington.edu>\r\n\
             Subject: IMAP4rev2 WG mtg summary and minutes\r\n\
             To: imap@cac.washington.edu\r\n\
             cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>\r\n\
             Message-Id: <B27397-0100000@cac.washington.edu>\r\n\r\n",
            r#"("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev2 WG mtg summary and minutes" (("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) ((NIL NIL "imap" "cac.washington.edu")) ((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL "<B27397-0100000@cac.washington.edu>")"#,
        ),
        (
            "Sender: s@x\r\nFrom: a@x, b@x\r\nReply-To: <r@x>\r\nBcc: G:;\r\n\r\n",
            r#"(NIL NIL ((NIL NIL "a" "x")(NIL NIL "b" "x")) ((NIL NIL "s" "x")) ((NIL NIL "r" "x")) NIL NIL ((NIL NIL "G" NIL)(NIL NIL NIL NIL)) NIL NIL)"#,
        ),
        (
            // only the first Subject counts, and all addresses do
            "Subject: one\r\nSubject: two\r\nTo: a@x\r\nTo: b@x\r\n\r\n",
            r#"(NIL "one" NIL NIL NIL ((NIL NIL "a" "x")(NIL NIL "b" "x")) NIL NIL NIL NIL)"#,
        ),
        (
            "Subject: quote \" and \\ and\r\n fold\r\n\r\n",
            r#"(NIL "quote \" and \\ and fold" NIL NIL NIL NIL NIL NIL NIL NIL)"#,
        ),
        ("Subject: caf\u{e9}\r\n\r\n", "(NIL {5}\r\ncaf\u{e9} NIL NIL NIL NIL NIL NIL NIL NIL)"),
    ] {
        let got = fetch(message, "ENVELOPE");
        assert_eq!(got, format!("ENVELOPE {want}"), "message {message:?}");
    }
}

#[test]
fn part_1_of_a_message_that_is_no_multipart() {
    let message = "Subject: hi\r\n\r\nHello\r\n";
    for (section, want) in [
        ("1", Some("Hello\r\n")),
        ("1.MIME", Some("Subject: hi\r\n\r\n")),
        ("1.HEADER", None),
        ("1.1", None),
        ("2", None),
    ] {
        assert_eq!(content(message, section).as_deref(), want, "section {section}");
    }
    let message = "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nHello\r\n";
    for (section, want) in [
        ("1", Some("Subject: in\r\n\r\nHello\r\n")),
        ("1.HEADER", Some("Subject: in\r\n\r\n")),
        ("1.TEXT", Some("Hello\r\n")),
        ("1.1", Some("Hello\r\n")),
        ("1.1.MIME", Some("Subject: in\r\n\r\n")),
        ("1.1.1", None),
    ] {
        assert_eq!(content(message, section).as_deref(), want, "section {section}");
    }
}

#[test]
fn the_one_part_that_a_multipart_without_parts_is_said_to_have_is_empty() {
    let message = "Content-Type: multipart/mixed; boundary=b\r\n\r\nno delimiter\r\n";
    assert_eq!(content(message, "1").as_deref(), Some(""));
    assert_eq!(content(message, "2"), None);
    assert_eq!(content(message, "1.MIME"), None);
}

#[test]
fn headers_end_in_an_empty_line() {
    for (message, section, want) in [
        ("A: 1\r\nB: 2\r\n", "HEADER", "A: 1\r\nB: 2\r\n"),
        ("A: 1\r\nB: 2\r\n", "HEADER.FIELDS (A)", "A: 1\r\n"),
        ("A: 1\r\nB: 2\r\n\r\n", "HEADER.FIELDS (X)", "\r\n"),
        (
            "A: 1\r\n fold\r\na : 3\r\nB: 2\r\n\r\nx",
            "HEADER.FIELDS (a)",
            "A: 1\r\n fold\r\na : 3\r\n\r\n",
        ),
        ("A: 1\r\n fold\r\nB: 2\r\n\r\nx", "HEADER.FIELDS.NOT (a)", "B: 2\r\n\r\n"),
        ("A: 1\r\nB: 2\r\n\r\nx", "HEADER.FIELDS (b A)", "A: 1\r\nB: 2\r\n\r\n"),
        ("A: 1\nB: 2\n\nx", "HEADER.FIELDS (A)", "A: 1\r\n\r\n"),
        ("", "HEADER", ""),
        ("", "HEADER.FIELDS (A)", ""),
        ("\r\nbody", "HEADER", "\r\n"),
        // what stands before the first field is none of it
        ("\u{feff}A: 1\r\nB: 2\r\n\r\nx", "HEADER.FIELDS (A)", "A: 1\r\n\r\n"),
        ("\u{feff}A: 1\r\nB: 2\r\n\r\nx", "HEADER.FIELDS.NOT (b)", "A: 1\r\n\r\n"),
        ("\r\nA: 1\r\nB: 2\r\n\r\nx", "HEADER.FIELDS.NOT (b)", "A: 1\r\n\r\n"),
    ] {
        assert_eq!(content(message, section).as_deref(), Some(want), "{section} of {message:?}");
    }
}

#[test]
fn binary() {
    let message = "Content-Type: multipart/mixed; boundary=b\r\n\r\n\
        --b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEK\r\n\
        --b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=C3=A9=\r\n!=0A\r\n\
        --b\r\nContent-Transfer-Encoding: x-own\r\n\r\nx\r\n\
        --b\r\n\r\nplain\r\n--b--\r\n";
    for (what, want) in [
        ("BINARY[1]", "BINARY[1] ~{3}\r\n\0\u{1}\n"),
        ("BINARY.SIZE[1]", "BINARY.SIZE[1] 3"),
        ("BINARY[1]<1.1>", "BINARY[1]<1> {1}\r\n\u{1}"),
        ("BINARY[2]", "BINARY[2] {8}\r\ncafé!\r\n"),
        ("BINARY.SIZE[2]", "BINARY.SIZE[2] 8"),
        ("BINARY.PEEK[2]<0.3>", "BINARY[2]<0> {3}\r\ncaf"),
        ("BINARY[4]", "BINARY[4] {5}\r\nplain"),
        ("BINARY[5]", "BINARY[5] NIL"),
    ] {
        assert_eq!(fetch(message, what), want);
    }
    let whole = fetch(message, "BINARY[]");
    assert!(whole.ends_with(message), "{whole}");
    for what in ["BINARY[3]", "BINARY.SIZE[3]"] {
        let got = fetch_with(message.as_bytes(), what, LineEnds::Keep, Peer::CLIENT);
        assert_eq!(got, Err(FetchError::UnknownEncoding), "{what}");
    }
    let got = fetch_with(message.as_bytes(), "BINARY.SIZE[9]", LineEnds::Keep, Peer::CLIENT);
    assert_eq!(got, Err(FetchError::NoSuchPart));
}

/// RFC 6532 §3.7: message/global may be encoded; what is in it has sections all the same.
#[test]
fn messages_within_that_are_encoded() {
    let inner = "Subject: in\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n\
        --i\r\n\r\none\r\n--i\r\nContent-Type: text/html\r\n\r\n<p>two\r\n--i--\r\n";
    let encoded: String = inner.bytes().map(|octet| format!("={octet:02X}=\r\n")).collect();
    let message = format!(
        "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: message/global\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}\r\n--o--\r\n"
    );
    for message in [message.clone(), message.replace("\r\n", "\n")] {
        assert_eq!(
            content(&message, "1.HEADER.FIELDS (subject)").as_deref(),
            Some("Subject: in\r\n\r\n")
        );
        assert_eq!(content(&message, "1.1").as_deref(), Some("one"));
        assert_eq!(content(&message, "1.2").as_deref(), Some("<p>two"));
        assert_eq!(
            content(&message, "1.2.MIME").as_deref(),
            Some("Content-Type: text/html\r\n\r\n")
        );
        let structure = fetch(&message, "BODY");
        assert!(structure.contains(r#""GLOBAL" NIL NIL NIL "quoted-printable""#), "{structure}");
        assert!(
            structure.contains(r#"("TEXT" "HTML" ("charset" "us-ascii") NIL NIL "7bit" 6 0)"#),
            "{structure}"
        );
    }
}

#[test]
fn previews() {
    let long = format!("\r\n{}", "word ".repeat(100));
    let quoted = "Subject: x\r\n\r\nOn Friday Al wrote:\r\n> old\r\n\r\nNew text\r\n-- \r\nsig\r\n";
    for (message, want) in [
        ("\r\n  Hello,\r\n\tworld \r\n", "Hello, world"),
        (quoted, "New text"),
        ("Content-Type: image/png\r\n\r\nabc", ""),
        ("", ""),
        (
            "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nplain\r\n\
             --b\r\nContent-Type: text/html\r\n\r\n<b>html</b>\r\n--b--",
            "plain",
        ),
        (
            "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n \r\n\
             --b\r\nContent-Type: text/html\r\n\r\n<b>html</b>\r\n--b--",
            "html",
        ),
        (
            "Content-Type: text/html; charset=iso-8859-1\r\n\
             Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>caf=E9 &amp; more</p>",
            "café & more",
        ),
    ] {
        assert_eq!(Index::of(message.as_bytes()).preview(message.as_bytes()), want);
    }
    let preview = Index::of(long.as_bytes()).preview(long.as_bytes());
    assert!((190..=Index::PREVIEW).contains(&preview.chars().count()), "{preview}");
}

#[test]
fn bare_line_feeds_in_binary_messages_stay() {
    let message = "Content-Type: a/b\r\nContent-Transfer-Encoding: binary\r\n\r\na\nb\r\n";
    assert_eq!(fetch(message, "RFC822.SIZE"), format!("RFC822.SIZE {}", message.len()));
    assert_eq!(content(message, "1").as_deref(), Some("a\nb\r\n"));
    let crlf = fetch_with(message.as_bytes(), "BODY[1]", LineEnds::Crlf, Peer::CLIENT).unwrap();
    assert_eq!(crlf, "BODY[1] {6}\r\na\r\nb\r\n");
}

#[test]
fn deep_messages_cost_no_stack_and_are_read_by_our_own_client() {
    let mut message = String::new();
    for depth in 0..300 {
        message +=
            &format!("Content-Type: multipart/mixed; boundary=\"b{depth}\"\r\n\r\n--b{depth}\r\n");
    }
    let structure = fetch(&message, "BODYSTRUCTURE");
    assert!(structure.contains("APPLICATION"), "what is too deep is opaque: {structure}");
    let messages = "Content-Type: message/rfc822\r\n\r\n".repeat(300);
    fetch(&messages, "BODYSTRUCTURE");
    fetch(&messages, "BODY[1.1.1.1.1.1.HEADER]");
}
