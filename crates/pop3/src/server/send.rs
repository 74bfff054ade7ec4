//! Listings and messages, piece by piece.
use bytes::Bytes;
use mailwire_core::OutputQueue;

use super::{Due, Flow, Pending, Phase, Server};
use crate::{Error, MessageNumber, UniqueId, number};

impl Server {
    /// What the caller owes next of a listing or a body; `None` if it owes nothing, or if so much waits to
    /// be transmitted that it must [poll](Self::poll_output) first. That is the back-pressure: with
    /// [`Output::YourTurn`](mailwire_core::Output::YourTurn) there is room again.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_pop3::server::{Config, Due, Event, Maildrop, Server};
    ///
    /// let sizes: Vec<u64> = (0..100_000).collect();
    /// let mut config = Config::new("POP3 server ready")?;
    /// config.plaintext_auth_without_tls = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("USER mrose\r\nPASS tanstaaf\r\nLIST\r\n".into());
    /// let mut sent = Vec::new();
    /// loop {
    ///     match server.poll_output()? {
    ///         Output::Event(Event::Open(_)) => server.open(Maildrop::new(100_000))?,
    ///         Output::Event(Event::Pass { .. } | Event::Sizes) => server.accept()?,
    ///         Output::YourTurn => {
    ///             while let Some(Due::Size(number)) = server.due() {
    ///                 server.send_size(sizes[number.get() as usize - 1])?;
    ///             }
    ///         }
    ///         Output::Event(_) => server.decline(),
    ///         Output::Transmit(bytes) => {
    ///             assert!(bytes.len() < 20_000);
    ///             sent.extend_from_slice(&bytes);
    ///         }
    ///         _ => break,
    ///     }
    /// }
    /// assert!(sent.ends_with(b"99999 99998\r\n100000 99999\r\n.\r\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn due(&self) -> Option<Due> {
        if self.is_full() {
            return None;
        }
        match &self.pending {
            Some(Pending::NextSize(number)) => Some(Due::Size(*number)),
            Some(Pending::NextUniqueId(number)) => Some(Due::UniqueId(*number)),
            Some(Pending::Body(_)) => Some(Due::Body),
            _ => None,
        }
    }

    /// Answers STAT: how many octets the messages have together that are not marked as deleted. How many
    /// they are the machine knows.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_pop3::{UniqueId, server::{Config, Event, Maildrop, Server}};
    ///
    /// let (sizes, ids) = ([120, 200], ["whqtswO00WBw418f9t5JxYwZ", "QhdPYR:00WBw1Ph7x7"]);
    /// let mut config = Config::new("POP3 server ready")?;
    /// config.plaintext_auth_without_tls = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("USER mrose\r\nPASS tanstaaf\r\nSTAT\r\nUIDL 2\r\n".into());
    /// let mut sent = Vec::new();
    /// loop {
    ///     match server.poll_output()? {
    ///         Output::Event(Event::Open(_)) => server.open(Maildrop::new(2))?,
    ///         Output::Event(Event::Stat) => {
    ///             let total = server.messages().map(|n| sizes[n.get() as usize - 1]).sum();
    ///             server.send_total(total)?;
    ///         }
    ///         Output::Event(Event::UniqueId(number)) => {
    ///             server.send_unique_id(&UniqueId::new(ids[number.get() as usize - 1])?)?;
    ///         }
    ///         Output::Event(_) => server.accept()?,
    ///         Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
    ///         _ => break,
    ///     }
    /// }
    /// assert!(sent.ends_with(b"+OK 2 320\r\n+OK 2 QhdPYR:00WBw1Ph7x7\r\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send_total(&mut self, octets: u64) -> Result<(), Error> {
        let (Some(Pending::Stat), Phase::Transaction(maildrop)) = (&self.pending, &self.phase)
        else {
            return Err(Error::Misuse);
        };
        let count = maildrop.left();
        self.pending = None;
        self.output.encode(|out| {
            out.extend_from_slice(b"+OK ");
            number::put(count.into(), out);
            out.extend_from_slice(b" ");
            number::put(octets, out);
            out.extend_from_slice(b"\r\n");
        });
        Ok(())
    }

    /// Says how many octets a message has, every line end counted as two: the one that LIST named, or the
    /// one that is [`due`](Self::due).
    ///
    /// It is misuse, and changes nothing, while nothing is due.
    pub fn send_size(&mut self, octets: u64) -> Result<(), Error> {
        let size = |number: MessageNumber, output: &mut OutputQueue| {
            output.encode(|out| {
                number::put(number.get().into(), out);
                out.extend_from_slice(b" ");
                number::put(octets, out);
                out.extend_from_slice(b"\r\n");
            });
        };
        match self.pending {
            Some(Pending::Size(number)) => {
                self.output.put(b"+OK ");
                size(number, &mut self.output);
                self.pending = None;
            }
            Some(Pending::NextSize(number)) if !self.is_full() => {
                size(number, &mut self.output);
                self.pending = self.next(number).map(Pending::NextSize);
            }
            _ => return Err(Error::Misuse),
        }
        Ok(())
    }

    /// Says what a message is called: the one that UIDL named, or the one that is [`due`](Self::due).
    ///
    /// The machine does not check that no two messages are called the same.
    pub fn send_unique_id(&mut self, id: &UniqueId) -> Result<(), Error> {
        let listing = |number: MessageNumber, output: &mut OutputQueue| {
            output.encode(|out| {
                number::put(number.get().into(), out);
                out.extend_from_slice(b" ");
                out.extend_from_slice(id.as_bytes());
                out.extend_from_slice(b"\r\n");
            });
        };
        match self.pending {
            Some(Pending::UniqueId(number)) => {
                self.output.put(b"+OK ");
                listing(number, &mut self.output);
                self.pending = None;
            }
            Some(Pending::NextUniqueId(number)) if !self.is_full() => {
                listing(number, &mut self.output);
                self.pending = self.next(number).map(Pending::NextUniqueId);
            }
            _ => return Err(Error::Misuse),
        }
        Ok(())
    }

    /// Sends a piece of a message: as it is stored, dots are stuffed here. A bare LF becomes CRLF and a
    /// bare CR a space.
    ///
    /// Says whether more is wanted; what comes behind the last line that TOP asks for is passed over. It
    /// is misuse, and changes nothing, while the body is not [`due`](Self::due): after a piece, poll
    /// until it is the caller's turn.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_pop3::server::{Config, Event, Flow, Maildrop, Server};
    ///
    /// let mut config = Config::new("POP3 server ready")?;
    /// config.plaintext_auth_without_tls = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("USER mrose\r\nPASS tanstaaf\r\nTOP 1 1\r\n".into());
    /// let mut sent = Vec::new();
    /// loop {
    ///     match server.poll_output()? {
    ///         Output::Event(Event::Open(_)) => server.open(Maildrop::new(1))?,
    ///         Output::Event(Event::Top { .. }) => {
    ///             server.accept()?;
    ///             let flow = server.send_body("Subject: x\n\n.one\ntwo\nthree\n".into())?;
    ///             assert_eq!(flow, Flow::Enough);
    ///             server.finish_body()?;
    ///         }
    ///         Output::Event(_) => server.accept()?,
    ///         Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
    ///         _ => break,
    ///     }
    /// }
    /// assert!(sent.ends_with(b"\r\nSubject: x\r\n\r\n..one\r\n.\r\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send_body(&mut self, octets: Bytes) -> Result<Flow, Error> {
        let full = self.is_full();
        match &mut self.pending {
            Some(Pending::Body(body)) if !full => Ok(body.write(octets, &mut self.output)),
            _ => Err(Error::Misuse),
        }
    }

    /// Ends a message: its last line, if it is not ended, and the answer.
    pub fn finish_body(&mut self) -> Result<(), Error> {
        if !matches!(self.pending, Some(Pending::Body(_))) {
            return Err(Error::Misuse);
        }
        if let Some(Pending::Body(body)) = self.pending.take() {
            body.finish(&mut self.output);
        }
        self.session.errors = 0;
        Ok(())
    }

    /// The message of a listing behind this one; ends the listing if there is none.
    fn next(&mut self, number: MessageNumber) -> Option<MessageNumber> {
        let Phase::Transaction(maildrop) = &self.phase else { return None };
        let next = number.get().checked_add(1).and_then(|from| maildrop.next(from));
        if next.is_none() {
            self.output.put(b".\r\n");
        }
        next
    }

    /// Starts a listing of all messages, with its status line.
    pub(super) fn start_listing(&mut self, pending: fn(MessageNumber) -> Pending) {
        let Phase::Transaction(maildrop) = &self.phase else { return };
        let (count, first) = (maildrop.left(), maildrop.next(1));
        self.output.encode(|out| {
            out.extend_from_slice(b"+OK ");
            number::put(count.into(), out);
            out.extend_from_slice(if count == 1 { b" message\r\n" } else { b" messages\r\n" });
        });
        match first {
            Some(first) => self.pending = Some(pending(first)),
            None => self.output.put(b".\r\n"),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.output.len() >= self.config.limits.owed.max(1)
    }
}
