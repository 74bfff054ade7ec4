//! The command line of `imap_fetch`, and which messages of which mailboxes it wants.
use std::{
    collections::{BTreeSet, HashSet, VecDeque},
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
};

use bytes::Bytes;
use clap::Parser;
use mailwire_imap::{
    AString, Command, Data, ESearchItem, Frame, InvalidValue, Mailbox, ReadOptions, ResponseCode,
    SeqNumber, SeqRange, SequenceSet,
    client::{Event, Outcome},
    command::{ListCommand, SearchCommand, SearchReturn},
    search::{SearchExpression, SearchKey},
};

use super::{
    account::Account,
    connection::{Connection, Failure, explain},
    copy::{self, Copy},
    download::{Download, Fetched},
};

/// Downloads the new mail of an IMAP server: one `.eml` file for each message, a line of JSON for each file.
///
/// The files are DIR/MAILBOX/UIDVALIDITY/UID.eml, and what is there is not fetched again.
#[derive(Clone, Debug, Parser)]
#[command(
    after_help = "Exit status: 0 if all that is new was stored; 1 if not, or if there was no session; \
                        2 if the command line is wrong."
)]
#[expect(clippy::exhaustive_structs, reason = "not a library")]
pub struct FetchOptions {
    /// Where the mail is.
    #[command(flatten)]
    pub account: Account,
    /// The mailbox.
    #[arg(long, value_name = "NAME", default_value = "INBOX", conflicts_with = "all")]
    pub mailbox: String,
    /// All mailboxes.
    #[arg(long)]
    pub all: bool,
    /// Only messages that fit: criteria as in RFC 9051 §6.4.4, `UNSEEN SINCE 1-Nov-2026` for example.
    #[arg(long, value_name = "KEYS", value_parser = search)]
    pub search: Option<Search>,
    /// The folder to store the messages in; made if there is none.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// What messages must be like.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "not a library")]
pub struct Search(pub SearchExpression);

fn search(keys: &str) -> Result<Search, String> {
    criteria(keys).or_else(|why| criteria(&quoted(keys)).map_err(|_| why))
}

fn criteria(keys: &str) -> Result<Search, String> {
    let line = format!("x SEARCH {keys}\r\n");
    match Command::parse(&Frame::new(Bytes::from(line.clone())), ReadOptions::default()) {
        Ok(parsed) => match parsed.value.command {
            Command::Search(search) if search.returns.is_none() && search.charset.is_none() => {
                Ok(Search(search.expression))
            }
            _ => Err("only criteria are possible here".into()),
        },
        Err(error) => {
            let rest = line.get(error.error.offset..).unwrap_or_default().trim_end();
            Err(format!("{} at `{rest}`", error.error.kind))
        }
    }
}

/// The same with quotes around words beyond ASCII, which IMAP wants and a shell takes away.
fn quoted(keys: &str) -> String {
    const ENDS: [char; 3] = [' ', '(', ')'];
    let quote = |word: &str| match word.trim_end_matches(ENDS) {
        bare if bare.is_ascii() => word.to_owned(),
        bare => format!("\"{bare}\"{}", &word[bare.len()..]),
    };
    keys.split_inclusive(ENDS).map(quote).collect()
}

impl FetchOptions {
    /// Reads the command line, and ends the program if it is wrong.
    #[must_use]
    pub fn read() -> Self {
        Self::parse()
    }
}

/// Downloads what is new; returns whether everything went well.
pub fn fetch(options: &FetchOptions) -> Result<bool, Failure> {
    let mut session = Session {
        connection: Connection::open(&Arc::new(options.account.clone()))?,
        options,
        good: true,
    };
    let mailboxes = if options.all {
        session.list()?
    } else {
        let name = Mailbox::new(options.mailbox.clone());
        vec![name.map_err(invalid)?]
    };
    for mailbox in &mailboxes {
        session.fetch(mailbox)?;
    }
    session.connection.close();
    Ok(session.good)
}

/// What a mailbox was like when it was opened.
#[derive(Debug, Default)]
struct Opened {
    exists: u32,
    uid_validity: u32,
    uid_next: Option<u32>,
}

#[derive(Debug)]
struct Session<'o> {
    connection: Connection,
    options: &'o FetchOptions,
    /// Whether all went well so far.
    good: bool,
}

impl Session<'_> {
    /// All mailboxes that can be opened.
    fn list(&mut self) -> Result<Vec<Mailbox>, Failure> {
        let root = Mailbox::new("").map_err(invalid)?;
        let all = AString::new("*").map_err(invalid)?;
        let (mut mailboxes, mut names) = (Vec::new(), HashSet::new());
        let outcome =
            self.connection.run_with(Command::List(ListCommand::new(root, all)), |event| {
                if let Event::Data(Data::List(list)) = event {
                    let closed = list.attributes.iter().any(|attribute| {
                        attribute.eq_ignore_ascii_case("\\Noselect")
                            || attribute.eq_ignore_ascii_case("\\NonExistent")
                    });
                    if !closed && names.insert(copy::name(&list.mailbox)) {
                        mailboxes.push(list.mailbox.detach());
                    }
                }
                Ok(())
            })?;
        if outcome.is_ok() {
            Ok(mailboxes)
        } else {
            Err(Failure::Refused(format!("cannot list mailboxes: {}", explain(&outcome))))
        }
    }

    fn fetch(&mut self, mailbox: &Mailbox) -> Result<(), Failure> {
        let mut opened = Opened::default();
        // Not EXAMINE: the UIDs that Courier gives then are not kept, and the next session has others.
        let select = Command::Select { mailbox: mailbox.clone(), params: Vec::new() };
        let outcome = self.connection.run_with(select, |event| {
            opened.take(&event);
            Ok(())
        })?;
        if !outcome.is_ok() {
            return self.skip(mailbox, &explain(&outcome));
        }
        if opened.uid_validity == 0 {
            return self
                .skip(mailbox, "the server tells no UIDVALIDITY, so nobody knows what is new");
        }
        if opened.exists == 0 {
            return Ok(());
        }
        let dir = self.options.out.display();
        let copy = Copy::open(&self.options.out, mailbox, opened.uid_validity);
        let mut copy =
            copy.map_err(|error| Failure::Refused(format!("cannot use {dir}: {error}")))?;
        let next = opened.uid_next.unwrap_or(u32::MAX);
        if next.saturating_sub(1) <= copy.highest() {
            return Ok(());
        }
        let Some(new) = self.search(mailbox, &copy, opened.exists)? else { return Ok(()) };
        let last = new.back().copied().unwrap_or(0);
        let name = copy::name(mailbox);
        let mut download = Download::new(&mut self.connection, &mut copy, &name, new);
        // What was only searched for says nothing of the rest.
        if self.options.search.is_none() {
            download.complete_to(last.max(opened.uid_next.map_or(0, |next| next - 1)));
        }
        self.good &= download.run(&mut print)?;
        Ok(())
    }

    /// The UIDs of what is to be fetched, in ascending order; `None` if the server does not say.
    fn search(
        &mut self,
        mailbox: &Mailbox,
        copy: &Copy,
        exists: u32,
    ) -> Result<Option<VecDeque<u32>>, Failure> {
        let from = copy.highest().saturating_add(1);
        let search = self.options.search.as_ref();
        let found = search_uids(&mut self.connection, from, search, exists as usize)?;
        match found {
            // `n:*` is never empty: the last message is among it, whatever its UID is.
            Ok(found) => {
                Ok(Some(found.into_iter().filter(|uid| *uid >= from && !copy.has(*uid)).collect()))
            }
            Err(why) => {
                self.skip(mailbox, &format!("cannot search: {why}"))?;
                Ok(None)
            }
        }
    }

    fn skip(&mut self, mailbox: &Mailbox, why: &str) -> Result<(), Failure> {
        self.good = false;
        self.connection.complain(&format!("{}: {why}", copy::name(mailbox)));
        Ok(())
    }
}

/// The UIDs of the messages from this one on that fit; or why the server does not say.
pub(super) fn search_uids(
    connection: &mut Connection,
    from: u32,
    search: Option<&Search>,
    exists: usize,
) -> Result<Result<BTreeSet<u32>, String>, Failure> {
    let from = std::num::NonZeroU32::new(from).map_or(SeqNumber::Last, SeqNumber::Number);
    let set = SequenceSet::new(vec![SeqRange { from, to: SeqNumber::Last }]);
    let set = set.map_err(invalid)?;
    let mut expression = SearchExpression::from(SearchKey::Uid(set.into()));
    let mut charset = None;
    if let Some(Search(criteria)) = search {
        if criteria.has_text_beyond_ascii() {
            charset = Some(AString::new("UTF-8").map_err(invalid)?);
        }
        expression = SearchExpression::and([expression, criteria.clone()]);
    }
    let mut command = SearchCommand::new(expression, true);
    command.charset = charset;
    ask_for_uids(connection, command, exists)
}

/// So many messages may come between two answers.
const MEANWHILE: usize = 100_000;

/// Asks for UIDs, in short form where the server has one (RFC 4731).
///
/// A range is a few octets whatever is in it: more than there can be are no answer.
pub(super) fn ask_for_uids(
    connection: &mut Connection,
    mut command: SearchCommand,
    exists: usize,
) -> Result<Result<BTreeSet<u32>, String>, Failure> {
    if connection.client().capabilities().has("ESEARCH") {
        command.returns = Some(vec![SearchReturn::All]);
    }
    let room = exists + MEANWHILE;
    let (mut found, mut too_many) = (BTreeSet::new(), false);
    let outcome = connection.run_with(Command::Search(command), |event| {
        match event {
            Event::Data(Data::Search(result)) => found.extend(result.numbers.iter()),
            Event::Data(Data::ESearch(result)) => {
                for item in &result.items {
                    let ESearchItem::All(set) = item else { continue };
                    for range in set.ranges() {
                        let (from, to) = range.resolve(u32::MAX);
                        too_many |= to.abs_diff(from) as usize >= room || found.len() > room;
                        if !too_many {
                            found.extend(from..=to);
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(match outcome {
        Outcome::Ok(_) if too_many => Err("more messages than there are".into()),
        Outcome::Ok(_) => Ok(found),
        outcome => Err(explain(&outcome)),
    })
}

impl Opened {
    fn take(&mut self, event: &Event) {
        match event {
            Event::Data(Data::Exists(count)) => self.exists = *count,
            Event::Status(status) => match status.code {
                Some(ResponseCode::UidValidity(number)) => self.uid_validity = number,
                Some(ResponseCode::UidNext(number)) if number > 0 => self.uid_next = Some(number),
                _ => {}
            },
            _ => {}
        }
    }
}

fn invalid(error: InvalidValue) -> Failure {
    Failure::Refused(error.to_string())
}

fn print(report: &Fetched) {
    let line = serde_json::to_string(report).expect("a report is plain data");
    let _ = writeln!(io::stdout(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn criteria_may_have_words_beyond_ascii() {
        let said = |keys: &str| format!("{:?}", search(keys).unwrap().0);
        assert_eq!(said("UNSEEN SUBJECT café"), said("UNSEEN SUBJECT \"café\""));
        assert_eq!(said("(OR FROM é TO è)"), said("(OR FROM \"é\" TO \"è\")"));
        assert!(said(r#"SUBJECT "a \" b é""#).contains(r#"b"a \" b \xc3\xa9""#));
        assert_eq!(search("SINCE é").unwrap_err(), "bad argument at `é`");
    }
}
