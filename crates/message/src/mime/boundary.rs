//! What may be a boundary ([RFC 2046 §5.1.1]).
//!
//! ```text
//! boundary := 0*69<bchars> bcharsnospace
//! bchars   := DIGIT / ALPHA / "'" / "(" / ")" / "+" / "_" / "," / "-" / "." / "/" / ":" / "=" / "?" / " "
//! ```
//!
//! [RFC 2046 §5.1.1]: https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1

use super::Param;
use crate::{DefectCode, Findings, lex::FWS};
use mailwire_core::ByteSet;

const BCHARS: ByteSet = ByteSet::ALPHANUMERIC.with(b"'()+_,-./:=? ");
const MAX: usize = 70;

/// The octets that delimiters are looked for with; `None` if none are left.
pub(super) fn usable<'p>(param: &'p Param<'_>) -> Option<&'p [u8]> {
    let octets = param.octets();
    let end = octets.iter().rposition(|&octet| !FWS.contains(octet))?;
    Some(&octets[..=end])
}

/// Says what is wrong with the boundary of a multipart.
pub(super) fn check(param: Option<&Param<'_>>, findings: &mut Findings<'_>) {
    let Some(param) = param else {
        findings.report(DefectCode::BoundaryMissing, 0);
        return;
    };
    let at = param.ranges()[0].start;
    if param.is_extended() {
        findings.report(DefectCode::BoundaryExtended, at);
    }
    let Some(boundary) = usable(param) else {
        findings.report(DefectCode::BoundaryEmpty, at);
        return;
    };
    if boundary.len() < param.octets().len() {
        findings.report(DefectCode::BoundaryTrailingSpace, at);
    }
    if boundary.len() > MAX {
        findings.report(DefectCode::BoundaryTooLong, at);
    }
    if !BCHARS.covers(boundary) {
        findings.report(DefectCode::BoundaryInvalidChar, at);
    }
}
