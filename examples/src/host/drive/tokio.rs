//! tokio.
use std::{
    convert::Infallible,
    future::pending,
    io::{self, ErrorKind},
    net::SocketAddr,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    task::block_in_place,
    time::{sleep, timeout},
};

use super::{LINGER, PATIENCE, PAUSE, Serve};
use crate::host::{
    connection::{Action, Connection},
    service::Service,
    session::Failure,
};

pub(super) fn run(
    host: impl Serve,
    listeners: Vec<(Service, std::net::TcpListener)>,
    ready: impl FnOnce(),
) -> Result<Infallible, Failure> {
    Runtime::new()?.block_on(async {
        for (service, listener) in listeners {
            listener.set_nonblocking(true)?;
            let listener = TcpListener::from_std(listener)?;
            tokio::spawn(accept(host.clone(), service, listener));
        }
        ready();
        pending().await
    })
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
        tokio::spawn(async move {
            if let Err(error) = serve(&host, service, socket, peer).await {
                host.log(format_args!("{service} {peer}: {error}"));
            }
        });
    }
}

async fn serve(
    host: &impl Serve,
    service: Service,
    mut socket: TcpStream,
    peer: SocketAddr,
) -> Result<(), Failure> {
    socket.set_nodelay(true)?;
    let mut connection = host.connection(service, socket.local_addr()?, peer);
    loop {
        let action =
            if host.blocks() { block_in_place(|| connection.poll()) } else { connection.poll() };
        match action {
            Action::Write(octets) => timeout(PATIENCE, socket.write_all(&octets)).await??,
            Action::Wait(patience) => {
                let watch = connection.watch();
                let changed = async {
                    match watch {
                        Some(watch) => watch.changed().await,
                        None => pending().await,
                    }
                };
                tokio::select! {
                    readable = socket.readable() => {
                        readable?;
                        read(&socket, &mut connection)?;
                    }
                    () = changed => connection.wake(),
                    () = sleep(patience) => connection.handle_timeout(),
                }
            }
            Action::Close(why) => {
                drop(connection); // and with it what is locked, and a message that is not whole
                let _ = timeout(LINGER, close(socket)).await; // as the client likes
                return why.map_or(Ok(()), Err);
            }
        }
    }
}

/// Reads what is there. The buffer is not the connection's, which may be idle for long.
fn read(socket: &TcpStream, connection: &mut Connection) -> io::Result<()> {
    let mut buffer = [0; 32 * 1024];
    match socket.try_read(&mut buffer) {
        Ok(0) => connection.handle_eof(),
        Ok(count) => connection.handle_input(&buffer[..count]),
        Err(error) if error.kind() == ErrorKind::WouldBlock => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

async fn close(mut socket: TcpStream) -> io::Result<()> {
    socket.shutdown().await?;
    let mut unread = [0; 1024];
    while socket.read(&mut unread).await? > 0 {}
    Ok(())
}
