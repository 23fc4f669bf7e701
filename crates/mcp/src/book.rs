//! The examples of the README and of the book are tests: each page is the documentation of an item here.

macro_rules! pages {
    ($($(#[$condition:meta])* $name:ident $path:literal;)*) => { $(
        $(#[$condition])*
        #[doc = include_str!($path)]
        struct $name;
    )* };
}

pages! {
    Readme "../../../README.md";
    Package "../README.md";
    #[cfg(feature = "auth")]
    Authentication "../../../docs/src/authentication.md";
    #[cfg(feature = "dynamic")]
    Changes "../../../docs/src/changes.md";
    Completion "../../../docs/src/completion.md";
    Context "../../../docs/src/context.md";
    Errors "../../../docs/src/errors.md";
    FirstServer "../../../docs/src/first-server.md";
    #[cfg(feature = "http")]
    Http "../../../docs/src/http.md";
    Input "../../../docs/src/input.md";
    #[cfg(feature = "http")]
    LifeOfARequest "../../../docs/src/life-of-a-request.md";
    Limits "../../../docs/src/limits.md";
    OutboundHttp "../../../docs/src/outbound-http.md";
    Prompts "../../../docs/src/prompts.md";
    Resources "../../../docs/src/resources.md";
    Sessions "../../../docs/src/sessions.md";
    Tasks "../../../docs/src/tasks.md";
    Testing "../../../docs/src/testing.md";
    Tools "../../../docs/src/tools.md";
}
