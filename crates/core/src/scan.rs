//! The scan over body octets that reading, writing and counting share.

/// What to do about a CR without LF or a LF without CR in a message (RFC 5321 §2.3.8 allows neither).
///
/// None of the policies ever ends a message at anything but CRLF.CRLF.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the three ways that there are")]
pub enum BareLineEnds {
    /// Refuse the message.
    Reject,
    /// Make a bare LF a CRLF and a bare CR a space; drop lines of a single dot beside a bare LF.
    ///
    /// A bare CR does not become a line end: that would turn `CR CR LF`, a common accident, into an
    /// empty line, and so headers into body.
    #[default]
    Normalize,
    /// Leave them as they are. A bare LF is then no line end: no dot is removed behind it.
    Keep,
}

/// What stands somewhere in a block.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Findings {
    /// A CR without LF or a LF without CR.
    pub(crate) bare: bool,
    /// A dot behind a LF.
    pub(crate) dot: bool,
    pub(crate) nul: bool,
    pub(crate) eight_bit: bool,
}

impl Findings {
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            bare: self.bare | other.bare,
            dot: self.dot | other.dot,
            nul: self.nul | other.nul,
            eight_bit: self.eight_bit | other.eight_bit,
        }
    }
}

/// Looks at every octet and the one before it, `before` being the one before the block.
///
/// A CR at the end of the block belongs to the next one. No branches, so that it becomes vector code.
pub(crate) fn inspect(before: u8, block: &[u8]) -> Findings {
    let Some(&first) = block.first() else { return Findings::default() };
    let mut bare = u8::from(first == b'\n') ^ u8::from(before == b'\r');
    let mut dot = u8::from(before == b'\n') & u8::from(first == b'.');
    let mut nul = u8::from(first == 0);
    let mut or = first;
    for (&a, &b) in block.iter().zip(&block[1..]) {
        bare |= u8::from(b == b'\n') ^ u8::from(a == b'\r');
        dot |= u8::from(a == b'\n') & u8::from(b == b'.');
        nul |= u8::from(b == 0);
        or |= b;
    }
    Findings { bare: bare != 0, dot: dot != 0, nul: nul != 0, eight_bit: !or.is_ascii() }
}
