//! BODY and BODYSTRUCTURE: the MIME structure of a message (RFC 9051 §7.5.2).

mod builder;
mod encode;
mod node;
mod read;

pub use builder::BodyBuilder;
pub use node::{BodyKind, BodyPart, Disposition, Params};

use crate::{Frame, ParseError, ReadOptions, cursor::Cursor};
use alloc::vec::Vec;
use core::fmt;
use node::Node;

/// The parts of a message as a flat list, each before its children; their fields are read when they
/// are asked for. Servers make one with [`BodyBuilder`].
#[derive(Clone)]
pub struct BodyStructure {
    frame: Frame,
    nodes: Vec<Node>,
}

impl BodyStructure {
    /// `body`
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let nodes = read::body(cursor)?;
        Ok(Self { frame: cursor.frame().clone(), nodes })
    }

    /// The part that is the whole message.
    #[must_use]
    pub fn root(&self) -> BodyPart<'_> {
        BodyPart::new(self, 0)
    }

    /// All parts, each before its children.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = BodyPart<'_>> {
        (0..self.nodes.len()).map(|index| BodyPart::new(self, index))
    }
}

impl fmt::Debug for BodyStructure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.parts()).finish()
    }
}

/// What the parts say is compared, not how it was sent.
impl PartialEq for BodyStructure {
    fn eq(&self, other: &Self) -> bool {
        self.parts().eq(other.parts())
    }
}

impl Eq for BodyStructure {}

/// Reads a structure from its octets, `(…)`.
impl TryFrom<&Frame> for BodyStructure {
    type Error = ParseError;

    fn try_from(frame: &Frame) -> Result<Self, ParseError> {
        let mut cursor = Cursor::new(frame, ReadOptions::default());
        let structure = Self::read(&mut cursor)?;
        cursor.end()?;
        Ok(structure)
    }
}
