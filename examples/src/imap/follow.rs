//! The command line of `imap_idle`, and how it learns what changes in a mailbox.
use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use clap::Parser;
use mailwire_imap::{
    Atom, Command, Data, Flags, Mailbox, SequenceSet, SystemFlag,
    client::{Change, Event, Outcome, View},
    command::FetchAttribute,
    fetch::{Fetch, FetchItem},
};
use serde::Serialize;

use super::{
    account::Account,
    connection::{Connection, Failure, Turn, explain},
    describe::{self, Envelope},
};
use crate::accounts::random;

/// Follows a mailbox of an IMAP server, and prints a line of JSON for each change.
///
/// Events are `selected` (the mailbox is open, and what is in it is known), `new` (a message came), `flags` (of a message), `expunged` (a
/// message is gone), `reset` (the UIDs that were told mean nothing any more) and `retry` (the connection is lost).
/// After a connection was lost, what changed meanwhile is told.
#[derive(Clone, Debug, Parser)]
#[command(
    after_help = "Exit status: 0 if the time given by --for is over; 1 if there was no session, or can be \
                        none any more; 2 if the command line is wrong."
)]
#[expect(clippy::exhaustive_structs, reason = "not a library")]
pub struct FollowOptions {
    /// Where the mail is.
    #[command(flatten)]
    pub account: Account,
    /// The mailbox.
    #[arg(long, value_name = "NAME", default_value = "INBOX")]
    pub mailbox: String,
    /// Stop after so long; unless given, never.
    #[arg(long = "for", value_name = "SECONDS")]
    pub span: Option<u64>,
    /// How long to wait in one IDLE.
    #[arg(long, value_name = "SECONDS", default_value_t = 29 * 60, value_parser = clap::value_parser!(u64).range(1..=29 * 60))]
    pub renew: u64,
    /// How often to ask a server that has no IDLE.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=29 * 60))]
    pub poll: u64,
}

impl FollowOptions {
    /// Reads the command line, and ends the program if it is wrong.
    #[must_use]
    pub fn read() -> Self {
        Self::parse()
    }
}

/// Something that changed.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "not a library")]
#[expect(missing_docs, reason = "the names are those of the JSON")]
pub enum News {
    Selected {
        mailbox: String,
        uidvalidity: Option<u32>,
        exists: u32,
    },
    New {
        uid: u32,
        number: Option<u32>,
        flags: Vec<String>,
        size: Option<u64>,
        envelope: Option<Box<Envelope>>,
    },
    Flags {
        uid: u32,
        number: Option<u32>,
        flags: Vec<String>,
    },
    Expunged {
        uid: u32,
        number: Option<u32>,
    },
    Reset,
    Retry {
        seconds: f64,
        error: String,
    },
}

/// How long to wait before another try: twice as long each time, up to this.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(5 * 60);
/// What comes within this time is told together.
const BURST: Duration = Duration::from_millis(100);
/// How many messages are looked at by one command.
const BATCH: usize = 200;

/// Follows the mailbox for as long as the options say.
pub fn follow(options: &FollowOptions) -> Result<(), Failure> {
    let mailbox = Mailbox::new(options.mailbox.clone());
    let mut account = options.account.clone();
    account.enable.push(Atom::new("QRESYNC").map_err(|error| Failure::Refused(error.to_string()))?);
    let mut follower = Follower {
        account: Arc::new(account),
        options,
        mailbox: mailbox.map_err(|error| Failure::Refused(error.to_string()))?,
        end: options.span.map(|seconds| Instant::now() + Duration::from_secs(seconds)),
        view: View::new(),
        seen: false,
        since: None,
        told: None,
        gone: BTreeMap::new(),
        reset: false,
        polls: false,
    };
    let mut pause = SHORTEST;
    loop {
        match follower.session() {
            Err(Failure::Broken(error)) if follower.seen => {
                // Who stayed for a while may come back soon; a server that only takes long to refuse may not.
                if follower.since.take().is_some_and(|since| since.elapsed() > pause) {
                    pause = SHORTEST;
                }
                let wait = pause.mul_f64(0.75 + f64::from(random::<1>()[0]) / 512.0);
                tell(&News::Retry { seconds: wait.as_secs_f64(), error })?;
                if follower.end.is_some_and(|end| Instant::now() + wait >= end) {
                    return Ok(());
                }
                thread::sleep(wait);
                pause = (pause * 2).min(LONGEST);
            }
            result => return result,
        }
    }
}

#[derive(Debug)]
struct Follower<'o> {
    account: Arc<Account>,
    options: &'o FollowOptions,
    mailbox: Mailbox,
    end: Option<Instant>,
    view: View,
    /// Whether the mailbox was there once.
    seen: bool,
    /// Since when it is followed in this session.
    since: Option<Instant>,
    /// The messages that were told, and their flags; `None` before they are known.
    told: Option<BTreeMap<u32, Flags>>,
    /// The numbers that messages had when they went.
    gone: BTreeMap<u32, u32>,
    reset: bool,
    /// The server has no IDLE, or will not do it.
    polls: bool,
}

impl Follower<'_> {
    /// One connection, up to its end.
    fn session(&mut self) -> Result<(), Failure> {
        let mut connection = Connection::open(&self.account)?;
        self.select(&mut connection)?;
        self.polls = !connection.client().capabilities().has("IDLE");
        self.learn(&mut connection)?;
        self.since = Some(Instant::now());
        tell(&News::Selected {
            mailbox: self.options.mailbox.clone(),
            uidvalidity: self.view.uid_validity(),
            exists: self.view.exists(),
        })?;
        self.tell_changes(&mut connection)?;
        while self.end.is_none_or(|end| Instant::now() < end) {
            let changed =
                if self.polls { self.poll(&mut connection) } else { self.idle(&mut connection) };
            if changed? {
                self.learn(&mut connection)?;
                self.tell_changes(&mut connection)?;
            }
        }
        connection.close();
        Ok(())
    }

    fn select(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        let client = connection.client();
        let params = self.view.select_params(client.capabilities(), client.enabled());
        self.view.begin();
        // Not EXAMINE: the UIDs that Courier gives then are not kept, and the next session has others.
        let select = Command::Select { mailbox: self.mailbox.clone(), params };
        let outcome = connection.run_with(select, |event| {
            self.take(&event);
            Ok(())
        })?;
        if !outcome.is_ok() {
            let why = format!("{}: {}", self.options.mailbox, explain(&outcome));
            return Err(Failure::Refused(why));
        }
        self.view.selected().iter().for_each(|change| self.note(change));
        self.seen = true;
        Ok(())
    }

    /// Whether something has changed.
    fn take(&mut self, event: &Event) -> bool {
        let changes = self.view.handle(event);
        changes.iter().for_each(|change| self.note(change));
        !changes.is_empty()
    }

    /// What will not be known any more when it is told.
    fn note(&mut self, change: &Change) {
        match change {
            Change::Expunged { number: Some(number), uid: Some(uid) } => {
                self.gone.insert(*uid, *number);
            }
            Change::UidsVoid => self.reset = true,
            _ => {}
        }
    }

    /// Waits for changes; returns whether there were any.
    fn idle(&mut self, connection: &mut Connection) -> Result<bool, Failure> {
        let idle = connection.send(Command::Idle)?;
        let mut deadline = self.until(self.options.renew);
        let (mut changed, mut done) = (false, false);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match connection.turn((!done).then_some(left))? {
                Turn::Event(Event::Done { handle, result }) if handle == idle => {
                    if !matches!(result, Outcome::Ok(_)) {
                        connection.complain(&format!("no IDLE: {}", explain(&result)));
                        self.polls = true;
                    }
                    return Ok(changed);
                }
                Turn::Event(event) => {
                    if self.take(&event) && !changed {
                        changed = true;
                        deadline = deadline.min(Instant::now() + BURST);
                    }
                }
                Turn::Quiet if done => return Err(silent()),
                Turn::Quiet => {
                    done = true;
                    connection.done()?;
                }
                Turn::Yours => return Err(silent()),
            }
        }
    }

    /// Waits, then asks; returns whether something has changed.
    fn poll(&mut self, connection: &mut Connection) -> Result<bool, Failure> {
        let deadline = self.until(self.options.poll);
        let mut changed = false;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match connection.turn(Some(left))? {
                Turn::Event(event) => changed |= self.take(&event),
                Turn::Quiet => break,
                Turn::Yours => return Err(silent()),
            }
        }
        connection.run_with(Command::Noop, |event| {
            changed |= self.take(&event);
            Ok(())
        })?;
        Ok(changed)
    }

    fn until(&self, seconds: u64) -> Instant {
        let deadline = Instant::now() + Duration::from_secs(seconds);
        self.end.map_or(deadline, |end| end.min(deadline))
    }

    /// Asks until everything is known.
    fn learn(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        while let Some(command) = self.view.next_command() {
            let outcome = connection.run_with(command, |event| {
                self.take(&event);
                Ok(())
            })?;
            if !outcome.is_ok() {
                return Err(Failure::Broken(explain(&outcome)));
            }
        }
        Ok(())
    }

    /// Tells what is known now and was not told yet.
    fn tell_changes(&mut self, connection: &mut Connection) -> Result<(), Failure> {
        if std::mem::take(&mut self.reset) && self.told.take().is_some() {
            tell(&News::Reset)?;
        }
        let now: BTreeMap<u32, Flags> = self
            .view
            .messages()
            .filter_map(|message| Some((message.uid?, lasting(message.flags.as_ref()))))
            .collect();
        let gone = std::mem::take(&mut self.gone);
        let Some(before) = self.told.replace(now) else { return Ok(()) };
        let now = self.told.get_or_insert_default();
        for uid in before.keys().filter(|uid| !now.contains_key(uid)) {
            tell(&News::Expunged { uid: *uid, number: gone.get(uid).copied() })?;
        }
        let mut new = Vec::new();
        for (uid, flags) in now {
            match before.get(uid) {
                Some(before) if before == flags => {}
                Some(_) => tell(&News::Flags {
                    uid: *uid,
                    number: self.view.number(*uid),
                    flags: describe::flags(flags),
                })?,
                None => new.push(*uid),
            }
        }
        for uids in new.chunks(BATCH) {
            self.tell_new(connection, uids)?;
        }
        Ok(())
    }

    fn tell_new(&mut self, connection: &mut Connection, uids: &[u32]) -> Result<(), Failure> {
        let set = SequenceSet::from_numbers(uids.iter().copied());
        let set = set.map_err(|error| Failure::Refused(error.to_string()))?;
        let mut found = BTreeMap::new();
        let command = Command::Fetch {
            messages: set.into(),
            attributes: vec![FetchAttribute::Uid, FetchAttribute::Size, FetchAttribute::Envelope],
            modifiers: Vec::new(),
            uid: true,
        };
        connection.run_with(command, |event| {
            if let Event::Data(Data::Fetch(fetch)) = &event {
                read(fetch, &mut found);
            }
            self.take(&event);
            Ok(())
        })?;
        for uid in uids {
            let (size, envelope) = found.remove(uid).unwrap_or_default();
            let flags = self.told.as_ref().and_then(|told| told.get(uid));
            tell(&News::New {
                uid: *uid,
                number: self.view.number(*uid),
                flags: flags.map(describe::flags).unwrap_or_default(),
                size,
                envelope: envelope.map(Box::new),
            })?;
        }
        Ok(())
    }
}

fn read(fetch: &Fetch, found: &mut BTreeMap<u32, (Option<u64>, Option<Envelope>)>) {
    let (mut uid, mut size, mut envelope) = (fetch.by_uid.then(|| fetch.number.get()), None, None);
    for item in fetch.items() {
        match item {
            FetchItem::Uid(number) => uid = Some(number),
            FetchItem::Size(number) => size = number,
            FetchItem::Envelope(fields) => envelope = Some(Envelope::new(&fields)),
            _ => {}
        }
    }
    if let Some(uid) = uid {
        let known = found.entry(uid).or_default();
        *known = (size.or(known.0), envelope.or(known.1.take()));
    }
}

/// Who looks first sees `\Recent` (RFC 3501): that is no change.
fn lasting(flags: Option<&Flags>) -> Flags {
    let mut flags = flags.cloned().unwrap_or_default();
    flags.remove(&SystemFlag::Recent.into());
    flags
}

fn silent() -> Failure {
    Failure::Broken("the server does not answer".into())
}

/// Nobody who does not listen has to be told.
fn tell(news: &News) -> Result<(), Failure> {
    let line = serde_json::to_string(news).expect("news are plain data");
    writeln!(io::stdout(), "{line}")
        .map_err(|error| Failure::Refused(format!("cannot write: {error}")))
}
