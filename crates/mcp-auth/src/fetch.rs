//! Fetching the documents of issuers: a thin shell over `runtime::http`.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use pulseengine_mcp_runtime::http::{self, Request};
use zeroize::Zeroizing;

/// Bytes of a document.
const DOCUMENT: usize = 256 << 10;

/// How long a document may take.
const FETCH_TIME: Duration = Duration::from_secs(5);

/// A document to be fetched.
pub(crate) struct Wanted<'a> {
    pub(crate) url: &'a str,
    /// What is posted, and the field `Authorization`; without it, the document is read by GET.
    pub(crate) form: Option<(Zeroizing<String>, Option<Zeroizing<String>>)>,
}

/// No document: what was received is none, or nothing was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotFetched;

pub(crate) type Fetching<'a> = Pin<Box<dyn Future<Output = Result<String, NotFetched>> + Send + 'a>>;

/// Fetches documents. A trait, so that tests need no network.
pub(crate) trait Fetch: Send + Sync + 'static {
    /// The JSON text of the document.
    fn fetch<'a>(&'a self, wanted: Wanted<'a>) -> Fetching<'a>;
}

/// Fetches by HTTP. Redirects are not followed: an address was checked, the one behind it was not.
pub(crate) struct HttpFetch;

impl Fetch for HttpFetch {
    fn fetch<'a>(&'a self, wanted: Wanted<'a>) -> Fetching<'a> {
        Box::pin(async move {
            let mut request = match &wanted.form {
                None => Request::get(wanted.url),
                Some((form, _)) => Request::post(wanted.url)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(form.as_bytes()),
            };
            if let Some((_, Some(authorization))) = &wanted.form {
                request = request.header("authorization", authorization.as_bytes());
            }
            let request = request.header("accept", "application/json").connect_timeout(FETCH_TIME);
            let response = http::send(request.timeout(FETCH_TIME)).await.map_err(|_| NotFetched)?;
            if response.status() != 200 || !response.header("content-type").is_some_and(is_json) {
                return Err(NotFetched);
            }
            let bytes = response.bytes(DOCUMENT).await.map_err(|_| NotFetched)?;
            String::from_utf8(bytes).map_err(|_| NotFetched)
        })
    }
}

/// Whether a media type is that of JSON.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn media_types() {
        for (text, json) in [
            ("application/json", true),
            ("application/json; charset=utf-8", true),
            ("Application/JWK-Set+JSON", true),
            ("text/html", false),
            ("text/json", false),
            ("application/jwt", false),
            ("", false),
        ] {
            assert_eq!(is_json(text), json, "{text}");
        }
    }
}
