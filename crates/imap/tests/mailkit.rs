//! Every reply that MailKit's tests hold, from real servers and from broken ones: all are understood,
//! nothing is lost and nothing is left over.

use bytes::Bytes;
use mailwire_imap::{
    Data, Encoder, Frame, FrameLimits, Framer, Peer, Piece, ReadOptions, Response, Side,
    fetch::FetchItem,
};
use std::{collections::BTreeMap, fs, path::Path};

/// The responses in a file. The files have LF line ends, and literals counted with CRLF.
fn frames(wire: &[u8]) -> Vec<Frame> {
    let mut framer = Framer::new(Side::Responses, FrameLimits::CLIENT);
    framer.push(Bytes::from(testkit::naive::normalize(wire)));
    let mut frames = Vec::new();
    while let Some(piece) = framer.next_piece().unwrap() {
        match piece {
            Piece::Frame(frame) => frames.push(frame),
            Piece::Literal { .. } => framer.inline().unwrap(),
            _ => unreachable!("nothing is streamed"),
        }
    }
    frames
}

fn collect(dir: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "txt") {
            files.push(path);
        }
    }
}

#[test]
fn every_reply_of_real_servers_is_understood() {
    let Some(dir) = testkit::shared::path("vectors/mailkit/Imap/Resources") else { return };
    let mut files = Vec::new();
    collect(&dir, &mut files);
    files.sort();
    let (mut responses, mut failures) = (0, Vec::new());
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for path in &files {
        let name = path.strip_prefix(&dir).unwrap().display().to_string();
        for frame in frames(&fs::read(path).unwrap()) {
            responses += 1;
            let shown =
                String::from_utf8_lossy(&frame.wire()[..frame.wire().len().min(300)]).into_owned();
            match Response::parse(&frame, ReadOptions::default()) {
                Err(error) => failures.push(format!("{name}: {error}: {shown}")),
                Ok(parsed) => {
                    if let Response::Data(Data::Fetch(fetch)) = &parsed.value {
                        for item in fetch.items() {
                            if let FetchItem::Invalid { .. } = item {
                                failures.push(format!("{name}: {item:?}: {shown}"));
                            }
                        }
                    }
                    let mut out = Encoder::new(Peer::CLIENT);
                    parsed.value.encode(&mut out);
                    let again = Frame::new(out.finish().wire);
                    match Response::parse(&again, ReadOptions::default()) {
                        Ok(second) if second.value == parsed.value => {}
                        other => failures
                            .push(format!("{name}: again {:?} gives {other:?}", again.wire())),
                    }
                    *kinds
                        .entry(format!("{:?}", parsed.value).chars().take(24).collect())
                        .or_default() += 1;
                }
            }
        }
    }
    println!("{responses} responses in {} files, {} failures", files.len(), failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(responses > 1000, "{responses}");
}
