//! Values made from any octets are printed as one frame, which is read as the same value.
#![no_main]
use bytes::Bytes;
use fuzz::imap::{Message, injects_nothing, round_trip};
use libfuzzer_sys::fuzz_target;
use mailwire_imap::{
    Acl, Command, Condition, Data, List, LiteralSupport, Mailbox, Messages, Metadata, Quota,
    Response, ResponseCode, Section, SectionText, SequenceSet, Side, Status, Tag,
    command::{AppendData, AppendMessage, FetchAttribute, SearchCommand},
    search::{HeaderField, SearchExpression, SearchKey},
};

fuzz_target!(|input: &[u8]| {
    type Setup = (u8, u8, bool);
    let ((kind, literals, utf8), rest): (Setup, _) = fuzz::setup(input);
    let values = Values(fuzz::parts(rest));
    let literals = [LiteralSupport::Synchronizing, LiteralSupport::Minus, LiteralSupport::Plus]
        [usize::from(literals % 3)];
    if let Some(command) = command(kind, &values) {
        let tag = Tag::new("a1").expect("a tag");
        let message = Message::Command(fuzz::imap::tagged(tag, command));
        round_trip(Side::Commands, &message, literals, utf8, false);
    }
    if let Some(data) = data(kind, &values) {
        let message = Message::Response(Response::Data(data));
        round_trip(Side::Responses, &message, literals, utf8, false);
    }
    for response in texts(&values) {
        injects_nothing(Side::Responses, &Message::Response(response), literals, utf8);
    }
});

/// The parts of the input, over and over.
struct Values<'i>(Vec<&'i [u8]>);

impl Values<'_> {
    fn octets<O: for<'o> From<&'o [u8]>>(&self, number: usize) -> O {
        self.0[number % self.0.len()].into()
    }

    fn bytes(&self, number: usize) -> Bytes {
        Bytes::copy_from_slice(self.0[number % self.0.len()])
    }

    fn mailbox(&self, number: usize) -> Mailbox {
        let name = String::from_utf8_lossy(self.0[number % self.0.len()]).into_owned();
        Mailbox::new(name).unwrap_or(Mailbox::INBOX)
    }

    fn all<O: for<'o> From<&'o [u8]>>(&self) -> Vec<O> {
        self.0.iter().map(|octets| (*octets).into()).collect()
    }

    fn pairs<O: for<'o> From<&'o [u8]>>(&self) -> Vec<(O, Option<O>)> {
        let pairs = self.0.chunks(2);
        pairs.map(|pair| (pair[0].into(), pair.get(1).map(|value| (*value).into()))).collect()
    }
}

fn command(kind: u8, values: &Values<'_>) -> Option<Command> {
    Some(match kind {
        0 => Command::Login { user: values.octets(0), password: values.octets(1) },
        1 => Command::Id(Some(values.pairs())),
        2 => Command::Rename { from: values.mailbox(0), to: values.mailbox(1) },
        3 => Command::GetQuota(values.octets(0)),
        4 => Command::SetAcl {
            mailbox: values.mailbox(0),
            identifier: values.octets(1),
            rights: values.octets(2),
        },
        5 => Command::SetMetadata { mailbox: values.mailbox(0), entries: values.pairs() },
        6 => Command::CancelUpdate(values.all()),
        7 => Command::UrlFetch(values.all()),
        8 => Command::Search(SearchCommand::new(search(values), false)),
        9 => Command::Language(values.all()),
        10 => Command::Comparator(values.all()),
        11 => Command::Append {
            mailbox: values.mailbox(0),
            messages: (0..values.0.len())
                .map(|number| AppendMessage::new(AppendData::Octets(values.bytes(number))))
                .collect(),
        },
        12 => Command::Fetch {
            messages: Messages::Set(SequenceSet::from_numbers([1, 2, 3, 7]).ok()?),
            attributes: vec![FetchAttribute::Section {
                section: Section::new(Vec::new(), SectionText::HeaderFields(values.all())).ok()?,
                partial: None,
                peek: true,
            }],
            modifiers: Vec::new(),
            uid: true,
        },
        13 => Command::DeleteAcl { mailbox: values.mailbox(0), identifier: values.octets(1) },
        _ => return None,
    })
}

fn search(values: &Values<'_>) -> SearchExpression {
    let text = |number| values.octets(number);
    SearchExpression::and([
        SearchExpression::or(
            SearchKey::Field(HeaderField::Subject, text(0)).into(),
            SearchExpression::not(SearchKey::Header(text(1), text(2)).into()),
        ),
        SearchKey::Body(text(3)).into(),
        SearchExpression::fuzzy(SearchKey::Text(text(4)).into()),
        SearchKey::GmailRaw(text(5)).into(),
    ])
}

fn data(kind: u8, values: &Values<'_>) -> Option<Data> {
    Some(match kind {
        0 => Data::Id(Some(values.pairs())),
        1 => Data::QuotaRoot { mailbox: values.mailbox(0), roots: values.all() },
        2 => Data::Quota(Quota::new(values.octets::<Vec<u8>>(0), Vec::new())),
        3 => Data::Acl(Acl::new(values.mailbox(0), vec![(values.octets(1), values.octets(2))])),
        4 => Data::ListRights {
            mailbox: values.mailbox(0),
            identifier: values.octets(1),
            required: values.octets(2),
            optional: values.all(),
        },
        5 => Data::MyRights { mailbox: values.mailbox(0), rights: values.octets(1) },
        6 => Data::Metadata(Metadata::new(values.mailbox(0), values.pairs())),
        7 => Data::Language(values.all()),
        8 => Data::Comparator { active: values.octets(0), matching: values.all() },
        9 => Data::GenUrlAuth(values.all()),
        10 => Data::UrlFetch(values.pairs()),
        11 => Data::JmapAccess(values.octets(0)),
        12 => Data::List(List::new(values.mailbox(0), Some('/'))),
        _ => return None,
    })
}

/// What stands between brackets or up to the line end: what cannot stand there is left out.
fn texts(values: &Values<'_>) -> impl Iterator<Item = Response> {
    let text = String::from_utf8_lossy(values.0[0]).into_owned();
    let status = Status::new(None, Condition::No, &text);
    let codes = [
        ResponseCode::BadUrl(values.octets(0)),
        ResponseCode::Referral(values.octets(0)),
        ResponseCode::UndefinedFilter(values.octets(0)),
        ResponseCode::MailboxId(values.octets(0)),
        ResponseCode::NoUpdate(values.octets(0)),
        ResponseCode::BadCharset(values.all()),
    ];
    let with_code = codes.map({
        let status = status.clone();
        move |code| Response::Status(status.clone().with_code(code))
    });
    with_code.into_iter().chain([Response::Status(status)])
}
