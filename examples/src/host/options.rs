//! The command line of the mail host.
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use super::service::Service;

/// A mail server for development and testing: SMTP, submission, LMTP, POP3 and IMAP around one store.
#[derive(Clone, Debug, Parser)]
pub struct HostOptions {
    /// SMTP, with STARTTLS. HOST:PORT, or `off`; port 0 for any that is free.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:2525")]
    pub smtp: String,
    /// Submission: SMTP that wants AUTH.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:2587")]
    pub submission: String,
    /// LMTP.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:2424")]
    pub lmtp: String,
    /// POP3, with STLS.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:2110")]
    pub pop3: String,
    /// IMAP, with STARTTLS.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:2143")]
    pub imap: String,
    /// Submission under TLS from the start.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:2465")]
    pub smtps: String,
    /// POP3 under TLS from the start.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:2995")]
    pub pop3s: String,
    /// IMAP under TLS from the start.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:2993")]
    pub imaps: String,
    /// Know this user; may be repeated. Mail for NAME, NAME+anything and NAME at any domain is for this user; mail
    /// for nobody in particular goes to the first.
    #[arg(long = "user", value_name = "NAME:PASSWORD", value_parser = crate::options::user)]
    #[arg(default_value = "test:test")]
    pub user: Vec<(String, String)>,
    /// Refuse recipients that are no users.
    #[arg(long)]
    pub strict_recipients: bool,
    /// Keep everything in this folder, a Maildir++ for each user: DIR/NAME/{cur,new,tmp} and DIR/NAME/.Sent, for
    /// example. Without, in memory.
    #[arg(long, value_name = "DIR")]
    pub maildir: Option<PathBuf>,
    /// The certificate, a PEM file, and its key, another; or `self-signed`, for one that is made at the start
    /// for localhost.
    #[arg(long, value_name = "self-signed|CERT,KEY", default_value = "self-signed")]
    #[arg(value_parser = certificate)]
    pub tls: Certificate,
    /// Write the certificate that clients have to trust to this PEM file.
    #[arg(long, value_name = "FILE")]
    pub ca_out: Option<PathBuf>,
    /// Do nothing before TLS. Without this, passwords are taken without TLS on loopback addresses only.
    #[arg(long)]
    pub require_tls: bool,
    /// Refuse larger messages.
    #[arg(long, value_name = "BYTES", default_value_t = 128 * 1024 * 1024)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub max_message: u64,
    /// What moves the octets.
    #[arg(long, value_enum, default_value_t = Runtime::Tokio)]
    pub runtime: Runtime,
    /// Say nothing of sessions and messages.
    #[arg(long)]
    pub quiet: bool,
}

/// What moves the octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Runtime {
    /// A thread for each connection, which blocks.
    Threads,
    /// tokio.
    Tokio,
    /// smol.
    Smol,
    /// compio on `io_uring`; Linux only.
    Uring,
}

/// Where the certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// Made at the start.
    SelfSigned,
    /// From these files.
    Files {
        /// The certificate and those above it.
        chain: PathBuf,
        /// Its key.
        key: PathBuf,
    },
}

impl HostOptions {
    /// The services that are not off, with their addresses. A service that joins the others joins them here and
    /// in [`Services`](super::service::Services).
    pub fn addresses(&self) -> impl Iterator<Item = (Service, &str)> {
        let all = [
            (Service::Smtp, &self.smtp),
            (Service::Submission, &self.submission),
            (Service::Lmtp, &self.lmtp),
            (Service::Pop3, &self.pop3),
            (Service::Imap, &self.imap),
            (Service::Smtps, &self.smtps),
            (Service::Pop3s, &self.pop3s),
            (Service::Imaps, &self.imaps),
        ];
        all.into_iter().map(|(service, address)| (service, &**address)).filter(|(_, a)| *a != "off")
    }

    /// The users and their passwords.
    #[must_use]
    pub fn users(&self) -> Vec<(String, String)> {
        self.user.clone()
    }
}

fn certificate(text: &str) -> Result<Certificate, String> {
    match text.split_once(',') {
        None if text == "self-signed" => Ok(Certificate::SelfSigned),
        Some((chain, key)) if !chain.is_empty() && !key.is_empty() => {
            Ok(Certificate::Files { chain: chain.into(), key: key.into() })
        }
        _ => Err("neither `self-signed` nor of the form CERT,KEY".into()),
    }
}
