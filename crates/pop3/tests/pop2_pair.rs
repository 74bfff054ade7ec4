//! The POP2 client wired to the POP2 server: what is in the mailboxes arrives, octet for octet, and what
//! was acknowledged by ACKD is what is to be deleted.
use bytes::Bytes;
use mailwire_core::Output;
use mailwire_pop3::{
    MessageNumber,
    pop2::{
        Acknowledgement, Command, Reply,
        client::{self, Client, NotSent, Outcome},
        server::{self, Server},
    },
};
use proptest::{collection::vec, prelude::*, sample::select};

/// What a client does with one message.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Keep,
    Delete,
    Twice,
}

type Mailbox = (Vec<Vec<u8>>, Vec<(u32, Deed)>);

#[derive(Clone, Debug)]
struct Script {
    /// The mailboxes, and what is done with which message of each.
    mailboxes: Vec<Mailbox>,
    cuts: Vec<usize>,
}

fn scripts() -> impl Strategy<Value = Script> {
    let message = vec(select(b".\r\n-=+#a\0\xff".to_vec()), 0..30);
    let deed = select(vec![Deed::Keep, Deed::Delete, Deed::Twice]);
    let mailbox = (vec(message, 0..4), vec((0..5u32, deed), 0..6));
    (vec(mailbox, 1..4), vec(1..30usize, 1..6))
        .prop_map(|(mailboxes, cuts)| Script { mailboxes, cuts })
}

/// What should come of it, done the obvious way.
fn expected(script: &Script) -> (Vec<Vec<u8>>, Vec<Vec<u32>>) {
    let (mut received, mut expunged) = (Vec::new(), Vec::new());
    for (messages, deeds) in &script.mailboxes {
        let mut deleted = Vec::new();
        for &(at, deed) in deeds {
            let there = at.checked_sub(1).and_then(|at| messages.get(at as usize));
            let Some(message) = there.filter(|m| !m.is_empty() && !deleted.contains(&(at))) else {
                continue;
            };
            received.push(message.clone());
            match deed {
                Deed::Keep => {}
                Deed::Delete => deleted.push(at),
                Deed::Twice => received.push(message.clone()),
            }
        }
        deleted.sort_unstable();
        expunged.push(deleted);
    }
    (received, expunged)
}

/// Both machines, and the octets on the way cut as the script says.
fn talk(script: &Script) -> (Vec<Vec<u8>>, Vec<Vec<u32>>) {
    let mut client = Client::new(client_config());
    let mut server = Server::new(server_config());
    client.send(Command::helo("fred astaire", "\\ \\").unwrap()).unwrap();
    for (at, (_, deeds)) in script.mailboxes.iter().enumerate() {
        client.send(Command::fold(&format!("box {at}")).unwrap()).unwrap();
        for &(number, deed) in deeds {
            client.send(Command::Read(Some(number))).unwrap();
            client.send(Command::Retr).unwrap();
            let acknowledgement = match deed {
                Deed::Keep => Acknowledgement::Save,
                Deed::Delete => Acknowledgement::Delete,
                Deed::Twice => Acknowledgement::Again,
            };
            client.send(Command::Acknowledge(acknowledgement)).unwrap();
            if matches!(deed, Deed::Twice) {
                client.send(Command::Retr).unwrap();
                client.send(Command::Acknowledge(Acknowledgement::Save)).unwrap();
            }
        }
    }
    client.send(Command::Quit).unwrap();
    let (mut to_server, mut to_client) = (Vec::new(), Vec::new());
    let (mut received, mut expunged) = (Vec::new(), Vec::new());
    let (mut message, mut open) = (Vec::new(), None);
    let mut cuts = script.cuts.iter().copied().cycle();
    loop {
        match client.poll_output().unwrap() {
            Output::Event(client::Event::Chunk(octets)) => message.extend_from_slice(&octets),
            Output::Event(client::Event::Done { outcome, .. }) => match outcome {
                Outcome::Received { octets } => {
                    assert_eq!(octets, message.len() as u64);
                    received.push(std::mem::take(&mut message));
                }
                Outcome::Accepted(_)
                | Outcome::NotSent(NotSent::NothingToRetrieve | NotSent::OutOfPlace) => {}
                other => panic!("{other:?}"),
            },
            Output::Event(client::Event::Greeting(_)) => {}
            Output::Transmit(octets) => to_server.extend_from_slice(&octets),
            Output::NeedInput => {
                let len = cuts.next().unwrap().min(to_client.len());
                client.handle_input(to_client.drain(..len).collect());
            }
            Output::Closed => return (received, expunged),
            other => panic!("{other:?}"),
        }
        match server.poll_output().unwrap() {
            Output::Event(event) => {
                serve(script, &mut server, &mut open, &mut expunged, event);
            }
            Output::Transmit(octets) => to_client.extend_from_slice(&octets),
            Output::NeedInput => {
                let len = cuts.next().unwrap().min(to_server.len());
                server.handle_input(to_server.drain(..len).collect());
            }
            Output::Closed => {}
            other => panic!("{other:?}"),
        }
    }
}

fn serve(
    script: &Script,
    server: &mut Server,
    open: &mut Option<usize>,
    expunged: &mut Vec<Vec<u32>>,
    event: server::Event,
) {
    use server::Event;

    let mut expunge = |messages: Vec<MessageNumber>| {
        expunged.push(messages.iter().map(|message| message.get()).collect());
    };
    let message = |open: Option<usize>, message: MessageNumber| {
        &script.mailboxes[open.unwrap()].0[message.get() as usize - 1]
    };
    match event {
        Event::Hello { user, password } => {
            assert_eq!(
                (user.as_str(), password.secret().as_bytes()),
                ("fred astaire", &b"\\ \\"[..])
            );
            server.reply(&Reply::count(9)).unwrap();
        }
        Event::Fold { mailbox, expunge: messages } => {
            if open.is_some() {
                expunge(messages);
            }
            let at = mailbox.as_str().strip_prefix("box ").unwrap().parse().unwrap();
            *open = Some(at);
            server
                .reply(&Reply::count(u32::try_from(script.mailboxes[at].0.len()).unwrap()))
                .unwrap();
        }
        Event::Size(number) => {
            server.reply(&Reply::length(message(*open, number).len() as u64)).unwrap();
        }
        Event::Retrieve { message: number, .. } => {
            server.send_body(Bytes::copy_from_slice(message(*open, number))).unwrap();
            server.finish_body().unwrap();
        }
        Event::Quit { expunge: messages } => {
            expunge(messages);
            server.accept().unwrap();
        }
        Event::Acknowledged { .. } => {}
        other => panic!("the client is at fault: {other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_in_the_mailbox_arrives(script in scripts()) {
        prop_assert_eq!(talk(&script), expected(&script));
    }
}

fn server_config() -> server::Config {
    let mut config = server::Config::new("mx.example").unwrap();
    config.plaintext_auth_without_tls = true;
    config
}

fn client_config() -> client::Config {
    let mut config = client::Config::default();
    config.plaintext_auth_without_tls = true;
    config
}
