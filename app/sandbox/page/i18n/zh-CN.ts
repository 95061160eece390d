export default {
  page: {
    title: '模拟手机', lead: '一部手机，和它引起的每一次 HTTP 调用。微信是模拟的，调用是真实的。',
    skip: '跳到手机', theme: '切换深色与浅色', language: 'English', console: '控制台', unreachable: '连接不上服务器，正在重试……', dismiss: '关闭提示',
  },
  people: { strip: '用户', add: '添加用户', remove: '移除 {name}', nobody: '沙箱里没有小程序：请先配置一个。' },
  phone: {
    label: '{name}的手机', apps: '手机上的应用', miniprogram: '小程序', official: '公众号', notices: '服务通知', unread: '{n} 条未读', back: '返回', more: '更多',
    away: '离开', locked: '{name}离开了', lockedAdvice: '48 小时没有说过话：客服消息会被微信以 45015 拒绝，订阅消息照常到达。', unlock: '解锁手机', arrived: '离开期间收到', nothing: '还没有收到消息',
  },
  mini: {
    title: '示例小程序', welcome: '你好，我是{name}', lead: '点一下，就完成第一次登录。', login: '微信一键登录', again: '重新登录', logout: '退出登录', newUser: '新用户', knownUser: '老用户', loggedIn: '已登录',
    profile: '头像昵称', giveProfile: '授权', phone: '手机号', byCode: '快速验证（code）', byData: '旧方式（加密数据）', revoke: '撤回授权', follow: '是否关注公众号', ask: '查询', subscribe: '订阅消息', choose: '选择',
    service: '联系客服', open: '打开', scan: '扫小程序码', codes: '扫一扫', me: '我的资料', read: '读取', following: '已关注', notFollowing: '未关注', unknown: '未知（{reason}）', none: '未提供',
    revoked: '已撤回，服务器已删除手机号', stale: '请重新登录，然后再授权一次。',
  },
  scan: {
    title: '扫一扫', choose: '选一个码：都是通过这台服务器生成的。', codes: '小程序码', empty: '还没有小程序码。在控制台的“小程序码”里生成一个，它会立刻出现在这里。', home: '首页', other: '或输入码里的 scene', enter: '打开',
    opened: '这一页由小程序码打开', payload: '码里的内容（payload）', none: '这个码没有 payload',
  },
  subscribe: {
    title: '{app} 申请获取以下权限', body: '发送一次性订阅消息', template: '模板 ID', templates: '模板', allow: '允许', reject: '拒绝', remember: '以下消息将发送到“服务通知”', accepted: '已允许，剩余 {n} 次', rejected: '已拒绝',
  },
  chat: {
    service: '客服', official: '示例公众号', placeholder: '输入消息', send: '发送', picture: '发送图片', camera: '拍一张', album: '从相册选', hint: '说一句话试试，自动回复的规则在控制台里设置。', empty: '还没有消息', transferred: '已转接人工客服', link: '链接', card: '小程序',
    follow: '关注公众号', unfollow: '取消关注', scan: '扫带参数的二维码', scene: '二维码的 scene 值', profile: '微信号：weapp-hub-sandbox', about: '关注之后，可以收到它的消息、点它的菜单。', menu: '菜单', keyboard: '输入文字', text: '[不支持的消息：{type}]',
  },
  notice: { title: '服务通知', open: '查看详情', enter: '进入小程序查看', empty: '订阅消息会出现在这里', template: '模板消息' },
  field: {
    thing: '事物', number: '数字', letter: '字母', symbol: '符号', character_string: '字符串', time: '时间', date: '日期', amount: '金额', phone_number: '电话', car_number: '车牌', name: '姓名', phrase: '汉字', enum_string: '选项',
    keyword: '关键词{n}', first: '', remark: '',
  },
  calls: {
    title: 'HTTP 调用', count: '{n} 次', empty: '还没有调用。在手机上点“微信一键登录”。', clear: '清空', phone: '手机', hub: 'weapp-hub', wechat: '微信', pending: '进行中', none: '无应答', request: '请求', answer: '应答', query: '参数',
    right: '签名正确', wrong: '签名错误', tokenRight: 'token 有效', tokenWrong: 'token 失效', secure: '密文传输', fault: '故障', tries: '第 {n} 次重试后', filter: '只看当前用户', opened: '解密后',
  },
  faults: {
    title: '制造故障', lead: '打开一个，再用手机，看服务器怎么做。', waiting: '等待受影响的调用：在手机上做点什么。', did: '服务器：', start: '触发', stop: '恢复', failed: '没有成功：{why}',
    revoke: 'access_token 失效', revokeAbout: '微信作废这个小程序的 token。', revokeDid: '{n} 次调用被拒（40001），换新 token {m} 次，用新 token 重做成功 {k} 次',
    slow: '微信很慢', slowAbout: '每次调用都晚 3 秒应答。', slowDid: '{n} 次调用变慢；期间 {m} 次推送照常应答，最慢 {ms} 毫秒',
    busy: '微信繁忙', busyAbout: '接下来 2 次调用应答 -1。', busyDid: '{n} 次得到 -1，之后成功 {k} 次',
    ip: 'IP 不在白名单', ipAbout: '带 AppSecret 的调用得到 40164。', ipDid: '{n} 次被拒（40164）；消息留在队列里等待，不会丢',
    key: 'session_key 变了', keyAbout: '旧的加密数据再也解不开。', keyDid: '{n} 次解密失败，应答 SESSION_KEY_STALE；重新登录 {k} 次',
    database: '数据库离线 10 秒', databaseAbout: '内嵌数据库停下，随后自己回来。', databaseAway: '数据库不在：{n} 条推送暂存在本地磁盘，照常应答', databaseBack: '数据库已恢复，暂存 {n} 条待写入', databaseDid: '期间收到 {n} 条推送，全部应答；数据库已恢复，暂存已写入',
    forge: '伪造的推送', forgeAbout: '有人冒充微信，签名是错的。', forgeDid: '{n} 条伪造推送被拒（{status}），没有存下任何内容',
    repeat: '同一条推送来 4 次', repeatAbout: '微信没等到应答时会重发。', repeatDid: '收到 {n} 次，都应答了；认出 {m} 次重复，只处理 1 次',
    undelivered: '下一条通知送不到', undeliveredAbout: '微信收下订阅消息，但没有送达。', undeliveredDid: '{n} 条没有送达；微信用 subscribe_msg_sent_event 告知，已记录',
  },
  means: {
    'POST /api/jscode2session': '小程序用 wx.login 的 code 换取登录态。', 'POST /api/unionId': '小程序交来加密的用户信息，服务器用 session_key 解密。', 'POST /api/phone': '小程序交来手机号的 code 或密文，服务器得到号码并加密保存。',
    'GET /api/follow': '小程序询问用户是否关注了公众号。', 'GET /api/me': '小程序读取服务器所知的本人资料。', 'GET /api/scene': '小程序用码里的 scene 换回内容，并计一次扫码。', 'POST /api/session/logout': '小程序结束登录。', 'GET /api/subscriptions': '小程序查询还能收到多少次订阅消息。', 'POST /api/im/user-sig': '小程序取得腾讯云 IM 的签名。',
    '/sns/jscode2session': '服务器用 code 向微信换取 openid 和 session_key。', '/cgi-bin/stable_token': '服务器向微信取 access_token，所有进程共用这一个。', '/cgi-bin/token': '服务器向微信取 access_token。', '/wxa/business/getuserphonenumber': '服务器用 code 向微信换取手机号。', '/wxa/checksession': '服务器问微信 session_key 是否还有效。',
    '/cgi-bin/message/custom/send': '服务器发出一条客服消息。', '/cgi-bin/message/custom/typing': '服务器告诉用户“对方正在输入”。', '/cgi-bin/message/subscribe/send': '服务器发出一条订阅消息，用掉一次授权。', '/cgi-bin/message/template/send': '服务器发出一条模板消息。', '/cgi-bin/media/upload': '服务器上传一个临时素材。', '/cgi-bin/media/get': '服务器下载用户发来的素材。',
    '/cgi-bin/user/info': '服务器查询一个关注者。', '/cgi-bin/user/info/batchget': '服务器批量查询关注者，得到他们的 unionid。', '/cgi-bin/user/get': '服务器读取关注者列表。', '/wxa/getwxacodeunlimit': '服务器请微信生成一个小程序码。', '/wxaapi/newtmpl/gettemplate': '服务器读取订阅消息模板。', '/cgi-bin/menu/create': '服务器发布公众号菜单。', '/cgi-bin/get_current_selfmenu_info': '服务器读取公众号菜单。', '/cgi-bin/callback/check': '服务器请微信检查推送地址。', '/sns/oauth2/access_token': '服务器用网页授权的 code 换取 openid。',
    '/cgi-bin/menu/delete': '服务器删除公众号菜单。', '/cgi-bin/menu/get': '服务器读取公众号菜单。', '/cgi-bin/openapi/quota/get': '服务器查询某个接口今天的调用额度。', '/cgi-bin/openapi/rid/get': '服务器用 rid 查询一次失败的调用。', '/cgi-bin/tags/create': '服务器新建一个标签。', '/cgi-bin/tags/update': '服务器修改一个标签。', '/cgi-bin/tags/delete': '服务器删除一个标签。', '/cgi-bin/tags/get': '服务器读取公众号的标签。', '/cgi-bin/tags/getidlist': '服务器读取一个关注者的标签。', '/cgi-bin/tags/members/getblacklist': '服务器读取公众号黑名单。', '/cgi-bin/tags/members/batchblacklist': '服务器把一批关注者加入黑名单。', '/cgi-bin/tags/members/batchunblacklist': '服务器把一批用户移出黑名单。', '/cgi-bin/template/get_all_private_template': '服务器读取公众号的消息模板。', '/cgi-bin/template/del_private_template': '服务器删除公众号的一个消息模板。', '/cgi-bin/tags/members/batchtagging': '服务器给一批关注者打标签。', '/cgi-bin/tags/members/batchuntagging': '服务器取消一批关注者的标签。', '/cgi-bin/user/tag/get': '服务器读取有某个标签的关注者。', '/cgi-bin/user/info/updateremark': '服务器设置一个关注者的备注。', '/sns/auth': '服务器检查网页授权是否有效。', '/sns/oauth2/refresh_token': '服务器刷新网页授权。',
    '/sns/userinfo': '服务器用网页授权读取用户信息。', '/wxa/charge/usage/get': '服务器查询手机号资源包还剩多少。', '/wxa/generate_urllink': '服务器请微信生成一个 URL Link。', '/wxa/generatescheme': '服务器请微信生成一个 URL Scheme。', '/wxa/genwxashortlink': '服务器请微信生成一个短链接。', '/wxa/msg_sec_check': '服务器请微信检测一段文字是否安全。', '/wxa/media_check_async': '服务器请微信检测图片或音频，结果稍后推送。', '/wxa/resetusersessionkey': '服务器请微信更换 session_key。', '/wxaapi/newtmpl/getcategory': '服务器读取小程序的类目。', '/wxaapi/newtmpl/getpubtemplatetitles': '服务器查找模板库。', '/wxaapi/newtmpl/getpubtemplatekeywords': '服务器读取模板库中一个模板的字段。', '/wxaapi/newtmpl/addtemplate': '服务器从模板库选用一个模板。', '/wxaapi/newtmpl/deltemplate': '服务器移除一个模板。', '/v4/openim/query_online_status': '服务器向腾讯云 IM 查询用户是否在线。', '/v4/im_open_login_svc/account_import': '服务器向腾讯云 IM 导入账号。', '/v4/openim/sendmsg': '服务器通过腾讯云 IM 发出一条消息。',
    call: '服务器调用微信的接口。', own: '手机调用服务器的接口。',
    text: '微信推送用户发来的一条文字。', image: '微信推送用户发来的一张图片。', message: '微信推送用户发来的一条消息。', event: '微信推送一个事件。',
    user_enter_tempsession: '微信告知：用户打开了客服会话。', subscribe_msg_popup_event: '微信告知：用户在订阅弹窗里做了选择。', subscribe_msg_change_event: '微信告知：用户在设置里改了订阅。', subscribe_msg_sent_event: '微信告知：一条订阅消息送达与否。', user_authorization_revoke: '微信告知：用户撤回了授权，服务器须删除对应的信息。',
    subscribe: '微信告知：用户关注了公众号。', unsubscribe: '微信告知：用户取消了关注。', CLICK: '微信告知：用户点了菜单。', VIEW: '微信告知：用户点菜单打开了网页。', view_miniprogram: '微信告知：用户点菜单打开了小程序。', SCAN: '微信告知：已关注的用户扫了带参数的二维码。', TEMPLATESENDJOBFINISH: '微信告知：一条模板消息送达与否。',
    wxa_media_check: '微信告知：图片或音频检测的结果。', user_info_modified: '微信告知：用户的资料有变化。', scancode_push: '微信告知：用户点菜单扫了码。', scancode_waitmsg: '微信告知：用户点菜单扫了码，并等待回复。',
    forged: '有人冒充微信推送：签名不对，服务器拒绝。', refused: '微信拒绝了：{errcode} {errmsg}。', failed: '服务器拒绝了：{message}',
  },
  wechat: {
    '-1': '系统繁忙', 40001: 'access_token 无效', 40029: 'code 无效', 40163: 'code 已用过', 40164: 'IP 不在白名单', 43101: '用户没有同意接收', 45015: '超过了可以回复的时间', 45047: '可以回复的条数已用完', 40003: 'openid 不对', 47003: '模板参数不对',
  },
};
