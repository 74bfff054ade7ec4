//! Keywords (RFC 5322 §3.6.5, §4.1).

use alloc::{borrow::Cow, vec::Vec};

use super::address::Scan;
use crate::{DefectCode, Findings, Policy};

/// The value of a Keywords field: phrases between commas ([RFC 5322 §3.6.5]).
///
/// ```
/// use mailwire_message::header::Keywords;
///
/// let keywords = Keywords::parse(b" mail, \"sans, I/O\",, =?utf-8?q?Stra=C3=9Fe?= (road)");
/// assert!(keywords.iter().eq(["mail", "sans, I/O", "Straße"]));
/// ```
///
/// [RFC 5322 §3.6.5]: https://www.rfc-editor.org/rfc/rfc5322#section-3.6.5
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
pub struct Keywords<'a> {
    phrases: Vec<Cow<'a, str>>,
}

impl<'a> Keywords<'a> {
    /// Reads the value of a field.
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Self {
        Self::parse_with(value, &mut Findings::ignored(Policy::STANDARD))
    }

    /// [`parse`](Self::parse), telling what it found.
    #[must_use]
    pub fn parse_with(value: &'a [u8], findings: &mut Findings<'_>) -> Self {
        let mut scan = Scan::new(value, findings);
        let mut phrases = Vec::new();
        let mut start = None;
        let mut end = 0;
        loop {
            scan.skip_cfws();
            let at = scan.at;
            match scan.peek() {
                Some(octet) if octet != b',' => {
                    start.get_or_insert(at);
                    if scan.run(true).map(|run| end = run.range.end).is_none() {
                        let lone = scan.peek() == Some(b'"');
                        let code = if lone {
                            DefectCode::UnbalancedQuote
                        } else {
                            DefectCode::UnquotedSpecials
                        };
                        scan.report(code, at);
                        scan.at += 1;
                        end = scan.at;
                    }
                }
                separator => {
                    phrases.extend(start.take().map(|start| scan.phrase(start..end)));
                    if separator.is_none() {
                        break;
                    }
                    scan.at += 1;
                }
            }
        }
        Self { phrases }
    }

    /// The phrases in order, decoded; empty ones are left out.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator + Clone {
        self.phrases.iter().map(AsRef::as_ref)
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Keywords<'static> {
        let phrases = self.phrases.into_iter().map(|phrase| Cow::Owned(phrase.into_owned()));
        Keywords { phrases: phrases.collect() }
    }
}
