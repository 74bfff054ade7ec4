//! The test messages of mime4j and of Perl's MIME-tools, in mime4j's reading of them.
//!
//! Beside each message lies an outline of what mime4j's parser makes of it, and each decoded body.
//! Ours is made to the same outline and must be equal, unless a difference has its reason below.
use mailwire_message::{Message, message::Part, parser::PartKind};
use std::{collections::BTreeMap, str};
use testkit::shared;

const FOLDERS: [&str; 2] = ["vectors/mime4j/testmsgs", "vectors/mime4j/mimetools-testmsgs"];

/// Where we differ on purpose, how far, and why.
const REASONS: [(&str, Extent, &str); 16] = [
    ("empty-preamble", Extent::LineBreaks, QUOTED_PRINTABLE),
    ("german-qp", Extent::LineBreaks, QUOTED_PRINTABLE),
    ("jt-0498", Extent::LineBreaks, QUOTED_PRINTABLE),
    ("mp-msg-rfc822", Extent::LineBreaks, QUOTED_PRINTABLE),
    ("frag", Extent::Longer, CUT_BASE64),
    ("multi-frag", Extent::Longer, CUT_BASE64),
    ("ending-boundaries", Extent::Any, "a line with text behind the boundary is no delimiter"),
    ("weird-boundary", Extent::Any, BLANKS),
    ("very-long-boundary", Extent::Any, BLANKS),
    ("very-very-long-boundary", Extent::Any, "no delimiter of 7,000 octets: lines end at 998"),
    ("basic-plain-with-bad-header-separator", Extent::Any, BLANK_LINE),
    ("hdr-fakeout", Extent::Any, BLANK_LINE),
    ("malformedHeader-noheader", Extent::Any, NO_FIELD),
    ("malformedHeaderStartsBody-noheader", Extent::Any, NO_FIELD),
    ("malformedHeaderStartsBody-nocrlfcrlf", Extent::Any, BETWEEN_FIELDS),
    ("obsolete", Extent::Any, "a field with an odd name is a field, and mime4j drops it"),
];
const QUOTED_PRINTABLE: &str =
    "line breaks of quoted-printable stay as they are; mime4j makes them CRLF";
const CUT_BASE64: &str =
    "base64 cut off within a group of four: mime4j drops the octets that are complete";
const BLANKS: &str = "RFC 2046: no boundary ends in blanks, and delimiters may";
const BLANK_LINE: &str =
    "a line of blanks is no empty line; what follows it is no field, so is body";
const NO_FIELD: &str = "lines without a field before them are body; mime4j drops the first line";
const BETWEEN_FIELDS: &str = "a line between fields is no field, but does not end the header";

/// How far readings may differ.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// In the line breaks of bodies.
    LineBreaks,
    /// In a few more octets at the end of bodies.
    Longer,
    Any,
}

impl Extent {
    fn covers(self, ours: &Outline, theirs: &Outline) -> bool {
        let lines = || ours.iter().zip(theirs).map(|(ours, theirs)| (&ours.2, &theirs.2));
        let alike = ours.len() == theirs.len();
        match self {
            Self::LineBreaks => alike && lines().all(|(a, b)| without_cr(a) == without_cr(b)),
            Self::Longer => {
                alike && lines().all(|(a, b)| a.starts_with(b) && a.len() < b.len() + 3)
            }
            Self::Any => true,
        }
    }
}

fn without_cr(octets: &[u8]) -> Vec<u8> {
    octets.iter().copied().filter(|&octet| octet != b'\r').collect()
}

#[test]
fn outlines_and_bodies() {
    let mut seen = 0;
    let mut failures = Vec::new();
    for folder in FOLDERS {
        let files: BTreeMap<_, _> = shared::files(folder).into_iter().collect();
        for (name, message) in files.iter().filter(|(name, _)| name.ends_with(".msg")) {
            seen += 1;
            let stem = name.trim_end_matches(".msg");
            let theirs = theirs(&files[&format!("{stem}_decoded.xml")], &files);
            let ours = ours(message);
            let reason = REASONS.iter().find(|(known, ..)| *known == stem);
            match (ours == theirs, reason) {
                (true, None) => {}
                (false, Some((_, extent, _))) if extent.covers(&ours, &theirs) => {}
                (true, Some((.., why))) => {
                    failures.push(format!("{stem}: equal in spite of: {why}"));
                }
                (false, _) => failures.push(format!("{stem}: {}", difference(&ours, &theirs))),
            }
        }
    }
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
    assert!(seen == 80 || seen == 0, "{seen} messages");
}

/// A line of an outline: how deep, what, and its octets.
type Outline = Vec<(usize, &'static str, Vec<u8>)>;

fn difference(ours: &Outline, theirs: &Outline) -> String {
    let at = ours.iter().zip(theirs).take_while(|(ours, theirs)| ours == theirs).count();
    let show = |line: Option<&(usize, &str, Vec<u8>)>| match line {
        None => "nothing more".to_owned(),
        Some((depth, what, octets)) => {
            let text: String = String::from_utf8_lossy(octets).chars().take(300).collect();
            format!("{depth} {what} ({} octets) {text:?}", octets.len())
        }
    };
    format!("line {at}\n    ours   {}\n    theirs {}", show(ours.get(at)), show(theirs.get(at)))
}

fn ours(octets: &[u8]) -> Outline {
    let message = Message::parse(octets);
    let mut outline = Outline::new();
    for part in message.parts() {
        let depth = depth(part);
        let is_message = part.parent().is_none_or(|parent| parent.kind() == PartKind::Message);
        outline.push((depth, if is_message { "message" } else { "body-part" }, Vec::new()));
        for field in part.fields() {
            let octets = field.raw();
            let octets = octets.strip_suffix(b"\n").unwrap_or(octets);
            let octets = octets.strip_suffix(b"\r").unwrap_or(octets);
            outline.push((depth, "field", octets.to_vec()));
        }
        if part.kind() == PartKind::Leaf {
            outline.push((depth, "body", part.decoded().into_owned()));
        }
    }
    outline
}

fn depth(part: Part<'_>) -> usize {
    let mut depth = 0;
    let mut next = part.parent();
    while let Some(parent) = next {
        depth += 1;
        next = parent.parent();
    }
    depth
}

/// Reads the XML: elements on lines of their own, fields and bodies with their text.
fn theirs(xml: &[u8], files: &BTreeMap<String, Vec<u8>>) -> Outline {
    let mut outline = Outline::new();
    let (mut depth, mut rest) = (0usize, xml);
    let mut open: Vec<bool> = Vec::new(); // whether the element is a part
    while let Some(start) = find(rest, b"<") {
        let end = start + find(&rest[start..], b">").expect("a tag ends");
        let tag = str::from_utf8(&rest[start + 1..end]).expect("tags are ASCII");
        rest = &rest[end + 1..];
        match tag.split([' ', '/']).next().expect("a piece") {
            "" => {
                if matches!(&tag[1..], "message" | "body-part") {
                    open.pop();
                    depth -= 1;
                }
            }
            "message" | "body-part" => {
                let what = if tag == "message" { "message" } else { "body-part" };
                outline.push((depth, what, Vec::new()));
                open.push(true);
                depth += 1;
            }
            "field" => {
                let end = find(rest, b"</field>").expect("a field ends");
                let text = rest[..end].strip_prefix(b"\r\n").unwrap_or(&rest[..end]);
                outline.push((depth - 1, "field", unescape(text)));
                rest = &rest[end..];
            }
            "text-body" | "binary-body" => {
                let name = tag.split('"').nth(1).expect("a name");
                outline.push((depth - 1, "body", files[name].clone()));
            }
            _ => {}
        }
    }
    outline
}

/// The octets that the text stands for: one for each character.
fn unescape(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    let text = text.replace("&amp;", "&");
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
