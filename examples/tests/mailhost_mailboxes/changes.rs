//! CREATE, DELETE, RENAME, SUBSCRIBE, ACL and QUOTA.
use crate::talk::{Client, account, deliver, host, id};

#[test]
fn create() {
    let host = host();
    let mut client = Client::new(&host);
    let said = client.ask("CREATE a/b/");
    assert_eq!(said, format!("OK [MAILBOXID (F{:08x})] CREATE completed\r\n", id(&host, "a/b").0));
    client.is(
        "LIST \"\" a*",
        "* LIST (\\HasChildren) \"/\" a\n* LIST (\\HasNoChildren) \"/\" a/b\nOK",
    );
    client.is("CREATE a", "NO [ALREADYEXISTS]");
    client.is("CREATE inbox", "NO [ALREADYEXISTS]");
    client.is("CREATE InBox/", "NO [ALREADYEXISTS]");
    for name in ["\"\"", "/", "/a", "a//b", "\"a/b//\""] {
        client.is(&format!("CREATE {name}"), "NO [CANNOT]");
    }
    client.is(&format!("CREATE {}", "x".repeat(300)), "NO [CANNOT]");
    client.is("CREATE InBoX/below", "OK [MAILBOXID");
    client.is("LIST \"\" INBOX/*", "* LIST (\\HasNoChildren) \"/\" INBOX/below\nOK");
    // A client of IMAP4rev2 is told that it gets another name.
    client.ask("ENABLE IMAP4rev2");
    let said = client.ask("CREATE inbox/other");
    let want = "* LIST (\\HasNoChildren) \"/\" INBOX/other (\"OLDNAME\" (inbox/other))\r\n";
    assert!(said.starts_with(want), "{said}");
}

#[test]
fn create_with_special_uses() {
    let host = host();
    let mut client = Client::new(&host);
    client.is("CREATE mine (USE (\\All))", "NO [USEATTR]");
    client.is("CREATE mine (USE (\\Sent))", "NO [USEATTR]");
    client.is("CREATE mine (USE (\\Important \\Drafts))", "NO [USEATTR]");
    client.is("LIST \"\" mine", "OK");
    client.ask("DELETE Sent");
    client.ask("DELETE Drafts");
    client.is("CREATE mine (USE (\\sent \\DRAFTS \\Sent))", "OK");
    client.is("LIST \"\" mine", "* LIST (\\Sent \\Drafts \\HasNoChildren) \"/\" mine\nOK");
    client.is("CREATE plain (USE ())", "OK");
}

#[test]
fn delete() {
    let host = host();
    let mut client = Client::new(&host);
    client.is("DELETE inbox", "NO [CANNOT]");
    client.is("DELETE nothing", "NO [NONEXISTENT]");
    client.ask("CREATE a/b");
    client.ask("SUBSCRIBE a");
    let before = id(&host, "a");
    deliver(&host, "a", "x");
    client.is("DELETE a", "OK DELETE completed");
    client.is("DELETE a", "NO [HASCHILDREN]");
    // The subscription stays, and what comes in its place is another mailbox.
    client.is("LSUB \"\" a", "* LSUB () \"/\" a\nOK");
    client.is("CREATE a", "OK");
    client.is("STATUS a (MESSAGES UIDNEXT)", "* STATUS a (MESSAGES 0 UIDNEXT 1)\nOK");
    assert!(id(&host, "a") > before);
    client.is("DELETE a/b", "OK");
    client.is("LIST \"\" a*", "* LIST (\\HasNoChildren) \"/\" a\nOK");
}

#[test]
fn rename() {
    let host = host();
    let mut client = Client::new(&host);
    client.ask("CREATE a/b/c");
    client.ask("CREATE ab");
    client.ask("SUBSCRIBE a");
    client.ask("SETMETADATA a (/private/comment \"kept\")");
    let before = id(&host, "a");
    client.is("RENAME a ab", "NO [ALREADYEXISTS]");
    client.is("RENAME a a", "NO [ALREADYEXISTS]");
    client.is("RENAME a inbox", "NO [ALREADYEXISTS]");
    client.is("RENAME a a/x", "NO [CANNOT]");
    client.is("RENAME a \"\"", "NO [CANNOT]");
    client.is("RENAME nothing x", "NO [NONEXISTENT]");
    client.is("RENAME a new/name", "OK RENAME completed");
    client.is(
        "LIST \"\" (a* new*)",
        "* LIST (\\HasNoChildren) \"/\" ab
         * LIST (\\HasChildren) \"/\" new
         * LIST (\\HasChildren) \"/\" new/name
         * LIST (\\HasChildren) \"/\" new/name/b
         * LIST (\\HasNoChildren) \"/\" new/name/b/c
         * LIST (\\Archive \\HasNoChildren) \"/\" Archive
         OK"
        .replace("* LIST (\\Archive \\HasNoChildren) \"/\" Archive\n", "")
        .as_str(),
    );
    assert_eq!(id(&host, "new/name"), before);
    client.is(
        "GETMETADATA new/name /private/comment",
        "* METADATA new/name (/private/comment \"kept\")\nOK",
    );
    // Subscriptions are to names.
    client.is("LSUB \"\" (a)", "BAD");
    client.is("LSUB \"\" a", "* LSUB () \"/\" a\nOK");
    client.is("LSUB \"\" new*", "OK");
}

#[test]
fn rename_of_the_inbox() {
    let host = host();
    let mut client = Client::new(&host);
    deliver(&host, "INBOX", "Subject: a\r\n\r\n");
    client.ask("CREATE inbox/below");
    client.ask("SETMETADATA INBOX (/private/comment \"both\")");
    client.is("RENAME inbox old/mail", "OK RENAME completed");
    client.is("STATUS INBOX (MESSAGES UIDNEXT)", "* STATUS INBOX (MESSAGES 0 UIDNEXT 2)\nOK");
    client.is("STATUS old/mail (MESSAGES)", "* STATUS old/mail (MESSAGES 1)\nOK");
    // What is below stays (RFC 9051 §6.3.6), annotations are in both (RFC 5464 §4.1).
    client.is(
        "LIST \"\" INBOX*",
        "* LIST (\\HasChildren) \"/\" INBOX\n* LIST (\\HasNoChildren) \"/\" INBOX/below\nOK",
    );
    for name in ["INBOX", "old/mail"] {
        client.is(
            &format!("GETMETADATA {name} /private/comment"),
            &format!("* METADATA {name} (/private/comment \"both\")\nOK"),
        );
    }
    client.is("RENAME inbox old/mail", "NO [ALREADYEXISTS]");
}

#[test]
fn subscriptions() {
    let host = host();
    let mut client = Client::new(&host);
    client.is("SUBSCRIBE nothing/yet", "OK SUBSCRIBE completed");
    client.is("SUBSCRIBE nothing/yet", "OK");
    client.is("LSUB \"\" no*", "* LSUB () \"/\" nothing/yet\nOK");
    client.is("UNSUBSCRIBE nothing/yet", "OK UNSUBSCRIBE completed");
    client.is("UNSUBSCRIBE nothing/yet", "OK");
    client.is("LSUB \"\" no*", "OK");
    client.is("SUBSCRIBE a//b", "NO [CANNOT]");
    client.is("UNSUBSCRIBE inbox", "OK");
    client.is("LSUB \"\" INBOX", "OK");
}

#[test]
fn rights() {
    let host = host();
    let mut client = Client::new(&host);
    client.is("MYRIGHTS INBOX", "* MYRIGHTS INBOX lrswipkxtecda\nOK MYRIGHTS completed");
    client.is("GETACL INBOX", "* ACL INBOX test lrswipkxtecda\nOK GETACL completed");
    // The examples of RFC 4314 §2.1.1.
    client.is("SETACL INBOX David lrswida", "OK SETACL completed");
    client.is("SETACL INBOX Byron lrswikda", "OK");
    client.is("SETACL INBOX Chris lrswi", "OK");
    client.is("SETACL INBOX Chris +cda", "OK");
    client.is("SETACL INBOX -anyone x", "OK");
    client.is(
        "GETACL INBOX",
        "* ACL INBOX test lrswipkxtecda -anyone xc Byron lrswiktecda Chris lrswikxtecda David lrswiteda\nOK",
    );
    client.is("SETACL INBOX Chris -cw", "OK");
    client.is("SETACL INBOX David \"\"", "OK");
    client.is("DELETEACL INBOX Byron", "OK DELETEACL completed");
    client.is("DELETEACL INBOX Byron", "OK");
    client.is("DELETEACL INBOX -anyone", "OK");
    client.is("GETACL INBOX", "* ACL INBOX test lrswipkxtecda Chris lrsiteda\nOK");
    client.is("SETACL INBOX John lrQswicda", "BAD");
    client.is("SETACL INBOX John lrqswicda", "BAD");
    client.is("SETACL INBOX John lr1", "BAD");
    client.is("SETACL INBOX \"\" lr", "BAD");
    client.is("SETACL nothing John lr", "NO [NONEXISTENT]");
    for command in
        ["GETACL nothing", "MYRIGHTS nothing", "LISTRIGHTS nothing x", "DELETEACL nothing x"]
    {
        client.is(command, "NO [NONEXISTENT]");
    }
    // The owner may do everything, always.
    client.is("SETACL INBOX test lr", "NO [CANNOT]");
    client.is("SETACL INBOX test -a", "NO [CANNOT]");
    client.is("SETACL INBOX -test a", "NO [CANNOT]");
    client.is("SETACL INBOX test lrswipcda", "OK");
    client.is("SETACL INBOX test +a", "OK");
    client.is("DELETEACL INBOX test", "NO [CANNOT]");
    client.is(
        "LISTRIGHTS INBOX test",
        "* LISTRIGHTS INBOX test lrswipkxtecda\nOK LISTRIGHTS completed",
    );
    client.is(
        "LISTRIGHTS INBOX smith",
        "* LISTRIGHTS INBOX smith \"\" l r s w i p k x t e c d a\nOK",
    );
    // RFC 4314 §4: what is made below has them, too; what is deleted has them no more.
    client.ask("CREATE inbox/below");
    client.is("GETACL INBOX/below", "* ACL INBOX/below test lrswipkxtecda Chris lrsiteda\nOK");
    client.ask("DELETE INBOX/below");
    client.ask("DELETEACL INBOX Chris");
    client.ask("CREATE INBOX/below");
    client.is("GETACL INBOX/below", "* ACL INBOX/below test lrswipkxtecda\nOK");
}

#[test]
fn quotas() {
    let host = host();
    let mut client = Client::new(&host);
    client.is("GETQUOTA \"\"", "* QUOTA \"\" ()\nOK GETQUOTA completed");
    client.is("GETQUOTA other", "NO [CANNOT]");
    client.is("SETQUOTA other (STORAGE 1)", "NO [CANNOT]");
    client.is("SETQUOTA \"\" (FRUIT 1)", "NO [CANNOT]");
    deliver(&host, "INBOX", &"x".repeat(1500));
    client.is(
        "SETQUOTA \"\" (storage 10 MESSAGE 2 MAILBOX 7)",
        "* QUOTA \"\" (STORAGE 2 10 MESSAGE 1 2 MAILBOX 6 7)\nOK SETQUOTA completed",
    );
    client.is(
        "GETQUOTAROOT not/there",
        "* QUOTAROOT not/there \"\"\n* QUOTA \"\" (STORAGE 2 10 MESSAGE 1 2 MAILBOX 6 7)\nOK",
    );
    client.is("CREATE a", "OK");
    client.is("CREATE b", "NO [OVERQUOTA]");
    deliver(&host, "INBOX", "x");
    let account = account(&host);
    let full = account.copy(id(&host, "INBOX"), &[1], id(&host, "a")).unwrap_err();
    assert!(full.to_string().contains("quota"));
    // What is not named is not limited any more.
    client.is("SETQUOTA \"\" (MESSAGE 9)", "* QUOTA \"\" (MESSAGE 2 9)\nOK");
    client.is("CREATE b", "OK");
    client.is("SETQUOTA \"\" ()", "* QUOTA \"\" ()\nOK");
}
