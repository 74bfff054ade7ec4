//! A whole message in memory, with nothing decoded until it is asked for.
