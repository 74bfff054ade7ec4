//! A session and the layers between it and the wire: still no I/O.
//!
//! ```text
//! driver ── octets of the wire ── TLS ── DEFLATE ── session
//! ```
use std::{mem, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use mailwire_core::Upgrade;
use mailwire_sasl::ChannelBinding;
use rustls::ServerConfig;

use super::{
    deflate::Deflate,
    mail::Watch,
    session::{Failure, Session, Step},
    tls::Tls,
};

/// What a driver has to do, and all that it has to know.
#[derive(Debug)]
pub enum Action {
    /// Write all of these octets.
    Write(Bytes),
    /// Read, and hand in what came, or the end of the stream, or that this time is over, or that
    /// [`Connection::watch`] fired.
    Wait(Duration),
    /// Close the connection.
    Close,
}

/// One connection, from the octets of the wire to the store.
pub struct Connection {
    session: Box<dyn Session>,
    config: Arc<ServerConfig>,
    tls: Option<Box<Tls>>,
    deflate: Option<Box<Deflate>>,
    /// What came and is not yet handed to the session: it takes nothing while it has something to do.
    input: BytesMut,
    eof: bool,
    /// Whether the session knows.
    told: bool,
    /// Whether the handshake is awaited; the session waits for it.
    handshake: bool,
    /// Whether the client was too slow with it.
    too_slow: bool,
}

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(60);

impl Connection {
    /// A connection that begins without TLS, or with a handshake.
    #[must_use]
    pub fn new(session: Box<dyn Session>, config: Arc<ServerConfig>, implicit_tls: bool) -> Self {
        Self {
            session,
            config,
            tls: None,
            deflate: None,
            input: BytesMut::new(),
            eof: false,
            told: false,
            handshake: implicit_tls,
            too_slow: false,
        }
    }

    /// Takes octets from the wire.
    pub fn handle_input(&mut self, input: &[u8]) {
        self.input.extend_from_slice(input);
    }

    /// Takes note that the client sends no more.
    pub fn handle_eof(&mut self) {
        self.eof = true;
    }

    /// Takes note that nothing came for as long as [`Action::Wait`] said.
    pub fn handle_timeout(&mut self) {
        if self.handshake {
            self.too_slow = true;
        } else {
            self.session.handle_timeout();
        }
    }

    /// What else to wait for beside input.
    #[must_use]
    pub fn watch(&self) -> Option<Arc<Watch>> {
        self.session.watch()
    }

    /// Takes note that it happened.
    pub fn wake(&mut self) {
        self.session.wake();
    }

    /// Says what to do next. May read and write the store.
    pub fn poll(&mut self) -> Result<Action, Failure> {
        loop {
            if self.handshake {
                match self.shake_hands()? {
                    Some(action) => return Ok(action),
                    None => continue,
                }
            }
            match self.session.poll()? {
                Step::Transmit(octets) => {
                    let wire = self.wrap(octets)?;
                    if !wire.is_empty() {
                        return Ok(Action::Write(wire));
                    }
                }
                Step::NeedInput => {
                    if let Some(action) = self.feed()? {
                        return Ok(action);
                    }
                }
                Step::Upgrade(Upgrade::Tls) if self.tls.is_none() => self.handshake = true,
                Step::Upgrade(Upgrade::Deflate) if self.deflate.is_none() => {
                    self.deflate = Some(Box::default());
                    self.session.upgraded(&self.binding())?;
                }
                Step::Upgrade(layer) => return Err(format!("{layer:?} is there already").into()),
                Step::Closed => {
                    let goodbye = self.tls.as_mut().map(|tls| tls.close()).unwrap_or_default();
                    return Ok(if goodbye.is_empty() {
                        Action::Close
                    } else {
                        Action::Write(goodbye)
                    });
                }
            }
        }
    }

    /// Goes on with the handshake; `None` when it is done.
    fn shake_hands(&mut self) -> Result<Option<Action>, Failure> {
        if self.tls.is_none() {
            self.tls = Some(Box::new(Tls::new(Arc::clone(&self.config))?));
        }
        let Some(tls) = &mut self.tls else { return Ok(Some(Action::Close)) };
        let outcome = tls.receive(&mut self.input);
        let output = tls.output()?;
        if !output.is_empty() {
            // An alert has to be said before the failure is.
            return Ok(Some(Action::Write(output)));
        }
        outcome?;
        if !tls.is_handshaking() {
            self.handshake = false;
            self.session.upgraded(&self.binding())?;
            return Ok(None);
        }
        match (self.eof, self.too_slow) {
            (true, _) => Err("the connection was lost before TLS was there".into()),
            (_, true) => Err("TLS takes too long".into()),
            _ => Ok(Some(Action::Wait(HANDSHAKE))),
        }
    }

    /// Hands the session the next of what came; if there is nothing, says what to do to get some.
    fn feed(&mut self) -> Result<Option<Action>, Failure> {
        let input = self.unwrap();
        // An alert has to be said before the failure is.
        if let (Err(_) | Ok(None), Some(tls)) = (&input, &mut self.tls) {
            let output = tls.output()?;
            if !output.is_empty() {
                return Ok(Some(Action::Write(output)));
            }
            self.eof |= tls.is_closed();
        }
        if let Some(input) = input? {
            self.session.handle_input(input);
        } else if !self.eof {
            return Ok(Some(Action::Wait(self.session.timeout())));
        } else if self.told {
            return Ok(Some(Action::Close));
        } else {
            self.told = true;
            self.session.handle_eof();
        }
        Ok(None)
    }

    /// The next of what came, less the layers; `None` if that takes more input.
    fn unwrap(&mut self) -> Result<Option<Bytes>, Failure> {
        if let Some(deflate) = &mut self.deflate
            && let Some(octets) = deflate.next()?
        {
            return Ok(Some(octets));
        }
        loop {
            let octets = match &mut self.tls {
                None if self.input.is_empty() => return Ok(None),
                // Not split: an idle connection holds no buffer.
                None => mem::take(&mut self.input).freeze(),
                Some(tls) => {
                    tls.receive(&mut self.input)?;
                    match tls.take() {
                        Some(octets) => octets,
                        None => return Ok(None),
                    }
                }
            };
            let Some(deflate) = &mut self.deflate else { return Ok(Some(octets)) };
            deflate.push(octets);
            if let Some(octets) = deflate.next()? {
                return Ok(Some(octets));
            }
        }
    }

    /// Puts the layers around what the session sends.
    fn wrap(&mut self, octets: Bytes) -> Result<Bytes, Failure> {
        let octets = match &mut self.deflate {
            Some(deflate) => deflate.compress(&octets)?,
            None => octets,
        };
        match &mut self.tls {
            Some(tls) => Ok(tls.send(&octets)?),
            None => Ok(octets),
        }
    }

    fn binding(&self) -> ChannelBinding {
        self.tls.as_ref().map_or(ChannelBinding::None, |tls| tls.binding())
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("tls", &self.tls.is_some())
            .field("deflate", &self.deflate.is_some())
            .field("handshake", &self.handshake)
            .finish_non_exhaustive()
    }
}
