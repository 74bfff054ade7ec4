//! What the tests share.
#![allow(dead_code, reason = "each test uses some of it")]

use bytes::Bytes;
use mailwire_imap::{
    Command, Data, DateTime, Encoder, Frame, Peer, ReadOptions, Response, Tag,
    command::FetchAttribute,
};
use mailwire_mailbox::{
    FetchError, Index, LineEnds, MemoryMessage, Search, SearchContext, SearchError,
    ThreadAlgorithm, date_time,
};

/// 2001-01-01 00:00:00 UTC.
pub(crate) const EPOCH: i64 = 978_307_200;

pub(crate) fn arrived(hours: i64) -> DateTime {
    date_time(EPOCH + hours * 3600, 0)
}

/// The command of a line, without its tag.
pub(crate) fn command(line: &str) -> Command {
    let frame = Frame::new(Bytes::from(format!("a {line}\r\n")));
    Command::parse(&frame, ReadOptions::default())
        .unwrap_or_else(|why| panic!("{line:?}: {why:?}"))
        .value
        .command
}

pub(crate) fn attribute(text: &str) -> FetchAttribute {
    let Command::Fetch { attributes, .. } = command(&format!("FETCH 1 ({text})")) else {
        panic!("{text}")
    };
    attributes.into_iter().next().expect("one attribute")
}

/// What FETCH answers, as it goes on the wire.
pub(crate) fn fetch_with(
    message: &[u8],
    what: &str,
    line_ends: LineEnds,
    peer: Peer,
) -> Result<String, FetchError> {
    let message = Bytes::copy_from_slice(message);
    let index = Index::of_with(&message, line_ends);
    let mut out = Encoder::new(peer);
    index.fetch(&attribute(what), &message, peer)?.encode(&mut out);
    Ok(String::from_utf8_lossy(&out.finish().wire).into_owned())
}

pub(crate) fn fetch(message: &str, what: &str) -> String {
    fetch_with(message.as_bytes(), what, LineEnds::Detect, Peer::CLIENT).expect("an answer")
}

/// Messages that arrived an hour after one another, with CRLF for LF, their UIDs ten times their
/// numbers.
pub(crate) fn mailbox<M: AsRef<[u8]>>(messages: impl IntoIterator<Item = M>) -> Vec<MemoryMessage> {
    (1u32..)
        .zip(messages)
        .map(|(number, message)| {
            let octets = Bytes::copy_from_slice(message.as_ref());
            MemoryMessage::new(number, number * 10, octets, arrived(i64::from(number)))
        })
        .collect()
}

pub(crate) fn context(messages: &[MemoryMessage]) -> SearchContext<'static> {
    let last = messages.last();
    SearchContext::new(
        arrived(100).unix(),
        last.map_or(0, |message| message.number),
        last.map_or(0, |message| message.uid),
    )
}

/// What SEARCH, SORT or THREAD answers, as it goes on the wire, without its line end.
pub(crate) fn ask(messages: &[MemoryMessage], line: &str) -> Result<String, SearchError> {
    ask_in(messages, line, &context(messages))
}

pub(crate) fn ask_in(
    messages: &[MemoryMessage],
    line: &str,
    context: &SearchContext<'_>,
) -> Result<String, SearchError> {
    let data = match command(line) {
        Command::Search(it) => {
            let found = Search::new(&it.expression, it.charset.as_deref(), context)?.run(messages);
            match &it.returns {
                None => Data::Search(found.search(it.uid)),
                Some(returns) => {
                    let answer = found.answer(returns, it.uid, Tag::new("a").expect("a tag"))?;
                    let saved = answer.saved.map(|saved| format!("{saved:?}"));
                    let Some(data) = answer.data else { return Ok(saved.unwrap_or_default()) };
                    let data = print(Data::ESearch(data));
                    return Ok(saved.map_or(data.clone(), |saved| format!("{data} saved {saved}")));
                }
            }
        }
        Command::Sort(it) => {
            let search = Search::new(&it.expression, Some(&it.charset), context)?;
            let found = search.sort(&it.keys, messages)?;
            match &it.returns {
                None => Data::Sort(found.search(it.uid)),
                Some(returns) => {
                    let answer = found.answer(returns, it.uid, Tag::new("a").expect("a tag"))?;
                    return Ok(answer
                        .data
                        .map(|data| print(Data::ESearch(data)))
                        .unwrap_or_default());
                }
            }
        }
        Command::Thread(it) => {
            let search = Search::new(&it.expression, Some(&it.charset), context)?;
            let algorithm = ThreadAlgorithm::for_name(it.algorithm.as_str()).expect("known");
            Data::Thread(search.thread(algorithm, it.uid, messages))
        }
        other => panic!("{other:?}"),
    };
    Ok(print(data))
}

fn print(data: Data) -> String {
    let mut out = Encoder::new(Peer::CLIENT);
    Response::Data(data).encode(&mut out);
    String::from_utf8_lossy(&out.finish().wire).trim_end().to_owned()
}
