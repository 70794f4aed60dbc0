//! In: a quoted string of a JSON file. Out: what it says. Never goes past the end of its line.

use super::Reader;
use crate::message::Message;

impl Reader<'_> {
    /// Reads a string from its opening quote on; one that is not closed ends with its line, so that a forgotten quote
    /// costs one line and not the file.
    pub(super) fn string(&mut self, quote: char) -> String {
        let open = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let length = rest.find([quote, '\\', '\n', '\r']).unwrap_or(rest.len());
            text.push_str(rest.get(..length).unwrap_or(""));
            self.at += length;
            match self.peek() {
                Some('\\') => self.escape(&mut text),
                Some(next) if next == quote => {
                    self.at += 1;
                    return text;
                }
                _ => {
                    self.problem(open, self.at, Message::new("problem-string"));
                    return text;
                }
            }
        }
    }

    fn escape(&mut self, text: &mut String) {
        let start = self.at;
        self.at += 1;
        let Some(next) = self.peek() else { return };
        self.at += next.len_utf8();
        match next {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'u' => match self.unicode() {
                Some(character) => text.push(character),
                None => {
                    self.problem(start, self.at, Message::new("problem-escape"));
                    text.push('\u{FFFD}');
                }
            },
            // A line may go on after a backslash.
            '\n' => {}
            '\r' => {
                self.take('\n');
            }
            other => text.push(other),
        }
    }

    fn unicode(&mut self) -> Option<char> {
        let high = self.unit()?;
        if !(0xD800..0xDC00).contains(&high) {
            return char::from_u32(high);
        }
        if !self.rest().starts_with("\\u") {
            return None;
        }
        self.at += 2;
        let low = self.unit().filter(|low| (0xDC00..0xE000).contains(low))?;
        char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        let unit = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(unit)
    }
}
