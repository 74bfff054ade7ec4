//! NAMESPACE: where mailboxes are (RFC 2342).

use super::list::{delimiter, encode_delimiter};
use crate::{AString, Cursor, Encoder, ParseError, Quirk, Raw};
use alloc::vec::Vec;

/// The namespaces of a user: own, other users', shared (RFC 2342).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Namespaces {
    /// The user's own.
    pub personal: Vec<Namespace>,
    /// Other users'.
    pub other_users: Vec<Namespace>,
    /// Shared.
    pub shared: Vec<Namespace>,
}

/// One namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Namespace {
    /// What names in it begin with.
    pub prefix: AString,
    /// What stands between the levels of a name; `None` if there are none.
    pub delimiter: Option<char>,
    /// What extensions add: names and lists of values in turn.
    pub extension: Vec<Raw>,
}

impl Namespace {
    /// A namespace with this prefix.
    #[must_use]
    pub const fn new(prefix: AString, delimiter: Option<char>) -> Self {
        Self { prefix, delimiter, extension: Vec::new() }
    }
}

impl Namespaces {
    /// `SP namespace SP namespace SP namespace`
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        let mut kinds = [const { Vec::new() }; 3];
        for (i, kind) in kinds.iter_mut().enumerate() {
            if i > 0 && cursor.is_at_end() {
                cursor.tolerate(Quirk::MissingField, cursor.at())?;
                break;
            }
            cursor.space()?;
            namespace(cursor, kind)?;
        }
        let [personal, other_users, shared] = kinds;
        Ok(Self { personal, other_users, shared })
    }

    /// Appends them behind the name of the response.
    ///
    /// ```
    /// use mailwire_imap::{AString, Encoder, Namespace, Namespaces, Peer};
    ///
    /// let mut out = Encoder::new(Peer::CLIENT);
    /// let mut namespaces = Namespaces::default();
    /// namespaces.personal.push(Namespace::new(AString::default(), Some('/')));
    /// namespaces.encode(&mut out);
    /// assert_eq!(out.finish().wire, "((\"\" \"/\")) NIL NIL");
    /// # Ok::<(), mailwire_imap::InvalidValue>(())
    /// ```
    pub fn encode(&self, out: &mut Encoder) {
        for (i, kind) in [&self.personal, &self.other_users, &self.shared].into_iter().enumerate() {
            if i > 0 {
                out.space();
            }
            if kind.is_empty() {
                out.raw(b"NIL");
                continue;
            }
            out.raw(b"(");
            for Namespace { prefix, delimiter, extension } in kind {
                out.raw(b"(");
                out.string(prefix);
                out.space();
                encode_delimiter(*delimiter, out);
                for value in extension {
                    out.space();
                    value.encode(out);
                }
                out.raw(b")");
            }
            out.raw(b")");
        }
    }
}

/// `namespace = nil / "(" 1*namespace-descr ")"`
fn namespace(cursor: &mut Cursor<'_>, kind: &mut Vec<Namespace>) -> Result<(), ParseError> {
    if cursor.eat_keyword(b"NIL") {
        return Ok(());
    }
    let start = cursor.at();
    cursor.expect(b'(')?;
    while !cursor.eat(b')') {
        cursor.skip_extra_spaces();
        cursor.expect(b'(')?;
        let prefix = cursor.checked_string()?;
        cursor.space()?;
        let delimiter = delimiter(cursor)?;
        let mut extension = Vec::new();
        while cursor.eat(b' ') {
            let start = cursor.at();
            extension.push(cursor.raw()?);
            cursor.limit(extension.len())?;
            // Names are strings, and values are lists of strings.
            let value = &extension[extension.len() - 1];
            let is_value = extension.len() % 2 == 0;
            if value.is_list() != is_value || !value.has_only_strings() {
                cursor.tolerate(Quirk::WrongShape, start)?;
            }
        }
        if extension.len() % 2 != 0 {
            cursor.tolerate(Quirk::WrongShape, cursor.at())?;
        }
        cursor.expect(b')')?;
        kind.push(Namespace { prefix, delimiter, extension });
        cursor.limit(kind.len())?;
    }
    if kind.is_empty() {
        cursor.tolerate(Quirk::EmptyList, start)?;
    }
    Ok(())
}
