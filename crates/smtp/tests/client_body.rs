//! When a message may be sent.
use mailwire_core::Output;
use mailwire_smtp::{
    Error, Mailbox,
    client::{Client, Config, Envelope, Event, TlsPolicy},
};

/// A refused recipient is told before the message is due; to send it already then is misuse.
#[test]
fn a_body_before_send_body_is_misuse() {
    let mut config = Config::new("client.example").unwrap();
    config.tls = TlsPolicy::Never;
    let mut client = Client::new(config);
    let to = |name| Mailbox::new(name, "mx.example").unwrap();
    let envelope = Envelope::new(to("a")).with_recipient(to("b")).with_recipient(to("c"));
    let id = client.send(envelope).unwrap();
    client.handle_input("220 mx\r\n250-mx\r\n250 PIPELINING\r\n".into());
    client.handle_input("250 Ok\r\n250 Ok\r\n550 No\r\n354 Go\r\n".into());
    let mut refused = false;
    loop {
        match client.poll_output().unwrap() {
            Output::Event(Event::Recipient { index: 1, .. }) => {
                assert_eq!(client.send_body("x".into()), Err(Error::Misuse));
                assert_eq!(client.finish_body(), Err(Error::Misuse));
                assert_eq!(client.abandon_body(), Err(Error::Misuse));
                refused = true;
            }
            Output::Event(Event::SendBody(due)) => {
                assert_eq!(due, id);
                break;
            }
            Output::Event(_) | Output::Transmit(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(refused);
    assert_eq!(client.send_body("x".into()), Ok(()));
}
