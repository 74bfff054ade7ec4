//! Commands to bytes.
use core::fmt::Write;

use bytes::{BufMut, BytesMut};

use super::Command;
use crate::{MailParams, ReversePath};

impl Command {
    /// Appends the command as it goes on the wire, CR LF included.
    pub fn encode(&self, out: &mut BytesMut) {
        out.put_slice(self.verb().as_bytes());
        match self {
            Self::Helo(name) | Self::Ehlo(name) | Self::Lhlo(name) => word(name.as_str(), out),
            Self::Mail { from, params }
            | Self::Send { from, params }
            | Self::Soml { from, params }
            | Self::Saml { from, params } => encode_mail(from, params, out),
            Self::Rcpt { to, params } => {
                out.put_slice(b" TO:");
                to.encode(out);
                if !params.is_empty() {
                    out.put_u8(b' ');
                    params.encode(out);
                }
            }
            Self::Bdat { size, last } => {
                // Writing to a buffer that grows cannot fail.
                let _ = write!(out, " {size}");
                end_marker(*last, out);
            }
            Self::Vrfy { name, smtputf8 } | Self::Expn { name, smtputf8 } => {
                word(name.as_str(), out);
                if *smtputf8 {
                    word("SMTPUTF8", out);
                }
            }
            Self::Help(argument) | Self::Noop(argument) | Self::Unknown { argument, .. } => {
                if let Some(argument) = argument {
                    word(argument.as_str(), out);
                }
            }
            Self::Auth { mechanism, initial } => {
                word(mechanism.as_str(), out);
                if let Some(initial) = initial {
                    word(initial.as_str(), out);
                }
            }
            Self::Etrn(node) => word(node.as_str(), out),
            Self::Atrn(domains) => {
                if !domains.is_empty() {
                    word(domains.as_str(), out);
                }
            }
            Self::Burl { url, last } => {
                word(url.as_str(), out);
                end_marker(*last, out);
            }
            Self::Xclient(attributes) | Self::Xforward(attributes) => {
                word(attributes.as_str(), out);
            }
            Self::Data | Self::Rset | Self::Quit | Self::StartTls | Self::Turn => {}
        }
        out.put_slice(b"\r\n");
    }
}

fn encode_mail(from: &ReversePath, params: &MailParams, out: &mut BytesMut) {
    out.put_slice(b" FROM:");
    from.encode(out);
    if !params.is_empty() {
        out.put_u8(b' ');
        params.encode(out);
    }
}

fn end_marker(last: bool, out: &mut BytesMut) {
    if last {
        word("LAST", out);
    }
}

fn word(word: &str, out: &mut BytesMut) {
    out.put_u8(b' ');
    out.put_slice(word.as_bytes());
}
