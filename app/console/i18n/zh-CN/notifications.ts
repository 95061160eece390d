export default {
  templates: {
    title: '模板', template: '模板', add: '从模板库添加', added: '模板已添加', none: '还没有模板', noneAdvice: '从微信的模板库选一个，选好字段即可使用。', noneOfficial: '在微信公众平台的“模板消息”里添加模板，几分钟后会出现在这里。', longTerm: '长期订阅', limit: '最多 {n} 字', sendOne: '发给一个人', sendMany: '群发', removeAsk: '删除模板“{title}”？', removeWhat: '删除后这个模板不能再发送，已加入队列的消息会失败。', search: '按标题搜索模板库', nothingFound: '没有找到模板，换个关键词试试。', chooseFields: '选择 2 到 5 个字段，按显示顺序勾选。', purpose: '用途说明（15 字以内）', page: '点击后打开的小程序页面', url: '点击后打开的网页', badUrl: '以 http:// 或 https:// 开头', preview: '通知预览', tooLong: '最多 {n} 个字', unknown: '这个模板已不在应用中。', openidHint: '对方在这个应用里的 openid',
  },
  fieldKind: { thing: '文字', number: '数字', letter: '字母', symbol: '符号', character_string: '数字、字母或符号', time: '如 2026年1月31日 09:30', date: '如 2026年1月31日', amount: '如 ￥100', phone_number: '电话号码', car_number: '车牌号', name: '姓名', phrase: '短语', enum: '选项', const: '固定值' },
  broadcasts: {
    title: '群发', add: '新建群发', none: '还没有群发过', noneAdvice: '选一个模板和一群人，先看人数，再发送。只会发给有订阅授权的用户。', whom: '发给谁', what: '发什么', grantedOnly: '只发给对这个模板有订阅授权的用户，其余的人只计数，不打扰。', count: '计算人数', counted: '将发给 {people} 人', left: '另有 {people} 人没有授权，不会收到', send: '开始发送', sendWhat: '将向 {people} 人发送这条通知，每人一次。发送后不能撤回。', begun: '群发已开始', pause: '暂停', goOn: '继续', stop: '停止', stopAsk: '停止后不能继续，已发送的无法撤回。', total: '目标人数', sent: '已发送', waiting: '等待中', failed: '失败', noGrant: '授权已用完',
  },
  cause: { NO_GRANT: '授权已用完', other: '其他原因' },
  tags: { title: '用户标签', add: '新建标签', rename: '重命名', none: '还没有标签', noneAdvice: '标签属于公众号，可用来筛选用户和群发对象。', name: '标签名称', nameRule: '1 到 30 个字', count: '人数', people: '给用户打标签', removeAsk: '删除标签“{name}”？', removeWhat: '标签会从所有用户身上移除。', openids: '粘贴 openid，一行一个，也可用逗号分隔', found: '识别到 {people} 个 openid', give: '打上标签', take: '移除标签' },
  qrcodes: { title: '小程序码', add: '生成小程序码', none: '还没有小程序码', noneAdvice: '生成一个，印在桌牌或海报上；扫码次数会记在这里。', payload: '携带的数据', payloadHint: '任意文字或 JSON，例如桌号', page: '打开的页面', scans: '扫码次数', created: '生成时间', expires: '有效期至', forever: '长期有效', version: '版本', width: '宽度（像素）', days: '有效天数', make: '生成', another: '再生成一个', tooBig: '数据超过 4 KB' },
  envVersion: { release: '正式版', trial: '体验版', develop: '开发版' },
};
