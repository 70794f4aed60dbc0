//! In: a file's text and marked places. Out: the few lines around them, cut to the terminal, with the marks moved along.
//! Never more than a screen, however long the lines are, and never a character that steers the terminal.

use super::wrap::{char_width, clean, steers, width, wrap};
use crate::locate::Indexed;
use crate::text::{Position, Span};
use std::ops::Range;

/// A mark over more lines than this is drawn under its first line only.
const MOST_LINES: u32 = 6;
/// Lines of more bytes are not read as a whole: a minified file is one of them.
const LONG_LINE: usize = 2000;
/// A label gets at least this many columns where the terminal has them.
const LABEL: usize = 12;
/// Columns of a tab stop.
const TAB: usize = 4;

/// A place to underline.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// Where, in bytes of the text; may lie past its end.
    pub(super) span: Span,
    /// What to write below it; may be empty.
    pub(super) label: String,
    /// Whether it may be drawn over several lines.
    pub(super) tall: bool,
}

/// Lines ready to be drawn.
#[derive(Debug)]
pub(super) struct Window {
    /// `path:line:column` of the first mark, in order of importance.
    pub(super) name: String,
    /// 1-based number of the first line.
    pub(super) first_line: u32,
    /// The lines, each but the last with `\n`.
    pub(super) text: String,
    /// Bytes of `text` to underline, in order and not overlapping within a line.
    pub(super) marks: Vec<(Range<usize>, String)>,
}

/// A mark with its ends on existing characters.
struct Placed {
    start: usize,
    end: usize,
    lines: Range<u32>,
    label: String,
}

/// A character and where it stands: byte of the file, column of the expanded line.
struct Cell {
    byte: usize,
    shown: char,
    column: usize,
}

/// Whether two places are so near that one window shows both well: at most `most_lines` apart, and both within `room`
/// columns of text however it is cut.
pub(super) fn near(file: &Indexed, a: Span, b: Span, room: usize, most_lines: u32) -> bool {
    let (a, b) = (file.lines.position(&file.text, a.start), file.lines.position(&file.text, b.start));
    let (x, y) = (screen_column(file, a), screen_column(file, b));
    let beside = x.abs_diff(y) < room / 3;
    let long = [a, b].iter().any(|at| line(file, at.line).len() > LONG_LINE);
    let apart = a.line.abs_diff(b.line);
    let left = x.max(y) < (room * 2 / 3).min(room.saturating_sub(2 * LABEL));
    if long { apart == 0 && beside } else { apart <= most_lines && (beside || left) }
}

/// The column on screen: tabs and wide characters count what they take, except in long lines, where characters are counted.
fn screen_column(file: &Indexed, at: Position) -> usize {
    let text = line(file, at.line);
    if text.len() > LONG_LINE {
        return at.column as usize;
    }
    let step = |column: usize, c| if c == '\t' { column + TAB - column % TAB } else { column + char_width(c) };
    text.chars().take(at.column as usize - 1).fold(0, step)
}

/// The window around marks that are [`near`] each other; `columns` is the width of the terminal.
pub(super) fn window(path: &str, file: &Indexed, marks: &[Mark], columns: usize) -> Window {
    let placed: Vec<Placed> = marks.iter().map(|mark| place(file, mark)).collect();
    let lines = shown_lines(file, &placed);
    let tall = placed.iter().any(|mark| mark.lines.len() > 1);
    let gutter = lines.end.to_string().len() + 5 + if tall { 4 } else { 0 };
    let room = columns.saturating_sub(gutter).max(20);
    let rows: Vec<Vec<Cell>> = lines.clone().map(|number| cells(file, number, &placed, room)).collect();
    let shift = shift(&rows, &placed, lines.start, room);
    let mut window =
        Window { name: name(path, file, marks), first_line: lines.start, text: String::new(), marks: Vec::new() };
    let mut starts: Vec<usize> = vec![0; placed.len()];
    for (number, row) in lines.clone().zip(&rows) {
        let shown = cut(row, file, number, shift, room);
        let from = window.text.len();
        window.text.push_str(&shown.text);
        for (mark, start) in placed.iter().zip(&mut starts) {
            if mark.lines.start == number {
                *start = from + shown.start_of(mark.start);
            }
            if mark.lines.end == number + 1 {
                let mut end = from + shown.end_of(mark.end);
                if end <= *start {
                    end = wider(&mut window.text, *start);
                }
                // The label hangs below the middle of its mark, or left of a tall one: of a long mark only the beginning is shown
                // where there would be no room for it.
                let column = |at: usize| width(&window.text[from..at.max(from)]);
                let most = room.saturating_sub(LABEL + 5).max(column(*start));
                let middle = |end: usize| usize::midpoint(column(*start), column(end));
                while *start >= from && !mark.label.is_empty() && middle(end) > most {
                    end = window.text[..end].char_indices().next_back().map_or(end, |(at, _)| at);
                }
                let middle = if *start < from { 0 } else { middle(end) };
                window.marks.push((*start..end, label(&mark.label, room.saturating_sub(middle + 5))));
            }
        }
        if number + 1 < lines.end {
            window.text.push('\n');
        }
    }
    window.marks = apart(window.marks, &window.text);
    window
}

fn name(path: &str, file: &Indexed, marks: &[Mark]) -> String {
    let at = file.lines.position(&file.text, marks.first().map_or(0, |mark| mark.span.start));
    format!("{}:{}:{}", clean(path), at.line, at.column)
}

/// The text of a line without its end.
fn line(file: &Indexed, number: u32) -> &str {
    file.lines.line_span(&file.text, number).map_or("", |span| span.of(&file.text))
}

fn place(file: &Indexed, mark: &Mark) -> Placed {
    let boundary = |offset: u32| {
        let offset = (offset as usize).min(file.text.len());
        (0..=offset).rev().find(|at| file.text.is_char_boundary(*at)).unwrap_or(0)
    };
    let first = file.lines.position(&file.text, mark.span.start).line;
    let own = file.lines.line_span(&file.text, first).unwrap_or_default();
    let start = boundary(mark.span.start).min(own.end as usize);
    let end = boundary(mark.span.end).max(start);
    // The end is exclusive: a mark that ends with a line's `\n` does not reach the next line.
    let last = file.lines.position(&file.text, end.saturating_sub(1).max(start) as u32).line;
    let tall =
        mark.tall && last - first < MOST_LINES && (first..=last).all(|number| line(file, number).len() <= LONG_LINE);
    let last = if tall { last } else { first };
    let last_end = file.lines.line_span(&file.text, last).map_or(end, |span| span.end as usize);
    Placed { start, end: end.min(last_end).max(start), lines: first..last + 1, label: mark.label.clone() }
}

/// The lines of all marks and one around them, unless that one is empty or long.
fn shown_lines(file: &Indexed, placed: &[Placed]) -> Range<u32> {
    let first = placed.iter().map(|mark| mark.lines.start).min().unwrap_or(1);
    let end = placed.iter().map(|mark| mark.lines.end).max().unwrap_or(2);
    let useful = |number: u32| {
        let text = line(file, number);
        text.len() <= LONG_LINE && !text.trim().is_empty()
    };
    let before = u32::from(first > 1 && useful(first - 1));
    let after = u32::from(end <= file.lines.count() && useful(end));
    first - before..end + after
}

/// The characters of a line: tabs as spaces, steering ones replaced; of a long line only those around its first mark.
fn cells(file: &Indexed, number: u32, placed: &[Placed], room: usize) -> Vec<Cell> {
    let span = file.lines.line_span(&file.text, number).unwrap_or_default();
    let (mut from, text) = (span.start as usize, span.of(&file.text));
    let mut taken = text;
    if text.len() > LONG_LINE {
        let mark = placed.iter().filter(|mark| mark.lines.start == number).map(|mark| mark.start).min().unwrap_or(from);
        let back = text[..mark - from].char_indices().rev().take(room / 4).last().map_or(mark - from, |(at, _)| at);
        taken = &text[back..];
        taken = taken.char_indices().nth(room * 2).map_or(taken, |(at, _)| &taken[..at]);
        from += back;
    }
    let mut column = 0;
    let mut out = Vec::with_capacity(taken.len());
    for (at, c) in taken.char_indices() {
        let spaces = if c == '\t' { TAB - column % TAB } else { 1 };
        for _ in 0..spaces {
            let shown = if c == '\t' {
                ' '
            } else if steers(c) {
                '\u{fffd}'
            } else {
                c
            };
            out.push(Cell { byte: from + at, shown, column });
            column += char_width(shown);
        }
    }
    out
}

/// How many columns to leave out on the left so that every mark and the beginning of its label can be seen.
fn shift(rows: &[Vec<Cell>], placed: &[Placed], first: u32, room: usize) -> usize {
    let column = |number: u32, byte: usize| {
        let row = rows.get((number - first) as usize)?;
        Some(
            row.iter()
                .find(|cell| cell.byte >= byte)
                .map_or(row.last().map_or(0, |cell| cell.column + 1), |cell| cell.column),
        )
    };
    let mut leftmost = usize::MAX;
    let mut needed = 0;
    for mark in placed {
        let (Some(start), Some(end)) = (column(mark.lines.start, mark.start), column(mark.lines.end - 1, mark.end))
        else {
            continue;
        };
        let below = if mark.label.is_empty() { 0 } else { 5 + width(&mark.label).min(28) };
        leftmost = leftmost.min(start);
        let middle = if mark.lines.len() > 1 { 0 } else { usize::midpoint(start, end.max(start)) };
        needed = needed.max(end.min(start + room / 3)).max(middle + below);
    }
    if needed <= room { 0 } else { leftmost.saturating_sub(room / 4) }
}

/// A cut line and where its bytes went.
struct Cut {
    text: String,
    /// Byte of the file, start and end in `text`.
    at: Vec<(usize, usize, usize)>,
}

impl Cut {
    fn start_of(&self, byte: usize) -> usize {
        self.at.iter().find(|(from, ..)| *from >= byte).map_or(self.text.len(), |(_, start, _)| *start)
    }

    fn end_of(&self, byte: usize) -> usize {
        self.at.iter().rev().find(|(from, ..)| *from < byte).map_or(0, |(.., end)| *end)
    }
}

fn cut(row: &[Cell], file: &Indexed, number: u32, shift: usize, room: usize) -> Cut {
    let line = file.lines.line_span(&file.text, number).unwrap_or_default();
    let more_before =
        |cell: &Cell| cell.byte > line.start as usize && !file.text[line.start as usize..cell.byte].trim().is_empty();
    let visible: Vec<&Cell> = row
        .iter()
        .filter(|cell| cell.column >= shift && cell.column + char_width(cell.shown) <= shift + room)
        .collect();
    let mut out = Cut { text: String::new(), at: Vec::with_capacity(visible.len()) };
    let row_ends =
        row.last().is_none_or(|last| last.byte + 1 >= line.end as usize || !file.text.is_char_boundary(last.byte + 1));
    let whole = row_ends && visible.last().map(|cell| cell.byte) == row.last().map(|cell| cell.byte);
    let last = if whole { visible.len() } else { visible.len().saturating_sub(1) };
    for (index, cell) in visible.iter().enumerate() {
        let start = out.text.len();
        let hidden_before =
            index == 0 && (shift > 0 || row.first().is_some_and(|first| first.byte > line.start as usize));
        if (hidden_before && more_before(cell)) || index >= last {
            out.text.push('…');
        } else {
            out.text.push(cell.shown);
        }
        out.at.push((cell.byte, start, out.text.len()));
    }
    let kept = out.text.trim_end_matches(' ').len();
    out.text.truncate(kept);
    out.at.retain(|(.., end)| *end <= kept);
    out
}

/// The end of a mark that would be empty: after the next character, or after a space that is added for it.
fn wider(text: &mut String, start: usize) -> usize {
    if start >= text.len() {
        text.push(' ');
    }
    start + text[start..].chars().next().map_or(0, char::len_utf8)
}

/// A label in lines that fit into what is left of the width.
fn label(text: &str, room: usize) -> String {
    wrap(&clean(text), room).join("\n")
}

/// Marks in order; where two begin together their labels are joined, where one reaches into the next it is shortened.
fn apart(mut marks: Vec<(Range<usize>, String)>, text: &str) -> Vec<(Range<usize>, String)> {
    marks.sort_by(|(a, x), (b, y)| (a.start, a.end, x).cmp(&(b.start, b.end, y)));
    let mut out: Vec<(Range<usize>, String)> = Vec::with_capacity(marks.len());
    for (range, label) in marks {
        match out.last_mut() {
            Some((last, said)) if last.start == range.start => {
                if !said.is_empty() && !label.is_empty() {
                    said.push('\n');
                }
                said.push_str(&label);
            }
            Some((last, _)) if last.end > range.start && !text[last.start..last.end.min(text.len())].contains('\n') => {
                last.end = range.start;
                out.push((range, label));
            }
            _ => out.push((range, label)),
        }
    }
    out
}
