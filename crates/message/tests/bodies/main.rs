//! Bodies: transfer encodings, character sets, and the formats that text comes in.
#![expect(clippy::cast_possible_truncation, reason = "the numbers are small")]
mod charset;
mod drive;
mod files;
mod flowed;
mod mbox;
mod naive;
mod preview;
mod tnef;
mod transfer;
