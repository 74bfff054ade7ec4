//! The caller's answers.
use alloc::boxed::Box;
use core::mem;

use mailwire_sasl as sasl;

use super::{Body, Config, HelloVerb, Pending, Phase, Server, Transaction};
use crate::{Error, Reply};

impl Server {
    /// Says yes to the last event, in the usual words.
    ///
    /// [`Event::Auth`](super::Event::Auth) has no plain yes: see [`authenticate`](Self::authenticate).
    pub fn accept(&mut self) -> Result<(), Error> {
        match self.pending {
            None | Some(Pending::Auth { .. }) => Err(Error::Misuse),
            Some(Pending::Ask) => self.answer_question(sasl::server::Exchange::accept),
            Some(_) => {
                self.yes(None);
                Ok(())
            }
        }
    }

    /// Says no to the last event. The reply is a 4yz or 5yz; after a 421 the session is closed.
    ///
    /// ```
    /// use mailwire_smtp::{Error, Reply, server::{Config, Server}};
    ///
    /// let mut server = Server::new(Config::new("mx.example")?);
    /// assert_eq!(server.reject(&Reply::REFUSED), Err(Error::Misuse)); // nothing was asked
    /// # Ok::<(), mailwire_smtp::ParseError>(())
    /// ```
    pub fn reject(&mut self, reply: &Reply) -> Result<(), Error> {
        if self.pending.is_none() || !(reply.is_transient() || reply.is_permanent()) {
            return Err(Error::Misuse);
        }
        if matches!(self.pending, Some(Pending::Ask)) {
            self.refuse_question(reply);
        } else {
            self.no(reply);
        }
        if reply.code() == 421 {
            self.close();
        }
        Ok(())
    }

    /// Answers the last event in the caller's own words: a 2yz is a yes, a 4yz or 5yz a no.
    ///
    /// In LMTP, behind [`Event::End`](super::Event::End), this answers for the next recipient only.
    pub fn reply(&mut self, reply: &Reply) -> Result<(), Error> {
        match &self.pending {
            None | Some(Pending::Auth { .. } | Pending::Ask) if reply.is_positive() => {
                Err(Error::Misuse)
            }
            Some(Pending::End) if !reply.is_intermediate() => {
                self.decide(reply);
                if reply.code() == 421 {
                    self.close();
                }
                Ok(())
            }
            Some(_) if reply.is_positive() => {
                self.yes(Some(reply));
                Ok(())
            }
            _ => self.reject(reply),
        }
    }

    /// Does what is right for an event that the caller does not care for; nothing if none waits.
    ///
    /// VRFY is answered with 252 and HELP with the list of commands; questions of policy with 550;
    /// commands with 502, unknown ones with 500; a client that went too far with 421.
    pub fn decline(&mut self) {
        let reply = match &self.pending {
            None => return,
            Some(Pending::Vrfy | Pending::Help) => return self.yes(None),
            Some(Pending::Unknown) => Reply::UNKNOWN_COMMAND,
            Some(Pending::Auth { .. }) => Reply::AUTH_UNAVAILABLE,
            Some(Pending::Ask) => Reply::AUTH_FAILED,
            Some(Pending::Excess) => Reply::TOO_MANY_ERRORS,
            Some(
                Pending::Expn
                | Pending::Etrn
                | Pending::Turn
                | Pending::Xclient
                | Pending::Xforward,
            ) => Reply::NOT_IMPLEMENTED,
            Some(
                Pending::Hello(_)
                | Pending::Mail(_)
                | Pending::Rcpt
                | Pending::Data
                | Pending::Bdat { .. }
                | Pending::Burl { .. }
                | Pending::End,
            ) => Reply::REFUSED,
        };
        self.reject(&reply).expect("something is pending, and the reply is a no");
    }

    /// Closes the session with a 421, at any time (RFC 5321 §3.8): at a shutdown, or when
    /// [`timeout`](Self::timeout) is over.
    ///
    /// Whatever was pending is dropped. A message that is not accepted yet is the client's to send
    /// again.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_smtp::{Reply, server::{Config, Server}};
    ///
    /// let mut server = Server::new(Config::new("mx.example")?);
    /// server.send(&Reply::SHUTTING_DOWN)?;
    /// let Output::Transmit(bytes) = server.poll_output()? else { panic!() };
    /// assert!(bytes.ends_with(b"421 4.3.2 Service shutting down\r\n"));
    /// assert_eq!(server.poll_output()?, Output::Closed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send(&mut self, reply: &Reply) -> Result<(), Error> {
        if reply.code() != 421 || self.is_over() || matches!(self.phase, Phase::Upgrading) {
            return Err(Error::Misuse);
        }
        self.say(reply);
        self.close();
        Ok(())
    }

    fn yes(&mut self, own: Option<&Reply>) {
        let Some(pending) = self.pending.take() else { return };
        let usual = match pending {
            Pending::Hello(verb) => {
                self.session.hello = Some(verb);
                self.phase = Phase::Idle;
                let reply = match verb {
                    HelloVerb::Helo => Reply::new(250, self.config.name.as_str())
                        .expect("a name is checked when built"),
                    HelloVerb::Ehlo | HelloVerb::Lhlo => self.config.hello(self.session.tls),
                };
                // The offers are not the caller's to leave out.
                return self.say(&reply);
            }
            Pending::Mail(transaction) => {
                self.session.transactions += 1;
                self.phase = Phase::Mail(transaction);
                Reply::SENDER_OK
            }
            Pending::Rcpt => {
                if let Phase::Mail(transaction) = &mut self.phase {
                    transaction.recipients += 1;
                }
                Reply::RECIPIENT_OK
            }
            Pending::Data => {
                self.start_body(Body::data);
                return self.say(&Reply::START_MAIL_INPUT);
            }
            Pending::Bdat { size, last } => {
                self.start_body(Body::chunks);
                return self.take_chunk(size, last);
            }
            Pending::Burl { last } => {
                if last {
                    self.phase = Phase::Idle;
                } else if matches!(self.phase, Phase::Mail(_)) {
                    self.start_body(Body::chunks);
                    if let Phase::Body(body) = mem::replace(&mut self.phase, Phase::Idle) {
                        self.phase = Phase::Chunks(body);
                    }
                }
                Reply::OK
            }
            Pending::End => {
                self.pending = Some(Pending::End);
                return self.decide_all(own.unwrap_or(&Reply::MESSAGE_ACCEPTED));
            }
            Pending::Excess => {
                (self.session.errors, self.session.idle_commands) = (0, 0);
                return;
            }
            Pending::Xclient => {
                self.session.hello = None;
                self.session.authenticated = false;
                return self.greet();
            }
            Pending::Turn => {
                self.say(own.unwrap_or(&Reply::OK));
                self.close();
                self.phase = Phase::Turned;
                return;
            }
            Pending::Vrfy => Reply::CANNOT_VERIFY,
            Pending::Expn | Pending::Etrn | Pending::Xforward | Pending::Unknown => Reply::OK,
            Pending::Help => Reply::HELP,
            Pending::Auth { .. } | Pending::Ask => unreachable!("answered elsewhere"),
        };
        self.say(own.unwrap_or(&usual));
    }

    fn no(&mut self, reply: &Reply) {
        match self.pending.take() {
            Some(Pending::Rcpt) => {
                if let Phase::Mail(transaction) = &mut self.phase {
                    transaction.any_refused = true;
                }
            }
            Some(Pending::Bdat { size, last }) => {
                // The octets come all the same, and the answer behind them (RFC 3030 §2).
                self.start_body(Body::chunks);
                if let Phase::Body(body) = &mut self.phase {
                    body.refuse(reply.clone());
                }
                return self.take_chunk(size, last);
            }
            Some(Pending::End) => {
                self.pending = Some(Pending::End);
                return self.decide_all(reply);
            }
            Some(Pending::Excess) => {
                self.say(reply);
                return self.close();
            }
            _ => {}
        }
        self.say(reply);
    }

    fn decide_all(&mut self, reply: &Reply) {
        while matches!(self.phase, Phase::Deciding { .. }) {
            self.decide(reply);
        }
    }

    /// Gives one of the answers that are owed for a message.
    fn decide(&mut self, reply: &Reply) {
        self.say(reply);
        if reply.is_positive() {
            (self.session.errors, self.session.idle_commands) = (0, 0);
        }
        match &mut self.phase {
            Phase::Deciding { answers: answers @ 2.. } => *answers -= 1,
            _ => {
                self.phase = Phase::Idle;
                self.pending = None;
            }
        }
    }

    fn start_body(&mut self, body: impl FnOnce(Transaction, &Config) -> Body) {
        match mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Mail(transaction) => {
                self.phase = Phase::Body(Box::new(body(transaction, &self.config)));
            }
            other => self.phase = other,
        }
    }
}
