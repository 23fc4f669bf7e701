//! The benchmark's reference tools on rmcp, the official Rust SDK.
//!
//! usage: bench-rmcp stdio|stdio-pipes [--tools N]
//!        bench-rmcp http PORT [--tools N] [--sse] [--current-thread]

use std::sync::{Arc, LazyLock, OnceLock};

use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt,
    handler::server::{
        router::tool::{ToolRoute, ToolRouter},
        wrapper::Parameters,
    },
    model::*,
    schemars,
    service::RequestContext,
    tool, tool_handler, tool_router,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
    },
};

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct EchoArgs {
    /// Text to send back
    message: String,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct BigArgs {
    /// Number of characters to return
    size: usize,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct ProgressArgs {
    /// Number of progress notifications to send
    count: u32,
}

fn pattern(size: usize) -> String {
    (0..size).map(|i| if i % 80 == 79 { '\n' } else { (b'a' + (i % 26) as u8) as char }).collect()
}

static BIG: LazyLock<String> = LazyLock::new(|| pattern(102_400));
static EXTRA_TOOLS: OnceLock<usize> = OnceLock::new();

fn text(s: impl Into<String>) -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text(s)])
}

async fn send_progress(count: u32, ctx: RequestContext<RoleServer>) -> Result<CallToolResult, ErrorData> {
    let token =
        ctx.meta.get_progress_token().ok_or_else(|| ErrorData::invalid_params("no progress token", None))?;
    for i in 1..=count {
        ctx.peer
            .notify_progress(
                ProgressNotificationParam::new(token.clone(), f64::from(i)).with_total(f64::from(count)),
            )
            .await
            .map_err(|e| ErrorData::internal_error(e.to_string(), None))?;
    }
    Ok(text(format!("{count} done")))
}

fn big_text(size: usize) -> String {
    if size == BIG.len() { BIG.clone() } else { pattern(size) }
}

/// One router for the whole process.
#[derive(Clone)]
struct Shared {
    router: Arc<ToolRouter<Shared>>,
}

#[tool_router]
impl Shared {
    #[tool(description = "Returns the message it was given")]
    async fn echo(&self, Parameters(a): Parameters<EchoArgs>) -> CallToolResult {
        text(a.message)
    }
    #[tool(description = "Returns a text of the requested size")]
    async fn big(&self, Parameters(a): Parameters<BigArgs>) -> CallToolResult {
        text(big_text(a.size))
    }
    #[tool(description = "Sends progress notifications, then a result")]
    async fn progress(
        &self,
        Parameters(a): Parameters<ProgressArgs>,
        ctx: RequestContext<RoleServer>,
    ) -> Result<CallToolResult, ErrorData> {
        send_progress(a.count, ctx).await
    }
}

impl Shared {
    fn new() -> Self {
        Self { router: Arc::new(with_fillers(Self::tool_router())) }
    }
}

#[tool_handler(router = self.router, name = "bench-rmcp", version = "1.0.0")]
impl ServerHandler for Shared {}

/// The definitions are made once, as the `#[tool]` macro caches its schemas.
fn filler_tools() -> &'static [Tool] {
    static TOOLS: OnceLock<Vec<Tool>> = OnceLock::new();
    TOOLS.get_or_init(|| {
        let schema = serde_json::json!({
            "type": "object",
            "properties": {
                "path": {"type": "string", "description": "Path of the item to act on"},
                "limit": {"type": "integer", "minimum": 1, "maximum": 1000, "description": "How many entries to return"},
                "recursive": {"type": "boolean", "description": "Whether to descend into children"}
            },
            "required": ["path"]
        });
        let serde_json::Value::Object(schema) = schema else { unreachable!() };
        (0..*EXTRA_TOOLS.get().unwrap_or(&0))
            .map(|i| {
                let name: &'static str = format!("filler_{i:03}").leak();
                let description: &'static str =
                    format!("Filler tool number {i}: lists the entries below a path").leak();
                Tool::new(name, description, schema.clone())
            })
            .collect()
    })
}

/// Adds tools `filler_000`… until the router holds the requested number.
fn with_fillers<S: Send + Sync + 'static>(mut router: ToolRouter<S>) -> ToolRouter<S> {
    for tool in filler_tools() {
        router.add_route(ToolRoute::new_dyn(tool.clone(), |_| {
            Box::pin(async { Ok(CallToolResponse::from(text("filler"))) })
        }));
    }
    router
}

struct Options {
    mode: String,
    port: u16,
    sse: bool,
    current_thread: bool,
}

fn parse() -> Options {
    let mut o = Options { mode: String::new(), port: 0, sse: false, current_thread: false };
    let mut args = std::env::args().skip(1);
    while let Some(a) = args.next() {
        match a.as_str() {
            "--sse" => o.sse = true,
            "--current-thread" => o.current_thread = true,
            "--tools" => {
                let n: usize = args.next().and_then(|v| v.parse().ok()).expect("--tools N");
                let _ = EXTRA_TOOLS.set(n.saturating_sub(3));
            }
            "http" => {
                o.mode = a;
                o.port = args.next().and_then(|v| v.parse().ok()).expect("http PORT");
            }
            _ => o.mode = a,
        }
    }
    o
}

async fn serve<S>(make: impl Fn() -> S + Send + Sync + 'static, o: &Options)
where
    S: ServerHandler + Send + Sync + Clone + 'static,
{
    match o.mode.as_str() {
        "stdio" => {
            let s = make().serve(rmcp::transport::stdio()).await.expect("serve");
            s.waiting().await.expect("wait");
        }
        "stdio-pipes" => {
            let s = make().serve(rmcp::transport::stdio_pipes()).await.expect("serve");
            s.waiting().await.expect("wait");
        }
        "http" => {
            // json_response: plain JSON for simple calls. It is ignored for the
            // legacy (2025-11-25) sessions, which always answer with SSE.
            let config = StreamableHttpServerConfig::default().with_json_response(!o.sse);
            let service =
                StreamableHttpService::new(move || Ok(make()), LocalSessionManager::default().into(), config);
            let router = axum::Router::new().nest_service("/mcp", service);
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", o.port)).await.expect("bind");
            use axum::serve::ListenerExt;
            let listener = listener.tap_io(|tcp| {
                let _ = tcp.set_nodelay(true);
            });
            axum::serve(listener, router).await.expect("serve");
        }
        other => panic!("unknown mode {other:?}"),
    }
}

fn main() {
    let o = parse();
    let mut builder = if o.current_thread {
        tokio::runtime::Builder::new_current_thread()
    } else {
        tokio::runtime::Builder::new_multi_thread()
    };
    let rt = builder.enable_all().build().expect("runtime");
    rt.block_on(async {
        let shared = Shared::new();
        serve(move || shared.clone(), &o).await;
    });
    rt.shutdown_background();
}
