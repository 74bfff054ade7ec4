//! What a parser is told before it starts.

use crate::{Limits, Policy};

/// How a message is taken apart: how much of it, and which way where readers differ.
///
/// ```
/// use mailwire_message::{Policy, parser::Config};
///
/// let mut config = Config::default();
/// config.limits.depth = 20;
/// config.policy = Policy::SCANNER;
/// config.line_statistics = false; // nobody will ask for line counts
/// let parser = mailwire_message::parser::Parser::new(config);
/// # drop(parser);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// How much is looked at.
    pub limits: Limits,
    /// The choices.
    pub policy: Policy,
    /// Whether every octet of the bodies is counted: line ends in [`End::lines`](super::End::lines),
    /// and the defects that only such a count finds (bare CR, bare LF, NUL, over-long lines in
    /// bodies). On by default; large bodies go by about five times as fast without. Headers are
    /// always looked at octet by octet.
    pub line_statistics: bool,
}

impl Config {
    /// [`Limits::STANDARD`], [`Policy::STANDARD`], lines counted.
    pub const STANDARD: Self =
        Self { limits: Limits::STANDARD, policy: Policy::STANDARD, line_statistics: true };
}

impl Default for Config {
    fn default() -> Self {
        Self::STANDARD
    }
}
