//! Settings from the environment.

use std::time::Duration;

use pulseengine_mcp_protocol::Principal;

use crate::access_token::is_scope;
use crate::algorithm::Algorithm;
use crate::error::OAuthError;
use crate::issuer::Issuer;
use crate::settings::Settings;

/// The variables of a process, or of a test.
pub(crate) struct Variables<'a>(&'a dyn Fn(&str) -> Option<String>);

fn of_process(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The caller over stdio, by `MCP_CALLER` and `MCP_CALLER_SCOPES`.
pub fn stdio_caller() -> Option<Principal> {
    Variables::of_process().stdio_caller()
}

impl<'a> Variables<'a> {
    /// Variables that are read by that function.
    pub(crate) const fn of(read: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self(read)
    }
}

impl Variables<'_> {
    pub(crate) fn of_process() -> Self {
        Variables::of(&of_process)
    }

    /// A variable that is set and not empty.
    fn value(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.trim().is_empty())
    }

    /// The words of a variable, between spaces.
    fn words(&self, name: &str) -> Option<Vec<String>> {
        self.value(name).map(|value| value.split_whitespace().map(str::to_owned).collect())
    }

    pub(crate) fn stdio_caller(&self) -> Option<Principal> {
        let name = self.value("MCP_CALLER")?;
        let scopes = self.words("MCP_CALLER_SCOPES").unwrap_or_default();
        // A list that cannot be read grants nothing.
        let scopes = if scopes.iter().all(|scope| is_scope(scope)) { scopes } else { Vec::new() };
        Some(Principal::new(name.trim()).with_scopes(scopes))
    }

    /// The settings with what the variables say.
    pub(crate) fn apply(&self, settings: &mut Settings) {
        if let Some(url) = self.value("MCP_AUTH_RESOURCE") {
            settings.resource = url.trim().to_owned();
        }
        if let Some(issuers) = self.words("MCP_AUTH_ISSUERS") {
            settings.issuers = issuers.into_iter().map(Issuer::new).collect();
        }
        if let Some(audiences) = self.words("MCP_AUTH_AUDIENCES") {
            settings.audiences = audiences;
        }
        if let Some(scopes) = self.words("MCP_AUTH_REQUIRED_SCOPES") {
            settings.required = scopes;
        }
        if let Some(scopes) = self.words("MCP_AUTH_SCOPES_SUPPORTED") {
            settings.offered = scopes;
        }
        if let Err(error) = self.apply_times(settings).and_then(|()| self.apply_to_issuers(settings)) {
            settings.error = Some(error);
        }
    }

    fn apply_times(&self, settings: &mut Settings) -> Result<(), OAuthError> {
        let seconds = |name| match self.value(name).map(|value| value.trim().parse()) {
            None => Ok(None),
            Some(Ok(seconds)) => Ok(Some(Duration::from_secs(seconds))),
            Some(Err(_)) => Err(OAuthError::Variable(name, "a number of seconds")),
        };
        if let Some(leeway) = seconds("MCP_AUTH_LEEWAY_SECONDS")? {
            settings.leeway = leeway;
        }
        if let Some(lifetime) = seconds("MCP_AUTH_LONGEST_LIFETIME_SECONDS")? {
            settings.longest_lifetime = lifetime;
        }
        Ok(())
    }

    fn apply_to_issuers(&self, settings: &mut Settings) -> Result<(), OAuthError> {
        if let Some(names) = self.words("MCP_AUTH_ALGORITHMS") {
            let wrong =
                OAuthError::Variable("MCP_AUTH_ALGORITHMS", "names of algorithms such as ES256 and RS256");
            let algorithms: Option<Vec<_>> = names.iter().map(|name| Algorithm::from_name(name)).collect();
            let algorithms = algorithms.ok_or(wrong)?;
            settings.issuers.iter_mut().for_each(|issuer| issuer.algorithms = Some(algorithms.clone()));
        }
        match self.value("MCP_AUTH_PLAIN_TYPES").as_deref().map(str::trim) {
            None => {}
            Some("true") => settings.issuers.iter_mut().for_each(|issuer| issuer.plain_types = true),
            Some("false") => settings.issuers.iter_mut().for_each(|issuer| issuer.plain_types = false),
            Some(_) => return Err(OAuthError::Variable("MCP_AUTH_PLAIN_TYPES", "true or false")),
        }
        self.apply_to_only_issuer(settings)
    }

    fn apply_to_only_issuer(&self, settings: &mut Settings) -> Result<(), OAuthError> {
        const ONE: &str = "left out where there is not exactly one issuer";
        for name in [
            "MCP_AUTH_JWKS_URL",
            "MCP_AUTH_INTROSPECTION_URL",
            "MCP_AUTH_CLIENT_ID",
            "MCP_AUTH_CLIENT_SECRET",
        ] {
            let Some(value) = self.value(name) else { continue };
            let [issuer] = settings.issuers.as_mut_slice() else {
                return Err(OAuthError::Variable(name, ONE));
            };
            let known = issuer.client.take();
            match name {
                "MCP_AUTH_JWKS_URL" => issuer.keys = crate::issuer::KeySource::Url(value.trim().to_owned()),
                "MCP_AUTH_INTROSPECTION_URL" => issuer.introspection_url = Some(value.trim().to_owned()),
                "MCP_AUTH_CLIENT_ID" => {
                    let secret = known.map_or_else(|| "".into(), |(_, secret)| secret);
                    issuer.client = Some((value.trim().to_owned(), secret));
                    continue;
                }
                _ => {
                    let wrong =
                        OAuthError::Variable("MCP_AUTH_CLIENT_ID", "set beside MCP_AUTH_CLIENT_SECRET");
                    let (id, _) = known.ok_or(wrong)?;
                    issuer.client = Some((id, value.into()));
                    continue;
                }
            }
            issuer.client = known;
        }
        Ok(())
    }
}
