//! Laws that hold for every value, and work that grows no faster than the input.
use std::time::Instant;

use mailwire_message::{
    DefectCode, Findings, Policy,
    header::{
        AddrSpec, AddressList, Date, Keywords, Mailbox, MessageIds, Received, ReturnPath,
        decode_text, decode_text_with,
    },
};
use proptest::{collection::vec, prelude::*, sample::select};

/// Values made of what the syntax is made of.
fn values() -> impl Strategy<Value = Vec<u8>> {
    let pieces = select(vec![
        &b"a"[..],
        b"b.c",
        b"@",
        b"@",
        b"<",
        b">",
        b",",
        b";",
        b":",
        b"(",
        b")",
        b"\"",
        b"\\",
        b"[",
        b"]",
        b".",
        b" ",
        b"\r\n ",
        b"\t",
        b"=?utf-8?q?=C3?=",
        b"=?utf-8?b?4oKs?=",
        b"=?x?q?y?=",
        b"=?",
        b"?=",
        b"=40",
        b"x@y.test",
        b"<x@y>",
        b"John Doe",
        b"\xc3\xbc",
        b"\xfc",
        b"\0",
        b"\r",
        b"\n",
        b"21 Nov",
        b"1997",
        b"09:55:06",
        b"-0600",
        b"Fri,",
        b"from",
        b"by",
        b"id",
    ]);
    vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

/// Reads a value in every way; says which defects there are.
fn read_all(value: &[u8]) -> usize {
    let mut found = 0;
    let mut sink = |_: DefectCode, offset: usize| {
        assert!(offset <= value.len());
        found += 1;
    };
    let mut findings = Findings::new(Policy::STANDARD, &mut sink);
    let _ = decode_text_with(value, &mut findings);
    let _ = AddressList::parse_with(value, &mut findings).into_owned();
    let _ = Date::parse_with(value, &mut findings);
    let _ = MessageIds::parse_with(value, &mut findings).into_owned();
    let _ = ReturnPath::parse_with(value, &mut findings).into_owned();
    let _ = Keywords::parse_with(value, &mut findings).into_owned();
    let hop = Received::parse_with(value, &mut findings);
    for clause in hop.clauses() {
        let _ = (clause.ip(), clause.host(), clause.helo());
    }
    let _ = hop.recipient();
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever stands in a field, nothing panics and offsets are within it.
    #[test]
    fn nothing_panics(value in values(), noise in vec(any::<u8>(), 0..40)) {
        read_all(&value);
        read_all(&noise);
    }

    /// An address reads back as itself, and never holds a line end.
    #[test]
    fn addresses_are_printed_and_read(value in values()) {
        for mailbox in AddressList::parse(&value).mailboxes() {
            prop_assert!(mailbox.span().end <= value.len());
            let Some(address) = mailbox.addr_spec() else { continue };
            prop_assert!(!address.as_str().contains(['\r', '\n']), "{address}");
            let again = AddressList::parse(address.as_str().as_bytes());
            prop_assert_eq!(again.items().len(), 1);
            let again = again.mailboxes().next().and_then(|mailbox| mailbox.addr_spec().cloned());
            prop_assert_eq!(again.as_ref(), Some(address));
            let again = AddrSpec::new(&address.local_part(), address.domain());
            prop_assert_eq!(again.as_ref(), Some(address));
        }
    }

    /// No address comes out that does not stand in the field: its domain does, and there are no
    /// more of them than at signs.
    #[test]
    fn no_address_is_made_up(value in values()) {
        let signs = value.iter().filter(|&&octet| octet == b'@').count();
        let list = AddressList::parse(&value);
        let addresses = list.mailboxes().filter_map(|mailbox| mailbox.domain()).count();
        prop_assert!(addresses <= signs);
    }

    /// The quick look at plain fields says what the grammar says, which a comment calls for.
    #[test]
    fn plain_fields_are_read_alike(
        name in "( |\"|[a-zA-Z.@=?,]| b |=\\?us-ascii\\?q\\?a\\?=){0,6}",
        address in "[a-z.@ \"=?\u{e9}]{0,10}",
        id in "[a-z.@( \"]{0,8}",
    ) {
        for value in [format!("{name}<{address}>"), address, format!(" {name} <a.b@c.test> ")] {
            let (plain, whole) = (AddressList::parse(value.as_bytes()), format!("{value} ()"));
            let whole = AddressList::parse(whole.as_bytes());
            let show = |list: &AddressList<'_>| {
                let show = |mailbox: &Mailbox<'_>| (
                    mailbox.name().map(ToOwned::to_owned),
                    mailbox.address().map(ToOwned::to_owned),
                    mailbox.rest().map(ToOwned::to_owned),
                    mailbox.span(),
                );
                list.mailboxes().map(show).filter(|(name, address, rest, _)| name.is_some() || address.is_some() || rest.is_some()).collect::<Vec<_>>()
            };
            prop_assert_eq!(show(&plain), show(&whole), "{}", value);
        }
        let value = format!(" <{id}>");
        let (plain, whole) = (MessageIds::parse(value.as_bytes()), format!("{value} ()"));
        prop_assert!(plain.iter().eq(MessageIds::parse(whole.as_bytes()).iter()), "{}", value);
    }

    /// So does the quick look at plain elements.
    #[test]
    fn plain_elements_are_read_alike(
        elements in vec(select(vec![
            "a@b", "A <c@d>", "\"E F\" <g@h>", "Doe", "i j", "\"k, l\" <m@n>", "(o, p) q@r", "q:r@s", "t@u;", "",
            "v@w <x@y>", "<z@a", "b@c>",
        ]), 1..8),
    ) {
        let addresses = |value: &str| {
            let list = AddressList::parse(value.as_bytes()).into_owned();
            let show = |mailbox: &Mailbox<'_>| {
                (mailbox.name().map(ToOwned::to_owned), mailbox.address().map(ToOwned::to_owned))
            };
            list.mailboxes().map(show).filter(|show| *show != (None, None)).collect::<Vec<_>>()
        };
        // A comment in front makes every element one for the whole grammar.
        let odd = elements.iter().map(|element| format!("(){element}")).collect::<Vec<_>>();
        prop_assert_eq!(addresses(&elements.join(", ")), addresses(&odd.join(", ")), "{:?}", elements);
    }

    /// Quoted local parts come back as they went in.
    #[test]
    fn local_parts_are_quoted(local in "[a-z @.\"\\\\<>(),:;\u{e9}]{0,12}", domain in "[a-z]{1,5}\\.test") {
        let address = AddrSpec::new(&local, Some(&domain)).unwrap();
        let value = format!("Somebody <{address}>, x@y");
        let list = AddressList::parse(value.as_bytes());
        let mailbox = list.mailboxes().next().unwrap();
        prop_assert_eq!(mailbox.addr_spec(), Some(&address));
        prop_assert_eq!(mailbox.local_part().unwrap(), local);
        prop_assert_eq!(mailbox.domain(), Some(domain.as_str()));
    }

    #[test]
    fn dates_are_printed_and_read(unix in -2_208_800_000i64..253_402_200_000, offset in -1_439i16..1_440, zone: bool) {
        let date = Date::new(unix, zone.then_some(offset));
        prop_assert_eq!(Date::parse(date.to_string().as_bytes()), date);
    }

    /// What an encoder wrote is read, however it cut the text into words, within characters too.
    #[test]
    fn encoded_words_are_decoded(text in "[ -~\u{e9}\u{20ac}\u{1f600}]{1,40}", cuts in vec((1..12usize, any::<bool>()), 1..20)) {
        let (mut words, mut rest) = (Vec::new(), text.as_bytes());
        for &(len, base64) in cuts.iter().cycle() {
            let (octets, more) = rest.split_at(len.min(rest.len()));
            words.push(if base64 { word_b(octets) } else { word_q(octets) });
            rest = more;
            if rest.is_empty() {
                break;
            }
        }
        let folded = words.join("\r\n ");
        prop_assert_eq!(decode_text(folded.as_bytes()), text.as_str());
    }

    /// Plain text is what it is.
    #[test]
    fn plain_text_stays(text in "[!-<>-~\u{e9}\u{20ac}]{1,10}( [!-<>-~\u{e9}]{1,10}){0,5}") {
        prop_assert_eq!(decode_text(text.as_bytes()), text.as_str());
    }
}

fn word_q(octets: &[u8]) -> String {
    let text = octets.iter().map(|octet| format!("={octet:02X}")).collect::<String>();
    format!("=?utf-8?Q?{text}?=")
}

fn word_b(octets: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in octets.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, &octet| bits << 8 | u32::from(octet));
        let bits = bits << (8 * (3 - group.len()));
        for digit in 0..4 {
            let value = bits >> (18 - 6 * digit) & 63;
            let is_padding = digit > group.len();
            text.push(if is_padding { '=' } else { char::from(ALPHABET[value as usize]) });
        }
    }
    format!("=?UTF-8?b?{text}?=")
}

/// Each of these takes milliseconds; where work grows with the square of the input, hours.
#[test]
fn floods_are_read_in_linear_time() {
    let pieces = [
        "(",
        "((",
        "()",
        "(a,",
        "(\"",
        "\"",
        "\"a,",
        "\\",
        "\\\"",
        "<",
        "<<",
        "<a",
        "<a@b",
        "<\"",
        "<(",
        "<(a>",
        "<>",
        ">",
        "@",
        "@@",
        "a@",
        "a@b@",
        "a@[",
        "a@[\\",
        "a@[,",
        "[",
        ":",
        "a:",
        "a:b@c;",
        ";",
        ",",
        "a,",
        "A,",
        "A (x),",
        ".",
        "a.",
        "a .",
        "a ",
        "a@b ",
        "a@b,",
        "a@b;",
        "<@a:",
        "<@a,",
        "<@a,@",
        "<a:;",
        "<a;b>",
        "=?",
        "=?a?q?",
        "=?utf-8?q?a,?= ",
        "=?utf-8?q?,",
        "\"a\" ",
        "\"a\"(b)",
        "a(b)",
        "A \"b\" <c@d> ",
        "<a@b> <c@d> ",
        "<a> <b> ",
        "from ",
        "from a ",
        "by by ",
        "a;",
        "a; ",
        "Mon, ",
        "Mon, 1 ",
        "1 ",
        "1:",
        "1:1:1 ",
        "+1 ",
        "Jan ",
        "EST5EDT ",
        "id \"",
        "=?iso-2022-jp?b?GyRC?= ",
        "=?gb2312?b?1g==?= ",
        "=?utf-16?b?QQ==?= ",
        "\r\n ",
        "\0",
        "\u{e9}",
    ];
    for piece in pieces {
        let begin = Instant::now();
        read_all(piece.repeat(200_000 / piece.len()).as_bytes());
        let took = begin.elapsed();
        if took.as_millis() > 500 {
            println!("{piece:?}: {took:?}");
        }
    }
}

#[test]
fn a_hundred_thousand_addresses() {
    let value =
        (0..100_000).map(|n| format!("\"User {n}\" <u{n}@x.test>,\r\n ")).collect::<String>();
    let list = AddressList::parse(value.as_bytes());
    assert_eq!(list.items().len(), 100_000);
    assert_eq!(list.mailboxes().last().unwrap().address(), Some("u99999@x.test"));
    let group = format!("all: {value};");
    assert_eq!(AddressList::parse(group.as_bytes()).mailboxes().count(), 100_000);
}
