//! Criteria put together, as a flat list: nothing here recurses, however deep they nest.

use super::SearchKey;
use crate::Encoder;
use alloc::{vec, vec::Vec};

/// Criteria and how they go together, each operator before what it is about.
///
/// ```
/// use mailwire_imap::{Encoder, Peer, search::{HeaderField, SearchExpression, SearchKey}};
///
/// let from = |name| SearchKey::field(HeaderField::From, name).map(SearchExpression::from);
/// let search = SearchExpression::and([
///     SearchExpression::or(from("smith")?, from("o'hara")?),
///     SearchExpression::not(SearchKey::Seen.into()),
/// ]);
/// let mut out = Encoder::new(Peer::SERVER);
/// search.encode(&mut out);
/// assert_eq!(out.finish().wire, "OR FROM smith FROM o'hara NOT SEEN");
/// # Ok::<(), mailwire_imap::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchExpression {
    pub(super) steps: Vec<SearchStep>,
}

/// One step of an expression in prefix form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 9051 §6.4.4 and RFC 6203 have no other")]
pub enum SearchStep {
    /// A criterion.
    Key(SearchKey),
    /// Not what the next expression says.
    Not,
    /// What one of the next two expressions says.
    Or,
    /// What all of the next expressions say: how many.
    And(usize),
    /// What the next expression says, roughly (RFC 6203).
    Fuzzy,
}

impl SearchStep {
    /// How many expressions it takes.
    #[must_use]
    pub const fn arity(&self) -> usize {
        match self {
            Self::Key(_) => 0,
            Self::Not | Self::Fuzzy => 1,
            Self::Or => 2,
            Self::And(count) => *count,
        }
    }
}

impl From<SearchKey> for SearchExpression {
    fn from(key: SearchKey) -> Self {
        Self { steps: vec![SearchStep::Key(key)] }
    }
}

impl SearchExpression {
    /// What both say.
    #[must_use]
    pub fn or(first: Self, second: Self) -> Self {
        Self::join(SearchStep::Or, [first, second])
    }

    /// What the expression does not say.
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "as the grammar calls it, beside `or` and `and`"
    )]
    pub fn not(expression: Self) -> Self {
        Self::join(SearchStep::Not, [expression])
    }

    /// What the expression says, roughly (RFC 6203).
    #[must_use]
    pub fn fuzzy(expression: Self) -> Self {
        Self::join(SearchStep::Fuzzy, [expression])
    }

    /// What all say. None at all is ALL.
    #[must_use]
    pub fn and(expressions: impl IntoIterator<Item = Self>) -> Self {
        let expressions: Vec<Self> = expressions.into_iter().collect();
        match expressions.len() {
            0 => SearchKey::All.into(),
            1 => expressions.into_iter().next().unwrap_or_else(|| SearchKey::All.into()),
            count => Self::join(SearchStep::And(count), expressions),
        }
    }

    fn join(step: SearchStep, expressions: impl IntoIterator<Item = Self>) -> Self {
        let mut steps = vec![step];
        expressions.into_iter().for_each(|expression| steps.extend(expression.steps));
        Self { steps }
    }

    /// The steps, each operator before what it is about.
    #[must_use]
    pub fn steps(&self) -> &[SearchStep] {
        &self.steps
    }

    /// Whether a message fits, when `fits` says whether it fits a criterion.
    ///
    /// Every criterion is asked, from the last to the first.
    ///
    /// ```
    /// use mailwire_imap::search::{SearchExpression, SearchKey};
    ///
    /// let search = SearchExpression::not(SearchKey::Seen.into());
    /// assert!(search.evaluate(|key| *key == SearchKey::Flagged));
    /// ```
    pub fn evaluate(&self, mut fits: impl FnMut(&SearchKey) -> bool) -> bool {
        let mut values: Vec<bool> = Vec::new();
        for step in self.steps.iter().rev() {
            let from = values.len() - step.arity().min(values.len());
            let value = match step {
                SearchStep::Key(key) => fits(key),
                SearchStep::Not => !values[from..].iter().all(|value| *value),
                SearchStep::Or => values[from..].iter().any(|value| *value),
                SearchStep::And(_) | SearchStep::Fuzzy => values[from..].iter().all(|value| *value),
            };
            values.truncate(from);
            values.push(value);
        }
        values.pop().unwrap_or(true)
    }

    /// Whether some text in it must be read in a character set: `CHARSET` has to be sent.
    #[must_use]
    pub fn has_text_beyond_ascii(&self) -> bool {
        self.steps.iter().any(|step| match step {
            SearchStep::Key(key) => key.has_text_beyond_ascii(),
            _ => false,
        })
    }

    /// Puts other criteria in the place of some: `None` is one that no message fits.
    pub(crate) fn replace_keys(&mut self, mut replace: impl FnMut(SearchKey) -> Option<SearchKey>) {
        for step in core::mem::take(&mut self.steps) {
            match step {
                SearchStep::Key(key) => match replace(key) {
                    Some(key) => self.steps.push(SearchStep::Key(key)),
                    None => self.steps.extend([SearchStep::Not, SearchStep::Key(SearchKey::All)]),
                },
                operator => self.steps.push(operator),
            }
        }
    }

    /// Appends it. At the top, criteria that must all hold need no parentheses.
    pub fn encode(&self, out: &mut Encoder) {
        // How many arguments a key takes that is not known nobody knows: parentheses tell.
        let in_parentheses = |at: usize, open: &[(usize, bool)]| match open {
            [] => false,
            [_] => at + 1 < self.steps.len() || !matches!(self.steps[0], SearchStep::And(_)),
            _ => true,
        };
        // How many expressions each open parenthesis still waits for; operators count as none.
        let mut open: Vec<(usize, bool)> = Vec::new();
        for (i, step) in self.steps.iter().enumerate() {
            if i > 0 && !matches!(self.steps[i - 1], SearchStep::And(_)) {
                out.space();
            }
            match step {
                SearchStep::Key(key @ SearchKey::Other { name, .. })
                    // What begins with these would not be taken for criteria.
                    if in_parentheses(i, &open) || name.is("RETURN") || name.is("CHARSET") =>
                {
                    out.raw(b"(");
                    key.encode(out);
                    out.raw(b")");
                }
                SearchStep::Key(key) => key.encode(out),
                SearchStep::Not => out.raw(b"NOT"),
                SearchStep::Or => out.raw(b"OR"),
                SearchStep::Fuzzy => out.raw(b"FUZZY"),
                SearchStep::And(_) if i > 0 => out.raw(b"("),
                SearchStep::And(_) => {}
            }
            open.push((step.arity(), matches!(step, SearchStep::And(_)) && i > 0));
            while let Some((0, parenthesis)) = open.last().copied() {
                if parenthesis {
                    out.raw(b")");
                }
                open.pop();
                if let Some((left, _)) = open.last_mut() {
                    *left -= 1;
                }
            }
        }
    }
}
