//! FETCH: what is asked for, answered (RFC 9051 §6.4.5, §7.5.2).

use crate::{Content, FetchError, Index};
use alloc::vec::Vec;
use bytes::Bytes;
use mailwire_imap::{
    AString, Partial, Peer, Section, SectionText,
    command::FetchAttribute,
    fetch::{FetchData, FetchItem},
};

impl Index {
    /// Answers what FETCH asks of a message, as far as it is in the message: RFC822.SIZE, ENVELOPE,
    /// BODY, BODYSTRUCTURE, `BODY[…]`, `BINARY[…]`, `BINARY.SIZE[…]`, RFC822 and its like, PREVIEW.
    ///
    /// Octets are a share of `message` where it holds them as they go out. For bodies that are streamed
    /// see [`section`](Self::section) and [`binary`](Self::binary).
    ///
    /// ```
    /// use bytes::Bytes;
    /// use mailwire_imap::{Encoder, Peer, command::FetchAttribute};
    /// use mailwire_mailbox::Index;
    ///
    /// let message = Bytes::from("Subject: hi\r\n\r\nHello\r\n");
    /// let index = Index::of(&message);
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// index.fetch(&FetchAttribute::Rfc822Text, &message, Peer::CLIENT)?.encode(&mut out);
    /// assert_eq!(out.finish().wire, "RFC822.TEXT {7}\r\nHello\r\n");
    /// # Ok::<(), mailwire_mailbox::FetchError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FetchError::NotOfMessage`] for what the caller knows: UID, FLAGS, INTERNALDATE, MODSEQ …, and
    /// for unknown attributes; [`FetchError::UnknownEncoding`] of BINARY, to be answered with NO and
    /// UNKNOWN-CTE; [`FetchError::NoSuchPart`] of BINARY.SIZE.
    pub fn fetch(
        &self,
        attribute: &FetchAttribute,
        message: &Bytes,
        peer: Peer,
    ) -> Result<FetchItem, FetchError> {
        let text = |text| {
            let section = Section::new(Vec::new(), text).unwrap_or(Section::WHOLE);
            data(self.section(&section, message), message)
        };
        Ok(match attribute {
            FetchAttribute::Size => FetchItem::Size(Some(self.size())),
            FetchAttribute::Envelope => FetchItem::Envelope(self.envelope()),
            FetchAttribute::BodyStructure => FetchItem::BodyStructure(self.body_structure(peer)),
            FetchAttribute::Body => FetchItem::Body(self.body(peer)),
            FetchAttribute::Section { section, partial, .. } => {
                let content = self.section(section, message);
                let content = match partial {
                    Some(partial) => content.map(|content| content.partial(*partial)),
                    None => content,
                };
                FetchItem::Section {
                    section: section.clone(),
                    origin: partial.map(Partial::origin),
                    data: data(content, message),
                }
            }
            FetchAttribute::Binary { part, partial, .. } => {
                let content = self.binary(part, message)?;
                let content = match partial {
                    Some(partial) => content.map(|content| content.partial(*partial)),
                    None => content,
                };
                FetchItem::Binary {
                    part: part.clone(),
                    origin: partial.map(Partial::origin),
                    data: data(content, message),
                }
            }
            FetchAttribute::BinarySize(part) => {
                let content = self.binary(part, message)?.ok_or(FetchError::NoSuchPart)?;
                FetchItem::BinarySize { part: part.clone(), size: content.len() }
            }
            FetchAttribute::Rfc822 => FetchItem::Rfc822(text(SectionText::All)),
            FetchAttribute::Rfc822Header => FetchItem::Rfc822Header(text(SectionText::Header)),
            FetchAttribute::Rfc822Text => FetchItem::Rfc822Text(text(SectionText::Text)),
            FetchAttribute::Preview { .. } => {
                let preview = self.preview(message);
                // There is no NUL in it: what cannot be seen was left out.
                FetchItem::Preview(Some(AString::new(preview).unwrap_or_default()))
            }
            _ => return Err(FetchError::NotOfMessage),
        })
    }
}

/// Whether fetching this sets `\Seen` (RFC 9051 §6.4.5): octets of a body that are not peeked at.
///
/// ```
/// use mailwire_imap::command::FetchAttribute;
/// use mailwire_mailbox::sets_seen;
///
/// assert!(sets_seen(&FetchAttribute::Rfc822) && !sets_seen(&FetchAttribute::Rfc822Header));
/// ```
#[must_use]
pub const fn sets_seen(attribute: &FetchAttribute) -> bool {
    matches!(
        attribute,
        FetchAttribute::Section { peek: false, .. }
            | FetchAttribute::Binary { peek: false, .. }
            | FetchAttribute::Rfc822
            | FetchAttribute::Rfc822Text
    )
}

fn data(content: Option<Content<'_>>, message: &Bytes) -> FetchData {
    content.map_or(FetchData::Nil, |content| FetchData::Octets(content.share(message)))
}
