//! Fields of MIME, fields that machines write, and reports.

mod authentication;
mod laws;
mod lists;
mod params;
mod reports;
