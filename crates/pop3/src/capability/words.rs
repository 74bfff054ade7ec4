//! Parameters of capabilities.
use alloc::string::String;
use core::fmt;

use mailwire_core::{ByteSet, BytesRef, Text};

use crate::{ParseError, ParseErrorKind};

/// Words of printable ASCII.
///
/// ```
/// use mailwire_pop3::Words;
///
/// let words = Words::new(["PLAIN", "CRAM-MD5"])?;
/// assert_eq!((words.as_str(), words.iter().count()), ("PLAIN CRAM-MD5", 2));
/// assert!(words.contains("cram-md5"));
/// assert!(Words::new(["PLAIN\r\nSTLS"]).is_err());
/// # Ok::<(), mailwire_pop3::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Words(Text);

static PRINTABLE: ByteSet = ByteSet::EMPTY.with_range(0x21, 0x7e);

impl Words {
    /// Checks and copies words.
    pub fn new<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> Result<Self, ParseError> {
        let mut text = String::new();
        for word in words {
            if !text.is_empty() {
                text.push(' ');
            }
            let word = word.as_ref();
            let end = PRINTABLE.span(word.as_bytes());
            if word.is_empty() || end < word.len() {
                return Err(ParseErrorKind::BadCapability.at(text.len() + end));
            }
            text.push_str(word);
        }
        Ok(Self(text.into()))
    }

    /// `*(SP param)`, with more blanks than one too.
    pub(crate) fn parse(text: BytesRef<'_>) -> Result<Self, ParseError> {
        if let Some(at) = text.iter().position(|&o| o != b' ' && !PRINTABLE.contains(o)) {
            return Err(ParseErrorKind::BadCapability.at(at));
        }
        let words = text.as_bytes().trim_ascii();
        if words.windows(2).any(|pair| pair == b"  ") {
            let words = words.split(|octet| *octet == b' ').filter(|word| !word.is_empty());
            let words = words.map(|word| core::str::from_utf8(word).unwrap_or_default());
            return Self::new(words);
        }
        let start = text.iter().take_while(|octet| **octet == b' ').count();
        Ok(Self(Text::from_ascii(text.slice(start..start + words.len()))))
    }

    /// The words in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.as_str().split(' ').filter(|word| !word.is_empty())
    }

    /// Whether the word is there, in any case.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.iter().any(|w| w.eq_ignore_ascii_case(word))
    }

    /// Whether there is no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.as_bytes().is_empty()
    }

    /// The words with blanks between them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Copies the words out of the buffer they may share.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
