//! The view of a mailbox, beside a server that has one: whatever happens there, the view knows it, or
//! knows that it does not; and what it asks makes it complete.

use mailwire_imap::{
    Atom, Capabilities, Command, Encoder, Flags, Frame, Messages, Peer, ReadOptions, Response,
    SystemFlag, Tag,
    client::{Change, Event, Message, View},
    command::{FetchAttribute, FetchModifier, SelectParam},
};
use proptest::{collection::vec, prelude::*, sample::Index};

/// What a server of the kind can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    CondStore,
    QResync,
}

#[derive(Clone, Debug)]
struct Mail {
    uid: u32,
    flags: Flags,
    mod_seq: u64,
}

/// A mailbox.
#[derive(Clone, Debug)]
struct Server {
    kind: Kind,
    mails: Vec<Mail>,
    next_uid: u32,
    mod_seq: u64,
    /// Who is gone, and since when.
    gone: Vec<(u32, u64)>,
}

#[derive(Clone, Debug)]
enum Happens {
    Arrive(u8),
    Expunge(Index),
    Flag(Index, bool),
}

/// The number of what is at this index.
fn number_of(index: usize) -> u32 {
    u32::try_from(index).unwrap() + 1
}

fn event(line: &str) -> Event {
    let frame = Frame::new(format!("{line}\r\n").into());
    match Response::parse(&frame, ReadOptions::default()).unwrap().value {
        Response::Data(data) => Event::Data(data),
        Response::Status(status) => Event::Status(status),
        other => panic!("{other:?}"),
    }
}

impl Server {
    fn new(kind: Kind) -> Self {
        Self { kind, mails: Vec::new(), next_uid: 1, mod_seq: 1, gone: Vec::new() }
    }

    /// Does it, and says what the server tells about it.
    fn happen(&mut self, what: &Happens) -> Option<String> {
        self.mod_seq += 1;
        match what {
            Happens::Arrive(count) => {
                for _ in 0..*count % 4 + 1 {
                    let (uid, flags) = (self.next_uid, Flags::none());
                    self.mails.push(Mail { uid, flags, mod_seq: self.mod_seq });
                    self.next_uid += 1 + uid % 3;
                }
                Some(format!("* {} EXISTS", self.mails.len()))
            }
            _ if self.mails.is_empty() => None,
            Happens::Expunge(index) => {
                let number = index.index(self.mails.len());
                let mail = self.mails.remove(number);
                self.gone.push((mail.uid, self.mod_seq));
                Some(match self.kind {
                    Kind::QResync => format!("* VANISHED {}", mail.uid),
                    Kind::Plain | Kind::CondStore => format!("* {} EXPUNGE", number + 1),
                })
            }
            Happens::Flag(index, set) => {
                let number = index.index(self.mails.len());
                let mod_seq = self.mod_seq;
                let mail = &mut self.mails[number];
                mail.flags = if *set { SystemFlag::Flagged.into() } else { Flags::none() };
                mail.mod_seq = mod_seq;
                Some(self.fetch(number, self.kind == Kind::QResync, true))
            }
        }
    }

    fn fetch(&self, number: usize, uid: bool, flags: bool) -> String {
        let mail = &self.mails[number];
        let mut items = Vec::new();
        items.extend(uid.then(|| format!("UID {}", mail.uid)));
        items.extend(flags.then(|| format!("FLAGS {}", mail.flags)));
        items.extend(
            (flags && self.kind != Kind::Plain).then(|| format!("MODSEQ ({})", mail.mod_seq)),
        );
        format!("* {} FETCH ({})", number + 1, items.join(" "))
    }

    fn select(&self, params: &[SelectParam]) -> Vec<String> {
        let mut lines = vec![format!("* {} EXISTS", self.mails.len())];
        lines.push("* OK [UIDVALIDITY 7] x".into());
        if self.kind != Kind::Plain {
            lines.push(format!("* OK [HIGHESTMODSEQ {}] x", self.mod_seq));
        }
        if let Some(SelectParam::QResync(known)) = params.first() {
            assert_eq!(self.kind, Kind::QResync);
            let gone = self.gone.iter().filter(|(_, since)| *since > known.mod_seq);
            lines.extend(gone.map(|(uid, _)| format!("* VANISHED (EARLIER) {uid}")));
            let changed = |number: &usize| self.mails[*number].mod_seq > known.mod_seq;
            let numbers = (0..self.mails.len()).filter(changed);
            lines.extend(numbers.map(|number| self.fetch(number, true, true)));
        }
        lines
    }

    fn answer(&self, command: &Command) -> Vec<String> {
        let Command::Fetch { messages: Messages::Set(set), attributes, modifiers, uid } = command
        else {
            panic!("{command:?}");
        };
        let since = modifiers.iter().find_map(|modifier| match modifier {
            FetchModifier::ChangedSince(value) => Some(value.get()),
            _ => None,
        });
        let last = self.mails.last().map_or(0, |mail| mail.uid);
        let numbers = (0..self.mails.len()).filter(|number| {
            let mail = &self.mails[*number];
            let name = if *uid { mail.uid } else { number_of(*number) };
            let last = if *uid { last } else { number_of(self.mails.len()) - 1 };
            set.contains(name, last) && since.is_none_or(|since| mail.mod_seq > since)
        });
        let uid = *uid || attributes.contains(&FetchAttribute::Uid);
        let flags = attributes.contains(&FetchAttribute::Flags);
        numbers.map(|number| self.fetch(number, uid, flags)).collect()
    }

    fn capabilities(&self) -> Capabilities {
        let name = match self.kind {
            Kind::Plain => "IDLE",
            Kind::CondStore => "CONDSTORE",
            Kind::QResync => "QRESYNC",
        };
        Capabilities::from_iter([Atom::new(name).unwrap()])
    }
}

/// What the view says it knows is so.
fn check(view: &View, server: &Server) {
    assert_eq!(view.exists() as usize, server.mails.len());
    for (number, mail) in server.mails.iter().enumerate() {
        let number = number_of(number);
        if let Some(message) = view.by_number(number) {
            assert!(
                message.uid.is_none_or(|uid| uid == mail.uid),
                "{number}: {message:?} {mail:?}"
            );
            assert!(message.uid.is_none() || view.number(mail.uid) == Some(number));
            assert!(message.flags.as_ref().is_none_or(|flags| *flags == mail.flags), "{number}");
        }
    }
}

/// Selects, and asks until nothing is left to ask.
fn synchronize(view: &mut View, server: &Server) -> (usize, Vec<Change>) {
    let capabilities = server.capabilities();
    let params = view.select_params(&capabilities, &capabilities);
    view.begin();
    let mut changes = Vec::new();
    for line in server.select(&params) {
        changes.extend(view.handle(&event(&line)));
    }
    changes.extend(view.selected());
    let mut asked = 0;
    while let Some(command) = view.next_command() {
        asked += 1;
        assert!(asked <= 4, "{command:?}");
        for line in server.answer(&command) {
            changes.extend(view.handle(&event(&line)));
        }
    }
    (asked, changes)
}

fn check_complete(view: &View, server: &Server) {
    check(view, server);
    assert!(view.is_complete(), "{view:?}");
    let known: Vec<_> =
        view.messages().map(|m| (m.uid.unwrap(), m.flags.clone().unwrap())).collect();
    let want: Vec<_> = server.mails.iter().map(|mail| (mail.uid, mail.flags.clone())).collect();
    assert_eq!(known, want);
    for (number, mail) in server.mails.iter().enumerate() {
        assert_eq!(view.uid(number_of(number)), Some(mail.uid));
    }
    if server.kind != Kind::Plain {
        assert_eq!(view.mod_seq(), Some(server.mod_seq));
    }
}

fn happenings() -> impl Strategy<Value = Vec<Happens>> {
    vec(
        prop_oneof![
            any::<u8>().prop_map(Happens::Arrive),
            any::<Index>().prop_map(Happens::Expunge),
            (any::<Index>(), any::<bool>()).prop_map(|(index, set)| Happens::Flag(index, set)),
        ],
        0..40,
    )
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![Kind::Plain, Kind::CondStore, Kind::QResync])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Session after session, whatever happens in them and in between.
    #[test]
    fn a_view_follows_its_mailbox(
        kind in kinds(),
        before in happenings(),
        during in happenings(),
        offline in happenings(),
        later in happenings(),
    ) {
        let mut server = Server::new(kind);
        before.iter().for_each(|what| drop(server.happen(what)));
        let mut view = View::new();
        synchronize(&mut view, &server);
        check_complete(&view, &server);
        for what in &during {
            if let Some(line) = server.happen(what) {
                let changes = view.handle(&event(&line));
                prop_assert!(!changes.contains(&Change::OutOfSync));
            }
            check(&view, &server);
        }
        // What came meanwhile is asked for, and all is stored.
        while let Some(command) = view.next_command() {
            server.answer(&command).iter().for_each(|line| drop(view.handle(&event(line))));
        }
        if let Some(mod_seq) = view.mod_seq() {
            prop_assert!(mod_seq <= server.mod_seq);
        }
        let stored: Vec<Message> = view.messages().cloned().collect();
        let mut view = View::restore(7, view.mod_seq(), stored.clone());
        for what in &offline {
            server.happen(what);
        }
        let (asked, changes) = synchronize(&mut view, &server);
        check_complete(&view, &server);
        let gone = stored.iter().filter(|message| {
            server.mails.iter().all(|mail| Some(mail.uid) != message.uid)
        });
        for message in gone {
            let expunged = Change::Expunged { number: None, uid: message.uid };
            prop_assert!(changes.contains(&expunged), "{:?} {:?}", message, changes);
        }
        if kind == Kind::QResync && !stored.is_empty() {
            prop_assert_eq!(asked, 0, "QRESYNC has told everything");
        }
        for what in &later {
            if let Some(line) = server.happen(what) {
                view.handle(&event(&line));
            }
            check(&view, &server);
        }
    }

    /// Whatever a server says: no panic, and no more memory than it has said something about.
    #[test]
    fn nonsense_does_no_harm(lines in vec(prop::sample::select(NONSENSE), 0..40)) {
        let mut view = View::new();
        for line in lines {
            if let [Change::Arrived(range)] = &view.handle(&event(line))[..] {
                prop_assert!(!range.is_empty());
            }
            let _ = view.next_command();
            for number in [0, 1, 2, 7, u32::MAX] {
                let _ = (view.by_number(number), view.number(number), view.by_uid(number));
            }
            prop_assert!(view.messages().count() <= 40);
        }
    }
}

const NONSENSE: &[&str] = &[
    "* 4294967295 EXISTS",
    "* 3 EXISTS",
    "* 0 EXISTS",
    "* 1 EXPUNGE",
    "* 4294967295 EXPUNGE",
    "* 4294967294 EXPUNGE",
    "* VANISHED 1:4294967295",
    "* VANISHED 5,7:9",
    "* VANISHED (EARLIER) 1:4294967295",
    "* VANISHED *",
    "* 2 FETCH (UID 7 FLAGS ())",
    "* 3 FETCH (UID 7)",
    "* 1 FETCH (UID 9 MODSEQ (18446744073709551615))",
    "* 4294967295 FETCH (UID 4294967295)",
    "* 4294967295 FETCH (FLAGS (\\Seen))",
    "* 2 FETCH (UID 0)",
    "* 7 UIDFETCH (FLAGS (\\Seen))",
    "* 4294967295 UIDFETCH (FLAGS ())",
    "* OK [UIDVALIDITY 1] x",
    "* OK [UIDVALIDITY 2] x",
    "* OK [HIGHESTMODSEQ 3] x",
    "* OK [NOMODSEQ] x",
];

fn changes(view: &mut View, line: &str) -> Vec<Change> {
    view.handle(&event(line))
}

#[test]
fn numbers_move_up_behind_what_is_expunged() {
    // RFC 9051 §7.5.1
    let mut view = View::new();
    view.begin();
    assert_eq!(changes(&mut view, "* 11 EXISTS"), [Change::Arrived(1..=11)]);
    for number in 1..=11 {
        changes(&mut view, &format!("* {number} FETCH (UID {} FLAGS ())", number * 10));
    }
    for (line, uid) in
        [("* 3 EXPUNGE", 30), ("* 3 EXPUNGE", 40), ("* 5 EXPUNGE", 70), ("* 8 EXPUNGE", 110)]
    {
        let number = line.split(' ').nth(1).unwrap().parse().ok();
        assert_eq!(changes(&mut view, line), [Change::Expunged { number, uid: Some(uid) }]);
    }
    let left: Vec<_> = (1..=7).map(|number| view.uid(number).unwrap()).collect();
    assert_eq!(left, [10, 20, 50, 60, 80, 90, 100]);
    assert_eq!((view.number(50), view.exists()), (Some(3), 7));
    let changed = Change::Changed { number: Some(3), uid: Some(50) };
    assert_eq!(changes(&mut view, "* 3 FETCH (FLAGS (\\Seen))"), [changed]);
    assert_eq!(changes(&mut view, "* 3 FETCH (FLAGS (\\Seen))"), []);
}

#[test]
fn uids_become_void() {
    let mut view = View::restore(7, Some(9), [Message::new(3, Flags::none(), None)]);
    view.begin();
    assert_eq!(changes(&mut view, "* OK [UIDVALIDITY 8] x"), [Change::UidsVoid]);
    assert_eq!((view.messages().count(), view.mod_seq()), (0, None));
}

#[test]
fn what_is_told_before_uidvalidity_counts_when_uids_become_void() {
    // Dovecot 2.3 tells EXISTS first.
    let mut view = View::restore(7, Some(9), [Message::new(3, Flags::none(), Some(9))]);
    view.begin();
    for line in ["* 1 EXISTS", "* OK [HIGHESTMODSEQ 4] x", "* OK [UIDVALIDITY 8] x"] {
        changes(&mut view, line);
    }
    let _ = view.selected();
    assert_eq!(view.exists(), 1);
    assert!(matches!(view.next_command(), Some(Command::Fetch { uid: false, .. })));
    changes(&mut view, "* 1 FETCH (UID 1 FLAGS () MODSEQ (4))");
    assert_eq!((view.uid(1), view.mod_seq(), view.next_command()), (Some(1), Some(4), None));
}

#[test]
fn what_does_not_go_together_is_told() {
    let start = || {
        let mut view = View::new();
        view.begin();
        for line in ["* 3 EXISTS", "* 1 FETCH (UID 5 FLAGS ())", "* 3 FETCH (UID 9 FLAGS ())"] {
            changes(&mut view, line);
        }
        view
    };
    for line in [
        "* 2 EXISTS",
        "* 4 EXPUNGE",
        "* 2 FETCH (UID 4)",
        "* 2 FETCH (UID 11)",
        "* 1 FETCH (UID 6)",
    ] {
        let mut view = start();
        assert!(changes(&mut view, line).contains(&Change::OutOfSync), "{line}");
        assert!(view.next_command().is_some(), "{line}");
        assert!(view.by_uid(9).is_some(), "{line}");
    }
}

/// RFC 7162 §3.2.11: SELECT is sent, and the server still speaks of the mailbox before.
#[test]
fn what_comes_before_closed_is_of_the_mailbox_before() {
    let stored = [41, 43].map(|uid| Message::new(uid, Flags::none(), Some(5)));
    let mut view = View::restore(7, Some(9), stored);
    view.begin();
    for line in [
        "* 12 EXISTS",
        "* 3 FETCH (UID 43 FLAGS (\\Deleted) MODSEQ (900))",
        "* VANISHED 40:42",
        "* 3 EXPUNGE",
        "* OK [CLOSED] x",
        "* 2 EXISTS",
        "* OK [UIDVALIDITY 7] x",
        "* OK [HIGHESTMODSEQ 11] x",
    ] {
        assert!(!changes(&mut view, line).contains(&Change::OutOfSync), "{line}");
    }
    let _ = view.selected();
    assert_eq!((view.exists(), view.number(43)), (2, None));
    assert_eq!(view.by_uid(41), Some(&Message::new(41, Flags::none(), Some(5))));
    assert_ne!(view.mod_seq(), Some(900));
}

#[test]
fn messages_that_are_only_counted_vanish_by_count() {
    let mut view = View::new();
    view.begin();
    for line in ["* 9 EXISTS", "* 2 FETCH (UID 20)", "* 7 FETCH (UID 70)", "* 4 FETCH (FLAGS ())"] {
        changes(&mut view, line);
    }
    assert_eq!(changes(&mut view, "* VANISHED 30:31"), [Change::Vanished(2)]);
    assert_eq!((view.number(20), view.number(70), view.exists()), (Some(2), Some(5), 7));
    // It cannot be told whether that was one of them.
    assert_eq!(view.by_number(4), None);
    assert_eq!(changes(&mut view, "* VANISHED 21:69"), [Change::Vanished(2)]);
    assert_eq!(changes(&mut view, "* VANISHED 21:69"), []);
    assert_eq!((view.number(70), view.exists()), (Some(3), 5));
}

fn next(view: &mut View) -> Option<String> {
    let mut out = Encoder::new(Peer::SERVER);
    view.next_command()?.encode(&Tag::new("a").unwrap(), &mut out);
    Some(String::from_utf8(out.finish().wire.to_vec()).unwrap())
}

#[test]
fn flags_that_a_silent_store_changed_are_asked_for() {
    let mut view = View::new();
    view.begin();
    changes(&mut view, "* 1 EXISTS");
    changes(&mut view, "* OK [HIGHESTMODSEQ 10] x");
    assert!(view.selected().is_empty());
    changes(&mut view, "* 1 FETCH (UID 7 FLAGS () MODSEQ (9))");
    assert_eq!(next(&mut view), None);
    let changed = [Change::Changed { number: Some(1), uid: Some(7) }];
    assert_eq!(changes(&mut view, "* 1 FETCH (UID 7 MODSEQ (11))"), changed);
    assert_eq!(view.by_uid(7).unwrap().flags, None);
    assert_eq!(view.mod_seq(), None, "not all is known");
    assert_eq!(next(&mut view).unwrap(), "a UID FETCH 7 (FLAGS MODSEQ)\r\n");
    changes(&mut view, "* 1 FETCH (UID 7 FLAGS (\\Seen) MODSEQ (11))");
    assert_eq!((next(&mut view), view.mod_seq()), (None, Some(11)));
    // What says nothing new takes nothing away.
    assert_eq!(changes(&mut view, "* 1 FETCH (UID 7 MODSEQ (11))"), []);
    assert_eq!(view.by_uid(7).unwrap().flags, Some(SystemFlag::Seen.into()));
}

#[test]
fn flags_that_were_stored_without_a_mod_sequence_are_asked_for_again() {
    for stored in [None, Some(0)] {
        let mut view = View::restore(1, stored, [Message::new(7, Flags::none(), Some(9))]);
        view.begin();
        for line in ["* 1 EXISTS", "* OK [UIDVALIDITY 1] x", "* OK [HIGHESTMODSEQ 12] x"] {
            changes(&mut view, line);
        }
        assert!(view.selected().is_empty());
        assert_eq!(next(&mut view).unwrap(), "a FETCH 1 UID\r\n");
        changes(&mut view, "* 1 FETCH (UID 7)");
        assert_eq!(next(&mut view).unwrap(), "a UID FETCH 7 (FLAGS MODSEQ)\r\n");
        changes(&mut view, "* 1 FETCH (UID 7 FLAGS (\\Seen) MODSEQ (12))");
        assert_eq!((next(&mut view), view.mod_seq()), (None, Some(12)));
    }
}

#[test]
fn a_view_made_after_uidonly_was_enabled_asks_by_uid() {
    let enabled = Capabilities::from_iter([Atom::new("UIDONLY").unwrap()]);
    let mut view = View::new();
    assert_eq!(view.select_params(&enabled, &enabled), []);
    view.begin();
    changes(&mut view, "* 2 EXISTS");
    assert!(view.selected().is_empty());
    assert_eq!(next(&mut view).unwrap(), "a UID FETCH 1:* FLAGS\r\n");
}

#[test]
fn by_uid_only() {
    // RFC 9586
    let mut view = View::new();
    view.begin();
    for line in ["* ENABLED UIDONLY", "* 3 EXISTS"] {
        changes(&mut view, line);
    }
    assert_eq!(view.selected(), []);
    let Some(Command::Fetch { uid: true, .. }) = view.next_command() else { panic!() };
    for uid in [5, 7, 9] {
        let changed = Change::Changed { number: None, uid: Some(uid) };
        assert_eq!(changes(&mut view, &format!("* {uid} UIDFETCH (FLAGS ())")), [changed]);
    }
    assert!(view.is_complete() && view.next_command().is_none());
    let expunged = Change::Expunged { number: None, uid: Some(7) };
    assert_eq!(changes(&mut view, "* VANISHED 7"), [expunged]);
    assert_eq!((view.exists(), view.by_uid(9).is_some()), (2, true));
    assert_eq!(changes(&mut view, "* 4 EXISTS"), [Change::Arrived(3..=4)]);
    assert_eq!(changes(&mut view, "* VANISHED 11:12"), [Change::Vanished(2)]);
    assert!(view.is_complete() && view.number(9).is_none() && view.by_number(1).is_none());
}

/// 100,000 messages, expunged in any order, cost no time that anybody would notice.
#[test]
fn a_large_mailbox() {
    let mut view = View::new();
    view.begin();
    changes(&mut view, "* 100000 EXISTS");
    for number in 1..=100_000 {
        changes(&mut view, &format!("* {number} FETCH (UID {} FLAGS (\\Seen))", number * 2));
    }
    assert!(view.is_complete());
    for step in 0..50_000u32 {
        let number = step.wrapping_mul(7919) % view.exists() + 1;
        let uid = view.uid(number);
        let expunged = Change::Expunged { number: Some(number), uid };
        assert_eq!(changes(&mut view, &format!("* {number} EXPUNGE")), [expunged]);
    }
    assert_eq!((view.exists(), view.messages().count()), (50_000, 50_000));
}
