//! mbox files: the same messages however they are cut, and where nothing is quoted, the file comes back.
#![no_main]
use bytes::Bytes;
use fuzz::pieces;
use libfuzzer_sys::fuzz_target;
use mailwire_message::{
    maildir::FileName,
    mbox::{Event, Format, Reader},
};

/// The kind of an event, where it is, and its octets; adjacent pieces joined.
type Said = Vec<(&'static str, u64, Vec<u8>, bool)>;

fuzz_target!(|input: &[u8]| {
    let (seed, file): (u64, _) = fuzz::setup(input);
    for format in [Format::Plain, Format::Mboxo, Format::Mboxrd, Format::Mboxcl, Format::Mboxcl2] {
        let whole = read(format, [Bytes::copy_from_slice(file)]);
        assert_eq!(read(format, pieces(seed, file)), whole, "{format:?}");
        assert_eq!(read(format, file.chunks(1).map(Bytes::copy_from_slice)), whole, "{format:?}");
        let all: Vec<u8> = whole.iter().flat_map(|(_, _, octets, _)| octets.clone()).collect();
        match format {
            Format::Plain | Format::Mboxcl2 => assert_eq!(all, file),
            _ => assert!(all.len() <= file.len()),
        }
        let count = |kind| whole.iter().filter(|said| said.0 == kind).count();
        assert_eq!(count("begin"), count("end"));
    }
    if let Ok(name) = str::from_utf8(file)
        && let Ok(name) = FileName::parse(name)
    {
        let written = name.to_string();
        assert!(!written.contains('/'));
        assert_eq!(FileName::parse(&written), Ok(name));
    }
});

fn read(format: Format, pieces: impl IntoIterator<Item = Bytes>) -> Said {
    let mut reader = Reader::new(format);
    let mut said = Said::new();
    let mut take = |reader: &mut Reader| {
        while let Some(event) = reader.poll_event() {
            let (kind, offset, octets, flag) = match event {
                Event::Outside(piece) => ("outside", piece.offset, piece.octets, false),
                Event::Octets(piece) => ("octets", piece.offset, piece.octets, false),
                Event::Begin(begin) => ("begin", begin.offset, begin.line, false),
                Event::End(end) => ("end", end.offset, end.blank, end.is_miscounted),
                _ => unreachable!("no other events"),
            };
            match said.last_mut() {
                Some(last) if last.0 == kind && kind != "begin" && kind != "end" => {
                    last.2.extend_from_slice(&octets);
                }
                _ => said.push((kind, offset, octets.to_vec(), flag)),
            }
        }
    };
    for piece in pieces {
        reader.handle_input(piece);
        take(&mut reader);
    }
    reader.handle_eof();
    take(&mut reader);
    said
}
