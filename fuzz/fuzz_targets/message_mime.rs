//! Fields of MIME and reports: offsets lie within, nothing is lost when owned, a policy changes no
//! structure, what is good by the letter is read as a reader by the letter does, and what was read is
//! read again when written anew.
#![no_main]
use libfuzzer_sys::fuzz_target;
use mailwire_message::{
    DefectCode, Findings, Policy, TransferEncoding,
    header::{AuthenticationResults, AutoSubmitted, ListId, ListUrls, notification_options_with},
    mime::{
        ContentId, ContentType, Disposition, Params, content_language, content_location_with,
        content_md5, file_name, mime_version,
    },
    report::{DeliveryStatus, DispositionNotification, FeedbackReport, ReportFields, Typed},
};

fuzz_target!(|value: &[u8]| {
    let (content_type, found) = told(value, |findings| ContentType::parse_with(value, findings));
    check_params(value, content_type.params());
    assert_eq!(content_type.clone().into_owned(), content_type);
    if let Some(boundary) = content_type.boundary() {
        assert!(!boundary.is_empty() && !boundary.ends_with(b" "));
    }
    let strict = ContentType::parse_with(value, &mut Findings::ignored(Policy::STRICT));
    assert!(names(strict.params()).eq(names(content_type.params())));
    if let Some((media_type, subtype, params)) = by_the_letter(value) {
        assert!(content_type.is(&media_type, &subtype) && content_type.is_valid());
        assert!(
            content_type
                .params()
                .iter()
                .map(|p| (p.name(), p.value()))
                .eq(params.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        );
        let wrong =
            [DefectCode::ParamSyntax, DefectCode::InvalidContentType, DefectCode::EmptyParam];
        assert!(!found.iter().any(|code| wrong.contains(code)), "{found:?}");
    }
    read_again(content_type.params());

    let (disposition, _) = told(value, |findings| Disposition::parse_with(value, findings));
    check_params(value, disposition.params());
    assert_eq!(disposition.clone().into_owned(), disposition);
    if let Some(name) = file_name(Some(&disposition), Some(&content_type)) {
        let safe = name.safe();
        assert!(!safe.is_empty() && safe.len() <= 200 && name.as_str().ends_with(name.base()));
        assert!(
            !safe.starts_with('.')
                && !safe.contains(|c: char| c.is_control() || c == '/' || c == '\\')
        );
    }
    told(value, |findings| TransferEncoding::parse_with(value, findings));
    if let (Some(id), _) = told(value, |findings| ContentId::parse_with(value, findings)) {
        let url: String = id.as_str().bytes().map(|octet| format!("%{octet:02x}")).collect();
        assert!(id.is_meant_by(&format!("cid:{url}")));
    }
    told(value, |findings| content_location_with(value, findings).into_owned());
    let _ = (content_language(value).count(), content_md5(value), mime_version(value));
    machines(value);
    reports(value);
});

/// Fields that machines write.
fn machines(value: &[u8]) {
    let (list, _) = told(value, |findings| ListUrls::parse_with(value, findings));
    assert_eq!(list.clone().into_owned(), list);
    let (id, _) = told(value, |findings| ListId::parse_with(value, findings));
    assert_eq!(id.clone().into_owned(), id);
    let (auto, _) = told(value, |findings| AutoSubmitted::parse_with(value, findings));
    assert_eq!(auto.clone().into_owned(), auto);
    told(value, |findings| notification_options_with(value, findings).len());
    let (results, _) = told(value, |findings| AuthenticationResults::parse_with(value, findings));
    assert_eq!(results.clone().into_owned(), results);
    assert!(results.results().iter().all(|result| !result.method().is_empty()));
}

/// All readers see the same fields.
fn reports(octets: &[u8]) {
    let (delivery, _) = told(octets, |findings| DeliveryStatus::parse_with(octets, findings));
    let (receipt, _) =
        told(octets, |findings| DispositionNotification::parse_with(octets, findings));
    let (feedback, _) = told(octets, |findings| FeedbackReport::parse_with(octets, findings));
    let places = |fields: &ReportFields<'_>| fields.iter().map(|f| f.offset()).collect::<Vec<_>>();
    let mut all = places(delivery.fields());
    for recipient in delivery.recipients() {
        assert!(!recipient.fields().is_empty());
        all.extend(places(recipient.fields()));
        let _ = (recipient.status(), recipient.action(), recipient.last_attempt_date());
    }
    assert_eq!(all, places(receipt.fields()));
    assert_eq!(all, places(feedback.fields()));
    assert!(all.is_sorted());
    for field in feedback.fields() {
        assert!(octets[field.offset()..].starts_with(field.value()));
        let _ = (field.text().len(), Typed::parse(field.value()).address().len());
    }
    let _ = (receipt.disposition(), receipt.original_message_id(), receipt.reporting_ua());
    let _ =
        (feedback.source_ip(), feedback.incidents(), feedback.version(), feedback.arrival_date());
    assert_eq!(delivery.clone().into_owned(), delivery);
}

fn told<T>(value: &[u8], read: impl FnOnce(&mut Findings<'_>) -> T) -> (T, Vec<DefectCode>) {
    let mut found = Vec::new();
    let mut sink = |code, offset| {
        assert!(offset <= value.len(), "{code:?} at {offset} of {}", value.len());
        found.push(code);
    };
    let read = read(&mut Findings::new(Policy::STANDARD, &mut sink));
    (read, found)
}

fn names<'p>(
    params: &'p Params<'_>,
) -> impl Iterator<Item = (&'p str, &'p [std::ops::Range<usize>])> {
    params.iter().map(|param| (param.name(), param.ranges()))
}

fn check_params(value: &[u8], params: &Params<'_>) {
    for param in params {
        assert!(!param.name().is_empty());
        assert!(params.get(param.name()).is_some());
        for range in param.ranges() {
            assert!(value.get(range.clone()).is_some(), "{range:?} of {}", value.len());
        }
    }
    assert!(params.iter().is_sorted_by_key(|p| p.ranges().iter().map(|r| r.start).min()));
}

/// Written in the form of RFC 2231, which can say everything.
fn read_again(params: &Params<'_>) {
    for param in
        params.iter().filter(|param| param.name().bytes().all(|o| o.is_ascii_alphanumeric()))
    {
        let escaped: String = param.value().bytes().map(|octet| format!("%{octet:02X}")).collect();
        let (first, second) = escaped.split_at(escaped.len() / 6 * 3);
        let name = param.name();
        let field = format!("a/b; {name}*1*={second};\r\n {name}*0*=utf-8''{first}");
        let again = ContentType::parse(field.as_bytes());
        assert_eq!(again.params().get(name), Some(param.value()));
    }
}

/// `type/subtype *( ; token=token-or-quoted-string )` of RFC 2045, folds and nothing else added; no
/// sections, no encoded words.
fn by_the_letter(value: &[u8]) -> Option<(String, String, Vec<(String, String)>)> {
    let text = std::str::from_utf8(value).ok()?;
    if text.contains("=?") {
        return None;
    }
    let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let token = |text: &str| {
        let end = text.find(|c: char| {
            c.is_ascii() && (c <= ' ' || c == '\x7f' || "()<>@,;:\\\"/[]?=".contains(c))
        });
        let (token, rest) = text.split_at(end.unwrap_or(text.len()));
        (!token.is_empty()).then(|| (token.to_owned(), rest.to_owned()))
    };
    let (media_type, rest) = token(text.trim_matches(blank))?;
    let (subtype, mut rest) = token(rest.strip_prefix('/')?)?;
    let mut params = Vec::new();
    loop {
        let trimmed = rest.trim_start_matches(blank);
        if trimmed.is_empty() {
            return Some((media_type.to_ascii_lowercase(), subtype.to_ascii_lowercase(), params));
        }
        let (name, behind) = token(trimmed.strip_prefix(';')?.trim_start_matches(blank))?;
        let behind = behind.strip_prefix('=')?;
        if name.contains('*') {
            return None;
        }
        let (value, behind) = match behind.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => token(behind)?,
        };
        params.push((name.to_ascii_lowercase(), value));
        rest = behind;
    }
}

fn unquote(text: &str) -> Option<(String, String)> {
    let mut value = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return Some((value, characters.as_str().to_owned())),
            // Only what all readers read the same.
            '\\' => value.push(characters.next().filter(|next| matches!(next, '"' | '\\'))?),
            '\r' | '\n' => {}
            _ => value.push(character),
        }
    }
    None
}
