//! File names of Maildir.
//!
//! ```text
//! 1795600000.M20046P2137.mx.example,S=4523,W=4610:2,FS
//! ```
//!
//! A name unique in its mailbox, sizes if the server wrote them, and behind `:2,` the flags. Windows cannot
//! have a colon in a name; `!`, `;` and `-` stand for it there.

use alloc::string::String;
use core::fmt;

/// A file name taken apart.
///
/// ```
/// use mailwire_message::maildir::FileName;
///
/// let name = FileName::parse("1795600000.M2P7.mx.example,S=4523:2,FS").unwrap();
/// assert_eq!((name.unique(), name.size()), ("1795600000.M2P7.mx.example", Some(4523)));
/// assert!(name.flags().contains('S') && !name.flags().contains('T'));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName {
    unique: String,
    size: Option<u64>,
    wire_size: Option<u64>,
    flags: Flags,
}

/// Why a text is no file name of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// It is empty, or nothing stands before the flags.
    #[error("the name is empty")]
    Empty,
    /// It begins with a dot, as what is no message does.
    #[error("the name begins with a dot")]
    Dot,
    /// It holds a slash, a control character, or in a unique name one that begins something else.
    #[error("a character that no such name may hold")]
    Character,
    /// The part behind the colon is not of version 2, or holds a flag that is no letter.
    #[error("flags that are none")]
    Flags,
}

impl FileName {
    /// A name to write: `unique` must not hold slash, colon, comma or control characters, nor begin with a
    /// dot.
    ///
    /// ```
    /// use mailwire_message::maildir::{FileName, NameError};
    ///
    /// let name = FileName::new("1795600000.M2P7.mx")?.with_size(12).with_flags("SR".parse()?);
    /// assert_eq!(name.to_string(), "1795600000.M2P7.mx,S=12:2,RS");
    /// assert_eq!(FileName::new("../1"), Err(NameError::Dot));
    /// assert_eq!(FileName::new("a/b"), Err(NameError::Character));
    /// # Ok::<(), NameError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Says what is wrong with the name.
    pub fn new(unique: &str) -> Result<Self, NameError> {
        check(unique)?;
        if unique.contains([':', ',']) {
            return Err(NameError::Character);
        }
        let unique = unique.into();
        Ok(Self { unique, size: None, wire_size: None, flags: Flags::default() })
    }

    /// Takes a name apart. Fields that are neither `S=` nor `W=` stay part of the unique name.
    ///
    /// ```
    /// use mailwire_message::maildir::FileName;
    ///
    /// assert_eq!(FileName::parse("1.a.b").unwrap().flags().to_string(), "");
    /// assert!(FileName::parse("1.a.b:2,S/../x").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// Says what is wrong with the name.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        check(name)?;
        let info = [":2,", "!2,", ";2,", "-2,"].iter().find_map(|mark| {
            let (rest, flags) = name.rsplit_once(mark)?;
            flags.parse::<Flags>().ok().map(|flags| (rest, flags))
        });
        let (rest, flags) = match info {
            Some(info) => info,
            None if name.contains(':') => return Err(NameError::Flags),
            None => (name, Flags::default()),
        };
        let mut parsed = Self { unique: String::new(), size: None, wire_size: None, flags };
        for (i, field) in rest.split(',').enumerate() {
            let size = |key| digits(field.strip_prefix(key)?);
            if let (1.., Some(size)) = (i, size("S=")) {
                parsed.size = Some(size);
            } else if let (1.., Some(size)) = (i, size("W=")) {
                parsed.wire_size = Some(size);
            } else {
                if i > 0 {
                    parsed.unique.push(',');
                }
                parsed.unique.push_str(field);
            }
        }
        if parsed.unique.is_empty() {
            return Err(NameError::Empty);
        }
        Ok(parsed)
    }

    /// The part that is unique in the mailbox.
    #[must_use]
    pub fn unique(&self) -> &str {
        &self.unique
    }

    /// The size of the file in octets, if the name says it.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The size with all line ends as CRLF, if the name says it.
    #[must_use]
    pub fn wire_size(&self) -> Option<u64> {
        self.wire_size
    }

    /// The flags.
    #[must_use]
    pub fn flags(&self) -> Flags {
        self.flags
    }

    /// The same with a size in octets.
    #[must_use]
    pub fn with_size(self, size: u64) -> Self {
        Self { size: Some(size), ..self }
    }

    /// The same with a size counted with CRLF.
    #[must_use]
    pub fn with_wire_size(self, size: u64) -> Self {
        Self { wire_size: Some(size), ..self }
    }

    /// The same with these flags.
    #[must_use]
    pub fn with_flags(self, flags: Flags) -> Self {
        Self { flags, ..self }
    }
}

/// As it goes into `cur`, flags included, even if there are none.
impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.unique)?;
        for (key, size) in [("S", self.size), ("W", self.wire_size)] {
            if let Some(size) = size {
                write!(f, ",{key}={size}")?;
            }
        }
        write!(f, ":2,{}", self.flags)
    }
}

/// Flags: `D`raft, `F`lagged, `P`assed, `R`eplied, `S`een, `T`rashed, and what a server does with the other
/// letters.
///
/// ```
/// use mailwire_message::maildir::Flags;
///
/// let mut flags: Flags = "SF".parse().unwrap();
/// assert!(flags.insert('a') && !flags.insert('!'));
/// assert_eq!(flags.to_string(), "FSa");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(u64);

impl Flags {
    /// Whether the flag is set.
    ///
    /// ```
    /// assert!("S".parse::<mailwire_message::maildir::Flags>().unwrap().contains('S'));
    /// ```
    #[must_use]
    pub fn contains(self, flag: char) -> bool {
        bit(flag).is_some_and(|bit| self.0 & bit != 0)
    }

    /// Sets a flag; `false` if it is no letter of ASCII, and then none is set.
    ///
    /// ```
    /// assert!(mailwire_message::maildir::Flags::default().insert('T'));
    /// ```
    pub fn insert(&mut self, flag: char) -> bool {
        self.0 |= bit(flag).unwrap_or(0);
        bit(flag).is_some()
    }

    /// Takes a flag off.
    ///
    /// ```
    /// let mut flags: mailwire_message::maildir::Flags = "ST".parse().unwrap();
    /// flags.remove('T');
    /// assert_eq!(flags.to_string(), "S");
    /// ```
    pub fn remove(&mut self, flag: char) {
        self.0 &= !bit(flag).unwrap_or(0);
    }
}

impl core::str::FromStr for Flags {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let mut flags = Self::default();
        if text.chars().all(|flag| flags.insert(flag)) { Ok(flags) } else { Err(NameError::Flags) }
    }
}

/// In the order of ASCII.
impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ('A'..='z')
            .filter(|&flag| self.contains(flag))
            .try_for_each(|flag| fmt::Write::write_char(f, flag))
    }
}

fn bit(flag: char) -> Option<u64> {
    flag.is_ascii_alphabetic().then(|| 1 << (u32::from(flag) - u32::from('A')))
}

fn digits(text: &str) -> Option<u64> {
    if text.bytes().all(|octet| octet.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// What no file name may be.
fn check(name: &str) -> Result<(), NameError> {
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    if name.starts_with('.') {
        return Err(NameError::Dot);
    }
    if name.contains(|c: char| c == '/' || c == '\\' || c.is_control()) {
        return Err(NameError::Character);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn names_of_the_wild() {
        for (name, unique, size, wire, flags) in [
            ("1204680122.27c448SMTP.zz", "1204680122.27c448SMTP.zz", None, None, ""),
            ("1.a.b:2,", "1.a.b", None, None, ""),
            ("1.a.b:2,SRF", "1.a.b", None, None, "FRS"),
            ("1.a.b,S=10,W=12:2,Sab", "1.a.b", Some(10), Some(12), "Sab"),
            ("1.a.b,W=12,S=10", "1.a.b", Some(10), Some(12), ""),
            ("1.a.b,U=7,FMD5=x,S=1:2,S", "1.a.b,U=7,FMD5=x", Some(1), None, "S"),
            ("1.a.b,S=+1:2,S", "1.a.b,S=+1", None, None, "S"),
            ("1.a.b!2,S", "1.a.b", None, None, "S"),
            ("1.a.b;2,S", "1.a.b", None, None, "S"),
            ("1-2,S.b", "1-2,S.b", None, None, ""),
            ("S=1", "S=1", None, None, ""),
        ] {
            let parsed = FileName::parse(name).expect(name);
            let got =
                (parsed.unique(), parsed.size(), parsed.wire_size(), parsed.flags().to_string());
            assert_eq!(got, (unique, size, wire, flags.to_string()), "name {name:?}");
            assert_eq!(FileName::parse(&parsed.to_string()), Ok(parsed), "name {name:?}");
        }
    }

    #[test]
    fn what_is_no_name() {
        for (name, error) in [
            ("", NameError::Empty),
            (":2,S", NameError::Empty),
            (".hidden", NameError::Dot),
            ("..", NameError::Dot),
            ("a/b", NameError::Character),
            ("a:2,S/../b", NameError::Character),
            ("a\0b", NameError::Character),
            ("a\nb", NameError::Character),
            ("a\\b", NameError::Character),
            ("a:1,S", NameError::Flags),
            ("a:2,S-", NameError::Flags),
            ("a:2,\u{e9}", NameError::Flags),
        ] {
            assert_eq!(FileName::parse(name), Err(error), "name {name:?}");
        }
        for name in ["a:2,S", "a,S=1"] {
            assert_eq!(FileName::new(name), Err(NameError::Character), "name {name:?}");
        }
    }
}
