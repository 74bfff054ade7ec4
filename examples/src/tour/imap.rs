//! A client looks into a mailbox.
use std::error::Error;

use bytes::Bytes;
use mailwire_imap::{
    Command, Data, Flags, Mailbox, Peer, Section, SequenceSet, SystemFlag,
    client::{self, Client, TlsPolicy},
    command::FetchAttribute,
    fetch::{FetchData, FetchItem},
    server::{self, MessageRef, Selected, Server},
};
use mailwire_mailbox::{Index, sets_seen};
use mailwire_message::header::decode_text;

use super::Wire;

/// What the client knows of the letter in the end.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Seen {
    /// What it is about, by its ENVELOPE.
    pub subject: String,
    /// The numbers and types of its parts, by its BODYSTRUCTURE.
    pub sections: Vec<String>,
    /// All of it.
    pub text: Bytes,
}

/// Asks for the only letter; gives what the client has then.
pub fn read(wire: &mut Wire<'_>, letter: &Bytes) -> Result<Seen, Box<dyn Error>> {
    let mut config = client::Config::default();
    config.tls = TlsPolicy::Never;
    config.plaintext_auth_without_tls = true;
    let mut client = Client::new(config);
    client.send(Command::login("tim", "noodles")?)?;
    client.send(Command::Select { mailbox: Mailbox::INBOX, params: Vec::new() })?;
    let whole = FetchAttribute::Section { section: Section::WHOLE, partial: None, peek: false };
    let wanted = vec![FetchAttribute::Envelope, FetchAttribute::BodyStructure, whole];
    client.send(Command::fetch(SequenceSet::ALL, wanted, false))?;
    client.send(Command::Logout)?;

    let mut config = server::Config::new("imap.reader.example ready");
    config.plaintext_auth_without_tls = true;
    let mut server = Server::new(config);
    // Made when a letter comes in. With it most answers need no look into the letter.
    let index = Index::of(letter);
    let mut seen = Seen::default();
    wire.connect(
        &mut client,
        |_, event| {
            if let client::Event::Data(Data::Fetch(fetch)) = event {
                fetch.items().for_each(|item| seen.note(item));
            }
            Ok(())
        },
        &mut server,
        |server, event| match event {
            server::Event::Login { password, .. } if password.as_bytes() == b"noodles" => {
                server.accept()
            }
            server::Event::Command(Command::Select { .. }) => {
                server.select(&Selected::new(1, 2026, 2))?;
                server.accept()
            }
            server::Event::Command(Command::Fetch { attributes, .. }) => {
                let mut answer = server.fetch(MessageRef::new(1, 1))?;
                for attribute in &attributes {
                    match index.fetch(attribute, letter, Peer::CLIENT) {
                        Ok(item) => drop(answer.add(&item)?),
                        Err(_) => {
                            drop(answer);
                            server.decline();
                            return Ok(());
                        }
                    }
                }
                if attributes.iter().any(sets_seen) {
                    answer.flags(&Flags::from(SystemFlag::Seen));
                }
                drop(answer);
                server.accept()
            }
            _ => {
                server.decline();
                Ok(())
            }
        },
    )?;
    Ok(seen)
}

impl Seen {
    fn note(&mut self, item: FetchItem) {
        match item {
            FetchItem::Envelope(envelope) => {
                let subject = envelope.subject().unwrap_or_default();
                self.subject = decode_text(&subject).into_owned();
            }
            FetchItem::BodyStructure(structure) => {
                self.sections = structure
                    .parts()
                    .filter(|part| part.children().next().is_none())
                    .map(|part| {
                        let number: Vec<_> =
                            part.section().iter().map(ToString::to_string).collect();
                        [
                            &*number.join("."),
                            " ",
                            &ascii(&part.media_type()),
                            "/",
                            &ascii(&part.subtype()),
                        ]
                        .concat()
                    })
                    .collect();
            }
            FetchItem::Section { data: FetchData::Octets(text), .. } => self.text = text,
            _ => {}
        }
    }
}

fn ascii(word: &[u8]) -> String {
    word.escape_ascii().to_string()
}
