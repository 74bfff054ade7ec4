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
