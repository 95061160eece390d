export default {
  common: {
    retry: '重试', save: '保存', cancel: '取消', add: '添加', edit: '编辑', remove: '删除', copy: '复制', copied: '已复制', back: '返回', more: '加载更多', all: '全部', none: '无',
    requestId: '请求编号', loading: '加载中…', app: '应用', allApps: '全部应用', state: '状态', time: '时间', download: '下载', details: '详情', actions: '操作',
    saved: '已保存', removed: '已删除', nothing: '没有符合条件的内容', nothingAdvice: '试试换一个条件，或清除筛选。', clearFilters: '清除筛选', endOfList: '没有更多了', optional: '选填', readOnly: '只读', keys: '按 j / k 上下移动，按 Enter 打开',
  },
  error: {
    unreachable: '连接不上服务器，请检查网络后重试。', server: '服务器没有给出有效的回答，请稍后重试。', page: '页面出了问题，请刷新后重试。',
  },
  time: { now: '刚刚', hoursMinutes: '{h} 小时 {m} 分', minutes: '{m} 分钟' },
  role: { admin: '管理员', agent: '客服' },
  shell: {
    skip: '跳到正文', openMenu: '打开菜单', menu: '菜单', lost: '与服务器的实时连接已断开，正在重新连接。当前内容可能不是最新的。',
    theme: '外观', light: '浅色', dark: '深色', system: '跟随系统', language: '语言', signOut: '退出',
  },
  nav: { overview: '概览', conversations: '会话', people: '用户', queue: '发送队列', replies: '自动回复', notifications: '消息通知', apps: '应用', team: '成员与审计' },
  search: { open: '搜索用户或页面', placeholder: '昵称开头、openid、unionid、手机号、IM 账号', hits: '搜索结果', page: '页面', nothing: '没有找到。请输入完整的 openid、unionid、手机号，或昵称的开头。' },
  signin: {
    title: '登录控制台', username: '用户名', password: '密码', go: '登录', wrong: '用户名或密码不正确。', locked: '失败次数过多，请在 {n} 分钟后再试。', help: '忘记密码？请让另一位管理员在“成员与审计”中为你重设。',
  },
  setup: {
    title: '创建第一位管理员', subtitle: '设置用于登录控制台的用户名和密码。', again: '再次输入密码', go: '创建并登录', tooShort: '密码至少 {n} 个字符', atLeast: '至少 {n} 个字符', differs: '两次输入的密码不一致',
    noToken: '链接不完整：请完整复制启动时终端里打印的一次性链接。', refused: '这个链接已经用过或已失效。还没有管理员时，重启服务会打印一个新的链接。', toSignIn: '已有账号？去登录',
  },
  notFound: { title: '页面不存在', advice: '地址可能有误，或者页面已经移动。', home: '回到概览' },
};
