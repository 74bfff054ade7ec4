//! TLS between octets and octets: rustls does no I/O either.
use std::{
    io::{self, Read, Write},
    sync::Arc,
};

use bytes::{Buf, Bytes, BytesMut};
use mailwire_sasl::ChannelBinding;
use rustls::{ServerConfig, ServerConnection};

use super::session::Failure;

/// The server's end of TLS.
#[derive(Debug)]
pub struct Tls {
    connection: ServerConnection,
    /// Whether the client has said that it sends no more.
    closed: bool,
    /// Whether the host has.
    closing: bool,
    /// Why the client cannot be understood; its alert goes out first.
    broken: Option<rustls::Error>,
}

/// How much plaintext is taken at once.
const BLOCK: usize = 16 * 1024;

impl Tls {
    /// Waits for a client's hello.
    pub fn new(config: Arc<ServerConfig>) -> Result<Self, Failure> {
        let mut connection = ServerConnection::new(config)?;
        // What is written is taken out at once, whatever its length.
        connection.set_buffer_limit(None);
        Ok(Self { connection, closed: false, closing: false, broken: None })
    }

    /// Takes as much of the wire's octets as there is room for.
    ///
    /// # Errors
    ///
    /// What is wrong with them; there may be an alert in the [`output`](Self::output) then.
    pub fn receive(&mut self, wire: &mut BytesMut) -> Result<(), Failure> {
        while self.broken.is_none() && !wire.is_empty() && self.connection.wants_read() {
            let mut rest = &wire[..];
            let taken = self.connection.read_tls(&mut rest)?;
            wire.advance(taken);
            match self.connection.process_new_packets() {
                Ok(state) => self.closed |= state.peer_has_closed(),
                Err(error) => self.broken = Some(error),
            }
            if taken == 0 || self.closed {
                break;
            }
        }
        match &self.broken {
            Some(error) => Err(error.clone().into()),
            None => Ok(()),
        }
    }

    /// The next plaintext.
    pub fn take(&mut self) -> Option<Bytes> {
        let mut plain = BytesMut::zeroed(BLOCK);
        // `WouldBlock` is that there is none.
        let count = self.connection.reader().read(&mut plain).unwrap_or(0);
        plain.truncate(count);
        (count > 0).then(|| plain.freeze())
    }

    /// Encrypts.
    pub fn send(&mut self, plain: &[u8]) -> io::Result<Bytes> {
        self.connection.writer().write_all(plain)?;
        self.output()
    }

    /// What is to be written to the wire.
    pub fn output(&mut self) -> io::Result<Bytes> {
        let mut wire = Vec::new();
        while self.connection.wants_write() {
            self.connection.write_tls(&mut wire)?;
        }
        Ok(wire.into())
    }

    /// Says goodbye, once: what is to be written for it.
    pub fn close(&mut self) -> Bytes {
        if self.closing {
            return Bytes::new();
        }
        self.closing = true;
        self.connection.send_close_notify();
        self.output().unwrap_or_default()
    }

    /// Whether the client has said goodbye and everything before that is taken.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether the handshake goes on.
    #[must_use]
    pub fn is_handshaking(&self) -> bool {
        self.connection.is_handshaking()
    }

    /// What SCRAM can be bound to.
    #[must_use]
    pub fn binding(&self) -> ChannelBinding {
        crate::tls::binding(&self.connection)
    }
}
