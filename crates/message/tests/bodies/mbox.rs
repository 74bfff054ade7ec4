use bytes::Bytes;
use mailwire_message::mbox::{Event, Format, Reader};
use proptest::{collection::vec, prelude::*, sample::select};

/// What a file holds: adjacent pieces joined.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    Outside(String),
    Begin(u64, String),
    Octets(String),
    End(u64, String, bool),
}

fn said(format: Format, pieces: &[&[u8]]) -> Vec<Said> {
    let text = |octets: &Bytes| octets.iter().map(|&octet| char::from(octet)).collect::<String>();
    let mut reader = Reader::new(format);
    let mut all = Vec::new();
    let mut take = |reader: &mut Reader| {
        while let Some(event) = reader.poll_event() {
            match (event, all.last_mut()) {
                (Event::Outside(piece), Some(Said::Outside(before))) => {
                    before.push_str(&text(&piece.octets));
                }
                (Event::Octets(piece), Some(Said::Octets(before))) => {
                    before.push_str(&text(&piece.octets));
                }
                (Event::Outside(piece), _) => all.push(Said::Outside(text(&piece.octets))),
                (Event::Octets(piece), _) => all.push(Said::Octets(text(&piece.octets))),
                (Event::Begin(begin), _) => all.push(Said::Begin(begin.offset, text(&begin.line))),
                (Event::End(end), _) => {
                    all.push(Said::End(end.offset, text(&end.blank), end.is_miscounted));
                }
                _ => unreachable!("no other events"),
            }
        }
    };
    for piece in pieces {
        reader.handle_input(Bytes::copy_from_slice(piece));
        take(&mut reader);
    }
    reader.handle_eof();
    take(&mut reader);
    assert_eq!(reader.poll_event(), None);
    all
}

/// The messages, and everything else in short.
fn messages(format: Format, file: &str) -> Vec<String> {
    let whole = said(format, &[file.as_bytes()]);
    assert_eq!(said(format, &crate::drive::pieces(file.as_bytes(), &[1])), whole, "file {file:?}");
    for cut in 0..file.len() {
        let (first, second) = file.as_bytes().split_at(cut);
        assert_eq!(said(format, &[first, second]), whole, "file {file:?}, cut at {cut}");
    }
    let mut messages = Vec::new();
    for said in whole {
        match said {
            Said::Outside(text) => messages.push(format!("outside {text}")),
            Said::Begin(..) => messages.push(String::new()),
            Said::Octets(text) => messages.last_mut().unwrap().push_str(&text),
            Said::End(_, _, true) => messages.last_mut().unwrap().push_str(" (miscounted)"),
            Said::End(..) => {}
        }
    }
    messages
}

const A: &str = "From a@x Sat Nov 21 10:00:00 2026\n";
const B: &str = "From - Sat, 21 Nov 2026 10:00:00 +0000\n";

#[test]
fn where_messages_begin() {
    use Format::Plain;
    for (file, want) in [
        (String::new(), vec![]),
        ("\n\n".into(), vec!["outside \n\n"]),
        (A.into(), vec![""]),
        (A.trim_end().into(), vec![""]),
        (format!("{A}S: 1\n\nbody\n\n{B}S: 2\n\nmore\n"), vec!["S: 1\n\nbody\n", "S: 2\n\nmore\n"]),
        (format!("{A}S: 1\n\nbody\n{B}S: 2\n"), vec!["S: 1\n\nbody\n", "S: 2\n"]),
        (format!("{A}S: 1\n\n{B}S: 2\n\n"), vec!["S: 1\n", "S: 2\n"]),
        (format!("{A}{B}"), vec!["", ""]),
        (format!("{A}S: 1\n\n\n\n{B}\n\n"), vec!["S: 1\n\n\n", "\n"]),
        // No date, no message.
        (
            format!("{A}S: 1\n\nFrom here\n\nFrom there on Nov 21\nFrom"),
            vec!["S: 1\n\nFrom here\n\nFrom there on Nov 21\nFrom"],
        ),
        (
            format!(
                "{A}S: 1\n\nFrom a Sat Nov 41 10:00:00 2026\n From a Sat Nov 21 10:00:00 2026\n"
            ),
            vec!["S: 1\n\nFrom a Sat Nov 41 10:00:00 2026\n From a Sat Nov 21 10:00:00 2026\n"],
        ),
        // But the file may begin with one.
        ("From\tx\n".into(), vec!["outside From\tx\n"]),
        ("From x\nS: 1\n".into(), vec!["S: 1\n"]),
        (format!("\n\n{A}S: 1\n"), vec!["outside \n\n", "S: 1\n"]),
        (format!("S: 0\n\nFrom x\n\n{A}S: 1\n"), vec!["outside S: 0\n\nFrom x\n\n", "S: 1\n"]),
        // Dates of the wild.
        (
            format!(
                "{A}From b@y Sat Nov 21 10:00 2026 remote from z\n{A}From c Nov  1 1:00:00 +0100 2026\n"
            ),
            vec!["", "", "", ""],
        ),
        // A line too long to be one.
        (
            format!("{A}\nFrom {}Sat Nov 21 10:00:00 2026\n", "x".repeat(1_000)),
            vec![&*format!("\nFrom {}Sat Nov 21 10:00:00 2026\n", "x".repeat(1_000))],
        ),
    ] {
        assert_eq!(messages(Plain, &file), want, "file {file:?}");
        let crlf = file.replace('\n', "\r\n");
        let want: Vec<_> = want.iter().map(|message| message.replace('\n', "\r\n")).collect();
        assert_eq!(messages(Plain, &crlf), want, "file {crlf:?}");
    }
}

#[test]
fn quoting_as_the_format_has_it() {
    let file =
        format!("{A}>From: y\n\n>From a\n>>From b\n> From c\n>Fro\n>\n>>>>\nx >From d\n\n>From e");
    for (format, want) in [
        (
            Format::Plain,
            ">From: y\n\n>From a\n>>From b\n> From c\n>Fro\n>\n>>>>\nx >From d\n\n>From e",
        ),
        (
            Format::Mboxo,
            ">From: y\n\nFrom a\n>>From b\n> From c\n>Fro\n>\n>>>>\nx >From d\n\nFrom e",
        ),
        (
            Format::Mboxrd,
            ">From: y\n\nFrom a\n>From b\n> From c\n>Fro\n>\n>>>>\nx >From d\n\nFrom e",
        ),
        (
            Format::Mboxcl,
            ">From: y\n\nFrom a\n>>From b\n> From c\n>Fro\n>\n>>>>\nx >From d\n\nFrom e",
        ),
        (
            Format::Mboxcl2,
            ">From: y\n\n>From a\n>>From b\n> From c\n>Fro\n>\n>>>>\nx >From d\n\n>From e",
        ),
    ] {
        assert_eq!(messages(format, &file), [want], "{format:?}");
    }
}

#[test]
fn bodies_with_a_length() {
    let inner = format!("{A}inside\n\n>From x\n");
    let (n, wrong, far) = (inner.len(), inner.len() - 9, inner.len() + 1_000);
    let quoted = inner.replace(">From x", "From x");
    let split = format!("S: 1\nContent-Length: {wrong}\n\n{quoted}");
    for (format, file, want) in [
        (
            Format::Mboxcl2,
            format!("{A}S: 1\ncontent-LENGTH:  {n}\n\n{inner}\n{B}S: 2\n"),
            vec![format!("S: 1\ncontent-LENGTH:  {n}\n\n{inner}"), "S: 2\n".into()],
        ),
        (
            Format::Mboxcl,
            format!("{A}S: 1\nContent-Length: {n}\n\n{inner}\n{B}S: 2\n"),
            vec![format!("S: 1\nContent-Length: {n}\n\n{quoted}"), "S: 2\n".into()],
        ),
        // The last line end is not always counted.
        (
            Format::Mboxcl2,
            format!("{A}Content-Length: 4\n\nbody\n{B}"),
            vec!["Content-Length: 4\n\nbody".into(), String::new()],
        ),
        (
            Format::Mboxcl2,
            format!("{A}Content-Length: 4\n\nbody\n\n{B}"),
            vec!["Content-Length: 4\n\nbody\n".into(), String::new()],
        ),
        (
            Format::Mboxcl2,
            format!("{A}Content-Length: 0\n\n{B}"),
            vec!["Content-Length: 0\n\n".into(), String::new()],
        ),
        // Two of them: the last one counts. None: as without.
        (
            Format::Mboxcl2,
            format!("{A}Content-Length: 99\nContent-Length: 4\n\nbody\n{B}"),
            vec!["Content-Length: 99\nContent-Length: 4\n\nbody".into(), String::new()],
        ),
        (
            Format::Mboxcl2,
            format!("{A}Content-Length: x\n\nbody\n{B}"),
            vec!["Content-Length: x\n\nbody\n".into(), String::new()],
        ),
        // Too short, and too long.
        (
            Format::Mboxcl,
            format!("{A}S: 1\nContent-Length: {wrong}\n\n{inner}\n{B}S: 2\n"),
            vec![format!("{split} (miscounted)"), "S: 2\n".into()],
        ),
        (
            Format::Mboxcl2,
            format!("{A}Content-Length: {far}\n\n{inner}"),
            vec![format!("Content-Length: {far}\n\n{inner} (miscounted)")],
        ),
        (
            Format::Mboxcl2,
            format!("{A}Content-Length: 18446744073709551615\n\nx"),
            vec!["Content-Length: 18446744073709551615\n\nx (miscounted)".into()],
        ),
        // Only mboxcl looks at it.
        (
            Format::Mboxrd,
            format!("{A}Content-Length: 99\n\nbody\n{B}"),
            vec!["Content-Length: 99\n\nbody\n".into(), String::new()],
        ),
    ] {
        assert_eq!(messages(format, &file), want, "{format:?}: {file:?}");
    }
}

/// Offsets are those of the file, and nothing is copied that need not be.
#[test]
fn offsets_and_slices() {
    let file = Bytes::from(format!("{A}S: 1\n\nFirst line.\nAnother one.\n\n{B}x"));
    let mut reader = Reader::default();
    reader.handle_input(file.clone());
    reader.handle_eof();
    while let Some(event) = reader.poll_event() {
        match event {
            Event::Octets(piece) => {
                let at = usize::try_from(piece.offset).unwrap();
                assert_eq!(file[at..at + piece.octets.len()], piece.octets);
            }
            Event::Begin(begin) => assert!(file[begin.offset as usize..].starts_with(&begin.line)),
            Event::End(end) => assert!(file[end.offset as usize..].starts_with(&end.blank)),
            _ => panic!("nothing outside"),
        }
    }
}

proptest! {
    /// However the file is cut, its messages are the same; and where nothing is quoted, they are the file.
    #[test]
    fn messages_do_not_depend_on_the_cut(
        pieces in vec(select(vec![
            A, B, "From ", "From x\n", ">", ">From y\n", ">>From z\r\n", "\n", "\r\n", "\r", "text\n", "Content-Length: 7\n", "F", "\n\n",
        ]), 0..20),
        cuts in vec(1..40usize, 1..5),
        format in select(vec![Format::Plain, Format::Mboxo, Format::Mboxrd, Format::Mboxcl, Format::Mboxcl2]),
    ) {
        let file = pieces.concat();
        let whole = said(format, &[file.as_bytes()]);
        prop_assert_eq!(&said(format, &crate::drive::pieces(file.as_bytes(), &cuts)), &whole);
        prop_assert_eq!(&said(format, &crate::drive::pieces(file.as_bytes(), &[1])), &whole);
        let all: String = whole.iter().map(|said| match said {
            Said::Outside(text) | Said::Begin(_, text) | Said::Octets(text) | Said::End(_, text, _) => text.as_str(),
        }).collect();
        match format {
            Format::Plain | Format::Mboxcl2 => prop_assert_eq!(all, file),
            _ => prop_assert!(all.len() <= file.len()),
        }
    }

    /// What mboxrd quoted comes back.
    #[test]
    fn mboxrd_reads_back(lines in vec(select(vec!["From x", ">From x", ">>From y", "> From", "text", "", ">"]), 0..8)) {
        let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let quoted: String = lines.iter().map(|line| {
            let mark = if line.trim_start_matches('>').starts_with("From ") { ">" } else { "" };
            format!("{mark}{line}\n")
        }).collect();
        let want = format!("S: x\n\n{body}");
        prop_assert_eq!(messages(Format::Mboxrd, &format!("{A}S: x\n\n{quoted}\n{B}")), [want, String::new()]);
    }
}
