//! How much of a message is looked at.

/// Bounds on what a message may make us do. Past a limit nothing is lost: what follows stays as
/// octets of the last part, and a defect says so.
///
/// ```
/// let mut limits = mailwire_message::Limits::default();
/// limits.depth = 10;
/// assert!(limits.parts > limits.depth);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Limits {
    /// Multiparts and messages within each other.
    pub depth: usize,
    /// Parts of a message, all counted.
    pub parts: usize,
    /// Octets of one header block.
    pub header_octets: usize,
    /// Octets of one field, line ends included.
    pub field_octets: usize,
    /// Fields of one header block.
    pub fields: usize,
    /// Parameters of one field, sections of RFC 2231 counted each.
    pub params: usize,
    /// Defects that are kept; the others are counted.
    pub defects: usize,
    /// Messages in base64 or quoted-printable within each other, that are decoded to look inside.
    pub encoded_depth: usize,
    /// Octets that may come of decoding one such message. Other bodies are decoded by the caller, who
    /// says how much of them it wants.
    pub decoded_octets: u64,
}

impl Limits {
    /// Wide enough for all honest mail.
    pub const STANDARD: Self = Self {
        depth: 100,
        parts: 250_000,
        header_octets: 16 * 1024 * 1024,
        field_octets: 4 * 1024 * 1024,
        fields: 250_000,
        params: 20_000,
        defects: 1_000,
        encoded_depth: 3,
        decoded_octets: u64::MAX,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::STANDARD
    }
}
