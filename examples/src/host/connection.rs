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
    /// Close the connection; something went wrong if it says why.
    Close(Option<Failure>),
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
    pub fn poll(&mut self) -> Action {
        self.step().unwrap_or_else(|failure| Action::Close(Some(failure)))
    }

    fn step(&mut self) -> Result<Action, Failure> {
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
                Step::Upgrade(Upgrade::EndDeflate) => {
                    self.deflate = None;
                    self.session.upgraded(&self.binding())?;
                }
                Step::Upgrade(layer) => return Err(format!("{layer:?} is there already").into()),
                Step::Closed => {
                    let goodbye = self.tls.as_mut().map(|tls| tls.close()).unwrap_or_default();
                    return Ok(if goodbye.is_empty() {
                        Action::Close(None)
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
        let Some(tls) = &mut self.tls else { return Ok(Some(Action::Close(None))) };
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
            return Ok(Some(Action::Close(None)));
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

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use rustls::{ClientConnection, pki_types::ServerName};

    use super::*;
    use crate::{
        host::{certificate, options::HostOptions},
        tls,
    };
    use clap::Parser;

    /// Says what it hears, in lines; `TLS` and `DEFLATE` ask for a layer, `BYE` for the end.
    #[derive(Default)]
    struct Echo {
        input: BytesMut,
        output: BytesMut,
        upgrade: Option<Upgrade>,
        bye: bool,
        slow: bool,
    }

    impl Session for Echo {
        fn handle_input(&mut self, input: Bytes) {
            self.input.extend_from_slice(&input);
        }

        fn handle_eof(&mut self) {
            self.output.extend_from_slice(b"eof\n");
            self.bye = true;
        }

        fn poll(&mut self) -> Result<Step, Failure> {
            while self.upgrade.is_none()
                && let Some(end) = self.input.iter().position(|octet| *octet == b'\n')
            {
                let line = self.input.split_to(end + 1);
                match &line[..] {
                    b"TLS\n" => self.upgrade = Some(Upgrade::Tls),
                    b"DEFLATE\n" => self.upgrade = Some(Upgrade::Deflate),
                    b"BYE\n" => self.bye = true,
                    _ => {}
                }
                self.output.extend_from_slice(&line);
            }
            if !self.output.is_empty() {
                return Ok(Step::Transmit(self.output.split().freeze()));
            }
            match self.upgrade {
                Some(_) if !self.input.is_empty() => Err("early".into()),
                Some(layer) => Ok(Step::Upgrade(layer)),
                None if self.bye => Ok(Step::Closed),
                None => Ok(Step::NeedInput),
            }
        }

        fn upgraded(&mut self, binding: &ChannelBinding) -> Result<(), Failure> {
            let bound = *binding != ChannelBinding::None;
            let layer = self.upgrade.take();
            self.output.extend_from_slice(format!("{layer:?} {bound}\n").as_bytes());
            Ok(())
        }

        fn timeout(&mut self) -> Duration {
            Duration::from_secs(1)
        }

        fn handle_timeout(&mut self) {
            self.slow = true;
            self.bye = true;
        }
    }

    fn connection(implicit_tls: bool) -> Connection {
        let config = certificate::server(&HostOptions::parse_from(["mailhost"])).unwrap();
        Connection::new(Box::new(Echo::default()), config, implicit_tls)
    }

    fn client() -> ClientConnection {
        let name = ServerName::try_from("localhost").unwrap();
        let mut client = ClientConnection::new(tls::insecure().unwrap(), name).unwrap();
        client.set_buffer_limit(None);
        client
    }

    /// All that the connection wants written, and whether it is over.
    fn written(connection: &mut Connection) -> (Vec<u8>, Option<Result<(), String>>) {
        let mut wire = Vec::new();
        loop {
            match connection.poll() {
                Action::Write(octets) => wire.extend_from_slice(&octets),
                Action::Wait(_) => return (wire, None),
                Action::Close(None) => return (wire, Some(Ok(()))),
                Action::Close(Some(why)) => return (wire, Some(Err(why.to_string()))),
            }
        }
    }

    /// Carries octets to and fro until both ends wait, so many at once; what the client reads.
    fn exchange(
        connection: &mut Connection,
        client: &mut ClientConnection,
        step: usize,
    ) -> Vec<u8> {
        let mut plain = Vec::new();
        loop {
            let mut out = Vec::new();
            while client.wants_write() {
                client.write_tls(&mut out).unwrap();
            }
            let mut back = Vec::new();
            for octets in out.chunks(step) {
                connection.handle_input(octets);
                back.extend(written(connection).0);
            }
            back.extend(written(connection).0);
            if out.is_empty() && back.is_empty() {
                return plain;
            }
            let mut rest = &back[..];
            while !rest.is_empty() {
                client.read_tls(&mut rest).unwrap();
                client.process_new_packets().unwrap();
                let _ = client.reader().read_to_end(&mut plain);
            }
        }
    }

    #[test]
    fn layers_do_not_care_how_octets_are_cut() {
        for step in [1, 7, 100_000] {
            let mut connection = connection(false);
            connection.handle_input(b"hello\nTLS\n");
            assert_eq!(written(&mut connection), (b"hello\nTLS\n".to_vec(), None));
            let mut client = client();
            assert_eq!(exchange(&mut connection, &mut client, step), b"Some(Tls) true\n");
            let long = [&[b'x'; 100_000][..], b"\n"].concat();
            client.writer().write_all(&long).unwrap();
            assert!(exchange(&mut connection, &mut client, step) == long);
            client.writer().write_all(b"DEFLATE\n").unwrap();
            let said = exchange(&mut connection, &mut client, step);
            let (line, mut packed) = said.split_at(8);
            assert_eq!(line, b"DEFLATE\n");
            let mut deflate = Deflate::default();
            let mut heard = Vec::new();
            for text in [&long[..], b"BYE\n"] {
                client.writer().write_all(&deflate.compress(text).unwrap()).unwrap();
                let more = exchange(&mut connection, &mut client, step);
                for octets in [packed, &more] {
                    if !octets.is_empty() {
                        deflate.push(Bytes::copy_from_slice(octets));
                        while let Some(octets) = deflate.next().unwrap() {
                            heard.extend_from_slice(&octets);
                        }
                    }
                }
                packed = b"";
            }
            assert!(heard == [&b"Some(Deflate) true\n"[..], &long, b"BYE\n"].concat());
            assert_eq!(written(&mut connection).1, Some(Ok(())));
            assert!(client.process_new_packets().unwrap().peer_has_closed());
        }
    }

    #[test]
    fn what_comes_before_the_layer_is_the_sessions() {
        let mut connection = connection(false);
        connection.handle_input(b"TLS\nMAIL FROM:<>\n");
        assert_eq!(written(&mut connection), (b"TLS\n".to_vec(), Some(Err("early".into()))));
    }

    #[test]
    fn handshakes_can_fail() {
        // No TLS at all: an alert, and why.
        let mut garbled = connection(true);
        garbled.handle_input(b"EHLO client.example\r\n");
        let (alert, end) = written(&mut garbled);
        assert_eq!(alert[0], 21, "an alert");
        assert!(matches!(end, Some(Err(_))));
        let mut lost = connection(true);
        assert_eq!(written(&mut lost), (Vec::new(), None));
        lost.handle_eof();
        assert!(written(&mut lost).1.unwrap().unwrap_err().contains("lost"));
        let mut slow = connection(true);
        assert!(matches!(slow.poll(), Action::Wait(HANDSHAKE)));
        slow.handle_timeout();
        assert!(written(&mut slow).1.unwrap().unwrap_err().contains("too long"));
    }

    #[test]
    fn the_end_of_the_stream_is_told_once() {
        let mut plain = connection(false);
        plain.handle_input(b"half a li");
        plain.handle_eof();
        assert_eq!(written(&mut plain), (b"eof\n".to_vec(), Some(Ok(()))));
        // Under TLS it is an alert of the client.
        let mut connection = connection(true);
        let mut client = client();
        assert_eq!(exchange(&mut connection, &mut client, 100), b"None true\n");
        client.send_close_notify();
        assert_eq!(exchange(&mut connection, &mut client, 100), b"eof\n");
        assert_eq!(written(&mut connection).1, Some(Ok(())));
    }

    #[test]
    fn damaged_records_end_the_connection_with_an_alert() {
        let mut connection = connection(true);
        let mut client = client();
        exchange(&mut connection, &mut client, 100);
        connection.handle_input(&[
            23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
        ]);
        let (alert, end) = written(&mut connection);
        assert!(!alert.is_empty());
        assert!(matches!(end, Some(Err(_))));
    }
}
