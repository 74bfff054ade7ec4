//! Typed reports: delivery status (RFC 3464), disposition (RFC 8098), feedback (RFC 5965).
//!
//! All three come as a `multipart/report` (RFC 6522): a text for people, a part for machines, and
//! the message it is about. [`ReportParts::find`] says which part is which; the readers here take
//! the octets of the part for machines, its transfer encoding undone.
//!
//! ```
//! use mailwire_message::report::{Action, DeliveryStatus};
//!
//! let report = DeliveryStatus::parse(
//!     b"Reporting-MTA: dns; cs.utk.edu\r\n\
//!       \r\n\
//!       Original-Recipient: rfc822;louisl@larry.slip.umd.edu\r\n\
//!       Final-Recipient: rfc822;louisl@larry.slip.umd.edu\r\n\
//!       Action: failed\r\n\
//!       Status: 4.0.0\r\n\
//!       Diagnostic-Code: smtp; 426 connection timed out\r\n",
//! );
//! assert_eq!(report.reporting_mta().unwrap().value(), "cs.utk.edu");
//! let recipient = &report.recipients()[0];
//! assert_eq!(recipient.final_recipient().unwrap().address(), "louisl@larry.slip.umd.edu");
//! assert_eq!(recipient.action(), Some(Action::Failed));
//! assert_eq!(recipient.status().unwrap().to_string(), "4.0.0");
//! ```
//!
//! Fields are read when asked for. All of them, known or not, stay in their order: see
//! [`ReportFields`].

mod delivery;
mod disposition;
mod feedback;
mod fields;
mod parts;
mod typed;

pub use delivery::{Action, DeliveryStatus, Recipient, Status};
pub use disposition::{Disposition, DispositionNotification};
pub use feedback::FeedbackReport;
pub use fields::{ReportField, ReportFields};
pub use parts::{Report, ReportKind, ReportParts};
pub use typed::Typed;
