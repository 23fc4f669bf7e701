//! Generated code in surroundings that could disturb it, and under strict lints.
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    rust_2018_idioms,
    single_use_lifetimes,
    unused_qualifications
)]
#![deny(missing_copy_implementations, missing_debug_implementations, trivial_casts, unused_results)]
#![deny(clippy::pedantic, clippy::indexing_slicing, clippy::unwrap_used, let_underscore_drop)]
#![allow(clippy::unused_async, clippy::unnecessary_wraps, reason = "handlers of every kind")]

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
        #[cfg(not(test))]
        #[pulseengine_mcp::tool]
        fn first(&self) -> Missing {}

        #[pulseengine_mcp::tool]
        #[cfg(test)]
        fn second(&self) -> f64 {
            self.0.clone().into()
        }

        #[cfg(not(test))]
        #[pulseengine_mcp::tool]
        fn third(&self) -> Missing {}

        #[cfg(test)]
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
    #[cfg(test)]
    impl Empty {}

    pub(super) struct Gone;

    #[pulseengine_mcp::server]
    #[cfg(not(test))]
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
    assert_eq!(Made.definition().resources.first().map(|resource| resource.uri), Some("made:{id}"));
}

/// What a library offers to others.
pub mod library {
    /// A server.
    #[derive(Clone, Copy, Debug)]
    pub struct Public;

    #[pulseengine_mcp::server(tools = [free])]
    impl Public {
        /// A tool.
        #[pulseengine_mcp::tool]
        pub async fn run(&self, cx: &pulseengine_mcp::Context) {
            cx.progress(1.0, None).await;
        }

        /// A tool.
        #[pulseengine_mcp::tool]
        pub fn sum(&self, values: Vec<f64>) -> Result<f64, pulseengine_mcp::ToolError> {
            Ok(values.iter().sum())
        }
    }

    /// A tool.
    #[pulseengine_mcp::tool]
    pub fn free(text: String) -> String {
        text
    }
}

#[test]
fn servers_of_libraries() {
    assert_eq!(call(library::Public, "run", &json!({})), "");
    assert_eq!(call(library::Public, "sum", &json!({"values": [1, 2]})), "3.0");
    assert_eq!(call(library::Public, "free", &json!({"text": "x"})), "x");
}

use pulseengine_mcp as renamed;

struct Elsewhere;

#[renamed::server(crate = "crate::renamed", tools = [elsewhere])]
impl Elsewhere {
    #[renamed::tool]
    fn double(&self, #[schema(minimum = 0)] value: f64) -> f64 {
        value * 2.0
    }
}

#[renamed::tool(crate = "crate::renamed")]
fn elsewhere(value: Option<bool>) -> bool {
    value.is_none()
}

#[test]
fn another_path_to_the_framework() {
    assert_eq!(call(Elsewhere, "double", &json!({"value": 1.5})), "3.0");
    assert_eq!(call(Elsewhere, "elsewhere", &json!({})), "true");
}
