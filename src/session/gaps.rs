//! In: how much of a program was judged. Out: the notice that says what was not, in a developer's words; nothing when all was.

use crate::app::{Coverage, Limit, Part};
use crate::discover::path::within;
use crate::finding::{Level, Message, Place};
use crate::message::Value;
use crate::report::{GAPS, Notice};
use std::collections::BTreeSet;

/// The notice about a program; `None` when nothing is missing.
pub(super) fn notice(program: &str, coverage: &Coverage) -> Option<Notice> {
    let mut gaps = Vec::new();
    gaps.extend(of_limits(coverage));
    let files: Vec<&str> = coverage.unread_files.iter().map(String::as_str).collect();
    gaps.extend(listed("gap-unread", "gap-unread-more", &files));
    let packages: Vec<&str> = coverage.absent_packages.iter().map(String::as_str).collect();
    gaps.extend(listed("gap-package", "gap-packages", &packages));
    let files: Vec<&str> = coverage.absent_files.iter().map(|(written, _)| written.as_str()).collect();
    gaps.extend(listed("gap-file", "gap-files", &files));
    let Part { known, met } = coverage.pages;
    if met < known {
        let message = Message::new("gap-pages").with("count", (known - met).to_string());
        gaps.push(message.with("known", known.to_string()));
    }
    gaps.extend(nothing_leads("gap-requests", &coverage.unreached_requests, coverage.requests));
    gaps.extend(nothing_leads("gap-buttons", &coverage.unreached_buttons, coverage.buttons));
    let joined = gaps.into_iter().rev().reduce(|rest, first| {
        Message::new("gap-and").with("first", Value::Words(first)).with("rest", Value::Words(rest))
    })?;
    let message = Message::new(GAPS).with("program", program).with("gaps", Value::Words(joined));
    Some(Notice { level: Level::Info, text: message, file: None })
}

/// The bounds that were met: the gravest by name.
fn of_limits(coverage: &Coverage) -> Option<Message> {
    // A limit of the search as a whole costs more than one of a function.
    let cuts: Vec<&Limit> = coverage.limits.iter().filter(|limit| limit.cuts).collect();
    let gravest = cuts.iter().min_by_key(|limit| (limit.place.is_some(), limit.setting.is_none()))?;
    let key = match (&gravest.file, gravest.setting) {
        (Some(_), Some(_)) => "gap-limit-file-setting",
        (Some(_), None) => "gap-limit-file",
        (None, Some(_)) => "gap-limit-setting",
        (None, None) => "gap-limit",
    };
    let message = Message::new(key).with("limit", gravest.kind).with("count", cuts.len().to_string());
    let message = message.with("file", gravest.file.as_deref().unwrap_or_default());
    Some(message.with("setting", gravest.setting.unwrap_or_default()))
}

/// One name, or the first of several and how many more there are.
fn listed(one: &'static str, several: &'static str, names: &[&str]) -> Option<Message> {
    let (first, others) = names.split_first()?;
    let key = if others.is_empty() { one } else { several };
    Some(Message::new(key).with("name", *first).with("others", others.len().to_string()))
}

/// Things to which nothing leads.
fn nothing_leads(key: &'static str, places: &[Place], all: Part) -> Option<Message> {
    let first = places.first()?;
    let message = Message::new(key).with("count", places.len().to_string()).with("known", all.known.to_string());
    Some(message.with("file", first.file.as_str()))
}

/// What is said of folders in which a program names files, and that may not be read.
pub(super) fn outside(program: &str, folders: &BTreeSet<String>) -> Option<Notice> {
    let apart = |folder: &&String| !folders.iter().any(|one| one != *folder && within(one, folder).is_some());
    let apart: Vec<&String> = folders.iter().filter(apart).collect();
    let (first, others) = apart.split_first()?;
    let text = Message::new("notice-outside")
        .with("folder", *first)
        .with("others", others.len().to_string())
        .with("program", program);
    Some(Notice { level: Level::Info, text, file: None })
}
