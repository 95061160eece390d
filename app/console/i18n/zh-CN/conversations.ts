export default {
  conversations: {
    open: '进行中', unread: '未读', mine: '我的', closed: '已关闭', search: '搜索会话', us: '我们：', me: '我', unreadCount: '{n} 条未读',
    none_open: '还没有会话', noneAdvice_open: '用户在小程序客服会话或公众号里发来消息后，会话会出现在这里。', none_unread: '没有未读消息', noneAdvice_unread: '所有消息都看过了。', none_mine: '你手上没有会话', noneAdvice_mine: '在“进行中”里打开一个会话，点击“接手”。', none_closed: '没有已关闭的会话', noneAdvice_closed: '处理完的会话可以关闭；用户再来消息时会自动重新打开。',
    choose: '选择一个会话', chooseAdvice: '从左侧打开，或按 j / k 移动、Enter 打开。', thread: '消息', person: '用户资料', older: '加载更早的消息', newMessages: '有新消息 ↓', nothingSaid: '还没有消息。',
    take: '接手', taken: '已接手', release: '放手', released: '已放手', handOver: '转交', handOverTo: '转交给谁？请输入对方登录控制台的用户名。', handedOver: '已转交', takenMeanwhile: '会话已被别人接手', close: '关闭会话', closedNow: '会话已关闭', reopen: '重新打开', openedNow: '会话已打开',
    youAnswer: '你正在接待', answers: '{name} 正在接待', nobodyAnswers: '暂无人接待', wholePerson: '查看完整资料', unknownPerson: '这位用户只发过消息，还没有登录或关注，暂无资料。',
    windowLeft: '剩 {time}，可发 {left}/{allowed} 条', windowCount: '可发 {left}/{allowed} 条', short_NEVER_WROTE: '用户没有发过消息', short_OVER: '已超过 48 小时', short_USED_UP: '条数已用完',
  },
  composer: {
    kind: '消息类型', text: '文本', image: '图片', link: '图文链接', card: '小程序卡片', note: '备注', send: '发送', placeholder: '输入回复，Enter 发送，可粘贴图片', bytes: '{n}/{most} 字节',
    notePlaceholder: '只有团队成员能看到', imageHint: '粘贴图片、拖到这里，或从电脑选择（10 MB 以内）', chooseImage: '选择图片', tooBig: '图片超过 10 MB，请压缩后再发。', notAnImage: '这个文件不是可以识别的图片。',
    title: '标题', url: '链接地址', urlHint: 'https://…', description: '描述', thumb: '封面图地址（选填）', pagepath: '小程序页面路径', cardAppid: '小程序 AppID', cover: '选择封面图', coverHint: 'PNG 或 JPG，建议 5:4',
    quick: '快捷回复', quickNew: '新的快捷回复', quickKept: '快捷回复只保存在这个浏览器里，同事看不到。', quick1: '您好，请问有什么可以帮您？', quick2: '已收到，我们正在为您核实，请稍等。', quick3: '感谢您的耐心等待，还有其他问题吗？',
    closed_NEVER_WROTE: '不能主动发起会话：用户从没有发来过消息。', works_NEVER_WROTE: '请等用户先发消息，或发送一条用户已订阅的通知。', closed_OVER: '48 小时的回复时限已过。', works_OVER: '用户再发一条消息后就可以继续回复；现在可以发送用户已订阅的通知。', closed_USED_UP: '可回复的条数已经用完。', works_USED_UP: '用户再发一条消息后会恢复；现在可以发送用户已订阅的通知。',
    templates: '可发送的订阅通知：', remaining: '剩 {n} 次', noTemplates: '这位用户目前没有可用的订阅通知。', templateQueued: '通知已加入发送队列',
  },
  message: { openImage: '在新窗口查看图片', other: '[{type}]', byRule: '自动回复', attempts: '第 {n} 次尝试', nextAt: '{time} 再试' },
  msgtype: { text: '文本', image: '图片', voice: '语音', video: '视频', shortvideo: '小视频', location: '位置', link: '链接', miniprogrampage: '小程序卡片', news: '图文', music: '音乐', subscribe: '订阅通知', template: '模板消息', event: '事件', transfer_customer_service: '转接客服', file: '文件', mpnews: '图文', msgmenu: '菜单消息' },
  event: {
    subscribe: '关注了公众号', unsubscribe: '取消关注了公众号', SCAN: '扫描了带参数二维码', CLICK: '点击了菜单', VIEW: '通过菜单打开了链接', LOCATION: '上报了位置', user_enter_tempsession: '进入了客服会话', subscribe_msg_popup_event: '操作了订阅弹窗', subscribe_msg_change_event: '修改了订阅设置', subscribe_msg_sent_event: '订阅消息有发送结果', TEMPLATESENDJOBFINISH: '模板消息有发送结果', view_miniprogram: '通过菜单打开了小程序', wxa_media_check: '内容审核有结果', kf_create_session: '客服接入会话', kf_close_session: '客服关闭会话',
  },
};
