//! Any values, for those who fuzz what they built on this crate.

use crate::{Collation, Index, LineEnds, ThreadAlgorithm};
use arbitrary::{Arbitrary, Result, Unstructured};

impl<'a> Arbitrary<'a> for Collation {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        u.choose(&Self::LIST).copied()
    }
}

impl<'a> Arbitrary<'a> for LineEnds {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        u.choose(&[Self::Detect, Self::Keep, Self::Crlf]).copied()
    }
}

impl<'a> Arbitrary<'a> for ThreadAlgorithm {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        u.choose(&[Self::OrderedSubject, Self::References]).copied()
    }
}

/// The index of any message.
impl<'a> Arbitrary<'a> for Index {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let line_ends = LineEnds::arbitrary(u)?;
        Ok(Self::of_with(<&[u8]>::arbitrary(u)?, line_ends))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, format};

    #[test]
    fn any_input_gives_values_and_every_value_is_given() {
        let mut given = BTreeSet::new();
        for octet in 0..=u8::MAX {
            let octets = [octet; 8];
            let mut input = Unstructured::new(&octets);
            given.insert(format!("{:?}", Collation::arbitrary(&mut input)));
            given.insert(format!("{:?}", LineEnds::arbitrary(&mut input)));
            given.insert(format!("{:?}", ThreadAlgorithm::arbitrary(&mut input)));
        }
        assert_eq!(given.len(), 3 + 3 + 2);
        let index = Index::arbitrary(&mut Unstructured::new(b"\0Subject: a\r\n\r\nb")).unwrap();
        assert_eq!(Index::parse(index.as_bytes().clone()), Ok(index));
    }
}
