//! What a transaction may hold: the checks of MAIL and RCPT against what is offered.
use alloc::vec::Vec;

use mailwire_core::Text;

use super::config::{Config, Protocol};
use crate::{
    BodyType, ByMode, Capability, DeliverBy, Domain, Extension, ForwardPath, MailParams, Mailbox,
    RcptParams, Reply, ReversePath, Timestamp,
};

/// What is remembered between MAIL and the end of the message.
#[derive(Debug, Default)]
pub(super) struct Transaction {
    /// How many recipients were accepted.
    pub(super) recipients: u32,
    /// How many were asked for (RFC 9422 §4.2 counts those that fail too).
    pub(super) asked: u32,
    /// Whether any was refused: DATA without recipients is then 554, not 503.
    pub(super) any_refused: bool,
    pub(super) binary: bool,
    pub(super) utf8: bool,
}

impl Config {
    /// Checks the arguments of MAIL.
    pub(super) fn check_mail(
        &self,
        from: &ReversePath,
        params: &MailParams,
        tls: bool,
        extended: bool,
    ) -> Result<Transaction, Reply> {
        for param in params.iter() {
            self.check_extension(param.extension(), tls, extended)?;
        }
        if self.size_limit().is_some_and(|max| params.size().is_some_and(|size| size > max)) {
            return Err(Reply::TOO_BIG);
        }
        self.check_bounds(params)?;
        let binary = params.body() == Some(BodyType::BinaryMime);
        let utf8 = params.smtputf8();
        if !utf8 && from.mailbox().is_some_and(|mailbox| !mailbox.is_ascii()) {
            return Err(Reply::NON_ASCII_ADDRESS);
        }
        Ok(Transaction { binary, utf8, ..Transaction::default() })
    }

    /// Checks the values that an offer sets bounds for (RFC 4865 §4, RFC 2852 §3).
    fn check_bounds(&self, params: &MailParams) -> Result<(), Reply> {
        for offer in &self.offers {
            match offer {
                Capability::FutureRelease { max_interval, max_date_time } => {
                    let latest = Timestamp::parse(max_date_time.as_str());
                    let latest = latest.map_or(i64::MAX, |time| time.unix_seconds());
                    let too_long = params.hold_for().is_some_and(|seconds| seconds > *max_interval);
                    let too_late =
                        params.hold_until().is_some_and(|until| until.unix_seconds() > latest);
                    if too_long || too_late {
                        return Err(Reply::BAD_ARGUMENT);
                    }
                }
                Capability::DeliverBy(Some(least)) => {
                    let soon = |by: DeliverBy| {
                        by.mode == ByMode::Return
                            && u32::try_from(by.seconds).is_ok_and(|seconds| seconds < *least)
                    };
                    if params.by().is_some_and(soon) {
                        return Err(Reply::UNKNOWN_PARAMETER);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Checks the arguments of RCPT. `domains` are those of the session so far, kept only if their number
    /// is limited (RFC 9422 §4.3).
    pub(super) fn check_rcpt(
        &self,
        transaction: &Transaction,
        domains: &mut Vec<Text>,
        to: &ForwardPath,
        params: &RcptParams,
        tls: bool,
        extended: bool,
    ) -> Result<(), Reply> {
        for param in params.iter() {
            self.check_extension(param.extension(), tls, extended)?;
        }
        if !transaction.utf8 && to.mailbox().is_some_and(|mailbox| !mailbox.is_ascii()) {
            return Err(Reply::NON_ASCII_ADDRESS);
        }
        if transaction.asked > self.max_recipients {
            return Err(Reply::TOO_MANY_RECIPIENTS);
        }
        if let (Some(max), Some(domain)) =
            (self.max_recipient_domains, to.mailbox().and_then(domain))
        {
            let known = domains.iter().any(|seen| seen.eq_ignore_ascii_case(&domain));
            if !known && domains.len() >= max as usize {
                return Err(Reply::TOO_MANY_RECIPIENTS);
            }
            if !known {
                domains.push(domain);
            }
        }
        Ok(())
    }

    /// 555 unless the extension is offered; without EHLO nothing is (RFC 5321 §2.2.1).
    fn check_extension(
        &self,
        needed: Option<Extension>,
        tls: bool,
        extended: bool,
    ) -> Result<(), Reply> {
        let offered = match needed {
            Some(extension) => extended && self.offers(extension, tls),
            None => self.unknown_parameters,
        };
        if offered { Ok(()) } else { Err(Reply::UNKNOWN_PARAMETER) }
    }

    pub(super) fn is_lmtp(&self) -> bool {
        self.protocol == Protocol::Lmtp
    }
}

fn domain(mailbox: &Mailbox) -> Option<Text> {
    match mailbox.domain()? {
        Domain::Name(name) => Some(Text::from(name)),
        Domain::Literal(_) => None,
    }
}
