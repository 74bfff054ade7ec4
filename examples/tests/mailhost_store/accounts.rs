//! Accounts on each store, and a look at all that is in them.
use std::{
    env,
    fmt::Write as _,
    fs,
    io::Write,
    path::PathBuf,
    process,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use examples::host::{
    mail::{Account, Arrival, MailboxId, Message},
    store::{Memory, Sealed, Tree},
};

/// Runs a test with each store; then the account that is opened anew must be the same, with and without a
/// journal that was made shorter.
pub(crate) fn each(test: impl Fn(&Account)) {
    let account = Account::open("test", Box::new(Memory::default())).unwrap();
    test(&account);
    let dir = Dir::new();
    let account = open(&dir);
    test(&account);
    let want = dump(&account);
    drop(account);
    let account = open(&dir);
    assert_eq!(dump(&account), want, "opened anew");
    account.compact().unwrap();
    drop(account);
    assert_eq!(dump(&open(&dir)), want, "opened anew with a shorter journal");
}

pub(crate) fn open(dir: &Dir) -> Account {
    let tree = Tree::open(&dir.0).unwrap();
    let account = Account::open("test", Box::new(tree.account("test").unwrap())).unwrap();
    tree.tidy().unwrap();
    account
}

/// A folder that goes with the test.
pub(crate) struct Dir(pub(crate) PathBuf);

impl Dir {
    pub(crate) fn new() -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Relaxed);
        let dir = env::temp_dir().join(format!("mailhost-store-{}-{number}", process::id()));
        // What a run that was killed has left there.
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Everything that can be seen of an account.
pub(crate) fn dump(account: &Account) -> String {
    let mut out = String::new();
    account.look(|state| {
        writeln!(out, "{} {:?}", state.modseq(), state.last_id()).unwrap();
        for (id, mailbox) in state.mailboxes() {
            writeln!(
                out,
                "{id:?} {} {:?} next {} modseq {} octets {} unseen {} deleted {} recent {} {:?} {:?}",
                mailbox.name, mailbox.special_use, mailbox.uid_next, mailbox.modseq,
                mailbox.octets, mailbox.unseen, mailbox.deleted, mailbox.recent(),
                mailbox.metadata, mailbox.rights,
            )
            .unwrap();
            writeln!(out, "  gone {:?}", mailbox.vanished_since(0)).unwrap();
            for message in mailbox.messages().values() {
                writeln!(out, "  {message:?}").unwrap();
            }
            let log: Vec<_> = mailbox.changed_since(0).map(|m| (m.modseq, m.uid)).collect();
            writeln!(out, "  log {log:?}").unwrap();
        }
        let subscribed: Vec<_> = state.subscribed().collect();
        writeln!(out, "{subscribed:?} {:?} {:?}", state.metadata(), state.quota()).unwrap();
    });
    for message in all(account) {
        writeln!(out, "{} {:?}", message.name, text(account, &message)).unwrap();
    }
    out
}

pub(crate) fn all(account: &Account) -> Vec<Message> {
    account.look(|state| {
        state.mailboxes().flat_map(|(_, mailbox)| mailbox.messages().values().cloned()).collect()
    })
}

pub(crate) fn text(account: &Account, message: &Message) -> String {
    let octets = account.read(message, 0..u64::MAX).unwrap();
    String::from_utf8(octets.to_vec()).unwrap()
}

pub(crate) fn seal(account: &Account, text: &str) -> Arc<Sealed> {
    let mut draft = account.draft().unwrap();
    draft.write_all(text.as_bytes()).unwrap();
    draft.seal().unwrap().into()
}

pub(crate) fn find(account: &Account, name: &str) -> MailboxId {
    account.look(|state| state.find(name)).unwrap()
}

pub(crate) fn add(account: &Account, mailbox: &str, text: &str) -> u32 {
    let arrival = Arrival::new(seal(account, text));
    account.append(find(account, mailbox), vec![arrival]).unwrap().uids[0].1
}

pub(crate) fn texts(account: &Account, mailbox: &str) -> Vec<(u32, String)> {
    let id = find(account, mailbox);
    let messages: Vec<_> =
        account.look(|state| state.mailbox(id).unwrap().messages().values().cloned().collect());
    messages.iter().map(|message| (message.uid, text(account, message))).collect()
}

pub(crate) fn flags(account: &Account, mailbox: &str) -> Vec<String> {
    let id = find(account, mailbox);
    let flags = |m: &Message| m.flags.to_string();
    account.look(|state| state.mailbox(id).unwrap().messages().values().map(flags).collect())
}
