//! GETMETADATA and SETMETADATA.
use crate::talk::{Client, host};

#[test]
fn values() {
    let mut client = Client::new(&host());
    client.is(
        "SETMETADATA INBOX (/private/comment \"My own\" /SHARED/Comment {5+}\r\na\r\nbc)",
        "OK SETMETADATA",
    );
    client.is(
        "GETMETADATA INBOX /private/comment",
        "* METADATA INBOX (/private/comment \"My own\")\nOK GETMETADATA completed",
    );
    let said = client.ask(
        "GETMETADATA INBOX (/Private/Comment /shared/comment /private/other /private/comment)",
    );
    assert_eq!(
        said,
        "* METADATA INBOX (/Private/Comment \"My own\" /shared/comment {5}\r\na\r\nbc /private/other NIL)\r\n\
         OK GETMETADATA completed\r\n"
    );
    client.is("SETMETADATA INBOX (/private/comment NIL /shared/comment \"\")", "OK");
    client.is(
        "GETMETADATA INBOX (/private/comment /shared/comment)",
        "* METADATA INBOX (/private/comment NIL /shared/comment \"\")\nOK",
    );
    // The account has its own.
    client.is("SETMETADATA \"\" (/private/comment \"account\")", "OK");
    client.is(
        "GETMETADATA \"\" /private/comment",
        "* METADATA \"\" (/private/comment \"account\")\nOK",
    );
    client.is("SETMETADATA \"\" (/shared/admin \"mailto:a@b.example\")", "NO [NOPERM]");
    client.is("GETMETADATA nothing /private/comment", "NO [NONEXISTENT]");
    client.is("SETMETADATA nothing (/private/comment \"a\")", "NO [NONEXISTENT]");
}

#[test]
fn names_of_entries() {
    let mut client = Client::new(&host());
    for entry in [
        "/private",
        "/other/x",
        "private/x",
        "/private/x/",
        "/private//x",
        "\"/private/a*\"",
        "\"/private/a%\"",
        "\"/private/\u{e9}\"",
        "/privatex/a",
        "/shared/vendor/token",
        "\"\"",
    ] {
        client.is(&format!("SETMETADATA INBOX ({entry} \"a\")"), "BAD");
    }
    client.is("SETMETADATA INBOX (/private/vendor/token/x \"a\")", "OK");
    client.is("GETMETADATA INBOX /private/x/", "BAD");
}

#[test]
fn depth_and_size() {
    let mut client = Client::new(&host());
    client.ask("SETMETADATA INBOX (/private/f/v/small \"1\" /private/f/v/boss \"22\" /private/f/v/boss/x \"333\" /private/f/vx \"4\")");
    client
        .is("GETMETADATA (DEPTH 0) INBOX /private/f/v", "* METADATA INBOX (/private/f/v NIL)\nOK");
    client.is(
        "GETMETADATA INBOX (DEPTH 1) /private/f/v",
        "* METADATA INBOX (/private/f/v/boss \"22\" /private/f/v/small \"1\")\nOK",
    );
    client.is(
        "GETMETADATA (DEPTH infinity) INBOX (/private/f/v /private/f/v/boss)",
        "* METADATA INBOX (/private/f/v/boss \"22\" /private/f/v/boss/x \"333\" /private/f/v/small \"1\")\nOK",
    );
    client.is("GETMETADATA (DEPTH 2) inbox /private/f", "BAD");
    client.is(
        "GETMETADATA (MAXSIZE 2 DEPTH infinity) INBOX /private/f/v",
        "* METADATA INBOX (/private/f/v/boss \"22\" /private/f/v/small \"1\")
         OK [METADATA LONGENTRIES 3]",
    );
    client.is("GETMETADATA (MAXSIZE 0) INBOX /private/f/vx", "OK [METADATA LONGENTRIES 1]");
    client.is("GETMETADATA (DEPTH 1) inbox /private/nothing", "OK GETMETADATA completed");
}

#[test]
fn limits() {
    let mut client = Client::new(&host());
    let long = "x".repeat(61_441);
    let said = client
        .ask(&format!("SETMETADATA INBOX (/private/a \"short\" /private/b {{61441+}}\r\n{long})"));
    assert!(said.starts_with("NO [METADATA MAXSIZE 61440]"), "{said}");
    // Nothing of it is done.
    client.is("GETMETADATA INBOX /private/a", "* METADATA INBOX (/private/a NIL)\nOK");
    let said = client.ask(&format!("SETMETADATA INBOX (/private/b {{61440+}}\r\n{})", &long[1..]));
    assert!(said.starts_with("OK"), "{said}");
    for number in 1..100 {
        client.is(&format!("SETMETADATA INBOX (/private/n{number} \"a\")"), "OK");
    }
    client.is("SETMETADATA INBOX (/private/more \"a\")", "NO [METADATA TOOMANY]");
    client.is("SETMETADATA INBOX (/private/b NIL /private/more \"a\")", "OK");
    client.is("SETMETADATA INBOX (/private/n1 \"other\")", "OK");
    client.is("SETMETADATA Sent (/private/n1 \"other\")", "OK");
}

/// RFC 6154 §4.
#[test]
fn special_uses() {
    let mut client = Client::new(&host());
    client.is(
        "GETMETADATA Sent (/private/specialuse)",
        "* METADATA Sent (/private/specialuse \"\\\\Sent\")\nOK",
    );
    client.is(
        "GETMETADATA INBOX /private/specialuse",
        "* METADATA INBOX (/private/specialuse NIL)\nOK",
    );
    client.is("SETMETADATA INBOX (/private/specialuse \"\\\\Sent\")", "NO [USEATTR]");
    client.is("SETMETADATA INBOX (/private/specialuse \"\\\\Fruit\")", "NO [USEATTR]");
    client.is("SETMETADATA Sent (/private/specialuse NIL)", "OK");
    client.is("LIST \"\" Sent", "* LIST (\\HasNoChildren) \"/\" Sent\nOK");
    client.is(
        "GETMETADATA Sent /private/specialuse",
        "* METADATA Sent (/private/specialuse NIL)\nOK",
    );
    client.is("SETMETADATA INBOX (/private/specialuse \"\\\\sent \\\\Important\")", "OK");
    client.is(
        "LIST (SPECIAL-USE) \"\" (Sent INBOX)",
        "* LIST (\\Sent \\Important \\HasNoChildren) \"/\" INBOX\nOK",
    );
    client.is("SETMETADATA Sent (/private/specialuse \"\\\\Sent\")", "NO [USEATTR]");
}
