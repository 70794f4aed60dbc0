function ask({ page, done }) {
  my.getAuthCode({
    scopes: ['auth_user'],
    success: (res) => { page.setData({ code: res.authCode }); done && done(); },
    fail: () => { page.setData({ refused: true }); },
  });
}
module.exports = { ask };
