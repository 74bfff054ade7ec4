//! Parameters of MIME fields: the examples of RFC 2045, 2183 and 2231, and the damaged forms of the wild.

use mailwire_message::{
    DefectCode::{self, *},
    Findings, Pick, Policy,
    mime::{ContentType, Disposition},
};

fn read<'a>(value: &'a str, policy: Policy) -> (ContentType<'a>, Vec<DefectCode>) {
    let mut found = Vec::new();
    let mut sink = |code, offset| {
        assert!(offset <= value.len(), "{code:?} at {offset} of {value:?}");
        found.push(code);
    };
    let field = ContentType::parse_with(value.as_bytes(), &mut Findings::new(policy, &mut sink));
    (field, found)
}

type Row<'r> = (&'r str, &'r [(&'r str, &'r str)], &'r [DefectCode]);

/// Each row: what stands behind `a/b`, all parameters in order, all findings in order.
fn check(rows: &[Row<'_>]) {
    for (value, params, codes) in rows {
        let value = format!("a/b{value}");
        let (field, found) = read(&value, Policy::default());
        assert!(field.is("a", "b"), "value {value:?}");
        let got: Vec<_> = field.params().iter().map(|p| (p.name(), p.value())).collect();
        assert_eq!(got, *params, "value {value:?}");
        assert_eq!(found, *codes, "value {value:?}");
        assert_eq!(field.clone().into_owned(), field, "value {value:?}");
    }
}

#[test]
fn good_parameters() {
    check(&[
        ("", &[], &[]),
        (";charset=us-ascii", &[("charset", "us-ascii")], &[]),
        ("; Charset=US-ascii ", &[("charset", "US-ascii")], &[]),
        ("\r\n ;\r\n\tname=\"a b\"\r\n ; x=y", &[("name", "a b"), ("x", "y")], &[]),
        ("; name=\"a;b=c\"; x=\"\"", &[("name", "a;b=c"), ("x", "")], &[]),
        (r#"; name="a\"b\\c""#, &[("name", r#"a"b\c"#)], &[]),
        ("; name=\"a\r\n b\"", &[("name", "a b")], &[]),
        ("; name=Grüße.txt", &[("name", "Grüße.txt")], &[]),
        ("; name=\"Grüße (1).txt\"", &[("name", "Grüße (1).txt")], &[]),
        ("; a=1; b=2; c=3; d=4", &[("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")], &[]),
    ]);
}

#[test]
fn comments_are_no_text() {
    check(&[
        ("; charset=us-ascii (Plain text)", &[("charset", "us-ascii")], &[CommentInType]),
        (
            "; charset=\"us-ascii\" (Plain text); x=y",
            &[("charset", "us-ascii"), ("x", "y")],
            &[CommentInType],
        ),
        ("; charset(a)=us-ascii", &[("charset", "us-ascii")], &[CommentInType, ParamSyntax]),
        ("; charset=(a)us-ascii", &[("charset", "us-ascii")], &[CommentInType, ParamSyntax]),
        ("; (a;b=c) charset=x", &[("charset", "x")], &[CommentInType]),
        ("(a(b)\\)); charset=x", &[("charset", "x")], &[CommentInType]),
        ("; charset=x(a", &[("charset", "x(a")], &[ParamSyntax]),
        ("; charset=x (a) (b)", &[("charset", "x")], &[CommentInType]),
        ("; (never ends; charset=x", &[], &[CommentInType, UnbalancedComment, EmptyParam]),
    ]);
}

#[test]
fn separators_out_of_place() {
    check(&[
        (";", &[], &[EmptyParam]),
        ("; charset=x;", &[("charset", "x")], &[EmptyParam]),
        (
            ";;;; charset=x ;;",
            &[("charset", "x")],
            &[EmptyParam, EmptyParam, EmptyParam, EmptyParam, EmptyParam],
        ),
        (" charset=x", &[("charset", "x")], &[ParamSyntax]),
        (", charset=x", &[("charset", "x")], &[ParamSyntax, ParamSyntax]),
        ("; charset=x format=flowed", &[("charset", "x"), ("format", "flowed")], &[ParamSyntax]),
        (
            "; charset=\"x\" format=flowed",
            &[("charset", "x"), ("format", "flowed")],
            &[ParamSyntax],
        ),
        ("; charset=\"x\"format=flowed", &[("charset", "x"), ("format", "flowed")], &[ParamSyntax]),
        (
            "; x=1\r\n\ty=2\n z=3",
            &[("x", "1"), ("y", "2"), ("z", "3")],
            &[ParamSyntax, ParamSyntax],
        ),
        (
            "; name=a b.txt\r\n\tsize=2",
            &[("name", "a b.txt"), ("size", "2")],
            &[ParamSyntax, ParamSyntax],
        ),
    ]);
}

#[test]
fn equals_signs_out_of_place() {
    check(&[
        ("; charset = x", &[("charset", "x")], &[ParamSyntax, ParamSyntax]),
        ("; boundary= \"x\"", &[("boundary", "x")], &[ParamSyntax]),
        ("; boundary=\r\n\t\"x\"", &[("boundary", "x")], &[ParamSyntax]),
        ("; charset", &[], &[ParamSyntax, EmptyParam]),
        ("; charset; x=y", &[("x", "y")], &[ParamSyntax, EmptyParam]),
        ("; junk x=y", &[("x", "y")], &[ParamSyntax]),
        ("; =x; y=z", &[("y", "z")], &[ParamSyntax, EmptyParam]),
        ("; charset=; x=y", &[("charset", ""), ("x", "y")], &[ParamSyntax]),
        ("; charset=", &[("charset", "")], &[ParamSyntax]),
        ("; charset==x", &[("charset", "=x")], &[ParamSyntax]),
        ("; \"charset\"=x", &[("charset", "x")], &[ParamSyntax]),
        ("; ?!:junk; x=y", &[("x", "y")], &[ParamSyntax, EmptyParam]),
        ("; a:b=c; x=y", &[("x", "y")], &[ParamSyntax, EmptyParam]),
    ]);
}

#[test]
fn quotes_out_of_place() {
    check(&[
        ("; boundary=\"x", &[("boundary", "x")], &[UnbalancedQuote, ParamSyntax]),
        ("; boundary=\"x\r\n", &[("boundary", "x")], &[UnbalancedQuote, ParamSyntax]),
        ("; name=\"x; y=z", &[("name", "x"), ("y", "z")], &[UnbalancedQuote, ParamSyntax]),
        ("; name=\"x; y", &[("name", "x; y")], &[UnbalancedQuote, ParamSyntax]),
        (
            "; name=\"x\r\n\ty=z",
            &[("name", "x"), ("y", "z")],
            &[UnbalancedQuote, ParamSyntax, ParamSyntax],
        ),
        ("; name=\"", &[("name", "")], &[UnbalancedQuote, ParamSyntax]),
        ("; name=x\"", &[("name", "x\"")], &[ParamSyntax]),
        ("; name=x\"y\"z; a=b", &[("name", "x\"y\"z"), ("a", "b")], &[ParamSyntax]),
        (
            "; name=\"my \"own\" x.txt\"; a=b",
            &[("name", "my \"own\" x.txt"), ("a", "b")],
            &[ParamSyntax],
        ),
        ("; name=\"x\".exe; a=b", &[("name", "x"), ("a", "b")], &[ParamSyntax]),
        ("; name=\"x\" \"y\"; a=b", &[("name", "x"), ("a", "b")], &[ParamSyntax]),
        (r#"; name=\"x.txt\""#, &[("name", "x.txt")], &[ParamSyntax]),
        ("; name='x.txt'", &[("name", "'x.txt'")], &[]),
    ]);
}

#[test]
fn file_names_without_quotes() {
    check(&[
        ("; name=my file.txt", &[("name", "my file.txt")], &[ParamSyntax]),
        ("; name=my  file.txt ; a=b", &[("name", "my  file.txt"), ("a", "b")], &[ParamSyntax]),
        ("; name=report (1).pdf", &[("name", "report (1).pdf")], &[ParamSyntax]),
        ("; name=report(1).pdf; a=b", &[("name", "report(1).pdf"), ("a", "b")], &[ParamSyntax]),
        ("; name=a(b.txt; c=d", &[("name", "a(b.txt"), ("c", "d")], &[ParamSyntax]),
        ("; name=[a]@<b>,c?.txt", &[("name", "[a]@<b>,c?.txt")], &[ParamSyntax]),
        ("; name=a=b.txt", &[("name", "a=b.txt")], &[ParamSyntax]),
        ("; name=my\r\n file.txt", &[("name", "my file.txt")], &[ParamSyntax]),
        ("; name=my file x=1.txt", &[("name", "my file x=1.txt")], &[ParamSyntax]),
        (r"; name=C:\dir\a b.txt", &[("name", r"C:\dir\a b.txt")], &[ParamSyntax]),
        (r#"; name="C:\dir\new.txt""#, &[("name", r"C:\dir\new.txt")], &[ParamSyntax]),
        (r#"; name="\\server\share\x.txt""#, &[("name", r"\\server\share\x.txt")], &[ParamSyntax]),
        (r#"; name="C:\\dir\\new.txt""#, &[("name", r"C:\dir\new.txt")], &[]),
        (r#"; name="it\'s""#, &[("name", "it's")], &[ParamSyntax]),
        (r#"; other="C:\dir""#, &[("other", "C:dir")], &[ParamSyntax]),
        ("; boundary=----=_Part/1:2", &[("boundary", "----=_Part/1:2")], &[ParamSyntax]),
        ("; charset=utf-8 junk", &[("charset", "utf-8")], &[ParamSyntax]),
    ]);
}

#[test]
fn twice_the_same_name() {
    check(&[
        ("; x=1; X=1", &[("x", "1"), ("x", "1")], &[DuplicateParam]),
        ("; x=1; x=2", &[("x", "1"), ("x", "2")], &[ConflictingParam]),
        (
            "; x=1; y=1; x=2; x=2",
            &[("x", "1"), ("y", "1"), ("x", "2"), ("x", "2")],
            &[ConflictingParam, DuplicateParam],
        ),
    ]);
    let value = "multipart/mixed; boundary=a; boundary=\"b\"";
    let (first, found) = read(value, Policy::default());
    assert_eq!((first.boundary(), found), (Some(&b"a"[..]), vec![ConflictingParam]));
    let mut policy = Policy::default();
    policy.duplicate_param = Pick::Last;
    assert_eq!(read(value, policy).0.boundary(), Some(&b"b"[..]));
}

/// RFC 2231 §3 and §4.
#[test]
fn examples_of_rfc_2231() {
    let (field, found) = read(
        "message/external-body; access-type=URL;\r\n         URL*0=\"ftp://\";\r\n         \
         URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"",
        Policy::default(),
    );
    let url = "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar";
    assert_eq!(field.params().get("access-type"), Some("URL"));
    assert_eq!(field.params().get("url"), Some(url));
    assert_eq!((field.params().len(), found), (2, vec![]));

    let (field, found) = read(
        "application/x-stuff;\r\n         title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
        Policy::default(),
    );
    let title = field.params().param("title").unwrap();
    assert_eq!(title.value(), "This is ***fun***");
    assert_eq!((title.charset(), title.language()), (Some("us-ascii"), Some("en-us")));
    assert_eq!(found, []);

    // As printed, without semicolons, and as it was meant.
    for (semicolon, defects) in [("", vec![ParamSyntax; 3]), (";", vec![])] {
        let value = format!(
            "application/x-stuff{semicolon}\r\n    \
             title*0*=us-ascii'en'This%20is%20even%20more%20{semicolon}\r\n    \
             title*1*=%2A%2A%2Afun%2A%2A%2A%20{semicolon}\r\n    title*2=\"isn't it!\""
        );
        let (field, found) = read(&value, Policy::default());
        let title = field.params().param("title").unwrap();
        assert_eq!(title.value(), "This is even more ***fun*** isn't it!");
        assert_eq!((title.charset(), title.language()), (Some("us-ascii"), Some("en")));
        assert_eq!((title.ranges().len(), field.params().len()), (3, 1));
        assert_eq!(&value[title.ranges()[2].clone()], "\"isn't it!\"");
        assert_eq!(found, defects);
    }
}

#[test]
fn sections() {
    check(&[
        // A character split over sections, of two kinds.
        ("; name*0*=utf-8''%E2%82; name*1*=%AC", &[("name", "€")], &[]),
        ("; name*0*=utf-8''a%E2; name*1=\"b\"", &[("name", "a\u{fffd}b")], &[InvalidUtf8]),
        ("; name*0=a; name*1*=%C3%BC", &[("name", "aü")], &[]),
        ("; name*1=b; name*0=a", &[("name", "ab")], &[Rfc2231OutOfOrder]),
        (
            "; name*1=b; x=y; name*2=c; name*0=a",
            &[("name", "abc"), ("x", "y")],
            &[Rfc2231OutOfOrder],
        ),
        ("; name*0=a; name*2=c", &[("name", "ac")], &[Rfc2231Gap]),
        ("; name*1=a; name*2=c", &[("name", "ac")], &[Rfc2231Gap]),
        ("; name*0=a; name*1=b; name*1=c", &[("name", "ab")], &[Rfc2231DupSection]),
        (
            "; name*0=a; name*1=b; name*1*=%63",
            &[("name", "ac")],
            &[Rfc2231DupSection, Rfc2231MixedPlainAndExtended],
        ),
        (
            "; name*10=k; name*9=j; name*0=a",
            &[("name", "ajk")],
            &[Rfc2231OutOfOrder, Rfc2231OutOfOrder, Rfc2231Gap],
        ),
        ("; a*0=1; b*0=2; a*1=3; b*1=4", &[("a", "13"), ("b", "24")], &[]),
        ("; name*00=a; name*01=b", &[("name", "ab")], &[ParamSyntax, ParamSyntax]),
        ("; name*0*=utf-8''a%20; name*1*=utf-8''b", &[("name", "a b")], &[ParamSyntax]),
        ("; name*0*=''a; name*1*=''b", &[("name", "a''b")], &[]),
    ]);
}

#[test]
fn names_with_odd_asterisks() {
    check(&[
        ("; name*x=a", &[("name*x", "a")], &[ParamSyntax]),
        ("; name*-1=a", &[("name*-1", "a")], &[ParamSyntax]),
        ("; name**=a", &[("name**", "a")], &[ParamSyntax]),
        ("; *=a", &[("*", "a")], &[]),
        ("; *0=a", &[("*0", "a")], &[]),
        ("; name*99999999999=a", &[("name*99999999999", "a")], &[ParamSyntax]),
        ("; name*4294967295=a", &[("name", "a")], &[Rfc2231Gap]),
    ]);
}

#[test]
fn character_sets_and_escapes() {
    check(&[
        ("; name*=UTF-8''Gr%c3%bc%C3%9fe", &[("name", "Grüße")], &[]),
        ("; name*=iso-8859-1'de'Gr%FC%DFe", &[("name", "Grüße")], &[]),
        ("; name*=''Gr%C3%BC", &[("name", "Grü")], &[]),
        ("; name*=''Gr%FC", &[("name", "Grü")], &[EightBitInHeader]),
        ("; name*='en'abc", &[("name", "abc")], &[]),
        ("; name*=x-unheard-of''Gr%C3%BC", &[("name", "Grü")], &[UnknownCharset]),
        ("; name*=utf-8''100%", &[("name", "100%")], &[Rfc2231BadEscape]),
        ("; name*=utf-8''a%2", &[("name", "a%2")], &[Rfc2231BadEscape]),
        ("; name*=utf-8''%zz%41", &[("name", "%zzA")], &[Rfc2231BadEscape]),
        ("; name*=utf-8''it's%20fine", &[("name", "it's fine")], &[]),
        ("; name*=\"utf-8''a%20b\"", &[("name", "a b")], &[ParamSyntax]),
        ("; name*=utf-8''a b.txt", &[("name", "a b.txt")], &[ParamSyntax]),
        ("; name*=utf-8'a%20b", &[("name", "a b")], &[ParamSyntax]),
        ("; name*=a%20b", &[("name", "a b")], &[ParamSyntax]),
        ("; name*=don't%20do", &[("name", "don't do")], &[ParamSyntax]),
        ("; name*=utf-8''", &[("name", "")], &[]),
        ("; name*=utf-8''a%00b", &[("name", "a\0b")], &[NulByte, ControlInHeader]),
        ("; name*=utf-8''a%0D%0Ab", &[("name", "a\r\nb")], &[ControlInHeader]),
        ("; name*=utf-8''%3D%3Futf-8%3Fq%3Fa%3F%3D", &[("name", "=?utf-8?q?a?=")], &[]),
    ]);
}

#[test]
fn plain_and_extended_together() {
    let rows = [
        "; name=plain; name*=''%65xt",
        "; name*=''ext; name=plain",
        "; name=plain; name*0=e; name*1=xt",
    ];
    for row in rows {
        let value = format!("a/b{row}");
        for pick in [Pick::First, Pick::Last] {
            let mut policy = Policy::default();
            policy.duplicate_param = pick;
            let (field, found) = read(&value, policy);
            assert_eq!(field.params().get("name"), Some("ext"), "{row} {pick:?}");
            assert_eq!(found, [Rfc2231MixedPlainAndExtended, ConflictingParam], "{row}");
            assert_eq!(field.params().len(), 2, "{row}");
        }
    }
}

#[test]
fn encoded_words_in_parameters() {
    check(&[
        (
            "; name=\"=?utf-8?B?R3LDvMOfZQ==?=.txt\"",
            &[("name", "Grüße.txt")],
            &[EncodedWordInParam],
        ),
        (
            "; name==?utf-8?Q?Gr=C3=BC=C3=9Fe?=",
            &[("name", "Grüße")],
            &[ParamSyntax, EncodedWordInParam],
        ),
        (
            "; name=\"=?utf-8?Q?Gr=C3=BC?=\r\n =?utf-8?Q?=C3=9Fe?=\"",
            &[("name", "Grüße")],
            &[EncodedWordInParam],
        ),
        (
            "; name==?utf-8?Q?Gr=C3=BC?=\r\n =?utf-8?Q?=C3=9Fe?=; a=b",
            &[("name", "Grüße"), ("a", "b")],
            &[ParamSyntax, EncodedWordInParam],
        ),
        (
            "; name*0=\"=?utf-8?Q?Gr=C3=BC\"; name*1=\"=C3=9Fe?=\"",
            &[("name", "Grüße")],
            &[EncodedWordInParam],
        ),
        ("; name=\"=?x\"", &[("name", "=?x")], &[]),
    ]);
    let value = "a/b; name=\"=?utf-8?Q?a?=\"";
    let (field, found) = read(value, Policy::STRICT);
    assert_eq!(
        (field.params().get("name"), found),
        (Some("=?utf-8?Q?a?="), vec![EncodedWordInParam])
    );
    let field = ContentType::parse(value.as_bytes());
    let name = field.params().param("name").unwrap();
    assert_eq!((name.value(), name.octets()), ("a", &b"=?utf-8?Q?a?="[..]));
}

#[test]
fn octets_above_ascii() {
    let mut found = Vec::new();
    let mut sink = |code, offset| found.push((code, offset));
    let value = b"text/plain; name=\"Gr\xfc\xdfe\"";
    let field = ContentType::parse_with(value, &mut Findings::new(Policy::default(), &mut sink));
    let name = field.params().param("name").unwrap();
    assert_eq!((name.value(), name.octets()), ("Grüße", &b"Gr\xfc\xdfe"[..]));
    assert_eq!(found, [(EightBitInHeader, 17)]);
}

#[test]
fn types() {
    for (value, want, codes) in [
        ("TEXT/Html", Some(("text", "html")), &[][..]),
        (" application/vnd.MS-excel ;", Some(("application", "vnd.ms-excel")), &[EmptyParam]),
        ("text(a)/(b)plain", Some(("text", "plain")), &[CommentInType, InvalidContentType]),
        ("(a)text/plain", Some(("text", "plain")), &[CommentInType]),
        ("text/plain(a)", Some(("text", "plain")), &[CommentInType, CommentInType]),
        ("text / plain", Some(("text", "plain")), &[InvalidContentType]),
        ("text/plain/x; a=b", Some(("text", "plain")), &[InvalidContentType]),
        ("\"text/plain\"; a=b", Some(("text", "plain")), &[InvalidContentType]),
        ("text/plain: a=b", Some(("text", "plain")), &[InvalidContentType, ParamSyntax]),
        ("text", None, &[InvalidContentType]),
        ("text; a=b", None, &[InvalidContentType]),
        ("text/", None, &[InvalidContentType]),
        ("text/; a=b", None, &[InvalidContentType]),
        ("/plain", None, &[InvalidContentType]),
        ("multipart; boundary=x", None, &[InvalidContentType]),
        ("", None, &[InvalidContentType]),
        (" \r\n ", None, &[InvalidContentType]),
        ("(", None, &[UnbalancedComment, InvalidContentType]),
        ("; a=b", None, &[InvalidContentType]),
        ("=?utf-8?q?text/plain?=", None, &[InvalidContentType]),
    ] {
        let (field, found) = read(value, Policy::default());
        let (media_type, subtype) = want.unwrap_or(("text", "plain"));
        assert!(field.is(media_type, subtype), "value {value:?}: {field:?}");
        assert_eq!(field.is_valid(), want.is_some(), "value {value:?}");
        if value.contains("a=b") {
            assert_eq!(field.params().get("a"), Some("b"), "value {value:?}");
        }
        let mut found = found;
        found.retain(|code| codes.contains(code));
        found.dedup();
        let mut codes = codes.to_vec();
        codes.dedup();
        assert_eq!(found, codes, "value {value:?}");
    }
}

#[test]
fn boundaries() {
    let long = "x".repeat(71);
    let long_field = format!("; boundary={long}");
    for (params, boundary, codes) in [
        ("; boundary=simple", Some("simple"), &[][..]),
        ("; boundary=\"a b'()+_,-./:=?\"", Some("a b'()+_,-./:=?"), &[]),
        ("; boundary=\" lead\"", Some(" lead"), &[]),
        ("; boundary=\"trail  \"", Some("trail"), &[BoundaryTrailingSpace]),
        ("; boundary=\"trail\t\"", Some("trail"), &[BoundaryTrailingSpace]),
        ("; boundary=\"\"", None, &[BoundaryEmpty]),
        ("; boundary=\"  \"", None, &[BoundaryEmpty]),
        ("; boundary=", None, &[ParamSyntax, BoundaryEmpty]),
        ("", None, &[BoundaryMissing]),
        ("; Boundary=\"a\r\n b\"", Some("a b"), &[]),
        ("; boundary=a b", Some("a b"), &[ParamSyntax]),
        ("; boundary=\"a#b\"", Some("a#b"), &[BoundaryInvalidChar]),
        ("; boundary=\"a\\\"b\"", Some("a\"b"), &[BoundaryInvalidChar]),
        ("; boundary=\"\\a\\b\"", Some("ab"), &[ParamSyntax]),
        ("; boundary=\"ü\"", Some("ü"), &[BoundaryInvalidChar]),
        ("; boundary=\"=?utf-8?q?a?=\"", Some("=?utf-8?q?a?="), &[EncodedWordInParam]),
        ("; boundary*=us-ascii''a%62c", Some("abc"), &[BoundaryExtended]),
        ("; boundary*0=a; boundary*1=bc", Some("abc"), &[BoundaryExtended]),
        (
            "; boundary=x; boundary*=''abc",
            Some("abc"),
            &[Rfc2231MixedPlainAndExtended, ConflictingParam, BoundaryExtended],
        ),
        ("; bound(c)ary=x", None, &[CommentInType, ParamSyntax, BoundaryMissing]),
        (long_field.as_str(), Some(long.as_str()), &[BoundaryTooLong]),
    ] {
        let value = format!("multipart/mixed{params}");
        let (field, found) = read(&value, Policy::default());
        assert_eq!(field.boundary(), boundary.map(str::as_bytes), "value {value:?}");
        assert_eq!(found, codes, "value {value:?}");
    }
    // The octets count, not the text they may stand for.
    let field = ContentType::parse(b"multipart/mixed; boundary=\"\xfc\"");
    assert_eq!(field.boundary(), Some(&b"\xfc"[..]));
}

#[test]
fn charsets() {
    for (params, charset) in [
        ("; charset=utf-8", Some("utf-8")),
        ("; charset=\"'utf-8'\"", Some("utf-8")),
        ("; charset=utf-8\"", Some("utf-8")),
        ("; charset=\" utf-8 \"", Some("utf-8")),
        ("; charset*=us-ascii'en-us'utf-8", Some("utf-8")),
        ("; charset=\"\"", None),
        ("", None),
    ] {
        let value = format!("text/plain{params}");
        assert_eq!(ContentType::parse(value.as_bytes()).charset(), charset, "value {value:?}");
    }
}

/// RFC 2183 §3.
#[test]
fn dispositions() {
    let disposition = Disposition::parse(b" inline");
    assert!(disposition.is_inline() && disposition.params().is_empty());
    let disposition = Disposition::parse(
        b" attachment; filename=genome.jpeg;\r\n          \
          modification-date=\"Wed, 12 Feb 1997 16:29:51 -0500\";",
    );
    assert!(disposition.is_attachment());
    assert_eq!(disposition.modification_date().unwrap().unix(), 855_782_991);
    let file = Disposition::parse(
        b"x; size=\"12\"; creation-date=\"1 Jan 1970 00:00:01 +0000\"; read-date=x",
    );
    assert_eq!((file.size(), file.creation_date().unwrap().unix()), (Some(12), 1));
    assert!(!file.read_date().unwrap().is_valid());
    assert_eq!(disposition.filename(), Some("genome.jpeg"));
    assert_eq!(disposition.params().get("filename"), Some("genome.jpeg"));
    assert_eq!(
        disposition.params().get("modification-date"),
        Some("Wed, 12 Feb 1997 16:29:51 -0500")
    );

    for (value, kind, filename, codes) in [
        ("ATTACHMENT;filename=x", "attachment", Some("x"), &[][..]),
        ("x-own; filename=x", "x-own", Some("x"), &[]),
        ("attachment filename=x", "attachment", Some("x"), &[ParamSyntax]),
        ("filename=x", "attachment", Some("x"), &[InvalidFieldSyntax]),
        ("; filename=x", "attachment", Some("x"), &[InvalidFieldSyntax]),
        ("", "attachment", None, &[InvalidFieldSyntax]),
        ("\"attachment\"; filename=x", "attachment", Some("x"), &[InvalidFieldSyntax]),
        ("(c) inline (d)", "inline", None, &[CommentInType, CommentInType]),
        ("inline; filename=\"a b", "inline", Some("a b"), &[UnbalancedQuote, ParamSyntax]),
    ] {
        let mut found = Vec::new();
        let mut sink = |code, _| found.push(code);
        let field = Disposition::parse_with(
            value.as_bytes(),
            &mut Findings::new(Policy::default(), &mut sink),
        );
        assert_eq!(
            (field.kind(), field.params().get("filename")),
            (kind, filename),
            "value {value:?}"
        );
        assert_eq!(found, codes, "value {value:?}");
    }
}

#[test]
fn ten_thousand_sections_are_one_value() {
    let mut value = String::from("a/b");
    for section in (0..10_000).rev() {
        value +=
            &format!(";\r\n name*{section}*={}%C3%BC", if section == 0 { "utf-8''" } else { "" });
    }
    let (field, _) = read(&value, Policy::default());
    assert_eq!(field.params().get("name"), Some("ü".repeat(10_000).as_str()));
}

#[test]
fn parameters_behind_the_limit_are_not_read() {
    let mut limits = mailwire_message::Limits::default();
    limits.params = 2;
    let mut found = Vec::new();
    let mut sink = |code, offset| found.push((code, offset));
    let value = b"a/b; c*0=1; c*1=2; d=3; e=4";
    let field = ContentType::parse_limited(
        value,
        &limits,
        &mut Findings::new(Policy::default(), &mut sink),
    );
    assert_eq!(field.params().get("c"), Some("12"));
    assert_eq!((field.params().len(), found), (1, vec![(ParamCountLimit, 19)]));
}
