//! Whatever the checked types take of any octets is printed as one frame, which is read as the same value.
#![no_main]
use bytes::Bytes;
use fuzz::imap::{Message, round_trip};
use libfuzzer_sys::fuzz_target;
use mailwire_imap::{
    AString, Acl, Atom, CodeText, Command, Condition, Continue, Data, ESearch, ESearchItem,
    ItemName, List, ListItem, LiteralSupport, Mailbox, Messages, Metadata, Namespace, Namespaces,
    OneOrMore, Quota, Raw, Response, ResponseCode, ResponseText, Section, SectionText, SequenceSet,
    Side, Status, StatusItem, Tag, TaggedValue, Thread, Threads,
    command::{
        AppendData, AppendMessage, CatenatePart, FetchAttribute, FetchModifier, ListCommand,
        SearchCommand, StoreAction, StoreWhat, UrlFetch,
    },
    fetch::{Annotation, Fetch, FetchData, FetchItem},
    search::{HeaderField, SearchExpression, SearchKey},
};
use std::num::NonZeroU32;

fuzz_target!(|input: &[u8]| {
    type Setup = (u8, u8, bool);
    let ((kind, literals, utf8), rest): (Setup, _) = fuzz::setup(input);
    let values = Values(fuzz::parts(rest));
    let literals = [LiteralSupport::Synchronizing, LiteralSupport::Minus, LiteralSupport::Plus]
        [usize::from(literals % 3)];
    if let Some(command) = command(kind, &values) {
        let tag = values.tag(0).unwrap_or_else(|| Tag::new("a1").expect("a tag"));
        let message = Message::Command(fuzz::imap::tagged(tag, command));
        round_trip(Side::Commands, &message, literals, utf8);
    }
    for response in data(kind, &values).into_iter().map(Response::Data).chain(texts(&values, utf8))
    {
        round_trip(Side::Responses, &Message::Response(response), literals, utf8);
    }
});

/// The parts of the input, over and over.
struct Values<'i>(Vec<&'i [u8]>);

impl Values<'_> {
    fn octets(&self, number: usize) -> &[u8] {
        self.0[number % self.0.len()]
    }

    fn bytes(&self, number: usize) -> Bytes {
        Bytes::copy_from_slice(self.octets(number))
    }

    fn string(&self, number: usize) -> AString {
        AString::new(self.octets(number)).unwrap_or_default()
    }

    fn text(&self, number: usize) -> String {
        String::from_utf8_lossy(self.octets(number)).into_owned()
    }

    fn mailbox(&self, number: usize) -> Mailbox {
        Mailbox::from_wire(self.octets(number).into()).unwrap_or(Mailbox::INBOX)
    }

    /// A name, as characters: what came from a wire has a form of its own there.
    fn name(&self, number: usize) -> Mailbox {
        Mailbox::new(self.text(number)).unwrap_or(Mailbox::INBOX)
    }

    fn tag(&self, number: usize) -> Option<Tag> {
        Tag::new(self.text(number)).ok()
    }

    fn atom(&self, number: usize) -> Option<Atom> {
        Atom::new(format!("X-{}", self.text(number))).ok()
    }

    fn raw(&self, number: usize) -> Option<Raw> {
        Raw::new(self.octets(number)).ok()
    }

    fn raws(&self) -> Vec<Raw> {
        (0..self.0.len()).filter_map(|number| self.raw(number)).collect()
    }

    fn tagged(&self, number: usize) -> Option<TaggedValue> {
        TaggedValue::try_from(self.raw(number)?).ok()
    }

    fn item_name(&self, number: usize) -> Option<ItemName> {
        ItemName::new(format!("X-{}", self.text(number))).ok()
    }

    fn all(&self) -> Vec<AString> {
        (0..self.0.len()).map(|number| self.string(number)).collect()
    }

    fn pairs(&self) -> Vec<(AString, Option<AString>)> {
        let pairs = self.0.len().div_ceil(2);
        (0..pairs)
            .map(|pair| (self.string(2 * pair), (pair % 2 == 0).then(|| self.string(2 * pair + 1))))
            .collect()
    }
}

fn command(kind: u8, values: &Values<'_>) -> Option<Command> {
    let one = Messages::Set(SequenceSet::from_numbers([1, 2, 3, 7]).ok()?);
    Some(match kind {
        0 => Command::login(&*values.string(0), values.octets(1)).ok()?,
        1 => Command::Id(values.pairs()),
        2 => Command::Rename { from: values.name(0), to: values.name(1) },
        3 => Command::Other {
            name: values.atom(0)?,
            uid: values.octets(1).is_empty(),
            arguments: values.raws(),
        },
        4 => Command::SetAcl {
            mailbox: values.name(0),
            identifier: values.string(1),
            rights: values.string(2),
        },
        5 => Command::SetMetadata {
            mailbox: values.name(0),
            entries: vec![(values.string(1), Some(values.octets(2).into()))],
        },
        6 => Command::List(ListCommand::new(values.name(0), values.string(1))),
        7 => Command::UrlFetch(OneOrMore::from(UrlFetch::new(values.string(0)))),
        8 => Command::Search(SearchCommand::new(search(values)?, false)),
        9 => Command::Language(values.all()),
        10 => Command::Store {
            messages: one,
            modifiers: Vec::new(),
            action: StoreAction::Add,
            silent: false,
            what: StoreWhat::GmailLabels(values.all()),
            uid: true,
        },
        11 => {
            let mut messages: Vec<_> = (0..values.0.len())
                .map(|number| AppendMessage::new(AppendData::Octets(values.bytes(number))))
                .collect();
            messages.push(AppendMessage::new(AppendData::Utf8(values.bytes(0))));
            let parts = vec![
                CatenatePart::Text(values.bytes(0)),
                CatenatePart::Url(values.string(1)),
                CatenatePart::Utf8(values.bytes(2)),
            ];
            let mut last = AppendMessage::new(AppendData::Catenate(parts));
            last.extensions = values.atom(3).into_iter().zip(values.raw(4)).collect();
            messages.push(last);
            Command::Append { mailbox: values.name(0), messages: messages.try_into().ok()? }
        }
        12 => Command::Fetch {
            messages: one,
            attributes: vec![
                FetchAttribute::Section {
                    section: Section::new(Vec::new(), SectionText::HeaderFields(values.all()))
                        .ok()?,
                    partial: None,
                    peek: true,
                },
                FetchAttribute::Other {
                    name: values.item_name(1)?,
                    arguments: Some(values.raws()),
                },
            ],
            modifiers: vec![FetchModifier::Other {
                name: values.atom(2)?,
                value: values.tagged(3),
            }],
            uid: true,
        },
        13 => Command::DeleteAcl { mailbox: values.name(0), identifier: values.string(1) },
        _ => return None,
    })
}

fn search(values: &Values<'_>) -> Option<SearchExpression> {
    let text = |number| values.string(number);
    let other = SearchKey::Other { name: values.atom(6)?, arguments: values.raws() };
    Some(SearchExpression::and([
        SearchExpression::or(
            SearchKey::Field(HeaderField::Subject, text(0)).into(),
            SearchExpression::not(SearchKey::Header(text(1), text(2)).into()),
        ),
        SearchExpression::fuzzy(other.clone().into()),
        SearchKey::Body(text(3)).into(),
        other.clone().into(),
        SearchExpression::fuzzy(SearchKey::Text(text(4)).into()),
        SearchKey::GmailRaw(text(5)).into(),
        other.into(),
    ]))
}

fn data(kind: u8, values: &Values<'_>) -> Option<Data> {
    Some(match kind {
        0 => Data::Id(values.pairs()),
        1 => Data::QuotaRoot { mailbox: values.name(0), roots: values.all() },
        2 => Data::Quota(Quota::new(values.string(0), Vec::new())),
        3 => Data::Acl(Acl::new(values.name(0), vec![(values.string(1), values.string(2))])),
        4 => Data::ListRights {
            mailbox: values.name(0),
            identifier: values.string(1),
            required: values.string(2),
            optional: values.all(),
        },
        5 => Data::Other { number: Some(7), name: values.atom(0)?, values: values.raws() },
        6 => Data::Metadata(Metadata::new(
            values.name(0),
            vec![(values.string(1), Some(values.octets(2).into()))],
        )),
        7 => {
            let mut namespace = Namespace::new(values.string(0), Some('/'));
            namespace.extension = values.raws();
            let mut namespaces = Namespaces::default();
            namespaces.personal.push(namespace);
            Data::Namespace(namespaces)
        }
        8 => Data::Comparator { active: values.string(0), matching: values.all() },
        9 => {
            let mut found = ESearch::new(values.tag(0), true);
            found.items = vec![ESearchItem::Other { name: values.atom(1)?, value: values.raw(2)? }];
            Data::ESearch(found)
        }
        10 => Data::Fetch(fetch(values)?),
        11 => Data::JmapAccess(values.string(0)),
        12 => Data::List(List::new(values.name(0), Some('/')).with_extended(ListItem::Other {
            name: values.atom(1)?.into(),
            value: values.raw(2)?,
        })),
        13 => Data::Status(mailwire_imap::MailboxStatus::new(
            values.name(0),
            vec![StatusItem::Other { name: values.atom(1)?, value: values.raw(2)? }],
        )),
        14 => Data::Thread(Threads::new(
            values
                .octets(0)
                .iter()
                .map(|octet| Thread::new(u32::from(octet % 8), Some(u32::from(octet / 8))))
                .collect(),
        )),
        _ => return None,
    })
}

fn fetch(values: &Values<'_>) -> Option<Fetch> {
    let items = [
        FetchItem::Other { name: values.item_name(0)?, value: values.raw(1)? },
        FetchItem::GmailLabels(values.all()),
        FetchItem::Preview(Some(values.string(2))),
        FetchItem::Rfc822(FetchData::Octets(values.bytes(3))),
        FetchItem::Annotation(vec![Annotation::new(
            values.string(4),
            vec![(values.string(5), Some(values.octets(6).into()))],
        )]),
        FetchItem::Other { name: values.item_name(7)?, value: values.raw(8)? },
    ];
    Some(Fetch::new(NonZeroU32::MIN, &items))
}

/// What stands between brackets or up to the line end.
fn texts(values: &Values<'_>, utf8: bool) -> impl Iterator<Item = Response> {
    let text = ResponseText::new(values.octets(0))
        .unwrap_or_else(|_| ResponseText::clean(values.octets(0)));
    let status = Status::new(values.tag(1), Condition::No, text.clone());
    let codes = [
        CodeText::new(values.octets(0)).ok().map(ResponseCode::BadUrl),
        CodeText::new(values.octets(1)).ok().map(ResponseCode::Referral),
        values
            .atom(0)
            .map(|name| ResponseCode::Other { name, value: CodeText::new(values.octets(2)).ok() }),
        Some(ResponseCode::BadCharset(values.all())),
        values.tag(0).map(ResponseCode::NoUpdate),
    ];
    let with_code = codes.into_iter().flatten().map({
        let status = status.clone();
        move |code| Response::Status(status.clone().with_code(code))
    });
    let others = [Response::Status(status), Response::Continue(Continue::new(text))];
    // What is no modified UTF-7 is another name where UTF-8 is spoken.
    let odd = if utf8 { values.name(0) } else { values.mailbox(0) };
    with_code.chain(others).chain([Response::Data(Data::List(List::new(odd, None)))])
}
