//! What the tour shows, in its order, is what each protocol has to say.
use std::{
    env,
    path::Path,
    process::{Command, Output},
};

const LETTER: &str = include_str!("../src/tour/letter.eml");

fn tour() -> Output {
    let test = env::current_exe().unwrap();
    let target = test.ancestors().nth(2).unwrap_or(Path::new(""));
    let program = target.join("examples/tour").with_extension(env::consts::EXE_EXTENSION);
    assert!(program.exists(), "no {}: `cargo test -p examples` builds it", program.display());
    Command::new(program).output().unwrap()
}

#[test]
fn the_letter_goes_its_whole_way() {
    let Output { status, stdout, stderr } = tour();
    assert!(status.success() && stderr.is_empty(), "{}", String::from_utf8_lossy(&stderr));
    let shown = String::from_utf8(stdout).unwrap();
    let size = LETTER.len();
    let mut lines = shown.lines();
    for wanted in [
        "S: 220 mx.reader.example ESMTP",
        "C: EHLO sender.example",
        &format!("C: MAIL FROM:<zoe@sender.example> BODY=8BITMIME SIZE={size}"),
        "C: RCPT TO:<tim@reader.example>",
        "C: DATA",
        "S: 354 Start mail input; end with <CRLF>.<CRLF>",
        "C: The café, at noon?",
        "C: ..",
        "C: .",
        "S: 250 2.6.0 Message accepted",
        "S: 221 2.0.0 Bye",
        "0 multipart/mixed, 557 octets, \"Lunch at the café?\"",
        "├─ 1 multipart/alternative, 286 octets",
        "│  ├─ 2 text/plain; charset=utf-8, 55 octets: text",
        "│  └─ 3 text/html; charset=utf-8, quoted-printable, 33 octets: html",
        "└─ 4 text/csv, base64, 35 octets: attachment \"菜單.csv\"",
        "2: .",
        "4: coffee;2.20",
        "C: PASS noodles",
        "C: RETR 1",
        "S: 1 noon-2026",
        "S: +OK Message follows",
        "   [28 lines]",
        "S: +OK Message 1 deleted",
        "C: A1 LOGIN tim noodles",
        "S: * 1 EXISTS",
        "C: A3 FETCH 1:* (ENVELOPE BODYSTRUCTURE BODY[])",
        "S: --outer--",
        "S:  FLAGS (\\Seen))",
        "S: A3 OK FETCH completed",
        "S: A4 OK LOGOUT completed",
        "   subject   Lunch at the café?",
        "   sections  1.1 TEXT/PLAIN, 1.2 TEXT/HTML, 2 TEXT/CSV",
        &format!("{size} octets went in, and came out the same three times."),
    ] {
        assert!(lines.any(|line| line == wanted), "no {wanted:?} where it belongs in\n{shown}");
    }
    assert_eq!(lines.next(), None);
    let fetched = shown.lines().find(|line| line.starts_with("S: * 1 FETCH (ENVELOPE (")).unwrap();
    assert!(fetched.ends_with(&format!("BODY[] {{{size}}}")), "{fetched}");
    assert!(
        fetched.contains(
            r#"(("Tim" NIL "tim" "reader.example")) NIL NIL NIL "<noon@sender.example>")"#
        ),
        "{fetched}"
    );
    assert!(
        fetched.contains(r#"("TEXT" "CSV" ("charset" "us-ascii") NIL NIL "base64" 48 0"#),
        "{fetched}"
    );
}

/// The dialogue by SMTP shows every octet of the letter, dots doubled.
#[test]
fn nothing_is_left_out_of_the_letter() {
    let shown = String::from_utf8(tour().stdout).unwrap();
    let said: Vec<_> = shown
        .lines()
        .skip_while(|line| !line.starts_with("S: 354"))
        .skip(1)
        .map_while(|line| line.strip_prefix("C:"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let (end, text) = said.split_last().unwrap();
    assert_eq!(*end, ".");
    let text: String =
        text.iter().map(|line| format!("{}\r\n", line.strip_prefix('.').unwrap_or(line))).collect();
    assert_eq!(text, LETTER);
}
