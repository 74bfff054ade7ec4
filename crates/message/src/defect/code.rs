//! The names of all defects: what they mean, how much they matter, and which text they break.

use super::Severity;

/// What deviates, or what two readers may read differently.
///
/// The names are stable; new ones may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum DefectCode {
    // Lines and octets.
    /// A carriage return that no line feed follows; some readers end a line there (RFC 5322 §2.2).
    BareCr,
    /// A line feed without a carriage return in a message whose lines end in CRLF (RFC 5322 §2.3).
    BareLf,
    /// A NUL octet (RFC 5322 §4).
    NulByte,
    /// Octets above ASCII in a header field, not UTF-8 (RFC 5322 §2.2).
    EightBitInHeader,
    /// Octets that are not UTF-8 where UTF-8 is declared (RFC 6532 §3.1).
    InvalidUtf8,
    /// A line of more than 998 octets (RFC 5322 §2.1.1).
    LineTooLong,
    /// A byte order mark before the first header field (RFC 5322 §2.2).
    Bom,
    /// An empty line before the first header field (RFC 5322 §2.1).
    LeadingBlankLine,
    /// A line of mbox, `From `, before the header (RFC 4155).
    MboxFromLine,
    /// A control character in a header field (RFC 5322 §2.2).
    ControlInHeader,
    // Header block.
    /// The header ends without an empty line (RFC 5322 §2.1).
    MissingBlankLine,
    /// A line in the header that is no field (RFC 5322 §2.2).
    NonFieldLine,
    /// The header begins with a continuation line (RFC 5322 §2.2.3).
    FirstLineIsFold,
    /// Blanks between field name and colon (RFC 5322 §4.5).
    WhitespaceBeforeColon,
    /// A line break between field name and colon (RFC 5322 §4.5).
    FoldBeforeColon,
    /// A field without a name (RFC 5322 §2.2).
    EmptyFieldName,
    /// A character that no field name may hold (RFC 5322 §3.6.8).
    InvalidFieldNameChar,
    /// A continuation line of blanks only; some readers end the header there (RFC 5322 §3.2.2).
    WhitespaceOnlyFold,
    /// A second field of a name that may occur once (RFC 5322 §3.6).
    DuplicateSingleton,
    /// A second field of a name that may occur once, with another value (RFC 5322 §3.6).
    ConflictingDuplicate,
    /// No From field (RFC 5322 §3.6).
    MissingFrom,
    /// No Date field (RFC 5322 §3.6).
    MissingDate,
    /// Several authors in From (RFC 5322 §3.6.2).
    MultipleFromMailboxes,
    /// Several authors in From and no Sender (RFC 5322 §3.6.2).
    MissingSender,
    /// From and Sender name different mailboxes (RFC 5322 §3.6.2).
    FromSenderMismatch,
    /// A date that is none (RFC 5322 §3.3).
    InvalidDate,
    /// A date in a form that is obsolete or damaged, and understood (RFC 5322 §4.3).
    ObsDate,
    /// A date without a zone (RFC 5322 §3.3).
    MissingZone,
    /// A message identifier that is none (RFC 5322 §3.6.4).
    InvalidMessageId,
    /// A structured field that does not follow its grammar (RFC 5322 §2.2.2).
    InvalidFieldSyntax,
    // MIME fields.
    /// A parameter given twice with the same value (RFC 2045 §5.1).
    DuplicateParam,
    /// A parameter given twice with different values (RFC 2045 §5.1).
    ConflictingParam,
    /// A parameter that does not follow the grammar (RFC 2045 §5.1).
    ParamSyntax,
    /// A semicolon that no parameter follows (RFC 2045 §5.1).
    EmptyParam,
    /// A comment within a MIME field (RFC 2045 §5.1).
    CommentInType,
    /// An encoded word in a parameter (RFC 2047 §5).
    EncodedWordInParam,
    /// A section of a continued parameter is missing (RFC 2231 §3).
    Rfc2231Gap,
    /// Sections of a continued parameter are not in order (RFC 2231 §3).
    Rfc2231OutOfOrder,
    /// A section of a continued parameter comes twice (RFC 2231 §3).
    Rfc2231DupSection,
    /// A parameter in a plain and in an extended form (RFC 2231 §4).
    Rfc2231MixedPlainAndExtended,
    /// A percent sign that two hexadecimal digits do not follow (RFC 2231 §4).
    Rfc2231BadEscape,
    /// An unknown transfer encoding (RFC 2045 §6.4).
    UnknownCte,
    /// A transfer encoding that does not follow the grammar (RFC 2045 §6.1).
    CteSyntax,
    /// A transfer encoding on a multipart, which it cannot have (RFC 2045 §6.4).
    CteOnMultipart,
    /// A transfer encoding on a message, which it should not have (RFC 2046 §5.2.1).
    CteOnMessage,
    /// A content type that does not follow the grammar (RFC 2045 §5.1).
    InvalidContentType,
    /// MIME fields without `MIME-Version` (RFC 2045 §4).
    MissingMimeVersion,
    /// An unknown character set (RFC 2046 §4.1.2).
    UnknownCharset,
    /// Octets that the declared character set does not have (RFC 2046 §4.1.2).
    InvalidText,
    // Structure.
    /// A multipart without a boundary (RFC 2046 §5.1.1).
    BoundaryMissing,
    /// A multipart with an empty boundary (RFC 2046 §5.1.1).
    BoundaryEmpty,
    /// A boundary of more than 70 characters (RFC 2046 §5.1.1).
    BoundaryTooLong,
    /// A boundary with a character it may not hold (RFC 2046 §5.1.1).
    BoundaryInvalidChar,
    /// A boundary that ends in a space (RFC 2046 §5.1.1).
    BoundaryTrailingSpace,
    /// A boundary in the form of RFC 2231, which many readers do not know (RFC 2231 §3).
    BoundaryExtended,
    /// The boundary of an open multipart is used again within it (RFC 2046 §5.1.2).
    BoundaryReusedOpen,
    /// A boundary begins with that of an open multipart, or the other way round (RFC 2046 §5.1.2).
    BoundaryPrefixOfOpen,
    /// A multipart without any part (RFC 2046 §5.1.1).
    StartBoundaryNotFound,
    /// A multipart that its boundary does not close (RFC 2046 §5.1.1).
    CloseBoundaryMissing,
    /// A multipart closed by the delimiter of an outer one (RFC 2046 §5.1.2).
    ClosedByOuter,
    /// A header that a delimiter ends (RFC 2046 §5.1).
    DelimiterEndsHeaders,
    /// A part without header and body (RFC 2046 §5.1.1).
    EmptyPart,
    /// A boundary that does not begin its line (RFC 2046 §5.1.1).
    MidLineBoundary,
    /// Text behind a boundary; the line is taken for body (RFC 2046 §5.1.1).
    DelimiterTrailingText,
    /// A delimiter behind the one that closed the multipart (RFC 2046 §5.1.1).
    ContentAfterClose,
    /// A preamble that begins with header fields (RFC 2046 §5.1.1).
    PreambleLooksLikePart,
    /// A boundary given for a type that is no multipart, and its delimiters follow (RFC 2045 §5.1).
    NonMultipartLooksLikeMultipart,
    // Transfer encodings.
    /// A character outside the base64 alphabet (RFC 2045 §6.8).
    B64InvalidChar,
    /// Padding within base64 (RFC 2045 §6.8).
    B64PaddingInside,
    /// Base64 that ends within a group of four (RFC 2045 §6.8).
    B64Truncated,
    /// Base64 that goes on after its padding (RFC 2045 §6.8).
    B64DataAfterEnd,
    /// A base64 line of more than 76 characters (RFC 2045 §6.8).
    B64LineTooLong,
    /// An equals sign that begins no escape of quoted-printable (RFC 2045 §6.7).
    QpBadEscape,
    /// Lower case digits in an escape of quoted-printable (RFC 2045 §6.7).
    QpLowerHex,
    /// Blanks at the end of a line of quoted-printable (RFC 2045 §6.7).
    QpTrailingWs,
    /// A line of quoted-printable of more than 76 characters (RFC 2045 §6.7).
    QpLineTooLong,
    /// A uuencoded line of another length than it says (POSIX uuencode).
    UuBadLength,
    /// Uuencoded data that does not follow the form (POSIX uuencode).
    UuSyntax,
    /// `yEnc` data that does not follow the form (yEnc draft 1.3).
    YencSyntax,
    /// A checksum or size that the decoded data does not have (yEnc draft 1.3).
    UuCrcMismatch,
    /// Octets above ASCII in a body declared 7bit (RFC 2045 §2.7).
    EightBitInSevenBit,
    /// A body that is UTF-8 and is labelled otherwise (RFC 2045 §5.2).
    Utf8Mislabelled,
    /// A TNEF stream that is damaged (MS-OXTNEF).
    TnefSyntax,
    // Encoded words.
    /// An encoded word that does not follow the grammar (RFC 2047 §2).
    EncodedWordSyntax,
    /// An encoded word where none may be (RFC 2047 §5).
    EncodedWordIllegalPosition,
    /// A character split over adjacent encoded words (RFC 2047 §5).
    EncodedWordSplitChar,
    /// An encoded word of more than 75 characters (RFC 2047 §2).
    EncodedWordTooLong,
    /// An encoded word that decodes to an encoded word (RFC 2047 §2).
    EncodedWordNested,
    /// An encoded word in an address that decodes to characters of its syntax (RFC 2047 §7).
    EncodedWordDecodesToSpecials,
    /// An encoded word that decodes to control characters (RFC 2047 §7).
    EncodedWordDecodesToControl,
    // Addresses.
    /// A source route (RFC 5322 §4.4).
    ObsRoute,
    /// Blanks or comments within an address (RFC 5322 §4.4).
    ObsCfws,
    /// A comment that does not end (RFC 5322 §3.2.2).
    UnbalancedComment,
    /// A quoted string that does not end (RFC 5322 §3.2.4).
    UnbalancedQuote,
    /// An angle bracket without its twin (RFC 5322 §3.4).
    UnbalancedAngle,
    /// Text behind an address in angle brackets (RFC 5322 §3.4).
    TextAfterAngle,
    /// Two addresses in angle brackets without a comma (RFC 5322 §3.4).
    MultipleAngles,
    /// Text behind an address (RFC 5322 §3.4).
    TextAfterAddress,
    /// A semicolon between addresses (RFC 5322 §3.4).
    SemicolonSeparator,
    /// Special characters in a name that is not quoted (RFC 5322 §3.2.3).
    UnquotedSpecials,
    /// A local part with characters above ASCII (RFC 6532 §3.2).
    NonAsciiLocalPart,
    /// A group within a group (RFC 5322 §3.4).
    NestedGroup,
    /// A group that does not end (RFC 5322 §3.4).
    UnterminatedGroup,
    /// An empty element in a list of addresses (RFC 5322 §4.4).
    EmptyAddress,
    /// Text that is no address (RFC 5322 §3.4).
    InvalidAddress,
    /// An address with more than one unquoted at sign (RFC 5322 §3.4.1).
    MultipleAtSigns,
    /// A display name that looks like another address (RFC 5322 §3.4).
    DisplayNameLooksLikeAddress,
    // Limits.
    /// Nested too deeply; what is deeper stays as octets of the last part (`Limits::depth`).
    DepthLimit,
    /// Too many parts; the rest stays as octets of the last part (`Limits::parts`).
    PartsLimit,
    /// A header of too many octets; the rest stays as octets of the body (`Limits::header_octets`).
    HeaderBytesLimit,
    /// A field of too many octets (`Limits::field_octets`).
    FieldBytesLimit,
    /// Too many fields in a header; the rest stays as octets of the body (`Limits::fields`).
    FieldCountLimit,
    /// Too many parameters in a field (`Limits::params`).
    ParamCountLimit,
    /// Too many octets decoded (`Limits::decoded_octets`).
    DecodedBytesLimit,
    /// Messages within encoded messages, too deep to decode (`Limits::encoded_depth`).
    EncodedDepthLimit,
    /// Too many addresses in a field (`AddressList::LIMIT`).
    AddressesLimit,
    /// Too many defects; those that follow are only counted (`Limits::defects`).
    DefectsLimit,
}

impl DefectCode {
    /// How much it matters.
    #[must_use]
    pub const fn severity(self) -> Severity {
        self.facts().0
    }

    /// The name, as in the source: `BareCr`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.facts().1
    }

    /// What it says, in a few words of lower case.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.facts().2
    }

    /// The text that has the rule, as `RFC 2046 §5.1.1`; for limits, the limit.
    #[must_use]
    pub const fn reference(self) -> &'static str {
        self.facts().3
    }

    const fn facts(self) -> Facts {
        use Severity::{Ambiguous, Info, Limit, Warning};
        match self {
            Self::BareCr => (
                Ambiguous,
                "BareCr",
                "a carriage return that no line feed follows; some readers end a line there",
                "RFC 5322 §2.2",
            ),
            Self::BareLf => (
                Warning,
                "BareLf",
                "a line feed without a carriage return in a message whose lines end in CRLF",
                "RFC 5322 §2.3",
            ),
            Self::NulByte => (Ambiguous, "NulByte", "a NUL octet", "RFC 5322 §4"),
            Self::EightBitInHeader => (
                Warning,
                "EightBitInHeader",
                "octets above ASCII in a header field, not UTF-8",
                "RFC 5322 §2.2",
            ),
            Self::InvalidUtf8 => (
                Warning,
                "InvalidUtf8",
                "octets that are not UTF-8 where UTF-8 is declared",
                "RFC 6532 §3.1",
            ),
            Self::LineTooLong => {
                (Warning, "LineTooLong", "a line of more than 998 octets", "RFC 5322 §2.1.1")
            }
            Self::Bom => {
                (Warning, "Bom", "a byte order mark before the first header field", "RFC 5322 §2.2")
            }
            Self::LeadingBlankLine => (
                Ambiguous,
                "LeadingBlankLine",
                "an empty line before the first header field",
                "RFC 5322 §2.1",
            ),
            Self::MboxFromLine => {
                (Info, "MboxFromLine", "a line of mbox, `From `, before the header", "RFC 4155")
            }
            Self::ControlInHeader => (
                Warning,
                "ControlInHeader",
                "a control character in a header field",
                "RFC 5322 §2.2",
            ),
            Self::MissingBlankLine => (
                Ambiguous,
                "MissingBlankLine",
                "the header ends without an empty line",
                "RFC 5322 §2.1",
            ),
            Self::NonFieldLine => (
                Ambiguous,
                "NonFieldLine",
                "a line in the header that is no field",
                "RFC 5322 §2.2",
            ),
            Self::FirstLineIsFold => (
                Ambiguous,
                "FirstLineIsFold",
                "the header begins with a continuation line",
                "RFC 5322 §2.2.3",
            ),
            Self::WhitespaceBeforeColon => (
                Ambiguous,
                "WhitespaceBeforeColon",
                "blanks between field name and colon",
                "RFC 5322 §4.5",
            ),
            Self::FoldBeforeColon => (
                Ambiguous,
                "FoldBeforeColon",
                "a line break between field name and colon",
                "RFC 5322 §4.5",
            ),
            Self::EmptyFieldName => {
                (Ambiguous, "EmptyFieldName", "a field without a name", "RFC 5322 §2.2")
            }
            Self::InvalidFieldNameChar => (
                Ambiguous,
                "InvalidFieldNameChar",
                "a character that no field name may hold",
                "RFC 5322 §3.6.8",
            ),
            Self::WhitespaceOnlyFold => (
                Ambiguous,
                "WhitespaceOnlyFold",
                "a continuation line of blanks only; some readers end the header there",
                "RFC 5322 §3.2.2",
            ),
            Self::DuplicateSingleton => (
                Ambiguous,
                "DuplicateSingleton",
                "a second field of a name that may occur once",
                "RFC 5322 §3.6",
            ),
            Self::ConflictingDuplicate => (
                Ambiguous,
                "ConflictingDuplicate",
                "a second field of a name that may occur once, with another value",
                "RFC 5322 §3.6",
            ),
            Self::MissingFrom => (Info, "MissingFrom", "no From field", "RFC 5322 §3.6"),
            Self::MissingDate => (Info, "MissingDate", "no Date field", "RFC 5322 §3.6"),
            Self::MultipleFromMailboxes => {
                (Ambiguous, "MultipleFromMailboxes", "several authors in From", "RFC 5322 §3.6.2")
            }
            Self::MissingSender => (
                Warning,
                "MissingSender",
                "several authors in From and no Sender",
                "RFC 5322 §3.6.2",
            ),
            Self::FromSenderMismatch => (
                Info,
                "FromSenderMismatch",
                "From and Sender name different mailboxes",
                "RFC 5322 §3.6.2",
            ),
            Self::InvalidDate => (Warning, "InvalidDate", "a date that is none", "RFC 5322 §3.3"),
            Self::ObsDate => (
                Info,
                "ObsDate",
                "a date in a form that is obsolete or damaged, and understood",
                "RFC 5322 §4.3",
            ),
            Self::MissingZone => (Warning, "MissingZone", "a date without a zone", "RFC 5322 §3.3"),
            Self::InvalidMessageId => (
                Warning,
                "InvalidMessageId",
                "a message identifier that is none",
                "RFC 5322 §3.6.4",
            ),
            Self::InvalidFieldSyntax => (
                Warning,
                "InvalidFieldSyntax",
                "a structured field that does not follow its grammar",
                "RFC 5322 §2.2.2",
            ),
            Self::DuplicateParam => (
                Ambiguous,
                "DuplicateParam",
                "a parameter given twice with the same value",
                "RFC 2045 §5.1",
            ),
            Self::ConflictingParam => (
                Ambiguous,
                "ConflictingParam",
                "a parameter given twice with different values",
                "RFC 2045 §5.1",
            ),
            Self::ParamSyntax => (
                Ambiguous,
                "ParamSyntax",
                "a parameter that does not follow the grammar",
                "RFC 2045 §5.1",
            ),
            Self::EmptyParam => {
                (Info, "EmptyParam", "a semicolon that no parameter follows", "RFC 2045 §5.1")
            }
            Self::CommentInType => {
                (Ambiguous, "CommentInType", "a comment within a MIME field", "RFC 2045 §5.1")
            }
            Self::EncodedWordInParam => {
                (Warning, "EncodedWordInParam", "an encoded word in a parameter", "RFC 2047 §5")
            }
            Self::Rfc2231Gap => (
                Ambiguous,
                "Rfc2231Gap",
                "a section of a continued parameter is missing",
                "RFC 2231 §3",
            ),
            Self::Rfc2231OutOfOrder => (
                Warning,
                "Rfc2231OutOfOrder",
                "sections of a continued parameter are not in order",
                "RFC 2231 §3",
            ),
            Self::Rfc2231DupSection => (
                Ambiguous,
                "Rfc2231DupSection",
                "a section of a continued parameter comes twice",
                "RFC 2231 §3",
            ),
            Self::Rfc2231MixedPlainAndExtended => (
                Ambiguous,
                "Rfc2231MixedPlainAndExtended",
                "a parameter in a plain and in an extended form",
                "RFC 2231 §4",
            ),
            Self::Rfc2231BadEscape => (
                Warning,
                "Rfc2231BadEscape",
                "a percent sign that two hexadecimal digits do not follow",
                "RFC 2231 §4",
            ),
            Self::UnknownCte => {
                (Ambiguous, "UnknownCte", "an unknown transfer encoding", "RFC 2045 §6.4")
            }
            Self::CteSyntax => (
                Ambiguous,
                "CteSyntax",
                "a transfer encoding that does not follow the grammar",
                "RFC 2045 §6.1",
            ),
            Self::CteOnMultipart => (
                Ambiguous,
                "CteOnMultipart",
                "a transfer encoding on a multipart, which it cannot have",
                "RFC 2045 §6.4",
            ),
            Self::CteOnMessage => (
                Ambiguous,
                "CteOnMessage",
                "a transfer encoding on a message, which it should not have",
                "RFC 2046 §5.2.1",
            ),
            Self::InvalidContentType => (
                Ambiguous,
                "InvalidContentType",
                "a content type that does not follow the grammar",
                "RFC 2045 §5.1",
            ),
            Self::MissingMimeVersion => {
                (Info, "MissingMimeVersion", "MIME fields without MIME-Version", "RFC 2045 §4")
            }
            Self::UnknownCharset => {
                (Warning, "UnknownCharset", "an unknown character set", "RFC 2046 §4.1.2")
            }
            Self::InvalidText => (
                Warning,
                "InvalidText",
                "octets that the declared character set does not have",
                "RFC 2046 §4.1.2",
            ),
            Self::BoundaryMissing => {
                (Ambiguous, "BoundaryMissing", "a multipart without a boundary", "RFC 2046 §5.1.1")
            }
            Self::BoundaryEmpty => (
                Ambiguous,
                "BoundaryEmpty",
                "a multipart with an empty boundary",
                "RFC 2046 §5.1.1",
            ),
            Self::BoundaryTooLong => (
                Ambiguous,
                "BoundaryTooLong",
                "a boundary of more than 70 characters",
                "RFC 2046 §5.1.1",
            ),
            Self::BoundaryInvalidChar => (
                Ambiguous,
                "BoundaryInvalidChar",
                "a boundary with a character it may not hold",
                "RFC 2046 §5.1.1",
            ),
            Self::BoundaryTrailingSpace => (
                Ambiguous,
                "BoundaryTrailingSpace",
                "a boundary that ends in a space",
                "RFC 2046 §5.1.1",
            ),
            Self::BoundaryExtended => (
                Ambiguous,
                "BoundaryExtended",
                "a boundary in the form of RFC 2231, which many readers do not know",
                "RFC 2231 §3",
            ),
            Self::BoundaryReusedOpen => (
                Ambiguous,
                "BoundaryReusedOpen",
                "the boundary of an open multipart is used again within it",
                "RFC 2046 §5.1.2",
            ),
            Self::BoundaryPrefixOfOpen => (
                Ambiguous,
                "BoundaryPrefixOfOpen",
                "a boundary begins with that of an open multipart, or the other way round",
                "RFC 2046 §5.1.2",
            ),
            Self::StartBoundaryNotFound => (
                Ambiguous,
                "StartBoundaryNotFound",
                "a multipart without any part",
                "RFC 2046 §5.1.1",
            ),
            Self::CloseBoundaryMissing => (
                Warning,
                "CloseBoundaryMissing",
                "a multipart that its boundary does not close",
                "RFC 2046 §5.1.1",
            ),
            Self::ClosedByOuter => (
                Warning,
                "ClosedByOuter",
                "a multipart closed by the delimiter of an outer one",
                "RFC 2046 §5.1.2",
            ),
            Self::DelimiterEndsHeaders => (
                Ambiguous,
                "DelimiterEndsHeaders",
                "a header that a delimiter ends",
                "RFC 2046 §5.1",
            ),
            Self::EmptyPart => {
                (Info, "EmptyPart", "a part without header and body", "RFC 2046 §5.1.1")
            }
            Self::MidLineBoundary => (
                Ambiguous,
                "MidLineBoundary",
                "a boundary that does not begin its line",
                "RFC 2046 §5.1.1",
            ),
            Self::DelimiterTrailingText => (
                Ambiguous,
                "DelimiterTrailingText",
                "text behind a boundary; the line is taken for body",
                "RFC 2046 §5.1.1",
            ),
            Self::ContentAfterClose => (
                Ambiguous,
                "ContentAfterClose",
                "a delimiter behind the one that closed the multipart",
                "RFC 2046 §5.1.1",
            ),
            Self::PreambleLooksLikePart => (
                Ambiguous,
                "PreambleLooksLikePart",
                "a preamble that begins with header fields",
                "RFC 2046 §5.1.1",
            ),
            Self::NonMultipartLooksLikeMultipart => (
                Ambiguous,
                "NonMultipartLooksLikeMultipart",
                "a boundary given for a type that is no multipart, and its delimiters follow",
                "RFC 2045 §5.1",
            ),
            Self::B64InvalidChar => (
                Warning,
                "B64InvalidChar",
                "a character outside the base64 alphabet",
                "RFC 2045 §6.8",
            ),
            Self::B64PaddingInside => {
                (Ambiguous, "B64PaddingInside", "padding within base64", "RFC 2045 §6.8")
            }
            Self::B64Truncated => (
                Warning,
                "B64Truncated",
                "base64 that ends within a group of four",
                "RFC 2045 §6.8",
            ),
            Self::B64DataAfterEnd => (
                Ambiguous,
                "B64DataAfterEnd",
                "base64 that goes on after its padding",
                "RFC 2045 §6.8",
            ),
            Self::B64LineTooLong => (
                Info,
                "B64LineTooLong",
                "a base64 line of more than 76 characters",
                "RFC 2045 §6.8",
            ),
            Self::QpBadEscape => (
                Warning,
                "QpBadEscape",
                "an equals sign that begins no escape of quoted-printable",
                "RFC 2045 §6.7",
            ),
            Self::QpLowerHex => (
                Info,
                "QpLowerHex",
                "lower case digits in an escape of quoted-printable",
                "RFC 2045 §6.7",
            ),
            Self::QpTrailingWs => (
                Info,
                "QpTrailingWs",
                "blanks at the end of a line of quoted-printable",
                "RFC 2045 §6.7",
            ),
            Self::QpLineTooLong => (
                Info,
                "QpLineTooLong",
                "a line of quoted-printable of more than 76 characters",
                "RFC 2045 §6.7",
            ),
            Self::UuBadLength => (
                Warning,
                "UuBadLength",
                "a uuencoded line of another length than it says",
                "POSIX uuencode",
            ),
            Self::UuSyntax => (
                Warning,
                "UuSyntax",
                "uuencoded data that does not follow the form",
                "POSIX uuencode",
            ),
            Self::YencSyntax => {
                (Warning, "YencSyntax", "yEnc data that does not follow the form", "yEnc draft 1.3")
            }
            Self::UuCrcMismatch => (
                Ambiguous,
                "UuCrcMismatch",
                "a checksum or size that the decoded data does not have",
                "yEnc draft 1.3",
            ),
            Self::EightBitInSevenBit => (
                Warning,
                "EightBitInSevenBit",
                "octets above ASCII in a body declared 7bit",
                "RFC 2045 §2.7",
            ),
            Self::Utf8Mislabelled => (
                Warning,
                "Utf8Mislabelled",
                "a body that is UTF-8 and is labelled otherwise",
                "RFC 2045 §5.2",
            ),
            Self::TnefSyntax => {
                (Warning, "TnefSyntax", "a TNEF stream that is damaged", "MS-OXTNEF")
            }
            Self::EncodedWordSyntax => (
                Warning,
                "EncodedWordSyntax",
                "an encoded word that does not follow the grammar",
                "RFC 2047 §2",
            ),
            Self::EncodedWordIllegalPosition => (
                Ambiguous,
                "EncodedWordIllegalPosition",
                "an encoded word where none may be",
                "RFC 2047 §5",
            ),
            Self::EncodedWordSplitChar => (
                Info,
                "EncodedWordSplitChar",
                "a character split over adjacent encoded words",
                "RFC 2047 §5",
            ),
            Self::EncodedWordTooLong => (
                Info,
                "EncodedWordTooLong",
                "an encoded word of more than 75 characters",
                "RFC 2047 §2",
            ),
            Self::EncodedWordNested => (
                Ambiguous,
                "EncodedWordNested",
                "an encoded word that decodes to an encoded word",
                "RFC 2047 §2",
            ),
            Self::EncodedWordDecodesToSpecials => (
                Ambiguous,
                "EncodedWordDecodesToSpecials",
                "an encoded word in an address that decodes to characters of its syntax",
                "RFC 2047 §7",
            ),
            Self::EncodedWordDecodesToControl => (
                Ambiguous,
                "EncodedWordDecodesToControl",
                "an encoded word that decodes to control characters",
                "RFC 2047 §7",
            ),
            Self::ObsRoute => (Warning, "ObsRoute", "a source route", "RFC 5322 §4.4"),
            Self::ObsCfws => {
                (Warning, "ObsCfws", "blanks or comments within an address", "RFC 5322 §4.4")
            }
            Self::UnbalancedComment => {
                (Ambiguous, "UnbalancedComment", "a comment that does not end", "RFC 5322 §3.2.2")
            }
            Self::UnbalancedQuote => (
                Ambiguous,
                "UnbalancedQuote",
                "a quoted string that does not end",
                "RFC 5322 §3.2.4",
            ),
            Self::UnbalancedAngle => {
                (Ambiguous, "UnbalancedAngle", "an angle bracket without its twin", "RFC 5322 §3.4")
            }
            Self::TextAfterAngle => (
                Ambiguous,
                "TextAfterAngle",
                "text behind an address in angle brackets",
                "RFC 5322 §3.4",
            ),
            Self::MultipleAngles => (
                Ambiguous,
                "MultipleAngles",
                "two addresses in angle brackets without a comma",
                "RFC 5322 §3.4",
            ),
            Self::TextAfterAddress => {
                (Ambiguous, "TextAfterAddress", "text behind an address", "RFC 5322 §3.4")
            }
            Self::SemicolonSeparator => {
                (Warning, "SemicolonSeparator", "a semicolon between addresses", "RFC 5322 §3.4")
            }
            Self::UnquotedSpecials => (
                Warning,
                "UnquotedSpecials",
                "special characters in a name that is not quoted",
                "RFC 5322 §3.2.3",
            ),
            Self::NonAsciiLocalPart => (
                Info,
                "NonAsciiLocalPart",
                "a local part with characters above ASCII",
                "RFC 6532 §3.2",
            ),
            Self::NestedGroup => {
                (Warning, "NestedGroup", "a group within a group", "RFC 5322 §3.4")
            }
            Self::UnterminatedGroup => {
                (Warning, "UnterminatedGroup", "a group that does not end", "RFC 5322 §3.4")
            }
            Self::EmptyAddress => {
                (Info, "EmptyAddress", "an empty element in a list of addresses", "RFC 5322 §4.4")
            }
            Self::InvalidAddress => {
                (Warning, "InvalidAddress", "text that is no address", "RFC 5322 §3.4")
            }
            Self::MultipleAtSigns => (
                Ambiguous,
                "MultipleAtSigns",
                "an address with more than one unquoted at sign",
                "RFC 5322 §3.4.1",
            ),
            Self::DisplayNameLooksLikeAddress => (
                Ambiguous,
                "DisplayNameLooksLikeAddress",
                "a display name that looks like another address",
                "RFC 5322 §3.4",
            ),
            Self::DepthLimit => (
                Limit,
                "DepthLimit",
                "nested too deeply; what is deeper stays as octets of the last part",
                "Limits::depth",
            ),
            Self::PartsLimit => (
                Limit,
                "PartsLimit",
                "too many parts; the rest stays as octets of the last part",
                "Limits::parts",
            ),
            Self::HeaderBytesLimit => (
                Limit,
                "HeaderBytesLimit",
                "a header of too many octets; the rest stays as octets of the body",
                "Limits::header_octets",
            ),
            Self::FieldBytesLimit => {
                (Limit, "FieldBytesLimit", "a field of too many octets", "Limits::field_octets")
            }
            Self::FieldCountLimit => (
                Limit,
                "FieldCountLimit",
                "too many fields in a header; the rest stays as octets of the body",
                "Limits::fields",
            ),
            Self::ParamCountLimit => {
                (Limit, "ParamCountLimit", "too many parameters in a field", "Limits::params")
            }
            Self::DecodedBytesLimit => {
                (Limit, "DecodedBytesLimit", "too many octets decoded", "Limits::decoded_octets")
            }
            Self::EncodedDepthLimit => (
                Limit,
                "EncodedDepthLimit",
                "messages within encoded messages, too deep to decode",
                "Limits::encoded_depth",
            ),
            Self::AddressesLimit => {
                (Limit, "AddressesLimit", "too many addresses in a field", "AddressList::LIMIT")
            }
            Self::DefectsLimit => (
                Limit,
                "DefectsLimit",
                "too many defects; those that follow are only counted",
                "Limits::defects",
            ),
        }
    }
}

/// Severity, name, text, reference.
type Facts = (Severity, &'static str, &'static str, &'static str);
