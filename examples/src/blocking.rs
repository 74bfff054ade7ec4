//! A blocking socket, with or without TLS.
use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use mailwire_sasl::ChannelBinding;
use rustls::{Connection, ProtocolVersion};

/// A connection that can go from plain to TLS.
#[derive(Debug)]
pub struct Stream {
    socket: TcpStream,
    tls: Option<Box<Connection>>,
    /// Zeroed memory to read into. What was read is split off and handed over as it is.
    buffer: BytesMut,
}

impl Stream {
    /// Takes a connected socket.
    pub fn new(socket: TcpStream) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        socket.set_write_timeout(Some(Duration::from_secs(5 * 60)))?;
        Ok(Self { socket, tls: None, buffer: BytesMut::new() })
    }

    /// Runs the handshake, either end's.
    pub fn handshake(&mut self, tls: impl Into<Connection>) -> io::Result<()> {
        let tls = self.tls.insert(Box::new(tls.into()));
        tls.complete_io(&mut self.socket).map(drop)
    }

    /// What SCRAM can be bound to: the keys of TLS 1.3 (RFC 9266).
    #[must_use]
    pub fn binding(&self) -> ChannelBinding {
        match self.tls.as_deref() {
            Some(tls) if tls.protocol_version() == Some(ProtocolVersion::TLSv1_3) => tls
                .export_keying_material(vec![0; 32], b"EXPORTER-Channel-Binding", None)
                .map_or(ChannelBinding::None, ChannelBinding::TlsExporter),
            _ => ChannelBinding::None,
        }
    }

    /// Waits for input, which is empty at the end of the stream. `TimedOut` if it takes too long.
    pub fn receive(&mut self, timeout: Duration) -> io::Result<Bytes> {
        const ROOM: usize = 64 * 1024;
        self.socket.set_read_timeout(Some(timeout))?;
        if self.buffer.len() < ROOM / 8 {
            self.buffer = BytesMut::zeroed(ROOM);
        }
        loop {
            match self.read() {
                Ok(count) => return Ok(self.buffer.split_to(count).freeze()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    return Err(ErrorKind::TimedOut.into());
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn read(&mut self) -> io::Result<usize> {
        let Some(tls) = &mut self.tls else { return self.socket.read(&mut self.buffer) };
        while tls.wants_read() {
            if tls.complete_io(&mut self.socket)?.0 == 0 {
                break;
            }
        }
        match tls.reader().read(&mut self.buffer) {
            // Closed without a word: SMTP knows by itself what is complete.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(0),
            result => result,
        }
    }

    /// Writes all of it.
    pub fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        let Some(tls) = &mut self.tls else { return self.socket.write_all(bytes) };
        while !bytes.is_empty() {
            let taken = tls.writer().write(bytes)?;
            bytes = &bytes[taken..];
            while tls.wants_write() {
                tls.write_tls(&mut self.socket)?;
            }
        }
        Ok(())
    }

    /// Closes the connection, and waits a moment for the peer to do the same: closed with input
    /// unread, a socket loses what was written last.
    pub fn close(mut self) -> io::Result<()> {
        const PATIENCE: Duration = Duration::from_secs(1);
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
            tls.write_tls(&mut self.socket)?;
        }
        self.socket.shutdown(Shutdown::Write)?;
        self.socket.set_read_timeout(Some(PATIENCE))?;
        let start = Instant::now();
        let mut unread = [0; 4096];
        while start.elapsed() < PATIENCE && self.socket.read(&mut unread)? > 0 {}
        Ok(())
    }
}
