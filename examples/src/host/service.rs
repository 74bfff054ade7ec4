//! What listens, and which session each connection gets.
use std::{fmt, net::SocketAddr, sync::Arc};

use super::{
    Host,
    imap::{self, ImapSession},
    options::HostOptions,
    pop3::{self, Pop3Session},
    session::{Failure, Session},
    smtp::{self, SmtpSession},
};

/// A service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// SMTP for anybody's mail.
    Smtp,
    /// SMTP for the mail of users.
    Submission,
    /// LMTP.
    Lmtp,
    /// POP3.
    Pop3,
    /// Submission under TLS from the start.
    Smtps,
    /// IMAP.
    Imap,
    /// POP3 under TLS from the start.
    Pop3s,
    /// IMAP under TLS from the start.
    Imaps,
}

/// What the services offer: for each protocol one configuration for loopback and one for the rest of the world.
#[derive(Debug)]
pub struct Services {
    smtp: Pair<mailwire_smtp::server::Config>,
    submission: Pair<mailwire_smtp::server::Config>,
    lmtp: Pair<mailwire_smtp::server::Config>,
    smtps: Pair<mailwire_smtp::server::Config>,
    pop3: Pair<mailwire_pop3::server::Config>,
    pop3s: Pair<mailwire_pop3::server::Config>,
    imap: Pair<mailwire_imap::server::Config>,
    imaps: Pair<mailwire_imap::server::Config>,
}

#[derive(Debug)]
struct Pair<T> {
    loopback: Arc<T>,
    remote: Arc<T>,
}

impl Service {
    /// Whether the handshake comes before everything else.
    #[must_use]
    pub fn is_tls(self) -> bool {
        matches!(self, Self::Smtps | Self::Pop3s | Self::Imaps)
    }
}

impl Services {
    /// Prepares what is offered.
    pub fn new(options: &HostOptions) -> Result<Self, Failure> {
        let smtp = |service| Pair::new(|plain| smtp::config(options, service, plain));
        let pop3 = |service| Pair::new(|plain| pop3::config(options, service, plain));
        let imap = |service| Pair::new(|plain| imap::config(options, service, plain));
        Ok(Self {
            smtp: smtp(Service::Smtp)?,
            submission: smtp(Service::Submission)?,
            lmtp: smtp(Service::Lmtp)?,
            smtps: smtp(Service::Smtps)?,
            pop3: pop3(Service::Pop3)?,
            pop3s: pop3(Service::Pop3s)?,
            imap: imap(Service::Imap)?,
            imaps: imap(Service::Imaps)?,
        })
    }

    /// Begins a session: the only place that knows all protocols.
    #[must_use]
    pub fn session(
        &self,
        host: &Arc<Host>,
        service: Service,
        local: SocketAddr,
        peer: SocketAddr,
    ) -> Box<dyn Session> {
        // An address of IPv4 is one also where it comes in through a socket of IPv6.
        let near = [local, peer].iter().all(|it| it.ip().to_canonical().is_loopback());
        let host = Arc::clone(host);
        match service {
            Service::Smtp => Box::new(SmtpSession::new(host, self.smtp.of(near), service, peer)),
            Service::Submission => {
                Box::new(SmtpSession::new(host, self.submission.of(near), service, peer))
            }
            Service::Lmtp => Box::new(SmtpSession::new(host, self.lmtp.of(near), service, peer)),
            Service::Smtps => Box::new(SmtpSession::new(host, self.smtps.of(near), service, peer)),
            Service::Pop3 => Box::new(Pop3Session::new(host, self.pop3.of(near), peer)),
            Service::Pop3s => Box::new(Pop3Session::new(host, self.pop3s.of(near), peer)),
            Service::Imap => Box::new(ImapSession::new(host, self.imap.of(near), peer)),
            Service::Imaps => Box::new(ImapSession::new(host, self.imaps.of(near), peer)),
        }
    }
}

impl<T> Pair<T> {
    /// Makes both; the function is told whether passwords may come without TLS.
    fn new(make: impl Fn(bool) -> Result<T, Failure>) -> Result<Self, Failure> {
        Ok(Self { loopback: make(true)?.into(), remote: make(false)?.into() })
    }

    fn of(&self, near: bool) -> Arc<T> {
        Arc::clone(if near { &self.loopback } else { &self.remote })
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Smtp => "smtp",
            Self::Submission => "submission",
            Self::Lmtp => "lmtp",
            Self::Pop3 => "pop3",
            Self::Smtps => "smtps",
            Self::Imap => "imap",
            Self::Pop3s => "pop3s",
            Self::Imaps => "imaps",
        })
    }
}
