//! Seven-bit encodings that shift between sets by escape sequences, as octets of an encoding that
//! `encoding_rs` knows.

/// Which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// RFC 1557: SO and SI switch between ASCII and KS C 5601.
    Iso2022Kr,
    /// RFC 1843: `~{` and `~}` switch between ASCII and GB 2312.
    Hz,
    /// RFC 1468, less escape sequences that no character follows, which `encoding_rs` takes for damage.
    Iso2022Jp,
}

impl Scheme {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Iso2022Kr => "ISO-2022-KR",
            Self::Hz => "HZ-GB-2312",
            Self::Iso2022Jp => "ISO-2022-JP",
        }
    }

    pub(super) fn encoding(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Iso2022Kr => encoding_rs::EUC_KR,
            Self::Hz => encoding_rs::GBK,
            Self::Iso2022Jp => encoding_rs::ISO_2022_JP,
        }
    }
}

/// Up to eight octets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Few {
    octets: [u8; 8],
    len: usize,
}

impl Few {
    pub(super) fn as_slice(&self) -> &[u8] {
        &self.octets[..self.len]
    }

    fn push(&mut self, octet: u8) {
        self.octets[self.len] = octet;
        self.len += 1;
    }

    fn with(mut self, octet: u8) -> Self {
        self.push(octet);
        self
    }
}

/// Turns the octets of a scheme into those of its encoding, one by one.
#[derive(Debug)]
pub(super) struct Filter {
    scheme: Scheme,
    shifted: bool,
    /// The beginning of an escape sequence, or a whole one; at most four octets.
    held: Few,
}

impl Filter {
    pub(super) fn new(scheme: Scheme) -> Self {
        Self { scheme, shifted: false, held: Few::default() }
    }

    pub(super) fn take(&mut self, octet: u8) -> Few {
        match self.scheme {
            Scheme::Iso2022Kr => self.korean(octet),
            Scheme::Hz => self.chinese(octet),
            Scheme::Iso2022Jp => self.japanese(octet),
        }
    }

    pub(super) fn finish(&mut self) -> Few {
        core::mem::take(&mut self.held)
    }

    fn korean(&mut self, octet: u8) -> Few {
        const HEADER: &[u8] = b"\x1b$)C";

        let held = self.held.with(octet);
        if HEADER.starts_with(held.as_slice()) {
            self.held = if held.len == HEADER.len() { Few::default() } else { held };
            return Few::default();
        }
        let mut out = core::mem::take(&mut self.held);
        if octet == HEADER[0] {
            self.held.push(octet);
            return out;
        }
        match octet {
            0x0e => self.shifted = true,
            0x0f => self.shifted = false,
            b'\n' => {
                self.shifted = false;
                out.push(octet);
            }
            0x21..=0x7e if self.shifted => out.push(octet | 0x80),
            _ => out.push(octet),
        }
        out
    }

    fn chinese(&mut self, octet: u8) -> Few {
        if self.held.len == 0 {
            return match octet {
                b'~' => {
                    self.held.push(octet);
                    Few::default()
                }
                b'\n' => {
                    self.shifted = false;
                    Few::default().with(octet)
                }
                0x21..=0x7d if self.shifted => Few::default().with(octet | 0x80),
                _ => Few::default().with(octet),
            };
        }
        let held = core::mem::take(&mut self.held);
        match octet {
            b'{' if !self.shifted => self.shifted = true,
            b'}' if self.shifted => self.shifted = false,
            b'~' => return Few::default().with(b'~'),
            b'\n' => {}
            _ => return held.with(if self.shifted { octet | 0x80 } else { octet }),
        }
        Few::default()
    }

    /// Holds back a whole escape sequence until it is clear that none follows at once.
    fn japanese(&mut self, octet: u8) -> Few {
        const ESCAPE: u8 = 0x1b;

        match (self.held.len, octet) {
            (0, ESCAPE) => {
                self.held.push(octet);
                Few::default()
            }
            (0, _) => Few::default().with(octet),
            (1, b'(' | b'$') | (2, b'B' | b'J' | b'I' | b'@') => {
                self.held.push(octet);
                Few::default()
            }
            // The sequence is complete, and another one takes its place.
            (3.., ESCAPE) => {
                self.held = Few::default().with(octet);
                Few::default()
            }
            (_, ESCAPE) => core::mem::replace(&mut self.held, Few::default().with(octet)),
            _ => self.finish().with(octet),
        }
    }
}
