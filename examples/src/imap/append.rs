//! The command line of `imap_append`, and how the messages get into the mailbox.
use std::{
    collections::VecDeque,
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
};

use clap::Parser;
use mailwire_imap::{
    Command, Flag, Flags, Mailbox, OneOrMore, ResponseCode, SystemFlag, WordCode,
    client::{Event, Outcome},
    command::{AppendData, AppendMessage, LiteralForm},
};
use serde::Serialize;

use super::{
    account::Account,
    connection::{Connection, Failure, Turn, explain},
    lines::Lines,
};

/// Puts messages into a mailbox of an IMAP server, and prints a line of JSON for each.
#[derive(Clone, Debug, Parser)]
#[command(
    after_help = "Exit status: 0 if all messages are in the mailbox; 1 if not, or if there was no session; \
                        2 if the command line is wrong."
)]
#[expect(clippy::exhaustive_structs, reason = "not a library")]
pub struct AppendOptions {
    /// Where the mail goes.
    #[command(flatten)]
    pub account: Account,
    /// The mailbox.
    #[arg(long, value_name = "NAME")]
    pub mailbox: String,
    /// The flags that the messages get, with spaces between them: `\Seen $Forwarded`.
    #[arg(long, value_name = "FLAGS", value_parser = flags, default_value = "", hide_default_value = true)]
    pub flags: Flags,
    /// Make the mailbox if there is none.
    #[arg(long)]
    pub create: bool,
    /// Send the files as they are. Otherwise every line end becomes CRLF, as it has to be in mail.
    #[arg(long)]
    pub as_is: bool,
    /// The messages.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
}

fn flags(text: &str) -> Result<Flags, String> {
    let names = text.split([' ', ',']).map(|name| name.trim_matches(['(', ')']));
    let flag = |name: &str| match Flag::new(name) {
        // Not for clients to set (RFC 9051 §2.3.2), nor is `\*`.
        Ok(Flag::System(SystemFlag::Recent | SystemFlag::Any)) | Err(_) => {
            Err(format!("'{name}' is not a flag for a message"))
        }
        Ok(flag) => Ok(flag),
    };
    names.filter(|name| !name.is_empty()).map(flag).collect()
}

impl AppendOptions {
    /// Reads the command line, and ends the program if it is wrong.
    #[must_use]
    pub fn read() -> Self {
        Self::parse()
    }
}

/// What became of a message.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "not a library")]
pub struct Appended {
    /// The file.
    pub file: String,
    /// The mailbox.
    pub mailbox: String,
    /// Whether it is in the mailbox.
    pub appended: bool,
    /// UIDVALIDITY of the mailbox, if the server tells.
    pub uidvalidity: Option<u32>,
    /// Its UID, if the server tells.
    pub uid: Option<u32>,
    /// How large it is, as it was sent.
    pub octets: u64,
    /// What went wrong.
    pub error: Option<String>,
}

/// Messages that go in one command. Either all of them get into the mailbox or none (RFC 3502).
type Group = Vec<PathBuf>;

/// How many go together, and how many octets: one that is refused makes all be sent again.
const TOGETHER: usize = 100;
const OCTETS: u64 = 1 << 20;

/// Appends the messages; returns whether everything went well.
pub fn append(options: &AppendOptions) -> Result<bool, Failure> {
    let mailbox = Mailbox::new(options.mailbox.clone());
    let mailbox = mailbox.map_err(|error| Failure::Refused(error.to_string()))?;
    let connection = Connection::open(&Arc::new(options.account.clone()))?;
    let mut session = Session { connection, options, mailbox, created: false, good: true };
    let mut groups = session.groups();
    while let Some(group) = groups.pop_front() {
        let (messages, texts) = session.open(group);
        if messages.is_empty() {
            continue;
        }
        let outcome = session.send(texts)?;
        let files = messages.iter().map(|message| message.file.clone());
        if session.may_create(&outcome) {
            session.create()?;
            groups.push_front(files.collect());
        } else if messages.len() > 1 && matches!(outcome, Outcome::No(_)) {
            // All are refused for what may be wrong with one.
            files.rev().for_each(|file| groups.push_front(vec![file]));
        } else {
            session.report(&messages, &outcome);
        }
    }
    session.connection.close();
    Ok(session.good)
}

#[derive(Debug)]
struct Session<'o> {
    connection: Connection,
    options: &'o AppendOptions,
    mailbox: Mailbox,
    /// Whether the mailbox was made already.
    created: bool,
    /// Whether all went well so far.
    good: bool,
}

/// What is known of a message that is sent.
#[derive(Debug)]
struct Message {
    file: PathBuf,
    octets: u64,
}

impl Session<'_> {
    fn groups(&mut self) -> VecDeque<Group> {
        let together = self.connection.client().capabilities().has("MULTIAPPEND");
        let mut groups = VecDeque::<(Group, u64)>::new();
        for file in &self.options.files {
            // An empty message would mean to take back those before it (RFC 3502 §6.3.11).
            let size = file.metadata().map_or(0, |data| data.len());
            match groups.back_mut() {
                Some((group, octets))
                    if together
                        && *octets > 0
                        && size > 0
                        && *octets + size <= OCTETS
                        && group.len() < TOGETHER =>
                {
                    group.push(file.clone());
                    *octets += size;
                }
                _ => groups.push_back((vec![file.clone()], size)),
            }
        }
        groups.into_iter().map(|(group, _)| group).collect()
    }

    /// Opens the files; those that cannot be sent are told of.
    fn open(&mut self, group: Group) -> (Vec<Message>, Vec<Lines>) {
        let (mut messages, mut texts) = (Vec::new(), Vec::new());
        let binary = self.connection.client().capabilities().has("BINARY");
        for file in group {
            match Lines::open(&file, self.options.as_is) {
                Ok(lines) if lines.nul && !binary => {
                    let message = Message { file, octets: lines.size() };
                    self.fail(&message, "it has NUL in it, which the server does not take");
                }
                Ok(lines) => {
                    messages.push(Message { file, octets: lines.size() });
                    texts.push(lines);
                }
                Err(error) => {
                    self.fail(&Message { file, octets: 0 }, &format!("cannot read: {error}"));
                }
            }
        }
        (messages, texts)
    }

    /// Sends one command, and the texts when it is their turn.
    fn send(&mut self, mut texts: Vec<Lines>) -> Result<Outcome, Failure> {
        let flags = (!self.options.flags.is_empty()).then(|| self.options.flags.clone());
        let messages = texts.iter().map(|lines| {
            let form = if lines.nul { LiteralForm::Literal8 } else { LiteralForm::Literal };
            let data = AppendData::Streamed { size: lines.size(), form };
            let mut message = AppendMessage::new(data);
            message.flags.clone_from(&flags);
            message
        });
        let messages = OneOrMore::try_from(messages.collect::<Vec<_>>());
        let messages = messages.map_err(|_| broken("nothing to send"))?;
        let append = Command::Append { mailbox: self.mailbox.clone(), messages };
        let sent = self.connection.send(append)?;
        let mut current = None;
        loop {
            match self.connection.turn(None)? {
                Turn::Event(Event::SendBody { index, .. }) => current = Some(index),
                Turn::Event(Event::Done { handle, result }) if handle == sent => return Ok(result),
                Turn::Event(_) => {}
                Turn::Yours => {
                    let lines = current.and_then(|index| texts.get_mut(index));
                    let lines = lines.ok_or_else(|| broken("a text is owed that nobody has"))?;
                    self.send_piece(lines)?;
                }
                Turn::Quiet => return Err(broken("the server does not answer")),
            }
        }
    }

    fn send_piece(&mut self, lines: &mut Lines) -> Result<(), Failure> {
        let client = self.connection.client();
        let done = match lines.next_piece() {
            Ok(Some(piece)) => client.send_body(piece),
            Ok(None) => client.finish_body(),
            // What was announced cannot be taken back: only the end of the session says that it is not all.
            Err(error) => return Err(Failure::Refused(format!("cannot read on: {error}"))),
        };
        done.map_err(|error| broken(&error.to_string()))
    }

    /// Whether the mailbox is missing, and is to be made.
    fn may_create(&self, outcome: &Outcome) -> bool {
        self.options.create && !self.created && is_missing(outcome)
    }

    fn create(&mut self) -> Result<(), Failure> {
        self.created = true;
        let create = Command::Create { mailbox: self.mailbox.clone(), special_use: Vec::new() };
        let outcome = self.connection.run(create)?;
        if !outcome.is_ok() {
            let why = format!("cannot create {}: {}", self.options.mailbox, explain(&outcome));
            self.connection.complain(&why);
        }
        Ok(())
    }

    fn report(&mut self, messages: &[Message], outcome: &Outcome) {
        let Outcome::Ok(status) = outcome else {
            let mut why = explain(outcome);
            if is_missing(outcome) && !self.options.create {
                why.push_str("; --create makes the mailbox");
            }
            return messages.iter().for_each(|message| self.fail(message, &why));
        };
        let (mut uidvalidity, mut uids) = (None, Vec::new());
        if let Some(ResponseCode::AppendUid { uid_validity, uids: set }) = &status.code {
            uidvalidity = Some(*uid_validity);
            let numbers = set.ranges().iter().flat_map(|range| {
                let (from, to) = range.resolve(0);
                from..=to
            });
            uids = numbers.take(messages.len()).collect();
        }
        for (at, message) in messages.iter().enumerate() {
            print(&Appended {
                file: message.file.display().to_string(),
                mailbox: self.options.mailbox.clone(),
                appended: true,
                uidvalidity,
                uid: uids.get(at).copied(),
                octets: message.octets,
                error: None,
            });
        }
    }

    fn fail(&mut self, message: &Message, why: &str) {
        self.good = false;
        print(&Appended {
            file: message.file.display().to_string(),
            mailbox: self.options.mailbox.clone(),
            appended: false,
            uidvalidity: None,
            uid: None,
            octets: message.octets,
            error: Some(why.into()),
        });
    }
}

fn broken(why: &str) -> Failure {
    Failure::Broken(why.into())
}

/// RFC 9051 §6.3.12: the mailbox may be made.
fn is_missing(outcome: &Outcome) -> bool {
    let code = outcome.status().and_then(|status| status.code.as_ref());
    matches!(code, Some(ResponseCode::Word(WordCode::TryCreate | WordCode::NonExistent)))
}

fn print(report: &Appended) {
    let line = serde_json::to_string(report).expect("a report is plain data");
    let _ = writeln!(io::stdout(), "{line}");
}
