//! Waking the sessions that wait for something to change.
use std::{
    sync::{
        Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Poll, Waker},
};

use super::MailboxId;

/// What a session is to be woken for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interest {
    /// Nothing.
    #[default]
    Nothing,
    /// Anything in this mailbox.
    Mailbox(MailboxId),
    /// Anything in the account.
    Everything,
}

/// A session's place among those that are woken. It waits like a future, so that every runtime can wait for
/// it.
#[derive(Debug, Default)]
pub struct Watch {
    interest: Mutex<Interest>,
    fired: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

/// All who watch an account.
#[derive(Debug, Default)]
pub(super) struct Watchers(Mutex<Vec<Weak<Watch>>>);

impl Watch {
    /// Says what to be woken for from now on.
    pub fn set(&self, interest: Interest) {
        *self.interest.lock().unwrap_or_else(PoisonError::into_inner) = interest;
    }

    /// What the session is woken for.
    #[must_use]
    pub fn interest(&self) -> Interest {
        *self.interest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether something happened since this was last ready; if not, the context is woken when it does.
    pub fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(context.waker().clone());
        if self.fired.swap(false, SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Waits until something happens.
    pub async fn changed(&self) {
        std::future::poll_fn(|context| self.poll(context)).await;
    }

    /// Gives who is to be woken.
    fn fire(&self) -> Option<Waker> {
        self.fired.store(true, SeqCst);
        self.waker.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Watchers {
    pub(super) fn add(&self, watch: Weak<Watch>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(watch);
    }

    /// Whether anybody is interested in anything.
    pub(super) fn any(&self) -> bool {
        let watchers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut there = watchers.iter().filter_map(Weak::upgrade);
        there.any(|watch| watch.interest() != Interest::Nothing)
    }

    /// Wakes those that are interested in one of these mailboxes, or in everything.
    pub(super) fn fire(&self, mailboxes: &[MailboxId]) {
        let mut wakers = Vec::new();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|watch| {
            let Some(watch) = watch.upgrade() else { return false };
            let hit = match watch.interest() {
                Interest::Nothing => false,
                Interest::Mailbox(id) => mailboxes.contains(&id),
                Interest::Everything => true,
            };
            if hit {
                wakers.extend(watch.fire());
            }
            true
        });
        // What a runtime does then may take its time: nobody has to wait for the list meanwhile.
        wakers.into_iter().for_each(Waker::wake);
    }
}
