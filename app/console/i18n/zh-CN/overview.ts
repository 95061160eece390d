export default {
  overview: {
    range: '时间范围', range24h: '24 小时', range7d: '7 天', range30d: '30 天', metrics: '指标',
    people: '新用户', logins: '登录', followers: '关注净增', pushes: '收到的推送', sent: '发送成功', failed: '发送失败',
    health: '运行状况', fine: '{n} 项正常', share: '{n} 个应用{detail}', problems: '最近的问题', noProblems: '一切正常', noProblemsAdvice: '发送失败的消息和处理不了的推送会出现在这里。',
  },
  health: {
    ok: '正常', warn: '注意', no: '异常', database: '数据库', clock: '时钟', spool: '暂存', queue: '发送队列', token: '接口凭证', whitelist: 'IP 白名单', callback: '消息推送', im: '即时通信 IM',
    secret: 'AppSecret', push: '消息推送', last_push: '推送情况', push_address: '推送地址', ip_whitelist: 'IP 白名单', quota: '调用额度', phone_packs: '手机号额度', push_address_quota: '推送地址、调用额度', wechat_clock: '与微信的时差', im_callback: 'IM 回调',
  },
  stateName: { ready: '待发送', leased: '发送中', sent: '已发送', failed: '失败', dead: '已放弃', unknown: '结果未知', received: '已收到', handled: '已处理', running: '进行中', paused: '已暂停', stopped: '已停止', done: '已完成' },
  stateHelp: {
    ready: '在队列里等待发送', leased: '正在发送', sent: '微信已接收', failed: '微信明确拒绝，不会再试', dead: '多次尝试仍未成功，已放弃', unknown: '不确定是否送达：为避免重复，不会自动重发', received: '已收到，等待处理', handled: '已收到并处理完成',
    running: '正在进行', paused: '已暂停，可以继续', stopped: '已停止，不能继续', done: '全部完成',
  },
};
