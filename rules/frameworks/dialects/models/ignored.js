// A module that does nothing that matters here.
export default {};
