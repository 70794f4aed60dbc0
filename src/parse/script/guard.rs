//! In: a script's text. Out: whether it nests too deep to be parsed. swc recurses and an overflow cannot be caught
//! (measured: about 0.4 to 4 KB of stack a level), so the text is looked at first.

use crate::facts::Problem;
use crate::text::Span;

/// Brackets open at once that are still parsed.
const MAX_BRACKETS: usize = 1_000;
/// Operators in a row without a closing bracket, comma or semicolon: `!!!!…x`, `a?b:c?d:…`, `else if` chains.
const MAX_RUN: usize = 40_000;

/// # Errors
/// The place where the text becomes too deep. Strings and comments are not told apart from code: a text with a
/// thousand open brackets inside a string is refused too, which no real file has shown.
pub(super) fn nesting(text: &str) -> Result<(), Problem> {
    let mut depth = 0usize;
    let mut run = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b';' | b',' => run = 0,
            b'!' | b'~' | b'?' | b'=' | b'+' | b'-' | b'<' => run += 1,
            _ => {}
        }
        if depth > MAX_BRACKETS || run > MAX_RUN {
            let message = format!("nested too deep to be read (over {MAX_BRACKETS} brackets or {MAX_RUN} operators)");
            return Err(Problem { span: Span::new(at, at), message, fatal: true });
        }
    }
    Ok(())
}
