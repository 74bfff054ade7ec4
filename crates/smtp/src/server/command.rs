//! The client's commands: which may come when, and what comes of them.
use alloc::boxed::Box;
use core::mem;

use mailwire_core::{BareLineEnds, LineEnd};
use mailwire_sasl as sasl;

use super::{
    Error, Event, Excess, HelloVerb, MailVerb, Pending, Phase, Server, Step, Transaction, Transfer,
};
use crate::{Command, Extension, ParseError, ParseErrorKind, Quirk, Quirks, Reply};

impl Server {
    pub(super) fn read_command(&mut self) -> Step {
        if let Some(excess) = self.excess() {
            self.pending = Some(Pending::Excess);
            return Step::Event(Event::Excess(excess));
        }
        if self.is_early() {
            return self.cut_off(&Reply::EARLY_INPUT, Error::EarlyInput);
        }
        if self.input.first_octet() == Some(TLS_HANDSHAKE) {
            return self.cut_off(&Reply::NOT_SMTP, Error::NotSmtp);
        }
        let line = match self.input.peek_line(self.config.limits.line) {
            Ok(Some(line)) => line,
            Ok(None) => return Step::Wait,
            Err(_) => {
                let is_bdat = is_bdat(self.input.skipped_start());
                return self.refuse_line(Reply::LINE_TOO_LONG, None, is_bdat);
            }
        };
        let end = line.end;
        let is_http = is_http(&line.content);
        let is_bdat = is_bdat(&line.content);
        let len = line.wire_len();
        let parsed = Command::parse_ref(line.content, self.config.tolerated);
        self.input.skip_line(len);
        if is_http {
            return self.cut_off(&Reply::NOT_SMTP, Error::NotSmtp);
        }
        let Some(seen) = self.tolerate(end) else {
            return self.refuse_line(Reply::BARE_LF, None, is_bdat);
        };
        match parsed {
            Ok((command, quirks)) => {
                let step = self.dispatch(command);
                self.report(step, quirks.union(seen))
            }
            Err(error) => self.refuse_line(reply_to(error), Some(error), is_bdat),
        }
    }

    /// Whether the client has sent on although a reply is owed to it, and must not.
    fn is_early(&mut self) -> bool {
        self.config.refuse_early_input
            && !self.output.is_empty()
            && self.input.first_octet().is_some()
            && !self.offers(Extension::Pipelining)
    }

    /// What is to be reported of how a line ended; `None` if that must not be.
    pub(super) fn tolerate(&self, end: LineEnd) -> Option<Quirks> {
        let strict = self.config.bare_line_ends == BareLineEnds::Reject;
        match end {
            LineEnd::CrLf => Some(Quirks::NONE),
            LineEnd::Lf if strict || !self.config.tolerated.contains(Quirk::BareLf) => None,
            LineEnd::Lf => Some(Quirks::NONE.with(Quirk::BareLf)),
        }
    }

    /// Refuses a line that could not be read. If it was to announce a chunk the session is over: its
    /// octets would be taken for commands.
    fn refuse_line(&mut self, reply: Reply, error: Option<ParseError>, is_bdat: bool) -> Step {
        let event = self.refuse(reply, error);
        if is_bdat {
            self.close();
        }
        Step::Event(event)
    }

    /// Puts the report of what was tolerated before what came of the command.
    pub(super) fn report(&mut self, step: Step, quirks: Quirks) -> Step {
        if quirks.is_empty() {
            return step;
        }
        if let Step::Event(event) = step {
            self.later = Some(Box::new((event, self.pending.take())));
        }
        Step::Event(Event::Tolerated(quirks))
    }

    /// Every command in every phase. What is not named here must not come there.
    fn dispatch(&mut self, command: Command) -> Step {
        if let Some(reply) = self.barred(&command) {
            return self.refuse_command(&command, reply);
        }
        let lmtp = self.config.is_lmtp();
        match (command, &mut self.phase) {
            (Command::Quit, _) => {
                self.say(&Reply::CLOSING);
                self.close();
                Step::Event(Event::Quit)
            }
            (Command::Noop(_), _) => self.idle(&Reply::OK),
            (Command::Rset, _) => {
                self.phase = Phase::Idle;
                self.idle(&Reply::OK);
                Step::Event(Event::Reset)
            }
            (Command::Helo(name), _) if !lmtp => self
                .ask(Pending::Hello(HelloVerb::Helo), Event::Hello { verb: HelloVerb::Helo, name }),
            (Command::Ehlo(name), _) if !lmtp => self
                .ask(Pending::Hello(HelloVerb::Ehlo), Event::Hello { verb: HelloVerb::Ehlo, name }),
            (Command::Lhlo(name), _) if lmtp => self
                .ask(Pending::Hello(HelloVerb::Lhlo), Event::Hello { verb: HelloVerb::Lhlo, name }),
            (Command::Mail { from, params }, Phase::Idle) => {
                self.mail(MailVerb::Mail, from, params)
            }
            (Command::Send { from, params }, Phase::Idle) => {
                self.mail(MailVerb::Send, from, params)
            }
            (Command::Soml { from, params }, Phase::Idle) => {
                self.mail(MailVerb::Soml, from, params)
            }
            (Command::Saml { from, params }, Phase::Idle) => {
                self.mail(MailVerb::Saml, from, params)
            }
            (Command::Rcpt { to, params }, Phase::Mail(transaction)) => {
                let extended = self.session.hello != Some(HelloVerb::Helo);
                let tls = self.session.tls;
                transaction.asked = transaction.asked.saturating_add(1);
                match self.config.check_rcpt(
                    transaction,
                    &mut self.session.domains,
                    &to,
                    &params,
                    tls,
                    extended,
                ) {
                    Ok(()) => self.ask(Pending::Rcpt, Event::Rcpt { to, params }),
                    Err(reply) => {
                        transaction.any_refused = true;
                        Step::Event(self.refuse(reply, None))
                    }
                }
            }
            // A message in BINARYMIME cannot come by DATA (RFC 3030 §3).
            (Command::Data, Phase::Mail(Transaction { recipients: 1.., binary: false, .. })) => {
                self.ask(Pending::Data, Event::Data(Transfer::Data))
            }
            (Command::Data, Phase::Mail(Transaction { recipients: 0, any_refused: true, .. })) => {
                Step::Event(self.refuse(Reply::NO_VALID_RECIPIENTS, None))
            }
            (Command::Bdat { size, last }, Phase::Mail(Transaction { recipients: 1.., .. })) => {
                self.ask(Pending::Bdat { size, last }, Event::Data(Transfer::Bdat))
            }
            (Command::Bdat { size, last }, Phase::Chunks(_)) => {
                if size == 0 {
                    self.session.count_idle();
                }
                self.take_chunk(size, last);
                Step::GoOn
            }
            (Command::Burl { last, .. }, Phase::Chunks(body)) if body.refused().is_some() => {
                let reply = body.refused().cloned().unwrap_or(Reply::OK);
                if last {
                    self.answer_message(&reply);
                } else {
                    self.say(&reply);
                }
                self.session.count_error();
                Step::Event(Event::Refused { reply, error: None })
            }
            (
                Command::Burl { url, last },
                Phase::Mail(Transaction { recipients: 1.., .. }) | Phase::Chunks(_),
            ) => self.ask(Pending::Burl { last }, Event::Burl { url, last }),
            (Command::StartTls, Phase::Idle | Phase::Mail(_)) if !self.session.tls => {
                self.say(&Reply::READY_FOR_TLS);
                self.phase = Phase::Upgrading;
                Step::Event(Event::StartTls)
            }
            (Command::Auth { mechanism, initial }, Phase::Idle)
                if self.session.hello.is_some() && !self.session.authenticated =>
            {
                self.auth(mechanism.as_str(), initial.as_ref())
            }
            (Command::Vrfy { name, smtputf8 }, _) => {
                self.ask(Pending::Vrfy, Event::Vrfy { name, smtputf8 })
            }
            (Command::Expn { name, smtputf8 }, _) => {
                self.ask(Pending::Expn, Event::Expn { name, smtputf8 })
            }
            (Command::Help(topic), _) => self.ask(Pending::Help, Event::Help(topic)),
            (Command::Etrn(node), Phase::Idle) => self.ask(Pending::Etrn, Event::Etrn(node)),
            (Command::Atrn(domains), Phase::Idle) => self.ask(Pending::Turn, Event::Atrn(domains)),
            (Command::Turn, Phase::Idle) => self.ask(Pending::Turn, Event::Turn),
            (Command::Xclient(attributes), Phase::Idle) => {
                self.ask(Pending::Xclient, Event::Xclient(attributes))
            }
            (Command::Xforward(attributes), Phase::Idle) => {
                self.ask(Pending::Xforward, Event::Xforward(attributes))
            }
            (Command::Unknown { verb, argument, .. }, _) => {
                self.ask(Pending::Unknown, Event::Unknown { verb, argument })
            }
            (command, phase) => {
                let reply = match (&command, phase) {
                    // The verb of the other protocol (RFC 2033 §4.1).
                    (Command::Helo(_) | Command::Ehlo(_) | Command::Lhlo(_), _) => {
                        Reply::UNKNOWN_COMMAND
                    }
                    (
                        Command::Bdat { .. } | Command::Burl { .. },
                        Phase::Mail(Transaction { any_refused: true, .. }),
                    ) => Reply::NO_VALID_RECIPIENTS,
                    _ => Reply::BAD_SEQUENCE,
                };
                self.refuse_command(&command, reply)
            }
        }
    }

    /// Why a command may not come in this session at all, or not yet.
    fn barred(&self, command: &Command) -> Option<Reply> {
        if matches!(self.phase, Phase::Refusing) {
            return (!matches!(command, Command::Quit)).then_some(Reply::BAD_SEQUENCE);
        }
        let lacks = |extension| !self.offers(extension);
        let missing = match command {
            Command::StartTls => !self.session.tls && lacks(Extension::StartTls),
            Command::Auth { .. } => self.config.auth.is_empty(),
            Command::Bdat { .. } => lacks(Extension::Chunking),
            Command::Burl { .. } => lacks(Extension::Burl),
            Command::Etrn(_) => lacks(Extension::Etrn),
            Command::Atrn(_) => lacks(Extension::Atrn),
            Command::Xclient(_) => lacks(Extension::XClient),
            Command::Xforward(_) => lacks(Extension::XForward),
            Command::Turn | Command::Send { .. } | Command::Soml { .. } | Command::Saml { .. } => {
                !self.config.historic_commands
            }
            _ => false,
        };
        if missing {
            return Some(Reply::NOT_IMPLEMENTED);
        }
        let before_tls = matches!(
            command,
            Command::Helo(_)
                | Command::Ehlo(_)
                | Command::Lhlo(_)
                | Command::Noop(_)
                | Command::Rset
                | Command::StartTls
                | Command::Quit
        );
        if self.config.require_tls && !self.session.tls && !before_tls {
            return Some(Reply::TLS_REQUIRED);
        }
        // RFC 2645 §5.2.2: only for whom the domains belong to.
        let needs_auth = matches!(command, Command::Atrn(_));
        (needs_auth && !self.session.authenticated).then_some(Reply::AUTH_REQUIRED)
    }

    /// Refuses a command; the octets of a BDAT come all the same, and the answer behind them (RFC 3030
    /// §2).
    fn refuse_command(&mut self, command: &Command, reply: Reply) -> Step {
        if let Command::Bdat { size: left @ 1.., .. } = *command {
            let back = Box::new(mem::replace(&mut self.phase, Phase::Idle));
            self.phase = Phase::Drop { left, reply, back };
            return Step::GoOn;
        }
        Step::Event(self.refuse(reply, None))
    }

    fn ask(&mut self, pending: Pending, event: Event) -> Step {
        if matches!(pending, Pending::Vrfy | Pending::Expn | Pending::Help | Pending::Etrn) {
            self.session.count_idle();
        }
        self.pending = Some(pending);
        Step::Event(event)
    }

    fn idle(&mut self, reply: &Reply) -> Step {
        self.session.count_idle();
        self.say(reply);
        Step::GoOn
    }

    fn mail(
        &mut self,
        verb: MailVerb,
        from: crate::ReversePath,
        params: crate::MailParams,
    ) -> Step {
        // RFC 9422 §4.1 counts those that fail too.
        let number = self.session.transactions;
        self.session.transactions = number.saturating_add(1);
        let session = &self.session;
        let checked = if session.hello.is_none() {
            Err(Reply::BAD_SEQUENCE)
        } else if self.config.require_auth && !session.authenticated {
            Err(Reply::AUTH_REQUIRED)
        } else if self.config.max_transactions.is_some_and(|max| number >= max) {
            Err(Reply::TOO_MANY_TRANSACTIONS)
        } else {
            let extended = session.hello != Some(HelloVerb::Helo);
            self.config.check_mail(&from, &params, session.tls, extended)
        };
        match checked {
            Ok(transaction) => {
                self.ask(Pending::Mail(transaction), Event::Mail { verb, from, params })
            }
            Err(reply) => Step::Event(self.refuse(reply, None)),
        }
    }

    fn auth(&mut self, name: &str, initial: Option<&crate::InitialResponse>) -> Step {
        let Some(mechanism) =
            name.parse().ok().filter(|mechanism| self.config.auth.contains(mechanism))
        else {
            return Step::Event(self.refuse(Reply::BAD_PARAMETER, None));
        };
        if !self.config.mechanisms(self.session.tls).any(|offered| offered == mechanism) {
            return Step::Event(self.refuse(Reply::ENCRYPTION_REQUIRED, None));
        }
        let initial = match initial
            .map(|text| sasl::line::decode_initial(text.as_str().as_bytes()))
            .transpose()
        {
            Ok(initial) => initial,
            Err(_) => return Step::Event(self.refuse(Reply::BAD_BASE64, None)),
        };
        self.ask(Pending::Auth { mechanism, initial }, Event::Auth(mechanism))
    }

    /// Begins the next chunk of a message that is already coming in chunks.
    pub(super) fn take_chunk(&mut self, size: u64, last: bool) {
        match mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Chunks(mut body) | Phase::Body(mut body) => {
                body.next_chunk(size, last);
                self.phase = Phase::Body(body);
            }
            other => self.phase = other,
        }
    }

    pub(super) fn offers(&self, extension: Extension) -> bool {
        self.config.offers(extension, self.session.tls)
    }

    fn excess(&self) -> Option<Excess> {
        let session = &self.session;
        if session.errors >= self.config.max_errors {
            Some(Excess::Errors(session.errors))
        } else if session.idle_commands >= self.config.max_idle_commands {
            Some(Excess::IdleCommands(session.idle_commands))
        } else {
            None
        }
    }

    /// Ends the session at once, with a last word.
    fn cut_off(&mut self, reply: &Reply, error: Error) -> Step {
        self.say(reply);
        self.fail(error);
        Step::Wait
    }
}

/// The first octet of a TLS record that holds a handshake.
const TLS_HANDSHAKE: u8 = 0x16;

/// A browser, or somebody who makes one post to this port.
fn is_http(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.len() > 9 && line[line.len() - 9..].starts_with(b" HTTP/") && line[line.len() - 2] == b'.'
}

/// Whether the line may announce a chunk.
fn is_bdat(line: &[u8]) -> bool {
    let verb = line.trim_ascii_start().get(..4);
    verb.is_some_and(|verb| verb.eq_ignore_ascii_case(b"BDAT"))
}

/// The reply to a line that could not be understood (RFC 5321 §4.2.4, §4.2.5).
fn reply_to(error: ParseError) -> Reply {
    match error.kind {
        ParseErrorKind::NoVerb | ParseErrorKind::ControlOctet | ParseErrorKind::NotUtf8 => {
            Reply::UNKNOWN_COMMAND
        }
        ParseErrorKind::BadReversePath => Reply::BAD_SENDER,
        ParseErrorKind::BadForwardPath | ParseErrorKind::BadMailbox => Reply::BAD_RECIPIENT,
        ParseErrorKind::PathTooLong => Reply::PATH_TOO_LONG,
        _ => Reply::BAD_ARGUMENT,
    }
}
