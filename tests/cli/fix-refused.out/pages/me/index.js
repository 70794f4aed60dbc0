Page({
  data: { name: '' },
  onGrant() {
    my.getOpenUserInfo({
      success: (res) => {
        const user = JSON.parse(res.response).response;
        if (user.code === '10000') this.setData({ name: user.nickName });
      }, // the name alone
      fail: () => {
        // TODO: 提供其他方式，例如手动填写
        my.showToast({ content: '您可以不授权，继续使用' });
      },
    });
  },
});
