//! What the world does and the RFCs do not allow.
use core::fmt;

/// One departure from the grammar that can be tolerated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Quirk {
    /// Blanks or tabs before the command.
    LeadingBlank,
    /// `RETR  1`, or a tab: other than one blank where one belongs.
    ExtraBlank,
    /// `QUIT ` with blanks or tabs before the line end. Behind PASS they belong to the password.
    TrailingBlank,
    /// The digest of APOP in upper case.
    UpperCaseDigest,
    /// `+ok`, a status in lower case.
    LowerCaseStatus,
    /// `+ERR` instead of `-ERR`.
    PlusErr,
    /// `+OK, go on`: something else than a blank behind the status.
    NoBlankAfterStatus,
    /// Text behind what a line of a listing must hold. RFC 1939 allows it for STAT and LIST and makes no
    /// sense of it; for UIDL it does not.
    ExtraText,
    /// A unique-id of more than 70 octets.
    LongUniqueId,
    /// A line that ended in LF alone. Framing sees it; the grammar never does.
    BareLf,
    /// A message or listing that ended at a dot with a bare LF beside it. Only a client that is told to
    /// be [lenient](crate::client::EndOfText::Lenient) sees it.
    BareLfEnd,
    /// `+OK` where AUTH goes on and `+ ` should be, as Exchange 2003 has it.
    OkForChallenge,
    /// A listing whose numbers do not ascend.
    NumberOutOfOrder,
    /// A listing without a number that should be there, as no message was deleted in the session.
    SkippedNumber,
}

impl Quirk {
    const LIST: [Self; 14] = [
        Self::LeadingBlank,
        Self::ExtraBlank,
        Self::TrailingBlank,
        Self::UpperCaseDigest,
        Self::LowerCaseStatus,
        Self::PlusErr,
        Self::NoBlankAfterStatus,
        Self::ExtraText,
        Self::LongUniqueId,
        Self::BareLf,
        Self::BareLfEnd,
        Self::OkForChallenge,
        Self::NumberOutOfOrder,
        Self::SkippedNumber,
    ];
}

/// A set of [`Quirk`]s: those to tolerate, or those that were seen.
///
/// ```
/// use mailwire_pop3::{Quirk, Quirks};
///
/// let tolerated = Quirks::ALL.without(Quirk::PlusErr);
/// assert!(tolerated.contains(Quirk::ExtraBlank) && !tolerated.contains(Quirk::PlusErr));
/// let seen = Quirks::NONE.with(Quirk::BareLf).with(Quirk::ExtraText);
/// assert_eq!(format!("{seen:?}"), "{ExtraText, BareLf}");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Quirks(u16);

impl Quirks {
    /// No quirk: the grammar of the RFCs.
    pub const NONE: Self = Self(0);
    /// Every quirk that this crate knows.
    pub const ALL: Self = Self((1 << Quirk::LIST.len()) - 1);

    /// The set and this quirk.
    #[must_use]
    pub const fn with(self, quirk: Quirk) -> Self {
        Self(self.0 | 1 << quirk as u8)
    }

    /// The set less this quirk.
    #[must_use]
    pub const fn without(self, quirk: Quirk) -> Self {
        Self(self.0 & !(1 << quirk as u8))
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the quirk is in the set.
    #[must_use]
    pub const fn contains(self, quirk: Quirk) -> bool {
        self.0 & 1 << quirk as u8 != 0
    }

    /// Puts the quirk in the set.
    pub const fn insert(&mut self, quirk: Quirk) {
        *self = self.with(quirk);
    }

    /// Whether no quirk is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The quirks of the set, in the order of their declaration.
    pub fn iter(self) -> impl Iterator<Item = Quirk> {
        Quirk::LIST.into_iter().filter(move |&quirk| self.contains(quirk))
    }
}

impl FromIterator<Quirk> for Quirks {
    fn from_iter<I: IntoIterator<Item = Quirk>>(quirks: I) -> Self {
        quirks.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Debug for Quirks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// What may pass and what did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tolerance {
    pub(crate) allowed: Quirks,
    pub(crate) seen: Quirks,
}

impl Tolerance {
    pub(crate) const fn new(allowed: Quirks) -> Self {
        Self { allowed, seen: Quirks::NONE }
    }

    /// Notes the quirk and says whether it may pass.
    #[cold]
    pub(crate) const fn allows(&mut self, quirk: Quirk) -> bool {
        self.seen.insert(quirk);
        self.allowed.contains(quirk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_is_in_the_order_of_declaration() {
        for (at, quirk) in Quirk::LIST.into_iter().enumerate() {
            assert_eq!(quirk as usize, at);
        }
        assert_eq!(Quirks::ALL.iter().count(), Quirk::LIST.len());
        assert_eq!(Quirks::ALL.iter().collect::<Quirks>(), Quirks::ALL);
    }
}
