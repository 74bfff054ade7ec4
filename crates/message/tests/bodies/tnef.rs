use mailwire_message::{
    DefectCode::TnefSyntax,
    Policy,
    tnef::{Tnef, rtf},
};
use proptest::{collection::vec, prelude::*};

use crate::drive::{Found, hear};

/// A stream of attributes: level, id, data.
fn stream(attributes: &[(u8, u32, &[u8])]) -> Vec<u8> {
    let mut stream = b"\x78\x9f\x3e\x22\x01\x00".to_vec();
    for (level, id, data) in attributes {
        stream.push(*level);
        stream.extend_from_slice(&id.to_le_bytes());
        stream.extend_from_slice(&(data.len() as u32).to_le_bytes());
        stream.extend_from_slice(data);
        let sum = data.iter().fold(0u16, |sum, octet| sum.wrapping_add(u16::from(*octet)));
        stream.extend_from_slice(&sum.to_le_bytes());
    }
    stream
}

/// Properties: type, id, value as it is written behind them.
fn properties(properties: &[(u16, u16, Vec<u8>)]) -> Vec<u8> {
    let mut data = (properties.len() as u32).to_le_bytes().to_vec();
    for (kind, id, value) in properties {
        data.extend_from_slice(&kind.to_le_bytes());
        data.extend_from_slice(&id.to_le_bytes());
        data.extend_from_slice(value);
    }
    data
}

fn variable(octets: &[u8]) -> Vec<u8> {
    let mut value = 1u32.to_le_bytes().to_vec();
    value.extend_from_slice(&(octets.len() as u32).to_le_bytes());
    value.extend_from_slice(octets);
    value.resize(value.len().next_multiple_of(4), 0);
    value
}

fn utf16(text: &str) -> Vec<u8> {
    let octets: Vec<u8> = text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    variable(&octets)
}

fn crc(octets: &[u8]) -> u32 {
    octets.iter().fold(0u32, |crc, octet| {
        (0..8).fold(crc ^ u32::from(*octet), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}

/// RTF with nothing but literals, as `LZFu`.
fn compress(octets: &[u8]) -> Vec<u8> {
    let mut content: Vec<u8> = Vec::new();
    for run in octets.chunks(8) {
        content.push(0);
        content.extend_from_slice(run);
    }
    let mut compressed = (content.len() as u32 + 12).to_le_bytes().to_vec();
    compressed.extend_from_slice(&(octets.len() as u32).to_le_bytes());
    compressed.extend_from_slice(b"LZFu");
    compressed.extend_from_slice(&crc(&content).to_le_bytes());
    compressed.extend_from_slice(&content);
    compressed
}

const BEGIN: (u8, u32, &[u8]) = (2, 0x0006_9002, b"\x01\0\xff\xff\xff\xff\0\0\0\0\0\0\0\0");

fn sample() -> Vec<u8> {
    let page = [1252u32.to_le_bytes(), 0u32.to_le_bytes()].concat();
    let message = properties(&[
        (0x0003, 0x3fde, 65001u32.to_le_bytes().to_vec()),
        (0x000b, 0x0e1b, vec![1, 0, 0, 0]),
        (0x0040, 0x0039, vec![0; 8]),
        (0x0048, 0x4000, vec![0; 16]),
        // Named, by number and by name.
        (0x0003, 0x8001, [&[0; 16][..], &[0; 4], &[1, 0, 0, 0], &[7, 0, 0, 0]].concat()),
        (
            0x001f,
            0x8002,
            [&[0; 16][..], &[1, 0, 0, 0], &[6, 0, 0, 0], b"a\0b\0\0\0\0\0", &utf16("named")]
                .concat(),
        ),
        // Several values.
        (0x101e, 0x4001, [&2u32.to_le_bytes()[..], b"\x02\0\0\0a\0\0\0\x02\0\0\0b\0\0\0"].concat()),
        (0x1003, 0x4002, [&2u32.to_le_bytes()[..], &[0; 8]].concat()),
        (0x0102, 0x1013, variable("<p>Grüße</p>\0".as_bytes())),
    ]);
    let first = properties(&[
        (0x001e, 0x3704, variable(b"LONGNA~1.TXT\0")),
        (0x001f, 0x3707, utf16("ein langer Name €.txt")),
        (0x001e, 0x370e, variable(b"text/plain\0")),
        (0x001f, 0x3712, utf16("<part1@x>")),
    ]);
    let nested = [b"\x07\x03\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", &stream(&[])[..]].concat();
    let second = properties(&[
        (0x000d, 0x3701, variable(&nested)),
        (0x001e, 0x3001, variable(b"A message\0")),
    ]);
    stream(&[
        (1, 0x0008_9006, b"\0\0\x01\0"),
        (1, 0x0006_9007, &page),
        (1, 0x0007_8008, b"IPM.Note\0"),
        (1, 0x0001_8004, b"Gr\xfc\xdfe\0"),
        (1, 0x0006_9003, &message),
        BEGIN,
        (2, 0x0001_8010, b"LONGNA~1.TXT\0"),
        (2, 0x0006_800f, b"data of the first"),
        (2, 0x0006_9005, &first),
        BEGIN,
        (2, 0x0006_9005, &second),
        BEGIN,
        (2, 0x0001_8010, b"short.bin\0"),
        (2, 0x0006_800f, b"\0\x01"),
    ])
}

/// What a stream holds, in short.
fn shown(tnef: &Tnef<'_>) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    let mut all = vec![[&tnef.class, &tnef.subject, &tnef.text, &tnef.html].map(text).join("|")];
    all.extend(tnef.attachments.iter().map(|a| {
        let known = [&a.name, &a.media_type, &a.content_id].map(text).join("|");
        format!("{known}|{}|{}", a.is_message, String::from_utf8_lossy(&a.data))
    }));
    all
}

#[test]
fn everything_in_one() {
    let sample = sample();
    let (tnef, found) =
        hear(Policy::STANDARD, |findings| Tnef::parse_with(&sample, findings).unwrap());
    assert_eq!(found, []);
    assert_eq!(
        shown(&tnef),
        [
            "IPM.Note|Grüße|-|<p>Grüße</p>".to_owned(),
            "ein langer Name €.txt|text/plain|part1@x|false|data of the first".to_owned(),
            format!("A message|-|-|true|{}", String::from_utf8_lossy(&stream(&[]))),
            "short.bin|-|-|false|\0\x01".to_owned(),
        ]
    );
    let inner = tnef.attachments[1].data.clone();
    assert_eq!(Tnef::parse(&inner), Some(Tnef::default()));
}

#[test]
fn bodies() {
    let html = compress(br"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 Arial;}}{\*\htmltag19 <html>}\htmlrtf {\htmlrtf0 a\u8364?b \'fc{\*\mhtmltag1 x}{\*\htmltag4 \'26nbsp;}\htmlrtf\'a0\htmlrtf0\par\htmlrtf }\htmlrtf0{\*\htmltag27 </html>}}");
    let plain = compress(b"{\\rtf1\\ansi{\\*\\generator x;}{\\info{\\title t}}one\\par two \\{x\\}\\tab\\u-10179?\\u-8704?\\~\r\n}");
    let number = |i: u32| i.to_le_bytes().to_vec();
    for (message, want) in [
        (properties(&[(0x0102, 0x1009, variable(&html))]), "-|-|-|<html>a€b ü&nbsp;\r\n</html>"),
        (properties(&[(0x0102, 0x1009, variable(&plain))]), "-|-|one\r\ntwo {x}\t😀\u{a0}|-"),
        (
            properties(&[(0x001f, 0x1000, utf16("text")), (0x0102, 0x1009, variable(&plain))]),
            "-|-|text|-",
        ),
        (properties(&[(0x001f, 0x1013, utf16("<p>"))]), "-|-|-|<p>"),
        (
            properties(&[
                (0x0003, 0x3ffd, number(1252)),
                (0x001e, 0x1000, variable(b"n\xe9e\0")),
                (0x001f, 0x0037, utf16("S")),
            ]),
            "-|S|née|-",
        ),
    ] {
        let stream = stream(&[(1, 0x0006_9003, &message)]);
        let (tnef, found) =
            hear(Policy::STANDARD, |findings| Tnef::parse_with(&stream, findings).unwrap());
        assert_eq!((shown(&tnef), found), (vec![want.to_owned()], vec![]));
    }
    let body = stream(&[(1, 0x0002_800c, b"plain\0")]);
    assert_eq!(Tnef::parse(&body).unwrap().text.as_deref(), Some("plain"));
}

/// MS-OXRTFCP §3.1: its two examples, checksums included.
#[test]
fn compressed_rtf() {
    let plain = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x42\x32\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
    let crossing = b"\x1a\0\0\0\x1c\0\0\0LZFu\xe2\xd4KQA\0\x04 WXYZ\x0dn}\x01\x0e\xb0";
    let stored = b"\x10\0\0\0\x04\0\0\0MELA\0\0\0\0{\\x}";
    for (compressed, want) in [
        (&plain[..], &b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"[..]),
        (crossing, b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
        (stored, b"{\\x}"),
    ] {
        assert_eq!(rtf::decompress(compressed).unwrap(), want);
        // In a stream nothing is wrong with it.
        let stream =
            stream(&[(1, 0x0006_9003, &properties(&[(0x0102, 0x1009, variable(compressed))]))]);
        let (tnef, found) =
            hear(Policy::STANDARD, |findings| Tnef::parse_with(&stream, findings).unwrap());
        assert_eq!((tnef.rtf.as_deref(), found), (Some(want), vec![]));
    }
    assert_eq!(rtf::decompress(b""), None);
    assert_eq!(rtf::decompress(b"\x10\0\0\0\x04\0\0\0ABCD\0\0\0\0{\\x}"), None);
}

#[test]
fn damage_is_told_and_loses_nothing_else() {
    fn parse(stream: &[u8]) -> (Option<usize>, Found) {
        hear(Policy::STANDARD, |findings| {
            Tnef::parse_with(stream, findings).map(|tnef| tnef.attachments.len())
        })
    }
    let sample = sample();
    for cut in 0..sample.len() {
        let (attachments, found) = parse(&sample[..cut]);
        assert_eq!(attachments.is_some(), cut >= 6, "cut at {cut}");
        assert!(found.iter().all(|(code, at)| *code == TnefSyntax && *at <= cut));
    }
    let two = stream(&[BEGIN, (2, 0x0006_800f, b"x"), BEGIN, (2, 0x0006_800f, b"y")]);
    let mut bad_sum = two.clone();
    bad_sum[6 + 9 + 14] ^= 1;
    assert_eq!(parse(&bad_sum), (Some(2), vec![(TnefSyntax, 6)]));
    let mut bad_level = two.clone();
    bad_level[6 + 9 + 14 + 2] = 3;
    assert_eq!(parse(&bad_level), (Some(1), vec![(TnefSyntax, 31)]));
    let mut long = two;
    long[6 + 5..6 + 9].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(parse(&long), (Some(1), vec![(TnefSyntax, 6)]));
    // Counts and lengths that nothing stands behind.
    for data in [
        &b"\xff\xff\xff\xff"[..],
        b"\x01\0\0\0\x1e\0\x04\x37\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x01\0\0\0\x99\0\x04\x37",
        b"\x01\0\0\0\x48\x10\x04\x37\xff\xff\xff\xff",
    ] {
        let stream = stream(&[BEGIN, (2, 0x0006_9005, data)]);
        assert_eq!(parse(&stream).1.len(), 1, "{data:?}");
    }
    assert_eq!(parse(b""), (None, vec![]));
    let unknown = stream(&[(1, 0x1234_5678, b"?")]);
    assert_eq!(parse(&unknown), (Some(0), vec![]));
}

proptest! {
    /// Whatever is changed in a stream, it is read, and nothing grows beyond what RTF can.
    #[test]
    fn no_panic(changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..8)) {
        let mut sample = sample();
        for (at, octet) in changes {
            let at = at.index(sample.len());
            sample[at] = octet;
        }
        if let Some(tnef) = Tnef::parse(&sample) {
            let total: usize = tnef.attachments.iter().map(|attachment| attachment.data.len()).sum();
            prop_assert!(total <= sample.len());
            prop_assert!(tnef.rtf.is_none_or(|rtf| rtf.len() <= 9 * sample.len()));
        }
    }

    #[test]
    fn rtf_does_not_grow_past_nine(content in vec(any::<u8>(), 0..200), nested in "[{}a\\\\'u*0-9 -]{0,60}") {
        let mut compressed = (content.len() as u32 + 12).to_le_bytes().to_vec();
        compressed.extend_from_slice(b"\xff\xff\xff\xffLZFu\0\0\0\0");
        compressed.extend_from_slice(&content);
        let rtf = rtf::decompress(&compressed).unwrap();
        prop_assert!(rtf.len() <= 9 * content.len());
        let _ = rtf::html(&rtf);
        let _ = rtf::text(nested.as_bytes());
        let _ = rtf::html(format!("\\fromhtml1{nested}").as_bytes());
    }
}
