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
    /// One bit for each [`Extension`].
    offered: u32,
    /// Where the first line of `SIZE` starts in the reply, and that of `AUTH`.
    size_at: u32,
    auth_at: u32,
    /// More lines than one offer `AUTH`.
    auth_again: bool,
}

impl Capabilities {
    /// Whether the server offers this extension, whatever the parameters say.
    #[inline]
    #[must_use]
    pub const fn has(&self, extension: Extension) -> bool {
        self.offered & extension.bit() != 0
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
    #[inline]
    fn lines_of(&self, extension: Extension) -> ReplyLines<'_> {
        let Some(reply) = self.reply.as_ref().filter(|_| self.has(extension)) else {
            return ReplyLines::default();
        };
        let start = match extension {
            Extension::Size => self.size_at,
            Extension::Auth => self.auth_at,
            _ => {
                let mut lines = reply.lines();
                lines.next();
                loop {
                    let rest = lines.clone();
                    match lines.next() {
                        Some(line) if offered(line.text) != Some(extension) => {}
                        _ => return rest,
                    }
                }
            }
        };
        reply.lines_from(start as usize)
    }

    fn share(&self, line: &[u8]) -> Bytes {
        self.reply.as_ref().map_or_else(Bytes::new, |reply| reply.as_received().slice_ref(line))
    }
}

/// Takes the reply for what it is, its code too: whether it says yes is for the caller to see.
impl From<Reply> for Capabilities {
    #[inline]
    fn from(reply: Reply) -> Self {
        let (mut extensions, mut size_at, mut auth_at, mut auth_again) = (0, 0, 0, false);
        let raw = &reply.as_received()[..];
        let mut at = 0;
        while let Some(lf) = line_feed(&raw[at..])
            && let Ok(start) = u32::try_from(at + lf + 1)
        {
            at += lf + 1;
            let digits = if matches!(raw.get(at + 3), Some(b' ' | b'-')) { 4 } else { 3 };
            let text = raw.get(at + digits..).unwrap_or_default();
            let Some(extension) = offered(text) else { continue };
            let again = extensions & extension.bit() != 0;
            extensions |= extension.bit();
            match extension {
                Extension::Auth if again => auth_again = true,
                Extension::Auth => auth_at = start,
                Extension::Size if !again => size_at = start,
                _ => {}
            }
        }
        Self { reply: Some(reply), offered: extensions, size_at, auth_at, auth_again }
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
