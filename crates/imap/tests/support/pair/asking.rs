//! The client's caller.

use super::setup::request;
use bytes::Bytes;
use mailwire_imap::{
    Command, Data, Mailbox, Messages, ResponseCode, SequenceSet, WordCode,
    client::{self, Change, Client, Handle, NotSent, Outcome, Request, View},
    fetch::FetchItem,
};
use std::collections::{HashMap, VecDeque};

/// The client's caller.
pub(super) struct Asking {
    pub(super) client: Client,
    pub(super) view: View,
    /// Those without an outcome, with what each sends.
    pub(super) open: HashMap<Handle, (What, VecDeque<Bytes>)>,
    pub(super) body: Bytes,
    /// The text that comes in: whose, and what came.
    pub(super) coming: Option<(Option<u32>, Vec<u8>)>,
    pub(super) arrived: Vec<(Option<u32>, Vec<u8>)>,
    pub(super) idles: usize,
    pub(super) ready: bool,
    pub(super) selects: Option<Handle>,
    /// How much was asked for.
    pub(super) asked: usize,
    /// Messages that a command is to mark, by their numbers when it is sent.
    pub(super) marks: Vec<(Handle, usize, SequenceSet)>,
    /// Which messages were meant by each mark, as far as the client knew them.
    pub(super) meant: HashMap<usize, Vec<Option<u32>>>,
    /// How often was asked for what is not known.
    pub(super) syncs: usize,
    /// What comes behind that.
    pub(super) later: Option<Vec<[u8; 3]>>,
}

/// What a request was, as far as its outcome tells something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Login,
    Unknown,
    Logout,
    Other,
}

impl Asking {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            view: View::new(),
            open: HashMap::new(),
            body: Bytes::new(),
            coming: None,
            arrived: Vec::new(),
            idles: 0,
            ready: false,
            selects: None,
            asked: 0,
            marks: Vec::new(),
            meant: HashMap::new(),
            syncs: 0,
            later: None,
        }
    }

    pub(super) fn ask(&mut self, request: Request, what: What, texts: Vec<Bytes>) -> Handle {
        let handle = self.client.send(request).expect("the session goes on");
        assert!(self.open.insert(handle, (what, texts.into())).is_none(), "a handle twice");
        handle
    }

    pub(super) fn take(&mut self, event: &client::Event) {
        use client::Event;
        for change in self.view.handle(event) {
            assert_ne!(change, Change::OutOfSync, "{event:?}");
        }
        match event {
            Event::Ready { .. } => self.ready = true,
            Event::Done { handle, result } => {
                let (what, _) = self.open.remove(handle).expect("one outcome for each");
                match (what, result) {
                    (What::Unknown, Outcome::Bad(_) | Outcome::No(_)) => {}
                    (What::Unknown, _) => panic!("{result:?}"),
                    (What::Login | What::Logout, Outcome::Ok(_)) => {}
                    (What::Other, Outcome::Ok(_) | Outcome::No(_) | Outcome::Bad(_)) => {}
                    (
                        What::Other,
                        Outcome::NotSent(
                            NotSent::UidOnly | NotSent::NoMailbox | NotSent::TooBig { .. },
                        ),
                    ) => {}
                    other => panic!("{other:?}"),
                }
                if self.selects == Some(*handle) {
                    self.selects = None;
                    if result.is_ok() {
                        let _ = self.view.selected();
                    }
                }
            }
            Event::SendBody { handle, index: _, size } => {
                let (_, texts) = self.open.get_mut(handle).expect("it is in progress");
                self.body = texts.pop_front().expect("a text for each");
                assert_eq!(*size, self.body.len() as u64);
            }
            Event::Idling(_) => self.idles = 1,
            Event::Body(body) => {
                assert!(matches!(body.item, FetchItem::Section { .. }));
                let number = body.number.get();
                let uid =
                    if body.by_uid { Some(number) } else { body.uid.or(self.view.uid(number)) };
                assert!(self.coming.replace((uid, Vec::new())).is_none());
            }
            Event::Chunk(octets) => {
                self.coming.as_mut().expect("it was announced").1.extend_from_slice(octets);
            }
            Event::BodyEnd => self.arrived.extend(self.coming.take()),
            Event::Data(Data::Fetch(fetch)) => {
                for item in fetch.items() {
                    assert!(!matches!(item, FetchItem::Invalid { .. }), "{item:?}");
                }
            }
            Event::Status(status) => {
                let is_word = |word| status.code == Some(ResponseCode::Word(word));
                assert!(!is_word(WordCode::Alert));
            }
            Event::Greeting(_) | Event::Data(_) | Event::Bye(_) | Event::Discarded(_) => {}
            other => panic!("the server is at fault: {other:?}"),
        }
    }

    pub(super) fn act(&mut self, act: [u8; 3]) {
        self.asked += 1;
        let (request, texts) = request(act, 101, self.asked);
        let what = if act[0] % 20 == 13 { What::Unknown } else { What::Other };
        let marks = match &request {
            Request::Command(command) => match &**command {
                // `*` is for the server to say.
                Command::Store { messages: Messages::Set(set), uid: false, .. } => {
                    Some(set.clone()).filter(|set| !set.to_string().contains('*'))
                }
                _ => None,
            },
            _ => None,
        };
        let handle = self.ask(request, what, texts);
        self.marks.extend(marks.map(|set| (handle, self.asked, set)));
    }

    /// Selects INBOX, when nothing is in progress.
    pub(super) fn select(&mut self) {
        if self.client.mailbox().is_some() {
            self.view = View::new();
        }
        let (offers, enabled) = (self.client.capabilities().clone(), self.client.enabled().clone());
        let params = self.view.select_params(&offers, &enabled);
        self.view.begin();
        if enabled.has("UIDONLY") {
            self.view.handle(&client::Event::Data(Data::Enabled(enabled)));
        }
        let select = Command::Select { mailbox: Mailbox::INBOX, params };
        self.selects = Some(self.ask(select.into(), What::Other, Vec::new()));
    }

    /// What the numbers in a command mean is what they mean now.
    pub(super) fn sent(&mut self, octets: &[u8]) {
        let (client, view) = (&self.client, &self.view);
        let begins = |handle: &Handle| {
            let line = format!("{} STORE ", client.tag(*handle));
            octets.split(|octet| *octet == b'\n').any(|had| had.starts_with(line.as_bytes()))
        };
        let (sent, later) = self.marks.drain(..).partition(|(handle, ..)| begins(handle));
        self.marks = later;
        let sent: Vec<(Handle, usize, SequenceSet)> = sent;
        for (_, mark, set) in sent {
            let ranges = set.ranges().iter().map(|range| range.resolve(0));
            let uids = ranges.flat_map(|(from, to)| (from..=to).map(|number| view.uid(number)));
            self.meant.insert(mark, uids.collect());
        }
    }

    /// The next piece of the text that is asked for.
    pub(super) fn send_text(&mut self, cut: usize) {
        if self.body.is_empty() {
            return self.client.finish_body().expect("it is whole");
        }
        let piece = self.body.split_to(cut.min(self.body.len()));
        self.client.send_body(piece).expect("it is asked for");
    }
}
