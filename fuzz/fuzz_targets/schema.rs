//! The property `schema`, for what libFuzzer finds.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| parser_properties::schema(data));
