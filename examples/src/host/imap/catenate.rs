//! The parts that CATENATE puts together (RFC 4469).
use std::{
    fs::File,
    io::{self, ErrorKind, Write},
};

use super::{append::Unfit, body::Body, index, select::find, selected::Selected, url::Url};
use crate::host::{
    mail::{Account, MailError, Message},
    store::{Draft, Sealed},
};

/// Copies a text that came in.
pub(super) fn copy_text(text: &Sealed, draft: &mut Draft) -> io::Result<()> {
    match (text.text(), text.path()) {
        (Some(octets), _) => draft.write_all(octets),
        (None, Some(path)) => io::copy(&mut File::open(path)?, draft).map(|_| ()),
        (None, None) => Err(ErrorKind::NotFound.into()),
    }
}

/// Copies what is at a URL, if there is room for it.
pub(super) fn copy_url(
    account: &Account,
    selected: Option<&Selected>,
    octets: &[u8],
    room: u64,
    draft: &mut Draft,
) -> Result<(), Unfit> {
    let bad = || Unfit::Url(octets.to_vec().into());
    let url = Url::parse(octets).ok_or_else(bad)?;
    let message = resolve(account, selected, &url).ok_or_else(bad)?;
    let gone = |error: MailError| if error.is_gone() { bad() } else { error.into() };
    let index = index::index(account, &message).map_err(gone)?;
    let body = Body::section(account, &message, &index, &url.section, url.partial).map_err(gone)?;
    let mut body = body.ok_or_else(bad)?;
    if body.len() > room {
        return Err(Unfit::TooLong);
    }
    let text = account.open_text(&message).map_err(gone)?;
    while body.len() > 0 {
        draft.write_all(&body.next(&text).map_err(gone)?)?;
    }
    Ok(())
}

/// The message that a URL names.
fn resolve(account: &Account, selected: Option<&Selected>, url: &Url) -> Option<Message> {
    if url.authority.as_ref().is_some_and(|authority| !authority.is_here(account.name())) {
        return None;
    }
    let id = match &url.mailbox {
        Some(name) => find(account, name)?,
        // Relative to the mailbox that is selected (RFC 4469 §3).
        None => selected?.id,
    };
    if url.uid_validity.is_some_and(|validity| validity != id.0) {
        return None;
    }
    account.look(|state| state.mailbox(id)?.messages().get(&url.uid).cloned())
}
