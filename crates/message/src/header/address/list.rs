//! Lists of addresses: separators, groups, and names with a comma.

use alloc::{borrow::Cow, vec::Vec};
use core::mem;

use super::{
    Address, AddressList, Group, Mailbox,
    element::{Element, Shape},
    plain,
    scan::Scan,
};
use crate::{DefectCode, Findings, header::few::Few};

/// Reads a whole field.
pub(super) fn read<'a>(value: &'a [u8], findings: &mut Findings<'_>) -> AddressList<'a> {
    if let Some(mailbox) = plain::read(value) {
        return AddressList { items: Few::One(Address::Mailbox(mailbox)) };
    }
    let mut reader = Reader::new(value, findings);
    while reader.step() {}
    reader.list
}

/// Reads a field of one mailbox.
pub(super) fn read_one<'a>(value: &'a [u8], findings: &mut Findings<'_>) -> Option<Mailbox<'a>> {
    if let Some(mailbox) = plain::read(value) {
        return Some(mailbox);
    }
    let list = read(value, findings);
    let mut mailboxes = list.mailboxes();
    let first = mailboxes.next()?;
    if let Some(second) = mailboxes.next() {
        findings.report(DefectCode::InvalidFieldSyntax, second.span.start);
    }
    let first = if first.address.is_some() {
        first
    } else {
        list.mailboxes().find(|mailbox| mailbox.address.is_some()).unwrap_or(first)
    };
    Some(first.clone())
}

/// A list in the making.
struct Reader<'a, 'f, 's> {
    scan: Scan<'a, 'f, 's>,
    list: AddressList<'a>,
    group: Option<Open<'a>>,
    count: usize,
    /// How many mailboxes at the end of the list, or group, may be the beginning of a name with
    /// commas, and where the first of them begins.
    names: Option<(usize, usize)>,
    /// Up to where nothing plain is looked for, so that no octet is looked at again and again.
    plain_from: usize,
}

/// A group that has not ended.
struct Open<'a> {
    group: Group<'a>,
    at: usize,
    /// Groups within it that have not ended.
    depth: usize,
}

impl<'a, 'f, 's> Reader<'a, 'f, 's> {
    fn new(value: &'a [u8], findings: &'f mut Findings<'s>) -> Self {
        let scan = Scan::new(value, findings);
        Self {
            scan,
            list: AddressList::default(),
            group: None,
            count: 0,
            names: None,
            plain_from: 0,
        }
    }

    /// Reads an element and what ends it; says whether there is more.
    fn step(&mut self) -> bool {
        if let Some(mailbox) = self.plain() {
            self.push(mailbox);
            return !self.is_full();
        }
        let start = self.scan.at;
        let element = Element::read(&mut self.scan);
        let (end, separator) = (self.scan.at, self.scan.peek());
        if separator == Some(b':') {
            self.open_group(&element, start);
            return true;
        }
        self.scan.at += usize::from(separator.is_some());
        if element.is_empty() {
            self.empty(start, end, separator);
        } else {
            self.mailbox(element);
        }
        match separator {
            Some(b',') => {}
            Some(_) if self.group.is_some() => self.close_group(),
            Some(_) => {
                self.scan.report(DefectCode::SemicolonSeparator, end);
                self.names = None;
            }
            None => {
                while let Some(open) = &self.group {
                    self.scan.report(DefectCode::UnterminatedGroup, open.at);
                    self.close_group();
                }
            }
        }
        separator.is_some() && !self.is_full()
    }

    /// Reads an element without anything odd and the comma behind it.
    fn plain(&mut self) -> Option<Mailbox<'a>> {
        let (value, start) = (self.scan.value, self.scan.at);
        if self.names.is_some() {
            return None;
        }
        if start < self.plain_from {
            return None;
        }
        let Some(comma) = memchr::memchr(b',', value.get(start..)?) else {
            self.plain_from = value.len() + 1;
            return None;
        };
        let comma = start + comma;
        let Some(mut mailbox) = plain::read(&value[start..comma]) else {
            self.plain_from = comma + 1;
            return None;
        };
        mailbox.span.start += start;
        mailbox.span.end += start;
        self.scan.at = comma + 1;
        Some(mailbox)
    }

    /// Nothing but blanks, and comments perhaps, between two separators.
    fn empty(&mut self, start: usize, end: usize, separator: Option<u8>) {
        self.names = None;
        let ends_group = separator != Some(b',') && self.group.is_some();
        let after_comma = start > 0 && self.scan.value[start - 1] == b',';
        if !self.scan.comments.is_empty() {
            if ends_group {
                self.keep_comments();
                return;
            }
            let comments = mem::take(&mut self.scan.comments);
            self.push(Mailbox { comments, span: start..end, ..Mailbox::default() });
        }
        let behind_group = separator.is_none() || start > 0 && self.scan.value[start - 1] == b';';
        if after_comma || !(ends_group || behind_group) {
            self.scan.report(DefectCode::EmptyAddress, start);
        }
    }

    fn mailbox(&mut self, element: Element<'a>) {
        let range = element.name();
        let is_named_angle = element.is_named_angle();
        let names = self.names.take();
        let (mut from, mut earlier) = (None, Vec::new());
        if let Some((count, start)) = names.filter(|_| is_named_angle) {
            self.scan.report(DefectCode::UnquotedSpecials, start);
            from = Some(start);
            earlier.extend((0..count).filter_map(|_| self.pop()));
        }
        let (mut mailbox, shape) = element.mailbox(&mut self.scan, from);
        if !earlier.is_empty() {
            let comments = earlier.into_iter().rev().flat_map(|mailbox| mailbox.comments);
            mailbox.comments = comments.chain(mailbox.comments).collect();
        }
        if let (Shape::Name, Some(range)) = (shape, range) {
            let (count, start) = names.unwrap_or((0, range.start));
            self.names = Some((count + 1, start));
        }
        self.push(mailbox);
    }

    fn push(&mut self, mailbox: Mailbox<'a>) {
        self.count += 1;
        match &mut self.group {
            Some(open) => open.group.mailboxes.push(mailbox),
            None => self.list.items.push(Address::Mailbox(mailbox)),
        }
    }

    /// Takes back the last mailbox.
    fn pop(&mut self) -> Option<Mailbox<'a>> {
        self.count -= 1;
        if let Some(open) = &mut self.group {
            return open.group.mailboxes.pop();
        }
        match self.list.items.pop()? {
            Address::Mailbox(mailbox) => Some(mailbox),
            Address::Group(_) => None,
        }
    }

    /// What was read is the name of a group, and its members follow.
    fn open_group(&mut self, element: &Element<'a>, start: usize) {
        let colon = self.scan.at;
        self.scan.at += 1;
        self.names = None;
        let range = element.name().unwrap_or(colon..colon);
        if range.is_empty() {
            self.scan.report(DefectCode::InvalidAddress, colon);
        }
        let at = if range.is_empty() { start } else { range.start };
        if let Some(open) = &mut self.group {
            open.depth += 1;
            let name = self.scan.plain(range);
            open.group.comments.append(&mut self.scan.comments);
            open.group.rest = Some(match open.group.rest.take() {
                None => name,
                Some(rest) => Cow::Owned(rest.into_owned() + ", " + &name),
            });
            self.scan.report(DefectCode::NestedGroup, at);
            return;
        }
        let name = self.scan.phrase(range);
        self.scan.check_name(&name, None, at);
        let comments = mem::take(&mut self.scan.comments);
        let group = Group { name, comments, ..Group::default() };
        self.group = Some(Open { group, at, depth: 0 });
    }

    /// Ends the innermost group; comments behind its semicolon belong to it.
    fn close_group(&mut self) {
        self.names = None;
        self.scan.skip_cfws();
        self.keep_comments();
        match &mut self.group {
            Some(open) if open.depth > 0 => open.depth -= 1,
            _ => {
                if let Some(open) = self.group.take() {
                    self.count += 1;
                    self.list.items.push(Address::Group(open.group));
                }
            }
        }
        match self.scan.peek() {
            Some(b',') => self.scan.at += 1,
            Some(octet) if octet != b';' && self.group.is_none() => {
                self.scan.report(DefectCode::SemicolonSeparator, self.scan.at);
            }
            _ => {}
        }
    }

    fn keep_comments(&mut self) {
        if let Some(open) = &mut self.group {
            open.group.comments.append(&mut self.scan.comments);
        }
    }

    /// Whether there are more addresses than we read. The rest of the field stays visible as such.
    fn is_full(&mut self) -> bool {
        if self.count < AddressList::LIMIT {
            return false;
        }
        let (start, end) = (self.scan.at, self.scan.value.len());
        self.scan.report(DefectCode::AddressesLimit, start);
        let rest = Some(self.scan.plain(start..end));
        self.push(Mailbox { rest, span: start..end, ..Mailbox::default() });
        while self.group.is_some() {
            self.close_group();
        }
        true
    }
}
