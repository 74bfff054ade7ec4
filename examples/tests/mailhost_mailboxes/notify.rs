//! NOTIFY.
