//! Both machines, wired to each other: the octets between them are cut anywhere, both callers do what
//! numbers say, and other sessions change the mailbox meanwhile.
//!
//! In the end every request has had exactly one outcome, nobody was misunderstood, the client's
//! [`View`] is the mailbox of the server, and every text that went over the wire is what it was.

#[path = "pair/asking.rs"]
mod asking;
#[path = "pair/serving.rs"]
mod serving;
#[path = "pair/setup.rs"]
mod setup;

pub(crate) use setup::Setup;

use crate::memory::Memory;
use asking::{Asking, What};
use bytes::Bytes;
use mailwire_core::{Machine, Output};
use mailwire_imap::{
    client::Client,
    server::{Server, State},
};
use serving::Serving;
use setup::command;
use std::collections::{HashMap, VecDeque};

/// Lets both talk until they have nothing more to say.
pub(crate) fn talk(setup: &Setup) {
    let mut memory = Memory::new(u32::from(setup.messages % 9));
    let other = crate::memory::Box { messages: Vec::new(), next: 1 };
    memory.boxes.insert("Other".into(), other);
    memory.mod_seqs = !setup.on(16);
    memory.piece = setup.on(17).then_some(5);
    let server = Server::new(setup.server());
    let mut serving = Serving { setup, server, memory, answered: 0 };
    let mut asking = Asking::new(Client::new(setup.client()));
    asking.ask(setup.login(), What::Login, Vec::new());
    let mut batches = setup.batches.iter();
    let mut others = setup.others.iter().copied();
    let mut stage = Stage::Login;
    let (mut to_server, mut to_client) = (Wire::default(), Wire::default());
    let mut upgrades = false;
    let mut cuts = setup.cuts.iter().map(|cut| usize::from(*cut) + 1).cycle();
    for moves in 0.. {
        assert!(moves < 400_000, "stuck: {:?} {:?}", asking.client, serving.server);
        let cut = cuts.next().unwrap_or(4_096);
        match asking.client.poll_output().expect("the client goes on") {
            Output::Event(event) => asking.take(&event),
            Output::Transmit(octets) => {
                asking.sent(&octets);
                to_server.put(&octets);
            }
            Output::YourTurn => asking.send_text(cut),
            Output::Upgrade(_) => upgrades = to_client.is_empty(),
            Output::NeedInput if !to_client.is_empty() => {
                asking.client.handle_input(to_client.take(cut));
            }
            Output::NeedInput => {
                if asking.idles > 0 {
                    asking.idles += 1;
                    if asking.idles > 20 {
                        asking.idles = 0;
                        asking.client.done().expect("it is idling");
                    }
                } else if asking.open.is_empty() {
                    stage = go_on(stage, &mut asking, &mut batches);
                }
            }
            Output::Closed => break,
        }
        if moves % 7 == 3
            && stage == Stage::Batches
            && asking.later.is_none()
            && serving.server.state() == State::Selected
            && let Some(other) = others.next()
        {
            serving.other(other);
        }
        match serving.server.poll_output().expect("the server goes on") {
            Output::Event(event) => serving.answer(&event),
            Output::Transmit(octets) => to_client.put(&octets),
            Output::YourTurn => {
                serving.memory.go_on(&mut serving.server).expect("it is due");
            }
            Output::NeedInput => serving.server.handle_input(to_server.take(cut)),
            Output::Upgrade(_) if upgrades && to_server.is_empty() => {
                upgrades = false;
                serving.server.upgraded().expect("asked for");
                asking.client.upgraded().expect("asked for");
            }
            Output::Upgrade(_) => {}
            Output::Closed if to_client.is_empty() => Machine::handle_eof(&mut asking.client),
            Output::Closed => {}
        }
        if stage == Stage::Last && asking.open.is_empty() {
            compare(&asking, &mut serving);
            stage = Stage::Over;
            asking.ask(command("LOGOUT").into(), What::Logout, Vec::new());
        }
    }
    assert!(asking.open.is_empty() && stage == Stage::Over, "every request has its outcome");
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Login,
    Batches,
    /// NOOP, so that the client is told everything.
    Last,
    Over,
}

/// What the client's caller does when everything is through.
fn go_on<'a>(
    stage: Stage,
    asking: &mut Asking,
    batches: &mut impl Iterator<Item = &'a Vec<[u8; 3]>>,
) -> Stage {
    if !asking.ready || matches!(stage, Stage::Last | Stage::Over) {
        return stage;
    }
    if asking.syncs > 0 {
        asking.syncs -= 1;
        if let Some(command) = asking.view.next_command() {
            asking.ask(command.into(), What::Other, Vec::new());
            return stage;
        }
        asking.syncs = 0;
    }
    if let Some(batch) = asking.later.take() {
        for act in batch {
            asking.act(act);
        }
        return stage;
    }
    let Some(batch) = batches.next() else {
        asking.ask(command("NOOP").into(), What::Other, Vec::new());
        return Stage::Last;
    };
    asking.later = Some(batch.clone());
    let selects = batch.first().is_none_or(|[kind, ..]| kind & 0x80 == 0);
    if stage == Stage::Login || selects {
        asking.select();
        // Sometimes the client finds out everything first.
        asking.syncs = if batch.first().is_some_and(|[_, a, _]| a & 0x80 == 0) { 5 } else { 0 };
    }
    Stage::Batches
}

/// What the client knows is what there is.
fn compare(asking: &Asking, serving: &mut Serving<'_>) {
    if asking.client.mailbox().is_none() {
        return;
    }
    assert_eq!(serving.server.state(), State::Selected);
    let messages = serving.memory.current().messages.clone();
    let view = &asking.view;
    assert_eq!(view.exists() as usize, messages.len());
    for message in &messages {
        for mark in message.flags.iter() {
            let mark = mark.to_string();
            let Some(mark) = mark.strip_prefix('m').and_then(|mark| mark.parse().ok()) else {
                continue;
            };
            let Some(meant) = asking.meant.get::<usize>(&mark) else { continue };
            let known = meant.iter().all(Option::is_some);
            assert!(!known || meant.contains(&Some(message.uid)), "{mark} {meant:?} {message:?}");
        }
    }
    for (index, message) in messages.iter().enumerate() {
        let number = u32::try_from(index + 1).expect("few");
        if let Some(uid) = view.uid(number) {
            assert_eq!(uid, message.uid);
        }
        let known = view.by_uid(message.uid).or(view.by_number(number));
        if let Some(flags) = known.and_then(|known| known.flags.as_ref()) {
            assert_eq!(flags, &message.flags, "of {number}");
        }
    }
    let texts: HashMap<u32, &Bytes> =
        messages.iter().map(|message| (message.uid, &message.octets)).collect();
    for (uid, octets) in &asking.arrived {
        if let Some(text) = uid.as_ref().and_then(|uid| texts.get(uid)) {
            assert_eq!(&octets[..], &text[..], "the text of {uid:?}");
        }
    }
}

/// Octets on their way.
#[derive(Debug, Default)]
struct Wire(VecDeque<u8>);

impl Wire {
    fn put(&mut self, octets: &[u8]) {
        self.0.extend(octets);
    }

    fn take(&mut self, len: usize) -> Bytes {
        self.0.drain(..len.min(self.0.len())).collect()
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
