//! What the tests of every machine share: [`laws`], [`transcript`]s, [`naive`] twins, and the way to
//! data that is not in the repository ([`shared`], [`curl`]).
#![allow(clippy::exhaustive_enums, reason = "not published")]

pub mod curl;
pub mod laws;
pub mod naive;
pub mod shared;
pub mod transcript;
