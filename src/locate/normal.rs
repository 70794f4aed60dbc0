//! In: source text. Out: the same without what formatters change: white space, comments, quotes, semicolons, trailing commas,
//! parentheses of arrow functions, and the insides of functions, which are no part of what stands there. Never a syntax tree:
//! it only has to give equal texts for equal code.

/// The text as fingerprints see it. Of markup, only the first tag counts.
pub(super) fn normalised(text: &str) -> String {
    let mut normal = Normal { rest: text, out: String::with_capacity(text.len()), folded: None, gap: false };
    let markup = text.trim_start().starts_with('<');
    while let Some(c) = normal.rest.chars().next() {
        normal.step(c);
        if markup && c == '>' {
            break;
        }
    }
    normal.out
}

struct Normal<'a> {
    rest: &'a str,
    out: String,
    /// How many braces are open inside a function that is left out.
    folded: Option<u32>,
    /// White space was left out before what comes.
    gap: bool,
}

impl Normal<'_> {
    fn step(&mut self, c: char) {
        if self.comment() {
            self.gap = true;
            return;
        }
        match c {
            '\'' | '"' | '`' if self.string(c) => {}
            c if c.is_whitespace() || c == ';' => {
                self.gap = true;
                self.rest = &self.rest[c.len_utf8()..];
            }
            '\\' => {
                let length = self.rest.chars().take(2).map(char::len_utf8).sum();
                self.take(length);
            }
            '{' => self.open(),
            '}' => self.close(),
            ')' | ']' => {
                self.drop_comma();
                self.take(1);
            }
            '=' if self.rest.starts_with("=>") => {
                self.bare_parameter();
                self.take(2);
            }
            c => self.take(c.len_utf8()),
        }
    }

    /// Passes a comment.
    fn comment(&mut self) -> bool {
        for (begin, end) in [("//", "\n"), ("/*", "*/"), ("<!--", "-->")] {
            if let Some(inside) = self.rest.strip_prefix(begin) {
                self.rest = inside.split_once(end).map_or("", |(_, after)| after);
                return true;
            }
        }
        false
    }

    /// Passes a string, if its end can be found.
    fn string(&mut self, quote: char) -> bool {
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == quote && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let Some((end, _)) = end else { return false };
        let inside = &self.rest[1..end];
        self.rest = &self.rest[end + 1..];
        if self.folded.is_some() {
            return true;
        }
        if quote == '`' {
            self.out.extend(["`", inside, "`"]);
            return true;
        }
        let inside = inside.replace("\\'", "'").replace("\\\"", "\"");
        let inside = inside.split_whitespace().collect::<Vec<_>>().join(" ");
        let key = self.out.ends_with(['{', ',']) && self.rest.trim_start().starts_with(':');
        if key && !inside.is_empty() && inside.chars().all(is_word) {
            self.out.push_str(&inside);
        } else {
            self.out.extend(["'", &inside, "'"]);
        }
        true
    }

    fn open(&mut self) {
        match &mut self.folded {
            Some(depth) => *depth += 1,
            None if self.out.ends_with(')') || self.out.ends_with("=>") => {
                self.out.push('{');
                self.folded = Some(0);
            }
            None => self.out.push('{'),
        }
        self.rest = &self.rest[1..];
    }

    fn close(&mut self) {
        match self.folded {
            Some(0) => self.folded = None,
            Some(depth) => {
                self.folded = Some(depth - 1);
                self.rest = &self.rest[1..];
                return;
            }
            None => self.drop_comma(),
        }
        self.take(1);
    }

    fn drop_comma(&mut self) {
        if self.folded.is_none() && self.out.ends_with(',') {
            self.out.pop();
        }
    }

    /// `(x)` before `=>` becomes `x`.
    fn bare_parameter(&mut self) {
        if self.folded.is_some() {
            return;
        }
        let Some(inside) = self.out.strip_suffix(')') else { return };
        let Some(open) = inside.rfind('(') else { return };
        let name = inside[open + 1..].to_owned();
        if !name.is_empty() && name.chars().all(is_word) && !inside[..open].ends_with(is_word) {
            self.out.truncate(open);
            self.out.push_str(&name);
        }
    }

    fn take(&mut self, length: usize) {
        let (piece, rest) = self.rest.split_at(length);
        if self.folded.is_none() {
            // Words stay apart.
            if self.gap && self.out.ends_with(is_word) && piece.starts_with(is_word) {
                self.out.push(' ');
            }
            self.out.push_str(piece);
        }
        self.gap = false;
        self.rest = rest;
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_formatters_change_is_gone() {
        for (one, other) in [
            ("my.x({\n  a: 'b',\n})", "my.x({a:\"b\"});"),
            ("my.x({ 'a': 1, \"b-c\": 2 })", "my.x({ a: 1, 'b-c': 2 })"),
            ("f((x) => x + 1)", "f(x=>x+1)"),
            ("f(x => { return 1 })", "f((x) => {\n  // new\n  if (x) { y({}) }\n  return '}';\n})"),
            ("f({ success(r) { a() } })", "f({ success(r) { b(); } })"),
            ("f('it\\'s')", "f(\"it's\")"),
            ("a /* x */ + b // y\n", "a+b"),
            ("<button\n  open-type='x' onTap=\"a\"\n>text</button>", "<button open-type=\"x\" onTap=\"a\">"),
            ("[1, 2,]", "[1,2]"),
            ("return  x", "return\nx"),
        ] {
            assert_eq!(normalised(one), normalised(other), "{one} | {other}");
        }
    }

    #[test]
    fn what_differs_stays_different() {
        for (one, other) in [
            ("my.x({ a: 'b' })", "my.x({ a: 'c' })"),
            ("f('a b')", "f('ab')"),
            ("new X", "newX"),
            ("f(a, b)", "f(a)"),
            ("f(x)(y)", "f(x, y)"),
            ("<button scope='a'>", "<button scope='b'>"),
            ("'http://a'", "'http://b'"),
            ("/\\/\\//.test(a)", "/\\/\\//.test(b)"),
            ("`a  b`", "`a b`"),
        ] {
            assert_ne!(normalised(one), normalised(other), "{one} | {other}");
        }
    }

    #[test]
    fn any_text_is_taken() {
        for text in ["", "'", "\\", "}}})", "{{{", "/*", "<", "=>", "(中)=>{", "a'b\"c`"] {
            let _ = normalised(text);
        }
    }
}
