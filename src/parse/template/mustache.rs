//! In: bytes behind a `{{`. Out: where its `}}` stands. Never reads the expression.

/// The offset of the `}}` that closes the braces opened just before `from`; `None` when nothing closes them.
/// `quote` is the quote around the attribute value, if any: a guess never runs past it.
///
/// JavaScript's own strings and braces are respected first (`{{ {a: {b: '}'}} }}`); text that is no JavaScript
/// (`{{ it's }}`) ends at the first `}}`. Both stop at another `{{` and at `</`, so that one forgotten `}}` costs
/// one place, and so that the search over a whole file stays linear.
pub(super) fn end(bytes: &[u8], from: usize, quote: Option<u8>) -> Option<usize> {
    balanced(bytes, from).or_else(|| first(bytes, from, quote))
}

/// Whether `bytes` has the two bytes `pair` at `at`.
pub(super) fn pair(bytes: &[u8], at: usize, pair: &[u8; 2]) -> bool {
    bytes.get(at..at + 2) == Some(pair)
}

/// The closing `}}` by JavaScript's rules for strings and braces.
fn balanced(bytes: &[u8], from: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = from;
    loop {
        match *bytes.get(at)? {
            b'}' if depth > 0 => depth -= 1,
            b'}' => return pair(bytes, at, b"}}").then_some(at),
            b'{' if pair(bytes, at, b"{{") => return None,
            b'{' => depth += 1,
            b'<' if pair(bytes, at, b"</") => return None,
            b'"' | b'\'' | b'`' => at = string_end(bytes, at)?,
            _ => {}
        }
        at += 1;
    }
}

/// The closing quote of the string that opens at `open`. A string that holds `}}` without its own `{{` before it is
/// taken for an apostrophe: it would swallow markup between two mustaches.
fn string_end(bytes: &[u8], open: usize) -> Option<usize> {
    let quote = bytes[open];
    let mut nested = 0usize;
    let mut at = open + 1;
    loop {
        match *bytes.get(at)? {
            byte if byte == quote => return (nested == 0).then_some(at),
            b'\\' => at += 1,
            b'\n' | b'\r' if quote != b'`' => return None,
            b'{' if pair(bytes, at, b"{{") => {
                nested += 1;
                at += 1;
            }
            b'}' if pair(bytes, at, b"}}") => {
                nested = nested.checked_sub(1)?;
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
}

/// The first `}}` whatever stands before it.
fn first(bytes: &[u8], from: usize, quote: Option<u8>) -> Option<usize> {
    let mut at = from;
    loop {
        match *bytes.get(at)? {
            b'}' if pair(bytes, at, b"}}") => return Some(at),
            b'{' if pair(bytes, at, b"{{") => return None,
            b'<' if pair(bytes, at, b"</") => return None,
            byte if Some(byte) == quote => return None,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_braces() {
        let cases = [
            ("{{a}}", Some("a")),
            ("{{}}", Some("")),
            ("{{{a: 1}}}", Some("{a: 1}")),
            ("{{ {a: {b: 1}}}} x", Some(" {a: {b: 1}}")),
            ("{{ ...item, o: {b: 1} }}", Some(" ...item, o: {b: 1} ")),
            ("{{ a ? \"p\" : 'q' }}", Some(" a ? \"p\" : 'q' ")),
            ("{{ a < b && c > d }}", Some(" a < b && c > d ")),
            ("{{ '\\'}' }}", Some(" '\\'}' ")),
            ("{{ `x {{y}}` }}", Some(" `x {{y}}` ")),
            ("{{ it's }}<view a='{{ b }}'>", Some(" it's ")),
            ("{{ it's }} {{ that's }}", Some(" it's ")),
            ("{{ a: {b: 1 }}<", Some(" a: {b: 1 ")),
            ("{{ a }", None),
            ("{{ a {{ b }}", None),
            ("{{ a </view> }}", None),
            ("{{", None),
        ];
        for (text, inside) in cases {
            let found = end(text.as_bytes(), 2, None).map(|close| &text[2..close]);
            assert_eq!(found, inside, "{text}");
        }
        assert_eq!(end(b"{{ it's\" b=\"}}", 2, Some(b'"')), None);
    }
}
