//! What has to be offered for a command to be understood: one line an extension.

use crate::{
    Capabilities, Command,
    command::{
        AppendData, AppendMessage, FetchAttribute, FetchModifier, ListCommand, ListPatterns,
        ListReturn, ListSelection, LiteralForm, SearchReturn, SortKey, StatusAttribute,
        StoreModifier,
    },
    search::{SearchExpression, SearchKey, SearchStep},
};

/// What is looked for among the offers: one of them is enough.
type AnyOf = &'static [&'static str];

const REV1: AnyOf = &["IMAP4rev1"];
const REV2: AnyOf = &["IMAP4rev2"];
const ESEARCH: AnyOf = &["ESEARCH", "IMAP4rev2"];
const SEARCH_RES: AnyOf = &["SEARCHRES", "IMAP4rev2"];
const COND_STORE: AnyOf = &["CONDSTORE", "QRESYNC"];
const OBJECT_ID: AnyOf = &["OBJECTID"];
const GMAIL: AnyOf = &["X-GM-EXT-1"];
const CONTEXT: AnyOf = &["CONTEXT=SEARCH", "CONTEXT=SORT"];
const URL_AUTH: AnyOf = &["URLAUTH"];
const ACL: AnyOf = &["ACL"];
const QUOTA: AnyOf = &["QUOTA"];
const METADATA: AnyOf = &["METADATA", "METADATA-SERVER"];

/// Whether everything that the command uses is offered.
pub(super) fn are_met(command: &Command, offers: &Capabilities) -> bool {
    let has = |any: AnyOf| any.iter().any(|name| offers.has(name));
    match command {
        Command::Id(_) => has(&["ID"]),
        Command::StartTls => has(&["STARTTLS"]),
        Command::Enable(_) => has(&["ENABLE", "IMAP4rev2"]),
        Command::Idle => has(&["IDLE", "IMAP4rev2"]),
        Command::Namespace => has(&["NAMESPACE", "IMAP4rev2"]),
        Command::Unselect => has(&["UNSELECT", "IMAP4rev2"]),
        Command::Expunge(Some(messages)) => has(&["UIDPLUS", "IMAP4rev2"]) && saved(messages, has),
        Command::Move { messages, .. } => has(&["MOVE", "IMAP4rev2"]) && saved(messages, has),
        Command::Copy { messages, .. } => saved(messages, has),
        Command::Lsub { .. } | Command::Check => has(REV1),
        Command::XList { .. } => has(&["XLIST"]),
        Command::Create { special_use, .. } => {
            special_use.is_empty() || has(&["CREATE-SPECIAL-USE"])
        }
        Command::List(list) => list_needs(list, has),
        Command::Status { items, .. } => items.iter().all(|item| status(item, has)),
        Command::Append { messages, .. } => {
            (messages.len() == 1 || has(&["MULTIAPPEND"]))
                && messages.iter().all(|message| append(message, has))
        }
        Command::Replace { message, .. } => has(&["REPLACE"]) && append(message, has),
        Command::Search(search) => {
            returns(search.returns.as_deref(), ESEARCH, has) && keys(&search.expression, has)
        }
        Command::MultiSearch(multi) => {
            let search = multi.search();
            has(&["MULTISEARCH"])
                && returns(search.returns.as_deref(), ESEARCH, has)
                && keys(&search.expression, has)
        }
        Command::Sort(sort) => {
            let displays = |key: &SortKey| matches!(key, SortKey::DisplayFrom | SortKey::DisplayTo);
            has(&["SORT", "SORT=DISPLAY"])
                && (has(&["SORT=DISPLAY"]) || !sort.keys.iter().any(|(key, _)| displays(key)))
                && returns(sort.returns.as_deref(), &["ESORT", "CONTEXT=SORT"], has)
                && keys(&sort.expression, has)
        }
        Command::Thread(thread) => {
            let mut algorithms = offers.values_of("THREAD");
            algorithms.any(|offered| offered.eq_ignore_ascii_case(&thread.algorithm))
                && keys(&thread.expression, has)
        }
        Command::Fetch { messages, attributes, modifiers, .. } => {
            saved(messages, has)
                && attributes.iter().all(|attribute| fetch(attribute, has))
                && modifiers.iter().all(|modifier| match modifier {
                    FetchModifier::ChangedSince(_) => has(COND_STORE),
                    FetchModifier::Vanished => has(&["QRESYNC"]),
                    FetchModifier::Partial(_) => has(&["PARTIAL"]),
                    FetchModifier::Other { .. } => true,
                })
        }
        Command::Store { messages, modifiers, .. } => {
            let conditional = |m: &StoreModifier| matches!(m, StoreModifier::UnchangedSince(_));
            saved(messages, has) && (has(COND_STORE) || !modifiers.iter().any(conditional))
        }
        Command::CancelUpdate(_) => has(CONTEXT),
        Command::GetQuota(_) | Command::GetQuotaRoot(_) => has(QUOTA),
        Command::SetQuota { .. } => has(&["QUOTASET", "QUOTA"]),
        Command::GetAcl(_)
        | Command::SetAcl { .. }
        | Command::DeleteAcl { .. }
        | Command::ListRights { .. }
        | Command::MyRights(_) => has(ACL),
        Command::GetMetadata { .. } | Command::SetMetadata { .. } => has(METADATA),
        Command::Compress(_) => has(&["COMPRESS=DEFLATE"]),
        Command::Notify(_) => has(&["NOTIFY"]),
        Command::Unauthenticate => has(&["UNAUTHENTICATE"]),
        Command::Language(_) => has(&["LANGUAGE"]),
        Command::Comparator(_) => has(&["I18NLEVEL=2"]),
        Command::GenUrlAuth(_) | Command::ResetKey { .. } | Command::UrlFetch(_) => has(URL_AUTH),
        Command::GetJmapAccess => has(&["JMAPACCESS"]),
        Command::UidBatches { .. } => has(&["UIDBATCHES"]),
        _ => true,
    }
}

fn saved(messages: &crate::Messages, has: impl Fn(AnyOf) -> bool) -> bool {
    !matches!(messages, crate::Messages::Saved) || has(SEARCH_RES)
}

fn list_needs(list: &ListCommand, has: impl Fn(AnyOf) -> bool) -> bool {
    let extended = list.selection.is_some()
        || matches!(list.patterns, ListPatterns::Several(_))
        || list.returns.is_some();
    let special_use = &["SPECIAL-USE", "IMAP4rev2"];
    (!extended || has(&["LIST-EXTENDED", "IMAP4rev2", "SPECIAL-USE", "LIST-STATUS"]))
        && list
            .selection
            .iter()
            .flatten()
            .all(|option| !matches!(option, ListSelection::SpecialUse) || has(special_use))
        && list.returns.iter().flatten().all(|option| match option {
            ListReturn::SpecialUse => has(special_use),
            ListReturn::Status(items) => {
                has(&["LIST-STATUS", "IMAP4rev2"]) && items.iter().all(|item| status(item, &has))
            }
            ListReturn::MyRights => has(&["LIST-MYRIGHTS"]),
            ListReturn::Metadata(_) => has(&["LIST-METADATA"]),
            _ => true,
        })
}

fn status(item: &StatusAttribute, has: impl Fn(AnyOf) -> bool) -> bool {
    match item {
        StatusAttribute::Recent => has(REV1),
        StatusAttribute::Deleted => has(&["IMAP4rev2", "QUOTA=RES-MESSAGE"]),
        StatusAttribute::Size => has(&["STATUS=SIZE", "IMAP4rev2"]),
        StatusAttribute::HighestModSeq => has(COND_STORE),
        StatusAttribute::AppendLimit => true,
        StatusAttribute::MailboxId => has(OBJECT_ID),
        StatusAttribute::DeletedStorage => has(&["QUOTA=RES-STORAGE"]),
        _ => true,
    }
}

fn append(message: &AppendMessage, has: impl Fn(AnyOf) -> bool) -> bool {
    match &message.data {
        AppendData::Catenate(_) => has(&["CATENATE"]),
        AppendData::Other(_) => false,
        AppendData::Streamed { form: LiteralForm::Literal8, .. } => has(&["BINARY", "IMAP4rev2"]),
        AppendData::Streamed { form: LiteralForm::Utf8, .. } | AppendData::Utf8(_) => {
            has(&["UTF8=ACCEPT", "UTF8=ONLY"])
        }
        AppendData::Streamed { form: LiteralForm::Literal, .. } | AppendData::Octets(_) => true,
    }
}

fn returns(options: Option<&[SearchReturn]>, any: AnyOf, has: impl Fn(AnyOf) -> bool) -> bool {
    let Some(options) = options else { return true };
    let mut plain = has(any);
    for option in options {
        match option {
            SearchReturn::Save if !has(SEARCH_RES) => return false,
            SearchReturn::Partial(_) => {
                if !has(&["PARTIAL", "CONTEXT=SEARCH", "CONTEXT=SORT"]) {
                    return false;
                }
                plain = true;
            }
            SearchReturn::Update | SearchReturn::Context if !has(CONTEXT) => return false,
            SearchReturn::Relevancy if !has(&["SEARCH=FUZZY"]) => return false,
            _ => {}
        }
    }
    plain
}

fn keys(expression: &SearchExpression, has: impl Fn(AnyOf) -> bool) -> bool {
    expression.steps().iter().all(|step| match step {
        SearchStep::Key(key) => search_key(key, &has),
        SearchStep::Fuzzy => has(&["SEARCH=FUZZY"]),
        SearchStep::Not | SearchStep::Or | SearchStep::And(_) => true,
    })
}

fn search_key(key: &SearchKey, has: impl Fn(AnyOf) -> bool) -> bool {
    match key {
        SearchKey::Messages(messages) | SearchKey::Uid(messages) => saved(messages, has),
        SearchKey::Recent | SearchKey::New | SearchKey::Old => has(REV1),
        SearchKey::SavedBefore(_)
        | SearchKey::SavedOn(_)
        | SearchKey::SavedSince(_)
        | SearchKey::SaveDateSupported => has(&["SAVEDATE"]),
        SearchKey::Older(_) | SearchKey::Younger(_) => has(&["WITHIN"]),
        SearchKey::ModSeq { .. } => has(COND_STORE),
        SearchKey::EmailId(_) | SearchKey::ThreadId(_) => has(OBJECT_ID),
        SearchKey::UidAfter(_) | SearchKey::UidBefore(_) => has(&["MESSAGELIMIT", "UIDAFTER"]),
        SearchKey::Filter(_) => has(&["FILTERS"]),
        SearchKey::GmailRaw(_)
        | SearchKey::GmailMessageId(_)
        | SearchKey::GmailThreadId(_)
        | SearchKey::GmailLabels(_) => has(GMAIL),
        _ => true,
    }
}

fn fetch(attribute: &FetchAttribute, has: impl Fn(AnyOf) -> bool) -> bool {
    match attribute {
        FetchAttribute::Rfc822 | FetchAttribute::Rfc822Header | FetchAttribute::Rfc822Text => {
            has(REV1)
        }
        FetchAttribute::Binary { .. } | FetchAttribute::BinarySize(_) => {
            has(&["BINARY", "IMAP4rev2"])
        }
        FetchAttribute::ModSeq => has(COND_STORE),
        FetchAttribute::EmailId | FetchAttribute::ThreadId => has(OBJECT_ID),
        FetchAttribute::Preview { .. } => has(&["PREVIEW"]),
        FetchAttribute::SaveDate => has(&["SAVEDATE"]),
        FetchAttribute::GmailMessageId
        | FetchAttribute::GmailThreadId
        | FetchAttribute::GmailLabels => has(GMAIL),
        _ => true,
    }
}

/// Whether the client enables mod-sequences by this (RFC 7162 §3.1).
pub(super) fn enables_cond_store(command: &Command) -> bool {
    let key = |expression: &SearchExpression| {
        expression
            .steps()
            .iter()
            .any(|step| matches!(step, SearchStep::Key(SearchKey::ModSeq { .. })))
    };
    match command {
        Command::Select { params, .. } | Command::Examine { params, .. } => {
            params.iter().any(|param| !matches!(param, crate::command::SelectParam::Other { .. }))
        }
        Command::Status { items, .. } => items.contains(&StatusAttribute::HighestModSeq),
        Command::Fetch { attributes, modifiers, .. } => {
            attributes.contains(&FetchAttribute::ModSeq)
                || modifiers.iter().any(|m| matches!(m, FetchModifier::ChangedSince(_)))
        }
        Command::Store { modifiers, .. } => {
            modifiers.iter().any(|m| matches!(m, StoreModifier::UnchangedSince(_)))
        }
        Command::Search(search) => key(&search.expression),
        Command::MultiSearch(multi) => key(&multi.search().expression),
        Command::Sort(sort) => key(&sort.expression),
        Command::Thread(thread) => key(&thread.expression),
        _ => false,
    }
}

/// Whether a name of what is enabled is one that is offered, and that must be enabled (RFC 5161 §3).
pub(super) fn can_be_enabled(name: &str, offers: &Capabilities) -> bool {
    let has = |any: AnyOf| any.iter().any(|offer| offers.has(offer));
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    if is("CONDSTORE") {
        has(COND_STORE)
    } else if is("UTF8=ACCEPT") {
        has(&["UTF8=ACCEPT", "UTF8=ONLY"])
    } else if is("IMAP4rev2") {
        has(REV2)
    } else {
        (is("QRESYNC") || is("UIDONLY")) && offers.has(name)
    }
}
