//! Buffers of the kernel become input without a copy, and go home when the last slice of them is gone.
//!
//! `cargo run --release --example owned_buffers`
//!
//! An `io_uring` with a ring of provided buffers fills memory that the program lends it, and says in each
//! completion which buffer it was. Here a loop plays the kernel; everything else is as it would be:
//! a buffer goes into the machine as [`Bytes`], the chunks of the message come out as slices of that very
//! memory, and the buffer can be lent again as soon as nobody holds a slice.
use std::sync::mpsc::{self, Receiver, Sender};

use bytes::Bytes;
use mailwire_core::Output;
use mailwire_smtp::server::{Config, Event, Server};

/// What the client sends.
const WIRE: &[u8] = b"EHLO client.example\r\n\
    MAIL FROM:<a@client.example> BODY=8BITMIME\r\n\
    RCPT TO:<b@mx.example>\r\n\
    DATA\r\n\
    Subject: a message that is longer than all the buffers together\r\n\
    \r\n\
    A chunk ends where a buffer does,\r\n\
    ..or where a dot was stuffed that is none of the message's.\r\n\
    What only looks at the message needs no memory for it,\r\n\
    and what writes it to a file writes from where the kernel put it.\r\n\
    .\r\n\
    QUIT\r\n";
const BUFFERS: usize = 4;
const SIZE: usize = 48;

/// A buffer that is lent to the kernel, or to whoever holds a slice of it.
struct Buffer {
    memory: Box<[u8]>,
    filled: usize,
    home: Sender<Buffer>,
}

/// The holder of a buffer: what [`Bytes`] owns.
struct Loan(Option<Buffer>);

impl AsRef<[u8]> for Loan {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref().map_or(&[], |buffer| &buffer.memory[..buffer.filled])
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        if let Some(buffer) = self.0.take() {
            let home = buffer.home.clone();
            let _ = home.send(buffer); // fails when the pool is gone, and the memory goes with it
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (home, free) = mpsc::channel();
    let mut places = Vec::new();
    for _ in 0..BUFFERS {
        let memory = vec![0; SIZE].into_boxed_slice();
        places.push(memory.as_ptr_range());
        home.send(Buffer { memory, filled: 0, home: home.clone() })?;
    }

    let mut server = Server::new(Config::new("mx.example")?);
    let (mut wire, mut reads) = (WIRE, 0);
    let mut kept = None;
    loop {
        match server.poll_output()? {
            Output::Event(Event::Chunk(chunk)) => {
                let place = places.iter().position(|place| place.contains(&chunk.as_ptr()));
                let buffer = place.expect("a chunk is a slice of what was read, never a copy");
                println!("buffer {buffer}: {:?}", text(&chunk));
                kept = Some(chunk); // and lets go of the one before
            }
            Output::Event(Event::End(summary)) => {
                println!("{} octets of message, none of them copied", summary.size);
                server.accept()?;
            }
            Output::Event(
                Event::Hello { .. } | Event::Mail { .. } | Event::Rcpt { .. } | Event::Data(_),
            ) => server.accept()?,
            Output::Event(_) | Output::YourTurn => server.decline(),
            Output::Transmit(reply) => print!("{}", text(&reply)),
            Output::NeedInput if wire.is_empty() => server.handle_eof(),
            Output::NeedInput => {
                server.handle_input(receive(&mut wire, &free));
                reads += 1;
            }
            Output::Upgrade(_) => unreachable!("STARTTLS is not offered"),
            Output::Closed => break,
        }
    }

    let mut back: Vec<_> = free.try_iter().collect();
    println!("{reads} reads went through {BUFFERS} buffers of {SIZE} octets");
    println!("{} are home, and one is out with the chunk that was kept", back.len());
    assert_eq!(back.len(), BUFFERS - 1);
    drop(kept);
    back.extend(free.try_iter());
    println!("without it, {} are", back.len());
    assert_eq!(back.len(), BUFFERS);
    Ok(())
}

/// What a completion brings: the next octets, in a buffer from the pool.
fn receive(wire: &mut &[u8], free: &Receiver<Buffer>) -> Bytes {
    let mut buffer = free.try_recv().expect("buffers come home, so there is always a free one");
    buffer.filled = wire.len().min(SIZE);
    let (filled, rest) = wire.split_at(buffer.filled);
    buffer.memory[..buffer.filled].copy_from_slice(filled); // the kernel's part
    *wire = rest;
    Bytes::from_owner(Loan(Some(buffer)))
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}
