//! smol.
use std::{
    convert::Infallible,
    future::{Future, pending},
    io::{self, ErrorKind, Read},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::Duration,
};

use smol::{
    Async, Executor, Timer,
    future::{FutureExt, block_on},
    io::{AsyncReadExt, AsyncWriteExt},
};

use super::{LINGER, PATIENCE, PAUSE, Serve};
use crate::host::{
    connection::{Action, Connection},
    mail::Watch,
    service::Service,
    session::Failure,
};

static EXECUTOR: Executor<'_> = Executor::new();

/// What a connection waits for.
enum Event {
    Readable(io::Result<()>),
    Changed,
    Timeout,
}

pub(super) fn run(
    host: impl Serve,
    listeners: Vec<(Service, TcpListener)>,
    ready: impl FnOnce(),
) -> Result<Infallible, Failure> {
    for (service, listener) in listeners {
        let listener = Async::new(listener)?;
        EXECUTOR.spawn(accept(host.clone(), service, listener)).detach();
    }
    for _ in 1..thread::available_parallelism()?.get() {
        thread::Builder::new().spawn(|| block_on(EXECUTOR.run(pending::<()>())))?;
    }
    ready();
    block_on(EXECUTOR.run(pending()))
}

async fn accept(host: impl Serve, service: Service, listener: Async<TcpListener>) {
    loop {
        let (socket, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                host.log(format_args!("{service}: cannot accept: {error}"));
                Timer::after(PAUSE).await;
                continue;
            }
        };
        let host = host.clone();
        let session = async move {
            if let Err(error) = serve(&host, service, socket, peer).await {
                host.log(format_args!("{service} {peer}: {error}"));
            }
        };
        EXECUTOR.spawn(session).detach();
    }
}

async fn serve(
    host: &impl Serve,
    service: Service,
    mut socket: Async<TcpStream>,
    peer: SocketAddr,
) -> Result<(), Failure> {
    socket.get_ref().set_nodelay(true)?;
    let mut connection = host.connection(service, socket.get_ref().local_addr()?, peer);
    loop {
        let action = if host.blocks() {
            let polled = smol::unblock(move || {
                let action = connection.poll();
                (connection, action)
            });
            let action;
            (connection, action) = polled.await;
            action
        } else {
            connection.poll()
        };
        match action {
            Action::Write(octets) => within(PATIENCE, socket.write_all(&octets)).await?,
            Action::Wait(patience) => match wait(&socket, connection.watch(), patience).await {
                Event::Readable(readable) => {
                    readable?;
                    read(&socket, &mut connection)?;
                }
                Event::Changed => connection.wake(),
                Event::Timeout => connection.handle_timeout(),
            },
            Action::Close(why) => {
                drop(connection); // and with it what is locked, and a message that is not whole
                let _ = within(LINGER, close(socket)).await; // as the client likes
                return why.map_or(Ok(()), Err);
            }
        }
    }
}

async fn wait(socket: &Async<TcpStream>, watch: Option<Arc<Watch>>, patience: Duration) -> Event {
    let changed = async {
        match watch {
            Some(watch) => watch.changed().await,
            None => pending().await,
        }
        Event::Changed
    };
    let timeout = async {
        Timer::after(patience).await;
        Event::Timeout
    };
    let readable = async { Event::Readable(socket.readable().await) };
    readable.or(changed).or(timeout).await
}

/// Reads what is there. The buffer is not the connection's, which may be idle for long.
fn read(socket: &Async<TcpStream>, connection: &mut Connection) -> io::Result<()> {
    let mut buffer = [0; 32 * 1024];
    match socket.get_ref().read(&mut buffer) {
        Ok(0) => connection.handle_eof(),
        Ok(count) => connection.handle_input(&buffer[..count]),
        Err(error) if error.kind() == ErrorKind::WouldBlock => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

async fn close(mut socket: Async<TcpStream>) -> io::Result<()> {
    socket.get_ref().shutdown(Shutdown::Write)?;
    let mut unread = [0; 1024];
    while AsyncReadExt::read(&mut socket, &mut unread).await? > 0 {}
    Ok(())
}

async fn within<T>(patience: Duration, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    let timeout = async {
        Timer::after(patience).await;
        Err(ErrorKind::TimedOut.into())
    };
    work.or(timeout).await
}
