//! The property `state`, for what libFuzzer finds.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| parser_properties::state(data));
