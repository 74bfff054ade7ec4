//! UTF-16 (RFC 2781), cut anywhere.

use alloc::string::String;

/// Which octet of a unit comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Big,
    Little,
    /// As the byte order mark says; without one little, as nearly everyone writes it.
    Marked,
}

impl Order {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Big => "UTF-16BE",
            Self::Little => "UTF-16LE",
            Self::Marked => "UTF-16",
        }
    }
}

#[derive(Debug)]
pub(super) struct Decoder {
    order: Order,
    /// The first octet of a unit.
    first: Option<u8>,
    units: Units,
}

impl Decoder {
    pub(super) fn new(order: Order) -> Self {
        Self { order, first: None, units: Units::default() }
    }

    pub(super) fn decode(
        &mut self,
        input: &[u8],
        offset: usize,
        out: &mut String,
        invalid: &mut dyn FnMut(usize),
    ) {
        for (at, &octet) in input.iter().enumerate() {
            let Some(first) = self.first.take() else {
                self.first = Some(octet);
                continue;
            };
            let big = u16::from_be_bytes([first, octet]);
            if self.order == Order::Marked {
                self.order = if big == 0xfeff { Order::Big } else { Order::Little };
                if matches!(big, 0xfeff | 0xfffe) {
                    continue;
                }
            }
            let unit = if self.order == Order::Big { big } else { big.swap_bytes() };
            self.units.take(unit, offset + at - 1, out, invalid);
        }
    }

    pub(super) fn finish(
        &mut self,
        offset: usize,
        out: &mut String,
        invalid: &mut dyn FnMut(usize),
    ) {
        self.units.finish(out, invalid);
        if self.first.take().is_some() {
            invalid(offset - 1);
            out.push('\u{fffd}');
        }
    }
}

/// Joins surrogates.
#[derive(Debug, Default)]
pub(super) struct Units {
    /// A high surrogate, and where it stands.
    high: Option<(u16, usize)>,
}

impl Units {
    /// Takes the next unit, which stands at `at`.
    pub(super) fn take(
        &mut self,
        unit: u16,
        at: usize,
        out: &mut String,
        invalid: &mut dyn FnMut(usize),
    ) {
        if let Some((high, _)) = self.high
            && (0xdc00..0xe000).contains(&unit)
        {
            self.high = None;
            out.extend(char::decode_utf16([high, unit]).flatten());
            return;
        }
        self.finish(out, invalid);
        match unit {
            0xd800..0xdc00 => self.high = Some((unit, at)),
            _ => out.push(char::from_u32(u32::from(unit)).unwrap_or_else(|| {
                invalid(at);
                '\u{fffd}'
            })),
        }
    }

    /// Ends a run of units.
    pub(super) fn finish(&mut self, out: &mut String, invalid: &mut dyn FnMut(usize)) {
        if let Some((_, at)) = self.high.take() {
            invalid(at);
            out.push('\u{fffd}');
        }
    }
}
