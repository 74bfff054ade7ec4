//! Text chunk by chunk.

#[cfg(feature = "charset")]
use super::shift;
use super::{Charset, Kind, tables::Table, utf7, utf8, utf16};
use crate::{DefectCode, Findings};
use alloc::string::String;

/// Turns octets into text, chunk by chunk. However they are cut, text and findings are the same.
///
/// ASCII is an exception to what [`Charset::decode`] does, since nobody can know yet whether the octets to come
/// are UTF-8: they are taken for UTF-8.
///
/// ```
/// use mailwire_message::{Findings, Policy, charset::{Charset, Decoder}};
///
/// let mut findings = Findings::ignored(Policy::default());
/// let mut decoder = Decoder::new(Charset::UTF_8);
/// let mut text = String::new();
/// for chunk in [&b"caf\xc3"[..], b"\xa9"] {
///     decoder.decode(chunk, &mut text, &mut findings);
/// }
/// decoder.finish(&mut text, &mut findings);
/// assert_eq!(text, "café");
/// ```
#[derive(Debug)]
pub struct Decoder {
    state: State,
    /// Octets of the text so far.
    offset: usize,
}

#[derive(Debug)]
enum State {
    Utf8(utf8::Decoder),
    Utf7(utf7::Decoder),
    Utf16(utf16::Decoder),
    Single(&'static Table),
    #[cfg(feature = "charset")]
    Web(Web),
    #[cfg(feature = "charset")]
    Shift(shift::Filter, Web),
}

impl Decoder {
    /// Starts before the first octet.
    #[must_use]
    pub fn new(charset: Charset) -> Self {
        let state = match charset.0 {
            Kind::Utf8 | Kind::Ascii | Kind::Undeclared => State::Utf8(utf8::Decoder::default()),
            Kind::Utf7 => State::Utf7(utf7::Decoder::default()),
            Kind::Utf16(order) => State::Utf16(utf16::Decoder::new(order)),
            Kind::Single(_, table) => State::Single(table),
            #[cfg(feature = "charset")]
            Kind::Web(encoding) if encoding == encoding_rs::ISO_2022_JP => {
                State::Shift(shift::Filter::new(shift::Scheme::Iso2022Jp), Web::new(encoding))
            }
            #[cfg(feature = "charset")]
            Kind::Web(encoding) => State::Web(Web::new(encoding)),
            #[cfg(feature = "charset")]
            Kind::Shift(scheme) => {
                State::Shift(shift::Filter::new(scheme), Web::new(scheme.encoding()))
            }
        };
        Self { state, offset: 0 }
    }

    /// Decodes the next octets and appends their text.
    pub fn decode(&mut self, input: &[u8], out: &mut String, findings: &mut Findings<'_>) {
        let offset = self.offset;
        let invalid = &mut |at: usize| findings.report(DefectCode::InvalidText, at);
        match &mut self.state {
            State::Utf8(decoder) => {
                let invalid = &mut |at| findings.report(DefectCode::InvalidUtf8, at);
                decoder.decode(input, offset, out, invalid);
            }
            State::Utf7(decoder) => decoder.decode(input, offset, out, invalid),
            State::Utf16(decoder) => decoder.decode(input, offset, out, invalid),
            State::Single(table) => single(table, input, offset, out, invalid),
            #[cfg(feature = "charset")]
            State::Web(decoder) => decoder.decode(input, offset, out, invalid),
            #[cfg(feature = "charset")]
            State::Shift(filter, decoder) => {
                for (at, &octet) in input.iter().enumerate() {
                    let octets = filter.take(octet);
                    decoder.decode(octets.as_slice(), offset + at, out, invalid);
                }
            }
        }
        self.offset += input.len();
    }

    /// Ends the text; a character that is not complete becomes U+FFFD.
    pub fn finish(&mut self, out: &mut String, findings: &mut Findings<'_>) {
        let offset = self.offset;
        let invalid = &mut |at: usize| findings.report(DefectCode::InvalidText, at);
        match &mut self.state {
            State::Utf8(decoder) => {
                let invalid = &mut |at| findings.report(DefectCode::InvalidUtf8, at);
                decoder.finish(offset, out, invalid);
            }
            State::Utf7(decoder) => decoder.finish(offset, out, invalid),
            State::Utf16(decoder) => decoder.finish(offset, out, invalid),
            State::Single(_) => {}
            #[cfg(feature = "charset")]
            State::Web(decoder) => decoder.finish(offset, out, invalid),
            #[cfg(feature = "charset")]
            State::Shift(filter, decoder) => {
                decoder.decode(filter.finish().as_slice(), offset, out, invalid);
                decoder.finish(offset, out, invalid);
            }
        }
    }
}

fn single(
    table: &Table,
    input: &[u8],
    offset: usize,
    out: &mut String,
    invalid: &mut dyn FnMut(usize),
) {
    out.reserve(input.len());
    for (at, &octet) in input.iter().enumerate() {
        let character = match octet.checked_sub(0x80) {
            None => char::from(octet),
            Some(upper) => {
                char::from_u32(u32::from(table[usize::from(upper)])).unwrap_or('\u{fffd}')
            }
        };
        if character == '\u{fffd}' {
            invalid(offset + at);
        }
        out.push(character);
    }
}

/// A decoder of `encoding_rs` that says where the octets are malformed.
#[cfg(feature = "charset")]
struct Web {
    decoder: encoding_rs::Decoder,
}

#[cfg(feature = "charset")]
impl core::fmt::Debug for Web {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Web").field(&self.decoder.encoding().name()).finish()
    }
}

#[cfg(feature = "charset")]
impl Web {
    fn new(encoding: &'static encoding_rs::Encoding) -> Self {
        Self { decoder: encoding.new_decoder_without_bom_handling() }
    }

    fn decode(
        &mut self,
        input: &[u8],
        mut offset: usize,
        out: &mut String,
        invalid: &mut dyn FnMut(usize),
    ) {
        /// Few enough that the room for the worst case is no waste.
        const BLOCK: usize = 4 * 1024;

        for block in input.chunks(BLOCK) {
            self.run(block, false, offset, out, invalid);
            offset += block.len();
        }
    }

    fn finish(&mut self, offset: usize, out: &mut String, invalid: &mut dyn FnMut(usize)) {
        self.run(b"", true, offset, out, invalid);
    }

    fn run(
        &mut self,
        mut input: &[u8],
        last: bool,
        mut offset: usize,
        out: &mut String,
        invalid: &mut dyn FnMut(usize),
    ) {
        use encoding_rs::DecoderResult;

        loop {
            let room = self.decoder.max_utf8_buffer_length_without_replacement(input.len());
            out.reserve(room.unwrap_or(input.len()).max(8));
            let (result, read) =
                self.decoder.decode_to_string_without_replacement(input, out, last);
            input = &input[read..];
            offset += read;
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(bad, extra) => {
                    invalid(offset.saturating_sub(usize::from(bad) + usize::from(extra)));
                    out.push('\u{fffd}');
                }
            }
        }
    }
}
