//! Capabilities: what a server can do (RFC 9051 §7.2.2).

use crate::{Atom, Cursor, Encoder, ParseError, Quirk, class::ATOM_CHAR};
use alloc::vec::Vec;
use mailwire_core::ByteSet;

/// What servers have in a capability, with more in it than an atom.
const CAPABILITY: ByteSet = ATOM_CHAR.with(b"\"*%{").with_range(0x80, 0xff);

/// Names that need no buffer, to be sure.
const SHORT: usize = 24;
/// As many as most servers have at least.
const USUAL: usize = 12;

/// What a server says it can do. Names are compared without regard to case.
///
/// ```
/// use mailwire_imap::{Atom, Capabilities};
///
/// let mut capabilities = Capabilities::default();
/// capabilities.insert(Atom::new("AUTH=PLAIN")?);
/// capabilities.insert(Atom::new("QUOTA=RES-STORAGE")?);
/// assert!(capabilities.has("auth=plain"));
/// assert_eq!(capabilities.values_of("AUTH").collect::<Vec<_>>(), ["PLAIN"]);
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Capabilities(Vec<Atom>);

impl Capabilities {
    /// `*(SP capability)`, up to the end or a closing bracket
    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut names: Vec<Atom> = Vec::new();
        while cursor.peek() == Some(b' ') {
            cursor.advance(1);
            cursor.skip_extra_spaces();
            if matches!(cursor.peek(), None | Some(b']')) {
                cursor.tolerate(Quirk::TrailingSpace, cursor.at() - 1)?;
                break;
            }
            let start = cursor.at();
            let mut name = cursor.span(&ATOM_CHAR).ok();
            if name.is_none() || !matches!(cursor.peek(), None | Some(b' ' | b']')) {
                cursor.back_to(start);
                name = None;
            }
            let is_atom = name.is_some();
            let name = name.map_or_else(|| cursor.span(&CAPABILITY), Ok)?;
            if &*name == b"+"
                && let Some(last) = names.last_mut()
                && last.eq_ignore_ascii_case("LITERAL")
            {
                // `LITERAL +`
                cursor.tolerate(Quirk::SplitCapability, start)?;
                *last = Atom::new("LITERAL+").expect("an atom");
                continue;
            }
            if !is_atom && !ATOM_CHAR.covers(&name) {
                cursor.tolerate(Quirk::Other, start)?;
                continue;
            }
            if names.is_empty() {
                names.reserve(USUAL);
            }
            let atom = Atom::from_scanned(name);
            // A client keeps them for as long as the session lasts: not the buffer they came in.
            names.push(if name.len() > SHORT { atom.detach() } else { atom });
            cursor.limit(names.len())?;
        }
        Ok(Self(names))
    }

    /// Whether the server can do this: `IDLE`, `AUTH=PLAIN`, `THREAD=REFERENCES`.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|capability| capability.is(name))
    }

    /// What comes behind the `=` of each capability of this name: mechanisms of `AUTH`, algorithms of
    /// `THREAD`.
    pub fn values_of<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c str> {
        self.0.iter().filter_map(move |capability| {
            let (found, value) = capability.as_str().split_once('=')?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// All, in the order in which they came.
    #[must_use]
    pub fn as_slice(&self) -> &[Atom] {
        &self.0
    }

    /// Each behind a space.
    pub(crate) fn encode(&self, out: &mut Encoder) {
        for name in &self.0 {
            out.space();
            out.atom(name);
        }
    }

    /// Adds one, unless it is there. `+` alone is none.
    pub fn insert(&mut self, capability: Atom) {
        if capability.as_str() != "+" && !self.0.contains(&capability) {
            self.0.push(capability);
        }
    }
}

impl FromIterator<Atom> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Atom>>(names: I) -> Self {
        let mut capabilities = Self::default();
        names.into_iter().for_each(|name| capabilities.insert(name));
        capabilities
    }
}
