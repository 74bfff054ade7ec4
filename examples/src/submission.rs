//! A session of `smtp_submit`, without its I/O.
use std::{io, net::SocketAddr, path::PathBuf, sync::Arc, vec};

use bytes::Bytes;
use mailwire_core::Output;
use mailwire_sasl::ChannelBinding;
use mailwire_smtp::{
    Command, Error,
    client::{Client, Config, Event, NotSent, Outcome, State, Step},
};

use crate::{
    Next,
    message::Message,
    report::{self, Report},
    submit::SubmitOptions,
};

/// One connection, on which all files are sent one after the other.
#[derive(Debug)]
pub struct Submission {
    options: Arc<SubmitOptions>,
    config: Arc<Config>,
    client: Client,
    binding: ChannelBinding,
    files: vec::IntoIter<PathBuf>,
    /// The message that is being sent.
    current: Option<Report>,
    /// What is still to be sent of it.
    text: Bytes,
    /// What became of the others.
    done: Vec<Report>,
    /// Why the other messages are not sent, if it is known.
    trouble: Option<Trouble>,
    /// What the server has not answered, if the session broke.
    lost: Option<Step>,
    /// Why the connection broke, if it is known.
    broken: Option<String>,
}

#[derive(Debug)]
enum Trouble {
    Server(Outcome),
    Own(String),
}

impl Submission {
    /// Waits for the server to greet.
    pub fn new(
        options: Arc<SubmitOptions>,
        local: SocketAddr,
        server: SocketAddr,
    ) -> Result<Self, mailwire_smtp::ParseError> {
        let config = Arc::new(options.config(local, server)?);
        Ok(Self {
            client: Client::new(Arc::clone(&config)),
            config,
            binding: ChannelBinding::None,
            files: options.files.clone().into_iter(),
            current: None,
            text: Bytes::new(),
            done: Vec::new(),
            trouble: None,
            lost: None,
            broken: None,
            options,
        })
    }

    /// Answers what the server did, and says what the driver has to do then.
    ///
    /// An error tells in words how the session broke.
    pub fn poll(&mut self) -> Result<Next, String> {
        self.next().map_err(|error| self.explain(error))
    }

    /// Takes what was read.
    pub fn handle_input(&mut self, input: Bytes) {
        self.client.handle_input(input);
    }

    /// Takes note that the server sends no more, or that the connection is broken.
    pub fn handle_eof(&mut self) {
        self.client.handle_eof();
    }

    /// Takes note that reading failed.
    pub fn handle_error(&mut self, error: &io::Error) {
        self.broken = Some(error.to_string());
        self.client.handle_eof();
    }

    /// Takes note that the connection is under TLS, and of what is special about it.
    pub fn upgraded(&mut self, binding: ChannelBinding) -> Result<(), Error> {
        self.binding = binding;
        if self.config.implicit_tls { Ok(()) } else { self.client.upgraded() }
    }

    /// What became of messages since the last call.
    pub fn reports(&mut self) -> Vec<Report> {
        std::mem::take(&mut self.done)
    }

    /// What became of the messages of which nothing was said yet, now that it is all over.
    pub fn last_reports(mut self, error: Option<String>) -> Vec<Report> {
        let over = || Trouble::Own(report::not_sent(NotSent::SessionOver));
        let mut trouble = self.trouble.or_else(|| error.map(Trouble::Own)).unwrap_or_else(over);
        let rest = self.files.map(|file| Report::new(&file, &self.options.to));
        let hit = self.current.is_some();
        for (number, mut report) in self.current.into_iter().chain(rest).enumerate() {
            if number == 1 && hit && matches!(trouble, Trouble::Own(_)) {
                // What broke the session was the matter of the first.
                trouble = over();
            }
            match &trouble {
                Trouble::Server(outcome) => report.set_rest(outcome),
                Trouble::Own(error) => report.fail(error),
            }
            self.done.push(report);
        }
        self.done
    }

    fn next(&mut self) -> Result<Next, Error> {
        loop {
            match self.client.poll_output()? {
                Output::Event(event) => self.answer(event)?,
                Output::Transmit(bytes) => return Ok(Next::Write(bytes)),
                Output::NeedInput => {
                    return Ok(Next::Read(self.options.patience(self.client.timeout())));
                }
                Output::YourTurn => self.send_text()?,
                Output::Upgrade(_) => return Ok(Next::Handshake),
                Output::Closed => return Ok(Next::Close),
            }
        }
    }

    fn explain(&mut self, error: Error) -> String {
        let (what, relation) = match error {
            Error::Disconnected => {
                (self.broken.take().unwrap_or_else(|| "connection lost".into()), "before")
            }
            error => (error.to_string(), "in place of"),
        };
        match self.lost {
            Some(at) => format!("{what} {relation} {}", report::due(at)),
            None => what,
        }
    }

    fn answer(&mut self, event: Event) -> Result<(), Error> {
        match event {
            Event::Ready { offers, .. } => {
                match self.options.exchange(&offers, &self.config, &self.binding) {
                    Ok(Some(exchange)) => self.client.send(exchange).map(drop),
                    Ok(None) => self.next_message(),
                    Err(error) => self.give_up(Trouble::Own(format!("cannot log in: {error}"))),
                }
            }
            Event::Authenticated { .. } => self.next_message(),
            // What broke the session is told once the machine has told it.
            Event::AuthFailed { outcome: Outcome::Lost { at }, .. }
            | Event::Recipient { outcome: Outcome::Lost { at }, .. } => {
                self.lost = Some(at);
                Ok(())
            }
            Event::Recipient { outcome: Outcome::NotSent(NotSent::SessionOver), .. }
            | Event::Done {
                outcome: Outcome::Lost { .. } | Outcome::NotSent(NotSent::SessionOver),
                ..
            } => Ok(()),
            Event::AuthFailed { outcome, .. } => self.give_up(Trouble::Server(outcome)),
            Event::Recipient { index, outcome, .. } => {
                if let Some(report) = &mut self.current {
                    report.set(index, &outcome);
                }
                Ok(())
            }
            Event::Done { .. } => match self.current.take() {
                Some(report) => {
                    self.done.push(report);
                    self.next_message()
                }
                None => Ok(()), // it was QUIT
            },
            Event::Closing(reply) => {
                let outcome = Outcome::Refused { at: Step::Session, reply };
                self.trouble.get_or_insert(Trouble::Server(outcome));
                Ok(())
            }
            // The greeting; and the machine asks for the text by its turns.
            _ => Ok(()),
        }
    }

    /// Sends the next piece of the text, or the end.
    fn send_text(&mut self) -> Result<(), Error> {
        const PIECE: usize = 256 * 1024;
        if self.text.is_empty() {
            return self.client.finish_body();
        }
        let piece = self.text.split_to(self.text.len().min(PIECE));
        self.client.send_body(piece)
    }

    fn next_message(&mut self) -> Result<(), Error> {
        if self.is_over() {
            return Ok(());
        }
        for file in self.files.by_ref() {
            let mut report = Report::new(&file, &self.options.to);
            match Message::read(&file) {
                Ok(message) => {
                    let envelope = self.options.envelope(&message);
                    (self.current, self.text) = (Some(report), message.text);
                    return self.client.send(envelope).map(drop);
                }
                Err(error) => {
                    report.fail(&report::not_sent(error));
                    self.done.push(report);
                }
            }
        }
        self.client.send(Command::Quit).map(drop)
    }

    fn give_up(&mut self, trouble: Trouble) -> Result<(), Error> {
        self.trouble = Some(trouble);
        if self.is_over() { Ok(()) } else { self.client.send(Command::Quit).map(drop) }
    }

    /// Whether nothing can be sent any more, although there may be more to be told: the server's last
    /// words.
    fn is_over(&self) -> bool {
        matches!(self.client.state(), State::Closed | State::Failed)
    }
}
