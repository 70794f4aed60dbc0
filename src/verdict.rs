//! In: raw findings of one program, its configuration and its directives. Out: the findings that are shown and those that are
//! suppressed. The order matters and stands here alone: levels, settling, directives, filter. Never words or formats.

use crate::config::{Config, Severity};
use crate::finding::Finding;
use crate::locate::{Filter, Located, Sources, Suppressed, locate, order};
use crate::suppress::{self, Commented, Terms};

/// What a program is judged by.
#[derive(Clone, Copy)]
pub struct Law<'a> {
    /// The program's configuration.
    pub config: &'a Config,
    /// All rules with their levels.
    pub rules: &'a [(&'a str, Severity)],
    /// What the user asked for.
    pub filter: &'a Filter,
    /// Rules that could not do their work, through a fault of the tool: a comment about one of them may well be of use.
    pub failed: &'a [&'static str],
    /// A finding's path as an absolute one, which the patterns of the configuration speak about.
    pub absolute: &'a dyn Fn(&str) -> String,
}

/// What became of the findings of a program, each list in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// Held against the program.
    pub findings: Vec<Located>,
    /// Accepted by comments.
    pub suppressed: Vec<Suppressed>,
}

/// Judges `findings`; `files` are the files with their directives.
pub fn judge(findings: Vec<Finding>, files: &[Commented], sources: &dyn Sources, law: &Law) -> Verdict {
    let everything = Filter::default();
    let located = locate(law.levelled(findings), sources, &everything);
    let ids: Vec<&str> = law.rules.iter().map(|(id, _)| *id).collect();
    let ran =
        |rule: &str, file: &str| law.filter.wants_rule(rule) && law.is_on(rule, file) && !law.failed.contains(&rule);
    let terms = Terms { rules: &ids, reason_required: law.config.reason_required(), ran: &ran };
    let out = suppress::apply(located, files, &terms);
    let mut kept = out.kept;
    kept.extend(locate(law.levelled(out.about), sources, &everything));
    kept.sort_by(order);
    let mut filter = law.filter.clone();
    filter.certainty = filter.certainty.or_else(|| law.config.min_certainty.as_ref().map(|held| held.value));
    kept.retain(|one| filter.wants(&one.finding));
    let mut suppressed = out.suppressed;
    suppressed.retain(|one| filter.wants(&one.located.finding));
    Verdict { findings: kept, suppressed }
}

impl Law<'_> {
    /// The findings with the levels they are configured to have, without those of ignored files and of rules that are off.
    fn levelled(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let level = |mut finding: Finding| {
            let file = (self.absolute)(&finding.place.file);
            if self.config.ignores(&file) {
                return None;
            }
            finding.level = match self.severity(finding.rule) {
                Some(severity) => self.config.level(finding.rule, &file, finding.level, severity)?,
                None => finding.level,
            };
            Some(finding)
        };
        findings.into_iter().filter_map(level).collect()
    }

    fn severity(&self, rule: &str) -> Option<Severity> {
        self.rules.iter().find(|(id, _)| *id == rule).map(|(_, severity)| *severity)
    }

    fn is_on(&self, rule: &str, file: &str) -> bool {
        let on =
            |severity: Severity| self.config.level(rule, &(self.absolute)(file), severity.base, severity).is_some();
        self.severity(rule).is_some_and(on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;
    use crate::facts::Directive;
    use crate::finding::{Certainty, Level, Message, Place};
    use crate::text::Span;
    use std::sync::Arc;

    const TEXT: &str = "// consentry-ignore a: x\nask\n// consentry-ignore b: y\nask";

    struct Fake;
    impl Sources for Fake {
        fn text(&self, _: &str) -> Option<Arc<str>> {
            Some(Arc::from(TEXT))
        }
    }

    fn judged(config: &str, filter: &Filter, failed: &[&'static str]) -> String {
        let rules = ["a", "b", suppress::UNUSED, suppress::INVALID];
        let config = load("/p/consentry.toml", "/p", &|_, _| Ok(config.to_owned()), &rules).expect("a configuration");
        let rules = rules.map(|id| (id, Severity { base: Level::Warning, preset: Some(Level::Warning) }));
        let finding = |at: usize| {
            Finding::new(
                "a",
                Level::Warning,
                Certainty::Likely,
                Message::new("m"),
                Place { file: "f.js".into(), span: Span::new(at, at + 3) },
                "",
            )
        };
        let asks: Vec<Finding> = TEXT.match_indices("ask").map(|(at, _)| finding(at)).collect();
        let directives: Vec<Directive> = TEXT
            .match_indices("consentry")
            .map(|(at, _)| {
                let end = at + TEXT[at..].find('\n').expect("a line end");
                Directive { span: Span::new(at - 3, end), text: TEXT[at..end].to_owned() }
            })
            .collect();
        let files = [Commented { file: "f.js", text: TEXT, facts: None, directives: &directives }];
        let absolute = |file: &str| format!("/p/{file}");
        let law = Law { config: &config, rules: &rules, filter, failed, absolute: &absolute };
        let verdict = judge(asks, &files, &Fake, &law);
        let one = |one: &Located| format!("{}:{}:{:?}", one.finding.rule, one.range.start.line, one.finding.level);
        let kept = verdict.findings.iter().map(one);
        kept.chain(verdict.suppressed.iter().map(|sup| format!("({})", one(&sup.located))))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn levels_then_directives_then_the_filter() {
        let only = |rule: &str| Filter { only: vec![rule.into()], ..Filter::default() };
        let sure = Filter { certainty: Some(Certainty::Possible), ..Filter::default() };
        for (config, filter, want) in [
            ("", Filter::default(), "unused-suppression:3:Warning a:4:Warning (a:2:Warning)"),
            ("[rules]\na = 'error'", Filter::default(), "unused-suppression:3:Warning a:4:Error (a:2:Error)"),
            ("[rules]\na = 'off'", Filter::default(), "unused-suppression:3:Warning"),
            ("[rules]\nb = 'off'", Filter::default(), "a:4:Warning (a:2:Warning)"),
            ("[rules]\nunused-suppression = 'off'", Filter::default(), "a:4:Warning (a:2:Warning)"),
            ("ignore = ['*.js']", Filter::default(), ""),
            ("", only("a"), "a:4:Warning (a:2:Warning)"),
            ("", only(suppress::UNUSED), ""),
            ("min-certainty = 'certain'", Filter::default(), "unused-suppression:3:Warning"),
            ("min-certainty = 'certain'", sure, "unused-suppression:3:Warning a:4:Warning (a:2:Warning)"),
        ] {
            assert_eq!(judged(config, &filter, &[]), want, "{config} {filter:?}");
        }
        assert_eq!(judged("", &Filter::default(), &["b"]), "a:4:Warning (a:2:Warning)", "b has failed");
    }
}
