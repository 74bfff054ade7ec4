//! Reports of abuse and other feedback, "ARF" ([RFC 5965], [RFC 6591]).
//!
//! [RFC 5965]: https://www.rfc-editor.org/rfc/rfc5965
//! [RFC 6591]: https://www.rfc-editor.org/rfc/rfc6591

use alloc::{borrow::Cow, string::String};
use core::net::IpAddr;

use super::{
    delivery::{date, typed},
    fields::{ReportField, ReportFields, groups},
    typed::Typed,
};
use crate::{
    DefectCode, Findings, Policy,
    header::{AuthenticationResults, Date},
};

/// What someone thinks of a message: `message/feedback-report` (RFC 5965 §3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FeedbackReport<'a>(ReportFields<'a>);

impl<'a> FeedbackReport<'a> {
    /// Reads the octets of the part, its transfer encoding undone.
    ///
    /// ```
    /// use mailwire_message::report::FeedbackReport;
    ///
    /// let report = FeedbackReport::parse(
    ///     b"Feedback-Type: abuse\r\n\
    ///       User-Agent: SomeGenerator/1.0\r\n\
    ///       Version: 1\r\n\
    ///       Source-IP: 192.0.2.1\r\n",
    /// );
    /// assert_eq!(report.feedback_type().as_deref(), Some("abuse"));
    /// assert_eq!(report.source_ip(), Some([192, 0, 2, 1].into()));
    /// assert_eq!(report.incidents(), 1);
    /// ```
    #[must_use]
    pub fn parse(octets: &'a [u8]) -> Self {
        Self::parse_with(octets, &mut Findings::ignored(Policy::STANDARD))
    }

    /// The same, and says what it found: required fields that are missing (§3.1), fields given twice
    /// that may not be (§3.2).
    #[must_use]
    pub fn parse_with(octets: &'a [u8], findings: &mut Findings<'_>) -> Self {
        let mut fields = ReportFields::default();
        for group in groups(octets, findings) {
            fields.extend(group);
        }
        for name in ["Feedback-Type", "User-Agent", "Version"] {
            if fields.get(name).is_none() {
                findings.report(DefectCode::InvalidFieldSyntax, octets.len());
            }
        }
        for name in ONCE {
            let same = |field: &&ReportField<'_>| {
                field.is(name) || name == "Arrival-Date" && field.is("Received-Date")
            };
            for field in fields.iter().filter(same).skip(1) {
                findings.report(DefectCode::DuplicateSingleton, field.offset());
            }
        }
        Self(fields)
    }

    /// All fields, in order.
    #[must_use]
    pub fn fields(&self) -> &ReportFields<'a> {
        &self.0
    }

    /// What kind of feedback, in lower case: `abuse`, `fraud`, `virus`, `not-spam`, `auth-failure`,
    /// `other` (§7.3).
    #[must_use]
    pub fn feedback_type(&self) -> Option<String> {
        Some(self.word("Feedback-Type")?.to_ascii_lowercase())
    }

    /// The program that made the report.
    #[must_use]
    pub fn user_agent(&self) -> Option<Cow<'_, str>> {
        self.0.text("User-Agent")
    }

    /// The version of the format.
    #[must_use]
    pub fn version(&self) -> Option<u32> {
        self.word("Version")?.parse().ok()
    }

    /// The name that the sender gave the delivery.
    #[must_use]
    pub fn original_envelope_id(&self) -> Option<Cow<'_, str>> {
        self.0.text("Original-Envelope-Id")
    }

    /// The address of `MAIL FROM`, without angle brackets; empty for bounces.
    #[must_use]
    pub fn original_mail_from(&self) -> Option<String> {
        self.0.get("Original-Mail-From").map(path)
    }

    /// The addresses of `RCPT TO`, without angle brackets.
    pub fn original_rcpt_to(&self) -> impl Iterator<Item = String> {
        self.0.all("Original-Rcpt-To").map(path)
    }

    /// When the message came; from the older `Received-Date` too (§3.2).
    #[must_use]
    pub fn arrival_date(&self) -> Option<Date> {
        date(&self.0, "Arrival-Date").or_else(|| date(&self.0, "Received-Date"))
    }

    /// The server that the report comes from.
    #[must_use]
    pub fn reporting_mta(&self) -> Option<Typed> {
        typed(&self.0, "Reporting-MTA")
    }

    /// The host that the message came from.
    #[must_use]
    pub fn source_ip(&self) -> Option<IpAddr> {
        let word = self.word("Source-IP")?;
        let address = word.trim_start_matches('[').trim_end_matches(']');
        let v6 = address.get(..5).filter(|tag| tag.eq_ignore_ascii_case("ipv6:"));
        address[v6.map_or(0, str::len)..].parse().ok()
    }

    /// How many messages it is about; one if it does not say (§3.2).
    #[must_use]
    pub fn incidents(&self) -> u32 {
        self.word("Incidents").and_then(|number| number.parse().ok()).unwrap_or(1)
    }

    /// The results of authentication that the reporter had.
    pub fn authentication_results(&self) -> impl Iterator<Item = AuthenticationResults<'_>> {
        self.0
            .all("Authentication-Results")
            .map(|field| AuthenticationResults::parse(field.value()))
    }

    /// The domains it is about.
    pub fn reported_domains(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.all("Reported-Domain").map(|field| field.text())
    }

    /// The addresses it is about, as of pages.
    pub fn reported_uris(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.all("Reported-URI").map(|field| field.text())
    }

    /// Which check failed, in lower case, of a report of type `auth-failure` (RFC 6591 §3.1).
    #[must_use]
    pub fn auth_failure(&self) -> Option<String> {
        Some(self.word("Auth-Failure")?.to_ascii_lowercase())
    }

    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> FeedbackReport<'static> {
        FeedbackReport(self.0.into_owned())
    }

    /// The first word of a field; comments around it do not count.
    fn word(&self, name: &str) -> Option<String> {
        let value = super::fields::flat(self.0.get(name)?.value());
        let start = crate::lex::skip_cfws(&value, 0, &mut Findings::ignored(Policy::STANDARD));
        let rest = value.get(start..)?;
        let len = rest.iter().position(|octet| b" \t(".contains(octet)).unwrap_or(rest.len());
        Some(String::from_utf8_lossy(&rest[..len]).into_owned())
    }
}

const ONCE: [&str; 9] = [
    "Feedback-Type",
    "User-Agent",
    "Version",
    "Original-Envelope-Id",
    "Original-Mail-From",
    "Arrival-Date",
    "Reporting-MTA",
    "Source-IP",
    "Incidents",
];

fn path(field: &ReportField<'_>) -> String {
    let text = field.text();
    let inner = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    inner.unwrap_or(&text).into()
}
