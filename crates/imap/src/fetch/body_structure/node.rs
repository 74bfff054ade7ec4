//! One part of a structure: where its fields are, and how they read.

use super::BodyStructure;
use crate::{Cursor, Frame, Raw, cursor::simple_param, fetch::Envelope};
use alloc::vec::Vec;
use core::{fmt, num::NonZeroU32};
use mailwire_core::Octets;

/// Where a field would be that was not sent.
pub(super) const MISSING: u32 = u32::MAX;

/// A part: where in the frame each of its fields begins.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The part that holds it, or [`MISSING`].
    pub(super) parent: u32,
    /// Behind the last of its descendants.
    pub(super) end: u32,
    /// Which of the parts of its parent it is, from 1.
    pub(super) place: u32,
    /// How many parts it has.
    pub(super) parts: u32,
    pub(super) is_multipart: bool,
    pub(super) is_message: bool,
    pub(super) has_extension: bool,
    pub(super) media_type: u32,
    pub(super) subtype: u32,
    pub(super) params: u32,
    pub(super) id: u32,
    pub(super) description: u32,
    pub(super) encoding: u32,
    pub(super) octets: Count,
    pub(super) envelope: u32,
    pub(super) lines: Count,
    pub(super) md5: u32,
    pub(super) disposition: u32,
    pub(super) language: u32,
    pub(super) location: u32,
    pub(super) extension: u32,
}

/// A number that may be unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count(u64);

impl Count {
    pub(super) const UNKNOWN: Self = Self(u64::MAX);

    pub(super) const fn known(number: u64) -> Self {
        Self(number)
    }

    pub(super) fn get(self) -> Option<u64> {
        (self != Self::UNKNOWN).then_some(self.0)
    }
}

impl Node {
    pub(super) const fn new(parent: u32, place: u32) -> Self {
        Self {
            parent,
            end: MISSING,
            place,
            parts: 0,
            is_multipart: false,
            is_message: false,
            has_extension: false,
            media_type: MISSING,
            subtype: MISSING,
            params: MISSING,
            id: MISSING,
            description: MISSING,
            encoding: MISSING,
            octets: Count::UNKNOWN,
            envelope: MISSING,
            lines: Count::UNKNOWN,
            md5: MISSING,
            disposition: MISSING,
            language: MISSING,
            location: MISSING,
            extension: MISSING,
        }
    }
}

/// A part of a [`BodyStructure`].
#[derive(Clone, Copy)]
pub struct BodyPart<'s> {
    structure: &'s BodyStructure,
    index: usize,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 9051 §9 `body` has no other")]
pub enum BodyKind {
    /// One with parts of its own.
    Multipart,
    /// A message, whose structure is its only child.
    Message,
    /// Anything else.
    Single,
}

impl<'s> BodyPart<'s> {
    pub(super) const fn new(structure: &'s BodyStructure, index: usize) -> Self {
        Self { structure, index }
    }

    fn node(&self) -> &'s Node {
        &self.structure.nodes[self.index]
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> BodyKind {
        match self.node() {
            Node { is_multipart: true, .. } => BodyKind::Multipart,
            Node { is_message: true, .. } => BodyKind::Message,
            _ => BodyKind::Single,
        }
    }

    /// Whether that part holds it.
    pub(super) fn is_in(&self, holder: Self) -> bool {
        self.node().parent as usize == holder.index
    }

    /// The part that holds it.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let parent = self.node().parent;
        (parent != MISSING).then(|| Self::new(self.structure, parent as usize))
    }

    /// The parts in it: of a multipart its parts, of a message the structure of what it holds.
    pub fn children(&self) -> impl Iterator<Item = Self> + use<'s> {
        let structure = self.structure;
        let end = match self.node().end {
            MISSING => self.index + 1,
            end => end as usize,
        };
        let mut next = self.index + 1;
        core::iter::from_fn(move || {
            let child = (next < end).then(|| Self::new(structure, next))?;
            next = match child.node().end {
                MISSING => next + 1,
                end => end as usize,
            };
            Some(child)
        })
    }

    /// The numbers by which the part is asked for (RFC 9051 §6.4.5.1): `BODY[1.2]` for `[1, 2]`. Empty
    /// for the whole message, if that is a multipart; a message that is none has one part, `1`.
    #[must_use]
    pub fn section(&self) -> Vec<NonZeroU32> {
        let mut numbers = Vec::new();
        let mut part = *self;
        while let Some(parent) = part.parent() {
            let within_message = parent.kind() == BodyKind::Message;
            // The multipart of a message has no number of its own: its parts go on with that of the message.
            if !(within_message && part.kind() == BodyKind::Multipart) {
                numbers.push(NonZeroU32::new(part.node().place).unwrap_or(NonZeroU32::MIN));
            }
            part = parent;
        }
        if part.kind() != BodyKind::Multipart {
            numbers.push(NonZeroU32::MIN);
        }
        numbers.reverse();
        numbers
    }

    /// The media type, as it was written: `TEXT`. For a multipart `multipart`.
    #[must_use]
    pub fn media_type(&self) -> Octets {
        if self.node().is_multipart {
            return Octets::from_static(b"multipart");
        }
        self.text(self.node().media_type).unwrap_or_default()
    }

    /// The subtype, as it was written: `PLAIN`.
    #[must_use]
    pub fn subtype(&self) -> Octets {
        self.text(self.node().subtype).unwrap_or_default()
    }

    /// Whether it is of this type, in whatever case.
    #[must_use]
    pub fn is(&self, media_type: &str, subtype: &str) -> bool {
        self.media_type().eq_ignore_ascii_case(media_type.as_bytes())
            && self.subtype().eq_ignore_ascii_case(subtype.as_bytes())
    }

    /// The parameters of the type, in order.
    #[must_use]
    pub fn params(&self) -> Params<'s> {
        match self.node().params {
            MISSING => Params::default(),
            at => Params::at(&self.structure.frame, at as usize),
        }
    }

    /// `Content-ID`
    #[must_use]
    pub fn id(&self) -> Option<Octets> {
        self.text(self.node().id)
    }

    /// `Content-Description`
    #[must_use]
    pub fn description(&self) -> Option<Octets> {
        self.text(self.node().description)
    }

    /// `Content-Transfer-Encoding`. Some servers send NIL for `7BIT`.
    #[must_use]
    pub fn encoding(&self) -> Option<Octets> {
        self.text(self.node().encoding)
    }

    /// How many octets the body has, encoded as it is. Unknown for a multipart, and where the server
    /// does not know.
    #[must_use]
    pub fn octets(&self) -> Option<u64> {
        self.node().octets.get()
    }

    /// How many lines the body has: of texts and messages.
    #[must_use]
    pub fn lines(&self) -> Option<u64> {
        self.node().lines.get()
    }

    /// The envelope of a message.
    #[must_use]
    pub fn envelope(&self) -> Option<Envelope> {
        Envelope::read(&mut self.cursor(self.node().envelope)?).ok()
    }

    /// `Content-MD5`
    #[must_use]
    pub fn md5(&self) -> Option<Octets> {
        self.text(self.node().md5)
    }

    /// `Content-Disposition`, with its parameters. Some servers send a string alone.
    #[must_use]
    pub fn disposition(&self) -> Option<Disposition<'s>> {
        let (frame, disposition) = (&self.structure.frame, self.node().disposition);
        if disposition == MISSING {
            return None;
        }
        let mut at = disposition as usize;
        let is_list = frame.eat_at(&mut at, b'(');
        let kind = frame.string_at(&mut at)?;
        if !is_list {
            return Some(Disposition { kind, params: Params::default() });
        }
        while frame.eat_at(&mut at, b' ') {}
        Some(Disposition { kind, params: Params::at(frame, at) })
    }

    /// `Content-Language`: a tag, or several.
    #[must_use]
    pub fn languages(&self) -> Vec<Octets> {
        let (frame, language) = (&self.structure.frame, self.node().language);
        if language == MISSING {
            return Vec::new();
        }
        let mut at = language as usize;
        if frame.eat_nil_at(&mut at) {
            return Vec::new();
        }
        if !frame.eat_at(&mut at, b'(') {
            return frame.string_at(&mut at).into_iter().collect();
        }
        let mut languages = Vec::new();
        loop {
            while frame.eat_at(&mut at, b' ') {}
            let start = at;
            // Some servers have NIL among them.
            languages.extend(frame.string_at(&mut at));
            if at == start {
                return languages;
            }
        }
    }

    /// `Content-Location`
    #[must_use]
    pub fn location(&self) -> Option<Octets> {
        self.text(self.node().location)
    }

    /// What comes behind all that is known: values of extensions that there are not yet.
    #[must_use]
    pub fn extension(&self) -> Vec<Raw> {
        let mut values = Vec::new();
        let Some(mut cursor) = self.cursor(self.node().extension) else { return values };
        while let Ok(value) = cursor.raw() {
            values.push(value);
            while cursor.eat(b' ') {}
        }
        values
    }

    /// Whether more was sent than `BODY` alone has: MD5 or parameters of a multipart, and what follows.
    #[must_use]
    pub fn has_extension(&self) -> bool {
        self.node().has_extension
    }

    #[inline]
    fn text(&self, at: u32) -> Option<Octets> {
        (at != MISSING).then(|| self.structure.frame.string_at(&mut (at as usize)))?
    }

    fn cursor(&self, at: u32) -> Option<Cursor<'s>> {
        (at != MISSING).then(|| Cursor::resume(&self.structure.frame, at as usize))
    }
}

/// `Content-Disposition` (RFC 2183).
#[derive(Debug)]
#[non_exhaustive]
pub struct Disposition<'s> {
    /// `inline`, `attachment` or something else, as it was written.
    pub kind: Octets,
    /// Its parameters.
    pub params: Params<'s>,
}

/// Parameters, read one by one: name and value, as they were written.
#[derive(Clone, Debug, Default)]
pub struct Params<'s> {
    /// None behind the last.
    frame: Option<&'s Frame>,
    at: usize,
}

impl<'s> Params<'s> {
    fn at(frame: &'s Frame, mut at: usize) -> Self {
        let is_list = frame.eat_at(&mut at, b'(');
        Self { frame: is_list.then_some(frame), at }
    }
}

impl Iterator for Params<'_> {
    type Item = (Octets, Octets);

    #[inline]
    fn next(&mut self) -> Option<(Octets, Octets)> {
        let (frame, at) = (self.frame?, self.at);
        if frame.wire().get(at) == Some(&b')') {
            self.frame = None;
            return None;
        }
        let Some([space, end]) = simple_param(frame.wire(), at) else { return self.odd_next() };
        self.at = end + usize::from(frame.wire().get(end) == Some(&b' '));
        frame.simple_text(at, space).zip(frame.simple_text(space + 1, end))
    }
}

impl Params<'_> {
    /// A parameter that is not simple, or none.
    #[inline(never)]
    fn odd_next(&mut self) -> Option<(Octets, Octets)> {
        let (frame, at) = (self.frame?, &mut self.at);
        while frame.eat_at(at, b' ') {}
        let start = *at;
        let name = frame.string_at(at).unwrap_or_default();
        if *at == start {
            // The closing parenthesis, or what is no string: a disposition is kept whatever is in it.
            self.frame = None;
            return None;
        }
        while frame.eat_at(at, b' ') {}
        let value = match frame.wire().get(*at) {
            Some(b')') | None => Octets::default(),
            _ => frame.string_at(at).unwrap_or_default(),
        };
        Some((name, value))
    }
}

impl fmt::Debug for BodyPart<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyPart")
            .field("section", &self.section())
            .field("kind", &self.kind())
            .field("media_type", &self.media_type())
            .field("subtype", &self.subtype())
            .field("params", &self.params().collect::<Vec<_>>())
            .field("octets", &self.octets())
            .field("lines", &self.lines())
            .finish_non_exhaustive()
    }
}

impl PartialEq for BodyPart<'_> {
    fn eq(&self, other: &Self) -> bool {
        let disposition = |part: &Self| {
            part.disposition().map(|found| (found.kind, found.params.collect::<Vec<_>>()))
        };
        self.kind() == other.kind()
            && self.node().parent == other.node().parent
            && self.media_type().eq_ignore_ascii_case(&other.media_type())
            && self.subtype().eq_ignore_ascii_case(&other.subtype())
            && self.params().eq(other.params())
            && self.id() == other.id()
            && self.description() == other.description()
            && self.encoding() == other.encoding()
            && (self.octets(), self.lines()) == (other.octets(), other.lines())
            && self.envelope() == other.envelope()
            && self.md5() == other.md5()
            && disposition(self) == disposition(other)
            && self.languages() == other.languages()
            && self.location() == other.location()
            && self.extension() == other.extension()
    }
}
