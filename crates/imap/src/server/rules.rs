//! Which command may come when ([RFC 9051 §6], §5.5 and the extensions).
//!
//! [RFC 9051 §6]: https://www.rfc-editor.org/rfc/rfc9051#section-6

use super::{Enabled, Phase, Server, known, needs, text::Refusal};
use crate::{
    Command, Flags, Mailbox, Messages, SystemFlag, WordCode,
    command::{
        AppendMessage, FetchModifier, ListSelection, SearchCommand, SearchReturn, SelectParam,
        StoreWhat,
    },
    search::{SearchKey, SearchStep},
};

impl Server {
    /// Why the command is not for the caller, if it is not.
    pub(super) fn bars(&self, command: &Command) -> Option<Refusal> {
        if !needs::are_met(command, &self.config.offers) {
            return Some(Refusal::NOT_OFFERED);
        }
        if !self.config.unknown_parts && !known::is_known(command) {
            return Some(Refusal::bad("Not known here"));
        }
        if let Some(refusal) = against_grammar(command) {
            return Some(refusal);
        }
        if self.config.require_tls
            && !self.session.tls
            && !matches!(
                command,
                Command::Capability
                    | Command::Noop
                    | Command::Id(_)
                    | Command::StartTls
                    | Command::Logout
            )
        {
            return Some(Refusal::PRIVACY_REQUIRED);
        }
        let refusal = match (level(command), &self.phase) {
            (Level::Any, _)
            | (Level::BeforeLogin, Phase::NotAuthenticated)
            | (Level::Login, Phase::Authenticated | Phase::Selected(_))
            | (Level::Mailbox, Phase::Selected(_)) => None,
            (Level::BeforeLogin, _) => Some(Refusal::bad("Logged in already")),
            (Level::Mailbox, Phase::Authenticated) => Some(Refusal::SELECT_FIRST),
            (Level::Login | Level::Mailbox, _) => Some(Refusal::LOG_IN_FIRST),
        };
        refusal
            .or_else(|| self.wants_utf8(command))
            .or_else(|| in_enabled(command, self.session.enabled))
            .or_else(|| self.bars_in_mailbox(command))
    }

    /// RFC 9755 §7: with UTF8=ONLY nothing that has names or texts is for those who have not enabled
    /// UTF-8.
    fn wants_utf8(&self, command: &Command) -> Option<Refusal> {
        let ascii = matches!(
            command,
            Command::Enable(_) | Command::Idle | Command::Compress(_) | Command::Unauthenticate
        );
        let may_need_it = matches!(level(command), Level::Login | Level::Mailbox) && !ascii;
        (self.utf8_only && may_need_it && !self.session.enabled.utf8)
            .then_some(Refusal::no(WordCode::Cannot, "ENABLE UTF8=ACCEPT first"))
    }

    /// What the mailbox that is selected does not allow.
    fn bars_in_mailbox(&self, command: &Command) -> Option<Refusal> {
        let Phase::Selected(open) = &self.phase else { return None };
        let changes = matches!(
            command,
            Command::Store { .. }
                | Command::Expunge(_)
                | Command::Move { .. }
                | Command::Replace { .. }
        );
        if open.read_only && changes {
            return Some(Refusal::READ_ONLY);
        }
        // RFC 7162 §3.1.2.2
        let about_mailbox = level(command) == Level::Mailbox;
        let no_mod_seqs =
            open.highest_mod_seq.is_none() && about_mailbox && needs::enables_cond_store(command);
        no_mod_seqs.then_some(Refusal::bad("The mailbox keeps no mod-sequences"))
    }
}

/// What the session must have come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Any,
    BeforeLogin,
    Login,
    Mailbox,
}

const fn level(command: &Command) -> Level {
    match command {
        Command::Capability
        | Command::Noop
        | Command::Logout
        | Command::Id(_)
        | Command::Language(_)
        | Command::Other { .. } => Level::Any,
        Command::StartTls | Command::Authenticate { .. } | Command::Login { .. } => {
            Level::BeforeLogin
        }
        Command::Check
        | Command::Close
        | Command::Unselect
        | Command::Expunge(_)
        | Command::Search(_)
        | Command::Sort(_)
        | Command::Thread(_)
        | Command::CancelUpdate(_)
        | Command::Fetch { .. }
        | Command::Store { .. }
        | Command::Copy { .. }
        | Command::Move { .. }
        | Command::Replace { .. }
        | Command::UidBatches { .. } => Level::Mailbox,
        _ => Level::Login,
    }
}

/// What can be read, and no client may say: lists without anything in them, and flags that are not the
/// client's to set (RFC 9051 §2.3.2, §9).
fn against_grammar(command: &Command) -> Option<Refusal> {
    let is_servers = |flags: &Flags| flags.has(SystemFlag::Recent) || flags.has(SystemFlag::Any);
    let brings = |message: &AppendMessage| message.flags.as_ref().is_some_and(is_servers);
    let sets_servers = match command {
        Command::Store { what: StoreWhat::Flags(flags), .. } => is_servers(flags),
        Command::Append { messages, .. } => messages.iter().any(brings),
        Command::Replace { message, .. } => brings(message),
        _ => false,
    };
    if sets_servers {
        return Some(Refusal::bad("\\Recent is not for clients to set"));
    }
    (!command.is_complete()).then_some(Refusal::bad("A list has nothing in it"))
}

/// What must not come once something was enabled, or before it was.
fn in_enabled(command: &Command, enabled: Enabled) -> Option<Refusal> {
    if enabled.uid_only && uses_numbers(command) {
        return Some(Refusal::UID_REQUIRED);
    }
    match command {
        Command::Select { params, .. } | Command::Examine { params, .. } => {
            params.iter().find_map(|param| match param {
                SelectParam::QResync(_) if !enabled.q_resync => {
                    Some(Refusal::bad("QRESYNC is not enabled"))
                }
                // RFC 9586 §3.7
                SelectParam::QResync(known) if enabled.uid_only => {
                    known.known_messages.is_some().then_some(Refusal::UID_REQUIRED)
                }
                _ => None,
            })
        }
        Command::Create { mailbox, .. } | Command::Rename { to: mailbox, .. } => {
            has_controls(mailbox).then_some(Refusal::no(WordCode::Cannot, "No name for a mailbox"))
        }
        // RFC 9051 §6.3.9.1
        Command::List(list) => {
            let selection = list.selection.as_deref().unwrap_or_default();
            let recursive = selection.contains(&ListSelection::RecursiveMatch);
            let alone = selection.iter().all(|option| {
                matches!(option, ListSelection::RecursiveMatch | ListSelection::Remote)
            });
            (recursive && alone).then_some(Refusal::bad("RECURSIVEMATCH of what"))
        }
        Command::Fetch { modifiers, uid, .. } => fetch(modifiers, *uid, enabled),
        Command::Search(search) => search_command(search, enabled),
        Command::MultiSearch(multi) => search_command(multi.search(), enabled),
        // RFC 9755 §3
        Command::Sort(sort) => both_partial_and_all(sort.returns.as_deref())
            .or_else(|| charset(&sort.charset, enabled)),
        Command::Thread(thread) => charset(&thread.charset, enabled),
        _ => None,
    }
}

/// What names of mailboxes must not have (RFC 9051 §5.1).
fn has_controls(mailbox: &Mailbox) -> bool {
    let bad = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    mailbox.as_str().is_some_and(|name| name.chars().any(bad))
}

fn fetch(modifiers: &[FetchModifier], uid: bool, enabled: Enabled) -> Option<Refusal> {
    let has = |wanted: fn(&FetchModifier) -> bool| modifiers.iter().any(wanted);
    let vanished = has(|modifier| matches!(modifier, FetchModifier::Vanished));
    let since = has(|modifier| matches!(modifier, FetchModifier::ChangedSince(_)));
    let partial = has(|modifier| matches!(modifier, FetchModifier::Partial(_)));
    // RFC 7162 §3.2.6, RFC 9394 §3.3
    if vanished && !(uid && since && enabled.q_resync) {
        return Some(Refusal::bad("VANISHED needs UID FETCH, CHANGEDSINCE and QRESYNC"));
    }
    (partial && !uid).then_some(Refusal::bad("PARTIAL needs UID FETCH"))
}

fn search_command(search: &SearchCommand, enabled: Enabled) -> Option<Refusal> {
    if enabled.utf8 && search.charset.is_some() {
        return Some(Refusal::bad("The character set is UTF-8"));
    }
    both_partial_and_all(search.returns.as_deref())
}

/// RFC 9394 §3.1: they exclude each other, and there is one PARTIAL.
fn both_partial_and_all(returns: Option<&[SearchReturn]>) -> Option<Refusal> {
    let returns = returns.unwrap_or_default();
    let partials = returns.iter().filter(|r| matches!(r, SearchReturn::Partial(_))).count();
    let bad = partials > 1 || (partials > 0 && returns.contains(&SearchReturn::All));
    bad.then_some(Refusal::bad("One PARTIAL, and no ALL beside it"))
}

fn charset(name: &[u8], enabled: Enabled) -> Option<Refusal> {
    let bad = enabled.utf8 && !name.eq_ignore_ascii_case(b"UTF-8");
    bad.then_some(Refusal::bad("The character set is UTF-8"))
}

/// Whether messages are named by sequence numbers (RFC 9586 §3).
fn uses_numbers(command: &Command) -> bool {
    match command {
        Command::Fetch { uid, .. }
        | Command::Store { uid, .. }
        | Command::Copy { uid, .. }
        | Command::Move { uid, .. }
        | Command::Replace { uid, .. } => !uid,
        Command::Search(search) => !search.uid || has_numbers(&search.expression),
        Command::Sort(sort) => !sort.uid || has_numbers(&sort.expression),
        Command::Thread(thread) => !thread.uid || has_numbers(&thread.expression),
        _ => false,
    }
}

/// Whether sequence numbers are among the criteria.
pub(super) fn has_numbers(expression: &crate::search::SearchExpression) -> bool {
    expression
        .steps()
        .iter()
        .any(|step| matches!(step, SearchStep::Key(SearchKey::Messages(Messages::Set(_)))))
}
