//! What goes over the wire in the benches.

use std::fmt::Write;

/// FLAGS, ENVELOPE and BODYSTRUCTURE of messages: about 1,030 octets each.
#[must_use]
pub fn fetch_full(messages: u32) -> Vec<u8> {
    let mut wire = String::new();
    for n in 1..=messages {
        let uid = 100_000 + n;
        write!(
            wire,
            "* {n} FETCH (UID {uid} FLAGS (\\Seen $Forwarded) ENVELOPE \
             (\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev1 WG mtg summary and minutes {n}\" \
             ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
             ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
             ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
             ((NIL NIL \"imap\" \"cac.washington.edu\")) \
             ((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")\
             (\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL NIL \
             \"<B27397-0100000@cac.washington.edu>\") BODYSTRUCTURE (((\"text\" \"plain\" (\"charset\" \
             \"utf-8\" \"format\" \"flowed\") NIL NIL \"quoted-printable\" 3028 92 NIL NIL NIL NIL)\
             (\"text\" \"html\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" 9412 201 NIL NIL \
             NIL NIL) \"alternative\" (\"boundary\" \"----=_Part_123456_1928374650.1721205805\") NIL \
             NIL NIL)(\"application\" \"pdf\" (\"name\" \"minutes.pdf\") NIL NIL \"base64\" 123456 NIL \
             (\"attachment\" (\"filename\" \"minutes.pdf\")) NIL NIL) \"mixed\" (\"boundary\" \
             \"----=_Part_654321_0564738291.1721205805\") NIL NIL NIL))\r\n"
        )
        .expect("strings grow");
    }
    wire.into_bytes()
}

/// What a client asks for to learn what has changed: 58 octets for each message.
#[must_use]
pub fn fetch_flags(messages: u32) -> Vec<u8> {
    let mut wire = String::new();
    for n in 0..messages {
        let (number, uid, mod_seq) = (10_000 + n, 20_000 + n, 3_000_000 + n);
        let flags = ["\\Seen", "\\Seen \\Answered", "", "\\Flagged"][n as usize % 4];
        write!(wire, "* {number} FETCH (UID {uid} FLAGS ({flags}) MODSEQ ({mod_seq}))\r\n")
            .expect("strings grow");
    }
    wire.into_bytes()
}

/// One SEARCH response.
#[must_use]
pub fn search(numbers: u32) -> Vec<u8> {
    let mut wire = String::from("* SEARCH");
    for n in 0..numbers {
        write!(wire, " {}", 3 * n + 1).expect("strings grow");
    }
    wire.push_str("\r\n");
    wire.into_bytes()
}

/// The same as ESEARCH, as ranges of three out of every four.
#[must_use]
pub fn esearch(numbers: u32) -> Vec<u8> {
    let mut wire = String::from("* ESEARCH (TAG \"A282\") UID ALL 1");
    for n in 1..numbers / 3 {
        write!(wire, ",{}:{}", 4 * n, 4 * n + 2).expect("strings grow");
    }
    wire.push_str("\r\n");
    wire.into_bytes()
}

/// LIST responses.
#[must_use]
pub fn list(mailboxes: u32) -> Vec<u8> {
    let mut wire = String::new();
    for n in 0..mailboxes {
        let line = match n % 4 {
            0 => format!("* LIST (\\HasNoChildren) \"/\" Archive/2024/project-{n}\r\n"),
            1 => format!(
                "* LIST (\\HasChildren \\Noselect) \"/\" \"Lists {n}/The Working Group\"\r\n"
            ),
            2 => format!("* LIST (\\HasNoChildren \\Marked) \".\" INBOX.customer.{n}\r\n"),
            _ => format!("* LIST () \"/\" \"{n} mailbox\"\r\n"),
        };
        wire.push_str(&line);
    }
    wire.into_bytes()
}

/// Bodies of messages as literals.
#[must_use]
pub fn bodies(messages: u32, size: usize) -> Vec<u8> {
    let body = b"the quick brown fox jumps over the lazy dog, and then again some more of it.\r\n";
    let body: Vec<u8> = body.iter().copied().cycle().take(size).collect();
    let mut wire = Vec::new();
    for n in 1..=messages {
        wire.extend_from_slice(format!("* {n} FETCH (UID {n} BODY[] {{{size}}}\r\n").as_bytes());
        wire.extend_from_slice(&body);
        wire.extend_from_slice(b")\r\n");
    }
    wire
}

/// APPEND of a message.
#[must_use]
pub fn append(size: usize) -> Vec<u8> {
    let mut wire = format!("A0005 APPEND Drafts (\\Seen) {{{size}+}}\r\n").into_bytes();
    wire.resize(wire.len() + size, b'x');
    wire.extend_from_slice(b"\r\n");
    wire
}

/// A command of as many empty literals.
#[must_use]
pub fn empty_literals(count: usize) -> Vec<u8> {
    let literals = vec!["{0+}\r\n"; 2 * count].join(" ");
    format!("A0006 ID ({literals})\r\n").into_bytes()
}

/// A command about as many messages, in ranges of three.
#[must_use]
pub fn fetch_of_set(numbers: u32) -> Vec<u8> {
    let ranges: Vec<_> = (0..numbers / 3).map(|n| format!("{}:{}", 4 * n + 1, 4 * n + 3)).collect();
    format!("A0007 UID FETCH {} (FLAGS)\r\n", ranges.join(",")).into_bytes()
}

/// A search as deep as imap-codec reads one.
#[must_use]
pub fn search_tree() -> Vec<u8> {
    b"A0008 SEARCH OR OR FROM \"Smith\" TO \"Smith\" NOT (SUBJECT \"status report\" SINCE 1-Feb-1994 \
      LARGER 10000) UNSEEN OR KEYWORD $Forwarded UID 1:300,400:500\r\n"
        .to_vec()
}

/// Makes a response of about as many octets.
pub type Maker = fn(usize) -> Vec<u8>;

/// What nobody sends who means well.
#[must_use]
pub fn adversarial() -> Vec<(&'static str, Maker)> {
    fn framed(start: &str, middle: &str, end: &str, size: usize) -> Vec<u8> {
        [start, &middle.repeat(size / middle.len()), end].concat().into_bytes()
    }
    vec![
        ("literals", |size| framed("* 1 FETCH (X (", "{0}\r\n ", "NIL))\r\n", size)),
        ("open parentheses", |size| framed("* 1 FETCH (BODYSTRUCTURE ", "(", "\r\n", size)),
        ("parentheses", |size| framed("* 1 FETCH (X ", "(())", "a)\r\n", size)),
        ("quotes", |size| framed("* 1 FETCH (PREVIEW \"", "\"", "\")\r\n", size)),
        ("escapes", |size| framed("* 1 FETCH (PREVIEW \"", "\\\"", "\")\r\n", size)),
        ("spaces", |size| framed("* 1 FETCH (FLAGS (", " ", "))\r\n", size)),
        ("items", |size| framed("* 1 FETCH (", "UID 1 ", "UID 1)\r\n", size)),
        ("bad items", |size| framed("* 1 FETCH (", "UID x ", "UID 1)\r\n", size)),
        ("bad envelopes", |size| framed("* 1 FETCH (", "ENVELOPE (NIL ", "UID 1)\r\n", size)),
        ("parts", |size| {
            let part = "(\"a\" \"b\" NIL NIL NIL \"7bit\" 1)";
            framed("* 1 FETCH (BODYSTRUCTURE (", part, " \"mixed\"))\r\n", size)
        }),
        ("flags", |size| framed("* FLAGS (", "a ", "a)\r\n", size)),
        ("no line end", |size| framed("* SEARCH", " 1", "", size)),
        ("lines", |size| framed("", "* OK\r\n", "", size)),
        ("empty lines", |size| framed("", "\r\n", "", size)),
        ("threads", |size| framed("* THREAD ", "(1 2)", "\r\n", size)),
        ("deep threads", |size| framed("* THREAD ", "(1 ", "\r\n", size)),
        ("code", |size| framed("* OK [X ", "[", "\r\n", size)),
        ("modified UTF-7", |size| framed("* LIST () NIL \"", "&-", "\"\r\n", size)),
    ]
}
