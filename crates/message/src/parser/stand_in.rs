//! Types and dispositions read just well enough until `mime` has its own.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::marker::PhantomData;

use crate::{Findings, Limits, TransferEncoding};

/// What a body is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentType<'a> {
    media_type: String,
    subtype: String,
    boundary: Option<Vec<u8>>,
    lives: PhantomData<Cow<'a, str>>,
}

impl<'a> ContentType<'a> {
    pub(crate) fn text_plain() -> Self {
        Self::new("text", "plain")
    }

    pub(crate) fn message_rfc822() -> Self {
        Self::new("message", "rfc822")
    }

    fn new(media_type: &str, subtype: &str) -> Self {
        Self {
            media_type: media_type.to_ascii_lowercase(),
            subtype: subtype.to_ascii_lowercase(),
            boundary: None,
            lives: PhantomData,
        }
    }

    pub(crate) fn parse_limited(value: &'a [u8], _: &Limits, _: &mut Findings<'_>) -> Self {
        let text = String::from_utf8_lossy(value);
        let mut pieces = text.split(';');
        let Some((media_type, subtype)) = pieces.next().and_then(|piece| piece.split_once('/'))
        else {
            return Self::text_plain();
        };
        let mut it = Self::new(media_type.trim(), subtype.trim());
        for piece in pieces {
            if let Some((name, value)) = piece.split_once('=')
                && name.trim().eq_ignore_ascii_case("boundary")
            {
                it.boundary.get_or_insert(value.trim().trim_matches('"').as_bytes().to_vec());
            }
        }
        it
    }

    /// The type in lower case.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// The subtype in lower case.
    #[must_use]
    pub fn subtype(&self) -> &str {
        &self.subtype
    }

    pub(crate) fn is_valid(&self) -> bool {
        true
    }

    pub(crate) fn is(&self, media_type: &str, subtype: &str) -> bool {
        self.media_type == media_type && self.subtype == subtype
    }

    pub(crate) fn is_multipart(&self) -> bool {
        self.media_type == "multipart"
    }

    /// The boundary.
    #[must_use]
    pub fn boundary(&self) -> Option<&[u8]> {
        self.boundary.as_deref().map(<[u8]>::trim_ascii_end).filter(|b| !b.is_empty())
    }

    pub(crate) fn into_owned(self) -> ContentType<'static> {
        ContentType {
            media_type: self.media_type,
            subtype: self.subtype,
            boundary: self.boundary,
            lives: PhantomData,
        }
    }
}

/// How a part wants to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disposition<'a> {
    kind: String,
    lives: PhantomData<Cow<'a, str>>,
}

impl<'a> Disposition<'a> {
    pub(crate) fn parse_limited(value: &'a [u8], _: &Limits, _: &mut Findings<'_>) -> Self {
        let text = String::from_utf8_lossy(value);
        let kind = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        Self { kind, lives: PhantomData }
    }

    /// The disposition in lower case.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    pub(crate) fn into_owned(self) -> Disposition<'static> {
        Disposition { kind: self.kind, lives: PhantomData }
    }
}

pub(crate) fn encoding(value: &[u8]) -> TransferEncoding {
    match &*String::from_utf8_lossy(value).trim().to_ascii_lowercase() {
        "7bit" => TransferEncoding::SevenBit,
        "8bit" => TransferEncoding::EightBit,
        "binary" => TransferEncoding::Binary,
        "base64" => TransferEncoding::Base64,
        "quoted-printable" => TransferEncoding::QuotedPrintable,
        _ => TransferEncoding::Unknown,
    }
}
