//! Which part of a report is what ([RFC 6522 §3]).
//!
//! [RFC 6522 §3]: https://www.rfc-editor.org/rfc/rfc6522#section-3

use super::{DeliveryStatus, DispositionNotification, FeedbackReport};
use crate::{Findings, mime::ContentType};

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum ReportKind {
    /// The delivery of a message (RFC 3464, RFC 6533).
    Delivery,
    /// What a reader did with a message (RFC 8098).
    Disposition,
    /// What someone thinks of a message (RFC 5965).
    Feedback,
}

impl ReportKind {
    /// The report that parts of this type hold, if it is one.
    ///
    /// ```
    /// use mailwire_message::{mime::ContentType, report::ReportKind};
    ///
    /// let part = ContentType::parse(b"message/delivery-status");
    /// assert_eq!(ReportKind::of(&part), Some(ReportKind::Delivery));
    /// ```
    #[must_use]
    pub fn of(part: &ContentType<'_>) -> Option<Self> {
        if part.media_type() != "message" {
            return None;
        }
        match part.subtype() {
            "delivery-status" | "global-delivery-status" => Some(Self::Delivery),
            "disposition-notification" | "global-disposition-notification" => {
                Some(Self::Disposition)
            }
            "feedback-report" => Some(Self::Feedback),
            _ => None,
        }
    }
}

/// A report that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Report<'a> {
    /// About delivery.
    Delivery(DeliveryStatus<'a>),
    /// About what a reader did.
    Disposition(DispositionNotification<'a>),
    /// About what someone thinks.
    Feedback(FeedbackReport<'a>),
}

impl<'a> Report<'a> {
    /// Reads the octets of a part of this kind, its transfer encoding undone.
    ///
    /// ```
    /// use mailwire_message::{Findings, Policy, report::{Report, ReportKind}};
    ///
    /// let octets = b"Feedback-Type: fraud\nUser-Agent: x\nVersion: 1\n";
    /// let mut findings = Findings::ignored(Policy::STANDARD);
    /// let report = Report::parse_with(ReportKind::Feedback, octets, &mut findings);
    /// let Report::Feedback(report) = report else { unreachable!() };
    /// assert_eq!(report.feedback_type().as_deref(), Some("fraud"));
    /// ```
    #[must_use]
    pub fn parse_with(kind: ReportKind, octets: &'a [u8], findings: &mut Findings<'_>) -> Self {
        match kind {
            ReportKind::Delivery => Self::Delivery(DeliveryStatus::parse_with(octets, findings)),
            ReportKind::Disposition => {
                Self::Disposition(DispositionNotification::parse_with(octets, findings))
            }
            ReportKind::Feedback => Self::Feedback(FeedbackReport::parse_with(octets, findings)),
        }
    }
}

/// The parts of a `multipart/report`, by their places among its children.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ReportParts {
    /// The text for people; it may be a multipart itself.
    pub text: Option<usize>,
    /// The part for machines, and what it holds.
    pub report: Option<(usize, ReportKind)>,
    /// The message it is about, or its header.
    pub original: Option<usize>,
}

impl ReportParts {
    /// Looks at the types of the children in their order. Parts are known by their types: they are
    /// found where they stand in another order or where one is missing.
    ///
    /// ```
    /// use mailwire_message::{mime::ContentType, report::{ReportKind, ReportParts}};
    ///
    /// let types = ["text/plain", "message/delivery-status", "text/rfc822-headers"];
    /// let children: Vec<_> = types.iter().map(|name| ContentType::parse(name.as_bytes())).collect();
    /// let parts = ReportParts::find(&children);
    /// assert_eq!(parts.text, Some(0));
    /// assert_eq!(parts.report, Some((1, ReportKind::Delivery)));
    /// assert_eq!(parts.original, Some(2));
    /// ```
    #[must_use]
    pub fn find<'t, 'a: 't>(children: impl IntoIterator<Item = &'t ContentType<'a>>) -> Self {
        let mut parts = Self::default();
        for (index, child) in children.into_iter().enumerate() {
            if let Some(kind) = ReportKind::of(child) {
                parts.report = parts.report.or(Some((index, kind)));
            } else if is_original(child) {
                parts.original = parts.original.or(Some(index));
            } else if child.media_type() == "text" || child.is_multipart() {
                parts.text = parts.text.or(Some(index));
            }
        }
        parts
    }
}

fn is_original(part: &ContentType<'_>) -> bool {
    match part.media_type() {
        "message" => matches!(part.subtype(), "rfc822" | "global" | "global-headers"),
        "text" => part.subtype() == "rfc822-headers",
        _ => false,
    }
}
