//! In: calls of the platform's APIs. Out: requests, and calls of their callbacks. What an API means is the platform's table.

use super::Machine;
use super::facade::How;
use super::record::{Listener, Registration, Request};
use crate::analyse::domain::CtxId;
use crate::analyse::domain::heap::Origin;
use crate::analyse::domain::object::Kind;
use crate::analyse::domain::value::{Atom, ObjId, Set, Val};
use crate::analyse::engine::record::{EdgeKind, UseKind};
use crate::analyse::language::exec::Frame;
use crate::analyse::language::unknown_callee::is_callable;
use crate::platform::{Host, Listens};

impl<'a> Machine<'a> {
    /// A member of the API object that the program has not written itself.
    pub(in crate::analyse) fn api_member(&mut self, name: Atom) -> Set {
        let api = self.native(10, name.0, Kind::Api(name));
        self.sets.one(Val::Object(api))
    }

    /// A member of an API: APIs may stand in groups, `my.ap.faceVerify`.
    pub(in crate::analyse) fn nested_api(&mut self, api: Atom, name: Atom) -> Set {
        let text = self.atoms.text(name);
        if matches!(text, "call" | "apply" | "bind") {
            let method = self.builtin(name);
            return self.sets.one(method);
        }
        let full = format!("{}.{text}", self.atoms.text(api));
        let full = self.atoms.intern(&full);
        self.api_member(full)
    }

    /// Calls an API.
    pub(in crate::analyse) fn call_api(&mut self, frame: &Frame, id: u32, api: Atom, args: &[Set]) -> Set {
        self.call_api_so(frame, id, api, args, How::default())
    }

    /// Calls an API as a framework does.
    pub(in crate::analyse) fn call_api_so(&mut self, frame: &Frame, id: u32, api: Atom, args: &[Set], how: How) -> Set {
        if self.embedder.names.bridges.iter().any(|(_, member)| *member == api) {
            return self.call_bridge(frame, id, args);
        }
        self.ask_api(frame, id, api, args, how)
    }

    /// The same of an API by its name.
    fn ask_api(&mut self, frame: &Frame, id: u32, api: Atom, args: &[Set], how: How) -> Set {
        let row = self.embedder.platform.apis.get(self.atoms.text(api));
        if let Some(listens) = row.and_then(|row| row.listens) {
            self.listen(frame, id, api, args, listens);
            return Set::UNDEFINED;
        }
        let request = self.request(frame, id, api, args);
        self.sink_arguments(frame, id, api, args);
        let result = if how.parsed { Set::UNKNOWN } else { self.outside(Origin::Result(request)) };
        if self.is_sync(api) {
            return result;
        }
        let options = args.first().copied().unwrap_or(Set::EMPTY);
        let mut called_back = self.call_back(frame, id, (request, how), api, options);
        for (at, arg) in args.iter().enumerate() {
            called_back |= if how.bridged {
                self.answer_either(frame, id, request, *arg)
            } else {
                self.answer(frame, id, api, *arg, self.embedder.names.success, result) && at == 0
            };
        }
        let promise = self.allocate(frame.ctx, id, 60, Kind::Promise);
        if how.pair {
            let pair = self.pair(frame, id, request, result);
            self.define(promise, self.lang.names.result, pair);
            return self.sets.one(Val::Object(promise));
        }
        self.define(promise, self.lang.names.result, result);
        if let (None, Some(Val::Opaque(answer))) = (row, self.sets.single(result)) {
            self.embedder.answers.insert(promise, answer);
        }
        if !called_back {
            let rejection = self.outside(Origin::Rejection(request));
            self.define(promise, self.lang.names.reason, rejection);
        }
        self.sets.one(Val::Object(promise))
    }

    /// `my.call('api', options, callback)`.
    fn call_bridge(&mut self, frame: &Frame, id: u32, args: &[Set]) -> Set {
        let mut found = Set::EMPTY;
        let name = args.first().copied().unwrap_or(Set::EMPTY);
        for at in 0..self.sets.values(name).len() {
            let value = match self.sets.values(name)[at] {
                Val::Str(api) => {
                    self.ask_api(frame, id, api, args.get(1..).unwrap_or(&[]), How { bridged: true, ..How::default() })
                }
                _ => Set::UNKNOWN,
            };
            found = self.sets.join(found, value);
        }
        found
    }

    fn is_sync(&self, api: Atom) -> bool {
        let name = self.atoms.text(api);
        name.ends_with("Sync") || self.embedder.platform.sync_apis.iter().any(|sync| sync == name)
    }

    /// The request of this call in this context.
    fn request(&mut self, frame: &Frame, id: u32, api: Atom, args: &[Set]) -> u32 {
        if let Some(known) = self.embedder.request_index.get(&(frame.ctx, id, api)).copied() {
            for (at, arg) in args.iter().enumerate() {
                let before = self.embedder.requests[known as usize].args.get(at).copied().unwrap_or(Set::EMPTY);
                let joined = self.sets.join(before, *arg);
                match self.embedder.requests[known as usize].args.get_mut(at) {
                    Some(slot) => *slot = joined,
                    None => self.embedder.requests[known as usize].args.push(joined),
                }
            }
            self.embedder.requests[known as usize].guards = frame.guards.as_slice().into();
            return known;
        }
        let request = self.embedder.requests.len() as u32;
        self.embedder.requests.push(Request {
            ctx: frame.ctx,
            site: self.site(frame, id),
            api,
            args: args.to_vec(),
            guards: frame.guards.as_slice().into(),
            rejection_handled: false,
            handed_on: false,
            either: false,
            tracked: self.embedder.names.watched.contains(&api),
        });
        self.embedder.request_index.insert((frame.ctx, id, api), request);
        request
    }

    /// Calls the callbacks of an options object; whether there are any.
    fn call_back(&mut self, frame: &Frame, id: u32, (request, how): (u32, How), api: Atom, options: Set) -> bool {
        let mut any = false;
        let result = if how.parsed { Set::UNKNOWN } else { self.outside(Origin::Result(request)) };
        let error = self.outside(Origin::Error(request));
        for (key, answer) in [(self.embedder.names.success, result), (self.embedder.names.fail, error)] {
            for at in 0..self.sets.values(options).len() {
                let Val::Object(object) = self.sets.values(options)[at] else { continue };
                if !matches!(self.heap.get(object).kind, Kind::Plain | Kind::Instance(_)) {
                    continue;
                }
                let whole = self.sets.one(Val::Object(object));
                let callback = self.get(frame, id, whole, key);
                any |= self.answer(frame, id, api, callback, key, answer);
            }
        }
        for at in 0..self.sets.values(options).len() {
            let Val::Object(object) = self.sets.values(options)[at] else { continue };
            if matches!(self.heap.get(object).kind, Kind::Plain | Kind::Instance(_)) {
                let whole = self.sets.one(Val::Object(object));
                let callback = self.get(frame, id, whole, self.embedder.names.complete);
                any |= self.answer_either(frame, id, request, callback);
            }
        }
        any
    }

    /// Calls a callback that gets the result or the error, whichever it is; whether it is a function.
    fn answer_either(&mut self, frame: &Frame, id: u32, request: u32, callback: Set) -> bool {
        let api = self.embedder.requests[request as usize].api;
        let [result, error] = [Origin::Result(request), Origin::Error(request)].map(|origin| self.outside(origin));
        let either = self.sets.join(result, error);
        let is_called = self.answer(frame, id, api, callback, self.embedder.names.complete, either);
        self.embedder.requests[request as usize].either |= is_called;
        is_called
    }

    /// Calls one callback with an answer; whether it is a function.
    fn answer(&mut self, frame: &Frame, id: u32, api: Atom, callback: Set, key: Atom, answer: Set) -> bool {
        let function = |machine: &Self, value: &Val| match value {
            Val::Object(object) => matches!(
                machine.heap.get(*object).kind,
                Kind::Function { .. } | Kind::Bound | Kind::Builtin(_) | Kind::Proxy
            ),
            _ => false,
        };
        if !self.sets.values(callback).iter().any(|value| function(self, value)) {
            return false;
        }
        let functions: Vec<Val> = self.sets.values(callback).iter().copied().filter(|v| function(self, v)).collect();
        let functions = self.sets.of(functions);
        self.apply(frame, id, functions, Set::UNDEFINED, &[answer], EdgeKind::Callback(api, key));
        true
    }

    /// Values from outside that are handed to an API.
    fn sink_arguments(&mut self, frame: &Frame, id: u32, api: Atom, args: &[Set]) {
        for arg in args {
            self.sink_into(frame, id, api, *arg);
        }
    }

    pub(in crate::analyse) fn sink_into(&mut self, frame: &Frame, id: u32, into: Atom, value: Set) {
        let mut seen = Vec::new();
        self.sink_within(frame, id, into, value, 0, &mut seen);
    }

    fn sink_within(&mut self, frame: &Frame, id: u32, into: Atom, value: Set, depth: u32, seen: &mut Vec<ObjId>) {
        for at in 0..self.sets.values(value).len() {
            match self.sets.values(value)[at] {
                Val::Opaque(opaque) => {
                    let site = self.site(frame, id);
                    self.use_of(frame.ctx, site, opaque, UseKind::Sink(into));
                }
                Val::Object(object) if depth < 3 && seen.len() < 60 && !seen.contains(&object) => {
                    seen.push(object);
                    self.step();
                    let kind = self.heap.get(object).kind;
                    if let Kind::Json(inner) = kind {
                        let inner = self.sets.one(Val::Object(inner));
                        self.sink_within(frame, id, into, inner, depth + 1, seen);
                    }
                    if !matches!(kind, Kind::Plain | Kind::Array) {
                        continue;
                    }
                    for at in 0..self.heap.get(object).properties().len().min(30) {
                        let slot = self.heap.get(object).properties()[at].1.slot;
                        let value = self.heap.read(slot, frame.ctx);
                        self.sink_within(frame, id, into, value, depth + 1, seen);
                    }
                }
                _ => {}
            }
        }
    }

    /// `my.onSomething(f)`.
    fn listen(&mut self, frame: &Frame, id: u32, api: Atom, args: &[Set], listens: Listens) {
        if listens == Listens::Event {
            for arg in args {
                self.tell(frame, id, api, *arg);
            }
            return;
        }
        let automatic = listens == Listens::Automatic;
        let callback = args.first().copied().unwrap_or(Set::EMPTY);
        let site = self.site(frame, id);
        let argument = if api == self.embedder.names.consent_listen { self.consent_answer(site) } else { Set::UNKNOWN };
        for runs in self.start_all(callback, Set::UNDEFINED, &[argument], frame.ctx) {
            self.add_listener(Listener { ctx: frame.ctx, site, api, automatic, unread: false, runs });
        }
    }

    /// The platform tells a listener of something: what it does then follows from whoever gave it the listener.
    pub(in crate::analyse) fn tell(&mut self, frame: &Frame, id: u32, api: Atom, callback: Set) {
        let heap = &self.heap;
        let functions = self.sets.filter(callback, |value| is_callable(heap, *value));
        let told = self.outside(Origin::Event);
        self.apply(frame, id, functions, Set::UNDEFINED, &[told], EdgeKind::Event(api));
    }

    pub(in crate::analyse) fn add_listener(&mut self, listener: Listener) {
        if !self.embedder.listeners.contains(&listener) {
            self.embedder.listeners.push(listener);
        }
    }

    /// The function a consent listener is handed. Its calls are requests of a name of its own, so that rules find them.
    fn consent_answer(&mut self, listener: crate::analyse::engine::record::Site) -> Set {
        let name = Machine::consent_answer_name(listener);
        let name = self.atoms.intern(&name);
        self.api_member(name)
    }

    /// The name under which calls of the function handed to a consent listener are noted.
    pub fn consent_answer_name(listener: crate::analyse::engine::record::Site) -> String {
        format!("[[answer {}:{}]]", listener.file, listener.expr)
    }

    /// Runs every function among `callback`'s values as the platform would; the contexts come back.
    pub(in crate::analyse) fn start_all(
        &mut self,
        callback: Set,
        this: Set,
        args: &[Set],
        parent: CtxId,
    ) -> Vec<CtxId> {
        let mut started = Vec::new();
        // `this.f = this.f.bind(this)` binds what is bound already: what is bound may lead to itself.
        let mut bound: Vec<ObjId> = Vec::new();
        let mut queue = vec![(callback, this)];
        let mut next = 0;
        while let Some((callback, this)) = queue.get(next).copied() {
            next += 1;
            for at in 0..self.sets.values(callback).len() {
                let Val::Object(object) = self.sets.values(callback)[at] else { continue };
                match self.heap.get(object).kind {
                    Kind::Function { code, env } => {
                        let ctx = self.context(code, env, this, args, parent, u32::MAX);
                        self.ensure(ctx);
                        started.push(ctx);
                    }
                    Kind::Bound if !bound.contains(&object) => {
                        bound.push(object);
                        let target = self.read_own(parent, object, self.lang.names.target);
                        queue.push((target, self.read_own(parent, object, self.lang.names.bound_this)));
                    }
                    _ => {}
                }
            }
        }
        started
    }

    /// `App(options)`, `Page(options)` …
    pub(in crate::analyse) fn register(
        &mut self,
        frame: &Frame,
        id: u32,
        host: Host,
        args: &[Set],
        shim: Option<u32>,
    ) -> Set {
        let options = args.first().copied().unwrap_or(Set::EMPTY);
        if host == Host::Mixin {
            return options;
        }
        let site = self.site(frame, id);
        match self
            .embedder
            .registrations
            .iter_mut()
            .find(|known| known.ctx == frame.ctx && known.site == site && known.host == host)
        {
            Some(known) => known.options = self.sets.join(known.options, options),
            None => {
                self.embedder.registrations.push(Registration {
                    ctx: frame.ctx,
                    site,
                    host,
                    options,
                    shim,
                    supposed: false,
                });
            }
        }
        options
    }

    /// `this.setData(data, callback)`.
    pub(in crate::analyse) fn set_data(&mut self, frame: &Frame, id: u32, this: Set, args: &[Set]) -> Set {
        let changes = args.first().copied().unwrap_or(Set::EMPTY);
        let site = self.site(frame, id);
        let view = self.embedder.names.data;
        self.sink_into(frame, id, view, changes);
        for at in 0..self.sets.values(this).len() {
            let Val::Object(instance) = self.sets.values(this)[at] else { continue };
            for at in 0..self.sets.values(changes).len() {
                let Val::Object(changes) = self.sets.values(changes)[at] else { continue };
                let properties = self.heap.get(changes).properties().to_vec();
                for (name, property) in properties {
                    let value = self.heap.read(property.slot, frame.ctx);
                    if value != Set::EMPTY {
                        self.write_data(frame, site, instance, name, value);
                    }
                }
                if let Some(slot) = self.heap.get(changes).wildcard {
                    let value = self.heap.read(slot, frame.ctx);
                    let data = self.read_own(frame.ctx, instance, view);
                    self.set_index(frame, id, data, Set::TEXT, value);
                }
            }
        }
        if let Some(done) = args.get(1) {
            self.apply(frame, id, *done, this, &[], EdgeKind::Update);
        }
        Set::UNDEFINED
    }
}
