//! What the header of a part says about its body: kept in the index, written for BODYSTRUCTURE
//! (RFC 9051 §7.5.2).
//!
//! ```text
//! mime        = word word params text text word text disposition languages text
//!               ; type, subtype, parameters, id, description, encoding, MD5, …, location
//! params      = number *(word word)
//! disposition = word [params]      ; no parameters behind none
//! languages   = number *word
//! ```

use crate::{
    envelope::{Fields, Known, write_text},
    stored::{Reader, put_len, put_text, put_word},
};
use alloc::{borrow::Cow, format, vec::Vec};
use mailwire_core::ByteSet;
use mailwire_message::{
    TransferEncoding,
    mime::{self, ContentType, Disposition},
    parser::PartKind,
};

/// What a transfer encoding is named with.
const TOKEN: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e).without(b"()<>@,;:\\\"/[]?=");
/// What stands for itself in an extended parameter (RFC 2231 §7 `attribute-char`).
const ATTRIBUTE: ByteSet = TOKEN.without(b"*'%");

/// What a part was found to be.
pub(crate) struct Found<'f> {
    pub(crate) kind: PartKind,
    /// Whether there is a Content-Type field.
    pub(crate) declared: bool,
    pub(crate) content_type: &'f ContentType<'f>,
    pub(crate) disposition: Option<&'f Disposition<'f>>,
    pub(crate) encoding: TransferEncoding,
}

/// Keeps what a header says.
pub(crate) fn put(found: &Found<'_>, fields: &Fields<'_>, out: &mut Vec<u8>) {
    let content_type = found.content_type;
    let (media_type, subtype) = (content_type.media_type(), content_type.subtype());
    let is_message = media_type == "message" && matches!(subtype, "rfc822" | "global");
    // What cannot be taken apart is no multipart and no message: their grammar wants parts.
    let opaque = found.kind == PartKind::Leaf && (content_type.is_multipart() || is_message);
    let plain = !found.declared && found.kind == PartKind::Leaf
        || !content_type.is_valid()
        || opaque && !is_message && content_type.boundary().is_none();
    if plain {
        [&b"text"[..], b"plain"].iter().for_each(|word| put_word(Some(word), out));
        put_len(1, out);
        [&b"charset"[..], b"us-ascii"].iter().for_each(|word| put_word(Some(word), out));
    } else if opaque {
        [&b"application"[..], b"octet-stream"].iter().for_each(|word| put_word(Some(word), out));
        put_len(0, out);
    } else {
        put_word(Some(media_type.as_bytes()), out);
        put_word(Some(subtype.as_bytes()), out);
        let default = media_type == "text" && content_type.params().param("charset").is_none();
        put_params(content_type.params(), default, out);
    }
    put_text(fields.text(Known::Id).as_deref(), out);
    put_text(fields.text(Known::Description).as_deref(), out);
    put_encoding(found.encoding, fields, out);
    put_text(fields.text(Known::Md5).as_deref(), out);
    put_word(found.disposition.map(|it| it.kind().as_bytes()), out);
    if let Some(disposition) = found.disposition {
        put_params(disposition.params(), false, out);
    }
    let languages = || fields.first(Known::Language).into_iter().flat_map(mime::content_language);
    put_len(languages().count(), out);
    languages().for_each(|language| put_word(Some(language.as_bytes()), out));
    let location = fields.first(Known::Location).map(mime::content_location);
    put_text(location.as_deref().map(str::as_bytes).map(crate::envelope::one_line).as_deref(), out);
}

/// As it is written, if it is a word.
fn put_encoding(encoding: TransferEncoding, fields: &Fields<'_>, out: &mut Vec<u8>) {
    let written = fields.text(Known::Encoding);
    let written = written.as_deref().filter(|it| !it.is_empty() && TOKEN.covers(it));
    let name = match encoding.name() {
        "" => "7bit",
        name => name,
    };
    put_word(Some(written.unwrap_or(name.as_bytes())), out);
}

fn put_params(params: &mime::Params<'_>, with_charset: bool, out: &mut Vec<u8>) {
    put_len(params.len() + usize::from(with_charset), out);
    for param in params.iter() {
        let octets = crate::envelope::unfolded(param.octets());
        match param.charset() {
            Some(charset) if param.is_extended() && TOKEN.covers(charset.as_bytes()) => {
                put_word(Some(format!("{}*", param.name()).as_bytes()), out);
                let language = param.language().unwrap_or_default();
                let language = if TOKEN.covers(language.as_bytes()) { language } else { "" };
                let mut value = Vec::from(format!("{charset}'{language}'"));
                for &octet in param.octets() {
                    if ATTRIBUTE.contains(octet) {
                        value.push(octet);
                    } else {
                        value.extend_from_slice(format!("%{octet:02X}").as_bytes());
                    }
                }
                put_word(Some(&value), out);
            }
            _ => {
                put_word(Some(param.name().as_bytes()), out);
                put_word(Some(&octets), out);
            }
        }
    }
    if with_charset {
        put_word(Some(b"charset"), out);
        put_word(Some(b"us-ascii"), out);
    }
}

/// What a header says, as it is kept.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct View<'s> {
    pub(crate) media_type: &'s [u8],
    pub(crate) subtype: &'s [u8],
    pub(crate) params: Params<'s>,
    id: Option<&'s [u8]>,
    description: Option<&'s [u8]>,
    encoding: &'s [u8],
    md5: Option<&'s [u8]>,
    pub(crate) disposition: Option<(&'s [u8], Params<'s>)>,
    languages: Words<'s>,
    location: Option<&'s [u8]>,
}

/// Names and values.
pub(crate) type Params<'s> = Words<'s>;

/// Words as they are kept.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Words<'s>(Reader<'s>, usize);

impl<'s> Words<'s> {
    /// Reads so many words for each that is announced.
    fn read(reader: &mut Reader<'s>, each: usize) -> Option<Self> {
        let count = reader.len()?.checked_mul(each)?;
        let start = *reader;
        for _ in 0..count {
            reader.word()?;
        }
        Some(Self(start, count))
    }

    /// The value of a parameter.
    pub(crate) fn get(self, name: &[u8]) -> Option<&'s [u8]> {
        let mut words = self;
        while let (Some(found), Some(value)) = (words.next(), words.next()) {
            if found.eq_ignore_ascii_case(name) {
                return Some(value);
            }
        }
        None
    }
}

impl<'s> Iterator for Words<'s> {
    type Item = &'s [u8];

    fn next(&mut self) -> Option<&'s [u8]> {
        self.1 = self.1.checked_sub(1)?;
        Some(self.0.word()?.unwrap_or_default())
    }
}

impl<'s> View<'s> {
    pub(crate) fn read(mut reader: Reader<'s>) -> Option<Self> {
        let reader = &mut reader;
        let (media_type, subtype) = (reader.word()??, reader.word()??);
        let params = Words::read(reader, 2)?;
        let (id, description, encoding) = (reader.text()?, reader.text()?, reader.word()??);
        let (md5, disposition) = (reader.text()?, reader.word()?);
        let disposition = match disposition {
            Some(kind) => Some((kind, Words::read(reader, 2)?)),
            None => None,
        };
        let languages = Words::read(reader, 1)?;
        let location = reader.text()?;
        reader.is_at_end().then_some(Self {
            media_type,
            subtype,
            params,
            id,
            description,
            encoding,
            md5,
            disposition,
            languages,
            location,
        })
    }

    /// Appends what comes before the size.
    pub(crate) fn write_basic(&self, utf8: bool, out: &mut Vec<u8>) {
        write_upper(self.media_type, out);
        out.push(b' ');
        write_upper(self.subtype, out);
        out.push(b' ');
        write_params(self.params, utf8, out);
        for text in [self.id, self.description] {
            out.push(b' ');
            write_text(text, out);
        }
        out.push(b' ');
        write_text(Some(self.encoding), out);
    }

    /// Appends the subtype that comes behind the parts of a multipart.
    pub(crate) fn write_subtype(&self, out: &mut Vec<u8>) {
        out.push(b' ');
        write_upper(self.subtype, out);
    }

    /// The same, and its extension data.
    pub(crate) fn write_multipart(&self, utf8: bool, out: &mut Vec<u8>) {
        self.write_subtype(out);
        out.push(b' ');
        write_params(self.params, utf8, out);
        self.write_rest(utf8, out);
    }

    /// Appends the extension data of a part that is no multipart.
    pub(crate) fn write_extension(&self, utf8: bool, out: &mut Vec<u8>) {
        out.push(b' ');
        write_text(self.md5, out);
        self.write_rest(utf8, out);
    }

    fn write_rest(&self, utf8: bool, out: &mut Vec<u8>) {
        out.push(b' ');
        match self.disposition {
            Some((kind, params)) => {
                out.push(b'(');
                write_text(Some(kind), out);
                out.push(b' ');
                write_params(params, utf8, out);
                out.push(b')');
            }
            None => out.extend_from_slice(b"NIL"),
        }
        out.push(b' ');
        match self.languages.1 {
            0 => out.extend_from_slice(b"NIL"),
            1 => write_text(self.languages.into_iter().next(), out),
            _ => {
                out.push(b'(');
                for (i, language) in self.languages.enumerate() {
                    if i > 0 {
                        out.push(b' ');
                    }
                    write_text(Some(language), out);
                }
                out.push(b')');
            }
        }
        out.push(b' ');
        write_text(self.location, out);
    }
}

/// Types in capitals, as the RFCs write them in answers.
fn write_upper(word: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    write_text(Some(word), out);
    if let Some(written) = out.get_mut(start..) {
        written.make_ascii_uppercase();
    }
}

fn write_params(mut params: Params<'_>, utf8: bool, out: &mut Vec<u8>) {
    if params.1 == 0 {
        return out.extend_from_slice(b"NIL");
    }
    out.push(b'(');
    let start = out.len();
    while let (Some(name), Some(value)) = (params.next(), params.next()) {
        if out.len() > start {
            out.push(b' ');
        }
        write_text(Some(name), out);
        out.push(b' ');
        let value = if utf8 && name.ends_with(b"*") { decode(value) } else { Cow::Borrowed(value) };
        write_text(Some(&value), out);
    }
    out.push(b')');
}

/// The text of an extended parameter, `utf-8'en'%E2%82%AC`.
fn decode(value: &[u8]) -> Cow<'_, [u8]> {
    let field = [b"a/b; c*=", value].concat();
    let field = ContentType::parse(&field);
    let Some(param) = field.params().param("c") else { return Cow::Borrowed(value) };
    Cow::Owned(Vec::from(param.value()))
}
