//! Texts of messages that come in chunks.

use super::Body;
use crate::{
    Data, Framer, Literal, Parsed, ReadOptions, Response,
    fetch::{FetchData, FetchItem},
};

/// To be looked at without a second thought.
const SHORT_HEAD: usize = 64 << 10;

/// Whose text the literal is, if it is one of a message, from what came before it.
pub(super) fn announced(framer: &Framer, literal: Literal, options: ReadOptions) -> Option<Body> {
    // Each literal costs a look at everything before it: not many of them may cost much.
    let len = framer.known();
    if len > SHORT_HEAD && (len as u64) > literal.size {
        return None;
    }
    let options = ReadOptions { leniency: crate::Leniency::Lenient, ..options };
    let Ok(Parsed { value: Response::Data(Data::Fetch(fetch)), .. }) =
        Response::parse(&framer.head()?, options)
    else {
        return None;
    };
    let (mut uid, mut last) = (None, None);
    for item in fetch.items() {
        if let FetchItem::Uid(number) = &item {
            uid = Some(*number);
        }
        last = Some(item);
    }
    let item = last?;
    let data = match &item {
        FetchItem::Section { data, .. }
        | FetchItem::Binary { data, .. }
        | FetchItem::Rfc822(data)
        | FetchItem::Rfc822Header(data)
        | FetchItem::Rfc822Text(data) => data,
        _ => return None,
    };
    let FetchData::Streamed(size) = *data else { return None };
    Some(Body { number: fetch.number, by_uid: fetch.by_uid, uid, item, size })
}
