//! The whole reply to EHLO or LHLO ([RFC 5321 §4.1.1.1]).
//!
//! ```text
//! ehlo-ok-rsp = ( "250" SP Domain [ SP ehlo-greet ] CRLF )
//!             / ( "250-" Domain [ SP ehlo-greet ] CRLF
//!                 *( "250-" ehlo-line CRLF )
//!                 "250" SP ehlo-line CRLF )
//! ```
//!
//! [RFC 5321 §4.1.1.1]: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.1
use core::fmt;

use bytes::{Bytes, BytesMut};

use crate::{
    Capability, Extension, ParseError, Reply, ReplyLines, SessionLimits,
    capability::{number, offered, words},
    reply_line::line_feed,
};

/// What a server offers: its reply to EHLO or LHLO, with the known keywords found.
///
/// Nothing is copied: the reply stays as it was read. By [`default`](Self::default) nothing is offered,
/// as after HELO.
///
/// ```
/// use mailwire_smtp::{Capabilities, Extension, Reply};
///
/// let reply = "250-mx.example Hello\r\n250-SIZE 1000\r\n250-AUTH PLAIN\r\n250 AUTH=LOGIN\r\n";
/// let offers = Capabilities::from(Reply::parse(reply.into())?);
/// assert_eq!(offers.server_name(), b"mx.example");
/// assert!(offers.has(Extension::Size) && !offers.has(Extension::Pipelining));
/// assert_eq!(offers.max_size(), Some(1000));
/// assert!(offers.auth_mechanisms().eq(["PLAIN", "LOGIN"]));
/// # Ok::<(), mailwire_smtp::ParseError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    reply: Option<Reply>,
    /// Where the first line of each [`Extension`] starts in the reply; 0 if there is none.
    at: [u16; Extension::COUNT],
    /// More lines than one offer `AUTH`.
    auth_again: bool,
}

impl Capabilities {
    /// Whether the server offers this extension, whatever the parameters say.
    #[inline]
    #[must_use]
    pub const fn has(&self, extension: Extension) -> bool {
        self.at[extension as usize] != 0
    }

    /// The first line that offers this extension.
    ///
    /// ```
    /// use mailwire_smtp::{Capabilities, Capability, Extension, Reply};
    ///
    /// let reply = Reply::parse("250-mx\r\n250 DELIVERBY 240\r\n".into())?;
    /// let offer = Capabilities::from(reply).get(Extension::DeliverBy);
    /// assert_eq!(offer, Some(Capability::DeliverBy(Some(240))));
    /// # Ok::<(), mailwire_smtp::ParseError>(())
    /// ```
    #[must_use]
    pub fn get(&self, extension: Extension) -> Option<Capability> {
        let line = self.lines_of(extension).next()?.text;
        Some(Capability::parse(self.share(line)))
    }

    /// Everything that is offered, in the order of the reply; keywords without a meaning here too.
    pub fn iter(&self) -> impl Iterator<Item = Capability> {
        let lines = self.reply.as_ref().map(Reply::lines).into_iter();
        lines.flat_map(|lines| lines.skip(1)).map(|line| Capability::parse(self.share(line.text)))
    }

    /// The most octets that the server takes; `None` if there is no fixed limit (RFC 1870 §4).
    #[must_use]
    pub fn max_size(&self) -> Option<u64> {
        let line = self.lines_of(Extension::Size).next()?.text;
        let size = line.get("SIZE".len()..)?.trim_ascii();
        number(size).filter(|&size| size > 0)
    }

    /// The names of the mechanisms offered by `AUTH` and by the old `AUTH=`, as they come: a server that
    /// uses both forms names most of them twice.
    pub fn auth_mechanisms(&self) -> impl Iterator<Item = &str> {
        let lines = if self.auth_again { usize::MAX } else { 1 };
        self.lines_of(Extension::Auth)
            .take(lines)
            .filter(|line| offered(line.text) == Some(Extension::Auth))
            .flat_map(|line| {
                // A blank, or the sign of the old form.
                words(line.text.get("AUTH=".len()..).unwrap_or_default())
            })
    }

    /// What the server allows in one session (RFC 9422).
    #[must_use]
    pub fn limits(&self) -> SessionLimits {
        match self.get(Extension::Limits) {
            Some(Capability::Limits(limits)) => limits,
            _ => SessionLimits::default(),
        }
    }

    /// What the server calls itself: the first word of the reply. Not checked in any way.
    #[must_use]
    pub fn server_name(&self) -> &[u8] {
        let first = self.reply.as_ref().and_then(|reply| reply.lines().next());
        let text = first.map_or(&b""[..], |line| line.text);
        text.split(|&octet| octet == b' ').next().unwrap_or_default()
    }

    /// The reply itself; `None` if nothing was offered by any.
    #[must_use]
    pub const fn reply(&self) -> Option<&Reply> {
        self.reply.as_ref()
    }

    /// Copies the reply out of the read buffer that it shares.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self { reply: self.reply.as_ref().map(Reply::detach), ..self.clone() }
    }

    /// The lines from the first one that offers this extension; none if there is none.
    fn lines_of(&self, extension: Extension) -> ReplyLines<'_> {
        match (self.at[extension as usize], &self.reply) {
            (at @ 1.., Some(reply)) => reply.lines_from(at.into()),
            _ => ReplyLines::default(),
        }
    }

    fn share(&self, line: &[u8]) -> Bytes {
        self.reply.as_ref().map_or_else(Bytes::new, |reply| reply.as_received().slice_ref(line))
    }
}

/// Takes the reply for what it is, its code too: whether it says yes is for the caller to see.
///
/// Lines beyond the first 64 KiB, [`Limits::reply`](mailwire_core::Limits::reply), offer nothing.
impl From<Reply> for Capabilities {
    fn from(reply: Reply) -> Self {
        let mut offers = Self::default();
        let raw = &reply.as_received()[..];
        let mut searched = 0;
        while let Some(lf) = line_feed(&raw[searched..])
            && let Ok(start) = u16::try_from(searched + lf + 1)
        {
            let at = usize::from(start);
            let digits = if matches!(raw.get(at + 3), Some(b' ' | b'-')) { 4 } else { 3 };
            let text = raw.get(at + digits..).unwrap_or_default();
            searched = at;
            let Some(extension) = offered(text) else { continue };
            searched += extension.keyword().len();
            let first = &mut offers.at[extension as usize];
            if *first == 0 {
                *first = start;
            } else if extension == Extension::Auth {
                offers.auth_again = true;
            }
        }
        offers.reply = Some(reply);
        offers
    }
}

impl fmt::Debug for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Reply {
    /// Makes the reply to EHLO or LHLO.
    ///
    /// ```
    /// use mailwire_smtp::{Capability, Reply};
    ///
    /// let offers = [Capability::Pipelining, Capability::Size(Some(1000))];
    /// let reply = Reply::hello("mx.example", &offers)?;
    /// assert_eq!(reply.to_wire(), "250-mx.example\r\n250-PIPELINING\r\n250 SIZE 1000\r\n");
    /// # Ok::<(), mailwire_smtp::ParseError>(())
    /// ```
    pub fn hello<'a>(
        greeting: &str,
        offers: impl IntoIterator<Item = &'a Capability>,
    ) -> Result<Self, ParseError> {
        let lines = offers.into_iter().map(|offer| {
            let mut line = BytesMut::new();
            offer.encode(&mut line);
            line.freeze()
        });
        let greeting = Bytes::copy_from_slice(greeting.as_bytes());
        Self::from_lines(250, core::iter::once(greeting).chain(lines))
    }
}
