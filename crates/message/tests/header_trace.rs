//! Message identifiers, Received, Return-Path, Resent fields and keywords.
use mailwire_message::{
    DefectCode, Findings, Policy,
    header::{Keywords, MessageIds, Received, ReturnPath, Sending},
};

/// What the reader makes of a value, and what it says about it.
fn with_findings<'a, T>(
    value: &'a str,
    read: impl FnOnce(&'a [u8], &mut Findings<'_>) -> T,
) -> (T, String) {
    let mut found = Vec::new();
    let mut sink = |code: DefectCode, offset| {
        assert!(offset <= value.len(), "value {value:?}: {code:?} at {offset}");
        found.push(code.name());
    };
    let got = read(value.as_bytes(), &mut Findings::new(Policy::STANDARD, &mut sink));
    (got, found.join(" "))
}

#[test]
fn message_ids() {
    let mut failed = String::new();
    for (value, want, defects) in [
        (" <1234@local.machine.example>", "1234@local.machine.example", ""),
        (
            " <1234@local.machine.example> <3456@example.net>",
            "1234@local.machine.example|3456@example.net",
            "",
        ),
        ("<1@a><2@b>\r\n\t<3@c>", "1@a|2@b|3@c", ""),
        (" <1234   @   local(blah)  .machine .example>", "1234@local.machine.example", "ObsCfws"),
        ("<a@[1.2.3.4]>", "a@[1.2.3.4]", ""),
        ("<\"a b\"@c>", "\"a b\"@c", ""),
        ("<\"a>b\"@c>", "\"a>b\"@c", ""),
        ("(x) <a@b> (<c@d>) \"<e@f>\"", "a@b", ""),
        ("Your message of \"Mon, 1 Jan\" <a@b>, and <c@d> too", "a@b|c@d", "InvalidFieldSyntax"),
        ("joe@x.test's message <a@b>", "a@b", ""),
        ("<a@b>, <c@d>", "a@b|c@d", "InvalidFieldSyntax"),
        // Damaged.
        ("a@b", "a@b", "InvalidMessageId"),
        ("a@b c@d", "a@b|c@d", "InvalidMessageId"),
        ("12345", "12345", "InvalidMessageId"),
        ("message of today", "", "InvalidMessageId"),
        ("<12345>", "12345", "InvalidMessageId"),
        ("<>", "", "InvalidMessageId InvalidMessageId"),
        ("<a@b@c>", "a@b@c", "InvalidMessageId"),
        ("<@b>", "@b", "InvalidMessageId"),
        ("<a@>", "a@", "InvalidMessageId"),
        ("<a@b", "a@b", "InvalidMessageId"),
        ("<a@b <c@d>", "a@b|c@d", "InvalidMessageId"),
        ("<<a@b>>", "a@b", "InvalidMessageId InvalidFieldSyntax"),
        ("<a b@c>", "a b@c", "InvalidMessageId"),
        ("<abc\r\n def@x>", "abcdef@x", "InvalidMessageId"),
        ("<a@b\r\n (c) by d>", "a@b by d", "InvalidMessageId"),
        ("<a@b\r\n .c>", "a@b.c", "ObsCfws"),
        ("<a(b@c>", "a(b@c", ""),
        ("(a <b@c>", "b@c", "UnbalancedComment"),
        ("\"a <b@c>", "b@c", "UnbalancedQuote"),
        ("", "", ""),
    ] {
        let (ids, found) = with_findings(value, MessageIds::parse_with);
        let got = ids.iter().collect::<Vec<_>>().join("|");
        if (got.as_str(), found.as_str()) != (want, defects) {
            failed +=
                &format!("value {value:?}\n  want {want} [{defects}]\n  got  {got} [{found}]\n");
        }
        assert_eq!(ids.clone().into_owned(), ids);
    }
    assert!(failed.is_empty(), "\n{failed}");
    assert_eq!(MessageIds::parse("<ü@x>".as_bytes()).first(), Some("ü@x"));
    assert_eq!(MessageIds::parse(b"<\xfc@x>").first(), Some("ü@x"));
}

#[test]
fn ten_thousand_references() {
    let value = (0..10_000).map(|n| format!(" <{n}@x.test>\r\n")).collect::<String>();
    let ids = MessageIds::parse(value.as_bytes());
    assert_eq!((ids.iter().len(), ids.iter().next_back()), (10_000, Some("9999@x.test")));
}

/// `kind=value(comment)…; date`, as far as there is something.
fn show(hop: &Received<'_>) -> String {
    let mut out = String::new();
    for clause in hop.clauses() {
        out += &format!("{:?}={}", clause.kind(), clause.value());
        for comment in clause.comments() {
            out += &format!("({comment})");
        }
        out += &clause.rest().map(|rest| format!("{{{rest}}}")).unwrap_or_default();
        out += " ";
    }
    if let Some(rest) = hop.rest() {
        out += &format!("{{{rest}}} ");
    }
    for comment in hop.comments() {
        out += &format!("({comment}) ");
    }
    if let Some(date) = hop.date() {
        out += &format!("; {date}");
    }
    out
}

#[test]
fn received() {
    let mut failed = String::new();
    let date = "Fri, 21 Nov 1997 10:05:43 -0600";
    for (value, want, defects) in [
        // RFC 5322, appendix A.4.
        (
            " from x.y.test\r\n   by example.net\r\n   via TCP\r\n   with ESMTP\r\n   id ABC12345\r\n   for <mary@example.net>;  DATE",
            "From=x.y.test By=example.net Via=TCP With=ESMTP Id=ABC12345 For=<mary@example.net> ; DATE",
            "",
        ),
        (" from node.example by x.y.test; DATE", "From=node.example By=x.y.test ; DATE", ""),
        (
            "from a.test (b.test [192.0.2.1]) by c.test (Postfix) with ESMTPS id 4F1 for <a@b>; DATE (CST)",
            "From=a.test(b.test [192.0.2.1]) By=c.test(Postfix) With=ESMTPS Id=4F1 For=<a@b> (CST) ; DATE",
            "",
        ),
        (
            "from [192.0.2.1] (helo=a.test)\r\n\tby b.test with esmtp (Exim 4.9 #1 (Debian))\r\n\tid 1abc-2\r\n\tfor c@d.test; DATE",
            "From=[192.0.2.1](helo=a.test) By=b.test With=esmtp(Exim 4.9 #1 (Debian)) Id=1abc-2 For=c@d.test ; DATE",
            "",
        ),
        (
            "from mail pickup service by a.test with Microsoft SMTPSVC; DATE",
            "From=mail{pickup service} By=a.test With=Microsoft SMTPSVC ; DATE",
            "InvalidFieldSyntax",
        ),
        ("(qmail 12 invoked by uid 501); DATE", "(qmail 12 invoked by uid 501) ; DATE", ""),
        ("by 192.0.2.1 with HTTP; DATE", "By=192.0.2.1 With=HTTP ; DATE", ""),
        ("from \"a\r\n b\" (c\r\n d) by <e\r\n f>; DATE", "From=\"a b\"(c d) By=<e f> ; DATE", ""),
        ("FROM a BY b; DATE", "From=a By=b ; DATE", ""),
        ("from \"a;b\" by <c d>; DATE", "From=\"a;b\" By=<c d> ; DATE", ""),
        ("from (x [192.0.2.1]) by b; DATE", "From=(x [192.0.2.1]) By=b ; DATE", ""),
        ("from by b; DATE", "From= By=b ; DATE", ""),
        ("from a [192.0.2.1] by b; DATE", "From=a{[192.0.2.1]} By=b ; DATE", "InvalidFieldSyntax"),
        ("what from a; DATE", "From=a {what} ; DATE", "InvalidFieldSyntax"),
        ("from by by b; DATE", "From=by By=b ; DATE", ""),
        // Damaged.
        ("from a by b DATE", "From=a By=b ; DATE", "InvalidFieldSyntax"),
        ("from a by b", "From=a By=b ", "InvalidFieldSyntax"),
        ("from a by b;", "From=a By=b ", "InvalidFieldSyntax"),
        ("from a by b; soon", "From=a By=b ; ", "InvalidDate"),
        ("from a from b by c; DATE", "From=a From=b By=c ; DATE", "InvalidFieldSyntax"),
        ("from a (b by c; DATE", "From=a{(b} By=c ; DATE", "UnbalancedComment InvalidFieldSyntax"),
        ("", "", "InvalidFieldSyntax"),
    ] {
        let (value, want) = (value.replace("DATE", date), want.replace("DATE", date));
        let (hop, found) = with_findings(&value, |value, findings| {
            Received::parse_with(value, findings).into_owned()
        });
        let got = show(&hop);
        if (&got, found.as_str()) != (&want, defects) {
            failed +=
                &format!("value {value:?}\n  want {want} [{defects}]\n  got  {got} [{found}]\n");
        }
    }
    assert!(failed.is_empty(), "\n{failed}");
}

#[test]
fn hosts_of_hops() {
    for (from, helo, host, ip) in [
        ("a.test (b.test [192.0.2.1])", "a.test", "b.test", "192.0.2.1"),
        ("a.test ([192.0.2.1])", "a.test", "", "192.0.2.1"),
        ("a.test (unknown [192.0.2.1])", "a.test", "", "192.0.2.1"),
        ("a.test (b.test [IPv6:2001:db8::1])", "a.test", "b.test", "2001:db8::1"),
        ("a.test (root@b.test [192.0.2.1])", "a.test", "b.test", "192.0.2.1"),
        ("unknown (HELO a.test) (192.0.2.1)", "a.test", "", "192.0.2.1"),
        ("b.test (192.0.2.1:2525) (helo=a.test)", "a.test", "", ""),
        ("b.test ([192.0.2.1]:2525 helo=a.test)", "a.test", "", "192.0.2.1"),
        ("[192.0.2.1]", "[192.0.2.1]", "", "192.0.2.1"),
        ("localhost (127.0.0.1)", "localhost", "", "127.0.0.1"),
        ("a.test", "a.test", "", ""),
        ("a.test [192.0.2.1]", "a.test", "", "192.0.2.1"),
    ] {
        let value = format!("from {from} by x.test; 1 Jan 2020 00:00 +0000");
        let hop = Received::parse(value.as_bytes());
        let client = hop.from().unwrap();
        assert_eq!(client.helo(), Some(helo), "{from}");
        assert_eq!(client.host().unwrap_or_default(), host, "{from}");
        assert_eq!(client.ip(), ip.parse().ok(), "{from}");
    }
    let hop = Received::parse(b"by a for <@x:\"b c\"@d.test>; 1 Jan 2020 00:00 +0000");
    assert_eq!(hop.recipient().unwrap().as_str(), "\"b c\"@d.test");
}

#[test]
fn return_paths() {
    for (value, want, defects) in [
        (" <a@b>", "a@b", ""),
        (" <>", "null", ""),
        (" < > (x)", "null", ""),
        (" <@a,@b:c@d>", "c@d", "ObsRoute"),
        (" a@b", "a@b", ""),
        (" <MAILER-DAEMON>", "MAILER-DAEMON", "InvalidAddress"),
        (" Joe <a@b>", "a@b", "InvalidFieldSyntax"),
        (" <a@b@c>", "invalid", "MultipleAtSigns InvalidAddress"),
        ("", "invalid", "InvalidFieldSyntax"),
    ] {
        let (path, found) = with_findings(value, |value, findings| {
            ReturnPath::parse_with(value, findings).into_owned()
        });
        let got = match &path {
            _ if path.is_null() => "null".to_owned(),
            _ => path.address().map_or("invalid".to_owned(), ToString::to_string),
        };
        assert_eq!((got.as_str(), found.as_str()), (want, defects), "value {value:?}");
    }
}

/// RFC 5322, appendix A.3, sent twice.
#[test]
fn resent_blocks() {
    let names = [
        "Return-Path",
        "Received",
        "Received",
        "DKIM-Signature",
        "Resent-From",
        "Resent-To",
        "RESENT-DATE",
        "Resent-Message-ID",
        "Resent-From",
        "Resent-Cc",
        "Received",
        "From",
        "To",
    ];
    let value = |name: &str| match name {
        "Resent-Message-ID" => " <78910@example.net>",
        "RESENT-DATE" => " Mon, 24 Nov 1997 14:22:01 -0800",
        _ => " Mary Smith <mary@example.net>",
    };
    let sendings = Sending::all(names.map(|name| (name.as_bytes(), value(name).as_bytes())));
    let fields = sendings.iter().map(Sending::fields).collect::<Vec<_>>();
    assert_eq!(fields, [&[0, 1, 2, 4, 5, 6, 7][..], &[8, 9], &[10]]);
    assert_eq!(sendings[0].date().unwrap().unix(), 880_410_121);
    assert_eq!(sendings[0].message_id().unwrap().first(), Some("78910@example.net"));
    assert!(sendings[1].is_resent() && sendings[1].cc().is_some() && sendings[1].to().is_none());
    assert!(!sendings[2].is_resent());
    assert!(Sending::all([(&b"Subject"[..], &b" x"[..])]).is_empty());
}

#[test]
fn keywords() {
    for (value, want, defects) in [
        (" a, b c,d", "a|b c|d", ""),
        (" \"a, b\", c.d (x), , ", "a, b|c.d", ""),
        ("=?utf-8?q?=C3=BC?= =?utf-8?q?=C3=B6?=", "üö", ""),
        ("a: b; c", "a: b; c", "UnquotedSpecials UnquotedSpecials"),
        ("\"a, b", "a|b", "UnbalancedQuote"),
        ("", "", ""),
    ] {
        let (keywords, found) = with_findings(value, |value, findings| {
            Keywords::parse_with(value, findings).into_owned()
        });
        let got = keywords.iter().collect::<Vec<_>>().join("|");
        assert_eq!((got.as_str(), found.as_str()), (want, defects), "value {value:?}");
    }
}
