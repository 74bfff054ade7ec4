//! A session of `smtp_submit`, without its I/O.
use std::{io, net::SocketAddr, path::PathBuf, sync::Arc, vec};

use bytes::Bytes;
use mailwire_core::Output;
use mailwire_sasl::ChannelBinding;
use mailwire_smtp::{
    Capabilities, Command, Error,
    client::{Client, Config, Event, Outcome},
};

use crate::{Next, message::Message, report::Report, submit::SubmitOptions};

/// One connection, on which all files are sent one after the other.
#[derive(Debug)]
pub struct Submission {
    options: Arc<SubmitOptions>,
    config: Arc<Config>,
    client: Client,
    offers: Capabilities,
    binding: ChannelBinding,
    authenticated: bool,
    files: vec::IntoIter<PathBuf>,
    /// The message that is being sent.
    current: Option<Report>,
    /// What is still to be sent of it.
    text: Bytes,
    /// What became of the others.
    done: Vec<Report>,
    /// Why there is nothing more to be done, if that is not because all is done.
    trouble: Option<String>,
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
            offers: Capabilities::default(),
            binding: ChannelBinding::None,
            authenticated: false,
            files: options.files.clone().into_iter(),
            current: None,
            text: Bytes::new(),
            done: Vec::new(),
            trouble: None,
            options,
        })
    }

    /// Answers what the server did, and says what the driver has to do then.
    pub fn poll(&mut self) -> Result<Next, Error> {
        loop {
            match self.client.poll_output()? {
                Output::Event(event) => self.answer(event)?,
                Output::Transmit(bytes) => return Ok(Next::Write(bytes)),
                Output::NeedInput => return Ok(Next::Read(self.client.timeout())),
                Output::YourTurn => self.send_text()?,
                Output::Upgrade(_) => return Ok(Next::Handshake),
                Output::Closed => return Ok(Next::Close),
            }
        }
    }

    /// Takes what was read.
    pub fn handle_input(&mut self, input: Bytes) {
        self.client.handle_input(input);
    }

    /// Takes note that the server sends no more, or that the connection is broken.
    pub fn handle_eof(&mut self) {
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
        let why = self.trouble.or(error).unwrap_or_else(|| "the session is over".into());
        let rest = self.files.map(|file| Report::new(&file, &self.options.to));
        let rest = self.current.into_iter().chain(rest).map(|mut report| {
            report.fail(&why);
            report
        });
        self.done.extend(rest);
        self.done
    }

    fn answer(&mut self, event: Event) -> Result<(), Error> {
        match event {
            Event::Ready { offers, .. } => {
                self.offers = offers.detach();
                if self.authenticated {
                    return Ok(());
                }
                match self.options.exchange(&self.offers, &self.config, &self.binding) {
                    Ok(Some(exchange)) => self.client.send(exchange).map(drop),
                    Ok(None) => self.next_message(),
                    Err(error) => self.give_up(format!("cannot log in: {error}")),
                }
            }
            Event::Authenticated { .. } => {
                self.authenticated = true;
                self.next_message()
            }
            Event::AuthFailed { outcome, .. } => {
                let why =
                    outcome.reply().map_or_else(|| format!("{outcome:?}"), ToString::to_string);
                self.give_up(format!("cannot log in: {why}"))
            }
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
                self.trouble.get_or_insert(reply.to_string());
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
        for file in self.files.by_ref() {
            let mut report = Report::new(&file, &self.options.to);
            match Message::read(&file) {
                Ok(message) => {
                    let envelope = self.options.envelope(&message, &self.offers);
                    (self.current, self.text) = (Some(report), message.text);
                    return self.client.send(envelope).map(drop);
                }
                Err(error) => {
                    report.fail(&format!("cannot read the file: {error}"));
                    self.done.push(report);
                }
            }
        }
        self.client.send(Command::Quit).map(drop)
    }

    fn give_up(&mut self, why: String) -> Result<(), Error> {
        self.trouble = Some(why);
        self.client.send(Command::Quit).map(drop)
    }
}
