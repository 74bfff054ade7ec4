//! Boundaries: RFC 2046 §5.1, reference cases 2 to 7.
use mailwire_message::{
    DefectCode::{
        self, BoundaryPrefixOfOpen, BoundaryReusedOpen, CloseBoundaryMissing, ClosedByOuter,
        ContentAfterClose, DelimiterEndsHeaders, DelimiterTrailingText, EmptyPart, MidLineBoundary,
        NonMultipartLooksLikeMultipart, PreambleLooksLikePart, StartBoundaryNotFound,
    },
    parser::{Config, Event, Parser, Role},
};

use crate::record::{checked, defects, is_missing_field, multipart, outline, tree, with_crlf};

/// One row a case: the body of a multipart with boundary `B`, the tree, the defects.
#[test]
fn delimiters() {
    let close = CloseBoundaryMissing;
    let rows: &[(&str, &str, &[DefectCode])] = &[
        ("--B\n\nx\n--B--\n", r#"M0[L1"x"]"#, &[]),
        ("pre\n--B\n\nx\n\n--B\n\ny\n--B--\nepi\n", r#"M0[L1"x\n" L2"y"]"#, &[]),
        ("--B  \t\n\nx\n--B-- \n", r#"M0[L1"x"]"#, &[]),
        ("--B\n\nx\n--B--", r#"M0[L1"x"]"#, &[]),
        ("--B\n\nx\n--B", r#"M0[L1"x" L2""]"#, &[EmptyPart, close]),
        // Not a delimiter: in the middle of a line, with text behind it, another case, a prefix.
        ("--B\n\na --B\n--B--\n", r#"M0[L1"a --B"]"#, &[MidLineBoundary]),
        ("--B\n\na --B--\n--B--\n", r#"M0[L1"a --B--"]"#, &[MidLineBoundary]),
        ("--B\n\n --B\n--B--\n", r#"M0[L1" --B"]"#, &[MidLineBoundary]),
        ("--B\n\n---B\n--B--\n", r#"M0[L1"---B"]"#, &[MidLineBoundary]),
        ("--B\n\n--Bx\n--B--\n", r#"M0[L1"--Bx"]"#, &[DelimiterTrailingText]),
        ("--B\n\n--B x\n--B--\n", r#"M0[L1"--B x"]"#, &[DelimiterTrailingText]),
        ("--B\n\n--B---\n--B--\n", r#"M0[L1"--B---"]"#, &[DelimiterTrailingText]),
        ("--B\n\n--B-- x\n--B--\n", r#"M0[L1"--B-- x"]"#, &[DelimiterTrailingText]),
        ("--B\n\n--b\n--\n-- \n--B--\n", r#"M0[L1"--b\n--\n-- "]"#, &[]),
        ("--B\n\n-----------\n--B--\n", r#"M0[L1"-----------"]"#, &[]),
        // Missing delimiters.
        ("just text\n", "M0[]", &[StartBoundaryNotFound]),
        ("", "M0[]", &[StartBoundaryNotFound]),
        ("--B--\n", "M0[]", &[]),
        ("--B\n\nx\n", r#"M0[L1"x\n"]"#, &[close]),
        ("--B\n\nx", r#"M0[L1"x"]"#, &[close]),
        // Behind the end.
        (
            "--B\n\nx\n--B--\n--B\n\ny\n--B--\n",
            r#"M0[L1"x"]"#,
            &[ContentAfterClose, ContentAfterClose],
        ),
        ("--B\n\nx\n--B--\nepi --B\n", r#"M0[L1"x"]"#, &[]),
        // Empty parts.
        (
            "--B\n--B\n--B--\n",
            r#"M0[L1"" L2""]"#,
            &[DelimiterEndsHeaders, EmptyPart, DelimiterEndsHeaders, EmptyPart],
        ),
        ("--B\n\n--B\n\n\n--B--\n", r#"M0[L1"" L2""]"#, &[EmptyPart, EmptyPart]),
        ("--B\n\n\n\n--B--\n", r#"M0[L1"\n"]"#, &[]),
        // A delimiter ends a header, and nothing is lost.
        ("--B\nA: b\n--B\n\ny\n--B--\n", r#"M0[L1"" L2"y"]"#, &[DelimiterEndsHeaders]),
        // A preamble that is a part whose delimiter is gone.
        ("Content-Type: text/plain\n\nx\n--B--\n", "M0[]", &[PreambleLooksLikePart]),
        // Bare CR is no line end.
        ("--B\n\nx\r--B\n--B--\n", r#"M0[L1"x\r--B"]"#, &[MidLineBoundary, DefectCode::BareCr]),
        (
            "--B\n\nx\n--B\r--B--\n",
            r#"M0[L1"x\n--B\r--B--\n"]"#,
            &[DelimiterTrailingText, MidLineBoundary, DefectCode::BareCr, close],
        ),
    ];
    for (body, want, codes) in rows {
        let message = multipart("B", body);
        assert_eq!(tree(&message), *want, "body {body:?}");
        let mut found = defects(&message);
        let mut codes = codes.to_vec();
        found.sort_unstable();
        codes.sort_unstable();
        assert_eq!(found, codes, "body {body:?}");
    }
}

#[test]
fn boundaries_of_dashes_and_blanks() {
    for (boundary, body, want) in [
        ("---x", "-----x\n\na\n-----x--\n", r#"M0[L1"a"]"#),
        (
            "---x",
            "-----x\n\na ------x\n--x\n---x\n----x\n-----x--\n",
            r#"M0[L1"a ------x\n--x\n---x\n----x"]"#,
        ),
        ("----", "------\n\na\n--------\n", r#"M0[L1"a"]"#),
        ("a b", "--a b\n\nx\n--a  b\n--a b--\n", r#"M0[L1"x\n--a  b"]"#),
        ("B ", "--B\n\nx\n--B --\n--B--\n", r#"M0[L1"x\n--B --"]"#),
        ("B--", "--B--\n\nx\n--B----\n", r#"M0[L1"x"]"#),
        ("=_?/:'()+,.", "--=_?/:'()+,.\n\nx\n--=_?/:'()+,.--\n", r#"M0[L1"x"]"#),
    ] {
        assert_eq!(tree(&multipart(boundary, body)), want, "boundary {boundary:?}, body {body:?}");
    }
}

fn nested(outer: &str, inner: &str, body: &str) -> Vec<u8> {
    let start = format!("--{outer}\nContent-Type: multipart/alternative; boundary=\"{inner}\"\n\n");
    multipart(outer, &[&start, body].concat())
}

#[test]
fn inner_and_outer() {
    for (outer, inner, body, want, codes) in [
        ("A", "B", "--B\n\nx\n--B--\n--A\n\ny\n--A--\n", r#"M0[M1[L2"x"] L3"y"]"#, &[][..]),
        // The inner one is not closed.
        (
            "A",
            "B",
            "--B\n\nx\n--A\n\ny\n--A--\n",
            r#"M0[M1[L2"x"] L3"y"]"#,
            &[CloseBoundaryMissing, ClosedByOuter],
        ),
        ("A", "B", "--B\n\nx\n--A--\n", r#"M0[M1[L2"x"]]"#, &[CloseBoundaryMissing, ClosedByOuter]),
        (
            "A",
            "B",
            "--A\n\ny\n--A--\n",
            r#"M0[M1[] L2"y"]"#,
            &[StartBoundaryNotFound, ClosedByOuter],
        ),
        // One begins with the other, either way.
        (
            "B",
            "Bx",
            "--Bx\n\nx\n--Bx--\n--B\n\ny\n--B--\n",
            r#"M0[M1[L2"x"] L3"y"]"#,
            &[BoundaryPrefixOfOpen],
        ),
        (
            "Bx",
            "B",
            "--B\n\nx\n--B--\n--Bx\n\ny\n--Bx--\n",
            r#"M0[M1[L2"x"] L3"y"]"#,
            &[BoundaryPrefixOfOpen],
        ),
        (
            "B",
            "B--",
            "--B--\n\nx\n--B----\n--B\n\ny\n--B--\n",
            r#"M0[M1[L2"x"] L3"y"]"#,
            &[BoundaryPrefixOfOpen],
        ),
        // Used twice: the inner one has it until it is closed.
        (
            "B",
            "B",
            "--B\n\nx\n--B--\n--B\n\ny\n--B--\n",
            r#"M0[M1[L2"x"] L3"y"]"#,
            &[BoundaryReusedOpen],
        ),
    ] {
        let message = nested(outer, inner, body);
        let message = String::from_utf8(message).unwrap();
        assert_eq!(tree(message.as_bytes()), want, "{message}");
        assert_eq!(defects(message.as_bytes()), codes, "{message}");
    }
}

#[test]
fn the_line_break_belongs_to_the_delimiter_of_the_outer_one() {
    let body = "--B\r\n\r\nx\r\n--B--\r\n--A\r\n\r\ny\r\n--A--\r\n";
    let message = String::from_utf8(nested("A", "B", "")).unwrap().replace('\n', "\r\n") + body;
    let structure = checked(message.as_bytes(), Config::default());
    let inner = &message[structure.parts[1].body.clone()];
    assert_eq!(inner, "--B\r\n\r\nx\r\n--B--", "what a signature would be made over");
}

#[test]
fn types_that_are_no_multipart() {
    let message = b"Content-Type: text/plain; boundary=B\n\n--B\n\nx\n--B--\n";
    assert_eq!(tree(message), r#"L0"--B\n\nx\n--B--\n""#);
    assert_eq!(defects(message), [NonMultipartLooksLikeMultipart; 2]);
    assert_eq!(defects(b"Content-Type: text/plain; boundary=B\n\nx\n"), []);
    for content_type in ["multipart/mixed", "multipart/mixed; boundary=\"\""] {
        let message = format!("Content-Type: {content_type}\n\n--B\n\nx\n--B--\n");
        assert_eq!(tree(message.as_bytes()), r#"L0"--B\n\nx\n--B--\n""#);
        let code = defects(message.as_bytes())[0];
        assert!(matches!(code, DefectCode::BoundaryMissing | DefectCode::BoundaryEmpty));
    }
}

#[test]
fn a_header_without_empty_line_does_not_swallow_the_first_delimiter() {
    let message = b"Content-Type: multipart/mixed; boundary=B\n--B\nA: b\n\nx\n--B--\n";
    assert_eq!(tree(message), r#"M0[L1"x"]"#);
    assert_eq!(defects(message), [DelimiterEndsHeaders]);
    let message = b"Content-Type: multipart/mixed; boundary=B\njunk\n--B\nA: b\n\nx\n--B--\n";
    assert_eq!(tree(message), r#"M0[L1"x"]"#);
}

/// RFC 2046 §5.1.1.
const SIMPLE: &str = "\
From: Nathaniel Borenstein <nsb@bellcore.com>
To: Ned Freed <ned@innosoft.com>
Date: Sun, 21 Mar 1993 23:56:48 -0800 (PST)
Subject: Sample message
MIME-Version: 1.0
Content-type: multipart/mixed; boundary=\"simple boundary\"

This is the preamble.  It is to be ignored, though it
is a handy place for composition agents to include an
explanatory note to non-MIME conformant readers.

--simple boundary

This is implicitly typed plain US-ASCII text.
It does NOT end with a linebreak.
--simple boundary
Content-type: text/plain; charset=us-ascii

This is explicitly typed plain US-ASCII text.
It DOES end with a linebreak.

--simple boundary--

This is the epilogue.  It is also to be ignored.
";

#[test]
fn the_example_of_rfc_2046() {
    for message in [SIMPLE.as_bytes().to_vec(), with_crlf(SIMPLE.as_bytes())] {
        let structure = checked(&message, Config::default());
        let text: Vec<_> = structure.parts[1..]
            .iter()
            .map(|part| String::from_utf8_lossy(&message[part.body.clone()]).replace('\r', ""))
            .collect();
        assert_eq!(
            text,
            [
                "This is implicitly typed plain US-ASCII text.\nIt does NOT end with a linebreak.",
                "This is explicitly typed plain US-ASCII text.\nIt DOES end with a linebreak.\n",
            ]
        );
        assert_eq!(structure.defects, []);
        let mut pieces = Vec::new();
        let mut parser = Parser::new(Config::default());
        parser.handle_input(message.into());
        parser.handle_eof();
        while let Some(event) = parser.poll_event().unwrap() {
            if let Event::Raw(raw) = event
                && matches!(raw.role, Role::Preamble | Role::Epilogue)
            {
                pieces.push(String::from_utf8_lossy(&raw.octets).replace('\r', ""));
            }
        }
        assert_eq!(
            pieces,
            [
                "This is the preamble.  It is to be ignored, though it\n\
                 is a handy place for composition agents to include an\n\
                 explanatory note to non-MIME conformant readers.\n",
                "\nThis is the epilogue.  It is also to be ignored.\n",
            ]
        );
    }
}

/// Every row above, with the other line end: the same tree.
#[test]
fn line_ends_do_not_matter() {
    for body in ["pre\n--B\n\nx\n\n--B\n\ny\n--B--\nepi\n", "--B\n--B\n\nx\n--B--\n", "--Bx\n--B\n"]
    {
        let lf = multipart("B", body);
        let crlf = with_crlf(&lf);
        let [a, b] = [&lf, &crlf].map(|message| {
            let structure = checked(message, Config::default());
            let codes: Vec<_> = structure.defects.iter().map(|defect| defect.code).collect();
            (outline(message, &structure).replace("\\r", ""), codes)
        });
        assert_eq!(a, b, "body {body:?}");
        assert!(a.1.iter().any(|&code| is_missing_field(code)));
    }
}

/// A run of dashes that is cut says the same as one that is not.
#[test]
fn runs_of_dashes() {
    for boundary in ["-", "--", "---", "-b"] {
        for end in ["", "\n", "b", "x\n", "\n--\n", " \n"] {
            for count in [2, 3, 4, 5, 8, 40] {
                let body = format!("{}{end}", "-".repeat(count));
                checked(&multipart(boundary, &body), Config::default());
                let within = format!("--{boundary}\n\n{body}\n--{boundary}--\n{body}");
                checked(&multipart(boundary, &within), Config::default());
            }
        }
    }
}
