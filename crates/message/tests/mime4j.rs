//! The test messages of mime4j and of Perl's MIME-tools, in mime4j's reading of them.
//!
//! Beside each message lies an outline of what mime4j's parser makes of it, and each decoded body.
//! Ours is made to the same outline and must be equal, unless a difference has its reason below.
use mailwire_message::{
    Message,
    message::Part,
    parser::{Config, PartKind, Structure},
};
use std::{collections::BTreeMap, str};
use testkit::shared;

const FOLDERS: [&str; 2] = ["vectors/mime4j/testmsgs", "vectors/mime4j/mimetools-testmsgs"];

/// Where we differ on purpose, and why.
const REASONS: [(&str, &str); 0] = [];

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
            let reason = REASONS.iter().find(|(known, _)| *known == stem);
            match (ours == theirs, reason) {
                (true, None) | (false, Some(_)) => {}
                (true, Some(_)) => failures.push(format!("{stem}: no difference any more")),
                (false, None) => failures.push(format!("{stem}: {}", difference(&ours, &theirs))),
            }
        }
    }
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
    if std::env::var_os("MAILWIRE_SHARED").is_some() {
        assert_eq!(seen, 80);
    }
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
    let mut config = Config::default();
    config.line_statistics = false;
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
