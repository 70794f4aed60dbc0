//! In: a program and the file system. Out: its model. Files are read in waves: those the manifest names, then those they
//! lead to, until there are no more; each wave is read and parsed in parallel, each file once.

use super::listed::Listed;
use super::reading::{outside, read_and_parse};
use super::sources::{Everywhere, specifiers};
use super::{Model, SourceFile, Unit, manifest, resolve};
use crate::discover::{self, Files, Program, path};
use crate::facts::Facts;
use crate::framework::{self, Framework};
use crate::parse;
use crate::text::Span;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Sums over all threads and files of one load.
#[derive(Clone, Copy, Debug, Default)]
pub struct Loading {
    /// Time spent reading.
    pub read: Duration,
    /// Time spent parsing.
    pub parse: Duration,
    /// Bytes read.
    pub bytes: u64,
}

pub(super) struct Loader<'a> {
    files: &'a dyn Files,
    parsing: Parsing,
    clock: fn() -> Duration,
    known: BTreeSet<&'a str>,
    /// Files whose extension has capital letters, by their paths with small ones.
    shouted: BTreeMap<String, String>,
    pub(super) model: Model,
    loading: Loading,
    wanted: Vec<String>,
    packages: BTreeMap<String, Option<String>>,
    /// Units by their names.
    named: FxHashMap<String, u32>,
    /// Base names of components by the file and the path that name them.
    placed: FxHashMap<(String, String), Option<String>>,
    listed: Listed,
    /// What every view may place.
    pub(super) everywhere: Everywhere,
    /// The framework it is written in.
    pub(super) framework: Option<Framework>,
    /// Bytes a file may have.
    most: u64,
}

/// Which files are parsed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parsing {
    /// Those that something leads to and that may matter.
    #[default]
    Needed,
    /// Every source file of the program: the floor that [`Parsing::Needed`] is measured against. What nothing leads to
    /// still never runs.
    All,
}

/// Loads a program. A file of more than `most` bytes is not read. `clock` gives the time since a fixed instant.
pub fn load(
    files: &dyn Files,
    program: &Program,
    parsing: Parsing,
    most: u64,
    clock: fn() -> Duration,
) -> (Model, Loading) {
    let model = Model {
        program: program.clone(),
        files: Vec::new(),
        units: Vec::new(),
        manifest: None,
        script: None,
        app: None,
        by_path: BTreeMap::new(),
        resolved: BTreeMap::new(),
        outside: BTreeSet::new(),
    };
    let known = program.files.iter().map(String::as_str).collect();
    let small = |file: &String| {
        let (base, extension) = file.rsplit_once('.')?;
        let is_shouted = extension.bytes().any(|byte| byte.is_ascii_uppercase());
        is_shouted.then(|| (format!("{base}.{}", extension.to_ascii_lowercase()), file.clone()))
    };
    let shouted = program.files.iter().filter_map(small).collect();
    let mut loader = Loader {
        files,
        parsing,
        clock,
        known,
        shouted,
        model,
        loading: Loading::default(),
        wanted: Vec::new(),
        packages: BTreeMap::new(),
        named: FxHashMap::default(),
        placed: FxHashMap::default(),
        listed: Listed::default(),
        everywhere: Everywhere::default(),
        framework: program.dialect.and_then(|name| Framework::named(name).ok()),
        most,
    };
    loader.entries();
    loader.waves();
    if parsing == Parsing::All {
        loader.rest(program);
    }
    (loader.model, loader.loading)
}

impl Loader<'_> {
    fn exists(&mut self, path: &str) -> bool {
        if self.known.contains(path) || self.model.by_path.contains_key(path) {
            return true;
        }
        let is_there = self.listed.may_have(self.files, path).then(|| self.files.is_file(path));
        self.model.outside.extend((is_there == Some(false)).then(|| outside(self.files, path)).flatten());
        is_there == Some(true)
    }

    fn want(&mut self, path: String) -> u32 {
        if let Some(id) = self.model.by_path.get(&path) {
            return *id;
        }
        let id = (self.model.files.len() + self.wanted.len()) as u32;
        self.model.by_path.insert(path.clone(), id);
        self.wanted.push(path);
        id
    }

    pub(super) fn want_first(&mut self, candidates: Vec<String>) -> Option<u32> {
        let path = self.suffixed(candidates).into_iter().find(|path| self.exists(path))?;
        Some(self.want(path))
    }

    /// The same where capital letters in an extension do not matter: most file systems take them for small ones.
    fn want_spelt(&mut self, candidates: Vec<String>) -> Option<u32> {
        let spelt = |path: &String| self.shouted.get(path).cloned();
        let others: Vec<String> = candidates.iter().filter_map(spelt).collect();
        self.want_first(candidates.into_iter().chain(others).collect())
    }

    /// What the program's own manifest names.
    fn entries(&mut self) {
        let root = self.model.program.root.clone();
        if let Some(app) = self.model.program.app.clone() {
            let id = self.want(app);
            self.model.manifest = Some(id);
            let scripts = if self.framework.is_some() { self.sources_entry(&root) } else { "app".to_owned() };
            self.model.script = self.want_spelt(resolve::scripts_at(&path::join(&root, &scripts)));
            self.parse_wanted();
            let json = self.model.files[id as usize].manifest().cloned();
            let pages = json.as_ref().map(manifest::pages).unwrap_or_default();
            if self.framework.is_some() {
                self.place_everywhere(json.as_ref());
            }
            for (route, span, launch) in pages {
                self.unit(&path::join(&root, &route), true, launch, Some((id, span)));
            }
        } else if let Some(plugin) = self.model.program.plugin.clone() {
            let id = self.want(plugin);
            self.model.manifest = Some(id);
            self.parse_wanted();
            let json = self.model.files[id as usize].manifest().cloned();
            let units = json.as_ref().map(manifest::plugin_units).unwrap_or_default();
            for (name, span, page) in units {
                self.unit(&path::join(&root, &name), page, false, Some((id, span)));
            }
        } else {
            let templates: Vec<String> = self
                .model
                .program
                .files
                .iter()
                .filter_map(|file| file.strip_suffix(".axml"))
                .map(String::from)
                .collect();
            for base in templates {
                self.unit(&base, false, false, None);
            }
        }
    }

    /// The unit whose files have this base name.
    fn unit(&mut self, base: &str, page: bool, launch: bool, registered: Option<(u32, Span)>) -> u32 {
        let name = path::within(&self.model.program.root, base).unwrap_or(base).to_string();
        if let Some(known) = self.named.get(&name) {
            return *known;
        }
        self.named.insert(name.clone(), self.model.units.len() as u32);
        let whole = self.framework.is_some().then(|| {
            let in_code = self.framework.as_ref().is_some_and(|framework| framework.markup.reader == "jsx");
            let more = if in_code { &resolve::IN_CODE[..] } else { &[] };
            let files = resolve::COMPONENTS.iter().chain(more).map(|extension| format!("{base}.{extension}"));
            self.want_first(files.collect())
        });
        let [script, template, manifest] = match whole.flatten() {
            Some(file) => [Some(file); 3],
            None => [
                self.want_spelt(resolve::scripts_of_unit(base)),
                self.want_spelt(vec![format!("{base}.axml")]),
                self.want_spelt(vec![format!("{base}.json")]),
            ],
        };
        let unit = Unit {
            name,
            script,
            template,
            manifest,
            launch,
            page,
            components: Vec::new(),
            by_tag: Vec::new(),
            foreign: Vec::new(),
            registered,
        };
        self.model.units.push(unit);
        self.model.units.len() as u32 - 1
    }

    fn waves(&mut self) {
        let mut units = 0;
        let mut files = 0;
        loop {
            self.parse_wanted();
            // Units found meanwhile have their manifests read in the next wave.
            let known = self.model.units.len();
            while units < known {
                self.components_of(units);
                units += 1;
            }
            while files < self.model.files.len() {
                self.references_of(files);
                files += 1;
            }
            if self.wanted.is_empty() && units == self.model.units.len() {
                break;
            }
        }
    }

    /// The files that nothing leads to.
    fn rest(&mut self, program: &Program) {
        let reached = self.model.files.len();
        for path in program.files.iter().filter(|path| discover::is_source(path)) {
            self.want(path.clone());
        }
        self.parse_wanted();
        for file in &mut self.model.files[reached..] {
            file.reached = false;
        }
    }

    fn parse_wanted(&mut self) {
        let wanted = std::mem::take(&mut self.wanted);
        let (files, clock, parsing, most) = (self.files, self.clock, self.parsing, self.most);
        let dialect = self.framework.as_ref();
        let parsed: Vec<(SourceFile, Loading)> =
            wanted.into_par_iter().map(|path| read_and_parse(files, path, (parsing, dialect), most, clock)).collect();
        for (file, loading) in parsed {
            self.loading.read += loading.read;
            self.loading.parse += loading.parse;
            self.loading.bytes += loading.bytes;
            self.model.files.push(file);
        }
    }

    /// The components a unit may place: its own and the program's.
    fn components_of(&mut self, unit: usize) {
        let mut named = Vec::new();
        let mut known = BTreeSet::new();
        for manifest in [self.model.units[unit].manifest, self.model.manifest].into_iter().flatten() {
            let file = &self.model.files[manifest as usize];
            let path = file.path.clone();
            for (tag, source) in file.manifest().map(manifest::components).unwrap_or_default() {
                if known.insert(tag.clone()) {
                    named.push((tag, source, path.clone()));
                }
            }
        }
        for (tag, source, from) in self.made_known() {
            if known.insert(tag.clone()) {
                named.push((tag, source, from));
            }
        }
        for (tag, base) in self.named_by_tag(unit, &known) {
            let id = self.unit(&base, false, false, None);
            self.model.units[unit].components.push((tag, id));
        }
        for (tag, source, from) in named {
            match self.component(from, source) {
                Some(base) => {
                    let id = self.unit(&base, false, false, None);
                    self.model.units[unit].components.push((tag, id));
                }
                None => self.model.units[unit].foreign.push(tag),
            }
        }
        let Unit { components, by_tag, .. } = &mut self.model.units[unit];
        *by_tag = (0..components.len() as u32).collect();
        by_tag.sort_unstable_by_key(|at| components[*at as usize].0.as_str());
    }

    /// The base name of the component that `source` means in `from`. Each unit asks for all that the program's own manifest
    /// names, so answers are kept.
    pub(super) fn component(&mut self, from: String, source: String) -> Option<String> {
        let key = (from, source);
        if let Some(known) = self.placed.get(&key) {
            return known.clone();
        }
        let candidates = resolve::components(&self.model.program, &key.0, &key.1);
        let base = candidates.into_iter().find(|base| {
            let more = resolve::COMPONENTS.iter().chain(&resolve::IN_CODE);
            let scripts = resolve::scripts_of_unit(base).into_iter();
            let mut files =
                ["json", "axml"].iter().chain(more).map(|extension| format!("{base}.{extension}")).chain(scripts);
            files.any(|path| self.exists(&path))
        });
        self.placed.insert(key, base.clone());
        base
    }

    /// The files a file leads to.
    fn references_of(&mut self, file: usize) {
        let mut scripts = Vec::new();
        let mut templates = Vec::new();
        match &self.model.files[file].facts {
            Some(Facts::Script(script)) => scripts = specifiers(script),
            Some(Facts::Component(component)) => scripts = specifiers(&component.script),
            Some(Facts::Template(template)) => {
                for (_, element) in template.elements() {
                    if matches!(element.name.as_str(), "import" | "include") {
                        let source = element.attribute("src").and_then(|attribute| attribute.value.as_ref());
                        templates.extend(source.and_then(|value| value.literal()).map(String::from));
                    } else if element.name == "import-sjs" {
                        scripts.extend(element.literal("from").map(Into::into));
                    }
                }
            }
            _ => {}
        }
        let from = self.model.files[file].path.clone();
        for specifier in scripts {
            let key = (file as u32, specifier);
            if self.model.resolved.contains_key(&key) {
                continue;
            }
            let found = self.script(&from, &key.1);
            self.model.resolved.insert(key, found);
        }
        for source in templates {
            let candidates = resolve::templates(&self.model.program, &from, &source);
            self.want_first(candidates);
        }
    }

    fn script(&mut self, from: &str, specifier: &str) -> Option<u32> {
        if let Some(model) = self.framework.as_ref().and_then(|framework| framework.model_of(specifier)) {
            return Some(self.want(model));
        }
        if framework::is_model(specifier) && framework::is_model(from) {
            return Some(self.want(specifier.to_owned()));
        }
        let candidates = self.suffixed(resolve::scripts(&self.model.program, from, specifier));
        let mut packages = Vec::new();
        for path in candidates {
            // A package's own manifest says where its code is.
            if let Some(folder) = path.strip_suffix("/index.ts") {
                packages.push(folder.to_string());
            }
            if self.exists(&path) {
                return Some(self.want(path));
            }
        }
        packages.into_iter().find_map(|folder| {
            let main = self.package_main(&folder)?;
            self.want_first(resolve::scripts_at(&main))
        })
    }

    fn package_main(&mut self, folder: &str) -> Option<String> {
        if let Some(known) = self.packages.get(folder) {
            return known.clone();
        }
        let bytes = folder
            .contains("node_modules/")
            .then(|| self.files.read_within(&format!("{folder}/package.json"), self.most).ok());
        let json = bytes.flatten().and_then(|bytes| parse::manifest::read(&parse::decode::decode(&bytes).text).0);
        let main = json.and_then(|json| {
            let entry = ["module", "main"].iter().find_map(|key| json.get(key)?.text().map(String::from));
            Some(path::join(folder, &entry?))
        });
        self.packages.insert(folder.to_string(), main.clone());
        main
    }
}
