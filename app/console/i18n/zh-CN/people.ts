export default {
  people: {
    person: '用户', noName: '未知昵称', accounts: '账号', following: '关注', following_true: '已关注', following_false: '未关注', following_null: '未知', phone: '手机号', lastSeen: '最近活跃', tags: '标签', tag: '标签', seen: '活跃时间', seenDays: '最近 {n} 天', csv: '导出 CSV', messagesCsv: '导出消息 CSV',
    none: '还没有用户', noneAdvice: '用户登录小程序或关注公众号后会出现在这里。', nothingAdvice: '昵称按开头匹配；openid、unionid、手机号和 IM 账号需要完整输入。',
    showPhone: '显示', phoneAudited: '显示完整号码，并记入审计日志', noPhone: '未授权', profile: '资料', gender: '性别', gender_0: '未知', gender_1: '男', gender_2: '女', place: '地区', created: '首次出现', toTalk: '会话', followHistory: '关注记录', grants: '订阅授权', noGrants: '没有订阅授权。', remaining: '剩 {n} 次', sessions: '登录会话', noSessions: '没有有效的登录。', revoke: '全部下线', revoked: '已下线 {n} 个登录',
    notes: '备注', noNotes: '还没有备注。', addNote: '添加备注', noteKept: '备注已保存', timeline: '往来消息', noTimeline: '还没有往来消息。', export: '导出资料', erase: '删除用户', eraseWhat: '将删除这位用户在所有应用中的资料、登录、消息、订阅授权和备注，无法恢复。', eraseType: '请输入以下内容确认：', eraseGo: '永久删除', erased: '用户已删除',
  },
  appKind: { miniprogram: '小程序', official: '公众号' },
  grantStatus: { accept: '允许', reject: '拒绝', ban: '被封禁' },
  followScene: { ADD_SCENE_SEARCH: '搜索', ADD_SCENE_QR_CODE: '扫码', ADD_SCENE_PROFILE_CARD: '名片分享', ADD_SCENE_PROFILE_LINK: '文内名称', ADD_SCENE_PROFILE_ITEM: '文章菜单', ADD_SCENE_PAID: '支付后关注', ADD_SCENE_WECHAT_ADVERTISEMENT: '微信广告', ADD_SCENE_ACCOUNT_MIGRATION: '公众号迁移', ADD_SCENE_OTHERS: '其他' },
};
