//! Message disposition notifications ([RFC 8098]).
//!
//! ```text
//! disposition-field = "Disposition" ":" OWS disposition-mode OWS ";" OWS disposition-type
//!                     [ OWS "/" OWS disposition-modifier *( OWS "," OWS disposition-modifier ) ]
//! disposition-mode  = action-mode OWS "/" OWS sending-mode
//! ```
//!
//! [RFC 8098]: https://www.rfc-editor.org/rfc/rfc8098

use alloc::{borrow::Cow, string::String, vec::Vec};

use super::{
    delivery::typed,
    fields::{ReportField, ReportFields, groups},
    typed::Typed,
};
use crate::{DefectCode, Findings, Policy, lex::skip_cfws, mime::ContentId, mime::lower};

/// What a reader did with a message: `message/disposition-notification` (RFC 8098 §3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DispositionNotification<'a>(ReportFields<'a>);

impl<'a> DispositionNotification<'a> {
    /// Reads the octets of the part, its transfer encoding undone.
    ///
    /// ```
    /// use mailwire_message::report::DispositionNotification;
    ///
    /// let report = DispositionNotification::parse(
    ///     b"Reporting-UA: joes-pc.cs.example.com; Foomail 97.1\r\n\
    ///       Final-Recipient: rfc822;Joe_Recipient@example.com\r\n\
    ///       Original-Message-ID: <199509192301.23456@example.org>\r\n\
    ///       Disposition: manual-action/MDN-sent-manually; displayed\r\n",
    /// );
    /// let disposition = report.disposition().unwrap();
    /// assert_eq!(disposition.kind(), "displayed");
    /// assert!(!disposition.is_automatic_action());
    /// assert_eq!(report.original_message_id().as_deref(), Some("199509192301.23456@example.org"));
    /// ```
    #[must_use]
    pub fn parse(octets: &'a [u8]) -> Self {
        Self::parse_with(octets, &mut Findings::ignored(Policy::STANDARD))
    }

    /// The same, and says what it found. Empty lines between fields do not count.
    #[must_use]
    pub fn parse_with(octets: &'a [u8], findings: &mut Findings<'_>) -> Self {
        let mut fields = ReportFields::default();
        for group in groups(octets, findings) {
            if !fields.is_empty() {
                let at = group.iter().next().map_or(octets.len(), ReportField::offset);
                findings.report(DefectCode::InvalidFieldSyntax, at);
            }
            fields.extend(group);
        }
        let report = Self(fields);
        if report.disposition().is_none() || report.final_recipient().is_none() {
            findings.report(DefectCode::InvalidFieldSyntax, octets.len());
        }
        report
    }

    /// All fields, in order.
    #[must_use]
    pub fn fields(&self) -> &ReportFields<'a> {
        &self.0
    }

    /// The program that reports: its name, and its product if it says one (§3.2.1).
    #[must_use]
    pub fn reporting_ua(&self) -> Option<(String, Option<String>)> {
        let text = self.0.text("Reporting-UA")?;
        let (name, product) = match text.split_once(';') {
            Some((name, product)) => (name, Some(product.trim().into())),
            None => (&*text, None),
        };
        Some((name.trim().into(), product))
    }

    /// The gateway that made this out of a report of another mail system (§3.2.2).
    #[must_use]
    pub fn mdn_gateway(&self) -> Option<Typed> {
        typed(&self.0, "MDN-Gateway")
    }

    /// The address that the sender gave (§3.2.3).
    #[must_use]
    pub fn original_recipient(&self) -> Option<Typed> {
        typed(&self.0, "Original-Recipient")
    }

    /// The address of the reader (§3.2.4).
    #[must_use]
    pub fn final_recipient(&self) -> Option<Typed> {
        typed(&self.0, "Final-Recipient")
    }

    /// The message it is about, without angle brackets (§3.2.5).
    #[must_use]
    pub fn original_message_id(&self) -> Option<String> {
        let id = ContentId::parse(self.0.get("Original-Message-ID")?.value())?;
        Some(id.as_str().into())
    }

    /// What was done (§3.2.6).
    #[must_use]
    pub fn disposition(&self) -> Option<Disposition<'_>> {
        Disposition::parse(self.0.get("Disposition")?.value())
    }

    /// What went wrong, in words (§3.2.7).
    pub fn errors(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.all("Error").map(|field| field.text())
    }

    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> DispositionNotification<'static> {
        DispositionNotification(self.0.into_owned())
    }
}

/// The value of `Disposition`: who acted, who sent, and what was done (RFC 8098 §3.2.6). All words
/// are in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Disposition<'a> {
    action_mode: Cow<'a, str>,
    sending_mode: Cow<'a, str>,
    kind: Cow<'a, str>,
    modifiers: Vec<Cow<'a, str>>,
}

impl<'a> Disposition<'a> {
    /// Reads the value of the field; `None` if it says not what was done.
    ///
    /// ```
    /// use mailwire_message::report::Disposition;
    ///
    /// let value = b" automatic-action/MDN-sent-automatically; processed/error, x-own";
    /// let disposition = Disposition::parse(value).unwrap();
    /// assert_eq!((disposition.action_mode(), disposition.kind()), ("automatic-action", "processed"));
    /// assert!(disposition.modifiers().eq(["error", "x-own"]));
    /// ```
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let mut at = 0;
        let action_mode = word(value, &mut at, None)?;
        let sending_mode = word(value, &mut at, Some(b"/")).unwrap_or_default();
        // Without a mode the first word is what was done.
        let Some(kind) = word(value, &mut at, Some(b";")) else {
            let none = Cow::Borrowed("");
            let modifiers =
                if sending_mode.is_empty() { Vec::new() } else { [sending_mode].into() };
            let whole =
                skip_cfws(value, at, &mut Findings::ignored(Policy::STANDARD)) == value.len();
            return whole.then_some(Self {
                action_mode: none.clone(),
                sending_mode: none,
                kind: action_mode,
                modifiers,
            });
        };
        let mut modifiers = Vec::new();
        let mut separators: &[u8] = b"/";
        while let Some(modifier) = word(value, &mut at, Some(separators)) {
            modifiers.push(modifier);
            separators = b",/";
        }
        Some(Self { action_mode, sending_mode, kind, modifiers })
    }

    /// `manual-action` or `automatic-action`; empty if missing.
    #[must_use]
    pub fn action_mode(&self) -> &str {
        &self.action_mode
    }

    /// `mdn-sent-manually` or `mdn-sent-automatically`; empty if missing.
    #[must_use]
    pub fn sending_mode(&self) -> &str {
        &self.sending_mode
    }

    /// Whether a program acted, not the reader.
    #[must_use]
    pub fn is_automatic_action(&self) -> bool {
        self.action_mode == "automatic-action"
    }

    /// `displayed`, `deleted`, `dispatched`, `processed`, or another word.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// What is said besides: `error`, and others.
    pub fn modifiers(&self) -> impl ExactSizeIterator<Item = &str> {
        self.modifiers.iter().map(AsRef::as_ref)
    }

    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> Disposition<'static> {
        let owned = |word: Cow<'a, str>| Cow::Owned(word.into_owned());
        Disposition {
            action_mode: owned(self.action_mode),
            sending_mode: owned(self.sending_mode),
            kind: owned(self.kind),
            modifiers: self.modifiers.into_iter().map(owned).collect(),
        }
    }
}

/// The next word in lower case, behind one of the separators if there are any.
fn word<'a>(value: &'a [u8], at: &mut usize, separators: Option<&[u8]>) -> Option<Cow<'a, str>> {
    let mut ignored = Findings::ignored(Policy::STANDARD);
    let mut start = skip_cfws(value, *at, &mut ignored);
    if let Some(separators) = separators {
        if !separators.contains(value.get(start)?) {
            return None;
        }
        start = skip_cfws(value, start + 1, &mut ignored);
    }
    let rest = value.get(start..)?;
    let len = rest
        .iter()
        .take_while(|octet| octet.is_ascii_graphic() && !b"/;,(".contains(octet))
        .count();
    if len == 0 {
        return None;
    }
    *at = start + len;
    Some(lower(&rest[..len]))
}
