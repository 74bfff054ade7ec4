//! Messages as wholes: the examples of the RFCs, both line ends, and real mail.
use mailwire_message::{
    Message, PartId,
    header::Clause,
    message::Part,
    parser::{Config, PartKind},
};
use testkit::shared;

/// RFC 2049, appendix A.
const COMPLEX: &str = "\
MIME-Version: 1.0
From: Nathaniel Borenstein <nsb@nsb.fv.com>
To: Ned Freed <ned@innosoft.com>
Date: Fri, 07 Oct 1994 16:15:05 -0700 (PDT)
Subject: A multipart example
Content-Type: multipart/mixed;
              boundary=unique-boundary-1

This is the preamble area of a multipart message.

--unique-boundary-1

  ... Some text appears here ...

--unique-boundary-1
Content-type: text/plain; charset=US-ASCII

This could have been part of the previous part.

--unique-boundary-1
Content-Type: multipart/parallel; boundary=unique-boundary-2

--unique-boundary-2
Content-Type: audio/basic
Content-Transfer-Encoding: base64

YXVkaW8=

--unique-boundary-2
Content-Type: image/jpeg
Content-Transfer-Encoding: base64

aW1hZ2U=

--unique-boundary-2--

--unique-boundary-1
Content-type: text/enriched

This is <bold><italic>enriched.</italic></bold>

--unique-boundary-1
Content-Type: message/rfc822

From: (mailbox in US-ASCII)
To: (address in US-ASCII)
Subject: (subject in US-ASCII)
Content-Type: Text/plain; charset=ISO-8859-1
Content-Transfer-Encoding: Quoted-printable

  ... Additional text in ISO-8859-1 goes h=E9re ...

--unique-boundary-1--
";

fn part(message: &Message<'_>, id: u32) -> (String, Option<usize>, usize) {
    let part = message.part(PartId::new(id)).unwrap();
    let media = part.content_type();
    let name = format!("{}/{}", media.media_type(), media.subtype());
    (name, part.parent().map(|parent| parent.id().index()), part.children().count())
}

#[test]
fn rfc_2049_appendix_a() {
    let message = Message::parse(COMPLEX.as_bytes());
    let want = [
        ("multipart/mixed", None, 5),
        ("text/plain", Some(0), 0),
        ("text/plain", Some(0), 0),
        ("multipart/parallel", Some(0), 2),
        ("audio/basic", Some(3), 0),
        ("image/jpeg", Some(3), 0),
        ("text/enriched", Some(0), 0),
        ("message/rfc822", Some(0), 1),
        ("text/plain", Some(7), 0),
    ];
    assert_eq!(message.parts().len(), want.len());
    for (id, (media, parent, children)) in (0..).zip(want) {
        assert_eq!(part(&message, id), (media.to_owned(), parent, children), "part {id}");
    }
    let get = |id| message.part(PartId::new(id)).unwrap();
    assert_eq!(get(1).raw_body(), b"  ... Some text appears here ...\n");
    assert_eq!(get(4).decoded(), &b"audio"[..]);
    assert_eq!((get(5).decoded(), get(5).decoded_len()), (b"image"[..].into(), 5));
    assert_eq!(get(8).text().unwrap(), "  ... Additional text in ISO-8859-1 goes hére ...\n");
    assert_eq!(get(8).subject().unwrap(), "(subject in US-ASCII)");
    assert_eq!(message.date().unwrap().unix(), 781_571_705);
    assert_eq!(
        message.from().unwrap().mailboxes().next().unwrap().address(),
        Some("nsb@nsb.fv.com")
    );
    let views = message.body_views();
    let ids = |list: &[PartId]| list.iter().map(|id| id.index()).collect::<Vec<_>>();
    assert_eq!(ids(&views.text), [1, 2, 4, 5]);
    assert_eq!(ids(&views.attachments), [6, 7]);
}

/// RFC 5322, appendix A.1.1: the simple message and its answer in A.2.
#[test]
fn rfc_5322_appendix_a() {
    let message = Message::parse(
        b"From: John Doe <jdoe@machine.example>\r\n\
          Sender: Michael Jones <mjones@machine.example>\r\n\
          To: Mary Smith <mary@example.net>\r\n\
          Subject: Saying Hello\r\n\
          Date: Fri, 21 Nov 1997 09:55:06 -0600\r\n\
          Message-ID: <1234@local.machine.example>\r\n\
          \r\n\
          This is a message just to say hello.\r\nSo, \"Hello\".\r\n",
    );
    assert_eq!(message.sender().unwrap().mailboxes().next().unwrap().name(), Some("Michael Jones"));
    assert_eq!(message.subject().unwrap(), "Saying Hello");
    assert_eq!(message.message_id().unwrap(), "1234@local.machine.example");
    assert_eq!(
        message.root().raw_body(),
        b"This is a message just to say hello.\r\nSo, \"Hello\".\r\n"
    );
    let codes: Vec<_> = message.inspect().defects.iter().map(|found| found.code.name()).collect();
    assert_eq!(codes, ["FromSenderMismatch"]);

    let answer = Message::parse(
        b"To: \"Mary Smith: Personal Account\" <smith@home.example>\r\n\
          Subject: Re: Saying Hello\r\n\
          In-Reply-To: <3456@example.net>\r\n\
          References: <1234@local.machine.example> <3456@example.net>\r\n\r\nThis is a reply.\r\n",
    );
    let references = answer.references().unwrap();
    assert!(references.iter().eq(["1234@local.machine.example", "3456@example.net"]));
    let to = answer.to().unwrap();
    assert_eq!(to.mailboxes().next().unwrap().name(), Some("Mary Smith: Personal Account"));
}

/// RFC 5322, appendix A.3 and A.4: resent, and with trace fields.
#[test]
fn rfc_5322_resent_and_traced() {
    let message = Message::parse(
        b"Received: from x.y.test\r\n   by example.net\r\n   via TCP\r\n   with ESMTP\r\n\
          \x20  id ABC12345\r\n   for <mary@example.net>;  21 Nov 1997 10:05:43 -0600\r\n\
          Received: from node.example by x.y.test; 21 Nov 1997 10:01:22 -0600\r\n\
          Resent-From: Mary Smith <mary@example.net>\r\n\
          Resent-To: Jane Brown <j-brown@other.example>\r\n\
          From: John Doe <jdoe@node.example>\r\n\
          Date: Fri, 21 Nov 1997 09:55:06 -0600\r\n\r\n",
    );
    let hops: Vec<_> = message.received().collect();
    assert_eq!(hops[0].id().map(Clause::value), Some("ABC12345"));
    assert_eq!(hops[1].by().map(Clause::value), Some("x.y.test"));
    assert!(message.sendings()[0].is_resent());
}

#[test]
fn fields_by_name_and_in_order() {
    let message = Message::parse(b"A: 1\nb: 2\nX: 3\nB : 4\n\n");
    let names: Vec<_> = message.fields().map(|field| field.name().into_owned()).collect();
    assert_eq!(names, ["A", "b", "X", "B"]);
    let values: Vec<_> = message.headers("B").map(|field| field.value()).collect();
    assert_eq!(values, [b" 2", b" 4"]);
    assert_eq!(message.headers("b").next_back().unwrap().raw(), b"B : 4\n");
    assert!(message.header("C").is_none());
}

/// What a signature covers is what stands there, its last line break not included.
#[test]
fn signed_parts_are_exact() {
    let message = b"Content-Type: multipart/signed; boundary=b\r\n\r\npreamble\r\n--b\r\n\
        Content-Type: text/plain\r\n\r\nsigned \r\n\r\n--b\r\n\
        Content-Type: application/pgp-signature\r\n\r\nxyz\r\n--b--\r\n";
    let message = Message::parse(message);
    let signed = message.root().children().next().unwrap();
    assert_eq!(signed.raw(), b"Content-Type: text/plain\r\n\r\nsigned \r\n");
    assert_eq!(signed.raw_header(), b"Content-Type: text/plain\r\n");
    let range = signed.range();
    let [start, end] = [range.start, range.end].map(|at| usize::try_from(at).unwrap());
    assert_eq!(&message.raw()[start..end], signed.raw());
    assert_eq!(signed.next_sibling().unwrap().raw_body(), b"xyz");
}

#[test]
fn owned_messages_are_equal_to_borrowed_ones() {
    let borrowed = Message::parse(COMPLEX.as_bytes());
    let owned = borrowed.clone().into_owned();
    let shared = Message::from_bytes(COMPLEX.to_owned().into());
    for other in [&owned, &shared] {
        assert_eq!(outline(other), outline(&borrowed));
        assert_eq!(other.raw(), borrowed.raw());
    }
}

/// Messages within encoded messages are decoded on the way, as deep as is allowed.
#[test]
fn encoded_messages_within_each_other() {
    // Content-Type: message/rfc822, Content-Transfer-Encoding: base64, around "Subject: a\n\nb"
    let inner =
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogYQoKYg==\n";
    let quoted = inner.replace('=', "=3D");
    let outer = format!(
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n{quoted}"
    );
    let message = Message::parse(outer.as_bytes());
    let last = message.parts().next_back().unwrap();
    assert_eq!((last.id().index(), last.source().map(PartId::index)), (2, Some(1)));
    assert_eq!((last.subject().as_deref(), last.raw_body()), (Some("a"), &b"b"[..]));
    assert_eq!(last.text().as_deref(), Some("b"));
    let mut config = Config::default();
    config.limits.encoded_depth = 1;
    let message = Message::parse_with(outer.as_bytes(), config);
    let last = message.parts().next_back().unwrap();
    assert_eq!((last.id().index(), last.kind()), (1, PartKind::Leaf));
    assert_eq!(last.decoded(), &b"Subject: a\n\nb"[..]);
}

/// Each part: depth, kind, type, fields, and the text without regard to line ends.
fn outline(message: &Message<'_>) -> Vec<(usize, &'static str, String, usize, Option<String>)> {
    let describe = |part: Part<'_>| {
        let depth = core::iter::successors(part.parent(), Part::parent).count();
        let media = part.content_type();
        let name = format!("{}/{}", media.media_type(), media.subtype());
        let text = part.text().map(|text| text.replace("\r\n", "\n"));
        (depth, part.kind().name(), name, part.fields().count(), text)
    };
    message.parts().map(describe).collect()
}

/// Every file of the corpora: nothing panics, the parts are the same with LF and with CRLF, lengths
/// are those of what is decoded, and the ranges are those of the octets.
#[test]
fn real_mail() {
    let folders = [
        "corpus/spamassassin/easy-ham-1",
        "corpus/spamassassin/easy-ham-2",
        "corpus/spamassassin/hard-ham-1",
        "corpus/spamassassin/spam-1",
        "corpus/spamassassin/spam-2",
        "vectors/mailkit/Imap/Resources/common",
        "vectors/mime4j/testmsgs",
        "vectors/mime4j/mimetools-testmsgs",
    ];
    for folder in folders {
        for (name, octets) in shared::files(folder) {
            if !name.ends_with(".eml") && !name.ends_with(".msg") {
                continue;
            }
            let message = Message::parse(&octets);
            check(&message, &name);
            if !octets.contains(&b'\r') {
                let crlf = with_crlf(&octets);
                let other = Message::parse(&crlf);
                let (ours, theirs) = (outline(&message), outline(&other));
                for (ours, theirs) in ours.iter().zip(&theirs) {
                    // within base64 are the line ends of whoever wrote it
                    assert_eq!(ours, theirs, "{name}");
                }
                assert_eq!(ours.len(), theirs.len(), "{name}");
            }
        }
    }
}

fn check(message: &Message<'_>, name: &str) {
    for part in message.parts() {
        assert_eq!(part.decoded_len(), part.decoded().len(), "{name}");
        let mut appended = Vec::new();
        part.decode_into(&mut appended);
        assert_eq!(part.decoded(), appended, "{name}");
        let (range, header) = (part.range(), part.header_range());
        assert!(range.start == header.start && header.end <= part.body_range().start, "{name}");
        if part.source().is_none() {
            let [start, end] = [range.start, range.end].map(|at| usize::try_from(at).unwrap());
            assert_eq!(&message.raw()[start..end], part.raw(), "{name}");
        }
        assert!(part.raw().ends_with(part.raw_body()), "{name}");
    }
    let inspection = message.inspect();
    assert!(inspection.seen >= message.defects_seen(), "{name}");
}

fn with_crlf(octets: &[u8]) -> Vec<u8> {
    octets.split_inclusive(|&octet| octet == b'\n').fold(Vec::new(), |mut message, line| {
        match line.strip_suffix(b"\n") {
            Some(line) => message.extend([line, b"\r\n"].concat()),
            None => message.extend(line),
        }
        message
    })
}
