//! TLS for the case that needs it: a certificate of its own, and a client that trusts it.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Trust in one certificate.
#[derive(Clone)]
pub struct Trust(TlsConnector);

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Trust")
    }
}

impl Trust {
    /// Writes a new certificate with its key to a file; trust in it.
    pub fn in_new(file: &Path) -> Result<Self, String> {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])
            .map_err(|error| error.to_string())?;
        let pem = made.cert.pem() + &made.signing_key.serialize_pem();
        std::fs::write(file, pem).map_err(|error| error.to_string())?;
        let mut roots = RootCertStore::empty();
        let certificate = CertificateDer::from(made.cert.der().to_vec());
        roots.add(certificate).map_err(|error| error.to_string())?;
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// Shakes hands.
    pub async fn connect(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        self.0.connect(name, stream).await
    }
}
