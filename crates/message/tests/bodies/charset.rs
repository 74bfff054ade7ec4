use mailwire_message::{
    DefectCode, Policy,
    charset::{self, Charset, Decoder},
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::drive::{Found, hear, pieces};

/// Labels of the wild, each with a text that only the right set reads right.
#[test]
fn labels_of_the_wild() {
    for (labels, octets, text) in [
        (
            "UTF-8|utf8|utf-8mb4|\"utf-8\"| utf-8 |'UTF8'|unicode-1-1-utf-8|utf-8*en|cp65001",
            "é—".as_bytes(),
            "é—",
        ),
        (
            "us-ascii|ANSI_X3.4-1968|ascii|iso-ir-6|646|x-unknown|unknown-8bit|default|_autodetect",
            b"n\xe9e",
            "née",
        ),
        ("us-ascii|x-unknown|unknown-8bit|default", "née".as_bytes(), "née"),
        (
            "iso-8859-1|latin1|windows-1252|cp1252|iso8859_1|iso-8859-01|8859-1|x-ansi|ansi|win1252",
            b"\x80\xe9",
            "€é",
        ),
        ("cp-850|cp850|ibm850|IBM-850|x-cp850|850|cspc850multilingual", b"\x82\xd5", "éı"),
        ("cp437|ibm437|dos-437|cspc8codepage437", b"\x80\xe1\xfb", "Çß√"),
        ("cp852|ibm852", b"\xa5\x86", "ąć"),
        ("cp858|ibm00858", b"\xd5", "€"),
        ("cp866|ibm866|dos866", b"\x8f\xe0\xa8", "При"),
        ("x-mac-ce|mac-centraleurope", b"\x88\x8b", "ąč"),
        ("macintosh|x-mac-roman|mac", b"\x8e\xdb", "é€"),
        ("utf-7|unicode-1-1-utf-7|x-unicode-2-0-utf-7", b"Hi Mom +Jjo-!", "Hi Mom ☺!"),
        ("utf-16be", b"\0a\x20\xac", "a€"),
        ("utf-16le", b"a\0\xac\x20", "a€"),
        ("utf-16|unicode|ucs-2", b"\xfe\xff\0a\x20\xac", "a€"),
        ("utf-16", b"\xff\xfea\0\xac\x20", "a€"),
        ("utf-16", b"a\0\xac\x20", "a€"),
    ] {
        check(labels, octets, text);
    }
}

#[cfg(feature = "charset")]
#[test]
fn labels_that_need_tables() {
    for (labels, octets, text) in [
        (
            "ks_c_5601-1987|euc-kr|korean|ks_c_5601|cp949|windows-949|uhc|ksc5601",
            &b"\xc7\xd1\xb1\xdb"[..],
            "한글",
        ),
        ("iso-2022-kr|csISO2022KR|cp50225", b"\x1b$)Ca\x0eGQ1[\x0fb", "a한글b"),
        ("hz-gb-2312|hz", b"~{VPND~}~~ ok", "中文~ ok"),
        ("gb2312|gbk|x-gbk|euc-cn|cn-gb|cp936|gb_2312-80|gb18030", b"\xd6\xd0\xce\xc4", "中文"),
        ("big5|big5-hkscs|cn-big5|x-x-big5|cp950", b"\xa4\xa4\xa4\xe5", "中文"),
        ("shift_jis|sjis|x-sjis|windows-31j|cp932|ms_kanji|ms932", b"\x93\xfa\x96\x7b", "日本"),
        (
            "iso-2022-jp|_iso-2022-jp$esc|iso-2022-jp-1|csiso2022jp|jis|cp50220",
            b"\x1b$BF|K\\\x1b(B",
            "日本",
        ),
        ("euc-jp|x-euc-jp|eucjp-ms|cp51932", b"\xc6\xfc\xcb\xdc", "日本"),
        ("koi8-r|koi8r|cp20866|cskoi8r", b"\xf0\xd2\xc9", "При"),
        ("koi8-u|koi8-ru", b"\xa4", "є"),
        ("windows-1251|cp1251|cp-1251|win-1251|x-cp1251|1251", b"\xcf\xf0\xe8", "При"),
        ("iso-8859-2|iso8859-2|latin2|cp28592|x-iso-8859-2", b"\xb1\xb3", "ął"),
        ("iso-8859-5|cyrillic", b"\xbf\xe0\xd8", "При"),
        ("iso-8859-8-i|iso-8859-8|hebrew|logical", b"\xf9\xec", "של"),
        ("iso-8859-6-i|iso-8859-6", b"\xe1", "ف"),
        ("iso-8859-9|latin5|windows-1254", b"\xf0", "ğ"),
        ("iso-8859-11|tis-620|windows-874", b"\xa1", "ก"),
        ("iso-8859-15|latin9|iso8859_15", b"\xa4", "€"),
        ("x-mac-cyrillic|x-mac-ukrainian", b"\x8f", "П"),
    ] {
        check(labels, octets, text);
    }
}

fn check(labels: &str, octets: &[u8], text: &str) {
    for label in labels.split('|') {
        for label in [label.to_owned(), label.to_uppercase(), label.to_lowercase()] {
            let got = charset::decode(label.as_bytes(), octets);
            assert_eq!(got.as_deref(), Some(text), "label {label:?}");
        }
    }
}

#[test]
fn unknown_labels_are_unknown() {
    for label in ["", "  ", "x-klingon", "-", "\"\"", "iso-8859-99", "cp99999999999", "\u{e9}"] {
        assert_eq!(Charset::for_label(label.as_bytes()), None, "label {label:?}");
    }
    assert_eq!(Charset::for_label(&[b'x'; 5_000]), None);
}

/// RFC 2152's own examples, and damage.
#[test]
fn utf_7() {
    use DefectCode::InvalidText;
    for (octets, text, found) in [
        (&b"A+ImIDkQ."[..], "A≢Α.", &[][..]),
        (b"Hi Mom -+Jjo--!", "Hi Mom -☺-!", &[]),
        (b"+ZeVnLIqe-", "日本語", &[]),
        (b"Item 3 is +AKM-1.", "Item 3 is £1.", &[]),
        (b"1 +- 1", "1 + 1", &[]),
        (b"+2D3eAA-", "😀", &[]),
        (b"+AOk", "é", &[]),
        (b"+AOk\r\n", "é\r\n", &[]),
        (b"a+", "a+", &[(InvalidText, 1)]),
        (b"a+ b", "a+ b", &[(InvalidText, 1)]),
        (b"+2D0-x", "\u{fffd}x", &[(InvalidText, 3)]),
        (b"+AO-x", "\u{fffd}x", &[(InvalidText, 2)]),
        (b"\xe9", "\u{fffd}", &[(InvalidText, 0)]),
    ] {
        let utf_7 = Charset::for_label(b"utf-7").unwrap();
        let got =
            hear(Policy::default(), |findings| utf_7.decode_with(octets, findings).into_owned());
        assert_eq!(got, (text.to_owned(), found.to_vec()), "octets {octets:?}");
    }
}

/// What a body's text is, and what is said of it.
#[test]
fn text_of_bodies() {
    use DefectCode::{InvalidText, InvalidUtf8, UnknownCharset, Utf8Mislabelled};
    let utf8 = "née".as_bytes();
    for (label, octets, text, found) in [
        (None, &b"plain"[..], "plain", None),
        (None, utf8, "née", Some((Utf8Mislabelled, 1))),
        (None, b"n\xe9e", "née", Some((UnknownCharset, 1))),
        (Some("us-ascii"), utf8, "née", Some((Utf8Mislabelled, 1))),
        (Some("us-ascii"), b"n\x93e", "n“e", Some((UnknownCharset, 1))),
        (Some("x-unknown"), b"n\xe9e", "née", Some((UnknownCharset, 1))),
        (Some("x-klingon"), utf8, "née", Some((UnknownCharset, 0))),
        (Some("x-klingon"), b"n\xe9e", "née", Some((UnknownCharset, 0))),
        (Some("x-klingon"), b"plain", "plain", Some((UnknownCharset, 0))),
        (Some("utf-8"), utf8, "née", None),
        (Some("utf-8"), b"n\xe9e", "n\u{fffd}e", Some((InvalidUtf8, 1))),
        (Some("utf-8"), "\u{feff}née".as_bytes(), "née", None),
        (Some("utf-8"), b"\xef\xbb\xbfn\xe9e", "n\u{fffd}e", Some((InvalidUtf8, 4))),
        (Some("iso-8859-1"), "\u{feff}née".as_bytes(), "née", Some((Utf8Mislabelled, 0))),
        (Some("iso-8859-1"), b"\xff\xfen\0", "n", Some((InvalidText, 0))),
        (Some("iso-8859-1"), utf8, "nÃ©e", Some((Utf8Mislabelled, 1))),
        (Some("iso-8859-1"), b"n\xe9e", "née", None),
    ] {
        let label = label.map(str::as_bytes);
        let got = hear(Policy::default(), |findings| {
            charset::body_text(label, octets, findings).into_owned()
        });
        assert_eq!(got, (text.to_owned(), found.into_iter().collect()), "{label:?}, {octets:?}");
    }
    let (text, found) = hear(Policy::GMAIL_LIKE, |findings| {
        charset::body_text(Some(b"iso-8859-1"), utf8, findings).into_owned()
    });
    assert_eq!((text.as_str(), found), ("née", vec![(Utf8Mislabelled, 1)]));
}

#[cfg(feature = "charset")]
#[test]
fn redundant_escapes_are_no_damage() {
    let octets = b"\x1b$B\x1b(B\x1b$BF|\x1b(B\x1b$BK\\\x1b(B\x1b$B\x1b(B.";
    let (text, found) = hear(Policy::default(), |findings| {
        charset::decode_with(b"iso-2022-jp", octets, findings).unwrap().into_owned()
    });
    assert_eq!((text.as_str(), found), ("日本.", vec![]));
}

fn push(charset: Charset, pieces: &[&[u8]]) -> (String, Found) {
    hear(Policy::default(), |findings| {
        let (mut decoder, mut text) = (Decoder::new(charset), String::new());
        for piece in pieces {
            decoder.decode(piece, &mut text, findings);
        }
        decoder.finish(&mut text, findings);
        text
    })
}

const LABELS: [&str; 12] = [
    "utf-8",
    "utf-7",
    "utf-16",
    "utf-16be",
    "cp850",
    "windows-1252",
    "iso-2022-jp",
    "iso-2022-kr",
    "hz-gb-2312",
    "gb18030",
    "big5",
    "shift_jis",
];

proptest! {
    /// However the octets are cut, text and findings are those of the whole.
    #[test]
    fn text_does_not_depend_on_the_cut(
        label in select(LABELS.to_vec()),
        octets in vec(
            prop_oneof![
                select(vec![&b"+"[..], b"-", b"AOk", b"\x1b$B", b"\x1b(B", b"\x1b$)C", b"\x0e", b"\x0f", b"~", b"~{", b"~}",
                    b"\r\n", b"\xd8\x3d", b"\xde\0", "é".as_bytes(), "😀".as_bytes(), b"\xf0\x9f", b"F|", b"\x93\xfa"]).prop_map(<[u8]>::to_vec),
                vec(any::<u8>(), 1..3),
            ],
            0..24,
        ),
        cuts in vec(1..6usize, 1..6),
    ) {
        let octets = octets.concat();
        let Some(charset) = Charset::for_label(label.as_bytes()) else { return Ok(()) };
        let (text, found) = push(charset, &[&octets]);
        prop_assert_eq!(push(charset, &pieces(&octets, &cuts)), (text.clone(), found.clone()));
        prop_assert_eq!(push(charset, &pieces(&octets, &[1])), (text.clone(), found.clone()));
        let whole = hear(Policy::default(), |findings| charset.decode_with(&octets, findings).into_owned());
        prop_assert_eq!(whole, (text, found));
    }

    /// UTF-8 is read as the standard library reads it.
    #[test]
    fn utf_8_as_the_standard_library(octets in vec(
        prop_oneof![any::<u8>(), select(b"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xed\xa0".to_vec())], 0..40,
    )) {
        let want = String::from_utf8_lossy(&octets);
        prop_assert_eq!(Charset::UTF_8.decode(&octets), want.clone());
        prop_assert_eq!(push(Charset::UTF_8, &pieces(&octets, &[1])).0, want);
    }

    /// What is written as UTF-7 and UTF-16 reads back.
    #[test]
    fn unicode_reads_back(text in "\\PC{0,20}") {
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        prop_assert_eq!(&charset::decode(b"utf-16be", &big).unwrap(), &text);
        prop_assert_eq!(&charset::decode(b"utf-16le", &little).unwrap(), &text);
        let mut utf_7 = String::from("+");
        let (mut bits, mut count) = (0u32, 0);
        for octet in &big {
            (bits, count) = (bits << 8 | u32::from(*octet), count + 8);
            while count >= 6 {
                count -= 6;
                utf_7.push(ALPHABET[(bits >> count) as usize & 63] as char);
            }
        }
        if count > 0 {
            utf_7.push(ALPHABET[(bits << (6 - count)) as usize & 63] as char);
        }
        utf_7.push('-');
        let want = if text.is_empty() { "+" } else { &text };
        prop_assert_eq!(charset::decode(b"utf-7", utf_7.as_bytes()).unwrap(), want);
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
