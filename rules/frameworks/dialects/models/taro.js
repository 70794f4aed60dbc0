// What of Taro's run-time matters here. Source: npm @tarojs/taro@4 (`types/taro.hooks.d.ts`), @tarojs/runtime@4. Checked: 2026-11-30.
export { facade as default } from "consentry";
export {
  onLaunch as useLaunch, onError as useError, onPageNotFound as usePageNotFound, onLoad as useLoad, onShow as useDidShow,
  onHide as useDidHide, onReady as useReady, onUnload as useUnload, onPullDownRefresh as usePullDownRefresh,
  onReachBottom as useReachBottom, onPageScroll as usePageScroll, onTabItemTap as useTabItemTap,
  onShareAppMessage as useShareAppMessage,
} from "consentry/hooks";
export * from "consentry/facade";
