//! TLS by rustls.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use tokio_rustls::server::TlsStream;

use super::client::Client;

/// The certificate and key with which a listener speaks TLS 1.2 and 1.3.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
}

impl Tls {
    /// Reads a certificate, followed by those that vouch for it, and its private key from PEM files.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or holds something else, and when key and certificate do not belong together.
    pub fn from_files(certificates: impl AsRef<Path>, key: impl AsRef<Path>) -> io::Result<Self> {
        Self::from_pem(&std::fs::read(certificates)?, &std::fs::read(key)?)
    }

    /// Takes them as PEM text.
    ///
    /// # Errors
    ///
    /// When it is something else, and when key and certificate do not belong together.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> io::Result<Self> {
        let roots = RootCertStore::empty();
        Self::build(certificates, key, roots)
    }

    /// The same, and clients have to authenticate themselves with a certificate that one of `client_roots`, as PEM text,
    /// vouches for. Authenticators and handlers see it: [`Head::client_certificate`].
    ///
    /// # Errors
    ///
    /// The same, and when there is no root among `client_roots`.
    ///
    /// [`Head::client_certificate`]: pulseengine_mcp_protocol::http::Head::client_certificate
    pub fn mutual_from_pem(certificates: &[u8], key: &[u8], client_roots: &[u8]) -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        for root in CertificateDer::pem_slice_iter(client_roots) {
            roots.add(root.map_err(invalid)?).map_err(invalid)?;
        }
        if roots.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "there is no root certificate for clients",
            ));
        }
        Self::build(certificates, key, roots)
    }

    fn build(certificates: &[u8], key: &[u8], client_roots: RootCertStore) -> io::Result<Self> {
        let chain: Vec<_> =
            CertificateDer::pem_slice_iter(certificates).collect::<Result<_, _>>().map_err(invalid)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(invalid)?;
        let provider = Arc::new(default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(invalid)?;
        let builder = if client_roots.is_empty() {
            builder.with_no_client_auth()
        } else {
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(client_roots), provider);
            builder.with_client_cert_verifier(verifier.build().map_err(invalid)?)
        };
        let mut config = builder.with_single_cert(chain, key).map_err(invalid)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { acceptor: Arc::new(config).into() })
    }

    /// Shakes hands; also whether HTTP/2 was agreed on.
    pub(super) async fn accept(
        &self,
        stream: TcpStream,
        client: &Client,
    ) -> io::Result<(TlsStream<TcpStream>, bool)> {
        let stream = self.acceptor.accept(stream).await?;
        let session = stream.get_ref().1;
        if let Some([certificate, ..]) = session.peer_certificates() {
            client.set_certificate(certificate.to_vec());
        }
        let multiplexed = session.alpn_protocol() == Some(b"h2");
        Ok((stream, multiplexed))
    }
}

fn invalid(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}
