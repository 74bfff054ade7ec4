//! FETCH responses ([RFC 9051 §7.5.2], RFC 7162 §3.1.4, RFC 9586 §3.3), item by item.
//!
//! [RFC 9051 §7.5.2]: https://www.rfc-editor.org/rfc/rfc9051#section-7.5.2

use super::{
    Kind, MessageRef, Pending, Phase, Server,
    phase::{OpenResponse, Written},
};
use crate::{
    DateTime, Encoder, Error, Flags, Section,
    fetch::{FetchData, FetchItem},
};
use alloc::boxed::Box;
use bytes::{Bytes, BytesMut};
use core::mem;

/// A FETCH response in the making: dropped, it is closed and on its way.
///
/// UID and MODSEQ are added where the RFCs want them, and never stand there twice.
///
/// ```
/// # use mailwire_core::Output;
/// # use mailwire_imap::server::{Config, Event, MessageRef, Selected, Server};
/// # use mailwire_imap::{Command, Flags, Section};
/// # let mut config = Config::new("ready");
/// # config.preauth = true;
/// # let mut server = Server::new(config);
/// # server.handle_input("a SELECT inbox\r\nb UID FETCH 101 (FLAGS BODY[])\r\n".into());
/// # let Output::Event(Event::Command(Command::Select { .. })) = server.poll_output()? else { panic!() };
/// # server.select(&Selected::new(1, 1, 104))?;
/// # server.accept()?;
/// # let Output::Event(Event::Command(Command::Fetch { .. })) = server.poll_output()? else { panic!() };
/// // the client said `b UID FETCH 101 (FLAGS BODY[])`
/// server.fetch(MessageRef::new(1, 101))?
///     .flags(&Flags::none())
///     .section(Section::WHOLE, None, "A: b\r\n\r\nc".into());
/// server.accept()?;
/// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
/// assert!(bytes.ends_with(b"* 1 FETCH (UID 101 FLAGS () BODY[] {9}\r\nA: b\r\n\r\nc)\r\n\
///     b OK UID FETCH completed\r\n"));
/// # Ok::<(), mailwire_imap::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a response without items says nothing"]
pub struct FetchWriter<'s> {
    server: &'s mut Server,
    written: Written,
    /// The response stays open: the octets of a literal come next.
    streams: bool,
    /// Another response is open: this one waits behind it.
    aside: bool,
}

impl Server {
    /// Begins what FETCH says of a message, as part of an answer: to FETCH itself, or to SELECT with
    /// QRESYNC. At other times it is a change that nobody asked for, with UID.
    ///
    /// See [`FetchWriter`] for an example, and [`FetchWriter::stream`] for bodies that are not in memory.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if no mailbox is selected, if the client was not told of the message, or while
    /// octets of a body are due.
    pub fn fetch(&mut self, message: MessageRef) -> Result<FetchWriter<'_>, Error> {
        let (uid, mod_seq) = match self.pending.as_deref() {
            Some(Pending { kind: Kind::Fetch { mod_seq }, uid, .. }) => (*uid, *mod_seq),
            Some(Pending { kind: Kind::Select { .. }, .. }) => (true, true),
            _ => (true, false),
        };
        self.begin_fetch(message, uid, mod_seq)
    }

    /// The same where nobody asked: with UID (RFC 9051 §7.5.2), and behind the response whose body is due.
    pub(super) fn fetch_unasked(&mut self, message: MessageRef) -> Result<FetchWriter<'_>, Error> {
        let aside = self.owes_body();
        let mut writer = self.begin_fetch_response(message, true, false)?;
        writer.aside = aside;
        Ok(writer)
    }

    /// Says what became of a message by STORE. With `.SILENT` the client is told the mod-sequence, if it
    /// knows of them, and nothing else (RFC 7162 §3.1.3).
    ///
    /// ```
    /// # use mailwire_core::Output;
    /// # use mailwire_imap::{Command, Flags, SystemFlag};
    /// # use mailwire_imap::server::{Config, Event, MessageRef, Selected, Server};
    /// # let mut config = Config::new("ready");
    /// # config.preauth = true;
    /// # let mut server = Server::new(config);
    /// # server.handle_input("a SELECT inbox\r\nb STORE 1 +FLAGS \\Seen\r\n".into());
    /// # let Output::Event(Event::Command(Command::Select { .. })) = server.poll_output()? else { panic!() };
    /// # server.select(&Selected::new(1, 1, 104))?;
    /// # server.accept()?;
    /// let Output::Event(Event::Command(Command::Store { .. })) = server.poll_output()? else { panic!() };
    /// server.stored(MessageRef::new(1, 101), &Flags::from(SystemFlag::Seen))?;
    /// server.accept()?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"* 1 FETCH (FLAGS (\\Seen))\r\nb OK STORE completed\r\n"));
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if STORE is not at hand, or as [`fetch`](Self::fetch).
    pub fn stored(&mut self, message: MessageRef, flags: &Flags) -> Result<(), Error> {
        let Some(Pending { kind: Kind::Store { silent }, uid, .. }) = self.pending.as_deref()
        else {
            return Err(Error::Misuse);
        };
        let (silent, uid) = (*silent, *uid);
        if !silent {
            self.begin_fetch(message, uid, false)?.flags(flags);
        } else if self.session.enabled.cond_store && message.mod_seq.is_some() {
            let _with_mod_seq = self.begin_fetch(message, uid, true)?;
        }
        Ok(())
    }

    /// Goes on with a response whose body is [finished](Self::finish_body). Without it the response is
    /// closed by whatever comes next.
    ///
    /// ```
    /// # use mailwire_core::Output;
    /// # use mailwire_imap::{Command, Section, fetch::{FetchData, FetchItem}};
    /// # use mailwire_imap::server::{Config, Event, MessageRef, Selected, Server};
    /// # let mut config = Config::new("ready");
    /// # config.preauth = true;
    /// # let mut server = Server::new(config);
    /// # server.handle_input("a SELECT inbox\r\nb FETCH 1 (BODY[] RFC822.SIZE)\r\n".into());
    /// # let Output::Event(Event::Command(Command::Select { .. })) = server.poll_output()? else { panic!() };
    /// # server.select(&Selected::new(1, 1, 104))?;
    /// # server.accept()?;
    /// # let Output::Event(Event::Command(Command::Fetch { .. })) = server.poll_output()? else { panic!() };
    /// let data = FetchData::Streamed(2);
    /// let body = FetchItem::Section { section: Section::WHOLE, origin: None, data };
    /// server.fetch(MessageRef::new(1, 101))?.stream(&body)?;
    /// assert_eq!(server.due(), Some(2)); // octets
    /// server.send_body("h".into())?;
    /// server.send_body("i".into())?;
    /// server.finish_body()?;
    /// server.continue_fetch()?.size(2);
    /// server.accept()?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"* 1 FETCH (BODY[] {2}\r\nhi RFC822.SIZE 2)\r\nb OK FETCH completed\r\n"));
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    pub fn continue_fetch(&mut self) -> Result<FetchWriter<'_>, Error> {
        match self.session.response.take() {
            Some(response) if response.left.is_none() => {
                let written = response.written;
                self.session.response = Some(response);
                Ok(FetchWriter { server: self, written, streams: false, aside: false })
            }
            other => {
                self.session.response = other;
                Err(Error::Misuse)
            }
        }
    }

    /// How many octets of a body are due by [`send_body`](Self::send_body); `None` if none is, or if so
    /// much waits to be transmitted that the caller must [poll](Self::poll_output) first. That is the
    /// back-pressure: with [`Output::YourTurn`](mailwire_core::Output::YourTurn) there is room again. See
    /// [`FetchWriter::stream`] for an example.
    #[must_use]
    pub fn due(&self) -> Option<u64> {
        let left = self.session.response.as_deref()?.left?;
        (self.output.len() < self.config.owed).then_some(left)
    }

    /// Sends octets of the body that was announced with [`FetchWriter::stream`]: no more than that.
    ///
    /// Large pieces are handed on without a copy. See [`continue_fetch`](Self::continue_fetch) for an
    /// example.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if none is due, or not as many.
    pub fn send_body(&mut self, octets: Bytes) -> Result<(), Error> {
        let Some(OpenResponse { left: Some(left), .. }) = self.session.response.as_deref_mut()
        else {
            return Err(Error::Misuse);
        };
        let rest = left.checked_sub(octets.len() as u64).ok_or(Error::Misuse)?;
        *left = rest;
        self.output.push(octets);
        Ok(())
    }

    /// Says that all octets of a body were sent.
    ///
    /// If they cannot be had there is no way to say so: [`abort`](Self::abort) the session. See
    /// [`continue_fetch`](Self::continue_fetch) for an example.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if none was begun, or if not all were sent.
    pub fn finish_body(&mut self) -> Result<(), Error> {
        match self.session.response.as_deref_mut() {
            Some(response) if response.left == Some(0) => {
                response.left = None;
                Ok(())
            }
            _ => Err(Error::Misuse),
        }
    }

    pub(super) fn owes_body(&self) -> bool {
        matches!(self.session.response.as_deref(), Some(OpenResponse { left: Some(_), .. }))
    }

    /// Closes the response whose body is finished, if there is one.
    pub(super) fn close_response(&mut self) {
        if let Ok(writer) = self.continue_fetch() {
            drop(writer);
        }
    }

    fn begin_fetch(
        &mut self,
        message: MessageRef,
        with_uid: bool,
        with_mod_seq: bool,
    ) -> Result<FetchWriter<'_>, Error> {
        if self.owes_body() {
            return Err(Error::Misuse);
        }
        self.begin_fetch_response(message, with_uid, with_mod_seq)
    }

    fn begin_fetch_response(
        &mut self,
        message: MessageRef,
        with_uid: bool,
        with_mod_seq: bool,
    ) -> Result<FetchWriter<'_>, Error> {
        if message.uid == 0 {
            return Err(Error::Misuse);
        }
        let enabled = self.session.enabled;
        let number = match (&self.phase, self.pending.as_deref()) {
            // The mailbox that is being opened is as the client sees it.
            (_, Some(Pending { kind: Kind::Select { opened: Some(opened), .. }, .. })) => {
                opened.knows(message.number).then_some(message.number)
            }
            (Phase::Selected(open), _) => {
                open.knows(message.number).then(|| open.held().to_client(message.number))
            }
            _ => None,
        };
        let number = number.ok_or(Error::Misuse)?;
        self.close_response();
        self.tell_vanished();
        if let Some(open) = self.open() {
            open.saw(message);
        }
        // RFC 7162 §3.2.4
        let with_uid = with_uid || (enabled.cond_store && self.offers(&["QRESYNC"]));
        let (number, name) =
            if enabled.uid_only { (message.uid, "UIDFETCH") } else { (number, "FETCH") };
        let flags_owe = message.mod_seq.filter(|_| enabled.cond_store);
        let mut written = Written {
            owes_mod_seq: message.mod_seq.filter(|_| with_mod_seq),
            flags_owe,
            uid_value: message.uid,
            ..Written::default()
        };
        self.encode(|out| out.write(format_args!("* {number} {name} (")));
        if with_uid && !enabled.uid_only {
            self.encode(|out| FetchItem::Uid(message.uid).encode(out));
            (written.any, written.uid) = (true, true);
        }
        Ok(FetchWriter { server: self, written, streams: false, aside: false })
    }
}

impl FetchWriter<'_> {
    /// `UID`
    pub fn uid(&mut self) -> &mut Self {
        let uid = self.written.uid_value;
        self.put(&FetchItem::Uid(uid))
    }

    /// `FLAGS`
    pub fn flags(&mut self, flags: &Flags) -> &mut Self {
        self.written.owes_mod_seq = self.written.owes_mod_seq.or(self.written.flags_owe);
        self.write(
            |out| {
                out.raw(b"FLAGS ");
                out.flags(flags);
            },
            Bytes::new(),
        )
    }

    /// `RFC822.SIZE`: octets of the message.
    pub fn size(&mut self, octets: u64) -> &mut Self {
        self.put(&FetchItem::Size(Some(octets)))
    }

    /// `INTERNALDATE`
    pub fn internal_date(&mut self, date: DateTime) -> &mut Self {
        self.put(&FetchItem::InternalDate(Some(date)))
    }

    /// `MODSEQ`, as [`MessageRef::mod_seq`] has it; 0 where there is none.
    pub fn mod_seq(&mut self) -> &mut Self {
        let value = self.written.owes_mod_seq.or(self.written.flags_owe).unwrap_or(0);
        self.put(&FetchItem::ModSeq(value))
    }

    /// `BODY[…]`: octets of the message, from `origin` on if only some were asked for. What is large is
    /// handed on without a copy.
    pub fn section(&mut self, section: Section, origin: Option<u64>, octets: Bytes) -> &mut Self {
        self.put(&FetchItem::Section { section, origin, data: FetchData::Octets(octets) })
    }

    /// Any item.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] for data that is [streamed](FetchData::Streamed): that is for
    /// [`stream`](Self::stream).
    pub fn add(&mut self, item: &FetchItem) -> Result<&mut Self, Error> {
        match data_of(item) {
            Some(FetchData::Streamed(_)) => Err(Error::Misuse),
            _ => Ok(self.put(item)),
        }
    }

    /// Announces data that the caller sends: [`FetchData::Streamed`] says how many octets. They are due
    /// by [`Server::send_body`] and [`Server::finish_body`], in pieces of any size.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_imap::{Command, Section, fetch::{FetchData, FetchItem}};
    /// use mailwire_imap::server::{Config, Event, MessageRef, Selected, Server};
    ///
    /// let mut config = Config::new("ready");
    /// config.preauth = true;
    /// let mut server = Server::new(config);
    /// server.handle_input("a SELECT inbox\r\nb FETCH 1 BODY[]\r\n".into());
    /// let mut file = &[b'x'; 1_000_000][..];
    /// let mut sent = 0;
    /// loop {
    ///     match server.poll_output()? {
    ///         Output::Event(Event::Command(Command::Select { .. })) => {
    ///             server.select(&Selected::new(1, 1, 104))?;
    ///             server.accept()?;
    ///         }
    ///         Output::Event(Event::Command(Command::Fetch { .. })) => {
    ///             let data = FetchData::Streamed(file.len() as u64);
    ///             let item = FetchItem::Section { section: Section::WHOLE, origin: None, data };
    ///             server.fetch(MessageRef::new(1, 101))?.stream(&item)?;
    ///         }
    ///         Output::YourTurn if file.is_empty() => {
    ///             server.finish_body()?;
    ///             server.accept()?; // one message it was
    ///         }
    ///         Output::YourTurn => while server.due().is_some_and(|left| left > 0) {
    ///             let (piece, rest) = file.split_at(file.len().min(4096));
    ///             server.send_body(piece.to_vec().into())?;
    ///             file = rest;
    ///         }
    ///         Output::Transmit(bytes) => {
    ///             assert!(bytes.len() < 20_000);
    ///             sent += bytes.len();
    ///         }
    ///         _ => break,
    ///     }
    /// }
    /// assert!(sent > 1_000_000);
    /// # Ok::<(), mailwire_imap::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] for an item whose data is not streamed.
    pub fn stream(mut self, item: &FetchItem) -> Result<(), Error> {
        let Some(FetchData::Streamed(size)) = data_of(item) else { return Err(Error::Misuse) };
        let left = Some(*size);
        self.put(item);
        self.streams = true;
        let written = self.written;
        let behind = self.server.session.response.take().map(|response| response.behind);
        let behind = behind.unwrap_or_default();
        self.server.session.response = Some(Box::new(OpenResponse { written, left, behind }));
        Ok(())
    }

    fn put(&mut self, item: &FetchItem) -> &mut Self {
        match item {
            item if !item.can_be_sent() => return self,
            FetchItem::Uid(_) if mem::replace(&mut self.written.uid, true) => return self,
            FetchItem::ModSeq(_) if mem::replace(&mut self.written.mod_seq, true) => return self,
            FetchItem::Flags(_) => {
                self.written.owes_mod_seq = self.written.owes_mod_seq.or(self.written.flags_owe);
            }
            _ => {}
        }
        // Bulk is handed on as it is.
        let bulk = match data_of(item) {
            Some(FetchData::Octets(octets)) if octets.len() >= BULK => {
                announced(item).map(|item| (item, octets.clone()))
            }
            _ => None,
        };
        match bulk {
            Some((announced, octets)) => self.write(|out| announced.encode(out), octets),
            None => self.write(|out| item.encode(out), Bytes::new()),
        }
    }

    /// One item, and the octets behind it.
    fn write(&mut self, encode: impl FnOnce(&mut Encoder), bulk: Bytes) -> &mut Self {
        let any = mem::replace(&mut self.written.any, true);
        // What waits behind the response goes on waiting.
        let held = if self.aside { None } else { self.server.session.response.take() };
        self.server.encode(|out| {
            if any {
                out.space();
            }
            encode(out);
        });
        self.server.output.push(bulk);
        if held.is_some() {
            self.server.session.response = held;
        }
        self
    }
}

/// Octets that are pushed, not copied, from here on.
const BULK: usize = 1_024;

fn data_of(item: &FetchItem) -> Option<&FetchData> {
    match item {
        FetchItem::Section { data, .. }
        | FetchItem::Binary { data, .. }
        | FetchItem::Rfc822(data)
        | FetchItem::Rfc822Header(data)
        | FetchItem::Rfc822Text(data) => Some(data),
        _ => None,
    }
}

/// The same item, its octets only announced.
fn announced(item: &FetchItem) -> Option<FetchItem> {
    let FetchData::Octets(octets) = data_of(item)? else { return None };
    let size = FetchData::Streamed(octets.len() as u64);
    Some(match item {
        FetchItem::Section { section, origin, .. } => {
            FetchItem::Section { section: section.clone(), origin: *origin, data: size }
        }
        FetchItem::Rfc822(_) => FetchItem::Rfc822(size),
        FetchItem::Rfc822Header(_) => FetchItem::Rfc822Header(size),
        FetchItem::Rfc822Text(_) => FetchItem::Rfc822Text(size),
        // Whether it is a literal8 depends on the octets.
        _ => return None,
    })
}

/// The response ends, unless a body is due.
impl Drop for FetchWriter<'_> {
    fn drop(&mut self) {
        if self.streams {
            return;
        }
        if let Some(value) = self.written.owes_mod_seq {
            self.put(&FetchItem::ModSeq(value));
        }
        let behind = if self.aside { None } else { self.server.session.response.take() };
        let behind = behind.map(|response| response.behind);
        self.server.encode(|out| {
            out.raw(b")");
            out.line_end();
        });
        if let Some(behind) = behind.filter(|behind| !behind.is_empty()) {
            self.server.output.push(BytesMut::freeze(behind));
        }
    }
}
