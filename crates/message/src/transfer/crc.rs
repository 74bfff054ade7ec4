//! CRC-32, as `yEnc` and RTF use it.

/// The polynomial of ISO 3309, reflected.
const POLYNOMIAL: u32 = 0xedb8_8320;

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut octet = 0u32;
    while octet < 256 {
        let mut rest = octet;
        let mut bit = 0;
        while bit < 8 {
            rest = rest >> 1 ^ if rest & 1 == 1 { POLYNOMIAL } else { 0 };
            bit += 1;
        }
        table[octet as usize] = rest;
        octet += 1;
    }
    table
};

/// Goes on with a checksum, without the inversions at either end.
pub(crate) fn update(crc: u32, octets: &[u8]) -> u32 {
    octets.iter().fold(crc, |crc, &octet| {
        let [low, ..] = crc.to_le_bytes();
        crc >> 8 ^ TABLE[usize::from(low ^ octet)]
    })
}
