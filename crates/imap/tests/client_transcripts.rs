//! Dialogues of the client machine: `tests/client/*.txt`, replayed in three cuts.
//!
//! A line `# config: words` sets the client up, see [`config`]; `A:` lines say what the caller does, see
//! [`Caller::act`].

use bytes::Bytes;
use mailwire_imap::{
    Atom, Command, Data, Encoder, Error, Frame, FrameLimits, Leniency, Mailbox, Peer, ReadOptions,
    Response, Status, Tag,
    client::{Client, Config, Event, Handle, Outcome, Request, TlsPolicy},
    command::{AppendData, AppendMessage, CatenatePart, LiteralForm},
};
use mailwire_sasl::{ChannelBinding, Credentials, Mechanism, client::Exchange};
use std::{fs, num::NonZeroU32, path::Path};
use testkit::transcript::{Player, Side, replay_all};

#[test]
fn transcripts() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/client");
    replay_all(dir, |path| {
        let script = fs::read_to_string(path).unwrap();
        let words = script.lines().find_map(|line| line.strip_prefix("# config: ")).unwrap_or("");
        Caller { words: words.into(), body: Vec::new(), asked: Vec::new() }
    });
}

struct Caller {
    words: String,
    /// The text that is coming in.
    body: Vec<u8>,
    /// What was asked for, in its order.
    asked: Vec<Handle>,
}

/// Without TLS unless told otherwise.
fn config(words: &str) -> Config {
    let mut config = Config::default();
    config.tls = TlsPolicy::Never;
    config.plaintext_auth_without_tls = true;
    for word in words.split_whitespace() {
        match word.split_once('=').unwrap_or((word, "")) {
            ("require-tls", _) => {
                config.tls = TlsPolicy::Require;
                config.plaintext_auth_without_tls = false;
            }
            ("tls-if-offered", _) => config.tls = TlsPolicy::IfOffered,
            ("implicit-tls", _) => config.implicit_tls = true,
            ("no-plaintext-auth", _) => config.plaintext_auth_without_tls = false,
            ("no-pipelining", _) => config.pipelining = false,
            ("strict", _) => config.leniency = Leniency::Strict,
            ("compress", _) => config.compress = true,
            ("enable", name) => config.enable.push(Atom::new(name).unwrap()),
            ("ignore", name) => config.ignored.push(Atom::new(name).unwrap()),
            ("prefix", prefix) => config.tag_prefix = Tag::new(prefix).unwrap(),
            ("stream-above", octets) => config.stream_above = octets.parse().unwrap(),
            ("line", octets) => {
                config.limits.line = octets.parse().unwrap();
                config.early_limits.line = config.limits.line;
            }
            ("frame", octets) => {
                config.limits.frame = octets.parse().unwrap();
                config.early_limits.frame = config.limits.frame;
            }
            other => panic!("no such word: {other:?}"),
        }
    }
    let FrameLimits { .. } = config.limits;
    config
}

const NONCE: &str = "fyko+d2lbbFgONRv9qkxdawL";

impl Player for Caller {
    type Machine = Client;
    const SIDE: Side = Side::Client;

    fn start(&self) -> Client {
        Client::new(config(&self.words))
    }

    fn answer(&mut self, _: &mut Client, event: &Event) {
        match event {
            Event::Chunk(octets) => {
                assert!(!octets.is_empty());
                self.body.extend_from_slice(octets);
            }
            Event::Body(_) => self.body.clear(),
            _ => {}
        }
    }

    /// - `auth MECHANISM [USER [PASSWORD]]`: by default as user, with the password pencil;
    /// - `token MECHANISM USER TOKEN`, `external [USER]`, `anonymous`;
    /// - `append BOX SIZE..`, `append8 BOX SIZE..`, `append_utf8 BOX SIZE..`,
    ///   `catenate BOX SIZE..`, `replace NUMBER BOX SIZE`: texts that the caller sends;
    /// - `appendtext BOX TEXT`: one that the machine sends;
    /// - `body TEXT`, `finish`, `abandon`: the text that is asked for;
    /// - `done`: ends IDLE;
    /// - `misuse COMMAND`: a command that must be refused; `misuse` alone: everything else that must;
    /// - any other: a command as it goes on the wire.
    fn act(&mut self, client: &mut Client, what: &str) {
        let words: Vec<_> = what.split(' ').collect();
        let request = match words[..] {
            ["auth", mechanism, ..] => {
                let user = words.get(2).copied().unwrap_or("user");
                let password = words.get(3).copied().unwrap_or("pencil");
                let user = Credentials::password(user, password).unwrap();
                let mechanism: Mechanism = mechanism.parse().unwrap();
                let binding = if mechanism.is_plus() {
                    ChannelBinding::TlsExporter([7; 32].into())
                } else {
                    ChannelBinding::None
                };
                Exchange::new(mechanism, &user, NONCE, &binding).unwrap().into()
            }
            ["token", mechanism, user, token] => {
                let user = Credentials::bearer(user, token).unwrap();
                exchange(mechanism.parse().unwrap(), &user)
            }
            ["external"] => exchange(Mechanism::External, &Credentials::external()),
            ["external", user] => {
                let user = Credentials::external().with_authzid(user).unwrap();
                exchange(Mechanism::External, &user)
            }
            ["anonymous"] => {
                exchange(Mechanism::Anonymous, &Credentials::anonymous("sirhc").unwrap())
            }
            [name @ ("append" | "append8" | "append_utf8"), mailbox, ref sizes @ ..] => {
                let form = match name {
                    "append8" => LiteralForm::Literal8,
                    "append_utf8" => LiteralForm::Utf8,
                    _ => LiteralForm::Literal,
                };
                let messages = sizes.iter().map(|size| {
                    AppendMessage::new(AppendData::Streamed { size: size.parse().unwrap(), form })
                });
                let mailbox = Mailbox::new(mailbox).unwrap();
                Command::Append {
                    mailbox,
                    messages: messages.collect::<Vec<_>>().try_into().unwrap(),
                }
                .into()
            }
            ["appendtext", mailbox, ref text @ ..] => {
                let text = text.join(" ");
                let message = AppendMessage::new(AppendData::Octets(text.into()));
                let mailbox = Mailbox::new(mailbox).unwrap();
                Command::Append { mailbox, messages: message.into() }.into()
            }
            ["catenate", mailbox, ref sizes @ ..] => {
                let parts = sizes.iter().map(|size| CatenatePart::StreamedText {
                    size: size.parse().unwrap(),
                    form: LiteralForm::Literal,
                });
                let message = AppendMessage::new(AppendData::Catenate(parts.collect()));
                let mailbox = Mailbox::new(mailbox).unwrap();
                Command::Append { mailbox, messages: message.into() }.into()
            }
            ["replace", number, mailbox, size] => Command::Replace {
                number: number.parse::<NonZeroU32>().unwrap().into(),
                mailbox: Mailbox::new(mailbox).unwrap(),
                message: AppendMessage::streamed(size.parse().unwrap()),
                uid: false,
            }
            .into(),
            ["body", ..] => {
                let text = Bytes::copy_from_slice(&what.as_bytes()["body ".len()..]);
                return client.send_body(text).unwrap();
            }
            ["finish"] => return client.finish_body().unwrap(),
            ["abandon"] => return client.abandon_body().unwrap(),
            ["done"] => return client.done().unwrap(),
            ["misuse", ..] => {
                return misuse(client, words.get(1).map(|_| &what["misuse ".len()..]));
            }
            _ => command(what).into(),
        };
        self.asked.push(client.send(request).unwrap());
    }

    fn describe(&self, event: &Event) -> Option<String> {
        let nth = |handle: &Handle| {
            let place = self.asked.iter().position(|asked| asked == handle).unwrap();
            place + 1
        };
        Some(match event {
            Event::Greeting(status) => format!("Greeting {}", show(status)),
            Event::Ready { tls, authenticated, .. } => {
                let tls = if *tls { " under TLS" } else { "" };
                let authenticated = if *authenticated { ", logged in" } else { "" };
                format!("Ready{tls}{authenticated}")
            }
            Event::Done { handle, result } => format!("Done {} {}", nth(handle), describe(result)),
            Event::SendBody { handle, index, size } => {
                format!("SendBody {} [{index}] {size}", nth(handle))
            }
            Event::Idling(handle) => format!("Idling {}", nth(handle)),
            Event::TokenRefused { handle, error } => {
                format!("TokenRefused {} {}", nth(handle), error.status)
            }
            Event::Data(data) => print(Response::Data(data.clone())),
            Event::Status(status) => show(status),
            Event::Body(body) => {
                let uid = body.uid.map(|uid| format!(" uid {uid}")).unwrap_or_default();
                let by_uid = if body.by_uid { " by uid" } else { "" };
                format!("Body {}{by_uid}{uid} {:?}", body.number, body.item)
            }
            Event::Chunk(_) => return None,
            Event::BodyEnd => format!("BodyEnd '{}'", self.body.escape_ascii()),
            Event::Repaired(repairs) => {
                let quirks: Vec<_> =
                    repairs.as_slice().iter().map(|repair| format!("{:?}", repair.quirk)).collect();
                format!("Repaired {}", quirks.join(" "))
            }
            Event::Invalid { raw, why } => format!("Invalid '{}': {why}", raw.escape_ascii()),
            Event::Discarded(status) => format!("Discarded {}", show(status)),
            Event::Bye(status) => format!("Bye {}", show(status)),
            other => panic!("no such event: {other:?}"),
        })
    }
}

fn exchange(mechanism: Mechanism, credentials: &Credentials) -> Request {
    Exchange::new(mechanism, credentials, NONCE, &ChannelBinding::None).unwrap().into()
}

/// What must be refused, and change nothing.
fn misuse(client: &mut Client, line: Option<&str>) {
    let before = format!("{client:?}");
    match line {
        Some(line) => assert_eq!(client.send(command(line)), Err(Error::Misuse)),
        None => {
            assert_eq!(client.upgraded(), Err(Error::Misuse));
            assert_eq!(client.done(), Err(Error::Misuse));
            match client.body_left() {
                None => {
                    assert_eq!(client.send_body(Bytes::new()), Err(Error::Misuse));
                    assert_eq!(client.finish_body(), Err(Error::Misuse));
                    assert_eq!(client.abandon_body(), Err(Error::Misuse));
                }
                Some(left) => {
                    let more = vec![b'x'; usize::try_from(left).unwrap() + 1];
                    assert_eq!(client.send_body(more.into()), Err(Error::Misuse));
                    assert!(left == 0 || client.finish_body() == Err(Error::Misuse));
                    assert_eq!(client.body_left(), Some(left));
                }
            }
        }
    }
    assert_eq!(format!("{client:?}"), before);
}

fn command(line: &str) -> Command {
    let frame = Frame::new(format!("x {line}\r\n").into());
    let command = Command::parse(&frame, ReadOptions::default());
    command.unwrap_or_else(|error| panic!("{line}: {error}")).value.command
}

fn print(response: Response) -> String {
    if let Response::Data(Data::Fetch(fetch)) = &response
        && format!("{fetch:?}").contains("Streamed")
    {
        let items: Vec<_> = fetch.items().map(|item| format!("{item:?}")).collect();
        return format!("* {} FETCH, {} items, streamed", fetch.number, items.len());
    }
    let mut out = Encoder::new(Peer::CLIENT);
    response.encode(&mut out);
    let wire = out.finish().wire;
    String::from_utf8_lossy(wire.trim_ascii_end()).replace('\r', "\\r").replace('\n', "\\n")
}

fn show(status: &Status) -> String {
    print(Response::Status(status.clone()))
}

fn describe(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Ok(status) | Outcome::No(status) | Outcome::Bad(status) => show(status),
        Outcome::Unreadable { raw, why } => format!("Unreadable '{}': {why}", raw.escape_ascii()),
        Outcome::NotSent(reason) => format!("NotSent: {reason}"),
        Outcome::Lost => "Lost".into(),
        Outcome::Abandoned => "Abandoned".into(),
        Outcome::Distrusted(error) => format!("Distrusted: {error}"),
        other => panic!("no such outcome: {other:?}"),
    }
}
