//! A server that requires access tokens: tools and resources with scopes, and notes that belong to their caller.
//!
//! Its settings are variables of the environment, at least `MCP_AUTH_RESOURCE` and `MCP_AUTH_ISSUERS`; the chapter
//! "Authentication" of the book lists them all. The notes are in memory: a component keeps them as long as its host keeps the
//! instance.

mod notebook;
#[cfg(test)]
mod tests;

use notebook::Notebook;
use pulseengine_mcp::Principal;
use pulseengine_mcp::auth::{AccessToken, OAuth};
use pulseengine_mcp::prelude::*;

/// The server.
#[derive(Default)]
struct Secured {
    notes: Notebook,
}

/// The caller, as its access token describes it.
#[derive(Schema)]
struct Caller {
    /// Two requests with the same id come from the same caller.
    id: String,
    /// The user, or a client that acts for itself. Over stdio there is no token, and no subject.
    subject: Option<String>,
    /// The client that the token was issued to.
    client: Option<String>,
    /// The scopes that the token grants, sorted.
    scopes: Vec<String>,
}

/// The ids of notes.
#[derive(Schema)]
struct Index {
    /// The ids, sorted.
    notes: Vec<String>,
}

/// Keeps notes for its callers. No caller sees the notes of another one.
#[server(name = "secured", title = "Secured notes")]
impl Secured {
    /// Describes the caller.
    #[tool(read_only)]
    fn whoami(&self, cx: &Context) -> Result<Json<Caller>, ToolError> {
        let caller = caller(cx)?;
        let mut scopes: Vec<String> = caller.scopes().map(str::to_owned).collect();
        scopes.sort_unstable();
        let token = caller.claim::<AccessToken>();
        Ok(Json(Caller {
            id: caller.id().to_owned(),
            subject: token.map(|token| token.subject().to_owned()),
            client: token.and_then(AccessToken::client).map(str::to_owned),
            scopes,
        }))
    }

    /// Lists the caller's notes.
    #[tool(read_only, scopes("notes:read"))]
    fn list_notes(&self, cx: &Context) -> Result<Json<Index>, ToolError> {
        Ok(Json(Index { notes: self.notes.ids(caller(cx)?.id()) }))
    }

    /// Writes a note, over an older one of that id.
    #[tool(destructive = false, idempotent, scopes("notes:write"))]
    fn write_note(
        &self,
        /// The id of the note.
        #[schema(pattern = "^[a-z0-9-]{1,64}$")]
        id: String,
        /// The note, in Markdown.
        #[schema(length(max = 10_000))]
        text: String,
        cx: &Context,
    ) -> Result<String, ToolError> {
        let answer = format!("Written: note://{id}");
        if self.notes.write(caller(cx)?.id(), id, text) {
            return Ok(answer);
        }
        Err("There is no room for another note. Delete one first.".into())
    }

    /// Deletes a note for good.
    #[tool(destructive, idempotent, scopes("notes:read", "notes:write"))]
    fn delete_note(
        &self,
        /// The id of the note.
        #[schema(pattern = "^[a-z0-9-]{1,64}$")]
        id: String,
        cx: &Context,
    ) -> Result<String, ToolError> {
        if self.notes.delete(caller(cx)?.id(), &id) {
            return Ok(format!("Deleted: note://{id}"));
        }
        Err(ToolError::new(format!("There is no note {id}. Find notes with list_notes.")))
    }

    /// The ids of the caller's notes.
    #[resource("notes://index", mime_type = "application/json", scopes("notes:read"))]
    fn index(&self, cx: &Context) -> Result<Json<Index>, ResourceError> {
        let owner = cx.principal().ok_or(ResourceError::not_found())?;
        Ok(Json(Index { notes: self.notes.ids(owner.id()) }))
    }

    /// How many notes there is room for.
    #[resource("notes://room", scopes("notes:write"))]
    fn room(&self) -> String {
        self.notes.room().to_string()
    }

    /// A note of the caller.
    #[resource("note://{id}", mime_type = "text/markdown", scopes("notes:read"))]
    fn note(&self, id: String, cx: &Context) -> Result<Text, ResourceError> {
        let owner = cx.principal().ok_or(ResourceError::not_found())?;
        self.notes.read(owner.id(), &id).map(Text::new).ok_or(ResourceError::not_found())
    }
}

/// The caller. There is none only where the program runs without an authenticator.
fn caller(cx: &Context) -> Result<&Principal, ToolError> {
    cx.principal().ok_or_else(|| "This server does not know its caller.".into())
}

impl Secured {
    /// The server with what it offers.
    fn app() -> App {
        let oauth = OAuth::from_env().require_scopes(["notes:read"]).scopes_supported(["notes:write"]);
        App::of(Self::default()).authenticate(oauth)
    }
}

pulseengine_mcp::main!(Secured::app());
