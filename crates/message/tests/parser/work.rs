//! Memory stays bounded, and work is counted rather than timed.
