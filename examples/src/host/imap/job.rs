//! Commands that take more than one step, so that what they say can go out in between.
use mailwire_imap::{Error, server::Server};

use super::{ImapSession, fetch::Fetching, search::Searching, selected::Selected};
use crate::host::mail::Account;

/// The command at hand.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a session keeps it boxed")]
pub(super) enum Job {
    Fetch(Fetching),
    Search(Searching),
}

/// What a job works with.
pub(super) struct Tools<'s> {
    pub(super) server: &'s mut Server,
    pub(super) account: &'s Account,
    pub(super) selected: &'s mut Selected,
}

/// How far a job has come.
pub(super) enum Progress {
    /// What it said so far should go out.
    GoesOn,
    Done,
}

impl ImapSession {
    /// Begins a job.
    pub(super) fn begin(&mut self, job: Job) -> Result<(), Error> {
        self.job = Some(Box::new(job));
        self.go_on()
    }

    /// Goes on with the job.
    pub(super) fn go_on(&mut self) -> Result<(), Error> {
        let parts = (self.job.as_mut(), &self.login, self.selected.as_mut());
        let (Some(job), Some(login), Some(selected)) = parts else {
            self.job = None;
            self.server.decline();
            return Ok(());
        };
        let mut tools = Tools { server: &mut self.server, account: &login.account, selected };
        let progress = match &mut **job {
            Job::Fetch(fetching) => fetching.go_on(&mut tools)?,
            Job::Search(searching) => searching.go_on(&mut tools)?,
        };
        if self.is_over() {
            self.job = None;
            return Ok(());
        }
        match (progress, self.job.take()) {
            (Progress::Done, Some(job)) => self.end(*job),
            (_, job) => {
                self.job = job;
                Ok(())
            }
        }
    }

    fn end(&mut self, job: Job) -> Result<(), Error> {
        match job {
            Job::Fetch(fetching) => self.end_fetch(fetching),
            Job::Search(searching) => self.end_search(searching),
        }
    }
}
