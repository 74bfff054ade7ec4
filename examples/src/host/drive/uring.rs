//! `io_uring`, by compio: a ring and a thread for each processor, which all accept from the same sockets.
use std::{
    convert::Infallible,
    future::{Future, pending, poll_fn},
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
    thread,
    time::Duration,
};

use compio::{
    buf::BufResult,
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::{Runtime, spawn, spawn_blocking},
    time::{sleep, timeout},
};

use super::{LINGER, PATIENCE, PAUSE, Serve};
use crate::host::{connection::Action, mail::Watch, service::Service, session::Failure};

/// What a connection waits for.
enum Event {
    Read(io::Result<usize>, Vec<u8>),
    Changed,
    Timeout,
}

type Reading<'a> = Pin<Box<dyn Future<Output = (io::Result<usize>, Vec<u8>)> + 'a>>;

/// How much is read at once. The memory is the ring's for as long as the connection is idle.
const BLOCK: usize = 8 * 1024;

/// How many connections one ring can wake on another at once. While there is no room it does nothing else, so
/// that two rings could wait for each other.
const WAKES: usize = 64 * 1024;

pub(super) fn run(
    host: &impl Serve,
    listeners: &[(Service, std::net::TcpListener)],
    ready: impl FnOnce(),
) -> Result<Infallible, Failure> {
    let runtime = ring().map_err(|error| {
        format!("the kernel refuses io_uring: {error}; another --runtime will do")
    })?;
    for _ in 1..thread::available_parallelism()?.get() {
        let (host, listeners) = (host.clone(), copies(listeners)?);
        thread::Builder::new().spawn(move || {
            let Err(error) = ring()
                .map_err(Into::into)
                .and_then(|runtime| runtime.block_on(listen(&host, listeners)));
            eprintln!("mailhost: one ring less: {error}");
        })?;
    }
    ready();
    runtime.block_on(listen(host, copies(listeners)?))
}

fn ring() -> io::Result<Runtime> {
    Runtime::builder().sync_queue_size(WAKES).build()
}

fn copies(
    listeners: &[(Service, std::net::TcpListener)],
) -> io::Result<Vec<(Service, std::net::TcpListener)>> {
    listeners.iter().map(|(service, listener)| Ok((*service, listener.try_clone()?))).collect()
}

async fn listen(
    host: &impl Serve,
    listeners: Vec<(Service, std::net::TcpListener)>,
) -> Result<Infallible, Failure> {
    for (service, listener) in listeners {
        let listener = TcpListener::from_std(listener)?;
        spawn(accept(host.clone(), service, listener)).detach();
    }
    pending().await
}

async fn accept(host: impl Serve, service: Service, listener: TcpListener) {
    loop {
        let (socket, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                host.log(format_args!("{service}: cannot accept: {error}"));
                sleep(PAUSE).await;
                continue;
            }
        };
        let host = host.clone();
        let session = async move {
            if let Err(error) = serve(&host, service, socket, peer).await {
                host.log(format_args!("{service} {peer}: {error}"));
            }
        };
        spawn(session).detach();
    }
}

async fn serve(
    host: &impl Serve,
    service: Service,
    socket: TcpStream,
    peer: SocketAddr,
) -> Result<(), Failure> {
    socket.set_nodelay(true)?;
    let mut connection = host.connection(service, socket.local_addr()?, peer);
    // What the ring reads must not be lost when something else comes first: it goes on.
    let mut reading: Option<Reading<'_>> = None;
    loop {
        let action = if host.blocks() {
            let polled = spawn_blocking(move || {
                let action = connection.poll();
                (connection, action)
            });
            let action;
            (connection, action) = polled.await.map_err(|_| "the session panicked")?;
            action
        } else {
            connection.poll()
        };
        match action {
            Action::Write(octets) => timeout(PATIENCE, (&socket).write_all(octets)).await?.0?,
            Action::Wait(patience) => {
                let mut read = reading.take().unwrap_or_else(|| Box::pin(read(&socket)));
                match wait(&mut read, connection.watch(), patience).await {
                    Event::Read(count, octets) => match count? {
                        0 => connection.handle_eof(),
                        count => connection.handle_input(&octets[..count]),
                    },
                    other => {
                        reading = Some(read);
                        match other {
                            Event::Changed => connection.wake(),
                            _ => connection.handle_timeout(),
                        }
                    }
                }
            }
            Action::Close(why) => {
                drop(connection); // and with it what is locked, and a message that is not whole
                drop(reading);
                let _ = timeout(LINGER, close(&socket)).await; // as the client likes
                return why.map_or(Ok(()), Err);
            }
        }
    }
}

async fn read(mut socket: &TcpStream) -> (io::Result<usize>, Vec<u8>) {
    let BufResult(count, octets) = socket.read(Vec::with_capacity(BLOCK)).await;
    (count, octets)
}

async fn wait(reading: &mut Reading<'_>, watch: Option<Arc<Watch>>, patience: Duration) -> Event {
    let mut changed = pin!(async {
        match watch {
            Some(watch) => watch.changed().await,
            None => pending().await,
        }
    });
    let mut time = pin!(sleep(patience));
    poll_fn(|context| {
        if let Poll::Ready((count, octets)) = reading.as_mut().poll(context) {
            return Poll::Ready(Event::Read(count, octets));
        }
        if changed.as_mut().poll(context).is_ready() {
            return Poll::Ready(Event::Changed);
        }
        time.as_mut().poll(context).map(|()| Event::Timeout)
    })
    .await
}

async fn close(mut socket: &TcpStream) -> io::Result<()> {
    socket.shutdown().await?;
    while read(socket).await.0? > 0 {}
    Ok(())
}
