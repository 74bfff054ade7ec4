//! Defects: everything that deviates, and every choice that another reader might make differently.
//!
//! Nothing is silently repaired and nothing is silently dropped. A [`Defect`] says what
//! ([`DefectCode`]), where (an absolute offset, and the part), and how much it matters ([`Severity`]).

mod code;
mod findings;

pub use code::DefectCode;
pub use findings::{Findings, Pick, Policy};

use crate::PartId;
use core::fmt;

/// How much a defect matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing; every reader reads the same.
    Info,
    /// Breaks a rule; readers mostly agree on what is meant.
    Warning,
    /// Readers differ on this in ways that matter: a scanner and a client may see two messages.
    Ambiguous,
    /// A limit was reached: what follows was kept, and not looked at as closely.
    Limit,
}

impl Severity {
    /// The name in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Ambiguous => "ambiguous",
            Self::Limit => "limit",
        }
    }
}

/// One deviation: what, in which part, and where.
///
/// ```
/// use mailwire_message::{Defect, DefectCode, PartId, Severity};
///
/// let defect = Defect::new(DefectCode::BareCr, PartId::ROOT, 17);
/// assert_eq!(defect.severity(), Severity::Ambiguous);
/// assert_eq!(
///     defect.to_string(),
///     "a carriage return that no line feed follows; some readers end a line there \
///      (RFC 5322 §2.2), at octet 17 in part 0",
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Defect {
    /// What.
    pub code: DefectCode,
    /// In which part.
    pub part: PartId,
    /// Where, in octets from the beginning of the input. Within a message that had to be decoded
    /// first, from the beginning of its decoded octets.
    pub offset: u64,
}

impl Defect {
    /// A deviation at this offset of this part.
    #[must_use]
    pub const fn new(code: DefectCode, part: PartId, offset: u64) -> Self {
        Self { code, part, offset }
    }

    /// How much it matters.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Whether two readers may see two different messages.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        self.severity() == Severity::Ambiguous
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, part, offset } = self;
        write!(f, "{} ({}), at octet {offset} in part {part}", code.text(), code.reference())
    }
}
