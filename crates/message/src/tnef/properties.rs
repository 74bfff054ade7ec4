//! MAPI properties (MS-OXTNEF §2.1.3.4).

use super::reader::Reader;

/// A property: the first value, if it has several.
#[derive(Clone, Copy, Debug)]
pub(super) struct Property<'a> {
    pub(super) id: u16,
    pub(super) value: Value<'a>,
    /// Where the value begins.
    pub(super) at: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Text8(&'a [u8]),
    Text16(&'a [u8]),
    Octets(&'a [u8]),
    Object(&'a [u8]),
    Number(u32),
    Other,
}

/// Several values.
const MULTIPLE: u16 = 0x1000;

impl<'a> Property<'a> {
    /// Reads a property; `None` if it is not all there, or of a type whose length nobody knows.
    pub(super) fn read(reader: &mut Reader<'a>) -> Option<Self> {
        let (kind, id) = (reader.u16()?, reader.u16()?);
        let is_named = id >= 0x8000;
        if is_named {
            skip_name(reader)?;
        }
        let at = reader.at();
        let value = match kind & !MULTIPLE {
            kind @ (0x0d | 0x1e | 0x1f | 0x102) => {
                let count = reader.u32()?;
                let mut first = None;
                for _ in 0..count {
                    let len = reader.u32()? as usize;
                    let octets = reader.take(len)?;
                    reader.up_to(len.wrapping_neg() % 4);
                    first.get_or_insert(octets);
                }
                let octets = first.unwrap_or_default();
                match kind {
                    0x0d => Value::Object(octets),
                    0x1e => Value::Text8(octets),
                    0x1f => Value::Text16(octets),
                    _ => Value::Octets(octets),
                }
            }
            single => {
                let size = match single {
                    0x01 => 0,
                    0x02 | 0x03 | 0x04 | 0x0a | 0x0b => 4,
                    0x05 | 0x06 | 0x07 | 0x14 | 0x40 => 8,
                    0x48 => 16,
                    _ => return None,
                };
                let count = if kind & MULTIPLE == 0 { 1 } else { reader.u32()? };
                let octets = reader.take(usize::try_from(count).ok()?.checked_mul(size)?)?;
                match octets.first_chunk() {
                    Some(number) if single == 0x03 => Value::Number(u32::from_le_bytes(*number)),
                    _ => Value::Other,
                }
            }
        };
        // Names say what such a property is, and nothing here looks for one.
        Some(Self { id, value: if is_named { Value::Other } else { value }, at })
    }
}

fn skip_name(reader: &mut Reader<'_>) -> Option<()> {
    reader.take(16)?;
    if reader.u32()? == 0 {
        reader.u32()?;
    } else {
        let len = reader.u32()? as usize;
        reader.take(len)?;
        reader.up_to(len.wrapping_neg() % 4);
    }
    Some(())
}
