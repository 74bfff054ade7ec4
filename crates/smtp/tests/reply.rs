//! Replies and capabilities as servers really send them.
use bytes::{Bytes, BytesMut};
use mailwire_core::{InputQueue, LineEnd};
use mailwire_smtp::{EnhancedCode, Reply, ReplyReadError, Severity};

fn parse(wire: &str) -> Reply {
    Reply::parse(Bytes::copy_from_slice(wire.as_bytes()))
        .unwrap_or_else(|e| panic!("{wire:?}: {e}"))
}

/// Everything that is read from `wire` cut into pieces of `step`.
fn read(wire: &[u8], step: usize) -> Vec<Result<Reply, ReplyReadError>> {
    let mut input = InputQueue::default();
    let mut said = Vec::new();
    for piece in wire.chunks(step) {
        input.push(Bytes::copy_from_slice(piece));
        while let Some(reply) = Reply::read(&mut input, 64, 256).transpose() {
            said.push(reply);
        }
    }
    said
}

#[test]
fn odd_replies_are_read() {
    // wire, code, text, enhanced code, what is written
    for (wire, code, text, enhanced, written) in [
        ("250\r\n", 250, "", None, "250 \r\n"),
        ("250 \r\n", 250, "", None, "250 \r\n"),
        ("235 \r\n", 235, "", None, "235 \r\n"),
        ("250Ok\r\n", 250, "Ok", None, "250 Ok\r\n"),
        ("250\tOk\r\n", 250, "\tOk", None, "250 \tOk\r\n"),
        ("250  Ok \r\n", 250, " Ok ", None, "250  Ok \r\n"),
        ("220 mx ESMTP\n", 220, "mx ESMTP", None, "220 mx ESMTP\r\n"),
        ("550 5.7.509 x\r\n", 550, "5.7.509 x", Some("5.7.509"), "550 5.7.509 x\r\n"),
        ("250 a\rb\0c\r\r\n", 250, "a\rb\0c\r", None, "250 a b c \r\n"),
        ("250-a\r\n250-\r\n250 b\r\n", 250, "a\n\nb", None, "250-a\r\n250-\r\n250 b\r\n"),
        ("250-a\n250 b\r\n", 250, "a\nb", None, "250-a\r\n250 b\r\n"),
        ("250-a\r\n250\r\n", 250, "a\n", None, "250-a\r\n250 \r\n"),
        ("220-hi\r\n521 go\r\n", 521, "hi\ngo", None, "521-hi\r\n521 go\r\n"),
        ("250-a\r\n550-b\r\n450 c\r\n", 450, "a\nb\nc", None, "450-a\r\n450-b\r\n450 c\r\n"),
        (
            "550-5.1.1 no\r\n550 5.1.2 such\r\n",
            550,
            "5.1.1 no\n5.1.2 such",
            Some("5.1.2"),
            "550-5.1.1 no\r\n550 5.1.2 such\r\n",
        ),
        (
            "550-5.1.1 no\r\n550 such\r\n",
            550,
            "5.1.1 no\nsuch",
            Some("5.1.1"),
            "550-5.1.1 no\r\n550 such\r\n",
        ),
    ] {
        let reply = parse(wire);
        let got = reply.enhanced().map(|enhanced| enhanced.to_string());
        assert_eq!((reply.code(), &*reply.text()), (code, text), "{wire:?}");
        assert_eq!(got.as_deref(), enhanced, "{wire:?}");
        assert_eq!(reply.to_wire(), written, "{wire:?}");
        let mut out = BytesMut::from("x");
        reply.encode(&mut out);
        assert_eq!(out[1..], *written.as_bytes());
        for step in 1..wire.len() {
            assert_eq!(read(wire.as_bytes(), step), [Ok(reply.clone())], "{wire:?} by {step}");
        }
    }
}

#[test]
fn what_is_no_reply_is_refused_at_its_place() {
    for (wire, want) in [
        ("", "bad reply code at byte 0"),
        ("\r\n", "bad reply code at byte 0"),
        ("25\r\n", "bad reply code at byte 0"),
        ("2x0 Ok\r\n", "bad reply code at byte 0"),
        (" 250 Ok\r\n", "bad reply code at byte 0"),
        ("2500 Ok\r\n", "bad reply code at byte 0"),
        ("150 Ok\r\n", "bad reply code at byte 0"),
        ("199 Ok\r\n", "bad reply code at byte 0"),
        ("600 Ok\r\n", "bad reply code at byte 0"),
        ("999 Ok\r\n", "bad reply code at byte 0"),
        ("000 Ok\r\n", "bad reply code at byte 0"),
        ("HTTP/1.1 400 Bad Request\r\n", "bad reply code at byte 0"),
        ("250-a\r\n\r\n250 b\r\n", "bad reply code at byte 7"),
        ("250-a\r\nb\r\n", "bad reply code at byte 7"),
        ("250-a\r\n", "bad reply code at byte 7"),
        ("250", "bad reply lines at byte 3"),
        ("250 Ok", "bad reply lines at byte 6"),
        ("250-a\r\n250 b", "bad reply lines at byte 12"),
        ("250 a\r\n250 b\r\n", "bad reply lines at byte 7"),
    ] {
        let got = Reply::parse(wire.into()).unwrap_err();
        assert_eq!(got.to_string(), want, "{wire:?}");
    }
}

#[test]
fn a_reader_never_waits_for_what_cannot_come() {
    for (wire, want) in [
        ("\r\n", "not a reply: bad reply code at byte 0"),
        ("250-a\r\n\r\n", "not a reply: bad reply code at byte 7"),
        ("25-\r\n", "not a reply: bad reply code at byte 0"),
        ("HTTP-\r\n", "not a reply: bad reply code at byte 0"),
    ] {
        for step in 1..=wire.len() {
            let got = read(wire.as_bytes(), step);
            assert_eq!(got.len(), 1, "{wire:?}");
            assert_eq!(got[0].as_ref().unwrap_err().to_string(), want, "{wire:?}");
        }
    }
    let long = format!("250 {}\r\n", "x".repeat(64));
    let many = "250-x\r\n".repeat(40);
    for (wire, want) in [(long, "line exceeds 64 octets"), (many, "line exceeds 256 octets")] {
        for step in 1..wire.len() {
            let got = read(wire.as_bytes(), step);
            assert_eq!(got[0].as_ref().unwrap_err().to_string(), want, "by {step}");
        }
    }
}

#[test]
fn differing_codes_are_visible() {
    let reply = parse("250-a\r\n550-b\r\n450 c\r\n");
    assert!(!reply.codes_agree());
    assert!(reply.lines().map(|line| line.code).eq([250, 550, 450]));
    assert_eq!(reply.severity(), Severity::Transient);
    assert!(parse("250-a\r\n250 b\r\n").codes_agree());
}

#[test]
fn bare_line_feeds_are_visible() {
    let reply = parse("250-a\r\n250 b\n");
    assert!(reply.has_bare_lf());
    assert!(reply.lines().map(|line| line.end).eq([LineEnd::CrLf, LineEnd::Lf]));
    assert!(!parse("250 a\r\n").has_bare_lf());
}

#[test]
fn text_need_not_be_utf8() {
    let gbk = b"550 \xd3\xca\xcf\xe4\xb2\xbb\xb4\xe6\xd4\xda\r\n";
    let reply = Reply::parse(Bytes::from_static(gbk)).unwrap();
    assert_eq!(reply.code(), 550);
    assert_eq!(reply.lines().next().unwrap().text, &gbk[4..14]);
    assert!(reply.text().contains('\u{fffd}'));
    assert_eq!(reply.to_wire(), &gbk[..]);
}

#[test]
fn replies_are_checked_when_made() {
    for (code, text, want) in [
        (199, "", "bad reply code at byte 0"),
        (600, "", "bad reply code at byte 0"),
        (250, "a\rb", "forbidden octet at byte 5"),
        (250, "a\nb", "forbidden octet at byte 5"),
        (250, "\0", "forbidden octet at byte 4"),
        (250, &"x".repeat(507), "too long at byte 510"),
    ] {
        assert_eq!(Reply::new(code, text).unwrap_err().to_string(), want);
    }
    assert_eq!(Reply::new(250, "x".repeat(506)).unwrap().to_wire().len(), 512);
    assert_eq!(Reply::new(334, "x".repeat(12_282)).unwrap().to_wire().len(), 12_288);
    assert_eq!(Reply::from_lines(250, [""; 0]).unwrap().to_wire(), "250 \r\n");
    let no = EnhancedCode::new(5, 1, 1).unwrap();
    let reply = Reply::from_lines(550, ["a", "b"]).unwrap().with_enhanced(no).unwrap();
    assert_eq!(reply.to_wire(), "550-5.1.1 a\r\n550 5.1.1 b\r\n");
    assert!(Reply::START_MAIL_INPUT.with_enhanced(no).is_err());
    assert!(Reply::new(550, "x".repeat(506)).unwrap().with_enhanced(no).is_err());
}

#[test]
fn fixed_replies_are_well_formed() {
    for reply in [
        Reply::OK,
        Reply::READY_FOR_TLS,
        Reply::EMPTY_CHALLENGE,
        Reply::START_MAIL_INPUT,
        Reply::SHUTTING_DOWN,
        Reply::ENCRYPTION_REQUIRED,
        Reply::UNKNOWN_PARAMETER,
    ] {
        let again = Reply::parse(reply.to_wire()).unwrap();
        assert_eq!((&again, again.code()), (&reply, reply.code()));
        if let Some(enhanced) = reply.enhanced() {
            assert_eq!(enhanced.severity(), reply.severity(), "{reply}");
        }
    }
}
