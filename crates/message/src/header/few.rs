//! A list that is nearly always one long.

use alloc::{vec, vec::Vec};
use core::{mem, slice};

/// Things in order; a single one costs no allocation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Few<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> Few<T> {
    pub(crate) const NONE: Self = Self::Many(Vec::new());

    pub(crate) fn as_slice(&self) -> &[T] {
        match self {
            Self::One(thing) => slice::from_ref(thing),
            Self::Many(things) => things,
        }
    }

    pub(crate) fn push(&mut self, thing: T) {
        *self = match mem::replace(self, Self::NONE) {
            Self::Many(things) if things.capacity() == 0 => Self::One(thing),
            Self::Many(mut things) => {
                things.push(thing);
                Self::Many(things)
            }
            Self::One(first) => Self::Many(vec![first, thing]),
        };
    }

    pub(crate) fn pop(&mut self) -> Option<T> {
        match mem::replace(self, Self::NONE) {
            Self::One(thing) => Some(thing),
            Self::Many(mut things) => {
                let last = things.pop();
                *self = Self::Many(things);
                last
            }
        }
    }

    pub(crate) fn map<U>(self, change: impl Fn(T) -> U) -> Few<U> {
        match self {
            Self::One(thing) => Few::One(change(thing)),
            Self::Many(things) => Few::Many(things.into_iter().map(change).collect()),
        }
    }
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self::NONE
    }
}

#[cfg(feature = "serde")]
impl<T: serde::Serialize> serde::Serialize for Few<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.as_slice())
    }
}
