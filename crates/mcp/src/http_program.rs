//! A server as a native program that listens.

use std::fmt::Display;
use std::net::{SocketAddr, ToSocketAddrs};
use std::pin::pin;
use std::process::ExitCode;
use std::task::Poll;

use pulseengine_mcp_server::Server;
use pulseengine_mcp_http::native::stop_signal;

use crate::arguments::Http;
use crate::http::{Cidr, Listener, Policy, endpoint};
use crate::message::say;

/// Serves over HTTP until the program receives a signal to stop.
pub(crate) async fn http(server: Server, how: Http) -> ExitCode {
    let listener = match open(&how).await {
        Ok(listener) => listener,
        Err((message, code)) => {
            say(&message).await;
            return code;
        }
    };
    let policy = if how.sse { Policy::new().http_with_sse("/sse", "/messages") } else { Policy::new() };
    let policy = how.hosts.into_iter().fold(policy, Policy::host);
    let policy = how.origins.into_iter().fold(policy, Policy::origin);
    let mut served = pin!(listener.serve_until(endpoint(server, policy), stop_signal()));
    let mut hurry = pin!(async {
        stop_signal().await;
        stop_signal().await;
    });
    std::future::poll_fn(|cx| match served.as_mut().poll(cx) {
        Poll::Pending => hurry.as_mut().poll(cx),
        ready => ready,
    })
    .await;
    ExitCode::SUCCESS
}

/// Opens the listener and prints its address.
async fn open(how: &Http) -> Result<Listener, (String, ExitCode)> {
    let failed = |what: &str, error: &dyn Display| (format!("{what}: {error}\n"), ExitCode::FAILURE);
    let addresses: Vec<SocketAddr> = match how.address.to_socket_addrs() {
        Ok(addresses) => addresses.collect(),
        Err(error) => {
            let message = format!("{} is no address to listen at: {error}\n", how.address);
            return Err((message, ExitCode::from(2)));
        }
    };
    if how.hosts.is_empty() && !addresses.iter().all(|address| address.ip().is_loopback()) {
        let message = "other machines can reach that address: say with --allow-host NAME as which host, so that web \
            pages of others cannot use the server\n";
        return Err((message.into(), ExitCode::from(2)));
    }
    let proxies = how.proxies.iter().map(|proxy| proxy.parse()).collect::<Result<Vec<Cidr>, _>>();
    let proxies = proxies.map_err(|error| (format!("trusted proxies: {error}\n"), ExitCode::from(2)))?;
    let listener = Listener::bind(addresses.as_slice())
        .await
        .map_err(|error| failed(&format!("cannot listen at {}", how.address), &error))?;
    let address = listener.local_addr().map_err(|error| failed("cannot listen", &error))?;
    let listener = listener.trusted_proxies(proxies).proxy_protocol(how.proxy_protocol);
    let listener = encrypted(listener, how)?;
    let scheme = if how.tls.is_some() { "https" } else { "http" };
    say(&format!("listening on {scheme}://{address}/mcp\n")).await;
    Ok(listener)
}

#[cfg(feature = "tls")]
fn encrypted(listener: Listener, how: &Http) -> Result<Listener, (String, ExitCode)> {
    let Some((certificate, key)) = &how.tls else { return Ok(listener) };
    match crate::http::Tls::from_files(certificate, key) {
        Ok(tls) => Ok(listener.tls(tls)),
        Err(error) => {
            Err((format!("cannot use {certificate} with {key} for TLS: {error}\n"), ExitCode::FAILURE))
        }
    }
}

#[cfg(not(feature = "tls"))]
fn encrypted(listener: Listener, how: &Http) -> Result<Listener, (String, ExitCode)> {
    match how.tls {
        None => Ok(listener),
        Some(_) => Err(("this program was built without TLS: feature `tls`\n".into(), ExitCode::from(2))),
    }
}

#[cfg(test)]
mod tests {
    use std::process::ExitCode;

    use super::{Http, open};

    #[test]
    fn a_wrong_network_of_proxies_is_refused() {
        let proxies = ["10.0.0.0/8", "10.0.0.1/8"].map(str::to_owned).to_vec();
        let how = Http { address: "127.0.0.1:0".into(), proxies, ..Http::default() };
        let (message, code) = pulseengine_mcp_runtime::block_on(open(&how)).unwrap_err();
        assert_eq!(message, "trusted proxies: `10.0.0.1/8` is an address inside its network: write 10.0.0.0/8\n");
        assert_eq!(code, ExitCode::from(2));
    }
}
