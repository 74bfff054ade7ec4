//! Which command it is.

use super::{
    AppendMessage, Command, CommandError, ListCommand, MultiSearch, Notify, SearchCommand,
    SortCommand, StatusAttribute, TaggedCommand, ThreadCommand, fetch, list, select, store,
};
use crate::{
    Atom, Cursor, Frame, Mailbox, Messages, ParseError, ParseErrorKind, Parsed, Quirk, ReadOptions,
    Tag,
    class::{ATOM_CHAR, TAG_CHAR},
};
use alloc::vec::Vec;
use mailwire_core::Octets;
use mailwire_sasl::Secret;

/// Longer names are not known.
const LONGEST: usize = 15;

pub(super) fn command(
    frame: &Frame,
    options: ReadOptions,
) -> Result<Parsed<TaggedCommand>, CommandError> {
    let mut cursor = Cursor::new(frame, options);
    let tag = tag(&mut cursor).map_err(|error| CommandError { tag: None, error })?;
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

fn behind_tag(cursor: &mut Cursor<'_>) -> Result<Command, ParseError> {
    cursor.space()?;
    let name = cursor.span(&ATOM_CHAR)?;
    let behind = cursor.at();
    if !matches!(cursor.peek(), Some(b' ') | None) {
        return Err(cursor.error());
    }
    let command = if name.eq_ignore_ascii_case(b"UID") {
        cursor.space()?;
        let name = cursor.span(&ATOM_CHAR)?;
        let mut upper = [0; LONGEST];
        with_uid(cursor, uppercase(&name, &mut upper))?
    } else {
        let mut upper = [0; LONGEST];
        known(cursor, uppercase(&name, &mut upper))?
    };
    let Some(command) = command else {
        cursor.back_to(behind);
        cursor.eat(b' ');
        let start = cursor.at();
        let len = cursor.rest().len();
        cursor.advance(len);
        let arguments = Octets::from_ref(cursor.since(start));
        return Ok(Command::Other { name: Octets::from_ref(name), arguments });
    };
    cursor.end()?;
    Ok(command)
}

/// The name in upper case; nothing if it is longer than any that is known.
fn uppercase<'u>(name: &[u8], upper: &'u mut [u8; LONGEST]) -> &'u [u8] {
    let Some(upper) = upper.get_mut(..name.len()) else { return &[] };
    upper.copy_from_slice(name);
    upper.make_ascii_uppercase();
    upper
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
            _ => Command::ResetKey { mailbox: None, mechanisms: Vec::new() },
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
        b"SORT" => Command::Sort(SortCommand::read(cursor, uid)?),
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
            let number = cursor.nz_number()?;
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
            let user = cursor.astring()?;
            cursor.space()?;
            Command::Login { user, password: secret(&cursor.astring()?) }
        }
        b"AUTHENTICATE" => {
            let mechanism = atom(cursor)?;
            let initial = if cursor.eat(b' ') { Some(base64(cursor)?) } else { None };
            Command::Authenticate { mechanism, initial }
        }
        b"ENABLE" => Command::Enable(atoms(cursor)?),
        b"SELECT" => Command::Select { mailbox: mailbox(cursor)?, params: select::params(cursor)? },
        b"EXAMINE" => {
            Command::Examine { mailbox: mailbox(cursor)?, params: select::params(cursor)? }
        }
        b"CREATE" => create(cursor)?,
        b"DELETE" => Command::Delete(mailbox(cursor)?),
        b"RENAME" => {
            let from = mailbox(cursor)?;
            cursor.space()?;
            Command::Rename { from, to: mailbox(cursor)? }
        }
        b"SUBSCRIBE" => Command::Subscribe(mailbox(cursor)?),
        b"UNSUBSCRIBE" => Command::Unsubscribe(mailbox(cursor)?),
        b"LIST" => Command::List(ListCommand::read(cursor)?),
        b"LSUB" | b"XLIST" => {
            let reference = mailbox(cursor)?;
            cursor.space()?;
            let pattern = list::pattern(cursor)?;
            if name == b"LSUB" {
                Command::Lsub { reference, pattern }
            } else {
                Command::XList { reference, pattern }
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
        b"CANCELUPDATE" => Command::CancelUpdate(strings(cursor)?),
        b"NOTIFY" => Command::Notify(Notify::read(cursor)?),
        b"COMPRESS" => Command::Compress(atom(cursor)?),
        _ => return on_rights_and_rest(cursor, name),
    }))
}

fn on_rights_and_rest(cursor: &mut Cursor<'_>, name: &[u8]) -> Result<Option<Command>, ParseError> {
    Ok(Some(match name {
        b"GETQUOTA" => Command::GetQuota(cursor.astring()?),
        b"GETQUOTAROOT" => Command::GetQuotaRoot(mailbox(cursor)?),
        b"SETQUOTA" => set_quota(cursor)?,
        b"GETACL" => Command::GetAcl(mailbox(cursor)?),
        b"MYRIGHTS" => Command::MyRights(mailbox(cursor)?),
        b"SETACL" => {
            let (mailbox, identifier) = mailbox_and_identifier(cursor)?;
            cursor.space()?;
            Command::SetAcl { mailbox, identifier, rights: cursor.astring()? }
        }
        b"DELETEACL" => {
            let (mailbox, identifier) = mailbox_and_identifier(cursor)?;
            Command::DeleteAcl { mailbox, identifier }
        }
        b"LISTRIGHTS" => {
            let (mailbox, identifier) = mailbox_and_identifier(cursor)?;
            Command::ListRights { mailbox, identifier }
        }
        b"GETMETADATA" => get_metadata(cursor)?,
        b"SETMETADATA" => set_metadata(cursor)?,
        b"LANGUAGE" => Command::Language(strings(cursor)?),
        b"COMPARATOR" => Command::Comparator(strings(cursor)?),
        b"GENURLAUTH" => gen_url_auth(cursor)?,
        b"RESETKEY" => {
            let mailbox = mailbox(cursor)?;
            let mechanisms = if cursor.eat(b' ') { atoms(cursor)? } else { Vec::new() };
            Command::ResetKey { mailbox: Some(mailbox), mechanisms }
        }
        b"URLFETCH" => Command::UrlFetch(strings(cursor)?),
        b"UIDBATCHES" => {
            let size = cursor.nz_number()?;
            let range = if cursor.eat(b' ') { Some(cursor.sequence_set()?) } else { None };
            Command::UidBatches { size, range }
        }
        _ => return Ok(None),
    }))
}

/// `mailbox`
pub(super) fn mailbox(cursor: &mut Cursor<'_>) -> Result<Mailbox, ParseError> {
    let start = cursor.at();
    let name = cursor.astring()?;
    if memchr::memchr3(0, b'\r', b'\n', &name).is_some() {
        return Err(ParseErrorKind::BadArgument.at(start));
    }
    Ok(if cursor.options().utf8 { Mailbox::from_utf8(name) } else { Mailbox::from_wire(name) })
}

fn atom(cursor: &mut Cursor<'_>) -> Result<Atom, ParseError> {
    Ok(Atom::from_scanned(cursor.span(&ATOM_CHAR)?))
}

/// `atom *(SP atom)`
fn atoms(cursor: &mut Cursor<'_>) -> Result<Vec<Atom>, ParseError> {
    let mut atoms = Vec::from([atom(cursor)?]);
    while cursor.peek() == Some(b' ') {
        cursor.space()?;
        if cursor.is_at_end() {
            cursor.tolerate(Quirk::TrailingSpace, cursor.at())?;
            break;
        }
        atoms.push(atom(cursor)?);
        limit(&atoms, cursor)?;
    }
    Ok(atoms)
}

/// `astring *(SP astring)`
fn strings(cursor: &mut Cursor<'_>) -> Result<Vec<Octets>, ParseError> {
    let mut strings = Vec::from([cursor.astring()?]);
    while cursor.eat(b' ') {
        strings.push(cursor.astring()?);
        limit(&strings, cursor)?;
    }
    Ok(strings)
}

fn limit<T>(items: &[T], cursor: &Cursor<'_>) -> Result<(), ParseError> {
    if items.len() > cursor.options().items {
        return Err(ParseErrorKind::TooMany.at(cursor.at()));
    }
    Ok(())
}

fn secret(octets: &[u8]) -> Secret {
    Secret::from(Vec::from(octets))
}

/// `base64 / "="`: everything up to the end; whether it is base64 is for the mechanism to say.
fn base64(cursor: &mut Cursor<'_>) -> Result<Secret, ParseError> {
    let start = cursor.at();
    let len = cursor.rest().iter().take_while(|octet| octet.is_ascii_graphic()).count();
    cursor.advance(len);
    if len == 0 {
        return Err(cursor.error());
    }
    Ok(secret(&cursor.since(start)))
}

/// `mailbox [SP "(" "USE" SP "(" use-attr *(SP use-attr) ")" ")"]`
fn create(cursor: &mut Cursor<'_>) -> Result<Command, ParseError> {
    let mailbox = mailbox(cursor)?;
    let mut special_use = Vec::new();
    if cursor.eat_keyword(b" (USE (") {
        while !cursor.eat(b')') {
            let start = cursor.at();
            cursor.expect(b'\\')?;
            cursor.span(&ATOM_CHAR)?;
            special_use.push(Octets::from_ref(cursor.since(start)));
            limit(&special_use, cursor)?;
            cursor.eat(b' ');
        }
        cursor.expect(b')')?;
    }
    Ok(Command::Create { mailbox, special_use })
}

/// `mailbox 1*append-message`
fn append(cursor: &mut Cursor<'_>) -> Result<Command, ParseError> {
    let mailbox = mailbox(cursor)?;
    let mut messages = Vec::from([AppendMessage::read(cursor)?]);
    while !cursor.rest().iter().all(|octet| *octet == b' ') {
        messages.push(AppendMessage::read(cursor)?);
        limit(&messages, cursor)?;
    }
    Ok(Command::Append { mailbox, messages })
}

/// `"(" [string SP nstring *(SP string SP nstring)] ")" / nil`
fn id(cursor: &mut Cursor<'_>) -> Result<Option<Vec<(Octets, Option<Octets>)>>, ParseError> {
    if cursor.eat_keyword(b"NIL") {
        return Ok(None);
    }
    cursor.expect(b'(')?;
    let mut params = Vec::new();
    cursor.skip_extra_spaces_before(b')');
    while !cursor.eat(b')') {
        let name = cursor.string()?;
        cursor.space()?;
        params.push((name, cursor.nstring()?));
        limit(&params, cursor)?;
        if cursor.peek() != Some(b')') {
            cursor.space()?;
        }
    }
    Ok(Some(params))
}

/// `astring SP "(" [atom SP number *(SP atom SP number)] ")"`
fn set_quota(cursor: &mut Cursor<'_>) -> Result<Command, ParseError> {
    let root = cursor.astring()?;
    cursor.space()?;
    cursor.expect(b'(')?;
    let mut limits = Vec::new();
    while !cursor.eat(b')') {
        let name = atom(cursor)?;
        cursor.space()?;
        limits.push((name, cursor.number64()?));
        limit(&limits, cursor)?;
        if cursor.peek() != Some(b')') {
            cursor.space()?;
        }
    }
    Ok(Command::SetQuota { root, limits })
}

fn mailbox_and_identifier(cursor: &mut Cursor<'_>) -> Result<(Mailbox, Octets), ParseError> {
    let mailbox = mailbox(cursor)?;
    cursor.space()?;
    Ok((mailbox, cursor.astring()?))
}

/// `[getmetadata-options SP] mailbox SP entries`; some clients put the options behind the mailbox, as the
/// examples of RFC 5464 §4.2 do.
fn get_metadata(cursor: &mut Cursor<'_>) -> Result<Command, ParseError> {
    let (mut max_size, mut depth) = (None, None);
    metadata_options(cursor, &mut max_size, &mut depth)?;
    let mailbox = mailbox(cursor)?;
    cursor.space()?;
    metadata_options(cursor, &mut max_size, &mut depth)?;
    let mut entries = Vec::new();
    if cursor.eat(b'(') {
        loop {
            entries.push(cursor.astring()?);
            limit(&entries, cursor)?;
            if cursor.eat(b')') {
                break;
            }
            cursor.space()?;
        }
    } else {
        entries.push(cursor.astring()?);
    }
    Ok(Command::GetMetadata { mailbox, max_size, depth, entries })
}

/// `["(" getmetadata-option *(SP getmetadata-option) ")" SP]`
fn metadata_options(
    cursor: &mut Cursor<'_>,
    max_size: &mut Option<u64>,
    depth: &mut Option<Atom>,
) -> Result<(), ParseError> {
    let is_option = [&b"(MAXSIZE "[..], b"(DEPTH "].iter().any(|start| {
        cursor.rest().get(..start.len()).is_some_and(|next| next.eq_ignore_ascii_case(start))
    });
    if !is_option {
        return Ok(());
    }
    cursor.expect(b'(')?;
    loop {
        if cursor.eat_keyword(b"MAXSIZE ") {
            *max_size = Some(cursor.number64()?);
        } else if cursor.eat_keyword(b"DEPTH ") {
            *depth = Some(atom(cursor)?);
        } else {
            return Err(cursor.error());
        }
        if cursor.eat(b')') {
            return cursor.space();
        }
        cursor.space()?;
    }
}

/// `mailbox SP "(" entry-name SP value *(SP entry-name SP value) ")"`
fn set_metadata(cursor: &mut Cursor<'_>) -> Result<Command, ParseError> {
    let mailbox = mailbox(cursor)?;
    cursor.space()?;
    cursor.expect(b'(')?;
    let mut entries = Vec::new();
    loop {
        let entry = cursor.astring()?;
        cursor.space()?;
        entries.push((entry, cursor.nstring()?));
        limit(&entries, cursor)?;
        if cursor.eat(b')') {
            return Ok(Command::SetMetadata { mailbox, entries });
        }
        cursor.space()?;
    }
}

/// `url SP mechanism *(SP url SP mechanism)`
fn gen_url_auth(cursor: &mut Cursor<'_>) -> Result<Command, ParseError> {
    let mut urls = Vec::new();
    loop {
        let url = cursor.astring()?;
        cursor.space()?;
        urls.push((url, atom(cursor)?));
        limit(&urls, cursor)?;
        if !cursor.eat(b' ') {
            return Ok(Command::GenUrlAuth(urls));
        }
    }
}
