//! The caller's answers.
use bytes::Bytes;

use super::{super::Reply, Mailbox, Pending, Phase, Server};
use crate::Error;

impl Server {
    /// Answers the last event: HELO and FOLD with [`Reply::Count`], the question for a size with
    /// [`Reply::Length`], QUIT with [`Reply::Ok`]. With [`Reply::Error`] this is
    /// [`reject`](Self::reject).
    ///
    /// ```
    /// use mailwire_pop3::{Error, pop2::{Reply, server::{Config, Server}}};
    ///
    /// let mut server = Server::new(Config::new("mx.example")?);
    /// assert_eq!(server.reply(&Reply::count(2)), Err(Error::Misuse)); // nothing was asked
    /// # Ok::<(), mailwire_pop3::ParseError>(())
    /// ```
    pub fn reply(&mut self, reply: &Reply) -> Result<(), Error> {
        match (reply, self.asked()) {
            (Reply::Error(_), Some(_)) => return self.reject(reply),
            (Reply::Count { messages, .. }, Some(Pending::Hello | Pending::Fold)) => {
                self.mailbox = Mailbox::new(*messages);
                self.phase = Phase::Mbox;
            }
            (Reply::Length { octets, .. }, Some(Pending::Size)) => {
                self.phase = Phase::Item { size: *octets };
            }
            (Reply::Ok(_), Some(Pending::Quit)) => self.end(Phase::Done),
            _ => return Err(Error::Misuse),
        }
        self.pending = None;
        self.say(reply);
        Ok(())
    }

    /// Says yes to QUIT. Everything else has no plain yes: see [`reply`](Self::reply).
    pub fn accept(&mut self) -> Result<(), Error> {
        match self.asked() {
            Some(Pending::Quit) => self.reply(&Reply::OK),
            _ => Err(Error::Misuse),
        }
    }

    /// Says no to the last event, by [`Reply::Error`], and closes the connection: POP2 has no other no.
    /// To RETR nothing can be said, as it would be taken for the message.
    pub fn reject(&mut self, reply: &Reply) -> Result<(), Error> {
        if self.asked().is_none() {
            return Err(Error::Misuse);
        }
        self.send(reply)
    }

    /// Does what is right for an event that the caller does not care for; nothing if none waits.
    ///
    /// HELO is refused, a mailbox is empty, a message too, RETR closes, QUIT is answered with `+ OK`.
    pub fn decline(&mut self) {
        let result = match self.asked() {
            None => return,
            Some(Pending::Hello | Pending::Body) => self.reject(&Reply::NOT_AUTHORIZED),
            Some(Pending::Fold) => self.reply(&Reply::count(0)),
            Some(Pending::Size) => self.reply(&Reply::length(0)),
            Some(Pending::Quit) => self.accept(),
        };
        result.expect("the answer fits the question");
    }

    /// Closes the session with a [`Reply::Error`], at any time: at a shutdown, or when
    /// [`timeout`](Self::timeout) is over. Nothing is deleted.
    ///
    /// While a message is due, nothing is said, as it would be taken for the message.
    ///
    /// ```
    /// use mailwire_core::Output;
    /// use mailwire_pop3::pop2::{Reply, server::{Config, Server}};
    ///
    /// let mut server = Server::new(Config::new("mx.example")?);
    /// server.send(&Reply::TIMED_OUT)?;
    /// assert_eq!(server.poll_output()?, Output::Transmit("+ POP2 mx.example\r\n- Timed out\r\n".into()));
    /// assert_eq!(server.poll_output()?, Output::Closed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send(&mut self, reply: &Reply) -> Result<(), Error> {
        match reply {
            Reply::Error(_) if !self.is_over() => {}
            _ => return Err(Error::Misuse),
        }
        if !matches!(self.phase, Phase::Transfer { .. }) {
            self.say(reply);
        }
        self.events.clear();
        self.end(Phase::Done);
        Ok(())
    }

    /// Sends the next octets of the message, as they are: lines have to end in CRLF already, and nothing
    /// is stuffed.
    ///
    /// It is misuse before [`Event::Retrieve`](super::Event::Retrieve), and more than was announced is
    /// misuse too: nothing of these octets is sent then.
    pub fn send_body(&mut self, octets: Bytes) -> Result<(), Error> {
        match (&mut self.phase, octets.len() as u64) {
            (Phase::Transfer { left, .. }, len) if len <= *left && self.events.is_empty() => {
                *left -= len;
                self.output.push(octets);
                Ok(())
            }
            _ => Err(Error::Misuse),
        }
    }

    /// Ends the message. It is misuse as long as octets are missing.
    ///
    /// If they cannot be had, [`abandon_body`](Self::abandon_body).
    pub fn finish_body(&mut self) -> Result<(), Error> {
        match self.phase {
            Phase::Transfer { size, left: 0 } => {
                self.phase = Phase::Next { size };
                self.pending = None;
                Ok(())
            }
            _ => Err(Error::Misuse),
        }
    }

    /// Gives up the message that is being sent, by closing the connection: there is no other way.
    pub fn abandon_body(&mut self) -> Result<(), Error> {
        match self.phase {
            Phase::Transfer { .. } => self.send(&Reply::SHUTTING_DOWN),
            _ => Err(Error::Misuse),
        }
    }

    /// What the caller owes, if it has seen the question.
    fn asked(&self) -> Option<Pending> {
        self.pending.filter(|_| self.events.is_empty())
    }
}
