//! A structure as it goes on the wire, without recursion.

use super::{BodyKind, BodyPart, BodyStructure};
use crate::{Cursor, Encoder, Frame, Peer, ReadOptions};
use alloc::vec::Vec;
use core::ops::Deref;
use mailwire_core::Octets;

/// Stands for a part that has to be there and is not.
const EMPTY: &[u8] = b"(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 0 0)";

impl BodyStructure {
    /// Appends it with its parentheses, each value in the smallest form. What is not known of a part is made
    /// up: `7BIT`, no octets, an empty text in a multipart without parts.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use mailwire_imap::{Encoder, Frame, Peer, fetch::BodyStructure};
    ///
    /// let wire = Bytes::from("({4}\r\nTEXT \"PLAIN\" nil NIL NIL NIL 5 1)");
    /// let structure = BodyStructure::try_from(&Frame::new(wire))?;
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// structure.encode(&mut out);
    /// assert_eq!(out.finish().wire, "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 5 1)");
    /// # Ok::<(), mailwire_imap::ParseError>(())
    /// ```
    pub fn encode(&self, out: &mut Encoder) {
        self.encode_with(true, out);
    }

    /// The same structure without extension data: what `BODY` has (RFC 9051 §7.5.2).
    ///
    /// ```
    /// use bytes::Bytes;
    /// use mailwire_imap::{Encoder, Frame, Peer, fetch::BodyStructure};
    ///
    /// let wire = Bytes::from("(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 5 1 NIL NIL \"en\" NIL)");
    /// let structure = BodyStructure::try_from(&Frame::new(wire))?;
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// structure.without_extension().encode(&mut out);
    /// assert_eq!(out.finish().wire, "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 5 1)");
    /// # Ok::<(), mailwire_imap::ParseError>(())
    /// ```
    #[must_use]
    pub fn without_extension(&self) -> Self {
        let mut out = Encoder::new(Peer::CLIENT);
        self.encode_with(false, &mut out);
        let frame = Frame::new(out.finish().wire);
        let options = ReadOptions { depth: usize::MAX, items: usize::MAX, ..ReadOptions::STANDARD };
        Self::read(&mut Cursor::new(&frame, options)).expect("it is written as it is read")
    }

    fn encode_with(&self, extended: bool, out: &mut Encoder) {
        // Parts whose end was not written yet.
        let mut open: Vec<BodyPart<'_>> = Vec::new();
        for part in self.parts() {
            while open.last().is_some_and(|holder| !part.is_in(*holder)) {
                open.pop().into_iter().for_each(|holder| end(holder, extended, out));
            }
            out.raw(b"(");
            match part.kind() {
                BodyKind::Multipart => {}
                BodyKind::Single | BodyKind::Message => begin(part, out),
            }
            open.push(part);
        }
        open.into_iter().rev().for_each(|holder| end(holder, extended, out));
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
fn end(part: BodyPart<'_>, extended: bool, out: &mut Encoder) {
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
    if extended && part.has_extension() {
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
    languages(&part.languages(), out);
    out.space();
    out.nstring(part.location().as_deref());
    for value in part.extension() {
        out.space();
        value.encode(out);
    }
}

/// `body-fld-lang`
pub(super) fn languages(languages: &[impl Deref<Target = [u8]>], out: &mut Encoder) {
    match languages {
        [] => out.raw(b"NIL"),
        [language] => out.string(language),
        languages => out.list(languages, |out, language| out.string(language)),
    }
}

/// `body-fld-param`
pub(super) fn params<T: Deref<Target = [u8]>>(
    params: impl Iterator<Item = (T, T)>,
    out: &mut Encoder,
) {
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
