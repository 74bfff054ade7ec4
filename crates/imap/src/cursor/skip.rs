//! Over a value without knowing what it is.

use super::Cursor;
use crate::{
    Atom, Mailbox, ObjectId, ParseError, ParseErrorKind, Quirk, Raw, TaggedValue,
    class::{ATOM_CHAR, WORD},
};
use alloc::vec::Vec;
use mailwire_core::{BytesRef, Octets};

impl<'f> Cursor<'f> {
    /// A string, a bare word, or a list of them in parentheses however deep, within the limit.
    pub(crate) fn skip_value(&mut self) -> Result<BytesRef<'f>, ParseError> {
        self.skip_value_within(self.options().depth)
    }

    /// The same within another limit: to find its end costs no memory.
    pub(crate) fn skip_value_within(&mut self, most: usize) -> Result<BytesRef<'f>, ParseError> {
        let start = self.at();
        if self.eat_keyword(b"NIL") && matches!(self.peek(), Some(b' ' | b')')) {
            return Ok(self.since(start));
        }
        self.back_to(start);
        let mut depth = 0usize;
        loop {
            match self.peek() {
                Some(b'(') => {
                    depth += 1;
                    if depth > most {
                        return Err(ParseErrorKind::TooDeep.at(self.at()));
                    }
                    self.advance(1);
                    continue;
                }
                Some(b')') if depth > 0 => {
                    depth -= 1;
                    self.advance(1);
                }
                Some(b' ') if depth > 0 => {
                    self.advance(1);
                    continue;
                }
                Some(b'"') => {
                    self.string_span()?;
                    if !matches!(self.peek(), None | Some(b' ' | b'(' | b')' | b']')) {
                        return Err(self.error());
                    }
                }
                // A word may hold braces; only what is a literal is one, and a `literal8` may be what belongs here.
                Some(b'{' | b'~') => {
                    let at = self.at();
                    if self.string_span8().is_err() {
                        self.back_to(at);
                        self.span(&WORD)?;
                    }
                }
                _ => {
                    self.span(&WORD)?;
                }
            }
            if depth == 0 {
                return Ok(self.since(start));
            }
        }
    }

    /// The same, to be kept.
    pub(crate) fn raw(&mut self) -> Result<Raw, ParseError> {
        let start = self.at();
        let wire = self.skip_value()?;
        let is_whole = !self.frame().is_streamed_within(start + 1..=self.at());
        let raw = is_whole.then(|| Raw::from_wire(wire)).flatten();
        raw.ok_or(ParseErrorKind::BadArgument.at(start))
    }

    /// `*(SP value)`, up to the end.
    pub(crate) fn raws(&mut self) -> Result<Vec<Raw>, ParseError> {
        let mut values = Vec::new();
        while self.peek() == Some(b' ') && !self.rest().iter().all(|octet| *octet == b' ') {
            self.space()?;
            values.push(self.raw()?);
            self.limit(values.len())?;
        }
        Ok(values)
    }

    /// `["(" [value *(SP value)] ")"]`, a space first
    pub(crate) fn raw_list(&mut self) -> Result<Option<Vec<Raw>>, ParseError> {
        if !self.rest().starts_with(b" (") {
            return Ok(None);
        }
        self.space()?;
        self.list(Self::raw).map(Some)
    }

    /// `[SP tagged-ext-val]`
    pub(crate) fn tagged_value(&mut self) -> Result<Option<TaggedValue>, ParseError> {
        let rest = self.rest();
        let spaces = rest.iter().take_while(|octet| **octet == b' ').count();
        if spaces == 0 || !TaggedValue::begins(&rest[spaces..]) {
            return Ok(None);
        }
        self.space()?;
        let start = self.at();
        let value = TaggedValue::try_from(self.raw()?);
        value.map(Some).map_err(|_| ParseErrorKind::BadArgument.at(start))
    }

    /// `"(" [item *(SP item)] ")"`
    pub(crate) fn list<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, ParseError>,
    ) -> Result<Vec<T>, ParseError> {
        self.expect(b'(')?;
        let mut items = Vec::new();
        self.skip_extra_spaces();
        while !self.eat(b')') {
            items.push(read(self)?);
            self.limit(items.len())?;
            self.space_or_close()?;
        }
        Ok(items)
    }

    /// The same, where the grammar has at least one.
    pub(crate) fn list_of_some<T>(
        &mut self,
        read: impl FnMut(&mut Self) -> Result<T, ParseError>,
    ) -> Result<Vec<T>, ParseError> {
        let start = self.at();
        let items = self.list(read)?;
        if items.is_empty() {
            self.tolerate(Quirk::EmptyList, start)?;
        }
        Ok(items)
    }

    /// The same, where an item that makes no sense does not lose its neighbours: `invalid` makes one of its
    /// name, what follows that, and the reason.
    pub(crate) fn list_of_any<T>(
        &mut self,
        is_name: impl Fn(&[u8]) -> bool,
        mut read: impl FnMut(&mut Self) -> Result<T, ParseError>,
        invalid: impl Fn(Octets, Octets, ParseError) -> T,
    ) -> Result<Vec<T>, ParseError> {
        self.list(|cursor| cursor.item(&is_name, &mut read, &invalid))
    }

    /// One item of such a list.
    pub(crate) fn item<T>(
        &mut self,
        is_name: impl Fn(&[u8]) -> bool,
        mut read: impl FnMut(&mut Self) -> Result<T, ParseError>,
        invalid: impl Fn(Octets, Octets, ParseError) -> T,
    ) -> Result<T, ParseError> {
        let start = self.at();
        let read = read(self);
        let why = match read {
            Ok(item) if self.is_at_item_end() => return Ok(item),
            Ok(_) => self.error(),
            // Limits are for all items together.
            Err(error) if error.kind == ParseErrorKind::TooMany => return Err(error),
            Err(error) => error,
        };
        if !self.is_lenient() {
            return Err(why);
        }
        self.note(Quirk::Other, why.offset);
        self.back_to(start);
        let name = self.astring().unwrap_or_else(|_| {
            self.back_to(start);
            Octets::default()
        });
        Ok(invalid(name, self.rest_of_item(is_name), why))
    }

    fn is_at_item_end(&self) -> bool {
        matches!(self.peek(), None | Some(b' ' | b')'))
    }

    /// From behind the name of an item to the next one, as far as that can be told. A word that is a name
    /// is no value.
    #[cold]
    pub(crate) fn rest_of_item(&mut self, is_name: impl Fn(&[u8]) -> bool) -> Octets {
        let start = self.at();
        let skipped = self.skip_brackets().and_then(|()| {
            let behind_name = self.at();
            if self.peek() == Some(b')') {
                return Ok(());
            }
            self.space()?;
            let value = self.skip_value_within(usize::MAX)?;
            if is_name(&value) {
                self.back_to(behind_name);
            }
            Ok(())
        });
        if skipped.is_err() || !self.is_at_item_end() {
            self.back_to(start);
            return self.rest_of_list();
        }
        Octets::from_ref(self.since(start))
    }

    /// Everything but the parenthesis that closes the list.
    pub(crate) fn rest_of_list(&mut self) -> Octets {
        let start = self.at();
        let rest = self.rest();
        let len = rest.trim_ascii_end().strip_suffix(b")").map_or(rest.len(), <[u8]>::len);
        self.advance(len);
        Octets::from_ref(self.since(start))
    }

    /// A mailbox name that was read.
    pub(crate) fn mailbox_of(&self, name: Octets, start: usize) -> Result<Mailbox, ParseError> {
        let mailbox =
            if self.options().utf8 { Mailbox::from_utf8(name) } else { Mailbox::from_wire(name) };
        mailbox.map_err(|_| ParseErrorKind::BadString.at(start))
    }

    /// `objectid`. Some servers have other atoms.
    pub(crate) fn object_id(&mut self) -> Result<ObjectId, ParseError> {
        let start = self.at();
        let id = self.span(&ATOM_CHAR)?;
        if !ObjectId::is_objectid(&id) {
            self.tolerate(Quirk::Other, start)?;
        }
        Ok(ObjectId::from_scanned(id))
    }

    /// `"(" objectid ")"`
    pub(crate) fn object_id_in_parentheses(&mut self) -> Result<ObjectId, ParseError> {
        self.expect(b'(')?;
        self.skip_extra_spaces();
        let id = self.object_id()?;
        self.skip_extra_spaces_before(b')');
        self.expect(b')')?;
        Ok(id)
    }

    /// `filter-name`: an atom without a slash (RFC 5466 §4).
    pub(crate) fn filter_name(&mut self) -> Result<Atom, ParseError> {
        let start = self.at();
        let name = self.span(&ATOM_CHAR)?;
        if memchr::memchr(b'/', &name).is_some() {
            self.tolerate(Quirk::Other, start)?;
        }
        Ok(Atom::from_scanned(name))
    }

    /// Not more items than the limit.
    pub(crate) fn limit(&self, items: usize) -> Result<(), ParseError> {
        if items > self.options().items {
            return Err(ParseErrorKind::TooMany.at(self.at()));
        }
        Ok(())
    }

    /// Over `[…]` and `<…>`, if they come next.
    pub(crate) fn skip_brackets(&mut self) -> Result<(), ParseError> {
        for (open, close) in [(b'[', b']'), (b'<', b'>')] {
            if self.peek() == Some(open) {
                let len = memchr::memchr(close, self.rest()).ok_or_else(|| self.error())?;
                self.advance(len + 1);
            }
        }
        Ok(())
    }
}
