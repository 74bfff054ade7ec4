//! Results of authentication ([RFC 8601]; those of ARC, RFC 8617 §4.1.1).
//!
//! ```text
//! authres-payload = [CFWS] authserv-id [ CFWS version ] ( no-result / 1*resinfo ) [CFWS]
//! resinfo         = [CFWS] ";" methodspec [ CFWS reasonspec ] [ CFWS 1*propspec ]
//! methodspec      = [CFWS] method [ "/" version ] [CFWS] "=" [CFWS] result
//! reasonspec      = "reason" [CFWS] "=" [CFWS] value
//! propspec        = ptype [CFWS] "." [CFWS] property [CFWS] "=" pvalue
//! ```
//!
//! [RFC 8601]: https://www.rfc-editor.org/rfc/rfc8601

use alloc::{borrow::Cow, vec::Vec};

use mailwire_core::ByteSet;

use super::{
    list::{comments, owned},
    raw::Raw,
};
use crate::{
    DefectCode, Findings, Policy,
    lex::{quoted_end, skip_fws, unquote},
    mime::lower,
};

const KEYWORD: ByteSet = ByteSet::ALPHANUMERIC.with(b"-_");
/// What ends a value without quotes.
const END: ByteSet = ByteSet::EMPTY.with(b" \t\r\n;(");

/// What one service found out about a message: the value of `Authentication-Results`, or of
/// `ARC-Authentication-Results`.
///
/// Believe it only if the [service](Self::authserv_id) is one of your own, and the field was not
/// there before it (RFC 8601 §5).
///
/// ```
/// use mailwire_message::header::AuthenticationResults;
///
/// let field = AuthenticationResults::parse(
///     b" example.com;\r\n auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n spf=pass smtp.mailfrom=example.net",
/// );
/// assert_eq!(field.authserv_id(), Some("example.com"));
/// let spf = field.results().iter().find(|result| result.method() == "spf").unwrap();
/// assert_eq!((spf.result(), spf.property("smtp", "mailfrom")), ("pass", Some("example.net")));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AuthenticationResults<'a> {
    instance: Option<u32>,
    authserv_id: Option<Cow<'a, str>>,
    version: Option<u32>,
    none: bool,
    results: Vec<AuthenticationResult<'a>>,
}

/// The outcome of one method.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AuthenticationResult<'a> {
    method: Cow<'a, str>,
    version: Option<u32>,
    result: Cow<'a, str>,
    reason: Option<Cow<'a, str>>,
    properties: Vec<AuthenticationProperty<'a>>,
    comments: Vec<Cow<'a, str>>,
}

/// A property of the message that was looked at: `header.d=example.net`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AuthenticationProperty<'a> {
    ptype: Cow<'a, str>,
    property: Cow<'a, str>,
    value: Cow<'a, str>,
}

impl<'a> AuthenticationResults<'a> {
    /// Reads the value of a field.
    #[must_use]
    pub fn parse(value: &'a [u8]) -> Self {
        Self::parse_with(value, &mut Findings::ignored(Policy::STANDARD))
    }

    /// [`parse`](Self::parse), telling what it found. What cannot be understood is passed over up to
    /// the next blank or semicolon.
    #[must_use]
    pub fn parse_with(value: &'a [u8], findings: &mut Findings<'_>) -> Self {
        Reader { value, at: 0, raw: Raw::of(value, findings), comments: Vec::new() }.field(findings)
    }

    /// The number of the set, in a field of ARC (RFC 8617 §4.2.1).
    #[must_use]
    pub fn instance(&self) -> Option<u32> {
        self.instance
    }

    /// Who found this out (RFC 8601 §2.5). Some services leave it out.
    #[must_use]
    pub fn authserv_id(&self) -> Option<&str> {
        self.authserv_id.as_deref()
    }

    /// The version of the field's syntax; 1 if it does not say (RFC 8601 §2.2).
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version.unwrap_or(1)
    }

    /// Whether it says that nothing was tried.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.none
    }

    /// The outcomes in their order; one method may have several.
    #[must_use]
    pub fn results(&self) -> &[AuthenticationResult<'a>] {
        &self.results
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> AuthenticationResults<'static> {
        AuthenticationResults {
            instance: self.instance,
            authserv_id: self.authserv_id.map(|id| Cow::Owned(id.into_owned())),
            version: self.version,
            none: self.none,
            results: self.results.into_iter().map(AuthenticationResult::into_owned).collect(),
        }
    }
}

impl<'a> AuthenticationResult<'a> {
    /// The method in lower case: `spf`, `dkim`, `dmarc`.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The version of the method; 1 if it does not say.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version.unwrap_or(1)
    }

    /// The result in lower case: `pass`, `fail`, `softfail`, `temperror` (RFC 8601 §2.7).
    #[must_use]
    pub fn result(&self) -> &str {
        &self.result
    }

    /// Why, in words.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// What was looked at, in order.
    #[must_use]
    pub fn properties(&self) -> &[AuthenticationProperty<'a>] {
        &self.properties
    }

    /// The value of the first property of this type and name, both in lower case.
    #[must_use]
    pub fn property(&self, ptype: &str, property: &str) -> Option<&str> {
        let found = self.properties.iter().find(|p| p.ptype == ptype && p.property == property)?;
        Some(&found.value)
    }

    /// The comments, in order.
    pub fn comments(&self) -> impl ExactSizeIterator<Item = &str> {
        self.comments.iter().map(AsRef::as_ref)
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> AuthenticationResult<'static> {
        AuthenticationResult {
            method: Cow::Owned(self.method.into_owned()),
            version: self.version,
            result: Cow::Owned(self.result.into_owned()),
            reason: self.reason.map(|reason| Cow::Owned(reason.into_owned())),
            properties: self
                .properties
                .into_iter()
                .map(AuthenticationProperty::into_owned)
                .collect(),
            comments: owned(self.comments),
        }
    }
}

impl AuthenticationProperty<'_> {
    /// Where it was found, in lower case: `smtp`, `header`, `body`, `policy`; empty where the
    /// service left it out.
    #[must_use]
    pub fn ptype(&self) -> &str {
        &self.ptype
    }

    /// Which it is, in lower case: `mailfrom`, `d`, `from`.
    #[must_use]
    pub fn property(&self) -> &str {
        &self.property
    }

    /// What it was. An address keeps the quotes of its local part.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> AuthenticationProperty<'static> {
        AuthenticationProperty {
            ptype: Cow::Owned(self.ptype.into_owned()),
            property: Cow::Owned(self.property.into_owned()),
            value: Cow::Owned(self.value.into_owned()),
        }
    }
}

struct Reader<'a> {
    value: &'a [u8],
    at: usize,
    raw: Raw,
    /// Comments since the last outcome.
    comments: Vec<Cow<'a, str>>,
}

impl<'a> Reader<'a> {
    fn field(mut self, findings: &mut Findings<'_>) -> AuthenticationResults<'a> {
        let mut field = AuthenticationResults::default();
        self.blanks(findings);
        field.instance = self.instance(findings);
        let start = self.at;
        let id = self.run();
        if memchr::memchr(b'=', id).is_some() && id.first() != Some(&b'"') || id.is_empty() {
            findings.report(DefectCode::InvalidFieldSyntax, start);
            self.at = start;
        } else {
            field.authserv_id = Some(self.text(id));
            self.blanks(findings);
            field.version = self.number();
            self.blanks(findings);
            if !matches!(self.peek(), None | Some(b';')) {
                findings.report(DefectCode::InvalidFieldSyntax, self.at);
            }
        }
        while self.at < self.value.len() {
            if self.peek() == Some(b';') {
                self.at += 1;
            }
            self.comments.clear();
            self.piece(&mut field, findings);
        }
        if field.results.is_empty() && !field.none {
            findings.report(DefectCode::InvalidFieldSyntax, self.at);
        }
        field
    }

    /// `i=1;` of ARC.
    fn instance(&mut self, findings: &mut Findings<'_>) -> Option<u32> {
        let start = self.at;
        let number =
            self.keyword().eq_ignore_ascii_case(b"i").then(|| self.equals_number(findings));
        match number.flatten() {
            Some(number) if self.peek() == Some(b';') => {
                self.at += 1;
                self.blanks(findings);
                Some(number)
            }
            _ => {
                self.at = start;
                None
            }
        }
    }

    fn equals_number(&mut self, findings: &mut Findings<'_>) -> Option<u32> {
        self.blanks(findings);
        if self.peek() != Some(b'=') {
            return None;
        }
        self.at += 1;
        self.blanks(findings);
        let number = self.number();
        self.blanks(findings);
        number
    }

    /// What stands between two semicolons: `none`, or one outcome.
    fn piece(&mut self, field: &mut AuthenticationResults<'a>, findings: &mut Findings<'_>) {
        self.blanks(findings);
        if matches!(self.peek(), None | Some(b';')) {
            if self.at < self.value.len() || field.results.is_empty() && !field.none {
                findings.report(DefectCode::InvalidFieldSyntax, self.at);
            }
            return;
        }
        let start = self.at;
        let method = self.keyword();
        self.blanks(findings);
        let mut version = None;
        if self.peek() == Some(b'/') {
            self.at += 1;
            self.blanks(findings);
            version = self.number();
            self.blanks(findings);
        }
        if self.peek() != Some(b'=') || method.is_empty() {
            let none =
                method.eq_ignore_ascii_case(b"none") && matches!(self.peek(), None | Some(b';'));
            if none {
                field.none = true;
            } else {
                findings.report(DefectCode::InvalidFieldSyntax, start);
                self.skip_piece();
            }
            return;
        }
        self.at += 1;
        self.blanks(findings);
        let result = self.keyword();
        if result.is_empty() {
            findings.report(DefectCode::InvalidFieldSyntax, self.at);
        }
        let mut outcome = AuthenticationResult {
            method: lower(method),
            version,
            result: lower(result),
            ..AuthenticationResult::default()
        };
        loop {
            self.blanks(findings);
            if matches!(self.peek(), None | Some(b';')) {
                break;
            }
            self.property(&mut outcome, findings);
        }
        outcome.comments = core::mem::take(&mut self.comments);
        field.results.push(outcome);
    }

    /// `reason=value` or `ptype.property=value`.
    fn property(&mut self, outcome: &mut AuthenticationResult<'a>, findings: &mut Findings<'_>) {
        let (start, known_comments) = (self.at, self.comments.len());
        let mut ptype = &[][..];
        let mut property = self.keyword();
        self.blanks(findings);
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.blanks(findings);
            ptype = core::mem::replace(&mut property, self.keyword());
            self.blanks(findings);
        }
        if self.peek() != Some(b'=') || property.is_empty() {
            findings.report(DefectCode::InvalidFieldSyntax, start);
            self.at = start;
            self.comments.truncate(known_comments);
            self.run();
            if self.at == start {
                self.at += 1;
            }
            return;
        }
        self.at += 1;
        self.blanks(findings);
        let value = self.run();
        let value = self.text(value);
        if ptype.is_empty() && property.eq_ignore_ascii_case(b"reason") && outcome.reason.is_none()
        {
            outcome.reason = Some(value);
            return;
        }
        if ptype.is_empty() {
            findings.report(DefectCode::InvalidFieldSyntax, start);
        }
        let (ptype, property) = (lower(ptype), lower(property));
        outcome.properties.push(AuthenticationProperty { ptype, property, value });
    }

    fn peek(&self) -> Option<u8> {
        self.value.get(self.at).copied()
    }

    fn blanks(&mut self, findings: &mut Findings<'_>) {
        self.at = skip_fws(self.value, self.at);
        if self.peek() == Some(b'(') {
            self.comments.append(&mut comments(self.raw, self.value, &mut self.at, findings));
        }
    }

    fn keyword(&mut self) -> &'a [u8] {
        let rest = &self.value[self.at..];
        let word = &rest[..KEYWORD.span(rest)];
        self.at += word.len();
        word
    }

    fn number(&mut self) -> Option<u32> {
        let rest = &self.value[self.at..];
        let digits = &rest[..rest.iter().take_while(|octet| octet.is_ascii_digit()).count()];
        self.at += digits.len();
        core::str::from_utf8(digits).ok()?.parse().ok()
    }

    /// A value: a quoted string, an address, or all up to a blank, a comment or a semicolon.
    fn run(&mut self) -> &'a [u8] {
        let start = self.at;
        if self.peek() == Some(b'"') {
            self.at = quoted_end(self.value, start).unwrap_or(self.value.len());
        }
        while self.peek().is_some_and(|octet| !END.contains(octet)) {
            self.at += 1;
        }
        &self.value[start..self.at]
    }

    /// Without its quotes, if they are around all of it.
    fn text(&self, value: &'a [u8]) -> Cow<'a, str> {
        if value.len() < 2 || value[0] != b'"' || quoted_end(value, 0) != Some(value.len()) {
            return self.raw.text(value);
        }
        match unquote(&value[1..value.len() - 1]) {
            Cow::Borrowed(plain) => self.raw.text(plain),
            Cow::Owned(plain) => Cow::Owned(self.raw.text(&plain).into_owned()),
        }
    }

    fn skip_piece(&mut self) {
        let rest = &self.value[self.at..];
        self.at += memchr::memchr(b';', rest).unwrap_or(rest.len());
    }
}
