//! Commands to bytes.
use bytes::{BufMut, BytesMut};

use super::{Command, Xtnd};
use crate::{MessageNumber, number};

impl Command {
    /// Appends the command as it goes on the wire, CR LF included.
    ///
    /// Whether it fits [`MAX_COMMAND_LINE`](crate::MAX_COMMAND_LINE) is the caller's to see.
    pub fn encode(&self, out: &mut BytesMut) {
        out.put_slice(self.verb().as_bytes());
        match self {
            Self::User(name) | Self::Rpop(name) => word(name, out),
            Self::Pass(password) => {
                out.put_u8(b' ');
                out.put_slice(password.secret());
            }
            Self::Apop { name, digest } => {
                word(name, out);
                out.put_u8(b' ');
                out.put_slice(&digest.to_hex());
            }
            Self::Auth { mechanism, initial } => {
                word(mechanism, out);
                if let Some(initial) = initial {
                    word(initial.as_str(), out);
                }
            }
            Self::List(number) | Self::Uidl(number) => {
                if let Some(number) = number {
                    message(*number, out);
                }
            }
            Self::Retr(number) | Self::Dele(number) => message(*number, out),
            Self::Top { number, lines } => {
                message(*number, out);
                out.put_u8(b' ');
                number::put(*lines, out);
            }
            Self::Lang(range) => {
                if let Some(range) = range {
                    word(range.as_str(), out);
                }
            }
            Self::Xtnd(xtnd) => {
                word(xtnd.keyword(), out);
                match xtnd {
                    Xtnd::Bboards(name) => {
                        if let Some(name) = name {
                            word(name, out);
                        }
                    }
                    Xtnd::Archive(name) | Xtnd::XBboards(name) => word(name, out),
                    Xtnd::Other { argument, .. } => {
                        if let Some(argument) = argument {
                            word(argument, out);
                        }
                    }
                }
            }
            Self::Unknown { argument, .. } => {
                if let Some(argument) = argument {
                    word(argument, out);
                }
            }
            Self::AuthList
            | Self::Stls
            | Self::Capa
            | Self::Stat
            | Self::Noop
            | Self::Rset
            | Self::Quit
            | Self::Utf8
            | Self::Last => {}
        }
        out.put_slice(b"\r\n");
    }
}

fn word(word: &str, out: &mut BytesMut) {
    out.put_u8(b' ');
    out.put_slice(word.as_bytes());
}

fn message(number: MessageNumber, out: &mut BytesMut) {
    out.put_u8(b' ');
    number::put(number.get().into(), out);
}
