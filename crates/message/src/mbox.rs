//! mbox files as a push machine (RFC 4155).
