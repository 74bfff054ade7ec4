//! Moving octets between sockets and connections: one file for each runtime, and nothing of any protocol.
use std::{
    convert::Infallible,
    fmt,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use super::{connection::Connection, options::Runtime, service::Service, session::Failure};

mod smol;
mod threads;
mod tokio;
#[cfg(target_os = "linux")]
mod uring;

/// How long a write may take.
const PATIENCE: Duration = Duration::from_secs(5 * 60);
/// How long the client may take to close too. Closed with input unread, a socket loses what was written last.
const LINGER: Duration = Duration::from_secs(1);
/// How long to wait when there are no file descriptors left, for example: sessions that end will help.
const PAUSE: Duration = Duration::from_millis(50);

/// What there is to be driven: all that a driver knows of the host.
pub trait Serve: Clone + Send + Sync + 'static {
    /// Begins a connection.
    fn connection(&self, service: Service, local: SocketAddr, peer: SocketAddr) -> Connection;

    /// Whether a connection may take as long as a disk takes when it is polled.
    fn blocks(&self) -> bool;

    /// Says how something went wrong.
    fn log(&self, words: fmt::Arguments<'_>);
}

/// Serves for ever, once it has called `ready`.
pub fn run(
    runtime: Runtime,
    host: impl Serve,
    listeners: Vec<(Service, TcpListener)>,
    ready: impl FnOnce(),
) -> Result<Infallible, Failure> {
    match runtime {
        Runtime::Threads => threads::run(&host, listeners, ready),
        Runtime::Tokio => tokio::run(host, listeners, ready),
        Runtime::Smol => smol::run(host, listeners, ready),
        #[cfg(target_os = "linux")]
        Runtime::Uring => uring::run(&host, &listeners, ready),
        #[cfg(not(target_os = "linux"))]
        Runtime::Uring => Err("io_uring is there on Linux only".into()),
    }
}
