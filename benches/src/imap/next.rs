//! imap-next: the client and the server that stand on imap-codec.

use super::{Sink, codec};
use bytes::Bytes;
use imap_codec::imap_types::response::{Greeting, Response};
use imap_next::{
    Interrupt, Io, State,
    client::{self, Client},
    server::{self, Server},
};

/// Reads all responses through a client. Says how many there were.
pub fn read(chunks: &[Bytes], sink: &mut impl Sink) -> usize {
    let mut options = client::Options::default();
    options.discard_greeting = true;
    let mut client = Client::new(options);
    let mut responses = 0;
    for chunk in chunks {
        client.enqueue_input(chunk);
        loop {
            let response = match client.next() {
                Ok(client::Event::DataReceived { data }) => Response::Data(data),
                Ok(client::Event::StatusReceived { status }) => Response::Status(status),
                Err(Interrupt::Io(Io::NeedMoreInput)) => break,
                other => panic!("{other:?}"),
            };
            responses += 1;
            codec::response(&response, sink);
        }
    }
    responses
}

/// Reads all commands through a server. Says how many there were.
#[must_use]
pub fn serve(chunks: &[Bytes]) -> u64 {
    let options = server::Options::default();
    let mut server = Server::new(options, Greeting::ok(None, "ready").expect("a greeting"));
    let mut commands = 0;
    for chunk in chunks {
        server.enqueue_input(chunk);
        loop {
            match server.next() {
                Ok(server::Event::CommandReceived { command }) => {
                    std::hint::black_box(command);
                    commands += 1;
                }
                Ok(_) | Err(Interrupt::Io(Io::Output(_))) => {}
                Err(Interrupt::Io(Io::NeedMoreInput)) => break,
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    commands
}
