//! Envelopes and structures that a server makes.

use bytes::Bytes;
use mailwire_imap::{
    AString, Encoder, Frame, Leniency, Peer, ReadOptions, Response,
    fetch::{Address, BodyBuilder, BodyKind, BodyStructure, Envelope, Fetch, FetchItem},
};
use std::num::NonZeroU32;

fn string(text: &str) -> AString {
    AString::new(text).unwrap()
}

fn plain() -> BodyBuilder {
    BodyBuilder::text(string("PLAIN"), 2, 1)
}

/// What it looks like on the wire, and that it is read again as it is, strictly.
fn sent(item: FetchItem) -> String {
    let mut out = Encoder::new(Peer::CLIENT);
    let fetch = Fetch::new(NonZeroU32::MIN, &[item]);
    let response = Response::Data(mailwire_imap::Data::Fetch(fetch));
    response.encode(&mut out);
    let wire = out.finish().wire;
    let mut options = ReadOptions::default();
    options.leniency = Leniency::Strict;
    let read = Response::parse(&Frame::new(wire.clone()), options).expect("it is legal");
    assert_eq!(read.value, response);
    String::from_utf8_lossy(&wire).into_owned()
}

fn structure(body: &BodyBuilder) -> String {
    let wire = sent(FetchItem::BodyStructure(body.build().unwrap()));
    wire["* 1 FETCH (BODYSTRUCTURE ".len()..wire.len() - 3].into()
}

#[test]
fn an_envelope_without_fields_is_all_nil() {
    let wire = sent(FetchItem::Envelope(Envelope::builder().build()));
    assert_eq!(wire, "* 1 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))\r\n");
}

#[test]
fn every_field_of_an_envelope_is_in_its_place() {
    let address = |name| [Address::new(string(name), string("example"))];
    let envelope = Envelope::builder()
        .message_id(string("<1@example>"))
        .in_reply_to(string("<0@example>"))
        .bcc(address("bcc"))
        .cc(address("cc"))
        .to(address("to"))
        .reply_to(address("reply"))
        .sender(address("sender"))
        .from(address("from"))
        .subject(string("a \"quoted\" line\r\nend \u{fc}"))
        .date(string("Mon"))
        .build();
    let of = |name: &str| format!("((NIL NIL \"{name}\" \"example\"))");
    let lists = ["from", "sender", "reply", "to", "cc", "bcc"].map(of).join(" ");
    assert_eq!(
        sent(FetchItem::Envelope(envelope)),
        format!(
            "* 1 FETCH (ENVELOPE (\"Mon\" {{23}}\r\na \"quoted\" line\r\nend \u{fc} {lists} \
             \"<0@example>\" \"<1@example>\"))\r\n"
        )
    );
}

#[test]
fn every_field_of_a_structure_is_in_its_place() {
    let part = BodyBuilder::single(string("AUDIO"), string("OGG"), 99)
        .param(string("a"), string("b"))
        .param(string("c"), string("d"))
        .id(string("<id>"))
        .description(string("what"))
        .encoding(string("BASE64"))
        .md5(string("sum"))
        .disposition(string("inline"), vec![])
        .languages(vec![string("de"), string("en")])
        .location(string("loc"));
    assert_eq!(
        structure(&part),
        "(\"AUDIO\" \"OGG\" (\"a\" \"b\" \"c\" \"d\") \"<id>\" \"what\" \"BASE64\" 99 \
         \"sum\" (\"inline\" NIL) (\"de\" \"en\") \"loc\")"
    );
    assert_eq!(
        structure(&part.languages(vec![string("de")])),
        "(\"AUDIO\" \"OGG\" (\"a\" \"b\" \"c\" \"d\") \"<id>\" \"what\" \"BASE64\" 99 \
         \"sum\" (\"inline\" NIL) \"de\" \"loc\")"
    );
    assert_eq!(structure(&plain()), "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 2 1)");
    assert_eq!(
        structure(&BodyBuilder::multipart(string("MIXED"), [plain(), plain()])),
        "((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 2 1)(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 2 1) \
         \"MIXED\")"
    );
}

#[test]
fn messages_hold_an_envelope_and_a_structure() {
    let envelope = Envelope::builder().subject(string("s")).build();
    let inner = BodyBuilder::multipart(string("MIXED"), [plain()]);
    let message = BodyBuilder::message(&envelope, inner, 40, 4).global().location(string("l"));
    let outer = BodyBuilder::multipart(string("DIGEST"), [message]);
    assert_eq!(
        structure(&outer),
        "((\"MESSAGE\" \"GLOBAL\" NIL NIL NIL \"7BIT\" 40 (NIL \"s\" NIL NIL NIL NIL NIL NIL NIL NIL) \
         ((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 2 1) \"MIXED\") 4 NIL NIL NIL \"l\") \"DIGEST\")"
    );
    let built = outer.build().unwrap();
    let kinds: Vec<_> = built.parts().map(|part| part.kind()).collect();
    let (multipart, message) = (BodyKind::Multipart, BodyKind::Message);
    assert_eq!(kinds, [multipart, message, multipart, BodyKind::Single]);
    assert_eq!(
        sent(FetchItem::Body(built.without_extension())),
        "* 1 FETCH (BODY ((\"MESSAGE\" \"GLOBAL\" NIL NIL NIL \"7BIT\" 40 (NIL \"s\" NIL NIL NIL NIL NIL \
         NIL NIL NIL) ((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 2 1) \"MIXED\") 4) \"DIGEST\"))\r\n"
    );
}

#[test]
fn what_is_no_structure_is_not_built() {
    let single = |media_type, subtype| BodyBuilder::single(string(media_type), string(subtype), 5);
    assert!(BodyBuilder::multipart(string("MIXED"), []).build().is_err(), "no part");
    assert!(single("MESSAGE", "RFC822").build().is_err(), "no envelope");
    assert!(single("message", "global").build().is_err(), "no envelope");
    assert!(single("MULTIPART", "MIXED").build().is_err(), "no part");
    let within = BodyBuilder::multipart(string("MIXED"), [single("multipart", "mixed")]);
    assert!(within.build().is_err(), "no part within");
    assert!(single("MESSAGE", "DELIVERY-STATUS").build().is_ok());
    let nested =
        |depth| (0..depth).fold(plain(), |body, _| BodyBuilder::multipart(string("MIXED"), [body]));
    assert!(nested(99).build().is_ok());
    assert!(nested(100).build().is_err(), "nobody would read it");
}

/// Nothing that is put in can be taken for something else.
#[test]
fn nothing_is_injected() {
    let evil = string("\" NIL)\r\n* BYE {5}\r\n");
    let body = plain()
        .param(evil.clone(), evil.clone())
        .id(evil.clone())
        .description(evil.clone())
        .encoding(evil.clone())
        .md5(evil.clone())
        .disposition(evil.clone(), vec![(evil.clone(), evil.clone())])
        .languages(vec![evil.clone(), evil.clone()])
        .location(evil.clone());
    let built = body.build().unwrap();
    assert_eq!(built.root().location().as_deref(), Some(evil.as_bytes()));
    sent(FetchItem::BodyStructure(built));
    let address = Address::new(evil.clone(), evil.clone()).with_name(evil.clone());
    let envelope = Envelope::builder().subject(evil.clone()).from([address]).build();
    assert_eq!(envelope.from().next().unwrap().name.as_deref(), Some(evil.as_bytes()));
    sent(FetchItem::Envelope(envelope));
}

#[test]
fn a_structure_that_was_read_loses_its_extension_data_and_nothing_else() {
    let wire = "(\"mixed\" (\"boundary\" \"x\") NIL NIL)";
    let read = BodyStructure::try_from(&Frame::new(Bytes::from(wire))).unwrap();
    let mut out = Encoder::new(Peer::CLIENT);
    read.without_extension().encode(&mut out);
    assert_eq!(
        out.finish().wire,
        "((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 0 0) \"mixed\")",
        "a multipart without parts is sent with an empty one"
    );
}
