//! In: a file's text. Out: whether the comments in it that speak to the tool lose no finding, and what is said about them
//! can be mended.

use super::facts::within;
use consentry::facts::Facts;
use consentry::finding::{Certainty, Finding, Level, Message, Place};
use consentry::fix;
use consentry::locate::{Filter, Sources, locate};
use consentry::parse;
use consentry::suppress::{self, Commented, Suppressions, Terms};
use consentry::text::Span;
use std::sync::Arc;

/// Rules that are found wherever they may be; a fixed choice, so that inputs keep their meaning.
const RULES: [&str; 3] = ["missing-fail", "launch-prompt", "undefined-handler"];

struct One(String, Arc<str>);

impl Sources for One {
    fn text(&self, file: &str) -> Option<Arc<str>> {
        (file == self.0).then(|| self.1.clone())
    }
}

/// The first byte says whether it is a script or a template and whether reasons are required.
pub fn suppressions(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let name = if first & 1 == 0 { "a.js" } else { "a.axml" };
    let required = first & 2 != 0;
    let text = parse::file(name, rest).0;
    let one = judged(name, &text, required, true);
    assert!(one == judged(name, &text, required, true), "judged differently: {text:?}");
    // Where nothing is found, no comment is of use.
    let one = judged(name, &text, required, false);
    let unused: Vec<&Finding> = one.about.iter().filter(|finding| finding.rule == suppress::UNUSED).collect();
    let chosen = fix::choose(unused.iter().copied(), |_, _| true);
    let sources = One(name.to_owned(), Arc::from(text.as_str()));
    let outcome = fix::apply(&chosen, &|file| sources.text(file));
    // A text with such characters may be taken for other data when it gets shorter.
    assert!(outcome.refused.is_empty() || text.contains('\0'), "taking comments away breaks it: {text:?}");
    if let Some(after) = outcome.texts.get(name) {
        let again = judged(name, after, required, false);
        let left = again.about.iter().filter(|finding| finding.rule == suppress::UNUSED).count();
        let not_chosen = unused.len() - chosen.len();
        assert!(left <= not_chosen, "{left} of {} are left: {text:?} {after:?}", unused.len());
    }
}

fn judged(name: &str, text: &str, reason_required: bool, found: bool) -> Suppressions {
    let (_, parsed) = parse::file(name, text.as_bytes());
    let sources = One(name.to_owned(), Arc::from(text));
    let findings = if found { made_up(name, text, parsed.facts.as_ref()) } else { Vec::new() };
    let findings = locate(findings, &sources, &Filter::default());
    let many = findings.len();
    let file = Commented { file: name, text, facts: parsed.facts.as_ref(), directives: &parsed.directives };
    let rules = consentry::rules::ids();
    let terms = Terms { rules: &rules, reason_required, ran: &|_, _| true };
    let out = suppress::apply(findings, &[file], &terms);
    assert!(out.kept.len() + out.suppressed.len() == many, "findings are lost: {text:?}");
    for finding in &out.about {
        within(text, finding.place.span, finding);
        for edit in finding.fixes.iter().flat_map(|fix| &fix.edits) {
            within(text, edit.place.span, edit);
        }
    }
    out
}

/// A finding at every eighth character and in every element.
fn made_up(name: &str, text: &str, facts: Option<&Facts>) -> Vec<Finding> {
    let mut spans: Vec<Span> = text.char_indices().step_by(8).map(|(at, _)| Span::new(at, at)).collect();
    if let Some(Facts::Template(template)) = facts {
        spans.extend(template.elements().map(|(_, element)| element.name_span));
    }
    let finding = |(at, span): (usize, Span)| Finding {
        rule: RULES[at % RULES.len()],
        level: Level::Warning,
        certainty: Certainty::Certain,
        message: Message::new("message"),
        place: Place { file: name.to_owned(), span },
        subject: String::new(),
        witnesses: Vec::new(),
        related: Vec::new(),
        fixes: Vec::new(),
    };
    spans.into_iter().take(200).enumerate().map(finding).collect()
}
