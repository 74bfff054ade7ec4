//! Fields of mailing lists: the examples of RFC 2369, 2919 and 8058, and damaged ones.

use mailwire_message::{
    DefectCode::{self, InvalidFieldSyntax, UnbalancedAngle, UnbalancedComment},
    Findings, Policy,
    header::{AutoSubmitted, ListId, ListUrl, ListUrls, is_one_click, notification_options_with},
};

fn with<T>(read: impl FnOnce(&mut Findings<'_>) -> T) -> (T, Vec<DefectCode>) {
    let mut found = Vec::new();
    let mut sink = |code, _| found.push(code);
    let value = read(&mut Findings::new(Policy::default(), &mut sink));
    (value, found)
}

/// RFC 2369 §3.
#[test]
fn examples_of_rfc_2369() {
    for (value, want) in [
        (
            " <mailto:list@host.com?subject=help> (List Instructions)",
            &["mailto:list@host.com?subject=help (List Instructions)"][..],
        ),
        (" <mailto:list-manager@host.com?body=info>", &["mailto:list-manager@host.com?body=info"]),
        (
            " <http://www.host.com/list/>, <mailto:list-info@host.com>",
            &["http://www.host.com/list/", "mailto:list-info@host.com"],
        ),
        (
            " <ftp://ftp.host.com/list.txt> (FTP),\r\n         <mailto:list@host.com?subject=help>",
            &["ftp://ftp.host.com/list.txt (FTP)", "mailto:list@host.com?subject=help"],
        ),
        (
            " (Use this command to get off the list)\r\n         <mailto:list-manager@host.com?body=unsubscribe%20list>",
            &["mailto:list-manager@host.com?body=unsubscribe%20list"],
        ),
        (
            " <mailto:moderator@host.com> (Postings are Moderated)",
            &["mailto:moderator@host.com (Postings are Moderated)"],
        ),
        (
            " <mailto:moderator@host.com?subject=list%20posting>",
            &["mailto:moderator@host.com?subject=list%20posting"],
        ),
        (" NO (posting not allowed on this list)", &[]),
        (" <mailto:grant@foo.bar> (Grant Neufeld)", &["mailto:grant@foo.bar (Grant Neufeld)"]),
    ] {
        let (list, found) = with(|findings| ListUrls::parse_with(value.as_bytes(), findings));
        let got: Vec<String> = list
            .iter()
            .map(|item| {
                item.comments().fold(item.url().to_owned(), |line, text| format!("{line} ({text})"))
            })
            .collect();
        assert_eq!(
            (got, list.is_no(), found),
            (want.iter().map(|&s| s.into()).collect(), want.is_empty(), vec![])
        );
        assert_eq!(list.clone().into_owned(), list);
    }
}

#[test]
fn damaged_urls() {
    for (value, want, no, codes) in [
        ("<http://a.example/\r\n  b c>", &["http://a.example/bc"][..], false, &[][..]),
        ("http://a.example/", &[], false, &[InvalidFieldSyntax]),
        ("<http://a.example/", &["http://a.example/"], false, &[UnbalancedAngle]),
        ("<a:b> junk, <c:d>", &["a:b"], false, &[InvalidFieldSyntax]),
        ("<a:b>, junk, <c:d>", &["a:b"], false, &[InvalidFieldSyntax]),
        ("<a:b> (x), (y) <c:d>", &["a:b", "c:d"], false, &[]),
        ("<a:b>, , <c:d>,", &["a:b", "c:d"], false, &[InvalidFieldSyntax]),
        ("no", &[], true, &[]),
        ("NO, <a:b>", &[], false, &[InvalidFieldSyntax]),
        ("nothing", &[], false, &[InvalidFieldSyntax]),
        ("(open", &[], false, &[UnbalancedComment]),
        ("", &[], false, &[]),
    ] {
        let (list, found) = with(|findings| ListUrls::parse_with(value.as_bytes(), findings));
        let got: Vec<_> = list.iter().map(ListUrl::url).collect();
        assert_eq!(
            (got, list.is_no(), found),
            (want.to_vec(), no, codes.to_vec()),
            "value {value:?}"
        );
    }
}

/// RFC 2919 §3, and others.
#[test]
fn list_ids() {
    for (value, id, description, codes) in [
        (
            " List Header Mailing List <list-header.nisto.com>",
            "list-header.nisto.com",
            Some("List Header Mailing List"),
            &[][..],
        ),
        (
            " <commonspace-users.list-id.within.com>",
            "commonspace-users.list-id.within.com",
            None,
            &[],
        ),
        (
            " \"Lena's Personal Joke List\"\r\n <a.b.localhost>",
            "a.b.localhost",
            Some("Lena's Personal Joke List"),
            &[],
        ),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?= <a.example>", "a.example", Some("Grüße"), &[]),
        ("a.example", "a.example", None, &[InvalidFieldSyntax]),
        ("x <a.exa\r\n mple>", "a.example", Some("x"), &[]),
        ("1 < 2 <a.example>", "a.example", Some("1 < 2"), &[]),
        ("<a.example> junk", "a.example", None, &[InvalidFieldSyntax]),
        ("<a.example", "a.example", None, &[UnbalancedAngle]),
        ("<>", "", None, &[InvalidFieldSyntax]),
        ("", "", None, &[InvalidFieldSyntax]),
    ] {
        let (list, found) = with(|findings| ListId::parse_with(value.as_bytes(), findings));
        assert_eq!((list.id(), list.description()), (id, description), "value {value:?}");
        assert_eq!(found, codes, "value {value:?}");
        assert_eq!(list.clone().into_owned(), list);
    }
}

#[test]
fn one_click() {
    for (value, want) in [
        (" List-Unsubscribe=One-Click", true),
        ("list-unsubscribe=one-click\r\n", true),
        ("List-Unsubscribe=One-Click; x", false),
        ("", false),
    ] {
        assert_eq!(is_one_click(value.as_bytes()), want, "value {value:?}");
    }
}

#[test]
fn automatic_messages() {
    for (value, keyword, automatic, codes) in [
        ("auto-generated", "auto-generated", true, &[][..]),
        ("Auto-Replied (vacation)", "auto-replied", true, &[]),
        ("(c) no (d)", "no", false, &[]),
        ("auto-replied; x=y", "auto-replied", true, &[]),
        ("x-own", "x-own", true, &[]),
        ("", "", false, &[InvalidFieldSyntax]),
    ] {
        let (field, found) = with(|findings| AutoSubmitted::parse_with(value.as_bytes(), findings));
        assert_eq!(
            (field.keyword(), field.is_automatic()),
            (keyword, automatic),
            "value {value:?}"
        );
        assert_eq!(found, codes, "value {value:?}");
    }
}

#[test]
fn wishes_for_receipts() {
    let value = b"a=required,x,\"y z\"; b = maybe , q; junk";
    let (options, found) = with(|findings| notification_options_with(value, findings));
    let got: Vec<_> = options
        .iter()
        .map(|option| {
            (option.attribute(), option.is_required(), option.values().collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(got, [("a", true, vec!["x", "y z"]), ("b", false, vec!["q"])]);
    assert_eq!(found, [InvalidFieldSyntax, InvalidFieldSyntax]);
}
