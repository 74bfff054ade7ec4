//! Fetches the new mail of a POP3 server: one `.eml` file for each message, a line of JSON for each file.
//!
//! ```text
//! cargo run --release --example pop3_fetch -- --server localhost:110 --tls starttls --insecure \
//!     --user tim --password secret --out mail
//! ```
//!
//! The files are named by the unique-ids of the messages, and a message whose file is there is not fetched
//! again; so each account needs a folder of its own. With `--delete` the server deletes what is safely in
//! the folder. The exit status is 0 if all that is new was stored, and all that was to be deleted is gone.
//! Blocking I/O; everything that is not I/O is in `src/retrieval.rs`, the files are in `src/maildrop.rs`.
use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use examples::{
    Next,
    blocking::{self, Stream},
    fetch::FetchOptions,
    maildrop::Maildrop,
    retrieval::{Fetched, Retrieval},
    submit::Tls,
    tls,
};
use rustls::{ClientConnection, pki_types::ServerName};

fn main() -> ExitCode {
    let options = Arc::new(FetchOptions::read());
    match fetch(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{}: {error}", options.server);
            ExitCode::FAILURE
        }
    }
}

type AnyError = Box<dyn Error + Send + Sync>;

/// RFC 1939 §3 has a timer of ten minutes, for servers. Nobody waits so long for a connection.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
const CONNECT: Duration = Duration::from_secs(30);

/// Returns whether everything went well.
fn fetch(options: &Arc<FetchOptions>) -> Result<bool, AnyError> {
    let maildrop = Maildrop::open(&options.out)
        .map_err(|error| format!("cannot use {}: {error}", options.out.display()))?;
    let socket = blocking::connect(&options.server, options.patience(CONNECT))
        .map_err(|error| format!("cannot connect: {error}"))?;
    let loopback = socket.peer_addr()?.ip().is_loopback();
    let mut stream = Stream::new(socket, options.patience(PATIENCE))?;
    let mut session = Retrieval::new(Arc::clone(options), maildrop, loopback);
    let result = drive(options, &mut stream, &mut session);
    let error = result.as_ref().err().map(ToString::to_string);
    let (last, good) = session.finish(error.as_deref());
    print(&last);
    result?;
    let _ = stream.close(); // nothing depends on how the server takes it
    Ok(good)
}

fn drive(
    options: &FetchOptions,
    stream: &mut Stream,
    session: &mut Retrieval,
) -> Result<(), AnyError> {
    if options.tls == Tls::Implicit {
        handshake(options, stream, session)?;
    }
    let mut broken = false;
    loop {
        let next = session.poll();
        print(&session.reports());
        match next? {
            // The server may have said why it hung up: read on.
            Next::Write(bytes) => broken = broken || stream.send(&bytes).is_err(),
            Next::Read(timeout) => match stream.receive(timeout) {
                Ok(input) if input.is_empty() => session.handle_eof(),
                Ok(input) => session.handle_input(input),
                Err(error) => session.handle_error(&error),
            },
            Next::Handshake => handshake(options, stream, session)?,
            Next::Close => return Ok(()),
        }
    }
}

fn handshake(
    options: &FetchOptions,
    stream: &mut Stream,
    session: &mut Retrieval,
) -> Result<(), AnyError> {
    let config =
        if options.insecure { tls::insecure() } else { tls::trusting(options.ca.as_deref()) };
    let host = options.server.rsplit_once(':').map_or(&*options.server, |(host, _)| host);
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())?;
    let tls = ClientConnection::new(config?, name)?;
    stream.handshake(tls).map_err(|error| format!("no TLS: {error}"))?;
    session.upgraded(stream.binding())?;
    Ok(())
}

fn print(fetched: &[Fetched]) {
    for report in fetched {
        let line = serde_json::to_string(report).expect("a report is plain data");
        let _ = writeln!(io::stdout(), "{line}");
    }
}
