//! What names of mailboxes look like: the patterns of LIST ([RFC 9051 §6.3.9]).
//!
//! [RFC 9051 §6.3.9]: https://www.rfc-editor.org/rfc/rfc9051#section-6.3.9
use mailwire_imap::{AString, Mailbox};

use super::names::DELIMITER;

/// A reference and a pattern, put together: `*` stands for anything, `%` for anything within a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Sign>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Character(char),
    Star,
    Percent,
}

/// A pattern with more characters than that fits no name that there can be.
const LONGEST: usize = 2_000;

impl Pattern {
    /// A pattern as it came, in UTF-8 or in modified UTF-7 as mailbox names are. None if it fits nothing,
    /// whatever there is.
    pub(super) fn new(reference: &Mailbox, pattern: &AString, utf8: bool) -> Option<Self> {
        let octets = pattern.clone().into_octets();
        let pattern =
            if utf8 { Mailbox::from_utf8(octets) } else { Mailbox::from_wire(octets) }.ok()?;
        let pattern = pattern.as_str()?.chars().map(|character| match character {
            '*' => Sign::Star,
            '%' => Sign::Percent,
            character => Sign::Character(character),
        });
        let mut signs: Vec<_> = reference.as_str()?.chars().map(Sign::Character).collect();
        for sign in pattern {
            match (signs.last(), sign) {
                // They say no more than one of them.
                (Some(Sign::Star), Sign::Star | Sign::Percent)
                | (Some(Sign::Percent), Sign::Percent) => {}
                (Some(Sign::Percent), Sign::Star) => {
                    signs.pop();
                    signs.push(sign);
                }
                _ => signs.push(sign),
            }
        }
        (signs.len() <= LONGEST).then_some(Self(signs))
    }

    /// Whether there is a `%`, with which LSUB stops at a level.
    pub(super) fn has_percent(&self) -> bool {
        self.0.contains(&Sign::Percent)
    }

    /// Whether the name fits; that of INBOX in any case.
    pub(super) fn fits(&self, name: &str) -> bool {
        const INBOX: &str = "INBOX";
        let inbox = name.strip_prefix(INBOX);
        let any_case = inbox.is_some_and(|rest| rest.is_empty() || rest.starts_with(DELIMITER));
        // Behind which signs of the pattern one can be, having read so much of the name.
        let mut places = vec![false; self.0.len() + 1];
        places[0] = true;
        self.skip(&mut places);
        for (at, character) in name.chars().enumerate() {
            let same = |sign: char| {
                let folds = any_case && at < INBOX.len();
                sign == character || (folds && sign.eq_ignore_ascii_case(&character))
            };
            let mut next = vec![false; places.len()];
            for (place, sign) in self.0.iter().enumerate().filter(|(place, _)| places[*place]) {
                match sign {
                    Sign::Character(sign) => next[place + 1] |= same(*sign),
                    Sign::Star => next[place] = true,
                    Sign::Percent => next[place] |= character != DELIMITER,
                }
            }
            places = next;
            self.skip(&mut places);
        }
        places.last() == Some(&true)
    }

    /// A wildcard stands for nothing, too.
    fn skip(&self, places: &mut [bool]) {
        for (place, sign) in self.0.iter().enumerate() {
            let wild = matches!(sign, Sign::Star | Sign::Percent);
            places[place + 1] |= wild && places[place];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(reference: &str, pattern: &str) -> Option<Pattern> {
        Pattern::new(&Mailbox::new(reference).unwrap(), &AString::new(pattern).unwrap(), true)
    }

    #[test]
    fn wildcards() {
        for (text, name, fits) in [
            ("*", "a/b/c", true),
            ("%", "a", true),
            ("%", "a/b", false),
            ("%/%", "a/b", true),
            ("%/%", "a/b/c", false),
            ("a%", "a", true),
            ("a%", "abc", true),
            ("a*", "a/b", true),
            ("a/*", "a", false),
            ("*b", "a/b", true),
            ("*b", "a/bc", false),
            ("%b%", "abc", true),
            ("*/c", "a/b/c", true),
            ("%/c", "a/b/c", false),
            ("*%", "a/b", true),
            ("%*", "a/b", true),
            ("%%%%%%%%%%%%%%%%x", "aaaaaaaaaaaaaaaaaaaa", false),
            ("", "a", false),
            ("a", "A", false),
            ("inbox", "INBOX", true),
            ("iNb%", "INBOX", true),
            ("inbox/a", "INBOX/a", true),
            ("inbox/A", "INBOX/a", false),
            ("inboxes", "INBOXES", false),
            ("Entw%rfe", "Entwürfe", true),
        ] {
            assert_eq!(pattern("", text).unwrap().fits(name), fits, "{text:?} {name:?}");
        }
        assert!(pattern("a/", "%").unwrap().fits("a/b"));
        assert!(!pattern("a%/", "*").unwrap().fits("ab/c"));
        assert!(pattern("", &"x".repeat(LONGEST + 1)).is_none());
    }

    #[test]
    fn old_clients_have_modified_utf7() {
        let old =
            |text| Pattern::new(&Mailbox::new("").unwrap(), &AString::new(text).unwrap(), false);
        assert!(old("Entw&APw-r*").unwrap().fits("Entwürfe"));
        assert!(old("&-%").unwrap().fits("&c"));
        assert_eq!(old("&Jjo!*"), None);
    }
}
