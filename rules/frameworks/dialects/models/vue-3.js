// What of Vue 3 matters here. Source: npm vue@3.5 (`@vue/reactivity`, `@vue/runtime-core`). Checked: 2026-11-30.
// `mixin`, `shared` and `later` are the tool's own: options of every instance, what all instances have in common, and a function
// that runs some time.
import { mixin, shared, later } from "consentry";
export {
  onBeforeMount, onMounted, onBeforeUpdate, onUpdated, onBeforeUnmount, onUnmounted, onActivated, onDeactivated,
} from "consentry/hooks";
const given = {};
export const ref = (value) => ({ value, __v_isRef: true, set: () => {} });
export const shallowRef = (value) => ({ value, __v_isRef: true, set: () => {} });
export const customRef = (make) => ({ get value() { return make(() => {}, () => {}).get(); }, set value(v) { make(() => {}, () => {}).set(v); }, __v_isRef: true });
export const computed = (how) => ({
  get value() { return how.get ? how.get() : how(); },
  set value(value) { if (how.set) how.set(value); },
  __v_isRef: true,
});
export const toRef = (object, key) => ({
  get value() { return object[key]; },
  set value(value) { object[key] = value; },
  __v_isRef: true,
});
export const toRefs = (object) => {
  const refs = {};
  for (const key in object) refs[key] = toRef(object, key);
  return refs;
};
export const unref = (value) => (value && value.__v_isRef ? value.value : value);
export const toValue = unref;
export const isRef = (value) => !!(value && value.__v_isRef);
export const reactive = (value) => value;
export const shallowReactive = reactive;
export const readonly = reactive;
export const shallowReadonly = reactive;
export const markRaw = reactive;
export const toRaw = reactive;
export const watch = (what, run, options) => {
  if (options && options.immediate) run(); else later(run);
  return () => {};
};
export const watchEffect = (run) => { run(() => {}); return () => {}; };
export const watchPostEffect = watchEffect;
export const nextTick = (run) => { const done = Promise.resolve(); return run ? done.then(run) : done; };
export const provide = (key, value) => { given[key] = value; };
export const inject = (key, otherwise) => (given[key] === undefined ? otherwise : given[key]);
export const defineComponent = (options) => options;
export const defineAsyncComponent = (options) => options;
const create = (root) => {
  const app = {
    config: { globalProperties: shared },
    use(plugin, options) {
      if (plugin && plugin.install) plugin.install(app, options);
      else if (typeof plugin === "function") plugin(app, options);
      return app;
    },
    mixin(options) { mixin(options); return app; },
    provide(key, value) { given[key] = value; return app; },
    component() { return app; },
    directive() { return app; },
    mount() { return app; },
  };
  return app;
};
export const createSSRApp = create;
export const createApp = create;
shared.$watch = (what, run, options) => { if (options && options.immediate) run(); else later(run); };
