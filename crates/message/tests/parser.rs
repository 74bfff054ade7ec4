//! The push parser and the structure of whole messages: rules, laws, work.
#[path = "parser/boundary.rs"]
mod boundary;
#[path = "parser/choice.rs"]
mod choice;
#[path = "parser/header.rs"]
mod header;
#[path = "parser/laws.rs"]
mod laws;
#[path = "parser/limits.rs"]
mod limits;
#[path = "parser/nested.rs"]
mod nested;
#[path = "parser/record.rs"]
mod record;
#[path = "parser/work.rs"]
mod work;
