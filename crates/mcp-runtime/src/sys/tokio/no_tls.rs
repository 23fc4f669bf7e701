//! Without the feature `tls` there is no TLS.

use tokio::net::TcpStream;

use super::stream::Stream;
use crate::http::{Failure, Url};

pub(super) async fn secure(_stream: TcpStream, _url: &Url) -> Result<Box<dyn Stream>, Failure> {
    Err(Failure::NoTls)
}
