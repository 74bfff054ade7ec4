//! TLS configurations: a server that made its own certificate, and what a client trusts.
use std::{error::Error, sync::Arc};

use rustls::{ServerConfig, crypto::ring, pki_types::PrivatePkcs8KeyDer};

/// A server with a new certificate for localhost.
pub fn self_signed() -> Result<Arc<ServerConfig>, Box<dyn Error + Send + Sync>> {
    let names = ["localhost", "127.0.0.1", "::1"].map(String::from);
    let made = rcgen::generate_simple_self_signed(names)?;
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())?;
    Ok(Arc::new(config))
}
