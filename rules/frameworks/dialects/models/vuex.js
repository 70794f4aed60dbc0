// What of Vuex 3 and 4 matters here. Source: npm vuex@4 (`src/store.js`, `src/helpers.js`). Checked: 2026-11-30.
import { shared, later } from "consentry";
const stores = [];
const methodsOf = (options, kind, path) => {
  const [space, name] = path.split("/");
  const methods = [];
  if (options[kind] && options[kind][path]) methods.push([options[kind][path], options]);
  for (const key in options.modules || {}) {
    const inner = options.modules[key];
    if (!inner[kind]) continue;
    if (inner[kind][path]) methods.push([inner[kind][path], inner]);
    if (key === space && inner[kind][name]) methods.push([inner[kind][name], inner]);
  }
  return methods;
};
class Store {
  constructor(options) {
    this.options = options;
    this.state = typeof options.state === "function" ? options.state() : options.state || {};
    for (const key in options.modules || {}) {
      const inner = options.modules[key];
      this.state[key] = typeof inner.state === "function" ? inner.state() : inner.state;
    }
    stores.push(this);
    this.dispatch = (name, value) => this.run("actions", name, value);
    this.commit = (name, value) => this.run("mutations", name, value);
  }
  install(app) {
    shared.$store = this;
  }
  stateOf(options) {
    if (options === this.options) return this.state;
    return typeof options.state === "function" ? options.state() : options.state;
  }
  run(kind, name, value) {
    if (name && name.type) return this.run(kind, name.type, name);
    let result;
    const call = (method, options) => {
      const handler = method.handler || method;
      const state = this.stateOf(options);
      if (kind === "mutations") return handler(state, value);
      const local = {
        state, rootState: this.state, getters: this.getters, rootGetters: this.getters,
        dispatch: (inner, given) => this.run("actions", inner, given),
        commit: (inner, given) => this.run("mutations", inner, given),
      };
      const given = handler.call(this, local, value);
      result = given && given.then ? given : Promise.resolve(given);
    };
    for (const [method, options] of methodsOf(this.options, kind, name)) call(method, options);
    return result;
  }
  registerModule() {}
  replaceState() {}
  subscribe(run) { later(run); return () => {}; }
  watch(get, run) { later(run); return () => {}; }
}
export const createStore = (options) => new Store(options);
export const useStore = () => stores[0];
const named = (space, names, make) => {
  const prefix = names ? space + "/" : "";
  const map = names || space;
  const made = {};
  if (Array.isArray(map)) for (const name of map) made[name] = make(prefix + name, name);
  else for (const name in map) made[name] = make(typeof map[name] === "string" ? prefix + map[name] : map[name], name);
  return made;
};
export const mapActions = (space, names) => named(space, names, (path) => function (value) {
  return this.$store.dispatch(path, value);
});
export const mapMutations = (space, names) => named(space, names, (path) => function (value) {
  return this.$store.commit(path, value);
});
export const mapState = (space, names) => named(space, names, (path) => function () {
  const state = this.$store.state;
  if (typeof path === "function") return path.call(this, state, this.$store.getters);
  const parts = path.split("/");
  return parts.length > 1 ? state[parts[0]][parts[1]] : state[path];
});
export const mapGetters = (space, names) => named(space, names, (path) => function () {
  return this.$store.getters[path];
});
export { Store };
export default { Store, install() {}, mapActions, mapMutations, mapState, mapGetters, createStore };
