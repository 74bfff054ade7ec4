//! A blocking socket, with or without TLS.
use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, TcpStream, ToSocketAddrs},
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use mailwire_sasl::ChannelBinding;
use rustls::Connection;

use crate::{deflate::Deflate, tls};

/// A connection that can go from plain to TLS.
#[derive(Debug)]
pub struct Stream {
    socket: TcpStream,
    /// How long a write or the handshake may take.
    patience: Duration,
    tls: Option<Box<Connection>>,
    /// Above TLS.
    deflate: Option<Box<Deflate>>,
    /// Zeroed memory to read into. What was read is split off and handed over as it is.
    buffer: BytesMut,
}

/// The socket, for as long as an operation may take: not every read or write of it, but all of them.
pub(crate) struct Until<'a> {
    socket: &'a TcpStream,
    deadline: Instant,
}

/// Tries all addresses of the server.
pub fn connect(server: &str, patience: Duration) -> io::Result<TcpStream> {
    let mut failure = io::Error::new(ErrorKind::NotFound, "the name has no address");
    for address in server.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, patience) {
            Ok(socket) => return Ok(socket),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

impl Stream {
    /// Takes a connected socket. A write, or the handshake, may take as long as `patience`.
    pub fn new(socket: TcpStream, patience: Duration) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        Ok(Self { socket, patience, tls: None, deflate: None, buffer: BytesMut::new() })
    }

    /// Runs the handshake, either end's. `TimedOut` if it takes too long.
    pub fn handshake(&mut self, tls: impl Into<Connection>) -> io::Result<()> {
        let tls = self.tls.insert(Box::new(tls.into()));
        tls.complete_io(&mut Until::new(&self.socket, self.patience)).map(drop)
    }

    /// Compresses both directions from here on.
    pub fn compress(&mut self) {
        self.deflate = Some(Box::default());
    }

    /// What SCRAM can be bound to.
    #[must_use]
    pub fn binding(&self) -> ChannelBinding {
        match self.tls.as_deref() {
            Some(Connection::Client(tls)) => tls::binding(tls),
            Some(Connection::Server(tls)) => tls::binding(tls),
            None => ChannelBinding::None,
        }
    }

    /// Waits for input, which is empty at the end of the stream. `TimedOut` if it takes too long.
    pub fn receive(&mut self, timeout: Duration) -> io::Result<Bytes> {
        const ROOM: usize = 64 * 1024;
        if self.buffer.len() < ROOM / 8 {
            self.buffer = BytesMut::zeroed(ROOM);
        }
        let deadline = Instant::now() + timeout;
        loop {
            if let Some(deflate) = &mut self.deflate {
                let count = deflate.unpack(&mut self.buffer)?;
                if count > 0 {
                    return Ok(self.buffer.split_to(count).freeze());
                }
            }
            let count = self.read(deadline)?;
            match &mut self.deflate {
                Some(deflate) if count > 0 => {
                    deflate.take(Bytes::copy_from_slice(&self.buffer[..count]));
                }
                _ => return Ok(self.buffer.split_to(count).freeze()),
            }
        }
    }

    fn read(&mut self, deadline: Instant) -> io::Result<usize> {
        let mut socket = Until { socket: &self.socket, deadline };
        let Some(tls) = &mut self.tls else { return socket.read(&mut self.buffer) };
        while tls.wants_read() {
            if tls.complete_io(&mut socket)?.0 == 0 {
                break;
            }
        }
        match tls.reader().read(&mut self.buffer) {
            // Closed without a word: SMTP knows by itself what is complete.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(0),
            result => result,
        }
    }

    /// Writes all of it. `TimedOut` if it takes too long.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.deflate.as_mut().map(|deflate| deflate.pack(bytes)) {
            Some(packed) => self.write(&packed),
            None => self.write(bytes),
        }
    }

    fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        let mut socket = Until::new(&self.socket, self.patience);
        let Some(tls) = &mut self.tls else { return socket.write_all(bytes) };
        while !bytes.is_empty() {
            let taken = tls.writer().write(bytes)?;
            bytes = &bytes[taken..];
            while tls.wants_write() {
                tls.write_tls(&mut socket)?;
            }
        }
        Ok(())
    }

    /// Closes the connection, and waits a moment for the peer to do the same: closed with input
    /// unread, a socket loses what was written last.
    pub fn close(mut self) -> io::Result<()> {
        let mut socket = Until::new(&self.socket, Duration::from_secs(1));
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
            tls.write_tls(&mut socket)?;
        }
        self.socket.shutdown(Shutdown::Write)?;
        let mut unread = [0; 4096];
        while socket.read(&mut unread)? > 0 {}
        Ok(())
    }
}

impl<'a> Until<'a> {
    pub(crate) fn new(socket: &'a TcpStream, patience: Duration) -> Self {
        Self { socket, deadline: Instant::now() + patience }
    }

    /// Runs a system call for as long as is left.
    fn run(
        &mut self,
        limit: impl Fn(&TcpStream, Option<Duration>) -> io::Result<()>,
        mut call: impl FnMut(&TcpStream) -> io::Result<usize>,
    ) -> io::Result<usize> {
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            limit(self.socket, Some(left))?;
            match call(self.socket) {
                // The former is how some systems say the latter.
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    return Err(ErrorKind::TimedOut.into());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }
}

impl Read for Until<'_> {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        self.run(TcpStream::set_read_timeout, |mut socket| socket.read(octets))
    }
}

impl Write for Until<'_> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.run(TcpStream::set_write_timeout, |mut socket| socket.write(octets))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
