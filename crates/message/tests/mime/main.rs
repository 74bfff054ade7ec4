//! Fields of MIME, fields that machines write, and reports.

mod authentication;
mod lists;
mod params;
mod reports;
