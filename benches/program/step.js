const following = require('./@next@');
function step@at@(options) {
  const { page, done } = options;
  if (!page) { return done && done(); }
  return following.@call@({ page, done, depth: @at@ });
}
module.exports = { step@at@ };
