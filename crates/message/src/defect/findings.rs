//! How the readers of header fields and bodies are told which way to choose, and tell what they found.

use super::DefectCode;
use core::fmt;

/// Which of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pick {
    /// The first one.
    #[default]
    First,
    /// The last one.
    Last,
}

/// The choices where readers differ. Each time one of them decides something, a defect says so.
///
/// ```
/// use mailwire_message::{Pick, Policy};
///
/// assert_eq!(Policy::default().duplicate_param, Pick::First);
/// assert!(Policy::default().base64_after_padding && !Policy::STRICT.base64_after_padding);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Policy {
    /// Which of several fields that may occur once is *the* field.
    pub duplicate_field: Pick,
    /// Which of several parameters of one name counts.
    pub duplicate_param: Pick,
    /// Whether base64 goes on behind its padding, as most clients do, or stops there.
    pub base64_after_padding: bool,
    /// Whether a transfer encoding on a multipart is undone before its parts are looked for
    /// (RFC 2045 §6.4 forbids it).
    pub decode_multipart: bool,
    /// Whether encoded words are decoded where they may not be: in quoted strings and parameters.
    pub decode_misplaced_words: bool,
    /// Whether text that is UTF-8 is read as such although a single-byte character set is declared.
    pub utf8_wins: bool,
}

impl Policy {
    /// Reads as the RFCs have it where they say something, otherwise as most clients do.
    pub const STANDARD: Self = Self {
        duplicate_field: Pick::First,
        duplicate_param: Pick::First,
        base64_after_padding: true,
        decode_multipart: false,
        decode_misplaced_words: true,
        utf8_wins: false,
    };
    /// Reads as widespread web mail does: the last of several fields, UTF-8 wherever it is UTF-8.
    pub const GMAIL_LIKE: Self =
        Self { duplicate_field: Pick::Last, utf8_wins: true, ..Self::STANDARD };
    /// Does nothing that the RFCs do not say.
    pub const STRICT: Self =
        Self { base64_after_padding: false, decode_misplaced_words: false, ..Self::STANDARD };
    /// Looks into everything that some reader might look into.
    pub const SCANNER: Self = Self { decode_multipart: true, utf8_wins: true, ..Self::STANDARD };
}

impl Default for Policy {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// What a reader of a field or body is given: the [`Policy`], and where its findings go.
///
/// Every `parse` has a twin `parse_with` that takes one. Offsets are octets from the beginning of
/// what is read.
///
/// ```
/// use mailwire_message::{DefectCode, Findings, Policy};
///
/// let mut found = Vec::new();
/// let mut sink = |code, offset| found.push((code, offset));
/// Findings::new(Policy::STRICT, &mut sink).report(DefectCode::BareCr, 3);
/// assert_eq!(found, [(DefectCode::BareCr, 3)]);
/// ```
pub struct Findings<'s> {
    policy: Policy,
    sink: Option<&'s mut dyn FnMut(DefectCode, usize)>,
}

impl<'s> Findings<'s> {
    /// Follows the policy and hands every finding to the sink.
    pub fn new(policy: Policy, sink: &'s mut dyn FnMut(DefectCode, usize)) -> Self {
        Self { policy, sink: Some(sink) }
    }

    /// Follows the policy; findings go nowhere.
    #[must_use]
    pub const fn ignored(policy: Policy) -> Self {
        Self { policy, sink: None }
    }

    /// The choices to make.
    #[must_use]
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// Says what deviates, and where.
    pub fn report(&mut self, code: DefectCode, offset: usize) {
        if let Some(sink) = &mut self.sink {
            sink(code, offset);
        }
    }
}

impl fmt::Debug for Findings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Findings").field("policy", &self.policy).finish_non_exhaustive()
    }
}
