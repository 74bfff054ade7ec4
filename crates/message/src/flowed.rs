//! format=flowed text (RFC 3676).
