use mailwire_message::{
    Findings, Policy, TransferEncoding,
    flowed::{self, Decoder},
    transfer,
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::naive;

fn push<'a>(del_sp: bool, pieces: impl IntoIterator<Item = &'a str>) -> String {
    let (mut decoder, mut out) = (Decoder::new(del_sp), String::new());
    for piece in pieces {
        decoder.decode(piece, &mut out);
    }
    decoder.finish(&mut out);
    out
}

/// One character at a time.
fn by_characters(text: &str) -> Vec<&str> {
    text.split_inclusive(|_| true).collect()
}

#[test]
fn the_cases_of_rfc_3676() {
    for (del_sp, text, want) in [
        (false, "", ""),
        (false, "a \r\nb\r\nc\r\n", "a b\r\nc\r\n"),
        (true, "a \r\nb\r\nc\r\n", "ab\r\nc\r\n"),
        (true, "a  \r\nb\r\n", "a b\r\n"),
        (false, "a \nb", "a b"),
        (false, "a ", "a "),
        (true, "a ", "a"),
        // §4.1: different depth, signature, and the end of the body end a paragraph.
        (false, "> a \r\nb\r\n", "> a \r\nb\r\n"),
        (false, "> a \r\n>> b \r\n>> c\r\n", "> a \r\n>> b c\r\n"),
        (false, "a \r\n-- \r\nMe\r\n", "a \r\n-- \r\nMe\r\n"),
        (true, "a \r\n-- \r\nMe\r\n", "a\r\n-- \r\nMe\r\n"),
        (false, "a \r\n", "a \r\n"),
        (false, "> -- \r\n> Me \r\n> too", "> -- \r\n> Me too"),
        // The line itself is neither flowed nor fixed; these are not it.
        (false, "-- \r\nb", "-- \r\nb"),
        (false, "--\r\nb", "--\r\nb"),
        (false, "--  \r\nb", "--  b"),
        (false, "-- x \r\nb", "-- x b"),
        (false, "- \r\nb", "- b"),
        // §4.4: stuffing.
        (false, " From me\r\n >not quoted\r\n  two\r\n", "From me\r\n>not quoted\r\n two\r\n"),
        (false, ">  two\r\n>a\r\n> \r\n>\r\n", ">  two\r\n> a\r\n>\r\n>\r\n"),
        (false, " -- \r\nb", "-- \r\nb"),
        (false, "  \r\nb", " b"),
        (false, " \r\nb", "\r\nb"),
        (true, ">  \r\n> b", "> b"),
        // §4.5: quotes.
        (false, ">>> a \r\n>>> b\r\n", ">>> a b\r\n"),
        (false, "> > a\r\n", "> > a\r\n"),
        // No line ends.
        (false, "a\rb \r\nc", "a\rb c"),
        (false, "a \r", "a \r"),
        (false, "-- \r", "-- \r"),
        (false, "a\u{a0}\r\n\u{e9} \r\nx", "a\u{a0}\r\n\u{e9} x"),
        (false, "a\t\r\nb", "a\t\r\nb"),
    ] {
        assert_eq!(flowed::decode(text, del_sp), want, "text {text:?}");
        assert_eq!(push(del_sp, by_characters(text)), want, "text {text:?}");
    }
}

/// Quoted-printable comes off first, and takes spaces that were not encoded.
#[test]
fn beneath_quoted_printable() {
    let body = b"Shall we=20\r\nmeet  \r\nat =\r\nnoon=20=\r\n\r\nok?\r\n";
    let mut findings = Findings::ignored(Policy::default());
    let text = transfer::decode(TransferEncoding::QuotedPrintable, body, &mut findings);
    let text = std::str::from_utf8(&text).unwrap();
    assert_eq!(flowed::decode(text, false), "Shall we meet\r\nat noon ok?\r\n");
}

/// Line by line, with everything in memory.
fn naive(text: &str, del_sp: bool) -> Vec<(usize, String)> {
    let mut paragraphs: Vec<(usize, String)> = Vec::new();
    let mut open = None;
    for (_, line, _) in naive::lines(text.as_bytes()) {
        let line = std::str::from_utf8(line).unwrap();
        let depth = line.bytes().take_while(|&octet| octet == b'>').count();
        let line = &line[depth..];
        let line = line.strip_prefix(' ').unwrap_or(line);
        let flowed = line.ends_with(' ') && line != "-- ";
        let content = if flowed && del_sp { &line[..line.len() - 1] } else { line };
        if open == Some(depth) && line != "-- " {
            paragraphs.last_mut().unwrap().1.push_str(content);
        } else {
            paragraphs.push((depth, content.to_owned()));
        }
        open = flowed.then_some(depth);
    }
    paragraphs
}

proptest! {
    #[test]
    fn as_its_naive_twin(
        text in vec(select(vec![">", " ", "--", "-- ", "a", "words", "\r\n", "\n", "\r", "é", "From "]), 0..30),
        del_sp in any::<bool>(),
        cut in 1..9usize,
    ) {
        let text = text.concat();
        let paragraphs = flowed::paragraphs(&text, del_sp);
        let paragraphs: Vec<_> = paragraphs.into_iter().map(|p| (p.depth, p.text)).collect();
        prop_assert_eq!(paragraphs, naive(&text, del_sp));
        let whole = flowed::decode(&text, del_sp);
        prop_assert_eq!(&push(del_sp, by_characters(&text)), &whole);
        let characters = by_characters(&text);
        let pieces: Vec<String> = characters.chunks(cut).map(<[&str]>::concat).collect();
        prop_assert_eq!(push(del_sp, pieces.iter().map(String::as_str)), whole);
    }
}
