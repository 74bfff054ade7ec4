//! Octets of a message, read piece by piece as they go out: never all of a large one at once.
use std::{io, num::NonZeroU32};

use bytes::{Bytes, BytesMut};
use mailwire_imap::{Partial, Section};
use mailwire_mailbox::{Decoder, Decoding, FetchError, Index, Place, Span};

use crate::host::{
    mail::{Account, MailError, Message},
    store::Text,
};

/// What is left of a section that goes out.
#[derive(Debug)]
pub(super) enum Body {
    /// It is here.
    Here(Bytes),
    /// It is read as it goes.
    Span(Span),
    /// It is read and decoded as it goes.
    Encoded(Box<Encoded>),
}

/// A part whose transfer encoding is undone.
#[derive(Debug)]
pub(super) struct Encoded {
    span: Span,
    decoder: Decoder,
    /// Whether the decoder gave all that it has.
    ended: bool,
    skip: u64,
    left: u64,
}

/// Why there are no octets.
#[derive(Debug, thiserror::Error)]
pub(super) enum BodyError {
    /// The store cannot.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The message is not such that it could.
    #[error(transparent)]
    Fetch(#[from] FetchError),
}

/// How much of a message is read at once.
const BLOCK: u64 = 128 * 1024;

impl Body {
    /// `BODY[section]<partial>`; nothing is NIL.
    pub(super) fn section(
        account: &Account,
        message: &Message,
        index: &Index,
        section: &Section,
        partial: Option<Partial>,
    ) -> Result<Option<Self>, MailError> {
        Ok(match index.place(section) {
            Place::Span(span) => Some(Self::Span(cut(account, message, index, span, partial)?)),
            Place::Read(octets) => {
                let given = read(account, message, octets.start, octets.end)?;
                let content = index.section_within(section, octets.start, &given);
                content.map(|content| match partial {
                    Some(partial) => Self::Here(content.partial(partial).share(&given)),
                    None => Self::Here(content.share(&given)),
                })
            }
            _ => None,
        })
    }

    /// All of a message, if it goes out as it is stored: then nobody needs to know what is in it.
    pub(super) fn whole(message: &Message) -> Option<Self> {
        let facts = &message.facts;
        let as_stored = facts.octets == facts.size;
        as_stored.then(|| Self::Span(Span::stored(0..facts.octets)))
    }

    /// `BINARY[part]<partial>`; nothing is NIL.
    pub(super) fn binary(
        account: &Account,
        message: &Message,
        index: &Index,
        part: &[NonZeroU32],
        partial: Option<Partial>,
    ) -> Result<Option<Self>, BodyError> {
        Ok(match index.binary_place(part)? {
            Place::Span(span) => Some(Self::Span(cut(account, message, index, span, partial)?)),
            Place::Encoded(span, decoding) => {
                let text = account.open_text(message)?;
                let all = decoded_len(&text, span.clone(), &decoding)?;
                let skip = partial.map_or(0, Partial::origin).min(all);
                let left = partial.map_or(u64::MAX, Partial::length).min(all - skip);
                let decoder = decoding.decoder();
                Some(Self::Encoded(Box::new(Encoded { span, decoder, ended: false, skip, left })))
            }
            Place::Read(octets) => {
                let given = read(account, message, octets.start, octets.end)?;
                let content = index.binary_within(part, octets.start, &given)?;
                content.map(|content| match partial {
                    Some(partial) => Self::Here(content.partial(partial).share(&given)),
                    None => Self::Here(content.share(&given)),
                })
            }
            _ => None,
        })
    }

    /// How many octets are still to come.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Here(octets) => octets.len() as u64,
            Self::Span(span) => span.len(),
            Self::Encoded(encoded) => encoded.left,
        }
    }

    /// The next octets: some if there are any.
    pub(super) fn next(&mut self, text: &Text) -> Result<Bytes, MailError> {
        match self {
            Self::Here(octets) => Ok(std::mem::take(octets)),
            Self::Span(span) => advance(text, span),
            Self::Encoded(encoded) => encoded.next(text),
        }
    }

    /// All that is still to come.
    pub(super) fn rest(mut self, text: &Text) -> Result<Bytes, MailError> {
        let first = self.next(text)?;
        if self.len() == 0 {
            return Ok(first);
        }
        let mut all = BytesMut::from(first);
        while self.len() > 0 {
            all.extend_from_slice(&self.next(text)?);
        }
        Ok(all.freeze())
    }
}

impl Encoded {
    fn next(&mut self, text: &Text) -> Result<Bytes, MailError> {
        while self.left > 0 {
            let mut decoded = Vec::new();
            if !self.span.is_empty() {
                self.decoder.decode(&advance(text, &mut self.span)?, &mut decoded);
            } else if !self.ended {
                self.ended = true;
                self.decoder.finish(&mut decoded);
            } else {
                return Err(ended_early());
            }
            let len = decoded.len() as u64;
            let skipped = self.skip.min(len);
            let taken = self.left.min(len - skipped);
            self.skip -= skipped;
            self.left -= taken;
            if taken > 0 {
                let narrow = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
                return Ok(Bytes::from(decoded).slice(narrow(skipped)..narrow(skipped + taken)));
            }
        }
        Ok(Bytes::new())
    }
}

/// Octets of a message, all that are asked for.
pub(super) fn read(
    account: &Account,
    message: &Message,
    from: u64,
    to: u64,
) -> Result<Bytes, MailError> {
    let first = account.read(message, from..to)?;
    if first.len() as u64 == to.saturating_sub(from) {
        return Ok(first);
    }
    let mut all = BytesMut::from(first);
    while (all.len() as u64) < to - from {
        let more = account.read(message, from + all.len() as u64..to)?;
        if more.is_empty() {
            return Err(ended_early());
        }
        all.extend_from_slice(&more);
    }
    Ok(all.freeze())
}

/// The next octets of a span.
fn advance(text: &Text, span: &mut Span) -> Result<Bytes, MailError> {
    while !span.is_empty() {
        let octets = text.read(span.wants(BLOCK))?;
        if octets.is_empty() {
            return Err(ended_early());
        }
        let octets = span.take(octets);
        if !octets.is_empty() {
            return Ok(octets);
        }
    }
    Ok(Bytes::new())
}

fn cut(
    account: &Account,
    message: &Message,
    index: &Index,
    span: Span,
    partial: Option<Partial>,
) -> Result<Span, MailError> {
    let Some(partial) = partial else { return Ok(span) };
    span.partial(index, partial, |octets| read(account, message, octets.start, octets.end))
}

fn decoded_len(text: &Text, mut span: Span, decoding: &Decoding) -> Result<u64, MailError> {
    let (mut decoder, mut decoded, mut len) = (decoding.decoder(), Vec::new(), 0);
    while !span.is_empty() {
        decoder.decode(&advance(text, &mut span)?, &mut decoded);
        len += decoded.len() as u64;
        decoded.clear();
    }
    decoder.finish(&mut decoded);
    Ok(len + decoded.len() as u64)
}

/// Somebody cut the text short.
fn ended_early() -> MailError {
    io::Error::from(io::ErrorKind::UnexpectedEof).into()
}
