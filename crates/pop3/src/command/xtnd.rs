//! XTND: discussion groups ([RFC 1082]), and what later servers used the command for.
//!
//! [RFC 1082]: https://www.rfc-editor.org/rfc/rfc1082
use super::{Argument, Word};
use crate::{ParseError, ParseErrorKind};

/// What XTND is to do.
///
/// ```
/// use bytes::Bytes;
/// use mailwire_pop3::{Command, Quirks, Xtnd};
///
/// let (command, _) = Command::parse(Bytes::from("XTND BBOARDS system"), Quirks::NONE)?;
/// assert!(matches!(&command, Command::Xtnd(Xtnd::Bboards(Some(name))) if name.as_str() == "system"));
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Xtnd {
    /// `BBOARDS`: which groups are there, or open this one.
    Bboards(Option<Word>),
    /// `ARCHIVE`: open the archive of this group.
    Archive(Word),
    /// `X-BBOARDS`: all about this group.
    XBboards(Word),
    /// Another extension, `XMIT` for example. [`Xtnd::other`] builds it.
    #[non_exhaustive]
    Other {
        /// What it is called.
        keyword: Word,
        /// The rest of the line.
        argument: Option<Argument>,
    },
}

impl Xtnd {
    /// An extension that this crate does not know.
    ///
    /// ```
    /// use mailwire_pop3::Xtnd;
    ///
    /// assert_eq!(Xtnd::other("XMIT", None)?.keyword(), "XMIT");
    /// assert!(Xtnd::other("ARCHIVE", None).is_err());
    /// # Ok::<(), mailwire_pop3::ParseError>(())
    /// ```
    pub fn other(keyword: &str, argument: Option<&str>) -> Result<Self, ParseError> {
        let offset = keyword.len() + 1;
        let argument = argument.map(Argument::new).transpose();
        let keyword = Word::new(keyword)?;
        if ["BBOARDS", "ARCHIVE", "X-BBOARDS"].iter().any(|k| k.eq_ignore_ascii_case(&keyword)) {
            return Err(ParseErrorKind::BadArgument.at(0));
        }
        Ok(Self::Other { keyword, argument: argument.map_err(|error| error.shifted(offset))? })
    }

    /// What it is called, in upper case unless it is unknown.
    #[must_use]
    pub fn keyword(&self) -> &str {
        match self {
            Self::Bboards(_) => "BBOARDS",
            Self::Archive(_) => "ARCHIVE",
            Self::XBboards(_) => "X-BBOARDS",
            Self::Other { keyword, .. } => keyword.as_str(),
        }
    }
}
