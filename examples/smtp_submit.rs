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
    net::TcpStream,
    process::ExitCode,
    sync::Arc,
};

use examples::{
    Next,
    blocking::Stream,
    report::Report,
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

fn submit(options: &Arc<SubmitOptions>, print: &mut impl FnMut(&Report)) -> Result<(), AnyError> {
    let socket = match TcpStream::connect(&options.server) {
        Ok(socket) => socket,
        Err(error) => {
            let reports = options.files.iter().map(|file| Report::new(file, &options.to));
            for mut report in reports {
                report.fail(&error.to_string());
                print(&report);
            }
            return Err(error.into());
        }
    };
    let (local, server) = (socket.local_addr()?, socket.peer_addr()?);
    let mut session = Submission::new(Arc::clone(options), local, server)?;
    let result = drive(options, Stream::new(socket)?, &mut session, print);
    let error = result.as_ref().err().map(ToString::to_string);
    session.last_reports(error).iter().for_each(print);
    result
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
                Ok(input) if !input.is_empty() => session.handle_input(input),
                Ok(_) | Err(_) => session.handle_eof(),
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
    stream.handshake(ClientConnection::new(config?, name)?)?;
    session.upgraded(stream.binding())?;
    Ok(())
}
