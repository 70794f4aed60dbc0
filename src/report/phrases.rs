//! In: counts and names. Out: the report's own phrases in both languages. Never a rule's words: those are on its page.

use super::Summary;
use crate::catalog::Lang::{self, En, Zh};
use crate::finding::{Certainty, Level};
use crate::rule_doc::FixKind;
use std::time::Duration;

pub(super) fn level(level: Level, lang: Lang) -> &'static str {
    match (level, lang) {
        (Level::Error, En) => "error",
        (Level::Warning, En) => "warning",
        (Level::Info, En) => "info",
        (Level::Error, Zh) => "错误",
        (Level::Warning, Zh) => "警告",
        (Level::Info, Zh) => "提示",
    }
}

/// Said behind the rule's name when the analysis is not certain.
pub(super) fn doubt(certainty: Certainty, lang: Lang) -> &'static str {
    match (certainty, lang) {
        (Certainty::Certain, _) => "",
        (Certainty::Likely, En) => " (likely)",
        (Certainty::Possible, En) => " (possible)",
        (Certainty::Likely, Zh) => "（很可能）",
        (Certainty::Possible, Zh) => "（可能）",
    }
}

pub(super) fn starts_at(entry: &str, steps: usize, lang: Lang) -> String {
    match (lang, steps) {
        (En, 0 | 1) => format!("starts at {entry}"),
        (En, _) => format!("starts at {entry}, {steps} steps"),
        (Zh, 0 | 1) => format!("起点：{entry}"),
        (Zh, _) => format!("起点：{entry}，共 {steps} 步"),
    }
}

pub(super) fn also_from(entry: &str, lang: Lang) -> String {
    match lang {
        En => format!("also from {entry}"),
        Zh => format!("另一起点：{entry}"),
    }
}

pub(super) fn more_witnesses(count: usize, lang: Lang) -> String {
    match (lang, count) {
        (En, 1) => "and from one more entry".to_owned(),
        (En, _) => format!("and from {count} more entries"),
        (Zh, _) => format!("还有 {count} 个起点"),
    }
}

pub(super) fn related(lang: Lang) -> &'static str {
    match lang {
        En => "belongs to it",
        Zh => "相关位置",
    }
}

/// Between the word for what something is and what it says.
pub(super) fn colon(lang: Lang) -> &'static str {
    match lang {
        En => ": ",
        Zh => "：",
    }
}

pub(super) fn help(lang: Lang) -> &'static str {
    match lang {
        En => "help: ",
        Zh => "建议：",
    }
}

/// What stands before a notice.
pub(super) fn notice(level: Level, lang: Lang) -> &'static str {
    match (level, lang) {
        (Level::Info, En) => "note",
        (Level::Info, Zh) => "说明",
        _ => self::level(level, lang),
    }
}

/// Behind a program's name.
pub(super) fn program(platform: &str, guessed: bool, files: usize, lang: Lang) -> String {
    match (lang, guessed) {
        (En, false) => format!("{platform}, {}", counted(files, "file", "files")),
        (En, true) => format!("{platform} by its looks, {}", counted(files, "file", "files")),
        (Zh, false) => format!("{platform}，{files} 个文件"),
        (Zh, true) => format!("{platform}（推测），{files} 个文件"),
    }
}

/// Where to read more.
pub(super) fn more(rule: &str, lang: Lang) -> String {
    match lang {
        En => format!("`consentry explain {rule}` says why this matters and how to mend it."),
        Zh => format!("运行 `consentry explain {rule} --lang zh` 查看原因与改法。"),
    }
}

/// The closing line; its first part is empty of numbers when nothing was found.
pub(super) fn summary(counts: &Summary, took: Option<Duration>, lang: Lang) -> String {
    let found = [(counts.errors, Level::Error), (counts.warnings, Level::Warning), (counts.infos, Level::Info)];
    let found: Vec<String> =
        found.iter().filter(|(count, _)| *count > 0).map(|(count, level)| count_of(*count, *level, lang)).collect();
    match lang {
        En => {
            let checked = counted(counts.files, "file", "files");
            let programs =
                if counts.programs > 1 { format!(" of {} programs", counts.programs) } else { String::new() };
            let found = match found.as_slice() {
                [] if counts.left_out > 0 => "None shown".to_owned(),
                [] => "No findings".to_owned(),
                found => format!("{} in {}", found.join(", "), counted(counts.files_with_findings, "file", "files")),
            };
            let suppressed =
                if counts.suppressed > 0 { format!(", {} suppressed", counts.suppressed) } else { String::new() };
            let left_out = match counts.left_out {
                0 => String::new(),
                count => format!(", {} left out", counted(count, "more finding", "more findings")),
            };
            let took = took.map(|took| format!(" in {}", duration(took, lang))).unwrap_or_default();
            let fixed = counts.fixed.map(|fixed| format!("{fixed} fixed, {} left: ", left(counts))).unwrap_or_default();
            let found = if fixed.is_empty() { found } else { found.replacen('N', "n", 1) };
            format!("{fixed}{found}{left_out}{suppressed}; {checked}{programs} checked{took}.")
        }
        Zh => {
            let programs =
                if counts.programs > 1 { format!(" {} 个小程序的", counts.programs) } else { String::new() };
            let found = match found.as_slice() {
                [] if counts.left_out > 0 => "未显示任何问题".to_owned(),
                [] => "没有发现问题".to_owned(),
                found => format!("{} 个文件中有 {}", counts.files_with_findings, found.join("、")),
            };
            let suppressed = if counts.suppressed > 0 {
                format!("，另有 {} 个已忽略", counts.suppressed)
            } else {
                String::new()
            };
            let left_out = match counts.left_out {
                0 => String::new(),
                count => format!("，另略去 {count} 个问题"),
            };
            let took = took.map(|took| format!("，用时 {}", duration(took, lang))).unwrap_or_default();
            let fixed =
                counts.fixed.map(|fixed| format!("已修复 {fixed} 个，剩余 {} 个：", left(counts))).unwrap_or_default();
            format!("{fixed}{found}{left_out}{suppressed}；共检查{programs} {} 个文件{took}。", counts.files)
        }
    }
}

/// A time to read, in milliseconds below a second.
fn duration(took: Duration, lang: Lang) -> String {
    match (took.as_millis(), lang) {
        (most @ 0..1000, En) => format!("{} ms", most.max(1)),
        (most @ 0..1000, Zh) => format!("{} 毫秒", most.max(1)),
        (_, En) => format!("{:.1} s", took.as_secs_f64()),
        (_, Zh) => format!("{:.1} 秒", took.as_secs_f64()),
    }
}

fn left(counts: &Summary) -> usize {
    counts.errors + counts.warnings + counts.infos + counts.left_out
}

/// How many findings have a fix; `None` when none has.
pub(super) fn fixable(counts: &Summary, lang: Lang) -> Option<String> {
    let (wanted, hidden) = (counts.fixable, counts.fixable_unsafe);
    Some(match (lang, wanted, hidden) {
        (_, 0, 0) => return None,
        (En, 0, _) => format!("{hidden} fixable with --fix --unsafe-fixes; --diff shows the changes."),
        (Zh, 0, _) => format!("{hidden} 个可用 --fix --unsafe-fixes 修复；用 --diff 查看改动。"),
        (En, _, 0) => format!("[*] {wanted} fixable with --fix."),
        (Zh, _, 0) => format!("[*] {wanted} 个可用 --fix 修复。"),
        (En, _, _) => format!("[*] {wanted} fixable with --fix, {hidden} more with --unsafe-fixes."),
        (Zh, _, _) => format!("[*] {wanted} 个可用 --fix 修复，加 --unsafe-fixes 可再修复 {hidden} 个。"),
    })
}

fn count_of(count: usize, level: Level, lang: Lang) -> String {
    match (lang, level) {
        (En, Level::Error) => counted(count, "error", "errors"),
        (En, Level::Warning) => counted(count, "warning", "warnings"),
        (En, Level::Info) => format!("{count} info"),
        (Zh, level) => format!("{count} 个{}", self::level(level, Zh)),
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The headings of a table of findings: level, place, what, rule.
pub(super) fn columns(lang: Lang) -> [&'static str; 4] {
    match lang {
        En => ["Level", "Place", "What", "Rule"],
        Zh => ["级别", "位置", "问题", "规则"],
    }
}

/// How many findings a table leaves out.
pub(super) fn left_out(count: usize, lang: Lang) -> String {
    match lang {
        En => format!("… and {} more.", counted(count, "finding", "findings")),
        Zh => format!("……另有 {count} 个问题。"),
    }
}

/// Above the list of what to do.
pub(super) fn to_do(lang: Lang) -> &'static str {
    match lang {
        En => "What to do",
        Zh => "如何修改",
    }
}

/// What stands above a rule's page.
pub(super) struct RuleHead {
    pub(super) title: &'static str,
    pub(super) level: &'static str,
    pub(super) levels: String,
    pub(super) fix: &'static str,
    pub(super) fixes: &'static str,
    pub(super) clause: &'static str,
}

/// The names and words of what stands above a rule's page.
pub(super) fn rule_head(recommended: Option<Level>, strict: Level, fix: FixKind, lang: Lang) -> RuleHead {
    let (in_recommended, in_strict) = (preset_level(recommended, lang), preset_level(Some(strict), lang));
    let fixes = match (fix, lang) {
        (FixKind::None, En) => "by hand",
        (FixKind::Unsafe, En) => "`--fix --unsafe-fixes`; look at what it changes",
        (FixKind::Safe, En) => "`--fix`",
        (FixKind::None, Zh) => "手动修改",
        (FixKind::Unsafe, Zh) => "`--fix --unsafe-fixes`，请检查改动",
        (FixKind::Safe, Zh) => "`--fix`",
    };
    match lang {
        En => RuleHead {
            title: "finds",
            level: "level",
            levels: format!("{in_recommended} in recommended, {in_strict} in strict"),
            fix: "fix",
            fixes,
            clause: "clause",
        },
        Zh => RuleHead {
            title: "问题",
            level: "级别",
            levels: format!("recommended：{in_recommended}，strict：{in_strict}"),
            fix: "修改",
            fixes,
            clause: "依据",
        },
    }
}

/// A section of a rule's page.
pub(super) fn section(heading: &str, lang: Lang) -> &str {
    match (heading, lang) {
        ("Bad", Zh) => "错误示例",
        ("Good", Zh) => "正确示例",
        ("Why", Zh) => "原因",
        ("Limits", Zh) => "局限",
        _ => heading,
    }
}

/// The heads of the table of rules.
pub(super) fn rule_table(lang: Lang) -> [&'static str; 5] {
    match lang {
        En => ["rule", "default", "strict", "fix", "finds"],
        Zh => ["规则", "默认", "strict", "修改", "问题"],
    }
}

/// A rule's level in a preset.
pub(super) fn preset_level(level: Option<Level>, lang: Lang) -> &'static str {
    match (level, lang) {
        (Some(level), _) => super::level_name(level),
        (None, En) => "off",
        (None, Zh) => "关闭",
    }
}

/// How a rule mends, in the table.
pub(super) fn fix_word(fix: FixKind, lang: Lang) -> &'static str {
    match (fix, lang) {
        (FixKind::None, _) => "-",
        (FixKind::Unsafe, En) => "unsafe",
        (FixKind::Safe, En) => "safe",
        (FixKind::Unsafe, Zh) => "需确认",
        (FixKind::Safe, Zh) => "安全",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_times_are_told_apart() {
        for (micros, en, zh) in [(300, "1 ms", "1 毫秒"), (24_600, "24 ms", "24 毫秒"), (1_240_000, "1.2 s", "1.2 秒")]
        {
            let took = Duration::from_micros(micros);
            assert_eq!([duration(took, En), duration(took, Zh)], [en, zh]);
        }
    }
}
