//! Generated code in surroundings that could disturb it, and under strict lints.
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic, clippy::nursery, rust_2018_idioms)]

use macro_tests::call;
use pulseengine_mcp::Service;
use serde_json::json;

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
    mod std {}
    mod mcp {}
    const cx: u8 = 0;
    const value: u8 = 0;
    const arguments: u8 = 0;
    const slots: u8 = 0;
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

        #[pulseengine_mcp::tool]
        async fn fourth(&self, #[schema(default = 2.0 + 1.0)] cx2: f64) -> f64 {
            ::std::future::ready(cx2).await
        }
    }
}

#[test]
fn generics_conditions_and_names() {
    let server = || hostile::HTTPServer(2.5f32);
    assert_eq!(server().definition().server.name, "http-server");
    let names: Vec<_> = server().definition().tools.iter().map(|tool| tool.name).collect();
    assert_eq!(names, ["second", "third", "fourth"]);
    assert_eq!(call(server(), "second", &json!({})), "2.5");
    assert_eq!(call(server(), "third", &json!({"mcp": 1, "this": 2})), "3.0");
    assert_eq!(call(server(), "fourth", &json!({})), "3.0");
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
    let definition = empty::Empty.definition();
    assert_eq!(definition.server.name, "empty");
    assert!(definition.tools.is_empty() && definition.free.is_empty() && definition.completions.is_empty());
    let _ = empty::Gone;
}

/// A server made by `macro_rules!`: values arrive in invisible groups.
macro_rules! server {
    ($ty:ident, $name:literal, $uri:literal, $param:ty, $result:ty) => {
        struct $ty;

        #[pulseengine_mcp::server(name = $name, version = $name)]
        impl $ty {
            #[pulseengine_mcp::tool(name = $name)]
            fn run(&self, value: $param) -> $result {
                value
            }

            #[pulseengine_mcp::resource($uri)]
            fn read(&self, id: $param) -> $result {
                id
            }
        }
    };
}

server!(Made, "made", "made:{id}", String, String);

#[test]
fn servers_made_by_macros() {
    assert_eq!(Made.definition().server.name, "made");
    assert_eq!(call(Made, "made", &json!({"value": "x"})), "x");
    assert_eq!(Made.definition().resources[0].uri, "made:{id}");
}
