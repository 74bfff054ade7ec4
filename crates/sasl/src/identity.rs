use alloc::string::String;

/// Who has been authenticated, and who they act as ([RFC 4422 §2]).
///
/// [RFC 4422 §2]: https://www.rfc-editor.org/rfc/rfc4422#section-2
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    pub(crate) authcid: String,
    pub(crate) authzid: String,
}

impl Identity {
    /// Whose credentials they were; empty when only the caller knows (`EXTERNAL`, a token without a
    /// name) and it did not say with [`accept_as`](crate::server::Exchange::accept_as).
    pub fn authcid(&self) -> &str {
        &self.authcid
    }

    /// Who the client asked to act as; empty for the user itself.
    pub fn authzid(&self) -> &str {
        &self.authzid
    }

    /// Who the session belongs to: the authorization identity, or the user when there is none.
    pub fn effective(&self) -> &str {
        if self.authzid.is_empty() { &self.authcid } else { &self.authzid }
    }
}
