//! Mailbox names (RFC 9051 §5.1, RFC 3501 §5.1.3).

mod utf7;

use crate::InvalidValue;
use alloc::borrow::Cow;
use core::fmt;
use mailwire_core::{Octets, Text};

/// The name of a mailbox, as it is meant: characters, not the form they take on the wire.
///
/// On the wire it is modified UTF-7 for IMAP4rev1, and UTF-8 once IMAP4rev2 or UTF8=ACCEPT is
/// enabled. `INBOX` is INBOX in any case. A name that is not what it ought to be is kept as it came:
/// [`as_wire`](Self::as_wire) always names the same mailbox to the same server.
///
/// ```
/// use mailwire_imap::Mailbox;
///
/// let name = Mailbox::from_wire(b"Entw&APw-rfe".as_slice().into())?;
/// assert_eq!(name.as_str(), Some("Entwürfe"));
/// assert_eq!(Mailbox::new("日本語")?.to_utf7(), "&ZeVnLIqe-");
/// assert!(Mailbox::new("inbox")?.is_inbox());
/// assert!(Mailbox::new("a\0b").is_err());
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone)]
pub struct Mailbox(Name);

#[derive(Clone)]
enum Name {
    /// Characters. On the wire of IMAP4rev1 they may need modified UTF-7.
    Text(Text),
    /// What came is not what its characters would give: no modified UTF-7, or not its only form.
    Odd(Octets),
}

impl Mailbox {
    /// INBOX, which every user has.
    pub const INBOX: Self = Self(Name::Text(Text::from_static("INBOX")));

    /// Checks that the text can be a name: no NUL, CR or LF (RFC 9051 §5.1 wants no control character
    /// at all, but there are such mailboxes).
    pub fn new(name: impl Into<Text>) -> Result<Self, InvalidValue> {
        let name = name.into();
        if memchr::memchr3(0, b'\r', b'\n', name.as_bytes()).is_some() {
            return Err(InvalidValue { what: "mailbox name" });
        }
        Ok(Self(Name::Text(name)))
    }

    /// A name as it came from a peer that speaks modified UTF-7 (RFC 3501 §5.1.3).
    ///
    /// UTF-8 in it is read as such, since many servers send it, and goes back as it came.
    ///
    /// # Errors
    ///
    /// If there is a NUL among the octets, which no string can carry.
    pub fn from_wire(octets: Octets) -> Result<Self, InvalidValue> {
        if utf7::is_plain(&octets) {
            return Ok(Self(Name::Text(Text::from_ascii_octets(octets))));
        }
        without_nul(&octets)?;
        let Ok(wire) = core::str::from_utf8(&octets) else { return Ok(Self(Name::Odd(octets))) };
        Ok(match utf7::decode(wire) {
            // Some names decode to characters that other octets would stand for: those stay.
            Some(name) if utf7::encode(&name) == wire => Self(Name::Text(Text::from(name))),
            _ => Self(Name::Odd(octets)),
        })
    }

    /// A name as it came from a peer that speaks UTF-8 (RFC 9051 §5.1, RFC 9755).
    ///
    /// # Errors
    ///
    /// If there is a NUL among the octets, which no string can carry.
    pub fn from_utf8(octets: Octets) -> Result<Self, InvalidValue> {
        without_nul(&octets)?;
        Ok(match Text::try_from(octets.clone()) {
            Ok(name) => Self(Name::Text(name)),
            Err(_) => Self(Name::Odd(octets)),
        })
    }

    /// Whether this is INBOX, in whatever case.
    #[must_use]
    pub fn is_inbox(&self) -> bool {
        self.octets().eq_ignore_ascii_case(b"INBOX")
    }

    /// The characters, or `None` if what came makes none.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Name::Text(name) => Some(name),
            // Without a shift the characters are not in doubt.
            Name::Odd(octets) if !octets.contains(&b'&') => core::str::from_utf8(octets).ok(),
            Name::Odd(_) => None,
        }
    }

    /// The characters as modified UTF-7; what came otherwise, as it came.
    #[must_use]
    pub fn to_utf7(&self) -> Cow<'_, str> {
        match &self.0 {
            Name::Text(name) if utf7::is_plain(name.as_bytes()) => Cow::Borrowed(name),
            Name::Text(name) => Cow::Owned(utf7::encode(name)),
            Name::Odd(octets) => alloc::string::String::from_utf8_lossy(octets),
        }
    }

    /// The octets that name the mailbox on the wire: modified UTF-7, or UTF-8 where that is enabled.
    ///
    /// ```
    /// use mailwire_imap::Mailbox;
    ///
    /// let name = Mailbox::new("Entwürfe & Co")?;
    /// assert_eq!(*name.as_wire(false), *b"Entw&APw-rfe &- Co");
    /// assert_eq!(*name.as_wire(true), *"Entwürfe & Co".as_bytes());
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn as_wire(&self, utf8: bool) -> Cow<'_, [u8]> {
        match &self.0 {
            Name::Odd(octets) => Cow::Borrowed(octets),
            Name::Text(name) if utf8 || utf7::is_plain(name.as_bytes()) => {
                Cow::Borrowed(name.as_bytes())
            }
            Name::Text(name) => Cow::Owned(utf7::encode(name).into_bytes()),
        }
    }

    /// Copies the name out of the buffer it may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(match &self.0 {
            Name::Text(name) => Name::Text(name.detach()),
            Name::Odd(octets) => Name::Odd(octets.detach()),
        })
    }

    fn octets(&self) -> &[u8] {
        match &self.0 {
            Name::Text(name) => name.as_bytes(),
            Name::Odd(octets) => octets,
        }
    }
}

fn without_nul(octets: &[u8]) -> Result<(), InvalidValue> {
    match memchr::memchr(0, octets) {
        None => Ok(()),
        Some(_) => Err(InvalidValue { what: "mailbox name" }),
    }
}

/// INBOX is INBOX; all other names are compared octet by octet.
impl PartialEq for Mailbox {
    fn eq(&self, other: &Self) -> bool {
        let same_kind = matches!(self.0, Name::Text(_)) == matches!(other.0, Name::Text(_));
        (self.is_inbox() && other.is_inbox()) || (same_kind && self.octets() == other.octets())
    }
}

impl Eq for Mailbox {}

impl core::hash::Hash for Mailbox {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        let octets = if self.is_inbox() { b"INBOX" } else { self.octets() };
        octets.hash(state);
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Name::Text(name) => name.fmt(f),
            Name::Odd(octets) => octets.fmt(f),
        }
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_str() {
            Some(name) => f.write_str(name),
            None => f.write_str(&self.to_utf7()),
        }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Mailbox {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn examples_of_the_rfc() {
        for (wire, name) in [
            ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
            ("&Jjo-!", "☺!"),
            ("&U,BTFw-", "台北"),
            ("A&-B", "A&B"),
            ("&2D3eAA-", "\u{1f600}"),
        ] {
            let mailbox = Mailbox::from_wire(wire.as_bytes().into()).unwrap();
            assert_eq!(mailbox.as_str(), Some(name), "wire {wire}");
            assert_eq!(mailbox.to_utf7(), wire);
        }
    }

    /// RFC 3501 §5.1.3: superfluous shifts, `&` alone, characters that need no encoding, unpaired
    /// surrogates, bits left over. Each stays the mailbox that the server means.
    #[test]
    fn what_is_no_modified_utf7_is_kept_as_it_came() {
        for wire in [
            "&Jjo!",
            "&U,BTFw-&ZeVnLIqe-",
            "&AGE-",
            "a&b",
            "&",
            "&-&",
            "&2D0-",
            "&3gDYPQ-",
            "&Jj-",
            "&Jjp-",
            "&AA-",
            "&Jjo=-",
            "&====-",
            "&é-",
        ] {
            let mailbox = Mailbox::from_wire(wire.as_bytes().into()).unwrap();
            assert_eq!(mailbox.as_str(), None, "wire {wire}");
            assert_eq!(&*mailbox.as_wire(false), wire.as_bytes());
        }
    }

    #[test]
    fn utf8_and_latin1_survive() {
        let utf8 = Mailbox::from_wire("Entwürfe\t".as_bytes().into()).unwrap();
        assert_eq!(
            (utf8.as_str(), &*utf8.as_wire(false)),
            (Some("Entwürfe\t"), "Entwürfe\t".as_bytes())
        );
        let latin1 = Mailbox::from_wire(b"Entw\xfcrfe".as_slice().into()).unwrap();
        assert_eq!((latin1.as_str(), &*latin1.as_wire(false)), (None, &b"Entw\xfcrfe"[..]));
    }

    #[test]
    fn inbox_has_no_case() {
        assert_eq!(Mailbox::new("InBox").unwrap(), Mailbox::INBOX);
        assert_ne!(Mailbox::new("inbox/a").unwrap(), Mailbox::new("INBOX/a").unwrap());
    }

    proptest! {
        /// Any name survives the wire, both ways.
        #[test]
        fn names_survive_the_wire(name in "[^\0\r\n]{0,20}") {
            let mailbox = Mailbox::new(name.as_str()).unwrap();
            let wire = mailbox.as_wire(false).into_owned();
            prop_assert!(wire.iter().all(|octet| octet.is_ascii_graphic() || *octet == b' '));
            let read = Mailbox::from_wire(wire.into()).unwrap();
            prop_assert_eq!(read.as_str(), Some(name.as_str()));
        }

        /// Whatever a server sends names the same mailbox when it is sent back.
        #[test]
        fn wire_names_survive(wire in proptest::collection::vec(1..=u8::MAX, 0..12)) {
            let mailbox = Mailbox::from_wire(wire.clone().into()).unwrap();
            prop_assert_eq!(&*mailbox.as_wire(false), &wire[..]);
        }
    }
}
