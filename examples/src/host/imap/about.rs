//! What the host says of itself: ID (RFC 2971) and NAMESPACE (RFC 2342).
use mailwire_imap::{AString, Data, Error, Namespace, Namespaces, server::Server};

use super::names::DELIMITER;

/// Answers ID, whatever the client says that it is.
pub(super) fn id(server: &mut Server) -> Result<(), Error> {
    let known = [("name", "mailhost"), ("version", env!("CARGO_PKG_VERSION"))];
    let text = |text| AString::new(text).expect("no NUL");
    let fields = known.map(|(name, value)| (text(name), Some(text(value))));
    server.send(Data::Id(fields.to_vec()))?;
    server.accept()
}

/// Answers NAMESPACE: everything is the user's own.
pub(super) fn namespace(server: &mut Server) -> Result<(), Error> {
    let mut namespaces = Namespaces::default();
    namespaces.personal.push(Namespace::new(AString::default(), Some(DELIMITER)));
    server.send(Data::Namespace(namespaces))?;
    server.accept()
}
