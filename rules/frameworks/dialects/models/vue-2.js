// What of Vue 2 matters here. Source: npm vue@2.7 (`src/core/global-api`, `src/v3`). Checked: 2026-11-30.
// `mixin`, `shared` and `later` are the tool's own: options of every instance, what all instances have in common, and a function
// that runs some time.
import { mixin, shared, later } from "consentry";
export * from "model:vue-3.js";
function Root(options) {
  if (options && options.store) shared.$store = options.store;
  if (options && options.i18n) shared.$i18n = options.i18n;
  this.$mount = () => this;
}
Root.prototype = shared;
Root.use = (plugin, options) => {
  if (plugin && plugin.install) plugin.install(Root, options);
  return Root;
};
Root.mixin = (options) => { mixin(options); return Root; };
Root.extend = (options) => options;
Root.component = (name, options) => options;
Root.directive = () => Root;
Root.filter = () => Root;
Root.observable = (value) => value;
Root.set = (object, key, value) => { object[key] = value; return value; };
Root.delete = () => {};
Root.nextTick = (run) => { const done = Promise.resolve(); return run ? done.then(run) : done; };
Root.config = {};
shared.$set = Root.set;
shared.$delete = Root.delete;
shared.$watch = (what, run, options) => { if (options && options.immediate) run(); else later(run); };
shared.$on = (event, run) => later(run);
shared.$once = (event, run) => later(run);
shared.$off = () => {};
shared.$destroy = () => {};
export default Root;
