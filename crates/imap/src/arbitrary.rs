//! Any values, for those who fuzz what they built on this crate.
//!
//! Octets that a type does not take are left out, so that every input makes a value.

use crate::{AString, Atom, Attribute, Mailbox, ObjectId, SequenceSet, Tag, class};
use alloc::{string::String, vec::Vec};
use arbitrary::{Arbitrary, Error, Result, Unstructured};

/// Those of the octets that are of this class, as text: at least one.
fn text(u: &mut Unstructured<'_>, class: &mailwire_core::ByteSet) -> Result<String> {
    let octets = <&[u8]>::arbitrary(u)?.iter().copied();
    let kept: Vec<u8> = octets.filter(|octet| class.contains(*octet)).collect();
    if kept.is_empty() {
        return Err(Error::IncorrectFormat);
    }
    String::from_utf8(kept).map_err(|_| Error::IncorrectFormat)
}

impl<'a> Arbitrary<'a> for AString {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut octets = <Vec<u8>>::arbitrary(u)?;
        octets.retain(|octet| *octet != 0);
        Self::new(octets).map_err(|_| Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Atom {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Self::new(text(u, &class::ATOM_CHAR)?).map_err(|_| Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Tag {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Self::new(text(u, &class::TAG_CHAR)?).map_err(|_| Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Attribute {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let name = text(u, &class::ATOM_CHAR)?;
        Self::new(["\\", &name].concat()).map_err(|_| Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for ObjectId {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut id = text(u, &class::ATOM_CHAR)?;
        id.retain(|char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-'));
        id.truncate(255);
        Self::new(id).map_err(|_| Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Mailbox {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut name = String::arbitrary(u)?;
        name.retain(|char| !matches!(char, '\0' | '\r' | '\n'));
        Self::new(name).map_err(|_| Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for SequenceSet {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut numbers = <Vec<u32>>::arbitrary(u)?;
        numbers.retain(|number| *number > 0);
        Self::from_numbers(numbers).map_err(|_| Error::IncorrectFormat)
    }
}
