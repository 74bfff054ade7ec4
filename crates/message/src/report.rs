//! Typed reports: delivery status (RFC 3464), disposition (RFC 8098), feedback (RFC 5965).
