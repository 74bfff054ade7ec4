//! Accepts every message and stores it: a whole SMTP or LMTP server on blocking threads.
//!
//! ```text
//! cargo run --release --example smtp_sink -- --listen 127.0.0.1:2525 --dir /tmp/mail
//! swaks --server 127.0.0.1:2525 --to you@example.org
//! curl smtp://127.0.0.1:2525 --mail-from me@example.org --mail-rcpt you@example.org -T message.eml
//! ```
//!
//! `--tls self-signed` offers STARTTLS (`swaks --tls`), `--user tim:secret` offers AUTH
//! (`swaks --auth --auth-user tim --auth-password secret`), `--lmtp` speaks LMTP
//! (`swaks --protocol LMTP`). Without `--dir` the messages are printed.
//!
//! Everything that is not I/O is in `src/sink.rs`, and `smtp_sink_tokio` uses it too.
use std::{
    convert::Infallible,
    error::Error,
    io::{self, ErrorKind, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::ExitCode,
    sync::Arc,
    thread,
    time::Duration,
};

use clap::Parser;
use examples::{
    Next,
    blocking::Stream,
    options::SinkOptions,
    sink::{Session, Sink},
};
use rustls::ServerConnection;

const PATIENCE: Duration = Duration::from_secs(5 * 60);

fn main() -> ExitCode {
    let Err(error) = listen(&SinkOptions::parse());
    eprintln!("smtp_sink: {error}");
    ExitCode::FAILURE
}

fn listen(options: &SinkOptions) -> Result<Infallible, Box<dyn Error + Send + Sync>> {
    let listener = TcpListener::bind(&options.listen)
        .map_err(|error| format!("cannot listen on {}: {error}", options.listen))?;
    let sink = Sink::new(options, listener.local_addr()?)?;
    writeln!(io::stdout(), "listening on {}", listener.local_addr()?)?;
    loop {
        let accepted = listener.accept().and_then(|(socket, peer)| {
            let sink = Arc::clone(&sink);
            thread::Builder::new().spawn(move || {
                serve(&sink, socket, peer).unwrap_or_else(|error| eprintln!("{peer}: {error}"));
            })
        });
        if let Err(error) = accepted {
            // Out of file descriptors, for example: sessions that end will help.
            eprintln!("cannot accept: {error}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

fn serve(
    sink: &Arc<Sink>,
    socket: TcpStream,
    peer: SocketAddr,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut stream = Stream::new(socket, PATIENCE)?;
    let mut session = Session::new(Arc::clone(sink), peer);
    let result = loop {
        let next = match session.poll() {
            Ok(next) => next,
            Err(error) => break Err(error.into()),
        };
        match next {
            Next::Write(bytes) => stream.send(&bytes)?,
            Next::Read(timeout) => match stream.receive(timeout) {
                Ok(input) if input.is_empty() => session.handle_eof(),
                Ok(input) => session.handle_input(input),
                Err(error) if error.kind() == ErrorKind::TimedOut => session.handle_timeout()?,
                Err(error) => return Err(error.into()),
            },
            Next::Handshake => {
                let config = sink.tls().ok_or("no certificate")?;
                stream.handshake(ServerConnection::new(config)?)?;
                session.upgraded(stream.binding())?;
            }
            Next::Close => break Ok(()),
        }
    };
    drop(session); // and a message that has not come in whole
    let _ = stream.close(); // nothing depends on how the client takes it
    result
}
