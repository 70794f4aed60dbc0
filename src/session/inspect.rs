//! In: paths, and perhaps a line. Out: what the tool believes about the programs there, or about that line, with what
//! `check` finds on it. Runs the same journey as a check up to the rules. Never prints.

use super::{CheckOptions, budget_of, check_within, config_of, knowledge, platforms, pooled, purposes};
use crate::app::{self, App};
use crate::catalog::{self, Catalog, Lang};
use crate::discover::{self, Files, Program, disk::Disk};
use crate::error::{Error, contained};
use crate::explain::{self, At, FindingView, Graph, SiteView, Target};
use crate::finding::Message;
use crate::locate::Located;
use crate::model;
use crate::report::{Report, certainty_name, level_name};
use rayon::prelude::*;
use std::path::Path;

/// What the tool believes about every mini program under `paths`, which are relative to `base`.
///
/// # Errors
/// As [`super::check`].
pub fn graph(base: &Path, paths: &[String], options: &CheckOptions, lang: Lang) -> Result<Vec<Graph>, Error> {
    graph_files(&Disk::around(base, paths), paths, options, lang)
}

/// What the tool believes about every mini program under `paths` of a file system.
///
/// # Errors
/// As [`super::check`].
pub fn graph_files(
    files: &dyn Files,
    paths: &[String],
    options: &CheckOptions,
    lang: Lang,
) -> Result<Vec<Graph>, Error> {
    pooled(options, || {
        let found = discover::programs(files, paths)?;
        let one = |program: &Program| {
            let skipped = |why: String| Graph { program: program.name.clone(), skipped: Some(why), ..Graph::default() };
            Ok(looked_at(files, program, options, lang, |app, say| explain::graph(app, say))?.unwrap_or_else(skipped))
        };
        found.programs.par_iter().map(one).collect()
    })
}

/// What is known about a line of a file, in each program under `paths` (none: the program of the file) that has the file.
///
/// # Errors
/// As [`super::check`], and when no program has the file.
pub fn explain_site(
    base: &Path,
    paths: &[String],
    target: &Target,
    options: &CheckOptions,
    lang: Lang,
) -> Result<Vec<SiteView>, Error> {
    let own = [target.file.clone()];
    let disk = Disk::around(base, if paths.is_empty() { &own } else { paths });
    explain_site_files(&disk, paths, target, options, lang)
}

/// As [`explain_site`], on a file system.
///
/// # Errors
/// As [`explain_site`].
pub fn explain_site_files(
    files: &dyn Files,
    paths: &[String],
    target: &Target,
    options: &CheckOptions,
    lang: Lang,
) -> Result<Vec<SiteView>, Error> {
    let own = [target.file.clone()];
    let paths = if paths.is_empty() { &own[..] } else { paths };
    let texts = knowledge::texts()?;
    let mut views = pooled(options, || {
        let found = discover::programs(files, paths)?;
        let one = |program: &Program| {
            let skipped = |why: String| {
                Some(SiteView {
                    program: program.name.clone(),
                    file: target.file.clone(),
                    line: target.line,
                    skipped: Some(why),
                    ..SiteView::default()
                })
            };
            Ok(looked_at(files, program, options, lang, |app, say| explain::explain(app, target, say))?
                .unwrap_or_else(skipped))
        };
        let views: Result<Vec<Option<SiteView>>, Error> = found.programs.par_iter().map(one).collect();
        Ok(views?.into_iter().flatten().collect::<Vec<SiteView>>())
    })?;
    if views.is_empty() {
        let reason = Message::new("site-no-program").into();
        return Err(Error::Unreadable { path: target.file.clone(), reason });
    }
    let report = pooled(options, || check_within(files, paths, options))?.report;
    for view in &mut views {
        view.findings = findings(&report, view, texts.as_ref(), lang);
    }
    Ok(views)
}

/// What the rules say about a line.
fn findings(report: &Report, view: &SiteView, texts: &dyn Catalog, lang: Lang) -> Vec<FindingView> {
    let here = |one: &Located| one.finding.place.file == view.file && one.range.start.line == view.line;
    let said = |one: &Located, suppressed: bool| FindingView {
        rule: one.finding.rule.to_string(),
        level: level_name(one.finding.level),
        certainty: certainty_name(one.finding.certainty),
        message: one.message(texts, lang),
        at: At { file: view.file.clone(), line: one.range.start.line, column: one.range.start.column },
        suppressed,
    };
    let programs = report.programs.iter().filter(|program| program.name == view.program);
    programs
        .flat_map(|program| {
            let held = program.findings.iter().filter(|one| here(one)).map(|one| said(one, false));
            let accepted = program.suppressed.iter().map(|one| &one.located).filter(|one| here(one));
            held.chain(accepted.map(|one| said(one, true))).collect::<Vec<_>>()
        })
        .collect()
}

/// Runs a program and looks at it; `Err` inside says why there is nothing to look at.
fn looked_at<T>(
    files: &dyn Files,
    program: &Program,
    options: &CheckOptions,
    lang: Lang,
    look: impl FnOnce(&mut App<'_>, &dyn Fn(&Message) -> String) -> T,
) -> Result<Result<T, String>, Error> {
    let texts = knowledge::texts()?;
    let say = |message: &Message| catalog::word(texts.as_ref(), message, lang);
    let config = config_of(files, program, &options.config)?;
    if let Some(refused) = &program.refused {
        return Ok(Err(say(&refused.words())));
    }
    let (model, _) = model::load(files, program, options.parsing, super::file_bytes(&config), options.clock);
    let (platform, _) = platforms::Platforms::default().of(options, &config, &model)?;
    let (purposes, _) = purposes::of(&config, files, &program.root);
    let run = || app::with_app(&model, &platform, purposes, budget_of(&config), |mut app| look(&mut app, &say));
    Ok(contained(run).map_err(|_| say(&Message::new("graph-failed"))))
}
