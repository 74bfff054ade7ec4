//! What was read as words that can be compared.

use super::Sink;

/// What was read, a word for each piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown(pub Vec<String>);

impl Shown {
    /// What the walk saw.
    pub fn of(walk: impl FnOnce(&mut Self)) -> Self {
        let mut shown = Self::default();
        walk(&mut shown);
        shown
    }
}

impl Sink for Shown {
    fn word(&mut self, word: &[u8]) {
        self.0.push(word.escape_ascii().to_string().to_ascii_lowercase());
    }

    fn text(&mut self, text: Option<&[u8]>) {
        self.0.push(text.map_or("-".into(), |text| format!("\"{}\"", text.escape_ascii())));
    }

    fn number(&mut self, number: Option<u64>) {
        self.0.push(number.map_or("-".into(), |number| number.to_string()));
    }

    fn item(&mut self, text: impl FnOnce() -> String) {
        self.0.push(text().to_ascii_lowercase());
    }

    fn unordered(&mut self, fill: impl FnOnce(&mut Self)) {
        let Self(mut words) = Self::of(fill);
        words.sort_unstable();
        words.dedup();
        self.0.push(format!("{{{}}}", words.join(" ")));
    }
}
