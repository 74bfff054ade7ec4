use mailwire_message::{
    DefectCode::{self, *},
    Policy, TransferEncoding,
    transfer::{self, Decoder},
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{
    drive::{Found, hear, pieces},
    naive,
};

pub(crate) fn whole(encoding: TransferEncoding, policy: Policy, body: &[u8]) -> (Vec<u8>, Found) {
    hear(policy, |findings| transfer::decode(encoding, body, findings).into_owned())
}

pub(crate) fn push(
    encoding: TransferEncoding,
    policy: Policy,
    pieces: &[&[u8]],
) -> (Vec<u8>, Found) {
    hear(policy, |findings| {
        let (mut decoder, mut out) = (Decoder::new(encoding, policy), Vec::new());
        for piece in pieces {
            decoder.decode(piece, &mut out, findings);
        }
        decoder.finish(&mut out, findings);
        out
    })
}

/// One body, one octet at a time and in every pair of pieces.
fn check(
    encoding: TransferEncoding,
    policy: Policy,
    body: &[u8],
    want: &[u8],
    found: &[(DefectCode, usize)],
) {
    let want = (want.to_vec(), found.to_vec());
    let shown = String::from_utf8_lossy(body);
    assert_eq!(whole(encoding, policy, body), want, "body {shown:?}");
    assert_eq!(push(encoding, policy, &pieces(body, &[1])), want, "body {shown:?}, by octets");
    for cut in 0..body.len() {
        let (first, second) = body.split_at(cut);
        assert_eq!(push(encoding, policy, &[first, second]), want, "body {shown:?}, cut at {cut}");
    }
    assert_eq!(transfer::decoded_len(encoding, body, policy), want.0.len(), "body {shown:?}");
}

#[test]
fn base64_with_all_its_damage() {
    for (body, want, found) in [
        ("", "", vec![]),
        ("QUJD", "ABC", vec![]),
        ("QUI=", "AB", vec![]),
        ("QQ==\r\n", "A", vec![]),
        ("Q U\tJ\r\nD\n", "ABC", vec![]),
        ("QU-!JD", "ABC", vec![(B64InvalidChar, 2)]),
        ("QU-J!D", "ABC", vec![(B64InvalidChar, 2), (B64InvalidChar, 4)]),
        ("\0QUJD\u{ff}", "ABC", vec![(B64InvalidChar, 0), (B64InvalidChar, 5)]),
        ("QUI", "AB", vec![(B64Truncated, 3)]),
        ("QUJDQQ", "ABCA", vec![(B64Truncated, 6)]),
        ("QUJDQ", "ABC", vec![(B64Truncated, 5)]),
        ("QQ=", "A", vec![(B64Truncated, 3)]),
        ("QQ==QkI=", "ABB", vec![(B64DataAfterEnd, 4)]),
        ("QQ=QkI=", "ABB", vec![(B64DataAfterEnd, 3)]),
        ("QUJD=", "ABC", vec![(B64PaddingInside, 4)]),
        ("QQ===", "A", vec![(B64PaddingInside, 4)]),
        (
            "====",
            "",
            vec![
                (B64PaddingInside, 0),
                (B64PaddingInside, 1),
                (B64PaddingInside, 2),
                (B64PaddingInside, 3),
            ],
        ),
    ] {
        check(TransferEncoding::Base64, Policy::STANDARD, body.as_bytes(), want.as_bytes(), &found);
    }
    let found = [(B64PaddingInside, 1), (B64DataAfterEnd, 2), (B64Truncated, 5)];
    check(TransferEncoding::Base64, Policy::STANDARD, b"Q=UJD", b"P\x90", &found);
    // A mailing list's footer.
    let body = b"QQ==\r\n--\r\nlist";
    let found = [(B64InvalidChar, 6), (B64DataAfterEnd, 10)];
    check(TransferEncoding::Base64, Policy::STANDARD, body, b"A\x96\x2b\x2d", &found);
    check(TransferEncoding::Base64, Policy::STRICT, body, b"A", &found);
    let long = "QUJD".repeat(20);
    check(
        TransferEncoding::Base64,
        Policy::STANDARD,
        long.as_bytes(),
        "ABC".repeat(20).as_bytes(),
        &[(B64LineTooLong, 76)],
    );
    check(TransferEncoding::Base64, Policy::STRICT, b"QQ==QkI=", b"A", &[(B64DataAfterEnd, 4)]);
}

#[test]
fn quoted_printable_with_all_its_damage() {
    for (body, want, found) in [
        ("", "", vec![]),
        // RFC 2045 §6.7.
        (
            "Now's the time =\r\nfor all folk to come=\r\n to the aid of their country.",
            "Now's the time for all folk to come to the aid of their country.",
            vec![],
        ),
        ("a=3Db", "a=b", vec![]),
        ("=0D=0A", "\r\n", vec![]),
        (
            "a \t\r\nb \n c ",
            "a\r\nb\n c",
            vec![(QpTrailingWs, 1), (QpTrailingWs, 6), (QpTrailingWs, 10)],
        ),
        (
            "a=  \r\nb=\t\nc= ",
            "abc",
            vec![(QpTrailingWs, 2), (QpTrailingWs, 8), (QpTrailingWs, 12)],
        ),
        ("a=\nb=\r\nc=", "abc", vec![]),
        ("a=20\r\n", "a \r\n", vec![]),
        ("=3d=3D=c3=A9", "==\u{e9}", vec![(QpLowerHex, 0), (QpLowerHex, 6)]),
        ("=4", "=4", vec![(QpBadEscape, 0)]),
        ("=4\r\n=", "=4\r\n", vec![(QpBadEscape, 0)]),
        ("a=xyz=G1==41", "a=xyz=G1=A", vec![(QpBadEscape, 1), (QpBadEscape, 5), (QpBadEscape, 8)]),
        ("1 = 2", "1 = 2", vec![(QpBadEscape, 2)]),
        ("=\rx", "=\rx", vec![(QpBadEscape, 0)]),
        ("= \rx=\r", "= \rx=\r", vec![(QpBadEscape, 0), (QpBadEscape, 4)]),
        ("a\rb\r\r\n \r", "a\rb\r\r\n \r", vec![]),
        ("caf\u{e9}\0", "caf\u{e9}\0", vec![]),
    ] {
        check(
            TransferEncoding::QuotedPrintable,
            Policy::STANDARD,
            body.as_bytes(),
            want.as_bytes(),
            &found,
        );
    }
    let long = "x".repeat(77);
    let qp = TransferEncoding::QuotedPrintable;
    check(
        qp,
        Policy::STANDARD,
        format!("{long}\r\n").as_bytes(),
        format!("{long}\r\n").as_bytes(),
        &[(QpLineTooLong, 76)],
    );
    let full = "x".repeat(76);
    check(
        qp,
        Policy::STANDARD,
        format!("{full}\r\n{full}\n").as_bytes(),
        format!("{full}\r\n{full}\n").as_bytes(),
        &[],
    );
    check(
        qp,
        Policy::STANDARD,
        format!("{full}\rx").as_bytes(),
        format!("{full}\rx").as_bytes(),
        &[(QpLineTooLong, 76)],
    );
    check(
        qp,
        Policy::STANDARD,
        format!("{full}\r").as_bytes(),
        format!("{full}\r").as_bytes(),
        &[(QpLineTooLong, 76)],
    );
}

/// More blanks than anyone would hold back are text.
#[test]
fn blanks_without_end() {
    let blanks = vec![b' '; 2_500];
    for body in [[&blanks[..], b"\r\n"].concat(), [b"=", &blanks[..], b"\r\n"].concat()] {
        let want = push(TransferEncoding::QuotedPrintable, Policy::STANDARD, &[&body]);
        assert!(want.0.len() <= body.len() && want.0.ends_with(b"\r\n"));
        for size in [1, 7, 999, 1000, 1001] {
            let got =
                push(TransferEncoding::QuotedPrintable, Policy::STANDARD, &pieces(&body, &[size]));
            assert_eq!(got, want, "by {size}");
        }
    }
}

#[test]
fn eight_bit_where_none_may_be() {
    check(
        TransferEncoding::SevenBit,
        Policy::STANDARD,
        b"a\xe9\xe9",
        b"a\xe9\xe9",
        &[(EightBitInSevenBit, 1)],
    );
    for encoding in
        [TransferEncoding::EightBit, TransferEncoding::Binary, TransferEncoding::Unknown]
    {
        check(encoding, Policy::STANDARD, b"a\xe9\r\n\0", b"a\xe9\r\n\0", &[]);
    }
}

/// Bodies as they are, with some damage: lines of a length, from an alphabet, with odd pieces between.
fn base64_body() -> impl Strategy<Value = Vec<u8>> {
    let line = (
        select(vec![4usize, 60, 61, 72, 76, 76, 76, 80, 130]),
        select(vec!["\r\n", "\n", "", "\r"]),
        any::<u64>(),
    )
        .prop_map(|(len, end, seed)| {
            let symbols = b"QUJDabcxyz019+/";
            let mut line: Vec<u8> =
                (0..len).map(|i| symbols[(seed.rotate_left(i as u32 * 7) % 15) as usize]).collect();
            line.extend_from_slice(end.as_bytes());
            line
        });
    let odd = select(vec!["", "", "=", "==", " ", "!", "\t", "-", "\r\n", "\0", "Q", "QU", "\x0b"])
        .prop_map(|odd| odd.as_bytes().to_vec());
    let lines =
        (line, 1..40usize, odd).prop_map(|(line, times, odd)| [line.repeat(times), odd].concat());
    vec(lines, 0..6).prop_map(|lines| lines.concat())
}

fn quoted_printable_body() -> impl Strategy<Value = Vec<u8>> {
    let piece = select(vec![
        "=",
        "=3D",
        "=c3",
        "=C3=A9",
        "=4",
        " ",
        "\t",
        "\r\n",
        "\n",
        "\r",
        "=\r\n",
        "= \n",
        "x",
        "=G",
        "some words of text and more",
        "0123456789012345678901234567890123456789012345678901234567890123456789012345",
        "\u{e9}",
    ]);
    vec(piece, 0..40).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    /// base64 is what its naive twin makes of it, however it is cut.
    #[test]
    fn base64_as_its_twin(body in base64_body(), cuts in vec(1..300usize, 1..6), goes_on in any::<bool>()) {
        let policy = if goes_on { Policy::STANDARD } else { Policy::STRICT };
        let want = naive::base64(&body, goes_on);
        prop_assert!(whole(TransferEncoding::Base64, policy, &body) == want);
        prop_assert!(push(TransferEncoding::Base64, policy, &pieces(&body, &cuts)) == want);
        prop_assert!(push(TransferEncoding::Base64, policy, &pieces(&body, &[1])) == want);
        prop_assert_eq!(transfer::decoded_len(TransferEncoding::Base64, &body, policy), want.0.len());
    }

    /// So is quoted-printable.
    #[test]
    fn quoted_printable_as_its_twin(body in quoted_printable_body(), cuts in vec(1..30usize, 1..6)) {
        let qp = TransferEncoding::QuotedPrintable;
        let (out, mut found) = whole(qp, Policy::STANDARD, &body);
        prop_assert!(push(qp, Policy::STANDARD, &pieces(&body, &cuts)) == (out.clone(), found.clone()));
        prop_assert!(push(qp, Policy::STANDARD, &pieces(&body, &[1])) == (out.clone(), found.clone()));
        prop_assert_eq!(transfer::decoded_len(qp, &body, Policy::STANDARD), out.len());
        found.sort_by_key(|&(code, at)| (at, code));
        prop_assert!((out, found) == naive::quoted_printable(&body));
    }
}
