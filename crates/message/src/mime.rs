//! The fields of MIME: types, parameters, dispositions (RFC 2045, 2183, 2231).
