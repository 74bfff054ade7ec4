//! Tables of lines: legal ones, and near-misses.

use crate::check::{frames, words};
use mailwire_imap::{
    Command, Data, Encoder, Frame, Leniency, LiteralSupport, Peer, Quirk, ReadOptions, Repairs,
    Response, Side, TaggedCommand, fetch::FetchItem,
};

/// One side of a connection, and whether UTF-8 is enabled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grammar {
    side: Side,
    utf8: bool,
}

/// What clients send.
pub(crate) const C: Grammar = Grammar { side: Side::Commands, utf8: false };
/// What servers send.
pub(crate) const S: Grammar = Grammar { side: Side::Responses, utf8: false };
/// What clients send that enabled IMAP4rev2 or UTF8=ACCEPT.
pub(crate) const C_UTF8: Grammar = Grammar { side: Side::Commands, utf8: true };
/// What servers send to those clients.
pub(crate) const S_UTF8: Grammar = Grammar { side: Side::Responses, utf8: true };

#[derive(Debug, PartialEq)]
enum Message {
    Command(TaggedCommand),
    Response(Response),
}

/// Fails if there are faults.
fn none(faults: impl IntoIterator<Item = String>) {
    let faults: Vec<_> = faults.into_iter().collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

impl Grammar {
    /// Every row has forms of one value, without line ends, the first as it is printed. Each is one
    /// frame, is read with a type in strict mode too, and nothing of it is repaired.
    pub(crate) fn reads(self, rows: &[&[&str]]) {
        none(rows.iter().flat_map(|forms| self.row(forms)));
    }

    /// The same for rows of one form each.
    pub(crate) fn reads_each(self, lines: &[&str]) {
        none(lines.iter().flat_map(|line| self.row(&[line])));
    }

    /// What has no type and is kept, in strict mode too, if it is not `told`; it prints as it came.
    pub(crate) fn keeps(self, lines: &[&str], told: bool) {
        let fault = |line: &&str| {
            let frame = self.frame(line).ok()?;
            let lenient = self.read(&frame, Leniency::Lenient);
            let is_kept = lenient.as_ref().is_ok_and(|(message, repairs)| {
                words(&format!("{message:?}")).iter().any(|word| word == "Other")
                    && repairs.contains(Quirk::Other) == told
                    && self.print(message) == format!("{line}\r\n")
            });
            let strict = self.read(&frame, Leniency::Strict);
            let agrees = strict.is_err() == told;
            (!is_kept || !agrees).then(|| format!("{line:?}: {lenient:?}, strictly {strict:?}"))
        };
        none(lines.iter().filter_map(fault));
    }

    /// What strict mode refuses at this octet, and lenient mode repairs, or refuses too.
    pub(crate) fn refuses(self, rows: &[(&str, usize, Option<Quirk>)]) {
        none(rows.iter().filter_map(|(line, at, repaired)| self.refusal(line, *at, *repaired)));
    }

    /// FETCH responses of which strict mode refuses an item at this octet, and which lenient mode reads
    /// with one item that is not valid, for the same reason.
    pub(crate) fn invalid(self, rows: &[(&str, usize)]) {
        none(rows.iter().filter_map(|(line, at)| self.invalid_item(line, *at).err()));
    }

    fn refusal(self, line: &str, offset: usize, repaired: Option<Quirk>) -> Option<String> {
        let frame = match self.frame(line) {
            Ok(frame) => frame,
            Err(error) => return Some(format!("{line:?}: {error}")),
        };
        let strict = self.read(&frame, Leniency::Strict).map(|(message, _)| message);
        if strict.as_ref().map_err(|error| error.1).err() != Some(offset) {
            return Some(format!("{line:?} strictly: {strict:?}, not at {offset}"));
        }
        let lenient = self.read(&frame, Leniency::Lenient);
        let told = match (&lenient, repaired) {
            (Err(_), None) => true,
            (Ok((_, repairs)), Some(quirk)) => repairs.contains(quirk),
            _ => false,
        };
        (!told).then(|| format!("{line:?} leniently: {lenient:?}, not {repaired:?}"))
    }

    fn invalid_item(self, line: &str, offset: usize) -> Result<(), String> {
        let frame = self.frame(line)?;
        match self.read(&frame, Leniency::Strict) {
            Err((_, at)) if at == offset => {}
            strict => return Err(format!("{line:?} strictly: {strict:?}, not at {offset}")),
        }
        let read = self.read(&frame, Leniency::Lenient).map_err(|error| error.0)?;
        let Message::Response(Response::Data(Data::Fetch(fetch))) = &read.0 else {
            return Err(format!("{line:?} is no FETCH response: {read:?}"));
        };
        let is_told = |item: FetchItem| match item {
            FetchItem::Invalid { why, .. } => why.offset == offset,
            _ => false,
        };
        let told = fetch.items().any(is_told);
        told.then_some(()).ok_or_else(|| format!("{line:?} leniently: {read:?}"))
    }

    fn row(self, forms: &[&str]) -> Vec<String> {
        let mut faults = Vec::new();
        let mut first = None;
        for (i, line) in forms.iter().enumerate() {
            let read = self.frame(line).and_then(|frame| {
                let strict = self.read(&frame, Leniency::Strict).map_err(|error| error.0)?;
                let lenient = self.read(&frame, Leniency::Lenient).map_err(|error| error.0)?;
                if lenient.0 != strict.0 {
                    return Err(format!("strictly {:?}, leniently {:?}", strict.0, lenient.0));
                }
                Ok(lenient)
            });
            let (message, repairs) = match read {
                Ok(read) => read,
                Err(error) => {
                    faults.push(format!("{line:?}: {error}"));
                    continue;
                }
            };
            if !repairs.is_empty() {
                faults.push(format!("{line:?}: {repairs:?}"));
            }
            let words = words(&format!("{message:?}"));
            if words.iter().any(|word| word == "Other" || word == "Invalid") {
                faults.push(format!("{line:?} has no type: {message:?}"));
            }
            let printed = self.print(&message);
            if printed != format!("{}\r\n", forms[0]) {
                faults.push(format!("{line:?} prints {printed:?}"));
            }
            match &first {
                None if i == 0 => first = Some(message),
                Some(first) if *first != message => {
                    faults.push(format!("{line:?} reads {message:?}, not {first:?}"));
                }
                _ => {}
            }
        }
        faults
    }

    /// The line, framed.
    fn frame(self, line: &str) -> Result<Frame, String> {
        let wire = format!("{line}\r\n");
        match <[Frame; 1]>::try_from(frames(self.side, wire.as_bytes(), usize::MAX)) {
            Ok([frame]) => Ok(frame),
            Err(several) => Err(format!("{} frames", several.len())),
        }
    }

    fn read(
        self,
        frame: &Frame,
        leniency: Leniency,
    ) -> Result<(Message, Repairs), (String, usize)> {
        let mut options = ReadOptions::default();
        options.leniency = leniency;
        options.utf8 = self.utf8;
        if self.side == Side::Commands {
            let read = Command::parse(frame, options)
                .map_err(|error| (error.to_string(), error.error.offset))?;
            return Ok((Message::Command(read.value), read.repairs));
        }
        let read =
            Response::parse(frame, options).map_err(|error| (error.to_string(), error.offset))?;
        let mut repairs = read.repairs;
        if let Response::Data(Data::Fetch(fetch)) = &read.value {
            let mut items = fetch.items();
            items.by_ref().for_each(drop);
            if repairs.is_empty() {
                repairs = items.repairs().clone();
            }
        }
        Ok((Message::Response(read.value), repairs))
    }

    fn print(self, message: &Message) -> String {
        let mut peer = if self.side == Side::Commands { Peer::SERVER } else { Peer::CLIENT };
        (peer.literals, peer.binary) = (LiteralSupport::Plus, true);
        peer.utf8 = self.utf8;
        let mut out = Encoder::new(peer);
        match message {
            Message::Command(command) => command.command.encode(&command.tag, &mut out),
            Message::Response(response) => response.encode(&mut out),
        }
        String::from_utf8_lossy(&out.finish().wire).into_owned()
    }
}
