//! What a client makes of what a server said: whether numbers and UIDs go together to the end.

use bytes::Bytes;
use mailwire_imap::{
    Data, FrameLimits, Framer, Leniency, Piece, ReadOptions, Response, ResponseCode, Side,
    WordCode, fetch::FetchItem,
};

/// Reads everything strictly, and follows EXISTS, EXPUNGE, VANISHED and FETCH.
///
/// # Panics
///
/// If something cannot be read, if a number is none that the client can know, or if a message has
/// another UID than before.
pub(crate) fn check(sent: &[u8]) {
    let mut limits = FrameLimits::CLIENT;
    limits.inline = 1 << 30;
    let mut framer = Framer::new(Side::Responses, limits);
    framer.push(Bytes::copy_from_slice(sent));
    let mut options = ReadOptions::STANDARD;
    options.leniency = Leniency::Strict;
    // The UID of each message, once it is known.
    let mut view: Vec<Option<u32>> = Vec::new();
    while let Some(Piece::Frame(frame)) = framer.next_piece().expect("limits are wide") {
        let shown = frame.wire().escape_ascii().to_string();
        if shown.starts_with('[') {
            // A tag may begin so, and is taken for a code then.
            continue;
        }
        options.utf8 = true;
        let response = Response::parse(&frame, options);
        let response = response.unwrap_or_else(|error| panic!("{error}: {shown}")).value;
        match response {
            Response::Status(status) if status.tag.is_none() => {
                if matches!(status.code, Some(ResponseCode::Word(WordCode::Closed))) {
                    view.clear();
                }
            }
            Response::Data(Data::Flags(_)) => view.clear(),
            Response::Data(Data::Exists(count)) => {
                assert!(count as usize >= view.len(), "fewer than before: {shown}");
                view.resize(count as usize, None);
            }
            Response::Data(Data::Expunge(number)) => {
                assert!(number.get() as usize <= view.len(), "nobody has this number: {shown}");
                view.remove(number.get() as usize - 1);
            }
            Response::Data(Data::Vanished { earlier: false, uids }) => {
                let gone: usize = uids
                    .ranges()
                    .iter()
                    .map(|range| range.resolve(0))
                    .map(|(from, to)| (to - from) as usize + 1)
                    .sum();
                let before = view.len();
                view.retain(|uid| !uid.is_some_and(|uid| uids.contains(uid, 0)));
                let left = before.checked_sub(gone).expect("more vanish than there are");
                if left < view.len() {
                    // Which of those that have no UID yet went cannot be told.
                    view = vec![None; left];
                }
            }
            Response::Data(Data::Fetch(fetch)) if !fetch.by_uid => {
                let slot = view.get_mut(fetch.number.get() as usize - 1);
                let slot = slot.unwrap_or_else(|| panic!("nobody has this number: {shown}"));
                for item in fetch.items() {
                    if let FetchItem::Uid(uid) = item {
                        let uid = u32::try_from(u64::from(uid)).expect("32 bits");
                        assert!(slot.is_none_or(|known| known == uid), "{slot:?}: {shown}");
                        *slot = Some(uid);
                    }
                }
            }
            _ => {}
        }
    }
}
