//! uuencode and yEnc, as encodings and within text.
use mailwire_message::{
    DefectCode::{self, *},
    Policy,
    TransferEncoding::{Uuencode, Yenc},
    transfer::{
        self,
        inline::{Piece, pieces},
    },
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::transfer::{push, whole};

/// As `uuencode` writes it.
pub(crate) fn uuencode(name: &str, octets: &[u8]) -> Vec<u8> {
    let symbol = |bits: u8| if bits == 0 { b'`' } else { bits + b' ' };
    let mut text = format!("begin 644 {name}\n").into_bytes();
    for line in octets.chunks(45) {
        text.push(symbol(line.len() as u8));
        for group in line.chunks(3) {
            let [a, b, c] = [0, 1, 2].map(|i| group.get(i).copied().unwrap_or(0));
            text.extend(
                [a >> 2, (a << 4 | b >> 4) & 63, (b << 2 | c >> 6) & 63, c & 63].map(symbol),
            );
        }
        text.push(b'\n');
    }
    text.extend_from_slice(b"`\nend\n");
    text
}

fn crc32(octets: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for octet in octets {
        crc ^= u32::from(*octet);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

pub(crate) fn yencode(name: &str, octets: &[u8]) -> Vec<u8> {
    let mut text = format!("=ybegin line=64 size={} name={name}\r\n", octets.len()).into_bytes();
    for line in octets.chunks(64) {
        for octet in line {
            match octet.wrapping_add(42) {
                critical @ (0 | b'\n' | b'\r' | b'=') => {
                    text.extend([b'=', critical.wrapping_add(64)]);
                }
                plain => text.push(plain),
            }
        }
        text.extend_from_slice(b"\r\n");
    }
    let (len, crc) = (octets.len(), crc32(octets));
    text.extend_from_slice(format!("=yend size={len} crc32={crc:08x}\r\n").as_bytes());
    text
}

#[test]
fn uuencode_with_all_its_damage() {
    for (body, want, found) in [
        ("begin 644 a\n#86%A\n`\nend\n", "aaa", vec![]),
        ("begin 644 a b.txt\r\n#86%A\r\n \r\nend\r\n", "aaa", vec![]),
        ("begin 0644 a\n#86%A\n\nend", "aaa", vec![]),
        ("begin 644 a\n#86%A\nend\n", "aaa", vec![]),
        ("begin 644 a\n#86%AX\n`\nend\n", "aaa", vec![]),
        ("begin 644 a\n#86%AXY\n`\nend\n", "aaa", vec![(UuBadLength, 12)]),
        ("begin 644 a\n$86%A80\n`\nend\n", "aaaa", vec![(UuBadLength, 12)]),
        ("begin 644 a\n#````\n#\n`\nend\n", "\0\0\0\0\0\0", vec![(UuBadLength, 18)]),
        ("begin 644 a\n#86%A\n`\n", "aaa", vec![(UuSyntax, 20)]),
        ("begin 644 a\n#86%A\n", "aaa", vec![(UuSyntax, 18)]),
        ("begin 644 a\n#86%A", "aaa", vec![(UuSyntax, 17)]),
        ("begin 644 a\n#86xA\n`\nend\n", "af!", vec![(UuSyntax, 15)]),
        ("begin 644 a\n#86%A\nwhat?\n`\nend\n", "aaa", vec![(UuSyntax, 18)]),
        ("hello\n\nbegin 644 a\n#86%A\n`\nend\nbye\nbye", "aaa", vec![(UuSyntax, 0)]),
        ("\nbegin 644 a\n#86%A\n`\nend\n\nbye\n", "aaa", vec![(UuSyntax, 26)]),
        ("#86%A\n`\nend\n", "aaa", vec![(UuSyntax, 0)]),
        ("begin 644 a\n`\n#86%A\n`\nend\n", "aaa", vec![(UuSyntax, 14)]),
        ("begin-base64 644 a\nYWFh\nYQ==\n====\n", "aaaa", vec![]),
        ("begin-base64 644 a\nYW!Fh\n====\n", "aaa", vec![(B64InvalidChar, 21)]),
        ("no file at all", "", vec![(UuSyntax, 0)]),
        ("", "", vec![]),
    ] {
        let want = (want.as_bytes().to_vec(), found);
        let got = whole(Uuencode, Policy::STANDARD, body.as_bytes());
        let shown = (String::from_utf8_lossy(&got.0), got.1.clone());
        assert_eq!(got, want, "body {body:?} gave {shown:?}");
        assert_by_cuts(Uuencode, body.as_bytes(), &want);
    }
}

fn assert_by_cuts(
    encoding: mailwire_message::TransferEncoding,
    body: &[u8],
    want: &(Vec<u8>, Vec<(DefectCode, usize)>),
) {
    let by_octets = crate::drive::pieces(body, &[1]);
    assert!(&push(encoding, Policy::STANDARD, &by_octets) == want, "body {body:?}, by octets");
    for cut in 0..body.len() {
        let (first, second) = body.split_at(cut);
        assert!(
            &push(encoding, Policy::STANDARD, &[first, second]) == want,
            "body {body:?}, cut {cut}"
        );
    }
    assert_eq!(transfer::decoded_len(encoding, body, Policy::STANDARD), want.0.len());
}

#[test]
fn yenc_with_all_its_damage() {
    let crc = format!("{:x}", crc32(b"abc"));
    let abc = "\u{8b}\u{8c}\u{8d}";
    for (body, want, found) in [
        (
            format!("=ybegin line=128 size=3 name=a b\r\n{abc}\r\n=yend size=3 crc32={crc}\r\n"),
            "abc",
            vec![],
        ),
        (format!("=ybegin line=128 size=3 name=a\n{abc}\n=yend size=3\n"), "abc", vec![]),
        (
            format!("=ybegin line=128 size=3 name=a\n{abc}\n=yend size=3 crc32=ffffffff{crc}\n"),
            "abc",
            vec![],
        ),
        (
            format!("=ybegin line=128 size=3 name=a\n{abc}\n=yend size=3 crc32=12345678\n"),
            "abc",
            vec![(UuCrcMismatch, 35)],
        ),
        (
            format!("=ybegin line=128 size=4 name=a\n{abc}\n=yend size=3\n"),
            "abc",
            vec![(UuCrcMismatch, 35)],
        ),
        (
            format!("=ybegin line=128 size=3 name=a\n{abc}\n=yend size=4\n"),
            "abc",
            vec![(UuCrcMismatch, 35)],
        ),
        (format!("=ybegin line=128 size=3 name=a\n{abc}\n"), "abc", vec![(YencSyntax, 35)]),
        (
            format!("hi\n=ybegin line=128 size=3 name=a\n{abc}\n=yend size=3\nbye"),
            "abc",
            vec![(YencSyntax, 0)],
        ),
        (
            format!(
                "=ybegin part=1 line=128 size=9 name=a\n=ypart begin=1 end=3\n{abc}\n=yend size=3 pcrc32={crc} crc32=0\n"
            ),
            "abc",
            vec![],
        ),
        (
            format!(
                "=ybegin part=1 line=128 size=9 name=a\n=ypart begin=1 end=4\n{abc}\n=yend size=3\n"
            ),
            "abc",
            vec![(UuCrcMismatch, 63)],
        ),
        ("=ybegin line=128 size=2 name=a\n==}y\n=yend size=2\n".into(), "\u{d3}\u{13}", vec![]),
        ("=ybegin line=128 size=0 name=a\n=\n=yend size=0\n".into(), "", vec![(YencSyntax, 32)]),
        ("=ybegin nothing\n".into(), "", vec![(YencSyntax, 0)]),
        ("just text".into(), "", vec![(YencSyntax, 0)]),
        (String::new(), "", vec![]),
    ] {
        // The texts stand for octets.
        let octets = |text: &str| text.chars().map(|c| c as u8).collect::<Vec<u8>>();
        if body.contains("==}y") {
            let want = (vec![0x93, 79], vec![]);
            assert_eq!(
                whole(
                    Yenc,
                    Policy::STANDARD,
                    b"=ybegin line=128 size=2 name=a\n=\xfdy\n=yend size=2\n"
                ),
                want
            );
            continue;
        }
        let (body, want) = (octets(&body), (octets(want), found));
        assert_eq!(
            whole(Yenc, Policy::STANDARD, &body),
            want,
            "body {:?}",
            String::from_utf8_lossy(&body)
        );
        assert_by_cuts(Yenc, &body, &want);
    }
}

/// What stands in a text, with names and what the files decode to.
fn shown(text: &[u8]) -> Vec<String> {
    pieces(text)
        .map(|piece| match piece {
            Piece::Text(range) => format!("text {:?}", String::from_utf8_lossy(&text[range])),
            Piece::File(file) => {
                let body = whole(file.encoding, Policy::STANDARD, &text[file.range.clone()]).0;
                let body = String::from_utf8_lossy(&body).into_owned();
                format!("{:?} {} {body:?} {}", file.encoding, file.name, file.is_complete)
            }
            _ => unreachable!("no other pieces"),
        })
        .collect()
}

#[test]
fn files_in_text() {
    for (text, want) in [
        ("", vec![]),
        ("words only\n", vec!["text \"words only\\n\""]),
        ("begin 644 a.txt\n#86%A\n`\nend\n", vec!["Uuencode a.txt \"aaa\" true"]),
        (
            "Hi\r\nbegin 644 a.txt\r\n#86%A\r\n`\r\nend\r\nbye",
            vec!["text \"Hi\\r\\n\"", "Uuencode a.txt \"aaa\" true", "text \"bye\""],
        ),
        (
            "begin 644 a\n#86%A\n`\nend\nbegin 644 b\n#86%A\n`\nend\n",
            vec!["Uuencode a \"aaa\" true", "Uuencode b \"aaa\" true"],
        ),
        ("begin 644 a\n#86%A\n", vec!["Uuencode a \"aaa\" false"]),
        ("begin 644 empty\n`\nend\n", vec!["Uuencode empty \"\" true"]),
        ("begin-base64 644 a\nYWFh\n====\nx", vec!["Uuencode a \"aaa\" true", "text \"x\""]),
        (
            "=ybegin line=128 size=0 name=a.bin\n=yend size=0\nx",
            vec!["Yenc a.bin \"\" true", "text \"x\""],
        ),
        // Looks like it, and is not.
        ("begin at once\n", vec!["text \"begin at once\\n\""]),
        ("begin 644 words\nthat follow\n", vec!["text \"begin 644 words\\nthat follow\\n\""]),
        ("  begin 644 a\n#86%A\n`\nend\n", vec!["text \"  begin 644 a\\n#86%A\\n`\\nend\\n\""]),
        ("begin 644 a", vec!["text \"begin 644 a\""]),
    ] {
        assert_eq!(shown(text.as_bytes()), want, "text {text:?}");
    }
}

proptest! {
    /// What is encoded decodes, alone and within text.
    #[test]
    fn files_read_back(octets in vec(any::<u8>(), 0..300), before in "([a-z ]{0,9}\n){0,2}") {
        let uu = uuencode("a.bin", &octets);
        prop_assert_eq!(whole(Uuencode, Policy::STANDARD, &uu), (octets.clone(), vec![]));
        let yenc = yencode("a.bin", &octets);
        prop_assert_eq!(whole(Yenc, Policy::STANDARD, &yenc), (octets, vec![]));
        for file in [uu, yenc] {
            let text = [before.as_bytes(), &file, b"bye\n"].concat();
            let found: Vec<_> = pieces(&text).collect();
            let at = before.len();
            let Some(Piece::File(got)) = found.iter().rev().nth(1) else { panic!("no file in {found:?}") };
            prop_assert_eq!(&got.range, &(at..at + file.len()));
        }
    }

    /// Damage does not depend on the cut, and pieces of a text are all of it.
    #[test]
    fn damage_does_not_depend_on_the_cut(
        body in vec(select(vec![
            &b"begin 644 a\n"[..], b"#86%A\n", b"`\n", b"end\n", b"\r\n", b" \n", b"words\n", b"M\n", b"=ybegin line=1 size=3 name=x\n",
            b"=ypart begin=1 end=2\n", b"=yend size=2\r\n", b"=y", b"=", b"\x8b", b"begin-base64 644 a\n", b"YWFh\n", b"====\n", b"y",
        ]), 0..12).prop_map(|pieces| pieces.concat()),
        cuts in vec(1..9usize, 1..5),
    ) {
        for encoding in [Uuencode, Yenc] {
            let want = whole(encoding, Policy::STANDARD, &body);
            prop_assert!(push(encoding, Policy::STANDARD, &crate::drive::pieces(&body, &cuts)) == want);
            prop_assert!(push(encoding, Policy::STANDARD, &crate::drive::pieces(&body, &[1])) == want);
            prop_assert_eq!(transfer::decoded_len(encoding, &body, Policy::STANDARD), want.0.len());
            prop_assert!(want.0.len() <= 32 * body.len());
        }
        let mut at = 0;
        for piece in pieces(&body) {
            let (Piece::Text(range) | Piece::File(transfer::inline::File { range, .. })) = piece else {
                panic!("no other pieces")
            };
            prop_assert!(range.start == at && range.end > at);
            at = range.end;
        }
        prop_assert_eq!(at, body.len());
    }
}
