//! One runtime surface for Tokio and WASI.
