//! Whatever command can be built is sent as one frame and read as what it was.

#[path = "support/law.rs"]
mod law;
#[path = "support/values.rs"]
mod values;

use mailwire_imap::{
    Command, InitialResponse, Messages, Password,
    command::{
        AppendData, AppendMessage, CatenatePart, FetchAttribute, FetchModifier, KnownMessages,
        ListCommand, ListPatterns, ListReturn, ListSelection, LiteralForm, MultiSearch, Notify,
        NotifyEvents, NotifyGroup, NotifyMailboxes, QResync, SearchCommand, SearchReturn,
        SearchSource, SelectParam, SortCommand, SortKey, StatusAttribute, StoreAction,
        StoreModifier, StoreWhat, ThreadCommand, UrlFetch, UrlParam,
    },
    search::{HeaderField, SearchExpression, SearchKey},
};
use proptest::{collection::vec, option::of, prelude::*, sample::select};
use values::*;

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn commands_of_the_session((tag, command) in (tag(), session())) {
        law::command(&tag, &command);
    }

    #[test]
    fn commands_on_mailboxes((tag, command) in (tag(), on_mailboxes())) {
        law::command(&tag, &command);
    }

    #[test]
    fn commands_on_messages((tag, command) in (tag(), on_messages())) {
        law::command(&tag, &command);
    }

    #[test]
    fn searches((tag, command) in (tag(), search())) {
        law::command(&tag, &command);
    }

    #[test]
    fn commands_of_extensions((tag, command) in (tag(), extensions())) {
        law::command(&tag, &command);
    }
}

fn session() -> BoxedStrategy<Command> {
    let pairs = vec((astring(), of(astring())), 0..4);
    prop_oneof![
        select(vec![
            Command::Capability,
            Command::Noop,
            Command::Logout,
            Command::StartTls,
            Command::Namespace,
            Command::Idle,
            Command::Check,
            Command::Close,
            Command::Unselect,
            Command::Expunge(None),
            Command::Unauthenticate,
            Command::GetJmapAccess,
            Command::Notify(Notify::None),
            Command::ResetKey(None),
        ]),
        pairs.prop_map(Command::Id),
        (astring(), astring()).prop_map(|(user, password)| Command::Login {
            user,
            password: Password::new(&*password).unwrap(),
        }),
        (atom(), of(octets())).prop_map(|(mechanism, initial)| Command::Authenticate {
            mechanism,
            initial: initial.map(|octets| InitialResponse::encode(&octets)),
        }),
        some(atom()).prop_map(Command::Enable),
        atom().prop_map(Command::Compress),
        vec(astring(), 0..4).prop_map(Command::Language),
        vec(astring(), 0..4).prop_map(Command::Comparator),
        (new_name(), any::<bool>(), raws()).prop_map(|(name, uid, arguments)| Command::Other {
            name,
            uid,
            arguments
        }),
    ]
    .boxed()
}

fn on_mailboxes() -> BoxedStrategy<Command> {
    let limits = || vec((atom(), any::<u64>()), 0..3);
    prop_oneof![
        (mailbox(), vec(select_param(), 0..3))
            .prop_map(|(mailbox, params)| Command::Select { mailbox, params }),
        (mailbox(), vec(select_param(), 0..3))
            .prop_map(|(mailbox, params)| Command::Examine { mailbox, params }),
        (mailbox(), vec(attribute(), 0..3))
            .prop_map(|(mailbox, special_use)| Command::Create { mailbox, special_use }),
        mailbox().prop_map(Command::Delete),
        (mailbox(), mailbox()).prop_map(|(from, to)| Command::Rename { from, to }),
        mailbox().prop_map(Command::Subscribe),
        mailbox().prop_map(Command::Unsubscribe),
        list().prop_map(Command::List),
        (mailbox(), astring())
            .prop_map(|(reference, pattern)| Command::Lsub { reference, pattern }),
        (mailbox(), astring())
            .prop_map(|(reference, pattern)| Command::XList { reference, pattern }),
        (mailbox(), vec(status_attribute(), 0..4))
            .prop_map(|(mailbox, items)| Command::Status { mailbox, items }),
        (mailbox(), some(append())).prop_map(|(mailbox, mut messages)| {
            let mut before = false;
            for message in &mut messages[..] {
                // Behind what an extension has, a message begins with its flags.
                if before && message.date.is_none() {
                    message.flags.get_or_insert_default();
                }
                before = matches!(message.data, AppendData::Other(_));
            }
            Command::Append { mailbox, messages }
        }),
        astring().prop_map(Command::GetQuota),
        mailbox().prop_map(Command::GetQuotaRoot),
        (astring(), limits()).prop_map(|(root, limits)| Command::SetQuota { root, limits }),
        mailbox().prop_map(Command::GetAcl),
        mailbox().prop_map(Command::MyRights),
        (mailbox(), astring(), astring()).prop_map(|(mailbox, identifier, rights)| {
            Command::SetAcl { mailbox, identifier, rights }
        }),
        (mailbox(), astring())
            .prop_map(|(mailbox, identifier)| Command::DeleteAcl { mailbox, identifier }),
        (mailbox(), astring())
            .prop_map(|(mailbox, identifier)| Command::ListRights { mailbox, identifier }),
        (mailbox(), of(any::<u64>()), of(atom()), vec(astring(), 0..4)).prop_map(
            |(mailbox, max_size, depth, entries)| Command::GetMetadata {
                mailbox,
                max_size,
                depth,
                entries,
            }
        ),
        (mailbox(), vec((astring(), of(any_octets())), 0..4))
            .prop_map(|(mailbox, entries)| Command::SetMetadata { mailbox, entries }),
    ]
    .boxed()
}

fn on_messages() -> BoxedStrategy<Command> {
    let attributes = || vec(fetch_attribute(), 0..4);
    let modifiers = vec(fetch_modifier(), 0..3);
    prop_oneof![
        of(messages()).prop_map(Command::Expunge),
        (messages(), attributes(), modifiers, any::<bool>()).prop_map(
            |(messages, attributes, modifiers, uid)| Command::Fetch {
                messages,
                attributes,
                modifiers,
                uid,
            }
        ),
        store(),
        (messages(), mailbox(), any::<bool>()).prop_map(|(messages, mailbox, uid)| Command::Copy {
            messages,
            mailbox,
            uid
        }),
        (messages(), mailbox(), any::<bool>()).prop_map(|(messages, mailbox, uid)| Command::Move {
            messages,
            mailbox,
            uid
        }),
        (nz(), mailbox(), append(), any::<bool>()).prop_map(|(number, mailbox, message, uid)| {
            Command::Replace { number: number.into(), mailbox, message, uid }
        }),
    ]
    .boxed()
}

fn store() -> BoxedStrategy<Command> {
    let what = prop_oneof![
        flags().prop_map(StoreWhat::Flags),
        vec(astring(), 0..4).prop_map(StoreWhat::GmailLabels),
        (new_name(), raw()).prop_map(|(name, value)| StoreWhat::Other { name, value }),
    ];
    let modifier = prop_oneof![
        any::<u64>().prop_map(StoreModifier::UnchangedSince),
        (new_name(), of(tagged_value()))
            .prop_map(|(name, value)| StoreModifier::Other { name, value }),
    ];
    let action = select(vec![StoreAction::Replace, StoreAction::Add, StoreAction::Remove]);
    (messages(), vec(modifier, 0..3), action, any::<bool>(), what, any::<bool>())
        .prop_map(|(messages, modifiers, action, silent, what, uid)| Command::Store {
            messages,
            modifiers,
            action,
            silent,
            what,
            uid,
        })
        .boxed()
}

fn search() -> BoxedStrategy<Command> {
    let command = (of(vec(search_return(), 0..4)), of(astring()), expression(), any::<bool>());
    let command = command.prop_map(|(returns, charset, expression, uid)| {
        let mut search = SearchCommand::new(expression, uid);
        (search.returns, search.charset) = (returns, charset);
        search
    });
    let command = command.boxed();
    let source = (vec(notify_mailboxes(), 0..3), of(raws())).prop_map(|(mailboxes, options)| {
        let mut source = SearchSource::new(mailboxes);
        source.options = options;
        source
    });
    let key = prop_oneof![
        select(vec![
            SortKey::Arrival,
            SortKey::Cc,
            SortKey::Date,
            SortKey::From,
            SortKey::Size,
            SortKey::Subject,
            SortKey::To,
            SortKey::DisplayFrom,
            SortKey::DisplayTo,
            SortKey::Relevancy,
        ]),
        new_name().prop_map(SortKey::Other),
    ];
    let keys = vec((key, any::<bool>()), 0..4);
    prop_oneof![
        4 => command.clone().prop_map(Command::Search),
        1 => (of(source), command)
            .prop_map(|(source, search)| Command::MultiSearch(MultiSearch::new(source, search))),
        1 => (of(vec(search_return(), 0..3)), keys, astring(), expression(), any::<bool>())
            .prop_map(|(returns, keys, charset, expression, uid)| {
                let mut sort = SortCommand::new(keys, charset, expression, uid);
                sort.returns = returns;
                Command::Sort(sort)
            }),
        1 => (atom(), astring(), expression(), any::<bool>()).prop_map(
            |(algorithm, charset, expression, uid)| Command::Thread(ThreadCommand::new(
                algorithm, charset, expression, uid,
            ))
        ),
    ]
    .boxed()
}

fn extensions() -> BoxedStrategy<Command> {
    let url_param = prop_oneof![
        select(vec![UrlParam::Body, UrlParam::Binary, UrlParam::BodyPartStructure]),
        new_name().prop_map(UrlParam::Other),
    ];
    let url = (astring(), vec(url_param, 0..3))
        .prop_map(|(url, params)| params.into_iter().fold(UrlFetch::new(url), UrlFetch::with));
    let event = (atom(), of(vec(fetch_attribute(), 0..3)));
    let events =
        prop_oneof![Just(NotifyEvents::None), vec(event, 0..3).prop_map(NotifyEvents::Events),];
    let group = (notify_mailboxes(), events)
        .prop_map(|(mailboxes, events)| NotifyGroup::new(mailboxes, events));
    prop_oneof![
        some(tag()).prop_map(Command::CancelUpdate),
        (any::<bool>(), vec(group, 0..3))
            .prop_map(|(status, groups)| Command::Notify(Notify::Set { status, groups })),
        some((astring(), atom())).prop_map(Command::GenUrlAuth),
        (mailbox(), vec(atom(), 0..3)).prop_map(|which| Command::ResetKey(Some(which))),
        some(url).prop_map(Command::UrlFetch),
        (nz(), of(set())).prop_map(|(size, range)| Command::UidBatches { size, range }),
    ]
    .boxed()
}

fn select_param() -> BoxedStrategy<SelectParam> {
    let known = (nz(), any::<u64>(), of(set()), of((set(), set())));
    let known = known.prop_map(|(uid_validity, mod_seq, uids, known)| {
        let mut resync = QResync::new(uid_validity, mod_seq);
        resync.known_uids = uids;
        resync.known_messages = known.map(|(numbers, uids)| KnownMessages::new(numbers, uids));
        resync
    });
    prop_oneof![
        Just(SelectParam::CondStore),
        known.prop_map(SelectParam::QResync),
        (new_name(), of(tagged_value()))
            .prop_map(|(name, value)| SelectParam::Other { name, value }),
    ]
    .boxed()
}

fn list() -> BoxedStrategy<ListCommand> {
    let selection = prop_oneof![
        select(vec![
            ListSelection::Subscribed,
            ListSelection::Remote,
            ListSelection::RecursiveMatch,
            ListSelection::SpecialUse,
        ]),
        (new_name(), of(raws())).prop_map(|(name, values)| ListSelection::Other { name, values }),
    ];
    let returned = prop_oneof![
        select(vec![
            ListReturn::Subscribed,
            ListReturn::Children,
            ListReturn::SpecialUse,
            ListReturn::MyRights,
        ]),
        vec(status_attribute(), 0..3).prop_map(ListReturn::Status),
        vec(astring(), 0..3).prop_map(ListReturn::Metadata),
        (new_name(), of(raws())).prop_map(|(name, values)| ListReturn::Other { name, values }),
    ];
    let patterns = prop_oneof![
        astring().prop_map(ListPatterns::One),
        vec(astring(), 0..3).prop_map(ListPatterns::Several),
    ];
    (of(vec(selection, 0..3)), mailbox(), patterns, of(vec(returned, 0..3)))
        .prop_map(|(selection, reference, patterns, returns)| {
            let mut list = ListCommand::new(reference, "*".try_into().unwrap());
            (list.selection, list.patterns, list.returns) = (selection, patterns, returns);
            list
        })
        .boxed()
}

fn status_attribute() -> BoxedStrategy<StatusAttribute> {
    prop_oneof![
        select(vec![
            StatusAttribute::Messages,
            StatusAttribute::Recent,
            StatusAttribute::UidNext,
            StatusAttribute::UidValidity,
            StatusAttribute::Unseen,
            StatusAttribute::Deleted,
            StatusAttribute::Size,
            StatusAttribute::HighestModSeq,
            StatusAttribute::AppendLimit,
            StatusAttribute::MailboxId,
            StatusAttribute::DeletedStorage,
        ]),
        new_name().prop_map(StatusAttribute::Other),
    ]
    .boxed()
}

fn append() -> BoxedStrategy<AppendMessage> {
    let form = || select(vec![LiteralForm::Literal, LiteralForm::Literal8, LiteralForm::Utf8]);
    let streamed = || (1..5000u64, form());
    let part = prop_oneof![
        astring().prop_map(CatenatePart::Url),
        bytes().prop_map(CatenatePart::Text),
        bytes().prop_map(CatenatePart::Utf8),
        streamed().prop_map(|(size, form)| CatenatePart::StreamedText { size, form }),
    ];
    let data = prop_oneof![
        bytes().prop_map(AppendData::Octets),
        bytes().prop_map(AppendData::Utf8),
        streamed().prop_map(|(size, form)| AppendData::Streamed { size, form }),
        vec(part, 0..3).prop_map(AppendData::Catenate),
        (new_name(), tagged_value()).prop_map(|data| AppendData::Other(Box::new(data))),
    ];
    (of(flags()), of(date_time()), vec((new_name(), raw()), 0..2), data)
        .prop_map(|(flags, date, extensions, data)| {
            let mut message = AppendMessage::new(data);
            (message.flags, message.date, message.extensions) = (flags, date, extensions);
            message
        })
        .boxed()
}

fn fetch_attribute() -> BoxedStrategy<FetchAttribute> {
    prop_oneof![
        select(vec![
            FetchAttribute::Uid,
            FetchAttribute::Flags,
            FetchAttribute::InternalDate,
            FetchAttribute::Size,
            FetchAttribute::Envelope,
            FetchAttribute::BodyStructure,
            FetchAttribute::Body,
            FetchAttribute::Rfc822,
            FetchAttribute::Rfc822Header,
            FetchAttribute::Rfc822Text,
            FetchAttribute::ModSeq,
            FetchAttribute::EmailId,
            FetchAttribute::ThreadId,
            FetchAttribute::Preview { lazy: true },
            FetchAttribute::Preview { lazy: false },
            FetchAttribute::SaveDate,
            FetchAttribute::GmailMessageId,
            FetchAttribute::GmailThreadId,
            FetchAttribute::GmailLabels,
        ]),
        (section(), of(partial()), any::<bool>()).prop_map(|(section, partial, peek)| {
            FetchAttribute::Section { section, partial, peek }
        }),
        (part(), of(partial()), any::<bool>())
            .prop_map(|(part, partial, peek)| FetchAttribute::Binary { part, partial, peek }),
        part().prop_map(FetchAttribute::BinarySize),
        (item_name(), of(raws()))
            .prop_map(|(name, arguments)| FetchAttribute::Other { name, arguments }),
    ]
    .boxed()
}

fn fetch_modifier() -> BoxedStrategy<FetchModifier> {
    prop_oneof![
        (1..=u64::MAX).prop_map(|value| FetchModifier::ChangedSince(value.try_into().unwrap())),
        Just(FetchModifier::Vanished),
        partial_range().prop_map(FetchModifier::Partial),
        (new_name(), of(tagged_value()))
            .prop_map(|(name, value)| FetchModifier::Other { name, value }),
    ]
    .boxed()
}

fn notify_mailboxes() -> BoxedStrategy<NotifyMailboxes> {
    prop_oneof![
        select(vec![
            NotifyMailboxes::Selected,
            NotifyMailboxes::SelectedDelayed,
            NotifyMailboxes::Inboxes,
            NotifyMailboxes::Personal,
            NotifyMailboxes::Subscribed,
        ]),
        vec(mailbox(), 0..3).prop_map(NotifyMailboxes::Subtree),
        vec(mailbox(), 0..3).prop_map(NotifyMailboxes::SubtreeOne),
        vec(mailbox(), 0..3).prop_map(NotifyMailboxes::Mailboxes),
    ]
    .boxed()
}

fn search_return() -> BoxedStrategy<SearchReturn> {
    prop_oneof![
        select(vec![
            SearchReturn::Min,
            SearchReturn::Max,
            SearchReturn::All,
            SearchReturn::Count,
            SearchReturn::Save,
            SearchReturn::Update,
            SearchReturn::Context,
            SearchReturn::Relevancy,
        ]),
        partial_range().prop_map(SearchReturn::Partial),
        (new_name(), of(tagged_value()))
            .prop_map(|(name, value)| SearchReturn::Other { name, value }),
    ]
    .boxed()
}

fn expression() -> BoxedStrategy<SearchExpression> {
    search_key()
        .prop_map(SearchExpression::from)
        .prop_recursive(5, 20, 4, |inner| {
            prop_oneof![
                inner.clone().prop_map(SearchExpression::not),
                inner.clone().prop_map(SearchExpression::fuzzy),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| SearchExpression::or(a, b)),
                vec(inner, 0..4).prop_map(SearchExpression::and),
            ]
        })
        .boxed()
}

fn search_key() -> BoxedStrategy<SearchKey> {
    use SearchKey as Key;
    let fields = vec![
        HeaderField::From,
        HeaderField::To,
        HeaderField::Cc,
        HeaderField::Bcc,
        HeaderField::Subject,
    ];
    let plain = select(vec![
        Key::All,
        Key::Answered,
        Key::Unanswered,
        Key::Deleted,
        Key::Undeleted,
        Key::Draft,
        Key::Undraft,
        Key::Flagged,
        Key::Unflagged,
        Key::Seen,
        Key::Unseen,
        Key::Recent,
        Key::New,
        Key::Old,
        Key::SaveDateSupported,
    ]);
    let texts = prop_oneof![
        (select(fields), astring()).prop_map(|(field, text)| Key::Field(field, text)),
        (astring(), astring()).prop_map(|(name, text)| Key::Header(name, text)),
        astring().prop_map(Key::Body),
        astring().prop_map(Key::Text),
        astring().prop_map(Key::GmailRaw),
        astring().prop_map(Key::GmailLabels),
        atom().prop_map(Key::Keyword),
        atom().prop_map(Key::Unkeyword),
        atom().prop_map(Key::Filter),
        object_id().prop_map(Key::EmailId),
        object_id().prop_map(Key::ThreadId),
    ];
    let dates = prop_oneof![
        date().prop_map(Key::Before),
        date().prop_map(Key::On),
        date().prop_map(Key::Since),
        date().prop_map(Key::SentBefore),
        date().prop_map(Key::SentOn),
        date().prop_map(Key::SentSince),
        date().prop_map(Key::SavedBefore),
        date().prop_map(Key::SavedOn),
        date().prop_map(Key::SavedSince),
    ];
    let numbers = prop_oneof![
        messages().prop_map(Key::Messages),
        messages().prop_map(Key::Uid),
        set().prop_map(|set| Key::Messages(Messages::Set(set))),
        any::<u64>().prop_map(Key::Larger),
        any::<u64>().prop_map(Key::Smaller),
        nz().prop_map(Key::Older),
        nz().prop_map(Key::Younger),
        (of((astring(), atom())), any::<u64>())
            .prop_map(|(entry, value)| Key::ModSeq { entry, value }),
        nz().prop_map(Key::UidAfter),
        nz().prop_map(Key::UidBefore),
        any::<u64>().prop_map(Key::GmailMessageId),
        any::<u64>().prop_map(Key::GmailThreadId),
    ];
    let other = (new_name(), raws()).prop_map(|(name, arguments)| Key::Other { name, arguments });
    prop_oneof![plain, texts, dates, numbers, other].boxed()
}
