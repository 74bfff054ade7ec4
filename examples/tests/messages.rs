//! The programs that read messages, on messages of every kind.
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use serde_json::{Value, json};

/// A file that goes away with the test.
struct File(PathBuf);

impl File {
    fn new(octets: &[u8]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("mailwire-eml-{}-{}", process::id(), COUNT.fetch_add(1, Relaxed));
        let path = env::temp_dir().join(name);
        fs::write(&path, octets).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn run(program: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let test = env::current_exe().unwrap();
    let target = test.ancestors().nth(2).unwrap_or(Path::new(""));
    let program = target.join("examples").join(program).with_extension(env::consts::EXE_EXTENSION);
    assert!(program.exists(), "no {}: `cargo test -p examples` builds it", program.display());
    let output = Command::new(program).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

/// What eml2json says of one message, which is the same for all chunks.
fn eml2json(message: &[u8]) -> Value {
    let file = File::new(message);
    let (status, whole) = run("eml2json", &[file.path()]);
    assert_eq!(status, Some(0));
    for chunk in ["1", "2", "3", "7", "64", "1448", "65536"] {
        let pushed = run("eml2json", &["--chunk", chunk, file.path()]);
        assert_eq!(pushed, (Some(0), whole.clone()), "in chunks of {chunk}");
    }
    let mut value: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(whole.lines().count(), 1);
    assert_eq!(value["file"], file.path());
    value.as_object_mut().unwrap().remove("file");
    value
}

/// SHA-256 as anybody has it.
fn sha256(octets: &[u8]) -> String {
    use sha2::Digest;

    sha2::Sha256::digest(octets).iter().map(|octet| format!("{octet:02x}")).collect()
}

#[test]
fn a_plain_message() {
    let message = b"From: =?utf-8?q?J=C3=BCrgen?= <j@x.test>\r\n\
        To: A Group:Ed <ed@x.test>,joe@y.test;, \"Third, The\" <third@z.test>\r\n\
        Cc: Undisclosed:;\r\n\
        Subject: one\r\n two\r\n\
        Date: Fri, 21 Nov 1997 09:55:06 -0600\r\n\
        Message-ID: <1@x.test>\r\n\
        In-Reply-To: <0@x.test>\r\n\
        References: <a@x.test> <0@x.test>\r\n\
        X-Odd: caf\xe9 caf\xc3\xa9\r\n\
        \r\n\
        Hello\r\n";
    let body = message.len() as u64 - 7;
    let mail = eml2json(message);
    assert_eq!(mail["index"], 0);
    assert_eq!(mail["subject"], "one two");
    assert_eq!(mail["from"], json!([{"name": "Jürgen", "address": "j@x.test", "group": null}]));
    assert_eq!(
        mail["to"],
        json!([
            {"name": "Ed", "address": "ed@x.test", "group": "A Group"},
            {"name": null, "address": "joe@y.test", "group": "A Group"},
            {"name": "Third, The", "address": "third@z.test", "group": null},
        ])
    );
    for absent in ["sender", "reply_to", "cc", "bcc"] {
        assert_eq!(mail[absent], json!([]), "{absent}");
    }
    assert_eq!(mail["date"], json!({"unix": 880_127_706, "offset_minutes": -360, "valid": true}));
    assert_eq!(mail["message_id"], "1@x.test");
    assert_eq!(mail["in_reply_to"], json!(["0@x.test"]));
    assert_eq!(mail["references"], json!(["a@x.test", "0@x.test"]));
    assert_eq!(
        mail["headers"][3],
        json!({"name": "Subject", "raw": " one\r\n two", "value": "one two"})
    );
    assert_eq!(mail["headers"][0]["value"], "Jürgen <j@x.test>");
    assert_eq!(mail["headers"][8]["raw"], " café café");
    assert_eq!(
        mail["parts"],
        json!([{
            "id": 0, "parent": null, "kind": "leaf", "type": "text/plain", "params": {},
            "charset": null, "encoding": "7bit", "disposition": null, "filename": null,
            "content_id": null, "header": [0, body - 2], "body": [body, body + 7],
            "decoded_len": 7, "decoded_sha256": sha256(b"Hello\r\n"),
            "text_sha256": sha256(b"Hello\r\n"), "defects": mail["parts"][0]["defects"],
        }])
    );
    assert_eq!(mail["text_body"], json!([0]));
    assert_eq!(mail["html_body"], json!([0]));
    assert_eq!(mail["attachments"], json!([]));
    let defects = mail["defects"].as_array().unwrap();
    assert!(defects.iter().any(|defect| defect["code"] == "EightBitInHeader"), "{defects:?}");
}

#[test]
fn nothing_but_a_body() {
    let mail = eml2json(b"\nHello\n");
    for absent in ["subject", "date", "message_id"] {
        assert_eq!(mail[absent], Value::Null, "{absent}");
    }
    assert_eq!(eml2json(b"")["parts"][0]["decoded_len"], 0);
}

#[test]
fn parts_and_their_bodies() {
    let message = "MIME-Version: 1.0\r\nContent-Type: MULTIPART/Mixed; boundary=\"b b\"; X=Y\r\n\r\n\
        preamble\r\n\
        --b b\r\n\
        Content-Type: Text/HTML; charset=ISO-8859-1\r\n\
        Content-Transfer-Encoding: Quoted-Printable\r\n\
        \r\n\
        caf=E9=\r\n!\r\n\
        --b b\r\n\
        Content-Type: image/png; name=old.png\r\n\
        Content-Disposition: ATTACHMENT; filename*=utf-8''d%C3%B6t.png\r\n\
        Content-Transfer-Encoding: base64\r\n\
        Content-ID: <dot@x.test>\r\n\
        \r\n\
        iVBORw0K\r\n\
        --b b\r\n\
        Content-Type: message/rfc822\r\n\
        \r\n\
        Subject: inner\r\n\
        \r\n\
        Hello\r\n\
        --b b--\r\n\
        epilogue\r\n";
    let mail = eml2json(message.as_bytes());
    let parts = mail["parts"].as_array().unwrap();
    let field = |name: &str| parts.iter().map(|part| part[name].clone()).collect::<Vec<_>>();
    let types = ["multipart/mixed", "text/html", "image/png", "message/rfc822", "text/plain"]
        .map(Value::from);
    assert_eq!(field("type"), types);
    assert_eq!(field("kind"), ["multipart", "leaf", "leaf", "message", "leaf"].map(Value::from));
    assert_eq!(field("parent"), [json!(null), json!(0), json!(0), json!(0), json!(3)]);
    assert_eq!(parts[0]["params"], json!({"boundary": "b b", "x": "Y"}));
    assert_eq!(parts[1]["charset"], "iso-8859-1");
    assert_eq!(parts[1]["encoding"], "quoted-printable");
    assert_eq!(parts[1]["decoded_len"], 5);
    assert_eq!(parts[1]["decoded_sha256"], sha256(b"caf\xe9!"));
    assert_eq!(parts[1]["text_sha256"], sha256("café!".as_bytes()));
    assert_eq!(parts[2]["disposition"], "attachment");
    assert_eq!(parts[2]["filename"], "döt.png");
    assert_eq!(parts[2]["content_id"], "dot@x.test");
    assert_eq!(parts[2]["decoded_len"], 6);
    assert_eq!(parts[2]["text_sha256"], Value::Null);
    for part in parts {
        let [start, end] =
            [0, 1].map(|at| usize::try_from(part["body"][at].as_u64().unwrap()).unwrap());
        let body = &message.as_bytes()[start..end];
        if part["encoding"] == "7bit" {
            assert_eq!(part["decoded_sha256"], sha256(body), "part {}", part["id"]);
        }
    }
    assert_eq!(parts[3]["body"], json!([parts[4]["header"][0], parts[4]["body"][1]]));
    assert_eq!(mail["html_body"], json!([1]));
    assert_eq!(mail["text_body"], json!([1]));
    assert_eq!(mail["attachments"], json!([2, 3]));
}

#[test]
fn a_message_that_had_to_be_decoded_is_nowhere_in_the_file() {
    // Subject: inner\n\nHello\n
    let mail = eml2json(
        b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n\
          U3ViamVjdDogaW5uZXIKCkhlbGxvCg==\n",
    );
    let [outer, inner] = &mail["parts"].as_array().unwrap()[..] else { panic!("{mail}") };
    assert_eq!(outer["kind"], "message");
    assert_eq!(outer["decoded_sha256"], sha256(b"Subject: inner\n\nHello\n"));
    assert_eq!((&inner["header"], &inner["body"]), (&Value::Null, &Value::Null));
    assert_eq!(inner["parent"], 0);
    assert_eq!(inner["decoded_sha256"], sha256(b"Hello\n"));
    assert_eq!(mail["attachments"], json!([0]));
}

#[test]
fn defects_say_what_and_where() {
    let message = b"Content-Transfer-Encoding: base64\nSubject: a\nSubject: b\n\nSGV!sbG8=\n";
    let mail = eml2json(message);
    let defects = mail["defects"].as_array().unwrap();
    let bad = defects.iter().find(|defect| defect["code"] == "B64InvalidChar").unwrap();
    let at = message.iter().position(|&octet| octet == b'!').unwrap();
    assert_eq!((&bad["part"], &bad["offset"]), (&json!(0), &json!(at)));
    assert!(bad["text"].as_str().unwrap().contains("RFC 2045"), "{bad}");
    assert!(defects.iter().any(|defect| defect["severity"] == "ambiguous"));
    let own = mail["parts"][0]["defects"].as_array().unwrap();
    assert!(own.contains(&json!("B64InvalidChar")) && own.contains(&json!("ConflictingDuplicate")));
}

#[test]
fn what_is_no_date_is_not_valid() {
    let mail = eml2json(b"Date: 31 Feb 2021 25:61:61 +9999\n\n");
    assert_eq!(mail["date"]["valid"], false);
}

#[test]
fn messages_of_an_mbox_have_their_places_in_the_file() {
    let mbox = b"From a@b.example Sat Nov 21 10:00:00 2026\nSubject: x\n\n>From here\nto there\n\n\
        From - Sat Nov 21 10:00:01 2026\nSubject: y\n\nHello\n";
    let file = File::new(mbox);
    let (status, whole) = run("eml2json", &["--mbox", file.path()]);
    for chunk in ["1", "5", "4096"] {
        let pushed = run("eml2json", &["--mbox", "--chunk", chunk, file.path()]);
        assert_eq!(pushed, (status, whole.clone()), "in chunks of {chunk}");
    }
    let mails: Vec<Value> = whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((status, mails.len()), (Some(0), 2));
    for (index, subject, body) in [(0, "x", "From here\nto there\n"), (1, "y", "Hello\n")] {
        let mail = &mails[index];
        assert_eq!((&mail["index"], &mail["subject"]), (&json!(index), &json!(subject)));
        assert_eq!(mail["parts"][0]["decoded_sha256"], sha256(body.as_bytes()));
        let [start, end] = ["header", "body"].map(|range| &mail["parts"][0][range]);
        let header = mbox
            .windows(9)
            .position(|window| window.starts_with(b"Subject:") && window[8] == b' ')
            .unwrap();
        if index == 0 {
            assert_eq!(start[0], header);
            // the mark that was taken off is before the body
            assert_eq!(end, &json!([header + 13, header + 32]));
        } else {
            assert_eq!(end[1], mbox.len());
        }
    }
}

#[test]
fn files_come_in_order() {
    let dir = env::temp_dir().join(format!("mailwire-eml-dir-{}", process::id()));
    fs::create_dir_all(dir.join("b")).unwrap();
    for name in ["c", "a", "b/2", "b/1"] {
        fs::write(dir.join(name), format!("Subject: {name}\n\n")).unwrap();
    }
    let (status, lines) = run("eml2json", &[dir.to_str().unwrap()]);
    fs::remove_dir_all(&dir).unwrap();
    let mails = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let subjects: Vec<_> = mails.map(|mail| mail["subject"].as_str().unwrap().to_owned()).collect();
    assert_eq!((status, subjects), (Some(0), ["a", "b/1", "b/2", "c"].map(String::from).to_vec()));
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    let (status, lines) = run("eml2json", &["/nonexistent/message"]);
    assert_eq!((status, &lines[..]), (Some(1), ""));
}

#[test]
fn the_tree_for_people() {
    let file = File::new(
        b"Content-Type: multipart/mixed; boundary=b\nSubject: two\n\n\
          --b\n\nHello\n--b\nContent-Type: image/png; name=dot.png\n\n\n--b--\n",
    );
    let (status, tree) = run("mime_tree", &[file.path()]);
    assert_eq!(status, Some(0));
    let lines: Vec<_> = tree.lines().filter(|line| !line.contains('!')).collect();
    assert_eq!(
        lines,
        [
            "0 multipart/mixed, 61 octets, \"two\"",
            "├─ 1 text/plain, 5 octets: text and html",
            "└─ 2 image/png, 0 octets: text and html \"dot.png\"",
        ]
    );
}

#[test]
fn a_type_that_is_none_in_a_digest_is_text() {
    let mail = eml2json(
        b"Content-Type: multipart/digest; boundary=b\n\n\
          --b\n\nSubject: in\n\nx\n--b\nContent-Type: bogus\n\ny\n--b--\n",
    );
    let kinds = |key: &str| {
        mail["parts"].as_array().unwrap().iter().map(|part| part[key].clone()).collect::<Vec<_>>()
    };
    assert_eq!(kinds("type"), ["multipart/digest", "message/rfc822", "text/plain", "text/plain"]);
    assert_eq!(kinds("kind"), ["multipart", "message", "leaf", "leaf"]);
    assert_eq!(mail["text_body"], json!([3]));
}

#[test]
fn a_disposition_of_no_word_makes_no_attachment() {
    let mail = eml2json(b"Content-Disposition: \n\nHello\n");
    assert_eq!(mail["parts"][0]["disposition"], Value::Null);
    assert_eq!((&mail["text_body"], &mail["attachments"]), (&json!([0]), &json!([])));
    assert!(mail["parts"][0]["defects"].as_array().unwrap().contains(&json!("InvalidFieldSyntax")));
}

#[test]
fn many_parameters_each_once() {
    let params: String = (0..5_000).map(|n| format!(";\n p{n}=1; P{n}*=us-ascii''2")).collect();
    let mail = eml2json(format!("Content-Type: text/plain{params}\n\n").as_bytes());
    let params = mail["parts"][0]["params"].as_object().unwrap();
    assert_eq!(params.len(), 5_000);
    assert!(params.values().all(|value| value == "2"));
}

#[test]
fn a_hundred_thousand_parts() {
    let message = format!(
        "Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n",
        "--b\n\n\n".repeat(100_000)
    );
    let file = File::new(message.as_bytes());
    let (status, text) = run("eml2json", &[file.path()]);
    let mail: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, mail["parts"].as_array().unwrap().len()), (Some(0), 100_001));
    assert_eq!(run("eml2json", &["--chunk", "1448", file.path()]), (Some(0), text));
    let (status, tree) = run("mime_tree", &[file.path()]);
    assert_eq!(
        (status, tree.lines().filter(|line| line.contains("text/plain")).count()),
        (Some(0), 100_000)
    );
}
