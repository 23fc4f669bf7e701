//! What is said of each mistake: one error, at the user's tokens, that says what to write instead.

#[test]
fn mistakes() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
