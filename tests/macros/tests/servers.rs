//! Servers of every kind: what the macros say of them, and what calls of them give.
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic, rust_2018_idioms)]

use std::sync::Arc;
use std::task::{Poll, Waker};

use pulseengine_mcp::__private::{CompletionOf, Definition, Running, Service, ToolInfo};
use pulseengine_mcp::prelude::*;
use pulseengine_mcp::schema::{self};

#[derive(Clone, Default)]
struct Calculator {
    offset: f64,
}

/// Calculates.
///
/// Carefully.
#[server(crate = "pulseengine_mcp")]
impl Calculator {
    const START: f64 = 10.0;

    /// Adds two numbers.
    ///
    /// Plus an offset.
    #[tool]
    async fn add(&self, a: f64, b: f64) -> f64 {
        std::future::ready(a + b + self.offset).await
    }

    #[tool(
        name = "calc.divide",
        title = "Divide",
        description = "Divides.",
        read_only,
        destructive = false,
        idempotent = true,
        open_world = false,
        icon(src = "https://example.com/a.png", mime_type = "image/png", sizes = ["48x48", "any"], theme = "dark"),
        icon(src = "data:,"),
        meta = r#"{ "k" : [1,
            2] }"#,
        deny_unknown
    )]
    fn divide(
        &self,
        /// The dividend.
        a: f64,
        #[schema(description = "The divisor.", default = Self::START)] mut b: f64,
    ) -> Result<f64, String> {
        if b < 0.0 {
            b = -b;
        }
        if b == 0.0 { Err("zero".into()) } else { Ok(a / b) }
    }

    #[tool]
    fn nothing(&self) {}

    #[tool]
    async fn r#type(&self, r#in: Option<String>, cx: &Context) -> String {
        format!("{:?} {}", r#in, cx.arguments)
    }

    #[tool]
    fn name<'a>(&'a self, cx: &'a Context, args: String) -> &'a str {
        let _ = cx;
        if args.is_empty() { "empty" } else { "full" }
    }

    fn helper(&self) -> f64 {
        self.offset
    }
}

fn now(running: Running) -> String {
    match running {
        Running::Ready(reply) => reply.0,
        Running::Pending(mut future) => {
            let mut cx = std::task::Context::from_waker(Waker::noop());
            match future.as_mut().poll(&mut cx) {
                Poll::Ready(reply) => reply.0,
                Poll::Pending => panic!("it waits"),
            }
        }
    }
}

fn call<S: Service>(server: &Arc<S>, tool: &str, arguments: &str) -> String {
    let tools = server.definition().tools;
    let index = tools.iter().position(|info| info.name == tool).expect("a tool");
    let cx = Context { arguments: arguments.into(), members: tools[index].members, ..Context::default() };
    now(Arc::clone(server).call_tool(index, cx))
}

fn values(values: &[Option<&str>]) -> Context {
    let values = values.iter().map(|value| value.map(str::to_owned)).collect();
    Context { values, ..Context::default() }
}

fn input(tool: &'static ToolInfo) -> String {
    let mut w = pulseengine_mcp_protocol::json::Writer::default();
    schema::write(&tool.input, &mut w);
    w.into_text()
}

#[test]
fn definition_of_tools() {
    let server = Calculator { offset: 1.0 };
    let _ = server.helper();
    let definition = server.definition();
    assert_eq!(definition.server.name, "calculator");
    assert_eq!(definition.server.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(definition.server.instructions, Some("Calculates.\n\nCarefully."));
    let names: Vec<_> = definition.tools.iter().map(|tool| tool.name).collect();
    assert_eq!(names, ["add", "calc.divide", "nothing", "type", "name"]);
    let [add, divide, nothing, ..] = definition.tools else { panic!() };
    assert_eq!(add.description, Some("Adds two numbers.\n\nPlus an offset."));
    assert!(add.output.is_some() && nothing.output.is_none());
    assert_eq!((divide.title, divide.description), (Some("Divide"), Some("Divides.")));
    let hints = &divide.hints;
    assert_eq!(
        (hints.read_only, hints.destructive, hints.idempotent, hints.open_world),
        (Some(true), Some(false), Some(true), Some(false))
    );
    assert_eq!(add.hints.read_only, None);
    assert_eq!(divide.icons.len(), 2);
    assert_eq!(divide.icons[0].sizes, ["48x48", "any"]);
    assert_eq!(divide.icons[0].theme, Some("dark"));
    assert_eq!(divide.meta, Some(r#"{"k":[1,2]}"#));
    assert_eq!(
        input(divide),
        r#"{"type":"object","properties":{"a":{"description":"The dividend.","type":"number","format":"double"},"b":{"description":"The divisor.","type":"number","format":"double","default":10.0}},"required":["a"],"additionalProperties":false}"#
    );
    assert_eq!(input(nothing), r#"{"type":"object"}"#);
}

#[test]
fn calls_of_tools() {
    let server = Arc::new(Calculator { offset: 1.0 });
    let table = [
        ("add", r#"{"a":1,"b":2.5}"#, "4.5"),
        ("add", r#"{"a":1}"#, "refused: /b: is required"),
        ("add", r"[]", "refused: must be an object"),
        ("calc.divide", r#"{"a":5}"#, "0.5"),
        ("calc.divide", r#"{"a":5,"b":-2}"#, "2.5"),
        ("calc.divide", r#"{"a":5,"b":0}"#, "failed: \"zero\""),
        ("calc.divide", r#"{"a":"x"}"#, "refused: /a: must be a number"),
        ("nothing", "{}", "()"),
        ("type", "{}", "\"None {}\""),
        ("type", r#"{"in":"a"}"#, "\"Some(\\\"a\\\") {\\\"in\\\":\\\"a\\\"}\""),
        ("name", r#"{"args":""}"#, "\"empty\""),
    ];
    for (tool, arguments, expected) in table {
        assert_eq!(call(&server, tool, arguments), expected, "{tool} {arguments}");
    }
    assert_eq!(now(server.call_tool(99, Context::default())), "");
}

mod notes {
    use super::*;

    pub(super) struct Notes;

    #[server(
        name = "notes",
        version = "2.0",
        title = "Notes",
        description = "Keeps notes.",
        instructions = concat!("Read ", "first."),
        website_url = "https://example.com",
        icon(src = "https://example.com/i.svg", sizes = ["any"]),
        tools = [echo, super::free::ping]
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
        async fn note(&self, path: String, cx: &Context, folder: u32) -> Result2 {
            let _ = cx;
            format!("{folder} {path}")
        }

        #[resource("note:readme", size = 12, priority = 1)]
        fn readme(&self) -> Text {
            Text("read me".into())
        }

        fn all(&self, cx: &Context) -> Vec<Resource> {
            cx.values.iter().map(|_| Resource { uri: "note://1/a".into() }).collect()
        }

        /// Reviews code.
        #[prompt(title = "Review", icon(src = "data:,"))]
        fn review(
            &self,
            /// The code
            /// to review.
            code: String,
            #[schema(title = "Language", description = "In what it is written.")] language: Option<String>,
        ) -> String {
            format!("{code} {language:?}")
        }

        #[prompt]
        async fn greet(&self) -> String {
            "hello".into()
        }

        #[completion(prompt = "review", argument = "language")]
        fn languages(&self, value: &str, _cx: &Context) -> Vec<String> {
            ["rust", "ruby", "go"]
                .into_iter()
                .filter(|name| name.starts_with(value))
                .map(Into::into)
                .collect()
        }

        #[completion(resource = "note://{folder}/{+path}", argument = "folder")]
        async fn folders(&self, prefix: String) -> Vec<String> {
            vec![prefix + "1"]
        }
    }

    type Result2 = String;

    /// Echoes.
    #[tool(title = "Echo")]
    pub(super) async fn echo(message: String, cx: &Context) -> String {
        format!("{message} {}", cx.members.len())
    }
}

mod free {
    use super::*;

    /// Answers.
    #[tool]
    pub(super) fn ping() -> bool {
        true
    }
}

#[test]
fn definition_of_resources_and_prompts() {
    let definition = notes::Notes.definition();
    let server = &definition.server;
    assert_eq!((server.name, server.version, server.title), ("notes", "2.0", Some("Notes")));
    assert_eq!((server.description, server.instructions), (Some("Keeps notes."), Some("Read first.")));
    assert_eq!((server.website_url, server.icons.len()), (Some("https://example.com"), 1));
    let [note, readme] = definition.resources else { panic!() };
    assert_eq!((note.uri, note.template, note.listed), ("note://{folder}/{+path}", true, true));
    assert_eq!((note.name, note.title, note.description), ("a note", Some("Note"), Some("A note.")));
    assert_eq!((note.mime_type, note.audience), (Some("text/plain"), &["user", "assistant"][..]));
    assert_eq!((note.priority, note.meta, note.size), (Some("0.5"), Some("{}"), None));
    assert_eq!((readme.uri, readme.template, readme.listed), ("note:readme", false, false));
    assert_eq!((readme.name, readme.size, readme.priority), ("readme", Some(12), Some("1")));
    let [review, greet] = definition.prompts else { panic!() };
    assert_eq!(
        (review.name, review.title, review.description),
        ("review", Some("Review"), Some("Reviews code."))
    );
    let [code, language] = review.arguments else { panic!() };
    assert_eq!((code.name, code.description, code.required), ("code", Some("The code\nto review."), true));
    assert_eq!((language.title, language.required), (Some("Language"), false));
    assert_eq!((greet.name, greet.arguments.len()), ("greet", 0));
    let [languages, folders] = definition.completions else { panic!() };
    assert_eq!((languages.of, languages.argument), (CompletionOf::Prompt("review"), "language"));
    assert_eq!((folders.of, folders.argument), (CompletionOf::Resource("note://{folder}/{+path}"), "folder"));
}

#[test]
fn calls_of_resources_and_prompts() {
    let server = Arc::new(notes::Notes);
    // Variables stand in the order of the template, not of the parameters.
    let cx = values(&[Some("7"), Some("a/b")]);
    assert_eq!(now(server.clone().read_resource(0, cx)), "7 a/b");
    let cx = values(&[Some("x"), Some("a")]);
    assert_eq!(now(server.clone().read_resource(0, cx)), "refused: must be a number");
    assert_eq!(now(server.clone().read_resource(1, values(&[]))), "read me");
    assert_eq!(now(server.clone().list_resources(0, values(&[None]))), "note://1/a");
    assert_eq!(now(server.clone().list_resources(1, values(&[]))), "");
    assert_eq!(now(server.clone().get_prompt(0, values(&[Some("x"), None]))), "x None");
    assert_eq!(now(server.clone().get_prompt(0, values(&[None, None]))), "refused: is required");
    assert_eq!(now(server.clone().get_prompt(1, values(&[]))), "hello");
    assert_eq!(now(server.clone().complete(0, values(&[Some("ru")]))), "rust ruby");
    assert_eq!(now(server.complete(1, values(&[Some("x")]))), "x1");
}

#[test]
fn free_functions() {
    let [echo, ping] = notes::Notes.definition().free else { panic!() };
    assert_eq!(
        (echo.info.name, echo.info.title, echo.info.description),
        ("echo", Some("Echo"), Some("Echoes."))
    );
    assert_eq!(ping.info.name, "ping");
    assert!(free::ping());
    let cx =
        Context { arguments: r#"{"message":"hi"}"#.into(), members: echo.info.members, ..Context::default() };
    assert_eq!(now((echo.call)(cx)), "\"hi 1\"");
    let cx = Context { arguments: "{}".into(), ..Context::default() };
    assert_eq!(now((ping.call)(cx)), "true");
}

/// Names that generated code must not meet.
mod hostile {
    #![allow(non_upper_case_globals, dead_code, unused_macros)]

    use pulseengine_mcp::server as serve;

    pub(super) struct HTTPServer<T>(pub(super) T);
    struct Option;
    struct Some;
    struct Arc;
    struct Result;
    struct Context2;
    mod core {}
    mod mcp {}
    const cx: u8 = 0;
    const value: u8 = 0;
    const arguments: u8 = 0;
    const index: u8 = 0;
    macro_rules! env {
        () => {};
    }

    #[serve]
    impl<T: Clone + Send + Sync + 'static> HTTPServer<T>
    where
        T: Into<f64>,
    {
        #[cfg(any())]
        #[pulseengine_mcp::tool]
        fn first(&self) -> Missing {}

        #[pulseengine_mcp::tool]
        #[cfg(all())]
        fn second(&self) -> f64 {
            self.0.clone().into()
        }

        #[cfg(not(all()))]
        #[pulseengine_mcp::tool]
        fn third(&self) -> Missing {}

        #[cfg(all())]
        #[pulseengine_mcp::tool]
        #[deprecated]
        fn third(&self, mcp: f64, this: f64) -> f64 {
            mcp + this
        }
    }
}

#[test]
fn generics_conditions_and_names() {
    let server = Arc::new(hostile::HTTPServer(2.5f32));
    assert_eq!(server.definition().server.name, "http-server");
    let names: Vec<_> = server.definition().tools.iter().map(|tool| tool.name).collect();
    assert_eq!(names, ["second", "third"]);
    assert_eq!(call(&server, "second", "{}"), "2.5");
    assert_eq!(call(&server, "third", r#"{"mcp":1,"this":2}"#), "3.0");
}

mod empty {
    pub(super) struct Empty;

    #[pulseengine_mcp::server]
    #[cfg(all())]
    impl Empty {}

    pub(super) struct Gone;

    #[pulseengine_mcp::server]
    #[cfg(any())]
    impl Gone {}
}

#[test]
fn empty_servers() {
    let Definition { tools, resources, prompts, completions, free, .. } = empty::Empty.definition();
    assert_eq!(tools.len() + resources.len() + prompts.len() + completions.len() + free.len(), 0);
    let _ = empty::Gone;
}
