//! URLs of messages and their sections (RFC 5092).
//!
//! ```text
//! ["imap://" [user [";AUTH=" way] "@"] host [":" port]] "/" mailbox [";UIDVALIDITY=" n] "/;UID=" n ["/;SECTION=" s] ["/;PARTIAL=" o ["." n]]
//! [";UIDVALIDITY=" n] "/;UID=" n …                    ; in the mailbox that is selected
//! ```
use std::net::IpAddr;

use bytes::Bytes;
use mailwire_imap::{
    Command, Frame, Mailbox, Partial, ReadOptions, Section, command::FetchAttribute,
};

/// What a URL names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Url {
    /// On which host, and whose; none is here.
    pub(super) authority: Option<Authority>,
    /// Which mailbox; none is the one that is selected.
    pub(super) mailbox: Option<Mailbox>,
    pub(super) uid_validity: Option<u32>,
    pub(super) uid: u32,
    pub(super) section: Section,
    pub(super) partial: Option<Partial>,
}

/// A host, and who is to log in there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Authority {
    host: String,
    user: Option<String>,
}

impl Authority {
    /// Whether it is the one that a user of this host has.
    pub(super) fn is_here(&self, user: &str) -> bool {
        let address = self.host.trim_start_matches('[').trim_end_matches(']');
        let here = address.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        (here || self.host.eq_ignore_ascii_case("localhost"))
            && self.user.as_ref().is_none_or(|it| it == user)
    }

    fn parse(text: &str) -> Option<Self> {
        let (user, place) = match text.rsplit_once('@') {
            Some((login, place)) => (Some(login), place),
            None => (None, text),
        };
        let name = user.map(|login| find(login, ";AUTH=").map_or(login, |at| &login[..at]));
        let host = match place.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => host,
            _ => place,
        };
        let user = match name.filter(|name| !name.is_empty()) {
            Some(name) => Some(String::from_utf8(decode(name)?).ok()?),
            None => None,
        };
        Some(Self { host: host.into(), user })
    }
}

impl Url {
    /// Reads a URL; none if it is no such URL, or one with an authorization.
    pub(super) fn parse(octets: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(octets).ok()?;
        let (authority, path) = match text.get(..7) {
            Some(scheme) if scheme.eq_ignore_ascii_case("imap://") => {
                let (authority, path) = text[7..].split_at(text[7..].find('/')?);
                (Some(Authority::parse(authority)?), path)
            }
            _ => (None, text),
        };
        let at = find(path, "/;UID=").or_else(|| path.starts_with(";UID=").then_some(0))?;
        let (place, message) = path.split_at(at);
        let message = message.trim_start_matches('/');
        let (name, validity) = match find(place, ";UIDVALIDITY=") {
            Some(at) => (&place[..at], Some(&place[at + 13..])),
            None => (place, None),
        };
        let name = name.strip_prefix('/').unwrap_or(name);
        let mailbox = match name {
            "" => None,
            name => Some(Mailbox::from_utf8(decode(name)?.into()).ok()?),
        };
        let mut pieces = message.split("/;");
        let uid = number(value(pieces.next()?.strip_prefix(';')?, "UID=")?)?;
        let (mut section, mut partial) = (Section::WHOLE, None);
        for piece in pieces {
            if let Some(text) = value(piece, "SECTION=") {
                section = read_section(&decode(text)?)?;
            } else {
                partial = Some(read_partial(value(piece, "PARTIAL=")?)?);
            }
        }
        let uid_validity = match validity {
            Some(digits) => Some(number(digits)?),
            None => None,
        };
        Some(Self { authority, mailbox, uid_validity, uid, section, partial })
    }
}

/// Where something is, in whatever case.
fn find(text: &str, what: &str) -> Option<usize> {
    let windows = text.as_bytes().windows(what.len());
    windows.into_iter().position(|window| window.eq_ignore_ascii_case(what.as_bytes()))
}

fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (start, value) = text.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then_some(value)
}

fn number(digits: &str) -> Option<u32> {
    let digits = digits.bytes().all(|octet| octet.is_ascii_digit()).then_some(digits)?;
    digits.parse().ok().filter(|number| *number > 0)
}

/// Undoes `%41`.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        if *first != b'%' {
            octets.push(*first);
            rest = behind;
            continue;
        }
        let digits = std::str::from_utf8(behind.get(..2)?).ok()?;
        if !digits.bytes().all(|octet| octet.is_ascii_hexdigit()) {
            return None;
        }
        octets.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &behind[2..];
    }
    Some(octets)
}

/// A section is written as in FETCH.
fn read_section(text: &[u8]) -> Option<Section> {
    if text.iter().any(u8::is_ascii_control) {
        return None;
    }
    let line = Bytes::from([b"a FETCH 1 BODY.PEEK[", text, b"]\r\n"].concat());
    let read = Command::parse(&Frame::new(line), ReadOptions::STANDARD).ok()?;
    let Command::Fetch { attributes, modifiers, .. } = read.value.command else { return None };
    match (&attributes[..], modifiers.is_empty()) {
        ([FetchAttribute::Section { section, partial: None, .. }], true) => Some(section.clone()),
        _ => None,
    }
}

/// `number ["." nz-number]`
fn read_partial(text: &str) -> Option<Partial> {
    let (origin, length) = match text.split_once('.') {
        Some((origin, length)) => (origin, length.parse().ok()?),
        None => (text, i64::MAX.unsigned_abs()),
    };
    Partial::new(origin.parse().ok()?, length).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_this_one_or_another() {
        for (authority, here) in [
            ("localhost", true),
            ("LOCALHOST:2143", true),
            ("127.0.0.1:143", true),
            ("[::1]:143", true),
            ("[::1]", true),
            ("test@localhost", true),
            ("t%65st;AUTH=*@localhost:1", true),
            (";AUTH=PLAIN@localhost", true),
            ("bob@localhost", false),
            ("imap.example", false),
            ("192.0.2.1", false),
            ("", false),
        ] {
            let url = format!("imap://{authority}/INBOX/;UID=1");
            let url = Url::parse(url.as_bytes()).unwrap();
            assert_eq!(url.authority.unwrap().is_here("test"), here, "{authority}");
        }
        assert!(Url::parse(b"/INBOX/;UID=1").unwrap().authority.is_none());
    }

    #[test]
    fn urls_name_messages() {
        for (text, want) in [
            ("/INBOX;UIDVALIDITY=785799047/;UID=113330;section=1.5.9", None),
            (
                "/INBOX;UIDVALIDITY=785799047/;UID=113330/;section=1.5.9",
                Some("INBOX 785799047 113330 [1.5.9]"),
            ),
            ("imap://joe@example.com/INBOX/;uid=20", Some("INBOX - 20 []")),
            (
                "IMAP://example.com/a%20b/c;UIDVALIDITY=3/;UID=20/;SECTION=HEADER",
                Some("a b/c 3 20 [HEADER]"),
            ),
            (
                "/Drafts/;UID=20/;SECTION=HEADER.FIELDS%20(To%20From)/;PARTIAL=3.5",
                Some("Drafts - 20 [HEADER.FIELDS (To From)]<3.5>"),
            ),
            ("/;UID=7/;PARTIAL=3", Some("- - 7 []<3.9223372036854775807>")),
            (";UID=7", Some("- - 7 []")),
            (";UIDVALIDITY=4/;UID=7", Some("- 4 7 []")),
            ("/Entw%C3%BCrfe/;UID=1", Some("Entwürfe - 1 []")),
            ("/INBOX", None),
            ("/INBOX/;UID=0", None),
            ("/INBOX/;UID=1x", None),
            ("/INBOX/;UID=1/;SECTION=%0d%0a", None),
            ("/INBOX/;UID=1/;SECTION=1]%20FLAGS%20BODY[", None),
            ("/INBOX/;UID=1/;URLAUTH=anonymous:internal:00", None),
            ("/INBOX/;UID=1/;PARTIAL=1.0", None),
            ("/%zz/;UID=1", None),
            ("/%+1/;UID=1", None),
            ("http://x/", None),
            ("", None),
        ] {
            let got = Url::parse(text.as_bytes()).map(|url| {
                let name = url.mailbox.as_ref().and_then(Mailbox::as_str).unwrap_or("-").to_owned();
                let validity = url.uid_validity.map_or("-".into(), |validity| validity.to_string());
                let partial = url.partial.map(|it| format!("<{}.{}>", it.origin(), it.length()));
                let partial = partial.unwrap_or_default();
                format!("{name} {validity} {} [{}]{partial}", url.uid, url.section)
            });
            assert_eq!(got.as_deref(), want, "{text}");
        }
    }
}
