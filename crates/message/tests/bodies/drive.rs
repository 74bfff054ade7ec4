//! What the tests share.
use mailwire_message::{DefectCode, Findings, Policy};

pub(crate) type Found = Vec<(DefectCode, usize)>;

/// What `read` gives, and what it reports.
pub(crate) fn hear<T>(policy: Policy, read: impl FnOnce(&mut Findings<'_>) -> T) -> (T, Found) {
    let mut found = Vec::new();
    let mut sink = |code, offset| found.push((code, offset));
    let said = read(&mut Findings::new(policy, &mut sink));
    (said, found)
}

/// The input cut into pieces of these sizes, over and over.
pub(crate) fn pieces<'a>(input: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut rest = input;
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, more) = rest.split_at((*size).clamp(1, rest.len()));
        pieces.push(piece);
        rest = more;
    }
    pieces
}
