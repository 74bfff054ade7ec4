//! Words out of HTML, without building a document of it.

use super::{Words, beginning, entity};
use alloc::string::String;

/// How much is looked at at least: styles may stand before the first word.
const HTML: usize = 128 * 1024;

/// The first `max` characters that a reader of an HTML text would see, without quotes.
///
/// Left out are comments, the head, styles and scripts, alternatives for pictures, elements that are hidden
/// by an attribute or an inline style, and quotes, unless there is nothing else: `blockquote`, and what Gmail and
/// Yahoo mark as such.
///
/// ```
/// use mailwire_message::preview;
///
/// let html = "<style>p { x: y }</style><p>Fish &amp; chips<br>for&nbsp;&#8364;5</p>\
///             <div style='display: none'>hidden</div><blockquote>You wrote</blockquote>";
/// assert_eq!(preview::from_html(html, 80), "Fish & chips for €5");
/// ```
#[must_use]
pub fn from_html(html: &str, max: usize) -> String {
    let html = beginning(html, max, HTML);
    let words = words_of(html, max, false);
    if words.is_empty() { words_of(html, max, true) } else { words }
}

/// All that a reader of an HTML text would see, quotes too: what a search looks into.
///
/// ```
/// use mailwire_message::preview;
///
/// let html = "<p>Fish &amp; ch<b>ip</b>s<blockquote>You wr&ouml;te</blockquote><script>x()</script>";
/// assert_eq!(preview::html_text(html), "Fish & chips You wröte");
/// ```
#[must_use]
pub fn html_text(html: &str) -> String {
    words_of(html, usize::MAX, true)
}

fn words_of(mut rest: &str, max: usize, with_quotes: bool) -> String {
    let mut words = Words::new(max);
    while !words.is_full() {
        let Some(special) = memchr::memchr2(b'<', b'&', rest.as_bytes()) else {
            rest.chars().for_each(|c| words.push(c));
            break;
        };
        let (text, markup) = rest.split_at(special);
        text.chars().for_each(|c| words.push(c));
        rest = match markup.as_bytes() {
            [b'&', ..] => reference(markup, &mut words),
            [b'<', b'!', b'-', b'-', ..] => behind(&markup[4..], "-->"),
            [b'<', b'!' | b'?', ..] => behind(markup, ">"),
            [b'<', b'a'..=b'z' | b'A'..=b'Z' | b'/', ..] => {
                element(markup, with_quotes, &mut words)
            }
            _ => {
                words.push('<');
                &markup[1..]
            }
        };
    }
    words.text
}

/// What stands behind the first `mark`; nothing if there is none.
fn behind<'a>(text: &'a str, mark: &str) -> &'a str {
    text.find(mark).map_or("", |at| &text[at + mark.len()..])
}

/// Reads a character reference; returns what follows it.
fn reference<'a>(markup: &'a str, words: &mut Words) -> &'a str {
    /// The longest name.
    const MOST: usize = 32;

    let name = &markup[1..];
    let is_name = |octet: &u8| octet.is_ascii_alphanumeric() || *octet == b'#';
    let len = name.bytes().take(MOST).take_while(|octet| is_name(octet)).count();
    let (name, rest) = name.split_at(len);
    let Some(c) = entity::character(name) else {
        words.push('&');
        return &markup[1..];
    };
    words.push(c);
    rest.strip_prefix(';').unwrap_or(rest)
}

/// Reads a tag, and the element if nobody sees it; returns what follows.
fn element<'a>(markup: &'a str, with_quotes: bool, words: &mut Words) -> &'a str {
    let Some((tag, rest)) = Tag::parse(markup) else { return "" };
    if !is_inline(tag.name) {
        words.gap();
    }
    if tag.is_end || tag.is_void() {
        return rest;
    }
    if ["style", "script", "title", "textarea", "xmp"].iter().any(|name| tag.is(name)) {
        return raw_end(rest, tag.name);
    }
    if is_unseen(&tag) || !with_quotes && is_quote(&tag) {
        return element_end(rest, tag.name);
    }
    rest
}

/// What follows an element whose content is no markup.
fn raw_end<'a>(mut rest: &'a str, name: &str) -> &'a str {
    while let Some(at) = rest.find("</") {
        let end = &rest[at..];
        rest = &end[2..];
        // Only this tag is looked at to its end, which may be far.
        let len = rest.bytes().take(name.len() + 1).take_while(u8::is_ascii_alphanumeric).count();
        if rest[..len].eq_ignore_ascii_case(name) {
            return Tag::parse(end).map_or("", |(_, behind)| behind);
        }
    }
    ""
}

/// What follows an element, with others of the same name within it.
fn element_end<'a>(mut rest: &'a str, name: &str) -> &'a str {
    let mut depth = 1usize;
    while depth > 0 {
        let Some(at) = rest.find('<') else { return "" };
        rest = &rest[at..];
        if rest.starts_with("<!--") {
            rest = behind(&rest[4..], "-->");
            continue;
        }
        if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
            rest = &rest[1..];
            continue;
        }
        let Some((tag, behind)) = Tag::parse(rest) else { return "" };
        rest = behind;
        if tag.is(name) {
            depth = if tag.is_end { depth - 1 } else { depth + usize::from(!tag.is_void()) };
        }
    }
    rest
}

/// A tag: `<p class="x">` or `</p>`
struct Tag<'a> {
    name: &'a str,
    is_end: bool,
    /// Everything between the name and the closing angle bracket.
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// A tag, and what follows it; `None` if it does not end.
    fn parse(markup: &'a str) -> Option<(Self, &'a str)> {
        let rest = markup.strip_prefix('<')?;
        let is_end = rest.starts_with('/');
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let len = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let (name, rest) = rest.split_at(len);
        let end = tag_end(rest.as_bytes())?;
        Some((Self { name, is_end, attributes: &rest[..end] }, &rest[end + 1..]))
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn is_void(&self) -> bool {
        const VOID: [&str; 8] = ["br", "img", "hr", "meta", "input", "link", "col", "wbr"];
        VOID.iter().any(|name| self.is(name)) || self.attributes.ends_with('/')
    }

    /// The value of an attribute; empty if it has none.
    fn attribute(&self, name: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let len = rest.find(|c: char| c.is_ascii_whitespace() || c == '=');
            let (key, behind) = rest.split_at(len.unwrap_or(rest.len()).max(1).min(rest.len()));
            let after = behind.trim_start();
            let (value, behind) = match after.strip_prefix('=') {
                Some(value) => attribute_value(value.trim_start()),
                None => ("", after),
            };
            if key.eq_ignore_ascii_case(name) {
                return Some(value);
            }
            rest = behind;
        }
    }
}

/// A value, quoted or not, and what follows it.
fn attribute_value(text: &str) -> (&str, &str) {
    match text.as_bytes() {
        [quote @ (b'"' | b'\''), ..] => {
            let value = &text[1..];
            let end = memchr::memchr(*quote, value.as_bytes()).unwrap_or(value.len());
            (&value[..end], value.get(end + 1..).unwrap_or_default())
        }
        _ => text.split_at(text.find(|c: char| c.is_ascii_whitespace()).unwrap_or(text.len())),
    }
}

/// Where the angle bracket stands that ends a tag; those in quotes do not.
fn tag_end(attributes: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut value_follows = false;
    while let Some(&octet) = attributes.get(at) {
        match octet {
            b'>' => return Some(at),
            b'"' | b'\'' if value_follows => {
                at += 1 + memchr::memchr(octet, &attributes[at + 1..])?;
            }
            _ => {}
        }
        value_follows = octet == b'=' || value_follows && octet.is_ascii_whitespace();
        at += 1;
    }
    None
}

/// Whether nobody sees the element.
fn is_unseen(tag: &Tag<'_>) -> bool {
    const UNSEEN: [&str; 8] =
        ["head", "template", "noscript", "svg", "select", "object", "audio", "video"];
    UNSEEN.iter().any(|name| tag.is(name))
        || tag.attribute("hidden").is_some()
        || tag.attribute("style").is_some_and(hides)
}

fn is_quote(tag: &Tag<'_>) -> bool {
    let marked = |class: &str| class.contains("gmail_quote") || class.contains("yahoo_quoted");
    tag.is("blockquote") || tag.attribute("class").is_some_and(marked)
}

/// Whether an inline style hides its element.
fn hides(style: &str) -> bool {
    style.split(';').any(|declaration| {
        let Some((property, value)) = declaration.split_once(':') else { return false };
        let value = value.trim().split_ascii_whitespace().next().unwrap_or_default();
        let is = |wanted: &str| property.trim().eq_ignore_ascii_case(wanted);
        let is_zero = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%').parse()
            == Ok(0.0_f32);
        is("display") && value.eq_ignore_ascii_case("none")
            || is("visibility") && value.eq_ignore_ascii_case("hidden")
            || is("mso-hide") && value.eq_ignore_ascii_case("all")
            || (is("font-size") || is("max-height") || is("opacity")) && is_zero
    })
}

/// Whether an element stands within words.
fn is_inline(name: &str) -> bool {
    const INLINE: [&str; 24] = [
        "a", "abbr", "b", "big", "code", "em", "font", "i", "ins", "kbd", "label", "mark", "q",
        "s", "script", "small", "span", "strong", "style", "sub", "sup", "tt", "u", "wbr",
    ];
    INLINE.iter().any(|inline| inline.eq_ignore_ascii_case(name))
}
