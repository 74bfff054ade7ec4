//! What servers send and the RFCs do not allow: understood and told, or refused.
//!
//! Each row is a form that was seen, with the server or the client that it was seen by.

use bytes::Bytes;
use mailwire_imap::{
    Condition, Data, Encoder, Frame, FrameLimits, Framer, Leniency, Peer, Piece, Quirk,
    ReadOptions, Response, Side, fetch::FetchItem,
};

/// A row: what it is, the wire, the repair that is told (none: the RFCs allow it), and words that `Debug`
/// shows of what was understood.
type Row = (&'static str, &'static [u8], Option<Quirk>, &'static [&'static str]);

fn read(wire: &[u8], leniency: Leniency) -> Result<(Response, Vec<Quirk>), String> {
    let mut framer = Framer::new(Side::Responses, FrameLimits::CLIENT);
    framer.push(Bytes::copy_from_slice(wire));
    let frame = match framer.next_piece() {
        Ok(Some(Piece::Frame(frame))) => frame,
        other => panic!("no frame: {other:?}"),
    };
    assert!(framer.is_empty(), "more than a frame: {:?}", wire.escape_ascii().to_string());
    let mut options = ReadOptions::default();
    options.leniency = leniency;
    let read = Response::parse(&frame, options).map_err(|error| error.to_string())?;
    let mut quirks: Vec<_> = read.repairs.as_slice().iter().map(|repair| repair.quirk).collect();
    if let Response::Data(Data::Fetch(fetch)) = &read.value {
        let mut items = fetch.items();
        let invalid = items.by_ref().any(|item| matches!(item, FetchItem::Invalid { .. }));
        assert!(!invalid, "{fetch:?}");
        quirks.extend(items.repairs().as_slice().iter().map(|repair| repair.quirk));
    }
    Ok((read.value, quirks))
}

fn check(rows: &[Row]) {
    for (what, wire, quirk, shown) in rows {
        let (response, quirks) = read(wire, Leniency::Lenient)
            .unwrap_or_else(|error| panic!("{what}: {error}: {}", wire.escape_ascii()));
        let debug = format!("{response:?}");
        for word in *shown {
            assert!(debug.contains(word), "{what}: no {word} in {debug}");
        }
        let strict = read(wire, Leniency::Strict);
        match quirk {
            Some(quirk) => {
                assert!(quirks.contains(quirk), "{what}: {quirks:?}: {debug}");
                assert!(strict.is_err(), "{what}: strict reads {strict:?}");
            }
            None => {
                assert!(quirks.is_empty(), "{what}: {quirks:?}: {debug}");
                assert_eq!(strict, Ok((response, quirks)), "{what}");
            }
        }
    }
}

#[test]
fn statuses_and_codes() {
    check(&[
        (
            "row 1, Gmail: a code and no text",
            b"* OK [HIGHESTMODSEQ 1]\r\n",
            Some(Quirk::MissingText),
            &["HighestModSeq(1)"],
        ),
        ("row 2, iCloud: no text", b"A1 OK\r\n", Some(Quirk::MissingText), &["Ok", "\"A1\""]),
        ("row 2, Oracle: no text", b"* BYE\r\n", Some(Quirk::MissingText), &["Bye"]),
        ("row 2, an empty text is one (RFC 9051 §9)", b"* OK \r\n", None, &["Ok"]),
        ("row 3, public-inbox", b"+\r\n", Some(Quirk::MissingText), &["Continue"]),
        ("row 3, Migadu: an empty text is one", b"+ \r\n", None, &["Continue"]),
        (
            "row 4, Outlook 365",
            b"* OK [Error=\"x y\" Proxy=z] text\r\n",
            Some(Quirk::BracketInText),
            &["code: None", "Proxy=z] text"],
        ),
        (
            "row 5, various: text that is no code",
            b"* NO [see http://x/ for help\r\n",
            Some(Quirk::BracketInText),
            &["code: None", "[see http"],
        ),
        (
            "row 6, home.pl",
            b"* [COPYUID 1 2 3]\r\n",
            Some(Quirk::BareCode),
            &["CopyUid", "uid_validity: 1"],
        ),
        ("row 6, Exchange 2013", b"[COPYUID 1 2 3]\r\n", Some(Quirk::BareCode), &["CopyUid"]),
        (
            "row 6, text behind it",
            b"* [ALERT] going down {9}\r\n",
            Some(Quirk::BareCode),
            &["Alert", "going down {9}"],
        ),
        (
            "row 11, xwtec",
            b"* OK [UIDVALIDITY 0] x\r\n",
            Some(Quirk::ZeroNumber),
            &["UidValidity(0)"],
        ),
        ("row 11", b"* OK [UIDNEXT 0] x\r\n", Some(Quirk::ZeroNumber), &["UidNext(0)"]),
        ("row 11", b"* OK [UNSEEN 0] x\r\n", Some(Quirk::ZeroNumber), &["Unseen(0)"]),
        ("row 33, wp.pl", b"A1 BYE x\r\n", Some(Quirk::TaggedBye), &["Bye", "\"A1\""]),
        ("row 34, proxies", b"\0\0A1 OK x\r\n", Some(Quirk::NulPadding), &["Ok"]),
        ("NUL in text", b"* OK a\0b\r\n", Some(Quirk::ControlInText), &["\"ab\""]),
        (
            "a code that ends where its value would be",
            b"* NO [BADURL\r\n",
            Some(Quirk::BracketInText),
            &["code: None", "\"[BADURL\""],
        ),
        (
            "a code without its value",
            b"* NO [REFERRAL] x\r\n",
            Some(Quirk::Other),
            &["Other { name: \"REFERRAL\", value: None }", "\"x\""],
        ),
        (
            "NUL in what is no code, and does not become one",
            b"* OK [AL\0ERT] x\r\n",
            Some(Quirk::ControlInText),
            &["code: None", "\"(ALERT] x\""],
        ),
    ]);
}

#[test]
fn data() {
    check(&[
        (
            "row 7, Exchange",
            b"* STATUS a (MESSAGES 1) \r\n",
            Some(Quirk::TrailingSpace),
            &["Messages(1)"],
        ),
        ("row 7", b"* SEARCH 1 2 \r\n", Some(Quirk::TrailingSpace), &["[1, 2]"]),
        ("row 7", b"* SEARCH \r\n", Some(Quirk::TrailingSpace), &["[]"]),
        ("row 7", b"* CAPABILITY IMAP4rev1 \r\n", Some(Quirk::TrailingSpace), &["IMAP4rev1"]),
        ("row 7", b"* ID (\"name\" \"x\") \r\n", Some(Quirk::TrailingSpace), &["\"x\""]),
        ("row 10, 163.com: no item is allowed", b"* STATUS a ()\r\n", None, &["items: []"]),
        (
            "row 11",
            b"* STATUS a (UIDNEXT 0 UIDVALIDITY 5)\r\n",
            Some(Quirk::ZeroNumber),
            &["UidNext(0)", "UidValidity(5)"],
        ),
        ("row 29, Zoho", b"* NOOP\r\n", None, &["Other", "NOOP"]),
        ("row 29", b"* X-NEW (a \"b\" {1}\r\nc)\r\n", None, &["Other", "X-NEW"]),
        (
            "row 29, garbage",
            b"* X-NEW (never closed\r\n",
            Some(Quirk::Other),
            &["Unparsed", "never closed"],
        ),
        (
            "row 29, old Gmail",
            b"* XLIST (\\HasNoChildren \\Inbox) \"/\" Inbox\r\n",
            None,
            &["XList", "Inbox"],
        ),
        (
            "row 30, Exchange",
            b"* LIST () \"/\" Sent Items\r\n",
            Some(Quirk::UnquotedMailbox),
            &["\"Sent Items\""],
        ),
        (
            "row 30",
            b"* LIST () \"/\" a\tb\x01c\r\n",
            Some(Quirk::UnquotedMailbox),
            &["a\\tb\\x01c"],
        ),
        (
            "row 30",
            b"* STATUS Sent Items (MESSAGES 3)\r\n",
            Some(Quirk::UnquotedMailbox),
            &["\"Sent Items\"", "Messages(3)"],
        ),
        (
            "an identifier without rights",
            b"* ACL x fred lrs bob\r\n",
            Some(Quirk::MissingField),
            &["(b\"fred\", b\"lrs\")", "(b\"bob\", b\"\")"],
        ),
        (
            "row 30: parentheses in a name",
            b"* LIST (\\Marked) \"/\" Sent (old)\r\n",
            Some(Quirk::UnquotedMailbox),
            &["\"Sent (old)\"", "extended: []"],
        ),
        (
            "row 30: parentheses in a name, and in an item",
            b"* STATUS Sent (old) (MAILBOXID (F1) MESSAGES 3)\r\n",
            Some(Quirk::UnquotedMailbox),
            &["\"Sent (old)\"", "MailboxId", "Messages(3)"],
        ),
        (
            "row 31",
            b"* CAPABILITY IMAP4rev1 LITERAL + IDLE\r\n",
            Some(Quirk::SplitCapability),
            &["\"LITERAL+\"", "IDLE"],
        ),
        ("row 31", b"* CAPABILITY IMAP4rev1  IDLE\r\n", Some(Quirk::ExtraSpace), &["\"IDLE\""]),
        ("row 32, DavMail", b"*  22279 EXISTS\r\n", Some(Quirk::ExtraSpace), &["Exists(22279)"]),
        (
            "row 35: what a literal left over that was longer than it said",
            b")\r\n",
            Some(Quirk::ExtraParentheses),
            &["Unparsed"],
        ),
    ]);
    check(&[
        ("row 37: LF alone", b"* 3 EXISTS\n", Some(Quirk::BareLf), &["Exists(3)"]),
        ("row 37: LF alone", b"a1 OK x\n", Some(Quirk::BareLf), &["Ok"]),
        ("row 37: LF alone", b"* 1 FETCH (UID 7)\n", Some(Quirk::BareLf), &["Uid(7)"]),
        (
            "row 37: LF alone behind the announcement of a literal",
            b"* 1 FETCH (BODY[] {3}\na\nb UID 7)\r\n",
            Some(Quirk::BareLf),
            &["a\\nb", "Uid(7)"],
        ),
    ]);
}

#[test]
fn items_of_fetch() {
    check(&[
        ("row 8, QQ", b"* 1 FETCH (UID 19436 )\r\n", Some(Quirk::ExtraSpace), &["Uid(19436)"]),
        (
            "row 9, SurgeMail",
            b"* 1 FETCH (FLAGS (\\Seen ))\r\n",
            Some(Quirk::ExtraSpace),
            &["\\Seen"],
        ),
        ("row 9, Zoho", b"* 1 FETCH (FLAGS (\\*))\r\n", Some(Quirk::OddFlag), &["\\*"]),
        (
            "row 9, Gmail",
            b"* 1 FETCH (FLAGS (OIB-Seen-[Gmail]/All \\Seen))\r\n",
            Some(Quirk::OddFlag),
            &["(\\Seen OIB-Seen-[Gmail]/All)"],
        ),
        ("row 9: a lone backslash", b"* 1 FETCH (FLAGS (\\))\r\n", Some(Quirk::OddFlag), &[]),
        ("row 12, Zoho", b"* 1 FETCH (MODSEQ (0))\r\n", Some(Quirk::ZeroNumber), &["ModSeq(0)"]),
        ("row 12", b"* 1 FETCH (MODSEQ (-1))\r\n", Some(Quirk::NegativeNumber), &["ModSeq(0)"]),
        (
            "row 13, mail.ru",
            b"* 1 FETCH (RFC822.SIZE 9.3736e+06 UID 2)\r\n",
            Some(Quirk::FloatNumber),
            &["Size(Some(9373600))", "Uid(2)"],
        ),
        (
            "row 27, qq.com: no zone",
            b"* 1 FETCH (INTERNALDATE \"17-Jul-1996 02:44:25\")\r\n",
            Some(Quirk::OddDate),
            &["17-Jul-1996"],
        ),
        (
            "row 27: a day of one digit",
            b"* 1 FETCH (INTERNALDATE \"7-Jul-1996 02:44:25 -0700\")\r\n",
            Some(Quirk::OddDate),
            &["7-Jul-1996"],
        ),
        (
            "row 27: as the RFC has it",
            b"* 1 FETCH (INTERNALDATE \" 7-Jul-1996 02:44:25 -0700\")\r\n",
            None,
            &["7-Jul-1996"],
        ),
        (
            "row 27, mail.ru: NIL",
            b"* 1 FETCH (INTERNALDATE NIL UID 3)\r\n",
            Some(Quirk::UnexpectedNil),
            &["InternalDate(None)", "Uid(3)"],
        ),
        (
            "row 28: items of vendors",
            b"* 1 FETCH (X-GM-MSGID 1278455344230334865 X-GM-THRID 1266894439832287888 X-GM-LABELS (\\Inbox \"two words\") XAOL.SPAM.REASON NIL SNIPPET (FUZZY \"x\") X-A (b (c (d {1}\r\ne))))\r\n",
            None,
            &["GmailMessageId(1278455344230334865)", "GmailThreadId", "two words", "XAOL", "X-A"],
        ),
        (
            "row 28: annotations (RFC 5257)",
            b"* 1 FETCH (ANNOTATION (/comment (value.priv \"My\" value.shared NIL)))\r\n",
            None,
            &["Annotation", "/comment", "value.priv"],
        ),
        (
            "row 28: NIL for labels",
            b"* 1 FETCH (X-GM-LABELS NIL UID 1)\r\n",
            Some(Quirk::UnexpectedNil),
            &["GmailLabels([])", "Uid(1)"],
        ),
        (
            "row 36, Xeams: closed early",
            b"* 1 FETCH (UID 1) FLAGS (\\Seen))\r\n",
            Some(Quirk::ExtraParentheses),
            &["Uid(1)", "\\Seen"],
        ),
        (
            "row 37: NUL in a literal",
            b"* 1 FETCH (BODY[] {3}\r\na\0b UID 1)\r\n",
            Some(Quirk::NulInString),
            &["a\\0b", "Uid(1)"],
        ),
        ("a literal8 where it may be", b"* 1 FETCH (BINARY[1] ~{3}\r\na\0b)\r\n", None, &["a\\0b"]),
        (
            "row 26, Lotus Domino: parentheses",
            b"* 1 FETCH (UID 1 (FLAGS (\\Seen)) MODSEQ (5))\r\n",
            Some(Quirk::ExtraParentheses),
            &["Uid(1)", "\\Seen", "ModSeq(5)"],
        ),
    ]);
}

#[test]
fn envelopes() {
    check(&[
        (
            "row 22, qiye.163: quotes that no backslash precedes",
            b"* 1 FETCH (ENVELOPE (NIL \"a\"quoted\"word\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n",
            Some(Quirk::UnescapedQuote),
            &["a\\\"quoted\\\"word"],
        ),
        (
            "row 22",
            b"* 1 FETCH (ENVELOPE (NIL \"\"\"\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n",
            Some(Quirk::UnescapedQuote),
            &["\\\"\\\""],
        ),
        (
            "row 23, Proton Bridge: Latin-1",
            b"* 1 FETCH (ENVELOPE (NIL \"gr\xfc\xdfe\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n",
            Some(Quirk::EightBitInQuoted),
            &["gr\\xfc\\xdfe"],
        ),
        (
            "row 23, huk24: in a literal anything may be",
            b"* 1 FETCH (ENVELOPE (NIL {2}\r\n\xfc\xdf NIL NIL NIL NIL NIL NIL NIL NIL))\r\n",
            None,
            &["\\xfc\\xdf"],
        ),
        (
            "row 24: no addresses",
            b"* 1 FETCH (ENVELOPE (NIL NIL () NIL NIL NIL NIL NIL NIL \"<i>\"))\r\n",
            Some(Quirk::EmptyList),
            &["from: []", "<i>"],
        ),
        (
            "row 25: fields that are missing",
            b"* 1 FETCH (ENVELOPE (NIL \"s\" NIL NIL NIL NIL NIL NIL) UID 3)\r\n",
            Some(Quirk::MissingField),
            &["\"s\"", "message_id: None", "Uid(3)"],
        ),
        (
            "row 25: spaces between addresses",
            b"* 1 FETCH (ENVELOPE (NIL NIL ((NIL NIL \"a\" \"b\") (NIL NIL \"c\" \"d\")) NIL NIL NIL NIL NIL NIL NIL))\r\n",
            Some(Quirk::ExtraSpace),
            &["b\"a\"", "b\"d\""],
        ),
    ]);
}

#[test]
fn body_structures() {
    check(&[
        (
            "row 14, Exchange and Dovecot: numbers below zero",
            b"* 1 FETCH (BODY (\"text\" \"plain\" NIL NIL NIL \"7bit\" -1 -1) UID 1)\r\n",
            Some(Quirk::NegativeNumber),
            &["octets: None", "lines: None", "Uid(1)"],
        ),
        (
            "row 15, iCloud: no encoding",
            b"* 1 FETCH (BODY (\"text\" \"plain\" NIL NIL NIL NIL 1 1))\r\n",
            Some(Quirk::UnexpectedNil),
            &["octets: Some(1)"],
        ),
        (
            "row 16, mail.ru: no value",
            b"* 1 FETCH (BODY (\"text\" \"plain\" (\"boundary\" NIL) NIL NIL \"7bit\" 1 1))\r\n",
            Some(Quirk::UnexpectedNil),
            &["boundary"],
        ),
        (
            "row 17, Dovecot: a multipart without parts",
            b"* 1 FETCH (BODYSTRUCTURE (\"mixed\" (\"boundary\" \"x\") NIL NIL))\r\n",
            Some(Quirk::EmptyMultipart),
            &["Multipart", "b\"mixed\""],
        ),
        (
            "row 18, Gmail: a message without envelope",
            b"* 1 FETCH (BODY (\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 5))\r\n",
            Some(Quirk::BareMessage),
            &["b\"rfc822\"", "octets: Some(5)"],
        ),
        (
            "row 18: nothing in its place",
            b"* 1 FETCH (BODY (\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 5 () () 7))\r\n",
            Some(Quirk::EmptyList),
            &["Message", "lines: Some(7)"],
        ),
        (
            "row 19, Gmail and QQ: parts that share a boundary",
            b"* 1 FETCH (BODYSTRUCTURE ((\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1 NIL NIL NIL)((\"alternative\" (\"boundary\" \"x\") NIL NIL) \"mixed\" (\"boundary\" \"x\") NIL NIL) \"mixed\" (\"boundary\" \"x\") NIL NIL) UID 2)\r\n",
            Some(Quirk::EmptyMultipart),
            &["b\"alternative\"", "b\"plain\"", "Uid(2)"],
        ),
        (
            "row 20, Exchange: a string for the disposition",
            b"* 1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1 NIL \"inline\" NIL NIL))\r\n",
            Some(Quirk::WrongShape),
            &["b\"plain\""],
        ),
        (
            "row 20: disposition and language in each other's place",
            b"* 1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1 NIL \"en\" (\"inline\" NIL) NIL))\r\n",
            Some(Quirk::WrongShape),
            &["b\"plain\""],
        ),
        (
            "row 20, GMX: a list for the location",
            b"* 1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1 NIL NIL NIL ()))\r\n",
            Some(Quirk::WrongShape),
            &["b\"plain\""],
        ),
        (
            "row 21: no media type",
            b"* 1 FETCH (BODY (NIL NIL NIL NIL NIL \"7bit\" 1) UID 1)\r\n",
            Some(Quirk::UnexpectedNil),
            &["octets: Some(1)", "Uid(1)"],
        ),
        (
            "row 21: no subtype of a multipart",
            b"* 1 FETCH (BODY ((\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1)) UID 1)\r\n",
            Some(Quirk::MissingField),
            &["Multipart", "Uid(1)"],
        ),
        (
            "row 22, GreenMail: quotes",
            b"* 1 FETCH (BODY (\"text\" \"plain\" (\"name\" \"a\"b\"c\") NIL NIL \"7bit\" 1 1))\r\n",
            Some(Quirk::UnescapedQuote),
            &["a\\\"b\\\"c"],
        ),
        (
            "row 26: quoted-printable of a string",
            b"* 1 FETCH (BODY (\"text\" \"plain\" (\"charset\" 3D\"Windows-1252\") NIL NIL \"7bit\" 1 1))\r\n",
            Some(Quirk::Other),
            &["Windows-1252"],
        ),
    ]);
}

/// Row 20: whatever the form of a disposition, and wherever it is, it is found; so are the languages.
#[test]
fn dispositions() {
    type Case = (&'static str, &'static str, &'static [[&'static str; 2]], &'static [&'static str]);
    let cases: [Case; 8] = [
        ("\"inline\" NIL NIL", "inline", &[], &[]),
        ("\"en\" (\"inline\" NIL) NIL", "inline", &[], &["en"]),
        ("\"en\" (\"attachment\" (\"a\" \"b\")) \"loc\"", "attachment", &[["a", "b"]], &["en"]),
        (
            "NIL (\"attachment\" (\"a\" \"b\" \"c\" \"d\"))",
            "attachment",
            &[["a", "b"], ["c", "d"]],
            &[],
        ),
        ("(\"inline\" NIL) (NIL \"en\" NIL \"de\") NIL", "inline", &[], &["en", "de"]),
        ("(\"inline\" (\"a\" \"b\")) (\"en\" (\"c\" \"d\")) NIL", "inline", &[["a", "b"]], &["en"]),
        ("(\"attachment\" (x y)) NIL NIL", "attachment", &[], &[]),
        ("(\"attachment\" (\"a\" b)) \"en\" NIL", "attachment", &[["a", ""]], &["en"]),
    ];
    for (text, kind, params, languages) in cases {
        let wire = format!(
            "* 1 FETCH (BODYSTRUCTURE (\"image\" \"png\" NIL NIL NIL \"7bit\" 1 NIL {text}) UID 5)\r\n"
        );
        let (response, quirks) = read(wire.as_bytes(), Leniency::Lenient).unwrap();
        assert!(!quirks.is_empty() && read(wire.as_bytes(), Leniency::Strict).is_err(), "{text}");
        let mut out = Encoder::new(Peer::CLIENT);
        response.encode(&mut out);
        let (again, _) = read(&out.finish().wire, Leniency::Strict).unwrap();
        for response in [response, again] {
            let Response::Data(Data::Fetch(fetch)) = response else { panic!("{text}") };
            let items: Vec<_> = fetch.items().collect();
            let [FetchItem::BodyStructure(structure), FetchItem::Uid(5)] = &items[..] else {
                panic!("{text}: {items:?}");
            };
            let part = structure.root();
            let found = part.disposition().expect(text);
            assert_eq!(&*found.kind, kind.as_bytes(), "{text}");
            let found: Vec<_> = found.params.take(9).collect();
            let want: Vec<_> = params.iter().map(|pair| pair.map(str::as_bytes)).collect();
            let found: Vec<_> = found.iter().map(|(name, value)| [&**name, &**value]).collect();
            assert_eq!(found, want, "{text}");
            let found = part.languages();
            let found: Vec<_> = found.iter().map(|language| &**language).collect();
            let want: Vec<_> = languages.iter().map(|language| language.as_bytes()).collect();
            assert_eq!(found, want, "{text}");
        }
    }
}

/// Numbers of another mailbox are not taken for those of the mailbox that is selected.
#[test]
fn a_search_result_keeps_its_mailbox() {
    let wire = b"* ESEARCH (TAG \"a\" MAILBOX Lists) UID ALL 1\r\n";
    let (response, quirks) = read(wire, Leniency::Lenient).unwrap();
    assert_eq!(quirks, [Quirk::MissingField]);
    let Response::Data(Data::ESearch(found)) = response else { panic!("{response:?}") };
    let (mailbox, uid_validity) = found.mailbox.unwrap();
    assert_eq!((mailbox.as_str(), uid_validity), (Some("Lists"), 0));
}

/// Row 35: a literal that says more than comes takes what follows; the framer does not look for the tag.
#[test]
fn a_literal_that_is_too_long_takes_what_follows() {
    let mut framer = Framer::new(Side::Responses, FrameLimits::CLIENT);
    framer.push(Bytes::from("* 1 FETCH (BODY[] {13}\r\nabc)\r\nA1 OK x\r\n)\r\nA2 OK y\r\n"));
    let mut wires = Vec::new();
    while let Ok(Some(Piece::Frame(frame))) = framer.next_piece() {
        wires.push(frame.wire().clone());
    }
    assert_eq!(wires.len(), 3, "{wires:?}");
    assert_eq!(wires[2], "A2 OK y\r\n");
}

/// Row 37: multiparts nest far deeper than eight.
#[test]
fn multiparts_nest() {
    let part = "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 1)";
    let body = [&"(".repeat(90), part, &" \"mixed\")".repeat(90)].concat();
    let wire = format!("* 1 FETCH (BODY {body} UID 7)\r\n");
    let (response, quirks) = read(wire.as_bytes(), Leniency::Strict).unwrap();
    assert!(quirks.is_empty());
    assert!(format!("{response:?}").contains("Uid(7)"));
}

/// Row 38: data that nobody asked for may come at any time; each is a response of its own.
#[test]
fn unsolicited_data() {
    for wire in ["* 3 EXISTS\r\n", "* 2 EXPUNGE\r\n", "* 1 FETCH (FLAGS ())\r\n", "* 0 RECENT\r\n"]
    {
        assert!(read(wire.as_bytes(), Leniency::Strict).is_ok(), "{wire}");
    }
}

/// What is wrong with one item is told with its name and what came; the others survive.
#[test]
fn an_item_that_makes_no_sense_is_kept() {
    let wire = "* 1 FETCH (UID 1 BODYSTRUCTURE (\"a\" nonsense) FLAGS (\\Seen))\r\n";
    let frame = Frame::new(Bytes::from(wire));
    let read = Response::parse(&frame, ReadOptions::default()).unwrap().value;
    let Response::Data(Data::Fetch(fetch)) = read else { panic!() };
    let items: Vec<_> = fetch.items().collect();
    let [FetchItem::Uid(1), FetchItem::Invalid { name, raw, why }, FetchItem::Flags(_)] =
        &items[..]
    else {
        panic!("{items:?}")
    };
    assert_eq!((&**name, &**raw), (&b"BODYSTRUCTURE"[..], &b" (\"a\" nonsense)"[..]));
    assert_eq!(why.to_string(), "bad argument at octet 36");
    let mut strict = ReadOptions::default();
    strict.leniency = Leniency::Strict;
    let error = Response::parse(&frame, strict).unwrap_err();
    assert_eq!(error.to_string(), "bad argument at octet 36");
}

#[test]
fn conditions_in_any_case() {
    let (response, _) = read(b"a1 ok done\r\n", Leniency::Strict).unwrap();
    let Response::Status(status) = response else { panic!() };
    assert_eq!(status.condition, Condition::Ok);
}
