//! Tests of several files together.

mod environment;
mod fetching;
