//! One letter on its whole way, in one thread and without a socket: written, handed over by SMTP, taken
//! apart, fetched by POP3, looked into by IMAP.
//!
//! `cargo run --release --example tour`
//!
//! A machine takes octets and gives octets, so that a connection can be a function: what one end
//! transmits, the other is handed. That function is in `src/tour/wire.rs`, and the stops on the way are
//! one file each beside it. Put sockets in its place and it is a mail server: see `mailhost`.
use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

use bytes::Bytes;
use examples::tour::{LETTER, Wire, imap, parts, pop3, smtp};

fn main() -> ExitCode {
    match tour(&mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tour: {error}");
            ExitCode::FAILURE
        }
    }
}

fn tour(out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let letter = Bytes::from(LETTER);

    writeln!(
        out,
        "== SMTP: Zoë sends a letter. In it is a line with only a dot, doubled on the way, so that it does not end there.\n"
    )?;
    let delivered = smtp::deliver(&mut Wire::whole(out), &letter)?;
    assert_eq!(delivered, letter, "what was sent is what arrived");

    writeln!(
        out,
        "\n== MIME: the parts of the letter, and what is in them once they are decoded\n"
    )?;
    parts::show(out, &delivered)?;

    writeln!(out, "\n== POP3: Tim fetches it, and says all at once what he wants\n")?;
    let fetched = pop3::fetch(&mut Wire::short(out), &delivered)?;
    assert_eq!(fetched, letter);

    writeln!(
        out,
        "\n== IMAP: or he leaves it there, and asks what it is about, how it is made, and for all of it\n"
    )?;
    let read = imap::read(&mut Wire::short(out), &delivered)?;
    assert_eq!(read.text, letter);
    writeln!(out, "\n   subject   {}\n   sections  {}", read.subject, read.sections.join(", "))?;

    writeln!(out, "\n{} octets went in, and came out the same three times.", letter.len())?;
    Ok(())
}
