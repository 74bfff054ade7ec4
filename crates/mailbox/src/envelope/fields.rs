//! The fields of a header that answers are made of.

use alloc::{borrow::Cow, vec::Vec};

/// A field that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    Date,
    Subject,
    From,
    Sender,
    ReplyTo,
    To,
    Cc,
    Bcc,
    InReplyTo,
    MessageId,
    References,
    Id,
    Description,
    Encoding,
    Md5,
    Language,
    Location,
}

impl Known {
    pub(crate) fn of(name: &[u8]) -> Option<Self> {
        const NAMES: [(&[u8], Known); 17] = [
            (b"To", Known::To),
            (b"Cc", Known::Cc),
            (b"Bcc", Known::Bcc),
            (b"Date", Known::Date),
            (b"From", Known::From),
            (b"Sender", Known::Sender),
            (b"Subject", Known::Subject),
            (b"Reply-To", Known::ReplyTo),
            (b"Message-ID", Known::MessageId),
            (b"References", Known::References),
            (b"Content-ID", Known::Id),
            (b"In-Reply-To", Known::InReplyTo),
            (b"Content-MD5", Known::Md5),
            (b"Content-Language", Known::Language),
            (b"Content-Location", Known::Location),
            (b"Content-Description", Known::Description),
            (b"Content-Transfer-Encoding", Known::Encoding),
        ];
        // Most fields are none of these: their lengths say so.
        NAMES
            .iter()
            .find(|(known, _)| known.len() == name.len() && known.eq_ignore_ascii_case(name))
            .map(|(_, known)| *known)
    }
}

/// The known fields of one header, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields<'f>(Vec<(Known, &'f [u8])>);

impl<'f> Fields<'f> {
    /// Takes a field, if it is known.
    pub(crate) fn take(&mut self, name: &[u8], value: &'f [u8]) {
        if let Some(known) = Known::of(name) {
            self.0.push((known, value));
        }
    }

    /// The first field of this name.
    pub(crate) fn first(&self, known: Known) -> Option<&'f [u8]> {
        self.all(known).next()
    }

    /// All fields of this name.
    pub(crate) fn all(&self, known: Known) -> impl Iterator<Item = &'f [u8]> {
        self.0.iter().filter(move |(name, _)| *name == known).map(|(_, value)| *value)
    }

    /// The first field of this name on one line.
    pub(crate) fn text(&self, known: Known) -> Option<Cow<'f, [u8]>> {
        self.first(known).map(one_line)
    }
}

/// A value without its folds, the blanks around it, and NUL.
pub(crate) fn one_line(value: &[u8]) -> Cow<'_, [u8]> {
    unfolded(value.trim_ascii())
}

/// A value without its folds and NUL.
pub(crate) fn unfolded(value: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr3(b'\r', b'\n', 0, value).is_none() {
        return Cow::Borrowed(value);
    }
    value.iter().copied().filter(|octet| !b"\r\n\0".contains(octet)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_name() {
        let mut fields = Fields::default();
        for (name, value) in
            [(&b"subject"[..], &b" a\r\n b "[..]), (b"SUBJECT", b"second"), (b"Subjects", b"third")]
        {
            fields.take(name, value);
        }
        assert_eq!(fields.all(Known::Subject).count(), 2);
        assert_eq!(fields.text(Known::Subject).as_deref(), Some(&b"a b"[..]));
        assert_eq!(fields.first(Known::Date), None);
    }
}
