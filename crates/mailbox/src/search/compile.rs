//! From an expression to a program, without recursion.

use super::{
    SearchContext, SearchError,
    numbers::Numbers,
    program::{ACCEPT, FIRST, Needles, Program, REJECT, Step, Whole},
    test::{Compare, Test, Which},
};
use crate::envelope::List;
use alloc::{vec, vec::Vec};
use mailwire_imap::{
    Date, Messages, SystemFlag,
    search::{HeaderField, SearchExpression, SearchKey, SearchStep},
};
use mailwire_message::{Findings, Policy, charset};
use memchr::memmem::Finder;

/// How deep filters may name filters, and how long a search may become by it.
const FILTER_DEPTH: usize = 8;
const FILTER_STEPS: usize = 100_000;

/// The steps with all filters put in.
pub(super) fn without_filters(
    expression: &SearchExpression,
    context: &SearchContext<'_>,
) -> Result<Vec<SearchStep>, SearchError> {
    let mut steps = expression.steps().to_vec();
    for _ in 0..FILTER_DEPTH {
        let is_filter = |step: &SearchStep| matches!(step, SearchStep::Key(SearchKey::Filter(_)));
        if !steps.iter().any(is_filter) {
            return Ok(steps);
        }
        let mut filled = Vec::with_capacity(steps.len());
        for step in steps {
            let SearchStep::Key(SearchKey::Filter(name)) = step else {
                filled.push(step);
                continue;
            };
            let found = context.filter.and_then(|filter| filter(&name));
            let found = found.ok_or(SearchError::UndefinedFilter(name))?;
            if filled.len() + found.steps().len() > FILTER_STEPS {
                return Err(SearchError::TooManyFilters);
            }
            filled.extend_from_slice(found.steps());
        }
        steps = filled;
    }
    Err(SearchError::TooManyFilters)
}

/// A node of the tree.
#[derive(Debug)]
struct Node {
    kind: Kind,
    cost: u64,
}

#[derive(Debug)]
enum Kind {
    Test(Option<Test>),
    Not(usize),
    Or(Vec<usize>),
    And(Vec<usize>),
}

/// Puts the steps in the order in which they cost least.
pub(super) fn program(
    steps: &[SearchStep],
    charset: Option<&[u8]>,
    context: &SearchContext<'_>,
) -> Result<Program, SearchError> {
    // Also if there is no text in it (RFC 9051 §6.4.4).
    if charset.is_some_and(|label| known(label).is_none()) {
        return Err(SearchError::BadCharset);
    }
    let mut program = Program {
        needles: Needles { collation: context.collation, ..Needles::default() },
        ..Program::default()
    };
    let mut nodes: Vec<Node> = Vec::with_capacity(steps.len());
    let mut values: Vec<usize> = Vec::new();
    for step in steps.iter().rev() {
        let from = values.len() - step.arity().min(values.len());
        let mut operands = values.split_off(from);
        let cost = operands.iter().fold(0u64, |sum, node| sum.saturating_add(nodes[*node].cost));
        operands.sort_by_key(|node| nodes[*node].cost);
        let kind = match step {
            SearchStep::Key(key) => Kind::Test(Some(test(key, charset, context, &mut program)?)),
            SearchStep::Not => operands.first().map_or(Kind::Or(Vec::new()), |it| Kind::Not(*it)),
            SearchStep::Or => Kind::Or(operands),
            SearchStep::And(_) => Kind::And(operands),
            SearchStep::Fuzzy => {
                program.is_fuzzy = true;
                Kind::And(operands)
            }
        };
        let cost = if let Kind::Test(Some(test)) = &kind { test.cost() } else { cost };
        values.push(nodes.len());
        nodes.push(Node { kind, cost });
    }
    let root = values.pop();
    emit(&mut nodes, root, &mut program);
    Ok(program)
}

/// Something to write: a node, where it goes on, and the label of its beginning.
struct Todo {
    node: usize,
    yes: usize,
    no: usize,
    label: Option<usize>,
}

fn emit(nodes: &mut [Node], root: Option<usize>, program: &mut Program) {
    // Where labels turn out to be; the first two are the ends.
    let mut labels = vec![ACCEPT, REJECT];
    let mut todo: Vec<Todo> =
        root.into_iter().map(|node| Todo { node, yes: ACCEPT, no: REJECT, label: None }).collect();
    while let Some(Todo { node, yes, no, label }) = todo.pop() {
        let (operands, is_and) = match &mut nodes[node].kind {
            Kind::Test(test) => {
                if let Some(label) = label {
                    labels[label] = FIRST + program.steps.len();
                }
                let test = test.take().unwrap_or(Test::Always(true));
                program.steps.push(Step { test, yes, no });
                continue;
            }
            Kind::Not(inner) => {
                todo.push(Todo { node: *inner, yes: no, no: yes, label });
                continue;
            }
            Kind::And(operands) => (core::mem::take(operands), true),
            Kind::Or(operands) => (core::mem::take(operands), false),
        };
        if operands.is_empty() {
            // None of nothing is wanted: all of nothing is.
            nodes[node].kind = Kind::Test(Some(Test::Always(is_and)));
            todo.push(Todo { node, yes, no, label });
            continue;
        }
        let first_label = labels.len();
        labels.resize(first_label + operands.len() - 1, REJECT);
        let label_of = |i: usize| if i == 0 { label } else { Some(first_label + i - 1) };
        for (i, operand) in operands.iter().enumerate().rev() {
            let next = if i + 1 < operands.len() { label_of(i + 1) } else { None };
            let (yes, no) = match (is_and, next) {
                (true, Some(next)) => (next, no),
                (false, Some(next)) => (yes, next),
                (_, None) => (yes, no),
            };
            todo.push(Todo { node: *operand, yes, no, label: label_of(i) });
        }
    }
    for step in &mut program.steps {
        step.yes = labels[step.yes];
        step.no = labels[step.no];
    }
}

fn test(
    key: &SearchKey,
    charset: Option<&[u8]>,
    context: &SearchContext<'_>,
    program: &mut Program,
) -> Result<Test, SearchError> {
    let day = |which, compare, date: &Date| Test::Day(which, compare, date.days_since_epoch());
    let saved = if context.save_dates { Which::Saved } else { Which::Arrived };
    let unknown = |name: &'static str| SearchError::UnknownKey(name.into());
    Ok(match key {
        SearchKey::All => Test::Always(true),
        SearchKey::Messages(Messages::Saved) | SearchKey::Uid(Messages::Saved) => Test::Saved,
        SearchKey::Messages(Messages::Set(set)) => {
            Test::Number(Numbers::of(set, context.last_number))
        }
        SearchKey::Uid(Messages::Set(set)) => Test::Uid(Numbers::of(set, context.last_uid)),
        SearchKey::UidAfter(uid) => Test::Uid(
            uid.checked_add(1)
                .map_or_else(Numbers::default, |uid| Numbers::range(uid.get(), u32::MAX)),
        ),
        SearchKey::UidBefore(uid) => Test::Uid(Numbers::range(1, uid.get() - 1)),
        SearchKey::Answered => Test::Flag(SystemFlag::Answered, true),
        SearchKey::Deleted => Test::Flag(SystemFlag::Deleted, true),
        SearchKey::Draft => Test::Flag(SystemFlag::Draft, true),
        SearchKey::Flagged => Test::Flag(SystemFlag::Flagged, true),
        SearchKey::Seen => Test::Flag(SystemFlag::Seen, true),
        SearchKey::Recent => Test::Flag(SystemFlag::Recent, true),
        SearchKey::New => Test::New,
        SearchKey::Keyword(name) => Test::Keyword(name.as_str().as_bytes().into(), true),
        SearchKey::Unanswered => Test::Flag(SystemFlag::Answered, false),
        SearchKey::Undeleted => Test::Flag(SystemFlag::Deleted, false),
        SearchKey::Undraft => Test::Flag(SystemFlag::Draft, false),
        SearchKey::Unflagged => Test::Flag(SystemFlag::Flagged, false),
        SearchKey::Unseen => Test::Flag(SystemFlag::Seen, false),
        SearchKey::Old => Test::Flag(SystemFlag::Recent, false),
        SearchKey::Unkeyword(name) => Test::Keyword(name.as_str().as_bytes().into(), false),
        SearchKey::Before(date) => day(Which::Arrived, Compare::Before, date),
        SearchKey::On(date) => day(Which::Arrived, Compare::On, date),
        SearchKey::Since(date) => day(Which::Arrived, Compare::Since, date),
        SearchKey::SentBefore(date) => day(Which::Sent, Compare::Before, date),
        SearchKey::SentOn(date) => day(Which::Sent, Compare::On, date),
        SearchKey::SentSince(date) => day(Which::Sent, Compare::Since, date),
        SearchKey::SavedBefore(date) => day(saved, Compare::Before, date),
        SearchKey::SavedOn(date) => day(saved, Compare::On, date),
        SearchKey::SavedSince(date) => day(saved, Compare::Since, date),
        SearchKey::SaveDateSupported => Test::Always(context.save_dates),
        SearchKey::Larger(octets) => Test::Larger(*octets),
        SearchKey::Smaller(octets) => Test::Smaller(*octets),
        SearchKey::Older(seconds) => Test::Moment {
            before: true,
            unix: context.now.saturating_sub(i64::from(seconds.get())),
        },
        SearchKey::Younger(seconds) => Test::Moment {
            before: false,
            unix: context.now.saturating_sub(i64::from(seconds.get())),
        },
        SearchKey::ModSeq { entry, value } => {
            program.asks_mod_seq = true;
            let entry =
                entry.as_ref().map(|(name, kind)| (Vec::from(&name[..]), Vec::from(kind.as_str())));
            Test::ModSeq { entry, value: *value }
        }
        SearchKey::EmailId(id) => Test::EmailId(Vec::from(id.as_str())),
        SearchKey::ThreadId(id) => Test::ThreadId(Vec::from(id.as_str())),
        SearchKey::Field(field, text) => {
            let needle = needle(text, charset, program)?;
            match field {
                HeaderField::Subject => Test::Subject(needle),
                HeaderField::From => Test::Addresses(List::From, needle),
                HeaderField::To => Test::Addresses(List::To, needle),
                HeaderField::Cc => Test::Addresses(List::Cc, needle),
                HeaderField::Bcc => Test::Addresses(List::Bcc, needle),
            }
        }
        SearchKey::Header(name, text) => {
            let text = (!text.is_empty()).then(|| needle(text, charset, program)).transpose()?;
            Test::Header(Vec::from(name.trim_ascii().strip_suffix(b":").unwrap_or(name)), text)
        }
        SearchKey::Body(text) | SearchKey::Text(text) => {
            let needle = needle(text, charset, program)?;
            let in_headers = matches!(key, SearchKey::Text(_));
            program.needles.whole.push(Whole { needle, in_headers });
            Test::Whole(program.needles.whole.len() - 1)
        }
        SearchKey::GmailRaw(_) => return Err(unknown("X-GM-RAW")),
        SearchKey::GmailMessageId(_) => return Err(unknown("X-GM-MSGID")),
        SearchKey::GmailThreadId(_) => return Err(unknown("X-GM-THRID")),
        SearchKey::GmailLabels(_) => return Err(unknown("X-GM-LABELS")),
        SearchKey::Filter(name) => return Err(SearchError::UndefinedFilter(name.clone())),
        SearchKey::Other { name, .. } => return Err(SearchError::UnknownKey(name.as_str().into())),
        _ => return Err(unknown("?")),
    })
}

/// The character set of this name. Those that messages have where it is not known, as in `X-UNKNOWN`, are none.
fn known(label: &[u8]) -> Option<charset::Charset> {
    charset::Charset::for_label(label).filter(|charset| charset.name() != "unknown-8bit")
}

/// The number of a text that is searched for.
fn needle(
    text: &[u8],
    charset: Option<&[u8]>,
    program: &mut Program,
) -> Result<usize, SearchError> {
    let mut malformed = false;
    let mut sink = |_, _| malformed = true;
    let text = match charset {
        None => charset::body_text(None, text, &mut Findings::ignored(Policy::STANDARD)),
        Some(label) => {
            let known = known(label).ok_or(SearchError::BadCharset)?;
            known.decode_with(text, &mut Findings::new(Policy::STANDARD, &mut sink))
        }
    };
    if malformed {
        return Err(SearchError::BadText);
    }
    let needles = &mut program.needles;
    needles.finders.push(Finder::new(&needles.collation.key(&text)).into_owned());
    Ok(needles.finders.len() - 1)
}
