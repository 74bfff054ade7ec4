//! What may be sent, given what is offered.
use alloc::{collections::BTreeSet, string::String};

use super::{Envelope, NotSent};
use crate::{BodyType, Capabilities, Command, Extension, MailParam, Mailbox, server::Transfer};

/// What a check needs to know of the session.
pub(super) struct Situation<'a> {
    pub(super) offers: &'a Capabilities,
    pub(super) tls: bool,
    /// How many transactions there were.
    pub(super) transactions: u32,
    /// The domains of the recipients so far, if their number is limited.
    pub(super) domains: &'a BTreeSet<String>,
}

impl Situation<'_> {
    /// Checks the envelope and adds the parameters that it needs.
    pub(super) fn check_message(&self, envelope: &mut Envelope) -> Result<(), NotSent> {
        if envelope.recipients.is_empty() {
            return Err(NotSent::NoRecipient);
        }
        self.check_params(envelope)?;
        self.check_size(envelope)?;
        self.check_utf8(envelope)?;
        self.check_limits(envelope)
    }

    /// Checks a command that has one reply.
    pub(super) fn check_command(&self, command: &Command) -> Result<(), NotSent> {
        match command {
            Command::Etrn(_) => self.need(Extension::Etrn),
            Command::Xclient(_) => self.need(Extension::XClient),
            Command::Xforward(_) => self.need(Extension::XForward),
            Command::Vrfy { smtputf8: true, .. } | Command::Expn { smtputf8: true, .. } => {
                self.need(Extension::SmtpUtf8)
            }
            _ => Ok(()),
        }
    }

    fn need(&self, extension: Extension) -> Result<(), NotSent> {
        if self.offers.has(extension) { Ok(()) } else { Err(NotSent::NotOffered(extension)) }
    }

    fn check_params(&self, envelope: &Envelope) -> Result<(), NotSent> {
        if envelope.transfer == Transfer::Bdat {
            self.need(Extension::Chunking)?;
        }
        let mut mail = envelope.params.iter().filter_map(|param| param.extension());
        mail.try_for_each(|extension| self.need(extension))?;
        for (_, params) in &envelope.recipients {
            let mut rcpt = params.iter().filter_map(|param| param.extension());
            rcpt.try_for_each(|extension| self.need(extension))?;
        }
        if envelope.params.require_tls() && !self.tls {
            return Err(NotSent::NeedsTls);
        }
        let binary = envelope.params.body() == Some(BodyType::BinaryMime);
        if binary && envelope.transfer != Transfer::Bdat {
            return Err(NotSent::BinaryNeedsBdat);
        }
        Ok(())
    }

    /// RFC 1870 §5: what is too large is not even tried.
    fn check_size(&self, envelope: &mut Envelope) -> Result<(), NotSent> {
        let size = envelope.params.size().max(envelope.size);
        if let (Some(size), Some(max)) = (size, self.offers.max_size())
            && size > max
        {
            return Err(NotSent::TooBig { max });
        }
        if let (Some(size), None) = (envelope.size, envelope.params.size())
            && self.offers.has(Extension::Size)
        {
            envelope.params.push(&MailParam::Size(size)).map_err(NotSent::Params)?;
        }
        Ok(())
    }

    /// RFC 6531 §3.4: an address beyond ASCII needs the parameter.
    fn check_utf8(&self, envelope: &mut Envelope) -> Result<(), NotSent> {
        let ascii = |mailbox: Option<&Mailbox>| mailbox.is_none_or(Mailbox::is_ascii);
        let plain = ascii(envelope.from.mailbox())
            && envelope.recipients.iter().all(|(to, params)| {
                ascii(to.mailbox()) && params.get("ORCPT").is_none_or(str::is_ascii)
            });
        if plain || envelope.params.smtputf8() {
            return Ok(());
        }
        self.need(Extension::SmtpUtf8)?;
        envelope.params.push(&MailParam::SmtpUtf8).map_err(NotSent::Params)
    }

    fn check_limits(&self, envelope: &Envelope) -> Result<(), NotSent> {
        let limits = self.offers.limits();
        if let Some(max) = limits.mail_max()
            && self.transactions >= max
        {
            return Err(NotSent::TransactionLimit { max });
        }
        if let Some(max) = limits.rcpt_max()
            && envelope.recipients.len() > max as usize
        {
            return Err(NotSent::RecipientLimit { max });
        }
        if let Some(max) = limits.rcpt_domain_max() {
            let new = domains(envelope).filter(|domain| !self.domains.contains(domain));
            // RFC 9422 §4.3: in the whole session.
            if self.domains.len() + new.collect::<BTreeSet<_>>().len() > max as usize {
                return Err(NotSent::DomainLimit { max });
            }
        }
        Ok(())
    }
}

/// The domains of the recipients, in small letters.
pub(super) fn domains(envelope: &Envelope) -> impl Iterator<Item = String> {
    let mailboxes = envelope.recipients.iter().filter_map(|(to, _)| to.mailbox());
    let domains = mailboxes.filter_map(|mailbox| mailbox.as_str().rsplit_once('@'));
    domains.map(|(_, domain)| domain.to_ascii_lowercase())
}
