//! Reports: the examples of RFC 3464 appendix E, RFC 8098 and RFC 5965 appendix B, and damaged ones.

use mailwire_message::{
    DefectCode::{self, DuplicateSingleton, InvalidFieldSyntax, NonFieldLine},
    Findings, Policy,
    mime::ContentType,
    report::{
        Action, DeliveryStatus, Disposition, DispositionNotification, FeedbackReport, Recipient,
        ReportField, ReportKind, ReportParts, Status, Typed,
    },
};

fn with<T>(read: impl FnOnce(&mut Findings<'_>) -> T) -> (T, Vec<DefectCode>) {
    let mut found = Vec::new();
    let mut sink = |code, _| found.push(code);
    let value = read(&mut Findings::new(Policy::default(), &mut sink));
    (value, found)
}

fn delivery(text: &str) -> (DeliveryStatus<'_>, Vec<DefectCode>) {
    with(|findings| DeliveryStatus::parse_with(text.as_bytes(), findings))
}

/// `final: action status`, as in a log.
fn line(recipient: &Recipient<'_>) -> String {
    let address = recipient.final_recipient().map(|typed| typed.address().into_owned());
    let action = recipient.action().map_or("-", Action::name);
    let status = recipient.status().map_or("-".into(), |status| status.to_string());
    format!("{}: {action} {status}", address.unwrap_or_default())
}

/// RFC 3464, "Multi-Recipient DSN", with both line ends.
#[test]
fn several_recipients() {
    let text = "\
Reporting-MTA: dns; cs.utk.edu

Original-Recipient: rfc822;arathib@vnet.ibm.com
Final-Recipient: rfc822;arathib@vnet.ibm.com
Action: failed
Status: 5.0.0 (permanent failure)
Diagnostic-Code: smtp;  550 'arathib@vnet.IBM.COM' is not a
 registered gateway user
Remote-MTA: dns; vnet.ibm.com

Original-Recipient: rfc822;johnh@hpnjld.njd.hp.com
Final-Recipient: rfc822;johnh@hpnjld.njd.hp.com
Action: delayed
Status: 4.0.0 (hpnjld.njd.jp.com: host name lookup failure)

Original-Recipient: rfc822;wsnell@sdcc13.ucsd.edu
Final-Recipient: rfc822;wsnell@sdcc13.ucsd.edu
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 user unknown
Remote-MTA: dns; sdcc13.ucsd.edu
";
    for text in [text.to_owned(), text.replace('\n', "\r\n")] {
        let (report, found) = delivery(&text);
        let mta = report.reporting_mta().unwrap();
        assert_eq!((mta.kind(), mta.value()), ("dns", "cs.utk.edu"));
        assert_eq!(
            report.recipients().iter().map(line).collect::<Vec<_>>(),
            [
                "arathib@vnet.ibm.com: failed 5.0.0",
                "johnh@hpnjld.njd.hp.com: delayed 4.0.0",
                "wsnell@sdcc13.ucsd.edu: failed 5.0.0",
            ]
        );
        let first = &report.recipients()[0];
        let code = first.diagnostic_code().unwrap();
        assert_eq!(code.kind(), "smtp");
        assert_eq!(code.value(), "550 'arathib@vnet.IBM.COM' is not a registered gateway user");
        assert_eq!(first.remote_mta().unwrap().value(), "vnet.ibm.com");
        assert_eq!(first.original_recipient().unwrap().value(), "arathib@vnet.ibm.com");
        for field in report.recipients().iter().flat_map(Recipient::fields) {
            let at = field.offset();
            assert_eq!(&text.as_bytes()[at..at + field.value().len()], field.value());
        }
        assert_eq!(found, []);
        assert_eq!(report.clone().into_owned(), report);
    }
}

/// RFC 3464, "Simple DSN", "DSN from gateway to foreign system", "Delayed DSN".
#[test]
fn other_examples_of_rfc_3464() {
    let (report, found) = delivery(
        "Reporting-MTA: dns; cs.utk.edu\n\nOriginal-Recipient: rfc822;louisl@larry.slip.umd.edu\n\
         Final-Recipient: rfc822;louisl@larry.slip.umd.edu\nAction: failed\nStatus: 4.0.0\n\
         Diagnostic-Code: smtp; 426 connection timed out\nLast-Attempt-Date: Thu, 7 Jul 1994 17:15:49 -0400\n",
    );
    assert_eq!(report.recipients()[0].last_attempt_date().unwrap().unix(), 773_615_749);
    assert_eq!(
        (line(&report.recipients()[0]), found),
        ("louisl@larry.slip.umd.edu: failed 4.0.0".into(), vec![])
    );

    let (report, found) = delivery(
        "Reporting-MTA: mailbus; SYS30\n\nFinal-Recipient: unknown; nair_s\n\
         Status: 5.0.0 (unknown permanent failure)\nAction: failed\n",
    );
    assert_eq!(report.reporting_mta().unwrap().kind(), "mailbus");
    assert_eq!(report.recipients()[0].final_recipient().unwrap().kind(), "unknown");
    assert_eq!((line(&report.recipients()[0]), found), ("nair_s: failed 5.0.0".into(), vec![]));

    let (report, found) = delivery(
        "Reporting-MTA: dns; sun2.nsfnet-relay.ac.uk\n\n\
         Final-Recipient: rfc822;thomas@de-montfort.ac.uk\n\
         Status: 4.0.0 (unknown temporary failure)\nAction: delayed\n",
    );
    assert_eq!(
        (line(&report.recipients()[0]), found),
        ("thomas@de-montfort.ac.uk: delayed 4.0.0".into(), vec![])
    );
}

#[test]
fn all_fields_of_rfc_3464() {
    let (report, found) = delivery(
        "Original-Envelope-Id: QQ314159\nReporting-MTA: dns; a.example\nDSN-Gateway: dns; b.example\n\
         Received-From-MTA: dns; c.example\nArrival-Date: Fri, 21 Nov 1997 09:55:06 -0600\nX-Own: =?utf-8?q?=C3=BC?=\n\
         \n\
         Final-Recipient: rfc822; d@example\nFinal-Log-ID: 42\nWill-Retry-Until: Fri, 21 Nov 1997 09:55:06 -0600\n\
         X-Other: kept\nLocalized-Diagnostic: de-AT; nein\n",
    );
    assert_eq!(report.original_envelope_id().as_deref(), Some("QQ314159"));
    assert_eq!(report.dsn_gateway().unwrap().value(), "b.example");
    assert_eq!(report.received_from_mta().unwrap().value(), "c.example");
    assert_eq!(report.arrival_date().unwrap().unix(), 880_127_706);
    assert_eq!(report.fields().get("x-own").unwrap().text(), "ü");
    let recipient = &report.recipients()[0];
    assert_eq!(recipient.final_log_id().as_deref(), Some("42"));
    assert_eq!(recipient.will_retry_until().unwrap().unix(), 880_127_706);
    let localized: Vec<_> = recipient.localized_diagnostics().collect();
    assert_eq!((localized[0].kind(), localized[0].value(), localized.len()), ("de-at", "nein", 1));
    let names: Vec<_> = recipient.fields().iter().map(ReportField::name).collect();
    assert_eq!(
        names,
        ["Final-Recipient", "Final-Log-ID", "Will-Retry-Until", "X-Other", "Localized-Diagnostic"]
    );
    assert_eq!((recipient.action(), recipient.status(), found), (None, None, vec![]));
}

#[test]
fn damaged_deliveries() {
    for (text, message, recipients, codes) in [
        // No empty line before the recipient.
        (
            "Reporting-MTA: dns; a\nFinal-Recipient: rfc822; b@c\nAction: failed\n",
            1,
            &["b@c: failed -"][..],
            &[InvalidFieldSyntax][..],
        ),
        // No fields about the message.
        (
            "Final-Recipient: rfc822; b@c\nAction: failed\n",
            0,
            &["b@c: failed -"],
            &[InvalidFieldSyntax],
        ),
        // No empty line between recipients.
        (
            "Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; b@c\nAction: failed\nStatus: 5.1.1\nFinal-Recipient: rfc822; d@e\nStatus: 5.2.2\n",
            1,
            &["b@c: failed 5.1.1", "d@e: - 5.2.2"],
            &[InvalidFieldSyntax],
        ),
        // An original recipient behind its final one.
        (
            "Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; b@c\nOriginal-Recipient: rfc822; x@c\nAction: failed\n",
            1,
            &["b@c: failed -"],
            &[],
        ),
        // Many empty lines, of blanks too.
        (
            "\n \nReporting-MTA: dns; a\n\n\t\n\nFinal-Recipient: rfc822; b@c\n\n\n",
            1,
            &["b@c: - -"],
            &[],
        ),
        // A line that is no field, and no type.
        (
            "Reporting-MTA: a\njunk\n\nFinal-Recipient: b@c\nAction: lost\nStatus: 550\n",
            1,
            &["b@c: - -"],
            &[NonFieldLine],
        ),
        (
            " fold first\nReporting-MTA: a\n\n: x\nFinal-Recipient: b@c",
            1,
            &["b@c: - -"],
            &[NonFieldLine, NonFieldLine],
        ),
        ("", 0, &[], &[InvalidFieldSyntax]),
        ("Reporting-MTA: dns; a\n", 1, &[], &[InvalidFieldSyntax]),
    ] {
        let (report, found) = delivery(text);
        assert_eq!(report.fields().len(), message, "text {text:?}");
        assert_eq!(
            report.recipients().iter().map(line).collect::<Vec<_>>(),
            recipients,
            "text {text:?}"
        );
        assert_eq!(found, codes, "text {text:?}");
    }
}

#[test]
fn status_codes() {
    for (value, want) in [
        ("5.1.1", Some("5.1.1")),
        (" (c) 2.123.999 text", Some("2.123.999")),
        ("4.4.7.", Some("4.4.7")),
        ("5.1.1:x", Some("5.1.1")),
        ("5.1", None),
        ("5.1.1.1", None),
        ("55.1.1", None),
        ("5.1.1234", None),
        ("5..1", None),
        ("", None),
    ] {
        let status = Status::parse(value.as_bytes()).map(|status| status.to_string());
        assert_eq!(status.as_deref(), want, "value {value:?}");
    }
}

#[test]
fn types_and_values() {
    for (value, kind, text, address) in [
        ("rfc822;a@b", "rfc822", "a@b", "a@b"),
        (" RFC822 (c) ; <a@b> ", "rfc822", "<a@b>", "a@b"),
        (r"utf-8; \x{5C}\x{FC}@\x{zz}b", "utf-8", r"\x{5C}\x{FC}@\x{zz}b", r"\ü@\x{zz}b"),
        ("utf-8; ü@b", "utf-8", "ü@b", "ü@b"),
        ("a@b", "", "a@b", "a@b"),
        ("; a", "", "; a", "; a"),
        ("x400; /S=a;b/", "x400", "/S=a;b/", "/S=a;b/"),
        ("", "", "", ""),
    ] {
        let typed = Typed::parse(value.as_bytes());
        assert_eq!(
            (typed.kind(), typed.value(), &*typed.address()),
            (kind, text, address),
            "value {value:?}"
        );
    }
}

/// RFC 8098 §9 (its second part).
#[test]
fn a_receipt() {
    let text = "Reporting-UA: joes-pc.cs.example.com; Foomail 97.1\r\n\
                Original-Recipient: rfc822;Joe_Recipient@example.com\r\n\
                Final-Recipient: rfc822;Joe_Recipient@example.com\r\n\
                Original-Message-ID: <199509192301.23456@example.org>\r\n\
                Disposition: manual-action/MDN-sent-manually; displayed\r\n";
    let (report, found) = with(|f| DispositionNotification::parse_with(text.as_bytes(), f));
    assert_eq!(
        report.reporting_ua(),
        Some(("joes-pc.cs.example.com".into(), Some("Foomail 97.1".into())))
    );
    assert_eq!(report.original_recipient().unwrap().value(), "Joe_Recipient@example.com");
    assert_eq!(report.final_recipient().unwrap().kind(), "rfc822");
    assert_eq!(report.original_message_id().as_deref(), Some("199509192301.23456@example.org"));
    let disposition = report.disposition().unwrap();
    assert_eq!(disposition.action_mode(), "manual-action");
    assert_eq!(
        (disposition.sending_mode(), disposition.kind()),
        ("mdn-sent-manually", "displayed")
    );
    assert_eq!((report.errors().count(), report.mdn_gateway(), found), (0, None, vec![]));
    assert_eq!(report.clone().into_owned(), report);
}

#[test]
fn damaged_receipts() {
    let text = "Reporting-UA: x\n\nFinal-Recipient: a@b\nDisposition: x/y; processed/error\nError: one\nError: two\n";
    let (report, found) = with(|f| DispositionNotification::parse_with(text.as_bytes(), f));
    assert_eq!(
        (report.errors().collect::<Vec<_>>(), found),
        (vec!["one".into(), "two".into()], vec![InvalidFieldSyntax])
    );
    assert_eq!(report.reporting_ua(), Some(("x".into(), None)));
    let (report, found) = with(|f| DispositionNotification::parse_with(b"x: y\n", f));
    assert_eq!((report.disposition(), found), (None, vec![InvalidFieldSyntax]));
}

#[test]
fn dispositions() {
    type Row<'r> = (&'r str, Option<(&'r str, &'r str, &'r str, &'r [&'r str])>);
    let rows: [Row<'_>; 12] = [
        (
            "manual-action/MDN-sent-manually; displayed",
            Some(("manual-action", "mdn-sent-manually", "displayed", &[])),
        ),
        ("a(c) / b ; Deleted / Error , x,y", Some(("a", "b", "deleted", &["error", "x", "y"]))),
        ("a/b; processed/error/failed", Some(("a", "b", "processed", &["error", "failed"]))),
        ("a; displayed", Some(("a", "", "displayed", &[]))),
        ("displayed", Some(("", "", "displayed", &[]))),
        ("processed/error", Some(("", "", "processed", &["error"]))),
        ("a/b", Some(("", "", "a", &["b"]))),
        ("a/b;", None),
        ("a b", None),
        ("; displayed", None),
        ("/", None),
        ("", None),
    ];
    for (value, want) in rows {
        let got = Disposition::parse(value.as_bytes());
        let got = got.as_ref().map(|d| {
            (d.action_mode(), d.sending_mode(), d.kind(), d.modifiers().collect::<Vec<_>>())
        });
        let want = want
            .map(|(action, sending, kind, modifiers)| (action, sending, kind, modifiers.to_vec()));
        assert_eq!(got, want, "value {value:?}");
    }
}

/// RFC 5965 appendix B.2.
#[test]
fn a_full_report_of_abuse() {
    let text = "Feedback-Type: abuse\r\nUser-Agent: SomeGenerator/1.0\r\nVersion: 1\r\n\
                Original-Mail-From: <somespammer@example.net>\r\nOriginal-Rcpt-To: <user@example.com>\r\n\
                Arrival-Date: Thu, 8 Mar 2005 14:00:00 EDT\r\nReporting-MTA: dns; mail.example.com\r\n\
                Source-IP: 192.0.2.1\r\nAuthentication-Results: mail.example.com;\r\n               \
                spf=fail smtp.mail=somespammer@example.com\r\nReported-Domain: example.net\r\n\
                Reported-Uri: http://example.net/earn_money.html\r\nReported-Uri: mailto:user@example.com\r\n\
                Removal-Recipient: user@example.com\r\n";
    let (report, found) = with(|f| FeedbackReport::parse_with(text.as_bytes(), f));
    assert_eq!(report.feedback_type().as_deref(), Some("abuse"));
    assert_eq!(report.user_agent().as_deref(), Some("SomeGenerator/1.0"));
    assert_eq!((report.version(), report.incidents()), (Some(1), 1));
    assert_eq!(report.original_mail_from().as_deref(), Some("somespammer@example.net"));
    assert!(report.original_rcpt_to().eq(["user@example.com"]));
    assert_eq!(report.arrival_date().unwrap().unix(), 1_110_304_800);
    assert_eq!(report.reporting_mta().unwrap().value(), "mail.example.com");
    assert_eq!(report.source_ip(), Some([192, 0, 2, 1].into()));
    let results: Vec<_> = report.authentication_results().collect();
    assert_eq!(results[0].results()[0].property("smtp", "mail"), Some("somespammer@example.com"));
    assert!(report.reported_domains().eq(["example.net"]));
    assert!(
        report
            .reported_uris()
            .eq(["http://example.net/earn_money.html", "mailto:user@example.com"])
    );
    assert_eq!(report.fields().get("Removal-Recipient").unwrap().text(), "user@example.com");
    assert_eq!((report.fields().len(), found), (13, vec![]));
    assert_eq!(report.clone().into_owned(), report);
}

#[test]
fn feedback_of_other_kinds() {
    let text = "Feedback-Type: Auth-Failure (c)\nUser-Agent: x\nVersion: 0.1\nIncidents: 17\n\
                Received-Date: Thu, 8 Mar 2005 14:00:00 EDT\nSource-IP: [IPv6:2001:db8::1]\n\
                Auth-Failure: DKIM\nOriginal-Mail-From: <>\n";
    let (report, found) = with(|f| FeedbackReport::parse_with(text.as_bytes(), f));
    assert_eq!(report.feedback_type().as_deref(), Some("auth-failure"));
    assert_eq!(report.auth_failure().as_deref(), Some("dkim"));
    assert_eq!((report.version(), report.incidents()), (None, 17));
    assert_eq!(report.source_ip().unwrap().to_string(), "2001:db8::1");
    assert_eq!(report.arrival_date().unwrap().unix(), 1_110_304_800);
    assert_eq!((report.original_mail_from().as_deref(), found), (Some(""), vec![]));

    let text = b"Feedback-Type: abuse\nVersion: 1\nVersion: 2\nArrival-Date: x\nReceived-Date: y\n";
    let (_, found) = with(|f| FeedbackReport::parse_with(text, f));
    assert_eq!(found, [InvalidFieldSyntax, DuplicateSingleton, DuplicateSingleton]);
}

#[test]
fn parts_of_a_report() {
    type Row<'r> = (&'r [&'r str], Option<usize>, Option<(usize, ReportKind)>, Option<usize>);
    let rows: [Row<'_>; 6] = [
        (
            &["text/plain", "message/delivery-status", "message/rfc822"],
            Some(0),
            Some((1, ReportKind::Delivery)),
            Some(2),
        ),
        (
            &["multipart/alternative", "message/disposition-notification"],
            Some(0),
            Some((1, ReportKind::Disposition)),
            None,
        ),
        (
            &["text/plain", "message/feedback-report", "text/rfc822-headers"],
            Some(0),
            Some((1, ReportKind::Feedback)),
            Some(2),
        ),
        (
            &["message/global-delivery-status", "message/global", "text/plain"],
            Some(2),
            Some((0, ReportKind::Delivery)),
            Some(1),
        ),
        (&["text/plain", "message/rfc822"], Some(0), None, Some(1)),
        (&[], None, None, None),
    ];
    for (types, text, report, original) in rows {
        let types: Vec<_> = types.iter().map(|name| ContentType::parse(name.as_bytes())).collect();
        let parts = ReportParts::find(&types);
        assert_eq!(
            (parts.text, parts.report, parts.original),
            (text, report, original),
            "{types:?}"
        );
    }
}
