//! Which extension a parameter belongs to.
use super::Extension;
use crate::{BodyType, MailParam, RcptParam};

impl MailParam<'_> {
    /// The extension that has to be offered for this parameter; `None` if that is not known here.
    ///
    /// ```
    /// use mailwire_smtp::{Extension, MailParam};
    ///
    /// assert_eq!(MailParam::HoldFor(60).extension(), Some(Extension::FutureRelease));
    /// ```
    #[must_use]
    pub const fn extension(&self) -> Option<Extension> {
        Some(match self {
            Self::Size(_) => Extension::Size,
            Self::Body(BodyType::BinaryMime) => Extension::BinaryMime,
            Self::Body(BodyType::SevenBit | BodyType::EightBitMime) => Extension::EightBitMime,
            Self::SmtpUtf8 => Extension::SmtpUtf8,
            Self::Auth(_) => Extension::Auth,
            Self::Ret(_) | Self::EnvId(_) => Extension::Dsn,
            Self::By(_) => Extension::DeliverBy,
            Self::HoldFor(_) | Self::HoldUntil(_) => Extension::FutureRelease,
            Self::MtPriority(_) => Extension::MtPriority,
            Self::RequireTls => Extension::RequireTls,
            Self::Other(_) => return None,
        })
    }
}

impl RcptParam<'_> {
    /// The extension that has to be offered for this parameter; `None` if that is not known here.
    #[must_use]
    pub const fn extension(&self) -> Option<Extension> {
        Some(match self {
            Self::Notify(_) | Self::Orcpt(_) => Extension::Dsn,
            Self::Rrvs(_) => Extension::Rrvs,
            Self::Other(_) => return None,
        })
    }
}
