//! PREVIEW (RFC 8970).

use crate::{
    Index, Part,
    section::{Given, outermost, range},
    text::part_text,
};
use alloc::{borrow::Cow, string::String, vec::Vec};
use core::ops::Range;
use mailwire_message::{
    PartId,
    message::{BodyViews, Outline},
    preview,
};

impl Index {
    /// How many characters a preview has at most (RFC 8970 §3.3).
    pub const PREVIEW: usize = 200;

    /// PREVIEW: the first words of the text that is shown first, markup, quotes and signatures left out;
    /// of the HTML if there is nothing in the plain text beside it. Empty if there is no such text: never
    /// NIL, since this does not delay (RFC 8970 §3.2).
    ///
    /// ```
    /// use mailwire_mailbox::Index;
    ///
    /// let message = b"Content-Type: text/html\r\n\r\n<style>p{}</style><p>Hello,\r\n<b>world</b>!\r\n";
    /// assert_eq!(Index::of(message).preview(message), "Hello, world!");
    /// ```
    #[must_use]
    pub fn preview(&self, message: &[u8]) -> String {
        self.preview_of(|octets| Some(Cow::Borrowed(message.get(range(octets))?)))
    }

    /// The same when the message is not in memory: `read` gives octets of it, or nothing if they cannot be
    /// had. It is asked for 256 KiB of a text at most, and for all of a message that is encoded.
    ///
    /// ```
    /// use mailwire_mailbox::Index;
    ///
    /// let message = b"Subject: hi\r\n\r\nHello\r\n";
    /// let read = |range: core::ops::Range<u64>| {
    ///     Some(message[range.start as usize..range.end as usize].to_vec().into())
    /// };
    /// assert_eq!(Index::of(message).preview_of(read), "Hello");
    /// ```
    #[must_use]
    pub fn preview_of<'m>(
        &self,
        mut read: impl FnMut(Range<u64>) -> Option<Cow<'m, [u8]>>,
    ) -> String {
        let parts: Vec<Part<'_>> = self.parts().collect();
        let outlines: Vec<Outline> = parts.iter().map(outline).collect();
        let views = BodyViews::of(PartId::ROOT, &outlines);
        // Some leave the plain text empty beside the HTML.
        let html = views.html.iter().filter(|id| views.text.binary_search(id).is_err());
        for part in views.text.iter().chain(html).filter_map(|id| parts.get(id.index())) {
            let (media_type, subtype) = part.media_type();
            if media_type != b"text" {
                continue;
            }
            // No more is looked at than some words need, whatever the encoding.
            let wanted = part.body_range();
            let wanted = wanted.start..wanted.end.min(wanted.start.saturating_add(LOOK));
            let body = match outermost(&parts, part) {
                None => read(wanted),
                Some(outermost) => {
                    let at = outermost.body_range();
                    read(at.clone()).map(|octets| {
                        let given = Given { at: at.start, octets: &octets };
                        let source = self.source(&parts, part.source, given);
                        Cow::Owned(source.get(range(wanted)).unwrap_or_default().to_vec())
                    })
                }
            };
            let text = part_text(part, &body.unwrap_or_default());
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
const LOOK: u64 = 256 * 1024;

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
