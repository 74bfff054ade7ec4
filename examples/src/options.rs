//! The command lines of the servers.
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Accepts every message and stores it, or prints it.
#[derive(Clone, Debug, Parser)]
#[expect(clippy::exhaustive_structs, reason = "not a library")]
pub struct SinkOptions {
    /// Where to listen; port 0 for any that is free.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:2525")]
    pub listen: String,
    /// Speak LMTP instead of SMTP.
    #[arg(long)]
    pub lmtp: bool,
    /// Store each message as N.eml and what is known of it as N.json; without, print both.
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// Offer AUTH, and know this user. AUTH is not required. Without TLS, mechanisms that show the
    /// password are offered only on a loopback address.
    #[arg(long = "user", value_name = "NAME:PASSWORD", value_parser = user)]
    pub users: Vec<(String, String)>,
    /// Offer STARTTLS.
    #[arg(long, value_enum)]
    pub tls: Option<Certificate>,
    /// Refuse larger messages.
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_size: Option<u64>,
}

/// Serves the .eml files of a folder over POP3, and deletes what the client deletes.
#[derive(Clone, Debug, Parser)]
#[expect(clippy::exhaustive_structs, reason = "not a library")]
pub struct DropOptions {
    /// Where to listen; port 0 for any that is free.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:2110")]
    pub listen: String,
    /// The folder. All users share it, one at a time.
    #[arg(long)]
    pub dir: PathBuf,
    /// Know this user. Without TLS, ways to log in that show the password are there only on a loopback
    /// address.
    #[arg(long = "user", value_name = "NAME:PASSWORD", value_parser = user, required = true)]
    pub users: Vec<(String, String)>,
    /// Offer STLS.
    #[arg(long, value_enum)]
    pub tls: Option<Certificate>,
    /// Speak TLS from the start instead.
    #[arg(long, requires = "tls")]
    pub implicit: bool,
}

/// Where the certificate comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(clippy::exhaustive_enums, reason = "not a library")]
pub enum Certificate {
    /// Made at the start, for localhost.
    SelfSigned,
}

fn user(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((name, password)) if !name.is_empty() && !password.is_empty() => {
            Ok((name.into(), password.into()))
        }
        _ => Err("not of the form NAME:PASSWORD".into()),
    }
}
