//! Lists that the grammar does not allow to be empty.

use crate::InvalidValue;
use alloc::{vec, vec::Vec};
use core::ops::{Deref, DerefMut};

/// A list of at least one.
///
/// ```
/// use mailwire_imap::{Atom, Command, OneOrMore};
///
/// let condstore = Atom::new("CONDSTORE")?;
/// let qresync = Atom::new("QRESYNC")?;
/// assert_eq!(
///     Command::Enable(OneOrMore::from(condstore.clone()).and(qresync.clone())),
///     Command::Enable(vec![condstore, qresync].try_into()?),
/// );
/// assert!(OneOrMore::<Atom>::try_from(vec![]).is_err());
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct OneOrMore<T>(Vec<T>);

impl<T> OneOrMore<T> {
    /// The same list and one more.
    ///
    /// ```
    /// use mailwire_imap::OneOrMore;
    ///
    /// assert_eq!(*OneOrMore::from(1).and(2), [1, 2]);
    /// ```
    #[must_use]
    pub fn and(mut self, item: T) -> Self {
        self.0.push(item);
        self
    }

    /// The items.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }

    /// The first item.
    #[must_use]
    pub fn first(&self) -> &T {
        // There is one in every list that can be built.
        &self.0[0]
    }
}

impl<T> From<T> for OneOrMore<T> {
    fn from(item: T) -> Self {
        Self(vec![item])
    }
}

impl<T> TryFrom<Vec<T>> for OneOrMore<T> {
    type Error = InvalidValue;

    fn try_from(items: Vec<T>) -> Result<Self, InvalidValue> {
        if items.is_empty() {
            Err(InvalidValue { what: "list of one or more" })
        } else {
            Ok(Self(items))
        }
    }
}

impl<T> Deref for OneOrMore<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> DerefMut for OneOrMore<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

impl<T> IntoIterator for OneOrMore<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'l, T> IntoIterator for &'l OneOrMore<T> {
    type Item = &'l T;
    type IntoIter = core::slice::Iter<'l, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
