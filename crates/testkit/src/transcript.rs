//! Dialogues as text, replayed whole, in 7-octet pieces and octet by octet.
//!
//! ```text
//! # a comment
//! S: 220 mx.example ESMTP      a line of the server, CRLF added
//! C: STARTTLS                  a line of the client, CRLF added
//! C= caf\xc3\xa9\r\n            octets of the client, with escapes and nothing added
//! A: body hello                something the caller does, told to the test's own `act`
//! E: Mail(<a@b>)               an event, as the test's own `describe` shows it
//! U:                           the layer that was asked for is in place
//! X:                           the peer closes the connection
//! !: connection closed         the machine fails with this message
//! ```
//!
//! Of one side the lines are fed, of the other they are expected. If a transcript has any `E:` line,
//! every event that `describe` does not pass over must stand in it.
use std::{
    fmt, fs,
    panic::{self, AssertUnwindSafe},
    path::Path,
};

use bytes::Bytes;
use mailwire_core::{Machine, Output};

/// Which end the machine under test is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The machine is the client: `S:` lines are fed, `C:` lines expected.
    Client,
    /// The machine is the server: `C:` lines are fed, `S:` lines expected.
    Server,
}

/// A machine and its caller, for transcripts.
pub trait Player {
    /// The machine.
    type Machine: Machine<Event: fmt::Debug, Error: fmt::Display>;
    /// Which end it is.
    const SIDE: Side;

    /// A fresh machine.
    fn start(&self) -> Self::Machine;

    /// What the caller does about an event.
    fn answer(&mut self, machine: &mut Self::Machine, event: &<Self::Machine as Machine>::Event);

    /// What the caller does at an `A:` line.
    fn act(&mut self, machine: &mut Self::Machine, what: &str) {
        let _ = machine;
        panic!("the player cannot {what}");
    }

    /// How an `E:` line shows the event; `None` if transcripts pass over it.
    fn describe(&self, event: &<Self::Machine as Machine>::Event) -> Option<String> {
        Some(format!("{event:?}"))
    }
}

/// Replays every `*.txt` file of a directory, each in three cuts, with a fresh player every time.
pub fn replay_all<P: Player>(dir: impl AsRef<Path>, player: impl Fn(&Path) -> P) {
    let mut paths: Vec<_> = fs::read_dir(dir.as_ref())
        .unwrap_or_else(|e| panic!("{}: {e}", dir.as_ref().display()))
        .map(|entry| entry.expect("readable entry").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "txt"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no transcripts in {}", dir.as_ref().display());
    let mut failed = Vec::new();
    for path in paths {
        let script = fs::read_to_string(&path).expect("a transcript is text");
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        // One bad dialogue does not hide the others.
        let played = panic::catch_unwind(AssertUnwindSafe(|| {
            for step in [usize::MAX, 7, 1] {
                replay(&mut player(&path), &script, step, &name);
            }
        }));
        if played.is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "dialogues that failed: {failed:?}");
}

/// Replays one transcript, feeding at most `step` octets at a time.
pub fn replay<P: Player>(player: &mut P, script: &str, step: usize, name: &str) {
    let mut stage =
        Stage { machine: player.start(), sent: Vec::new(), events: Vec::new(), failure: None };
    stage.drain(player);
    let check_events = script.lines().any(|line| line.starts_with("E:"));
    let mut lines = script.lines().enumerate().peekable();
    while let Some((number, line)) = lines.next() {
        let at = || format!("{name}:{} in pieces of {step}", number + 1);
        let Some((kind, text)) = line.split_at_checked(2) else { continue };
        let text = text.strip_prefix(' ').unwrap_or(text);
        match (kind, P::SIDE) {
            ("C:" | "C=", Side::Server) | ("S:" | "S=", Side::Client) => {
                let mut octets = octets(kind, text);
                // Everything that stands together arrives together.
                while let Some((_, more)) = lines.next_if(|(_, l)| l.starts_with(&kind[..1])) {
                    let (kind, text) = more.split_at(2);
                    octets.extend(self::octets(kind, text.strip_prefix(' ').unwrap_or(text)));
                }
                stage.feed(player, &octets, step);
            }
            ("S:" | "S=", Side::Server) | ("C:" | "C=", Side::Client) => {
                let want = octets(kind, text);
                let got: Vec<_> = stage.sent.drain(..want.len().min(stage.sent.len())).collect();
                assert_eq!(Bytes::from(got), Bytes::from(want), "{}", at());
            }
            ("A:", _) => {
                player.act(&mut stage.machine, text);
                stage.drain(player);
            }
            ("E:", _) => {
                assert!(!stage.events.is_empty(), "no event, want {text}, {}", at());
                assert_eq!(stage.events.remove(0), text, "{}", at());
            }
            ("U:", _) => {
                assert!(
                    stage.sent.is_empty(),
                    "owed before the upgrade: {:?}",
                    Bytes::from(stage.sent)
                );
                assert!(stage.machine.upgraded().is_ok(), "no upgrade is due, {}", at());
                stage.drain(player);
            }
            ("X:", _) => {
                stage.machine.handle_eof();
                stage.drain(player);
            }
            ("!:", _) => assert_eq!(stage.failure.take().as_deref(), Some(text), "{}", at()),
            _ => assert!(
                line.starts_with('#') || line.trim().is_empty(),
                "not a transcript: {}",
                at()
            ),
        }
    }
    assert!(
        stage.sent.is_empty(),
        "{name} in pieces of {step}: more was sent: {:?}",
        Bytes::from(stage.sent)
    );
    assert_eq!(stage.failure, None, "{name} in pieces of {step}: failed");
    assert!(!check_events || stage.events.is_empty(), "{name}: more events: {:?}", stage.events);
}

struct Stage<M> {
    machine: M,
    sent: Vec<u8>,
    events: Vec<String>,
    failure: Option<String>,
}

impl<M: Machine<Event: fmt::Debug, Error: fmt::Display>> Stage<M> {
    fn feed<P: Player<Machine = M>>(&mut self, player: &mut P, octets: &[u8], step: usize) {
        for piece in octets.chunks(step.min(octets.len().max(1))) {
            self.machine.handle_input(Bytes::copy_from_slice(piece));
            self.drain(player);
        }
    }

    fn drain<P: Player<Machine = M>>(&mut self, player: &mut P) {
        loop {
            match self.machine.poll_output() {
                Ok(Output::Event(event)) => {
                    self.events.extend(player.describe(&event));
                    player.answer(&mut self.machine, &event);
                }
                Ok(Output::Transmit(bytes)) => self.sent.extend_from_slice(&bytes),
                Ok(Output::Upgrade(_) | Output::NeedInput | Output::YourTurn | Output::Closed) => {
                    return;
                }
                Err(error) => {
                    self.failure = Some(error.to_string());
                    return;
                }
            }
        }
    }
}

fn octets(kind: &str, text: &str) -> Vec<u8> {
    if kind.ends_with(':') { [text.as_bytes(), b"\r\n"].concat() } else { unescape(text) }
}

/// `\r`, `\n`, `\0`, `\\` and `\xHH`.
fn unescape(text: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        octets.push(match octet {
            b'\\' => match rest.next() {
                Some(b'r') => b'\r',
                Some(b'n') => b'\n',
                Some(b'0') => 0,
                Some(b'\\') => b'\\',
                Some(b'x') => {
                    let digits = [rest.next(), rest.next()].map(Option::unwrap_or_default);
                    let digits = std::str::from_utf8(&digits).expect("digits are ASCII");
                    u8::from_str_radix(digits, 16).expect("two hex digits behind \\x")
                }
                other => panic!("unknown escape {other:?} in {text:?}"),
            },
            _ => octet,
        });
    }
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_octets() {
        assert_eq!(unescape(r"a\x2e\r\n\0\\"), b"a.\r\n\0\\");
    }
}
