//! The README's server and client, word for word, at the two ends of a connection.
use std::{fs, net::TcpListener, net::TcpStream, thread};

use mailwire::{
    Bytes,
    smtp::{Mailbox, client::Envelope},
};

mod server {
    include!("readme/server.rs");

    pub(super) fn run(stream: TcpStream) {
        serve(stream).expect("a session without errors");
    }
}

mod client {
    include!("readme/client.rs");

    pub(super) fn run(stream: TcpStream, envelope: Envelope, message: Bytes) -> bool {
        submit(stream, envelope, message).expect("a session without errors")
    }
}

#[test]
fn they_understand_each_other() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let stream = TcpStream::connect(listener.local_addr().expect("an address")).expect("a server");
    let (session, _) = listener.accept().expect("a client");
    let receiver = thread::spawn(|| server::run(session));
    let envelope = Envelope::new(Mailbox::new("a", "b.example").expect("a mailbox"))
        .with_recipient(Mailbox::new("c", "d.example").expect("a mailbox"));
    assert!(client::run(stream, envelope, Bytes::from_static(b"Subject: hi\r\n\r\n.\r\n")));
    receiver.join().expect("a session without errors");
}

#[test]
fn the_readme_shows_what_is_tested() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/readme");
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md"));
    let readme = readme.expect("a readable README");
    for name in ["server.rs", "client.rs"] {
        let code = fs::read_to_string(format!("{folder}/{name}")).expect("a readable file");
        assert!(readme.contains(&format!("```rust\n{code}```")), "README and {name} differ");
        assert!(code.lines().count() < 30, "{name} is to be short");
    }
}
