//! Parameters in sections, and with character sets ([RFC 2231 §3, §4]).
//!
//! ```text
//! regular-parameter-name := attribute [section]
//! extended-initial-name  := attribute ["*0"] "*"
//! extended-other-names   := attribute "*" number "*"
//! extended-initial-value := [charset] "'" [language] "'" extended-other-values
//! ```
//!
//! Percent escapes are undone section by section, the octets are joined, and only then made text: a
//! character may be split anywhere.
//!
//! [RFC 2231 §3, §4]: https://www.rfc-editor.org/rfc/rfc2231#section-3

use alloc::{borrow::Cow, boxed::Box, string::String, vec::Vec};

use super::{
    Extension, Param, percent,
    scan::Segment,
    value::{self, content, lower},
};
use crate::{DefectCode, Findings, Pick};

/// A section of a parameter, or the whole of an extended one.
pub(super) struct Section<'a> {
    base: Cow<'a, str>,
    /// `None` is an extended parameter in one piece.
    number: Option<u32>,
    extended: bool,
    segment: Segment<'a>,
}

impl<'a> Section<'a> {
    /// Takes the name apart; gives the segment back if it has no part in RFC 2231.
    pub(super) fn of(
        segment: Segment<'a>,
        findings: &mut Findings<'_>,
    ) -> Result<Self, Segment<'a>> {
        let (name, extended) = match segment.name.strip_suffix(b"*") {
            Some(name) => (name, true),
            None => (segment.name, false),
        };
        let (base, number) = match memchr::memrchr(b'*', name) {
            Some(star) => match section_number(&name[star + 1..]) {
                Some(number) => (&name[..star], Some(number)),
                None => {
                    findings.report(DefectCode::ParamSyntax, segment.name_at);
                    return Err(segment);
                }
            },
            None => (name, None),
        };
        if base.is_empty() || !extended && number.is_none() {
            return Err(segment);
        }
        if name.len() > base.len() + 2 && name[base.len() + 1] == b'0' {
            findings.report(DefectCode::ParamSyntax, segment.name_at);
        }
        Ok(Self { base: lower(base), number, extended, segment })
    }

    fn at(&self) -> usize {
        self.segment.range.start
    }
}

fn section_number(digits: &[u8]) -> Option<u32> {
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    core::str::from_utf8(digits).ok()?.parse().ok()
}

/// Puts sections together, those of each name in the order of their numbers.
pub(super) fn join<'a>(
    mut sections: Vec<Section<'a>>,
    findings: &mut Findings<'_>,
) -> Vec<Param<'a>> {
    sections.sort_by(|a, b| (&a.base, a.number.is_some()).cmp(&(&b.base, b.number.is_some())));
    let mut params = Vec::new();
    let mut rest = sections.as_mut_slice();
    while let Some(first) = rest.first() {
        let same = |section: &Section<'_>| section.number.is_some() && section.base == first.base;
        let len =
            if first.number.is_none() { 1 } else { rest.iter().take_while(|s| same(s)).count() };
        let (group, others) = rest.split_at_mut(len);
        rest = others;
        params.push(join_one(group, findings));
    }
    params
}

/// One parameter of its sections, which come in the order of the field.
fn join_one<'a>(group: &mut [Section<'a>], findings: &mut Findings<'_>) -> Param<'a> {
    let range = group[0].segment.range.clone();
    for pair in group.windows(2) {
        if pair[1].number < pair[0].number {
            findings.report(DefectCode::Rfc2231OutOfOrder, pair[1].at());
        }
    }
    group.sort_by_key(|section| section.number);
    let chosen = choose(group, findings);
    report_gaps(&chosen, findings);
    let name = chosen[0].base.clone();
    let sections = chosen.iter().map(|section| section.segment.range.clone()).collect();
    let extension = Extension { extended: true, sections, ..Extension::default() };
    if !chosen.iter().any(|section| section.extended) {
        let mut octets = Vec::new();
        for section in &chosen {
            octets.extend_from_slice(&content(&section.segment, &name, findings));
        }
        let (text, octets) = value::to_text(Cow::Owned(octets), &name, range.start, findings);
        let extension = Extension { octets, ..extension };
        return Param { name, value: text, range, extension: Some(Box::new(extension)) };
    }
    extended(&chosen, name, extension, findings)
}

/// A parameter with at least one section in the extended form.
fn extended<'a>(
    sections: &[&Section<'a>],
    name: Cow<'a, str>,
    mut extension: Extension,
    findings: &mut Findings<'_>,
) -> Param<'a> {
    let range = sections
        .iter()
        .map(|s| s.segment.range.clone())
        .min_by_key(|r| r.start)
        .unwrap_or_default();
    let mut octets = Vec::new();
    let mut first_prefix = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        let content = content(&section.segment, &name, findings);
        if !section.extended {
            octets.extend_from_slice(&content);
            continue;
        }
        if section.segment.quoted {
            findings.report(DefectCode::ParamSyntax, section.at());
        }
        let mut rest = &content[..];
        if index == 0 {
            match percent::prefix(&content) {
                Some((charset, language, value)) => {
                    first_prefix.extend_from_slice(&content[..content.len() - value.len()]);
                    rest = value;
                    extension.charset = label(charset);
                    extension.language = label(language);
                    if memchr::memchr_iter(b'\'', &first_prefix).count() < 2 {
                        findings.report(DefectCode::ParamSyntax, section.at());
                    }
                }
                None => findings.report(DefectCode::ParamSyntax, section.at()),
            }
        } else if first_prefix.len() > 2
            && let Some((start, behind)) = content.split_at_checked(first_prefix.len())
            && start.eq_ignore_ascii_case(&first_prefix)
        {
            // Some writers say the character set anew in every section; a plain quote cannot be text.
            findings.report(DefectCode::ParamSyntax, section.at());
            rest = behind;
        }
        if percent::decode_into(rest, &mut octets) {
            findings.report(DefectCode::Rfc2231BadEscape, section.at());
        }
    }
    let text = percent::to_text(extension.charset.as_deref(), &octets, range.start, findings);
    if text.as_bytes() != octets {
        extension.octets = Some(octets);
    }
    Param { name, value: Cow::Owned(text), range, extension: Some(Box::new(extension)) }
}

fn label(octets: &[u8]) -> Option<String> {
    (!octets.is_empty()).then(|| String::from_utf8_lossy(octets).into_owned())
}

/// Of sections of one number only one counts: the extended one, then the one that the policy says.
fn choose<'s, 'a>(group: &'s [Section<'a>], findings: &mut Findings<'_>) -> Vec<&'s Section<'a>> {
    let mut chosen: Vec<&Section<'a>> = Vec::with_capacity(group.len());
    for section in group {
        let Some(last) = chosen.last_mut().filter(|last| last.number == section.number) else {
            chosen.push(section);
            continue;
        };
        findings.report(DefectCode::Rfc2231DupSection, section.at());
        let better = if last.extended == section.extended {
            findings.policy().duplicate_param == Pick::Last
        } else {
            findings.report(DefectCode::Rfc2231MixedPlainAndExtended, section.at());
            section.extended
        };
        if better {
            *last = section;
        }
    }
    chosen
}

fn report_gaps(chosen: &[&Section<'_>], findings: &mut Findings<'_>) {
    let mut wanted = 0;
    for section in chosen {
        let Some(number) = section.number else { return };
        if number != wanted {
            findings.report(DefectCode::Rfc2231Gap, section.at());
        }
        wanted = number.saturating_add(1);
    }
}
