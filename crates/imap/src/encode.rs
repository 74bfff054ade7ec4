//! What goes out: each value in the smallest form that the peer understands.
//!
//! Nothing here can fail or be made to inject, since every value was checked when it was built: what
//! cannot be quoted becomes a literal, and a literal says how long it is.

use crate::{
    AString, Atom, Flag, Flags, Mailbox, Raw, SeqRange, SequenceSet, Side, Tag, TaggedValue,
    class::{ASTRING_CHAR, QUOTED_CHAR},
    cursor::plain_chars,
    secret::Shown,
};
use alloc::vec::Vec;
use bytes::{BufMut, Bytes, BytesMut};
use core::fmt::{self, Write};

/// Which literals a server takes without being asked first (RFC 7888).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "RFC 7888 §4 and §5 have no other")]
pub enum LiteralSupport {
    /// None: each waits for a continuation.
    #[default]
    Synchronizing,
    /// LITERAL-: those of at most 4096 octets.
    Minus,
    /// LITERAL+: all.
    Plus,
}

impl LiteralSupport {
    /// Whether a literal of this size may follow at once.
    #[must_use]
    pub const fn takes(self, size: u64) -> bool {
        match self {
            Self::Synchronizing => false,
            Self::Minus => size <= 4096,
            Self::Plus => true,
        }
    }
}

/// What the one who reads understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Peer {
    /// What is sent to it: commands to a server, responses to a client.
    pub side: Side,
    /// Which literals may follow at once. Of no meaning for responses, where all do.
    pub literals: LiteralSupport,
    /// Whether a `literal8` may follow at once too, as far as others may: BINARY is offered (RFC 4466 §6
    /// `literal8`). One who does not know them takes what follows for a command.
    pub binary: bool,
    /// Whether UTF-8 may stand in quoted strings and mailbox names: IMAP4rev2 or UTF8=ACCEPT is
    /// enabled.
    pub utf8: bool,
}

impl Peer {
    /// A server of which nothing is known.
    pub const SERVER: Self = Self {
        side: Side::Commands,
        literals: LiteralSupport::Synchronizing,
        binary: false,
        utf8: false,
    };
    /// A client that enabled nothing.
    pub const CLIENT: Self =
        Self { side: Side::Responses, literals: LiteralSupport::Plus, binary: true, utf8: false };
}

/// Octets to send, and where to wait for the server to say that it goes on.
///
/// ```
/// use mailwire_imap::{Command, Encoder, Peer, Tag};
///
/// let mut out = Encoder::new(Peer::SERVER);
/// Command::login("fred", "two\nlines")?.encode(&Tag::new("a1")?, &mut out);
/// let sent = out.finish();
/// assert_eq!((sent.waits.as_slice(), &sent.wire[..19]), (&[19][..], &b"a1 LOGIN fred {9}\r\n"[..]));
/// // Send these, and the rest when `+` has come. If NO or BAD comes instead, the command is over.
/// assert_eq!(sent.wire[19..], b"two\nlines\r\n"[..]);
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
///
/// `Debug` shows nothing of what follows LOGIN or AUTHENTICATE.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Encoded {
    /// All octets.
    pub wire: Bytes,
    /// Up to where to send before each continuation that must come (RFC 9051 §4.3), ascending.
    pub waits: Vec<usize>,
    /// Where the octets of literals belong that are sent by the caller, ascending, and how many each has.
    pub streams: Vec<(usize, u64)>,
}

/// Longer strings are sent as literals: some servers have short lines.
const LONGEST_QUOTED: usize = 1024;

/// Collects what is to be sent.
///
/// ```
/// use mailwire_imap::{Encoder, LiteralSupport, Peer};
///
/// let mut server = Peer::SERVER;
/// let mut encoder = Encoder::new(server);
/// encoder.astring(b"atom");
/// encoder.space();
/// encoder.astring(b"two words");
/// encoder.space();
/// encoder.astring(b"two\r\nlines");
/// let sent = encoder.finish();
/// assert_eq!(sent.wire, "atom \"two words\" {10}\r\ntwo\r\nlines");
/// assert_eq!(sent.waits, [23]);
///
/// server.literals = LiteralSupport::Minus;
/// let mut encoder = Encoder::new(server);
/// encoder.astring(b"\"\n");
/// assert_eq!(encoder.finish().wire, "{2+}\r\n\"\n");
/// ```
pub struct Encoder {
    peer: Peer,
    out: BytesMut,
    waits: Vec<usize>,
    streams: Vec<(usize, u64)>,
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wire, waits, streams } = self;
        f.debug_struct("Encoded")
            .field("wire", &Shown(wire))
            .field("waits", waits)
            .field("streams", streams)
            .finish()
    }
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoder")
            .field("peer", &self.peer)
            .field("out", &Shown(&self.out))
            .field("waits", &self.waits)
            .field("streams", &self.streams)
            .finish()
    }
}

impl Encoder {
    /// Collects for a peer.
    #[must_use]
    pub fn new(peer: Peer) -> Self {
        Self::into_buffer(peer, BytesMut::new())
    }

    /// Collects for a peer, behind what is in the buffer: its memory is used again.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Peer};
    ///
    /// let mut out = Encoder::into_buffer(Peer::CLIENT, "* ".as_bytes().into());
    /// out.number(5);
    /// let (buffer, waits) = out.into_inner();
    /// assert_eq!((&buffer[..], waits), (&b"* 5"[..], vec![]));
    /// ```
    #[must_use]
    pub fn into_buffer(peer: Peer, out: BytesMut) -> Self {
        Self { peer, out, waits: Vec::new(), streams: Vec::new() }
    }

    /// What the peer understands.
    #[must_use]
    pub const fn peer(&self) -> Peer {
        self.peer
    }

    /// What was collected.
    #[must_use]
    pub fn finish(self) -> Encoded {
        Encoded { wire: self.out.freeze(), waits: self.waits, streams: self.streams }
    }

    /// What was collected, in the buffer that it was collected in.
    #[must_use]
    pub fn into_inner(self) -> (BytesMut, Vec<usize>) {
        (self.out, self.waits)
    }

    /// Octets that are known to be grammar.
    pub(crate) fn raw(&mut self, octets: &[u8]) {
        self.out.put_slice(octets);
    }

    /// `SP`: it stands between what is written, and nobody else writes it.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Peer, SequenceSet};
    ///
    /// let mut out = Encoder::new(Peer::SERVER);
    /// out.sequence_set(&SequenceSet::ALL);
    /// out.space();
    /// out.number(5);
    /// assert_eq!(out.finish().wire, "1:* 5");
    /// ```
    pub fn space(&mut self) {
        self.out.put_u8(b' ');
    }

    /// `CRLF`
    pub(crate) fn line_end(&mut self) {
        self.out.put_slice(b"\r\n");
    }

    /// A number, as digits.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Peer};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// out.number(4_294_967_296);
    /// assert_eq!(out.finish().wire, "4294967296");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn number(&mut self, number: u64) {
        put_number(&mut self.out, number);
    }

    /// An atom.
    ///
    /// ```
    /// use mailwire_imap::{Atom, Encoder, Peer};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// out.atom(&Atom::new("CONDSTORE")?);
    /// assert_eq!(out.finish().wire, "CONDSTORE");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn atom(&mut self, atom: &Atom) {
        self.raw(atom.as_str().as_bytes());
    }

    /// A flag.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Flag, Peer};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// out.flag(&Flag::new("$Forwarded")?);
    /// assert_eq!(out.finish().wire, "$Forwarded");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn flag(&mut self, flag: &Flag) {
        match flag {
            Flag::System(flag) => self.raw(flag.name().as_bytes()),
            Flag::Keyword(name) => self.atom(name),
            Flag::Extension(name) => {
                self.raw(b"\\");
                self.atom(name);
            }
        }
    }

    /// Flags in parentheses.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Flags, Peer, SystemFlag};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// out.flags(&Flags::from(SystemFlag::Seen));
    /// assert_eq!(out.finish().wire, "(\\Seen)");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn flags(&mut self, flags: &Flags) {
        self.list(flags.iter(), |out, flag| out.flag(&flag));
    }

    /// A set of messages.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Peer, SequenceSet};
    ///
    /// let mut out = Encoder::new(Peer::SERVER);
    /// out.sequence_set(&SequenceSet::from_numbers([1, 2, 3, 9])?);
    /// assert_eq!(out.finish().wire, "1:3,9");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn sequence_set(&mut self, set: &SequenceSet) {
        set.encode(&mut self.out);
    }

    /// A set in which single numbers are ranges too: `5:5`.
    pub(crate) fn uid_ranges(&mut self, set: &SequenceSet) {
        for (i, range) in set.ranges().iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            let number = |number| SeqRange { from: number, to: number };
            self.write(format_args!("{comma}{:?}:{:?}", number(range.from), number(range.to)));
        }
    }

    /// A mailbox name.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Mailbox, Peer};
    ///
    /// let mut out = Encoder::new(Peer::SERVER);
    /// out.mailbox(&Mailbox::new("Entwürfe")?);
    /// assert_eq!(out.finish().wire, "Entw&APw-rfe");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn mailbox(&mut self, mailbox: &Mailbox) {
        let name = mailbox.as_wire(self.peer.utf8);
        self.astring(&name);
    }

    /// `astring`: bare if possible.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Peer};
    ///
    /// let mut out = Encoder::new(Peer::SERVER);
    /// out.astring(b"atom");
    /// out.space();
    /// out.astring(b"NIL");
    /// assert_eq!(out.finish().wire, "atom \"NIL\"");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn astring(&mut self, octets: &[u8]) {
        // A bare NIL would be read as none by many.
        let bare = !octets.is_empty()
            && ASTRING_CHAR.covers(octets)
            && !octets.eq_ignore_ascii_case(b"NIL");
        if bare { self.raw(octets) } else { self.string(octets) }
    }

    /// `string`: quoted if possible.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Peer};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// out.string(b"a\"b");
    /// out.space();
    /// out.string(b"a\nb");
    /// assert_eq!(out.finish().wire, "\"a\\\"b\" {3}\r\na\nb");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn string(&mut self, octets: &[u8]) {
        if octets.len() <= LONGEST_QUOTED && plain_chars(octets) == octets.len() {
            // Nearly all are, and were looked at once.
            self.out.reserve(octets.len() + 2);
            self.out.put_u8(b'"');
            self.out.put_slice(octets);
            self.out.put_u8(b'"');
            return;
        }
        if !self.can_quote(octets) {
            self.literal(octets, false);
            return;
        }
        self.out.put_u8(b'"');
        let mut rest = octets;
        while let Some(at) = memchr::memchr2(b'"', b'\\', rest) {
            self.out.put_slice(&rest[..at]);
            self.out.put_slice(&[b'\\', rest[at]]);
            rest = &rest[at + 1..];
        }
        self.out.put_slice(rest);
        self.out.put_u8(b'"');
    }

    /// A tag in quotes, of whatever length: where there may be no literal. It has nothing to escape.
    pub(crate) fn quoted_tag(&mut self, tag: &Tag) {
        self.raw(b"\"");
        self.raw(tag.as_bytes());
        self.raw(b"\"");
    }

    /// `nstring`
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Peer};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// out.nstring(None);
    /// out.space();
    /// out.nstring(Some(b"NIL"));
    /// assert_eq!(out.finish().wire, "NIL \"NIL\"");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn nstring(&mut self, octets: Option<&[u8]>) {
        match octets {
            Some(octets) => self.string(octets),
            None => self.raw(b"NIL"),
        }
    }

    /// A literal; `binary`, or a NUL in it, makes it a `literal8` (RFC 3516 §4.4).
    ///
    /// ```
    /// use mailwire_imap::{Encoder, LiteralSupport, Peer};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// out.literal(b"text", false);
    /// out.literal(b"a\0b", false);
    /// assert_eq!(out.finish().wire, "{4}\r\ntext~{3}\r\na\0b");
    ///
    /// let mut server = Peer::SERVER;
    /// server.literals = LiteralSupport::Plus;
    /// for (binary, wire) in [(false, "~{1}\r\n\0"), (true, "~{1+}\r\n\0")] {
    ///     server.binary = binary;
    ///     let mut out = Encoder::new(server);
    ///     out.literal(b"\0", false);
    ///     assert_eq!(out.finish().wire, wire);
    /// }
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn literal(&mut self, octets: &[u8], binary: bool) {
        let binary = binary || memchr::memchr(0, octets).is_some();
        self.announce(octets.len() as u64, binary);
        self.raw(octets);
    }

    /// A literal that is no `literal8`, whatever is in it: where the grammar has no other.
    pub(crate) fn plain_literal(&mut self, octets: &[u8]) {
        self.announce(octets.len() as u64, false);
        self.raw(octets);
    }

    /// The announcement of a literal whose octets the caller sends, after the continuation if one must
    /// come.
    ///
    /// ```
    /// use mailwire_imap::{Encoder, Peer};
    ///
    /// let mut out = Encoder::new(Peer::SERVER);
    /// out.literal_header(310, false);
    /// let sent = out.finish();
    /// assert_eq!(sent.wire, "{310}\r\n");
    /// assert_eq!((sent.waits, sent.streams), (vec![7], vec![(7, 310)]));
    /// ```
    pub fn literal_header(&mut self, size: u64, binary: bool) {
        self.announce(size, binary);
        self.streams.push((self.out.len(), size));
    }

    fn announce(&mut self, size: u64, binary: bool) {
        let tilde = if binary { "~" } else { "" };
        let takes = self.peer.literals.takes(size) && (self.peer.binary || !binary);
        let waits = self.peer.side == Side::Commands && !takes;
        let plus = if waits || self.peer.side == Side::Responses { "" } else { "+" };
        self.write(format_args!("{tilde}{{{size}{plus}}}\r\n"));
        if waits {
            self.waits.push(self.out.len());
        }
    }

    /// Names and values of ID; NIL for none.
    pub(crate) fn id(&mut self, params: &[(AString, Option<AString>)]) {
        self.raw(b"ID ");
        if params.is_empty() {
            return self.raw(b"NIL");
        }
        self.list(params, |out, (name, value)| {
            out.string(name);
            out.space();
            out.nstring(value.as_deref());
        });
    }

    /// A name, and a value if there is one.
    pub(crate) fn named_value(&mut self, name: &Atom, value: Option<&TaggedValue>) {
        self.atom(name);
        if let Some(value) = value {
            self.space();
            value.as_raw().encode(self);
        }
    }

    /// Values in parentheses, a space first, if there is a list of them.
    pub(crate) fn raw_list(&mut self, values: Option<&[Raw]>) {
        if let Some(values) = values {
            self.space();
            self.list(values, |out, value| value.encode(out));
        }
    }

    /// Items in parentheses with spaces between.
    pub(crate) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut encode: impl FnMut(&mut Self, T),
    ) {
        self.raw(b"(");
        self.items(items, &mut encode);
        self.raw(b")");
    }

    /// Items with spaces between.
    pub(crate) fn items<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        encode: &mut impl FnMut(&mut Self, T),
    ) {
        for (i, item) in items.into_iter().enumerate() {
            if i > 0 {
                self.space();
            }
            encode(self, item);
        }
    }

    /// Text of the grammar.
    pub(crate) fn write(&mut self, text: fmt::Arguments<'_>) {
        self.out.write_fmt(text).expect("buffers grow");
    }

    pub(crate) fn can_quote(&self, octets: &[u8]) -> bool {
        if octets.len() > LONGEST_QUOTED {
            return false;
        }
        octets.iter().all(|octet| QUOTED_CHAR.contains(*octet) || b"\"\\".contains(octet))
            || (self.peer.utf8
                && memchr::memchr3(0, b'\r', b'\n', octets).is_none()
                && core::str::from_utf8(octets).is_ok())
    }
}

/// Appends the digits of a number: many times faster than the formatter of the standard library.
pub(crate) fn put_number(out: &mut BytesMut, mut number: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.put_slice(&digits[at..]);
}
