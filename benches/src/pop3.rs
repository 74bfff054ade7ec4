//! POP3 sessions up to where a measurement starts.
use std::{hint::black_box, sync::Arc};

use bytes::Bytes;
use mailwire_core::Output;
use mailwire_pop3::{
    Command,
    client::{self, Client, Login, TlsPolicy},
    server::{self, Event, Maildrop, Server},
};

/// How the client of the benches is set up.
pub fn client_config() -> Arc<client::Config> {
    let mut config = client::Config::default();
    config.tls = TlsPolicy::Never;
    config.plaintext_auth_without_tls = true;
    config.capa_after_login = false;
    Arc::new(config)
}

/// A client that is logged in.
pub fn client(config: &Arc<client::Config>) -> Client {
    let mut client = Client::new(config.clone());
    let login = Login::password("tim", "tanstaaf", "fyko").expect("good credentials");
    client.send(login).expect("the session begins");
    let mut replies = ["+OK ready\r\n", "+OK\r\nUSER\r\nPIPELINING\r\n.\r\n", "+OK\r\n", "+OK\r\n"]
        .into_iter()
        .map(|reply| Bytes::from_static(reply.as_bytes()));
    while !client.is_logged_in() {
        if let Output::NeedInput = client.poll_output().expect("a session without errors") {
            client.handle_input(replies.next().expect("a reply"));
        }
    }
    while !matches!(client.poll_output(), Ok(Output::NeedInput)) {}
    client
}

/// Asks for something and does all that can be done without an answer.
pub fn ask(client: &mut Client, command: Command) {
    client.send(command).expect("the session goes on");
    while !matches!(client.poll_output(), Ok(Output::NeedInput)) {}
}

/// How the server of the benches is set up.
pub fn server_config() -> Arc<server::Config> {
    let mut config = server::Config::new("POP3 server ready").expect("a greeting");
    config.plaintext_auth_without_tls = true;
    Arc::new(config)
}

/// A server that has opened a maildrop of so many messages.
pub fn server(config: &Arc<server::Config>, messages: u32) -> Server {
    let mut server = Server::new(config.clone());
    server.handle_input(Bytes::from_static(b"USER tim\r\nPASS tanstaaf\r\n"));
    loop {
        match server.poll_output().expect("a session without errors") {
            Output::Event(Event::Open(_)) => {
                server.open(Maildrop::new(messages)).expect("asked for");
            }
            Output::Event(_) => server.accept().expect("asked for"),
            Output::Transmit(octets) => {
                black_box(octets);
            }
            _ => return server,
        }
    }
}
