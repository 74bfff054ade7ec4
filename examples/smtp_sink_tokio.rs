//! Accepts every message and stores it: `smtp_sink` on tokio, with the same options.
//!
//! ```text
//! cargo run --release --example smtp_sink_tokio -- --listen 127.0.0.1:2525 --dir /tmp/mail
//! swaks --server 127.0.0.1:2525 --to you@example.org
//! ```
//!
//! Everything that is not I/O is in `src/sink.rs`.
use std::{
    convert::Infallible,
    error::Error,
    io::{self, ErrorKind, Write},
    net::SocketAddr,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use bytes::BytesMut;
use clap::Parser;
use examples::{
    Next,
    options::SinkOptions,
    sink::{Session, Sink},
    tls,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    task::block_in_place,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

/// A socket, with or without TLS.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

const PATIENCE: Duration = Duration::from_secs(5 * 60);

fn main() -> ExitCode {
    let options = SinkOptions::parse();
    let result =
        Runtime::new().map_err(Into::into).and_then(|tokio| tokio.block_on(listen(options)));
    let Err(error) = result;
    eprintln!("smtp_sink_tokio: {error}");
    ExitCode::FAILURE
}

async fn listen(options: SinkOptions) -> Result<Infallible, Box<dyn Error + Send + Sync>> {
    let listener = TcpListener::bind(&options.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", options.listen))?;
    let sink = Sink::new(&options, listener.local_addr()?)?;
    writeln!(io::stdout(), "listening on {}", listener.local_addr()?)?;
    loop {
        let (socket, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, for example: sessions that end will help.
                eprintln!("cannot accept: {error}");
                sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let sink = Arc::clone(&sink);
        tokio::spawn(async move {
            serve(sink, socket, peer).await.unwrap_or_else(|error| eprintln!("{peer}: {error}"));
        });
    }
}

async fn serve(
    sink: Arc<Sink>,
    socket: TcpStream,
    peer: SocketAddr,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    socket.set_nodelay(true)?;
    let mut stream: Box<dyn Stream> = Box::new(socket);
    let mut session = Session::new(Arc::clone(&sink), peer);
    let mut buffer = BytesMut::new();
    let result = loop {
        // The session writes files.
        let next = match block_in_place(|| session.poll()) {
            Ok(next) => next,
            Err(error) => break Err(error.into()),
        };
        match next {
            Next::Write(bytes) => {
                timeout(PATIENCE, async {
                    stream.write_all(&bytes).await?;
                    stream.flush().await
                })
                .await??;
            }
            Next::Read(patience) => {
                if buffer.capacity() < 8 * 1024 {
                    buffer.reserve(64 * 1024);
                }
                match timeout(patience, stream.read_buf(&mut buffer)).await {
                    Err(_) => session.handle_timeout()?,
                    Ok(Ok(0)) => session.handle_eof(),
                    Ok(Ok(_)) => session.handle_input(buffer.split().freeze()),
                    // Closed under TLS without a word: SMTP knows by itself what is complete.
                    Ok(Err(error)) if error.kind() == ErrorKind::UnexpectedEof => {
                        session.handle_eof();
                    }
                    Ok(Err(error)) => return Err(error.into()),
                }
            }
            Next::Handshake => {
                let acceptor = TlsAcceptor::from(sink.tls().ok_or("no certificate")?);
                let secured = timeout(PATIENCE, acceptor.accept(stream)).await??;
                session.upgraded(tls::binding(secured.get_ref().1))?;
                stream = Box::new(secured);
            }
            Next::Close => break Ok(()),
        }
    };
    drop(session); // and a message that has not come in whole
    // Nothing depends on how the client takes it.
    let _ = timeout(Duration::from_secs(1), close(stream)).await;
    result
}

/// Waits for the client to close too: closed with input unread, a socket loses what was written last.
async fn close(mut stream: Box<dyn Stream>) -> io::Result<()> {
    stream.shutdown().await?;
    let mut unread = [0; 4096];
    while stream.read(&mut unread).await? > 0 {}
    Ok(())
}
