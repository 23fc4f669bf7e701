//! An authorization server whose tokens are accepted, as the program describes it.

use crate::algorithm::Algorithm;
use crate::secret::Secret;

/// An authorization server whose tokens are accepted. Its address is enough where it has metadata (RFC 8414 or OpenID Connect
/// Discovery) and issues signed access tokens (RFC 9068):
///
/// ```
/// use pulseengine_mcp_auth::Issuer;
///
/// let issuer: Issuer = "https://as.example.com".into();
/// // One that issues opaque tokens as well.
/// let issuer = Issuer::new("https://as.example.com").introspect("mcp-server", "the secret of this server");
/// ```
pub struct Issuer {
    pub(crate) url: String,
    pub(crate) keys: KeySource,
    pub(crate) algorithms: Option<Vec<Algorithm>>,
    pub(crate) plain_types: bool,
    pub(crate) introspection_url: Option<String>,
    pub(crate) client: Option<(String, Secret)>,
}

/// Where the keys of an issuer come from.
#[derive(Clone)]
pub(crate) enum KeySource {
    /// The address that its metadata names.
    Metadata,
    /// That address.
    Url(String),
    /// That JSON Web Key Set.
    Fixed(String),
}

impl Issuer {
    /// The issuer of that identifier, which tokens name as `iss` and which is compared exactly, with every slash. It begins with
    /// `https://`; on this machine `http://` is taken too.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            keys: KeySource::Metadata,
            algorithms: None,
            plain_types: false,
            introspection_url: None,
            client: None,
        }
    }

    /// Where its keys are, in place of the address that its metadata names.
    #[must_use]
    pub fn jwks_url(mut self, url: impl Into<String>) -> Self {
        self.keys = KeySource::Url(url.into());
        self
    }

    /// Its keys, a JSON Web Key Set. Nothing is fetched then, and keys change with the program only.
    #[must_use]
    pub fn jwks(mut self, keys: impl Into<String>) -> Self {
        self.keys = KeySource::Fixed(keys.into());
        self
    }

    /// Admits only these algorithms. Default all of [`Algorithm`].
    #[must_use]
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = Some(algorithms.into_iter().collect());
        self
    }

    /// Also admits tokens whose `typ` is `JWT` or missing, for issuers that do not follow RFC 9068. By default it has to be
    /// `at+jwt`. ID tokens are refused all the same: by their audience, and by claims that only they have.
    #[must_use]
    pub const fn plain_types(mut self) -> Self {
        self.plain_types = true;
        self
    }

    /// Asks the issuer about opaque tokens (RFC 7662), as the client of that id and secret.
    #[must_use]
    pub fn introspect(mut self, client_id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.client = Some((client_id.into(), secret.into()));
        self
    }

    /// Where the issuer answers about opaque tokens, in place of the address that its metadata names.
    #[must_use]
    pub fn introspection_url(mut self, url: impl Into<String>) -> Self {
        self.introspection_url = Some(url.into());
        self
    }
}

impl From<&str> for Issuer {
    fn from(url: &str) -> Self {
        Self::new(url)
    }
}

impl From<String> for Issuer {
    fn from(url: String) -> Self {
        Self::new(url)
    }
}

/// Without the secret.
impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer").field("url", &self.url).finish_non_exhaustive()
    }
}
