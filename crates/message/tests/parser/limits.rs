//! Limits: what is behind them stays as octets, flagged and never lost.
use mailwire_message::{
    DefectCode::{
        self, DefectsLimit, DepthLimit, FieldBytesLimit, FieldCountLimit, HeaderBytesLimit,
        PartsLimit,
    },
    Limits,
    parser::{Config, HeaderEnd, Structure},
};

use crate::record::{checked, multipart, outline};

fn with_limits(set: impl FnOnce(&mut Limits)) -> Config {
    let mut config = Config::default();
    set(&mut config.limits);
    config
}

fn has(structure: &Structure, code: DefectCode) -> bool {
    structure.defects.iter().any(|defect| defect.code == code)
}

#[test]
fn depth() {
    let mut message = String::new();
    for level in 0..5 {
        message += &format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n");
    }
    message += "\nx\n";
    let structure = checked(message.as_bytes(), with_limits(|limits| limits.depth = 2));
    assert!(has(&structure, DepthLimit));
    let want = "M0[M1[L2\"--b2\\nContent-Type";
    assert!(outline(message.as_bytes(), &structure).starts_with(want));
    assert_eq!(structure.parts[2].body.end, message.len());
}

#[test]
fn parts() {
    let message = multipart("b", "--b\n\nx\n--b\n\ny\n--b\n\nz\n--b--\nepi\n");
    for (parts, want) in [
        (1, "M0[]"),
        (2, r#"M0[L1"x\n--b\n\ny\n--b\n\nz\n--b--\nepi\n"]"#),
        (3, r#"M0[L1"x" L2"y\n--b\n\nz\n--b--\nepi\n"]"#),
        (4, r#"M0[L1"x" L2"y" L3"z"]"#),
    ] {
        let structure = checked(&message, with_limits(|limits| limits.parts = parts));
        assert_eq!(outline(&message, &structure), want, "{parts} parts");
        assert_eq!(has(&structure, PartsLimit), parts < 4, "{parts} parts");
    }
    let message = b"Content-Type: message/rfc822\n\nA: b\n\nx\n";
    let structure = checked(message, with_limits(|limits| limits.parts = 1));
    assert_eq!(outline(message, &structure), r#"L0"A: b\n\nx\n""#);
    assert!(has(&structure, PartsLimit));
}

#[test]
fn header_octets() {
    let message = b"A: b\nC: d\nE: f\n\nx\n";
    for (octets, fields, body, end) in [
        (4, 0, "A: b\nC: d\nE: f\n\nx\n", HeaderEnd::Limit),
        (5, 1, "C: d\nE: f\n\nx\n", HeaderEnd::Limit),
        (14, 2, "E: f\n\nx\n", HeaderEnd::Limit),
        (15, 3, "x\n", HeaderEnd::Blank),
    ] {
        let structure = checked(message, with_limits(|limits| limits.header_octets = octets));
        let root = &structure.parts[0];
        assert_eq!(structure.fields.len(), fields, "{octets} octets");
        assert_eq!(&message[root.body.clone()], body.as_bytes(), "{octets} octets");
        assert_eq!(
            (root.header_end, has(&structure, HeaderBytesLimit)),
            (end, end == HeaderEnd::Limit)
        );
    }
}

#[test]
fn fields() {
    let message = b"A: b\nC: d\nE: f\n\nx\n";
    let structure = checked(message, with_limits(|limits| limits.fields = 2));
    assert_eq!((structure.fields.len(), has(&structure, FieldCountLimit)), (2, true));
    assert_eq!(&message[structure.parts[0].body.clone()], b"E: f\n\nx\n");
    let structure = checked(message, with_limits(|limits| limits.fields = 3));
    assert_eq!((structure.fields.len(), has(&structure, FieldCountLimit)), (3, false));
}

#[test]
fn field_octets() {
    let message = b"A: b\nC: def\n ghi\nE: f\n\nx\n";
    for (octets, value) in
        [(5, " de"), (6, " def"), (7, " def"), (8, " def\n "), (12, " def\n ghi")]
    {
        let structure = checked(message, with_limits(|limits| limits.field_octets = octets));
        let values: Vec<_> = structure.fields.iter().map(|field| &message[field.value()]).collect();
        assert_eq!(values, [b" b", value.as_bytes(), b" f"], "{octets} octets");
        assert_eq!(has(&structure, FieldBytesLimit), octets < 12, "{octets} octets");
        assert_eq!(&message[structure.parts[0].body.clone()], b"x\n", "{octets} octets");
    }
    // The rest of a field counts for the header.
    let config = with_limits(|limits| (limits.field_octets, limits.header_octets) = (7, 14));
    let structure = checked(message, config);
    assert!(has(&structure, FieldBytesLimit) && has(&structure, HeaderBytesLimit));
    assert_eq!(&message[structure.parts[0].body.clone()], b"hi\nE: f\n\nx\n");
}

#[test]
fn defects() {
    let message = ["A: \x01\n".repeat(20).as_bytes(), b"\nx"].concat();
    let structure = checked(&message, with_limits(|limits| limits.defects = 5));
    assert_eq!(structure.defects.len(), 6);
    assert_eq!(structure.defects[5].code, DefectsLimit);
    assert_eq!(structure.defects_seen, 22);
}
