//! A client machine and a host that runs.
