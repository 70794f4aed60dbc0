const chain = require('../../lib/area@area@/step0');
Page({
  data: { number: @number@, items: [], refused: false },
  onLoad(query) { this.query = query; this.load(); @automatic@ },
  load() {
    my.request({ url: 'https://shop.example/api/@number@', success: (res) => { this.setData({ items: res.data }); } });
  },
  login() { chain.step0({ page: this, done: () => this.load() }); },
  buy(event) { const item = this.data.items[event.target.dataset.at]; if (item) { this.pay(item); } },
  pay(item) { my.tradePay({ tradeNO: item.trade, success: () => this.load(), fail: () => this.load() }); },
});
