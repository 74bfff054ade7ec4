//! Flags and keywords of messages (RFC 9051 §2.3.2).

use crate::{Atom, InvalidValue};
use alloc::vec::Vec;
use core::fmt;

/// A flag that the RFCs define.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
#[repr(u8)]
pub enum SystemFlag {
    /// `\Answered`
    Answered,
    /// `\Flagged`
    Flagged,
    /// `\Deleted`
    Deleted,
    /// `\Seen`
    Seen,
    /// `\Draft`
    Draft,
    /// `\Recent`, of IMAP4rev1 only, and never set by a client.
    Recent,
    /// `\*`, in PERMANENTFLAGS: new keywords can be made (RFC 9051 §7.1).
    Any,
}

impl SystemFlag {
    /// All of them, in the order of their declaration.
    pub const LIST: [Self; 7] = [
        Self::Answered,
        Self::Flagged,
        Self::Deleted,
        Self::Seen,
        Self::Draft,
        Self::Recent,
        Self::Any,
    ];

    /// The name, backslash included.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answered => "\\Answered",
            Self::Flagged => "\\Flagged",
            Self::Deleted => "\\Deleted",
            Self::Seen => "\\Seen",
            Self::Draft => "\\Draft",
            Self::Recent => "\\Recent",
            Self::Any => "\\*",
        }
    }

    /// The flag that comes next, as most servers write it, a space or parenthesis behind it; and its length.
    #[inline]
    pub(crate) fn usual(text: &[u8]) -> Option<(Self, usize)> {
        // Each is compared with a constant, which takes an instruction or two.
        let flag = match text.get(1)? {
            b'S' if text.starts_with(b"\\Seen") => Self::Seen,
            b'A' if text.starts_with(b"\\Answered") => Self::Answered,
            b'F' if text.starts_with(b"\\Flagged") => Self::Flagged,
            b'D' if text.starts_with(b"\\Deleted") => Self::Deleted,
            b'D' if text.starts_with(b"\\Draft") => Self::Draft,
            b'R' if text.starts_with(b"\\Recent") => Self::Recent,
            _ => return None,
        };
        let len = flag.name().len();
        matches!(text.get(len), Some(b' ' | b')')).then_some((flag, len))
    }

    /// By length first: no name is compared with more than one other.
    pub(crate) fn from_name(name: &[u8]) -> Option<Self> {
        let flag = match name {
            [b'\\', first, .., _, _] => match (name.len(), first | 0x20) {
                (5, b's') => Self::Seen,
                (6, b'd') => Self::Draft,
                (7, b'r') => Self::Recent,
                (8, b'd') => Self::Deleted,
                (8, b'f') => Self::Flagged,
                (9, b'a') => Self::Answered,
                _ => return None,
            },
            b"\\*" => Self::Any,
            _ => return None,
        };
        flag.name().as_bytes().eq_ignore_ascii_case(name).then_some(flag)
    }
}

/// One flag.
#[derive(Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Flag {
    /// One that the RFCs define.
    System(SystemFlag),
    /// A keyword: `$Forwarded`, `$MDNSent`, `NonJunk`, or one that users made. Some servers have brackets in
    /// theirs: those are kept.
    Keyword(Atom),
    /// A backslash and an atom that this crate does not know. The backslash is not in it.
    Extension(Atom),
}

impl Flag {
    /// Reads a flag by its name, as in `\Seen` or `$Junk`.
    ///
    /// ```
    /// use mailwire_imap::{Flag, SystemFlag};
    ///
    /// assert_eq!(Flag::new("\\seen")?, Flag::System(SystemFlag::Seen));
    /// assert_eq!(Flag::new("$Junk")?.to_string(), "$Junk");
    /// assert!(Flag::new("not a flag").is_err());
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn new(name: &str) -> Result<Self, InvalidValue> {
        if let Some(flag) = SystemFlag::from_name(name.as_bytes()) {
            return Ok(Self::System(flag));
        }
        let invalid = |_| InvalidValue { what: "flag" };
        match name.strip_prefix('\\') {
            Some(rest) => Atom::new(rest).map(Self::Extension).map_err(invalid),
            None => Atom::new(name).map(Self::Keyword).map_err(invalid),
        }
    }
}

impl From<SystemFlag> for Flag {
    fn from(flag: SystemFlag) -> Self {
        Self::System(flag)
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(flag) => f.write_str(flag.name()),
            Self::Keyword(name) => f.write_str(name),
            Self::Extension(name) => write!(f, "\\{}", name.as_str()),
        }
    }
}

impl fmt::Debug for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A list of flags without an allocation for the usual ones: those that the RFCs define are bits.
///
/// Order and repetition are not kept; they mean nothing.
///
/// ```
/// use mailwire_imap::{Flag, Flags, SystemFlag};
///
/// let mut flags = Flags::from(SystemFlag::Seen);
/// flags.insert(Flag::new("$Forwarded")?);
/// assert!(flags.has(SystemFlag::Seen) && !flags.has(SystemFlag::Deleted));
/// assert_eq!(flags.to_string(), "(\\Seen $Forwarded)");
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Flags {
    system: u8,
    others: Vec<Flag>,
}

impl Flags {
    /// No flag: `()`.
    #[must_use]
    pub const fn none() -> Self {
        Self { system: 0, others: Vec::new() }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.system == 0 && self.others.is_empty()
    }

    /// Whether this one is set.
    #[must_use]
    pub const fn has(&self, flag: SystemFlag) -> bool {
        self.system & 1 << flag as u8 != 0
    }

    /// Whether this one is set, whatever it is.
    #[must_use]
    pub fn contains(&self, flag: &Flag) -> bool {
        match flag {
            Flag::System(flag) => self.has(*flag),
            _ => self.others.contains(flag),
        }
    }

    #[inline]
    pub(crate) fn set(&mut self, flag: SystemFlag) {
        self.system |= 1 << flag as u8;
    }

    /// Sets one. Repeated keywords are kept as they come; nobody counts them.
    ///
    /// ```
    /// use mailwire_imap::{Flag, Flags, SystemFlag};
    ///
    /// let mut flags = Flags::none();
    /// flags.insert(SystemFlag::Draft.into());
    /// flags.insert(Flag::new("$Junk")?);
    /// assert!(flags.contains(&Flag::new("$junk")?));
    /// assert_eq!(flags.to_string(), "(\\Draft $Junk)");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn insert(&mut self, flag: Flag) {
        match flag {
            Flag::System(flag) => self.set(flag),
            // `\Seen` is `\Seen`, whoever did not know it.
            Flag::Extension(name) => {
                match SystemFlag::from_name(&[b"\\", name.as_bytes()].concat()) {
                    Some(flag) => self.system |= 1 << flag as u8,
                    None => self.others.push(Flag::Extension(name)),
                }
            }
            Flag::Keyword(_) => self.others.push(flag),
        }
    }

    /// Unsets one.
    ///
    /// ```
    /// use mailwire_imap::{Flags, SystemFlag};
    ///
    /// let mut flags = Flags::from(SystemFlag::Seen);
    /// flags.remove(&SystemFlag::Seen.into());
    /// assert!(flags.is_empty());
    /// ```
    pub fn remove(&mut self, flag: &Flag) {
        match flag {
            Flag::System(flag) => self.system &= !(1 << *flag as u8),
            _ => self.others.retain(|other| other != flag),
        }
    }

    /// All that are set: first those that the RFCs define.
    pub fn iter(&self) -> impl Iterator<Item = Flag> {
        let system = SystemFlag::LIST.into_iter().filter(|&flag| self.has(flag));
        system.map(Flag::System).chain(self.others.iter().cloned())
    }

    /// Keywords and flags that this crate does not know, in the order in which they came.
    #[must_use]
    pub fn others(&self) -> &[Flag] {
        &self.others
    }
}

impl From<SystemFlag> for Flags {
    fn from(flag: SystemFlag) -> Self {
        Self { system: 1 << flag as u8, others: Vec::new() }
    }
}

impl FromIterator<Flag> for Flags {
    fn from_iter<I: IntoIterator<Item = Flag>>(flags: I) -> Self {
        let mut set = Self::none();
        flags.into_iter().for_each(|flag| set.insert(flag));
        set
    }
}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (i, flag) in self.iter().enumerate() {
            write!(f, "{}{flag}", if i > 0 { " " } else { "" })?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Flags {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|flag| alloc::format!("{flag}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_flags_are_those_that_are_known() {
        for flag in SystemFlag::LIST.into_iter().filter(|flag| *flag != SystemFlag::Any) {
            let text = [flag.name(), ")"].concat();
            assert_eq!(SystemFlag::usual(text.as_bytes()), Some((flag, flag.name().len())));
            for other in [flag.name(), &text.to_lowercase(), &text.replace(')', "s)")] {
                assert_eq!(SystemFlag::usual(other.as_bytes()), None, "{other}");
            }
        }
    }
}
