//! `imap_fetch`, `imap_append` and `imap_idle` against servers of a few lines, over real sockets.
use std::fs;

use serde_json::Value;

use server::{Folder, GREETING, HANG_UP, SELECT, SLOW, Server};

#[path = "imap/server.rs"]
mod server;

/// A FETCH response with all that is asked for, the text first.
fn message(number: u32, uid: u32, text: &str) -> String {
    format!(
        "* {number} FETCH (BODY[] {{{}}}\r\n{text} UID {uid} FLAGS (\\Seen) RFC822.SIZE 5 INTERNALDATE \
         \"17-Jul-1996 02:44:25 -0700\" ENVELOPE (NIL \"=?utf-8?q?=C3=BC?=\" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n",
        text.len()
    )
}

fn uids(lines: &[Value]) -> Vec<u64> {
    lines.iter().map(|line| line["uid"].as_u64().unwrap()).collect()
}

#[test]
fn each_message_is_fetched_once() {
    let long = "x".repeat(10_000);
    let fetched = [message(1, 4, "a\r\n"), message(2, 5, &long), message(3, 9, "")].concat();
    let server = Server::start(&[
        ("UID SEARCH UID 1:*", "* SEARCH 9 4 5\r\nT OK\r\n"),
        ("UID FETCH", &format!("* 2 FETCH (FLAGS (\\Deleted))\r\n{fetched}T OK\r\n")),
    ]);
    let out = Folder::new();
    let (status, lines, complaints) = server.fetch(&out, &[]);
    assert_eq!((status, uids(&lines)), (0, vec![4, 5, 9]), "{complaints}");
    assert_eq!(lines[0]["envelope"]["subject"], "ü");
    assert_eq!((&lines[0]["size"], &lines[0]["octets"]), (&5.into(), &3.into()));
    assert_eq!(fs::read(out.0.join("INBOX/7/5.eml")).unwrap(), long.as_bytes());
    let names = ["INBOX/7/4.eml", "INBOX/7/5.eml", "INBOX/7/9.eml", "INBOX/7/state.json"];
    assert_eq!(out.names(), names);
    assert!(server.said("UID FETCH 4:5,9 ")[0].contains("BODY.PEEK[]"));

    // UIDNEXT says that there is nothing new.
    let (status, lines, _) = server.fetch(&out, &[]);
    assert_eq!((status, lines.len(), server.said("UID SEARCH").len()), (0, 0, 1));
    server.answer("SELECT", &SELECT.replace("10", "12"));
    server.answer("UID SEARCH UID 10:*", "* SEARCH 9\r\nT OK\r\n");
    let (status, lines, _) = server.fetch(&out, &[]);
    assert_eq!((status, lines.len(), server.said("UID SEARCH").len()), (0, 0, 2));

    // Another UIDVALIDITY: all over, and nothing is mixed.
    server.answer("SELECT", &SELECT.replace('7', "8"));
    let (status, lines, complaints) = server.fetch(&out, &[]);
    assert_eq!((status, uids(&lines)), (0, vec![4, 5, 9]), "{complaints}");
    assert_eq!(out.names().len(), 8);
}

#[test]
fn half_a_message_is_none() {
    let server = Server::start(&[
        ("UID SEARCH", "* SEARCH 4 5 9\r\nT OK\r\n"),
        (
            "UID FETCH",
            &format!("{}* 2 FETCH (UID 5 BODY[] {{9000}}\r\nhalfCUT", message(1, 4, "a")),
        ),
    ]);
    let out = Folder::new();
    let (status, lines, complaints) = server.fetch(&out, &[]);
    assert_eq!((status, uids(&lines)), (1, vec![4, 5, 9]), "{complaints}");
    let stored: Vec<_> = lines.iter().map(|line| line["stored"] == true).collect();
    assert_eq!(stored, [true, false, false]);
    assert!(complaints.ends_with(": connection lost\n"), "{complaints}");
    assert_eq!(out.names(), ["INBOX/7/4.eml", "INBOX/7/state.json"]);
    // Somebody who is not there any more left this behind.
    fs::write(out.0.join("INBOX/7/.999999999-0.part"), "half").unwrap();
    let rest = [message(2, 5, "b"), message(3, 9, "c")].concat();
    server.answer("UID FETCH 5,9 ", &format!("{rest}T OK\r\n"));
    let (status, lines, complaints) = server.fetch(&out, &[]);
    assert_eq!((status, uids(&lines)), (0, vec![5, 9]), "{complaints}");
    assert_eq!(out.names().len(), 4);
}

#[test]
fn what_the_server_leaves_out_is_gone_or_an_error() {
    let server = Server::start(&[
        ("UID SEARCH UID 1:*", "* SEARCH 4 5 9\r\nT OK\r\n"),
        ("UID FETCH", &format!("{}T OK\r\n", message(1, 4, "a"))),
        ("UID SEARCH UID 5,9", "* SEARCH 9\r\nT OK\r\n"),
    ]);
    let out = Folder::new();
    let (status, lines, _) = server.fetch(&out, &[]);
    assert_eq!((status, uids(&lines)), (1, vec![4, 9]));
    assert_eq!(lines[1]["error"], "the server does not send it");
    // It is tried again, and what is gone is not.
    server.answer("UID SEARCH UID 9:*", "* SEARCH 9\r\nT OK\r\n");
    server.answer("UID FETCH 9 ", &format!("{}T OK\r\n", message(2, 9, "c")));
    let (status, lines, complaints) = server.fetch(&out, &[]);
    assert_eq!((status, uids(&lines)), (0, vec![9]), "{complaints}");
}

#[test]
fn a_message_that_is_refused_does_not_take_others_with_it() {
    let server = Server::start(&[
        ("UID SEARCH", "* SEARCH 4 5 9\r\nT OK\r\n"),
        ("UID FETCH 4:5,9 ", "T NO one of them is damaged\r\n"),
        ("UID FETCH 4 ", &format!("{}T OK\r\n", message(1, 4, "a"))),
        ("UID FETCH 5 ", "T NO this one\r\n"),
        ("UID FETCH 9 ", &format!("{}T OK\r\n", message(3, 9, "c"))),
    ]);
    let (status, lines, _) = server.fetch(&Folder::new(), &[]);
    let of = |uid: u64| lines.iter().find(|line| line["uid"] == uid).unwrap();
    assert_eq!((status, lines.len()), (1, 3));
    assert_eq!((&of(4)["stored"], &of(9)["stored"]), (&true.into(), &true.into()));
    assert_eq!(of(5)["error"], "NO this one");
}

#[test]
fn a_message_may_come_in_pieces() {
    let pieces = "* 1 FETCH (UID 4 FLAGS ())\r\n* 1 FETCH (RFC822.SIZE 1 UID 4)\r\n\
                  * 1 FETCH (UID 4 BODY[] \"a\")\r\n* 1 FETCH (UID 4 ENVELOPE (nonsense))\r\nT OK\r\n";
    let server = Server::start(&[("UID SEARCH", "* SEARCH 4\r\nT OK\r\n"), ("UID FETCH", pieces)]);
    let out = Folder::new();
    let (status, lines, complaints) = server.fetch(&out, &[]);
    assert_eq!((status, uids(&lines)), (0, vec![4]), "{complaints}");
    assert_eq!((&lines[0]["size"], &lines[0]["envelope"]), (&1.into(), &Value::Null));
    assert!(complaints.contains("cannot read ENVELOPE"), "{complaints}");
    assert_eq!(fs::read(out.0.join("INBOX/7/4.eml")).unwrap(), b"a");
}

#[test]
fn no_name_leads_out_of_the_folder() {
    let names = ["../../evil", "/etc/x", "..", ".hidden", "-rf", "a/b", "CON:", "&AOQ-"];
    let list: String = names.iter().map(|name| format!("* LIST () \"/\" \"{name}\"\r\n")).collect();
    let list = format!("{list}* LIST (\\Noselect) \"/\" \"closed\"\r\nT OK\r\n");
    let server = Server::start(&[
        ("LIST", &list),
        ("UID SEARCH", "* SEARCH 4\r\nT OK\r\n"),
        ("UID FETCH", &format!("{}T OK\r\n", message(1, 4, "a"))),
    ]);
    let out = Folder::new();
    let (status, lines, complaints) = server.fetch(&out, &["--all"]);
    assert_eq!((status, lines.len()), (0, names.len()), "{complaints}");
    assert_eq!(lines.last().unwrap()["mailbox"], "ä");
    let found = out.names();
    assert_eq!(found.len(), 2 * names.len(), "{found:?}");
    assert!(found.iter().all(|name| !name.starts_with(['.', '-', '/'])), "{found:?}");
    let top: Vec<_> = fs::read_dir(&out.0).unwrap().collect();
    assert_eq!(top.len(), names.len());
}

#[test]
fn more_messages_than_there_are_is_no_answer() {
    const ESEARCH: &str = "* OK [CAPABILITY IMAP4rev1 ESEARCH] hi\r\n";
    let server = Server::greeting(
        ESEARCH,
        &[("UID SEARCH RETURN (ALL)", "* ESEARCH UID ALL 1:4294967295\r\nT OK\r\n")],
    );
    let (status, lines, complaints) = server.fetch(&Folder::new(), &[]);
    assert!(status == 1 && lines.is_empty(), "{complaints}");
    assert!(complaints.contains("more messages than there are"), "{complaints}");
}

#[test]
fn no_session_is_one_line() {
    let file = Folder::new();
    let file = file.file("x.eml", "x\n");
    for (greeting, answers, options, why) in [
        (
            GREETING,
            vec![("LOGIN", "T NO [AUTHENTICATIONFAILED] wrong\r\n")],
            vec![],
            "cannot log in: NO [AUTHENTICATIONFAILED] wrong",
        ),
        (
            "* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n",
            vec![],
            vec![],
            "the server has disabled LOGIN",
        ),
        (
            GREETING,
            vec![],
            vec!["--tls", "starttls", "--insecure"],
            "no TLS although it is required",
        ),
        (
            "* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n",
            vec![],
            vec!["--tls", "starttls", "--insecure"],
            "no TLS although it is required",
        ),
        (
            GREETING,
            vec![],
            vec!["--auth", "SCRAM-SHA-256"],
            "the server does not offer the mechanism",
        ),
        ("* BYE too many of you\r\n", vec![], vec![], "too many of you"),
        ("+OK this is POP3\r\n", vec![], vec![], ""),
        ("* OK [CAPABILITY IMAP4rev1] hi\r\n", vec![("LOGIN", HANG_UP)], vec![], "connection lost"),
    ] {
        let server = Server::greeting(greeting, &answers);
        let out = Folder::new();
        for (program, rest) in [
            ("imap_fetch", ["--out", out.0.to_str().unwrap()]),
            ("imap_append", ["--mailbox=INBOX", &file]),
            ("imap_idle", ["--for", "1"]),
        ] {
            let (status, lines, complaints) = server.run(program, &[&options[..], &rest].concat());
            assert!(status == 1 && lines.is_empty(), "{program}: {lines:?} {complaints}");
            assert!(complaints.contains(why), "{program}: {complaints} is not {why}");
            assert_eq!(complaints.lines().count(), 1, "{complaints}");
        }
        assert!(!out.0.exists());
    }
}

#[test]
fn a_file_goes_with_crlf_and_its_right_size() {
    let server = Server::start(&[("APPEND", "T OK [APPENDUID 7 4] done\r\n")]);
    let dir = Folder::new();
    let file = dir.file("x.eml", "a: b\n\nc\r\nd");
    let (status, lines, complaints) =
        server.run("imap_append", &["--mailbox", "Ä", "--flags", "\\Seen $Work", &file]);
    assert_eq!((status, lines.len()), (0, 1), "{complaints}");
    assert_eq!(server.said("APPEND"), ["APPEND &AMQ- (\\Seen $Work) {12}\r\na: b\r\n\r\nc\r\nd"]);
    assert_eq!((&lines[0]["uid"], &lines[0]["uidvalidity"]), (&4.into(), &7.into()));
    assert_eq!((&lines[0]["octets"], &lines[0]["appended"]), (&12.into(), &true.into()));
    let (status, ..) = server.run("imap_append", &["--mailbox", "x", "--as-is", &file]);
    assert_eq!((status, &*server.said("APPEND")[1]), (0, "APPEND x {10}\r\na: b\n\nc\r\nd"));
    for flags in ["\\Recent", "\\*", "a(b", "ä"] {
        let (status, ..) = server.run("imap_append", &["--mailbox", "x", "--flags", flags, &file]);
        assert_eq!(status, 2, "{flags}");
    }
}

#[test]
fn a_mailbox_that_is_missing_can_be_made() {
    let server = Server::start(&[("REFUSE APPEND", "T NO [TRYCREATE] no\r\n")]);
    let dir = Folder::new();
    let files = [dir.file("1.eml", "1\n"), dir.file("2.eml", "2\n")];
    let options = ["--mailbox", "x", &files[0], &files[1]];
    let (status, lines, _) = server.run("imap_append", &options);
    assert_eq!((status, lines.len(), server.said("CREATE").len()), (1, 2, 0));
    let error = lines[0]["error"].as_str().unwrap();
    assert!(error.contains("TRYCREATE") && error.contains("--create"), "{error}");
    // It is there after CREATE.
    let (status, lines, _) = server.run("imap_append", &[&options[..], &["--create"]].concat());
    assert_eq!((status, lines.len(), server.said("CREATE").len()), (1, 2, 1));
    server.answer("REFUSE APPEND", "");
    let (status, lines, complaints) =
        server.run("imap_append", &[&options[..], &["--create"]].concat());
    assert_eq!((status, lines.len()), (0, 2), "{complaints}");
}

#[test]
fn one_of_several_that_is_refused_goes_alone() {
    const TOGETHER: &str = "* OK [CAPABILITY IMAP4rev1 MULTIAPPEND LITERAL+] hi\r\n";
    let server = Server::greeting(
        TOGETHER,
        &[
            ("APPEND x {3+}\r\n1\r\n {3+}\r\n2\r\n", "T NO not like this\r\n"),
            ("APPEND x {3+}\r\n2\r\n\r\n", "T NO it is the second\r\n"),
            ("APPEND x {3+}\r\n1\r\n\r\n", "T OK [APPENDUID 7 4] x\r\n"),
        ],
    );
    let dir = Folder::new();
    let files = [dir.file("1.eml", "1\n"), dir.file("2.eml", "2\n"), "/not there".into()];
    let options = ["--mailbox", "x", &files[0], &files[1], &files[2]];
    let (status, lines, _) = server.run("imap_append", &options);
    let errors: Vec<_> = lines.iter().map(|line| line["error"].as_str().unwrap_or("-")).collect();
    assert_eq!((status, errors.len()), (1, 3));
    assert_eq!(errors[..2], ["-", "NO it is the second"]);
    assert!(errors[2].starts_with("cannot read: "), "{errors:?}");
    assert_eq!((&lines[0]["uid"], server.said("APPEND").len()), (&4.into(), 3));
    let nul = dir.file("nul.eml", "a\0b\n");
    let (status, lines, _) = server.run("imap_append", &["--mailbox", "x", &nul]);
    assert!(status == 1 && lines[0]["error"].as_str().unwrap().contains("NUL"), "{lines:?}");
}

#[test]
fn changes_are_told() {
    let all = "* 1 FETCH (UID 4 FLAGS ())\r\n* 2 FETCH (UID 5 FLAGS ())\r\n\
               * 3 FETCH (UID 9 FLAGS (\\Recent))\r\nT OK\r\n";
    let server = Server::start(&[
        ("FETCH 1:3 ", all),
        ("FETCH 3 ", "* 3 FETCH (UID 12 FLAGS (\\Recent))\r\nT OK\r\n"),
        ("UID FETCH 12 ", "* 3 FETCH (UID 12 RFC822.SIZE 8)\r\nT OK\r\n"),
        ("IDLE", "+ go on\r\n"),
        ("IDLE", "ONCE + go on\r\n* 2 EXPUNGE\r\n* 3 EXISTS\r\n* 1 FETCH (FLAGS (\\Flagged))\r\n"),
        ("DONE", "T OK\r\n"),
    ]);
    let (status, lines, complaints) = server.run("imap_idle", &["--for", "5"]);
    assert_eq!(status, 0, "{complaints}");
    let told: Vec<_> =
        lines.iter().map(|line| (line["event"].as_str().unwrap(), line["uid"].as_u64())).collect();
    let want = [("selected", None), ("expunged", Some(5)), ("flags", Some(4)), ("new", Some(12))];
    assert_eq!(told, want, "{lines:?}");
    assert_eq!((&lines[1]["number"], &lines[2]["number"]), (&2.into(), &1.into()));
    assert_eq!((&lines[3]["number"], &lines[3]["size"]), (&3.into(), &8.into()));
    assert_eq!(server.said("LOGOUT").len(), 1);
}

#[test]
fn a_lost_connection_is_tried_again_and_a_refused_one_is_not() {
    let server = Server::start(&[
        ("SELECT", "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nT OK\r\n"),
        ("IDLE", "ONCE + go on\r\n* BYE that was all\r\nCUT"),
        ("LOGIN", "T NO not any more\r\n"),
        ("LOGIN", "ONCE T OK\r\n"),
    ]);
    let (status, lines, complaints) = server.run("imap_idle", &[]);
    assert_eq!(status, 1, "{lines:?}");
    assert!(complaints.contains("not any more"), "{complaints}");
    let events: Vec<_> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["selected", "retry"], "{lines:?}");
    assert!(lines[1]["error"].as_str().unwrap().contains("that was all"), "{lines:?}");
}

#[test]
fn a_mailbox_is_selected_once_its_messages_are_known() {
    let messages = "* 1 FETCH (UID 4 FLAGS ())\r\n* 2 FETCH (UID 5 FLAGS ())\r\n\
                    * 3 FETCH (UID 9 FLAGS ())\r\nT OK\r\n";
    let server = Server::start(&[
        ("FETCH 1:3 ", messages),
        ("FETCH 1:3 ", &format!("ONCE {HANG_UP}")),
        ("FETCH 1 ", "* 1 FETCH (UID 12 FLAGS ())\r\nT OK\r\n"),
        ("IDLE", "+ go on\r\n* BYE\r\nCUT"),
        ("LOGIN", "T NO not any more\r\n"),
        ("LOGIN", "ONCE T OK\r\n"),
        ("LOGIN", "ONCE T OK\r\n"),
        ("LOGIN", "ONCE T OK\r\n"),
    ]);
    let other = "* 1 EXISTS\r\n* OK [UIDVALIDITY 8] x\r\n* OK [UIDNEXT 13] x\r\nT OK\r\n";
    for answer in [other, &format!("ONCE {SELECT}"), &format!("ONCE {SELECT}")] {
        server.answer("SELECT", answer);
    }
    let (status, lines, complaints) = server.run("imap_idle", &[]);
    assert!(status == 1 && complaints.contains("not any more"), "{complaints}");
    let events: Vec<_> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["retry", "selected", "retry", "selected", "reset", "retry"], "{lines:?}");
    assert_eq!((&lines[1]["exists"], &lines[3]["exists"]), (&3.into(), &1.into()));
}

/// A session that was none is no reason to come back soon, however long it took.
#[test]
fn a_server_that_is_slow_to_hang_up_is_left_alone_for_longer_each_time() {
    let server = Server::start(&[
        ("SELECT", "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nT OK\r\n"),
        ("IDLE", "ONCE + go on\r\n* BYE\r\nCUT"),
        ("LOGIN", "T NO not any more\r\n"),
        ("LOGIN", &format!("ONCE {SLOW}")),
        ("LOGIN", "ONCE T OK\r\n"),
    ]);
    let (status, lines, complaints) = server.run("imap_idle", &[]);
    assert!(status == 1 && complaints.contains("not any more"), "{complaints}");
    let waits: Vec<_> = lines[1..].iter().map(|line| line["seconds"].as_f64().unwrap()).collect();
    assert!(waits.len() == 2 && waits[1] > 1.25 && waits[1] > waits[0], "{lines:?}");
}

#[test]
fn without_idle_the_server_is_asked() {
    let server = Server::greeting(
        "* OK [CAPABILITY IMAP4rev1] hi\r\n",
        &[
            ("SELECT", "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nT OK\r\n"),
            ("NOOP", "ONCE * 1 EXISTS\r\nT OK\r\n"),
            ("FETCH 1 ", "* 1 FETCH (UID 12 FLAGS ())\r\nT OK\r\n"),
        ],
    );
    let (status, lines, complaints) = server.run("imap_idle", &["--for", "6", "--poll", "1"]);
    assert_eq!((status, server.said("IDLE").len()), (0, 0), "{complaints}");
    assert_eq!((lines.len(), &lines[1]["event"]), (2, &"new".into()), "{lines:?}");
}
