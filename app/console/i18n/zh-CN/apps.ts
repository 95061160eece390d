export default {
  apps: {
    add: '添加应用', edit: '编辑应用', none: '还没有应用', noneAdvice: '添加你的小程序或公众号，把生成的 URL、Token 和 EncodingAESKey 填到微信后台即可。', noneSeen: '还没有应用', kind: '类型', name: '名称', mode: '消息加密方式', secretKept: '留空则不修改', random: '随机生成', badAppid: '只能用字母、数字、下划线和连字符', badToken: '3 到 32 位字母或数字', badAesKey: '43 位字母或数字', pasteLater: '保存后，把 URL、Token 和 EncodingAESKey 填到微信后台的“消息推送”里。', saved: '已保存，2 秒内在所有进程生效',
    check: '检查', paste: '填到微信后台的消息推送配置', lastPush: '最近收到的推送', noPush: '还没有收到过推送。把上面的内容填到微信后台后，发一条消息试试。', lastRefused: '最近拒绝的推送', readOnly: '由配置提供，只读', removeAsk: '删除应用“{name}”？', removeWhat: '将不再接收它的推送，也不能再以它的名义发送。用户和消息会保留。',
  },
  pushMode: { secure: '安全模式', compat: '兼容模式', plain: '明文模式' },
};
