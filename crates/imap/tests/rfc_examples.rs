//! The examples of the RFCs, one file each, both halves.
//!
//! `C:` and `S:` lines are as on the wire; what the RFCs fold is unfolded, and lines that belong to a
//! literal follow the line that announces it. `##` names the section and begins a dialogue, as a blank
//! line does not. `!:` before a line says why that command or response cannot be wholly understood: the
//! test fails if it can. `#` is a remark: what was left out, and what was mended.

#[path = "support/check.rs"]
mod check;

use bytes::Bytes;
use check::{Checked, Message, check, frames};
use mailwire_imap::{Command, Frame, FrameLimits, Framer, Piece, Response, Side};
use std::{fs, path::Path};

#[derive(Debug, Default)]
struct Tally {
    dialogues: usize,
    frames: usize,
    answers: usize,
    odd: usize,
    same: usize,
    faults: Vec<String>,
}

#[test]
fn every_example_is_understood() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rfc");
    let mut files: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut tally = Tally::default();
    for path in &files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(path).unwrap();
        let before = tally.frames;
        replay(&name, &text, &mut tally);
        if tally.frames == before {
            tally.faults.push(format!("{name} has no example"));
        }
    }
    println!(
        "{} files, {} dialogues, {} commands and responses, {} other lines, {} odd, {} print as written",
        files.len(),
        tally.dialogues,
        tally.frames,
        tally.answers,
        tally.odd,
        tally.same,
    );
    let faults = &tally.faults;
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(tally.frames > 2_500, "{} frames", tally.frames);
}

/// A dialogue that runs.
struct Dialogue {
    commands: Framer,
    responses: Framer,
    /// The client answers AUTHENTICATE or IDLE.
    answering: bool,
    /// Why the next frame, of the commands and of the responses, is odd.
    odd: [Option<String>; 2],
    /// The frames so far, of the commands and of the responses.
    frames: [Vec<Frame>; 2],
}

fn replay(name: &str, text: &str, tally: &mut Tally) {
    let mut dialogue = Dialogue::new();
    let mut reason = None;
    for (number, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line)) {
        let at = format!("{name}:{number}");
        let (kind, text) = line.split_at(line.len().min(2));
        let text = text.strip_prefix(' ').unwrap_or(text);
        match kind {
            "##" => {
                dialogue.finish(&at, tally);
                dialogue = Dialogue::new();
                tally.dialogues += 1;
            }
            "!:" => reason = Some(text.to_owned()),
            "C:" => dialogue.client(text, &at, reason.take(), tally),
            "S:" => dialogue.server(text, &at, reason.take(), tally),
            _ if line.is_empty() || line.starts_with('#') => {}
            _ => tally.faults.push(format!("{at}: no such line: {line}")),
        }
    }
    dialogue.finish(&format!("{name}: at the end"), tally);
}

impl Dialogue {
    fn new() -> Self {
        Self {
            commands: Framer::new(Side::Commands, FrameLimits::CLIENT),
            responses: Framer::new(Side::Responses, FrameLimits::CLIENT),
            answering: false,
            odd: [None, None],
            frames: [Vec::new(), Vec::new()],
        }
    }

    fn client(&mut self, text: &str, at: &str, reason: Option<String>, tally: &mut Tally) {
        if self.answering && self.commands.is_empty() {
            self.commands.push(wire_line(text));
            tally.answers += 1;
            if self.commands.next_line(8192) != Ok(Some(Bytes::from(text.to_owned()))) {
                tally.faults.push(format!("{at}: not a line: {text}"));
            }
            return;
        }
        // Some examples leave out the continuation.
        self.commands.inline().unwrap();
        self.odd[0] = reason.or(self.odd[0].take());
        self.commands.push(wire_line(text));
        if let Some(frame) = next_frame(&mut self.commands, false) {
            self.frames[0].push(frame.clone());
            let checked = account(Side::Commands, &frame, self.odd[0].take(), at, tally);
            if let Some(Message::Command(command)) = checked.message {
                self.answering =
                    matches!(command.command, Command::Authenticate { .. } | Command::Idle);
            }
        }
    }

    fn server(&mut self, text: &str, at: &str, reason: Option<String>, tally: &mut Tally) {
        self.odd[1] = reason.or(self.odd[1].take());
        self.responses.push(wire_line(text));
        let Some(frame) = next_frame(&mut self.responses, true) else { return };
        self.frames[1].push(frame.clone());
        let checked = account(Side::Responses, &frame, self.odd[1].take(), at, tally);
        match checked.message {
            Some(Message::Response(Response::Continue(_))) => self.commands.inline().unwrap(),
            Some(Message::Response(Response::Status(status))) if status.tag.is_some() => {
                self.answering = false;
                // The literal was refused: the client does not send it.
                self.commands.abandon();
                if !self.commands.is_empty() {
                    tally.faults.push(format!("{at}: the command is answered and not finished"));
                }
            }
            _ => {}
        }
    }

    fn finish(self, at: &str, tally: &mut Tally) {
        if !self.commands.is_empty() || !self.responses.is_empty() {
            tally.faults.push(format!("{at}: what comes before it is not finished"));
        }
        for (side, want) in [Side::Commands, Side::Responses].into_iter().zip(&self.frames) {
            let wire: Vec<u8> = want.iter().flat_map(|frame| frame.wire().to_vec()).collect();
            for step in [1, 2, 3, 7, 64, 1_448, usize::MAX] {
                if frames(side, &wire, step) != *want {
                    tally.faults.push(format!("{at}: in pieces of {step}, it is framed otherwise"));
                }
            }
        }
    }
}

fn wire_line(text: &str) -> Bytes {
    Bytes::from([text, "\r\n"].concat())
}

/// The frame that is now whole. Commands wait at a literal until they may go on.
fn next_frame(framer: &mut Framer, inline: bool) -> Option<Frame> {
    loop {
        match framer.next_piece().unwrap()? {
            Piece::Frame(frame) => return Some(frame),
            Piece::Literal { .. } if inline => framer.inline().unwrap(),
            _ => return None,
        }
    }
}

fn account(
    side: Side,
    frame: &Frame,
    reason: Option<String>,
    at: &str,
    tally: &mut Tally,
) -> Checked {
    let checked = check(side, frame);
    let shown = frame.wire().escape_ascii();
    tally.frames += 1;
    tally.same += usize::from(checked.same);
    match (&checked.odd, reason) {
        (Some(odd), None) => tally.faults.push(format!("{at}: {odd}: {shown}")),
        (None, Some(reason)) => {
            tally.faults.push(format!("{at}: understood, although {reason:?}: {shown}"));
        }
        (Some(_), Some(_)) => tally.odd += 1,
        (None, None) => {}
    }
    tally.faults.extend(checked.broken.iter().map(|law| format!("{at}: {law}: {shown}")));
    checked
}
