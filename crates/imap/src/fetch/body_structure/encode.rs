//! A structure as it goes on the wire, without recursion.

use super::{BodyKind, BodyPart, BodyStructure, Params};
use crate::Encoder;
use alloc::vec::Vec;
use mailwire_core::Octets;

/// Stands for a part that has to be there and is not.
const EMPTY: &[u8] = b"(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 0 0)";

impl BodyStructure {
    /// Appends it with its parentheses, each value in the smallest form.
    pub fn encode(&self, out: &mut Encoder) {
        // Parts whose end was not written yet.
        let mut open: Vec<BodyPart<'_>> = Vec::new();
        for part in self.parts() {
            while open.last().is_some_and(|holder| !part.is_in(*holder)) {
                open.pop().into_iter().for_each(|holder| end(holder, out));
            }
            out.raw(b"(");
            match part.kind() {
                BodyKind::Multipart => {}
                BodyKind::Single | BodyKind::Message => begin(part, out),
            }
            open.push(part);
        }
        open.into_iter().rev().for_each(|holder| end(holder, out));
    }
}

/// What comes before the parts that it holds.
fn begin(part: BodyPart<'_>, out: &mut Encoder) {
    out.string(&part.media_type());
    out.space();
    out.string(&part.subtype());
    out.space();
    params(part.params(), out);
    for text in [part.id(), part.description()] {
        out.space();
        out.nstring(text.as_deref());
    }
    out.space();
    let encoding = part.encoding().unwrap_or(Octets::from_static(b"7BIT"));
    out.string(&encoding);
    out.space();
    out.number(part.octets().unwrap_or(0));
    if part.kind() == BodyKind::Message {
        out.space();
        match part.envelope() {
            Some(envelope) => envelope.encode(out),
            None => out.raw(b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"),
        }
        out.space();
    }
}

/// What comes behind them.
fn end(part: BodyPart<'_>, out: &mut Encoder) {
    match part.kind() {
        BodyKind::Multipart => {
            if part.children().next().is_none() {
                out.raw(EMPTY);
            }
            out.space();
            out.string(&part.subtype());
        }
        BodyKind::Message => {
            if part.children().next().is_none() {
                out.raw(EMPTY);
            }
            out.space();
            out.number(part.lines().unwrap_or(0));
        }
        BodyKind::Single => {
            if part.media_type().eq_ignore_ascii_case(b"TEXT") {
                out.space();
                out.number(part.lines().unwrap_or(0));
            }
        }
    }
    if part.has_extension() {
        extension(part, out);
    }
    out.raw(b")");
}

fn extension(part: BodyPart<'_>, out: &mut Encoder) {
    out.space();
    if part.kind() == BodyKind::Multipart {
        params(part.params(), out);
    } else {
        out.nstring(part.md5().as_deref());
    }
    out.space();
    match part.disposition() {
        Some(disposition) => {
            out.raw(b"(");
            out.string(&disposition.kind);
            out.space();
            params(disposition.params, out);
            out.raw(b")");
        }
        None => out.raw(b"NIL"),
    }
    out.space();
    match &part.languages()[..] {
        [] => out.raw(b"NIL"),
        [language] => out.string(language),
        languages => out.list(languages, |out, language| out.string(language)),
    }
    out.space();
    out.nstring(part.location().as_deref());
    for value in part.extension() {
        out.space();
        value.encode(out);
    }
}

fn params(params: Params<'_>, out: &mut Encoder) {
    let mut params = params.peekable();
    if params.peek().is_none() {
        return out.raw(b"NIL");
    }
    out.list(params, |out, (name, value)| {
        out.string(&name);
        out.space();
        out.string(&value);
    });
}
