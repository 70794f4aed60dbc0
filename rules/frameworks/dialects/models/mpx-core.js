// What of mpx matters here. Source: npm @mpxjs/core@2 (`src/index.js`, `src/core/transferOptions.js`). Checked: 2026-11-30.
export { app as createApp, page as createPage, component as createComponent, facade as default } from "consentry";
export * from "model:vue-3.js";
export * from "model:vuex.js";
export { onLoad, onShow, onHide, onUnload, onPullDownRefresh, onReachBottom, onLaunch, onReady } from "consentry/hooks";
