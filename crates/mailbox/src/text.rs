//! Bodies as text.

use crate::{Part, section::decode};
use alloc::string::String;
use mailwire_message::{Findings, Policy, charset};

/// The text of a part whose body is this: transfer encoding and character set undone.
pub(crate) fn part_text(part: &Part<'_>, body: &[u8]) -> String {
    let decoded = decode(part.encoding(), body);
    // An empty label, or one in quotes, is no label.
    let label = part.param("charset").map(<[u8]>::trim_ascii);
    let label = label.filter(|label| !label.is_empty() && !label.eq_ignore_ascii_case(b"us-ascii"));
    charset::body_text(label, &decoded, &mut Findings::ignored(Policy::STANDARD)).into_owned()
}
