//! The push parser: octets in, events out, memory bounded.
