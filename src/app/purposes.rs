//! In: what the configuration declares that data is needed for. Out: whether a request is declared, and which declarations the
//! program has no use for. Never a level: a declared need is no finding, the rest is for rules.

use super::App;
use crate::analyse::entry_points::EntryPoint;
use crate::finding::Place;
use crate::platform::Asks;

/// A declared need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// A scope, or an API or permission of the device.
    pub subject: String,
    /// The pages that need it, as `app.json` lists them; empty for the whole program.
    pub pages: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// Why a declaration is of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Idle {
    /// Nothing in the program asks for it.
    NeverAsked,
    /// The program has no such page.
    NoPage(String),
}

impl App<'_> {
    /// Whether it is declared what these requests need one of `subjects` for: on every path that leads to them.
    pub fn is_declared(&self, subjects: &[&str], requests: &[u32]) -> bool {
        let known: Vec<&Purpose> = self.about(subjects).collect();
        if known.is_empty() {
            return false;
        }
        if known.iter().any(|purpose| purpose.pages.is_empty()) {
            return true;
        }
        let witness_paths = self.witness_paths(requests, |_| true);
        !witness_paths.is_empty()
            && witness_paths.iter().all(|path| self.declares(subjects, &self.live.entry_points[path.entry as usize]))
    }

    /// Whether it is declared what the unit of an entry needs one of `subjects` for.
    pub fn declares(&self, subjects: &[&str], entry: &EntryPoint) -> bool {
        self.declares_on(subjects, entry.unit)
    }

    /// Whether it is declared what a page, or the pages on which a component stands, need one of `subjects` for.
    pub fn declares_on(&self, subjects: &[&str], unit: Option<u32>) -> bool {
        self.about(subjects).any(|purpose| purpose.pages.is_empty() || self.stands_on(unit, &purpose.pages))
    }

    /// Whether some declaration names this page as one that needs the user's data.
    pub fn is_declared_page(&self, unit: u32) -> bool {
        self.purposes
            .iter()
            .any(|purpose| purpose.pages.iter().any(|page| *page == self.model.units[unit as usize].name))
    }

    /// The declarations the program has no use for.
    pub fn idle_purposes(&mut self) -> Vec<(Purpose, Idle)> {
        if self.purposes.is_empty() || self.machine.exhausted {
            return Vec::new();
        }
        let (asked, unknown) = self.everything_asked();
        let mut found = Vec::new();
        for purpose in &self.purposes {
            let said = asked.contains(&purpose.subject);
            if !said && !unknown {
                found.push((purpose.clone(), Idle::NeverAsked));
            }
            let missing = |page: &&String| self.page(page).is_none();
            let pages = purpose.pages.iter().filter(missing);
            found.extend(pages.map(|page| (purpose.clone(), Idle::NoPage(page.clone()))));
        }
        found
    }

    fn about(&self, subjects: &[&str]) -> impl Iterator<Item = &Purpose> {
        self.purposes.iter().filter(move |purpose| subjects.contains(&purpose.subject.as_str()))
    }

    fn stands_on(&self, unit: Option<u32>, pages: &[String]) -> bool {
        let Some(unit) = unit else { return false };
        let listed = |unit: u32| pages.iter().any(|page| *page == self.model.units[unit as usize].name);
        if self.model.units[unit as usize].page {
            return listed(unit);
        }
        let mut found = false;
        for instance in self.instances_of(unit) {
            let mut top = &self.live.instances[*instance as usize];
            while let Some((owner, _)) = &top.placed {
                top = &self.live.instances[*owner as usize];
            }
            if !top.unit.is_some_and(listed) {
                return false;
            }
            found = true;
        }
        found
    }

    /// All scopes, APIs and permissions the program asks for, and whether it asks for something that is not known.
    fn everything_asked(&mut self) -> (Vec<String>, bool) {
        let mut asked: Vec<String> = Vec::new();
        let mut unknown = false;
        for button in self.buttons() {
            asked.extend(button.scopes.texts.iter().cloned());
            unknown |= button.scopes.unknown;
        }
        for site in &self.sites {
            let row = self.api(site);
            if row.asks == Asks::Nothing && !row.gives_user_data {
                continue;
            }
            asked.extend(self.subjects(&site.api));
            for scope in site.requests.iter().flat_map(|request| self.scopes(self.request(*request))) {
                unknown |= scope.is_none();
                asked.extend(scope);
            }
        }
        (asked, unknown)
    }

    /// What an API is called in a declaration: its name with or without its object, and the permissions it needs.
    pub fn subjects(&self, api: &str) -> Vec<String> {
        let permissions = self.platform.apis.get(api).map(|row| row.permission.clone()).unwrap_or_default();
        [api.to_string(), self.api_name(api)].into_iter().chain(permissions).collect()
    }
}
