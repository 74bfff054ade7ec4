//! Bodies: transfer encodings, character sets, and the formats that text comes in.
mod charset;
mod drive;
mod files;
mod flowed;
mod mbox;
mod naive;
mod preview;
mod transfer;
