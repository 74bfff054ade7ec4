//! What mailboxes are for (RFC 6154).
//!
//! A mailbox may have several uses, and no two mailboxes the same. The annotation `/private/specialuse` is
//! another way to see and to change them (§4).
use crate::host::mail::{Mailbox, MailboxId, State};

/// The annotation that says the same.
pub(super) const ENTRY: &str = "/private/specialuse";

/// The uses that a mailbox here can have: `\All` and `\Flagged` would need views of others.
const KNOWN: [&str; 6] = ["\\Archive", "\\Drafts", "\\Important", "\\Junk", "\\Sent", "\\Trash"];

/// What a mailbox is for.
pub(super) fn of(mailbox: &Mailbox) -> impl Iterator<Item = &str> {
    let made_for = mailbox.special_use.as_deref().unwrap_or_default();
    let text = match mailbox.metadata.get(ENTRY) {
        Some(changed) => str::from_utf8(changed).unwrap_or_default(),
        None => made_for,
    };
    text.split_ascii_whitespace()
}

/// Looks at uses that a mailbox is to have, and writes them as they are written: each once, with a space
/// between. If one is not known, or another mailbox has it, it comes back with the reason.
pub(super) fn check<'a>(
    state: &State,
    mailbox: Option<MailboxId>,
    uses: impl Iterator<Item = &'a str>,
) -> Result<String, String> {
    let mut checked: Vec<&str> = Vec::new();
    for wanted in uses {
        let same = |one: &&str| one.eq_ignore_ascii_case(wanted);
        let Some(known) = KNOWN.into_iter().find(same) else {
            return Err(format!("{wanted} is not supported"));
        };
        let mut others = state.mailboxes().filter(|(id, _)| Some(*id) != mailbox);
        if let Some((_, other)) = others.find(|(_, other)| of(other).any(|one| one == known)) {
            return Err(format!("{known} is what {} is for", other.name));
        }
        if !checked.contains(&known) {
            checked.push(known);
        }
    }
    Ok(checked.join(" "))
}
