//! Command line transcripts: every file of `tests/cli/` is a command with its streams and its exit code.

#[test]
fn transcripts() {
    trycmd::TestCases::new().case("tests/cli/*.toml").env("NO_COLOR", "1").env("COLUMNS", "80").env("LC_ALL", "C");
}
