//! Laws of replies and capabilities.
use bytes::{Bytes, BytesMut};
use mailwire_core::InputQueue;
use mailwire_smtp::{Capabilities, Capability, EnhancedCode, Extension, Params, Reply};
use proptest::{collection::vec, prelude::*, sample::select};

/// Octets that replies are made of, the parts that matter more often than others.
fn replyish() -> impl Strategy<Value = Vec<u8>> {
    const PARTS: [&str; 20] = [
        "250",
        "25",
        "550-",
        "250-",
        "250 ",
        "354",
        "\r\n",
        "\n",
        "\r",
        "\0",
        " ",
        "-",
        "SIZE",
        "SIZE 1",
        "AUTH=",
        "AUTH ",
        "PLAIN",
        "5.1.1",
        "LIMITS ",
        "MAILMAX=1",
    ];
    let part = prop_oneof![
        4 => select(PARTS.to_vec()).prop_map(|part| part.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..4),
    ];
    // Whole replies, and rubble.
    let text = vec(part.clone(), 0..4).prop_map(|parts| parts.concat());
    let line = (select(vec!["250", "550"]), text).prop_map(|(code, text)| {
        let text: Vec<u8> = text.into_iter().filter(|&octet| octet != b'\n').collect();
        [code.as_bytes(), b"-", &text, b"\r\n"].concat()
    });
    prop_oneof![
        vec(part, 0..24).prop_map(|parts| parts.concat()),
        vec(line, 0..6).prop_map(|lines| [lines.concat(), b"250 SIZE 7\r\n".to_vec()].concat()),
    ]
}

proptest! {
    /// What was made is read back as it was.
    #[test]
    fn replies_survive_the_wire(
        code in 200..=599u16,
        texts in vec("[ -~\u{e9}\t]{0,40}", 1..6),
    ) {
        let reply = Reply::from_lines(code, &texts).unwrap();
        let again = Reply::parse(reply.to_wire()).unwrap();
        prop_assert_eq!(&again, &reply);
        prop_assert_eq!(again.code(), code);
        prop_assert_eq!(again.text(), texts.join("\n"));
        prop_assert!(again.codes_agree() && !again.has_bare_lf());
        prop_assert_eq!(again.detach().to_wire(), reply.to_wire());
    }

    /// Whatever was read, what is written is well-formed, says the same, and does not change again.
    #[test]
    fn writing_normalises_once(wire in replyish()) {
        let Ok(reply) = Reply::parse(Bytes::from(wire)) else { return Ok(()) };
        let written = reply.to_wire();
        let again = Reply::parse(written.clone()).unwrap();
        prop_assert_eq!(again.to_wire(), written);
        prop_assert!(again.codes_agree() && !again.has_bare_lf());
        prop_assert_eq!(again.code(), reply.code());
        prop_assert_eq!(again.enhanced(), reply.enhanced());
        prop_assert_eq!(again.lines().count(), reply.lines().count());
        for (was, is) in reply.lines().zip(again.lines()) {
            prop_assert_eq!(was.text.len(), is.text.len());
            prop_assert_eq!(was.enhanced(), is.enhanced());
        }
    }

    /// However the bytes are cut, the replies are the same.
    #[test]
    fn the_cut_does_not_matter(wire in replyish(), step in 1..9usize) {
        let read = |step: usize| {
            let mut input = InputQueue::default();
            let mut said = Vec::new();
            for piece in wire.chunks(step) {
                input.push(Bytes::copy_from_slice(piece));
                while let Some(reply) = Reply::read(&mut input, 20, 40).transpose() {
                    said.push(reply);
                }
            }
            said
        };
        prop_assert_eq!(read(step), read(wire.len().max(1)));
    }

    /// Every line of any reply but the first is one capability, which survives the wire.
    #[test]
    fn every_line_is_a_capability(wire in replyish()) {
        let Ok(reply) = Reply::parse(Bytes::from(wire)) else { return Ok(()) };
        let lines = reply.lines().count();
        let offers = Capabilities::from(reply);
        prop_assert_eq!(offers.iter().count(), lines - 1);
        for offer in offers.iter() {
            if let Some(extension) = offer.extension() {
                prop_assert!(offers.has(extension));
                prop_assert!(offers.get(extension).is_some());
            }
            let mut out = BytesMut::new();
            offer.encode(&mut out);
            prop_assert!(!out.iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0)));
            prop_assert_eq!(Capability::parse(out.freeze()), offer);
        }
        prop_assert_eq!(offers.has(Extension::Size), offers.get(Extension::Size).is_some());
        let _ = (offers.max_size(), offers.limits(), offers.server_name());
        prop_assert!(offers.auth_mechanisms().all(|name| !name.is_empty()));
    }

    /// What a server offers is what a client finds.
    #[test]
    fn offers_survive_the_reply(size in any::<u64>(), names in vec("[A-Z0-9-]{1,12}", 0..5)) {
        let offers = [
            Capability::Size(Some(size)),
            Capability::Auth(Params::new(&names).unwrap()),
            Capability::Pipelining,
        ];
        let wire = Reply::hello("mx", &offers).unwrap().to_wire();
        let found = Capabilities::from(Reply::parse(wire).unwrap());
        prop_assert!(found.iter().eq(offers));
        prop_assert!(found.auth_mechanisms().eq(names.iter().map(String::as_str)));
    }

    /// Every enhanced code is read back.
    #[test]
    fn enhanced_codes_survive(
        class in select(vec![2u8, 4, 5]),
        subject in 0..1000u16,
        detail in 0..1000u16,
    ) {
        let code = EnhancedCode::new(class, subject, detail).unwrap();
        prop_assert_eq!(code.to_string().parse::<EnhancedCode>().unwrap(), code);
        let reply = Reply::new(u16::from(class) * 100 + 50, "x").unwrap();
        prop_assert_eq!(reply.with_enhanced(code).unwrap().enhanced(), Some(code));
    }
}
