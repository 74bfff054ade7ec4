//! The accounts of the mail host, with each store: the same must come of the same.
mod accounts;
mod mailboxes;
mod messages;
mod others;
mod sessions;
mod starts;
