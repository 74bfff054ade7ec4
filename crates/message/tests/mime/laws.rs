//! What holds for every value: readers never panic, offsets lie within, nothing changes when owned,
//! and what an encoder wrote is read back.

use mailwire_message::{
    Findings, Policy, TransferEncoding,
    header::{
        AuthenticationResults, AutoSubmitted, ListId, ListUrls, is_one_click,
        notification_options_with,
    },
    mime::{
        ContentId, ContentType, Disposition, content_description, content_language,
        content_location_with, content_md5, file_name, mime_version,
    },
    report::{DeliveryStatus, DispositionNotification, FeedbackReport, Status, Typed},
};
use proptest::{collection::vec, prelude::*, sample::select};

/// Octets that look like fields of MIME.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        select(vec![
            &b"multipart/mixed"[..],
            b"text/plain",
            b"; ",
            b";",
            b"=",
            b"\"",
            b"\\",
            b"(",
            b")",
            b"\r\n ",
            b" ",
            b"name",
            b"filename",
            b"charset",
            b"boundary",
            b"*0",
            b"*1*",
            b"*",
            b"utf-8''",
            b"iso-8859-1'en'",
            b"%C3%BC",
            b"%",
            b"'",
            b"=?utf-8?q?",
            b"=?utf-8?b?",
            b"?=",
            b"<",
            b">",
            b",",
            b"@",
            b"i=1;",
            b"dkim=pass",
            b"reason=",
            b"header.d",
            b"none",
            b"1.0",
            b"Final-Recipient: ",
            b"rfc822;",
            b"\n\n",
            b"Action: failed\n",
            b"C:\\",
            b"base64",
            b"/",
            b":",
            b"\xfc",
            b"\xc3",
        ])
        .prop_map(<[u8]>::to_vec),
        vec(any::<u8>(), 0..6),
    ];
    vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn check<T>(value: &[u8], read: impl Fn(&mut Findings<'_>) -> T) -> T {
    for policy in [Policy::STRICT, Policy::SCANNER, Policy::GMAIL_LIKE] {
        read(&mut Findings::ignored(policy));
    }
    let mut sink =
        |code, offset| assert!(offset <= value.len(), "{code:?} at {offset} of {}", value.len());
    read(&mut Findings::new(Policy::STANDARD, &mut sink))
}

proptest! {
    #[test]
    fn readers_never_panic_and_offsets_lie_within(value in value()) {
        let value = &value[..];
        let content_type = check(value, |f| ContentType::parse_with(value, f));
        for param in content_type.params() {
            prop_assert!(!param.name().is_empty());
            prop_assert!(param.ranges().iter().all(|range| value.get(range.clone()).is_some()));
        }
        prop_assert_eq!(&content_type.clone().into_owned(), &content_type);
        let disposition = check(value, |f| Disposition::parse_with(value, f));
        if let Some(name) = file_name(Some(&disposition), Some(&content_type)) {
            let safe = name.safe();
            prop_assert!(!safe.is_empty() && safe.len() <= 200, "{safe:?}");
            prop_assert!(!safe.contains(['/', '\\', '\0', '\n', ':']) && !safe.starts_with('.'), "{safe:?}");
        }
        prop_assert_eq!(&disposition.clone().into_owned(), &disposition);
        check(value, |f| TransferEncoding::parse_with(value, f));
        let _ = check(value, |f| ContentId::parse_with(value, f).map(|id| id.is_meant_by("cid:%41")));
        let _ = check(value, |f| content_location_with(value, f).into_owned());
        let _ = (content_description(value), content_language(value).count(), content_md5(value), mime_version(value));
        let _ = check(value, |f| notification_options_with(value, f).len());
        let list = check(value, |f| ListUrls::parse_with(value, f));
        prop_assert_eq!(&list.clone().into_owned(), &list);
        let id = check(value, |f| ListId::parse_with(value, f));
        prop_assert_eq!(&id.clone().into_owned(), &id);
        let _ = is_one_click(value);
        let results = check(value, |f| AuthenticationResults::parse_with(value, f));
        prop_assert_eq!(&results.clone().into_owned(), &results);
        let auto = check(value, |f| AutoSubmitted::parse_with(value, f));
        prop_assert_eq!(&auto.clone().into_owned(), &auto);
    }

    #[test]
    fn reports_keep_all_fields(octets in value()) {
        let octets = &octets[..];
        let delivery = check(octets, |f| DeliveryStatus::parse_with(octets, f));
        let mdn = check(octets, |f| DispositionNotification::parse_with(octets, f));
        let arf = check(octets, |f| FeedbackReport::parse_with(octets, f));
        let mut all = delivery.fields().len();
        for recipient in delivery.recipients() {
            all += recipient.fields().len();
            let _ = (recipient.status(), recipient.action(), recipient.last_attempt_date());
            let _ = recipient.final_recipient().map(|typed| typed.address().into_owned());
        }
        prop_assert_eq!(all, mdn.fields().len());
        prop_assert_eq!(all, arf.fields().len());
        for field in mdn.fields() {
            prop_assert!(octets[field.offset()..].starts_with(field.value()));
        }
        let _ = (mdn.disposition(), mdn.original_message_id(), mdn.reporting_ua());
        let _ = (arf.source_ip(), arf.incidents(), arf.authentication_results().count(), arf.version());
        let _ = (Typed::parse(octets).address().len(), Status::parse(octets));
    }

    /// RFC 2231, any text, cut anywhere, in any order of sections.
    #[test]
    fn what_is_encoded_is_read_back(
        text in "[^=]{0,40}",
        cuts in vec(0..200usize, 0..6),
        extended in vec(any::<bool>(), 7),
        rotate in 0..7usize,
        latin in any::<bool>(),
    ) {
        let text: String = if latin { text.chars().filter(|&c| u32::from(c) < 0x80).collect() } else { text };
        let charset = if latin { "iso-8859-1" } else { "utf-8" };
        let octets = text.as_bytes();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(octets.len())).collect();
        cuts.extend([0, octets.len()]);
        cuts.sort_unstable();
        let mut sections: Vec<String> = cuts.windows(2).enumerate().map(|(number, cut)| {
            let piece = &octets[cut[0]..cut[1]];
            // The first section holds the character set; a plain one holds no controls and no halves.
            let plain = std::str::from_utf8(piece).is_ok_and(|text| !text.contains(char::is_control));
            if number == 0 || extended[number] || !plain {
                let prefix = if number == 0 { format!("{charset}''") } else { String::new() };
                let escaped: String = piece.iter().map(|octet| format!("%{octet:02X}")).collect();
                format!("name*{number}*={prefix}{escaped}")
            } else {
                let text = std::str::from_utf8(piece).unwrap().replace('\\', "\\\\").replace('"', "\\\"");
                format!("name*{number}=\"{text}\"")
            }
        }).collect();
        let len = sections.len();
        sections.rotate_left(rotate % len);
        let value = format!("a/b;\r\n {}", sections.join(";\r\n "));
        let field = ContentType::parse(value.as_bytes());
        prop_assert_eq!(field.params().get("name"), Some(text.as_str()), "{}", value);
        prop_assert_eq!(field.params().len(), 1);
    }

    /// RFC 2045: any value in quotes, and tokens without.
    #[test]
    fn quoted_strings_and_tokens_are_read_back(text in "[^\\r\\n\\p{C}=]{0,30}", token in "[A-Za-z0-9.!#$&^_`{}~+-]{1,12}") {
        let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
        let value = format!("a/b; p=\"{quoted}\"; q={token}");
        let mut found = Vec::new();
        let mut sink = |code, _| found.push(code);
        let field = ContentType::parse_with(value.as_bytes(), &mut Findings::new(Policy::default(), &mut sink));
        prop_assert_eq!(field.params().get("p"), Some(text.as_str()));
        prop_assert_eq!(field.params().get("q"), Some(token.as_str()));
        prop_assert_eq!(found, []);
    }
}
