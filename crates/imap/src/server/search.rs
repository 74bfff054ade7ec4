//! What SEARCH and SORT found ([RFC 9051 §6.4.4, §7.3.4], RFC 4731, RFC 5267, RFC 7162, RFC 9394).
//!
//! [RFC 9051 §6.4.4, §7.3.4]: https://www.rfc-editor.org/rfc/rfc9051#section-6.4.4

use super::{Kind, MessageRef, Pending, Phase, Server, numbers};
use crate::{
    Data, ESearch, ESearchItem, Error, Numbers, Response, SearchResult, SequenceSet, Tag,
    command::{PartialRange, SearchCommand, SearchReturn, SortCommand},
    search::{SearchExpression, SearchKey, SearchStep},
};
use alloc::vec::Vec;
use core::num::NonZeroU32;

/// What was asked, as far as the answer depends on it.
#[derive(Debug)]
pub(super) struct Asked {
    tag: Tag,
    sorts: bool,
    uid: bool,
    returns: Option<Vec<SearchReturn>>,
    /// Whether mod-sequences are among the criteria.
    mod_seq: bool,
    answered: bool,
}

impl Asked {
    pub(super) fn search(tag: &Tag, search: &SearchCommand) -> Self {
        Self {
            tag: tag.clone(),
            sorts: false,
            uid: search.uid,
            returns: search.returns.clone(),
            mod_seq: asks_mod_seq(&search.expression),
            answered: false,
        }
    }

    pub(super) fn sort(tag: &Tag, sort: &SortCommand) -> Self {
        Self {
            tag: tag.clone(),
            sorts: true,
            uid: sort.uid,
            returns: sort.returns.clone(),
            mod_seq: asks_mod_seq(&sort.expression),
            answered: false,
        }
    }

    /// Whether the result is kept as `$`.
    pub(super) fn saves(&self) -> bool {
        self.wants(&SearchReturn::Save)
    }

    pub(super) fn is_answered(&self) -> bool {
        self.answered
    }

    fn wants(&self, option: &SearchReturn) -> bool {
        self.returns.iter().flatten().any(|asked| asked == option)
    }

    /// Whether all messages are wanted: RETURN () says so too, and RETURN (SAVE) does not.
    fn wants_all(&self) -> bool {
        let said = self.returns.iter().flatten();
        let mut results = said.filter(|option| {
            !matches!(
                option,
                SearchReturn::Update | SearchReturn::Context | SearchReturn::Relevancy
            )
        });
        self.wants(&SearchReturn::All) || results.next().is_none()
    }
}

fn asks_mod_seq(expression: &SearchExpression) -> bool {
    let mut steps = expression.steps().iter();
    steps.any(|step| matches!(step, SearchStep::Key(SearchKey::ModSeq { .. })))
}

impl Server {
    /// Answers SEARCH or SORT with the messages that were found, in the form and with the numbers that the
    /// client asked for; [`accept`](Self::accept) ends the command. For SEARCH they are in the order of the
    /// mailbox, for SORT in the order that was asked for.
    ///
    /// The highest mod-sequence of those found is told if the client searched for one. `SAVE` is done here,
    /// and can be refused with [`reject`](Self::reject) and
    /// [`WordCode::NotSaved`](crate::WordCode::NotSaved) instead.
    ///
    /// ```
    /// # use mailwire_core::Output;
    /// # use mailwire_imap::server::{Config, Event, MessageRef, Selected, Server};
    /// # use mailwire_imap::Command;
    /// # let mut config = Config::new("ready").offering("ESEARCH SEARCHRES")?;
    /// # config.preauth = true;
    /// # let mut server = Server::new(config);
    /// # server.handle_input("a SELECT inbox\r\nb UID SEARCH RETURN (ALL COUNT SAVE) UNSEEN\r\n\
    /// #     c FETCH $ FLAGS\r\n".into());
    /// # let Output::Event(Event::Command(Command::Select { .. })) = server.poll_output()? else { panic!() };
    /// # server.select(&Selected::new(9, 1, 110))?;
    /// # server.accept()?;
    /// # let Output::Event(Event::Command(Command::Search(_))) = server.poll_output()? else { panic!() };
    /// // the client said `b UID SEARCH RETURN (ALL COUNT SAVE) UNSEEN` and `c FETCH $ FLAGS`
    /// server.send_found([MessageRef::new(2, 102), MessageRef::new(3, 103)])?;
    /// server.accept()?;
    /// let Output::Event(Event::Command(Command::Fetch { messages, uid, .. })) = server.poll_output()?
    ///     else { panic!() };
    /// assert_eq!((messages.to_string(), uid), ("102:103".into(), true));
    /// server.accept()?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"* ESEARCH (TAG \"b\") UID COUNT 2 ALL 102:103\r\n\
    ///     b OK UID SEARCH completed\r\nc OK FETCH completed\r\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if neither is at hand, if it was answered already, or if the client was not told
    /// of a message.
    pub fn send_found(&mut self, found: impl IntoIterator<Item = MessageRef>) -> Result<(), Error> {
        let rev2 = self.is_rev2();
        self.tell_vanished();
        let Phase::Selected(open) = &mut self.phase else { return Err(Error::Misuse) };
        let asked = match self.pending.as_deref_mut() {
            Some(Pending { kind: Kind::Search(asked), .. }) if !asked.answered => asked,
            _ => return Err(Error::Misuse),
        };
        let (mut numbers, mut uids, mut mod_seq) = (Vec::new(), Vec::new(), None);
        for message in found {
            if message.uid == 0 || (!asked.uid && !open.knows(message.number)) {
                return Err(Error::Misuse);
            }
            let number =
                if asked.uid { message.uid } else { open.held().to_client(message.number) };
            numbers.push(number);
            uids.push(message.uid);
            mod_seq = mod_seq.max(message.mod_seq);
        }
        asked.answered = true;
        if asked.saves() {
            open.saved = saved(asked, &uids);
        }
        let mod_seq = mod_seq.filter(|_| asked.mod_seq);
        let response = answer(asked, &numbers, mod_seq, rev2);
        if let Some(data) = response {
            self.write(&Response::Data(data));
        }
        Ok(())
    }
}

impl Server {
    /// The result with the numbers that the client has.
    pub(super) fn past_results(&self, mut result: ESearch) -> ESearch {
        let Phase::Selected(open) = &self.phase else { return result };
        let held = open.held();
        for item in &mut result.items {
            match item {
                ESearchItem::Min(number) | ESearchItem::Max(number) => {
                    *number = held.to_client(*number);
                }
                ESearchItem::All(set) => *set = held.past(set),
                ESearchItem::Partial { set: Some(set), .. } => *set = held.past(set),
                ESearchItem::AddTo(changes) | ESearchItem::RemoveFrom(changes) => {
                    changes.iter_mut().for_each(|(_, set)| *set = held.past(set));
                }
                _ => {}
            }
        }
        result
    }
}

/// What `$` becomes (RFC 9051 §6.4.4.1, table 4).
fn saved(asked: &Asked, uids: &[u32]) -> Option<SequenceSet> {
    let all = asked.wants(&SearchReturn::All) || asked.wants(&SearchReturn::Count);
    let (min, max) = (asked.wants(&SearchReturn::Min), asked.wants(&SearchReturn::Max));
    if let Some(range) = partial_of(asked).filter(|_| !all) {
        // RFC 9394 §3.1
        return ranges(part(uids, range), false);
    }
    if all || !(min || max) {
        return ranges(uids, false);
    }
    let ends = [(min, uids.iter().min()), (max, uids.iter().max())];
    let ends = ends.into_iter().filter_map(|(wanted, uid)| uid.copied().filter(|_| wanted));
    SequenceSet::from_numbers(ends).ok()
}

fn partial_of(asked: &Asked) -> Option<PartialRange> {
    asked.returns.iter().flatten().find_map(|option| match option {
        SearchReturn::Partial(range) => Some(*range),
        _ => None,
    })
}

/// The form of the answer: SEARCH or SORT, ESEARCH, or none at all.
fn answer(asked: &Asked, numbers: &[u32], mod_seq: Option<u64>, rev2: bool) -> Option<Data> {
    let Some(returns) = &asked.returns else {
        if rev2 && !asked.sorts {
            return Some(Data::ESearch(esearch(asked, numbers, mod_seq)));
        }
        let list = Numbers::new(numbers.iter().filter_map(|number| NonZeroU32::new(*number)));
        let mut result = SearchResult::new(list);
        result.mod_seq = mod_seq;
        return Some(if asked.sorts { Data::Sort(result) } else { Data::Search(result) });
    };
    // RFC 9051 §6.4.4.1: SAVE alone has no answer.
    let says_nothing = matches!(returns[..], [SearchReturn::Save]);
    (!says_nothing).then(|| Data::ESearch(esearch(asked, numbers, mod_seq)))
}

fn esearch(asked: &Asked, numbers: &[u32], mod_seq: Option<u64>) -> ESearch {
    let mut result = ESearch { uid: asked.uid, ..ESearch::default() };
    result.tag = Some(asked.tag.clone());
    // Of what is sorted the ends are those of the order (RFC 5267 §3.1).
    let (min, max) = if asked.sorts {
        (numbers.first(), numbers.last())
    } else {
        (numbers.iter().min(), numbers.iter().max())
    };
    let items = &mut result.items;
    if let Some(min) = min.filter(|_| asked.wants(&SearchReturn::Min)) {
        items.push(ESearchItem::Min(*min));
    }
    if let Some(max) = max.filter(|_| asked.wants(&SearchReturn::Max)) {
        items.push(ESearchItem::Max(*max));
    }
    if asked.wants(&SearchReturn::Count) {
        items.push(ESearchItem::Count(u32::try_from(numbers.len()).unwrap_or(u32::MAX)));
    }
    if asked.wants_all()
        && let Some(set) = ranges(numbers, asked.sorts)
    {
        items.push(ESearchItem::All(set));
    }
    if let Some(range) = partial_of(asked) {
        let set = ranges(part(numbers, range), asked.sorts);
        items.push(ESearchItem::Partial { range, set });
    }
    if let Some(value) = mod_seq {
        items.push(ESearchItem::ModSeq(value));
    }
    result
}

/// The places that PARTIAL asks for (RFC 9394 §3.1), in the order of the result.
fn part(numbers: &[u32], range: PartialRange) -> &[u32] {
    let ends =
        [range.from.get(), range.to.get()].map(|end| usize::try_from(end).unwrap_or(usize::MAX));
    let (first, last) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
    let len = numbers.len();
    let (from, to) = if range.from_end {
        (len.saturating_sub(last), len.saturating_sub(first - 1))
    } else {
        (first - 1, last.min(len))
    };
    numbers.get(from..to).unwrap_or_default()
}

/// As few ranges as possible; those of a sorted result stay in their order.
fn ranges(numbers: &[u32], keep_order: bool) -> Option<SequenceSet> {
    if !keep_order && !numbers.is_sorted() {
        return SequenceSet::from_numbers(numbers.iter().copied()).ok();
    }
    let mut joined: Vec<(u32, u32)> = Vec::new();
    for number in numbers.iter().copied() {
        match joined.last_mut() {
            Some((_, to)) if to.checked_add(1) == Some(number) => *to = number,
            Some((_, to)) if *to == number => {}
            _ => joined.push((number, number)),
        }
    }
    numbers::set(joined)
}
