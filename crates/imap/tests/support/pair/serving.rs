//! The server's caller, and other sessions.

use super::setup::Setup;
use crate::memory::{Memory, text};
use mailwire_imap::{
    Command, Flags, SystemFlag, WordCode,
    server::{self, Server},
};
use mailwire_sasl::{
    ChannelBinding,
    server::{Config as SaslConfig, Exchange as Answers, Question, ScramKeys},
};

/// The server's caller.
pub(super) struct Serving<'s> {
    pub(super) setup: &'s Setup,
    pub(super) server: Server,
    pub(super) memory: Memory,
    pub(super) answered: usize,
}

impl Serving<'_> {
    pub(super) fn answer(&mut self, event: &server::Event) {
        use server::Event;
        let server = &mut self.server;
        self.answered += 1;
        let random = self.setup.answer(self.answered);
        let refuses = random % 11 == 10;
        let result = match event {
            Event::Auth(mechanism) => {
                let config = SaslConfig::new("nonce")
                    .with_dummy("key", 4_096)
                    .with_binding(ChannelBinding::TlsExporter([7; 32].into()));
                server.authenticate(Answers::new(*mechanism, config).expect("all is there"))
            }
            Event::Ask(Question::ScramKeys { hash, .. }) => {
                let keys = ScramKeys::derive(*hash, "secret", b"salt", 4_096).expect("good keys");
                server.supply_scram(Some(keys))
            }
            Event::Ask(Question::Password { password, .. }) => {
                assert_eq!(password.as_bytes(), b"secret");
                server.accept()
            }
            Event::Ask(question) => panic!("{question:?}"),
            Event::Append(_) if refuses => server.reject(WordCode::OverQuota, "Full"),
            Event::Command(Command::Noop | Command::Close) => self.memory.answer(server, event),
            Event::Command(Command::Select { .. } | Command::Examine { .. }) => {
                self.memory.answer(server, event)
            }
            Event::Command(_) if refuses => server.reject(WordCode::InUse, "Later"),
            Event::Command(_) if random % 11 == 9 => {
                server.decline();
                Ok(())
            }
            Event::Excess(_) => server.accept(),
            Event::Tolerated(repairs) => panic!("the client is at fault: {repairs:?}"),
            Event::Refused { error: Some(error), .. } => panic!("the client is at fault: {error}"),
            Event::AuthFailed(mechanism) => panic!("{mechanism:?}"),
            event => {
                self.memory.streams = random & 1 == 0;
                self.memory.answer(server, event)
            }
        };
        result.unwrap_or_else(|error| panic!("{event:?}: {error}"));
    }

    /// Another session does something.
    pub(super) fn other(&mut self, [kind, which]: [u8; 2]) {
        let count = self.memory.current().messages.len();
        match kind % 3 {
            0 => {
                let name = self.memory.selected.clone().expect("a mailbox is selected");
                self.memory.add(&name, text(u32::from(which)).into(), Flags::none());
                let count = u32::try_from(count + 1).expect("few");
                self.server.exists(count).expect("there are more");
            }
            1 if count > 0 => {
                let index = usize::from(which) % count;
                self.memory.remove(&mut self.server, index).expect("it is there");
                // What is still to be fetched moves up.
                let number = u32::try_from(index + 1).expect("few");
                self.memory.fetching.retain(|place| place.number != number);
                for place in &mut self.memory.fetching {
                    place.number -= u32::from(place.number > number);
                }
            }
            2 if count > 0 => {
                let index = usize::from(which) % count;
                let flags = Flags::from(SystemFlag::Answered);
                self.memory.current().messages[index].flags = flags.clone();
                let place = self.memory.place(index);
                // Of a message that is held back the client is not told.
                let _ = self.server.flags(place, &flags);
            }
            _ => {}
        }
    }
}
