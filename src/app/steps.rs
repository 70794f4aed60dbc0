//! In: a witness path. Out: its steps in words a developer understands, each with its place.

use super::App;
use crate::analyse::entry_points::{EntryPoint, EntryPointKind};
use crate::analyse::record::{EdgeKind, Site};
use crate::analyse::witness_paths::WitnessPath;
use crate::finding::{Message, Step, Witness};
use crate::framework;
use crate::platform::Host;

/// Edges of a witness path that are told step by step. Nobody reads more, and a program may have many paths through many functions.
const LONGEST_WAY: usize = 64;

impl App<'_> {
    /// A witness path in words: the entry, the edges (those in the middle of a very long path are counted only), and the place it leads
    /// to.
    pub fn witness(&self, path: &WitnessPath, last: Step) -> Witness {
        let entry = &self.live.entry_points[path.entry as usize];
        let mut steps =
            vec![Step { place: self.place(entry.place.0, entry.place.1), message: entry_message(entry, self) }];
        let step = |at: &u32| Step {
            place: self.expr_place(self.machine.edges[*at as usize].site),
            message: self.edge_message(*at),
        };
        // What stands for a framework's own code is nothing to look at.
        let told = |at: &&u32| {
            let file = self.machine.edges[**at as usize].site.file;
            !framework::is_model(&self.model.files[file as usize].path)
        };
        let edges: Vec<u32> = path.edges.iter().filter(told).copied().collect();
        match edges.len().checked_sub(LONGEST_WAY) {
            None | Some(0) => steps.extend(edges.iter().map(step)),
            Some(more) => {
                let (first, rest) = edges.split_at(LONGEST_WAY / 2);
                let (left_out, last) = rest.split_at(more);
                steps.extend(first.iter().map(step));
                let place = self.expr_place(self.machine.edges[left_out[0] as usize].site);
                let message = Message::new("step-left-out").with("count", more.to_string());
                steps.push(Step { place, message });
                steps.extend(last.iter().map(step));
            }
        }
        steps.push(last);
        Witness { entry: self.entry_name(entry), steps }
    }

    /// What an entry is called: `App.onLaunch`, `pages/me/index onShow`, `my.onAppShow`.
    pub fn entry_name(&self, entry: &EntryPoint) -> String {
        let unit = entry.unit.map(|unit| self.model.units[unit as usize].name.clone());
        match (entry.kind, unit) {
            (EntryPointKind::Module, _) => {
                let path = self.model.files[entry.place.0 as usize].path.clone();
                match crate::discover::path::within(&self.model.program.root, &path) {
                    Some(inner) => inner.to_string(),
                    None => path,
                }
            }
            (EntryPointKind::Listener, _) => self.api_name(&entry.name),
            (EntryPointKind::UnknownCode, _) => entry.name.clone(),
            (_, Some(unit)) => format!("{unit} {}", entry.name),
            (_, None) => format!("App.{}", entry.name),
        }
    }

    /// An event of the authorization button as markup of a file binds it: `onError`, `@error`.
    pub fn event_word(&self, file: u32, event: &str) -> String {
        let prefix = self.machine.event_prefix().filter(|_| self.model.files[file as usize].is_component());
        match prefix {
            Some(prefix) => {
                let mut letters = event.chars();
                let first: String = letters.next().into_iter().flat_map(char::to_lowercase).collect();
                let word = format!("{prefix}{first}{}", letters.as_str());
                if self.machine.has_events_in_lower_case() { word.to_lowercase() } else { word }
            }
            None => format!("on{event}"),
        }
    }

    /// An API as it is written: `my.getAuthCode`.
    pub fn api_name(&self, api: &str) -> String {
        let object = self.platform.api_objects.first().map_or("", String::as_str);
        format!("{object}.{api}")
    }

    /// The call of an API, named as it is written, that shows the user something.
    pub fn request_step(&self, at: Site, api: &str) -> Step {
        Step { place: self.expr_place(at), message: Message::new("step-request").with("api", api) }
    }

    /// What an edge does.
    pub fn edge_message(&self, at: u32) -> Message {
        let edge = &self.machine.edges[at as usize];
        let function = self.machine.code.function(self.machine.ctxs[edge.to.0 as usize].code);
        let file = self.machine.code.file(self.machine.ctxs[edge.to.0 as usize].code.file);
        let name = function.name.map(|name| file.script.body.name(name).to_string());
        let written = name.clone().unwrap_or_else(|| "function".to_string());
        match edge.kind {
            EdgeKind::Callback(api, key) => Message::new("step-callback")
                .with("api", self.api_name(self.machine.atoms.text(api)))
                .with("key", self.machine.atoms.text(key)),
            EdgeKind::Event(api) => Message::new("step-event").with("api", self.api_name(self.machine.atoms.text(api))),
            EdgeKind::Then => Message::new("step-then"),
            EdgeKind::Catch => Message::new("step-catch"),
            EdgeKind::Timer => Message::new("step-timer"),
            EdgeKind::Import => Message::new("step-import"),
            EdgeKind::Accessor => Message::new("step-getter").with("name", written),
            EdgeKind::Unresolved => {
                let called = self.called_at(edge.site).unwrap_or(written);
                Message::new("step-unresolved").with("name", called)
            }
            EdgeKind::Guess => Message::new("step-guess"),
            EdgeKind::Call | EdgeKind::Iteration | EdgeKind::Update => {
                Message::new("step-call").with("name", self.called_at(edge.site).or(name).unwrap_or(written))
            }
        }
    }

    /// What a call is written as, without its arguments: `this.login`.
    fn called_at(&self, site: crate::analyse::record::Site) -> Option<String> {
        use crate::facts::script::Expr;
        let script = self.machine.code.file(site.file).script;
        let callee = match script.body.exprs.get(site.expr as usize)? {
            Expr::Call { callee, .. } | Expr::New { callee, .. } => *callee,
            _ => return None,
        };
        let span = script.body.spans[callee as usize];
        let text = span.of(&self.model.files[site.file as usize].text);
        (text.len() <= 40 && !text.contains(['\n', '{', '('])).then(|| text.to_string())
    }
}

fn entry_message(entry: &EntryPoint, app: &App<'_>) -> Message {
    let key = match (entry.kind, entry.repeats) {
        (EntryPointKind::Hook(Host::App), false) => "entry-app-hook",
        (EntryPointKind::Hook(Host::App), true) => "entry-app-hook-repeats",
        (EntryPointKind::Hook(_), _) if entry.leaving => "entry-hook-leaving",
        (EntryPointKind::Hook(Host::Page), false) => "entry-page-hook",
        (EntryPointKind::Hook(Host::Page), true) => "entry-page-hook-repeats",
        (EntryPointKind::Hook(_), false) => "entry-component-hook",
        (EntryPointKind::Hook(_), true) => "entry-component-hook-repeats",
        (EntryPointKind::Module, _) => return Message::new("entry-module-top"),
        (EntryPointKind::Listener, _) => return Message::new("entry-listener").with("api", app.api_name(&entry.name)),
        (EntryPointKind::UnknownCode, _) => return Message::new("entry-kept").with("call", entry.name.clone()),
        (EntryPointKind::Observer, _) => return Message::new("entry-observer").with("key", entry.name.clone()),
        (EntryPointKind::Event, _) if entry.automatic => {
            return Message::new("entry-event").with("event", format!("on{}", entry.event));
        }
        (EntryPointKind::Event, _) => return Message::new("entry-gesture").with("handler", entry.name.clone()),
    };
    Message::new(key).with("hook", entry.name.clone())
}
