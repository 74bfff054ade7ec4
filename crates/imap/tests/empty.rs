//! Lists that the grammar does not allow to be empty, and are.

use mailwire_imap::{
    AString, Atom, Command, Data, ESearch, ESearchItem, Encoder, Error, List, ListItem, Mailbox,
    Peer, Response, SequenceSet,
    client::{Client, Config},
    command::{
        AppendData, AppendMessage, CatenatePart, FetchAttribute, ListCommand, ListPatterns,
        ListReturn, MultiSearch, Notify, NotifyEvents, NotifyGroup, NotifyMailboxes, SearchCommand,
        SearchSource, SortCommand, SortKey, StatusAttribute,
    },
    fetch::{Fetch, FetchItem},
    search::SearchKey,
};
use std::num::NonZeroU32;

/// What the grammar has no empty form of is not sent.
#[test]
fn empty_lists_are_not_sent() {
    let print = |data: Data| {
        let mut out = Encoder::new(Peer::CLIENT);
        Response::Data(data).encode(&mut out);
        String::from_utf8(out.finish().wire.into()).unwrap()
    };
    let list = List::new(Mailbox::INBOX, None).with_extended(ListItem::ChildInfo(Vec::new()));
    assert_eq!(print(Data::List(list)), "* LIST () NIL INBOX\r\n");
    let mut found = ESearch::new(None, true);
    found.items =
        vec![ESearchItem::AddTo(vec![]), ESearchItem::Count(1), ESearchItem::RemoveFrom(vec![])];
    assert_eq!(print(Data::ESearch(found)), "* ESEARCH UID COUNT 1\r\n");
    let items = [FetchItem::Annotation(Vec::new()), FetchItem::Uid(5)];
    let fetch = Fetch::new(NonZeroU32::MIN, &items);
    assert_eq!(print(Data::Fetch(fetch)), "* 1 FETCH (UID 5)\r\n");
}

/// Commands that the grammar does not have are misuse, each for one list that is empty.
#[test]
fn clients_send_complete_commands_only() {
    let source = |mailboxes| {
        let search = SearchCommand::new(SearchKey::All, true);
        Command::MultiSearch(MultiSearch::new(Some(SearchSource::new(mailboxes)), search))
    };
    let notify = |mailboxes, events| {
        let groups = vec![NotifyGroup::new(mailboxes, events)];
        Command::Notify(Notify::Set { status: false, groups })
    };
    let new = |fetch| NotifyEvents::Events(vec![(Atom::new("MessageNew").unwrap(), fetch)]);
    let list = |patterns, returns| {
        let mut list = ListCommand::new(Mailbox::INBOX, AString::default());
        (list.patterns, list.returns) = (patterns, Some(returns));
        Command::List(list)
    };
    let all = || ListPatterns::One(AString::new("*").unwrap());
    let catenate = |parts| AppendMessage::new(AppendData::Catenate(parts));
    let (name, url) = (|| AString::new("/a").unwrap(), || CatenatePart::Url(AString::default()));
    let pairs = [
        (
            Command::fetch(SequenceSet::ALL, vec![FetchAttribute::Uid], true),
            Command::fetch(SequenceSet::ALL, vec![], true),
        ),
        (
            Command::append(Mailbox::INBOX, catenate(vec![url()])),
            Command::append(Mailbox::INBOX, catenate(vec![])),
        ),
        (
            Command::Status { mailbox: Mailbox::INBOX, items: vec![StatusAttribute::Unseen] },
            Command::Status { mailbox: Mailbox::INBOX, items: vec![] },
        ),
        (
            Command::SetMetadata { mailbox: Mailbox::INBOX, entries: vec![(name(), None)] },
            Command::SetMetadata { mailbox: Mailbox::INBOX, entries: vec![] },
        ),
        (
            Command::GetMetadata {
                mailbox: Mailbox::INBOX,
                max_size: None,
                depth: None,
                entries: vec![name()],
            },
            Command::GetMetadata {
                mailbox: Mailbox::INBOX,
                max_size: None,
                depth: None,
                entries: vec![],
            },
        ),
        (list(all(), vec![]), list(ListPatterns::Several(vec![]), vec![])),
        (
            list(all(), vec![ListReturn::Metadata(vec![name()])]),
            list(all(), vec![ListReturn::Metadata(vec![])]),
        ),
        (
            list(all(), vec![ListReturn::Status(vec![StatusAttribute::Unseen])]),
            list(all(), vec![ListReturn::Status(vec![])]),
        ),
        (source(vec![NotifyMailboxes::Personal]), source(vec![])),
        (
            source(vec![NotifyMailboxes::Subtree(vec![Mailbox::INBOX])]),
            source(vec![NotifyMailboxes::Subtree(vec![])]),
        ),
        (
            notify(NotifyMailboxes::Inboxes, new(None)),
            notify(NotifyMailboxes::Inboxes, NotifyEvents::Events(vec![])),
        ),
        (
            notify(NotifyMailboxes::Inboxes, new(Some(vec![FetchAttribute::Uid]))),
            notify(NotifyMailboxes::Inboxes, new(Some(vec![]))),
        ),
        (
            Command::Sort(SortCommand::new(
                vec![(SortKey::Date, false)],
                name(),
                SearchKey::All,
                true,
            )),
            Command::Sort(SortCommand::new(vec![], name(), SearchKey::All, true)),
        ),
    ];
    for (complete, incomplete) in pairs {
        assert!(complete.is_complete(), "{complete:?}");
        assert!(!incomplete.is_complete(), "{incomplete:?}");
        let mut client = Client::new(Config::default());
        assert_eq!(client.send(incomplete), Err(Error::Misuse));
        assert!(client.send(complete).is_ok());
    }
}
