//! In: the atom table and a platform. Out: the names that the platform's table gives, as atoms.

use crate::analyse::domain::value::{Atom, Atoms};
use crate::platform::{Asks, Exposure, Facade, Platform};
use rustc_hash::{FxHashMap, FxHashSet};

/// Atoms of names with a meaning.
#[derive(Debug)]
#[allow(missing_docs, reason = "each field is the name it says")]
pub struct Names {
    pub data: Atom,
    pub props: Atom,
    pub methods: Atom,
    pub mixins: Vec<Atom>,
    pub properties: Atom,
    pub property_value: Atom,
    pub emit: Atom,
    pub detail: Atom,
    pub observers: Atom,
    /// All hooks of the platform, as they are written: `onLoad`, `lifetimes.attached`.
    pub hooks: FxHashSet<Atom>,
    pub success: Atom,
    pub fail: Atom,
    pub complete: Atom,
    /// Names of the platform's global objects and functions.
    pub platform_objects: Vec<Atom>,
    pub bridges: Vec<(Atom, Atom)>,
    pub constructors: FxHashMap<Atom, crate::platform::Host>,
    pub set_data: Vec<Atom>,
    pub get_app: Atom,
    pub get_pages: Atom,
    pub shims: FxHashMap<Atom, u32>,
    /// Functions whose effect is known, by their names: numbers of the platform's rows.
    pub helpers: FxHashMap<Atom, u32>,
    /// The rows for all names that begin alike, `onMessage` for `on*`.
    pub beginnings: Vec<(Box<str>, u32)>,
    /// APIs whose answers are followed.
    pub watched: FxHashSet<Atom>,
    /// Fields whose reading is noted wherever the value came from.
    pub private_fields: FxHashSet<Atom>,
    /// The API whose listener is handed a function that takes the user's answer.
    pub consent_listen: Atom,
    pub machinery: Vec<Atom>,
    pub machinery_methods: Vec<Atom>,
    /// Members that hand on the platform's APIs, and what else such an object has.
    pub facades: Vec<(Atom, Atom)>,
    /// What an object has whose functions take hooks, and the hook of each function.
    pub composes: Option<Atom>,
    pub composed: FxHashMap<Atom, Atom>,
    pub own_prefix: Option<String>,
    /// Functions that call back once the view is drawn.
    pub ticks: Vec<Atom>,
    /// Beginnings of the names of lists into which bundles put their modules.
    pub chunk_lists: Vec<String>,
}

impl Names {
    /// Interns them.
    pub fn new(atoms: &mut Atoms, platform: &Platform, framework: Option<&str>, written_in_it: bool) -> Names {
        let mut atom = |text: &str| atoms.intern(text);
        let own = |row: &String| row.strip_prefix(framework?)?.strip_prefix('.').map(String::from);
        // Sources of any framework have what models of these say.
        let is_known = |facade: &&Facade| written_in_it || Some(facade.framework.as_str()) == framework;
        let facade = Some(&platform.facade).filter(is_known);
        let machinery: Vec<String> = platform.machinery.iter().filter_map(own).collect();
        let machinery_methods: Vec<String> = platform.machinery_methods.iter().filter_map(own).collect();
        Names {
            data: atom(&platform.instance.data),
            props: atom(&platform.instance.props),
            methods: atom(&platform.instance.methods),
            mixins: platform.instance.mixins.iter().map(|name| atom(name)).collect(),
            properties: atom(&platform.instance.properties.option),
            property_value: atom(&platform.instance.properties.value),
            emit: atom(&platform.instance.emit.method),
            detail: atom(&platform.instance.emit.detail),
            observers: atom(&platform.instance.observers),
            hooks: platform.hooks.iter().map(|hook| atom(&hook.name)).collect(),
            success: atom(&platform.callbacks.success),
            fail: atom(&platform.callbacks.fail),
            complete: atom(&platform.callbacks.complete),
            platform_objects: platform.api_objects.iter().map(|name| atom(name)).collect(),
            bridges: platform.bridges.iter().map(|bridge| (atom(&bridge.object), atom(&bridge.member))).collect(),
            constructors: platform.constructors.iter().map(|(name, row)| (atom(name), row.host)).collect(),
            set_data: platform.instance.set_data.iter().map(|name| atom(name)).collect(),
            get_app: atom(&platform.instance.get_app),
            get_pages: atom(&platform.instance.get_pages),
            watched: watched(platform).map(&mut atom).collect(),
            private_fields: platform.private_fields.keys().map(|name| atom(name)).collect(),
            consent_listen: atom(&platform.privacy_consent.listen),
            beginnings: beginnings(platform),
            helpers: platform.helpers.iter().enumerate().map(|(at, row)| (atom(&row.function), at as u32)).collect(),
            shims: platform.shims.iter().enumerate().map(|(at, shim)| (atom(&shim.function), at as u32)).collect(),
            machinery: machinery.iter().map(|name| atom(name)).collect(),
            machinery_methods: machinery_methods.iter().map(|name| atom(name)).collect(),
            facades: facade
                .map_or(&[][..], |own| &own.members)
                .iter()
                .map(|m| (atom(&m.name), atom(&m.beside)))
                .collect(),
            composes: facade.map(|own| atom(&own.composes)),
            composed: facade.map_or_else(FxHashMap::default, |_| composed(platform, &mut atom)),
            own_prefix: facade.map(|own| own.own_prefix.clone()),
            ticks: facade.map_or(&[][..], |own| &own.ticks).iter().map(|name| atom(name)).collect(),
            chunk_lists: platform.chunk_lists.clone(),
        }
    }
}

/// The functions that take a callback for a hook of pages, components or the app: named like the hook, or `on` and the hook.
fn composed(platform: &Platform, atom: &mut impl FnMut(&str) -> Atom) -> FxHashMap<Atom, Atom> {
    let mut found = FxHashMap::default();
    for hook in platform.hooks.iter().chain(&platform.shim_hooks).filter(|hook| !hook.name.contains('.')) {
        let mut letters = hook.name.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        let name = match hook.name.strip_prefix("on").filter(|rest| rest.starts_with(char::is_uppercase)) {
            Some(_) => hook.name.clone(),
            None => format!("on{first}{}", letters.as_str()),
        };
        found.insert(atom(&name), atom(&hook.name));
    }
    found
}

/// APIs whose answers rules ask about: those that hand out data or codes, and those a server answers through.
fn watched(platform: &Platform) -> impl Iterator<Item = &str> {
    let asks = platform.apis.iter().filter(|(_, row)| {
        !row.envelope.is_empty() || row.gives_user_data || row.outcome.is_some() || row.asks != Asks::Nothing
    });
    let sends = platform.sinks.iter().filter(|(_, sink)| sink.into == Exposure::Network && !sink.global);
    asks.map(|(name, _)| name.as_str())
        .chain(platform.personal.keys().map(String::as_str))
        .chain(sends.map(|(name, _)| name.as_str()))
}

fn beginnings(platform: &Platform) -> Vec<(Box<str>, u32)> {
    let rows = platform.helpers.iter().enumerate();
    rows.filter_map(|(at, row)| Some((row.function.strip_suffix('*')?.into(), at as u32))).collect()
}
