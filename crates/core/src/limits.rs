//! How much a peer can make a machine hold.

/// Framing limits, in octets. None depends on how the input is cut.
///
/// ```
/// let mut limits = mailwire_core::Limits::default();
/// limits.line = 512;
/// assert_eq!(limits.sasl_line, 12_288);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The longest command or reply line, line end included.
    ///
    /// 2,048 by default: four times what RFC 5321 §4.5.3.1.4 asks for, as its extensions add up to
    /// more than the 512 (RFC 3461 alone wants 1,036).
    pub line: usize,
    /// The longest line of an authentication exchange: 12,288 (RFC 4954 §4).
    pub sasl_line: usize,
    /// All lines of one reply together: 65,536.
    pub reply: usize,
    /// How many octets may be owed to the peer before the machine reads on: 16,384.
    ///
    /// A peer that pipelines commands and never reads cannot make the answers pile up.
    pub owed: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { line: 2_048, sasl_line: 12_288, reply: 65_536, owed: 16_384 }
    }
}
