//! Keys and verdicts that are fetched, with a clock and documents of the test.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pulseengine_mcp_http::Authenticator;
use pulseengine_mcp_protocol::http::{Fields, Head, HttpRejection};
use pulseengine_mcp_runtime::{block_on, yield_now};

use crate::authenticator::TokenAuthenticator;
use crate::fetch::{Fetch, Fetching, NotFetched, Wanted};
use crate::issuer::Issuer;
use crate::settings::Settings;

const START: u64 = 1_800_000_000;
const JWKS_URL: &str = "https://as.example.com/jwks";

/// What is fetched: documents by their address.
#[derive(Default)]
struct Web {
    documents: Mutex<BTreeMap<String, String>>,
    fetched: Mutex<Vec<String>>,
}

impl Web {
    fn set(&self, url: &str, document: Option<String>) {
        let mut documents = self.documents.lock().unwrap();
        match document {
            Some(document) => drop(documents.insert(url.to_owned(), document)),
            None => drop(documents.remove(url)),
        }
    }

    /// How often that address has been fetched.
    fn count(&self, url: &str) -> usize {
        self.fetched.lock().unwrap().iter().filter(|fetched| *fetched == url).count()
    }
}

/// A web that a fetch shares with its test.
struct Shared(Arc<Web>);

impl Fetch for Shared {
    fn fetch<'a>(&'a self, wanted: Wanted<'a>) -> Fetching<'a> {
        self.0.fetched.lock().unwrap().push(wanted.url.to_owned());
        let document = self.0.documents.lock().unwrap().get(wanted.url).cloned();
        Box::pin(async move {
            // Others arrive meanwhile.
            for _ in 0..3 {
                yield_now().await;
            }
            document.ok_or(NotFetched)
        })
    }
}

struct Test {
    web: Arc<Web>,
    clock: Arc<AtomicU64>,
    authenticator: Arc<TokenAuthenticator>,
}

struct One(String);

impl Fields for One {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8])) {
        visit("authorization", self.0.as_bytes());
    }
}

impl Test {
    fn new(issuer: Issuer) -> Self {
        let (web, clock) = (Arc::new(Web::default()), Arc::new(AtomicU64::new(START)));
        let mut settings = Settings::new(tokens::RESOURCE.to_owned());
        settings.issuers.push(issuer);
        let time = Arc::clone(&clock);
        let now = move || Duration::from_secs(time.load(Ordering::Relaxed));
        let authenticator =
            settings.authenticator((Arc::new(Shared(Arc::clone(&web))), Arc::new(now))).unwrap();
        Self { web, clock, authenticator: Arc::new(authenticator) }
    }

    /// One whose keys are there.
    fn with_keys() -> Self {
        let test = Self::new(Issuer::new(tokens::ISSUER).jwks_url(JWKS_URL));
        test.web.set(JWKS_URL, Some(tokens::JWKS.to_owned()));
        test
    }

    fn wait(&self, seconds: u64) {
        self.clock.fetch_add(seconds, Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        self.clock.load(Ordering::Relaxed)
    }

    /// A right token of now, with a key of that id.
    fn token(&self, key_id: &str) -> String {
        let mut case = tokens::Case::right("{}");
        case.set_header(&format!(r#"{{"kid":"{key_id}"}}"#));
        case.token(self.now())
    }

    async fn status(&self, token: &str) -> u16 {
        match authenticate(&self.authenticator, token).await {
            Ok(_) => 200,
            Err(rejection) => rejection.status,
        }
    }
}

async fn authenticate(authenticator: &TokenAuthenticator, token: &str) -> Result<String, HttpRejection> {
    let fields = One(format!("Bearer {token}"));
    let head = Head {
        method: "POST",
        path: "/mcp",
        query: None,
        authority: None,
        fields: &fields,
        peer: None,
        client_certificate: None,
    };
    authenticator.authenticate(&head).await.map(|caller| caller.id().to_owned())
}

/// The set with other names of its keys.
fn rotated() -> String {
    tokens::JWKS.replace("\"es256\"", "\"es256-new\"")
}

#[test]
fn keys_are_fetched_once_and_used_again() {
    block_on(async {
        let test = Test::with_keys();
        for second in 0..600 {
            test.wait(u64::from(second > 0));
            assert_eq!(test.status(&test.token("es256")).await, 200);
        }
        assert_eq!(test.web.count(JWKS_URL), 1);
        test.wait(1);
        assert_eq!(test.status(&test.token("es256")).await, 200);
        assert_eq!(test.web.count(JWKS_URL), 2);
    });
}

#[test]
fn many_requests_share_one_fetch() {
    block_on(async {
        let test = Test::with_keys();
        let token = test.token("es256");
        let requests: Vec<_> = (0..100)
            .map(|_| {
                let (authenticator, token) = (Arc::clone(&test.authenticator), token.clone());
                pulseengine_mcp_runtime::spawn(
                    async move { authenticate(&authenticator, &token).await.is_ok() },
                )
            })
            .collect();
        for request in requests {
            assert!(request.await.unwrap());
        }
        assert_eq!(test.web.count(JWKS_URL), 1);
    });
}

#[test]
fn a_request_that_is_cancelled_ends_no_fetch() {
    block_on(async {
        let test = Test::with_keys();
        let token = test.token("es256");
        let (authenticator, given) = (Arc::clone(&test.authenticator), token.clone());
        let cancelled =
            pulseengine_mcp_runtime::spawn(async move { authenticate(&authenticator, &given).await.is_ok() });
        while test.web.count(JWKS_URL) == 0 {
            yield_now().await;
        }
        cancelled.abort();
        assert_eq!(test.status(&token).await, 200);
        assert_eq!(test.web.count(JWKS_URL), 1);
    });
}

/// 10,000 unknown key ids in 300 seconds: at most one fetch in 30 seconds (J28).
#[test]
fn unknown_keys_cause_a_fetch_in_thirty_seconds_at_most() {
    block_on(async {
        let test = Test::with_keys();
        assert_eq!(test.status(&test.token("es256")).await, 200);
        for number in 0..10_000_u64 {
            test.wait(u64::from(number % 33 == 0));
            assert_eq!(test.status(&test.token(&format!("unknown-{number}"))).await, 401);
        }
        let elapsed = test.now() - START;
        assert!(elapsed >= 300, "{elapsed}");
        let count = test.web.count(JWKS_URL);
        assert!(count <= 1 + usize::try_from(elapsed / 30).unwrap(), "{count} fetches in {elapsed} s");
        assert!(count > 5, "{count}");
    });
}

#[test]
fn a_flood_while_the_issuer_is_down_is_no_flood_of_fetches() {
    block_on(async {
        let test = Test::new(Issuer::new(tokens::ISSUER).jwks_url(JWKS_URL));
        for _ in 0..1_000 {
            assert_eq!(test.status(&test.token("es256")).await, 503);
        }
        assert_eq!(test.web.count(JWKS_URL), 1);
        test.web.set(JWKS_URL, Some(tokens::JWKS.to_owned()));
        test.wait(30);
        assert_eq!(test.status(&test.token("es256")).await, 200);
    });
}

#[test]
fn a_token_that_no_key_makes_right_causes_no_fetch() {
    block_on(async {
        let test = Test::with_keys();
        for claims in [
            r#"{"iss":"https://evil.example.com"}"#,
            r#"{"aud":"https://evil.example.com"}"#,
            r#"{"exp":1,"iat":0}"#,
            r#"{"sub":""}"#,
        ] {
            assert_eq!(test.status(&tokens::Case::right(claims).token(START)).await, 401, "{claims}");
        }
        assert_eq!(test.web.fetched.lock().unwrap().len(), 0);
    });
}

/// The new key is accepted after one fetch, the old one is not when the keys are no longer fresh (J26).
#[test]
fn keys_rotate() {
    block_on(async {
        let test = Test::with_keys();
        assert_eq!(test.status(&test.token("es256")).await, 200);
        test.web.set(JWKS_URL, Some(rotated()));
        test.wait(30);
        let old = test.token("es256");
        assert_eq!(test.status(&old).await, 200);
        assert_eq!(test.status(&test.token("es256-new")).await, 200);
        assert_eq!(test.web.count(JWKS_URL), 2);
        test.wait(1);
        assert_eq!(test.status(&test.token("es256")).await, 401);
        test.wait(569);
        assert_eq!(test.status(&old).await, 401, "a verdict does not outlive its key");
    });
}

/// Keys are used while the issuer is down, until they are a day old (J27).
#[test]
fn keys_are_used_while_the_issuer_is_down_for_a_day_at_most() {
    block_on(async {
        let test = Test::with_keys();
        assert_eq!(test.status(&test.token("es256")).await, 200);
        test.web.set(JWKS_URL, None);
        for hour in 1..24 {
            test.wait(3_600);
            assert_eq!(test.status(&test.token("es256")).await, 200, "hour {hour}");
        }
        test.wait(3_600);
        assert_eq!(test.status(&test.token("es256")).await, 503);
        test.web.set(JWKS_URL, Some("{}".into()));
        test.wait(30);
        assert_eq!(test.status(&test.token("es256")).await, 503);
        test.web.set(JWKS_URL, Some(tokens::JWKS.to_owned()));
        test.wait(30);
        assert_eq!(test.status(&test.token("es256")).await, 200);
    });
}

#[test]
fn a_clock_that_is_set_back_does_not_stop_fetches() {
    block_on(async {
        let test = Test::with_keys();
        assert_eq!(test.status(&test.token("es256")).await, 200);
        test.web.set(JWKS_URL, Some(rotated()));
        test.clock.fetch_sub(3_600, Ordering::Relaxed);
        assert_eq!(test.status(&test.token("es256-new")).await, 200);
    });
}

const METADATA: &str = "https://as.example.com/.well-known/oauth-authorization-server";
const OPENID: &str = "https://as.example.com/.well-known/openid-configuration";

fn metadata(issuer: &str, keys: &str) -> Option<String> {
    Some(format!(
        r#"{{"issuer":"{issuer}","jwks_uri":"{keys}","introspection_endpoint":"https://as.example.com/ask"}}"#
    ))
}

#[test]
fn keys_are_found_by_metadata() {
    block_on(async {
        for (place, issuer, keys, status) in [
            (METADATA, tokens::ISSUER, JWKS_URL, 200),
            (OPENID, tokens::ISSUER, JWKS_URL, 200),
            (METADATA, "https://evil.example.com", JWKS_URL, 503),
            (METADATA, "https://as.example.com/", JWKS_URL, 503),
            (METADATA, tokens::ISSUER, "https://169.254.169.254/jwks", 503),
            (METADATA, tokens::ISSUER, "http://as.example.com/jwks", 503),
            (METADATA, tokens::ISSUER, "https://localhost/jwks", 503),
        ] {
            let test = Test::new(Issuer::new(tokens::ISSUER));
            test.web.set(place, metadata(issuer, keys));
            test.web.set(JWKS_URL, Some(tokens::JWKS.to_owned()));
            test.web.set(keys, Some(tokens::JWKS.to_owned()));
            assert_eq!(test.status(&test.token("es256")).await, status, "{place} {issuer} {keys}");
            assert_eq!(test.web.count(keys), usize::from(status == 200), "{keys}");
        }
    });
}

/// The address in metadata may change; the metadata is fetched again with the keys.
#[test]
fn metadata_changes() {
    block_on(async {
        let test = Test::new(Issuer::new(tokens::ISSUER));
        test.web.set(METADATA, metadata(tokens::ISSUER, JWKS_URL));
        test.web.set(JWKS_URL, Some(tokens::JWKS.to_owned()));
        assert_eq!(test.status(&test.token("es256")).await, 200);
        let other = "https://keys.example.org/jwks";
        test.web.set(METADATA, metadata(tokens::ISSUER, other));
        test.web.set(other, Some(rotated()));
        test.wait(601);
        assert_eq!(test.status(&test.token("es256-new")).await, 200);
    });
}

const ASK: &str = "https://as.example.com/ask";

fn active(test: &Test, seconds: u64) -> Option<String> {
    let (now, resource) = (test.now(), tokens::RESOURCE);
    Some(format!(r#"{{"active":true,"sub":"alice","aud":"{resource}","exp":{}}}"#, now + seconds))
}

#[test]
fn what_is_said_of_an_opaque_token_is_kept_for_a_minute() {
    block_on(async {
        let test = Test::new(Issuer::new(tokens::ISSUER).introspect("mcp", "secret"));
        test.web.set(METADATA, metadata(tokens::ISSUER, JWKS_URL));
        test.web.set(ASK, active(&test, 600));
        for _ in 0..10 {
            assert_eq!(test.status("opaque").await, 200);
        }
        assert_eq!((test.web.count(ASK), test.web.count(METADATA)), (1, 1));
        test.web.set(ASK, Some(r#"{"active":false}"#.into()));
        test.wait(59);
        assert_eq!(test.status("opaque").await, 200);
        test.wait(1);
        for _ in 0..10 {
            assert_eq!(test.status("opaque").await, 401);
        }
        assert_eq!(test.web.count(ASK), 2);
        test.web.set(ASK, None);
        assert_eq!(test.status("another").await, 503);
    });
}

#[test]
fn a_verdict_ends_with_its_token() {
    block_on(async {
        let test = Test::new(Issuer::new(tokens::ISSUER).introspect("mcp", "secret").introspection_url(ASK));
        test.web.set(ASK, active(&test, 10));
        assert_eq!(test.status("opaque").await, 200);
        test.wait(39);
        assert_eq!(test.status("opaque").await, 200, "within the leeway");
        test.wait(1);
        assert_eq!(test.status("opaque").await, 401);
    });
}

#[test]
fn an_opaque_token_is_refused_where_no_issuer_is_asked() {
    block_on(async {
        let test = Test::with_keys();
        assert_eq!(test.status("opaque").await, 401);
        assert_eq!(test.web.fetched.lock().unwrap().len(), 0);
    });
}
