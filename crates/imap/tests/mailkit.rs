//! Every reply that `MailKit`'s tests hold, from real servers and from broken ones: all are understood,
//! nothing is lost and nothing is left over.

#[path = "support/check.rs"]
mod check;

use check::{check, frames, words};
use mailwire_imap::Side;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What only some servers send, and we keep as it is.
const UNTYPED: &[&str] = &["XAOL", "WEBALERT"];

fn contains(wire: &[u8], part: &[u8]) -> bool {
    wire.windows(part.len()).any(|window| window == part)
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
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
    let (mut responses, mut repaired, mut untyped, mut failures) = (0, 0, 0, Vec::new());
    for path in &files {
        let name = path.strip_prefix(&dir).unwrap().display().to_string();
        // The files have LF line ends, and literals counted with CRLF.
        let wire = testkit::naive::normalize(&fs::read(path).unwrap());
        let whole = frames(Side::Responses, &wire, usize::MAX);
        for step in [1, 64, 1_448] {
            if frames(Side::Responses, &wire, step) != whole {
                failures.push(format!("{name}: in pieces of {step}, it is framed otherwise"));
            }
        }
        for frame in whole {
            responses += 1;
            let checked = check(Side::Responses, &frame);
            let wire = frame.wire();
            let shown = wire.slice(..wire.len().min(300));
            match &checked.message {
                None => failures.push(format!("{name}: {:?}: {shown:?}", checked.odd)),
                Some(message) if words(&format!("{message:?}")).contains(&"Invalid".into()) => {
                    failures.push(format!("{name}: {message:?}: {shown:?}"));
                }
                Some(message) if words(&format!("{message:?}")).contains(&"Other".into()) => {
                    if !UNTYPED.iter().any(|name| contains(wire, name.as_bytes()))
                        && **wire != *b")\r\n"
                    {
                        failures.push(format!("{name}: {message:?}: {shown:?}"));
                    }
                    untyped += 1;
                }
                Some(_) => repaired += usize::from(checked.odd.is_some()),
            }
            failures.extend(checked.broken.iter().map(|law| format!("{name}: {law}: {shown:?}")));
        }
    }
    println!(
        "{responses} responses in {} files, {repaired} repaired, {untyped} without a type",
        files.len()
    );
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
    assert!(responses > 1000, "{responses}");
}
