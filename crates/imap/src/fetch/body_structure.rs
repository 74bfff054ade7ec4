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
///
/// ```
/// use bytes::Bytes;
/// use mailwire_imap::{Frame, Section, SectionText, fetch::BodyStructure};
///
/// let wire = "((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 5 1)(\"IMAGE\" \"PNG\" NIL NIL NIL \"BASE64\" 4554 NIL \
///             (\"attachment\" (\"filename\" \"a.png\"))) \"MIXED\")";
/// let structure = BodyStructure::try_from(&Frame::new(Bytes::from(wire)))?;
/// let image = structure.parts().find(|part| part.is("image", "png")).expect("there is one");
/// assert_eq!(image.octets(), Some(4554));
/// let mut disposition = image.disposition().expect("there is one");
/// assert_eq!(disposition.params.next().expect("there is one").1, b"a.png");
/// // What FETCH asks for to get it.
/// let section = Section::new(image.section(), SectionText::All)?;
/// assert_eq!(section.to_string(), "2");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
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
