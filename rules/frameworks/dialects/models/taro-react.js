// Taro's run-time beside React. Source: npm @tarojs/taro@4, npm @tarojs/taro@2 (which has React's own names, too). Checked: 2026-11-30.
export { Component, PureComponent, useState, useReducer, useEffect, useLayoutEffect, useCallback, useMemo, useRef, useContext, createContext, memo } from "model:react.js";
export { default } from "model:taro.js";
export * from "model:taro.js";
