//! Files of many messages.
use std::io;

use bytes::Bytes;
use mailwire_message::mbox::{Event, Format, Reader};

use super::{
    Reading,
    draft::{Draft, Places},
};

/// Splits an mbox file, of the form mboxrd, in which nothing gets lost.
pub(super) struct Mboxes {
    reader: Reader,
    push: bool,
    open: Option<(Reading, Places)>,
    /// Whether it was said that there is something outside of messages.
    outside: bool,
}

impl Mboxes {
    pub(super) fn new(push: bool) -> Self {
        Self { reader: Reader::new(Format::Mboxrd), push, open: None, outside: false }
    }

    pub(super) fn input(
        &mut self,
        octets: Bytes,
        hand_over: &mut impl FnMut(Draft, &Places) -> io::Result<()>,
    ) -> io::Result<()> {
        if !octets.is_empty() {
            self.reader.handle_input(octets);
        }
        self.drain(hand_over)
    }

    pub(super) fn finish(
        mut self,
        hand_over: &mut impl FnMut(Draft, &Places) -> io::Result<()>,
    ) -> io::Result<()> {
        self.reader.handle_eof();
        self.drain(hand_over)
    }

    fn drain(
        &mut self,
        hand_over: &mut impl FnMut(Draft, &Places) -> io::Result<()>,
    ) -> io::Result<()> {
        while let Some(event) = self.reader.poll_event() {
            match event {
                Event::Begin(begin) => {
                    let start = begin.offset + begin.line.len() as u64;
                    self.open = Some((Reading::new(self.push), Places::starting_at(start)));
                }
                Event::Octets(piece) => {
                    if let Some((reading, places)) = &mut self.open {
                        places.push(piece.offset, piece.octets.len());
                        reading.input(piece.octets);
                    }
                }
                Event::End(_) => {
                    if let Some((reading, places)) = self.open.take() {
                        hand_over(reading.finish(), &places)?;
                    }
                }
                Event::Outside(piece) if !self.outside && !piece.octets.trim_ascii().is_empty() => {
                    self.outside = true;
                    eprintln!("what stands at octet {} is in no message", piece.offset);
                }
                _ => {}
            }
        }
        Ok(())
    }
}
