//! In: source text. Out: spans in bytes, and lines and columns for people. Never reads a file.

/// A range of a file's decoded text, in bytes from its start; `end` is exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`, in bytes; empty at `start` when `end` lies before it.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end.max(start) as u32 }
    }

    /// The text under the span; empty when the span does not lie on character boundaries of `text`.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }

    /// Whether `other` lies within this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// A position for people: 1-based line, 1-based column counted in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column in characters.
    pub column: u32,
}

/// Where each line of a text starts. Lines end at `\n`, `\r\n` or a lone `\r`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    starts: Vec<u32>,
    /// How many characters begin before every [`STRIDE`]th byte: a column far out in a line is not counted from its start.
    passed: Vec<u32>,
}

/// Bytes between two counts of characters.
const STRIDE: usize = 1024;

/// How many characters begin in `bytes`.
fn characters(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u32
}

impl Lines {
    /// Indexes `text`.
    pub fn of(text: &str) -> Lines {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
                starts.push(at as u32 + 1);
            }
        }
        let mut passed = vec![0];
        let mut sum = 0;
        for stride in bytes.chunks_exact(STRIDE) {
            sum += characters(stride);
            passed.push(sum);
        }
        Lines { starts, passed }
    }

    /// How many characters begin before byte `offset` of `text`.
    fn before(&self, text: &str, offset: usize) -> u32 {
        let stride = (offset / STRIDE).min(self.passed.len().saturating_sub(1));
        let rest = text.as_bytes().get(stride * STRIDE..offset).unwrap_or_default();
        self.passed.get(stride).copied().unwrap_or(0) + characters(rest)
    }

    /// The position of byte `offset` of `text`, which must be the text the index was made of; offsets past the end
    /// and inside a character are moved back to the nearest boundary.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start as usize <= offset).max(1) - 1;
        let start = self.starts.get(line).copied().unwrap_or(0) as usize;
        let column = self.before(text, offset) - self.before(text, start);
        Position { line: line as u32 + 1, column: column + 1 }
    }

    /// The span of 1-based `line` without its line end; `None` past the last line.
    pub fn line_span(&self, text: &str, line: u32) -> Option<Span> {
        let start = *self.starts.get((line as usize).checked_sub(1)?)? as usize;
        let next = self.starts.get(line as usize).map_or(text.len(), |next| *next as usize);
        let end = start + text.get(start..next)?.trim_end_matches(['\n', '\r']).len();
        Some(Span::new(start, end))
    }

    /// How many lines there are; an empty text has one.
    pub fn count(&self) -> u32 {
        self.starts.len() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_all_line_ends() {
        let text = "a\r\n中文x\rz\n";
        let lines = Lines::of(text);
        let at = |needle: &str| {
            let position = lines.position(text, text.find(needle).expect("needle") as u32);
            (position.line, position.column)
        };
        assert_eq!([at("a"), at("x"), at("z")], [(1, 1), (2, 3), (3, 1)]);
        assert_eq!(lines.position(text, 999).line, 4);
        assert_eq!(lines.line_span(text, 2).map(|span| span.of(text)), Some("中文x"));
    }

    #[test]
    fn columns_far_out_in_a_line() {
        let text = format!("{}\n{}é", "中a".repeat(3_000), "授b".repeat(2_000));
        let lines = Lines::of(&text);
        for (offset, _) in text.char_indices().step_by(7) {
            let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
            let want = text[start..offset].chars().count() as u32 + 1;
            assert_eq!(lines.position(&text, offset as u32).column, want, "{offset}");
        }
    }
}
