//! The file name of a part ([RFC 2183 §2.3], [RFC 2231]).
//!
//! [RFC 2183 §2.3]: https://www.rfc-editor.org/rfc/rfc2183#section-2.3
//! [RFC 2231]: https://www.rfc-editor.org/rfc/rfc2231

use alloc::{borrow::Cow, string::String};

use super::{ContentType, Disposition, Param};
use crate::{DefectCode, Findings, Policy};

/// The name under which a part wants to be kept: `filename` of its disposition, otherwise `name` of
/// its type; of each the extended form (RFC 2231) first. Empty ones do not count.
///
/// ```
/// use mailwire_message::mime::{ContentType, Disposition, file_name};
///
/// let disposition = Disposition::parse(br#"attachment; filename="C:\docs\..\a b.txt""#);
/// let content_type = ContentType::parse(b"text/plain; name=other.txt");
/// let name = file_name(Some(&disposition), Some(&content_type)).unwrap();
/// assert_eq!(name.as_str(), r"C:\docs\..\a b.txt");
/// assert_eq!(name.base(), "a b.txt");
/// assert_eq!(file_name(None, Some(&content_type)).unwrap().as_str(), "other.txt");
/// ```
#[must_use]
pub fn file_name<'p>(
    disposition: Option<&'p Disposition<'_>>,
    content_type: Option<&'p ContentType<'_>>,
) -> Option<FileName<'p>> {
    file_name_with(disposition, content_type, &mut Findings::ignored(Policy::default()))
}

/// The same, and says whether the two fields name different files; the offset is that of `name` in
/// the value of the type.
pub fn file_name_with<'p>(
    disposition: Option<&'p Disposition<'_>>,
    content_type: Option<&'p ContentType<'_>>,
    findings: &mut Findings<'_>,
) -> Option<FileName<'p>> {
    let filename = disposition.and_then(|field| best(field.params().param("filename")));
    let name = content_type.and_then(|field| best(field.params().param("name")));
    if let (Some(filename), Some(name)) = (filename, name)
        && filename.value() != name.value()
    {
        findings.report(DefectCode::ConflictingParam, name.ranges()[0].start);
    }
    Some(FileName(filename.or(name)?.value()))
}

fn best<'p, 'a>(param: Option<&'p Param<'a>>) -> Option<&'p Param<'a>> {
    param.filter(|param| !param.value().trim().is_empty())
}

/// A file name as a message declares it. Never use it for a file without a look: see
/// [`safe`](Self::safe).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileName<'p>(&'p str);

impl<'p> FileName<'p> {
    /// The name as declared, with the path it may have.
    #[must_use]
    pub const fn as_str(self) -> &'p str {
        self.0
    }

    /// What is behind the last slash or backslash (RFC 2183 §2.3: only that is to be respected).
    #[must_use]
    pub fn base(self) -> &'p str {
        self.0.rsplit(['/', '\\']).next().unwrap_or_default()
    }

    /// Whether it has a path.
    #[must_use]
    pub fn has_path(self) -> bool {
        self.base().len() < self.0.len()
    }

    /// A name that can be used for a file on common systems (RFC 2183 §5): without path, control
    /// characters, marks that change the direction of text, and characters that systems or shells
    /// reserve; it begins with no dot, is no device, and has at most 200 octets, its extension kept.
    ///
    /// ```
    /// use mailwire_message::mime::{Disposition, file_name};
    ///
    /// for (declared, safe) in [
    ///     ("../../etc/passwd", "passwd"),
    ///     (".login", "_login"),
    ///     ("| sh", "_ sh"),
    ///     ("con.txt", "_con.txt"),
    ///     ("..", "unnamed"),
    ///     ("gpj.\u{202e}exe", "gpj._exe"),
    /// ] {
    ///     let field = format!("attachment; filename=\"{declared}\"");
    ///     let disposition = Disposition::parse(field.as_bytes());
    ///     assert_eq!(file_name(Some(&disposition), None).unwrap().safe(), safe);
    /// }
    /// ```
    #[must_use]
    pub fn safe(self) -> Cow<'p, str> {
        let name = self.base().trim().trim_end_matches(['.', ' ']);
        if name.trim_matches('.').is_empty() {
            return Cow::Borrowed("unnamed");
        }
        let begins_badly = name.starts_with(['.', '-', '~']);
        let device = is_device(name);
        if !begins_badly && !device && name.len() <= MAX && !name.contains(is_reserved) {
            return Cow::Borrowed(name);
        }
        let mut safe = String::with_capacity(name.len() + 1);
        if device {
            safe.push('_');
        }
        safe.extend(name.chars().enumerate().map(|(index, character)| {
            let bad = is_reserved(character) || index == 0 && begins_badly;
            if bad { '_' } else { character }
        }));
        Cow::Owned(shorten(safe))
    }
}

impl core::fmt::Display for FileName<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}

/// Octets of a safe name.
const MAX: usize = 200;

fn is_reserved(character: char) -> bool {
    character.is_control()
        || matches!(character, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' | '\u{fffd}')
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Names that Windows keeps for devices, whatever their extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let numbered = |device: &str| {
        stem.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(device))
            && stem.len() == 4
            && stem.ends_with(|last: char| last.is_ascii_digit())
    };
    ["con", "prn", "aux", "nul"].iter().any(|device| stem.eq_ignore_ascii_case(device))
        || numbered("com")
        || numbered("lpt")
}

/// Cuts what is too much out of the stem.
fn shorten(mut name: String) -> String {
    if name.len() <= MAX {
        return name;
    }
    let dot = name.rfind('.').filter(|dot| name.len() - dot <= MAX / 4);
    let extension = dot.map_or_else(String::new, |dot| name.split_off(dot));
    let mut end = MAX - extension.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.truncate(end);
    name.push_str(&extension);
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn filename_comes_before_name_and_extended_before_plain() {
        for (disposition, content_type, want) in [
            ("attachment; filename=a; filename*=''b", "text/plain; name=c; name*=''d", Some("b")),
            ("attachment; filename=a", "text/plain; name=c; name*=''d", Some("a")),
            ("attachment", "text/plain; name=c; name*=''d", Some("d")),
            ("attachment; filename=\"\"", "text/plain; name=c", Some("c")),
            ("attachment; filename=\" \"", "text/plain", None),
        ] {
            let disposition = Disposition::parse(disposition.as_bytes());
            let content_type = ContentType::parse(content_type.as_bytes());
            let name = file_name(Some(&disposition), Some(&content_type));
            assert_eq!(name.map(FileName::as_str), want, "{disposition:?}");
        }
        assert_eq!(file_name(None, None), None);
    }

    #[test]
    fn two_names_are_a_conflict() {
        let disposition = Disposition::parse(b"attachment; filename=a.txt");
        for (field, offsets) in
            [("text/plain; name=a.txt", &[][..]), ("text/plain; name=a.exe", &[17])]
        {
            let content_type = ContentType::parse(field.as_bytes());
            let mut found = alloc::vec::Vec::new();
            let mut sink = |code, offset| found.push((code, offset));
            let mut findings = Findings::new(Policy::default(), &mut sink);
            let _ = file_name_with(Some(&disposition), Some(&content_type), &mut findings);
            assert!(found.iter().all(|&(code, _)| code == DefectCode::ConflictingParam));
            assert!(found.iter().map(|&(_, offset)| offset).eq(offsets.iter().copied()), "{field}");
        }
    }

    #[test]
    fn safe_names_are_safe() {
        for (name, base, safe) in [
            ("a.txt", "a.txt", "a.txt"),
            ("/evil/filename", "filename", "filename"),
            ("C:\\x\\..\\y z.doc", "y z.doc", "y z.doc"),
            ("a/b\\c", "c", "c"),
            ("dir/", "", "unnamed"),
            (".bashrc", ".bashrc", "_bashrc"),
            ("~/bin/more", "more", "more"),
            ("-rf", "-rf", "_rf"),
            ("a:b?c*d\"e", "a:b?c*d\"e", "a_b_c_d_e"),
            ("nul", "nul", "_nul"),
            ("LPT1.log", "LPT1.log", "_LPT1.log"),
            ("com10.txt", "com10.txt", "com10.txt"),
            ("a.txt. . ", "a.txt. . ", "a.txt"),
            ("a\0b\tc", "a\0b\tc", "a_b_c"),
            ("Grüße.pdf", "Grüße.pdf", "Grüße.pdf"),
        ] {
            assert_eq!(FileName(name).base(), base, "name {name:?}");
            assert_eq!(FileName(name).safe(), safe, "name {name:?}");
        }
        let long = format!("{}.tar", "ü".repeat(300));
        let safe = FileName(&long).safe();
        assert!(safe.len() <= MAX && safe.ends_with("ü.tar"), "{safe}");
    }
}
