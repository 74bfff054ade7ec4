//! What the benches of messages share: the messages, in both forms of line ends.
use std::{env, fs, path::PathBuf};

/// Messages of one kind, with the ends of their lines as named.
#[derive(Debug)]
pub struct Corpus {
    /// What and how, as in `newsletter, LF`.
    pub name: String,
    /// The messages.
    pub messages: Vec<Vec<u8>>,
}

impl Corpus {
    /// Octets of all messages together.
    pub fn octets(&self) -> u64 {
        self.messages.iter().map(|message| message.len() as u64).sum()
    }
}

/// Every kind, each with CRLF and with LF.
pub fn corpora() -> Vec<Corpus> {
    let kinds = [
        ("real mail", real()),
        ("10 MB attachment", vec![attachment(10_300_000)]),
        ("newsletter", vec![newsletter()]),
        ("long headers", vec![long_headers()]),
        ("deep nesting", vec![deep(50)]),
        ("1 MB plain text", vec![plain(1 << 20)]),
    ];
    let mut corpora = Vec::new();
    for (name, messages) in kinds {
        if messages.is_empty() {
            continue;
        }
        let lf: Vec<_> = messages.iter().map(|message| with_lf(message)).collect();
        let crlf = lf.iter().map(|message| with_crlf(message)).collect();
        corpora.push(Corpus { name: format!("{name}, CRLF"), messages: crlf });
        corpora.push(Corpus { name: format!("{name}, LF"), messages: lf });
    }
    corpora
}

/// Every tenth message of the corpora of real mail, so that a round is short.
fn real() -> Vec<Vec<u8>> {
    real_files().into_iter().step_by(10).map(|(_, octets)| octets).collect()
}

/// Real mail and the names of its files, in order; none without `MAILWIRE_SHARED`.
pub fn real_files() -> Vec<(String, Vec<u8>)> {
    let Some(root) = env::var_os("MAILWIRE_SHARED") else {
        println!("skipped: real mail, for MAILWIRE_SHARED is not set");
        return Vec::new();
    };
    let root = PathBuf::from(root).join("corpus/spamassassin");
    let mut paths = Vec::new();
    for folder in fs::read_dir(root).expect("readable directory") {
        let folder = fs::read_dir(folder.expect("readable entry").path()).expect("a directory");
        paths.extend(folder.map(|entry| entry.expect("readable entry").path()));
    }
    paths.sort();
    let read =
        |path: PathBuf| (path.display().to_string(), fs::read(&path).expect("readable file"));
    paths.into_iter().map(read).collect()
}

/// A short text and one attachment in base64.
pub fn attachment(octets: usize) -> Vec<u8> {
    let mut message = header("multipart/mixed; boundary=\"=_mixed\"");
    message.extend(b"--=_mixed\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHere it is.\r\n");
    message.extend(
        b"--=_mixed\r\nContent-Type: application/pdf; name=\"report.pdf\"\r\n\
          Content-Disposition: attachment; filename=\"report.pdf\"\r\n\
          Content-Transfer-Encoding: base64\r\n\r\n",
    );
    base64(octets, &mut message);
    message.extend(b"--=_mixed--\r\n");
    message
}

/// Text and HTML in quoted-printable with an inline picture, behind the header of a mailing.
pub fn newsletter() -> Vec<u8> {
    let mut message = Vec::new();
    for hop in 0..8 {
        message.extend(
            format!(
                "Received: from out{hop}.mailer.example (out{hop}.mailer.example [192.0.2.{hop}])\r\n\
                 \tby mx{hop}.example.org (Postfix) with ESMTPS id 4XyZ{hop}\r\n\
                 \t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n\
                 \tfor <reader@example.org>; Mon, 16 Nov 2026 07:0{hop}:00 +0000\r\n"
            )
            .bytes(),
        );
    }
    for number in 0..25 {
        message.extend(
            format!("X-Mailer-Campaign-{number}: 7f3a{number:04}-newsletter; run=2026-11\r\n")
                .bytes(),
        );
    }
    message.extend(
        b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=mailer.example; s=k1;\r\n\
          \th=from:to:subject:date:message-id:list-unsubscribe:mime-version:content-type;\r\n\
          \tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\r\n\
          \tb=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSbav+yuU4zGeeruD00lszZVoG4ZHRNiYzR\r\n\
          List-Unsubscribe: <mailto:leave@mailer.example?subject=7f3a>,\r\n\
          \t<https://mailer.example/leave/7f3a>\r\n\
          List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\
          Reply-To: Reader Service <service@mailer.example>\r\n",
    );
    message.extend(header("multipart/alternative; boundary=\"=_alternative_7f3a\""));
    message.extend(
        b"--=_alternative_7f3a\r\nContent-Type: text/plain; charset=UTF-8\r\n\
          Content-Transfer-Encoding: quoted-printable\r\n\r\n",
    );
    for line in 0..40 {
        message.extend(
            format!(
                "Angebot {line}: sch=C3=B6ne B=C3=BCcher f=C3=BCr den Winter, jetzt mit 20 % =\r\n\
                     Rabatt auf https://mailer.example/o/{line}?id=3D7f3a\r\n"
            )
            .bytes(),
        );
    }
    message.extend(
        b"--=_alternative_7f3a\r\nContent-Type: text/html; charset=UTF-8\r\n\
          Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><body>\r\n",
    );
    for line in 0..60 {
        message.extend(
            format!("<tr><td style=3D\"font-family:Arial;color:#333333\"><a href=3D\"https://mailer.=\r\n\
                     example/o/{line}?id=3D7f3a\">Angebot {line}: sch=C3=B6ne B=C3=BCcher</a></td></tr>\r\n")
                .bytes(),
        );
    }
    message.extend(b"</body></html>\r\n--=_alternative_7f3a--\r\n");
    message
}

/// Little body behind much header: long lists of recipients and references, encoded words.
pub fn long_headers() -> Vec<u8> {
    let mut message = Vec::new();
    for hop in 0..40 {
        message.extend(
            format!(
                "Received: from relay{hop}.example.net by hub{hop}.example.net with ESMTP id {hop:08x};\r\n\
                 \tMon, 16 Nov 2026 07:00:{hop:02} +0100\r\n"
            )
            .bytes(),
        );
    }
    for name in ["To", "Cc"] {
        message.extend(format!("{name}: first@example.org").bytes());
        for number in 0..300 {
            message.extend(
                format!(
                    ",\r\n =?utf-8?Q?J=C3=BCrgen_{number}?= <juergen.{number}@staff.example.org>"
                )
                .bytes(),
            );
        }
        message.extend(b"\r\n");
    }
    message.extend(b"References:");
    for number in 0..200 {
        message.extend(format!("\r\n <{number:032x}@mail.example.org>").bytes());
    }
    message.extend(b"\r\n");
    message.extend(header("text/plain; charset=us-ascii"));
    message.extend(b"Thanks!\r\n");
    message
}

/// Multiparts and messages within each other, two levels a step.
pub fn deep(steps: usize) -> Vec<u8> {
    let mut message = Vec::new();
    for step in 0..steps {
        message.extend(header(&format!("multipart/mixed; boundary=\"level-{step}-of-the-nest\"")));
        message.extend(
            format!("--level-{step}-of-the-nest\r\nContent-Type: text/plain\r\n\r\nForwarded {step} times.\r\n\
                     --level-{step}-of-the-nest\r\nContent-Type: message/rfc822\r\n\r\n")
                .bytes(),
        );
    }
    message.extend(header("text/plain"));
    message.extend(b"The core.\r\n");
    for step in (0..steps).rev() {
        message.extend(format!("--level-{step}-of-the-nest--\r\n").bytes());
    }
    message
}

/// One text in 8bit.
pub fn plain(octets: usize) -> Vec<u8> {
    let mut message = header("text/plain; charset=utf-8");
    let line = "Zw\u{f6}lf Boxk\u{e4}mpfer jagen Viktor quer \u{fc}ber den gro\u{df}en Sylter Deich, \
                and the quick brown fox looks on.\r\n";
    while message.len() < octets {
        message.extend(line.bytes());
    }
    message
}

fn header(content_type: &str) -> Vec<u8> {
    format!(
        "From: =?utf-8?Q?J=C3=BCrgen_M=C3=BCller?= <juergen@mailer.example>\r\n\
         To: \"Reader, Dear\" <reader@example.org>, Second <second@example.org>\r\n\
         Subject: =?utf-8?B?TmV1ZSBCw7xjaGVyIGbDvHIgZGVuIFdpbnRlcg==?= and more\r\n\
         Date: Mon, 16 Nov 2026 08:00:00 +0100\r\n\
         Message-ID: <7f3a.20261116080000@mailer.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    .into_bytes()
}

/// Octets that are no text, in lines of 76.
fn base64(octets: usize, out: &mut Vec<u8>) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..octets / 78 {
        for _ in 0..76 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            out.push(ALPHABET[(state >> 40) as usize % 64]);
        }
        out.extend(b"\r\n");
    }
}

fn with_lf(message: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(message.len());
    for line in message.split_inclusive(|&octet| octet == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(line) => {
                lines.extend(line);
                lines.push(b'\n');
            }
            None => lines.extend(line),
        }
    }
    lines
}

fn with_crlf(lines: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(lines.len() + lines.len() / 32);
    for line in lines.split_inclusive(|&octet| octet == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(line) => {
                message.extend(line);
                message.extend(b"\r\n");
            }
            None => message.extend(line),
        }
    }
    message
}

/// Makes a message that is this large.
pub type Generator = fn(usize) -> Vec<u8>;

/// Messages made to be slow to read, by a factor of size.
pub fn adversaries() -> Vec<(&'static str, Generator)> {
    vec![
        ("parts whose boundary never comes", unmatched),
        ("60 boundaries, lines that nearly match", near_misses),
        ("multiparts within each other", nested_multiparts),
        ("messages within each other", nested_messages),
        ("To fields", to_fields),
        ("empty parts", empty_parts),
        ("one field of folds", folds),
        ("lines of dashes", dashes),
        ("headers of lines that are none", junk),
        ("sections of RFC 2231", sections),
        ("parameters of nothing", semicolons),
    ]
}

fn unmatched(size: usize) -> Vec<u8> {
    let mut message = header("multipart/mixed; boundary=outer");
    for part in 0..4_000 * size {
        message.extend(
            format!("--outer\r\nContent-Type: multipart/mixed; boundary=inner{part}\r\n\r\n")
                .bytes(),
        );
        message
            .extend("A line of text that is no delimiter, like any other.\r\n".repeat(28).bytes());
    }
    message
}

fn near_misses(size: usize) -> Vec<u8> {
    let mut message = Vec::new();
    for level in 0..60 {
        let boundary = format!("----=_NextPart_000_0000_01D7A1B2.{level:08X}");
        message.extend(header(&format!("multipart/mixed; boundary=\"{boundary}\"")));
        message.extend(format!("--{boundary}\r\n").bytes());
    }
    message.extend(b"\r\n");
    for line in 0..300_000 * size {
        message.extend(format!("------=_NextPart_000_0000_01D7A1B2.{line:08x}?\r\n").bytes());
    }
    message
}

fn nested_multiparts(size: usize) -> Vec<u8> {
    let mut message = Vec::new();
    for level in 0..5_000 * size {
        message.extend(
            format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n")
                .bytes(),
        );
    }
    message
}

fn nested_messages(size: usize) -> Vec<u8> {
    b"Content-Type: message/rfc822\r\n\r\n".repeat(20_000 * size)
}

fn to_fields(size: usize) -> Vec<u8> {
    b"To: someone@example.org\r\n".repeat(200_000 * size)
}

fn empty_parts(size: usize) -> Vec<u8> {
    let mut message = header("multipart/mixed; boundary=b");
    message.extend(b"--b\r\n".repeat(100_000 * size));
    message
}

fn folds(size: usize) -> Vec<u8> {
    let mut message = b"Subject: x\r\n".to_vec();
    message.extend(b" \t\r\n".repeat(500_000 * size));
    message
}

fn dashes(size: usize) -> Vec<u8> {
    let mut message = header("multipart/mixed; boundary=\"----------b\"");
    message.extend(
        b"x------------------------------------------------------------\r\n".repeat(40_000 * size),
    );
    message
}

fn junk(size: usize) -> Vec<u8> {
    b"no field\r\nA: b\r\n".repeat(100_000 * size)
}

fn sections(size: usize) -> Vec<u8> {
    let mut message = b"Content-Type: text/plain".to_vec();
    for section in 0..10_000 * size {
        message.extend(format!(";\r\n name*{section}=x").bytes());
    }
    message.extend(b"\r\n\r\n");
    message
}

fn semicolons(size: usize) -> Vec<u8> {
    let mut message = b"Content-Type: text/plain".to_vec();
    message.extend(b";".repeat(1_000_000 * size));
    message.extend(b"\r\n\r\n");
    message
}
