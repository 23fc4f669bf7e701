//! Notes as files of a folder: tools that write, resources that are listed and watched, a prompt that embeds one,
//! and completions.
//!
//! The variable `NOTES_DIR` names the folder, else it is `notes` in the current folder. No note is read or written outside of
//! it. A component sees the folders that its host opens for it, and no others.

mod folder;
#[cfg(test)]
mod tests;

use folder::Folder;
use pulseengine_mcp::prelude::*;

/// Most hits of a search.
const MAX_HITS: usize = 50;

/// Ways to summarize.
const STYLES: [&str; 3] = ["bullet points", "one sentence", "paragraph"];

/// The server.
struct Notes {
    folder: Folder,
}

/// What a search found.
#[derive(Schema)]
struct Found {
    /// Lines that hold the text, at most 50.
    hits: Vec<Hit>,
    /// Whether there are more.
    more: bool,
}

/// A line of a note.
#[derive(Schema)]
struct Hit {
    /// The id of the note.
    id: String,
    /// The number of the line, from 1.
    line: u32,
    /// The line.
    text: String,
}

/// The ids of all notes.
#[derive(Schema)]
struct Index {
    /// The ids, sorted.
    notes: Vec<String>,
}

/// Keeps notes. The id of a note is 1 to 64 of a-z, 0-9 and -; read a note as the resource note://<id>.
#[server(name = "notes", title = "Notes")]
impl Notes {
    /// Writes a note, over an older one of that id.
    #[tool(destructive = false, idempotent)]
    fn write_note(
        &self,
        /// The id of the note.
        #[schema(pattern = "^[a-z0-9-]{1,64}$")]
        id: String,
        /// The note, in Markdown.
        #[schema(length(max = 100_000))]
        text: String,
        cx: &Context,
    ) -> Result<String, ToolError> {
        let new = self.folder.write(&id, &text)?;
        Self::announce(cx, &id, new);
        Ok(format!("{} note://{id}", if new { "Created" } else { "Updated" }))
    }

    /// Deletes a note for good.
    #[tool(destructive, idempotent)]
    fn delete_note(
        &self,
        /// The id of the note.
        #[schema(pattern = "^[a-z0-9-]{1,64}$")]
        id: String,
        cx: &Context,
    ) -> Result<String, ToolError> {
        if !self.folder.delete(&id)? {
            return Err(ToolError::new(format!("There is no note {id}: find notes with search.")));
        }
        Self::announce(cx, &id, true);
        Ok(format!("Deleted note://{id}"))
    }

    /// Finds the lines of all notes that hold a text, upper and lower case alike.
    #[tool(read_only)]
    fn search(
        &self,
        /// The text.
        #[schema(length(min = 1, max = 200))]
        query: String,
    ) -> Result<Json<Found>, ToolError> {
        let query = query.to_lowercase();
        let mut found = Found { hits: Vec::new(), more: false };
        for id in self.folder.ids()? {
            // One that cannot be read, or has been deleted meanwhile, is passed over.
            let Ok(Some(note)) = self.folder.read(&id) else { continue };
            for (line, text) in (1..).zip(note.lines()) {
                if !text.to_lowercase().contains(&query) {
                    continue;
                }
                if found.hits.len() == MAX_HITS {
                    found.more = true;
                    return Ok(Json(found));
                }
                found.hits.push(Hit { id: id.clone(), line, text: text.to_owned() });
            }
        }
        Ok(Json(found))
    }

    /// A note.
    #[resource("note://{id}", mime_type = "text/markdown", list = list)]
    fn note(&self, id: String) -> Result<Text, ResourceError> {
        if !folder::is_id(&id) {
            return Err(ResourceError::not_found());
        }
        self.folder.read(&id)?.map(Text::new).ok_or(ResourceError::not_found())
    }

    /// The ids of all notes.
    #[resource("notes://index", mime_type = "application/json")]
    fn index(&self) -> Result<Json<Index>, ResourceError> {
        Ok(Json(Index { notes: self.folder.ids()? }))
    }

    /// Summarizes a note.
    #[prompt]
    fn summarize(
        &self,
        /// The id of the note.
        id: String,
        /// The form of the summary, such as "one sentence".
        style: Option<String>,
    ) -> Result<PromptMessages, PromptError> {
        let note = self.folder.read(&id)?.ok_or_else(|| format!("there is no note {id}"))?;
        let note = ResourceContents::text(format!("note://{id}"), note).mime_type("text/markdown");
        let style = style.unwrap_or_else(|| "paragraph".into());
        Ok(PromptMessages::new()
            .user(format!("Summarize this note. Form of the summary: {style}."))
            .user(note))
    }

    #[completion(prompt = "summarize", argument = "id")]
    fn prompt_id(&self, value: &str) -> Vec<String> {
        self.ids_from(value)
    }

    #[completion(resource = "note://{id}", argument = "id")]
    fn resource_id(&self, value: &str) -> Vec<String> {
        self.ids_from(value)
    }

    #[completion(prompt = "summarize", argument = "style")]
    fn style(&self, value: &str) -> Vec<&'static str> {
        STYLES.into_iter().filter(|style| style.starts_with(value)).collect()
    }

    fn list(&self) -> Result<Vec<Resource>, ResourceError> {
        let resource = |id: String| Resource::new(format!("note://{id}"), id).mime_type("text/markdown");
        Ok(self.folder.ids()?.into_iter().map(resource).collect())
    }

    fn ids_from(&self, start: &str) -> Vec<String> {
        // A folder that cannot be read has nothing to suggest.
        let ids = self.folder.ids().unwrap_or_default();
        ids.into_iter().filter(|id| id.starts_with(start)).collect()
    }

    /// Tells clients that a note has changed, and `listed` whether the list of notes has.
    fn announce(cx: &Context, id: &str, listed: bool) {
        cx.server().notify_resource_updated(format!("note://{id}"));
        if listed {
            cx.server().notify_resource_updated("notes://index");
            cx.server().notify_resources_changed();
        }
    }
}

impl Notes {
    /// The server with what it offers: subscriptions, and lists that change.
    fn app(folder: Folder) -> App {
        App::of(Self { folder }).subscriptions().announce_changes()
    }
}

pulseengine_mcp::main!(Notes::app(Folder::of_this_program()));
