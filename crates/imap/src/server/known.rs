//! Whether a command has parts that nobody here knows: keys, items and parameters of other extensions.
//! They are BAD ([RFC 4466 §2]), since a caller that passes over one does something else than was asked.
//!
//! [RFC 4466 §2]: https://www.rfc-editor.org/rfc/rfc4466#section-2

use crate::{
    Command,
    command::{
        AppendData, AppendMessage, FetchAttribute, FetchModifier, ListCommand, ListReturn,
        ListSelection, SearchReturn, SelectParam, SortKey, StatusAttribute, StoreModifier,
        StoreWhat,
    },
    search::{SearchExpression, SearchKey, SearchStep},
};

/// Whether all of the command is known.
pub(super) fn is_known(command: &Command) -> bool {
    match command {
        Command::Select { params, .. } | Command::Examine { params, .. } => {
            !params.iter().any(|param| matches!(param, SelectParam::Other { .. }))
        }
        Command::Status { items, .. } => are_status(items),
        Command::List(list) => is_list(list),
        Command::Append { messages, .. } => messages.iter().all(is_message),
        Command::Replace { message, .. } => is_message(message),
        Command::Fetch { attributes, modifiers, .. } => {
            !attributes.iter().any(|item| matches!(item, FetchAttribute::Other { .. }))
                && !modifiers.iter().any(|it| matches!(it, FetchModifier::Other { .. }))
        }
        Command::Store { modifiers, what, .. } => {
            !matches!(what, StoreWhat::Other { .. })
                && !modifiers.iter().any(|it| matches!(it, StoreModifier::Other { .. }))
        }
        Command::Search(search) => is_search(search.returns.as_deref(), &search.expression),
        Command::MultiSearch(multi) => {
            let search = multi.search();
            is_search(search.returns.as_deref(), &search.expression)
        }
        Command::Sort(sort) => {
            !sort.keys.iter().any(|(key, _)| matches!(key, SortKey::Other(_)))
                && is_search(sort.returns.as_deref(), &sort.expression)
        }
        Command::Thread(thread) => is_search(None, &thread.expression),
        _ => true,
    }
}

fn are_status(items: &[StatusAttribute]) -> bool {
    !items.iter().any(|item| matches!(item, StatusAttribute::Other(_)))
}

fn is_list(list: &ListCommand) -> bool {
    let selection = list.selection.iter().flatten();
    let mut returns = list.returns.iter().flatten();
    let known = |option: &ListReturn| match option {
        ListReturn::Other { .. } => false,
        ListReturn::Status(items) => are_status(items),
        _ => true,
    };
    !selection.into_iter().any(|option| matches!(option, ListSelection::Other { .. }))
        && returns.all(known)
}

fn is_message(message: &AppendMessage) -> bool {
    message.extensions.is_empty() && !matches!(message.data, AppendData::Other { .. })
}

fn is_search(returns: Option<&[SearchReturn]>, expression: &SearchExpression) -> bool {
    let other_key = |step: &SearchStep| matches!(step, SearchStep::Key(SearchKey::Other { .. }));
    let mut returns = returns.unwrap_or_default().iter();
    !returns.any(|option| matches!(option, SearchReturn::Other { .. }))
        && !expression.steps().iter().any(other_key)
}
