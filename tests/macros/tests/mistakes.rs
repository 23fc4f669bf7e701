//! What is said of each mistake: one error, at the user's tokens, that says what to write instead.

#[test]
fn mistakes() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

/// Those that are found when a server is put together: `cargo check` of a handler alone does not see them.
#[test]
fn mistakes_of_a_whole_server() {
    let cases = trybuild::TestCases::new();
    // One that passes makes the others be built, not only checked.
    cases.pass("tests/ui-late/header_fits.rs");
    cases.compile_fail("tests/ui-late/header_[bt]*.rs");
}
