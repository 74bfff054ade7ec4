//! APPEND, of one message or several, and REPLACE: the messages come in before the command does.
use std::{
    collections::VecDeque,
    io::{self, Write},
    sync::Arc,
};

use bytes::Bytes;
use mailwire_imap::{
    Condition, Error, Mailbox, ResponseCode, SeqNumber, SequenceSet, WordCode,
    command::{AppendData, AppendMessage, CatenatePart},
    server::Upcoming,
};

use super::{ImapSession, catenate, flags::from_wire, select::find, sentence};
use crate::host::{
    mail::{Account, Arrival, Copied, MailError},
    store::{Draft, Sealed},
};

/// Octets that came in, and are not yet a message of any mailbox. Dropped, they are gone.
#[derive(Debug, Default)]
pub(super) struct Upload {
    /// What has come whole: messages, or parts of one.
    whole: VecDeque<Arc<Sealed>>,
    /// What is coming.
    draft: Option<Draft>,
    /// Which message of the command it is, and how many octets of it came or are announced.
    message: (u32, u64),
    /// Why it cannot be kept.
    failure: Option<io::Error>,
}

/// Why a message cannot be taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfit {
    /// The store cannot.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// It is longer than a message may be.
    #[error("message too long")]
    TooLong,
    /// There is nothing at a URL.
    #[error("there is nothing at this URL")]
    Url(Bytes),
    /// The command is not what was announced.
    #[error("not understood")]
    Odd,
}

impl From<io::Error> for Unfit {
    fn from(error: io::Error) -> Self {
        Self::Mail(error.into())
    }
}

impl ImapSession {
    /// A message is announced, or a part of one.
    pub(super) fn expect(&mut self, upcoming: &Upcoming) -> Result<(), Error> {
        let Some(login) = &self.login else {
            self.server.decline();
            return Ok(());
        };
        let account = &login.account;
        if find(account, &upcoming.mailbox).is_none() {
            self.upload = None;
            return self.server.reject(WordCode::TryCreate, "There is no such mailbox");
        }
        let upload = self.upload.get_or_insert_default();
        let before = if upload.message.0 == upcoming.index { upload.message.1 } else { 0 };
        upload.message = (upcoming.index, before.saturating_add(upcoming.size));
        if upload.message.1 > self.host.max_message {
            self.upload = None;
            return self.server.reject(WordCode::TooBig, "Message too long");
        }
        match account.draft() {
            Ok(draft) => upload.draft = Some(draft),
            Err(error) => {
                self.upload = None;
                return self.refuse(&error.into());
            }
        }
        self.server.accept_stream()
    }

    /// Octets of it.
    pub(super) fn receive(&mut self, octets: &Bytes) {
        self.patience.add(octets.len());
        let Some(upload) = &mut self.upload else { return };
        if let Some(draft) = &mut upload.draft
            && let Err(error) = draft.write_all(octets)
        {
            upload.failure = Some(error);
            upload.draft = None;
        }
    }

    /// It is there.
    pub(super) fn received(&mut self) {
        let Some(upload) = &mut self.upload else { return };
        match upload.draft.take().map(Draft::seal) {
            Some(Ok(text)) => upload.whole.push_back(text.into()),
            Some(Err(error)) => upload.failure = Some(error),
            None => {}
        }
    }

    pub(super) fn append(
        &mut self,
        account: &Account,
        to: &Mailbox,
        messages: &[AppendMessage],
    ) -> Result<(), Error> {
        let mut upload = self.upload.take().unwrap_or_default();
        let Some(to) = find(account, to) else {
            return self.server.reject(WordCode::TryCreate, "There is no such mailbox");
        };
        let arrivals: Result<Vec<Arrival>, Unfit> =
            messages.iter().map(|message| self.arrival(account, &mut upload, message)).collect();
        let arrivals = match arrivals {
            Ok(arrivals) => arrivals,
            Err(why) => return self.refuse_message(why),
        };
        match account.append(to, arrivals) {
            Ok(appended) => self.finish_own(&appended, append_uid(&appended)),
            Err(error) => self.refuse(&error),
        }
    }

    /// RFC 8508: what came of it is said before the other message goes.
    pub(super) fn replace(
        &mut self,
        account: &Account,
        number: SeqNumber,
        to: &Mailbox,
        message: &AppendMessage,
        uid: bool,
    ) -> Result<(), Error> {
        let mut upload = self.upload.take().unwrap_or_default();
        let Some(selected) = &self.selected else {
            self.server.decline();
            return Ok(());
        };
        let old = match number {
            SeqNumber::Number(number) if uid => {
                selected.uids.number(number.get()).map(|_| number.get())
            }
            SeqNumber::Number(number) => selected.uids.uid(number.get()),
            SeqNumber::Last => selected.uids.uid(selected.uids.len()),
        };
        let (from, Some(old)) = (selected.id, old) else {
            return self.server.reject(None, "There is no such message");
        };
        let Some(to) = find(account, to) else {
            return self.server.reject(WordCode::TryCreate, "There is no such mailbox");
        };
        let arrival = match self.arrival(account, &mut upload, message) {
            Ok(arrival) => arrival,
            Err(why) => return self.refuse_message(why),
        };
        match account.replace((from, old), to, arrival) {
            Ok(appended) => {
                if let Some(code) = append_uid(&appended) {
                    self.server.send_status(Condition::Ok, code, "Replacement is there")?;
                }
                self.finish_own(&appended, None)
            }
            Err(error) => self.refuse(&error),
        }
    }

    /// A message of the command, from what came before it.
    fn arrival(
        &self,
        account: &Account,
        upload: &mut Upload,
        message: &AppendMessage,
    ) -> Result<Arrival, Unfit> {
        if let Some(failure) = upload.failure.take() {
            return Err(failure.into());
        }
        let text = match &message.data {
            AppendData::Streamed { .. } => upload.whole.pop_front().ok_or(Unfit::Odd)?,
            AppendData::Octets(octets) | AppendData::Utf8(octets) => {
                let mut draft = account.draft()?;
                draft.write_all(octets)?;
                draft.seal()?.into()
            }
            AppendData::Catenate(parts) => self.catenate(account, upload, parts)?,
            _ => return Err(Unfit::Odd),
        };
        if text.octets > self.host.max_message {
            return Err(Unfit::TooLong);
        }
        let mut arrival = Arrival::new(text);
        arrival.flags = message.flags.as_ref().map(from_wire).unwrap_or_default();
        arrival.received = message.date.map(|date| (date.unix(), date.offset()));
        Ok(arrival)
    }

    /// RFC 4469
    fn catenate(
        &self,
        account: &Account,
        upload: &mut Upload,
        parts: &[CatenatePart],
    ) -> Result<Arc<Sealed>, Unfit> {
        let mut draft = account.draft()?;
        for part in parts {
            match part {
                CatenatePart::Text(octets) | CatenatePart::Utf8(octets) => {
                    draft.write_all(octets)?;
                }
                CatenatePart::StreamedText { .. } => {
                    let text = upload.whole.pop_front().ok_or(Unfit::Odd)?;
                    catenate::copy_text(&text, &mut draft)?;
                }
                CatenatePart::Url(url) => {
                    let selected = self.selected.as_deref();
                    let room = self.host.max_message.saturating_sub(draft.octets());
                    catenate::copy_url(account, selected, url, room, &mut draft)?;
                }
                _ => return Err(Unfit::Odd),
            }
            if draft.octets() > self.host.max_message {
                return Err(Unfit::TooLong);
            }
        }
        Ok(draft.seal()?.into())
    }

    fn refuse_message(&mut self, why: Unfit) -> Result<(), Error> {
        let text = sentence(&why);
        match why {
            Unfit::Mail(error) => self.refuse(&error),
            Unfit::TooLong => self.server.reject(WordCode::TooBig, &text),
            Unfit::Odd => self.server.reject(WordCode::Cannot, &text),
            Unfit::Url(url) => {
                let url = mailwire_imap::CodeText::new(&*String::from_utf8_lossy(&url));
                self.server.reject(url.ok().map(ResponseCode::BadUrl), &text)
            }
        }
    }
}

/// RFC 4315 §3
fn append_uid(appended: &Copied) -> Option<ResponseCode> {
    let uids = SequenceSet::from_numbers(appended.uids.iter().map(|(_, uid)| *uid)).ok()?;
    Some(ResponseCode::AppendUid { uid_validity: appended.mailbox.0, uids })
}
