//! What the world does and the RFC does not allow.
use mailwire_core::QuirkSet;

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

impl mailwire_core::Quirk for Quirk {
    const LIST: &'static [Self] = &[
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

    fn place(self) -> usize {
        self as usize
    }
}

/// A set of [`Quirk`]s: those to tolerate, or those that were seen. Without any it is the
/// grammar of the RFC, less source routes.
///
/// ```
/// use mailwire_smtp::{Quirk, Quirks};
///
/// let tolerated = Quirks::ALL.without(Quirk::NoDomain);
/// assert!(tolerated.contains(Quirk::NoBrackets) && !tolerated.contains(Quirk::NoDomain));
/// let seen = Quirks::NONE.with(Quirk::BareLf).with(Quirk::OddDots);
/// assert_eq!(format!("{seen:?}"), "{OddDots, BareLf}");
/// ```
pub type Quirks = QuirkSet<Quirk>;

pub(crate) type Tolerance = mailwire_core::Tolerance<Quirk>;

#[cfg(test)]
mod tests {
    use super::*;
    use mailwire_core::Quirk as _;

    #[test]
    fn list_is_in_the_order_of_declaration() {
        for (at, quirk) in Quirk::LIST.iter().enumerate() {
            assert_eq!(quirk.place(), at);
        }
        assert_eq!(Quirks::ALL.iter().count(), Quirk::LIST.len());
        assert_eq!(Quirks::ALL.iter().collect::<Quirks>(), Quirks::ALL);
    }
}
