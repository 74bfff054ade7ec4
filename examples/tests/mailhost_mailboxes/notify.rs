//! NOTIFY.
use crate::talk::{Client, account, deliver, flags, host, id};
use examples::host::mail::FlagChange;

const ALL: &str = "MessageNew MessageExpunge FlagChange";

#[test]
fn what_is_refused() {
    let mut client = Client::new(&host());
    let events = "MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange \
        ServerMetadataChange";
    let bad_event = format!("NO [BADEVENT ({events})] Unknown event");
    for (groups, want) in [
        ("(personal (AnnotationChange MessageNew MessageExpunge))", &*bad_event),
        ("(personal (Fruit))", &bad_event),
        ("(personal (MessageNew))", "BAD"),
        ("(personal (MessageExpunge))", "BAD"),
        ("(personal (FlagChange))", "BAD"),
        ("(selected (FlagChange MessageExpunge))", "BAD"),
        ("(selected (MessageNew MessageExpunge MailboxName))", "BAD"),
        ("(selected-delayed (ServerMetadataChange))", "BAD"),
        ("(personal (MessageNew (uid) MessageExpunge))", "BAD"),
        ("(selected (MessageNew (fruit) MessageExpunge))", "BAD"),
        ("(selected NONE) (selected-delayed NONE)", "BAD"),
        ("(elsewhere NONE)", "BAD"),
        ("", "BAD"),
    ] {
        client.is(&format!("NOTIFY SET {groups}"), want);
    }
    client.is("NOTIFY NONE", "OK NOTIFY completed");
    client.is("NOTIFY SET (selected NONE) (personal NONE)", "OK NOTIFY completed");
}

#[test]
fn the_mailbox_that_is_selected_later_is_told_of() {
    let host = host();
    let mut client = Client::new(&host);
    for set in ["selected", "selected-delayed"] {
        client.ask("UNSELECT");
        client.is(&format!("NOTIFY SET ({set} ({ALL}))"), "OK NOTIFY completed");
        for mailbox in ["Sent", "Trash"] {
            client.ask(&format!("SELECT {mailbox}"));
            client.hears("");
            deliver(&host, mailbox, "x");
            let count = if set == "selected" { 1 } else { 2 };
            client.hears(&format!("* {count} EXISTS\n* 1 RECENT"));
        }
    }
}

#[test]
fn status_comes_first() {
    let host = host();
    deliver(&host, "Sent", "x");
    let mut client = Client::new(&host);
    client.ask("SELECT INBOX");
    let status = |name: &str, messages, more: &str| {
        let validity = id(&host, name).0;
        let next = messages + 1;
        format!(
            "* STATUS {name} (UIDNEXT {next} MESSAGES {messages} UIDVALIDITY {validity}{more})\n"
        )
    };
    client.is(
        "NOTIFY SET STATUS (selected NONE) (mailboxes (inbox sent Sent nothing) (MessageNew MessageExpunge))",
        &(status("Sent", 1, "") + "OK NOTIFY completed"),
    );
    let trash = id(&host, "Trash");
    let modseq = account(&host).look(|state| state.mailbox(trash).unwrap().modseq);
    client.is(
        &format!("NOTIFY SET STATUS (mailboxes Trash ({ALL})) (subtree Archive (MailboxName))"),
        &(status("Trash", 0, &format!(" HIGHESTMODSEQ {modseq}")) + "OK NOTIFY completed"),
    );
    client.ask("UNSELECT");
    client.is(
        "NOTIFY SET STATUS (inboxes (MessageNew MessageExpunge))",
        &(status("INBOX", 0, "") + "OK"),
    );
}

/// §5.1 to §5.3 of mailboxes that are not selected.
#[test]
fn messages_elsewhere() {
    let host = host();
    let account = account(&host);
    let mut client = Client::new(&host);
    client.is(&format!("NOTIFY SET (personal ({ALL}))"), "OK");
    client.hears("");
    deliver(&host, "Sent", "x");
    deliver(&host, "Sent", "x");
    client.hears("* STATUS Sent (UIDNEXT 3 MESSAGES 2)");
    client.hears("");
    let sent = id(&host, "Sent");
    account.store(sent, &[1], FlagChange::Add, &flags(&["\\Seen"]), None).unwrap();
    client.hears(&format!("* STATUS Sent (UNSEEN 1 UIDVALIDITY {})", sent.0));
    // Who knows no mod-sequences is not told what cannot be said.
    account.store(sent, &[1], FlagChange::Add, &flags(&["\\Flagged"]), None).unwrap();
    client.hears("");
    account.expunge(sent, &[1], false).unwrap();
    client.hears("* STATUS Sent (UIDNEXT 3 MESSAGES 1)");
    client.ask("ENABLE CONDSTORE");
    account.store(sent, &[2], FlagChange::Add, &flags(&["\\Flagged"]), None).unwrap();
    let modseq = || account.look(|state| state.mailbox(sent).unwrap().modseq);
    client.hears(&format!("* STATUS Sent (UIDVALIDITY {} HIGHESTMODSEQ {})", sent.0, modseq()));
    deliver(&host, "Sent", "x");
    client.hears(&format!("* STATUS Sent (UIDNEXT 4 MESSAGES 2 HIGHESTMODSEQ {})", modseq()));
    // It came and went.
    let uid = deliver(&host, "Sent", "x");
    account.expunge(sent, &[uid], false).unwrap();
    client.hears(&format!("* STATUS Sent (UIDNEXT 5 MESSAGES 2 HIGHESTMODSEQ {})", modseq()));
    // What it did itself it knows.
    client.is("APPEND Sent {1+}\r\nx", "OK [APPENDUID");
    client.hears("");
    client.is("NOTIFY NONE", "OK");
    deliver(&host, "Sent", "x");
    client.hears("");
}

#[test]
fn which_mailboxes() {
    let host = host();
    let mut other = Client::new(&host);
    for name in ["a/b/c", "ab"] {
        other.ask(&format!("CREATE {name}"));
    }
    other.ask("UNSUBSCRIBE Trash");
    for (mailboxes, told) in [
        ("personal", "INBOX Sent Trash a a/b a/b/c ab"),
        ("inboxes", "INBOX"),
        ("subscribed", "INBOX Sent"),
        ("subtree a", "a a/b a/b/c"),
        ("subtree (a/b ab)", "a/b a/b/c ab"),
        ("mailboxes a", "a"),
        ("mailboxes (a \"a/%\" \"*\" inbox)", "INBOX a"),
    ] {
        let mut client = Client::new(&host);
        client.is(&format!("NOTIFY SET ({mailboxes} (MessageNew MessageExpunge))"), "OK");
        for name in ["INBOX", "Sent", "Trash", "a", "a/b", "a/b/c", "ab"] {
            deliver(&host, name, "x");
        }
        let said = client.hear();
        let names: Vec<_> =
            said.lines().map(|line| line.split(' ').nth(2).unwrap().to_owned()).collect();
        assert_eq!(names.join(" "), told, "{mailboxes}: {said}");
    }
    // The list of subscriptions is looked at anew (§6.4).
    let mut client = Client::new(&host);
    client.is("NOTIFY SET (subscribed (MessageNew MessageExpunge))", "OK");
    other.ask("SUBSCRIBE Trash");
    deliver(&host, "Trash", "x");
    assert!(client.hear().starts_with("* STATUS Trash ("));
}

/// §5.4.
#[test]
fn names() {
    let host = host();
    let mut other = Client::new(&host);
    let mut client = Client::new(&host);
    client.is("NOTIFY SET (personal (MailboxName))", "OK");
    other.ask("CREATE a/b");
    client.hears("* LIST (\\HasChildren) \"/\" a\n* LIST (\\HasNoChildren) \"/\" a/b");
    other.ask("CREATE a/c");
    client.hears("* LIST (\\HasChildren) \"/\" a\n* LIST (\\HasNoChildren) \"/\" a/c");
    other.ask("DELETE a/c");
    client
        .hears("* LIST (\\HasChildren) \"/\" a\n* LIST (\\NonExistent \\HasNoChildren) \"/\" a/c");
    // Those below go along, and are not told of.
    other.ask("RENAME a x/y");
    client.hears(
        "* LIST (\\HasChildren) \"/\" x\n* LIST (\\HasChildren) \"/\" x/y (\"OLDNAME\" (a))",
    );
    other.ask("DELETE x/y");
    client.hears("* LIST (\\HasChildren) \"/\" x\n* LIST (\\NonExistent \\HasChildren) \"/\" x/y");
    other.ask("RENAME inbox old");
    client.hears("* LIST (\\HasNoChildren) \"/\" old");
    // What the client did itself it knows, and only that.
    client.is("CREATE mine/too", "OK");
    client.is("RENAME mine/too mine/other", "OK");
    other.ask("CREATE theirs");
    client.is("DELETE mine/other", "* LIST (\\HasNoChildren) \"/\" theirs\nOK DELETE completed");
    client.hears("");
    client.is("NOTIFY SET (subtree mine (MailboxName))", "OK");
    other.ask("CREATE others");
    client.hears("");
    other.ask("RENAME others mine/others");
    client.hears("* LIST (\\HasNoChildren) \"/\" mine/others (\"OLDNAME\" (others))");
    other.ask("RENAME mine/others others");
    client.hears("* LIST (\\HasNoChildren) \"/\" others (\"OLDNAME\" (mine/others))");
}

/// §5.5 to §5.7.
#[test]
fn subscriptions_and_annotations() {
    let host = host();
    let mut other = Client::new(&host);
    let mut client = Client::new(&host);
    client.is(
        "NOTIFY SET (personal (SubscriptionChange MailboxMetadataChange ServerMetadataChange))",
        "OK",
    );
    other.ask("UNSUBSCRIBE Sent");
    client.hears("* LIST (\\Sent \\HasNoChildren) \"/\" Sent");
    other.ask("SUBSCRIBE nothing");
    client.hears("* LIST (\\NonExistent \\HasNoChildren \\Subscribed) \"/\" nothing");
    other.ask("SETMETADATA INBOX (/private/comment \"a\" /shared/comment \"b\")");
    client.hears("* METADATA INBOX /private/comment /shared/comment");
    other.ask("SETMETADATA INBOX (/private/comment NIL /shared/comment \"b\")");
    client.hears("* METADATA INBOX /private/comment");
    other.ask("SETMETADATA \"\" (/shared/comment \"b\")");
    client.hears("* METADATA \"\" /shared/comment");
    client.is("SETMETADATA \"\" (/shared/comment \"c\")", "OK");
    client.is("SETMETADATA INBOX (/shared/comment \"c\")", "OK");
    client.is("SUBSCRIBE Sent", "OK");
    client.hears("");
    // Not what was not asked for.
    deliver(&host, "INBOX", "x");
    other.ask("CREATE a");
    client.hears("");
}

/// §5.1 to §5.3 and §6.1 of the mailbox that is selected.
#[test]
fn messages_of_the_selected_mailbox() {
    let host = host();
    let (account, inbox) = (account(&host), id(&host, "INBOX"));
    let message = "Subject: hello\r\n\r\ntext";
    deliver(&host, "INBOX", message);
    let mut client = Client::rev2(&host);
    client.ask("SELECT INBOX");
    let wishes = format!(
        "(selected (MessageNew (flags body.peek[header.fields (subject)]) MessageExpunge FlagChange)) \
         (personal ({ALL}))"
    );
    deliver(&host, "INBOX", message);
    // What happened before is told first (§3.1).
    client.is(&format!("NOTIFY SET {wishes}"), "* 2 EXISTS\nOK NOTIFY completed");
    client.hears("");
    deliver(&host, "INBOX", message);
    deliver(&host, "INBOX", message);
    let fetched = |number: u32| {
        let field = "BODY[HEADER.FIELDS (subject)] {18}\nSubject: hello\n)";
        format!("* {number} FETCH (UID {number} FLAGS () {field}\n")
    };
    client.hears(&format!("* 4 EXISTS\n{}{}", fetched(3), fetched(4)));
    account.store(inbox, &[1], FlagChange::Add, &flags(&["\\Seen"]), None).unwrap();
    client.hears("* 1 FETCH (UID 1 FLAGS (\\Seen))");
    account.expunge(inbox, &[1], false).unwrap();
    client.hears("* 1 EXPUNGE");
    // IDLE tells the same (§4).
    assert!(client.send("i IDLE").starts_with("+ "));
    account.expunge(inbox, &[2], false).unwrap();
    deliver(&host, "INBOX", message);
    client.hears(&format!("* 1 EXPUNGE\n* 3 EXISTS\n{}", fetched(5).replacen('5', "3", 1)));
    client.send("DONE");
    // Of those that come during a command, too, but not of its own.
    deliver(&host, "INBOX", message);
    let said = client.ask("APPEND INBOX {1+}\r\nx") + &client.hear();
    assert!(said.contains("* 5 EXISTS\r\n") && said.contains("* 4 FETCH (UID 6 "), "{said}");
    assert!(!said.contains("* 5 FETCH"), "{said}");
    // Once another mailbox is selected, this one is like the others.
    client.ask("SELECT Sent");
    client.hears("");
    deliver(&host, "INBOX", message);
    client.hears("* STATUS INBOX (UIDNEXT 9 MESSAGES 6)");
    deliver(&host, "Sent", message);
    let said = client.hear();
    assert!(said.starts_with("* 1 EXISTS\r\n* 1 FETCH (UID 1 FLAGS ()"), "{said}");
}

#[test]
fn expunge_waits_if_it_is_to() {
    let host = host();
    let (account, inbox) = (account(&host), id(&host, "INBOX"));
    for _ in 0..3 {
        deliver(&host, "INBOX", "x");
    }
    let mut client = Client::rev2(&host);
    client.ask("SELECT INBOX");
    client.is("NOTIFY SET (selected-delayed (MessageNew MessageExpunge))", "OK");
    account.expunge(inbox, &[1], false).unwrap();
    deliver(&host, "INBOX", "x");
    client.hears("* 4 EXISTS");
    client.is("NOOP", "* 1 EXPUNGE\nOK NOOP completed");
    // FlagChange was not asked for: nothing comes unasked.
    account.store(inbox, &[2], FlagChange::Add, &flags(&["\\Seen"]), None).unwrap();
    client.hears("");
    client.is("NOOP", "* 1 FETCH (UID 2 FLAGS (\\Seen))\nOK NOOP completed");
    client.is("NOOP", "OK NOOP completed");
    // Nothing is asked for of this mailbox, not even in IDLE (§3.1, §4).
    client.is("NOTIFY SET (personal (MessageNew MessageExpunge))", "OK");
    client.send("i IDLE");
    deliver(&host, "INBOX", "x");
    client.hears("");
    client.send("DONE");
    client.is("NOOP", "OK NOOP completed");
}
