// What of React matters here. Source: npm react@18 (`React.d.ts`), npm @tarojs/plugin-framework-react@4. Checked: 2026-11-30.
// `mount` is called by the tool for an element whose component is a class.
import { onLoad, onShow, onHide, onReady, onUnload } from "consentry/hooks";
export const mount = (type, props) => {
  const it = new type(props);
  it.props = props;
  if (it.componentWillMount) it.componentWillMount();
  if (it.onLaunch) it.onLaunch({});
  if (it.onLoad) onLoad((query) => it.onLoad(query));
  if (it.render) it.render();
  if (it.componentDidMount) it.componentDidMount();
  if (it.componentDidShow) onShow(() => it.componentDidShow());
  if (it.onShow) onShow(() => it.onShow());
  if (it.onReady) onReady(() => it.onReady());
  if (it.componentDidHide) onHide(() => it.componentDidHide());
  if (it.componentWillUnmount) onUnload(() => it.componentWillUnmount());
};
export class Component {
  constructor(props) {
    this.props = props;
  }
  setState(change, done) {
    Object.assign(this.state, typeof change === "function" ? change(this.state, this.props) : change);
    if (done) done();
  }
  forceUpdate() {}
}
export class PureComponent extends Component {}
export const useState = (initial) => {
  const box = { value: typeof initial === "function" ? initial() : initial };
  const set = (next) => { box.value = typeof next === "function" ? next(box.value) : next; };
  return [box.value, set];
};
export const useReducer = (reduce, initial, start) => {
  const box = { value: start ? start(initial) : initial };
  const send = (action) => { box.value = reduce(box.value, action); };
  return [box.value, send];
};
export const useEffect = (run) => { run(); };
export const useLayoutEffect = useEffect;
export const useCallback = (run) => run;
export const useMemo = (make) => make();
export const useRef = (current) => ({ current, set: () => {} });
export const useImperativeHandle = (ref, make) => { if (ref) ref.current = make(); };
export const createRef = () => ({ current: null, set: () => {} });
export const createContext = (value) => {
  const context = { value };
  context.Provider = (props) => { context.value = props.value; return props.children; };
  context.Consumer = (props) => props.children(context.value);
  return context;
};
export const useContext = (context) => context.value;
export const memo = (component) => component;
export const forwardRef = (component) => (props) => component(props, {});
export const lazy = (load) => load;
export const Fragment = undefined;
export default {
  Component, PureComponent, useState, useReducer, useEffect, useLayoutEffect, useCallback, useMemo, useRef,
  useImperativeHandle, createRef, createContext, useContext, memo, forwardRef, lazy,
};
