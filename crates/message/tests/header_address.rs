//! Addresses: what every value means, and what is said about it.
use mailwire_message::{
    DefectCode, Findings, Policy,
    header::{AddrSpec, Address, AddressList, Mailbox},
};

/// `name <address> (comment) {rest}`, groups as `name: mailboxes;`.
fn show(list: &AddressList<'_>) -> String {
    let mailboxes = |mailboxes: &[Mailbox<'_>]| {
        mailboxes.iter().map(show_mailbox).collect::<Vec<_>>().join(", ")
    };
    let items = list.items().iter().map(|item| match item {
        Address::Group(group) => {
            let comments = group.comments().map(|comment| format!(" ({comment})"));
            let comments = comments.collect::<String>();
            let rest = group.rest().map(|rest| format!(" {{{rest}}}")).unwrap_or_default();
            format!("{}: {};{comments}{rest}", group.name(), mailboxes(group.mailboxes()))
        }
        item => mailboxes(item.mailboxes()),
    });
    items.collect::<Vec<_>>().join(", ")
}

fn show_mailbox(mailbox: &Mailbox<'_>) -> String {
    let mut parts = Vec::new();
    parts.extend(mailbox.name().map(ToOwned::to_owned));
    parts.extend(mailbox.address().map(|address| format!("<{address}>")));
    parts.extend(mailbox.comments().map(|comment| format!("({comment})")));
    parts.extend(mailbox.rest().map(|rest| format!("{{{rest}}}")));
    parts.join(" ")
}

fn check(rows: &[(&str, &str, &str)]) {
    let mut failed = String::new();
    for &(value, want, defects) in rows {
        let mut found = Vec::new();
        let mut sink = |code: DefectCode, offset| {
            assert!(offset <= value.len(), "value {value:?}: {code:?} at {offset}");
            found.push(code.name());
        };
        let list = AddressList::parse_with(
            value.as_bytes(),
            &mut Findings::new(Policy::STANDARD, &mut sink),
        );
        let got = (show(&list), found.join(" "));
        if got != (want.to_owned(), defects.to_owned()) {
            let (got, found) = got;
            failed += &format!(
                "value {value:?}\n  want {want:?} [{defects}]\n  got  {got:?} [{found}]\n"
            );
        }
        assert_eq!(list.clone().into_owned(), list);
    }
    assert!(failed.is_empty(), "\n{failed}");
}

/// RFC 5322, appendix A.
#[test]
fn examples_of_the_rfc() {
    check(&[
        (" John Doe <jdoe@machine.example>", "John Doe <jdoe@machine.example>", ""),
        (" Mary Smith <mary@example.net>", "Mary Smith <mary@example.net>", ""),
        (
            " \"Joe Q. Public\" <john.q.public@example.com>",
            "Joe Q. Public <john.q.public@example.com>",
            "",
        ),
        (
            " Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
            "Mary Smith <mary@x.test>, <jdoe@example.org>, Who? <one@y.test>",
            "",
        ),
        (
            " <boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
            "<boss@nil.test>, Giant; \"Big\" Box <sysservices@example.net>",
            "",
        ),
        (" Pete <pete@silly.example>", "Pete <pete@silly.example>", ""),
        (
            " A Group:Ed Jones <joe@where.test>,joe@where.test,John <jdoe@one.test>;",
            "A Group: Ed Jones <joe@where.test>, <joe@where.test>, John <jdoe@one.test>;",
            "",
        ),
        (" Undisclosed recipients:;", "Undisclosed recipients: ;", ""),
        (
            " \"Mary Smith: Personal Account\" <smith@home.example>",
            "Mary Smith: Personal Account <smith@home.example>",
            "",
        ),
        (
            " Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
            "Pete <pete@silly.test> (A nice ) chap) (his account) (his host)",
            "ObsCfws",
        ),
        (
            "A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n         joe@example.org,\r\n  John <jdoe@one.test> (my dear friend); (the end of the group)",
            "A Group: Chris Jones <c@public.example> (Chris's host.), <joe@example.org>, John <jdoe@one.test> (my dear friend); (Some people) (the end of the group)",
            "ObsCfws",
        ),
        (
            "(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;",
            "Hidden recipients: ; (Empty list) (start) (nobody(that I know))",
            "",
        ),
        (
            " Joe Q. Public <john.q.public@example.com>",
            "Joe Q. Public <john.q.public@example.com>",
            "",
        ),
        (
            " Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
            "Mary Smith <mary@example.net>, <jdoe@test.example>",
            "ObsRoute EmptyAddress ObsCfws",
        ),
        (
            " John Doe <jdoe@machine(comment).  example>",
            "John Doe <jdoe@machine.example> (comment)",
            "ObsCfws",
        ),
        (" Mary Smith\r\n  \r\n          <mary@example.net>", "Mary Smith <mary@example.net>", ""),
    ]);
}

/// RFC 7103 §7.1.
#[test]
fn mendable_damage() {
    check(&[
        ("<@example.net:fran@example.com>", "<fran@example.com>", "ObsRoute"),
        ("<<<user2@example.org>>>", "<user2@example.org>", "UnbalancedAngle"),
        ("<another@example.net", "<another@example.net>", "UnbalancedAngle"),
        ("second@example.org>", "<second@example.org>", "UnbalancedAngle"),
        ("(Testing <fran@example.com>", "<fran@example.com> (Testing)", "UnbalancedComment"),
        ("Testing) <sam@example.com>", "Testing) <sam@example.com>", "UnquotedSpecials"),
        (
            "<third@example.net, fourth@example.net>",
            "<third@example.net>, <fourth@example.net>",
            "UnbalancedAngle UnbalancedAngle",
        ),
        ("\"Joe <joe@example.com>", "Joe <joe@example.com>", "UnbalancedQuote"),
        ("Joe", "<Joe>", "InvalidAddress"),
    ]);
}

#[test]
fn several_addresses_where_one_should_be() {
    check(&[
        (
            "<any@attack.com>admin@legitimate.com",
            "<any@attack.com> {admin@legitimate.com}",
            "TextAfterAngle",
        ),
        ("a@b.com(x)evil.com", "<a@b.com> (x) {evil.com}", "TextAfterAddress"),
        ("a@b.com evil.com", "<a@b.com> {evil.com}", "TextAfterAddress"),
        ("a@b@c", "a@b@c", "MultipleAtSigns InvalidAddress"),
        ("X <a@b@c>", "X {<a@b@c>}", "MultipleAtSigns InvalidAddress"),
        ("a@b@c, d@e", "a@b@c, <d@e>", "MultipleAtSigns InvalidAddress"),
        ("A <a@b> <c@d>", "A <a@b> {<c@d>}", "MultipleAngles TextAfterAngle"),
        ("A <a@b> B <c@d> e", "A <a@b> {B <c@d> e}", "MultipleAngles TextAfterAngle"),
        (
            "a@b.test <c@d.test>",
            "a@b.test <c@d.test>",
            "UnquotedSpecials DisplayNameLooksLikeAddress",
        ),
        ("a@b.test <A@B.test>", "a@b.test <A@B.test>", "UnquotedSpecials"),
        ("a@b.test <x>", "<a@b.test> {<x>}", "MultipleAngles TextAfterAddress"),
        ("\"a@b.test\" <c@d.test>", "a@b.test <c@d.test>", "DisplayNameLooksLikeAddress"),
        ("John <Smith> <js@x.test>", "John <Smith> <js@x.test>", "MultipleAngles"),
        ("John Doe j@x.test", "John Doe <j@x.test>", "InvalidAddress"),
        ("<a@b.test c@d.test>", "{<a@b.test c@d.test>}", "InvalidAddress"),
    ]);
}

#[test]
fn separators_and_names_with_commas() {
    check(&[
        ("a@b;c@d", "<a@b>, <c@d>", "SemicolonSeparator"),
        ("a@b; c@d;", "<a@b>, <c@d>", "SemicolonSeparator SemicolonSeparator"),
        (",,a@b,,", "<a@b>", "EmptyAddress EmptyAddress EmptyAddress EmptyAddress"),
        ("", "", ""),
        ("  ", "", ""),
        ("(nobody)", "(nobody)", ""),
        ("Doe, John <j@x.test>", "Doe, John <j@x.test>", "InvalidAddress UnquotedSpecials"),
        (
            "Doe, John, Jr. <j@x.test>, root",
            "Doe, John, Jr. <j@x.test>, <root>",
            "InvalidAddress InvalidAddress UnquotedSpecials InvalidAddress",
        ),
        (
            "Doe (a), John (b), Jr. (c) <j@x.test>",
            "Doe, John, Jr. <j@x.test> (a) (b) (c)",
            "InvalidAddress InvalidAddress UnquotedSpecials",
        ),
        ("a b, (c), Joe <j@x.test>", "a b, (c), Joe <j@x.test>", "InvalidAddress EmptyAddress"),
        ("root, Joe <j@x.test>", "<root>, Joe <j@x.test>", "InvalidAddress"),
        ("Doe; John <j@x.test>", "<Doe>, John <j@x.test>", "InvalidAddress SemicolonSeparator"),
        ("Doe, <j@x.test>", "<Doe>, <j@x.test>", "InvalidAddress"),
        ("g:Doe, John <j@x.test>;", "g: Doe, John <j@x.test>;", "InvalidAddress UnquotedSpecials"),
        ("\"Doe\", John <j@x.test>", "Doe, John <j@x.test>", "InvalidAddress"),
    ]);
}

#[test]
fn no_address_where_one_should_be() {
    check(&[
        ("<>", "", "EmptyAddress"),
        ("Foo <>, a@b", "Foo, <a@b>", "EmptyAddress"),
        ("<root>", "<root>", "InvalidAddress"),
        ("Cron Daemon <root>", "Cron Daemon <root>", "InvalidAddress"),
        ("root (Cron Daemon)", "<root> (Cron Daemon)", "InvalidAddress"),
        ("<John Doe>", "{<John Doe>}", "InvalidAddress"),
        ("John Doe", "John Doe", "InvalidAddress"),
        ("a@", "a@", "InvalidAddress InvalidAddress"),
        ("@b", "@b", "InvalidAddress InvalidAddress"),
        ("<a@>", "{<a@>}", "InvalidAddress"),
        ("<@b>", "{<@b>}", "InvalidAddress"),
        ("a@[1.2", "a@[1.2", "InvalidAddress UnquotedSpecials InvalidAddress"),
        ("<a@[1.2>, b@c", "{<a@[1.2>}, <b@c>", "InvalidAddress"),
        ("<Undisclosed:;>", "{<Undisclosed:;>}", "InvalidAddress"),
        ("<Undisclosed:;@x.test>, <a@b>", "{<Undisclosed:;@x.test>}, <a@b>", "InvalidAddress"),
        (
            "<Undisclosed:; a@b",
            "{<Undisclosed:}, <a@b>",
            "UnbalancedAngle InvalidAddress SemicolonSeparator",
        ),
        (".", ".", "InvalidAddress"),
        ("=?utf-8?q?Joe?=", "Joe", "InvalidAddress"),
        ("<=?utf-8?q?Joe?=>", "{<=?utf-8?q?Joe?=>}", "InvalidAddress"),
        ("mailto:a@b", "mailto: <a@b>;", "UnterminatedGroup"),
    ]);
}

#[test]
fn local_parts_and_domains() {
    check(&[
        (
            "\"xclow3n@gmail.com x\"@internal.domain",
            "<\"xclow3n@gmail.com x\"@internal.domain>",
            "",
        ),
        ("<@a.test,@b.test:c@d.test>", "<c@d.test>", "ObsRoute"),
        ("<@a.test , , @[1.2.3.4] : c@d.test>", "<c@d.test>", "ObsRoute"),
        ("a@[1.2.3.4]", "<a@[1.2.3.4]>", ""),
        ("a@[ IPv6:1::\r\n 2 ]", "<a@[IPv6:1::2]>", ""),
        ("a@[x\\]y\\z]", "<a@[x\\]yz]>", ""),
        ("first..last@x.test", "<\"first..last\"@x.test>", "InvalidAddress"),
        (".a@x.test", "<\".a\"@x.test>", "InvalidAddress"),
        ("\"a\".\"b c\"@x.test", "<\"a.b c\"@x.test>", ""),
        ("=?a@b?q?c?=", "<\"=?a\"@b?q?c?=>", ""),
        ("=?a?q?b @ c?=", "<\"=?a?q?b\"@c?=>", "EncodedWordIllegalPosition ObsCfws"),
        ("\"joe\"@x.test", "<joe@x.test>", ""),
        ("\"a\\\"b\\\\c\"@x.test", "<\"a\\\"b\\\\c\"@x.test>", ""),
        ("\"a\r\n b\"@x.test", "<\"a b\"@x.test>", ""),
        ("\"a\\\r\nRCPT TO:<x@y>\"@x.test", "<\"aRCPT TO:<x@y>\"@x.test>", ""),
        ("\"\"@x.test", "<\"\"@x.test>", ""),
        ("a @ b . c", "<a@b.c>", "ObsCfws"),
        ("< a@b.c >", "<a@b.c>", ""),
        ("a@b.test\u{c}", "<a@b.test\u{c}>", "ControlInHeader"),
        ("a\0b@c.test", "<\"a\0b\"@c.test>", "ControlInHeader"),
        ("a@b.com\0.evil.test", "<a@b.com\0.evil.test>", "ControlInHeader"),
    ]);
}

#[test]
fn groups() {
    check(&[
        ("a:b@c;,d@e", "a: <b@c>;, <d@e>", ""),
        ("a:b@c; d@e", "a: <b@c>;, <d@e>", "SemicolonSeparator"),
        ("a:;b:;", "a: ;, b: ;", "SemicolonSeparator"),
        ("a:b@c", "a: <b@c>;", "UnterminatedGroup"),
        ("undisclosed-recipients:", "undisclosed-recipients: ;", "UnterminatedGroup"),
        ("a: b@c, d: e@f;, g@h;, i@j", "a: <b@c>, <e@f>, <g@h>; {d}, <i@j>", "NestedGroup"),
        (
            "a:b:c:x@y",
            "a: <x@y>; {b, c}",
            "NestedGroup NestedGroup UnterminatedGroup UnterminatedGroup UnterminatedGroup",
        ),
        (":;", ": ;", "InvalidAddress"),
        ("\"a, b\": c@d;", "a, b: <c@d>;", ""),
        ("a: , ;", "a: ;", "EmptyAddress EmptyAddress"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=:;", "Grüße: ;", ""),
    ]);
}

/// RFC 2047 §5 (3), §8; RFC 2231 §5; RFC 6532.
#[test]
fn encoded_words_and_utf8() {
    check(&[
        ("=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>", ""),
        ("=?US-ASCII*EN?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>", ""),
        (
            "=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?= <keld@dkuug.dk>",
            "Keld Jørn Simonsen <keld@dkuug.dk>",
            "",
        ),
        (
            "=?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>",
            "André Pirard <PIRARD@vm1.ulg.ac.be>",
            "",
        ),
        ("x@y (=?ISO-8859-1?Q?a?=)", "<x@y> (a)", ""),
        ("x@y (=?ISO-8859-1?Q?a?= b)", "<x@y> (a b)", ""),
        ("x@y (=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "<x@y> (ab)", ""),
        ("x@y (=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "<x@y> (ab)", ""),
        ("x@y (=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=)", "<x@y> (ab)", ""),
        ("x@y (=?ISO-8859-1?Q?a_b?=)", "<x@y> (a b)", ""),
        ("x@y (a (=?ISO-8859-1?Q?b?=) \\(c)", "<x@y> (a (b) (c)", ""),
        (
            "=?utf-8?q?a=40b=2Etest=2C?= <c@d.test>",
            "a@b.test, <c@d.test>",
            "EncodedWordDecodesToSpecials DisplayNameLooksLikeAddress",
        ),
        (
            "=?utf-8?q?x=40evil=2Etest=3E?=@y.test",
            "<\"=?utf-8?q?x=40evil=2Etest=3E?=\"@y.test>",
            "EncodedWordIllegalPosition",
        ),
        (
            "=?utf-8?q?Doe,_John?= <j@x.test>",
            "Doe, John <j@x.test>",
            "UnquotedSpecials EncodedWordDecodesToSpecials",
        ),
        (
            "=?utf-8?q?a@b.test?= <a@b.test>, =?utf-8?q?c@d?=@e.test",
            "a@b.test <a@b.test>, c@d@e.test",
            "UnquotedSpecials EncodedWordDecodesToSpecials UnquotedSpecials InvalidAddress InvalidAddress EncodedWordIllegalPosition EncodedWordDecodesToSpecials",
        ),
        ("\"=?utf-8?q?J=C3=B6rg?=\" <j@x.test>", "Jörg <j@x.test>", "EncodedWordIllegalPosition"),
        (
            "=?x-none?q?J=C3=B6rg?= <j@x.test>",
            "=?x-none?q?J=C3=B6rg?= <j@x.test>",
            "UnknownCharset",
        ),
        ("Jörg <jörg@münchen.test>", "Jörg <jörg@münchen.test>", "NonAsciiLocalPart"),
        (
            "\"Jörg Ö.\" <\"jörg ö\"@münchen.test>",
            "Jörg Ö. <\"jörg ö\"@münchen.test>",
            "NonAsciiLocalPart",
        ),
        ("=?utf-8?q?a?= \"b\" =?utf-8?q?c?= d <e@f>", "a b c d <e@f>", ""),
    ]);
    let latin1 = AddressList::parse(b"J\xf6rg <j@x.test>, \"\xdcwe\" <\xfcwe@x.test>");
    assert_eq!(show(&latin1), "Jörg <j@x.test>, Üwe <üwe@x.test>");
}

/// What is between the words of a name is one space; quoted blanks stay.
#[test]
fn names() {
    check(&[
        ("John\t Q.\r\n  Public <j@x>", "John Q. Public <j@x>", ""),
        ("John (the) Doe <j@x>", "John Doe <j@x> (the)", ""),
        ("John(the)Doe <j@x>", "John Doe <j@x> (the)", ""),
        ("John (the) <j@x>", "John <j@x> (the)", ""),
        ("\"a  b\" c <j@x>", "a  b c <j@x>", ""),
        ("[List] Joe <j@x>", "[List] Joe <j@x>", "UnquotedSpecials UnquotedSpecials"),
        ("\"\" <j@x>", " <j@x>", ""),
        ("j@x (Joe Doe)", "<j@x> (Joe Doe)", ""),
        ("'j@x' <j@x>", "'j@x' <j@x>", "UnquotedSpecials"),
        ("Joe \\\"X\\\" Doe <j@x>", "Joe \"X\" Doe <j@x>", "UnquotedSpecials UnquotedSpecials"),
    ]);
    assert_eq!(Mailbox::parse(b"j@x (Joe Doe)").unwrap().label(), Some("Joe Doe"));
}

/// What cannot be written as an address is refused when it is put together.
#[test]
fn addresses_put_together() {
    for (local, domain, want) in [
        ("a.b", Some("c.test"), Some("a.b@c.test")),
        ("a b", Some("[1.2.3.4]"), Some("\"a b\"@[1.2.3.4]")),
        ("", Some("c"), Some("\"\"@c")),
        ("a\"\\", None, Some("\"a\\\"\\\\\"")),
        ("a\r\nb", Some("c"), None),
        ("a", Some(""), None),
        ("a", Some("b c"), None),
        ("a", Some("b@c"), None),
        ("a", Some("b>"), None),
        ("a", Some("b,c"), None),
        ("a", Some("b\r\n"), None),
        ("a", Some("[b"), None),
        ("a", Some("[b]c]"), None),
        ("a", Some("[b\\]"), None),
        ("a", Some("[b\\]]"), Some("a@[b\\]]")),
    ] {
        let address = AddrSpec::new(local, domain);
        assert_eq!(address.as_ref().map(AddrSpec::as_str), want, "{local:?} {domain:?}");
    }
}

#[test]
fn local_parts_that_need_quotes_and_have_none() {
    check(&[
        ("a..b@x.test", r#"<"a..b"@x.test>"#, "InvalidAddress"),
        ("<.a@x.test>", r#"<".a"@x.test>"#, "InvalidAddress"),
        ("a.@x.test", r#"<"a."@x.test>"#, "InvalidAddress"),
        (r#""a..b"@x.test"#, r#"<"a..b"@x.test>"#, ""),
    ]);
}

/// Without a comma, or with one at the end only: the bench `message_adversarial` shows what that takes.
#[test]
fn separators_without_commas() {
    const COUNT: usize = 400_000;
    for (piece, end, items, last) in [
        (";", "", 0, None),
        (";", "<a@x.test>,", 1, Some("a@x.test")),
        ("g:", "", 1, None),
        ("a;", "a@x.test,", COUNT + 1, Some("a@x.test")),
    ] {
        let value = piece.repeat(COUNT) + end;
        let list = AddressList::parse(value.as_bytes());
        assert_eq!(list.items().len(), items, "{piece:?} {end:?}");
        let found = list.mailboxes().last().and_then(|mailbox| mailbox.address());
        assert_eq!(found, last, "{piece:?} {end:?}");
    }
}
