//! Compares what we read in IMAP responses with what imap-codec and imap-proto read, wherever they
//! accept them: real replies, the examples of the RFCs, and generated ones. Then both read what we
//! write. Prints how often each kind of difference that is meant occurs, and fails if one is not
//! explained.
//!
//! `MAILWIRE_SHARED=… cargo run --release --manifest-path benches/Cargo.toml --ignore-rust-version --bin
//! agree_imap`. Without `MAILWIRE_SHARED` the real replies are left out.
use arbitrary::{Arbitrary, Unstructured};
use benches::imap::{codec, ours, proto, shown::Shown};
use bytes::Bytes;
use imap_codec::{
    GreetingCodec, ResponseCodec,
    decode::Decoder,
    encode::Encoder as _,
    imap_types::response::{GreetingKind, Response as Theirs, Status, StatusBody, StatusKind},
};
use mailwire_imap::{
    Encoder, Frame, FrameLimits, Framer, Peer, Piece, ReadOptions, Response, Side,
};
use std::{
    collections::BTreeMap,
    fs, panic,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// How many responses are generated.
const GENERATED: u64 = 30_000;

fn main() -> ExitCode {
    panic::set_hook(Box::new(|_| {}));
    let mut tally = Tally::default();
    for (source, wires) in [
        ("real replies", real()),
        ("examples of the RFCs", examples()),
        ("responses that imap-codec generates", generated()),
    ] {
        let before = tally.compared;
        let frames: Vec<_> = wires.iter().flat_map(|wire| frames(wire)).collect();
        frames.iter().for_each(|frame| tally.response(frame));
        println!(
            "{source}: {} responses, {} readings compared",
            frames.len(),
            tally.compared - before
        );
    }
    for (reason, (count, example)) in &tally.explained {
        println!("{count:6} {reason}\n       {example}");
    }
    println!("{} readings compared, {} differences unexplained", tally.compared, tally.unexplained);
    if tally.unexplained == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Debug, Default)]
struct Tally {
    compared: usize,
    explained: BTreeMap<&'static str, (usize, String)>,
    unexplained: usize,
    seen: BTreeMap<String, usize>,
}

impl Tally {
    fn response(&mut self, frame: &Frame) {
        let wire = frame.wire();
        let (by_codec, by_proto) = (by_codec(wire), by_proto(wire));
        let ours = match Response::parse(frame, ReadOptions::default()) {
            Ok(read) => read.value,
            Err(error) => {
                for (who, theirs) in [("imap-codec", by_codec), ("imap-proto", by_proto)] {
                    if let Some(theirs) = theirs {
                        self.differs(who, wire, &Shown(vec![error.to_string()]), &theirs);
                    }
                }
                return;
            }
        };
        let mine = Shown::of(|shown| ours::response(&ours, shown));
        for (who, theirs) in [("imap-codec", &by_codec), ("imap-proto", &by_proto)] {
            if let Some(theirs) = theirs {
                self.compare(who, wire, &mine, theirs);
            }
        }
        // What we write they must read, if they could read what we read.
        let mut out = Encoder::new(Peer::CLIENT);
        ours.encode(&mut out);
        let written = out.finish().wire;
        for (who, read, again) in [
            ("imap-codec, of what we write", by_codec, self::by_codec(&written)),
            ("imap-proto, of what we write", by_proto, self::by_proto(&written)),
        ] {
            match (read, again) {
                (_, Some(again)) => self.compare(who, &written, &mine, &again),
                (Some(read), None) => self.differs(who, &written, &mine, &read),
                (None, None) => {}
            }
        }
    }

    fn compare(&mut self, who: &str, wire: &[u8], mine: &Shown, theirs: &Shown) {
        self.compared += 1;
        // What one has in a piece may be several to the other.
        if mine != theirs && mine.0.join(" ") != theirs.0.join(" ") {
            self.differs(who, wire, mine, theirs);
        }
    }

    fn differs(&mut self, who: &str, wire: &[u8], mine: &Shown, theirs: &Shown) {
        let wire = wire.escape_ascii().to_string();
        if let Some(reason) = explain(who, &wire, mine, theirs) {
            let shown = wire.chars().take(140).collect();
            self.explained.entry(reason).or_insert((0, shown)).0 += 1;
            return;
        }
        self.unexplained += 1;
        let seen = self.seen.entry(format!("{who} {}", mine.0[0])).or_default();
        *seen += 1;
        if *seen <= 6 {
            let at =
                mine.0.iter().zip(&theirs.0).take_while(|(mine, theirs)| mine == theirs).count();
            let part = |shown: &Shown| {
                shown
                    .0
                    .iter()
                    .skip(at.saturating_sub(1))
                    .take(5)
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            println!(
                "{who}: {}\n  ours   {}\n  theirs {}",
                wire.chars().take(300).collect::<String>(),
                part(mine),
                part(theirs)
            );
        }
    }
}

/// Why we read something else, if we mean to.
fn explain(who: &str, wire: &str, mine: &Shown, theirs: &Shown) -> Option<&'static str> {
    let is_proto = who.starts_with("imap-proto");
    let (mine, theirs) = (&mine.0[..], &theirs.0[..]);
    let kind = mine.first()?.as_str();
    let other_kind = theirs.first()?.as_str();
    let all = |same: &dyn Fn(&str, &str) -> bool| {
        let mut pairs = mine.iter().zip(theirs);
        mine.len() == theirs.len()
            && pairs.all(|(mine, theirs)| mine == theirs || same(mine, theirs))
    };
    let plain = |text: &str| text.replace('\\', "");
    if all(&|mine, theirs| mine == "\"\"" && theirs == "\"...\"") {
        return Some("imap-codec puts dots where text is missing");
    }
    if numbers(wire).any(|number| number > i64::MAX as u64) {
        return Some("a number64 ends at 2^63 - 1 (RFC 9051 section 9, RFC 7162 section 7)");
    }
    if kind == "+" && wire.starts_with("+ [") {
        return Some("codes stay in the text of continuations, which may be anything");
    }
    if !is_proto && wire.contains("[APPENDUID") {
        return Some("imap-codec takes only one UID in APPENDUID for what it is");
    }
    if !is_proto && wire.contains("[PERMANENTFLAGS (") && kind == "ok" {
        return Some("a code whose list is not closed is text");
    }
    if who.ends_with("of what we write") && mine.iter().any(|word| word == "invalid") {
        return Some("an item that makes no sense is told, and not written");
    }
    if !is_proto {
        return None;
    }
    match kind {
        "ok" | "no" | "bad" | "bye" | "preauth" if theirs.last()?.starts_with("\"[") => {
            Some("imap-proto leaves codes that it does not know in the text")
        }
        "fetch" if theirs.iter().any(|word| word == "unknown") => {
            Some("imap-proto drops the values of items that it does not know")
        }
        "fetch" if wire.contains("HEADER.FIELDS") => {
            Some("imap-proto takes HEADER.FIELDS for HEADER")
        }
        "list" if all(&|mine, theirs| mine == "-" && theirs == "\"\"") => {
            Some("an empty delimiter is none")
        }
        "enabled" if other_kind == "capability" => {
            Some("imap-proto does not tell ENABLED from CAPABILITY")
        }
        "id" => Some("imap-proto drops parameters whose value is NIL, and repeated ones"),
        _ if all(&|mine, theirs| plain(mine) == plain(theirs)) => {
            Some("imap-proto leaves the backslashes in quoted strings")
        }
        _ if theirs.iter().any(|text| text.contains("\\xef\\xbf\\xbd")) => {
            Some("imap-proto puts U+FFFD where strings are not UTF-8")
        }
        _ => None,
    }
}

/// The numbers in a text.
fn numbers(text: &str) -> impl Iterator<Item = u64> {
    text.split(|char: char| !char.is_ascii_digit()).filter_map(|digits| digits.parse().ok())
}

fn by_codec(wire: &[u8]) -> Option<Shown> {
    if let Ok((&[], read)) = ResponseCodec::default().decode(wire) {
        return Some(Shown::of(|shown| codec::response(&read, shown)));
    }
    // PREAUTH stands in a greeting alone.
    let Ok((&[], greeting)) = GreetingCodec::default().decode(wire) else { return None };
    let body = StatusBody { kind: StatusKind::Ok, code: greeting.code, text: greeting.text };
    let mut shown =
        Shown::of(|shown| codec::response(&Theirs::Status(Status::Untagged(body)), shown));
    if greeting.kind == GreetingKind::PreAuth {
        shown.0[0] = "preauth".into();
    }
    Some(shown)
}

/// imap-proto panics at some responses.
fn by_proto(wire: &[u8]) -> Option<Shown> {
    let read = panic::catch_unwind(|| match imap_proto::Response::parse(wire) {
        Ok((&[], read)) => Some(Shown::of(|shown| proto::response(&read, shown))),
        _ => None,
    });
    read.ok()?
}

fn frames(wire: &[u8]) -> Vec<Frame> {
    let mut framer = Framer::new(Side::Responses, FrameLimits::CLIENT);
    framer.push(Bytes::copy_from_slice(wire));
    let mut frames = Vec::new();
    while let Ok(Some(piece)) = framer.next_piece() {
        match piece {
            Piece::Frame(frame) => frames.push(frame),
            _ => framer.inline().expect("limits are wide"),
        }
    }
    frames
}

/// Replies of real servers, which have LF line ends and literals counted with CRLF.
fn real() -> Vec<Vec<u8>> {
    let Some(shared) = std::env::var_os("MAILWIRE_SHARED") else { return Vec::new() };
    let dir = PathBuf::from(shared).join("vectors/mailkit/Imap/Resources");
    let mut files = Vec::new();
    collect(&dir, &mut files);
    files.sort();
    files.iter().map(|path| crlf(&fs::read(path).expect("readable"))).collect()
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "txt") {
            files.push(path);
        }
    }
}

fn crlf(text: &[u8]) -> Vec<u8> {
    let lines = text.split_inclusive(|octet| *octet == b'\n');
    lines
        .flat_map(|line| match line {
            [content @ .., b'\r', b'\n'] | [content @ .., b'\n'] => [content, b"\r\n"].concat(),
            rest => rest.to_vec(),
        })
        .collect()
}

/// What servers say in the examples of the RFCs: the lines behind `S: `.
fn examples() -> Vec<Vec<u8>> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/imap/tests/rfc");
    let mut files = Vec::new();
    collect(&dir, &mut files);
    files.sort();
    let mut wires = Vec::new();
    for path in files {
        let text = fs::read_to_string(path).expect("readable");
        let lines = text.lines().filter_map(|line| line.strip_prefix("S: "));
        wires.push(lines.map(|line| format!("{line}\r\n")).collect::<String>().into_bytes());
    }
    wires
}

/// What imap-codec writes of arbitrary values of its own: the same ones in every run.
fn generated() -> Vec<Vec<u8>> {
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    let mut wires = Vec::new();
    while wires.len() < GENERATED as usize {
        let octets: Vec<u8> = (0..64)
            .flat_map(|_| {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                seed.to_le_bytes()
            })
            .collect();
        if let Ok(response) = Theirs::arbitrary(&mut Unstructured::new(&octets)) {
            wires.push(ResponseCodec::default().encode(&response).dump());
        }
    }
    wires
}
