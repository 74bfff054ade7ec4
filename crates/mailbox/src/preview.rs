//! PREVIEW (RFC 8970).

use crate::{Index, Part, section::range, text::part_text};
use alloc::{string::String, vec::Vec};
use mailwire_message::{
    PartId,
    message::{BodyViews, Outline},
    preview,
};

impl Index {
    /// How many characters a preview has at most (RFC 8970 §3.3).
    pub const PREVIEW: usize = 200;

    /// PREVIEW: the first words of the text that is shown first, markup, quotes and signatures left out.
    /// Empty if there is no such text: never NIL, since this does not delay (RFC 8970 §3.2).
    ///
    /// ```
    /// use mailwire_mailbox::Index;
    ///
    /// let message = b"Content-Type: text/html\r\n\r\n<style>p{}</style><p>Hello,\r\n<b>world</b>!\r\n";
    /// assert_eq!(Index::of(message).preview(message), "Hello, world!");
    /// ```
    #[must_use]
    pub fn preview(&self, message: &[u8]) -> String {
        let parts: Vec<Part<'_>> = self.parts().collect();
        let outlines: Vec<Outline> = parts.iter().map(outline).collect();
        let views = BodyViews::of(PartId::ROOT, &outlines);
        for part in views.text.iter().filter_map(|id| parts.get(id.index())) {
            let (media_type, subtype) = part.media_type();
            if media_type != b"text" {
                continue;
            }
            let source = self.source(&parts, part.source, message);
            let body = source.get(range(part.body_range())).unwrap_or_default();
            // No more is looked at than some words need, whatever the encoding.
            let body = body.get(..LOOK).unwrap_or(body);
            let text = part_text(part, body);
            let preview = if subtype == b"html" {
                preview::from_html(&text, Self::PREVIEW)
            } else {
                preview::from_plain(&text, Self::PREVIEW)
            };
            if !preview.is_empty() {
                return preview;
            }
        }
        String::new()
    }
}

/// How many encoded octets of a body are looked at.
const LOOK: usize = 256 * 1024;

fn outline(part: &Part<'_>) -> Outline {
    let (media_type, subtype) = part.media_type();
    let text = |octets| core::str::from_utf8(octets).unwrap_or_default();
    let view = part.view();
    let disposition = view.disposition.map(|(kind, _)| text(kind));
    let file_name = view
        .disposition
        .and_then(|(_, params)| params.get(b"filename").or_else(|| params.get(b"filename*")));
    let named = file_name.or_else(|| part.param("name")).or_else(|| part.param("name*")).is_some();
    let parent = part.parent.and_then(|parent| u32::try_from(parent).ok()).map(PartId::new);
    Outline::new(parent, (text(media_type), text(subtype)), disposition, named)
}
