//! A message on its way in.
use bytes::Bytes;
use mailwire_core::{BareLineEnds, Census, DotReader, InputQueue, Piece, Summary};

use super::{config::Config, transaction::Transaction};
use crate::Reply;

/// A message that is being received.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) transaction: Transaction,
    reader: Reader,
    /// How many more octets the caller may get.
    room: u64,
    /// What the client will be told although the message is still coming: nothing of it is handed over.
    refused: Option<Reply>,
}

#[derive(Debug)]
enum Reader {
    Dot(DotReader),
    Chunk { left: u64, last: bool, rejects: bool, counts: bool, census: Census },
}

/// One step of [`Body::read`].
#[derive(Debug)]
pub(super) enum Step {
    Octets(Bytes),
    /// A chunk that is not the last is complete.
    ChunkEnd,
    End,
}

impl Body {
    pub(super) fn data(transaction: Transaction, config: &Config) -> Self {
        let reader = DotReader::new(config.bare_line_ends);
        let reader = if config.census { reader } else { reader.without_census() };
        Self::new(transaction, config, Reader::Dot(reader))
    }

    /// A message in chunks, before the first of them.
    pub(super) fn chunks(transaction: Transaction, config: &Config) -> Self {
        let census = Census::default();
        // Without BINARYMIME a chunk is text, and its bare line ends are nothing else than those of DATA.
        let rejects = config.bare_line_ends == BareLineEnds::Reject && !transaction.binary;
        let counts = config.census || rejects;
        let reader = Reader::Chunk { left: 0, last: false, rejects, counts, census };
        Self::new(transaction, config, reader)
    }

    fn new(transaction: Transaction, config: &Config, reader: Reader) -> Self {
        let room = config.size_limit().unwrap_or(u64::MAX);
        Self { transaction, reader, room, refused: None }
    }

    /// Begins the next chunk (RFC 3030 §2).
    pub(super) fn next_chunk(&mut self, size: u64, is_last: bool) {
        if let Reader::Chunk { left, last, .. } = &mut self.reader {
            (*left, *last) = (size, is_last);
        }
        if size > self.room {
            // Not one octet of a chunk that cannot fit.
            self.refuse(Reply::TOO_BIG);
        }
    }

    /// Receives the rest for its end alone; the first reason stands.
    pub(super) fn refuse(&mut self, reply: Reply) {
        if let Reader::Dot(reader) = &mut self.reader {
            reader.mute();
        }
        self.refused.get_or_insert(reply);
    }

    pub(super) fn refused(&self) -> Option<&Reply> {
        self.refused.as_ref()
    }

    pub(super) fn summary(&self) -> Summary {
        match &self.reader {
            Reader::Dot(reader) => reader.summary(),
            Reader::Chunk { census, .. } => census.summary(),
        }
    }

    /// Takes the next step, or `None` if it needs more input.
    pub(super) fn read(&mut self, input: &mut InputQueue) -> Option<Step> {
        loop {
            let mut octets = match &mut self.reader {
                Reader::Dot(reader) => match reader.read(input) {
                    Some(Piece::Body(octets)) => octets,
                    Some(Piece::End) => {
                        if reader.is_rejected() {
                            self.refuse(Reply::BARE_LINE_END);
                        }
                        return Some(Step::End);
                    }
                    None => return None,
                },
                Reader::Chunk { left: 0, last: false, .. } => return Some(Step::ChunkEnd),
                Reader::Chunk { left: 0, rejects, census, .. } => {
                    let Summary { bare_cr, bare_lf, .. } = census.summary();
                    if *rejects && bare_cr + bare_lf > 0 {
                        self.refuse(Reply::BARE_LINE_END);
                    }
                    return Some(Step::End);
                }
                Reader::Chunk { left, counts, census, .. } => {
                    let octets = input.take_octets(*left)?;
                    *left -= octets.len() as u64;
                    if *counts {
                        census.add(&octets);
                    } else {
                        census.add_unseen(octets.len() as u64);
                    }
                    octets
                }
            };
            if octets.len() as u64 > self.room {
                // Up to the limit and not one octet beyond, however the input is cut.
                octets.truncate(usize::try_from(self.room).unwrap_or(usize::MAX));
                self.room = 0;
                let handed_over = self.refused.is_none() && !octets.is_empty();
                self.refuse(Reply::TOO_BIG);
                if handed_over {
                    return Some(Step::Octets(octets));
                }
                continue;
            }
            self.room -= octets.len() as u64;
            if self.refused.is_none() {
                return Some(Step::Octets(octets));
            }
        }
    }
}
