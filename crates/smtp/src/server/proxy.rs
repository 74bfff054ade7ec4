//! The PROXY protocol, versions 1 and 2: what a load balancer says before the client says anything.
//!
//! ```text
//! v1 = "PROXY" SP ("TCP4" / "TCP6") SP source SP destination SP port SP port CRLF
//!    / "PROXY UNKNOWN" *OCTET CRLF                               ; at most 107 octets
//! v2 = signature version-and-command family-and-transport length *OCTET
//! ```
use alloc::vec::Vec;
use core::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str,
};

use mailwire_core::InputQueue;

/// Between whom the proxied connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "two ends are two ends")]
pub struct Proxied {
    /// The client.
    pub source: SocketAddr,
    /// The address that the client connected to.
    pub destination: SocketAddr,
}

/// Collects the header.
#[derive(Debug, Default)]
pub(super) struct Reader {
    held: Vec<u8>,
}

/// What stands where the header must be is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadHeader;

const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
const V2_FIXED: usize = 16;
/// The longest header of version 1, CRLF included.
const V1_MAX: usize = 107;
/// Addresses and their additions, version 2. Nobody sends more, and nobody makes us hold more.
const V2_MAX: usize = 1_024;

impl Reader {
    /// Takes the header: `Some(None)` says that the balancer speaks for itself, or does not know.
    pub(super) fn read(
        &mut self,
        input: &mut InputQueue,
    ) -> Result<Option<Option<Proxied>>, BadHeader> {
        loop {
            let missing = match self.len()? {
                Some(len) if len == self.held.len() => return self.parse().map(Some),
                Some(len) => len - self.held.len(),
                None => 1,
            };
            let Some(octets) = input.take_octets(missing as u64) else { return Ok(None) };
            self.held.extend_from_slice(&octets);
        }
    }

    /// How long the header is, if that can be told yet.
    fn len(&self) -> Result<Option<usize>, BadHeader> {
        let held = &self.held[..];
        let is_v2 = held.first() == Some(&SIGNATURE[0]);
        let start: &[u8] = if is_v2 { SIGNATURE } else { b"PROXY " };
        let known = held.len().min(start.len());
        if held[..known] != start[..known] {
            return Err(BadHeader);
        }
        match held {
            [.., b'\n'] if !is_v2 => Ok(Some(held.len())),
            _ if !is_v2 && held.len() >= V1_MAX => Err(BadHeader),
            _ if !is_v2 || held.is_empty() => Ok(None),
            _ if held.len() < V2_FIXED => Ok(Some(V2_FIXED)),
            _ => match usize::from(u16::from_be_bytes([held[14], held[15]])) {
                len @ ..=V2_MAX => Ok(Some(V2_FIXED + len)),
                _ => Err(BadHeader),
            },
        }
    }

    fn parse(&self) -> Result<Option<Proxied>, BadHeader> {
        match self.held.strip_prefix(SIGNATURE) {
            Some(header) => v2(header),
            None => v1(&self.held).ok_or(BadHeader),
        }
    }
}

fn v1(line: &[u8]) -> Option<Option<Proxied>> {
    let line = str::from_utf8(line).ok()?.strip_suffix("\r\n")?.strip_prefix("PROXY ")?;
    let mut words = line.split(' ');
    let family = words.next()?;
    if family == "UNKNOWN" {
        return Some(None);
    }
    let mut address = || -> Option<IpAddr> {
        let word = words.next()?;
        match family {
            "TCP4" => word.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
            "TCP6" => word.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
            _ => None,
        }
    };
    let (source, destination) = (address()?, address()?);
    let mut port = || {
        let word = words.next()?;
        let plain = word.bytes().all(|octet| octet.is_ascii_digit());
        word.parse::<u16>().ok().filter(|_| plain && (word == "0" || !word.starts_with('0')))
    };
    let (source_port, destination_port) = (port()?, port()?);
    words.next().is_none().then(|| {
        Some(Proxied {
            source: SocketAddr::new(source, source_port),
            destination: SocketAddr::new(destination, destination_port),
        })
    })
}

fn v2(header: &[u8]) -> Result<Option<Proxied>, BadHeader> {
    let ends = |source: IpAddr, destination: IpAddr, ports: &[u8]| {
        let port = |at: usize| u16::from_be_bytes([ports[at], ports[at + 1]]);
        Some(Proxied {
            source: SocketAddr::new(source, port(0)),
            destination: SocketAddr::new(destination, port(2)),
        })
    };
    match header {
        // LOCAL: the balancer's own health check.
        [0x20, ..] => Ok(None),
        [0x21, 0x11, _, _, rest @ ..] if rest.len() >= 12 => {
            let address =
                |at: usize| Ipv4Addr::new(rest[at], rest[at + 1], rest[at + 2], rest[at + 3]);
            Ok(ends(address(0).into(), address(4).into(), &rest[8..12]))
        }
        [0x21, 0x21, _, _, rest @ ..] if rest.len() >= 36 => {
            let address = |at: usize| {
                let octets: [u8; 16] = rest[at..at + 16].try_into().expect("16 of 16");
                Ipv6Addr::from(octets)
            };
            Ok(ends(address(0).into(), address(16).into(), &rest[32..36]))
        }
        // Families that are no addresses to us.
        [0x21, 0x00 | 0x31 | 0x32 | 0x12 | 0x22, ..] => Ok(None),
        _ => Err(BadHeader),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{string::ToString, vec, vec::Vec};

    fn read(wire: &[u8], step: usize) -> Result<Option<Option<Proxied>>, BadHeader> {
        let mut input = InputQueue::default();
        let mut reader = Reader::default();
        let mut result = Ok(None);
        for chunk in wire.chunks(step) {
            input.push(bytes::Bytes::copy_from_slice(chunk));
            result = reader.read(&mut input);
            if result != Ok(None) {
                break;
            }
        }
        result
    }

    fn v2_header(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let len = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [SIGNATURE, &[command, family], &len, rest].concat()
    }

    #[test]
    fn headers_are_read_in_any_cut() {
        let v6: Vec<u8> = (1..=32).chain([0, 25, 0xff, 0xff, 4, 0, 1, 9]).collect();
        for (wire, want) in [
            (&b"PROXY TCP4 192.0.2.1 198.51.100.2 56324 25\r\n"[..], Some("192.0.2.1:56324")),
            (b"PROXY TCP6 2001:db8::1 ::1 1 25\r\n", Some("[2001:db8::1]:1")),
            (b"PROXY UNKNOWN\r\n", None),
            (b"PROXY UNKNOWN ff::1 whatever\r\n", None),
            (
                &v2_header(0x21, 0x11, &[192, 0, 2, 1, 1, 2, 3, 4, 0xdc, 4, 0, 25]),
                Some("192.0.2.1:56324"),
            ),
            (&v2_header(0x21, 0x21, &v6), Some("[102:304:506:708:90a:b0c:d0e:f10]:25")),
            (&v2_header(0x20, 0, &[]), None),
        ] {
            for step in 1..50 {
                let got = read(wire, step).unwrap().unwrap();
                assert_eq!(
                    got.map(|proxied| proxied.source.to_string()).as_deref(),
                    want,
                    "{wire:?}"
                );
            }
        }
    }

    #[test]
    fn everything_else_is_refused_and_held_to_a_limit() {
        let long = [&b"PROXY UNKNOWN "[..], &[b'x'; 200], b"\r\n"].concat();
        for wire in [
            &b"EHLO a\r\n"[..],
            b"PROXY TCP4 192.0.2.1 198.51.100.2 56324\r\n",
            b"PROXY TCP4 192.0.2.1 ::1 1 2\r\n",
            b"PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n",
            b"PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n",
            b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n",
            b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n",
            &long,
            &v2_header(0x31, 0x11, &[0; 12]),
            &v2_header(0x21, 0x11, &[0; 11]),
            &v2_header(0x21, 0x11, &vec![0; 1_025]),
        ] {
            for step in [1, 7, 4_096] {
                assert_eq!(
                    read(wire, step),
                    Err(BadHeader),
                    "{:?}",
                    bytes::Bytes::copy_from_slice(wire)
                );
            }
        }
    }
}
