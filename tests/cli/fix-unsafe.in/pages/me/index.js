Page({
  data: { name: '' },
  onGrant() {
    my.getOpenUserInfo({
      success: (res) => {
        const user = JSON.parse(res.response).response;
        if (user.code === '10000') this.setData({ name: user.nickName });
      }, // the name alone
    });
  },
});
