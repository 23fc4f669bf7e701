//! The property `base64_header`, for what libFuzzer finds.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| parser_properties::base64_header(data));
