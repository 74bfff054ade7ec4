//! Delivery status notifications ([RFC 3464], [RFC 6533]).
//!
//! ```text
//! delivery-status-content = per-message-fields 1*( CRLF per-recipient-fields )
//! ```
//!
//! [RFC 3464]: https://www.rfc-editor.org/rfc/rfc3464
//! [RFC 6533]: https://www.rfc-editor.org/rfc/rfc6533

use alloc::{borrow::Cow, vec::Vec};
use core::fmt;

use super::{
    fields::{ReportField, ReportFields, groups},
    typed::Typed,
};
use crate::{DefectCode, Findings, Policy, header::Date, lex::skip_cfws};

/// What became of a message: `message/delivery-status` (RFC 3464 §2.1) and
/// `message/global-delivery-status` (RFC 6533 §4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DeliveryStatus<'a> {
    message: ReportFields<'a>,
    recipients: Vec<Recipient<'a>>,
}

/// What became of a message for one recipient (RFC 3464 §2.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Recipient<'a>(ReportFields<'a>);

impl<'a> DeliveryStatus<'a> {
    /// Reads the octets of the part, its transfer encoding undone.
    ///
    /// ```
    /// use mailwire_message::report::DeliveryStatus;
    ///
    /// let report = DeliveryStatus::parse(b"Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; b@c\n");
    /// assert_eq!((report.fields().len(), report.recipients().len()), (1, 1));
    /// ```
    #[must_use]
    pub fn parse(octets: &'a [u8]) -> Self {
        Self::parse_with(octets, &mut Findings::ignored(Policy::STANDARD))
    }

    /// The same, and says what it found. Where the empty line before a recipient is missing, its
    /// fields are known by their names.
    #[must_use]
    pub fn parse_with(octets: &'a [u8], findings: &mut Findings<'_>) -> Self {
        let mut report = Self::default();
        let mut groups = groups(octets, findings).into_iter();
        let first = groups.next().unwrap_or_default();
        let mut recipient = ReportFields::default();
        for field in first.fields {
            if recipient.is_empty() && !is_of_recipient(&field) {
                report.message.push(field);
                continue;
            }
            if recipient.is_empty() {
                findings.report(DefectCode::InvalidFieldSyntax, field.offset());
            }
            recipient.push(field);
        }
        for group in core::iter::once(recipient).chain(groups) {
            report.push_recipients(group, findings);
        }
        if report.recipients.is_empty() {
            findings.report(DefectCode::InvalidFieldSyntax, octets.len());
        }
        report
    }

    /// A second final recipient within a group begins another recipient.
    fn push_recipients(&mut self, group: ReportFields<'a>, findings: &mut Findings<'_>) {
        let mut recipient = ReportFields::default();
        let mut seen = Seen::default();
        for field in group.fields {
            if seen.is_done_before(&field) {
                findings.report(DefectCode::InvalidFieldSyntax, field.offset());
                self.recipients.push(Recipient(core::mem::take(&mut recipient)));
                seen = Seen::default();
            }
            seen.add(&field);
            recipient.push(field);
        }
        if !recipient.is_empty() {
            self.recipients.push(Recipient(recipient));
        }
    }

    /// The fields about the message, in order.
    #[must_use]
    pub fn fields(&self) -> &ReportFields<'a> {
        &self.message
    }

    /// What became of it for each recipient, in order.
    #[must_use]
    pub fn recipients(&self) -> &[Recipient<'a>] {
        &self.recipients
    }

    /// The sender's name for the delivery, from the envelope (§2.2.1).
    #[must_use]
    pub fn original_envelope_id(&self) -> Option<Cow<'_, str>> {
        self.message.text("Original-Envelope-Id")
    }

    /// The server that reports (§2.2.2).
    #[must_use]
    pub fn reporting_mta(&self) -> Option<Typed> {
        typed(&self.message, "Reporting-MTA")
    }

    /// The gateway that made this out of a report of another mail system (§2.2.3).
    #[must_use]
    pub fn dsn_gateway(&self) -> Option<Typed> {
        typed(&self.message, "DSN-Gateway")
    }

    /// The server that the message came from (§2.2.4).
    #[must_use]
    pub fn received_from_mta(&self) -> Option<Typed> {
        typed(&self.message, "Received-From-MTA")
    }

    /// When the message came (§2.2.5).
    #[must_use]
    pub fn arrival_date(&self) -> Option<Date> {
        date(&self.message, "Arrival-Date")
    }

    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> DeliveryStatus<'static> {
        let own = |recipient: Recipient<'a>| Recipient(recipient.0.into_owned());
        DeliveryStatus {
            message: self.message.into_owned(),
            recipients: self.recipients.into_iter().map(own).collect(),
        }
    }
}

impl<'a> Recipient<'a> {
    /// All its fields, in order.
    #[must_use]
    pub fn fields(&self) -> &ReportFields<'a> {
        &self.0
    }

    /// The address that the sender gave (§2.3.1).
    #[must_use]
    pub fn original_recipient(&self) -> Option<Typed> {
        typed(&self.0, "Original-Recipient")
    }

    /// The address that it was delivered to, or not (§2.3.2).
    #[must_use]
    pub fn final_recipient(&self) -> Option<Typed> {
        typed(&self.0, "Final-Recipient")
    }

    /// What was done (§2.3.3); `None` if it is missing or unknown.
    #[must_use]
    pub fn action(&self) -> Option<Action> {
        Action::parse(self.0.get("Action")?.value())
    }

    /// The enhanced status code (§2.3.4); `None` if it is missing or none.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        Status::parse(self.0.get("Status")?.value())
    }

    /// The server that said so (§2.3.5).
    #[must_use]
    pub fn remote_mta(&self) -> Option<Typed> {
        typed(&self.0, "Remote-MTA")
    }

    /// What that server said, as it said it (§2.3.6).
    #[must_use]
    pub fn diagnostic_code(&self) -> Option<Typed> {
        typed(&self.0, "Diagnostic-Code")
    }

    /// When delivery was last tried (§2.3.7).
    #[must_use]
    pub fn last_attempt_date(&self) -> Option<Date> {
        date(&self.0, "Last-Attempt-Date")
    }

    /// Where the delivery is in the log of the final server (§2.3.8).
    #[must_use]
    pub fn final_log_id(&self) -> Option<Cow<'_, str>> {
        self.0.text("Final-Log-ID")
    }

    /// Until when delivery will be tried (§2.3.9).
    #[must_use]
    pub fn will_retry_until(&self) -> Option<Date> {
        date(&self.0, "Will-Retry-Until")
    }

    /// What went wrong, for people (RFC 6533 §4): each with its language as the type.
    pub fn localized_diagnostics(&self) -> impl Iterator<Item = Typed> {
        self.0.all("Localized-Diagnostic").map(|field| Typed::parse(field.value()))
    }
}

/// What was done with a message for a recipient (RFC 3464 §2.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Action {
    /// It could not be delivered, and no one tries any more.
    Failed,
    /// It could not be delivered yet.
    Delayed,
    /// It was delivered.
    Delivered,
    /// It went to a system that may not report.
    Relayed,
    /// It went to several others.
    Expanded,
}

impl Action {
    /// Reads the value of an `Action` field.
    ///
    /// ```
    /// use mailwire_message::report::Action;
    ///
    /// assert_eq!(Action::parse(b" Failed (bounced)"), Some(Action::Failed));
    /// assert_eq!(Action::parse(b"lost"), None);
    /// ```
    #[must_use]
    pub fn parse(value: &[u8]) -> Option<Self> {
        let start = skip_cfws(value, 0, &mut Findings::ignored(Policy::STANDARD));
        let word = &value[start..];
        let word = &word[..word.iter().take_while(|octet| octet.is_ascii_alphabetic()).count()];
        [Self::Failed, Self::Delayed, Self::Delivered, Self::Relayed, Self::Expanded]
            .into_iter()
            .find(|action| action.name().as_bytes().eq_ignore_ascii_case(word))
    }

    /// The word in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
        }
    }
}

/// An enhanced status code ([RFC 3463]): `5.1.1`.
///
/// [RFC 3463]: https://www.rfc-editor.org/rfc/rfc3463
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Status {
    /// 2 for success, 4 for failure that may pass, 5 for failure that stays.
    pub class: u8,
    /// What it is about.
    pub subject: u16,
    /// What exactly.
    pub detail: u16,
}

impl Status {
    /// Reads the value of a `Status` field; what follows the code is for people.
    ///
    /// ```
    /// use mailwire_message::report::Status;
    ///
    /// let status = Status::parse(b" 5.0.0 (permanent failure)").unwrap();
    /// assert_eq!((status.class, status.to_string()), (5, "5.0.0".into()));
    /// assert_eq!(Status::parse(b"550"), None);
    /// ```
    #[must_use]
    pub fn parse(value: &[u8]) -> Option<Self> {
        let start = skip_cfws(value, 0, &mut Findings::ignored(Policy::STANDARD));
        let code = &value[start..];
        let len = code.iter().take_while(|&&octet| octet.is_ascii_digit() || octet == b'.').count();
        let mut numbers = code[..len].split(|&octet| octet == b'.');
        let mut number = |digits: usize| {
            let part = numbers.next().filter(|part| (1..=digits).contains(&part.len()))?;
            core::str::from_utf8(part).ok()?.parse::<u16>().ok()
        };
        let class = u8::try_from(number(1)?).ok()?;
        let (subject, detail) = (number(3)?, number(3)?);
        // A dot may end the sentence.
        numbers.all(<[u8]>::is_empty).then_some(Self { class, subject, detail })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

pub(super) fn typed(fields: &ReportFields<'_>, name: &str) -> Option<Typed> {
    Some(Typed::parse(fields.get(name)?.value()))
}

pub(super) fn date(fields: &ReportFields<'_>, name: &str) -> Option<Date> {
    Some(Date::parse(fields.get(name)?.value()))
}

/// Whether a field cannot be about the message as a whole.
fn is_of_recipient(field: &ReportField<'_>) -> bool {
    [
        "Original-Recipient",
        "Final-Recipient",
        "Action",
        "Status",
        "Remote-MTA",
        "Diagnostic-Code",
        "Last-Attempt-Date",
        "Final-Log-ID",
        "Will-Retry-Until",
    ]
    .iter()
    .any(|name| field.is(name))
}

/// What a recipient has so far.
#[derive(Default)]
struct Seen {
    original: bool,
    last: bool,
    action: bool,
    status: bool,
}

impl Seen {
    fn add(&mut self, field: &ReportField<'_>) {
        self.original |= field.is("Original-Recipient");
        self.last |= field.is("Final-Recipient");
        self.action |= field.is("Action");
        self.status |= field.is("Status");
    }

    /// Whether this field is of another recipient. An original address may stand behind the final
    /// one it belongs to.
    fn is_done_before(&self, field: &ReportField<'_>) -> bool {
        let all_said = self.original || self.action && self.status;
        self.last && (field.is("Final-Recipient") || field.is("Original-Recipient") && all_said)
    }
}
