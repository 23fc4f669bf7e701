//! Streamable HTTP as a component: `wasi:http`.
