//! Laws that hold for every command and for every line.
use bytes::{Bytes, BytesMut};
use mailwire_smtp::{
    Argument, AttributeValue, Attributes, AuthParam, BodyType, ByMode, ClientName, Command,
    DeliverBy, DomainList, EtrnNode, ForwardPath, InitialResponse, MailParam, MailParams, Mailbox,
    Notify, Orcpt, OtherParam, Quirks, RcptParam, RcptParams, Ret, ReversePath, Unitext, Word,
    Xtext,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

fn wire(command: &Command) -> Bytes {
    let mut wire = BytesMut::new();
    command.encode(&mut wire);
    wire.freeze()
}

fn line(wire: &Bytes) -> Bytes {
    wire.slice(..wire.len() - 2)
}

fn domain() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zé0-9]([a-z0-9-]{0,5}[a-z0-9])?(\\.[a-z]{1,5}){0,3}",
        any::<[u8; 4]>().prop_map(|[a, b, c, d]| format!("[{a}.{b}.{c}.{d}]")),
        any::<u128>().prop_map(|ip| format!("[IPv6:{}]", std::net::Ipv6Addr::from(ip))),
        "\\[[a-z]{1,3}y:[!-Z^-~]{1,8}\\]",
    ]
}

fn mailbox() -> impl Strategy<Value = Mailbox> {
    let local = prop_oneof!["[a-z]{1,5}(\\.[a-z+=]{1,5}){0,2}", "[ -~]{0,20}", "\\PC{0,8}"];
    (local, domain()).prop_map(|(local, domain)| Mailbox::new(&local, &domain).unwrap())
}

fn reverse_path() -> impl Strategy<Value = ReversePath> {
    option::of(mailbox()).prop_map(|mailbox| mailbox.map_or(ReversePath::Null, From::from))
}

fn forward_path() -> impl Strategy<Value = ForwardPath> {
    option::of(mailbox()).prop_map(|mailbox| mailbox.map_or(ForwardPath::Postmaster, From::from))
}

/// Any of the parameters, in any order, each at most once.
fn mail_params() -> impl Strategy<Value = MailParams> {
    let numbers = (any::<u64>(), 0..=999_999_999u32, -9..=9i8, 1..=999_999_999i32);
    (numbers, mailbox(), "[ -~]{0,30}", "[!-<>-~é]{1,9}", any::<[bool; 11]>(), any::<u8>())
        .prop_map(|(numbers, mailbox, text, other, there, turn)| {
            let auth = Xtext::encode(mailbox.as_str()).unwrap();
            let params = [
                MailParam::Size(numbers.0),
                MailParam::Body(BodyType::BinaryMime),
                MailParam::SmtpUtf8,
                MailParam::Auth(AuthParam::Mailbox(auth)),
                MailParam::Ret(Ret::Headers),
                MailParam::EnvId(Xtext::encode(&text).unwrap()),
                MailParam::By(DeliverBy { seconds: numbers.3, mode: ByMode::Return, trace: true }),
                MailParam::HoldFor(numbers.1),
                MailParam::MtPriority(numbers.2),
                MailParam::RequireTls,
                MailParam::Other(OtherParam { keyword: "X-OTHER", value: Some(&other) }),
            ];
            // `ENVID=` with nothing behind it cannot be written.
            let keep = |at: usize| there[at] && !(at == 5 && text.is_empty());
            let mut kept: Vec<_> =
                (0..params.len()).filter(|&at| keep(at)).map(|at| params[at].clone()).collect();
            if !kept.is_empty() {
                let by = usize::from(turn) % kept.len();
                kept.rotate_left(by);
            }
            let list = MailParams::try_from_iter(kept.clone()).unwrap();
            assert_eq!(list.iter().collect::<Vec<_>>(), kept);
            list
        })
}

fn rcpt_params() -> impl Strategy<Value = RcptParams> {
    (1..8usize, mailbox(), any::<bool>(), any::<[bool; 2]>()).prop_map(
        |(occasions, mailbox, utf8, there)| {
            let all = [Notify::SUCCESS, Notify::FAILURE, Notify::DELAY];
            let chosen = (0..3).filter(|at| occasions & 1 << at != 0).map(|at| all[at]);
            let mut params = RcptParams::default();
            if there[0] {
                let notify = chosen.fold(Notify::NEVER, Notify::and);
                params.push(&RcptParam::Notify(notify)).unwrap();
                assert_eq!(params.notify(), Some(notify));
            }
            if there[1] && (utf8 || mailbox.is_ascii()) {
                let address = mailbox.as_str();
                let orcpt = if utf8 {
                    Orcpt::Utf8(Unitext::encode(address).unwrap())
                } else {
                    Orcpt::Rfc822(Xtext::encode(address).unwrap())
                };
                params.push(&RcptParam::Orcpt(orcpt)).unwrap();
                assert_eq!(params.orcpt().unwrap().address(), address);
            }
            params
        },
    )
}

fn argument() -> impl Strategy<Value = Argument> {
    "[!-~é]([ -~é]{0,12}[!-~é])?".prop_map(|text| Argument::new(&text).unwrap())
}

fn word() -> impl Strategy<Value = Word> {
    "[!-~]{1,12}".prop_map(|text| Word::new(&text).unwrap())
}

fn attributes() -> impl Strategy<Value = Attributes> {
    vec("\\PC{1,8}", 1..4).prop_map(|values| {
        let mut attributes = Attributes::default();
        for (name, value) in ["ADDR", "NAME", "HELO"].into_iter().zip(&values) {
            attributes.push(name, &AttributeValue::encode(value).unwrap()).unwrap();
        }
        attributes.push("IDENT", &AttributeValue::Unavailable).unwrap();
        attributes
    })
}

fn with_name() -> impl Strategy<Value = Command> {
    let client = domain().prop_filter_map("a bare address", |name| ClientName::new(&name).ok());
    (client, 0..3).prop_map(|(name, which)| match which {
        0 => Command::Helo(name),
        1 => Command::Ehlo(name),
        _ => Command::Lhlo(name),
    })
}

fn with_sender() -> impl Strategy<Value = Command> {
    (reverse_path(), mail_params(), 0..4).prop_map(|(from, params, which)| match which {
        0 => Command::Mail { from, params },
        1 => Command::Send { from, params },
        2 => Command::Soml { from, params },
        _ => Command::Saml { from, params },
    })
}

fn rare() -> impl Strategy<Value = Command> {
    let alone = [Command::Data, Command::Rset, Command::Quit, Command::StartTls, Command::Turn];
    let response = "[a-zA-Z0-9+/=]{1,12}".prop_map(|text| InitialResponse::new(&text).unwrap());
    let domains = vec("[a-z]{1,5}(\\.[a-z]{1,3})?", 0..3);
    let unknown = ("X[!-~]{1,8}", option::of(argument()));
    prop_oneof![
        select(alone.to_vec()),
        (any::<u64>(), any::<bool>()).prop_map(|(size, last)| Command::Bdat { size, last }),
        option::of(argument()).prop_map(Command::Help),
        option::of(argument()).prop_map(Command::Noop),
        (argument(), any::<bool>()).prop_map(|(name, smtputf8)| Command::Vrfy { name, smtputf8 }),
        (argument(), any::<bool>()).prop_map(|(name, smtputf8)| Command::Expn { name, smtputf8 }),
        (word(), option::of(response))
            .prop_map(|(mechanism, initial)| Command::Auth { mechanism, initial }),
        "[@#]?[a-z]{1,5}".prop_map(|node| Command::Etrn(EtrnNode::new(&node).unwrap())),
        domains.prop_map(|names| {
            Command::Atrn(DomainList::new(names.iter().map(String::as_str)).unwrap())
        }),
        (word(), any::<bool>()).prop_map(|(url, last)| Command::Burl { url, last }),
        attributes().prop_map(Command::Xclient),
        attributes().prop_map(Command::Xforward),
        unknown.prop_filter_map("known", |(verb, argument)| {
            Command::unknown(&verb, argument.as_deref()).ok()
        }),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let rcpt =
        (forward_path(), rcpt_params()).prop_map(|(to, params)| Command::Rcpt { to, params });
    prop_oneof![with_name(), with_sender(), rcpt, rare()]
}

/// Pieces that, put together, are often almost a command.
fn almost_a_line() -> impl Strategy<Value = String> {
    let pieces = [
        "MAIL",
        "RCPT",
        " ",
        "  ",
        "FROM:",
        "to:",
        "<",
        ">",
        "@",
        "a",
        "b.c",
        ".",
        "\"",
        "\\",
        "[",
        "]",
        "1.2.3.4",
        "IPv6:::1",
        ":",
        ",",
        "SIZE=1",
        "BODY=7BIT",
        "ORCPT=rfc822;",
        "ENVID=",
        "NOTIFY=NEVER",
        "+20",
        "=",
        "-",
        "_",
        "é",
        "BDAT ",
        "LAST",
        "AUTH PLAIN",
        "XCLIENT ",
        "\t",
        "VRFY ",
        "SMTPUTF8",
        "postmaster",
        "EHLO ",
        "ETRN ",
        "ATRN ",
        "BURL ",
        "QUIT",
        "\r",
        "\0",
    ];
    vec(select(pieces.to_vec()), 0..14).prop_map(|pieces| pieces.concat())
}

/// What is read once and written can be read again, as the same, and is one line.
fn stable(text: Bytes) -> Result<(), TestCaseError> {
    if let Ok((command, _)) = Command::parse(text.clone(), Quirks::ALL) {
        let wire = wire(&command);
        prop_assert!(wire.ends_with(b"\r\n"));
        prop_assert!(!line(&wire).iter().any(u8::is_ascii_control), "{text:?} {wire:?}");
        let again = Command::parse(line(&wire), Quirks::ALL);
        prop_assert_eq!(again.map(|(command, _)| command), Ok(command), "{:?} {:?}", text, wire);
    }
    Ok(())
}

proptest! {
    /// A strict reader reads what was written, whatever the command.
    #[test]
    fn parse_undoes_encode(command in command()) {
        let wire = wire(&command);
        let parsed = Command::parse(line(&wire), Quirks::NONE);
        prop_assert_eq!(parsed, Ok((command, Quirks::NONE)), "{:?}", wire);
    }

    #[test]
    fn almost_lines_are_stable(text in almost_a_line()) {
        stable(text.into())?;
    }

    /// One octet of a good line is changed, put in or taken out.
    #[test]
    fn mutated_lines_are_stable(command in command(), at: usize, octet: u8, how in 0..3) {
        let mut text = line(&wire(&command)).to_vec();
        let at = at % text.len();
        match how {
            0 => text[at] = octet,
            1 => text.insert(at, octet),
            _ => drop(text.remove(at)),
        }
        stable(text.into())?;
    }

    #[test]
    fn octets_are_stable(text in vec(any::<u8>(), 0..60)) {
        stable(text.into())?;
    }

    /// Nothing that is refused with all quirks is taken with fewer, and none is seen that was not
    /// allowed.
    #[test]
    fn strict_is_a_part_of_lenient(text in almost_a_line()) {
        let text = Bytes::from(text);
        if let Ok((command, seen)) = Command::parse(text.clone(), Quirks::NONE) {
            prop_assert_eq!(seen, Quirks::NONE);
            prop_assert_eq!(Command::parse(text, Quirks::ALL), Ok((command, Quirks::NONE)));
        } else if let Ok((command, seen)) = Command::parse(text.clone(), Quirks::ALL) {
            prop_assert!(!seen.is_empty());
            prop_assert_eq!(Command::parse(text, seen), Ok((command, seen)));
        }
    }
}
