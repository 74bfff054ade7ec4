//! Indexes in the formats of `serde`: the octets that are kept, checked when they are read.

use super::Index;
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

impl Serialize for Index {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.stored)
    }
}

impl<'de> Deserialize<'de> for Index {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(Bytes::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::value::{BytesDeserializer, Error as ValueError, SeqDeserializer};
    use std::string::ToString;

    #[test]
    fn an_index_reads_as_it_was_written_in_any_format() {
        let index = Index::of(b"Subject: hi\r\n\r\nHello\r\n");
        let json = serde_json::to_string(&index).unwrap();
        assert_eq!(serde_json::from_str::<Index>(&json).unwrap(), index);
        let read = |octets: &[u8]| {
            let octets = BytesDeserializer::<ValueError>::new(octets);
            Index::deserialize(octets)
        };
        assert_eq!(read(index.as_bytes()).as_ref(), Ok(&index));
        let list = SeqDeserializer::<_, ValueError>::new(index.as_bytes().iter().copied());
        assert_eq!(Index::deserialize(list).as_ref(), Ok(&index));
        let why = read(&index.as_bytes()[1..]).unwrap_err();
        assert!(why.to_string().contains("index of version"), "{why}");
        assert_eq!(read(b"").unwrap_err().to_string(), "damaged index");
    }
}
