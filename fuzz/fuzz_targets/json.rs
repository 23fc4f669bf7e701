//! The property `json`, for what libFuzzer finds.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| parser_properties::json(data));
