//! What may pass although the grammar does not allow it, and what did.
use core::{fmt, marker::PhantomData};

/// One departure from the grammar of a protocol that can be tolerated: what each protocol's enum of them is.
pub trait Quirk: Copy + fmt::Debug + 'static {
    /// All of them, at most 31, each at its [`place`](Self::place).
    const LIST: &'static [Self];

    /// Its place in the list, from 0.
    #[must_use]
    fn place(self) -> usize;
}

/// A set of [`Quirk`]s: those to tolerate, or those that were seen.
///
/// ```
/// use mailwire_core::{Quirk, QuirkSet};
///
/// #[derive(Clone, Copy, Debug)]
/// enum Odd {
///     Blank,
///     Case,
/// }
///
/// impl Quirk for Odd {
///     const LIST: &'static [Self] = &[Self::Blank, Self::Case];
///     fn place(self) -> usize {
///         self as usize
///     }
/// }
///
/// let tolerated = QuirkSet::ALL.without(Odd::Case);
/// assert!(tolerated.contains(Odd::Blank) && !tolerated.contains(Odd::Case));
/// assert_eq!(format!("{:?}", QuirkSet::NONE.with(Odd::Case).with(Odd::Blank)), "{Blank, Case}");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct QuirkSet<Q> {
    bits: u32,
    of: PhantomData<Q>,
}

impl<Q: Quirk> QuirkSet<Q> {
    /// No quirk: the grammar as it stands.
    pub const NONE: Self = Self::of(0);
    /// Every quirk that is known.
    pub const ALL: Self = Self::of(!(u32::MAX << Q::LIST.len()));

    /// The set and this quirk.
    #[must_use]
    pub fn with(self, quirk: Q) -> Self {
        Self::of(self.bits | 1 << quirk.place())
    }

    /// The set less this quirk.
    #[must_use]
    pub fn without(self, quirk: Q) -> Self {
        Self::of(self.bits & !(1 << quirk.place()))
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self::of(self.bits | other.bits)
    }

    /// Whether the quirk is in the set.
    #[must_use]
    pub fn contains(self, quirk: Q) -> bool {
        self.bits & 1 << quirk.place() != 0
    }

    /// Puts the quirk in the set.
    pub fn insert(&mut self, quirk: Q) {
        *self = self.with(quirk);
    }

    /// Whether no quirk is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// The quirks of the set, in the order of their declaration.
    pub fn iter(self) -> impl Iterator<Item = Q> {
        Q::LIST.iter().copied().filter(move |&quirk| self.contains(quirk))
    }

    const fn of(bits: u32) -> Self {
        Self { bits, of: PhantomData }
    }
}

impl<Q: Quirk> Default for QuirkSet<Q> {
    fn default() -> Self {
        Self::NONE
    }
}

impl<Q: Quirk> FromIterator<Q> for QuirkSet<Q> {
    fn from_iter<I: IntoIterator<Item = Q>>(quirks: I) -> Self {
        quirks.into_iter().fold(Self::NONE, Self::with)
    }
}

impl<Q: Quirk> fmt::Debug for QuirkSet<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// What may pass and what did, for a grammar that is at work.
///
/// ```
/// # use mailwire_core::{Quirk, QuirkSet, Tolerance};
/// # #[derive(Clone, Copy, Debug, PartialEq)]
/// # enum Odd {
/// #     Blank,
/// #     Case,
/// # }
/// # impl Quirk for Odd {
/// #     const LIST: &'static [Self] = &[Self::Blank, Self::Case];
/// #     fn place(self) -> usize {
/// #         self as usize
/// #     }
/// # }
/// let mut tolerance = Tolerance::new(QuirkSet::NONE.with(Odd::Case));
/// assert!(tolerance.allows(Odd::Case) && !tolerance.allows(Odd::Blank));
/// assert_eq!(tolerance.seen, QuirkSet::ALL);
/// ```
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "there is no third")]
pub struct Tolerance<Q: Quirk> {
    /// What may pass.
    pub allowed: QuirkSet<Q>,
    /// What did, or would have.
    pub seen: QuirkSet<Q>,
}

impl<Q: Quirk> Tolerance<Q> {
    /// Nothing was seen yet.
    #[must_use]
    pub const fn new(allowed: QuirkSet<Q>) -> Self {
        Self { allowed, seen: QuirkSet::NONE }
    }

    /// Notes the quirk and says whether it may pass.
    #[cold]
    pub fn allows(&mut self, quirk: Q) -> bool {
        self.seen.insert(quirk);
        self.allowed.contains(quirk)
    }
}
