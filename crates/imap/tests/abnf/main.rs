//! The grammar, production by production: what each allows, in every form, and what it just does not.

#[path = "../support/check.rs"]
mod check;

mod access;
mod append;
mod capability;
mod code;
mod command;
mod envelope;
mod fetch;
mod list;
mod notify;
mod search;
mod status;
mod store;
mod structure;
mod sync;
mod table;
mod token;
mod unknown;
mod url;
