//! The connection: what one end transmits, the other is handed.
use std::{error::Error, io::Write};

use mailwire_core::{Machine, Output};

/// A connection between two machines that shows what is said.
#[expect(missing_debug_implementations, reason = "a writer has nothing to show")]
pub struct Wire<'o> {
    out: &'o mut dyn Write,
    /// How many lines of one piece are shown.
    lines: usize,
}

impl<'o> Wire<'o> {
    /// Shows every line.
    pub fn whole(out: &'o mut dyn Write) -> Self {
        Self { out, lines: usize::MAX }
    }

    /// Shows the beginning and the end of what is long.
    pub fn short(out: &'o mut dyn Write) -> Self {
        Self { out, lines: 10 }
    }

    /// Lets them talk until both have nothing more to say. The functions say what each end does about its
    /// events.
    pub fn connect<C, S>(
        &mut self,
        client: &mut C,
        mut at_client: impl FnMut(&mut C, C::Event) -> Result<(), C::Error>,
        server: &mut S,
        mut at_server: impl FnMut(&mut S, S::Event) -> Result<(), S::Error>,
    ) -> Result<(), Box<dyn Error>>
    where
        C: Machine<Error: Error + 'static>,
        S: Machine<Error: Error + 'static>,
    {
        loop {
            let heard = self.carry("C", client, &mut at_client, server)?;
            let answered = self.carry("S", server, &mut at_server, client)?;
            if !heard && !answered {
                return Ok(());
            }
        }
    }

    /// Carries all that one end has to say to the other; gives whether that was anything.
    fn carry<M, P>(
        &mut self,
        name: &str,
        machine: &mut M,
        mut act: impl FnMut(&mut M, M::Event) -> Result<(), M::Error>,
        peer: &mut P,
    ) -> Result<bool, Box<dyn Error>>
    where
        M: Machine<Error: Error + 'static>,
        P: Machine,
    {
        let mut said = Vec::new();
        loop {
            match machine.poll_output()? {
                Output::Event(event) => act(machine, event)?,
                Output::Transmit(octets) => {
                    said.extend_from_slice(&octets);
                    peer.handle_input(octets);
                }
                Output::NeedInput | Output::Closed => break,
                Output::YourTurn | Output::Upgrade(_) => return Err("not on this tour".into()),
            }
        }
        self.show(name, &said)?;
        Ok(!said.is_empty())
    }

    fn show(&mut self, name: &str, said: &[u8]) -> std::io::Result<()> {
        let said = String::from_utf8_lossy(said);
        let lines: Vec<_> = said.lines().collect();
        let left_out = lines.len().saturating_sub(self.lines);
        let last = if left_out > 1 { self.lines / 2 } else { lines.len() };
        for (at, line) in lines.iter().enumerate() {
            if at == last {
                writeln!(self.out, "   [{left_out} lines]")?;
            }
            if at < last || at >= last + left_out {
                writeln!(self.out, "{}", format!("{name}: {line}").trim_end())?;
            }
        }
        Ok(())
    }
}
