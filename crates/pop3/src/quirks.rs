//! What the world does and the RFCs do not allow.
use mailwire_core::QuirkSet;

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

impl mailwire_core::Quirk for Quirk {
    const LIST: &'static [Self] = &[
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

    fn place(self) -> usize {
        self as usize
    }
}

/// A set of [`Quirk`]s: those to tolerate, or those that were seen. Without any it is the
/// grammar of the RFCs.
///
/// ```
/// use mailwire_pop3::{Quirk, Quirks};
///
/// let tolerated = Quirks::ALL.without(Quirk::PlusErr);
/// assert!(tolerated.contains(Quirk::ExtraBlank) && !tolerated.contains(Quirk::PlusErr));
/// let seen = Quirks::NONE.with(Quirk::BareLf).with(Quirk::ExtraText);
/// assert_eq!(format!("{seen:?}"), "{ExtraText, BareLf}");
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
