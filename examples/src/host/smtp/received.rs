//! The Received field ([RFC 5321 §4.4]).
//!
//! ```text
//! Received: from client.example ([192.0.2.1])
//!         by localhost with ESMTPSA id 1795600000.M1P2Q3.mailhost
//!         for <jdoe@y.test>; Sun, 22 Nov 2026 03:00:00 +0000
//! ```
//!
//! [RFC 5321 §4.4]: https://www.rfc-editor.org/rfc/rfc5321#section-4.4
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr},
};

use mailwire_message::header::Date;
use mailwire_smtp::server::HelloVerb;

use crate::host::mail::now;

/// What there is to say of how a message came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Received<'a> {
    pub(super) hello: Option<(HelloVerb, &'a str)>,
    pub(super) peer: IpAddr,
    pub(super) name: &'a str,
    pub(super) lmtp: bool,
    pub(super) tls: bool,
    pub(super) authenticated: bool,
    pub(super) smtputf8: bool,
    pub(super) id: &'a str,
    pub(super) recipient: Option<&'a String>,
}

impl Received<'_> {
    /// The protocol as RFC 3848 and RFC 6531 §4.3 call it.
    fn protocol(&self) -> String {
        let name = match (self.lmtp, self.hello, self.smtputf8) {
            (true, _, true) => "UTF8LMTP",
            (true, _, false) => "LMTP",
            (false, Some((HelloVerb::Helo, _)) | None, _) => return "SMTP".into(),
            (false, Some(_), true) => "UTF8SMTP",
            (false, Some(_), false) => "ESMTP",
        };
        let tls = if self.tls { "S" } else { "" };
        let authenticated = if self.authenticated { "A" } else { "" };
        format!("{name}{tls}{authenticated}")
    }
}

impl fmt::Display for Received<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let peer = match self.peer.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("IPv6:{address}"),
        };
        let hello = self.hello.map_or(Ipv4Addr::UNSPECIFIED.to_string(), |(_, name)| name.into());
        write!(f, "Received: from {hello} ([{peer}])\r\n\tby {}", self.name)?;
        write!(f, " with {} id {}", self.protocol(), self.id)?;
        if let Some(recipient) = self.recipient {
            write!(f, "\r\n\tfor <{recipient}>")?;
        }
        write!(f, "; {}", Date::new(now(), Some(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_have_their_keywords() {
        let hello = |verb| Some((verb, "client.example"));
        let (helo, ehlo, lhlo) =
            (hello(HelloVerb::Helo), hello(HelloVerb::Ehlo), hello(HelloVerb::Lhlo));
        for (hello, lmtp, tls, authenticated, smtputf8, want) in [
            (helo, false, false, false, false, "SMTP"),
            (ehlo, false, false, false, false, "ESMTP"),
            (ehlo, false, true, false, false, "ESMTPS"),
            (ehlo, false, false, true, false, "ESMTPA"),
            (ehlo, false, true, true, false, "ESMTPSA"),
            (ehlo, false, true, true, true, "UTF8SMTPSA"),
            (lhlo, true, false, false, false, "LMTP"),
            (lhlo, true, true, true, false, "LMTPSA"),
            (lhlo, true, false, false, true, "UTF8LMTP"),
        ] {
            let recipient = "jdoe@y.test".into();
            let received = Received {
                hello,
                peer: "::1".parse().unwrap(),
                name: "mx.y.test",
                lmtp,
                tls,
                authenticated,
                smtputf8,
                id: "1.M2P3Q4.mailhost",
                recipient: Some(&recipient),
            };
            let field = received.to_string();
            let parsed = mailwire_message::header::Received::parse(&field.as_bytes()[9..]);
            assert_eq!(parsed.with().unwrap().value(), want);
            let from = parsed.from().unwrap();
            assert_eq!((from.value(), from.ip()), ("client.example", "::1".parse().ok()));
            assert_eq!(parsed.id().unwrap().value(), received.id);
            assert_eq!(parsed.recipient().unwrap().as_str(), "jdoe@y.test");
            assert!((parsed.date().unwrap().unix() - now()).abs() < 10);
        }
    }
}
