//! TLS of outbound connections by rustls, with the roots of Mozilla.

use std::sync::{Arc, LazyLock};

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, Error, RootCertStore};

use super::stream::Stream;
use crate::http::{Failure, Url, UrlError};

static CONFIG: LazyLock<Result<Arc<ClientConfig>, Error>> = LazyLock::new(|| {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.into() };
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
});

pub(super) async fn secure(stream: TcpStream, url: &Url) -> Result<Box<dyn Stream>, Failure> {
    let config = CONFIG.as_ref().map_err(|error| Failure::Tls.because(error.clone()))?;
    handshake(Arc::clone(config), stream, url).await
}

async fn handshake(
    config: Arc<ClientConfig>,
    stream: TcpStream,
    url: &Url,
) -> Result<Box<dyn Stream>, Failure> {
    let name = url.host.strip_suffix('.').unwrap_or(&url.host).to_owned();
    let name = ServerName::try_from(name).map_err(|_| Failure::Url(UrlError::Certificate))?;
    match TlsConnector::from(config).connect(name, stream).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => Err(Failure::Tls.because(error)),
    }
}
