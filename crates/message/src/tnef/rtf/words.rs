//! Text out of RTF.

use crate::charset::Charset;
use alloc::{string::String, vec::Vec};

/// How deep groups are told apart; deeper ones are as the one around them.
const DEPTH: usize = 256;

pub(super) fn html(rtf: &[u8]) -> Option<String> {
    let mut writer = Writer::new(true);
    writer.read(rtf);
    writer.is_from_html.then(|| writer.finish())
}

pub(super) fn text(rtf: &[u8]) -> String {
    let mut writer = Writer::new(false);
    writer.read(rtf);
    writer.finish()
}

/// What holds within a group.
#[derive(Clone, Copy, Debug)]
struct Group {
    /// Nothing of it is text.
    is_hidden: bool,
    /// It is a piece of HTML as it stands.
    is_html: bool,
    /// RTF that the HTML does not need.
    is_htmlrtf: bool,
    /// How many characters stand for a `\u`.
    fallback: usize,
}

struct Writer {
    wants_html: bool,
    is_from_html: bool,
    group: Group,
    groups: Vec<Group>,
    /// Open groups that were too deep.
    deeper: usize,
    /// Behind `{\*`.
    is_optional: bool,
    /// Characters to pass over, as a `\u` stands for them.
    skip: usize,
    /// A high surrogate.
    high: Option<u16>,
    charset: Charset,
    /// Octets that are not decoded yet.
    octets: Vec<u8>,
    out: String,
}

/// A piece of RTF.
enum Token<'a> {
    Open,
    Close,
    /// A control word and its number.
    Word(&'a [u8], Option<i32>),
    /// A control symbol.
    Symbol(u8),
    Octet(u8),
}

impl Writer {
    fn new(wants_html: bool) -> Self {
        let group = Group { is_hidden: false, is_html: false, is_htmlrtf: false, fallback: 1 };
        Self {
            wants_html,
            is_from_html: false,
            group,
            groups: Vec::new(),
            deeper: 0,
            is_optional: false,
            skip: 0,
            high: None,
            charset: Charset::WINDOWS_1252,
            octets: Vec::new(),
            out: String::new(),
        }
    }

    fn read(&mut self, rtf: &[u8]) {
        let mut rest = rtf;
        while let Some(token) = next_token(&mut rest) {
            match token {
                Token::Open => self.open(),
                Token::Close => self.close(),
                Token::Word(b"bin", Some(len)) => {
                    let len = usize::try_from(len).unwrap_or(0).min(rest.len());
                    rest = &rest[len..];
                }
                Token::Word(word, number) => self.word(word, number),
                Token::Symbol(symbol) => self.symbol(symbol),
                Token::Octet(octet) => self.octet(octet),
            }
        }
    }

    fn finish(mut self) -> String {
        self.flush();
        self.out
    }

    fn open(&mut self) {
        (self.skip, self.is_optional) = (0, false);
        if self.groups.len() < DEPTH {
            self.groups.push(self.group);
        } else {
            self.deeper += 1;
        }
    }

    fn close(&mut self) {
        (self.skip, self.is_optional) = (0, false);
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if let Some(group) = self.groups.pop() {
            self.group = group;
        }
    }

    fn word(&mut self, word: &[u8], number: Option<i32>) {
        let is_optional = core::mem::take(&mut self.is_optional);
        match word {
            b"fromhtml" => self.is_from_html = number != Some(0),
            b"ansicpg" => self.code_page(number),
            b"mac" => self.code_page(Some(10_000)),
            b"pc" => self.code_page(Some(437)),
            b"pca" => self.code_page(Some(850)),
            b"htmltag" => {
                self.group.is_html = self.wants_html;
                self.group.is_hidden |= !self.wants_html;
            }
            b"htmlrtf" => self.group.is_htmlrtf = self.wants_html && number != Some(0),
            b"uc" => {
                self.group.fallback =
                    number.and_then(|count| usize::try_from(count).ok()).unwrap_or(1);
            }
            b"u" => self.unicode(number.unwrap_or(0)),
            b"fonttbl" | b"colortbl" | b"stylesheet" | b"info" | b"pict" | b"object"
            | b"header" | b"footer" => {
                self.group.is_hidden = true;
            }
            _ if is_optional => self.group.is_hidden = true,
            b"par" | b"line" | b"row" | b"sect" | b"page" => self.text("\r\n"),
            b"tab" | b"cell" => self.text("\t"),
            b"lquote" => self.text("\u{2018}"),
            b"rquote" => self.text("\u{2019}"),
            b"ldblquote" => self.text("\u{201c}"),
            b"rdblquote" => self.text("\u{201d}"),
            b"bullet" => self.text("\u{2022}"),
            b"endash" => self.text("\u{2013}"),
            b"emdash" => self.text("\u{2014}"),
            b"emspace" => self.text("\u{2003}"),
            b"enspace" => self.text("\u{2002}"),
            _ => {}
        }
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'*' => self.is_optional = true,
            b'\\' | b'{' | b'}' => self.octet(symbol),
            b'~' => self.text("\u{a0}"),
            b'_' => self.text("\u{2011}"),
            b'-' => self.text("\u{ad}"),
            b'\r' | b'\n' => self.text("\r\n"),
            _ => {}
        }
    }

    /// Whether what comes is text to give.
    fn is_seen(&self) -> bool {
        let is_text = !self.group.is_hidden || self.group.is_html;
        is_text && !self.group.is_htmlrtf
    }

    fn octet(&mut self, octet: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.is_seen() {
            self.octets.push(octet);
        }
    }

    fn text(&mut self, text: &str) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.is_seen() {
            self.flush();
            self.out.push_str(text);
        }
    }

    fn unicode(&mut self, number: i32) {
        if self.is_seen() {
            self.flush();
            // Units above 0x7fff are written as negative numbers.
            let [low, high, ..] = number.to_le_bytes();
            let unit = u16::from_le_bytes([low, high]);
            let units = [self.high.take(), Some(unit)];
            for decoded in char::decode_utf16(units.into_iter().flatten()) {
                match decoded {
                    Ok(c) => self.out.push(c),
                    Err(_) if (0xd800..0xdc00).contains(&unit) => self.high = Some(unit),
                    Err(_) => self.out.push('\u{fffd}'),
                }
            }
        }
        self.skip = self.group.fallback;
    }

    fn code_page(&mut self, number: Option<i32>) {
        let label = alloc::format!("cp{}", number.unwrap_or(1252));
        self.flush();
        self.charset = Charset::for_label(label.as_bytes()).unwrap_or(Charset::WINDOWS_1252);
    }

    fn flush(&mut self) {
        if !self.octets.is_empty() {
            self.out.push_str(&self.charset.decode(&self.octets));
            self.octets.clear();
        }
    }
}

fn next_token<'a>(rest: &mut &'a [u8]) -> Option<Token<'a>> {
    loop {
        let (&first, behind) = rest.split_first()?;
        *rest = behind;
        return Some(match first {
            b'{' => Token::Open,
            b'}' => Token::Close,
            b'\r' | b'\n' | 0 => continue,
            b'\\' => control(rest)?,
            octet => Token::Octet(octet),
        });
    }
}

/// What follows a backslash.
fn control<'a>(rest: &mut &'a [u8]) -> Option<Token<'a>> {
    /// The longest number.
    const DIGITS: usize = 10;

    let letters = rest.iter().take_while(|octet| octet.is_ascii_alphabetic()).count();
    if letters == 0 {
        let (&symbol, behind) = rest.split_first()?;
        *rest = behind;
        if symbol == b'\''
            && let Some((digits, behind)) = behind.split_at_checked(2)
            && let Some(octet) = hexadecimal(digits)
        {
            *rest = behind;
            return Some(Token::Octet(octet));
        }
        return Some(Token::Symbol(symbol));
    }
    let (word, behind) = rest.split_at(letters);
    let minus = usize::from(behind.starts_with(b"-"));
    let digits =
        behind[minus..].iter().take(DIGITS).take_while(|octet| octet.is_ascii_digit()).count();
    let (number, behind) =
        if digits > 0 { behind.split_at(minus + digits) } else { behind.split_at(0) };
    *rest = behind.strip_prefix(b" ").unwrap_or(behind);
    Some(Token::Word(
        word,
        core::str::from_utf8(number).ok().and_then(|number| number.parse().ok()),
    ))
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let is_hexadecimal = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = core::str::from_utf8(digits).ok().filter(|_| is_hexadecimal)?;
    u8::from_str_radix(digits, 16).ok()
}
