//! Typed header fields: from the octets of a field's value to what they mean.
