//! Dot-stuffed text, read ([RFC 5321 §4.5.2], [RFC 1939 §3]).
//!
//! Only CR LF `.` CR LF ends it, the first of the two line ends being allowed to be the one before the
//! text. Every other arrangement of CR, LF and dots is content, and so cannot hide a second message
//! (SMTP smuggling, CVE-2023-51764). A reader can be told to be [lenient](DotReader::with_lenient_end)
//! about that, which a client of a broken server may want.
//!
//! [RFC 5321 §4.5.2]: https://www.rfc-editor.org/rfc/rfc5321#section-4.5.2
//! [RFC 1939 §3]: https://www.rfc-editor.org/rfc/rfc1939#section-3
use bytes::{BufMut, Bytes, BytesMut};
use memchr::memchr2;

use crate::{
    BareLineEnds, InputQueue, Summary,
    census::Census,
    scan::{self, BLOCK, Findings},
};

/// Undoes dot-stuffing, chunk by chunk, and finds the end.
///
/// What needs no change is handed over as slices of the input. At most two octets are held back.
///
/// ```
/// use mailwire_core::{BareLineEnds, DotReader, InputQueue, Piece};
///
/// let mut input = InputQueue::default();
/// let mut reader = DotReader::new(BareLineEnds::default());
/// input.push("..hidden\r\nplain\r\n.\r\nQUIT\r\n".into());
/// assert_eq!(reader.read(&mut input), Some(Piece::Body(".hidden\r\nplain\r\n".into())));
/// assert_eq!(reader.read(&mut input), Some(Piece::End));
/// assert_eq!(reader.summary().size, 16);
/// assert_eq!(input.take_line(9)?.unwrap().content, "QUIT");
/// # Ok::<(), mailwire_core::LineError>(())
/// ```
#[derive(Debug)]
pub struct DotReader {
    at: At,
    policy: BareLineEnds,
    muted: bool,
    counts: bool,
    lenient: bool,
    ended_bare: bool,
    census: Census,
}

/// One step of [`DotReader::read`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "body or end, nothing else")]
pub enum Piece {
    /// The next octets of the text, never none.
    Body(Bytes),
    /// The text is complete.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Behind CRLF, or at the very start.
    LineStart,
    /// Behind a bare LF that counts as a line end.
    BareStart,
    Inside,
    /// Behind a CR that is held back.
    Cr,
    /// Behind a dot that is held back, at the start of a line.
    Dot(Start),
    /// Behind such a dot and a CR.
    DotCr(Start),
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    True,
    Bare,
}

impl DotReader {
    /// Starts before the first line.
    #[must_use]
    pub fn new(policy: BareLineEnds) -> Self {
        Self {
            at: At::LineStart,
            policy,
            muted: false,
            counts: true,
            lenient: false,
            ended_bare: false,
            census: Census::default(),
        }
    }

    /// Takes LF for a line end as good as CRLF: a line of a single dot ends the text whichever of the two
    /// stands before and behind it, and behind either a dot is stuffing.
    ///
    /// Whoever wrote a line into the text can end it then, and say what the reader takes for the peer's
    /// next words. Never do this on the side that receives mail from strangers.
    ///
    /// ```
    /// use mailwire_core::{BareLineEnds, DotReader, InputQueue, Piece};
    ///
    /// let mut input = InputQueue::default();
    /// let mut reader = DotReader::new(BareLineEnds::Keep).with_lenient_end();
    /// input.push("a\n..b\n.\n+OK\r\n".into());
    /// assert_eq!(reader.read(&mut input), Some(Piece::Body("a\n.b\n".into())));
    /// assert_eq!(reader.read(&mut input), Some(Piece::End));
    /// assert!(reader.ended_bare());
    /// ```
    #[must_use]
    pub fn with_lenient_end(self) -> Self {
        Self { lenient: true, ..self }
    }

    /// Whether the text ended at a line that only a [lenient](Self::with_lenient_end) reader takes for the
    /// end.
    #[must_use]
    pub fn ended_bare(&self) -> bool {
        self.ended_bare
    }

    /// Counts no more than it has to look at anyway: of the [`Summary`] only the size is right, and the
    /// bare line ends unless they are [kept](BareLineEnds::Keep). This is faster.
    #[must_use]
    pub fn without_census(self) -> Self {
        Self { counts: false, ..self }
    }

    /// Takes the next piece, or `None` if it needs more input, or if the end was reached before.
    ///
    /// With [`BareLineEnds::Reject`] nothing is handed over from the first bare CR or LF on.
    pub fn read(&mut self, input: &mut InputQueue) -> Option<Piece> {
        while self.at != At::End && !input.front().is_empty() {
            if let Some(piece) = self.read_front(input) {
                return Some(piece);
            }
        }
        None
    }

    /// Hands nothing over any more: the rest of the text is only searched for its end.
    pub fn mute(&mut self) {
        self.muted = true;
    }

    /// Whether the text broke a policy of [`BareLineEnds::Reject`].
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        let Summary { bare_cr, bare_lf, .. } = self.census.summary();
        self.policy == BareLineEnds::Reject && bare_cr + bare_lf > 0
    }

    /// Facts about what was read so far.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.census.summary()
    }

    fn read_front(&mut self, input: &mut InputQueue) -> Option<Piece> {
        let front = input.front();
        match (self.at, front) {
            // The usual ways of a dot, without a detour through single octets.
            (At::LineStart, [b'.', b'\r', b'\n', ..]) => {
                input.skip_front(3);
                self.at = At::End;
                return Some(Piece::End);
            }
            (At::LineStart | At::BareStart, [b'.', next, ..]) if !matches!(next, b'\r' | b'\n') => {
                input.skip_front(1);
                self.at = At::Inside;
                return None;
            }
            (At::LineStart | At::BareStart | At::Inside, _) => {
                let plain = self.plain_len(front);
                if plain > 0 {
                    let body = input.take_front(plain);
                    self.at = if body.ends_with(b"\r\n") {
                        At::LineStart
                    } else if self.lenient && body.ends_with(b"\n") {
                        At::BareStart
                    } else {
                        At::Inside
                    };
                    return (!self.muted).then_some(Piece::Body(body));
                }
            }
            _ => {}
        }
        let mut body = BytesMut::new();
        let (taken, given) = self.step(front, &mut body);
        input.skip_front(taken);
        self.count(&body, scan::inspect(0, &body));
        body.truncate(given);
        if !body.is_empty() {
            return Some(Piece::Body(body.freeze()));
        }
        (self.at == At::End).then_some(Piece::End)
    }

    /// How many octets can be handed over as they are.
    fn plain_len(&mut self, front: &[u8]) -> usize {
        let mut before = if self.at == At::Inside { 0 } else { b'\n' };
        let mut len = 0;
        let mut found = Findings::default();
        if !self.counts && self.policy == BareLineEnds::Keep {
            // Nothing matters but what may be the end.
            len = scan::before_dot(before, front);
        } else {
            let inspect = if self.counts { scan::inspect } else { scan::inspect_line_ends };
            while len < front.len() {
                let block = &front[len..front.len().min(len + BLOCK)];
                let plain = &block[..scan::before_dot(before, block)];
                let here = inspect(before, plain);
                if here.bare {
                    break;
                }
                found = found.and(here);
                len += plain.len();
                if plain.len() < block.len() {
                    break;
                }
                before = block[block.len() - 1];
            }
        }
        // A CR waits for its LF.
        len -= usize::from(front[..len].ends_with(b"\r"));
        self.count(&front[..len], found);
        len
    }

    fn count(&mut self, octets: &[u8], found: Findings) {
        if self.counts {
            self.census.add_inspected(octets, found);
        } else {
            self.census.add_unseen(octets.len() as u64);
        }
    }

    /// Reads a block octet by octet; stops before the end of the text if there is a body to hand over
    /// first. Returns how many octets it read, and how much of `body` the caller gets.
    fn step(&mut self, front: &[u8], body: &mut BytesMut) -> (usize, usize) {
        let block = &front[..front.len().min(BLOCK)];
        let mut at = 0;
        let mut muted_at = self.muted.then_some(0);
        while at < block.len() && self.at != At::End {
            let ending = block[at] == b'\n'
                && match self.at {
                    At::DotCr(Start::True) => true,
                    At::DotCr(Start::Bare) | At::Dot(_) => self.lenient,
                    _ => false,
                };
            if ending && !body.is_empty() {
                break;
            }
            let run = match self.at {
                At::Inside => memchr2(b'\r', b'\n', &block[at..]).unwrap_or(block.len() - at),
                _ => 0,
            };
            if run > 0 {
                body.put_slice(&block[at..at + run]);
                at += run;
                continue;
            }
            let before = body.len();
            self.take(block[at], body);
            at += 1;
            if self.muted {
                muted_at.get_or_insert(before);
            }
        }
        (at, muted_at.unwrap_or(body.len()))
    }

    /// The whole grammar: one octet, one transition.
    fn take(&mut self, octet: u8, body: &mut BytesMut) {
        self.at = match (self.at, octet) {
            (At::LineStart, b'.') => At::Dot(Start::True),
            (At::BareStart, b'.') => At::Dot(Start::Bare),
            (At::Cr, b'\n') => {
                body.put_slice(b"\r\n");
                At::LineStart
            }
            (At::DotCr(Start::True), b'\n') => At::End,
            (At::DotCr(Start::Bare) | At::Dot(_), b'\n') if self.lenient => {
                self.ended_bare = true;
                At::End
            }
            (At::DotCr(Start::Bare), b'\n') => {
                self.census.summary.stray_dots += 1;
                At::LineStart
            }
            (At::Dot(start), b'\r') => At::DotCr(start),
            (At::Dot(_), b'\n') if self.policy == BareLineEnds::Normalize => {
                self.census.summary.bare_lf += 1;
                self.census.summary.stray_dots += 1;
                At::BareStart
            }
            (At::Cr | At::DotCr(_), _) => {
                self.bare_cr(body);
                self.at = At::Inside;
                return self.take(octet, body);
            }
            (At::LineStart | At::BareStart | At::Inside, b'\r') => At::Cr,
            (At::LineStart | At::BareStart | At::Inside | At::Dot(_), b'\n') => self.bare_lf(body),
            (At::LineStart | At::BareStart | At::Inside | At::Dot(_), _) => {
                body.put_u8(octet);
                At::Inside
            }
            (At::End, _) => At::End,
        };
    }

    fn bare_cr(&mut self, body: &mut BytesMut) {
        self.census.summary.bare_cr += 1;
        self.muted |= self.policy == BareLineEnds::Reject;
        match self.policy {
            BareLineEnds::Normalize => body.put_u8(b' '),
            BareLineEnds::Keep | BareLineEnds::Reject => body.put_u8(b'\r'),
        }
    }

    fn bare_lf(&mut self, body: &mut BytesMut) -> At {
        self.census.summary.bare_lf += 1;
        self.muted |= self.policy == BareLineEnds::Reject;
        match self.policy {
            BareLineEnds::Normalize => {
                body.put_slice(b"\r\n");
                return At::BareStart;
            }
            BareLineEnds::Keep | BareLineEnds::Reject => body.put_u8(b'\n'),
        }
        if self.lenient {
            return At::BareStart;
        }
        At::Inside
    }
}
