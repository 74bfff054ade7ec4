//! The fields that a report is made of: as those of a message, in groups with empty lines between.

use alloc::{borrow::Cow, vec::Vec};

use crate::{
    DefectCode, Findings,
    header::{Raw, decode_text},
    lex::unfold,
};

/// Fields in their order, known or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReportFields<'a> {
    pub(super) fields: Vec<ReportField<'a>>,
}

/// One field of a report.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReportField<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, [u8]>,
    offset: usize,
}

impl<'a> ReportFields<'a> {
    /// All of them.
    pub fn iter(&self) -> core::slice::Iter<'_, ReportField<'a>> {
        self.fields.iter()
    }

    /// The first one of this name, in any case of letters.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ReportField<'a>> {
        self.all(name).next()
    }

    /// All of this name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &ReportField<'a>> {
        self.fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> ReportFields<'static> {
        let own = |field: ReportField<'a>| ReportField {
            name: Cow::Owned(field.name.into_owned()),
            value: Cow::Owned(field.value.into_owned()),
            offset: field.offset,
        };
        ReportFields { fields: self.fields.into_iter().map(own).collect() }
    }

    pub(super) fn push(&mut self, field: ReportField<'a>) {
        self.fields.push(field);
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.fields.extend(other.fields);
    }

    /// The value of the first field of this name, unfolded, without blanks around it.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        Some(self.get(name)?.text())
    }
}

impl<'p, 'a> IntoIterator for &'p ReportFields<'a> {
    type Item = &'p ReportField<'a>;
    type IntoIter = core::slice::Iter<'p, ReportField<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl ReportField<'_> {
    /// The name as written.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The octets behind the colon, folds included, without the line end.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// Where the value begins in the octets of the part.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The value as text: unfolded, encoded words decoded, without blanks around it.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        decode_text(&self.value)
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Cuts a part into groups of fields. Lines of blanks only count as empty; empty groups do not
/// count; a line that is no field is reported and passed over.
pub(super) fn groups<'a>(octets: &'a [u8], findings: &mut Findings<'_>) -> Vec<ReportFields<'a>> {
    let mut groups = Vec::new();
    let mut group = ReportFields::default();
    let mut at = 0;
    while at < octets.len() {
        let start = at;
        let line = line(octets, &mut at);
        if line.trim_ascii().is_empty() {
            if !group.is_empty() {
                groups.push(core::mem::take(&mut group));
            }
            continue;
        }
        let mut end = start + line.len();
        while octets.get(at).is_some_and(|&octet| matches!(octet, b' ' | b'\t')) {
            let fold = at;
            let more = self::line(octets, &mut at);
            if more.trim_ascii().is_empty() {
                at = fold;
                break;
            }
            end = fold + more.len();
        }
        let field = &octets[start..end];
        let name =
            memchr::memchr(b':', field).map(|colon| (field[..colon].trim_ascii_end(), colon));
        match name {
            Some((name, colon)) if !name.is_empty() && name.iter().all(u8::is_ascii_graphic) => {
                group.push(ReportField {
                    name: Raw::of(name, findings).text(name),
                    value: Cow::Borrowed(&field[colon + 1..]),
                    offset: start + colon + 1,
                });
            }
            _ => findings.report(DefectCode::NonFieldLine, start),
        }
    }
    if !group.is_empty() {
        groups.push(group);
    }
    groups
}

/// The line at `at` without its end; `at` goes behind it.
fn line<'a>(octets: &'a [u8], at: &mut usize) -> &'a [u8] {
    let rest = &octets[*at..];
    let len = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
    *at += len;
    let line = rest[..len].strip_suffix(b"\n").unwrap_or(&rest[..len]);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// A value in one line, as octets.
pub(super) fn flat(value: &[u8]) -> Cow<'_, [u8]> {
    match unfold(value) {
        Cow::Borrowed(value) => Cow::Borrowed(value.trim_ascii()),
        Cow::Owned(value) => Cow::Owned(value.trim_ascii().into()),
    }
}
