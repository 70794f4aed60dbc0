//! In: a JSON file's text, strict or not. Out: the value with its places, and what was wrong. Never interprets a key.
//!
//! Accepted in silence, because the platform's tools do: comments, trailing commas, single quotes, bare keys.

use crate::facts::Problem;
use crate::facts::manifest::{Json, Member, Value};
use crate::message::Message;
use crate::text::Span;

mod string;

/// Values nested deeper than this are not read: no manifest is, and a hostile one must not overflow the stack.
const MAX_DEPTH: usize = 200;
/// After this many problems the rest is noise.
const MAX_PROBLEMS: usize = 20;

/// Reads `text`, which has no byte order mark. What stands before a mistake is kept, so a truncated file still says
/// what it says; `None` only when there is no value at all.
pub fn read(text: &str) -> (Option<Json>, Vec<Problem>) {
    let mut reader = Reader { text, at: 0, problems: Vec::new(), stopped: false };
    reader.skip_blank();
    if reader.peek().is_none() {
        reader.problem(0, text.len(), Message::new("problem-empty"));
        return reader.finish(None);
    }
    let value = reader.value(0);
    reader.skip_blank();
    if !reader.stopped && reader.peek().is_some() {
        reader.problem(reader.at, text.len(), Message::new("problem-trailing"));
    }
    let value = (value.value != Value::Other).then_some(value);
    reader.finish(value)
}

struct Reader<'a> {
    text: &'a str,
    /// Byte offset, always on a character boundary.
    at: usize,
    problems: Vec<Problem>,
    /// Set when reading on makes no sense: the end came too early, or the nesting is too deep.
    stopped: bool,
}

impl Reader<'_> {
    fn finish(mut self, value: Option<Json>) -> (Option<Json>, Vec<Problem>) {
        if value.is_none() {
            self.problems.iter_mut().for_each(|problem| problem.fatal = true);
        }
        (value, self.problems)
    }

    fn problem(&mut self, start: usize, end: usize, message: Message) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem { span: Span::new(start, end), message, fatal: false });
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// White space and both kinds of comments.
    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let blank = |character: char| character.is_whitespace() || character == '\u{FEFF}';
            let start = self.at + (rest.len() - rest.trim_start_matches(blank).len());
            self.at = start;
            let rest = self.rest();
            if rest.starts_with("//") {
                self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
            } else if let Some(inside) = rest.strip_prefix("/*") {
                match inside.find("*/") {
                    Some(length) => self.at += length + 4,
                    None => {
                        self.at = self.text.len();
                        self.problem(start, start + 2, Message::new("problem-comment"));
                    }
                }
            } else {
                return;
            }
        }
    }

    fn stop(&mut self, start: usize, end: usize, message: Message) {
        if !self.stopped {
            self.problem(start, end, message);
            self.stopped = true;
        }
    }

    /// Reads one value; the caller has skipped blanks.
    fn value(&mut self, depth: usize) -> Json {
        let start = self.at;
        let value = match self.peek() {
            Some('{' | '[') if depth >= MAX_DEPTH => {
                self.stop(start, start + 1, Message::new("problem-deep-values"));
                Value::Other
            }
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some(quote @ ('"' | '\'')) => Value::String(self.string(quote)),
            _ => self.word(),
        };
        Json { value, span: Span::new(start, self.at) }
    }

    fn array(&mut self, depth: usize) -> Value {
        let open = self.at;
        self.at += 1;
        let mut items = Vec::new();
        while self.more(open, ']') {
            items.push(self.value(depth + 1));
            self.comma(']');
        }
        Value::Array(items)
    }

    fn object(&mut self, depth: usize) -> Value {
        let open = self.at;
        self.at += 1;
        let mut members = Vec::new();
        while self.more(open, '}') {
            if let Some(member) = self.member(depth) {
                members.push(member);
            }
            self.comma('}');
        }
        Value::Object(members)
    }

    /// Whether another part of the list that began at `open` follows; takes the closing bracket otherwise.
    fn more(&mut self, open: usize, close: char) -> bool {
        self.skip_blank();
        while !self.stopped && self.peek() == Some(',') {
            self.problem(self.at, self.at + 1, Message::new("problem-comma"));
            self.at += 1;
            self.skip_blank();
        }
        match self.peek() {
            _ if self.stopped => false,
            None => {
                self.stop(open, open + 1, Message::new("problem-bracket"));
                false
            }
            Some(next) if next == close => {
                self.at += 1;
                false
            }
            // The other bracket closes it just as well: what follows most likely belongs further out.
            Some(']' | '}') => {
                self.problem(self.at, self.at + 1, Message::new("problem-expected").with("what", close.to_string()));
                self.at += 1;
                false
            }
            Some(_) => true,
        }
    }

    /// Takes the comma between two parts, or says that it is missing.
    fn comma(&mut self, close: char) {
        let end = self.at;
        self.skip_blank();
        let ends = matches!(self.peek(), None | Some(']' | '}'));
        if !self.stopped && !self.take(',') && !ends {
            self.problem(end, end, Message::new("problem-expected-comma").with("what", close.to_string()));
        }
    }

    fn member(&mut self, depth: usize) -> Option<Member> {
        let start = self.at;
        let key = match self.peek() {
            Some(quote @ ('"' | '\'')) => self.string(quote),
            _ => self.bare(),
        };
        let key_span = Span::new(start, self.at);
        self.skip_blank();
        if !self.take(':') {
            match self.peek() {
                None => {} // the caller reports the bracket that is never closed
                Some(_) if key.is_empty() => {
                    let end = self.at + self.peek().map_or(0, char::len_utf8);
                    self.at = end;
                    self.problem(start, end, Message::new("problem-key"));
                }
                Some(_) => {
                    self.problem(key_span.start as usize, key_span.end as usize, Message::new("problem-key-value"))
                }
            }
            return None;
        }
        self.skip_blank();
        if matches!(self.peek(), None | Some(',' | '}')) {
            self.problem(key_span.start as usize, key_span.end as usize, Message::new("problem-key-value"));
            let value = Json { value: Value::Other, span: Span::new(self.at, self.at) };
            return Some(Member { key, key_span, value });
        }
        Some(Member { key, key_span, value: self.value(depth + 1) })
    }

    fn bare(&mut self) -> String {
        let rest = self.rest();
        let inside = |character: char| character.is_alphanumeric() || matches!(character, '_' | '$' | '-' | '.' | '/');
        let length = rest.find(|character| !inside(character)).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or("").to_owned();
        self.at += length;
        word
    }

    /// A number, a constant, or something JSON does not know, up to what must follow it.
    fn word(&mut self) -> Value {
        let start = self.at;
        let rest = self.rest();
        let ends = |character: char| character.is_whitespace() || ",:{}[]\"'".contains(character);
        let mut length = rest.find(ends).unwrap_or(rest.len());
        if let Some(comment) = rest.get(..length).and_then(|word| word.find("/*").or_else(|| word.find("//"))) {
            length = comment.max(1);
        }
        // Always goes on, or a stray character would be met for ever.
        let length = length.max(rest.chars().next().map_or(0, char::len_utf8));
        let word = rest.get(..length).unwrap_or("").to_owned();
        self.at += length;
        constant(&word).unwrap_or_else(|| {
            self.problem(start, start + length, Message::new("problem-not-json").with("text", clipped(&word)));
            Value::Other
        })
    }
}

fn constant(word: &str) -> Option<Value> {
    Some(match word {
        "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ if word.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) => {
            let hexadecimal = || i64::from_str_radix(word.strip_prefix("0x").or(word.strip_prefix("0X"))?, 16).ok();
            Value::Number(word.parse().ok().or_else(|| hexadecimal().map(|number| number as f64))?)
        }
        _ => return None,
    })
}

fn clipped(word: &str) -> String {
    let short: String = word.chars().take(40).collect();
    if short.len() < word.len() { short + "…" } else { short }
}

#[cfg(test)]
mod tests;
