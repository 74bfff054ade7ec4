//! The first words of a message, for lists.
