// Vue as Taro uses it: what is handed to `createApp` is the app. Source: npm @tarojs/plugin-framework-vue3@4. Checked: 2026-11-30.
import { app } from "consentry";
import { createSSRApp, default as Vue } from "model:vue-2.js";
export * from "model:vue-3.js";
export const createApp = (root) => {
  app(root);
  return createSSRApp(root);
};
export default Vue;
