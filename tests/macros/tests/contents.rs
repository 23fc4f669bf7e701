//! Resources, prompts and completions: what the macros say of them, and what requests for them give.
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic, rust_2018_idioms)]
#![allow(clippy::unused_async, clippy::unnecessary_wraps, reason = "handlers of every kind")]

use macro_tests::ask;
use pulseengine_mcp::__private::CompletionOf;
use pulseengine_mcp::Service;
use pulseengine_mcp::prelude::*;
use serde_json::{Value, json};

struct Notes;

type Contents = Result<Text, ResourceError>;

#[server(
    name = "notes",
    version = "2.0",
    title = "Notes",
    description = "Keeps notes.",
    instructions = concat!("Read ", "first."),
    website_url = "https://example.com",
    icon(src = "https://example.com/i.svg", sizes = ["any"])
)]
impl Notes {
    /// A note.
    #[resource(
        "note://{folder}/{+path}",
        name = "a note",
        title = "Note",
        mime_type = "text/plain",
        audience = ["user", "assistant"],
        priority = 0.5,
        list = all,
        meta = "{}"
    )]
    async fn note(&self, path: String, cx: &Context, folder: u32) -> Contents {
        Ok(Text::new(format!("{folder} {path} {}", cx.uri().unwrap_or_default())))
    }

    #[resource("note:readme", size = 12, priority = 1)]
    fn readme(&self) -> Text {
        Text::new("read me")
    }

    async fn all(&self, _cx: &Context) -> Vec<Resource> {
        vec![Resource::new("note://1/a", "a")]
    }

    /// Reviews code.
    #[prompt(title = "Review", icon(src = "data:,"))]
    fn review(
        &self,
        /// The code
        /// to review.
        code: String,
        #[schema(title = "Language", description = "In what it is written.")] language: Option<String>,
        cx: &Context,
    ) -> String {
        format!("{code} {language:?} {}", cx.name().unwrap_or_default())
    }

    #[prompt]
    async fn greet(&self) -> PromptMessages {
        PromptMessages::new().user("hello")
    }

    #[completion(prompt = "review", argument = "language")]
    fn languages(&self, value: &str, _cx: &Context) -> Vec<&'static str> {
        ["rust", "ruby", "go"].into_iter().filter(|name| name.starts_with(value)).collect()
    }

    #[completion(resource = "note://{folder}/{+path}", argument = "folder")]
    async fn folders(&self, prefix: String) -> Vec<String> {
        vec![prefix + "1"]
    }

    #[completion(resource = "note://{folder}/{+path}", argument = "path")]
    async fn paths(&self, value: &str) -> Vec<String> {
        std::future::ready(vec![value.to_uppercase()]).await
    }
}

#[test]
fn definition() {
    let definition = Notes.definition();
    let server = &definition.server;
    assert_eq!((server.name, server.version, server.title), ("notes", "2.0", Some("Notes")));
    assert_eq!((server.description, server.instructions), (Some("Keeps notes."), Some("Read first.")));
    assert_eq!((server.website_url, server.icons.len()), (Some("https://example.com"), 1));
    let [note, readme] = definition.resources else { panic!("resources") };
    assert_eq!((note.uri, note.template, note.listed), ("note://{folder}/{+path}", true, true));
    assert_eq!((note.name, note.title, note.description), ("a note", Some("Note"), Some("A note.")));
    assert_eq!((note.mime_type, note.audience), (Some("text/plain"), &["user", "assistant"][..]));
    assert_eq!((note.priority, note.meta, note.size), (Some("0.5"), Some("{}"), None));
    assert_eq!((readme.uri, readme.template, readme.listed), ("note:readme", false, false));
    assert_eq!((readme.name, readme.size, readme.priority), ("readme", Some(12), Some("1")));
    let [review, greet] = definition.prompts else { panic!("prompts") };
    let names = (review.name, review.title, review.description);
    assert_eq!(names, ("review", Some("Review"), Some("Reviews code.")));
    let [code, language] = review.arguments else { panic!("arguments") };
    assert_eq!((code.name, code.description, code.required), ("code", Some("The code\nto review."), true));
    assert_eq!((language.title, language.required), (Some("Language"), false));
    assert_eq!((greet.name, greet.arguments.len()), ("greet", 0));
    let [languages, folders, _] = definition.completions else { panic!("completions") };
    assert_eq!((languages.of, languages.argument), (CompletionOf::Prompt("review"), "language"));
    assert_eq!((folders.of, folders.argument), (CompletionOf::Resource("note://{folder}/{+path}"), "folder"));
}

fn text(method: &str, params: Value, pointer: &str) -> String {
    let result = ask(Notes, method, params);
    let found = result.pointer(pointer).or_else(|| result.get("message"));
    found.and_then(Value::as_str).map_or_else(|| result.to_string(), str::to_owned)
}

#[test]
fn resources() {
    let table = [
        // Variables stand in the order of the template, not of the parameters.
        ("note://7/a/b", "7 a/b note://7/a/b"),
        ("note://x/a", "Invalid params: /folder must be a whole number in range"),
        ("note:readme", "read me"),
        ("note:other", "Resource not found"),
    ];
    for (uri, expected) in table {
        assert_eq!(text("resources/read", json!({"uri": uri}), "/contents/0/text"), expected, "{uri}");
    }
    let list = ask(Notes, "resources/list", json!({}));
    let uris: Vec<_> =
        list["resources"].as_array().expect("a list").iter().map(|r| r["uri"].clone()).collect();
    assert_eq!(uris, ["note:readme", "note://1/a"]);
}

#[test]
fn prompts() {
    let table = [
        ("review", json!({"code": "x"}), "x None review"),
        ("review", json!({"code": "x", "language": "go"}), "x Some(\"go\") review"),
        ("review", json!({}), "Invalid params: /code is required"),
        ("review", json!({"code": 1}), "Invalid params: /code must be a string"),
        ("greet", json!({}), "hello"),
    ];
    for (name, arguments, expected) in table {
        let params = json!({"name": name, "arguments": arguments});
        assert_eq!(text("prompts/get", params, "/messages/0/content/text"), expected, "{name} {arguments}");
    }
}

#[test]
fn completions() {
    let template = json!({"type": "ref/resource", "uri": "note://{folder}/{+path}"});
    let review = json!({"type": "ref/prompt", "name": "review"});
    let table = [
        (&review, "language", "ru", json!(["rust", "ruby"])),
        (&review, "code", "ru", json!([])),
        (&template, "folder", "x", json!(["x1"])),
        (&template, "path", "x", json!(["X"])),
    ];
    for (of, argument, value, expected) in table {
        let params = json!({"ref": of, "argument": {"name": argument, "value": value}});
        let result = ask(Notes, "completion/complete", params);
        assert_eq!(result["completion"]["values"], expected, "{argument}");
    }
}
