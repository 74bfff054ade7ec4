//! Which command it is.

use super::{
    Command, CommandError, ListCommand, MultiSearch, Notify, SearchCommand, SortCommand,
    StatusAttribute, TaggedCommand, ThreadCommand, UrlFetch,
    append::AppendMessage,
    arguments::{
        append, atom, atoms, checked_astring, create, get_metadata, id, initial_response, mailbox,
        mailbox_and_identifier, password, set_metadata, set_quota, some, tag_string,
        url_and_mechanism,
    },
    fetch, list, select, store,
};
use crate::{
    Atom, Cursor, Frame, Messages, ParseError, ParseErrorKind, Parsed, Quirk, ReadOptions,
    SeqNumber, Tag,
    class::{ATOM_CHAR, TAG_CHAR, uppercase},
};
use alloc::vec::Vec;

/// Longer names are not known.
const LONGEST: usize = 15;

pub(super) fn command(
    frame: &Frame,
    options: ReadOptions,
) -> Result<Parsed<TaggedCommand>, CommandError> {
    let mut cursor = Cursor::of_command(frame, options);
    let line_end = cursor.check_line_end();
    let tag = tag(&mut cursor).map_err(|error| CommandError { tag: None, error })?;
    if let Err(error) = line_end {
        return Err(CommandError { tag: Some(tag), error });
    }
    if let Some(command) = usual(cursor.rest()) {
        // Made where it belongs: a command is too large to be handed on from function to function.
        let value = TaggedCommand { tag, command };
        return Ok(Parsed { value, repairs: cursor.into_repairs() });
    }
    match behind_tag(&mut cursor) {
        Ok(command) => {
            let value = TaggedCommand { tag, command };
            Ok(Parsed { value, repairs: cursor.into_repairs() })
        }
        Err(error) => Err(CommandError { tag: Some(tag), error }),
    }
}

fn tag(cursor: &mut Cursor<'_>) -> Result<Tag, ParseError> {
    cursor.skip_extra_spaces();
    let error = ParseErrorKind::BadTag.at(cursor.at());
    let tag = cursor.span(&TAG_CHAR).map_err(|_| error)?;
    if !matches!(cursor.peek(), Some(b' ') | None) {
        return Err(error);
    }
    Ok(Tag::from_scanned(tag))
}

/// The commands without arguments that come most often, as most clients write them.
#[inline]
fn usual(text: &[u8]) -> Option<Command> {
    Some(match text {
        b" NOOP" => Command::Noop,
        b" IDLE" => Command::Idle,
        b" CHECK" => Command::Check,
        b" CLOSE" => Command::Close,
        b" LOGOUT" => Command::Logout,
        b" CAPABILITY" => Command::Capability,
        _ => return None,
    })
}

fn behind_tag(cursor: &mut Cursor<'_>) -> Result<Command, ParseError> {
    cursor.space()?;
    let name = cursor.span(&ATOM_CHAR)?;
    let behind = cursor.at();
    if !matches!(cursor.peek(), Some(b' ') | None) {
        return Err(cursor.error());
    }
    let uid = name.eq_ignore_ascii_case(b"UID");
    let (mut name, mut behind) = (name, behind);
    let command = if uid {
        cursor.space()?;
        name = cursor.span(&ATOM_CHAR)?;
        behind = cursor.at();
        let mut upper = [0; LONGEST];
        with_uid(cursor, uppercase(&name, &mut upper))?
    } else {
        let mut upper = [0; LONGEST];
        known(cursor, uppercase(&name, &mut upper))?
    };
    let Some(command) = command else {
        cursor.back_to(behind);
        let arguments = cursor.raws()?;
        cursor.end()?;
        return Ok(Command::Other { name: Atom::from_scanned(name), uid, arguments });
    };
    cursor.end()?;
    Ok(command)
}

/// Commands whose messages are named by UID.
fn with_uid(cursor: &mut Cursor<'_>, name: &[u8]) -> Result<Option<Command>, ParseError> {
    if !matches!(
        name,
        b"FETCH"
            | b"STORE"
            | b"SEARCH"
            | b"COPY"
            | b"MOVE"
            | b"SORT"
            | b"THREAD"
            | b"EXPUNGE"
            | b"REPLACE"
    ) {
        return Ok(None);
    }
    cursor.space()?;
    if name == b"EXPUNGE" {
        return Ok(Some(Command::Expunge(Some(Messages::read(cursor)?))));
    }
    on_messages(cursor, name, true)
}

/// Behind the name; nothing if it is not known.
fn known(cursor: &mut Cursor<'_>, name: &[u8]) -> Result<Option<Command>, ParseError> {
    if let Some(command) = without_arguments(name) {
        return Ok(Some(command));
    }
    if matches!(name, b"LANGUAGE" | b"COMPARATOR" | b"RESETKEY") && cursor.is_at_end() {
        return Ok(Some(match name {
            b"LANGUAGE" => Command::Language(Vec::new()),
            b"COMPARATOR" => Command::Comparator(Vec::new()),
            _ => Command::ResetKey(None),
        }));
    }
    let group = match name.len() {
        0 => return Ok(None),
        4..=6
            if matches!(
                name,
                b"FETCH" | b"STORE" | b"SEARCH" | b"COPY" | b"MOVE" | b"SORT" | b"THREAD"
            ) =>
        {
            on_messages
        }
        7 if name == b"REPLACE" => on_messages,
        _ => |cursor: &mut Cursor<'_>, name: &[u8], _: bool| on_mailboxes(cursor, name),
    };
    let at = cursor.at();
    if cursor.space().is_err() {
        // Whether an argument is missing depends on whether the name is known.
        return if is_known(name) { Err(ParseErrorKind::MissingArgument.at(at)) } else { Ok(None) };
    }
    group(cursor, name, false)
}

fn without_arguments(name: &[u8]) -> Option<Command> {
    Some(match name {
        b"NOOP" => Command::Noop,
        b"IDLE" => Command::Idle,
        b"CHECK" => Command::Check,
        b"CLOSE" => Command::Close,
        b"LOGOUT" => Command::Logout,
        b"EXPUNGE" => Command::Expunge(None),
        b"UNSELECT" => Command::Unselect,
        b"STARTTLS" => Command::StartTls,
        b"NAMESPACE" => Command::Namespace,
        b"CAPABILITY" => Command::Capability,
        b"UNAUTHENTICATE" => Command::Unauthenticate,
        b"GETJMAPACCESS" => Command::GetJmapAccess,
        _ => return None,
    })
}

fn is_known(name: &[u8]) -> bool {
    const NAMES: [&[u8]; 47] = [
        b"FETCH",
        b"STORE",
        b"SEARCH",
        b"COPY",
        b"MOVE",
        b"SORT",
        b"THREAD",
        b"REPLACE",
        b"LOGIN",
        b"AUTHENTICATE",
        b"ENABLE",
        b"SELECT",
        b"EXAMINE",
        b"CREATE",
        b"DELETE",
        b"RENAME",
        b"SUBSCRIBE",
        b"UNSUBSCRIBE",
        b"LIST",
        b"LSUB",
        b"XLIST",
        b"STATUS",
        b"APPEND",
        b"ID",
        b"ESEARCH",
        b"CANCELUPDATE",
        b"GETQUOTA",
        b"GETQUOTAROOT",
        b"SETQUOTA",
        b"GETACL",
        b"SETACL",
        b"DELETEACL",
        b"LISTRIGHTS",
        b"MYRIGHTS",
        b"GETMETADATA",
        b"SETMETADATA",
        b"COMPRESS",
        b"NOTIFY",
        b"LANGUAGE",
        b"COMPARATOR",
        b"GENURLAUTH",
        b"RESETKEY",
        b"URLFETCH",
        b"UIDBATCHES",
        b"UID",
        b"RLIST",
        b"RLSUB",
    ];
    NAMES.contains(&name)
}

fn on_messages(
    cursor: &mut Cursor<'_>,
    name: &[u8],
    uid: bool,
) -> Result<Option<Command>, ParseError> {
    Ok(Some(match name {
        b"FETCH" => {
            let (messages, attributes, modifiers) = fetch::read(cursor)?;
            Command::Fetch { messages, attributes, modifiers, uid }
        }
        b"STORE" => {
            let messages = Messages::read(cursor)?;
            let modifiers = store::modifiers(cursor)?;
            cursor.space()?;
            let (action, silent, what) = store::attributes(cursor)?;
            Command::Store { messages, modifiers, action, silent, what, uid }
        }
        b"SEARCH" => Command::Search(SearchCommand::read(cursor, uid)?),
        b"SORT" => return Ok(SortCommand::read(cursor, uid)?.map(Command::Sort)),
        b"THREAD" => Command::Thread(ThreadCommand::read(cursor, uid)?),
        b"COPY" | b"MOVE" => {
            let messages = Messages::read(cursor)?;
            cursor.space()?;
            let mailbox = mailbox(cursor)?;
            if name == b"COPY" {
                Command::Copy { messages, mailbox, uid }
            } else {
                Command::Move { messages, mailbox, uid }
            }
        }
        b"REPLACE" => {
            let number = if cursor.eat(b'*') {
                SeqNumber::Last
            } else {
                SeqNumber::Number(cursor.nz_number()?)
            };
            cursor.space()?;
            let mailbox = mailbox(cursor)?;
            Command::Replace { number, mailbox, message: AppendMessage::read(cursor)?, uid }
        }
        _ => return Ok(None),
    }))
}

fn on_mailboxes(cursor: &mut Cursor<'_>, name: &[u8]) -> Result<Option<Command>, ParseError> {
    Ok(Some(match name {
        b"LOGIN" => {
            let user = cursor.checked_astring()?;
            cursor.space()?;
            Command::Login { user, password: password(cursor)? }
        }
        b"AUTHENTICATE" => {
            let mechanism = atom(cursor)?;
            let initial = if cursor.eat(b' ') { Some(initial_response(cursor)?) } else { None };
            Command::Authenticate { mechanism, initial }
        }
        b"ENABLE" => Command::Enable(atoms(cursor)?),
        b"SELECT" => Command::Select { mailbox: mailbox(cursor)?, params: select::params(cursor)? },
        b"EXAMINE" => {
            Command::Examine { mailbox: mailbox(cursor)?, params: select::params(cursor)? }
        }
        b"CREATE" => return create(cursor),
        b"DELETE" => Command::Delete(mailbox(cursor)?),
        b"RENAME" => {
            let from = mailbox(cursor)?;
            cursor.space()?;
            let to = mailbox(cursor)?;
            if cursor.rest().starts_with(b" (") {
                // Parameters, of which there are none yet (RFC 4466 §2.3).
                return Ok(None);
            }
            Command::Rename { from, to }
        }
        b"SUBSCRIBE" => Command::Subscribe(mailbox(cursor)?),
        b"UNSUBSCRIBE" => Command::Unsubscribe(mailbox(cursor)?),
        b"LIST" => Command::List(ListCommand::read(cursor)?),
        b"LSUB" | b"XLIST" | b"RLIST" | b"RLSUB" => {
            let reference = mailbox(cursor)?;
            cursor.space()?;
            let pattern = list::pattern(cursor)?;
            match name {
                b"LSUB" => Command::Lsub { reference, pattern },
                b"XLIST" => Command::XList { reference, pattern },
                b"RLIST" => Command::RList { reference, pattern },
                _ => Command::RLsub { reference, pattern },
            }
        }
        b"STATUS" => {
            let mailbox = mailbox(cursor)?;
            cursor.space()?;
            Command::Status { mailbox, items: StatusAttribute::read_list(cursor)? }
        }
        b"APPEND" => append(cursor)?,
        b"ID" => Command::Id(id(cursor)?),
        b"ESEARCH" => Command::MultiSearch(MultiSearch::read(cursor)?),
        b"CANCELUPDATE" => Command::CancelUpdate(some(cursor, tag_string)?),
        b"NOTIFY" => Command::Notify(Notify::read(cursor)?),
        b"COMPRESS" => Command::Compress(atom(cursor)?),
        _ => return on_rights_and_rest(cursor, name),
    }))
}

fn on_rights_and_rest(cursor: &mut Cursor<'_>, name: &[u8]) -> Result<Option<Command>, ParseError> {
    Ok(Some(match name {
        b"GETQUOTA" => Command::GetQuota(cursor.checked_astring()?),
        b"GETQUOTAROOT" => Command::GetQuotaRoot(mailbox(cursor)?),
        b"SETQUOTA" => set_quota(cursor)?,
        b"GETACL" => Command::GetAcl(mailbox(cursor)?),
        b"MYRIGHTS" => Command::MyRights(mailbox(cursor)?),
        b"SETACL" => {
            let (mailbox, identifier) = mailbox_and_identifier(cursor)?;
            cursor.space()?;
            Command::SetAcl { mailbox, identifier, rights: cursor.checked_astring()? }
        }
        b"DELETEACL" => {
            let (mailbox, identifier) = mailbox_and_identifier(cursor)?;
            Command::DeleteAcl { mailbox, identifier }
        }
        b"LISTRIGHTS" => {
            let (mailbox, identifier) = mailbox_and_identifier(cursor)?;
            Command::ListRights { mailbox, identifier }
        }
        b"GETMETADATA" => return get_metadata(cursor),
        b"SETMETADATA" => set_metadata(cursor)?,
        b"LANGUAGE" => Command::Language(some(cursor, checked_astring)?.into_vec()),
        b"COMPARATOR" => Command::Comparator(some(cursor, checked_astring)?.into_vec()),
        b"GENURLAUTH" => Command::GenUrlAuth(some(cursor, url_and_mechanism)?),
        b"RESETKEY" => {
            let mailbox = mailbox(cursor)?;
            let mechanisms = if cursor.eat(b' ') { atoms(cursor)?.into_vec() } else { Vec::new() };
            Command::ResetKey(Some((mailbox, mechanisms)))
        }
        b"URLFETCH" => Command::UrlFetch(some(cursor, UrlFetch::read)?),
        b"UIDBATCHES" => {
            let size = cursor.nz_number()?;
            let start = cursor.at() + 1;
            let range = if cursor.eat(b' ') { Some(cursor.uid_ranges()?) } else { None };
            if range.as_ref().is_some_and(|range| range.ranges().len() > 1) {
                cursor.tolerate(Quirk::Other, start)?;
            }
            Command::UidBatches { size, range }
        }
        _ => return Ok(None),
    }))
}
