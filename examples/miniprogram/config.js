module.exports = {
  // Address of your weapp-hub. While developing: tick "不校验合法域名" in the developer tools' details.
  baseUrl: 'http://127.0.0.1:7001',
  // Only where the hub has more than one mini-program.
  appid: undefined,
  // Templates of subscription messages to ask for: mp.weixin.qq.com → 订阅消息 → 我的模板.
  templateIds: [],
};
