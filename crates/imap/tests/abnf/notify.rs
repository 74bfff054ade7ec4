//! NOTIFY: RFC 5465.

use crate::table::C;
use mailwire_imap::Quirk::*;

#[test]
fn notify() {
    C.reads(&[
        &["a NOTIFY NONE", "a notify none"],
        &["a NOTIFY SET (selected NONE)", "a notify set (SELECTED none)"],
        &["a NOTIFY SET STATUS (personal (MessageNew MessageExpunge))", "a NOTIFY SET status (PERSONAL (MessageNew MessageExpunge))"],
        &["a NOTIFY SET (selected-delayed (MessageNew (UID FLAGS) MessageExpunge FlagChange))", "a NOTIFY SET (Selected-Delayed (MessageNew (uid flags) MessageExpunge FlagChange))"],
        &["a NOTIFY SET (selected (MessageNew (BODY.PEEK[HEADER.FIELDS (From To)]) MessageExpunge))"],
        &["a NOTIFY SET (inboxes (MailboxName)) (subscribed (SubscriptionChange AnnotationChange))"],
        &["a NOTIFY SET (subtree x (MailboxMetadataChange ServerMetadataChange X-OWN))", "a NOTIFY SET (SUBTREE (\"x\") (MailboxMetadataChange ServerMetadataChange X-OWN))"],
        &["a NOTIFY SET (mailboxes (\"a b\" INBOX) (MessageNew MessageExpunge))", "a NOTIFY SET (mailboxes ({3}\r\na b INBOX) (MessageNew MessageExpunge))"],
    ]);
    C.refuses(&[
        ("a NOTIFY", 8, None),
        ("a NOTIFY SET", 12, Some(MissingField)),
        ("a NOTIFY SET STATUS", 19, Some(MissingField)),
        ("a NOTIFY NONE x", 13, None),
        ("a NOTIFY ADD (selected NONE)", 9, None),
        ("a NOTIFY SETSTATUS (selected NONE)", 12, None),
        ("a NOTIFY SET ()", 14, None),
        ("a NOTIFY SET (selected)", 22, None),
        ("a NOTIFY SET (selected ())", 23, Some(EmptyList)),
        ("a NOTIFY SET (selected MessageNew)", 23, None),
        ("a NOTIFY SET (nowhere NONE)", 14, None),
        ("a NOTIFY SET (subtree-one x NONE)", 14, Some(Other)),
        ("a NOTIFY SET (subtree () NONE)", 22, Some(EmptyList)),
        ("a NOTIFY SET (mailboxes NONE)", 28, None),
        ("a NOTIFY SET (selected (MessageNew ()))", 35, Some(EmptyList)),
        ("a NOTIFY SET (selected (FlagChange (UID)))", 35, Some(WrongShape)),
        ("a NOTIFY SET (selected (MessageNew (ALL)))", 36, Some(WrongShape)),
        ("a NOTIFY SET (selected NONE)(inboxes NONE)", 28, None),
        ("a NOTIFY SET (selected NONE)  (inboxes NONE)", 29, Some(ExtraSpace)),
        ("a NOTIFY SET (selected NONE) ", 28, Some(TrailingSpace)),
    ]);
}
