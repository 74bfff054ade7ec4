//! The names of items.

/// What comes behind a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Uid,
    Flags,
    InternalDate,
    Size,
    ModSeq,
    Envelope,
    BodyStructure,
    /// `BODY`, with brackets or without.
    Body,
    Binary,
    BinarySize,
    Rfc822,
    Rfc822Header,
    Rfc822Text,
    EmailId,
    ThreadId,
    Preview,
    SaveDate,
    GmailMessageId,
    GmailThreadId,
    GmailLabels,
    Annotation,
    Other,
}

impl Name {
    /// The name that comes next, as most servers write it, a space or bracket behind it; and its length.
    #[inline]
    pub(super) fn usual(text: &[u8]) -> Option<(Self, usize)> {
        // Each is compared with a constant, which takes an instruction or two.
        Some(match text.first()? {
            b'U' if text.starts_with(b"UID ") => (Self::Uid, 3),
            b'F' if text.starts_with(b"FLAGS ") => (Self::Flags, 5),
            b'M' if text.starts_with(b"MODSEQ ") => (Self::ModSeq, 6),
            b'R' if text.starts_with(b"RFC822.SIZE ") => (Self::Size, 11),
            b'I' if text.starts_with(b"INTERNALDATE ") => (Self::InternalDate, 12),
            b'E' if text.starts_with(b"ENVELOPE ") => (Self::Envelope, 8),
            b'B' if text.starts_with(b"BODY[") => (Self::Body, 4),
            b'B' if text.starts_with(b"BODYSTRUCTURE ") => (Self::BodyStructure, 13),
            _ => return None,
        })
    }

    /// By length first: no name is compared with more than two others.
    #[inline]
    pub(super) fn of(name: &[u8]) -> Self {
        let (known, meaning) = match name.len() {
            3 => ("UID", Self::Uid),
            4 => ("BODY", Self::Body),
            5 => ("FLAGS", Self::Flags),
            6 if name[0] | 0x20 == b'm' => ("MODSEQ", Self::ModSeq),
            6 if name[0] | 0x20 == b'b' => ("BINARY", Self::Binary),
            6 => ("RFC822", Self::Rfc822),
            7 if name[0] | 0x20 == b'e' => ("EMAILID", Self::EmailId),
            7 => ("PREVIEW", Self::Preview),
            8 if name[0] | 0x20 == b'e' => ("ENVELOPE", Self::Envelope),
            8 if name[0] | 0x20 == b't' => ("THREADID", Self::ThreadId),
            8 => ("SAVEDATE", Self::SaveDate),
            10 if name[0] | 0x20 == b'a' => ("ANNOTATION", Self::Annotation),
            10 if name[5] | 0x20 == b'm' => ("X-GM-MSGID", Self::GmailMessageId),
            10 => ("X-GM-THRID", Self::GmailThreadId),
            11 if name[0] | 0x20 == b'r' && name[7] | 0x20 == b's' => ("RFC822.SIZE", Self::Size),
            11 if name[0] | 0x20 == b'r' => ("RFC822.TEXT", Self::Rfc822Text),
            11 if name[0] | 0x20 == b'x' => ("X-GM-LABELS", Self::GmailLabels),
            11 => ("BINARY.SIZE", Self::BinarySize),
            12 => ("INTERNALDATE", Self::InternalDate),
            13 if name[0] | 0x20 == b'b' => ("BODYSTRUCTURE", Self::BodyStructure),
            13 => ("RFC822.HEADER", Self::Rfc822Header),
            _ => return Self::Other,
        };
        if name.eq_ignore_ascii_case(known.as_bytes()) { meaning } else { Self::Other }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_are_those_that_are_known() {
        for text in [
            "UID 1",
            "FLAGS (",
            "MODSEQ (",
            "RFC822.SIZE 1",
            "ENVELOPE (",
            "BODY[]",
            "BODYSTRUCTURE (",
            "INTERNALDATE \"",
        ] {
            let (name, len) = Name::usual(text.as_bytes()).expect(text);
            assert_eq!(name, Name::of(&text.as_bytes()[..len]), "{text}");
        }
        for text in ["", "U", "UID", "uid 1", "UIDS 1", "BODY (", "BODY", "FLAGS("] {
            assert_eq!(Name::usual(text.as_bytes()), None, "{text}");
        }
    }
}
