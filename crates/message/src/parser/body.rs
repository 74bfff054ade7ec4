//! Bodies: where the next delimiter is, and what looks like one.

use super::{
    Role,
    boundaries::{Delimiter, Use, Verdict},
    scanner::{Inside, Scanner, Shared, Signal, Sink, State, Step},
};
use crate::DefectCode;

/// What was looked for in a window.
enum Found {
    /// Nothing: so many octets are body.
    Body(usize),
    /// A delimiter line that begins here.
    Delimiter(usize, Delimiter),
    /// Something that looks like one. The search goes on at `resume`.
    Near { at: usize, resume: usize, code: DefectCode, level: Option<usize> },
}

impl Scanner {
    pub(super) fn body_step<S: Sink>(
        &mut self,
        shared: &mut Shared,
        window: &[u8],
        at_end: bool,
        sink: &mut S,
    ) -> Step {
        if window.is_empty() && !at_end {
            return Step::Need;
        }
        if self.offset == self.stack.last().map_or(0, |top| top.body)
            && self.role() == Role::Preamble
            && self.searched == 0
        {
            match looks_like_part(window, at_end) {
                None => return Step::Need,
                Some(false) => {}
                Some(true) => {
                    let at = self.at();
                    let code = DefectCode::PreambleLooksLikePart;
                    shared.report(sink, code, at.part, at.offset);
                }
            }
        }
        if let Some((code, part, offset)) = self.pending.take() {
            shared.report(sink, code, part, offset);
        }
        match self.search(window, at_end) {
            Found::Body(0) if !at_end => Step::Need,
            Found::Body(len) => {
                let (done, signal) = self.body(shared, &window[..len], sink);
                if at_end && done == window.len() {
                    self.finish(shared, done, signal, sink)
                } else {
                    Step::Moved(done, signal)
                }
            }
            Found::Near { at, .. } if at > 0 && self.is_decoded() => {
                // First all that can be said of what was decoded before, however the input is cut.
                let (done, signal) = self.body(shared, &window[..at], sink);
                self.searched = 0;
                Step::Moved(done, signal)
            }
            Found::Near { at, resume, code, level } => {
                self.searched = resume;
                let (_, signal) = self.body(shared, &window[..at], sink);
                let open = level.map_or(self.stack.last(), |level| self.stack.get(level));
                let part = open.map_or(self.at().part, |open| open.part);
                shared.report(sink, code, part, self.offset);
                Step::Moved(at, signal)
            }
            Found::Delimiter(at, delimiter) => self.delimiter(shared, window, at, delimiter, sink),
        }
    }

    /// The input is over behind these octets.
    fn finish<S: Sink>(
        &mut self,
        shared: &mut Shared,
        len: usize,
        signal: Signal,
        sink: &mut S,
    ) -> Step {
        if signal != Signal::None {
            return Step::Moved(len, signal);
        }
        if self.needs_flush() {
            return Step::Moved(len, Signal::Flush);
        }
        while !self.stack.is_empty() {
            self.end(shared, false, sink);
        }
        self.state = State::Done;
        Step::Moved(len, Signal::None)
    }

    /// Whether the innermost part was decoded and what came of it is not finished. Asked once only.
    fn needs_flush(&mut self) -> bool {
        let decoded = self.stack.last().is_some_and(|top| top.decoded);
        if decoded && self.state != State::Flushed {
            self.state = State::Flushed;
            return true;
        }
        false
    }

    /// A delimiter line at `at`: ends what is within its multipart, and begins the next part.
    fn delimiter<S: Sink>(
        &mut self,
        shared: &mut Shared,
        window: &[u8],
        at: usize,
        delimiter: Delimiter,
        sink: &mut S,
    ) -> Step {
        let Delimiter { level, close, content, end } = delimiter;
        let body = at - line_break(&window[..at]);
        if body > 0 {
            let (done, signal) = self.body(shared, &window[..body], sink);
            // What is left is found again, at once.
            self.searched = at - done;
            return Step::Moved(done, signal);
        }
        if self.needs_flush() {
            return Step::Moved(0, Signal::Flush);
        }
        if !close && shared.parts as usize >= shared.config.limits.parts {
            let part = self.at().part;
            shared.report(sink, DefectCode::PartsLimit, part, self.offset + at as u64);
            self.freeze();
            return Step::Moved(0, Signal::None);
        }
        self.behind_close = false;
        while self.stack.len() > level + 1 {
            self.end(shared, true, sink);
        }
        let Some(multipart) = self.stack.last_mut() else { return Step::Moved(0, Signal::None) };
        let part = multipart.part;
        let in_digest = multipart.digest;
        multipart.inside = if close { Inside::Epilogue } else { Inside::Parts };
        let len = at + 2 + if close { content } else { end };
        let role = if close { Role::CloseDelimiter } else { Role::Delimiter };
        let line = &window[..len];
        self.take(shared, part, role, line, sink);
        self.searched = 0;
        if close {
            self.boundaries.close(level);
            self.behind_close = true;
            self.state = State::Body;
        } else if self.begin(shared, Some(part), false, in_digest, sink).is_none() {
            self.freeze();
            self.state = State::Body;
        }
        Step::Moved(len, Signal::None)
    }

    fn is_decoded(&self) -> bool {
        self.stack.last().is_some_and(|top| top.decoded)
    }

    /// Takes octets of a body from the beginning of the window, and says what is odd about them.
    ///
    /// Of what has to be decoded it takes no more than up to the first oddity, so that what is said of
    /// the decoded octets before comes before it, however the input is cut.
    fn body<S: Sink>(
        &mut self,
        shared: &mut Shared,
        octets: &[u8],
        sink: &mut S,
    ) -> (usize, Signal) {
        let mut done = 0;
        if self.behind_close && !octets.is_empty() {
            // This line end belongs to the delimiter before it, since to no other one.
            self.behind_close = false;
            done = line_end(octets);
            let part = self.at().part;
            self.take(shared, part, Role::CloseDelimiter, &octets[..done], sink);
        }
        let role = self.role();
        let decoded = self.is_decoded();
        let skipped = self.stack.last().is_some_and(|top| top.skipped);
        while done < octets.len() {
            let rest = &octets[done..];
            let odd = match self.stack.last_mut() {
                Some(top) if shared.config.line_statistics => {
                    self.lines.add_until_odd(rest, &mut top.said)
                }
                _ => None,
            };
            let known = odd.map_or(rest.len(), |odd| odd.known);
            let at = self.at();
            if known > 0 {
                if !skipped {
                    sink.raw(at, role, &rest[..known]);
                }
                self.moved(&rest[..known]);
                done += known;
            }
            if let Some(odd) = odd {
                let offset = self.offset.saturating_sub(odd.back as u64);
                if decoded && done > 0 {
                    self.pending = Some((odd.code, at.part, offset));
                    break;
                }
                shared.report(sink, odd.code, at.part, offset);
            }
        }
        (done, if decoded && done > 0 { Signal::Feed(0..done) } else { Signal::None })
    }

    /// Looks for the next delimiter in the window.
    fn search(&mut self, window: &[u8], at_end: bool) -> Found {
        if self.boundaries.is_empty() && !self.behind_close {
            return Found::Body(window.len());
        }
        let mut from = self.searched;
        if self.within_run {
            from += window
                .get(from..)
                .unwrap_or_default()
                .iter()
                .take_while(|&&octet| octet == b'-')
                .count();
            self.within_run = from == window.len();
        }
        while let Some(found) = self.dashes.find(window.get(from..).unwrap_or_default()) {
            let at = from + found;
            let run = window[at + 2..].iter().take_while(|&&octet| octet == b'-').count();
            let run_end = at + 2 + run;
            let at_line_start =
                at.checked_sub(1).map_or(self.at_line_start, |before| window[before] == b'\n');
            if at_line_start {
                let near = |code, level| Found::Near { at, resume: run_end, code, level };
                let verdict = self.boundaries.line(&window[at + 2..], at_end);
                let is_near = matches!(verdict, Verdict::Text { .. } | Verdict::Idle(_));
                self.within_run = is_near && run_end == window.len();
                match verdict {
                    Verdict::Delimiter(delimiter) => return Found::Delimiter(at, delimiter),
                    Verdict::Wait => {
                        self.searched = at;
                        return self.held(window, at, at_end);
                    }
                    Verdict::Text { level } => {
                        return near(DefectCode::DelimiterTrailingText, Some(level));
                    }
                    Verdict::Idle(Use::Watched) => {
                        return near(DefectCode::NonMultipartLooksLikeMultipart, None);
                    }
                    Verdict::Idle(_) => return near(DefectCode::ContentAfterClose, None),
                    Verdict::No => {}
                }
            }
            if run_end == window.len() && !at_end {
                // The run may go on, and what counts are its last dashes.
                let most = self.boundaries.most_dashes() + 2;
                self.searched = at;
                return self.held(window, at.max(run_end.saturating_sub(most)), at_end);
            }
            if window.get(run_end).is_none_or(|&octet| self.boundaries.may_follow_dashes(octet)) {
                for dashes in self.boundaries.leading_dashes() {
                    let Some(start) = run_end.checked_sub(dashes + 2) else { continue };
                    if start < at || start == at && at_line_start {
                        continue;
                    }
                    match self.boundaries.within_line(&window[start + 2..], at_end) {
                        None => {
                            self.searched = start;
                            return self.held(window, start, at_end);
                        }
                        Some(Some(len)) => {
                            let (resume, code) = (start + 2 + len, DefectCode::MidLineBoundary);
                            return Found::Near { at: start, resume, code, level: None };
                        }
                        Some(None) => {}
                    }
                }
            }
            from = run_end;
        }
        self.searched = window.len();
        let dash = usize::from(window.last() == Some(&b'-') && from < window.len());
        self.held(window, window.len() - dash, at_end)
    }

    /// What of the window is body for certain: not the line break before `at`, which may belong to a
    /// delimiter.
    fn held(&mut self, window: &[u8], at: usize, at_end: bool) -> Found {
        if at_end {
            self.searched = 0;
            return Found::Body(window.len());
        }
        let mut certain = at - line_break(&window[..at]);
        if at == window.len() && window.last() == Some(&b'\r') {
            certain = at - 1;
        }
        self.searched = self.searched.min(at);
        Found::Body(certain)
    }
}

/// The length of the line break at the end.
fn line_break(octets: &[u8]) -> usize {
    match octets {
        [.., b'\r', b'\n'] => 2,
        [.., b'\n'] => 1,
        _ => 0,
    }
}

/// The length of the line break at the beginning.
fn line_end(octets: &[u8]) -> usize {
    match octets {
        [b'\r', b'\n', ..] => 2,
        [b'\n', ..] => 1,
        _ => 0,
    }
}

/// Whether a preamble begins with a field of MIME.
fn looks_like_part(window: &[u8], at_end: bool) -> Option<bool> {
    const PREFIX: &[u8] = b"content-";
    let len = window.len().min(PREFIX.len());
    match window[..len].eq_ignore_ascii_case(&PREFIX[..len]) {
        true if len == PREFIX.len() => Some(true),
        true if !at_end => None,
        _ => Some(false),
    }
}
