use alloc::vec::Vec;

/// What ties a SCRAM exchange to the TLS connection below it ([RFC 5802 §6]).
///
/// The bytes come from the caller's TLS stack and are no secret. A client that has them and uses a
/// mechanism without `-PLUS` says `y`: "I could, you did not offer it". Without them it says `n`.
///
/// ```
/// use mailwire_sasl::ChannelBinding;
///
/// let binding = ChannelBinding::TlsExporter(vec![7; 32]);
/// assert_eq!(binding.name(), Some("tls-exporter"));
/// assert_eq!(ChannelBinding::None.name(), None);
/// ```
///
/// [RFC 5802 §6]: https://www.rfc-editor.org/rfc/rfc5802#section-6
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
#[non_exhaustive]
pub enum ChannelBinding {
    /// No binding.
    #[default]
    None,
    /// `tls-exporter`: 32 octets of keying material exported with the label
    /// `EXPORTER-Channel-Binding` and an empty context ([RFC 9266 §2]); the one for TLS 1.3.
    ///
    /// [RFC 9266 §2]: https://www.rfc-editor.org/rfc/rfc9266#section-2
    TlsExporter(Vec<u8>),
    /// `tls-server-end-point`: the hash of the server's certificate ([RFC 5929 §4]).
    ///
    /// [RFC 5929 §4]: https://www.rfc-editor.org/rfc/rfc5929#section-4
    TlsServerEndPoint(Vec<u8>),
    /// `tls-unique`: the first Finished message ([RFC 5929 §3]); not defined for TLS 1.3, and unsafe
    /// below it without the extended master secret.
    ///
    /// [RFC 5929 §3]: https://www.rfc-editor.org/rfc/rfc5929#section-3
    TlsUnique(Vec<u8>),
}

impl ChannelBinding {
    /// The name on the wire (`cb-name`).
    pub fn name(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::TlsExporter(_) => Some("tls-exporter"),
            Self::TlsServerEndPoint(_) => Some("tls-server-end-point"),
            Self::TlsUnique(_) => Some("tls-unique"),
        }
    }

    /// The binding itself; empty without one.
    pub fn data(&self) -> &[u8] {
        match self {
            Self::None => &[],
            Self::TlsExporter(data) | Self::TlsServerEndPoint(data) | Self::TlsUnique(data) => data,
        }
    }

    /// Whether there is something to bind to.
    pub(crate) fn is_usable(&self) -> bool {
        !self.data().is_empty()
    }
}
