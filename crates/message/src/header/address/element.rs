//! One element of a list: everything up to a separator.

use core::ops::Range;

use super::{
    AddrSpec, Mailbox,
    scan::{Run, Scan},
};
use crate::{DefectCode, lex};

/// What stands between two separators.
#[derive(Debug, Default)]
pub(super) struct Element<'a> {
    /// All of it but comments.
    words: Option<Range<usize>>,
    /// The only word, if there is one.
    single: Option<Run>,
    bare: Option<Found<'a>>,
    angle: Option<Found<'a>>,
    /// What stands behind the address.
    extra: Option<Range<usize>>,
}

/// Where an address stands, and what it is if it is one.
#[derive(Debug)]
struct Found<'a> {
    range: Range<usize>,
    /// The words before it.
    name: Option<Range<usize>>,
    address: Option<AddrSpec<'a>>,
    /// Whether something in brackets is no address.
    odd: bool,
}

/// Whether a mailbox may be the first half of a name with a comma.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Words without an address.
    Name,
    Other,
}

impl<'a> Element<'a> {
    /// Reads up to a separator, which is not read: a comma, a semicolon, the colon behind the name
    /// of a group, or the end.
    pub(super) fn read(scan: &mut Scan<'a, '_, '_>) -> Self {
        let mut element = Self::default();
        loop {
            scan.skip_cfws();
            let at = scan.at;
            match scan.peek() {
                None | Some(b',' | b';') => break,
                Some(b':') if element.bare.is_none() && element.angle.is_none() => break,
                Some(b'<') => element.angle(scan),
                Some(b'>') => {
                    scan.report(DefectCode::UnbalancedAngle, at);
                    scan.at += 1;
                }
                Some(_) => {
                    if let Some(run) = scan.run(true) {
                        element.run(run, scan);
                    } else {
                        element.stray(scan);
                    }
                }
            }
        }
        element
    }

    /// Words that full stops connect: a local part if an at sign and a domain follow.
    fn run(&mut self, run: Run, scan: &mut Scan<'a, '_, '_>) {
        let sign = scan.at;
        if scan.peek() == Some(b'@') && !run.encoded && self.bare.is_none() && self.angle.is_none()
        {
            scan.at += 1;
            let comments = scan.comments.len();
            if let Some(domain) = scan.domain() {
                let mut range = run.range.start..domain.range.end;
                if scan.peek() == Some(b'@') {
                    scan.report(DefectCode::MultipleAtSigns, scan.at);
                    while scan.peek() == Some(b'@') {
                        scan.at += 1;
                        range.end = scan.at;
                        if let Some(more) = scan.domain() {
                            range.end = more.range.end;
                        }
                    }
                    self.words(range);
                    self.single = None;
                    return;
                }
                let address = Some(scan.addr_spec(&run, Some(&domain)));
                let name = self.words.clone();
                self.words(range.clone());
                self.bare = Some(Found { range, name, address, odd: false });
                return;
            }
            scan.comments.truncate(comments);
            scan.at = sign;
        }
        self.words(run.range.clone());
        if self.words == Some(run.range.clone()) {
            self.single = Some(run);
        }
    }

    /// A character that has no business here.
    fn stray(&mut self, scan: &mut Scan<'a, '_, '_>) {
        let at = scan.at;
        let quotes = scan.peek() == Some(b'\\') && at + 1 < scan.value.len();
        let code = match scan.peek() {
            Some(b'"') => DefectCode::UnbalancedQuote,
            Some(b'@') => DefectCode::InvalidAddress,
            _ => DefectCode::UnquotedSpecials,
        };
        if self.bare.is_none() && self.angle.is_none() {
            scan.report(code, at);
        }
        scan.at += 1 + usize::from(quotes);
        self.words(at..scan.at);
    }

    /// Keeps words, of the name or behind an address.
    fn words(&mut self, range: Range<usize>) {
        if self.bare.is_some() || self.angle.is_some() {
            extend(&mut self.extra, &range);
        } else {
            self.single = None;
        }
        extend(&mut self.words, &range);
    }

    /// What begins with an angle bracket.
    fn angle(&mut self, scan: &mut Scan<'a, '_, '_>) {
        let found = Found { name: self.words.clone(), ..read_angle(scan) };
        let range = found.range.clone();
        let is_whole = |found: &Option<Found<'_>>| found.as_ref().is_some_and(Found::is_whole);
        if is_whole(&self.angle) || (self.bare.is_some() && !found.is_whole()) {
            scan.report(DefectCode::MultipleAngles, range.start);
            self.words(range);
            return;
        }
        if let Some(bare) = self.bare.take() {
            scan.report(DefectCode::UnquotedSpecials, bare.range.start);
        }
        if let Some(earlier) = self.angle.replace(found) {
            scan.report(DefectCode::MultipleAngles, earlier.range.start);
        }
        self.extra = None;
        self.single = None;
        extend(&mut self.words, &range);
    }

    /// Whether nothing but blanks and comments is there.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_none()
    }

    /// All words, if they are nothing but words.
    pub(super) fn name(&self) -> Option<Range<usize>> {
        self.words.clone().filter(|_| self.bare.is_none() && self.angle.is_none())
    }

    /// Whether it is a name and an address in angle brackets.
    pub(super) fn is_named_angle(&self) -> bool {
        self.angle.as_ref().is_some_and(|angle| angle.name.is_some() && angle.is_whole())
    }

    /// What it means. A name that began in an element before, by a comma, begins at `name_from`.
    pub(super) fn mailbox(
        self,
        scan: &mut Scan<'a, '_, '_>,
        name_from: Option<usize>,
    ) -> (Mailbox<'a>, Shape) {
        let mut mailbox =
            Mailbox { comments: core::mem::take(&mut scan.comments), ..Mailbox::default() };
        let Some(words) = self.words else { return (mailbox, Shape::Other) };
        let start = name_from.unwrap_or(words.start);
        mailbox.span = start..words.end;
        let Some(found) = self.angle.or(self.bare) else {
            scan.report(DefectCode::InvalidAddress, words.start);
            let local = self.single.filter(|run| scan.is_local_alone(run));
            let Some(local) = local else {
                mailbox.name = Some(scan.phrase(words.clone()));
                let quoted = scan.value[words.start] == b'"';
                return (mailbox, if quoted { Shape::Other } else { Shape::Name });
            };
            mailbox.address = Some(scan.addr_spec(&local, None));
            let octet = scan.value[local.range.start];
            let named = octet.is_ascii_uppercase() || !octet.is_ascii();
            return (mailbox, if named { Shape::Name } else { Shape::Other });
        };
        let in_angle = scan.value[found.range.start] == b'<';
        if let Some(name) = found.name.clone() {
            let name = start..name.end;
            if !in_angle {
                scan.report(DefectCode::InvalidAddress, start);
            }
            let text = scan.phrase(name);
            scan.check_name(&text, found.address.as_ref(), start);
            mailbox.name = Some(text);
        }
        if !found.is_whole() {
            let empty = found.address.is_none() && !found.odd;
            let code = if empty { DefectCode::EmptyAddress } else { DefectCode::InvalidAddress };
            scan.report(code, found.range.start);
        }
        let odd = found.odd.then(|| found.range.clone());
        if let Some(extra) = &self.extra {
            let code =
                if in_angle { DefectCode::TextAfterAngle } else { DefectCode::TextAfterAddress };
            scan.report(code, extra.start);
        }
        mailbox.rest = match (odd, self.extra) {
            (None, None) => None,
            (Some(range), None) | (None, Some(range)) => Some(scan.plain(range)),
            (Some(odd), Some(extra)) => Some(scan.plain(odd.start..extra.end)),
        };
        mailbox.address = found.address;
        (mailbox, Shape::Other)
    }
}

impl Found<'_> {
    /// Whether this is an address with a domain.
    fn is_whole(&self) -> bool {
        self.address.as_ref().is_some_and(|address| address.domain().is_some())
    }
}

/// Reads what begins with an angle bracket, up to and with its twin.
///
/// One that has no twin ends where the next address may begin (RFC 7103 §7.1.3, §7.1.5).
fn read_angle<'a>(scan: &mut Scan<'a, '_, '_>) -> Found<'a> {
    let start = scan.at;
    let mut open = 0usize;
    while scan.peek() == Some(b'<') {
        open += 1;
        scan.at += 1;
        scan.skip_cfws();
    }
    if open > 1 {
        scan.report(DefectCode::UnbalancedAngle, start);
    }
    let content = scan.at;
    let address = if skip_route(scan) { angle_spec(scan) } else { None };
    let empty = scan.at == content && scan.peek() == Some(b'>');
    let ends = scan.peek().is_none_or(|octet| matches!(octet, b'>' | b',' | b';' | b'<'));
    let sound = ends && (address.is_some() || scan.peek() == Some(b'>'));
    let odd = !empty && (!sound || address.is_none());
    if !sound {
        skip_content(scan);
    }
    let mut end = scan.at;
    let mut closed = 0;
    while closed < open && scan.peek() == Some(b'>') {
        scan.at += 1;
        closed += 1;
        end = scan.at;
        if closed < open {
            scan.skip_cfws();
        }
    }
    if closed == 0 || (open == 1 && closed != open) {
        scan.report(DefectCode::UnbalancedAngle, start);
    }
    let range = start..start + lex::trim(&scan.value[start..end]).len();
    Found { range, name: None, address: address.filter(|_| sound), odd }
}

/// Reads `local-part@domain`, or a local part alone.
fn angle_spec<'a>(scan: &mut Scan<'a, '_, '_>) -> Option<AddrSpec<'a>> {
    let local = scan.run(true).filter(|run| !run.encoded)?;
    if scan.peek() != Some(b'@') {
        let end = scan.peek().is_none_or(|octet| matches!(octet, b'>' | b',' | b';' | b'<'));
        return (end && scan.is_local_alone(&local)).then(|| scan.addr_spec(&local, None));
    }
    scan.at += 1;
    let domain = scan.domain()?;
    if scan.peek() == Some(b'@') {
        scan.report(DefectCode::MultipleAtSigns, scan.at);
        return None;
    }
    Some(scan.addr_spec(&local, Some(&domain)))
}

/// Goes behind a route, `@a,@b:`, if one stands here (RFC 5322 §4.4). Says no if what begins as one
/// is none.
fn skip_route(scan: &mut Scan<'_, '_, '_>) -> bool {
    let start = scan.at;
    let mut domains = 0usize;
    loop {
        match scan.peek() {
            Some(b',') => scan.at += 1,
            Some(b'@') => {
                scan.at += 1;
                domains += 1;
                if scan.domain().is_none() {
                    return false;
                }
            }
            Some(b':') if domains > 0 => {
                scan.report(DefectCode::ObsRoute, start);
                scan.at += 1;
                scan.skip_cfws();
                return true;
            }
            _ => return scan.at == start,
        }
        scan.skip_cfws();
    }
}

/// Goes to where something in angle brackets ends that is no address: its bracket, or else where the
/// next address may begin. A semicolon is such a place only if the bracket does not follow.
fn skip_content(scan: &mut Scan<'_, '_, '_>) {
    let marks = scan.value[scan.at..].iter().find(|octet| matches!(octet, b'>' | b'<' | b','));
    let closes = marks == Some(&b'>');
    loop {
        scan.skip_cfws();
        match scan.peek() {
            None | Some(b'>' | b',' | b'<') => return,
            Some(b';') if !closes => return,
            Some(b'"') => {
                if scan.run(true).is_none() {
                    scan.report(DefectCode::UnbalancedQuote, scan.at);
                    scan.at += 1;
                }
            }
            Some(_) => scan.at += 1,
        }
    }
}

/// Makes a range reach over another one that is behind it.
fn extend(range: &mut Option<Range<usize>>, by: &Range<usize>) {
    *range = Some(range.as_ref().map_or(by.start, |range| range.start)..by.end);
}
