//! The flags of a message.
use std::{fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A set of flags: the five of IMAP that last, and keywords. All compare without regard to case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    system: u8,
    /// Sorted by what they are in lower case.
    keywords: Vec<Arc<str>>,
}

/// What is done to the flags of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagChange {
    /// These and no others.
    Replace,
    /// These too.
    Add,
    /// These no more.
    Remove,
}

const SYSTEM: [&str; 5] = ["\\Answered", "\\Deleted", "\\Draft", "\\Flagged", "\\Seen"];
/// The letters of Maildir for them.
const LETTERS: [char; 5] = ['R', 'T', 'D', 'F', 'S'];

impl Flags {
    /// The flags of these names; the backslash belongs to the name. `\Recent` is none: it is not kept.
    #[must_use]
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut flags = Self::default();
        names.into_iter().for_each(|name| flags.insert(name));
        flags
    }

    /// Whether the flag of this name is set.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        match system(name) {
            Some(bit) => self.system & bit != 0,
            None => self.find(name).is_ok(),
        }
    }

    /// Sets a flag.
    pub fn insert(&mut self, name: &str) {
        if let Some(bit) = system(name) {
            self.system |= bit;
        } else if let Err(at) = self.find(name)
            && !name.eq_ignore_ascii_case("\\Recent")
        {
            self.keywords.insert(at, name.into());
        }
    }

    /// Takes a flag off.
    pub fn remove(&mut self, name: &str) {
        if let Some(bit) = system(name) {
            self.system &= !bit;
        } else if let Ok(at) = self.find(name) {
            self.keywords.remove(at);
        }
    }

    /// These flags after a change with those.
    #[must_use]
    pub fn changed(&self, change: FlagChange, by: &Self) -> Self {
        let mut flags = self.clone();
        match change {
            FlagChange::Replace => return by.clone(),
            FlagChange::Add => by.iter().for_each(|name| flags.insert(name)),
            FlagChange::Remove => by.iter().for_each(|name| flags.remove(name)),
        }
        flags
    }

    /// The keywords of these with the flags of the system of those.
    #[must_use]
    pub fn with_system(&self, system: &Self) -> Self {
        Self { system: system.system, keywords: self.keywords.clone() }
    }

    /// Whether `\Seen` is set.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.system & 16 != 0
    }

    /// Whether `\Deleted` is set.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.system & 2 != 0
    }

    /// Whether none is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.system == 0 && self.keywords.is_empty()
    }

    /// The names, those of the system first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let system = SYSTEM.into_iter().enumerate();
        let system = system.filter(|(at, _)| self.system >> at & 1 == 1).map(|(_, name)| name);
        system.chain(self.keywords())
    }

    /// The names of the keywords.
    pub fn keywords(&self) -> impl Iterator<Item = &str> {
        self.keywords.iter().map(|name| &**name)
    }

    /// The letters that stand for the flags in the name of a file.
    #[must_use]
    pub fn letters(&self) -> mailwire_message::maildir::Flags {
        let mut letters = mailwire_message::maildir::Flags::default();
        for (at, letter) in LETTERS.into_iter().enumerate() {
            if self.system >> at & 1 == 1 {
                letters.insert(letter);
            }
        }
        letters
    }

    /// The flags that stand in the name of a file.
    #[must_use]
    pub fn from_letters(letters: mailwire_message::maildir::Flags) -> Self {
        let set = LETTERS.into_iter().enumerate().filter(|(_, letter)| letters.contains(*letter));
        Self { system: set.map(|(at, _)| 1 << at).sum(), keywords: Vec::new() }
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        let lower =
            |name: &str| name.bytes().map(|octet| octet.to_ascii_lowercase()).collect::<Vec<_>>();
        let wanted = lower(name);
        self.keywords.binary_search_by(|keyword| lower(keyword).cmp(&wanted))
    }
}

fn system(name: &str) -> Option<u8> {
    let name = name.strip_prefix('\\')?;
    let at = SYSTEM.iter().position(|known| known[1..].eq_ignore_ascii_case(name))?;
    Some(1 << at)
}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.iter().enumerate() {
            write!(f, "{}{name}", if at == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

/// As the names with blanks between.
impl Serialize for Flags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Flags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = String::deserialize(deserializer)?;
        Ok(Self::new(names.split_ascii_whitespace()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets() {
        let mut flags =
            Flags::new(["\\seen", "$Forwarded", "\\Recent", "$FORWARDED", "\\DELETED", "a"]);
        assert_eq!(flags.to_string(), "\\Deleted \\Seen $Forwarded a");
        assert!(flags.is_seen() && flags.is_deleted() && flags.contains("A"));
        flags.remove("$forwarded");
        flags.remove("nothing");
        assert_eq!(flags, serde_json::from_str(&serde_json::to_string(&flags).unwrap()).unwrap());
        assert_eq!(flags.letters().to_string(), "ST");
        assert_eq!(Flags::from_letters(flags.letters()).to_string(), "\\Deleted \\Seen");
        for (change, by, want) in [
            (FlagChange::Replace, "\\Draft b", "\\Draft b"),
            (FlagChange::Add, "\\Draft b A", "\\Deleted \\Draft \\Seen a b"),
            (FlagChange::Remove, "\\Seen A c", "\\Deleted"),
        ] {
            assert_eq!(flags.changed(change, &Flags::new(by.split(' '))).to_string(), want, "{by}");
        }
    }
}
