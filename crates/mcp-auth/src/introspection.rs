//! Opaque tokens: what is sent to the issuer, and what its response says (RFC 7662). No I/O.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::access_token::AccessToken;
use crate::invalid::InvalidToken;
use crate::members::Members;
use crate::secret::Secret;
use crate::token::TokenRules;

/// How long what an issuer says of a token is kept. A token that is revoked is refused after that time.
pub(crate) const KEPT: Duration = Duration::from_secs(60);

/// The form that asks about a token.
pub(crate) fn form(token: &str) -> Zeroizing<String> {
    let mut form = Zeroizing::new(String::with_capacity(64 + 3 * token.len()));
    form.push_str("token_type_hint=access_token&token=");
    encode(token, &mut form);
    form
}

/// The field `Authorization` of this server: id and secret are encoded as forms are (RFC 6749, 2.3.1).
pub(crate) fn authorization(client: &str, secret: &Secret) -> Zeroizing<String> {
    let mut pair = Zeroizing::new(String::new());
    encode(client, &mut pair);
    pair.push(':');
    encode(secret.expose(), &mut pair);
    let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
    Zeroizing::new(["Basic ", &*encoded].concat())
}

fn encode(text: &str, out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).map_or('0', |digit| char::from(*digit));
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.extend(['%', digit(byte >> 4), digit(byte & 15)]),
        }
    }
}

/// What a response says of a token. `None`: it is malformed, so that nothing is known of the token.
pub(crate) fn verdict(
    response: &str,
    rules: &TokenRules,
    now: Duration,
) -> Option<Result<AccessToken, InvalidToken>> {
    let members = Members::read(response).ok()?;
    if !members.boolean("active").ok()?? {
        return Some(Err(InvalidToken::Inactive));
    }
    let bearer = members.string("token_type").ok()?.is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
    if !bearer {
        return Some(Err(InvalidToken::Bound));
    }
    let checked = rules.check_members(&members, now, false);
    Some(
        checked.and_then(|()| {
            AccessToken::of_claims(&members, response, &rules.issuer).ok_or(InvalidToken::Claims)
        }),
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{authorization, form, verdict};
    use crate::InvalidToken;
    use crate::token::TokenRules;

    #[test]
    fn what_is_sent() {
        assert_eq!(*form("a+b/c="), "token_type_hint=access_token&token=a%2Bb%2Fc%3D");
        // `mcp%3Aserver:p%20w`
        assert_eq!(*authorization("mcp:server", &"p w".into()), "Basic bWNwJTNBc2VydmVyOnAlMjB3");
    }

    #[test]
    fn what_a_response_says() {
        let rules = TokenRules::new("https://as", "https://mcp");
        let now = Duration::from_secs(1_000);
        let rest = r#""aud":"https://mcp","sub":"alice","exp":1100"#;
        for (text, said) in [
            (format!(r#"{{"active":true,{rest}}}"#), Some(Ok("alice"))),
            (
                format!(r#"{{"active":true,"iss":"https://as","token_type":"bearer",{rest}}}"#),
                Some(Ok("alice")),
            ),
            (format!(r#"{{"active":true,"iss":"https://other",{rest}}}"#), Some(Err(InvalidToken::Issuer))),
            (format!(r#"{{"active":true,"token_type":"DPoP",{rest}}}"#), Some(Err(InvalidToken::Bound))),
            (format!(r#"{{"active":true,"cnf":{{"jkt":"x"}},{rest}}}"#), Some(Err(InvalidToken::Bound))),
            (r#"{"active":false}"#.into(), Some(Err(InvalidToken::Inactive))),
            (r#"{"active":true,"sub":"alice","exp":1100}"#.into(), Some(Err(InvalidToken::Claims))),
            (r#"{"active":true,"aud":"https://mcp","sub":"alice"}"#.into(), Some(Err(InvalidToken::Claims))),
            (
                r#"{"active":true,"aud":"https://x","sub":"alice","exp":1100}"#.into(),
                Some(Err(InvalidToken::Audience)),
            ),
            (
                r#"{"active":true,"aud":"https://mcp","sub":"alice","exp":900}"#.into(),
                Some(Err(InvalidToken::Expired)),
            ),
            (format!(r#"{{"active":"true",{rest}}}"#), None),
            (format!("{{{rest}}}"), None),
            (format!(r#"{{"active":false,"active":true,{rest}}}"#), None),
            ("<html>".into(), None),
        ] {
            let verdict = verdict(&text, &rules, now);
            let verdict = verdict
                .as_ref()
                .map(|said| said.as_ref().map(|token| token.subject()).map_err(|error| *error));
            assert_eq!(verdict, said, "{text}");
        }
    }
}
