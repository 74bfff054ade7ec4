//! The mail host: what clients do with mailboxes as such, without a network.
mod annotations;
mod changes;
mod lists;
mod notify;
mod talk;
