//! The values of MAIL's parameters.
use core::fmt;

use crate::{
    Mailbox, Quirks, Xtext,
    path::check_mailbox,
    quirks::{Quirk, Tolerance},
};

/// What a message holds: the value of `BODY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyType {
    /// `7BIT`: lines of ASCII.
    SevenBit,
    /// `8BITMIME`: lines of any octets ([RFC 6152](https://www.rfc-editor.org/rfc/rfc6152)).
    EightBitMime,
    /// `BINARYMIME`: octets, by BDAT alone ([RFC 3030 §3](https://www.rfc-editor.org/rfc/rfc3030)).
    BinaryMime,
}

/// Who submitted a message ([RFC 4954 §5](https://www.rfc-editor.org/rfc/rfc4954#section-5)).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the grammar is closed")]
pub enum AuthParam<'a> {
    /// `<>`: not known, or not trusted.
    Null,
    /// A mailbox, in xtext.
    Mailbox(Xtext<'a>),
}

/// How much of the message a bounce returns: the value of `RET` (RFC 3461 §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ret {
    /// `FULL`
    Full,
    /// `HDRS`
    Headers,
}

/// Until when to deliver, and what to do then: the value of `BY`.
///
/// ```text
/// by-value = by-time ";" by-mode [by-trace]
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "the grammar is closed")]
pub struct DeliverBy {
    /// In how many seconds, from -999,999,999 to 999,999,999; more than 0 with `R`.
    pub seconds: i32,
    /// What to do when it is too late.
    pub mode: ByMode,
    /// `T`: report relaying too.
    pub trace: bool,
}

/// What to do when it is too late to deliver ([RFC 2852 §4.1]).
///
/// [RFC 2852 §4.1]: https://www.rfc-editor.org/rfc/rfc2852#section-4.1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the grammar is closed")]
pub enum ByMode {
    /// `N`: tell the sender, go on trying.
    Notify,
    /// `R`: return the message.
    Return,
}

impl BodyType {
    pub(super) fn read(value: &str) -> Option<Self> {
        [Self::SevenBit, Self::EightBitMime, Self::BinaryMime]
            .into_iter()
            .find(|body| value.eq_ignore_ascii_case(body.as_str()))
    }

    /// The value as it goes on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SevenBit => "7BIT",
            Self::EightBitMime => "8BITMIME",
            Self::BinaryMime => "BINARYMIME",
        }
    }
}

impl<'a> AuthParam<'a> {
    /// `xtext` that decodes to `<>` or to a mailbox. One without a domain is let pass: what is
    /// said here is trusted by policy only, and logins that are no mailboxes are common.
    pub(super) fn read(value: &'a str) -> Option<Self> {
        if value == "<>" {
            return Some(Self::Null);
        }
        let text = Xtext::parse(value).ok()?;
        let mut tolerance = Tolerance::new(Quirks::NONE.with(Quirk::NoDomain));
        check_mailbox(text.decode().as_bytes(), &mut tolerance).ok()?;
        Some(Self::Mailbox(text))
    }

    /// The mailbox, if there is one with a domain.
    #[must_use]
    pub fn mailbox(&self) -> Option<Mailbox> {
        match self {
            Self::Null => None,
            Self::Mailbox(text) => Mailbox::parse(&text.decode()).ok(),
        }
    }
}

impl Ret {
    pub(super) fn read(value: &str) -> Option<Self> {
        [Self::Full, Self::Headers].into_iter().find(|ret| value.eq_ignore_ascii_case(ret.as_str()))
    }

    /// The value as it goes on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "FULL",
            Self::Headers => "HDRS",
        }
    }
}

impl DeliverBy {
    pub(super) fn read(value: &str) -> Option<Self> {
        let (time, mode) = value.split_once(';')?;
        let (sign, number) = match time.as_bytes().first()? {
            b'-' => (-1, &time[1..]),
            b'+' => (1, &time[1..]),
            _ => (1, time),
        };
        let seconds = i32::try_from(digits(number, 9)?).ok()? * sign;
        let (mode, trace) = match mode.as_bytes() {
            [mode] => (mode, false),
            [mode, b'T' | b't'] => (mode, true),
            _ => return None,
        };
        let mode = match mode {
            b'N' | b'n' => ByMode::Notify,
            b'R' | b'r' if seconds > 0 => ByMode::Return,
            _ => return None,
        };
        Some(Self { seconds, mode, trace })
    }
}

/// `1*nDIGIT` that fit in 64 bits.
pub(super) fn digits(text: &str, max: usize) -> Option<u64> {
    // Also keeps out the sign that `parse` would take.
    let valid = text.len() <= max && text.bytes().all(|octet| octet.is_ascii_digit());
    text.parse().ok().filter(|_| valid)
}

impl fmt::Display for BodyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for AuthParam<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("<>"),
            Self::Mailbox(text) => text.fmt(f),
        }
    }
}

impl fmt::Display for Ret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for DeliverBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = match self.mode {
            ByMode::Notify => 'N',
            ByMode::Return => 'R',
        };
        write!(f, "{};{mode}{}", self.seconds, if self.trace { "T" } else { "" })
    }
}
