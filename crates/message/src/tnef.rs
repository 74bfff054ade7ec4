//! TNEF, the `winmail.dat` of Outlook ([MS-OXTNEF]): attachments and bodies out of it.
//!
//! What is damaged is reported, and everything that was read before stays. Nothing is read that the stream
//! does not hold, whatever lengths it states.
//!
//! ```
//! use mailwire_message::tnef::Tnef;
//!
//! # let mut stream = b"\x78\x9f\x3e\x22\x01\x00".to_vec();
//! # for (level, id, data) in [(2u8, 0x0006_9002u32, &b"\0\0"[..]), (2, 0x0001_8010, b"a.txt\0"), (2, 0x0006_800f, b"Hello")] {
//! #     stream.push(level);
//! #     stream.extend_from_slice(&id.to_le_bytes());
//! #     stream.extend_from_slice(&(data.len() as u32).to_le_bytes());
//! #     stream.extend_from_slice(data);
//! #     stream.extend_from_slice(&data.iter().map(|&octet| u16::from(octet)).sum::<u16>().to_le_bytes());
//! # }
//! let tnef = Tnef::parse(&stream).unwrap();
//! let [attachment] = &tnef.attachments[..] else { panic!("one attachment") };
//! assert_eq!((attachment.name.as_deref(), &attachment.data[..]), (Some("a.txt"), &b"Hello"[..]));
//! ```
//!
//! [MS-OXTNEF]: https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxtnef

mod properties;
mod reader;
pub mod rtf;

use crate::{DefectCode, Findings, Limits, Policy, charset::Charset};
use alloc::{borrow::Cow, string::String, vec::Vec};
use properties::{Property, Value};
use reader::Reader;

const SIGNATURE: u32 = 0x223e_9f78;

/// What a TNEF stream holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tnef<'a> {
    /// The class of the message, such as `IPM.Note`.
    pub class: Option<String>,
    /// The subject.
    pub subject: Option<String>,
    /// The body as plain text.
    pub text: Option<String>,
    /// The body as HTML; out of the RTF, if it is only there.
    pub html: Option<String>,
    /// The body as RTF, decompressed.
    pub rtf: Option<Vec<u8>>,
    /// The attachments in their order.
    pub attachments: Vec<Attachment<'a>>,
}

/// An attachment of a TNEF stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attachment<'a> {
    /// Its name: the longest one that there is.
    pub name: Option<String>,
    /// Its media type, if the stream says it.
    pub media_type: Option<String>,
    /// Its content identifier, without angle brackets, if the stream says it.
    pub content_id: Option<String>,
    /// Whether it is a message: then its data is a TNEF stream again.
    pub is_message: bool,
    /// Its octets.
    pub data: Cow<'a, [u8]>,
}

impl<'a> Tnef<'a> {
    /// Reads a stream; `None` if it does not begin as one.
    ///
    /// ```
    /// assert_eq!(mailwire_message::tnef::Tnef::parse(b"From: a@b.example"), None);
    /// ```
    #[must_use]
    pub fn parse(stream: &'a [u8]) -> Option<Self> {
        Self::parse_with(stream, &mut Findings::ignored(Policy::default()))
    }

    /// The same, and says where the stream is damaged.
    ///
    /// ```
    /// use mailwire_message::{DefectCode, Findings, Policy, tnef::Tnef};
    ///
    /// let mut found = Vec::new();
    /// let mut sink = |code, offset| found.push((code, offset));
    /// let mut findings = Findings::new(Policy::default(), &mut sink);
    /// assert!(Tnef::parse_with(b"\x78\x9f\x3e\x22\x01\x00\x01", &mut findings).is_some());
    /// assert_eq!(found, [(DefectCode::TnefSyntax, 6)]);
    /// ```
    #[must_use]
    pub fn parse_with(stream: &'a [u8], findings: &mut Findings<'_>) -> Option<Self> {
        let mut reader = Reader::new(stream);
        if reader.u32()? != SIGNATURE || reader.u16().is_none() {
            return None;
        }
        let mut building = Building::default();
        while !reader.is_empty() {
            let at = reader.at();
            let Some(attribute) = Attribute::read(&mut reader) else {
                findings.report(DefectCode::TnefSyntax, at);
                break;
            };
            if !attribute.is_sound {
                findings.report(DefectCode::TnefSyntax, at);
            }
            if !building.take(&attribute, findings) {
                break;
            }
        }
        Some(building.finish(findings))
    }
}

/// One attribute of the stream (MS-OXTNEF §2.1.3.1).
struct Attribute<'a> {
    id: u32,
    data: &'a [u8],
    /// Where the data begins.
    at: usize,
    /// Whether it is all there and has its checksum.
    is_sound: bool,
}

impl<'a> Attribute<'a> {
    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        let level = reader.u8().filter(|level| matches!(level, 1 | 2))?;
        let (id, len) = (reader.u32()?, reader.u32()?);
        let at = reader.at();
        let data = reader.up_to(len as usize);
        let checksum = data.iter().fold(0u16, |sum, &octet| sum.wrapping_add(u16::from(octet)));
        let is_whole = data.len() == len as usize;
        let is_sound = is_whole && reader.u16() == Some(checksum) && level > 0;
        Some(Self { id, data, at, is_sound })
    }
}

/// A stream as far as it is read.
#[derive(Default)]
struct Building<'a> {
    tnef: Tnef<'a>,
    /// The character set of octet strings.
    charset: Option<Charset>,
    /// That of the HTML.
    html_charset: Option<Charset>,
    html: Option<&'a [u8]>,
    rtf: Option<(&'a [u8], usize)>,
    /// How good the name of the last attachment is.
    name_rank: u8,
}

impl<'a> Building<'a> {
    /// Takes the next attribute; `false` when there are too many attachments.
    fn take(&mut self, attribute: &Attribute<'a>, findings: &mut Findings<'_>) -> bool {
        let data = attribute.data;
        match attribute.id {
            // attOemCodepage
            0x0006_9007 => {
                let page = data.first_chunk().map(|page| u32::from_le_bytes(*page));
                self.charset = page.and_then(code_page);
            }
            // attMessageClass, attSubject, attBody
            0x0007_8008 => self.tnef.class = Some(self.octet_text(data)),
            0x0001_8004 => self.tnef.subject = Some(self.octet_text(data)),
            0x0002_800c => self.tnef.text = Some(self.octet_text(data)),
            // attMsgProps
            0x0006_9003 => self.properties(attribute, Self::message_property, findings),
            // attAttachRendData begins an attachment.
            0x0006_9002 => {
                if self.tnef.attachments.len() >= Limits::STANDARD.parts {
                    findings.report(DefectCode::PartsLimit, attribute.at);
                    return false;
                }
                self.tnef.attachments.push(Attachment::default());
                self.name_rank = 0;
            }
            // attAttachTitle, attAttachTransportFilename
            0x0001_8010 => {
                let name = self.octet_text(data);
                self.name(1, name);
            }
            0x0006_9001 => {
                let name = self.octet_text(data);
                self.name(0, name);
            }
            // attAttachData
            0x0006_800f => {
                if let Some(attachment) = self.attachment() {
                    attachment.data = Cow::Borrowed(data);
                }
            }
            // attAttachment
            0x0006_9005 => self.properties(attribute, Self::attachment_property, findings),
            _ => {}
        }
        true
    }

    fn properties(
        &mut self,
        attribute: &Attribute<'a>,
        mut take: impl FnMut(&mut Self, Property<'a>),
        findings: &mut Findings<'_>,
    ) {
        let mut reader = Reader::new(attribute.data);
        let Some(count) = reader.u32() else { return };
        for _ in 0..count {
            let at = attribute.at + reader.at();
            let Some(mut property) = Property::read(&mut reader) else {
                findings.report(DefectCode::TnefSyntax, at);
                return;
            };
            property.at += attribute.at;
            take(self, property);
        }
    }

    fn message_property(&mut self, property: Property<'a>) {
        match (property.id, property.value) {
            (0x0037, value) if self.tnef.subject.is_none() => {
                self.tnef.subject = self.value_text(value);
            }

            (0x1000, value) => self.tnef.text = self.value_text(value).or(self.tnef.text.take()),
            (0x1009, Value::Octets(rtf)) => self.rtf = Some((rtf, property.at)),
            (0x1013, Value::Octets(html) | Value::Text8(html)) => self.html = Some(html),
            (0x1013, value @ Value::Text16(_)) => self.tnef.html = self.value_text(value),
            // PidTagInternetCodepage, PidTagMessageCodepage
            (0x3fde, Value::Number(page)) => self.html_charset = code_page(page),
            (0x3ffd, Value::Number(page)) => self.charset = code_page(page).or(self.charset),
            _ => {}
        }
    }

    fn attachment_property(&mut self, property: Property<'a>) {
        match (property.id, property.value) {
            // PidTagAttachDataObject begins with the identifier of an interface.
            (0x3701, Value::Object(object)) => {
                let Some(attachment) = self.attachment() else { return };
                let (interface, data) = object.split_at(object.len().min(16));
                attachment.is_message = interface.starts_with(&[0x07, 0x03, 0x02, 0, 0, 0, 0, 0]);
                attachment.data = Cow::Borrowed(data);
            }
            (0x3701, Value::Octets(data)) => {
                if let Some(attachment) =
                    self.attachment().filter(|attachment| attachment.data.is_empty())
                {
                    attachment.data = Cow::Borrowed(data);
                }
            }
            (id @ (0x3001 | 0x3704 | 0x3707), value) => {
                let rank = match id {
                    0x3707 => 4,
                    0x3704 => 3,
                    _ => 2,
                };
                if let Some(name) = self.value_text(value) {
                    self.name(rank, name);
                }
            }
            (0x370e, value) => {
                let text = self.value_text(value);
                if let Some(attachment) = self.attachment() {
                    attachment.media_type = text;
                }
            }
            (0x3712, value) => {
                let text = self.value_text(value);
                if let Some(attachment) = self.attachment() {
                    let bare = |id: String| id.trim_matches(['<', '>']).into();
                    attachment.content_id = text.map(bare);
                }
            }
            _ => {}
        }
    }

    fn finish(mut self, findings: &mut Findings<'_>) -> Tnef<'a> {
        if let Some(html) = self.html.filter(|_| self.tnef.html.is_none()) {
            let charset = self.html_charset.or(self.charset).unwrap_or(Charset::US_ASCII);
            self.tnef.html = Some(text_of(html, charset));
        }
        if let Some((compressed, at)) = self.rtf {
            match rtf::decompress_with(compressed, at, findings) {
                Some(rtf) => {
                    if self.tnef.html.is_none() {
                        self.tnef.html = rtf::html(&rtf);
                    }
                    if self.tnef.text.is_none() && self.tnef.html.is_none() {
                        self.tnef.text = Some(rtf::text(&rtf));
                    }
                    self.tnef.rtf = Some(rtf);
                }
                None => findings.report(DefectCode::TnefSyntax, at),
            }
        }
        self.tnef
    }

    fn attachment(&mut self) -> Option<&mut Attachment<'a>> {
        self.tnef.attachments.last_mut()
    }

    /// Names the last attachment, unless it has a better name.
    fn name(&mut self, rank: u8, name: String) {
        if rank < self.name_rank || name.is_empty() {
            return;
        }
        self.name_rank = rank;
        if let Some(attachment) = self.attachment() {
            attachment.name = Some(name);
        }
    }

    fn octet_text(&self, octets: &[u8]) -> String {
        text_of(octets, self.charset.unwrap_or(Charset::US_ASCII))
    }

    fn value_text(&self, value: Value<'a>) -> Option<String> {
        match value {
            Value::Text8(octets) => Some(self.octet_text(octets)),
            Value::Text16(octets) => {
                let utf16 = Charset::for_label(b"utf-16le")?;
                Some(text_of(octets, utf16))
            }
            Value::Octets(_) | Value::Object(_) | Value::Number(_) | Value::Other => None,
        }
    }
}

/// Text up to its NUL.
fn text_of(octets: &[u8], charset: Charset) -> String {
    let text = charset.decode(octets);
    text.split('\0').next().unwrap_or_default().into()
}

/// The character set of a code page of Windows.
fn code_page(number: u32) -> Option<Charset> {
    let label = alloc::format!("cp{number}");
    Charset::for_label(label.as_bytes())
}
