//! A message as the tree of its parts.
use std::io::{self, Write};

use mailwire_message::{
    Defect, Message,
    message::{BodyViews, Part},
    parser::PartKind,
};

/// Writes a line for each part, and one for each defect below its part.
pub fn write(out: &mut dyn Write, message: &Message<'_>) -> io::Result<()> {
    let (views, defects) = (message.body_views(), message.inspect().defects);
    for part in message.parts() {
        let branch = branch(part);
        writeln!(out, "{branch}{}", describe(part, &views))?;
        let below = continued(&branch, part);
        let first = defects.partition_point(|defect| defect.part < part.id());
        for defect in defects[first..].iter().take_while(|defect| defect.part == part.id()) {
            let Defect { code, offset, .. } = defect;
            let (name, text, reference) = (code.name(), code.text(), code.reference());
            writeln!(out, "{below}! {name} at {offset}: {text} ({reference})")?;
        }
    }
    out.flush()
}

fn describe(part: Part<'_>, views: &BodyViews) -> String {
    let content_type = part.content_type();
    let mut text =
        format!("{} {}/{}", part.id(), content_type.media_type(), content_type.subtype());
    if let Some(charset) = content_type.charset() {
        text += &format!("; charset={charset}");
    }
    if !part.encoding().is_identity() {
        text += &format!(", {}", part.encoding().name());
    }
    text += &format!(", {} octets", part.decoded_len());
    let id = part.id();
    let roles = [("text", &views.text), ("html", &views.html), ("attachment", &views.attachments)];
    let roles: Vec<_> = roles
        .iter()
        .filter(|(_, ids)| ids.binary_search(&id).is_ok())
        .map(|(role, _)| *role)
        .collect();
    if !roles.is_empty() {
        text += &format!(": {}", roles.join(" and "));
    }
    if let Some(name) = part.file_name() {
        text += &format!(" {name:?}");
    }
    let is_message = part.parent().is_none_or(|parent| parent.kind() == PartKind::Message);
    if let Some(subject) = part.subject().filter(|_| is_message) {
        text += &format!(", {subject:?}");
    }
    text
}

/// The lines that lead to a part.
fn branch(part: Part<'_>) -> String {
    let mut pieces = Vec::new();
    let mut next = Some(part);
    while let Some(within) = next.filter(|within| within.parent().is_some()) {
        pieces.push(match (within.id() == part.id(), within.next_sibling().is_some()) {
            (true, true) => "├─ ",
            (true, false) => "└─ ",
            (false, true) => "│  ",
            (false, false) => "   ",
        });
        next = within.parent();
    }
    pieces.into_iter().rev().collect()
}

/// The lines that go on below a part.
fn continued(branch: &str, part: Part<'_>) -> String {
    let above = branch.replace("├─ ", "│  ").replace("└─ ", "   ");
    above + if part.children().next().is_some() { "│  " } else { "   " }
}
