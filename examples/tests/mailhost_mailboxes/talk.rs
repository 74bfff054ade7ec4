//! Sessions without a network, on accounts in memory.
use std::{io::Write, sync::Arc};

use bytes::{Bytes, BytesMut};
use clap::Parser;
use examples::host::{
    Host,
    imap::{ImapSession, config},
    mail::{Account, Arrival, Flags, MailboxId},
    options::HostOptions,
    service::Service,
    session::{Session, Step},
};

/// A host with nobody but `test`, whose password is `test`.
pub(crate) fn host() -> Arc<Host> {
    Host::new(&HostOptions::parse_from(["mailhost", "--quiet"])).unwrap()
}

pub(crate) fn account(host: &Host) -> &Account {
    host.mail.account("test").unwrap()
}

/// Puts a message into a mailbox, as if it came by SMTP.
pub(crate) fn deliver(host: &Host, mailbox: &str, text: &str) -> u32 {
    let account = account(host);
    let mut draft = account.draft().unwrap();
    draft.write_all(text.as_bytes()).unwrap();
    let arrival = Arrival::new(draft.seal().unwrap().into());
    account.append(id(host, mailbox), vec![arrival]).unwrap().uids[0].1
}

pub(crate) fn id(host: &Host, mailbox: &str) -> MailboxId {
    account(host).look(|state| state.find(mailbox)).unwrap()
}

pub(crate) fn flags(names: &[&str]) -> Flags {
    Flags::new(names.iter().copied())
}

/// A client that is logged in.
pub(crate) struct Client {
    session: ImapSession,
    said: BytesMut,
    count: u32,
}

impl Client {
    pub(crate) fn new(host: &Arc<Host>) -> Self {
        let mut client = Self::greeted(host);
        client.is("LOGIN test test", "OK ");
        client
    }

    /// The same with IMAP4rev2.
    pub(crate) fn rev2(host: &Arc<Host>) -> Self {
        let mut client = Self::new(host);
        client.ask("ENABLE IMAP4rev2");
        client
    }

    pub(crate) fn greeted(host: &Arc<Host>) -> Self {
        let options = HostOptions::parse_from(["mailhost"]);
        let config = config(&options, Service::Imap, true).unwrap();
        let peer = "127.0.0.1:9".parse().unwrap();
        let session = ImapSession::new(Arc::clone(host), config.into(), peer);
        let mut client = Self { session, said: BytesMut::new(), count: 0 };
        assert!(client.hear().starts_with("* OK "));
        client
    }

    /// What the session says now, after it was woken if something happened.
    pub(crate) fn hear(&mut self) -> String {
        if self.session.watch().is_some() {
            self.session.wake();
        }
        loop {
            match self.session.poll().unwrap() {
                Step::Transmit(octets) => self.said.extend_from_slice(&octets),
                Step::NeedInput | Step::Closed => break,
                Step::Upgrade(layer) => panic!("{layer:?}"),
            }
        }
        String::from_utf8(self.said.split().to_vec()).unwrap()
    }

    /// Sends a line, and says what comes.
    pub(crate) fn send(&mut self, line: &str) -> String {
        self.session.handle_input(Bytes::from(format!("{line}\r\n")));
        self.hear()
    }

    /// Gives a command, and says what comes, without the tag at the end.
    pub(crate) fn ask(&mut self, command: &str) -> String {
        self.count += 1;
        let tag = format!("t{}", self.count);
        let said = self.send(&format!("{tag} {command}"));
        let at = if said.starts_with(&tag) {
            Some(0)
        } else {
            said.find(&format!("\n{tag} ")).map(|at| at + 1)
        };
        let at = at.unwrap_or_else(|| panic!("{command}: {said}"));
        said[..at].to_owned() + said[at + tag.len()..].trim_start()
    }

    /// Gives a command, and looks whether what comes is this. Lines end as they may; the last says how it ended,
    /// as far as it is given.
    #[track_caller]
    pub(crate) fn is(&mut self, command: &str, want: &str) {
        let said = self.ask(command);
        let (said, want): (Vec<_>, Vec<_>) = (lines(&said), lines(want));
        let end = |lines: &[String]| lines.last().cloned().unwrap_or_default();
        assert!(
            said.len() == want.len()
                && said[..said.len() - 1] == want[..want.len() - 1]
                && end(&said).starts_with(&end(&want)),
            "{command}\nsaid {said:#?}\nwant {want:#?}"
        );
    }

    /// Looks whether what comes unasked is this.
    #[track_caller]
    pub(crate) fn hears(&mut self, want: &str) {
        assert_eq!(lines(&self.hear()), lines(want));
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Into::into).collect()
}
