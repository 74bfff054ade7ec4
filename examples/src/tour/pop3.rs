//! A client fetches what is in the maildrop.
use std::error::Error;

use bytes::{Bytes, BytesMut};
use mailwire_pop3::{
    Command, MessageNumber, UniqueId,
    client::{self, Client, Login, TlsPolicy},
    server::{self, Maildrop, Server},
};

use super::Wire;

/// Fetches the only letter, and has it deleted; gives what the client has then.
pub fn fetch(wire: &mut Wire<'_>, letter: &Bytes) -> Result<Bytes, Box<dyn Error>> {
    let mut config = client::Config::default();
    config.tls = TlsPolicy::Never;
    config.plaintext_auth_without_tls = true;
    let mut client = Client::new(config);
    client.send(Login::password("tim", "noodles", "a fresh nonce")?)?;
    client.send(Command::Uidl(None))?;
    client.send(Command::Retr(MessageNumber::FIRST))?;
    client.send(Command::Dele(MessageNumber::FIRST))?;
    client.send(Command::Quit)?;

    let mut config = server::Config::new("pop.reader.example ready")?;
    config.plaintext_auth_without_tls = true;
    let mut server = Server::new(config);
    let name = UniqueId::new("noon-2026")?;
    let (mut fetched, mut deleted) = (BytesMut::new(), 0);
    wire.connect(
        &mut client,
        |_, event| {
            if let client::Event::Chunk { octets, .. } = event {
                fetched.extend_from_slice(&octets);
            }
            Ok(())
        },
        &mut server,
        |server, event| match event {
            server::Event::Pass { password, .. } if password.secret().as_bytes() == b"noodles" => {
                server.accept()
            }
            server::Event::Open(_) => server.open(Maildrop::new(1)),
            server::Event::UniqueIds => {
                server.accept()?;
                server.send_unique_id(&name)
            }
            server::Event::Retrieve(_) => {
                server.accept()?;
                server.send_body(letter.clone())?;
                server.finish_body()
            }
            // The client may still change its mind about what it deletes: only UPDATE makes it true.
            server::Event::Update => {
                deleted = server.deleted().count();
                server.accept()
            }
            server::Event::Delete(_) => server.accept(),
            _ => {
                server.decline();
                Ok(())
            }
        },
    )?;
    Ok(if deleted == 1 { fetched.freeze() } else { Bytes::new() })
}
