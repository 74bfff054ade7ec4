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

use mailwire_imap::Mailbox;

/// A name that no text had before, as Maildir wants it.
#[must_use]
pub fn unique() -> Arc<str> {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let number = LAST.fetch_add(1, Relaxed);
    let (seconds, micros) = (now.as_secs(), now.subsec_micros());
    format!("{seconds}.M{micros}P{}Q{number}.mailhost", process::id()).into()
}

/// The folder of a mailbox in a Maildir++: nothing for the INBOX, else a dot before each level, which is in
/// modified UTF-7 as other programs have it (RFC 3501 §5.1.3).
#[must_use]
pub fn folder(mailbox: &str) -> String {
    if mailbox == "INBOX" {
        return String::new();
    }
    let mut folder = String::new();
    for level in mailbox.split('/') {
        folder.push('.');
        for (at, piece) in level.split('.').enumerate() {
            folder += if at == 0 { "" } else { DOT };
            match Mailbox::new(piece) {
                Ok(piece) => folder += &piece.to_utf7(),
                Err(_) => folder += piece,
            }
        }
    }
    folder
}

/// The mailbox of a folder; none if it is not the name of one.
#[must_use]
pub(super) fn mailbox(folder: &str) -> Option<String> {
    let levels = folder.strip_prefix('.')?.split('.').map(level);
    let levels: Vec<_> = levels.collect::<Option<_>>()?;
    Some(levels.join("/"))
}

/// What stands for a dot within a level, where others would see two levels. A dot needs no encoding, so that no
/// other name has this.
const DOT: &str = "&AC4-";

/// The characters of a level. What is no modified UTF-7 stands for itself: some programs write UTF-8.
fn level(text: &str) -> Option<String> {
    let piece = |piece: &str| {
        let name = Mailbox::from_wire(piece.as_bytes().into()).ok()?;
        Some(name.as_str().unwrap_or(piece).to_owned())
    };
    let level = text.split(DOT).map(piece).collect::<Option<Vec<_>>>()?.join(".");
    let is_good = !level.is_empty() && !level.chars().any(|c| c == '/' || c.is_control());
    is_good.then_some(level)
}

/// The name of a user as that of a folder, which must not begin with a dot.
#[must_use]
pub(super) fn component(text: &str) -> String {
    let mut component = String::new();
    for (at, character) in text.char_indices() {
        let meant = matches!(character, '/' | '\\' | '%') || (at, character) == (0, '.');
        if meant || character.is_control() {
            let mut octets = [0; 4];
            for octet in character.encode_utf8(&mut octets).bytes() {
                let _ = write!(component, "%{octet:02X}");
            }
        } else {
            component.push(character);
        }
    }
    component
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_mailboxes() {
        for (name, want) in [
            ("Sent", ".Sent"),
            ("a/b/c", ".a.b.c"),
            ("a/b.c/d", ".a.b&AC4-c.d"),
            ("../..", ".&AC4-&AC4-.&AC4-&AC4-"),
            ("Entwürfe", ".Entw&APw-rfe"),
            ("日本語/&", ".&ZeVnLIqe-.&-"),
            ("ü.ü", ".&APw-&AC4-&APw-"),
            ("&AC4-", ".&-AC4-"),
            ("100% a\\b:c", ".100% a\\b:c"),
            ("INBOX/a", ".INBOX.a"),
        ] {
            assert_eq!(folder(name), want);
            assert_eq!(mailbox(want).as_deref(), Some(name));
        }
        assert_eq!(folder("INBOX"), "");
        for folder in ["", ".", "..", ".a..b", "a", ".a\nb", ".&AAo-"] {
            assert_eq!(mailbox(folder), None, "{folder}");
        }
        for (folder, want) in [(".Entwürfe", "Entwürfe"), (".&AC8-", "&AC8-"), (".a&b", "a&b")] {
            assert_eq!(mailbox(folder).as_deref(), Some(want), "as others may write it");
        }
    }

    #[test]
    fn users_have_folders() {
        for (name, want) in [
            ("test", "test"),
            ("joe@mx.example", "joe@mx.example"),
            (".drafts", "%2Edrafts"),
            ("../a", "%2E.%2Fa"),
            ("zoë", "zoë"),
        ] {
            assert_eq!(component(name), want);
        }
    }

    #[test]
    fn names_differ() {
        assert_ne!(unique(), unique());
        assert!(mailwire_message::maildir::FileName::new(&unique()).is_ok());
    }
}
