//! Puts a program to a message.

use super::{
    program::{ACCEPT, FIRST, Program, REJECT},
    test::{Test, Which},
    texts::{self, Texts},
};
use crate::{Facts, Index};
use alloc::borrow::Cow;
use mailwire_imap::{Flag, Flags, SystemFlag};

/// Whether a message fits, and whether something of it was asked for that could not be had.
pub(super) fn run(program: &Program, message: &impl Facts) -> (bool, bool) {
    let mut asked =
        Asked { message, flags: None, index: None, header: None, texts: None, missing: false };
    let mut at = if program.steps.is_empty() { ACCEPT } else { FIRST };
    loop {
        match at {
            ACCEPT => return (true, asked.missing),
            REJECT => return (false, asked.missing),
            _ => {}
        }
        let Some(step) = program.steps.get(at - FIRST) else { return (false, asked.missing) };
        at = if asked.test(program, &step.test) { step.yes } else { step.no };
    }
}

/// What was asked of a message so far.
struct Asked<'f, F> {
    message: &'f F,
    flags: Option<Cow<'f, Flags>>,
    index: Option<Option<Cow<'f, Index>>>,
    header: Option<Option<Cow<'f, [u8]>>>,
    texts: Option<Texts>,
    missing: bool,
}

impl<'f, F: Facts> Asked<'f, F> {
    fn test(&mut self, program: &Program, test: &Test) -> bool {
        match test {
            Test::Always(value) => *value,
            Test::Number(numbers) => numbers.contains(self.message.number()),
            Test::Uid(numbers) => numbers.contains(self.message.uid()),
            Test::Saved => self.message.is_saved(),
            Test::Flag(flag, set) => self.flags().has(*flag) == *set,
            Test::New => {
                let flags = self.flags();
                flags.has(SystemFlag::Recent) && !flags.has(SystemFlag::Seen)
            }
            Test::Keyword(name, set) => {
                let is = |flag: &Flag| match flag {
                    Flag::Keyword(keyword) => {
                        keyword.as_str().as_bytes().eq_ignore_ascii_case(name)
                    }
                    _ => false,
                };
                self.flags().others().iter().any(is) == *set
            }
            Test::Day(Which::Arrived, compare, than) => {
                compare.fits(self.message.internal_date().date().days_since_epoch(), *than)
            }
            Test::Day(Which::Saved, compare, than) => {
                let saved = self.message.save_date();
                let saved = saved.unwrap_or_else(|| self.message.internal_date());
                compare.fits(saved.date().days_since_epoch(), *than)
            }
            Test::Day(Which::Sent, compare, than) => {
                let sent = self.index().and_then(Index::sent_date);
                sent.is_some_and(|sent| compare.fits(sent.day(), *than))
            }
            Test::Moment { before, unix } => {
                let arrived = self.message.internal_date().unix();
                if *before { arrived <= *unix } else { arrived >= *unix }
            }
            Test::ModSeq { entry, value } => {
                let mod_seq = match entry {
                    Some((entry, kind)) => {
                        let kind = core::str::from_utf8(kind).unwrap_or_default();
                        self.message.mod_seq_of(entry, kind)
                    }
                    None => self.message.mod_seq(),
                };
                mod_seq >= *value
            }
            Test::EmailId(id) => self.message.email_id().is_some_and(|it| *it == id[..]),
            Test::ThreadId(id) => self.message.thread_id().is_some_and(|it| *it == id[..]),
            Test::Larger(octets) => self.index().is_some_and(|index| index.size() > *octets),
            Test::Smaller(octets) => self.index().is_some_and(|index| index.size() < *octets),
            Test::Addresses(list, needle) => self.index().is_some_and(|index| {
                let text = texts::addresses(index.envelope_view().addresses(*list));
                // Nothing is in everything but not in what is not there.
                !text.is_empty() && program.needles.is_in(*needle, &text)
            }),
            Test::Subject(needle) => self.index().is_some_and(|index| {
                let text = texts::subject(&index.envelope_view());
                text.is_some_and(|text| program.needles.is_in(*needle, &text))
            }),
            Test::Header(name, needle) => self.header().is_some_and(|header| {
                texts::values(header, name)
                    .any(|value| needle.is_none_or(|needle| program.needles.is_in(needle, &value)))
            }),
            Test::Whole(which) => {
                if self.texts.is_none() {
                    let message = self.message;
                    let texts = match self.index() {
                        Some(index) => Texts::find(message, index, &program.needles),
                        None => Texts::default(),
                    };
                    self.missing |= texts.missing;
                    self.texts = Some(texts);
                }
                self.texts.as_ref().is_some_and(|texts| texts.has(*which))
            }
        }
    }

    fn flags(&mut self) -> &Flags {
        let message = self.message;
        self.flags.get_or_insert_with(|| message.flags())
    }

    /// The message's own header.
    fn header(&mut self) -> Option<&[u8]> {
        if self.header.is_none() {
            let root = self.index().and_then(|index| index.parts().next());
            let range = root.map(|root| root.header_range());
            let message = self.message;
            let header = range.and_then(|range| message.octets(range));
            self.missing |= header.is_none();
            self.header = Some(header);
        }
        self.header.as_ref()?.as_deref()
    }

    fn index(&mut self) -> Option<&Index> {
        let message = self.message;
        let index = self.index.get_or_insert_with(|| message.index()).as_deref();
        self.missing |= index.is_none();
        index
    }
}
