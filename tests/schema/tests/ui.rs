//! What the derive says to types it cannot honour.

#[test]
fn errors_are_clear() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
