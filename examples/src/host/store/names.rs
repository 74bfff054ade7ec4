//! Names of texts, and of the folders of mailboxes.
use std::{
    fmt::Write,
    process,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// A name that no text had before, as Maildir wants it.
#[must_use]
pub fn unique() -> Arc<str> {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let number = LAST.fetch_add(1, Relaxed);
    let (seconds, micros) = (now.as_secs(), now.subsec_micros());
    format!("{seconds}.M{micros}P{}Q{number}.mailhost", process::id()).into()
}

/// The folder of a mailbox in a Maildir++: nothing for the INBOX, else a dot before each level.
#[must_use]
pub(super) fn folder(mailbox: &str) -> String {
    if mailbox == "INBOX" {
        return String::new();
    }
    let mut folder = String::new();
    for level in mailbox.split('/') {
        folder.push('.');
        escape(level, &mut folder);
    }
    folder
}

/// The mailbox of a folder; none if it is not the name of one.
#[must_use]
pub(super) fn mailbox(folder: &str) -> Option<String> {
    let levels = folder.strip_prefix('.')?.split('.').map(unescape);
    let levels: Vec<_> = levels.collect::<Option<_>>()?;
    levels.iter().all(|level| !level.is_empty()).then(|| levels.join("/"))
}

/// A text as a part of a path, where no dot may be the first character.
#[must_use]
pub(super) fn component(text: &str) -> String {
    let mut component = String::new();
    escape(text, &mut component);
    component
}

fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        let meant = matches!(character, '.' | '/' | '\\' | '%' | ':') || character.is_control();
        if meant {
            let mut octets = [0; 4];
            for octet in character.encode_utf8(&mut octets).bytes() {
                let _ = write!(out, "%{octet:02X}");
            }
        } else {
            out.push(character);
        }
    }
}

fn unescape(text: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            let code = str::from_utf8(after.get(..2)?).ok()?;
            octets.push(u8::from_str_radix(code, 16).ok()?);
            rest = &after[2..];
        } else {
            octets.push(*first);
            rest = after;
        }
    }
    String::from_utf8(octets).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_mailboxes() {
        for (name, want) in [
            ("Sent", ".Sent"),
            ("a/b.c/d", ".a.b%2Ec.d"),
            ("Entwürfe", ".Entwürfe"),
            ("100%", ".100%25"),
            ("../..", ".%2E%2E.%2E%2E"),
            ("INBOX/a", ".INBOX.a"),
            ("a\nb\\c:d", ".a%0Ab%5Cc%3Ad"),
        ] {
            assert_eq!(folder(name), want);
            assert_eq!(mailbox(want).as_deref(), Some(name));
        }
        assert_eq!(folder("INBOX"), "");
        for folder in ["", ".", "..", ".a..b", "a", ".%4", ".%zz", ".%FF"] {
            assert_eq!(mailbox(folder), None, "{folder}");
        }
    }

    #[test]
    fn names_differ() {
        assert_ne!(unique(), unique());
        assert!(mailwire_message::maildir::FileName::new(&unique()).is_ok());
    }
}
