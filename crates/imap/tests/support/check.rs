//! What must hold of every frame, whoever wrote it.
#![allow(dead_code, reason = "not every test asks for everything")]

use bytes::Bytes;
use mailwire_imap::{
    Command, Data, ESearchItem, Encoder, Frame, FrameLimits, Framer, Leniency, ListItem,
    LiteralSupport, Peer, Piece, ReadOptions, Response, Side, StatusItem, TaggedCommand,
    fetch::FetchItem,
};
use std::fmt::Debug;

/// What was read.
#[derive(Debug, PartialEq)]
pub(crate) enum Message {
    Command(TaggedCommand),
    Response(Response),
}

/// What is known of a frame.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) message: Option<Message>,
    /// Why it is not wholly understood: an error, a repair, something without a type.
    pub(crate) odd: Option<String>,
    /// Laws that it breaks.
    pub(crate) broken: Vec<String>,
    /// Whether it prints as it came.
    pub(crate) same: bool,
}

/// Reads and prints the frame in every way.
pub(crate) fn check(side: Side, frame: &Frame) -> Checked {
    let wire = frame.wire();
    let mut broken = Vec::new();
    let mut law = |holds: bool, text: String| {
        if !holds {
            broken.push(text);
        }
    };
    law(cuts_agree(side, wire), "cut, it is framed otherwise".into());

    let (message, repairs) = match read(side, frame, Leniency::Lenient) {
        Ok(read) => read,
        Err(error) => {
            let strict = read(side, frame, Leniency::Strict);
            law(strict.is_err(), format!("strict alone takes it: {strict:?}"));
            return Checked { message: None, odd: Some(error), broken, same: false };
        }
    };
    let words = words(&format!("{message:?}"));
    let has = |name: &str| words.iter().any(|word| word == name);
    let odd = if !repairs.is_empty() {
        Some(format!("repaired: {repairs:?}"))
    } else if has("Invalid") || has("Other") {
        Some(format!("no type: {message:?}"))
    } else {
        None
    };
    if repairs.is_empty() {
        let strict = read(side, frame, Leniency::Strict).map(|(message, _)| message);
        let agrees = if has("Invalid") { strict.is_err() } else { strict.as_ref() == Ok(&message) };
        law(agrees, format!("strict reads {strict:?}"));
    }

    let mut same = false;
    for peer in peers(side, !wire.is_ascii()) {
        let printed = print(&message, peer);
        same |= printed == *wire;
        let again = match frames(side, &printed, usize::MAX).as_slice() {
            [again] => read(side, again, Leniency::Lenient),
            several => Err(format!("{} frames", several.len())),
        };
        match again {
            Ok((again, _)) => {
                law(
                    same_sense(&again, &message),
                    format!("{printed:?} reads {again:?}, not {message:?}"),
                );
                let second = print(&again, peer);
                law(second == printed, format!("{printed:?} prints {second:?}"));
            }
            Err(error) => law(false, format!("{printed:?} is not read: {error}")),
        }
    }
    Checked { message: Some(message), odd, broken, same }
}

/// The frames in `wire`, pushed in pieces of `step`; every literal is taken into its frame.
pub(crate) fn frames(side: Side, wire: &[u8], step: usize) -> Vec<Frame> {
    let mut framer = Framer::new(side, FrameLimits::CLIENT);
    let mut frames = Vec::new();
    for piece in wire.chunks(step) {
        framer.push(Bytes::copy_from_slice(piece));
        drain(&mut framer, &mut frames);
    }
    assert!(framer.is_empty(), "left over of {:?}", wire.escape_ascii().to_string());
    frames
}

fn drain(framer: &mut Framer, frames: &mut Vec<Frame>) {
    while let Some(piece) = framer.next_piece().expect("limits are wide") {
        match piece {
            Piece::Frame(frame) => frames.push(frame),
            Piece::Literal { .. } => framer.inline().expect("limits are wide"),
            other => unreachable!("nothing is streamed: {other:?}"),
        }
    }
}

/// Whether the frame is the same wherever it is cut in two, and octet by octet.
fn cuts_agree(side: Side, wire: &Bytes) -> bool {
    let want = [Frame::new(wire.clone())];
    // Where it is cut within a long literal makes no difference.
    let every = 1 + wire.len() / 2_000;
    (1..wire.len()).step_by(every).all(|at| {
        let mut framer = Framer::new(side, FrameLimits::CLIENT);
        let mut got = Vec::new();
        for half in [wire.slice(..at), wire.slice(at..)] {
            framer.push(half);
            drain(&mut framer, &mut got);
        }
        got == want && framer.is_empty()
    }) && frames(side, wire, 1) == want
}

fn read(side: Side, frame: &Frame, leniency: Leniency) -> Result<(Message, Vec<String>), String> {
    let mut options = ReadOptions::default();
    options.leniency = leniency;
    options.utf8 = !frame.wire().is_ascii();
    let shown = |repair: &dyn Debug| format!("{repair:?}");
    match side {
        Side::Commands => match Command::parse(frame, options) {
            Ok(read) => Ok((
                Message::Command(read.value),
                read.repairs.as_slice().iter().map(|repair| shown(repair)).collect(),
            )),
            Err(error) => Err(error.to_string()),
        },
        Side::Responses => {
            let read = Response::parse(frame, options).map_err(|error| error.to_string())?;
            let mut repairs: Vec<_> =
                read.repairs.as_slice().iter().map(|repair| shown(repair)).collect();
            if let Response::Data(Data::Fetch(fetch)) = &read.value {
                let mut items = fetch.items();
                items.by_ref().for_each(drop);
                repairs.extend(items.repairs().as_slice().iter().map(|repair| shown(repair)));
            }
            Ok((Message::Response(read.value), repairs))
        }
    }
}

/// Whether they say the same. An item that makes no sense, or holds nothing, is not sent.
fn same_sense(again: &Message, message: &Message) -> bool {
    let (Message::Response(Response::Data(again)), Message::Response(Response::Data(data))) =
        (again, message)
    else {
        return again == message;
    };
    match (again, data) {
        (Data::Fetch(again), Data::Fetch(fetch)) => {
            let can_be_sent = |item: &FetchItem| match item {
                FetchItem::Invalid { .. } | FetchItem::Size(None) => false,
                FetchItem::Annotation(all) => !all.is_empty(),
                _ => true,
            };
            (again.number, again.by_uid) == (fetch.number, fetch.by_uid)
                && again.items().eq(fetch.items().filter(can_be_sent))
        }
        (Data::Status(again), Data::Status(status)) => {
            let mut status = status.clone();
            status.items.retain(|item| !matches!(item, StatusItem::Invalid { .. }));
            *again == status
        }
        (Data::ESearch(again), Data::ESearch(found)) => {
            let mut found = found.clone();
            found.items.retain(|item| match item {
                ESearchItem::Invalid { .. } => false,
                ESearchItem::AddTo(all) | ESearchItem::RemoveFrom(all) => !all.is_empty(),
                _ => true,
            });
            *again == found
        }
        (Data::List(again), Data::List(list))
        | (Data::Lsub(again), Data::Lsub(list))
        | (Data::XList(again), Data::XList(list)) => {
            let mut list = list.clone();
            list.extended.retain(|item| match item {
                ListItem::Invalid { .. } => false,
                ListItem::ChildInfo(options) => !options.is_empty(),
                _ => true,
            });
            *again == list
        }
        _ => again == data,
    }
}

fn print(message: &Message, peer: Peer) -> Bytes {
    let mut out = Encoder::new(peer);
    match message {
        Message::Command(command) => command.command.encode(&command.tag, &mut out),
        Message::Response(response) => response.encode(&mut out),
    }
    out.finish().wire
}

/// For whom it is printed.
fn peers(side: Side, utf8: bool) -> Vec<Peer> {
    let base = match side {
        Side::Commands => Peer::SERVER,
        Side::Responses => Peer::CLIENT,
    };
    let all: &[LiteralSupport] = match side {
        Side::Commands => {
            &[LiteralSupport::Synchronizing, LiteralSupport::Minus, LiteralSupport::Plus]
        }
        Side::Responses => &[LiteralSupport::Plus],
    };
    all.iter()
        .map(|literals| {
            let mut peer = base;
            peer.literals = *literals;
            peer.utf8 = utf8;
            peer
        })
        .collect()
}

/// The words in what `Debug` shows, strings aside.
pub(crate) fn words(shown: &str) -> Vec<String> {
    let mut bare = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for char in shown.chars() {
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            _ => bare.push(char),
        }
    }
    bare.split(|char: char| !char.is_alphanumeric()).map(str::to_owned).collect()
}
