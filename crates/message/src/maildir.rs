//! File names of Maildir.
