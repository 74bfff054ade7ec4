//! A client hands a letter to a server.
use std::error::Error;

use bytes::{Bytes, BytesMut};
use mailwire_smtp::{
    BodyType, Command, Mailbox,
    client::{self, Client, Envelope, TlsPolicy},
    server::{self, Server},
};

use super::Wire;

/// Sends the letter; gives what the server has then.
pub fn deliver(wire: &mut Wire<'_>, letter: &Bytes) -> Result<Bytes, Box<dyn Error>> {
    let mut config = client::Config::new("sender.example")?;
    config.tls = TlsPolicy::Never; // there is no network to fear
    let mut client = Client::new(config);
    let envelope = Envelope::new(Mailbox::new("zoe", "sender.example")?)
        .with_recipient(Mailbox::new("tim", "reader.example")?)
        .with_body(BodyType::EightBitMime)?
        .with_size(letter.len() as u64);
    client.send(envelope)?;
    client.send(Command::Quit)?;

    let mut server = Server::new(server::Config::new("mx.reader.example")?);
    let mut delivered = BytesMut::new();
    wire.connect(
        &mut client,
        |client, event| match event {
            client::Event::SendBody(_) => {
                client.send_body(letter.clone())?;
                client.finish_body()
            }
            _ => Ok(()),
        },
        &mut server,
        |server, event| {
            match event {
                server::Event::Chunk(octets) => delivered.extend_from_slice(&octets),
                // Whom to serve is a matter of policy: this server serves all.
                server::Event::Hello { .. }
                | server::Event::Mail { .. }
                | server::Event::Rcpt { .. }
                | server::Event::Data(_)
                | server::Event::End(_) => server.accept()?,
                _ => server.decline(),
            }
            Ok(())
        },
    )?;
    Ok(delivered.freeze())
}
