use mailwire::{Bytes, Output, smtp::{Command, client::{Client, Config, Envelope, Event, TlsPolicy}}};
use std::{error::Error, io::{Read, Write}, net::TcpStream};

fn submit(mut stream: TcpStream, envelope: Envelope, message: Bytes) -> Result<bool, Box<dyn Error>> {
    let mut config = Config::new("client.example")?;
    config.tls = TlsPolicy::Never; // for a neighbour; the default requires TLS
    let mut client = Client::new(config);
    client.send(envelope)?;
    client.send(Command::Quit)?;
    let (mut accepted, mut buf) = (true, [0; 16 * 1024]);
    loop {
        match client.poll_output()? {
            Output::Event(Event::SendBody(_)) => {
                client.send_body(message.clone())?;
                client.finish_body()?;
            }
            Output::Event(Event::Recipient { outcome, .. }) => accepted &= outcome.is_accepted(),
            Output::Event(_) => {}
            Output::Transmit(bytes) => stream.write_all(&bytes)?,
            Output::NeedInput => match stream.read(&mut buf)? {
                0 => client.handle_eof(),
                n => client.handle_input(Bytes::copy_from_slice(&buf[..n])),
            },
            Output::YourTurn | Output::Upgrade(_) => return Err("not in this session".into()),
            Output::Closed => return Ok(accepted),
        }
    }
}
