//! Commands as they go on the wire.

use super::{AppendMessage, Command, StatusAttribute, fetch, list, select, store};
use crate::{AString, Atom, Encoder, Mailbox, Messages, SeqNumber, Tag};

pub(super) fn command(command: &Command, tag: &Tag, out: &mut Encoder) {
    out.raw(tag.as_str().as_bytes());
    out.space();
    if !plain(command, out) && !on_messages(command, out) && !on_mailboxes(command, out) {
        rest(command, out);
    }
    out.line_end();
}

/// Commands without arguments. Says whether it was one.
fn plain(command: &Command, out: &mut Encoder) -> bool {
    let name: &[u8] = match command {
        Command::Capability => b"CAPABILITY",
        Command::Noop => b"NOOP",
        Command::Logout => b"LOGOUT",
        Command::StartTls => b"STARTTLS",
        Command::Namespace => b"NAMESPACE",
        Command::Idle => b"IDLE",
        Command::Check => b"CHECK",
        Command::Close => b"CLOSE",
        Command::Unselect => b"UNSELECT",
        Command::Expunge(None) => b"EXPUNGE",
        Command::Unauthenticate => b"UNAUTHENTICATE",
        Command::GetJmapAccess => b"GETJMAPACCESS",
        _ => return false,
    };
    out.raw(name);
    true
}

/// Commands about messages. Says whether it was one.
fn on_messages(command: &Command, out: &mut Encoder) -> bool {
    let mut begin = |uid: bool, name: &[u8], messages: Option<&Messages>| {
        out.raw(if uid { b"UID " } else { b"" });
        out.raw(name);
        out.space();
        if let Some(messages) = messages {
            messages.encode(out);
            out.space();
        }
    };
    match command {
        Command::Fetch { messages, attributes, modifiers, uid } => {
            begin(*uid, b"FETCH", Some(messages));
            fetch::encode(attributes, modifiers, out);
        }
        Command::Store { messages, modifiers, action, silent, what, uid } => {
            begin(*uid, b"STORE", Some(messages));
            store::encode(modifiers, (*action, *silent, what), out);
        }
        Command::Copy { messages, mailbox, uid } => {
            begin(*uid, b"COPY", Some(messages));
            out.mailbox(mailbox);
        }
        Command::Move { messages, mailbox, uid } => {
            begin(*uid, b"MOVE", Some(messages));
            out.mailbox(mailbox);
        }
        Command::Expunge(Some(uids)) => {
            out.raw(b"UID EXPUNGE ");
            uids.encode(out);
        }
        Command::Search(search) => {
            begin(search.uid, b"SEARCH", None);
            search.encode(out);
        }
        Command::Sort(sort) => {
            begin(sort.uid, b"SORT", None);
            sort.encode(out);
        }
        Command::Thread(thread) => {
            begin(thread.uid, b"THREAD", None);
            thread.encode(out);
        }
        Command::Replace { number, mailbox, message, uid } => {
            begin(*uid, b"REPLACE", None);
            match number {
                SeqNumber::Number(number) => out.write(format_args!("{number} ")),
                SeqNumber::Last => out.raw(b"* "),
            }
            out.mailbox(mailbox);
            message.encode(out);
        }
        _ => return false,
    }
    true
}

/// Commands about mailboxes. Says whether it was one.
fn on_mailboxes(command: &Command, out: &mut Encoder) -> bool {
    match command {
        Command::Select { mailbox, params } => {
            named(b"SELECT", mailbox, out);
            select::encode(params, out);
        }
        Command::Examine { mailbox, params } => {
            named(b"EXAMINE", mailbox, out);
            select::encode(params, out);
        }
        Command::Create { mailbox, special_use } => {
            named(b"CREATE", mailbox, out);
            if !special_use.is_empty() {
                out.raw(b" (USE ");
                out.list(special_use, |out, attribute| out.raw(attribute.as_bytes()));
                out.raw(b")");
            }
        }
        Command::Delete(mailbox) => named(b"DELETE", mailbox, out),
        Command::Rename { from, to } => {
            named(b"RENAME", from, out);
            out.space();
            out.mailbox(to);
        }
        Command::Subscribe(mailbox) => named(b"SUBSCRIBE", mailbox, out),
        Command::Unsubscribe(mailbox) => named(b"UNSUBSCRIBE", mailbox, out),
        Command::List(command) => {
            out.raw(b"LIST ");
            command.encode(out);
        }
        Command::Lsub { reference, pattern } => by_pattern(b"LSUB", reference, pattern, out),
        Command::XList { reference, pattern } => by_pattern(b"XLIST", reference, pattern, out),
        Command::RList { reference, pattern } => by_pattern(b"RLIST", reference, pattern, out),
        Command::RLsub { reference, pattern } => by_pattern(b"RLSUB", reference, pattern, out),
        Command::Status { mailbox, items } => {
            named(b"STATUS", mailbox, out);
            out.space();
            StatusAttribute::encode_list(items, out);
        }
        Command::Append { mailbox, messages } => {
            named(b"APPEND", mailbox, out);
            AppendMessage::encode_all(messages, out);
        }
        Command::GetQuotaRoot(mailbox) => named(b"GETQUOTAROOT", mailbox, out),
        Command::GetAcl(mailbox) => named(b"GETACL", mailbox, out),
        Command::MyRights(mailbox) => named(b"MYRIGHTS", mailbox, out),
        Command::SetAcl { mailbox, identifier, rights } => {
            named(b"SETACL", mailbox, out);
            strings([identifier, rights], out);
        }
        Command::DeleteAcl { mailbox, identifier } => {
            named(b"DELETEACL", mailbox, out);
            strings([identifier], out);
        }
        Command::ListRights { mailbox, identifier } => {
            named(b"LISTRIGHTS", mailbox, out);
            strings([identifier], out);
        }
        Command::SetMetadata { mailbox, entries } => {
            named(b"SETMETADATA", mailbox, out);
            out.space();
            out.list(entries, |out, (entry, value)| {
                out.astring(entry);
                out.space();
                out.nstring(value.as_deref());
            });
        }
        Command::GetMetadata { mailbox, max_size, depth, entries } => {
            out.raw(b"GETMETADATA ");
            metadata_options(*max_size, depth.as_ref(), out);
            out.mailbox(mailbox);
            out.space();
            match &entries[..] {
                [entry] => out.astring(entry),
                entries => out.list(entries, |out, entry| out.astring(entry)),
            }
        }
        _ => return false,
    }
    true
}

fn rest(command: &Command, out: &mut Encoder) {
    match command {
        Command::Login { user, password } => {
            out.raw(b"LOGIN ");
            out.astring(user);
            out.space();
            out.astring(password.as_bytes());
        }
        Command::Authenticate { mechanism, initial } => {
            out.raw(b"AUTHENTICATE ");
            out.atom(mechanism);
            if let Some(initial) = initial {
                out.space();
                out.raw(initial.as_bytes());
            }
        }
        Command::Enable(capabilities) => {
            out.raw(b"ENABLE");
            atoms(capabilities, out);
        }
        Command::Id(params) => out.id(params),
        Command::MultiSearch(search) => {
            out.raw(b"ESEARCH ");
            search.encode(out);
        }
        Command::CancelUpdate(tags) => {
            out.raw(b"CANCELUPDATE");
            for tag in tags {
                out.space();
                out.quoted_tag(tag);
            }
        }
        Command::GetQuota(root) => {
            out.raw(b"GETQUOTA ");
            out.astring(root);
        }
        Command::SetQuota { root, limits } => {
            out.raw(b"SETQUOTA ");
            out.astring(root);
            out.space();
            out.list(limits, |out, (name, limit)| out.write(format_args!("{name} {limit}")));
        }
        Command::Compress(algorithm) => {
            out.raw(b"COMPRESS ");
            out.atom(algorithm);
        }
        Command::Notify(notify) => {
            out.raw(b"NOTIFY ");
            notify.encode(out);
        }
        Command::Language(languages) => {
            out.raw(b"LANGUAGE");
            strings(languages, out);
        }
        Command::Comparator(comparators) => {
            out.raw(b"COMPARATOR");
            strings(comparators, out);
        }
        Command::GenUrlAuth(urls) => {
            out.raw(b"GENURLAUTH");
            for (url, mechanism) in urls {
                strings([url], out);
                out.space();
                out.atom(mechanism);
            }
        }
        Command::ResetKey(which) => {
            out.raw(b"RESETKEY");
            if let Some((mailbox, mechanisms)) = which {
                out.space();
                out.mailbox(mailbox);
                atoms(mechanisms, out);
            }
        }
        Command::UrlFetch(urls) => {
            out.raw(b"URLFETCH");
            for url in urls {
                out.space();
                url.encode(out);
            }
        }
        Command::UidBatches { size, range } => {
            out.write(format_args!("UIDBATCHES {size}"));
            if let Some(range) = range {
                out.space();
                out.uid_ranges(range);
            }
        }
        Command::Other { name, uid, arguments } => {
            out.raw(if *uid { b"UID " } else { b"" });
            out.atom(name);
            for argument in arguments {
                out.space();
                argument.encode(out);
            }
        }
        _ => unreachable!("written by one of the others"),
    }
}

/// A name and a mailbox.
fn named(name: &[u8], mailbox: &Mailbox, out: &mut Encoder) {
    out.raw(name);
    out.space();
    out.mailbox(mailbox);
}

/// A name, a reference and a pattern.
fn by_pattern(name: &[u8], reference: &Mailbox, pattern: &AString, out: &mut Encoder) {
    named(name, reference, out);
    out.space();
    list::encode_pattern(pattern, out);
}

fn strings<'s>(strings: impl IntoIterator<Item = &'s AString>, out: &mut Encoder) {
    for string in strings {
        out.space();
        out.astring(string);
    }
}

fn atoms(atoms: &[Atom], out: &mut Encoder) {
    for atom in atoms {
        out.space();
        out.atom(atom);
    }
}

fn metadata_options(max_size: Option<u64>, depth: Option<&Atom>, out: &mut Encoder) {
    let options = match (max_size, depth) {
        (None, None) => return,
        (Some(size), None) => alloc::format!("(MAXSIZE {size}) "),
        (None, Some(depth)) => alloc::format!("(DEPTH {depth}) "),
        (Some(size), Some(depth)) => alloc::format!("(MAXSIZE {size} DEPTH {depth}) "),
    };
    out.raw(options.as_bytes());
}
