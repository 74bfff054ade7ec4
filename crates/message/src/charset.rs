//! Character sets: from declared label and octets to text.
