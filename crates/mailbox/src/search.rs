//! SEARCH (RFC 9051 §6.4.4 and the extensions).

mod compile;
mod evaluate;
mod numbers;
mod program;
mod test;
mod texts;

use crate::{Collation, Facts, Found, ThreadAlgorithm};
use alloc::{string::String, vec::Vec};
use mailwire_imap::{Atom, Threads, command::SortKey, search::SearchExpression};
use program::Program;

/// What a search has to know besides the messages.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct SearchContext<'c> {
    /// The moment that OLDER and YOUNGER count from, in seconds since 1970.
    pub now: i64,
    /// The largest sequence number: `*`.
    pub last_number: u32,
    /// The largest UID: `*` behind UID.
    pub last_uid: u32,
    /// How texts are compared.
    pub collation: Collation,
    /// Whether the mailbox keeps when messages were put into it (RFC 8514).
    pub save_dates: bool,
    /// The searches that FILTER names (RFC 5466).
    pub filter: Option<&'c Filter>,
}

/// Gives the search of a name, if there is one.
pub type Filter = dyn Fn(&Atom) -> Option<SearchExpression>;

impl SearchContext<'_> {
    /// A mailbox in which these are the largest numbers; no save dates, no filters.
    #[must_use]
    pub fn new(now: i64, last_number: u32, last_uid: u32) -> Self {
        Self {
            now,
            last_number,
            last_uid,
            collation: Collation::default(),
            save_dates: false,
            filter: None,
        }
    }
}

impl core::fmt::Debug for SearchContext<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SearchContext")
            .field("now", &self.now)
            .field("last_number", &self.last_number)
            .field("last_uid", &self.last_uid)
            .field("collation", &self.collation)
            .field("save_dates", &self.save_dates)
            .finish_non_exhaustive()
    }
}

/// Why something cannot be searched, sorted or returned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// The character set is not known. The answer is NO with BADCHARSET (RFC 9051 §6.4.4), which may
    /// list [`Search::CHARSETS`].
    #[error("character set is not known")]
    BadCharset,
    /// A text is none in its character set. The answer is NO.
    #[error("text is none in its character set")]
    BadText,
    /// A key that is not known, or that this crate does not answer, as X-GM-RAW. The answer is BAD.
    #[error("search key {0} is not known")]
    UnknownKey(String),
    /// There is no such filter. The answer is NO with UNDEFINED-FILTER (RFC 5466 §3.1).
    #[error("there is no filter {0}")]
    UndefinedFilter(Atom),
    /// Filters that name filters, too deep or too many. The answer is NO.
    #[error("filters are too deep or too long")]
    TooManyFilters,
    /// Return options that are not known, or do not go together (RFC 9394 §3.1, RFC 6203 §4). The answer
    /// is BAD.
    #[error("return options are not known or do not go together")]
    BadReturn,
    /// A sort key that is not known. The answer is BAD.
    #[error("sort key is not known")]
    UnknownSortKey,
}

/// A search that is ready to be put to messages.
///
/// It is made once for a command: numbers are resolved, texts are brought into the form they are compared
/// in, and keys are put in the order in which they cost least. A message is asked for no more than it
/// takes to decide.
///
/// ```
/// use mailwire_imap::{Date, DateTime, search::{HeaderField, SearchExpression, SearchKey}};
/// use mailwire_mailbox::{MemoryMessage, Search, SearchContext};
///
/// let arrived = DateTime::new(Date::new(2024, 2, 29)?, [12, 0, 0], 0)?;
/// let message = MemoryMessage::new(1, 7, "From: =?utf-8?q?J=C3=BC?= <j@x>\r\n\r\n".into(), arrived);
/// let expression = SearchExpression::and([
///     SearchKey::Field(HeaderField::From, "jÜ".try_into()?).into(),
///     SearchKey::Unseen.into(),
/// ]);
/// let context = SearchContext::new(arrived.unix(), 1, 7);
/// let search = Search::new(&expression, Some(b"UTF-8"), &context).unwrap();
/// assert_eq!(search.run([&message]).messages.len(), 1);
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
///
/// # How keys are read
///
/// - FROM, TO, CC, BCC and SUBJECT look into the envelope, decoded: each address as
///   `name <mailbox@host>`.
/// - HEADER looks into the fields of that name of the message's own header, decoded; the empty text
///   asks whether there is one.
/// - BODY looks into the decoded text of all parts that are `text` or `message` and not a multipart,
///   attachments too, but into no header; HTML is looked at as it is written and as it is shown. TEXT
///   looks also into all headers, those of parts and of messages within.
/// - SENTBEFORE and its like take the day that the Date field names, whatever time and zone it has; a
///   message without a date is sent on no day.
/// - FUZZY is exact. SAVEDBEFORE and its like take the arrival where save dates are not kept.
/// - A key that needs octets which cannot be had does not match, and [`Found::unread`] counts the
///   message.
#[derive(Clone, Debug)]
pub struct Search {
    program: Program,
}

impl Search {
    /// The character sets that are known in any case: for BADCHARSET. With the feature `charset` all
    /// those of the web are.
    pub const CHARSETS: [&'static str; 2] = ["US-ASCII", "UTF-8"];

    /// Makes a search ready. Without a character set, texts are UTF-8 (RFC 9051 §6.4.4); those that
    /// are not are taken for windows-1252.
    ///
    /// # Errors
    ///
    /// [`SearchError`] says what to answer.
    pub fn new(
        expression: &SearchExpression,
        charset: Option<&[u8]>,
        context: &SearchContext<'_>,
    ) -> Result<Self, SearchError> {
        let steps = compile::without_filters(expression, context)?;
        let program = compile::program(&steps, charset, context)?;
        Ok(Self { program })
    }

    /// Whether a message is one of those that are searched for.
    ///
    /// ```
    /// use mailwire_imap::search::SearchKey;
    /// use mailwire_mailbox::{MemoryMessage, Search, SearchContext, date_time};
    ///
    /// let message = MemoryMessage::new(1, 7, "Subject: hi\r\n\r\n".into(), date_time(0, 0));
    /// let search = Search::new(&SearchKey::Larger(10).into(), None, &SearchContext::new(0, 1, 7))?;
    /// assert!(search.matches(&message));
    /// # Ok::<(), mailwire_mailbox::SearchError>(())
    /// ```
    #[must_use]
    pub fn matches(&self, message: &impl Facts) -> bool {
        evaluate::run(&self.program, message).0
    }

    /// Searches messages, which should come in the order of their numbers: SEARCH.
    #[must_use]
    pub fn run<F: Facts>(&self, messages: impl IntoIterator<Item = F>) -> Found {
        let (mut matches, mut unread) = (Vec::new(), 0);
        for message in messages {
            let (fits, missing) = evaluate::run(&self.program, &message);
            unread += usize::from(missing);
            if fits {
                matches.push(crate::found::Match::of(&message));
            }
        }
        Found { messages: matches, unread, is_sorted: false, ..self.nothing() }
    }

    /// Searches messages and sorts what is found: SORT. See [`sort`](crate::sort()) for the keys.
    ///
    /// ```
    /// use mailwire_imap::{command::SortKey, search::SearchKey};
    /// use mailwire_mailbox::{MemoryMessage, Search, SearchContext, date_time};
    ///
    /// let messages = ["b", "a", "c"].map(|subject| {
    ///     MemoryMessage::new(1, 7, format!("Subject: {subject}\r\n\r\n").into(), date_time(0, 0))
    /// });
    /// let search = Search::new(&SearchKey::All.into(), None, &SearchContext::new(0, 3, 9))?;
    /// let found = search.sort(&[(SortKey::Subject, true)], &messages)?;
    /// assert_eq!(found.messages.len(), 3);
    /// # Ok::<(), mailwire_mailbox::SearchError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SearchError::UnknownSortKey`], also for RELEVANCY if the search is not FUZZY (RFC 6203 §6).
    pub fn sort<F: Facts>(
        &self,
        keys: &[(SortKey, bool)],
        messages: impl IntoIterator<Item = F>,
    ) -> Result<Found, SearchError> {
        if !self.is_fuzzy() && keys.iter().any(|(key, _)| *key == SortKey::Relevancy) {
            return Err(SearchError::UnknownSortKey);
        }
        let mut unread = 0;
        let wanted = self.wanted(messages, &mut unread);
        let found = crate::sort(keys, self.program.needles.collation, wanted)?;
        Ok(Found { messages: found.messages, unread, is_sorted: true, ..self.nothing() })
    }

    /// Searches messages and puts what is found into threads: THREAD. See [`thread`](crate::thread()).
    ///
    /// ```
    /// use mailwire_imap::search::SearchKey;
    /// use mailwire_mailbox::{MemoryMessage, Search, SearchContext, ThreadAlgorithm, date_time};
    ///
    /// let messages = [1, 2].map(|number| {
    ///     let octets = format!("Message-ID: <{number}@x>\r\nReferences: <1@x>\r\n\r\n");
    ///     MemoryMessage::new(number, number, octets.into(), date_time(0, 0))
    /// });
    /// let search = Search::new(&SearchKey::All.into(), None, &SearchContext::new(0, 2, 2))?;
    /// let threads = search.thread(ThreadAlgorithm::References, false, &messages);
    /// assert_eq!(threads.nodes[1].depth, 1);
    /// # Ok::<(), mailwire_mailbox::SearchError>(())
    /// ```
    #[must_use]
    pub fn thread<F: Facts>(
        &self,
        algorithm: ThreadAlgorithm,
        uid: bool,
        messages: impl IntoIterator<Item = F>,
    ) -> Threads {
        let mut unread = 0;
        let wanted = self.wanted(messages, &mut unread);
        crate::thread(algorithm, self.program.needles.collation, uid, wanted)
    }

    fn wanted<F: Facts>(
        &self,
        messages: impl IntoIterator<Item = F>,
        unread: &mut usize,
    ) -> impl Iterator<Item = F> {
        messages.into_iter().filter(move |message| {
            let (fits, missing) = evaluate::run(&self.program, message);
            *unread += usize::from(missing);
            fits
        })
    }

    /// What this search found before it was run.
    fn nothing(&self) -> Found {
        Found {
            has_mod_seq: self.program.asks_mod_seq,
            is_fuzzy: self.program.is_fuzzy,
            ..Found::default()
        }
    }

    /// Whether MODSEQ is asked, so that answers say the highest (RFC 7162 §3.1.5).
    #[must_use]
    pub const fn asks_mod_seq(&self) -> bool {
        self.program.asks_mod_seq
    }

    /// Whether FUZZY is asked, so that RELEVANCY may be (RFC 6203 §4).
    #[must_use]
    pub const fn is_fuzzy(&self) -> bool {
        self.program.is_fuzzy
    }
}
