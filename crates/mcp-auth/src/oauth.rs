//! A server as an OAuth 2.1 resource server, as the program describes it.

use std::sync::Arc;
use std::time::Duration;

use pulseengine_mcp_http::{Response, Route, RouteRequest};
use pulseengine_mcp_runtime::unix_time;
use pulseengine_mcp_server::{App, Authentication};

use crate::authenticator::Misconfigured;
use crate::environment::{self, Variables};
use crate::error::OAuthError;
use crate::fetch::HttpFetch;
use crate::issuer::Issuer;
use crate::scope_policy::ScopePolicy;
use crate::settings::Settings;

/// A server as an OAuth 2.1 resource server: only callers with an access token of one of its issuers are served.
///
/// ```
/// use pulseengine_mcp_auth::OAuth;
/// use pulseengine_mcp_server::App;
///
/// let app = App::new("files", "1.0.0")
///     .authenticate(OAuth::resource("https://mcp.example.com/mcp").issuer("https://as.example.com"));
/// ```
///
/// That line verifies tokens, serves the server's metadata where clients look for it, tells clients by challenges what they need, and
/// enforces the scopes that tools, resources and prompts declare. See the [crate](crate) for what is checked.
pub struct OAuth {
    settings: Settings,
}

impl OAuth {
    /// The server with that public URL, which clients name when they ask for a token, and tokens as their audience (RFC 8707). The
    /// server does not see it behind a proxy, so it has to be set.
    pub fn resource(url: impl Into<String>) -> Self {
        Self { settings: Settings::new(url.into()) }
    }

    /// The settings of the environment, by the table of the [crate](crate#settings-from-the-environment).
    pub fn from_env() -> Self {
        Self::resource("").env()
    }

    /// The same with the settings of the environment, by the table of the [crate](crate#settings-from-the-environment): each variable
    /// that is set replaces what the program says.
    #[must_use]
    pub fn env(mut self) -> Self {
        Variables::of_process().apply(&mut self.settings);
        self
    }

    /// Accepts tokens of one more issuer. There has to be one.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<Issuer>) -> Self {
        self.settings.issuers.push(issuer.into());
        self
    }

    /// Accepts tokens for one more audience besides the URL of the resource: for issuers that know the server by another name.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.settings.audiences.push(audience.into());
        self
    }

    /// Scopes that every request needs, whatever it is for. They are in the challenge to a client without a token.
    #[must_use]
    pub fn require_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.settings.required.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// Scopes that the metadata lists, besides those that are required or included in others.
    #[must_use]
    pub fn scopes_supported(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.settings.offered.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// A caller with the first scope also has the second one, and what that one includes.
    #[must_use]
    pub fn scope_implies(mut self, wider: impl Into<String>, narrower: impl Into<String>) -> Self {
        self.settings.hierarchy.add(wider.into(), narrower.into());
        self
    }

    /// How far the clocks of issuers and server may differ. Default 30 seconds.
    #[must_use]
    pub const fn leeway(mut self, leeway: Duration) -> Self {
        self.settings.leeway = leeway;
        self
    }

    /// How long a token may be valid. Default 24 hours.
    #[must_use]
    pub const fn longest_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.longest_lifetime = lifetime;
        self
    }

    /// The name of the server in its metadata, for people.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.settings.name = Some(name.into());
        self
    }

    /// The paths at which the metadata of the server is served. A router that passes on only some paths has to pass on these.
    pub fn metadata_paths(&self) -> Vec<String> {
        self.settings.metadata_paths()
    }

    /// Checks the settings. A server with wrong ones answers every request with 500, so a program that wants to fail at its start
    /// calls this.
    ///
    /// # Errors
    ///
    /// What is wrong.
    pub fn check(&self) -> Result<(), OAuthError> {
        self.settings.issuer_states((Arc::new(HttpFetch), Arc::new(unix_time))).map(drop)
    }
}

impl Authentication for OAuth {
    fn add_to(self, app: App) -> App {
        let challenges = Arc::new(self.settings.challenges());
        let mut app = app.layer(ScopePolicy::of(challenges));
        if let Some(caller) = environment::stdio_caller() {
            app = app.stdio_caller(caller);
        }
        let authenticator = match self.settings.authenticator((Arc::new(HttpFetch), Arc::new(unix_time))) {
            Ok(authenticator) => authenticator,
            Err(error) => {
                let message =
                    ["Internal error: the OAuth settings are wrong: ", &*error.to_string()].concat();
                return app.authenticate(Misconfigured(message));
            }
        };
        let metadata: Arc<str> = self.settings.metadata().into();
        for path in self.metadata_paths() {
            let metadata = Arc::clone(&metadata);
            let route = Route::get(path, move |_: &RouteRequest<'_>| {
                Response::text(200, "application/json", &*metadata)
                    .with("cache-control", "public, max-age=300")
            });
            // It is public, and the host that clients use is not always that of the server.
            app = app.route(route.before_host_check());
        }
        app.authenticate(authenticator)
    }
}

/// Without secrets.
impl std::fmt::Debug for OAuth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OAuth")
            .field("resource", &self.settings.resource)
            .field("issuers", &self.settings.issuers)
            .finish_non_exhaustive()
    }
}
