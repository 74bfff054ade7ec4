//! LIST in all its forms, LSUB, XLIST, STATUS, NAMESPACE and ID.
use crate::talk::{Client, account, deliver, flags, host, id};
use examples::host::mail::FlagChange;

/// The mailboxes of RFC 9051 §6.3.9.8.
const FRUIT: [&str; 7] = [
    "Fruit",
    "Fruit/Apple",
    "Fruit/Banana",
    "Tofu",
    "Vegetable",
    "Vegetable/Broccoli",
    "Vegetable/Corn",
];

fn with_fruit() -> (std::sync::Arc<examples::host::Host>, Client) {
    let host = host();
    let mut client = Client::new(&host);
    for name in ["Archive", "Drafts", "Junk", "Sent", "Trash"] {
        client.is(&format!("DELETE {name}"), "OK DELETE completed");
        client.is(&format!("UNSUBSCRIBE {name}"), "OK UNSUBSCRIBE completed");
    }
    for name in FRUIT {
        client.ask(&format!("CREATE {name}"));
    }
    for name in ["Fruit/Banana", "Fruit/Peach", "Vegetable", "Vegetable/Broccoli"] {
        client.is(&format!("SUBSCRIBE {name}"), "OK SUBSCRIBE completed");
    }
    (host, client)
}

#[test]
fn a_new_account_has_mailboxes_for_each_use() {
    let mut client = Client::new(&host());
    let all = "* LIST (\\Archive \\HasNoChildren) \"/\" Archive
        * LIST (\\Drafts \\HasNoChildren) \"/\" Drafts
        * LIST (\\HasNoChildren) \"/\" INBOX
        * LIST (\\Junk \\HasNoChildren) \"/\" Junk
        * LIST (\\Sent \\HasNoChildren) \"/\" Sent
        * LIST (\\Trash \\HasNoChildren) \"/\" Trash
        OK LIST completed";
    client.is("LIST \"\" *", all);
    client.is("LIST \"\" %", all);
    client.is(
        "LIST (SPECIAL-USE) \"\" * RETURN (SPECIAL-USE)",
        &all.replace("* LIST (\\HasNoChildren) \"/\" INBOX\n", ""),
    );
    client.is("LIST \"\" S*", "* LIST (\\Sent \\HasNoChildren) \"/\" Sent\nOK");
    client.is("LIST \"\" inbox", "* LIST (\\HasNoChildren) \"/\" INBOX\nOK");
    client.is("LIST \"\" nothing", "OK");
    client.is("NAMESPACE", "* NAMESPACE ((\"\" \"/\")) NIL NIL\nOK NAMESPACE completed");
    client.is("LIST (FRUIT) \"\" *", "BAD");
    client.is("LIST \"\" * RETURN (FRUIT)", "BAD");
    client.is("LIST \"\" * RETURN (STATUS (FRUIT))", "BAD");
    client.is("LIST (RECURSIVEMATCH) \"\" *", "BAD");
    client.is("LIST (REMOTE RECURSIVEMATCH) \"\" *", "BAD");
}

#[test]
fn xlist_has_the_names_that_old_clients_know() {
    let mut client = Client::new(&host());
    assert!(client.ask("CAPABILITY").contains(" XLIST "));
    client.is(
        "XLIST \"\" *",
        "* XLIST (\\Archive \\HasNoChildren) \"/\" Archive
        * XLIST (\\Drafts \\HasNoChildren) \"/\" Drafts
        * XLIST (\\HasNoChildren \\Inbox) \"/\" INBOX
        * XLIST (\\Spam \\HasNoChildren) \"/\" Junk
        * XLIST (\\Sent \\HasNoChildren) \"/\" Sent
        * XLIST (\\Trash \\HasNoChildren) \"/\" Trash
        OK XLIST completed",
    );
}

#[test]
fn with_uidonly_no_sequence_number_comes_with_select() {
    let host = host();
    deliver(&host, "INBOX", "Subject: x\r\n\r\n");
    let mut client = Client::new(&host);
    assert!(client.ask("SELECT INBOX").contains("[UNSEEN 1]"));
    client.is("ENABLE UIDONLY", "* ENABLED UIDONLY\nOK");
    assert!(!client.ask("SELECT INBOX").contains("[UNSEEN "));
}

#[test]
fn an_empty_pattern_asks_for_the_delimiter() {
    let mut client = Client::new(&host());
    client.is("LIST \"\" \"\"", "* LIST (\\Noselect) \"/\" \"\"\nOK LIST completed");
    client.is("LIST a/b \"\"", "* LIST (\\Noselect) \"/\" \"\"\nOK LIST completed");
    client.is("LSUB \"\" \"\"", "* LSUB (\\Noselect) \"/\" \"\"\nOK LSUB completed");
    // RFC 5258 §3: not in the extended form.
    client.is("LIST () \"\" \"\"", "OK LIST completed");
    client.is("LIST \"\" (\"\" INBOX)", "* LIST (\\HasNoChildren) \"/\" INBOX\nOK");
}

#[test]
fn the_examples_of_the_rfc() {
    let (_host, mut client) = with_fruit();
    client.is(
        "LIST (SUBSCRIBED) \"\" *",
        "* LIST (\\HasNoChildren \\Subscribed) \"/\" Fruit/Banana
         * LIST (\\NonExistent \\HasNoChildren \\Subscribed) \"/\" Fruit/Peach
         * LIST (\\HasNoChildren \\Subscribed) \"/\" INBOX
         * LIST (\\HasChildren \\Subscribed) \"/\" Vegetable
         * LIST (\\HasNoChildren \\Subscribed) \"/\" Vegetable/Broccoli
         OK LIST completed",
    );
    client.is(
        "LIST () \"\" % RETURN (CHILDREN)",
        "* LIST (\\HasChildren) \"/\" Fruit
         * LIST (\\HasNoChildren) \"/\" INBOX
         * LIST (\\HasNoChildren) \"/\" Tofu
         * LIST (\\HasChildren) \"/\" Vegetable
         OK LIST completed",
    );
    client.is(
        "LIST (REMOTE) \"\" * RETURN (SUBSCRIBED)",
        "* LIST (\\HasChildren) \"/\" Fruit
         * LIST (\\HasNoChildren) \"/\" Fruit/Apple
         * LIST (\\HasNoChildren \\Subscribed) \"/\" Fruit/Banana
         * LIST (\\HasNoChildren \\Subscribed) \"/\" INBOX
         * LIST (\\HasNoChildren) \"/\" Tofu
         * LIST (\\HasChildren \\Subscribed) \"/\" Vegetable
         * LIST (\\HasNoChildren \\Subscribed) \"/\" Vegetable/Broccoli
         * LIST (\\HasNoChildren) \"/\" Vegetable/Corn
         OK LIST completed",
    );
    // `Fruit` is not subscribed to, something below it is; `Vegetable` is, and something below it, too.
    client.is(
        "LIST (SUBSCRIBED RECURSIVEMATCH) \"\" %",
        "* LIST (\\HasChildren) \"/\" Fruit (\"CHILDINFO\" (\"SUBSCRIBED\"))
         * LIST (\\HasNoChildren \\Subscribed) \"/\" INBOX
         * LIST (\\HasChildren \\Subscribed) \"/\" Vegetable (\"CHILDINFO\" (\"SUBSCRIBED\"))
         OK LIST completed",
    );
    // What is told itself need not be told of the one above (§3.5).
    client.is(
        "LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (Fruit Fruit/*)",
        "* LIST (\\HasNoChildren \\Subscribed) \"/\" Fruit/Banana
         * LIST (\\NonExistent \\HasNoChildren \\Subscribed) \"/\" Fruit/Peach
         OK LIST completed",
    );
    client.is(
        "LIST \"\" (Tofu Fruit/%) RETURN ()",
        "* LIST (\\HasNoChildren) \"/\" Fruit/Apple
         * LIST (\\HasNoChildren) \"/\" Fruit/Banana
         * LIST (\\HasNoChildren) \"/\" Tofu
         OK",
    );
    client.is("LIST Fruit/ A%", "* LIST (\\HasNoChildren) \"/\" Fruit/Apple\nOK");
    client.is("LIST \"\" %/Corn", "* LIST (\\HasNoChildren) \"/\" Vegetable/Corn\nOK");
    // Nothing has to be below a mailbox for a name below it to be subscribed to.
    client.ask("SUBSCRIBE Tofu/Silken");
    client.is("LIST \"\" Tofu", "* LIST (\\HasNoChildren) \"/\" Tofu\nOK");
    client.is(
        "LIST (SUBSCRIBED RECURSIVEMATCH) \"\" Tofu",
        "* LIST (\\HasNoChildren) \"/\" Tofu (\"CHILDINFO\" (\"SUBSCRIBED\"))\nOK",
    );
}

#[test]
fn lsub_stops_at_a_level() {
    let (_host, mut client) = with_fruit();
    client.is(
        "LSUB \"\" *",
        "* LSUB () \"/\" Fruit/Banana
         * LSUB () \"/\" Fruit/Peach
         * LSUB () \"/\" INBOX
         * LSUB () \"/\" Vegetable
         * LSUB () \"/\" Vegetable/Broccoli
         OK LSUB completed",
    );
    client.is(
        "LSUB \"\" %",
        "* LSUB (\\Noselect) \"/\" Fruit
         * LSUB () \"/\" INBOX
         * LSUB () \"/\" Vegetable
         OK LSUB completed",
    );
    client.is("LSUB Fruit/ %", "* LSUB () \"/\" Fruit/Banana\n* LSUB () \"/\" Fruit/Peach\nOK");
    client.ask("SUBSCRIBE a/b/c");
    client.is("LSUB \"\" a/%", "* LSUB (\\Noselect) \"/\" a/b\nOK");
    client.is("LSUB \"\" a/*", "* LSUB () \"/\" a/b/c\nOK");
    client.is("LSUB \"\" a", "OK");
}

/// A mailbox that is deleted while there are others below it leaves its name.
#[test]
fn names_of_no_mailbox() {
    let (_host, mut client) = with_fruit();
    client.ask("DELETE Fruit");
    // `\NonExistent` is for those who know it.
    client.is("LIST \"\" F%", "* LIST (\\Noselect \\HasChildren) \"/\" Fruit\nOK");
    client.is("LIST () \"\" F%", "* LIST (\\NonExistent \\HasChildren) \"/\" Fruit\nOK");
    client.is("LIST \"\" Fruit", "* LIST (\\Noselect \\HasChildren) \"/\" Fruit\nOK");
    client.is(
        "LIST \"\" F*",
        "* LIST (\\Noselect \\HasChildren) \"/\" Fruit
         * LIST (\\HasNoChildren) \"/\" Fruit/Apple
         * LIST (\\HasNoChildren) \"/\" Fruit/Banana
         OK",
    );
    // RFC 5819 §2, RFC 8440 §3: nothing more is said of it.
    client.is(
        "LIST \"\" F% RETURN (STATUS (MESSAGES) MYRIGHTS METADATA (/private/comment))",
        "* LIST (\\NonExistent \\HasChildren) \"/\" Fruit\nOK",
    );
    client.is("STATUS Fruit (MESSAGES)", "NO [NONEXISTENT]");
    client.is("SELECT Fruit", "NO [NONEXISTENT]");
    client.ask("DELETE Fruit/Apple");
    client.ask("DELETE Fruit/Banana");
    client.is("LIST \"\" F*", "OK");
    client.ask("ENABLE IMAP4rev2");
    client.ask("DELETE Vegetable");
    client.is("LIST \"\" Veg%", "* LIST (\\NonExistent \\HasChildren) \"/\" Vegetable\nOK");
}

#[test]
fn list_says_more_of_each() {
    let (host, mut client) = with_fruit();
    deliver(&host, "Fruit/Apple", "Subject: a\r\n\r\n");
    client.is(
        "LIST (SUBSCRIBED RECURSIVEMATCH) \"\" % RETURN (STATUS (MESSAGES UNSEEN))",
        "* LIST (\\HasChildren) \"/\" Fruit (\"CHILDINFO\" (\"SUBSCRIBED\"))
         * LIST (\\HasNoChildren \\Subscribed) \"/\" INBOX
         * STATUS INBOX (MESSAGES 0 UNSEEN 0)
         * LIST (\\HasChildren \\Subscribed) \"/\" Vegetable (\"CHILDINFO\" (\"SUBSCRIBED\"))
         * STATUS Vegetable (MESSAGES 0 UNSEEN 0)
         OK LIST completed",
    );
    client.ask("SETMETADATA Fruit/Apple (/private/comment \"red\")");
    client.is(
        "LIST \"\" Fruit/% RETURN (MYRIGHTS STATUS (MESSAGES SIZE) METADATA (/private/comment /shared/comment))",
        "* LIST (\\HasNoChildren) \"/\" Fruit/Apple
         * MYRIGHTS Fruit/Apple lrswipkxtecda
         * STATUS Fruit/Apple (MESSAGES 1 SIZE 14)
         * METADATA Fruit/Apple (/private/comment \"red\" /shared/comment NIL)
         * LIST (\\HasNoChildren) \"/\" Fruit/Banana
         * MYRIGHTS Fruit/Banana lrswipkxtecda
         * STATUS Fruit/Banana (MESSAGES 0 SIZE 0)
         * METADATA Fruit/Banana (/private/comment NIL /shared/comment NIL)
         OK LIST completed",
    );
    client.is("LIST \"\" * RETURN (METADATA (/other/comment))", "BAD");
}

#[test]
fn status_of_everything() {
    let host = host();
    for text in ["Subject: a\r\n\r\n", "Subject: b\r\n\r\nxyz", "Subject: c\r\n\r\n"] {
        deliver(&host, "INBOX", text);
    }
    let (inbox, account) = (id(&host, "INBOX"), account(&host));
    account.store(inbox, &[1, 2], FlagChange::Add, &flags(&["\\Seen"]), None).unwrap();
    account.store(inbox, &[2], FlagChange::Add, &flags(&["\\Deleted"]), None).unwrap();
    let modseq = account.look(|state| state.mailbox(inbox).unwrap().modseq);
    let mut client = Client::new(&host);
    client.is(
        "STATUS INBOX (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE HIGHESTMODSEQ APPENDLIMIT \
         MAILBOXID DELETED-STORAGE)",
        &format!(
            "* STATUS INBOX (MESSAGES 3 RECENT 3 UIDNEXT 4 UIDVALIDITY {id} UNSEEN 1 DELETED 1 SIZE 45 \
             HIGHESTMODSEQ {modseq} APPENDLIMIT 134217728 MAILBOXID (F{id:08x}) DELETED-STORAGE 17)
             OK STATUS completed",
            id = inbox.0
        ),
    );
    client.is("STATUS INBOX (FRUIT)", "BAD");
    client.is("STATUS nothing (MESSAGES)", "NO [NONEXISTENT]");
    client.is("STATUS \"\" (MESSAGES)", "NO [NONEXISTENT]");
}

#[test]
fn names_in_two_encodings() {
    let host = host();
    let mut old = Client::new(&host);
    old.is("CREATE Entw&APw-rfe/&ZeVnLIqe-", &format!("OK [MAILBOXID (F{:08x})]", 0)[..14]);
    old.is(
        "LIST \"\" Entw*",
        "* LIST (\\HasChildren) \"/\" Entw&APw-rfe
         * LIST (\\HasNoChildren) \"/\" Entw&APw-rfe/&ZeVnLIqe-
         OK",
    );
    old.is("LIST \"\" Entw&APw-%", "* LIST (\\HasChildren) \"/\" Entw&APw-rfe\nOK");
    // A shift that is none fits nothing.
    old.is("LIST \"\" &Jjo!*", "OK");
    old.is("CREATE &Jjo!", "NO [CANNOT]");
    old.is("STATUS &Jjo! (MESSAGES)", "NO [NONEXISTENT]");
    let mut new = Client::rev2(&host);
    new.is("LIST \"\" \"Entwü%\"", "* LIST (\\HasChildren) \"/\" \"Entwürfe\"\nOK");
    new.is(
        "STATUS \"Entwürfe/日本語\" (MESSAGES)",
        "* STATUS \"Entwürfe/日本語\" (MESSAGES 0)\nOK",
    );
    // `&` is itself there.
    new.is("CREATE a&b", "OK [MAILBOXID (F");
    old.is("LIST \"\" a*", "* LIST (\\HasNoChildren) \"/\" a&-b\nOK");
    new.is("LIST \"\" a*", "* LIST (\\HasNoChildren) \"/\" a&b\nOK");
}

#[test]
fn who_the_host_is() {
    let version = env!("CARGO_PKG_VERSION");
    let said = format!("* ID (\"name\" \"mailhost\" \"version\" \"{version}\")\nOK ID completed");
    let host = host();
    let mut client = Client::greeted(&host);
    client.is("ID NIL", &said);
    client.is("LOGIN test test", "OK");
    client.is("ID (\"name\" \"x\")", &said);
}
