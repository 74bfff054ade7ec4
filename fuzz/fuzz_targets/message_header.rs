//! Every reader of header fields reads everything, its findings lie within the value, and what it
//! prints it reads back as the same.
#![no_main]
use libfuzzer_sys::fuzz_target;
use mailwire_message::{
    DefectCode, Findings, Policy,
    header::{
        AddrSpec, AddressList, Date, Keywords, Mailbox, MessageIds, Received, ReturnPath, Sending,
        decode_text_with,
    },
};

fuzz_target!(|value: &[u8]| {
    for policy in [Policy::STANDARD, Policy::STRICT] {
        let mut sink = |_: DefectCode, offset: usize| assert!(offset <= value.len());
        let findings = &mut Findings::new(policy, &mut sink);
        let _ = decode_text_with(value, findings);
        addresses(value, AddressList::parse_with(value, findings));
        let date = Date::parse_with(value, findings);
        assert_eq!(Date::parse(date.to_string().as_bytes()), date);
        message_ids(&MessageIds::parse_with(value, findings));
        received(Received::parse_with(value, findings));
        let keywords = Keywords::parse_with(value, findings);
        assert_eq!(keywords.clone().into_owned(), keywords);
        if let Some(address) = ReturnPath::parse_with(value, findings).address() {
            check(address);
        }
        if let Some(mailbox) = Mailbox::parse_with(value, findings) {
            let list = AddressList::parse_with(value, &mut Findings::ignored(policy));
            assert!(list.mailboxes().any(|one| *one == mailbox));
        }
    }
    let fields = value.split(|&octet| octet == b'\n').map(|line| {
        let colon = line.iter().position(|&octet| octet == b':').unwrap_or(line.len());
        line.split_at(colon)
    });
    let sendings = Sending::all(fields);
    let indexes = sendings.iter().flat_map(Sending::fields).collect::<Vec<_>>();
    assert!(indexes.is_sorted());
});

fn addresses(value: &[u8], list: AddressList<'_>) {
    let signs = value.iter().filter(|&&octet| octet == b'@').count();
    let domains = list.mailboxes().filter(|mailbox| mailbox.domain().is_some()).count();
    assert!(domains <= signs, "an address is made up");
    let mut end = 0;
    for mailbox in list.mailboxes() {
        let span = mailbox.span();
        assert!(span.start >= end && span.end <= value.len());
        end = span.end;
        if let Some(address) = mailbox.addr_spec() {
            check(address);
        }
    }
    assert_eq!(list.clone().into_owned(), list);
}

/// An address is one line, and reads back as itself.
fn check(address: &AddrSpec<'_>) {
    assert!(!address.as_str().contains(['\r', '\n']));
    let again = AddressList::parse(address.as_str().as_bytes());
    let again = again.mailboxes().map(|mailbox| mailbox.addr_spec()).collect::<Vec<_>>();
    assert_eq!(again, [Some(address)]);
    let again = AddrSpec::new(&address.local_part(), address.domain());
    assert_eq!(again.as_ref(), Some(address));
    let bracketed = format!("x <{address}>");
    assert_eq!(
        AddressList::parse(bracketed.as_bytes()).mailboxes().next().unwrap().addr_spec(),
        Some(address)
    );
}

fn message_ids(ids: &MessageIds<'_>) {
    for id in ids.iter() {
        assert!(!id.is_empty() && !id.contains(['\r', '\n']));
    }
}

fn received(hop: Received<'_>) {
    for clause in hop.clauses() {
        let _ = (clause.ip(), clause.host(), clause.helo());
        let texts = clause.comments().chain([clause.value()]).chain(clause.rest());
        assert!(texts.into_iter().all(|text| !text.contains(['\r', '\n'])));
    }
    if let Some(address) = hop.recipient() {
        check(&address);
    }
    assert_eq!(hop.clone().into_owned(), hop);
}
