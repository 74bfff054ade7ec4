//! The mail host's Maildir under SIGKILL: what was acknowledged is there, once.
//!
//! The test runs itself as a child that works on the store and says before and behind each operation what it
//! does. The parent kills it at a random moment, again and again, and compares what is there with what was
//! said.
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{self, Command, Stdio},
    thread,
    time::Duration,
};

use examples::{
    accounts::random,
    host::{
        mail::{Account, Arrival, FlagChange, Flags, MailboxId},
        store::Tree,
    },
};

const DIR: &str = "MAILHOST_CRASH_DIR";
/// How many operations a child has done before its end is near.
const ENOUGH: usize = 5;

/// What is known of a text: how often it is in each of the mailboxes, and whether it is flagged there.
#[derive(Clone, Debug, Default, PartialEq)]
struct Known {
    places: BTreeMap<(String, bool), u32>,
}

/// What should be there, by texts, and the names of the mailboxes.
#[derive(Clone, Debug, Default, PartialEq)]
struct World {
    texts: BTreeMap<String, Known>,
    mailboxes: BTreeSet<String>,
}

fn open(dir: &Path) -> Account {
    let tree = Tree::open(dir).unwrap();
    let account = Account::open("test", Box::new(tree.account("test").unwrap())).unwrap();
    tree.tidy().unwrap();
    account
}

fn look(account: &Account) -> World {
    let mut world = World::default();
    let messages: Vec<_> = account.look(|state| {
        let all = state.mailboxes().flat_map(|(_, mailbox)| {
            mailbox.messages().values().map(|message| (mailbox.name.to_string(), message.clone()))
        });
        world.mailboxes = state.mailboxes().map(|(_, m)| m.name.to_string()).collect();
        all.collect()
    });
    for (mailbox, message) in messages {
        let octets = account.read(&message, 0..u64::MAX).unwrap();
        assert_eq!(octets.len() as u64, message.facts.octets, "whole, or not there");
        let text = String::from_utf8(octets.to_vec()).unwrap();
        let (name, rest) = text.split_once('\n').unwrap();
        assert!(rest.bytes().all(|octet| octet == b'x'));
        let known = world.texts.entry(name.into()).or_default();
        *known.places.entry((mailbox, message.flags.contains("\\Flagged"))).or_default() += 1;
    }
    world
}

impl World {
    /// Does what the child says it does.
    fn apply(&mut self, words: &[&str]) {
        let mut shift = |name: &str, from: Option<(&str, bool)>, to: Option<(&str, bool)>| {
            let places = &mut self.texts.entry(name.into()).or_default().places;
            if let Some((mailbox, flagged)) = from {
                let count = places.get_mut(&(mailbox.into(), flagged)).expect("it was there");
                *count -= 1;
                if *count == 0 {
                    places.remove(&(mailbox.into(), flagged));
                }
            }
            if let Some((mailbox, flagged)) = to {
                *places.entry((mailbox.into(), flagged)).or_default() += 1;
            }
            if places.is_empty() {
                self.texts.remove(name);
            }
        };
        match words {
            ["append", mailbox, texts @ ..] => {
                texts.iter().for_each(|name| shift(name, None, Some((mailbox, false))));
            }
            ["flag", mailbox, name] => {
                shift(name, Some((mailbox, false)), Some((mailbox, true)));
            }
            ["expunge", mailbox, flagged, name] => {
                shift(name, Some((mailbox, *flagged == "true")), None);
            }
            ["copy", _, to, flagged, name] => shift(name, None, Some((to, *flagged == "true"))),
            ["move", from, to, flagged, name] => {
                let flagged = *flagged == "true";
                shift(name, Some((from, flagged)), Some((to, flagged)));
            }
            ["rename", from, to] => {
                for known in self.texts.values_mut() {
                    let places = std::mem::take(&mut known.places);
                    known.places = places
                        .into_iter()
                        .map(|((mailbox, flagged), count)| {
                            let same = mailbox == *from;
                            ((if same { (*to).into() } else { mailbox }, flagged), count)
                        })
                        .collect();
                }
                assert!(self.mailboxes.remove(*from));
                self.mailboxes.insert((*to).into());
            }
            ["delete", mailbox] => {
                for known in self.texts.values_mut() {
                    known.places.retain(|(name, _), _| name != mailbox);
                }
                self.texts.retain(|_, known| !known.places.is_empty());
                assert!(self.mailboxes.remove(*mailbox));
            }
            ["create", mailbox] => {
                self.mailboxes.insert((*mailbox).into());
            }
            other => panic!("{other:?}"),
        }
    }
}

/// The child: works until it is killed.
#[test]
fn child() {
    let Ok(dir) = env::var(DIR) else { return };
    let account = open(Path::new(&dir));
    let mut number = 0u32;
    println!(); // the harness has begun a line
    let say = |mark: char, words: &str| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{mark} {words}").and_then(|()| out.flush()).unwrap();
    };
    loop {
        number += 1;
        let [dice, pick, to, length] = random::<4>();
        let found = account.look(|state| {
            let mailboxes: Vec<_> =
                state.mailboxes().map(|(id, m)| (id, m.name.to_string())).collect();
            let all = state.mailboxes().flat_map(|(id, mailbox)| {
                let message = |m: &examples::host::mail::Message| (id, m.clone());
                mailbox.messages().values().map(message).collect::<Vec<_>>()
            });
            let all: Vec<_> = all.collect();
            let message = (!all.is_empty()).then(|| all[pick as usize * 257 % all.len()].clone());
            (mailboxes, message, all.len())
        });
        let (mailboxes, message, count) = found;
        let (to, to_name) = mailboxes[to as usize % mailboxes.len()].clone();
        let append = |count: usize| {
            let names: Vec<_> =
                (0..count).map(|n| format!("{}-{number}-{n}", process::id())).collect();
            let words = format!("append {to_name} {}", names.join(" "));
            say('>', &words);
            let arrivals = names.iter().map(|name| {
                let mut draft = account.draft().unwrap();
                let body = vec![b'x'; usize::from(length) * 100];
                draft.write_all(format!("{name}\n").as_bytes()).unwrap();
                draft.write_all(&body).unwrap();
                Arrival::new(draft.seal().unwrap().into())
            });
            account.append(to, arrivals.collect()).unwrap();
            say('<', &words);
        };
        let Some((from, message)) = message.filter(|_| dice >= 90 || count > 200) else {
            append(usize::from(dice % 3) + 1);
            continue;
        };
        let octets = account.read(&message, 0..100).unwrap();
        let text = String::from_utf8_lossy(&octets).into_owned();
        let name = text.split('\n').next().unwrap().to_owned();
        let flagged = message.flags.contains("\\Flagged");
        let name_of = |id: MailboxId| &mailboxes.iter().find(|(known, _)| *known == id).unwrap().1;
        let (from_name, uid) = (name_of(from), message.uid);
        let act = |words: String, work: &dyn Fn()| {
            say('>', &words);
            work();
            say('<', &words);
        };
        let boxes = mailboxes.iter().filter(|(_, name)| name.starts_with("Box")).count();
        match dice {
            0..150 if !flagged => act(format!("flag {from_name} {name}"), &|| {
                let flags = Flags::new(["\\Flagged"]);
                account.store(from, &[uid], FlagChange::Add, &flags, None).unwrap();
            }),
            0..190 => act(format!("expunge {from_name} {flagged} {name}"), &|| {
                account.expunge(from, &[uid], false).unwrap();
            }),
            190..210 => act(format!("copy {from_name} {to_name} {flagged} {name}"), &|| {
                account.copy(from, &[uid], to).unwrap();
            }),
            210..235 => act(format!("move {from_name} {to_name} {flagged} {name}"), &|| {
                account.relocate(from, &[uid], to).unwrap();
            }),
            235..240 if boxes < 4 => act(format!("create Box{number}"), &|| {
                account.create(&format!("Box{number}"), None).unwrap();
            }),
            240..245 if to_name.starts_with("Box") => act(format!("delete {to_name}"), &|| {
                account.delete(&to_name).unwrap();
            }),
            _ if to_name.starts_with("Box") => {
                act(format!("rename {to_name} Box{number}r"), &|| {
                    account.rename(&to_name, &format!("Box{number}r")).unwrap();
                });
            }
            _ => append(1),
        }
    }
}

#[test]
fn what_was_acknowledged_is_there_once_whenever_the_host_is_killed() {
    let rounds = env::var("MAILHOST_CRASH_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(25);
    let dir = env::temp_dir().join(format!("mailhost-crash-{}", process::id()));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    let account = open(&dir);
    let mut world = look(&account);
    let mut uids: BTreeMap<(MailboxId, u32), String> = BTreeMap::new();
    drop(account);
    let mut operations = 0;
    for round in 0..rounds {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture", "--test-threads=1"])
            .env(DIR, &dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        // Most are killed at work, however long it takes until they are; some perhaps while they open the store.
        let (mut said, mut left) = (Vec::new(), if round % 5 == 2 { 0 } else { ENOUGH });
        while left > 0
            && let Some(line) = lines.next()
        {
            left -= usize::from(line.starts_with("< "));
            said.push(line);
        }
        let reader = thread::spawn(move || lines.collect::<Vec<_>>());
        let [one, other] = random::<2>();
        let life = Duration::from_micros(u64::from(one) * 1_500 + u64::from(other) * 5);
        thread::sleep(life);
        child.kill().unwrap();
        child.wait().unwrap();

        let mut open_operation = None;
        for line in said.into_iter().chain(reader.join().unwrap()) {
            let Some((mark @ (">" | "<"), words)) = line.split_once(' ') else { continue };
            let words: Vec<_> = words.split(' ').map(str::to_owned).collect();
            if mark == ">" {
                open_operation = Some(words);
            } else {
                assert_eq!(open_operation.take().as_ref(), Some(&words));
                world.apply(&words.iter().map(String::as_str).collect::<Vec<_>>());
                operations += 1;
            }
        }
        let account = open(&dir);
        let there = look(&account);
        // Of what was not acknowledged all may be there, or nothing.
        if there != world {
            let words = open_operation
                .unwrap_or_else(|| panic!("round {round}: {}", differ(&there, &world)));
            let before = world.clone();
            world.apply(&words.iter().map(String::as_str).collect::<Vec<_>>());
            assert!(
                there == world,
                "round {round}: {words:?}: {}\nor else: {}",
                differ(&there, &world),
                differ(&there, &before)
            );
        }
        account.look(|state| {
            for (id, mailbox) in state.mailboxes() {
                for message in mailbox.messages().values() {
                    assert!(message.uid < mailbox.uid_next);
                    let name =
                        uids.entry((id, message.uid)).or_insert(message.facts.email_id.clone());
                    assert_eq!(
                        *name, message.facts.email_id,
                        "a UID stands for one message, for ever"
                    );
                }
            }
        });
        drop(account);
        let again = open(&dir);
        assert!(look(&again) == world, "opened once more");
        if round % 5 == 4 {
            again.compact().unwrap();
        }
    }
    println!("{operations} operations, {} texts in the end", world.texts.len());
    assert!(operations > rounds * 3, "{operations} operations only");
    fs::remove_dir_all(dir).unwrap();
}

fn differ(there: &World, want: &World) -> String {
    let mut out = format!("{:?} {:?}", there.mailboxes, want.mailboxes);
    for (name, known) in &there.texts {
        if want.texts.get(name) != Some(known) {
            out += &format!("\n{name}: {known:?} instead of {:?}", want.texts.get(name));
        }
    }
    for (name, known) in &want.texts {
        if !there.texts.contains_key(name) {
            out += &format!("\n{name}: nothing instead of {known:?}");
        }
    }
    out
}
