//! Serves the .eml files of a folder: a whole POP3 server on blocking threads.
//!
//! ```text
//! cargo run --release --example pop3_drop -- --listen 127.0.0.1:2110 --user tim:secret --dir /tmp/mail
//! curl pop3://127.0.0.1:2110 --user tim:secret        # the list
//! curl pop3://127.0.0.1:2110/1 --user tim:secret      # a message
//! ```
//!
//! Messages are deleted from the folder when the client says QUIT, and at no other time. USER and PASS,
//! APOP and AUTH are there; `--tls self-signed` offers STLS (`curl --ssl-reqd --insecure`), and with
//! `--implicit` speaks TLS from the start (`curl --insecure pop3s://...`).
//!
//! Everything that is not socket I/O is in `src/served.rs`.
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
    options::DropOptions,
    served::{Drop, Session},
};
use rustls::ServerConnection;

const PATIENCE: Duration = Duration::from_secs(5 * 60);

fn main() -> ExitCode {
    let Err(error) = listen(&DropOptions::parse());
    eprintln!("pop3_drop: {error}");
    ExitCode::FAILURE
}

fn listen(options: &DropOptions) -> Result<Infallible, Box<dyn Error + Send + Sync>> {
    let listener = TcpListener::bind(&options.listen)
        .map_err(|error| format!("cannot listen on {}: {error}", options.listen))?;
    let drop = Drop::new(options, listener.local_addr()?)?;
    writeln!(io::stdout(), "listening on {}", listener.local_addr()?)?;
    loop {
        let accepted = listener.accept().and_then(|(socket, peer)| {
            let drop = Arc::clone(&drop);
            thread::Builder::new().spawn(move || {
                serve(&drop, socket, peer).unwrap_or_else(|error| eprintln!("{peer}: {error}"));
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
    drop: &Arc<Drop>,
    socket: TcpStream,
    peer: SocketAddr,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut stream = Stream::new(socket, PATIENCE)?;
    if drop.is_implicit() {
        let config = drop.tls().ok_or("no certificate")?;
        stream.handshake(ServerConnection::new(config)?)?;
    }
    let mut session = Session::new(Arc::clone(drop), peer, stream.binding());
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
                Err(error) if error.kind() == ErrorKind::TimedOut => session.handle_timeout(),
                Err(error) => return Err(error.into()),
            },
            Next::Handshake => {
                let config = drop.tls().ok_or("no certificate")?;
                stream.handshake(ServerConnection::new(config)?)?;
                session.upgraded(stream.binding())?;
            }
            Next::Close => break Ok(()),
        }
    };
    std::mem::drop(session); // and with it the lock
    let _ = stream.close(); // nothing depends on how the client takes it
    result
}
