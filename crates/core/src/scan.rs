//! The scan over body octets that reading, writing and counting share.
use memchr::memmem;

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
    pub(crate) nul: bool,
    pub(crate) eight_bit: bool,
}

impl Findings {
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            bare: self.bare | other.bare,
            nul: self.nul | other.nul,
            eight_bit: self.eight_bit | other.eight_bit,
        }
    }
}

/// How many octets are looked at in one go: few enough to stay in the fastest cache between two looks.
pub(crate) const BLOCK: usize = 4_096;

/// How much of a block stands before its first dot at the start of a line, `before` being the octet
/// before the block.
pub(crate) fn before_dot(before: u8, block: &[u8]) -> usize {
    if before == b'\n' && block.first() == Some(&b'.') {
        return 0;
    }
    memmem::find(block, b"\n.").map_or(block.len(), |lf| lf + 1)
}

/// Looks at every octet and the one before it. A CR at the end of the block belongs to the next one.
///
/// The loops here have no branches and few values to carry, so that they become vector code.
pub(crate) fn inspect(before: u8, block: &[u8]) -> Findings {
    let (mut least, mut all) = (u8::MAX, 0);
    for &octet in block {
        least = least.min(octet);
        all |= octet;
    }
    Findings { nul: least == 0, eight_bit: !all.is_ascii(), ..inspect_line_ends(before, block) }
}

/// The same for line ends alone.
pub(crate) fn inspect_line_ends(before: u8, block: &[u8]) -> Findings {
    let Some(&first) = block.first() else { return Findings::default() };
    let mut bare = u8::from(first == b'\n') ^ u8::from(before == b'\r');
    for (&a, &b) in block.iter().zip(&block[1..]) {
        bare |= u8::from(b == b'\n') ^ u8::from(a == b'\r');
    }
    Findings { bare: bare != 0, ..Findings::default() }
}
