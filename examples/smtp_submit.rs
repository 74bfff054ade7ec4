//! Sends files over SMTP or LMTP, and prints a line of JSON for each with what became of every recipient.
//!
//! ```text
//! cargo run --release --example smtp_sink -- --tls self-signed --user tim:secret
//! cargo run --release --example smtp_submit -- --server localhost:2525 --tls starttls --insecure \
//!     --user tim --password secret --from me@example.org --to you@example.org message.eml
//! ```
//!
//! `--to` may be repeated, or take several addresses if `--` stands before the files. Lines may end in
//! LF. The exit status is 0 if every recipient of every message was accepted. Blocking I/O, one session
//! for all messages; everything that is not I/O is in `src/submission.rs`.
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
    report::{Report, not_sent},
    submission::Submission,
    submit::{SubmitOptions, Tls},
    tls,
};
use rustls::{ClientConnection, pki_types::ServerName};

fn main() -> ExitCode {
    let options = Arc::new(SubmitOptions::read());
    let mut accepted = 0;
    let mut print = |report: &Report| {
        accepted += usize::from(report.accepted);
        let line = serde_json::to_string(report).expect("a report is plain data");
        let _ = writeln!(io::stdout(), "{line}");
    };
    if let Err(error) = submit(&options, &mut print) {
        eprintln!("{}: {error}", options.server);
    }
    if accepted == options.files.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

type AnyError = Box<dyn Error + Send + Sync>;

/// How long RFC 5321 §4.5.3.2 would have us wait for anything at the start.
const PATIENCE: Duration = Duration::from_secs(5 * 60);
/// That is for what answers; nobody waits so long for a connection.
const CONNECT: Duration = Duration::from_secs(30);

/// Reports on every file once, whatever happens.
fn submit(options: &Arc<SubmitOptions>, print: &mut impl FnMut(&Report)) -> Result<(), AnyError> {
    let (stream, mut session) = match connect(options) {
        Ok(connected) => connected,
        Err(error) => {
            for file in &options.files {
                let mut report = Report::new(file, &options.to);
                report.fail(&not_sent(&error));
                print(&report);
            }
            return Err(error);
        }
    };
    let result = drive(options, stream, &mut session, print);
    let error = result.as_ref().err().map(ToString::to_string);
    session.last_reports(error).iter().for_each(print);
    result
}

fn connect(options: &Arc<SubmitOptions>) -> Result<(Stream, Submission), AnyError> {
    let socket = blocking::connect(&options.server, options.patience(CONNECT))
        .map_err(|error| format!("cannot connect: {error}"))?;
    let (local, server) = (socket.local_addr()?, socket.peer_addr()?);
    let stream = Stream::new(socket, options.patience(PATIENCE))?;
    Ok((stream, Submission::new(Arc::clone(options), local, server)?))
}

fn drive(
    options: &SubmitOptions,
    mut stream: Stream,
    session: &mut Submission,
    print: &mut impl FnMut(&Report),
) -> Result<(), AnyError> {
    if options.tls == Tls::Implicit {
        handshake(options, &mut stream, session)?;
    }
    let mut broken = false;
    loop {
        let next = session.poll();
        session.reports().iter().for_each(&mut *print);
        match next? {
            // The server may have said why it hung up: read on.
            Next::Write(bytes) => broken = broken || stream.send(&bytes).is_err(),
            Next::Read(timeout) => match stream.receive(timeout) {
                Ok(input) if input.is_empty() => session.handle_eof(),
                Ok(input) => session.handle_input(input),
                Err(error) => session.handle_error(&error),
            },
            Next::Handshake => handshake(options, &mut stream, session)?,
            Next::Close => {
                let _ = stream.close(); // nothing depends on how the server takes it
                return Ok(());
            }
        }
    }
}

fn handshake(
    options: &SubmitOptions,
    stream: &mut Stream,
    session: &mut Submission,
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
