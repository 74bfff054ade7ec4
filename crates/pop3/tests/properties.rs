//! What is written can be read and is the same, and nothing that is read makes anything panic.
use bytes::{Bytes, BytesMut};
use mailwire_pop3::{
    Argument, Capability, Command, Digest, DropListing, Expiry, InitialResponse, LanguageListing,
    LanguageRange, LanguageTag, MessageNumber, Name, OtherCapability, Password, Quirks, Reply,
    ResponseCode, ScanListing, Status, Timestamp, UniqueId, UniqueIdListing, Word, Words, Xtnd,
};
use proptest::{collection::vec, option, prelude::*};

fn number() -> impl Strategy<Value = MessageNumber> {
    (1..=u32::MAX).prop_map(|number| MessageNumber::new(number).unwrap())
}

fn word() -> impl Strategy<Value = Word> {
    "[!-~]{1,20}".prop_map(|text| Word::new(&text).unwrap())
}

fn name() -> impl Strategy<Value = Name> {
    "[!-~\u{a1}-\u{ff}\u{4e00}-\u{4eff}]{1,50}".prop_map(|text| Name::new(&text).unwrap())
}

fn argument() -> impl Strategy<Value = Argument> {
    "[!-~é]([ -~é]{0,30}[!-~é])?".prop_map(|text| Argument::new(&text).unwrap())
}

fn tag() -> impl Strategy<Value = LanguageTag> {
    "[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,2}".prop_map(|text| LanguageTag::new(&text).unwrap())
}

fn command() -> impl Strategy<Value = Command> {
    let digest = "[a-z]{0,9}".prop_map(|secret: String| {
        Digest::compute(&Timestamp::new("<a@b>").unwrap(), secret.as_bytes())
    });
    let initial = "=|[A-Za-z0-9+/]{4,40}".prop_map(|text| InitialResponse::new(&text).unwrap());
    prop_oneof![
        name().prop_map(Command::User),
        "[^\r\n\0]{1,40}".prop_map(|text| Command::Pass(Password::new(text).unwrap())),
        (name(), digest).prop_map(|(name, digest)| Command::Apop { name, digest }),
        (word(), option::of(initial))
            .prop_map(|(mechanism, initial)| Command::Auth { mechanism, initial }),
        Just(Command::AuthList),
        Just(Command::Stls),
        Just(Command::Capa),
        Just(Command::Stat),
        option::of(number()).prop_map(Command::List),
        option::of(number()).prop_map(Command::Uidl),
        number().prop_map(Command::Retr),
        number().prop_map(Command::Dele),
        (number(), any::<u64>()).prop_map(|(number, lines)| Command::Top { number, lines }),
        Just(Command::Noop),
        Just(Command::Rset),
        Just(Command::Quit),
        Just(Command::Utf8),
        Just(Command::Last),
        name().prop_map(Command::Rpop),
        option::of(prop_oneof![Just(LanguageRange::Any), tag().prop_map(LanguageRange::Tag)])
            .prop_map(Command::Lang),
        option::of(word()).prop_map(|name| Command::Xtnd(Xtnd::Bboards(name))),
        word().prop_map(|name| Command::Xtnd(Xtnd::Archive(name))),
        word().prop_map(|name| Command::Xtnd(Xtnd::XBboards(name))),
        option::of(argument()).prop_map(|argument| {
            Command::Xtnd(Xtnd::other("XMIT", argument.as_ref().map(Argument::as_str)).unwrap())
        }),
        ("[!-~]{5,9}", option::of(argument())).prop_map(|(verb, argument)| {
            Command::unknown(&verb, argument.as_ref().map(Argument::as_str)).unwrap()
        }),
    ]
}

fn reply() -> impl Strategy<Value = Reply> {
    let status = prop_oneof![Just(Status::Ok), Just(Status::Err)];
    let code = "[!-.0-\\\\^-~]{1,9}(/[!-.0-\\\\^-~]{1,9}){0,2}";
    let code = option::of(code.prop_map(|text| ResponseCode::new(&text).unwrap()));
    (status, code, vec(any::<u8>(), 0..60)).prop_filter_map("text", |(status, code, text)| {
        match (code, status) {
            (Some(code), status) => Reply::with_code(status, &code, text).ok(),
            (None, Status::Ok) => Reply::ok(text).ok(),
            (None, Status::Err) => Reply::err(text).ok(),
        }
    })
}

fn capability() -> impl Strategy<Value = Capability> {
    let words = || vec("[!-~]{1,9}", 0..5).prop_map(|words| Words::new(words).unwrap());
    let after = prop_oneof![any::<u32>().prop_map(Expiry::Days), Just(Expiry::Never)];
    prop_oneof![
        Just(Capability::Top),
        Just(Capability::User),
        words().prop_map(Capability::Sasl),
        Just(Capability::RespCodes),
        Just(Capability::AuthRespCode),
        (any::<u32>(), any::<bool>())
            .prop_map(|(seconds, per_user)| Capability::LoginDelay { seconds, per_user }),
        Just(Capability::Pipelining),
        (after, any::<bool>()).prop_map(|(after, per_user)| Capability::Expire { after, per_user }),
        Just(Capability::Uidl),
        words()
            .prop_filter("words", |words| !words.is_empty())
            .prop_map(Capability::Implementation),
        Just(Capability::Stls),
        any::<bool>().prop_map(|user| Capability::Utf8 { user }),
        Just(Capability::Lang),
        ("X[A-Z]{0,9}", vec("[!-~]{1,9}", 0..3)).prop_map(|(tag, params)| {
            Capability::Other(OtherCapability::new(&tag, params).unwrap())
        }),
    ]
}

fn line(encode: impl FnOnce(&mut BytesMut)) -> Bytes {
    let mut wire = BytesMut::new();
    encode(&mut wire);
    wire.freeze()
}

/// One line, and nothing in it that could be taken for another.
fn content(wire: &Bytes) -> Bytes {
    let content = wire.strip_suffix(b"\r\n").expect("a line");
    assert!(!content.iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0)), "{wire:?}");
    wire.slice_ref(content)
}

proptest! {
    #[test]
    fn commands_are_read_as_they_were_written(command in command()) {
        let wire = content(&line(|out| command.encode(out)));
        prop_assert_eq!(Command::parse(wire, Quirks::NONE), Ok((command, Quirks::NONE)));
    }

    #[test]
    fn replies_are_read_as_they_were_written(reply in reply()) {
        prop_assert!(reply.to_wire().len() <= 512);
        let line = content(&reply.to_wire());
        let (again, seen) = Reply::parse(line.clone(), true, Quirks::NONE).unwrap();
        prop_assert_eq!((&again, seen), (&reply, Quirks::NONE));
        prop_assert_eq!(again.code(), reply.code());
        let (plain, _) = Reply::parse(line, false, Quirks::NONE).unwrap();
        prop_assert_eq!((plain.code(), plain.to_wire()), (None, reply.to_wire()));
    }

    #[test]
    fn capabilities_are_read_as_they_were_written(capability in capability()) {
        let line = content(&line(|out| capability.encode(out)));
        prop_assert_eq!(Capability::parse(line), capability);
    }

    #[test]
    fn listings_are_read_as_they_were_written(
        number in number(),
        count in any::<u32>(),
        octets in any::<u64>(),
        id in "[!-~]{1,70}",
        tag in tag(),
        description in "[^\r\n\0]{0,30}",
    ) {
        let drop = DropListing { count, octets };
        prop_assert_eq!(
            DropListing::parse(&line(|out| drop.encode(out)), Quirks::NONE),
            Ok((drop, Quirks::NONE))
        );
        let scan = ScanListing { number, octets };
        prop_assert_eq!(
            ScanListing::parse(&line(|out| scan.encode(out)), Quirks::NONE),
            Ok((scan, Quirks::NONE))
        );
        let id = UniqueIdListing { number, id: UniqueId::new(&id).unwrap() };
        prop_assert_eq!(
            UniqueIdListing::parse(line(|out| id.encode(out)), Quirks::NONE),
            Ok((id.clone(), Quirks::NONE))
        );
        let language = LanguageListing::new(tag, &description).unwrap();
        prop_assert_eq!(
            LanguageListing::parse(line(|out| language.encode(out))),
            Ok(language)
        );
    }

    /// Whatever is read without an error can be written, and is the same when it is read again, this
    /// time without any quirk.
    #[test]
    fn what_is_read_can_be_written(
        octets in prop_oneof![
            vec(any::<u8>(), 0..40),
            "(?i)[ \t]?(user|pass|apop|auth|list|retr|top|uidl|lang|xtnd|quit|foo)[ \t]{0,2}[ -~\u{e9}]{0,40}"
                .prop_map(String::into_bytes),
            "[+-](?i)(ok|err)[ \t,]?(\\[[ -~]{0,9}\\])?[ -~]{0,20}".prop_map(String::into_bytes),
            "[0-9+]{0,12}[ \t]{0,3}[0-9a-z]{0,80} ?[a-z]?".prop_map(String::into_bytes),
        ],
    ) {
        let octets = Bytes::from(octets);
        if let Ok((command, _)) = Command::parse(octets.clone(), Quirks::ALL) {
            let wire = content(&line(|out| command.encode(out)));
            prop_assert_eq!(Command::parse(wire, Quirks::NONE), Ok((command, Quirks::NONE)));
        }
        for codes in [true, false] {
            if let Ok((reply, _)) = Reply::parse(octets.clone(), codes, Quirks::ALL) {
                let (again, seen) =
                    Reply::parse(content(&reply.to_wire()), codes, Quirks::NONE).unwrap();
                prop_assert_eq!((again, seen), (reply, Quirks::NONE));
            }
        }
        if let Ok((drop, _)) = DropListing::parse(&octets, Quirks::ALL) {
            let wire = line(|out| drop.encode(out));
            prop_assert_eq!(DropListing::parse(&wire, Quirks::NONE), Ok((drop, Quirks::NONE)));
        }
        if let Ok((scan, _)) = ScanListing::parse(&octets, Quirks::ALL) {
            let wire = line(|out| scan.encode(out));
            prop_assert_eq!(ScanListing::parse(&wire, Quirks::NONE), Ok((scan, Quirks::NONE)));
        }
        if let Ok((id, seen)) = UniqueIdListing::parse(octets.clone(), Quirks::ALL) {
            let wire = line(|out| id.encode(out));
            let long = Quirks::NONE.with(mailwire_pop3::Quirk::LongUniqueId);
            let again = UniqueIdListing::parse(wire, seen).unwrap();
            prop_assert_eq!(again.0, id);
            prop_assert!(again.1.is_empty() || again.1 == long);
        }
        if let Ok(language) = LanguageListing::parse(octets.clone()) {
            let wire = line(|out| language.encode(out));
            prop_assert_eq!(LanguageListing::parse(wire), Ok(language));
        }
        let capability = Capability::parse(octets.clone());
        let shown = line(|out| capability.encode(out));
        let shown = shown.strip_suffix(b"\r\n").unwrap();
        prop_assert_eq!(Capability::parse(Bytes::copy_from_slice(shown)), capability);
        if let Some(timestamp) = Timestamp::find(&octets) {
            prop_assert_eq!(Timestamp::new(timestamp.as_str()), Ok(timestamp));
        }
    }
}
