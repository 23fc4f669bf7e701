//! The head of an HTTP request.

use std::collections::BTreeSet;
use std::str;

use pulseengine_mcp::Limits;
use pulseengine_mcp_protocol::http::{
    CheckedHead, Fields, Head, HeaderName, HttpRejection, Policy, RequestKind, check_head, check_site,
};

/// The most bytes a body may have here.
const BODY: usize = Limits::DEFAULT.message;

/// `data` is a line with method, target and authority, and then a line for each field. Every head has a verdict, always the same
/// one, whatever the order of its fields; what is admitted is for this machine; and a policy that admits more refuses nothing that
/// another one admits.
pub fn head(data: &[u8]) {
    let Some(request) = Request::read(data) else { return };
    let policies = [
        Policy::new().health(""),
        Policy::new().health("").host("mcp.example.com").origin("https://app.example.com"),
        Policy::new().health("").http_with_sse("/sse", "/messages").hostless(),
        Policy::new().any_path().any_host().any_origin().hostless(),
    ];
    // The health route is the only one that is for every host.
    if let Ok(checked) = check_head(&request.head(), &Policy::new(), BODY)
        && checked.kind == RequestKind::Health
    {
        assert!(request.path == "/healthz" && matches!(request.method, "GET" | "HEAD"));
    }
    let verdicts = policies.each_ref().map(|policy| request.verdict(policy));
    let mut turned = request.clone();
    turned.lines.0.reverse();
    for (policy, verdict) in policies.iter().zip(&verdicts) {
        assert_eq!(request.verdict(policy), *verdict);
        assert_eq!(turned.verdict(policy), *verdict);
    }
    let [strict, .., lenient] = &verdicts;
    if strict.is_ok() {
        request.is_local();
        assert_eq!(strict, lenient);
        assert_eq!(verdicts[1], *strict);
    }
}

#[derive(Clone)]
struct Request<'d> {
    method: &'d str,
    path: &'d str,
    query: Option<&'d str>,
    authority: Option<&'d str>,
    lines: Lines<'d>,
}

#[derive(Clone)]
struct Lines<'d>(Vec<(String, &'d [u8])>);

impl Fields for Lines<'_> {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a [u8])) {
        self.0.iter().for_each(|(name, value)| visit(name, value));
    }
}

impl<'d> Request<'d> {
    fn read(data: &'d [u8]) -> Option<Self> {
        let mut lines = data.split(|byte| *byte == b'\n');
        let mut words = str::from_utf8(lines.next()?).ok()?.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let field = |line: &'d [u8]| {
            let at = line.iter().position(|byte| *byte == b':')?;
            let name = str::from_utf8(&line[..at]).ok()?.to_ascii_lowercase();
            Some((name, &line[at + 1..]))
        };
        Some(Self {
            method,
            path,
            query,
            authority: words.next(),
            lines: Lines(lines.filter_map(field).collect()),
        })
    }

    fn head(&self) -> Head<'_> {
        Head {
            method: self.method,
            path: self.path,
            query: self.query,
            authority: self.authority,
            fields: &self.lines,
            peer: None,
            client_certificate: None,
        }
    }

    fn verdict(&self, policy: &Policy) -> Result<RequestKind, HttpRejection> {
        let head = self.head();
        let checked = check_head(&head, policy, BODY);
        if let Err(refused) = check_site(&head, policy) {
            assert_eq!(checked.as_ref().err(), Some(&refused), "the checks of the site differ");
        }
        match checked {
            Ok(checked) => {
                self.admitted(&checked);
                Ok(checked.kind)
            }
            Err(refused) => {
                assert!(
                    matches!(refused.status, 400 | 403 | 404 | 405 | 406 | 413 | 415 | 431),
                    "{refused:?}"
                );
                serde_json::from_str::<serde_json::Value>(&refused.body()).unwrap();
                Err(refused)
            }
        }
    }

    fn admitted(&self, checked: &CheckedHead<'_>) {
        let method = match checked.kind {
            RequestKind::Post | RequestKind::SseMessage => "POST",
            RequestKind::Get | RequestKind::SseStream => "GET",
            RequestKind::Delete => "DELETE",
            kind => panic!("a kind of request without a row here: {kind:?}"),
        };
        assert_eq!(self.method, method);
        assert_eq!(checked.wants_body, method == "POST");
        assert!(!checked.wants_body || checked.content_length.is_none_or(|length| length <= BODY));
        assert_eq!(checked.query, self.query);
        let _ = (checked.revision(), self.head().bearer());
        let params = self.lines.0.iter().filter(|(name, _)| name.starts_with("mcp-param-"));
        let params: BTreeSet<_> = params.map(|(name, value)| (name, value.trim_ascii())).collect();
        assert_eq!(checked.headers.params.len(), params.len(), "lines that come again count once");
    }

    /// What the default policy admits names this machine, in each place where it names a host.
    fn is_local(&self) {
        let field = |name: HeaderName| {
            let named = self.lines.0.iter().filter(move |(given, _)| given == name.as_str());
            named.map(|(_, value)| str::from_utf8(value).unwrap().trim_ascii().to_ascii_lowercase())
        };
        let hosts: Vec<String> =
            field(HeaderName::Host).chain(self.authority.map(str::to_ascii_lowercase)).collect();
        assert!(!hosts.is_empty());
        hosts.iter().for_each(|host| assert!(local(host), "{host}"));
        for origin in field(HeaderName::Origin) {
            let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            assert!(host.is_some_and(local), "{origin}");
        }
    }
}

/// Whether an authority is this machine, with any port or none.
fn local(authority: &str) -> bool {
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|host| {
        authority.strip_prefix(host).is_some_and(|rest| {
            rest.is_empty()
                || rest.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
        })
    })
}
