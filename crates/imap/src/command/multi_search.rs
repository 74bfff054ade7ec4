//! ESEARCH, a search in several mailboxes, as it is asked (RFC 7377).

use super::{NotifyMailboxes, SearchCommand};
use crate::{Cursor, Encoder, ParseError, Quirk, Raw};
use alloc::vec::Vec;

/// A search in several mailboxes (RFC 7377). What it finds is named by UID.
///
/// ```
/// use mailwire_imap::{
///     Command, Encoder, Mailbox, Peer, Tag,
///     command::{MultiSearch, NotifyMailboxes, SearchCommand, SearchReturn, SearchSource},
///     search::SearchKey,
/// };
///
/// let search = SearchCommand::new(SearchKey::Unseen, true).with_returns(vec![SearchReturn::Count]);
/// let lists = NotifyMailboxes::Subtree(vec![Mailbox::new("Lists")?]);
/// let source = SearchSource::new(vec![NotifyMailboxes::Selected, lists]);
/// let mut out = Encoder::new(Peer::SERVER);
/// Command::MultiSearch(MultiSearch::new(Some(source), search)).encode(&Tag::new("a1")?, &mut out);
/// assert_eq!(
///     out.finish().wire,
///     "a1 ESEARCH IN (selected subtree Lists) RETURN (COUNT) UNSEEN\r\n",
/// );
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MultiSearch {
    /// `IN (…)`: which mailboxes; `None` for the selected one.
    pub source: Option<SearchSource>,
    search: SearchCommand,
}

/// Which mailboxes are searched (RFC 7377 §2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SearchSource {
    /// The mailboxes.
    pub mailboxes: Vec<NotifyMailboxes>,
    /// What extensions add, in parentheses.
    pub options: Option<Vec<Raw>>,
}

impl SearchSource {
    /// These mailboxes.
    #[must_use]
    pub const fn new(mailboxes: Vec<NotifyMailboxes>) -> Self {
        Self { mailboxes, options: None }
    }

    /// `"(" filter-mailboxes *(SP filter-mailboxes) [SP "(" scope-options ")"] ")"`
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut source = Self::new(Vec::new());
        cursor.list_of_some(|cursor| {
            if cursor.peek() == Some(b'(') && source.options.is_none() {
                if source.mailboxes.is_empty() {
                    cursor.tolerate(Quirk::MissingField, cursor.at())?;
                }
                source.options = Some(cursor.list_of_some(Cursor::raw)?);
            } else if source.options.is_some() {
                return Err(cursor.error());
            } else {
                let start = cursor.at();
                let mailboxes = NotifyMailboxes::read(cursor)?;
                if mailboxes == NotifyMailboxes::SelectedDelayed {
                    cursor.tolerate(Quirk::Other, start)?;
                }
                source.mailboxes.push(mailboxes);
            }
            Ok(())
        })?;
        Ok(source)
    }

    fn encode(&self, out: &mut Encoder) {
        out.raw(b"IN (");
        out.items(&self.mailboxes, &mut |out: &mut Encoder, mailboxes: &NotifyMailboxes| {
            mailboxes.encode(out);
        });
        if let Some(options) = &self.options {
            out.raw(if self.mailboxes.is_empty() { b"" } else { b" " });
            out.list(options, |out, option| option.encode(out));
        }
        out.raw(b") ");
    }
}

impl MultiSearch {
    /// A search in these mailboxes.
    #[must_use]
    pub fn new(source: Option<SearchSource>, search: SearchCommand) -> Self {
        Self { source, search: SearchCommand { uid: true, ..search } }
    }

    /// What is searched for, and what comes back.
    #[must_use]
    pub const fn search(&self) -> &SearchCommand {
        &self.search
    }

    /// `["IN" SP "(" … ")" SP] search-program`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut source = None;
        if cursor.eat_keyword(b"IN ") {
            source = Some(SearchSource::read(cursor)?);
            cursor.space()?;
        }
        Ok(Self { source, search: SearchCommand::read(cursor, true)? })
    }

    pub(super) fn encode(&self, out: &mut Encoder) {
        if let Some(source) = &self.source {
            source.encode(out);
        }
        self.search.encode(out);
    }
}
