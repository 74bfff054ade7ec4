//! Authentication-Results: the examples of RFC 8601 appendix B, and what services write.

use mailwire_message::{DefectCode, Findings, Policy, header::AuthenticationResults};

fn read(value: &str) -> (AuthenticationResults<'_>, Vec<DefectCode>) {
    let mut found = Vec::new();
    let mut sink = |code, offset| {
        assert!(offset <= value.len(), "{code:?} at {offset} of {value:?}");
        found.push(code);
    };
    let field = AuthenticationResults::parse_with(
        value.as_bytes(),
        &mut Findings::new(Policy::default(), &mut sink),
    );
    assert_eq!(field.clone().into_owned(), field);
    (field, found)
}

/// One line for each outcome: `method/version=result reason ptype.property=value (comment)`.
fn lines(field: &AuthenticationResults<'_>) -> Vec<String> {
    let one = |result: &mailwire_message::header::AuthenticationResult<'_>| {
        let mut line = format!("{}/{}={}", result.method(), result.version(), result.result());
        if let Some(reason) = result.reason() {
            line += &format!(" reason={reason}");
        }
        for property in result.properties() {
            line += &format!(" {}.{}={}", property.ptype(), property.property(), property.value());
        }
        for comment in result.comments() {
            line += &format!(" ({comment})");
        }
        line
    };
    field.results().iter().map(one).collect()
}

/// RFC 8601 appendix B.
#[test]
fn examples_of_rfc_8601() {
    let (field, found) = read(" example.org 1; none");
    assert_eq!(
        (field.authserv_id(), field.version(), field.is_none()),
        (Some("example.org"), 1, true)
    );
    assert_eq!((lines(&field).len(), found.len()), (0, 0));

    for (value, id, want) in [
        (
            " example.com;\r\n                  spf=pass smtp.mailfrom=example.net",
            "example.com",
            &["spf/1=pass smtp.mailfrom=example.net"][..],
        ),
        (
            " example.com;\r\n                  auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n                  \
             spf=pass smtp.mailfrom=example.net",
            "example.com",
            &[
                "auth/1=pass smtp.auth=sender@example.net (cram-md5)",
                "spf/1=pass smtp.mailfrom=example.net",
            ],
        ),
        (
            " example.com; iprev=pass\r\n                  policy.iprev=192.0.2.200",
            "example.com",
            &["iprev/1=pass policy.iprev=192.0.2.200"],
        ),
        (
            " example.com;\r\n              dkim=pass reason=\"good signature\"\r\n                \
             header.i=@mail-router.example.net;\r\n              dkim=fail reason=\"bad signature\"\r\n                \
             header.i=@newyork.example.com",
            "example.com",
            &[
                "dkim/1=pass reason=good signature header.i=@mail-router.example.net",
                "dkim/1=fail reason=bad signature header.i=@newyork.example.com",
            ],
        ),
        (
            " foo.example.net (foobar) 1 (baz);\r\n           dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n             \
             policy (A dot can go here) . (like that) expired\r\n             (this surprised me) = (as I wasn't expecting it) 1362471462",
            "foo.example.net",
            &["dkim/1=fail policy.expired=1362471462 (Because I like it) (One yay) (wait for it) \
               (A dot can go here) (like that) (this surprised me) (as I wasn't expecting it)"],
        ),
    ] {
        let (field, found) = read(value);
        assert_eq!(field.authserv_id(), Some(id), "value {value:?}");
        assert_eq!(lines(&field), want, "value {value:?}");
        assert_eq!(found, [], "value {value:?}");
    }
}

#[test]
fn what_services_write() {
    use DefectCode::InvalidFieldSyntax;
    for (value, id, want, codes) in [
        (
            "mx.example; dkim=pass header.i=@example.org header.s=s1 header.b=\"aB+/c=\"; spf=pass (mx.example: domain of a@example.org designates 2001:db8::1; ok) smtp.mailfrom=\"a b\"@example.org",
            Some("mx.example"),
            &[
                "dkim/1=pass header.i=@example.org header.s=s1 header.b=aB+/c=",
                "spf/1=pass smtp.mailfrom=\"a b\"@example.org (mx.example: domain of a@example.org designates 2001:db8::1; ok)",
            ][..],
            &[][..],
        ),
        (
            "mx.example; dmarc=pass (p=NONE) header.from=a.example;",
            Some("mx.example"),
            &["dmarc/1=pass header.from=a.example (p=NONE)"],
            &[],
        ),
        (
            "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example; dmarc=pass action=none header.from=a.example;compauth=pass reason=100",
            None,
            &[
                "spf/1=pass smtp.mailfrom=a.example (sender IP is 192.0.2.1)",
                "dmarc/1=pass .action=none header.from=a.example",
                "compauth/1=pass reason=100",
            ],
            &[InvalidFieldSyntax, InvalidFieldSyntax],
        ),
        (
            "\"my service\"; auth=pass smtp.auth=x",
            Some("my service"),
            &["auth/1=pass smtp.auth=x"],
            &[],
        ),
        (
            "mx.example spf=pass smtp.helo=x",
            Some("mx.example"),
            &["spf/1=pass smtp.helo=x"],
            &[InvalidFieldSyntax],
        ),
        ("mx.example; dkim=", Some("mx.example"), &["dkim/1="], &[InvalidFieldSyntax]),
        ("mx.example; junk; spf=fail", Some("mx.example"), &["spf/1=fail"], &[InvalidFieldSyntax]),
        (
            "mx.example; spf=fail junk smtp.mailfrom=x",
            Some("mx.example"),
            &["spf/1=fail smtp.mailfrom=x"],
            &[InvalidFieldSyntax],
        ),
        (
            "mx.example; SPF=Pass SMTP.MailFrom=X@Y",
            Some("mx.example"),
            &["spf/1=pass smtp.mailfrom=X@Y"],
            &[],
        ),
        ("mx.example; dkim/2=pass", Some("mx.example"), &["dkim/2=pass"], &[]),
        (
            "mx.example; spf=pass reason=\"a;b\" smtp.mailfrom=ü@é.example",
            Some("mx.example"),
            &["spf/1=pass reason=a;b smtp.mailfrom=ü@é.example"],
            &[],
        ),
        ("mx.example", Some("mx.example"), &[], &[InvalidFieldSyntax]),
        ("mx.example;", Some("mx.example"), &[], &[InvalidFieldSyntax, InvalidFieldSyntax]),
        ("", None, &[], &[InvalidFieldSyntax, InvalidFieldSyntax]),
    ] {
        let (field, mut found) = read(value);
        assert_eq!(field.authserv_id(), id, "value {value:?}");
        assert_eq!(lines(&field), want, "value {value:?}");
        found.truncate(codes.len().max(1));
        assert_eq!(found, codes, "value {value:?}");
    }
}

#[test]
fn sets_of_arc_have_a_number() {
    let (field, found) = read(" i=2; lists.example; dkim=pass header.d=a.example; arc=pass");
    assert_eq!((field.instance(), field.authserv_id()), (Some(2), Some("lists.example")));
    assert_eq!(lines(&field), ["dkim/1=pass header.d=a.example", "arc/1=pass"]);
    assert_eq!(found, []);
    // An identifier may be `i` itself.
    assert_eq!(read("i; none").0.authserv_id(), Some("i"));
}
