//! How many octets a text has: where it is stored, and for clients, to whom all lines end with CRLF.
use mailwire_pop3::server::WireSize;

/// Counts as the text goes by.
#[derive(Debug, Default)]
pub struct Sizes {
    octets: u64,
    wire: WireSize,
    last: Option<u8>,
    /// Whether the first line ends with LF alone.
    converts: Option<bool>,
}

impl Sizes {
    /// Counts the next octets.
    pub fn add(&mut self, octets: &[u8]) {
        let Some(&last) = octets.last() else { return };
        if self.converts.is_none()
            && let Some(lf) = memchr::memchr(b'\n', octets)
        {
            let before = if lf > 0 { Some(octets[lf - 1]) } else { self.last };
            self.converts = Some(before != Some(b'\r'));
        }
        self.octets += octets.len() as u64;
        self.wire.add(octets);
        self.last = Some(last);
    }

    /// As it is stored.
    #[must_use]
    pub fn stored(&self) -> u64 {
        self.octets
    }

    /// For POP3: every line has its end, the last too.
    #[must_use]
    pub fn pop3(&self) -> u64 {
        self.wire.octets()
    }

    /// For IMAP, RFC822.SIZE: line ends become CRLF if the first one has to, and nothing is added at the end.
    #[must_use]
    pub fn imap(&self) -> u64 {
        match (self.converts, self.last) {
            (Some(true), Some(b'\n')) => self.pop3(),
            (Some(true), _) => self.pop3() - 2,
            _ => self.octets,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use mailwire_mailbox::Index;

    use super::*;

    #[test]
    fn the_size_is_that_of_the_index() {
        let mut texts = vec![Vec::new()];
        for len in 0..7 {
            let longer = texts.iter().filter(|text| text.len() == len);
            let longer: Vec<Vec<u8>> = longer
                .flat_map(|text| b"a\r\n".map(|octet| [&**text, &[octet]].concat()))
                .collect();
            texts.extend(longer);
        }
        for text in texts {
            let mut sizes = Sizes::default();
            text.chunks(2).for_each(|octets| sizes.add(octets));
            let index = Index::of(&Bytes::from(text.clone()));
            assert_eq!(sizes.imap(), index.size(), "{}", text.escape_ascii());
            assert_eq!(sizes.stored(), text.len() as u64);
        }
    }
}
