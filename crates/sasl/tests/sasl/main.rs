//! Whole exchanges, both sides.

mod choose;
mod drive;
mod line;
mod oauth;
mod properties;
mod rfc;
mod scram;
mod simple;
mod state;
