//! What is checked of messages: the same as in the tests of the crate.
use arbitrary::Arbitrary;
use mailwire_message::{Pick, parser::Config};

#[path = "../../crates/message/tests/parser/record.rs"]
pub mod record;

/// A configuration with narrow limits, or the standard one.
#[derive(Debug, Arbitrary)]
pub struct Setup {
    /// How the input is cut.
    pub seed: u64,
    no_statistics: bool,
    last: bool,
    narrow: bool,
    limits: [u8; 8],
}

impl Setup {
    /// The configuration.
    pub fn config(&self) -> Config {
        let mut config = Config::default();
        config.line_statistics = !self.no_statistics;
        if self.last {
            config.policy.duplicate_field = Pick::Last;
            config.policy.duplicate_param = Pick::Last;
        }
        if self.narrow {
            let limits = &mut config.limits;
            let [depth, parts, header, field, fields, params, defects, decoded] =
                self.limits.map(usize::from);
            (limits.depth, limits.parts, limits.fields) = (depth % 8, parts % 16, fields % 16);
            (limits.header_octets, limits.field_octets) = (header * 4, 1 + field);
            (limits.params, limits.defects) = (params, defects);
            (limits.encoded_depth, limits.decoded_octets) = (decoded % 4, decoded as u64 * 4);
        }
        config
    }
}
