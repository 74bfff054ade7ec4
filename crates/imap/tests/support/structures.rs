//! Any envelopes and body structures, as servers send them.

use crate::values::{octets, raw};
use bytes::Bytes;
use mailwire_imap::{
    Encoder, Frame, Peer, Raw,
    fetch::{BodyStructure, Envelope},
};
use proptest::{collection::vec, option::of, prelude::*};

type Text = Option<Vec<u8>>;
type Params = Vec<(Vec<u8>, Vec<u8>)>;

fn text() -> impl Strategy<Value = Text> {
    of(octets())
}

pub(crate) fn envelope() -> impl Strategy<Value = Envelope> {
    envelope_wire().prop_map(|wire| Envelope::try_from(&Frame::new(wire)).unwrap())
}

pub(crate) fn body_structure() -> impl Strategy<Value = BodyStructure> {
    body_wire().prop_map(|wire| {
        BodyStructure::try_from(&Frame::new(wire.clone()))
            .unwrap_or_else(|error| panic!("{error}: {wire:?}"))
    })
}

fn written(write: impl FnOnce(&mut Vec<u8>)) -> Bytes {
    let mut wire = Vec::new();
    write(&mut wire);
    wire.into()
}

fn put(wire: &mut Vec<u8>, text: Option<&[u8]>) {
    let mut out = Encoder::new(Peer::CLIENT);
    out.nstring(text);
    wire.extend_from_slice(&out.finish().wire);
}

fn put_raw(wire: &mut Vec<u8>, value: &Raw) {
    let mut out = Encoder::new(Peer::CLIENT);
    value.encode(&mut out);
    wire.extend_from_slice(&out.finish().wire);
}

fn envelope_wire() -> impl Strategy<Value = Bytes> {
    let address = (text(), text(), text(), text());
    let lists = vec(vec(address, 0..3), 6);
    (vec(text(), 4), lists).prop_map(|(texts, lists)| {
        written(|wire| {
            wire.push(b'(');
            put(wire, texts[0].as_deref());
            wire.push(b' ');
            put(wire, texts[1].as_deref());
            for list in lists {
                if list.is_empty() {
                    wire.extend_from_slice(b" NIL");
                    continue;
                }
                wire.extend_from_slice(b" (");
                for (name, route, mailbox, host) in &list {
                    for (before, field) in [("(", name), (" ", route), (" ", mailbox), (" ", host)]
                    {
                        wire.extend_from_slice(before.as_bytes());
                        put(wire, field.as_deref());
                    }
                    wire.push(b')');
                }
                wire.push(b')');
            }
            for text in &texts[2..] {
                wire.push(b' ');
                put(wire, text.as_deref());
            }
            wire.push(b')');
        })
    })
}

#[derive(Clone, Debug)]
struct Extension {
    disposition: Option<(Vec<u8>, Params)>,
    languages: Vec<Vec<u8>>,
    location: Text,
    more: Vec<Raw>,
}

fn params() -> impl Strategy<Value = Params> {
    vec((octets(), octets()), 0..3)
}

fn extension() -> impl Strategy<Value = Extension> {
    (of((octets(), params())), vec(octets(), 0..3), text(), vec(raw(), 0..2)).prop_map(
        |(disposition, languages, location, more)| Extension {
            disposition,
            languages,
            location,
            more,
        },
    )
}

fn put_params(wire: &mut Vec<u8>, params: &[(Vec<u8>, Vec<u8>)]) {
    if params.is_empty() {
        return wire.extend_from_slice(b"NIL");
    }
    for (i, (name, value)) in params.iter().enumerate() {
        wire.push(if i > 0 { b' ' } else { b'(' });
        put(wire, Some(name));
        wire.push(b' ');
        put(wire, Some(value));
    }
    wire.push(b')');
}

fn put_extension(wire: &mut Vec<u8>, extension: &Extension) {
    wire.push(b' ');
    match &extension.disposition {
        Some((kind, params)) => {
            wire.push(b'(');
            put(wire, Some(kind));
            wire.push(b' ');
            put_params(wire, params);
            wire.push(b')');
        }
        None => wire.extend_from_slice(b"NIL"),
    }
    wire.push(b' ');
    match &extension.languages[..] {
        [] => wire.extend_from_slice(b"NIL"),
        [language] => put(wire, Some(language)),
        languages => {
            for (i, language) in languages.iter().enumerate() {
                wire.push(if i > 0 { b' ' } else { b'(' });
                put(wire, Some(language));
            }
            wire.push(b')');
        }
    }
    wire.push(b' ');
    put(wire, extension.location.as_deref());
    for value in &extension.more {
        wire.push(b' ');
        put_raw(wire, value);
    }
}

fn put_fields(wire: &mut Vec<u8>, (media, params, texts, octets): &Fields) {
    wire.push(b'(');
    wire.extend_from_slice(media.as_bytes());
    wire.push(b' ');
    put_params(wire, params);
    for text in texts {
        wire.push(b' ');
        put(wire, text.as_deref());
    }
    // An encoding there is always.
    wire.extend_from_slice(format!(" \"8BIT\" {octets}").as_bytes());
}

type Fields = (String, Params, Vec<Text>, u64);

fn fields(media: &'static [&'static str]) -> impl Strategy<Value = Fields> {
    let media = proptest::sample::select(media).prop_map(str::to_owned);
    (media, params(), vec(text(), 2), 0..=u64::MAX - 1)
}

fn body_wire() -> impl Strategy<Value = Bytes> {
    let end = || of((text(), extension()));
    let put_end = |wire: &mut Vec<u8>, end: &Option<(Text, Extension)>| {
        if let Some((md5, extension)) = end {
            wire.push(b' ');
            put(wire, md5.as_deref());
            put_extension(wire, extension);
        }
        wire.push(b')');
    };
    let single = (fields(&["\"IMAGE\" \"png\"", "\"application\" \"x\""]), end()).prop_map(
        move |(fields, end)| {
            written(|wire| {
                put_fields(wire, &fields);
                put_end(wire, &end);
            })
        },
    );
    let lines = 0..=u64::MAX - 1;
    let text = (fields(&["\"TEXT\" \"plain\"", "\"text\" \"HTML\""]), lines.clone(), end())
        .prop_map(move |(fields, lines, end)| {
            written(|wire| {
                put_fields(wire, &fields);
                wire.extend_from_slice(format!(" {lines}").as_bytes());
                put_end(wire, &end);
            })
        });
    prop_oneof![single, text].prop_recursive(4, 10, 3, move |inner| {
        let multipart = (vec(inner.clone(), 1..4), octets(), of((params(), extension())));
        let multipart = multipart.prop_map(|(parts, subtype, end)| {
            written(|wire| {
                wire.push(b'(');
                parts.iter().for_each(|part| wire.extend_from_slice(part));
                wire.push(b' ');
                put(wire, Some(&subtype));
                if let Some((params, extension)) = &end {
                    wire.push(b' ');
                    put_params(wire, params);
                    put_extension(wire, extension);
                }
                wire.push(b')');
            })
        });
        let message = (
            fields(&["\"MESSAGE\" \"RFC822\"", "\"message\" \"global\""]),
            envelope_wire(),
            inner,
            lines.clone(),
            of((self::text(), extension())),
        );
        let message = message.prop_map(move |(fields, envelope, part, lines, end)| {
            written(|wire| {
                put_fields(wire, &fields);
                wire.push(b' ');
                wire.extend_from_slice(&envelope);
                wire.push(b' ');
                wire.extend_from_slice(&part);
                wire.extend_from_slice(format!(" {lines}").as_bytes());
                put_end(wire, &end);
            })
        });
        prop_oneof![multipart, message]
    })
}
