//! The first words of a message, for lists.
//!
//! White space becomes single spaces, characters that cannot be seen go, and so does what the sender only
//! quotes. However long the text, only its beginning is looked at: some 64 octets for each character wanted,
//! and at least 16 KiB, of HTML 128 KiB.

mod entity;
mod html;

pub use html::{from_html, html_text};

use alloc::string::String;

/// The first `max` characters of a plain text, without quoted lines, the line that introduces them, and the
/// signature. If all is quoted, the quoted text.
///
/// ```
/// use mailwire_message::preview;
///
/// let text = "Fine  with me.\r\n\r\nOn Friday, Al wrote:\r\n> Shall we\r\n> meet?\r\n-- \r\nB";
/// assert_eq!(preview::from_plain(text, 80), "Fine with me.");
/// assert_eq!(preview::from_plain(text, 4), "Fine");
/// assert_eq!(preview::from_plain("> All quoted", 80), "All quoted");
/// ```
#[must_use]
pub fn from_plain(text: &str, max: usize) -> String {
    let text = beginning(text, max, 16 * 1024);
    let mut words = Words::new(max);
    // A line that may introduce a quote waits for the next one.
    let mut waiting = "";
    for line in text.lines() {
        if line == "-- " {
            break;
        }
        let is_quoted = line.trim_start().starts_with('>');
        if !line.trim().is_empty() {
            if !is_quoted {
                words.line(waiting);
            }
            waiting = if is_quoted { "" } else { line };
        }
        if words.is_full() {
            return words.text;
        }
    }
    words.line(waiting);
    if words.text.is_empty() {
        for line in text.lines() {
            words.line(line.trim_start_matches(['>', ' ']));
        }
    }
    words.text
}

/// As much of a text as is looked at.
fn beginning(text: &str, max: usize, least: usize) -> &str {
    let mut end = text.len().min(max.saturating_mul(64).max(least));
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Text with single spaces, up to so many characters.
struct Words {
    text: String,
    room: usize,
    /// A space is due.
    space: bool,
}

impl Words {
    fn new(max: usize) -> Self {
        Self { text: String::new(), room: max, space: false }
    }

    fn is_full(&self) -> bool {
        self.room == 0
    }

    fn line(&mut self, line: &str) {
        line.chars().for_each(|c| self.push(c));
        self.gap();
    }

    fn gap(&mut self) {
        self.space = true;
    }

    fn push(&mut self, c: char) {
        if c.is_whitespace() {
            return self.gap();
        }
        if self.is_full() || is_invisible(c) {
            return;
        }
        if core::mem::take(&mut self.space) && !self.text.is_empty() {
            self.room -= 1;
            if self.is_full() {
                return;
            }
            self.text.push(' ');
        }
        self.text.push(c);
        self.room -= 1;
    }
}

/// Controls, and what newsletters fill up their previews with. Joiners within emoji and Indic
/// words stay.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180e}'
        | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
        || c.is_control()
}
