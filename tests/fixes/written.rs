//! In: a program. Out: the same one as other people and editors write it.

use super::Program;

/// How a program may be written differently without meaning anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    LineEnds,
    Tabs,
    Comments,
    NoTrailingCommas,
    Mark,
    Utf16,
    Gbk,
}

pub(super) const MANNERS: [Manner; 7] = [
    Manner::LineEnds,
    Manner::Tabs,
    Manner::Comments,
    Manner::NoTrailingCommas,
    Manner::Mark,
    Manner::Utf16,
    Manner::Gbk,
];

pub(super) fn written(program: &Program, manners: &[Manner]) -> Program {
    let mut program = program.clone();
    for (path, bytes) in &mut program.files.0 {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        let extension = path.rsplit('.').next().unwrap_or_default();
        if !["js", "ts", "axml", "json"].contains(&extension) || text.contains('\r') || text.starts_with('\u{feff}') {
            continue;
        }
        let is_code = matches!(extension, "js" | "ts");
        let mut text = text.to_owned();
        for manner in manners {
            text = match manner {
                Manner::Tabs => tabbed(&text),
                Manner::Comments if is_code => commented(&text),
                Manner::NoTrailingCommas if is_code => without_trailing_commas(&text),
                _ => text,
            };
        }
        if manners.contains(&Manner::LineEnds) {
            text = text.replace('\n', "\r\n");
        }
        let marked = if manners.contains(&Manner::Mark) { format!("\u{feff}{text}") } else { text.clone() };
        *bytes = match () {
            () if manners.contains(&Manner::Utf16) => {
                format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
            }
            () if manners.contains(&Manner::Gbk) => gbk(&text).unwrap_or(marked.into_bytes()),
            () => marked.into_bytes(),
        };
    }
    program
}

fn tabbed(text: &str) -> String {
    let line = |line: &str| {
        let rest = line.trim_start_matches(' ');
        format!("{}{rest}", "\t".repeat((line.len() - rest.len()) / 2))
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// A comment behind every line that opens an object or ends a member, and one below it.
fn commented(text: &str) -> String {
    let line = |line: &str| match line.ends_with(['{', ',']) && !line.contains('`') {
        true => format!("{line} // what stands here\n/* and }} below */"),
        false => line.to_owned(),
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn without_trailing_commas(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let closes = |at: usize| lines.get(at).is_some_and(|line| line.trim_start().starts_with(['}', ']', ')']));
    let line = |(at, line): (usize, &&str)| match closes(at + 1) {
        true => line.trim_end_matches(',').to_owned(),
        false => (*line).to_owned(),
    };
    lines.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

/// The text with a comment of Chinese characters, in GBK, when GBK has all its characters.
fn gbk(text: &str) -> Option<Vec<u8>> {
    let sample: Vec<u8> = [b"// ".as_slice(), &[0xCA, 0xDA, 0xC8, 0xA8], b"\n"].concat();
    text.is_ascii().then(|| [sample.as_slice(), text.as_bytes()].concat())
}
