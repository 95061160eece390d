export default {
  replies: {
    rules: '回复规则', add: '新建规则', edit: '编辑规则', none: '还没有回复规则', noneAdvice: '新建一条规则，用户发来匹配的消息时会自动回复。规则从上到下依次判断，第一条匹配的生效。', drag: '拖动排序', up: '上移', down: '下移', enabled: '启用', on: '规则已启用', off: '规则已停用', saved: '规则已保存，几秒内在所有进程生效', removeAsk: '删除这条规则？', fromFile: '来自 REPLY_RULES_FILE', problem: '规则未生效：',
    when: '什么时候回复', type: '消息类型', anyMessage: '任意消息', event: '事件', anyEvent: '任意事件', match: '文本匹配', text: '匹配内容', reply: '回复什么', via: '回复方式', kind: '回复类型', content: '回复内容', placeholders: '可以使用：', media: 'media_id，或 app/public 下的图片路径', thumb: '封面的 media_id，或 app/public 下的图片路径', article: '图文 {n}', addArticle: '再加一篇',
    preview: '在微信中的样子', someText: '（用户发来的消息）', try: '试一试', tryText: '输入用户可能发来的文本', tryGo: '看看谁来回复', noAnswer: '没有规则会回复', answeredBy: '由这条规则回复：', before: '前面的 {n} 条规则没有匹配', to_transfer_customer_service: '消息转给人工客服，不自动回复', to_: '',
    onEvent: '事件：{event}', onType: '收到{type}', on_equals: '文本等于“{text}”', on_contains: '文本包含“{text}”', on_regex: '文本匹配正则 {text}',
  },
  match: { any: '不限', equals: '等于', contains: '包含', regex: '正则' },
  via: { custom: '客服消息', passive: '被动回复' },
  viaHelp: { custom: '小程序和公众号都可用，占用用户的回复条数（48 小时内有效）。', passive: '仅公众号可用，直接作为推送的应答返回，不占用回复条数。' },
  why: { disabled: '已停用', appid: '属于其他应用', type: '消息类型不符', event: '事件不符', eventKey: 'EventKey 不符', text: '文本不匹配' },
  menu: {
    title: '自定义菜单', push: '发布到微信', pushed: '已发布，用户约 5 分钟内看到', remove: '删除菜单', removeWhat: '用户将不再看到公众号底部的菜单。', button: '一级菜单 {place}', subButton: '二级菜单 {place}', name: '名称', type: '点击后', up: '上移', down: '下移', left: '左移', right: '右移', add: '添加一级菜单', addSub: '添加二级菜单', hasSub: '有二级菜单时，一级菜单只用来展开。', none: '还没有菜单', noneAdvice: '最多 3 个一级菜单，每个最多 5 个二级菜单。', tooLong: '名称超出 {n} 字节', incomplete: '还没填完整：{places}', unsaved: '有未发布的修改。', noOfficial: '还没有公众号', noOfficialAdvice: '菜单属于公众号，请先添加一个公众号。',
  },
  menuType: { click: '触发事件 (click)', view: '打开网页', miniprogram: '打开小程序', scancode_push: '扫码', scancode_waitmsg: '扫码并等待回复', pic_sysphoto: '拍照发图', pic_photo_or_album: '拍照或相册', pic_weixin: '从相册发图', location_select: '发送位置', media_id: '发送素材', view_limited: '打开图文', article_id: '发送图文', article_view_limited: '打开已发布图文' },
  menuField: { key: 'EventKey', url: '网页地址', appid: '小程序 AppID', pagepath: '小程序页面路径', media_id: 'media_id', article_id: 'article_id' },
};
