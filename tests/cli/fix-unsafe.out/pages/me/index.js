Page({
  data: { name: '' },
  onGrant() {
    my.getOpenUserInfo({
      success: (res) => {
        const user = JSON.parse(res.response).response;
        if (user.code === '10000') this.setData({ name: user.nickName });
      }, // the name alone
      fail: () => {
        // TODO: offer another way, such as typing it in
        my.showToast({ content: 'You can go on without it' });
      },
    });
  },
  onAuthError() {
    // TODO: offer another way, such as typing it in
    my.showToast({ content: 'You can go on without it' });
  },
});
