//! In: a script's text. Out: whether it nests too deep to be parsed. swc recurses and an overflow cannot be caught
//! (measured: about 0.4 to 4 KB of stack a level), so the text is looked at first.
//!
//! Strings, comments and regular expressions are not told from code: nobody can without parsing, and who could mislead the
//! guard could overflow the parser. So everything counts, with limits no text of people or bundlers has come near.

use crate::facts::Problem;
use crate::message::Message;
use crate::text::Span;

/// Brackets open at once that are still parsed.
const MAX_BRACKETS: usize = 1_000;
/// What may stand between two commas or semicolons, outside inner brackets, that can nest without a bracket: `!!!!x`,
/// `a?b:c?d:e`, `if(a)if(b)`, `typeof typeof x`. Each costs [`HEAVY`] or 1.
const MAX_RUN: u32 = 10_000 * HEAVY;
/// A word behind a word, and operators that take what stands right of them. Those that take what stands left cost 1: a tree
/// that leans left is built in a loop, and texts as Base64 are full of `+` and `/`.
const HEAVY: u32 = 8;
/// `else if` in a row: the parser's time for them grows with the square of their number.
const MAX_ELSE: u32 = 4_000;
/// Labels in a row, for the same reason.
const MAX_LABELS: u32 = 1_000;

/// What has come together at one depth of brackets.
#[derive(Clone, Copy, Default)]
struct Level {
    run: u32,
    elses: u32,
    /// `<` since the last semicolon: type arguments nest without brackets and across commas.
    angles: u32,
}

/// What stood before a byte, white space apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Word,
    /// A bracket that closes, or a quote: a value ends here.
    Value,
    /// `}` or `;`: perhaps a statement ends here.
    End,
    Operator,
}

/// # Errors
/// The place where the text becomes too deep.
pub(super) fn nesting(text: &str) -> Result<(), Problem> {
    let bytes = text.as_bytes();
    let mut outer: Vec<Level> = Vec::new();
    let mut level = Level::default();
    let mut before = Before::End;
    let mut labels = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += 1;
        if byte.is_ascii_whitespace() {
            continue;
        }
        if is_word(byte) {
            at += bytes[at..].iter().position(|byte| !is_word(*byte)).unwrap_or(bytes.len() - at);
            word(&mut level, &bytes[start..at], before);
            before = Before::Word;
        } else {
            labels = if byte != b':' { 0 } else { labels + u32::from(before == Before::Word) };
            before = match byte {
                b'(' | b'[' | b'{' => {
                    level.run += HEAVY;
                    outer.push(std::mem::take(&mut level));
                    Before::Operator
                }
                b')' | b']' | b'}' => {
                    level = outer.pop().unwrap_or_default();
                    if byte == b'}' { Before::End } else { Before::Value }
                }
                b';' => {
                    level = Level { elses: level.elses, ..Level::default() };
                    Before::End
                }
                b',' => {
                    level.run = 0;
                    Before::Operator
                }
                _ => operator(&mut level, byte, before),
            };
        }
        let run = level.run > MAX_RUN || level.angles > MAX_RUN / HEAVY;
        if outer.len() > MAX_BRACKETS || run || level.elses > MAX_ELSE || labels > MAX_LABELS {
            let message = Message::new("problem-deep-script");
            return Err(Problem { span: Span::new(start, start), message, fatal: true });
        }
    }
    Ok(())
}

fn word(level: &mut Level, word: &[u8], before: Before) {
    if word == b"else" {
        level.elses += 1;
    } else if before == Before::End
        && !matches!(word, b"in" | b"of" | b"as" | b"instanceof" | b"satisfies" | b"extends")
    {
        // A statement begins, so the one before is complete.
        *level = Level::default();
    }
    if before == Before::Word {
        level.run += HEAVY;
    }
}

/// An operator; what it is follows from what stands before it.
fn operator(level: &mut Level, byte: u8, before: Before) -> Before {
    let binary = before != Before::Operator;
    match byte {
        b'"' | b'\'' => return Before::Value,
        b'`' => {
            level.run += 1;
            return Before::Value;
        }
        b'<' => {
            level.angles += 1;
            level.run += 1;
        }
        b'/' => level.run += 1,
        b'+' | b'-' | b'%' | b'&' | b'|' | b'^' | b'>' | b'.' | b'*' if binary => level.run += 1,
        _ => level.run += HEAVY,
    }
    Before::Operator
}

fn is_word(byte: u8) -> bool {
    WORD[byte as usize]
}

/// Every byte of every script is looked up here.
const WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let known = byte as u8;
        table[byte] = known.is_ascii_alphanumeric() || matches!(known, b'_' | b'$' | b'\\') || known >= 0x80;
        byte += 1;
    }
    table
};

/// Whether `<a:b.` stands anywhere: as markup it is a mistake that swc does not survive, so then nothing is read as markup.
pub(super) fn has_member_of_namespace(text: &str) -> bool {
    let name = |rest: &mut &str, end: char| {
        let inside = rest.trim_start();
        let after = inside.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-'));
        let ended = after.trim_start().strip_prefix(end).filter(|_| after.len() < inside.len());
        *rest = ended.unwrap_or_default();
        ended.is_some()
    };
    memchr::memchr_iter(b'<', text.as_bytes()).any(|at| {
        let mut rest = &text[at + 1..];
        name(&mut rest, ':') && name(&mut rest, '.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nests_without_brackets_is_refused_and_what_only_repeats_is_not() {
        let many = |piece: &str, end: &str| format!("x={}{end}", piece.repeat(50_000));
        for piece in [
            "!", "- ", "typeof ", "new ", "a?b:", "a=>", "a=", "a**", "`${", "(", "{a:", "a<b,", "++", "a in ", "a as ",
        ] {
            assert!(nesting(&many(piece, "1")).is_err(), "{piece}");
        }
        for piece in ["if(a)", "for(;;)", "while(a)", "do ", "a:", "else if(a){}", "else if(a)b;", "with(a)", "@a\n"] {
            assert!(nesting(&piece.repeat(50_000)).is_err(), "{piece}");
        }
        for piece in [
            "f(1);",
            "f(1),",
            "if(a){}\n",
            "if(a){b}else{c}\n",
            "if(a)b;else c;",
            "function f(){return 1}",
            "a=function(){};",
            "case 1:return a;",
            "{a:1,b:[1,2]},",
            "\"aGk+/b4=\",",
            "var a=b<c;",
            "class A extends B{}\n",
            "// a word, and another\n",
        ] {
            assert!(nesting(&piece.repeat(30_000)).is_ok(), "{piece}");
        }
        assert!(
            nesting(&format!(
                "x=\"{}\"",
                "aGk0+b4Zx81kQmc9Tq7PzYw2LrNs5VhJd3/xUeBfOaKgMiCt6R8yWnXlQpZvDb0S".repeat(25_000)
            ))
            .is_ok(),
            "Base64 of 1.5 MB"
        );
    }
}
