//! In: settled findings of one program and the comments addressed to the tool. Out: what is kept, what is suppressed, and
//! findings about comments that are wrong or of no use. Never prose that only mentions the tool: a directive begins its
//! comment.

mod directive;

use crate::facts::{Directive, Facts, template::NodeKind};
use crate::finding::{Certainty, Edit, Finding, Fix, Level, Message, Place};
use crate::locate::{Acceptance, Located, Suppressed};
use crate::text::{Lines, Span};
use directive::{Fault, Meaning, Reach};
use std::collections::BTreeMap;

/// The rule about directives that suppress nothing.
pub const UNUSED: &str = "unused-suppression";
/// The rule about directives that cannot be obeyed.
pub const INVALID: &str = "invalid-suppression";

/// A file that has directives.
#[derive(Clone, Copy, Debug)]
pub struct Commented<'a> {
    /// Its path, as findings name it.
    pub file: &'a str,
    /// Its decoded text.
    pub text: &'a str,
    /// What it says, when that could be understood.
    pub facts: Option<&'a Facts>,
    /// The comments in it that are addressed to the tool.
    pub directives: &'a [Directive],
}

/// What counts as a sound directive.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// The ids of all rules.
    pub rules: &'a [&'a str],
    /// Whether a directive must give its reason.
    pub reason_required: bool,
    /// Whether a rule took part for a file; a directive for one that did not is not called unused.
    pub ran: &'a dyn Fn(&str, &str) -> bool,
}

/// What the directives of a program make of its findings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Suppressions {
    /// Findings no directive covers, in order.
    pub kept: Vec<Located>,
    /// The others, in order.
    pub suppressed: Vec<Suppressed>,
    /// Findings about directives, not settled yet.
    pub about: Vec<Finding>,
}

/// Lets the directives of `files` judge `findings`.
pub fn apply(findings: Vec<Located>, files: &[Commented], terms: &Terms) -> Suppressions {
    let mut out = Suppressions::default();
    let mut by_file: BTreeMap<&str, Sheet> = BTreeMap::new();
    for file in files.iter().filter(|file| !file.directives.is_empty()) {
        by_file.insert(file.file, Sheet::of(file, terms, &mut out.about));
    }
    for located in findings {
        let finding = &located.finding;
        let sheet = by_file.get_mut(finding.place.file.as_str()).filter(|_| suppressible(finding.rule));
        match sheet.and_then(|sheet| sheet.covers(finding)) {
            Some(by) => out.suppressed.push(Suppressed { located, by }),
            None => out.kept.push(located),
        }
    }
    for sheet in by_file.values() {
        sheet.report_unused(terms, &mut out.about);
    }
    out
}

/// A directive cannot speak for itself.
fn suppressible(rule: &str) -> bool {
    rule != UNUSED && rule != INVALID
}

/// The directives of one file.
struct Sheet<'a> {
    file: &'a Commented<'a>,
    lines: Lines,
    /// For each line the first at or after it with anything but directives and white space on it.
    filled: Vec<u32>,
    /// Start tags: what is found anywhere in a tag is found at its first line, too.
    tags: Vec<Span>,
    orders: Vec<Order<'a>>,
}

/// A directive that is obeyed.
struct Order<'a> {
    directive: &'a Directive,
    meaning: Meaning<'a>,
    /// Lines it covers; `None` for all.
    lines: Option<(u32, u32)>,
    /// Which of its rules suppressed something.
    used: Vec<bool>,
}

impl<'a> Sheet<'a> {
    /// Reads the directives; those that cannot be obeyed become findings.
    fn of(file: &'a Commented<'a>, terms: &Terms, about: &mut Vec<Finding>) -> Sheet<'a> {
        let lines = Lines::of(file.text);
        let mut orders = Vec::new();
        for directive in file.directives {
            let mut meaning = directive::read(&directive.text, terms.rules);
            if meaning.reach == Reach::File && !directive::at_top(file.text, directive) {
                meaning.faults.push(Fault::new("misplaced", 0..directive.text.len()));
            }
            if terms.reason_required && meaning.reason.is_none() && meaning.faults.is_empty() {
                meaning.faults.push(Fault::new("no-reason", 0..directive.text.len()));
            }
            about.extend(meaning.faults.iter().map(|fault| invalid(file, directive, fault)));
            let whole = meaning.faults.iter().all(|fault| fault.key == "unknown-rule");
            if whole && !meaning.rules.is_empty() {
                let used = vec![false; meaning.rules.len()];
                orders.push(Order { directive, meaning, lines: None, used });
            }
        }
        let filled = next_filled(file, &lines);
        let mut sheet = Sheet { file, lines, filled, tags: tags(file.facts), orders };
        for at in 0..sheet.orders.len() {
            let order = &sheet.orders[at];
            let reach = (order.meaning.reach == Reach::Line).then(|| sheet.reach(order.directive.span));
            sheet.orders[at].lines = reach;
        }
        sheet
    }

    fn line(&self, offset: u32) -> u32 {
        self.lines.position(self.file.text, offset).line
    }

    /// The lines a directive covers: its own when there is anything else on them, else the next with anything on it.
    fn reach(&self, span: Span) -> (u32, u32) {
        let (first, last) = (self.line(span.start), self.line(span.end.saturating_sub(1).max(span.start)));
        if self.filled.get(first as usize - 1).is_some_and(|filled| *filled <= last) {
            return (first, last);
        }
        let next = self.filled.get(last as usize).copied().filter(|next| *next <= self.lines.count());
        let next = next.unwrap_or(last + 1);
        (next, next)
    }

    /// The directive that covers a finding, which is then used.
    fn covers(&mut self, finding: &Finding) -> Option<Acceptance> {
        let place = finding.place.span;
        let line = self.line(place.start);
        let before = self.tags.partition_point(|tag| tag.start <= place.start);
        let tag = self.tags[..before].last().filter(|tag| place.start < tag.end);
        let tag_line = tag.map_or(line, |tag| self.line(tag.start));
        let mut by = None;
        for order in &mut self.orders {
            let here = order
                .lines
                .is_none_or(|(first, last)| (first..=last).contains(&line) || (first..=last).contains(&tag_line));
            let named = order.meaning.rules.iter().position(|rule| rule.id == finding.rule);
            if let Some(at) = named.filter(|_| here) {
                order.used[at] = true;
                by.get_or_insert_with(|| Acceptance::Comment {
                    reason: order.meaning.reason.map(str::to_owned),
                    place: Place { file: self.file.file.to_owned(), span: order.directive.span },
                });
            }
        }
        by
    }

    fn report_unused(&self, terms: &Terms, about: &mut Vec<Finding>) {
        for order in &self.orders {
            let idle = |at: usize| !order.used[at] && (terms.ran)(order.meaning.rules[at].id, self.file.file);
            let unused: Vec<usize> = (0..order.used.len()).filter(|at| idle(*at)).collect();
            if unused.is_empty() {
                continue;
            }
            let names: Vec<&str> = unused.iter().map(|at| order.meaning.rules[*at].id).collect();
            let message = Message::new("message").with("rules", names.join(", "));
            let whole = unused.len() == order.used.len() && order.meaning.faults.is_empty();
            let edit = if whole { self.removal(order.directive.span) } else { self.shortened(order, &unused) };
            let mut finding = finding(UNUSED, self.file, order.directive.span, message, &order.directive.text);
            finding.fixes = vec![Fix { message: Message::new("remove"), safe: true, edits: vec![edit] }];
            about.push(finding);
        }
    }

    /// Takes the comment away, and its lines when nothing else is on them. What stood apart because of it stays apart.
    fn removal(&self, span: Span) -> Edit {
        let text = self.file.text;
        let (start, end) = (span.start as usize, span.end as usize);
        let blank = |c: char| c == ' ' || c == '\t';
        let before = text[..start].trim_end_matches(blank);
        let after = text[end..].trim_start_matches(blank);
        let line_end = if after.starts_with("\r\n") { 2 } else { usize::from(after.starts_with(['\n', '\r'])) };
        let alone = before.is_empty() || before.ends_with(['\n', '\r']);
        let behind = text.len() - after.len();
        let is_apart = alone || before.len() < start;
        let in_script = text[start..].starts_with("/*");
        let (place, left) = match (alone, after.is_empty() || line_end > 0) {
            (true, true) => (Span::new(before.len(), behind + line_end), ""),
            (false, true) => (Span::new(before.len(), end), ""),
            _ if is_apart => (Span::new(start, behind), ""),
            _ => (Span::new(start, end), if in_script && behind == end { " " } else { "" }),
        };
        Edit { place: Place { file: self.file.file.to_owned(), span: place }, text: left.to_owned() }
    }

    /// Takes some of its rules out of a directive.
    fn shortened(&self, order: &Order, unused: &[usize]) -> Edit {
        let rules = &order.meaning.rules;
        let kept: Vec<&str> = (0..rules.len())
            .filter(|at| !unused.contains(at))
            .map(|at| rules[at].id)
            .chain(order.meaning.unknown())
            .collect();
        let base = text_start(self.file.text, order.directive);
        let list = &order.meaning.list;
        let span = Span::new(base + list.start, base + list.end);
        Edit { place: Place { file: self.file.file.to_owned(), span }, text: kept.join(", ") }
    }
}

/// The table [`Sheet::filled`]; past the last line where there is none. Made once, as a file may be full of directives.
fn next_filled(file: &Commented, lines: &Lines) -> Vec<u32> {
    let is_filled = |line: u32| {
        let span = lines.line_span(file.text, line).unwrap_or_default();
        let (mut at, end) = (span.start, span.end);
        while at < end {
            let before = file.directives.partition_point(|directive| directive.span.start <= at);
            match file.directives[..before].last().filter(|directive| at < directive.span.end) {
                Some(directive) => at = directive.span.end,
                None => {
                    let Some(c) = file.text.get(at as usize..).and_then(|rest| rest.chars().next()) else {
                        return false;
                    };
                    if !c.is_whitespace() {
                        return true;
                    }
                    at += c.len_utf8() as u32;
                }
            }
        }
        false
    };
    let mut next = lines.count() + 1;
    let mut table: Vec<u32> = (1..=lines.count())
        .rev()
        .map(|line| {
            next = if is_filled(line) { line } else { next };
            next
        })
        .collect();
    table.reverse();
    table
}

/// Where a directive's text begins in its file.
fn text_start(text: &str, directive: &Directive) -> usize {
    directive.span.start as usize + directive.span.of(text).find(&directive.text).unwrap_or(0)
}

fn tags(facts: Option<&Facts>) -> Vec<Span> {
    let Some(Facts::Template(template)) = facts else { return Vec::new() };
    let tag = |kind: &NodeKind| match kind {
        NodeKind::Element(element) => Some(element.tag),
        NodeKind::Text(_) => None,
    };
    template.nodes.iter().filter_map(|node| tag(&node.kind)).collect()
}

fn invalid(file: &Commented, directive: &Directive, fault: &Fault) -> Finding {
    let base = text_start(file.text, directive);
    let part = &directive.text[fault.at.clone()];
    let whole = fault.at == (0..directive.text.len());
    let span = if whole { directive.span } else { Span::new(base + fault.at.start, base + fault.at.end) };
    let mut message = Message::new(fault.key);
    if let Some(nearest) = &fault.nearest {
        message = Message::new(fault.key_with_nearest).with("nearest", nearest);
    }
    if !whole {
        message = message.with("name", part);
    }
    finding(INVALID, file, span, message, part)
}

fn finding(rule: &'static str, file: &Commented, span: Span, message: Message, subject: &str) -> Finding {
    let place = Place { file: file.file.to_owned(), span };
    Finding::new(rule, Level::Warning, Certainty::Certain, message, place, subject.to_owned())
}

#[cfg(test)]
mod tests;
