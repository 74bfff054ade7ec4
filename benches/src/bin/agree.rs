//! Compares what we read in real mail with what mail-parser reads: subject, addresses, date, types of
//! parts and decoded bodies. Prints how often each kind of difference that is meant occurs, and fails
//! if one is not explained.
//!
//! `MAILWIRE_SHARED=… cargo run --manifest-path benches/Cargo.toml --ignore-rust-version --bin agree`
use benches::mail;
use mail_parser::MessageParser;
use mailwire_message::{Message, header::AddressList, parser::PartKind};
use std::{collections::BTreeMap, process::ExitCode};

fn main() -> ExitCode {
    let parser = MessageParser::new();
    let mut tally = BTreeMap::new();
    let (mut seen, mut unexplained) = (0, 0);
    for (path, octets) in mail::real_files() {
        seen += 1;
        let ours = Message::parse(&octets);
        let Some(theirs) = parser.parse(&octets) else {
            *tally.entry("mail-parser finds no message").or_insert(0) += 1;
            continue;
        };
        for (what, mine, other) in differences(&ours, &theirs) {
            match explain(what, &mine, &other, &ours) {
                Some(reason) => *tally.entry(reason).or_insert(0) += 1,
                None => {
                    unexplained += 1;
                    println!("{path}: {what}\n  ours        {mine}\n  mail-parser {other}");
                }
            }
        }
    }
    for (reason, count) in tally {
        println!("{count:6} {reason}");
    }
    println!("{seen} messages compared, {unexplained} differences unexplained");
    if unexplained == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

type Difference = (&'static str, String, String);

fn differences(ours: &Message<'_>, theirs: &mail_parser::Message<'_>) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut compare = |what, mine: String, other: String| {
        if mine != other {
            found.push((what, mine, other));
        }
    };
    let subject = ours.subject().unwrap_or_default();
    compare(
        "subject",
        subject.into_owned(),
        theirs.subject().unwrap_or_default().trim().to_owned(),
    );
    let date = ours.date().filter(|date| date.is_valid()).map(|date| date.unix());
    let other = theirs.date().map(|date| date.to_timestamp());
    compare("date", format!("{date:?}"), format!("{other:?}"));
    for (what, mine, other) in [
        ("from", ours.from(), theirs.from()),
        ("to", ours.to(), theirs.to()),
        ("cc", ours.cc(), theirs.cc()),
        ("reply-to", ours.reply_to(), theirs.reply_to()),
    ] {
        compare(what, addresses(mine), their_addresses(other));
    }
    let types: Vec<_> = ours.parts().map(media).collect();
    let other: Vec<_> = theirs.parts().map(their_media).collect();
    let same = types == other;
    compare("types", types.join(" "), other.join(" "));
    if same {
        for (mine, other) in ours.parts().zip(theirs.parts()) {
            let (octets, others) = (mine.decoded(), other.decoded());
            if mine.kind() == PartKind::Leaf && octets != others {
                let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
                compare("body", text(&octets), text(&others));
            }
        }
    }
    found
}

fn media(part: mailwire_message::message::Part<'_>) -> String {
    let media = part.content_type();
    format!("{}/{}", media.media_type(), media.subtype())
}

fn their_media(part: mail_parser::MessagePart<'_>) -> String {
    let Some(media) = part.content_type() else {
        return if part.is_message() { "message/rfc822" } else { "text/plain" }.to_owned();
    };
    format!("{}/{}", media.ctype(), media.subtype().unwrap_or("plain")).to_ascii_lowercase()
}

fn addresses(list: Option<AddressList<'_>>) -> String {
    let list = list.unwrap_or_default();
    let texts = list.mailboxes().filter_map(|mailbox| mailbox.address());
    texts.collect::<Vec<_>>().join(" ")
}

fn their_addresses(list: Option<mail_parser::AddressList<'_>>) -> String {
    let mailboxes = list.iter().flat_map(|list| list.mailboxes());
    mailboxes.filter_map(|mailbox| mailbox.address()).collect::<Vec<_>>().join(" ")
}

/// Why we read something else, if we mean to.
fn explain(what: &str, mine: &str, other: &str, ours: &Message<'_>) -> Option<&'static str> {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let raw =
        |name| ours.header(name).map(|field| String::from_utf8_lossy(field.value()).into_owned());
    match what {
        "subject" if other.contains('\u{fffd}') => {
            Some("octets above ASCII: windows-1252, never U+FFFD")
        }
        "subject" if squeezed(mine) == squeezed(other) => Some("blanks stay as they are"),
        "date" if mine == "None" && raw("Date")?.contains(" 0") => Some("0102 is no year"),
        "date" if raw("Date")?.contains("+-") => Some("+-0500 is no zone"),
        "date" if raw("Date")?.trim_end().ends_with("GMT+1") => Some("GMT+1 is east of GMT"),
        "date" if mine == "None" && raw("Date")?.contains('=') => Some("text behind the date"),
        "date" if raw("Date")?.trim_end().ends_with(" 0530") => {
            Some("a zone without sign is unknown")
        }
        "date" if raw("Date")?.contains(" AM") || raw("Date")?.contains(" PM") => {
            Some("mail-parser ignores AM and PM")
        }
        "date" if raw("Date")?.matches(':').count() > 2 => Some("a date within a date"),
        "date" if other == "None" => Some("dates in other forms are understood"),
        "from" | "to" | "cc" | "reply-to" if other.contains('\u{fffd}') => {
            Some("octets above ASCII: windows-1252, never U+FFFD")
        }
        "from" | "to" | "cc" | "reply-to"
            if other.split(' ').filter(|address| address.contains('@')).eq(mine.split(' ')) =>
        {
            Some("what has no at sign is a name")
        }
        "from" | "to" | "cc" | "reply-to" if mine.replace('"', "") == other => {
            Some("quotes stay where the local part needs them")
        }
        "from" | "to" | "cc" | "reply-to" if mine.contains("=?") => {
            Some("an encoded word in a local part stays as it is")
        }
        "from" | "to" | "cc" | "reply-to" if ours.headers(what).count() > 1 => {
            Some("the first of several fields; mail-parser takes the last")
        }
        "from" | "to" | "cc" | "reply-to"
            if mine.is_empty() && other.contains([':', ' ']) || mine.contains('[') =>
        {
            Some("no address in it")
        }
        "from" | "to" | "cc" | "reply-to"
            if other.split(' ').any(|address| address.starts_with('@')) =>
        {
            Some("quoted local parts; mail-parser makes names of them")
        }
        "from" | "to" | "cc" | "reply-to"
            if mine.split(' ').filter(|address| !address.ends_with('.')).eq(other.split(' ')) =>
        {
            Some("a domain that ends in a dot")
        }
        "types" if other.contains("message/delivery-status") && mine != other => {
            Some("types of damaged parts")
        }
        "body"
            if squeezed(mine).replace(['=', '3', 'D'], "")
                == squeezed(other).replace(['=', '3', 'D'], "") =>
        {
            Some("equals signs of quoted-printable that begin no escape")
        }
        "body" if squeezed(mine) == squeezed(other) => {
            Some("blanks at the ends of lines of quoted-printable")
        }
        _ => None,
    }
}
