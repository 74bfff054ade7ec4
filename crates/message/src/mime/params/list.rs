//! The parameters of one field.

use super::{
    Param, quick,
    scan::{Behind, Scanner},
    sections::{self, Section},
    value,
};
use crate::{DefectCode, Findings, Pick};
use alloc::{vec, vec::Vec};

/// All parameters of a field in their order.
///
/// ```
/// use mailwire_message::mime::ContentType;
///
/// let field = ContentType::parse(b"text/plain; Charset=UTF-8; delsp=yes");
/// let names: Vec<_> = field.params().iter().map(|param| param.name()).collect();
/// assert_eq!(names, ["charset", "delsp"]);
/// assert_eq!(field.params().get("DelSp"), Some("yes"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params<'a> {
    store: Store<'a>,
    pick: Pick,
}

/// Nearly all fields have two parameters at most: these need no memory of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Store<'a> {
    Few(usize, [Param<'a>; FEW]),
    Many(Vec<Param<'a>>),
}

const FEW: usize = 2;

impl Default for Store<'_> {
    fn default() -> Self {
        Self::Few(0, [Param::default(), Param::default()])
    }
}

impl<'a> Params<'a> {
    /// Reads what follows the type from `at` on, at most `limit` parameters.
    pub(crate) fn parse_with(
        value: &'a [u8],
        mut at: usize,
        behind: Behind,
        limit: usize,
        findings: &mut Findings<'_>,
    ) -> Self {
        let mut params = Self { pick: findings.policy().duplicate_param, ..Self::default() };
        let mut count = 0;
        while count < limit
            && let Some((param, next)) = quick::next(value, at)
        {
            params.push(param);
            at = next;
            count += 1;
        }
        if at < value.len() {
            params.scan(Scanner::new(value, at, behind), limit - count, findings);
        }
        params.report_duplicates(findings);
        params
    }

    /// Reads what takes a closer look.
    fn scan(&mut self, mut scanner: Scanner<'a>, limit: usize, findings: &mut Findings<'_>) {
        let mut continued = Vec::new();
        let mut count = 0;
        while let Some(segment) = scanner.next(findings) {
            if count == limit {
                findings.report(DefectCode::ParamCountLimit, segment.name_at);
                break;
            }
            count += 1;
            if memchr::memchr(b'*', segment.name).is_none() {
                self.push(value::plain(&segment, findings));
                continue;
            }
            match Section::of(segment, findings) {
                Ok(section) => continued.push(section),
                Err(segment) => self.push(value::plain(&segment, findings)),
            }
        }
        if !continued.is_empty() {
            sections::join(continued, findings).into_iter().for_each(|param| self.push(param));
            self.as_mut_slice().sort_by_key(|param| param.range.start);
        }
    }

    /// The value of the parameter of this name, in any case of letters.
    ///
    /// Of several the extended form (RFC 2231) wins, then the one that
    /// [`Policy::duplicate_param`](crate::Policy::duplicate_param) says.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.param(name).map(Param::value)
    }

    /// The parameter of this name, chosen as by [`get`](Self::get).
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&Param<'a>> {
        let mut found: Option<&Param<'a>> = None;
        for param in self.iter().filter(|param| param.name().eq_ignore_ascii_case(name)) {
            let better =
                found.is_none_or(|before| match (before.is_extended(), param.is_extended()) {
                    (false, true) => true,
                    (true, false) => false,
                    _ => self.pick == Pick::Last,
                });
            if better {
                found = Some(param);
            }
        }
        found
    }

    /// All of them in their order, those of one name too.
    pub fn iter(&self) -> core::slice::Iter<'_, Param<'a>> {
        self.as_slice().iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> Params<'static> {
        let store = match self.store {
            Store::Few(len, few) => Store::Few(len, few.map(Param::into_owned)),
            Store::Many(many) => Store::Many(many.into_iter().map(Param::into_owned).collect()),
        };
        Params { store, pick: self.pick }
    }

    fn as_slice(&self) -> &[Param<'a>] {
        match &self.store {
            Store::Few(len, few) => &few[..*len],
            Store::Many(many) => many,
        }
    }

    fn as_mut_slice(&mut self) -> &mut [Param<'a>] {
        match &mut self.store {
            Store::Few(len, few) => &mut few[..*len],
            Store::Many(many) => many,
        }
    }

    fn push(&mut self, param: Param<'a>) {
        match &mut self.store {
            Store::Few(len, few) if *len < FEW => {
                few[*len] = param;
                *len += 1;
            }
            Store::Few(_, few) => {
                let [first, second] = core::mem::take(few);
                self.store = Store::Many(vec![first, second, param]);
            }
            Store::Many(many) => many.push(param),
        }
    }

    /// Says of every parameter but the first of its name that it is one too many.
    fn report_duplicates(&self, findings: &mut Findings<'_>) {
        let params = self.as_slice();
        if params.len() <= FEW {
            if let [first, second] = params {
                report_duplicate(first, second, findings);
            }
            return;
        }
        let mut by_name: Vec<&Param<'a>> = params.iter().collect();
        by_name.sort_by_key(|param| param.name());
        for pair in by_name.windows(2) {
            report_duplicate(pair[0], pair[1], findings);
        }
    }
}

fn report_duplicate(before: &Param<'_>, param: &Param<'_>, findings: &mut Findings<'_>) {
    if before.name() != param.name() {
        return;
    }
    if before.is_extended() != param.is_extended() {
        findings.report(DefectCode::Rfc2231MixedPlainAndExtended, param.range.start);
    }
    let code = if before.value() == param.value() {
        DefectCode::DuplicateParam
    } else {
        DefectCode::ConflictingParam
    };
    findings.report(code, param.range.start);
}

impl<'p, 'a> IntoIterator for &'p Params<'a> {
    type Item = &'p Param<'a>;
    type IntoIter = core::slice::Iter<'p, Param<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
