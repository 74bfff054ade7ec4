//! How large a message is on the wire.

/// Counts the octets of a message in the form in which it is sent: every line end as CRLF, the last line
/// ended, dots not stuffed. That is what STAT and LIST have to say (RFC 1939 §11).
///
/// ```
/// use mailwire_pop3::server::WireSize;
///
/// let mut size = WireSize::default();
/// size.add(b"A: b\n\n.dot");
/// assert_eq!(size.octets(), 14); // A: b CRLF CRLF .dot CRLF
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WireSize {
    octets: u64,
    last: Option<u8>,
}

impl WireSize {
    /// Counts the next octets of the message.
    pub fn add(&mut self, octets: &[u8]) {
        let Some(&last) = octets.last() else { return };
        self.octets += octets.len() as u64;
        for lf in memchr::memchr_iter(b'\n', octets) {
            let before = if lf > 0 { Some(octets[lf - 1]) } else { self.last };
            self.octets += u64::from(before != Some(b'\r'));
        }
        self.last = Some(last);
    }

    /// How many octets a message has that ends here.
    #[must_use]
    pub fn octets(&self) -> u64 {
        match self.last {
            None | Some(b'\n') => self.octets,
            Some(_) => self.octets + 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*, sample::select};

    proptest! {
        #[test]
        fn size_is_that_of_the_normal_form(
            message in vec(select(b"a.\r\n".to_vec()), 0..30),
            step in 1..9usize,
        ) {
            let mut size = WireSize::default();
            message.chunks(step).for_each(|chunk| size.add(chunk));
            prop_assert_eq!(size.octets(), testkit::naive::normalize(&message).len() as u64);
        }
    }
}
