//! In: answers with data of users, where they go, and the source itself. Out: data that ends up in logs, storage, URLs or
//! unencrypted requests, and secrets.

use super::secrets;
use crate::analyse::CtxId;
use crate::analyse::record::{EdgeKind, Request, Site, Use, UseKind};
use crate::analyse::value::{Atom, OpaqueId, Val};
use crate::app::App;
use crate::finding::{Certainty, Finding, Level, Message, Step};
use crate::platform::{Exposure, Sink};

/// The beginning of a URL whose request everybody on the way can read.
const PLAIN: &str = "http://";
/// From more values on an option is not followed.
const MOST_VALUES: usize = 12;
/// The kind of data that only identifies a session.
const IDENTITY: &str = "identity";

pub(super) fn check(app: &mut App<'_>, out: &mut Vec<Finding>) {
    logs(app, out);
    let texts = into_texts(app);
    for request in &app.machine.embedder.requests {
        let sink = app.platform.sinks.get(app.machine.atoms.text(request.api)).filter(|sink| !sink.global);
        if let Some(sink) = sink {
            out.extend(sent(app, request, sink, &texts));
        }
    }
    secrets::check(app, out);
}

/// A request whose answer is data of the user, or holds some, as seen from a value: the request and its API.
fn personal(app: &App<'_>, value: OpaqueId) -> Option<(u32, Atom)> {
    let (request, names) = app.answered(value)?;
    let api = app.request(request).api;
    let name = app.machine.atoms.text(api);
    let row = app.platform.personal.get(name)?;
    let meta = app.platform.apis.get(name).map_or(&[][..], |row| row.envelope_meta.as_slice());
    let last = names.last().copied().unwrap_or("");
    let given = |name: &&str| {
        let field = app.machine.atoms.find(name);
        field.is_some_and(|field| app.machine.embedder.given.contains(&(api, field)))
    };
    if meta.iter().any(|meta| meta == last) || last == "length" || names.iter().any(given) {
        return None;
    }
    let first = names.first().copied();
    let inside = row.fields.is_empty() || first.is_none_or(|first| row.fields.iter().any(|field| field == first));
    inside.then_some((request, api))
}

fn logs(app: &App<'_>, out: &mut Vec<Finding>) {
    let logged = |used: &&Use| used.how == UseKind::Sink(app.machine.lang.names.console);
    for used in app.machine.uses.iter().filter(logged) {
        let Some(source) = personal(app, used.value) else { continue };
        if !is_after_failure(app, used.ctx) && app.is_live(used.ctx) {
            out.push(finding(app, Message::new("console"), used.site, source, Level::Warning));
        }
    }
}

/// Whether a context only runs when something went wrong: what it logs is why, even where the ways of a promise got mixed up.
fn is_after_failure(app: &App<'_>, ctx: CtxId) -> bool {
    let fail = app.machine.embedder.names.fail;
    let failed =
        |kind: EdgeKind| matches!(kind, EdgeKind::Catch) || matches!(kind, EdgeKind::Callback(_, key) if key == fail);
    let mut edges = app.edges_into(ctx).peekable();
    edges.peek().is_some() && edges.all(|edge| failed(edge.kind))
}

fn sent(app: &App<'_>, request: &Request, sink: &Sink, texts: &[Use]) -> Option<Finding> {
    // Where the values of many callers are mixed up, it is not known whose end up here.
    let many = |values: &[Val]| values.len() > MOST_VALUES || app.machine.ctxs[request.ctx.0 as usize].merged.is_some();
    let (message, level) = match sink.into {
        Exposure::Console => (Message::new("console"), Level::Warning),
        Exposure::Storage => (Message::new("storage"), Level::Warning),
        Exposure::Url => (Message::new("url"), Level::Warning),
        Exposure::Network => (Message::new("http").with("host", plain_host(app, request)?), Level::Error),
    };
    let source = sink.options.iter().find_map(|option| {
        let mut values = app.option(request, option);
        if many(&values) {
            values.clear();
        }
        let held = app.opaques_in(&values).into_iter().find_map(|value| personal(app, value));
        held.or_else(|| joined(app, request, option, texts))
    })?;
    let live = app.is_live(request.ctx);
    live.then(|| finding(app, message, request.site, source, level))
}

/// Uses that put data of users into a text, or hand it to something that may.
fn into_texts(app: &App<'_>) -> Vec<Use> {
    let into_text =
        |used: &&Use| matches!(used.how, UseKind::Sink(into) if into == Atom(0)) || used.how == UseKind::Escape;
    let uses = app.machine.uses.iter().filter(into_text);
    uses.filter(|used| personal(app, used.value).is_some()).copied().collect()
}

/// Data that is put into the text of an option where that text is written.
fn joined(app: &App<'_>, request: &Request, option: &str, texts: &[Use]) -> Option<(u32, Atom)> {
    let file = request.site.file;
    let mut here = texts.iter().filter(|used| used.site.file == file && used.ctx == request.ctx).peekable();
    here.peek()?;
    let parts = app.written_parts(file, app.written_option(request.site, option)?);
    let spans = &app.script(file)?.body.spans;
    let inside = |used: &&Use| {
        let span = spans.get(used.site.expr as usize);
        span.is_some_and(|span| parts.iter().any(|part| part.contains(*span)))
    };
    here.find(inside).and_then(|used| personal(app, used.value))
}

/// The host of a request that goes unencrypted to somewhere outside the developer's own network.
fn plain_host(app: &App<'_>, request: &Request) -> Option<String> {
    let urls = app.option(request, "url");
    let plain = |text: &str| text.starts_with(PLAIN) && !is_local(&text[PLAIN.len()..]);
    let whole = app.texts_in(&urls).into_iter().find(|text| plain(text)).map(str::to_owned);
    let url = whole.or_else(|| {
        let written = app.written_option(request.site, "url")?;
        app.written_start(request.site.file, written).filter(|text| plain(text))
    })?;
    let host = url[PLAIN.len()..].split(['/', '?', '#']).next().unwrap_or("");
    Some(format!("{PLAIN}{host}"))
}

fn is_local(rest: &str) -> bool {
    let host = rest.split(['/', ':', '?']).next().unwrap_or("");
    let private = ["10.", "127.", "192.168.", "0.0.0.0"].iter().any(|net| host.starts_with(net));
    host.is_empty() || host == "localhost" || private
}

fn finding(app: &App<'_>, message: Message, at: Site, (request, api): (u32, Atom), level: Level) -> Finding {
    let name = app.machine.atoms.text(api);
    let class = app.platform.personal.get(name).map_or("", |row| row.class.as_str());
    // A code is of use once, and only together with the server's key.
    let level = if class == IDENTITY && message.key == "console" { Level::Info } else { level };
    let api = app.api_name(name);
    let asked = Message::new("step-request").with("api", api.clone());
    let related = vec![Step { place: app.expr_place(app.request(request).site), message: asked }];
    let message = message.with("api", api.clone());
    Finding::new("personal-data-exposure", level, Certainty::Certain, message, app.expr_place(at), api)
        .with_related(related)
}
