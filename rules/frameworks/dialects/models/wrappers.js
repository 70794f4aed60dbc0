// Packages that hand a component on with more props. Source: npm react-redux@9, npm mobx-react@9. Checked: 2026-11-30.
export const connect = () => (component) => component;
export const inject = () => (component) => component;
export const observer = (component) => component;
export const Provider = (props) => props.children;
