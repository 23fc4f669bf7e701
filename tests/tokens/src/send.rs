//! From a row of the table to the fields and the query of a request, and from a response to a verdict.
//!
//! Words that say how a token is sent: `scheme:NAME` in place of `Bearer`, `tab` and `spaces` between scheme and token, `twice` (two
//! fields), `list` (two tokens in one field), `query` (in the query only), `both`, `lone` (the scheme without a token).

use crate::Case;

/// How a request is authenticated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The values of the fields `Authorization`.
    pub fields: Vec<String>,
    /// The query of the target.
    pub query: Option<String>,
}

impl Case {
    /// What is sent, at that time in seconds since 1970.
    pub fn credentials(&self, now: u64) -> Credentials {
        let token = self.token(now);
        let how = |word: &str| self.how.iter().any(|known| known == word);
        let scheme = self.how.iter().find_map(|word| word.strip_prefix("scheme:")).unwrap_or("Bearer");
        let between = if how("tab") {
            "\t"
        } else if how("spaces") {
            "   "
        } else {
            " "
        };
        let field = format!("{scheme}{between}{token}");
        let fields = match () {
            () if how("none") || how("query") => Vec::new(),
            () if how("twice") => vec![field.clone(), field],
            () if how("list") => vec![format!("{field}, {field}")],
            () if how("lone") => vec![scheme.to_owned()],
            () => vec![field],
        };
        let query = (how("query") || how("both")).then(|| format!("access_token={token}"));
        Credentials { fields, query }
    }

    /// What is wrong with the response to it, if anything is.
    pub fn judge(&self, status: u16, challenge: Option<&str>) -> Result<(), String> {
        let code = challenge
            .and_then(|challenge| challenge.split("error=\"").nth(1))
            .and_then(|rest| rest.split('"').next());
        let expected = (self.status, self.code.as_deref());
        if (status, code) != expected {
            return Err(format!("{}: expected {expected:?}, received {:?}", self.name, (status, challenge)));
        }
        if status == 401
            && !challenge.is_some_and(|challenge| challenge.contains("resource_metadata=\"https://"))
        {
            return Err(format!("{}: the challenge names no metadata: {challenge:?}", self.name));
        }
        Ok(())
    }
}
