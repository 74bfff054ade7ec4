//! A thread for each connection, which blocks.
use std::{
    convert::Infallible,
    io::{self, ErrorKind, Read},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread,
    time::{Duration, Instant},
};

use super::{LINGER, PATIENCE, PAUSE, Serve};
use crate::{
    blocking::Until,
    host::{connection::Action, mail::Watch, service::Service, session::Failure},
};

/// What a connection waited for.
enum Event {
    Read(usize),
    Changed,
}

pub(super) fn run(
    host: &impl Serve,
    listeners: Vec<(Service, TcpListener)>,
    ready: impl FnOnce(),
) -> Result<Infallible, Failure> {
    for (service, listener) in listeners {
        let host = host.clone();
        thread::Builder::new().spawn(move || accept(&host, service, &listener))?;
    }
    ready();
    loop {
        thread::park();
    }
}

fn accept(host: &impl Serve, service: Service, listener: &TcpListener) {
    loop {
        let accepted = listener.accept().and_then(|(socket, peer)| {
            let host = host.clone();
            thread::Builder::new().spawn(move || {
                if let Err(error) = serve(&host, service, socket, peer) {
                    host.log(format_args!("{service} {peer}: {error}"));
                }
            })
        });
        if let Err(error) = accepted {
            host.log(format_args!("{service}: cannot accept: {error}"));
            thread::sleep(PAUSE);
        }
    }
}

fn serve(
    host: &impl Serve,
    service: Service,
    mut socket: TcpStream,
    peer: SocketAddr,
) -> Result<(), Failure> {
    socket.set_nodelay(true)?;
    let mut connection = host.connection(service, socket.local_addr()?, peer);
    let mut buffer = vec![0; 32 * 1024];
    loop {
        match connection.poll() {
            Action::Write(octets) => {
                io::Write::write_all(&mut Until::new(&socket, PATIENCE), &octets)?;
            }
            Action::Wait(patience) => {
                match wait(&socket, connection.watch(), patience, &mut buffer) {
                    Ok(Event::Read(0)) => connection.handle_eof(),
                    Ok(Event::Read(count)) => connection.handle_input(&buffer[..count]),
                    Ok(Event::Changed) => connection.wake(),
                    Err(error) if error.kind() == ErrorKind::TimedOut => {
                        connection.handle_timeout();
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            Action::Close(why) => {
                drop(connection); // and with it what is locked, and a message that is not whole
                let _ = close(&mut socket); // as the client likes
                return why.map_or(Ok(()), Err);
            }
        }
    }
}

/// Reads, unless what is watched changes first.
fn wait(
    socket: &TcpStream,
    watch: Option<Arc<Watch>>,
    patience: Duration,
    buffer: &mut [u8],
) -> io::Result<Event> {
    let start = Instant::now();
    if let Some(watch) = watch
        && is_changed(socket, &watch, patience)?
    {
        return Ok(Event::Changed);
    }
    let left = patience.saturating_sub(start.elapsed());
    // There may be input at the very end.
    let mut socket = Until::new(socket, left.max(Duration::from_millis(1)));
    socket.read(buffer).map(Event::Read)
}

fn close(socket: &mut TcpStream) -> io::Result<()> {
    socket.shutdown(Shutdown::Write)?;
    let mut unread = [0; 1024];
    let mut socket = Until::new(socket, LINGER);
    while socket.read(&mut unread)? > 0 {}
    Ok(())
}

/// Waits for input, a change, or that the time is over, and says whether it was a change. A thread that reads
/// can be woken by nothing else, so it waits for a pipe beside the socket.
#[cfg(unix)]
fn is_changed(socket: &TcpStream, watch: &Watch, patience: Duration) -> io::Result<bool> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    let (reader, writer) = io::pipe()?;
    let waker = Waker::from(Arc::new(Signal(writer)));
    if watch.poll(&mut Context::from_waker(&waker)) == Poll::Ready(()) {
        return Ok(true);
    }
    let mut either = [PollFd::new(socket, PollFlags::IN), PollFd::new(&reader, PollFlags::IN)];
    let patience = Timespec::try_from(patience).ok();
    match poll(&mut either, patience.as_ref()) {
        Ok(_) => {}
        Err(rustix::io::Errno::INTR) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(watch.poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(()))
}

/// Elsewhere it looks now and then.
#[cfg(not(unix))]
fn is_changed(socket: &TcpStream, watch: &Watch, patience: Duration) -> io::Result<bool> {
    let mut left = patience;
    loop {
        if watch.poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(()) {
            return Ok(true);
        }
        let step = left.min(Duration::from_millis(100));
        socket.set_read_timeout(Some(step.max(Duration::from_millis(1))))?;
        match socket.peek(&mut [0]) {
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            _ => return Ok(false),
        }
        left -= step;
        if left.is_zero() {
            return Ok(false);
        }
    }
}

#[cfg(unix)]
struct Signal(io::PipeWriter);

#[cfg(unix)]
impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        // Fails if nobody waits any more.
        let _ = io::Write::write(&mut &self.0, &[0]);
    }
}
