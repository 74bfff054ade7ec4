//! Unstructured text and encoded words: what every value means, and what is said about it.
use mailwire_message::{
    DefectCode, Findings, Policy,
    header::{decode_text, decode_text_with},
};

fn read(value: &[u8], policy: Policy) -> (String, String) {
    let mut found = Vec::new();
    let mut sink = |code: DefectCode, offset| {
        assert!(offset <= value.len(), "{code:?} at {offset}");
        found.push(code.name());
    };
    let text = decode_text_with(value, &mut Findings::new(policy, &mut sink)).into_owned();
    (text, found.join(" "))
}

fn check(rows: &[(&[u8], &str, &str)]) {
    let mut failed = String::new();
    for &(value, want, defects) in rows {
        let (got, found) = read(value, Policy::STANDARD);
        if (got.as_str(), found.as_str()) != (want, defects) {
            failed += &format!(
                "value {:?}\n  want {want:?} [{defects}]\n  got  {got:?} [{found}]\n",
                value.escape_ascii().to_string()
            );
        }
    }
    assert!(failed.is_empty(), "\n{failed}");
}

#[test]
fn plain_text() {
    check(&[
        (b" Hello", "Hello", ""),
        (b"\tHello  World \t", "Hello  World", ""),
        (b"", "", ""),
        (b" \r\n ", "", ""),
        (b" This\r\n is a\r\n\tfold", "This is a\tfold", ""),
        (b" LF\n fold", "LF fold", ""),
        (b" bare\rCR", "bare CR", ""),
        (b" a = b ?= =? c", "a = b ?= =? c", ""),
        ("Grüße".as_bytes(), "Grüße", ""),
        (b"Gr\xfc\xdfe", "Grüße", "EightBitInHeader"),
        (b"\x80 5", "€ 5", "EightBitInHeader"),
    ]);
    assert!(matches!(decode_text(b" a plain = subject?"), std::borrow::Cow::Borrowed(_)));
}

/// RFC 2047 §8, RFC 2231 §5.
#[test]
fn examples_of_the_rfcs() {
    check(&[
        (b"=?US-ASCII?Q?Keith_Moore?=", "Keith Moore", ""),
        (b"=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore", ""),
        (b"=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=", "Keld Jørn Simonsen", ""),
        (b"=?ISO-8859-1?Q?Andr=E9?= Pirard", "André Pirard", ""),
        (b"=?ISO-8859-1?Q?a?=", "a", ""),
        (b"=?ISO-8859-1?Q?a?= b", "a b", ""),
        (b"=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab", ""),
        (b"=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab", ""),
        (b"=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=", "ab", ""),
        (b"=?ISO-8859-1?Q?a_b?=", "a b", ""),
    ]);
}

/// In unstructured text parentheses are no comments, so that these are no encoded words
/// (RFC 2047 §8): read so by the letter, else decoded and reported.
#[test]
fn words_beside_other_text() {
    let glued = "EncodedWordIllegalPosition";
    check(&[
        (b"(=?ISO-8859-1?Q?a?=)", "(a)", glued),
        (b"a=?us-ascii?q?b?=", "ab", glued),
        (b"=?us-ascii?q?a?=b", "ab", glued),
        (
            b"=?us-ascii?q?a?==?us-ascii?q?b?=",
            "ab",
            "EncodedWordIllegalPosition EncodedWordIllegalPosition",
        ),
    ]);
    for value in ["(=?ISO-8859-1?Q?a?=)", "a=?us-ascii?q?b?=", "=?us-ascii?q?a?=b"] {
        let strict = read(value.as_bytes(), Policy::STRICT);
        assert_eq!(strict, (value.to_owned(), glued.to_owned()));
    }
}

#[test]
fn characters_split_over_words() {
    let split = "EncodedWordSplitChar";
    check(&[
        (b"=?utf-8?q?Gr=C3?= =?UTF-8?q?=BC=C3=9Fe?=", "Grüße", split),
        (b"=?utf-8?b?4oI=?= =?utf-8?b?rA==?=", "€", split),
        (b"=?utf-8?b?8J+Y?=\r\n =?utf-8?q?=80!?=", "😀!", split),
        (b"=?utf-8*en?q?=C3?= =?utf8?q?=BC?=", "ü", split),
        (b"=?utf-8?q?=C3?= x =?utf-8?q?=BC?=", "\u{fffd} x \u{fffd}", "InvalidUtf8 InvalidUtf8"),
        (b"=?utf-8?q?=C3?= =?iso-8859-1?q?=BC?=", "\u{fffd}\u{bc}", "InvalidUtf8"),
    ]);
}

/// The examples of RFC 2047 §8 with ISO 8859-2, and character sets of several octets.
#[test]
#[cfg(feature = "charset")]
fn other_character_sets() {
    check(&[
        (
            b" =?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
            "If you can read this you understand the example.",
            "",
        ),
        (b"=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b", ""),
        (b"=?gb2312?b?1tA=?= =?gb2312?b?zsQ=?=", "中文", ""),
        (b"=?gb2312?b?1g==?= =?gb2312?b?0M7E?=", "中文", "EncodedWordSplitChar"),
        (b"=?shift_jis?b?k/o=?= =?shift_jis?b?lns=?=", "日本", ""),
        (b"=?shift_jis?b?kw==?= =?shift_jis?b?+pZ7?=", "日本", "EncodedWordSplitChar"),
        // Each word is back in ASCII.
        (
            b"=?ISO-2022-JP?B?GyRCRnwbKEI=?=\r\n =?ISO-2022-JP?B?GyRCS1wbKEI=?=\r\n =?ISO-2022-JP?B?GyRCOGwbKEI=?=",
            "日本語",
            "",
        ),
        // The second one goes on in the state of the first, within a character.
        (
            b"=?ISO-2022-JP?B?GyRCRnxL?= =?ISO-2022-JP?B?XBsoQg==?=",
            "日本",
            "EncodedWordSplitChar",
        ),
        // The first one is not back in ASCII, and the second does not need it.
        (b"=?ISO-2022-JP?B?GyRCRnw=?= =?ISO-2022-JP?B?GyRCS1wbKEI=?=", "日本", "EncodedWordSplitChar"),
        // A needless change to ASCII and back within a word.
        (b"=?ISO-2022-JP?B?GyRCRnwbKEIbJEJLXBsoQg==?=", "日本", ""),
        (b"=?ISO-8859-2?Q?=B1?= =?koi8-r?Q?=C1?=", "ąа", ""),
        (b"=?utf-7?q?+AOk-?= =?utf-7?q?+AOk-?=", "éé", ""),
    ]);
}

#[test]
fn damaged_words() {
    let syntax = "EncodedWordSyntax";
    check(&[
        // Stay as they are.
        (b"=?utf-8?x?abc?=", "=?utf-8?x?abc?=", "EncodedWordSyntax"),
        (b"=?utf-8?q?abc", "=?utf-8?q?abc", ""),
        (b"=?utf-8?q?abc?", "=?utf-8?q?abc?", ""),
        (b"=?utf-8?q", "=?utf-8?q", ""),
        (b"=?", "=?", ""),
        (b"=??=", "=??=", ""),
        (
            b"=?x-unheard-of?q?=FF?= =?x-unheard-of?q?=FF?=",
            "=?x-unheard-of?q?=FF?= =?x-unheard-of?q?=FF?=",
            "UnknownCharset UnknownCharset",
        ),
        (b"=?utf-8?q?a =?utf-8?q?b?=", "=?utf-8?q?a b", ""),
        // Mean something.
        (b"=?utf-8?q??=", "", syntax),
        (b"=?utf-8?q?a?= =?utf-8?q??= =?utf-8?q?b?=", "ab", syntax),
        (b"=?utf-8?q?this is text?=", "this is text", syntax),
        (b"=?utf-8?q?a=?=", "a=", syntax),
        (b"=?utf-8?q?a=2?=", "a=2", syntax),
        (b"=?utf-8?q?a=zz=e2=82=ac?=", "a=zz€", syntax),
        (b"=?utf-8?q?why??=", "why?", syntax),
        (b"=?utf-8?q?why?really?=", "why?really", syntax),
        (b"=?utf-8?b?YWJj?=", "abc", ""),
        (b"=?utf-8?b?YWI?=", "ab", syntax),
        (b"=?utf-8?b?YWI=YWI=?=", "abab", syntax),
        (b"=?utf-8?b?YW-Jj?=", "abc", syntax),
        (b"=?utf-8?b?=?=", "", syntax),
        (b"=?utf-8?q?=ff?=", "\u{fffd}", "InvalidUtf8"),
        (b"=?utf-8?q?=0d=0aBcc:_x?=", "\r\nBcc: x", "EncodedWordDecodesToControl"),
        (b"=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?=", "=?utf-8?q?a?=", "EncodedWordNested"),
        (b"Gr\xfc\xdfe =?utf-8?q?=C3=BC?=", "Grüße ü", "EightBitInHeader"),
    ]);
    let long = format!("=?us-ascii?q?{}?=", "a".repeat(100));
    assert_eq!(
        read(long.as_bytes(), Policy::STANDARD),
        ("a".repeat(100), "EncodedWordTooLong".to_owned())
    );
}

/// Twice the input takes about twice the work: these would take minutes if it were the square.
#[test]
fn floods_are_read_in_linear_time() {
    for piece in
        ["=?", "=?a?q?", "=?utf-8?q?a?= ", "=?utf-8?b?4o?= ", "=?a?q?????", "=?utf-8?q?=C3?= "]
    {
        let flood = piece.repeat(300_000);
        assert!(decode_text(flood.as_bytes()).len() <= flood.len() * 2);
    }
}

#[test]
fn words_that_do_not_say_what_they_are() {
    check(&[
        (b"=?us-ascii?q?caf=E9?=", "caf\u{e9}", "UnknownCharset"),
        (b"=?us-ascii?q?caf=C3=A9?=", "caf\u{e9}", "UnknownCharset"),
        (b"=?unknown?b?6Q==?=", "\u{e9}", "UnknownCharset"),
        (b"=?us-ascii?q?cafe?=", "cafe", ""),
        (b"=?utf-8?x?abc?= d", "=?utf-8?x?abc?= d", "EncodedWordSyntax"),
        (b"is it =?yes", "is it =?yes", ""),
    ]);
}
