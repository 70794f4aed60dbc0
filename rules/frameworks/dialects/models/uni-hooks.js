// The hooks that uni-app hands out for `setup`. Source: npm @dcloudio/uni-app@3 (`src/apis.ts`). Checked: 2026-11-30.
export {
  onLaunch, onShow, onHide, onError, onLoad, onReady, onUnload, onPageScroll, onPullDownRefresh, onReachBottom,
  onShareAppMessage, onTabItemTap, onBackPress, onInit, onPageNotFound,
} from "consentry/hooks";
