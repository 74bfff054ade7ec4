//! The replies of real servers that the tests of `MailKit` have.
use std::{fs, path::PathBuf};

use bytes::Bytes;
use mailwire_core::InputQueue;
use mailwire_smtp::{Capabilities, Capability, Reply};

fn folder() -> Option<PathBuf> {
    testkit::shared::path("vectors/mailkit/Smtp/Resources")
}

fn read_all(wire: Vec<u8>) -> Vec<Reply> {
    let mut input = InputQueue::default();
    input.push(Bytes::from(wire));
    std::iter::from_fn(|| Reply::read(&mut input, 512, 4_096).unwrap()).collect()
}

#[test]
fn every_line_is_read_and_can_be_written() {
    let Some(folder) = folder() else { return };
    let mut files = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let wire = fs::read(&path).unwrap();
        let line_ends = wire.iter().filter(|&&octet| octet == b'\n').count();
        let replies = read_all(wire);
        let pipelined = path.ends_with("pipelined-mail-from-rcpt-to.txt");
        assert_eq!(replies.len(), if pipelined { 2 } else { 1 }, "{path:?}");
        let lines: usize = replies.iter().map(|reply| reply.lines().count()).sum();
        assert_eq!(lines, line_ends, "{path:?}");
        for reply in replies {
            assert!(reply.codes_agree() && reply.has_bare_lf(), "{path:?}");
            let written = Reply::parse(reply.to_wire()).unwrap();
            assert_eq!((written.code(), written.text()), (reply.code(), reply.text()), "{path:?}");
        }
        files += 1;
    }
    assert_eq!(files, 18);
}

#[test]
fn offers_are_typed() {
    let Some(folder) = folder() else { return };
    for (name, want, others) in [
        ("binarymime", "HELP|AUTH LOGIN PLAIN|*|BINARYMIME|CHUNKING|8BITMIME|STARTTLS", 0),
        ("dsn", "HELP|AUTH LOGIN PLAIN|*|PIPELINING|DSN|8BITMIME|STARTTLS", 0),
        ("requiretls", "HELP|AUTH LOGIN PLAIN|*|8BITMIME|REQUIRETLS|STARTTLS", 0),
        ("x-exps", "HELP|X-EXPS LOGIN PLAIN|*|8BITMIME|STARTTLS", 1),
    ] {
        let wire = fs::read(folder.join(format!("comcast-ehlo+{name}.txt"))).unwrap();
        let offers = Capabilities::from(read_all(wire).remove(0));
        let got: Vec<_> = offers.iter().map(|offer| offer.to_string()).collect();
        let want = want.replace('*', "SIZE 36700160|ENHANCEDSTATUSCODES");
        assert_eq!(got.join("|"), want, "{name}");
        assert_eq!(offers.server_name(), b"omta06.westchester.pa.mail.comcast.net");
        assert_eq!(offers.max_size(), Some(36_700_160));
        let other = offers.iter().filter(|offer| matches!(offer, Capability::Other(_))).count();
        assert_eq!(other, others, "{name}");
        let auth: &[&str] = if others == 1 { &[] } else { &["LOGIN", "PLAIN"] };
        assert!(offers.auth_mechanisms().eq(auth.iter().copied()), "{name}");
    }
}
