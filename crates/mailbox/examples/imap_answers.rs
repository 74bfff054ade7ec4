//! Answers IMAP commands about messages in files, without a server: FETCH, SEARCH, SORT and THREAD from
//! standard input, answers to standard output.
//!
//! ```text
//! printf 'a FETCH 1 (ENVELOPE BODYSTRUCTURE)\r\n' |
//!     cargo run -p mailwire-mailbox --example imap_answers -- message.eml
//! ```
//!
//! The messages are numbered in the order of the arguments; the first arrived at the beginning of 2001,
//! each of the others an hour later. Line feeds go out as CRLF.

use bytes::Bytes;
use mailwire_imap::{
    Command, Data, Encoder, FrameLimits, Framer, Peer, Piece, ReadOptions, Response, Side,
    TaggedCommand, command::FetchAttribute, fetch::FetchItem,
};
use mailwire_mailbox::{
    Facts, Index, LineEnds, MemoryMessage, Search, SearchContext, ThreadAlgorithm, date_time,
};
use std::{
    env, fs,
    io::{self, Read, Write},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut messages = Vec::new();
    for (number, path) in (1u32..).zip(env::args_os().skip(1)) {
        let arrived = date_time(978_307_200 + i64::from(number) * 3600, 0);
        let octets = Bytes::from(fs::read(path)?);
        let mut message = MemoryMessage::new(number, number, octets, arrived);
        message.index = Index::of_with(&message.octets, LineEnds::Crlf);
        messages.push(message);
    }
    let mut framer = Framer::new(Side::Commands, FrameLimits::SERVER);
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut buffer = [0; 4096];
    loop {
        let len = input.read(&mut buffer)?;
        if len == 0 {
            return Ok(());
        }
        framer.push(Bytes::copy_from_slice(&buffer[..len]));
        while let Some(piece) = framer.next_piece()? {
            let Piece::Frame(frame) = piece else { return Err("literal is too long".into()) };
            let command = Command::parse(&frame, ReadOptions::default())?.value;
            let result = answer(&command, &messages, &mut output);
            let result = result.map_or_else(|why| format!("NO {why}"), |()| "OK".into());
            writeln!(output, "{} {result}\r", command.tag)?;
            output.flush()?;
        }
    }
}

type Answered = Result<(), Box<dyn std::error::Error>>;

fn answer(command: &TaggedCommand, messages: &[MemoryMessage], out: &mut impl Write) -> Answered {
    let last = u32::try_from(messages.len())?;
    let context = SearchContext::new(date_time(1_700_000_000, 0).unix(), last, last);
    let mut send = |data: Data| {
        let mut encoder = Encoder::new(Peer::CLIENT);
        Response::Data(data).encode(&mut encoder);
        out.write_all(&encoder.finish().wire)
    };
    match &command.command {
        Command::Fetch { messages: wanted, attributes, .. } => {
            let search = Search::new(
                &mailwire_imap::search::SearchKey::Messages(wanted.clone()).into(),
                None,
                &context,
            )?;
            for message in messages.iter().filter(|message| search.matches(message)) {
                fetch(message, attributes, out)?;
            }
        }
        Command::Search(search) => {
            let prepared = Search::new(&search.expression, search.charset.as_deref(), &context)?;
            let found = prepared.run(messages);
            match &search.returns {
                Some(returns) => {
                    let answer = found.answer(returns, search.uid, command.tag.clone())?;
                    answer.data.into_iter().try_for_each(|data| send(Data::ESearch(data)))?;
                }
                None => send(Data::Search(found.search(search.uid)))?,
            }
        }
        Command::Sort(command) => {
            let search = Search::new(&command.expression, Some(&command.charset), &context)?;
            let found = search.sort(&command.keys, messages)?;
            send(Data::Sort(found.search(command.uid)))?;
        }
        Command::Thread(command) => {
            let search = Search::new(&command.expression, Some(&command.charset), &context)?;
            let algorithm = ThreadAlgorithm::for_name(command.algorithm.as_str());
            let algorithm = algorithm.ok_or("unknown algorithm")?;
            send(Data::Thread(search.thread(algorithm, command.uid, messages)))?;
        }
        _ => return Err("only FETCH, SEARCH, SORT and THREAD are answered".into()),
    }
    Ok(())
}

fn fetch(message: &MemoryMessage, attributes: &[FetchAttribute], out: &mut impl Write) -> Answered {
    let mut line = Encoder::new(Peer::CLIENT);
    for (i, attribute) in attributes.iter().enumerate() {
        if i > 0 {
            line.space();
        }
        let item = match attribute {
            FetchAttribute::Uid => FetchItem::Uid(message.uid),
            FetchAttribute::InternalDate => FetchItem::InternalDate(Some(message.internal_date)),
            other => message.index.fetch(other, &message.octets, Peer::CLIENT)?,
        };
        item.encode(&mut line);
    }
    write!(out, "* {} FETCH (", message.number())?;
    out.write_all(&line.finish().wire)?;
    Ok(out.write_all(b")\r\n")?)
}
