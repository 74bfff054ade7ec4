//! The format of curl's test cases: sections with attributes, and macros in them.
//!
//! The cases themselves are not here: they come by [`shared`](crate::shared).
use mailwire_sasl::line;

/// One test case.
#[derive(Debug)]
pub struct Case {
    /// What it is called.
    pub number: String,
    text: String,
}

impl Case {
    /// Takes the file of a case.
    #[must_use]
    pub fn new(number: &str, octets: &[u8]) -> Self {
        let text = String::from_utf8(octets.to_vec()).expect("test cases are text");
        Self { number: number.into(), text }
    }

    /// The octets of the first section with this name, line ends as its attributes want them.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<Vec<u8>> {
        let (attributes, text) = find(&self.text, name)?;
        Some(self.content(attributes, text))
    }

    /// The section as text, empty if there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.section(name).unwrap_or_default()).expect("text")
    }

    /// What curl finds in the file with this name.
    #[must_use]
    pub fn file(&self, wanted: &str) -> Option<Vec<u8>> {
        ["file", "file1", "file2"].iter().find_map(|name| {
            let (attributes, text) = find(&self.text, name)?;
            let file = attributes.split('"').nth(1)?;
            let file = self.expand(file, false);
            (file == wanted.as_bytes()).then(|| self.content(attributes, text))
        })
    }

    fn content(&self, attributes: &str, text: &str) -> Vec<u8> {
        let mut octets = self.expand(text, false);
        if attributes.contains("nonewline=\"yes\"") {
            octets.pop();
        }
        let mut header = true;
        let mut out = Vec::with_capacity(octets.len());
        for line in octets.split_inclusive(|&octet| octet == b'\n') {
            let ends = line.ends_with(b"\n") && !line.ends_with(b"\r\n");
            if ends && (attributes.contains("crlf=\"yes\"") || header && is_headers(attributes)) {
                out.extend_from_slice(&line[..line.len() - 1]);
                out.extend_from_slice(b"\r\n");
            } else {
                out.extend_from_slice(line);
            }
            header &= line != b"\n";
        }
        out
    }

    /// Replaces the macros, and `%hh` where octets are written like that.
    fn expand(&self, text: &str, octets: bool) -> Vec<u8> {
        let names = [
            ("%TESTNUMBER", self.number.as_str()),
            ("%HOSTIP", "127.0.0.1"),
            ("%SMTPPORT", "2525"),
            ("%POP3PORT", "2110"),
            ("%IMAPPORT", "2143"),
            ("%LOGDIR", "log"),
            ("%CR", "\r"),
            ("%LT", "<"),
            ("%GT", ">"),
        ];
        let mut out = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            out.extend_from_slice(&rest.as_bytes()[..at]);
            rest = &rest[at..];
            if let Some((inner, after)) = between(rest, "%b64[", "]b64%") {
                line::encode(&self.expand(inner, true), &mut out);
                rest = after;
            } else if let Some((inner, after)) = between(rest, "%hex[", "]hex%") {
                out.extend(self.expand(inner, true));
                rest = after;
            } else if let Some((inner, after)) = between(rest, "%repeat[", "]%") {
                let (times, what) = inner.split_once(" x ").expect("how often and what");
                out.extend(self.expand(what, true).repeat(times.parse().expect("a number")));
                rest = after;
            } else if let Some((name, value)) =
                names.iter().find(|(name, _)| rest.starts_with(name))
            {
                out.extend_from_slice(value.as_bytes());
                rest = &rest[name.len()..];
            } else if let Some(octet) = rest.get(1..3).filter(|_| octets).and_then(hex) {
                out.push(octet);
                rest = &rest[3..];
            } else {
                out.push(b'%');
                rest = &rest[1..];
            }
        }
        out.extend_from_slice(rest.as_bytes());
        out
    }
}

fn hex(digits: &str) -> Option<u8> {
    u8::from_str_radix(digits, 16).ok()
}

fn is_headers(attributes: &str) -> bool {
    attributes.contains("crlf=\"headers\"")
}

/// The attributes and the lines of a section.
fn find<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str)> {
    let (_, rest) = text
        .match_indices(&format!("\n<{name}"))
        .map(|(at, tag)| text.split_at(at + tag.len()))
        .find(|(_, rest)| rest.starts_with(['>', ' ']))?;
    let (attributes, rest) = rest.split_once(">\n")?;
    let end = format!("</{name}>");
    let end = if rest.starts_with(&end) { 0 } else { rest.find(&format!("\n{end}"))? + 1 };
    Some((attributes, &rest[..end]))
}

fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<(&'t str, &'t str)> {
    text.strip_prefix(open)?.split_once(close)
}

/// Undoes percent encoding.
#[must_use]
pub fn percent_decoded(text: &str) -> String {
    let case = Case::new("", b"");
    String::from_utf8(case.expand(text, true)).expect("UTF-8")
}

/// Splits a command line as a shell does.
#[must_use]
pub fn words(line: &str) -> Vec<String> {
    let mut words = vec![None];
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if quote.is_none() && character.is_whitespace() {
            words.push(None);
            continue;
        }
        let word = words.last_mut().expect("never empty").get_or_insert_with(String::new);
        match (character, quote) {
            (_, Some(open)) if character == open => quote = None,
            ('\'' | '"', None) => quote = Some(character),
            ('\\', None | Some('"')) => word.extend(characters.next()),
            _ => word.push(character),
        }
    }
    words.into_iter().flatten().collect()
}
