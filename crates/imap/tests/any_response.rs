//! Whatever response can be built is sent as one frame and read as what it was.

#[path = "support/law.rs"]
mod law;
#[path = "support/structures.rs"]
mod structures;
#[path = "support/values.rs"]
mod values;

use mailwire_imap::{
    Acl, Capabilities, CodeAnnotate, CodeAnnotations, CodeMetadata, Condition, Continue, Data,
    ESearch, ESearchItem, List, ListItem, MailboxStatus, Metadata, Namespace, Namespaces, Numbers,
    Quota, QuotaResource, Response, ResponseCode, SearchResult, Status, StatusItem, Thread,
    Threads, UrlContent, UrlData, UrlMechanism, UrlPart, WordCode,
    fetch::{Annotation, Fetch, FetchData, FetchItem},
};
use proptest::{collection::vec, option::of, prelude::*, sample::select};
use structures::{body_structure, envelope};
use values::*;

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn statuses(status in status()) {
        law::response(&Response::Status(status));
    }

    #[test]
    fn continuations(status in status()) {
        let mut continuation = Continue::new(status.text);
        // Character sets may need literals, and there are none here.
        continuation.code = status.code.filter(|code| !matches!(code, ResponseCode::BadCharset(_)));
        law::response(&Response::Continue(continuation));
    }

    #[test]
    fn data_of_mailboxes(data in of_mailboxes()) {
        law::response(&Response::Data(data));
    }

    #[test]
    fn data_of_messages(data in of_messages()) {
        law::response(&Response::Data(data));
    }

    #[test]
    fn data_of_the_server(data in of_the_server()) {
        law::response(&Response::Data(data));
    }

    #[test]
    fn fetches(fetch in fetch()) {
        law::response(&Response::Data(Data::Fetch(fetch)));
    }

    /// Threads are built of any nodes, and are then what they say.
    #[test]
    fn threads(nodes in vec((0..6u32, of(0..9u32)), 0..20)) {
        let nodes = nodes.into_iter().map(|(depth, number)| Thread::new(depth, number)).collect();
        let threads = Threads::new(nodes);
        prop_assert_eq!(&Threads::new(threads.nodes.clone()), &threads);
        law::response(&Response::Data(Data::Thread(threads)));
    }
}

fn status() -> BoxedStrategy<Status> {
    let condition = select(vec![
        Condition::Ok,
        Condition::No,
        Condition::Bad,
        Condition::Bye,
        Condition::PreAuth,
    ]);
    (of(tag()), condition, of(code()), response_text())
        .prop_map(|(tag, condition, code, text)| {
            let mut status = Status::new(tag, condition, text);
            status.code = code;
            status
        })
        .boxed()
}

fn code() -> BoxedStrategy<ResponseCode> {
    use ResponseCode as Code;
    let numbers = prop_oneof![
        any::<u32>().prop_map(Code::UidNext),
        any::<u32>().prop_map(Code::UidValidity),
        any::<u32>().prop_map(Code::Unseen),
        any::<u64>().prop_map(Code::HighestModSeq),
        any::<u64>().prop_map(Code::AppendLimit),
        set().prop_map(Code::Modified),
        (any::<u32>(), set())
            .prop_map(|(uid_validity, uids)| Code::AppendUid { uid_validity, uids }),
        (any::<u32>(), of((set(), set())))
            .prop_map(|(uid_validity, uids)| Code::CopyUid { uid_validity, uids }),
        (of(tag()), of(any::<u32>()), of(any::<u32>()))
            .prop_map(|(tag, done, total)| Code::InProgress { tag, done, total }),
        (any::<u32>(), of(nz())).prop_map(|(limit, uid)| Code::MessageLimit { limit, uid }),
    ];
    let words = prop_oneof![
        select(vec![
            WordCode::Alert,
            WordCode::AlreadyExists,
            WordCode::AuthenticationFailed,
            WordCode::AuthorizationFailed,
            WordCode::BadComparator,
            WordCode::Cannot,
            WordCode::ClientBug,
            WordCode::Closed,
            WordCode::CompressionActive,
            WordCode::ContactAdmin,
            WordCode::Corruption,
            WordCode::Expired,
            WordCode::ExpungeIssued,
            WordCode::HasChildren,
            WordCode::InUse,
            WordCode::Limit,
            WordCode::NoModSeq,
            WordCode::NonExistent,
            WordCode::NoPerm,
            WordCode::NotificationOverflow,
            WordCode::NotSaved,
            WordCode::OverQuota,
            WordCode::Parse,
            WordCode::PrivacyRequired,
            WordCode::ReadOnly,
            WordCode::ReadWrite,
            WordCode::ServerBug,
            WordCode::TempFail,
            WordCode::TooBig,
            WordCode::TooFew,
            WordCode::TooMany,
            WordCode::TryCreate,
            WordCode::UidNotSticky,
            WordCode::UidRequired,
            WordCode::Unavailable,
            WordCode::UnknownCte,
            WordCode::UseAttr,
        ])
        .prop_map(Code::Word),
        select(vec![
            Code::Metadata(CodeMetadata::TooMany),
            Code::Metadata(CodeMetadata::NoPrivate),
            Code::Metadata(CodeMetadata::MaxSize(1)),
            Code::Metadata(CodeMetadata::LongEntries(u64::MAX)),
            Code::Annotate(CodeAnnotate::TooBig),
            Code::Annotate(CodeAnnotate::TooMany),
            Code::Annotations(CodeAnnotations::None),
            Code::Annotations(CodeAnnotations::ReadOnly { no_private: true }),
            Code::Annotations(CodeAnnotations::ReadOnly { no_private: false }),
        ]),
        (nz(), any::<bool>()).prop_map(|(max_size, no_private)| {
            Code::Annotations(CodeAnnotations::ReadWrite { max_size, no_private })
        }),
    ];
    let mechanism = (atom(), of(atom())).prop_map(|(name, value)| {
        let name = name.replace('=', "_");
        UrlMechanism::new(mailwire_imap::Atom::new(name).unwrap(), value).unwrap()
    });
    let texts = prop_oneof![
        vec(astring(), 0..4).prop_map(Code::BadCharset),
        capabilities().prop_map(Code::Capability),
        flags().prop_map(Code::PermanentFlags),
        object_id().prop_map(Code::MailboxId),
        code_text().prop_map(Code::BadUrl),
        code_text().prop_map(Code::Referral),
        tag().prop_map(Code::NoUpdate),
        atom().prop_map(Code::UndefinedFilter),
        vec(mechanism, 0..3).prop_map(Code::UrlMech),
        vec(atom(), 0..3).prop_map(Code::BadEvent),
        (new_name(), of(code_text())).prop_map(|(name, value)| Code::Other { name, value }),
    ];
    prop_oneof![numbers, words, texts].boxed()
}

fn capabilities() -> BoxedStrategy<Capabilities> {
    vec(atom(), 0..5).prop_map(Capabilities::from_iter).boxed()
}

fn delimiter() -> impl Strategy<Value = Option<char>> {
    of(prop_oneof![Just('/'), Just('.'), Just('"'), Just('\\'), Just(']'), Just('ä'), Just('{')])
}

fn list() -> BoxedStrategy<List> {
    let item = prop_oneof![
        vec(astring(), 1..3).prop_map(ListItem::ChildInfo),
        mailbox().prop_map(ListItem::OldName),
        (new_name(), raw()).prop_map(|(name, value)| ListItem::Other { name: name.into(), value }),
    ];
    (vec(attribute(), 0..4), delimiter(), mailbox(), vec(item, 0..3))
        .prop_map(|(attributes, delimiter, mailbox, extended)| {
            let mut list = List::new(mailbox, delimiter);
            (list.attributes, list.extended) = (attributes, extended);
            list
        })
        .boxed()
}

fn status_item() -> BoxedStrategy<StatusItem> {
    prop_oneof![
        any::<u32>().prop_map(StatusItem::Messages),
        any::<u32>().prop_map(StatusItem::Recent),
        any::<u32>().prop_map(StatusItem::UidNext),
        any::<u32>().prop_map(StatusItem::UidValidity),
        any::<u32>().prop_map(StatusItem::Unseen),
        any::<u32>().prop_map(StatusItem::Deleted),
        any::<u64>().prop_map(StatusItem::Size),
        any::<u64>().prop_map(StatusItem::HighestModSeq),
        of(any::<u64>()).prop_map(StatusItem::AppendLimit),
        object_id().prop_map(StatusItem::MailboxId),
        any::<u64>().prop_map(StatusItem::DeletedStorage),
        (new_name(), raw()).prop_map(|(name, value)| StatusItem::Other { name, value }),
    ]
    .boxed()
}

fn of_mailboxes() -> BoxedStrategy<Data> {
    let namespace = (astring(), delimiter(), raws()).prop_map(|(prefix, delimiter, extension)| {
        let mut namespace = Namespace::new(prefix, delimiter);
        namespace.extension = extension;
        namespace
    });
    let namespaces = vec(vec(namespace, 0..3), 3).prop_map(|mut kinds| {
        let mut namespaces = Namespaces::default();
        namespaces.shared = kinds.pop().unwrap();
        namespaces.other_users = kinds.pop().unwrap();
        namespaces.personal = kinds.pop().unwrap();
        namespaces
    });
    let resource = (atom(), any::<u64>(), any::<u64>())
        .prop_map(|(name, usage, limit)| QuotaResource::new(name, usage, limit));
    prop_oneof![
        list().prop_map(Data::List),
        list().prop_map(Data::Lsub),
        list().prop_map(Data::XList),
        (mailbox(), vec(status_item(), 0..5))
            .prop_map(|(mailbox, items)| Data::Status(MailboxStatus::new(mailbox, items))),
        namespaces.prop_map(Data::Namespace),
        (astring(), vec(resource, 0..3))
            .prop_map(|(root, resources)| Data::Quota(Quota::new(root, resources))),
        (mailbox(), vec(astring(), 0..3))
            .prop_map(|(mailbox, roots)| Data::QuotaRoot { mailbox, roots }),
        (mailbox(), vec((astring(), astring()), 0..3))
            .prop_map(|(mailbox, rights)| Data::Acl(Acl::new(mailbox, rights))),
        (mailbox(), astring(), astring(), vec(astring(), 0..3)).prop_map(
            |(mailbox, identifier, required, optional)| Data::ListRights {
                mailbox,
                identifier,
                required,
                optional,
            }
        ),
        (mailbox(), astring()).prop_map(|(mailbox, rights)| Data::MyRights { mailbox, rights }),
        (mailbox(), vec((astring(), of(any_octets())), 0..3))
            .prop_map(|(mailbox, entries)| Data::Metadata(Metadata::new(mailbox, entries))),
        (mailbox(), vec(astring(), 0..3))
            .prop_map(|(mailbox, entries)| Data::Metadata(Metadata::changed(mailbox, entries))),
    ]
    .boxed()
}

fn of_messages() -> BoxedStrategy<Data> {
    let result = (vec(nz(), 0..9), of(any::<u64>())).prop_map(|(numbers, mod_seq)| {
        let mut result = SearchResult::new(Numbers::new(numbers));
        result.mod_seq = mod_seq;
        result
    });
    let result = result.boxed();
    let changes = || vec((any::<u32>(), set()), 1..3);
    let item = prop_oneof![
        any::<u32>().prop_map(ESearchItem::Min),
        any::<u32>().prop_map(ESearchItem::Max),
        set().prop_map(ESearchItem::All),
        any::<u32>().prop_map(ESearchItem::Count),
        any::<u64>().prop_map(ESearchItem::ModSeq),
        (partial_range(), of(set())).prop_map(|(range, set)| ESearchItem::Partial { range, set }),
        changes().prop_map(ESearchItem::AddTo),
        changes().prop_map(ESearchItem::RemoveFrom),
        vec(any::<u32>(), 0..4).prop_map(ESearchItem::Relevancy),
        (new_name(), raw()).prop_map(|(name, value)| ESearchItem::Other { name, value }),
    ];
    let esearch = (of(tag()), of((mailbox(), any::<u32>())), any::<bool>(), vec(item, 0..4));
    let esearch = esearch.prop_map(|(tag, mailbox, uid, items)| {
        let mut found = ESearch::new(tag, uid);
        (found.mailbox, found.items) = (mailbox, items);
        found
    });
    prop_oneof![
        flags().prop_map(Data::Flags),
        any::<u32>().prop_map(Data::Exists),
        any::<u32>().prop_map(Data::Recent),
        nz().prop_map(Data::Expunge),
        (any::<bool>(), set()).prop_map(|(earlier, uids)| Data::Vanished { earlier, uids }),
        result.clone().prop_map(Data::Search),
        result.prop_map(Data::Sort),
        esearch.prop_map(Data::ESearch),
    ]
    .boxed()
}

fn of_the_server() -> BoxedStrategy<Data> {
    let part = prop_oneof![
        body_structure().prop_map(UrlPart::Structure),
        text().prop_map(UrlPart::Body),
        binary().prop_map(UrlPart::Binary),
        (new_name(), raw()).prop_map(|(name, value)| UrlPart::Other { name, value }),
    ];
    let content =
        prop_oneof![text().prop_map(UrlData::Octets), vec(part, 1..3).prop_map(UrlData::Parts),];
    let url = (astring(), content).prop_map(|(url, data)| UrlContent::new(url, data));
    prop_oneof![
        capabilities().prop_map(Data::Capability),
        capabilities().prop_map(Data::Enabled),
        vec((astring(), of(astring())), 0..4).prop_map(Data::Id),
        vec(astring(), 0..3).prop_map(Data::Language),
        (astring(), vec(astring(), 0..3))
            .prop_map(|(active, matching)| Data::Comparator { active, matching }),
        vec(astring(), 0..3).prop_map(Data::GenUrlAuth),
        vec(url, 0..3).prop_map(Data::UrlFetch),
        astring().prop_map(Data::JmapAccess),
        (tag(), of(set())).prop_map(|(tag, batches)| Data::UidBatches { tag, batches }),
        (code(), response_text()).prop_map(|(code, text)| Data::Code { code, text }),
        (of(any::<u32>()), new_name(), raws()).prop_map(|(number, name, values)| Data::Other {
            number,
            name,
            values
        }),
    ]
    .boxed()
}

/// Where a `literal8` may stand.
fn binary() -> BoxedStrategy<FetchData> {
    prop_oneof![bytes().prop_map(FetchData::Octets), text()].boxed()
}

/// Where none may: what has NUL was encoded before.
fn text() -> BoxedStrategy<FetchData> {
    let without_nul = |octets: bytes::Bytes| octets.iter().map(|octet| *octet.max(&1)).collect();
    prop_oneof![
        Just(FetchData::Nil),
        bytes().prop_map(without_nul).prop_map(FetchData::Octets),
        (1..5000u64).prop_map(FetchData::Streamed),
    ]
    .boxed()
}

fn fetch() -> BoxedStrategy<Fetch> {
    (nz(), any::<bool>(), vec(fetch_item(), 0..5))
        .prop_map(
            |(number, by_uid, items)| {
                if by_uid { Fetch::by_uid(number, &items) } else { Fetch::new(number, &items) }
            },
        )
        .boxed()
}

fn fetch_item() -> BoxedStrategy<FetchItem> {
    let annotation = (astring(), vec((astring(), of(any_octets())), 0..3))
        .prop_map(|(entry, attributes)| Annotation::new(entry, attributes));
    let bodies =
        prop_oneof![
            (section(), of(0..=u64::MAX), text())
                .prop_map(|(section, origin, data)| FetchItem::Section { section, origin, data }),
            (part(), of(0..=u64::MAX), binary())
                .prop_map(|(part, origin, data)| FetchItem::Binary { part, origin, data }),
            text().prop_map(FetchItem::Rfc822),
            text().prop_map(FetchItem::Rfc822Header),
            text().prop_map(FetchItem::Rfc822Text),
        ];
    let structures = prop_oneof![
        envelope().prop_map(FetchItem::Envelope),
        body_structure().prop_map(FetchItem::BodyStructure),
        body_structure().prop_map(FetchItem::Body),
    ];
    let numbers = prop_oneof![
        any::<u32>().prop_map(FetchItem::Uid),
        any::<u64>().prop_map(|size| FetchItem::Size(Some(size))),
        any::<u64>().prop_map(FetchItem::ModSeq),
        (part(), any::<u64>()).prop_map(|(part, size)| FetchItem::BinarySize { part, size }),
        any::<u64>().prop_map(FetchItem::GmailMessageId),
        any::<u64>().prop_map(FetchItem::GmailThreadId),
        of(date_time()).prop_map(FetchItem::InternalDate),
        of(date_time()).prop_map(FetchItem::SaveDate),
    ];
    let texts = prop_oneof![
        flags().prop_map(FetchItem::Flags),
        object_id().prop_map(FetchItem::EmailId),
        of(object_id()).prop_map(FetchItem::ThreadId),
        of(astring()).prop_map(FetchItem::Preview),
        vec(astring(), 0..4).prop_map(FetchItem::GmailLabels),
        vec(annotation, 1..3).prop_map(FetchItem::Annotation),
        (item_name(), raw()).prop_map(|(name, value)| FetchItem::Other { name, value }),
    ];
    prop_oneof![bodies, structures, numbers, texts].boxed()
}
