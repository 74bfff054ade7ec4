//! Client and server wired to each other: each request has one outcome, nobody is misunderstood, the
//! client's view is the server's mailbox, and texts arrive as they are.
#![no_main]
use fuzz::imap_pair::{Setup, talk};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|setup: Setup| talk(setup));
