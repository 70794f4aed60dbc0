// What of Pinia matters here. Source: npm pinia@3 (`src/store.ts`, `src/mapHelpers.ts`). Checked: 2026-11-30.
export const createPinia = () => ({ install() {}, use() {} });
const make = (options) => {
  if (typeof options === "function") return options();
  const store = typeof options.state === "function" ? options.state() : {};
  for (const key in options.actions) store[key] = options.actions[key];
  for (const key in options.getters) Object.defineProperty(store, key, { get() { return options.getters[key].call(this, this); } });
  store.$patch = (change) => { if (typeof change === "function") change(store); else Object.assign(store, change); };
  store.$reset = () => {};
  store.$subscribe = (run) => { run(); };
  return store;
};
export const defineStore = (id, options) => {
  const given = options || id;
  let store;
  return () => {
    if (!store) store = make(given);
    return store;
  };
};
export const storeToRefs = (store) => {
  const refs = {};
  for (const key in store) refs[key] = { get value() { return store[key]; }, set value(v) { store[key] = v; }, __v_isRef: true };
  return refs;
};
export const mapActions = (use, names) => {
  const made = {};
  for (const name of Array.isArray(names) ? names : Object.values(names)) made[name] = function (...args) { return use()[name](...args); };
  return made;
};
export const mapState = (use, names) => {
  const made = {};
  for (const name of Array.isArray(names) ? names : Object.values(names)) made[name] = function () { return use()[name]; };
  return made;
};
export const mapWritableState = mapState;
