use mailwire::{Bytes, Output, smtp::server::{Config, Event, Server}};
use std::{error::Error, io::{Read, Write}, net::TcpStream};

fn serve(mut stream: TcpStream) -> Result<(), Box<dyn Error>> {
    let mut server = Server::new(Config::new("mx.example")?);
    let (mut message, mut buf) = (Vec::new(), [0; 16 * 1024]);
    loop {
        match server.poll_output()? {
            Output::Event(Event::Hello { .. } | Event::Mail { .. } | Event::Rcpt { .. }) => server.accept()?,
            Output::Event(Event::Data(_)) => {
                message.clear();
                server.accept()?;
            }
            Output::Event(Event::Chunk(octets)) => message.extend_from_slice(&octets),
            Output::Event(Event::End(facts)) => {
                println!("{} octets: {}", facts.size, String::from_utf8_lossy(&message));
                server.accept()?;
            }
            Output::Event(_) | Output::YourTurn => server.decline(),
            Output::Transmit(bytes) => stream.write_all(&bytes)?,
            Output::NeedInput => match stream.read(&mut buf)? {
                0 => server.handle_eof(),
                n => server.handle_input(Bytes::copy_from_slice(&buf[..n])),
            },
            Output::Upgrade(_) => return Err("STARTTLS was not offered".into()),
            Output::Closed => return Ok(()),
        }
    }
}
