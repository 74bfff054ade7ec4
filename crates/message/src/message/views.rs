//! Which parts are the body and which are attachments (RFC 8621 §4.1.4).

use crate::PartId;
use alloc::vec::Vec;
use core::ops::Range;

/// The parts to show as the text of a message, those to show as its HTML, and the attachments
/// ([RFC 8621 §4.1.4]).
///
/// A part may be in several of the lists: a picture beside plain text is to be shown in both views.
/// Multiparts are in none, and a message within the message is an attachment as a whole.
///
/// [RFC 8621 §4.1.4]: https://www.rfc-editor.org/rfc/rfc8621#section-4.1.4
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct BodyViews {
    /// What to show, one after the other, where there is a choice as plain text.
    pub text: Vec<PartId>,
    /// What to show, one after the other, where there is a choice as HTML.
    pub html: Vec<PartId>,
    /// What to offer besides, in depth-first order.
    pub attachments: Vec<PartId>,
}

/// What the views of a message depend on, for one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outline {
    parent: Option<PartId>,
    shape: Shape,
    attachment: bool,
    named: bool,
}

impl Outline {
    /// A part: what it is in, its type in lower case, its disposition, and whether it has a file name.
    #[must_use]
    pub fn new(
        parent: Option<PartId>,
        (type_, subtype): (&str, &str),
        disposition: Option<&str>,
        named: bool,
    ) -> Self {
        let attachment =
            disposition.is_some_and(|disposition| disposition.eq_ignore_ascii_case("attachment"));
        Self { parent, shape: Shape::of(type_, subtype), attachment, named }
    }
}

impl BodyViews {
    /// The views of the message whose root part is `root`, out of the outlines of all parts by their
    /// ids. A [`Message`](super::Message) has them by itself; this is for those who drive the push
    /// parser.
    ///
    /// ```
    /// use mailwire_message::{PartId, message::{BodyViews, Outline}};
    ///
    /// let root = Some(PartId::ROOT);
    /// let views = BodyViews::of(PartId::ROOT, &[
    ///     Outline::new(None, ("multipart", "mixed"), None, false),
    ///     Outline::new(root, ("text", "plain"), None, false),
    ///     Outline::new(root, ("application", "pdf"), Some("attachment"), true),
    /// ]);
    /// assert_eq!(views.text, [PartId::new(1)]);
    /// assert_eq!(views.html, [PartId::new(1)]);
    /// assert_eq!(views.attachments, [PartId::new(2)]);
    /// ```
    #[must_use]
    pub fn of(root: PartId, parts: &[Outline]) -> Self {
        Self::of_tree(root, parts.get(root.index()..).unwrap_or_default())
    }

    /// The same out of the outlines of the root and all parts within it.
    pub(super) fn of_tree(root: PartId, tree: &[Outline]) -> Self {
        let mut views = Self::default();
        let Some(outline) = tree.first() else { return views };
        let ends = ends(root, tree);
        let inside = |index: usize| index + 1..ends[index];
        let id =
            |index: usize| PartId::new(root.number() + u32::try_from(index).unwrap_or(u32::MAX));
        let mut levels: Vec<Level> = Vec::new();
        let mut top = Level::TOP;
        levels.extend(top.place(root, outline, inside(0), &mut views));
        while let Some(level) = levels.last_mut() {
            if let Some(index) = level.left.next() {
                level.left.start = ends[index];
                let inner = level.place(id(index), &tree[index], inside(index), &mut views);
                level.first = false;
                levels.extend(inner);
            } else {
                level.close(&mut views);
                levels.pop();
            }
        }
        views
    }
}

/// For each part, which one is the first behind it and all that is within it.
fn ends(root: PartId, tree: &[Outline]) -> Vec<usize> {
    let mut ends: Vec<usize> = (1..=tree.len()).collect();
    for (index, part) in tree.iter().enumerate().rev() {
        let parent = part.parent.and_then(|parent| parent.index().checked_sub(root.index()));
        if let Some(parent) = parent.filter(|&parent| parent < index) {
            ends[parent] = ends[parent].max(ends[index]);
        }
    }
    ends
}

/// One call of the RFC's `parseStructure`; a stack of them stands for its recursion.
struct Level {
    /// From the next part of this level to behind the last one within it.
    left: Range<usize>,
    first: bool,
    multipart: Multipart,
    in_alternative: bool,
    /// Whether parts still go into the list; the RFC has null where they do not.
    text: bool,
    html: bool,
    /// How long the lists were at the beginning.
    text_before: usize,
    html_before: usize,
}

impl Level {
    /// The caller of the first level.
    const TOP: Self = Self {
        left: 0..0,
        first: true,
        multipart: Multipart::Other,
        in_alternative: false,
        text: true,
        html: true,
        text_before: 0,
        html_before: 0,
    };

    /// Puts a part where it belongs, or returns the level within it.
    fn place(
        &mut self,
        id: PartId,
        part: &Outline,
        inside: Range<usize>,
        views: &mut BodyViews,
    ) -> Option<Self> {
        if let Shape::Multipart(multipart) = part.shape {
            return Some(Self {
                left: inside,
                first: true,
                multipart,
                in_alternative: self.in_alternative || multipart == Multipart::Alternative,
                text: self.text,
                html: self.html,
                text_before: views.text.len(),
                html_before: views.html.len(),
            });
        }
        if !self.is_inline(part) {
            views.attachments.push(id);
            return None;
        }
        if self.multipart == Multipart::Alternative {
            match part.shape {
                Shape::Plain if self.text => views.text.push(id),
                Shape::Html if self.html => views.html.push(id),
                _ => views.attachments.push(id),
            }
            return None;
        }
        if self.in_alternative {
            self.html &= part.shape != Shape::Plain;
            self.text &= part.shape != Shape::Html;
        }
        if self.text {
            views.text.push(id);
        }
        if self.html {
            views.html.push(id);
        }
        let shown = if part.shape == Shape::Media {
            self.text && self.html
        } else {
            // the RFC's steps would lose it: an alternative that holds a text behind an HTML
            self.text || self.html
        };
        if !shown {
            views.attachments.push(id);
        }
        None
    }

    /// Whether a part is body rather than attachment.
    fn is_inline(&self, part: &Outline) -> bool {
        // In multipart/related only the first can be; a text with a name behind other parts is a file.
        let placed = self.first
            || self.multipart != Multipart::Related && (part.shape == Shape::Media || !part.named);
        placed && part.shape != Shape::Other && !part.attachment
    }

    /// What an alternative has in one form only stands for the other form too.
    fn close(&self, views: &mut BodyViews) {
        if self.multipart != Multipart::Alternative || !self.text || !self.html {
            return;
        }
        let (text, html) = (self.text_before, self.html_before);
        if text == views.text.len() {
            views.text.extend_from_slice(&views.html[html..]);
        } else if html == views.html.len() {
            views.html.extend_from_slice(&views.text[text..]);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Multipart {
    Alternative,
    Related,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Multipart(Multipart),
    Plain,
    Html,
    Media,
    Other,
}

impl Shape {
    fn of(type_: &str, subtype: &str) -> Self {
        match (type_, subtype) {
            ("multipart", "alternative") => Self::Multipart(Multipart::Alternative),
            ("multipart", "related") => Self::Multipart(Multipart::Related),
            ("multipart", _) => Self::Multipart(Multipart::Other),
            ("text", "plain") => Self::Plain,
            ("text", "html") => Self::Html,
            ("image" | "audio" | "video", _) => Self::Media,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    /// The parts of a tree: depth, letter, type, disposition; a name makes it a named one.
    fn views(tree: &[(usize, &str, &str, bool)]) -> (String, String, String) {
        let mut path: Vec<PartId> = Vec::new();
        let mut outlines = Vec::new();
        for (index, &(depth, media, disposition, named)) in tree.iter().enumerate() {
            path.truncate(depth);
            let media = media.split_once('/').unwrap();
            let disposition = Some(disposition).filter(|disposition| !disposition.is_empty());
            outlines.push(Outline::new(path.last().copied(), media, disposition, named));
            path.push(PartId::new(u32::try_from(index).unwrap()));
        }
        let views = BodyViews::of(PartId::ROOT, &outlines);
        let letters = |list: &[PartId]| {
            list.iter().map(|id| char::from(b'0' + u8::try_from(id.index()).unwrap())).collect()
        };
        (letters(&views.text), letters(&views.html), letters(&views.attachments))
    }

    /// The example of the RFC, with its letters as numbers: A is 1, K is ;
    #[test]
    fn rfc_8621_example() {
        let got = views(&[
            (0, "multipart/mixed", "", false),
            (1, "text/plain", "inline", false),      // 1 A
            (1, "multipart/mixed", "", false),       // 2
            (2, "multipart/alternative", "", false), // 3
            (3, "multipart/mixed", "", false),       // 4
            (4, "text/plain", "inline", false),      // 5 B
            (4, "image/jpeg", "inline", false),      // 6 C
            (4, "text/plain", "inline", false),      // 7 D
            (3, "multipart/related", "", false),     // 8
            (4, "text/html", "", false),             // 9 E
            (4, "image/jpeg", "", false),            // : F
            (2, "image/jpeg", "attachment", false),  // ; G
            (2, "application/x-excel", "", false),   // < H
            (2, "message/rfc822", "", false),        // = J
            (1, "text/plain", "inline", false),      // > K
        ]);
        // textBody ABCDK, htmlBody AEK, attachments CFGHJ
        assert_eq!(got, ("1567>".into(), "19>".into(), "6:;<=".into()));
    }

    #[test]
    fn cases() {
        let plain = |depth| (depth, "text/plain", "", false);
        let html = |depth| (depth, "text/html", "", false);
        let mixed = |depth| (depth, "multipart/mixed", "", false);
        let alternative = |depth| (depth, "multipart/alternative", "", false);
        let related = |depth| (depth, "multipart/related", "", false);
        let image = |depth| (depth, "image/png", "", false);
        let named = |depth, media| (depth, media, "", true);
        for (tree, want) in [
            (&[plain(0)][..], ("0", "0", "")),
            (&[html(0)], ("0", "0", "")),
            (&[image(0)], ("0", "0", "")),
            (&[(0, "text/plain", "attachment", false)], ("", "", "0")),
            (&[(0, "text/plain", "ATTACHMENT", false)], ("", "", "0")),
            (&[(0, "text/csv", "inline", false)], ("", "", "0")),
            (&[(0, "application/pdf", "inline", true)], ("", "", "0")),
            (&[(0, "message/rfc822", "", false), plain(1)], ("", "", "0")),
            (&[alternative(0), plain(1), html(1)], ("1", "2", "")),
            (&[alternative(0), html(1)], ("1", "1", "")),
            (&[alternative(0), plain(1)], ("1", "1", "")),
            (
                &[alternative(0), plain(1), html(1), (1, "text/calendar", "", false)],
                ("1", "2", "3"),
            ),
            (&[alternative(0), plain(1), html(1), image(1)], ("1", "2", "3")),
            (&[alternative(0)], ("", "", "")),
            (&[mixed(0), plain(1), image(1)], ("12", "12", "")),
            (&[mixed(0), plain(1), named(1, "text/plain")], ("1", "1", "2")),
            (&[mixed(0), named(1, "text/plain"), plain(1)], ("12", "12", "")),
            (&[mixed(0), plain(1), named(1, "image/png")], ("12", "12", "")),
            (&[related(0), html(1), image(1)], ("1", "1", "2")),
            (&[related(0), alternative(1), plain(2), html(2), image(1)], ("2", "3", "4")),
            (&[alternative(0), plain(1), related(1), html(2), image(2)], ("1", "3", "4")),
            (&[mixed(0), alternative(1), plain(2), html(2), plain(1)], ("24", "34", "")),
            // the first text closes the one list, the HTML the other; what follows is in neither
            (&[alternative(0), mixed(1), plain(2), html(2), plain(2)], ("2", "2", "34")),
        ] {
            let got = views(tree);
            let got = (&got.0[..], &got.1[..], &got.2[..]);
            assert_eq!(got, want, "tree {tree:?}");
        }
    }
}
