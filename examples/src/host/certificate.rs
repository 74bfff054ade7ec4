//! The certificate of the host.
use std::{fs, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject},
};

use super::{
    options::{Certificate, HostOptions},
    say,
    session::Failure,
};

/// What a handshake needs; writes the file for clients if there is to be one.
pub fn server(options: &HostOptions) -> Result<Arc<ServerConfig>, Failure> {
    let (chain, key, trusted) = match &options.tls {
        Certificate::SelfSigned => made()?,
        Certificate::Files { chain, key } => {
            let wrong = |error| say("read", chain.display(), &error);
            let text = fs::read_to_string(chain).map_err(|error| wrong(error.to_string()))?;
            let all = CertificateDer::pem_slice_iter(text.as_bytes()).collect::<Result<_, _>>();
            let all: Vec<_> = all.map_err(|error| wrong(error.to_string()))?;
            let key = PrivateKeyDer::from_pem_file(key)
                .map_err(|error| say("read", key.display(), &error))?;
            (all, key, text)
        }
    };
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| format!("cannot use the certificate: {error}"))?;
    if let Some(file) = &options.ca_out {
        fs::write(file, trusted).map_err(|error| say("write", file.display(), &error))?;
    }
    Ok(Arc::new(config))
}

/// An authority of its own, for clients to trust, and a certificate by it for localhost.
fn made() -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>, String), Failure> {
    let name = |text: &str| {
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, text);
        name
    };
    let mut authority = CertificateParams::default();
    authority.distinguished_name = name("mailhost authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority_key = KeyPair::generate()?;
    let root = authority.self_signed(&authority_key)?;
    let issuer = Issuer::new(authority, authority_key);
    let mut leaf =
        CertificateParams::new(["localhost", "127.0.0.1", "::1"].map(String::from).to_vec())?;
    leaf.distinguished_name = name("localhost");
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    leaf.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = leaf.signed_by(&key, &issuer)?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    Ok((vec![certificate.der().clone(), root.der().clone()], key.into(), root.pem()))
}
