//! Messages within messages: RFC 2046 §5.1.5, §5.2, RFC 6532 §3.7, reference case 17.
use mailwire_message::{
    DefectCode, PartId, Policy, TransferEncoding,
    parser::{Config, PartKind},
};

use crate::record::{checked, defects, tree};

fn in_message(fields: &str, body: &str) -> Vec<u8> {
    format!("{fields}\n{body}").into_bytes()
}

#[test]
fn kinds() {
    for (fields, body, want) in [
        ("Content-Type: message/rfc822\n", "Subject: a\n\nx\n", r#"R0[L1"x\n"]"#),
        ("Content-Type: message/global\n", "Subject: a\n\nx\n", r#"R0[L1"x\n"]"#),
        ("Content-Type: Message/RFC822; x=y\n", "", r#"R0[L1""]"#),
        ("Content-Type: message/rfc822\n", "\nx\n", r#"R0[L1"x\n"]"#),
        // Leaves: what is in them is no message, or only a piece of one.
        (
            "Content-Type: message/partial; id=a; number=1\n",
            "Subject: a\n\nx\n",
            r#"L0"Subject: a\n\nx\n""#,
        ),
        (
            "Content-Type: message/external-body; access-type=x\n",
            "Subject: a\n\nx\n",
            r#"L0"Subject: a\n\nx\n""#,
        ),
        ("Content-Type: message/delivery-status\n", "A: a\n\nB: b\n", r#"L0"A: a\n\nB: b\n""#),
        ("Content-Type: message/disposition-notification\n", "A: a\n", r#"L0"A: a\n""#),
        ("Content-Type: text/rfc822-headers\n", "A: a\n", r#"L0"A: a\n""#),
        (
            "Content-Type: multipart/digest; boundary=b\n",
            "--b\n\nSubject: a\n\nx\n--b\nContent-Type: text/plain\n\ny\n--b--\n",
            r#"M0[R1[L2"x"] L3"y"]"#,
        ),
        (
            "Content-Type: multipart/mixed; boundary=b\n",
            "--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n\
             --c\n\nx\n--c--\n--b\n\ny\n--b--\n",
            r#"M0[R1[M2[L3"x"]] L4"y"]"#,
        ),
        // A nested message without close, within a multipart.
        (
            "Content-Type: multipart/mixed; boundary=b\n",
            "--b\nContent-Type: message/rfc822\n\nSubject: a\n--b--\n",
            r#"M0[R1[L2""]]"#,
        ),
    ] {
        assert_eq!(tree(&in_message(fields, body)), want, "{fields}{body}");
    }
}

const ENCODED: &str = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n";
/// `Subject: hi`, an empty line, `body`, each with CRLF.
const BASE64: &str = "U3ViamVjdDogaGkNCg0KYm9keQ0K\n";

#[test]
fn encoded_messages_are_decoded_and_taken_apart() {
    let qp = "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n";
    for (fields, body, codes) in [
        (ENCODED, BASE64, &[DefectCode::CteOnMessage][..]),
        (qp, "Subject: =68i\n\nbody=0D=\n=0A", &[DefectCode::CteOnMessage, DefectCode::BareLf]),
        (&ENCODED.replace("rfc822", "global"), BASE64, &[]),
    ] {
        let message = in_message(fields, body);
        assert_eq!(defects(&message), codes, "{fields}{body}");
        let structure = checked(&message, Config::default());
        let [outer, inner] = &structure.parts[..] else { panic!("{structure:?}") };
        assert_eq!((outer.kind, inner.kind), (PartKind::Message, PartKind::Leaf));
        assert_eq!((outer.source, inner.source), (None, Some(PartId::ROOT)));
        assert_eq!(outer.encoding, structure.parts[0].encoding);
        assert_eq!(inner.body.len(), 6);
        let subject = structure.fields.iter().find(|field| field.part == inner.id).unwrap();
        assert_eq!((subject.name(), subject.value().start), (0..7, 8));
    }
}

#[test]
fn parts_behind_an_encoded_message_are_numbered_after_it() {
    let part = format!("--b\n{ENCODED}\n{BASE64}");
    let body = format!("{part}{part}--b\n\nx\n--b--\n");
    let message = in_message("Content-Type: multipart/mixed; boundary=b\n", &body);
    assert_eq!(tree(&message), r#"M0[R1[L2] R3[L4] L5"x"]"#);
}

#[test]
fn encoded_messages_nest_up_to_the_limit() {
    let mut body = String::from("Subject: innermost\n\nx\n");
    let mut fields = String::new();
    for _ in 0..5 {
        fields = ENCODED.into();
        body = format!("{fields}\n{}\n", base64(body.as_bytes()));
    }
    let message = body.into_bytes();
    let structure = checked(&message, Config::default());
    assert_eq!(structure.parts.len(), 4, "{fields}");
    assert_eq!(structure.parts[3].kind, PartKind::Leaf);
    assert_eq!(structure.parts[3].encoding, TransferEncoding::Base64);
    let codes: Vec<_> = structure.defects.iter().map(|defect| defect.code).collect();
    assert!(codes.contains(&DefectCode::EncodedDepthLimit));
}

#[test]
fn decoded_octets_are_limited() {
    let mut config = Config::default();
    config.limits.decoded_octets = 15;
    let structure = checked(&in_message(ENCODED, BASE64), config);
    assert_eq!(structure.parts[1].body.len(), 0);
    let codes: Vec<_> = structure.defects.iter().map(|defect| defect.code).collect();
    assert!(codes.contains(&DefectCode::DecodedBytesLimit));
}

#[test]
fn an_encoding_of_a_multipart_is_of_no_account() {
    let message = in_message(
        "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n",
        "--b\n\nx\n--b--\n",
    );
    assert_eq!(tree(&message), r#"M0[L1"x"]"#);
    assert_eq!(defects(&message), [DefectCode::CteOnMultipart]);
}

#[test]
fn a_multipart_is_decoded_if_the_policy_says_so() {
    let mut config = Config::default();
    config.policy = Policy::SCANNER;
    for body in ["--b\n\nx\n--b\nContent-Type: message/rfc822\n\nA: b\n\ny\n--b--\nepi", "no part"]
    {
        let message = in_message(
            "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n",
            &base64(body.as_bytes()),
        );
        let structure = checked(&message, config);
        let [root, parts @ ..] = &structure.parts[..] else { panic!("there is a root") };
        assert_eq!((root.kind, root.body.end), (PartKind::Multipart, message.len()));
        assert!(parts.iter().all(|part| part.source == Some(PartId::ROOT)));
        let shown: Vec<_> =
            parts.iter().map(|part| (part.kind, &body[part.body.clone()])).collect();
        let codes: Vec<_> = structure.defects.iter().map(|defect| defect.code).collect();
        if body == "no part" {
            assert_eq!(shown, []);
            assert!(codes.contains(&DefectCode::StartBoundaryNotFound));
        } else {
            let message = (PartKind::Message, "A: b\n\ny");
            assert_eq!(shown, [(PartKind::Leaf, "x"), message, (PartKind::Leaf, "y")]);
            assert!(codes.contains(&DefectCode::CteOnMultipart));
        }
    }
}

fn base64(octets: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in octets.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, &octet| bits << 8 | u32::from(octet));
        let bits = bits << (8 * (3 - group.len()));
        for at in 0..4 {
            let index = (bits >> (18 - 6 * at)) & 63;
            text.push(if at <= group.len() { ALPHABET[index as usize] as char } else { '=' });
        }
    }
    text
}
