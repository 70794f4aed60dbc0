// Remax's hooks and APIs. Source: npm remax@2 (`macro`, `remax/ali`). Checked: 2026-11-30.
import { onLaunch, onLoad, onShow, onHide, onReady, onUnload } from "consentry/hooks";
const hook = (name, run) => {
  if (name === "onLaunch") onLaunch(run);
  if (name === "onLoad") onLoad(run);
  if (name === "onShow") onShow(run);
  if (name === "onHide") onHide(run);
  if (name === "onReady") onReady(run);
  if (name === "onUnload") onUnload(run);
};
export const usePageEvent = hook;
export const useAppEvent = hook;
export const createPageWrapper = (component) => component;
export * from "consentry/facade";
