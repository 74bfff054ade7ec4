//! What servers send (RFC 9051 §7): status, data, continuations.

mod annotations;
mod code;
mod data;
mod e_search;
mod encode;
mod list;
mod mailbox_status;
mod namespace;
mod read;
mod search;
mod status;
mod store;
mod thread;
mod unparsed;
mod url;
mod usual;

pub use annotations::{CodeAnnotate, CodeAnnotations};
pub use code::{CodeMetadata, ResponseCode, UrlMechanism, WordCode};
pub use data::Data;
pub use e_search::{ESearch, ESearchItem};
pub use list::{List, ListItem};
pub use mailbox_status::{MailboxStatus, StatusItem};
pub use namespace::{Namespace, Namespaces};
pub use search::{Numbers, SearchResult};
pub use status::{Condition, Continue, Status};
pub use store::{Acl, Metadata, MetadataEntries, Quota, QuotaResource};
pub use thread::{Thread, Threads};
pub use unparsed::Unparsed;
pub use url::{UrlContent, UrlData, UrlPart};

use crate::{Frame, ParseError, ReadOptions, Repairs};

/// Something that was read, and what was tolerated in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parsed<T> {
    /// What it says.
    pub value: T,
    /// What was not as the RFCs have it.
    pub repairs: Repairs,
}

/// One response of a server.
///
/// ```
/// use bytes::Bytes;
/// use mailwire_imap::{Condition, Data, Frame, ReadOptions, Response, ResponseCode, StatusItem};
///
/// for line in ["* STATUS Sent (MESSAGES 3 X-NEW (a))\r\n", "a1 OK [UIDNEXT 8] done\r\n", "+ go on\r\n"] {
///     match Response::parse(&Frame::new(Bytes::from(line)), ReadOptions::default())?.value {
///         Response::Data(Data::Status(status)) => {
///             assert_eq!(status.mailbox.as_str(), Some("Sent"));
///             assert_eq!(status.items[0], StatusItem::Messages(3));
///             assert!(matches!(status.items[1], StatusItem::Other { .. }));
///         }
///         Response::Status(status) => {
///             assert_eq!((status.tag.as_deref(), status.condition), (Some("a1"), Condition::Ok));
///             assert_eq!(status.code, Some(ResponseCode::UidNext(8)));
///         }
///         Response::Continue(go_on) => assert_eq!(&*go_on.text, b"go on"),
///         other => panic!("{other:?}"),
///     }
/// }
/// # Ok::<(), mailwire_imap::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Response {
    /// OK, NO, BAD, BYE or PREAUTH, with a tag or without.
    Status(Status),
    /// `+`: the server goes on, with a challenge or a text.
    Continue(Continue),
    /// Anything else that the server says of itself.
    Data(Data),
}

impl Response {
    /// Reads a response.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use mailwire_imap::{Data, Frame, ReadOptions, Response};
    ///
    /// let frame = Frame::new(Bytes::from("* 172 EXISTS\r\n"));
    /// let response = Response::parse(&frame, ReadOptions::default())?.value;
    /// assert_eq!(response, Response::Data(Data::Exists(172)));
    /// # Ok::<(), mailwire_imap::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where and how the grammar was broken, if it cannot be told what is meant. Of a FETCH response
    /// only that it is one: its items say so themselves.
    pub fn parse(frame: &Frame, options: ReadOptions) -> Result<Parsed<Self>, ParseError> {
        match usual::response(frame, options) {
            Some(read) => Ok(read),
            None => read::response(frame, options),
        }
    }
}
