//! What the world does and the RFC does not allow.
use core::fmt;

/// One departure from the grammar that can be tolerated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Quirk {
    /// `QUIT ` with blanks or tabs before the line end.
    TrailingBlank,
    /// `HELO  host`, more than one blank where one belongs.
    ExtraBlank,
    /// `MAIL FROM: <a@b>`, as people type it.
    SpaceAfterColon,
    /// `RCPT TO:a@b`, as printers and RAID cards send it.
    NoBrackets,
    /// `RCPT TO:<root>`, a local part alone. `<postmaster>` is none of these (RFC 5321 §4.1.1.3).
    NoDomain,
    /// `<@relay:a@b>`: deprecated, ignored when tolerated (RFC 5321 appendix C and F.2).
    SourceRoute,
    /// `a.@b`, `.a@b` or `a..b@c`, as HP's iLO sends it.
    OddDots,
    /// A local part of more than 64 octets in a path that is not too long (RFC 5321 §4.5.3.1.1).
    LongLocalPart,
    /// `a@my_host`: an underscore in a domain (RFC 5321 §4.1.2).
    Underscore,
    /// A HELO, EHLO or LHLO argument that is neither a domain nor an address literal.
    OddClientName,
    /// A line that ended in LF alone. Framing sees it; the grammar never does.
    BareLf,
}

impl Quirk {
    const LIST: [Self; 11] = [
        Self::TrailingBlank,
        Self::ExtraBlank,
        Self::SpaceAfterColon,
        Self::NoBrackets,
        Self::NoDomain,
        Self::SourceRoute,
        Self::OddDots,
        Self::LongLocalPart,
        Self::Underscore,
        Self::OddClientName,
        Self::BareLf,
    ];
}

/// A set of [`Quirk`]s: those to tolerate, or those that were seen.
///
/// ```
/// use mailwire_smtp::{Quirk, Quirks};
///
/// let tolerated = Quirks::ALL.without(Quirk::NoDomain);
/// assert!(tolerated.contains(Quirk::NoBrackets) && !tolerated.contains(Quirk::NoDomain));
/// let seen = Quirks::NONE.with(Quirk::BareLf).with(Quirk::OddDots);
/// assert_eq!(format!("{seen:?}"), "{OddDots, BareLf}");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Quirks(u16);

impl Quirks {
    /// No quirk: the grammar of the RFC, less source routes.
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
