//! The mail host in this process, over real sockets, on every runtime.
mod drive;
mod imap;
mod running;

use std::{
    env, fs,
    net::TcpListener,
    process, thread,
    time::{Duration, Instant},
};

use clap::Parser;
use examples::host::{
    Host, listen,
    options::{HostOptions, Runtime},
    service::Service,
};

use running::{PATIENCE, RUNTIMES, Running, base64};

/// In by each way, out by each way, with and without TLS.
#[test]
fn mail_goes_in_and_comes_out_on_every_runtime() {
    for runtime in RUNTIMES {
        let Some(running) = Running::start(runtime, &[]) else { continue };
        let text = "C: Subject: dots\nC:\nC: ..\nC: ...x\nC: .";
        let mut client = running.connect(Service::Smtp);
        client.talk("S: 220\nC: EHLO me.example\nS: 250 LIMITS\nC: STARTTLS\nS: 220");
        client.secure(&running);
        client.talk(&format!(
            "C: EHLO me.example\nS: 250 LIMITS\nC: MAIL FROM:<a@b.example>\nC: RCPT TO:<test@localhost>\nC: DATA
             S: 250\nS: 250\nS: 354\n{text}\nS: 250 2.6.0\nC: QUIT\nS: 221\nclosed"
        ));
        let login = base64(b"\0test\0test");
        let mut client = running.connect(Service::Smtps);
        client.talk(&format!(
            "S: 220\nC: EHLO me.example\nS: 250 LIMITS\nC: MAIL FROM:<a@b.example>\nS: 530
             C: AUTH PLAIN {login}\nS: 235\nC: MAIL FROM:<a@b.example>\nC: RCPT TO:<test@localhost>
             C: DATA\nS: 250\nS: 250\nS: 354\n{text}\nS: 250\nC: QUIT\nS: 221\nclosed"
        ));
        let mut client = running.connect(Service::Lmtp);
        client.talk(
            "S: 220\nC: LHLO me.example\nS: 250 LIMITS\nC: MAIL FROM:<>\nS: 250\nC: RCPT TO:<test>\nS: 250",
        );
        client.send(b"BDAT 3 LAST\r\nx\r\n");
        client.talk("S: 250 2.6.0\nC: QUIT\nS: 221\nclosed");

        let mut client = running.connect(Service::Pop3);
        client.talk("S: +OK\nC: STLS\nS: +OK");
        client.secure(&running);
        client.talk(
            "C: USER test\nS: +OK\nC: PASS test\nS: +OK maildrop has 3 messages\nC: RETR 1\nS: +OK
             S: Return-Path: <a@b.example>\nS: Received: from me.example ([127.0.0.1])\nS: Subject: dots
             S: ..\nS: ...x\nS: .\nC: DELE 1\nS: +OK\nC: QUIT\nS: +OK\nclosed",
        );
        let mut client = running.connect(Service::Pop3s);
        client.talk("S: +OK\nC: USER test\nS: +OK\nC: PASS test\nS: +OK maildrop has 2 messages\nC: QUIT\nS: +OK\nclosed");
        let inbox = running.inbox("test");
        assert!(
            inbox[0].contains("with ESMTPSA id") && inbox[1].contains("with LMTP id"),
            "{inbox:?}"
        );
        assert!(
            inbox[1].starts_with("Return-Path: <>\r\n") && inbox[1].ends_with("+0000\r\nx\r\n")
        );
    }
}

#[test]
fn mail_for_nobody_goes_to_the_first_user_unless_it_is_refused() {
    let users = ["--user", "ann:a", "--user", "bob@x.example:b"];
    let running = Running::start(Runtime::Tokio, &users).unwrap();
    let mut client = running.connect(Service::Lmtp);
    client.talk(
        "S: 220\nC: LHLO me\nS: 250 LIMITS\nC: MAIL FROM:<s@s.example>\nS: 250\nC: RCPT TO:<bob@X.example>\nS: 250
         C: RCPT TO:<bob@other.example>\nS: 250\nC: RCPT TO:<ANN+tag@any.example>\nS: 250
         C: DATA\nS: 354\nC: x\nC: .\nS: 250\nS: 250\nS: 250\nC: NOOP\nS: 250",
    );
    assert_eq!((running.inbox("ann").len(), running.inbox("bob@x.example").len()), (1, 1));
    assert!(!running.inbox("ann")[0].contains("for <"), "nobody learns of the others");

    let strict = [&users[..], &["--strict-recipients"]].concat();
    let running = Running::start(Runtime::Threads, &strict).unwrap();
    let mut client = running.connect(Service::Smtp);
    client.talk(
        "S: 220\nC: EHLO me\nS: 250 LIMITS\nC: MAIL FROM:<s@s.example>\nS: 250\nC: RCPT TO:<bob@other.example>
         S: 550 5.1.1\nC: RCPT TO:<bob@x.example>\nS: 250\nC: RCPT TO:<postmaster>\nS: 250
         C: VRFY ann\nS: 250 2.1.5 <ann@localhost>\nC: VRFY nobody\nS: 550\nC: DATA\nS: 354\nC: x\nC: .\nS: 250",
    );
    assert_eq!((running.inbox("ann").len(), running.inbox("bob@x.example").len()), (1, 1));
}

#[test]
fn what_smtp_knows_of_a_message_is_recorded() {
    let running = Running::start(Runtime::Tokio, &["--max-message", "1000"]).unwrap();
    let mut client = running.connect(Service::Submission);
    client.talk(&format!(
        "S: 220\nC: EHLO me\nS: 250 LIMITS\nC: AUTH PLAIN {}\nS: 235
         C: MAIL FROM:<s@s.example> RET=HDRS ENVID=abc MT-PRIORITY=3 BODY=8BITMIME SIZE=10 SMTPUTF8\nS: 250
         C: RCPT TO:<test@x> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a@b\nS: 250\nC: DATA\nS: 354\nC: x\nC: .\nS: 250
         C: MAIL FROM:<> SIZE=1001\nS: 552\nC: MAIL FROM:<>\nS: 250\nC: RCPT TO:<test>\nS: 250\nC: DATA\nS: 354
         C: {}\nC: .\nS: 552\nC: NOOP\nS: 250",
        base64(b"\0test\0test"),
        "x".repeat(1000),
    ));
    let account = running.host.mail.account("test").unwrap();
    let envelope = account.look(|state| {
        let inbox = state.mailbox(state.find("INBOX").unwrap()).unwrap();
        assert_eq!(inbox.messages().len(), 1);
        inbox.messages()[&1].facts.envelope.clone().unwrap()
    });
    assert_eq!((&*envelope.from, envelope.user.as_deref()), ("s@s.example", Some("test")));
    assert_eq!(envelope.to, ["test@x"]);
    for want in ["RET=HDRS", "ENVID=abc", "MT-PRIORITY=3"] {
        assert!(envelope.mail_params.contains(want), "{envelope:?}");
    }
    assert_eq!(envelope.rcpt_params, ["NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a@b"]);
    assert!(running.inbox("test")[0].contains("with UTF8SMTPA id"));
}

#[test]
fn nothing_is_done_before_tls_if_it_is_required() {
    let running = Running::start(Runtime::Tokio, &["--require-tls"]).unwrap();
    running
        .connect(Service::Smtp)
        .talk("S: 220\nC: EHLO me\nS: 250 LIMITS\nC: MAIL FROM:<>\nS: 530");
    running
        .connect(Service::Lmtp)
        .talk("S: 220\nC: LHLO me\nS: 250 LIMITS\nC: MAIL FROM:<>\nS: 530");
    running.connect(Service::Pop3).talk("S: +OK\nC: USER test\nS: -ERR");
    running.connect(Service::Pop3s).talk("S: +OK\nC: USER test\nS: +OK\nC: PASS test\nS: +OK");
}

#[test]
fn a_plaintext_command_behind_starttls_ends_the_session() {
    for runtime in RUNTIMES {
        let Some(running) = Running::start(runtime, &[]) else { continue };
        let mut client = running.connect(Service::Smtp);
        client.talk("S: 220\nC: EHLO me\nS: 250 LIMITS");
        client.send(b"STARTTLS\r\nMAIL FROM:<>\r\n");
        client.talk("S: 220\nclosed");
    }
}

#[test]
fn a_maildrop_is_for_one_session_and_nothing_is_deleted_without_quit() {
    for runtime in RUNTIMES {
        let Some(running) = Running::start(runtime, &[]) else { continue };
        let mut client = running.connect(Service::Smtp);
        client.talk(
            "S: 220\nC: EHLO me\nS: 250 LIMITS\nC: MAIL FROM:<>\nS: 250\nC: RCPT TO:<test>\nS: 250\nC: DATA\nS: 354
             C: x\nC: .\nS: 250",
        );
        let mut one = running.connect(Service::Pop3);
        one.talk("S: +OK\nC: USER test\nS: +OK\nC: PASS test\nS: +OK\nC: DELE 1\nS: +OK");
        let mut other = running.connect(Service::Pop3);
        other.talk("S: +OK\nC: USER test\nS: +OK\nC: PASS test\nS: -ERR [IN-USE]");
        drop(one);
        let end = Instant::now() + PATIENCE;
        loop {
            other.send(b"USER test\r\nPASS test\r\n");
            other.line().unwrap();
            if other.line().unwrap().starts_with("+OK") {
                break;
            }
            assert!(Instant::now() < end, "the lock is never let go");
            thread::sleep(Duration::from_millis(20));
            if other.line_is_over() {
                other = running.connect(Service::Pop3);
                other.talk("S: +OK");
            }
        }
        other.talk("C: STAT\nS: +OK 1 \nC: LIST 1\nS: +OK 1 ");
    }
}

#[test]
fn mail_that_another_program_delivers_is_told_in_idle() {
    let dir = env::temp_dir().join(format!("mailhost-idle-{}", process::id()));
    let _ = fs::remove_dir_all(&dir);
    let running = Running::start(Runtime::Tokio, &["--maildir", dir.to_str().unwrap()]).unwrap();
    let mut client = running.connect(Service::Imap);
    client.talk(
        "S: * OK\nC: a LOGIN test test\nS: a OK\nC: b SELECT INBOX\nS: b OK\nC: c IDLE\nS: +",
    );
    fs::write(dir.join("test/new/1000000000.1.host"), "Subject: x\n\nx\n").unwrap();
    client.talk("S: * 1 EXISTS");
    let mut client = running.connect(Service::Pop3);
    fs::write(dir.join("test/new/1000000001.1.host"), "Subject: y\n\ny\n").unwrap();
    client.talk(
        "S: +OK\nC: USER test\nS: +OK\nC: PASS test\nS: +OK maildrop has 2 messages\nC: QUIT\nS: +OK\nclosed",
    );
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let services = ["--smtp", "--submission", "--lmtp", "--imap", "--smtps", "--pop3s", "--imaps"];
    let off: Vec<&str> = services.iter().flat_map(|service| [*service, "off"]).collect();
    let options = [&["mailhost", "--pop3", &address], &off[..]].concat();
    let error = listen(&HostOptions::parse_from(options)).unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot listen on {address} (pop3): ")), "{error}");
    let options = [&["mailhost", "--pop3", "off"], &off[..]].concat();
    assert_eq!(listen(&HostOptions::parse_from(options)).unwrap().len(), 0);
}

#[test]
fn what_is_wrong_with_the_options_is_said() {
    for (options, want) in [
        (&["--user", "test"][..], "not of the form NAME:PASSWORD"),
        (&["--tls", "cert.pem"], "neither `self-signed` nor of the form CERT,KEY"),
        (&["--max-message", "0"], "0 is not in 1.."),
        (&["--runtime", "none"], "possible values: threads, tokio, smol, uring"),
    ] {
        let options = [&["mailhost"], options].concat();
        let error = HostOptions::try_parse_from(options).unwrap_err().to_string();
        assert!(error.contains(want), "{error}");
    }
    for (options, want) in [
        (&["--tls", "/nowhere/c.pem,/nowhere/k.pem"][..], "cannot read /nowhere/c.pem: "),
        (&["--maildir", "/proc/nothing"], "cannot use /proc/nothing: "),
        (&["--ca-out", "/nowhere/ca.pem"], "cannot write /nowhere/ca.pem: "),
        (&["--user", "a:b", "--user", "a:c"], "user a: there are two of that name"),
    ] {
        let options = [&["mailhost"], options].concat();
        let error = Host::new(&HostOptions::parse_from(options)).unwrap_err().to_string();
        assert!(error.starts_with(want), "{error}");
    }
}
