//! In: places in a file's text. Out: edits that look as if the file's author had made them: indentation, quotes, commas, line
//! ends. Never decides what is to be mended, and gives nothing where a text is not laid out for people.

use crate::facts::script::{Expr, ExprId, Prop, Script};
use crate::facts::template::{Attribute, Element};
use crate::finding::{Edit, Place};
use crate::text::Span;

/// A longer line was not written by a person: what is put into it nobody would see.
const LONGEST_LINE: usize = 1000;

/// How much of a text tells how it is written; the work for each of a million findings must not grow with their file.
const SAMPLE: usize = 4 << 10;

/// A text and how it is written.
pub(super) struct Page<'t> {
    text: &'t str,
    newline: &'static str,
    unit: String,
    semicolons: bool,
    quote: char,
}

/// Lines of code; each begins with one tab for each step of indentation.
pub(super) type Lines = Vec<String>;

impl<'t> Page<'t> {
    /// `None` for what a tool wrote.
    pub(super) fn of(text: &'t str) -> Option<Page<'t>> {
        let mut end = text.len().min(SAMPLE);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let sample = &text[..end];
        if sample.lines().any(|line| line.len() > LONGEST_LINE) {
            return None;
        }
        let ends = |end: char| sample.lines().filter(|line| line.trim_end().ends_with(end)).count();
        let count = |c: char| sample.matches(c).count();
        Some(Page {
            text,
            newline: match (sample.contains("\r\n"), sample.contains('\n')) {
                (true, _) => "\r\n",
                (false, false) if sample.contains('\r') => "\r",
                _ => "\n",
            },
            unit: unit(sample),
            semicolons: ends(';') >= ends(')'),
            quote: if count('"') > count('\'') { '"' } else { '\'' },
        })
    }

    /// A string literal of a script.
    pub(super) fn quoted(&self, text: &str) -> String {
        let escaped = text.replace('\\', "\\\\").replace(self.quote, &format!("\\{}", self.quote));
        format!("{0}{escaped}{0}", self.quote)
    }

    /// A statement with the end that statements have here.
    pub(super) fn statement(&self, text: &str) -> String {
        if self.semicolons { format!("{text};") } else { text.to_owned() }
    }

    /// The white space before the first character of the line of `at`.
    fn indent(&self, at: usize) -> &'t str {
        let line = &self.text[self.line_start(at)..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1)
    }

    /// Whether the line of a place is one that a person reads.
    fn is_read(&self, at: usize) -> bool {
        let mut start = at.saturating_sub(LONGEST_LINE);
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        start == 0 || self.text[start..at].contains(['\n', '\r'])
    }

    fn starts_line(&self, at: usize) -> bool {
        self.is_read(at) && self.text[self.line_start(at)..at].trim().is_empty()
    }

    fn laid_out(&self, lines: &[String], indent: &str) -> String {
        let line = |line: &String| {
            let code = line.trim_start_matches('\t');
            format!("{indent}{}{code}", self.unit.repeat(line.len() - code.len()))
        };
        lines.iter().map(line).collect::<Vec<_>>().join(self.newline)
    }

    /// Adds a member behind the last one of an object literal. `object` is the literal with its braces, `last` where the last
    /// member begins and where its value ends. `None` when what stands behind it is not understood.
    pub(super) fn member(&self, object: Span, last: Option<Span>, lines: &[String]) -> Option<Vec<(Span, String)>> {
        let close = (object.end as usize).checked_sub(1)?;
        if self.text.get(close..object.end as usize)? != "}" || !self.is_read(close) {
            return None;
        }
        let Some(last) = last else {
            let text = self.text.get(object.start as usize + 1..close)?;
            let outer = self.indent(close);
            let lines = self.laid_out(lines, &format!("{outer}{}", self.unit));
            let new = format!("{0}{lines}{0}{outer}", self.newline);
            return text.trim().is_empty().then(|| vec![(Span::new(object.start as usize + 1, close), new)]);
        };
        let tail = tail(self.text, last.end as usize, close)?;
        let comma = if tail.comma { "," } else { "" };
        if !self.starts_line(close) {
            let one_line: Vec<&str> =
                lines.iter().map(|line| line.trim()).filter(|line| !line.starts_with("//")).collect();
            let before = if tail.comma { " " } else { ", " };
            return Some(vec![(Span::new(tail.end, tail.end), format!("{before}{}{comma}", one_line.join(" ")))]);
        }
        let outer = self.indent(close);
        let indent = match self.starts_line(last.start as usize) {
            true => self.indent(last.start as usize).to_owned(),
            false => format!("{outer}{}", self.unit),
        };
        let at = self.line_start(close);
        let new = format!("{}{comma}{}", self.laid_out(lines, &indent), self.newline);
        let mut edits = vec![(Span::new(at, at), new)];
        if !tail.comma {
            edits.insert(0, (Span::new(tail.end, tail.end), ",".to_owned()));
        }
        Some(edits)
    }

    /// Adds an attribute to a start tag, behind another one or behind its name.
    pub(super) fn attribute(
        &self,
        element: &Element,
        behind: Option<&Attribute>,
        name: &str,
        value: &str,
    ) -> (Span, String) {
        // Where `=` stands without a value, what comes behind the name would part the two.
        let rest = |other: &&Attribute| self.text.get(other.span.end as usize..).unwrap_or("").trim_start();
        let behind = behind.filter(|other| !rest(other).starts_with('='));
        let (at, gap) = match behind {
            Some(other) if self.starts_line(other.span.start as usize) => {
                (other.span.end, format!("{}{}", self.newline, self.indent(other.span.start as usize)))
            }
            Some(other) => (other.span.end, " ".to_owned()),
            None => (element.name_span.end, " ".to_owned()),
        };
        let quote = attribute_quote(self.text, element);
        (Span { start: at, end: at }, format!("{gap}{name}={quote}{value}{quote}"))
    }
}

/// The quotes that the attributes of an element have.
pub(super) fn attribute_quote(text: &str, element: &Element) -> char {
    let before = |at: u32| text.get(..at as usize).and_then(|before| before.chars().next_back());
    let quote = |c: &char| matches!(c, '"' | '\'');
    let values = element.attributes.iter().filter_map(|attribute| attribute.value.as_ref());
    values.rev().find_map(|value| before(value.span.start).filter(quote)).unwrap_or('"')
}

/// One step of indentation: a tab where more lines begin with one than with two spaces, else the most frequent number of
/// spaces by which a line is deeper than the one before.
fn unit(text: &str) -> String {
    let beginning = |indent: &str| text.lines().filter(|line| line.starts_with(indent)).count();
    if beginning("\t") > beginning("  ") {
        return "\t".to_owned();
    }
    let mut steps = [0usize; 9];
    let mut before = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let depth = line.len() - line.trim_start_matches(' ').len();
        if let Some(step) = steps.get_mut(depth.saturating_sub(before)) {
            *step += 1;
        }
        before = depth;
    }
    let best = (2..=8).rev().max_by_key(|step| steps[*step]).filter(|step| steps[*step] > 0);
    " ".repeat(best.unwrap_or(2))
}

/// The end of an object literal's last member.
struct Tail {
    /// Behind its last character, or behind the comma that follows it.
    end: usize,
    /// There is a comma.
    comma: bool,
}

/// Reads on from a value's end to the closing brace: parentheses, types, a comma, comments.
fn tail(text: &str, from: usize, close: usize) -> Option<Tail> {
    let mut tail = Tail { end: from, comma: false };
    let mut at = from;
    while at < close {
        let rest = text.get(at..close)?;
        let next = rest.chars().next()?;
        if rest.starts_with("//") {
            at += rest.find(['\n', '\r'])?;
            continue;
        }
        if rest.starts_with("/*") {
            at += rest.find("*/")? + 2;
            continue;
        }
        at += next.len_utf8();
        match next {
            c if c.is_whitespace() => continue,
            ',' if !tail.comma => tail.comma = true,
            ')' | '<' | '>' | '[' | ']' | '.' | '|' | '&' | '_' | '$' | '!' if !tail.comma => {}
            c if c.is_alphanumeric() && !tail.comma => {}
            _ => return None,
        }
        tail.end = at;
    }
    Some(tail)
}

/// From where the key of an object literal's last member begins to where its value ends; `None` when it has no members, or the
/// last one is a spread.
pub(super) fn last_member(script: &Script, props: &[Prop]) -> Option<Span> {
    let end = |value: ExprId| {
        let own = script.body.spans[value as usize].end;
        match script.body.exprs[value as usize] {
            Expr::Function(function) => own.max(script.functions[function as usize].span.end),
            _ => own,
        }
    };
    match props.last()? {
        Prop::Value(_, value, key) => Some(Span { start: key.start, end: end(*value) }),
        Prop::Getter(_, function, key) | Prop::Setter(_, function, key) => {
            Some(Span { start: key.start, end: script.functions[*function as usize].span.end })
        }
        Prop::Spread(_) => None,
    }
}

/// How a function is written as a member of an object literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `name() {`
    Method,
    /// `name: () => {`
    Arrow,
    /// `name: function () {`
    Function,
}

impl Shape {
    /// How `prop` is written, if it is a function.
    pub(super) fn of(script: &Script, text: &str, prop: &Prop) -> Option<Shape> {
        let Prop::Value(_, value, key) = prop else { return None };
        let Expr::Function(function) = script.body.exprs[*value as usize] else { return None };
        let colon = text.get(key.end as usize..)?.trim_start().starts_with(':');
        Some(match (colon, script.functions[function as usize].arrow) {
            (false, _) => Shape::Method,
            (true, true) => Shape::Arrow,
            (true, false) => Shape::Function,
        })
    }

    /// The line that begins such a member.
    pub(super) fn open(self, name: &str) -> String {
        match self {
            Shape::Method => format!("{name}() {{"),
            Shape::Arrow => format!("{name}: () => {{"),
            Shape::Function => format!("{name}: function () {{"),
        }
    }
}

/// Places of one file's edits.
pub(super) fn placed(file: &str, edits: Vec<(Span, String)>) -> Vec<Edit> {
    edits.into_iter().map(|(span, text)| Edit { place: Place { file: file.to_owned(), span }, text }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;
    use crate::parse;

    /// The text with one more member in its last object literal.
    fn with_member(text: &str) -> Option<String> {
        let (_, parsed) = parse::file("a.ts", text.as_bytes());
        let Some(Facts::Script(script)) = &parsed.facts else { panic!("{text}") };
        let last = script.body.exprs.iter().rposition(|expr| matches!(expr, Expr::Object(_))).expect("an object");
        let Expr::Object(props) = &script.body.exprs[last] else { panic!() };
        let page = Page::of(text)?;
        let lines: Lines = ["z() {", "\t// why", "\tf();", "}"].map(str::to_owned).into();
        let edits = page.member(script.body.spans[last], last_member(script, props), &lines)?;
        let mut out = text.to_owned();
        for (span, new) in edits.iter().rev() {
            out.replace_range(span.start as usize..span.end as usize, new);
        }
        let (_, parsed) = parse::file("a.ts", out.as_bytes());
        assert!(parsed.problems.is_empty(), "{out}");
        Some(out)
    }

    #[test]
    fn members_are_added_as_the_author_would() {
        for (text, want) in [
            ("p({\n  a: 1,\n})", "p({\n  a: 1,\n  z() {\n    // why\n    f();\n  },\n})"),
            ("p({\n\ta: 1\n})", "p({\n\ta: 1,\n\tz() {\n\t\t// why\n\t\tf();\n\t}\n})"),
            (
                "p({\r\n    a: 1 // one\r\n})",
                "p({\r\n    a: 1, // one\r\n    z() {\r\n        // why\r\n        f();\r\n    }\r\n})",
            ),
            (
                "p({\n  a: (x) /* , */\n  // }\n})",
                "p({\n  a: (x), /* , */\n  // }\n  z() {\n    // why\n    f();\n  }\n})",
            ),
            ("p({ a: 1 })", "p({ a: 1, z() { f(); } })"),
            ("p({ a: 1, })", "p({ a: 1, z() { f(); }, })"),
            ("p({ a() {\n  g();\n} })", "p({ a() {\n  g();\n}, z() { f(); } })"),
            ("p({ a: b as C })", "p({ a: b as C, z() { f(); } })"),
            ("  p({})", "  p({\n    z() {\n      // why\n      f();\n    }\n  })"),
        ] {
            assert_eq!(with_member(text).as_deref(), Some(want), "{text}");
        }
        assert!(tail("a 'b' }", 1, 6).is_none(), "what is not understood");
        assert_eq!(with_member("p({ /* a */ })"), None, "only a comment");
        assert_eq!(with_member(&format!("p({{ a: '{}' }})", "x".repeat(1000))), None, "a tool's line");
    }

    #[test]
    fn the_step_of_indentation_is_the_usual_one() {
        for (text, want) in [
            ("a\n  b\n    c\n", "  "),
            ("a\n    b\n      c\n    d\n        e\n", "    "),
            ("/*\n * x\n */\na\n\tb", "\t"),
            ("a\n\tb\n  c\n    d\n", "  "),
            ("a\n\tb\n\t\tc\n  d\n", "\t"),
            ("", "  "),
        ] {
            assert_eq!(unit(text), want, "{text:?}");
        }
    }
}
