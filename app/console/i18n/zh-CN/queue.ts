import type { Item } from '../../api/types';

type Kind = Item<'/console/api/outbox'>['kind'];

export default {
  queue: {
    message: '消息内容', kind: '类型', why: '原因', whom: '发给谁', row: '消息详情', attempts: '尝试次数', created: '加入队列', next: '下次尝试', sentAt: '发送时间', delivery: '送达情况', cause: '起因', waits: '微信拒绝了这个应用，等待恢复：',
    redrive: '重新发送', drop: '放弃', redriven: '已放回队列', dropped: '已放弃', redriveAll: '全部重新发送', dropAll: '全部放弃', redriveAllWhat: '将重新发送符合当前筛选条件的所有失败、已放弃和结果未知的消息。结果未知的消息可能会重复送达。', dropAllWhat: '将放弃符合当前筛选条件的所有待发送、已放弃和结果未知的消息。放弃后不会再自动发送。', jobFailed: '{n} 条未成功',
    unknownHelp: '连接在发出之后中断，微信可能已经收到。重新发送有可能让用户收到两次。', none: '队列是空的', noneAdvice: '自动回复、客服消息和通知发送时会出现在这里。', noneHere: '这里没有消息',
  },
  tries: { title: '每次尝试', count: '尝试 {n} 次', last: '只保留最近 {n} 次。', sent: '成功', retry: '未成功，会再试', failed: '失败', unknown: '结果未知' },
  queueKind: { custom: '客服消息', subscribe: '订阅消息', template: '模板消息', webhook: '事件推送', listener: '自有代码' } satisfies Record<Kind, string>,
  jobKind: { outbox_redrive: '重新发送', outbox_drop: '放弃消息', broadcast: '群发通知', tag_users: '打标签', untag_users: '移除标签', blacklist_users: '加入黑名单', unblacklist_users: '移出黑名单' },
};
