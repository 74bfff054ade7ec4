//! Several sessions in one account.
use std::{
    task::{Context, Poll, Waker},
    thread,
};

use examples::host::mail::Interest;

use crate::accounts::{add, each, find, texts};

#[test]
fn who_watches_is_woken() {
    each(|account| {
        let (inbox, sent) = (find(account, "INBOX"), find(account, "Sent"));
        let (one, other, none) = (account.watch(), account.watch(), account.watch());
        one.set(Interest::Mailbox(inbox));
        other.set(Interest::Everything);
        let fired = || {
            let mut context = Context::from_waker(Waker::noop());
            [&one, &other, &none].map(|watch| watch.poll(&mut context) == Poll::Ready(()))
        };
        assert_eq!(fired(), [false; 3]);
        add(account, "INBOX", "text");
        assert_eq!(fired(), [true, true, false]);
        assert_eq!(fired(), [false; 3], "once");
        account.relocate(inbox, &[1], sent).unwrap();
        assert_eq!(fired(), [true, true, false]);
        account.expunge(sent, &[1], false).unwrap();
        assert_eq!(fired(), [false, true, false]);
        account.expunge(sent, &[1], false).unwrap();
        assert_eq!(fired(), [false; 3], "nothing happened");
        account.subscribe("x", true).unwrap();
        assert_eq!(fired(), [false, true, false]);
    });
}

#[test]
fn many_at_once_lose_nothing() {
    each(|account| {
        let inbox = find(account, "INBOX");
        thread::scope(|scope| {
            for session in 0..8 {
                scope.spawn(move || {
                    for n in 0..20 {
                        let uid = add(account, "INBOX", &format!("{session}-{n}"));
                        if n % 2 == 1 {
                            account.expunge(inbox, &[uid], false).unwrap();
                        }
                    }
                });
            }
        });
        let mut got: Vec<_> = texts(account, "INBOX").into_iter().map(|(_, text)| text).collect();
        got.sort();
        let mut want: Vec<_> =
            (0..8).flat_map(|s| (0..20).step_by(2).map(move |n| format!("{s}-{n}"))).collect();
        want.sort();
        assert_eq!(got, want);
        account.look(|state| {
            let mailbox = state.mailbox(inbox).unwrap();
            assert_eq!((mailbox.uid_next, mailbox.vanished_since(0).len()), (161, 80));
        });
    });
}
