//! Streamable HTTP on native platforms: hyper on Tokio.
