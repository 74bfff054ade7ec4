//! What happens in a session, and what a client can be asked to do.

use bytes::Bytes;
use mailwire_imap::{
    Atom, Command, Frame, Mailbox, ReadOptions,
    client::{self, Request, TlsPolicy},
    command::{AppendData, AppendMessage, CatenatePart, LiteralForm},
    server,
};
use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, client::Exchange};

/// What happens in a session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setup {
    /// What both ends can do.
    pub(crate) switches: u32,
    /// Messages in INBOX.
    pub(crate) messages: u8,
    /// What the client asks for: first all of one batch at once, then, when that is through, the next.
    pub(crate) batches: Vec<Vec<[u8; 3]>>,
    /// What other sessions do, one after the other.
    pub(crate) others: Vec<[u8; 2]>,
    /// How many octets go over the wire at a time.
    pub(crate) cuts: Vec<u8>,
    /// How the server's caller decides.
    pub(crate) answers: Vec<u8>,
}

impl Setup {
    pub(super) fn on(&self, bit: u32) -> bool {
        self.switches >> bit & 1 != 0
    }

    pub(super) fn starts_tls(&self) -> bool {
        self.on(0)
    }

    pub(super) fn server(&self) -> server::Config {
        let literals = match (self.on(1), self.on(2)) {
            (true, true) => "LITERAL+",
            (true, false) => "LITERAL-",
            (false, _) => "",
        };
        let mut config = server::Config::new("ready")
            .without("LITERAL+")
            .offering(literals)
            .and_then(|config| {
                config.offering("UIDPLUS MOVE ESEARCH MULTIAPPEND CATENATE NAMESPACE")
            })
            .and_then(|config| config.offering("CONDSTORE QRESYNC UIDONLY UTF8=ACCEPT"))
            .and_then(|config| config.offering(if self.on(3) { "IMAP4rev2" } else { "" }))
            .and_then(|config| config.offering(if self.on(0) { "STARTTLS" } else { "" }))
            .and_then(|config| config.offering("COMPRESS=DEFLATE UNAUTHENTICATE"))
            .expect("atoms");
        if self.on(4) {
            config = config.without("SASL-IR");
        }
        config.plaintext_auth_without_tls = true;
        config.auth = Mechanism::ALL.to_vec();
        if self.on(5) {
            config.owed = 1;
        }
        config.append_limit = Some(20_000);
        config
    }

    pub(super) fn client(&self) -> client::Config {
        let mut config = client::Config::default();
        config.tls = if self.starts_tls() { TlsPolicy::Require } else { TlsPolicy::Never };
        config.plaintext_auth_without_tls = true;
        config.pipelining = !self.on(6);
        config.compress = self.on(7);
        config.stream_above = if self.on(8) { 8 } else { 4_096 };
        let names = ["CONDSTORE", "QRESYNC", "UIDONLY", "UTF8=ACCEPT", "IMAP4rev2"];
        let wanted = (9..).zip(&names).filter(|(bit, _)| self.on(*bit));
        config.enable = wanted.map(|(_, name)| Atom::new(*name).expect("an atom")).collect();
        config
    }

    pub(super) fn login(&self) -> Request {
        let binding = ChannelBinding::TlsExporter([7; 32].into());
        let (mechanism, binding) = match self.switches >> 14 & 3 {
            0 => return command("LOGIN tim secret").into(),
            1 => (Mechanism::Plain, ChannelBinding::None),
            2 if self.starts_tls() => (Mechanism::ScramSha256Plus, binding),
            _ => (Mechanism::ScramSha256, ChannelBinding::None),
        };
        let tim = Credentials::password("tim", "secret").expect("credentials");
        let exchange = Exchange::new(mechanism, &tim, "fyko", &binding).expect("all is there");
        exchange.with_iterations(4_096..=4_096).into()
    }

    pub(super) fn answer(&self, number: usize) -> u8 {
        self.answers.get(number % self.answers.len().max(1)).copied().unwrap_or(0)
    }
}

pub(super) fn command(line: &str) -> Command {
    let frame = Frame::new(format!("x {line}\r\n").into());
    Command::parse(&frame, ReadOptions::default()).expect("a command").value.command
}

/// A text to append, of any octets but NUL.
pub(super) fn octets(seed: u8) -> Bytes {
    let len = [1, 7, 300, 4_096, 4_097, 19_000, 30_000][usize::from(seed) % 7];
    (0..=u8::MAX).cycle().take(len).map(|at| (at ^ seed) & 0x7f | 1).collect()
}

/// What `act` asks for, and the texts that come with it.
pub(super) fn request(
    [kind, a, b]: [u8; 3],
    first_uid: u32,
    place: usize,
) -> (Request, Vec<Bytes>) {
    let (from, to) = (u32::from(a % 9) + 1, u32::from(b % 9) + 1);
    let (flag, action) = (
        ["\\Seen", "\\Deleted", "\\Flagged"][usize::from(a >> 4) % 3],
        ["+", "-", ""][usize::from(b >> 4) % 3],
    );
    let set = |shift: u32| match a >> 5 & 3 {
        0 => format!("{}", from + shift),
        1 => format!("{}:{}", from + shift, to + shift),
        2 => format!("{}:*", from.min(3) + shift),
        _ => format!("{},{}", from + shift, to + shift),
    };
    let (set, uids) = (set(0), set(first_uid - 1));
    let uids_only = kind >> 5 & 1 != 0;
    let (uid, which) = if uids_only { ("UID ", &uids) } else { ("", &set) };
    let line = match kind % 20 {
        0 => "NOOP".into(),
        1 => format!("{uid}FETCH {which} (UID FLAGS)"),
        2 => format!("{uid}FETCH {which} (BODY.PEEK[])"),
        // So that it can be told which messages the server took for those that were meant.
        3 if !uids_only && action != "-" => format!("STORE {set} {action}FLAGS ({flag} m{place})"),
        3 => format!("{uid}STORE {which} {action}FLAGS ({flag})"),
        4 => format!("{uid}SEARCH UNSEEN {uid}{which}"),
        5 => format!("{uid}SEARCH RETURN (MIN MAX COUNT ALL) ALL"),
        6 => "EXPUNGE".into(),
        7 => format!("UID EXPUNGE {uids}"),
        8 => format!("{uid}COPY {which} Other"),
        9 => format!("{uid}MOVE {which} Other"),
        10 => "IDLE".into(),
        11 => "LIST \"\" *".into(),
        12 => "STATUS \"Other\" (MESSAGES UIDNEXT)".into(),
        13 => "XPING".into(),
        14 => "CAPABILITY".into(),
        15 => format!("COPY {set} \"nowhere &AOQ-\""),
        16 | 17 => {
            let texts: Vec<Bytes> = (0..=a % 3).map(|more| octets(b.wrapping_add(more))).collect();
            let streamed = |text: &Bytes| AppendData::Streamed {
                size: text.len() as u64,
                form: LiteralForm::Literal,
            };
            let messages: Vec<_> =
                texts.iter().map(|text| AppendMessage::new(streamed(text))).collect();
            let messages = messages.try_into().expect("one at least");
            return (Command::Append { mailbox: Mailbox::INBOX, messages }.into(), texts);
        }
        18 => {
            let message = AppendMessage::new(AppendData::Octets(octets(b)));
            let mailbox = Mailbox::new("Other").expect("a name");
            return (Command::Append { mailbox, messages: message.into() }.into(), Vec::new());
        }
        _ => {
            let text = octets(a);
            let parts = vec![
                CatenatePart::Text("Subject: x\r\n\r\n".into()),
                CatenatePart::StreamedText { size: text.len() as u64, form: LiteralForm::Literal },
            ];
            let message = AppendMessage::new(AppendData::Catenate(parts));
            let append = Command::Append { mailbox: Mailbox::INBOX, messages: message.into() };
            return (append.into(), vec![text]);
        }
    };
    (command(&line).into(), Vec::new())
}
