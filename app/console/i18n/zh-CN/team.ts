export default {
  admins: { title: '成员', you: '（你）', add: '添加成员', role: '角色', lastSignIn: '最近登录', created: '创建时间', passwordKept: '留空则不修改', signsOut: '修改密码或角色后，对方需要重新登录。', removeAsk: '移除“{name}”？', removeWhat: '对方会立即退出，且不能再登录。', rolesHelp: '客服可以处理会话、查看用户和备注；管理员可以做所有操作。最后一位管理员不能移除或降级。' },
  audit: { title: '审计日志', who: '操作人', action: '操作', actionHint: '操作，如 rule.update', target: '对象', none: '还没有记录', noneAdvice: '每一次修改和每一条人工发送的消息都会记在这里，保留 2 年。' },
  auditWho: { api: 'API 密钥', person: '用户本人', system: '系统' },
  auditAction: {
    admin_create: '添加成员', admin_update: '修改成员', admin_delete: '移除成员', admin_setup: '创建首位管理员', session_signIn: '登录', session_signOut: '退出', rule_create: '新建规则', rule_update: '修改规则', rule_delete: '删除规则', rule_order: '调整规则顺序', app_create: '添加应用', app_update: '修改应用', app_delete: '删除应用', menu_update: '发布菜单', menu_delete: '删除菜单', outbox_redrive: '重新发送', outbox_drop: '放弃消息', job_update: '暂停、继续或停止任务', user_phone: '查看手机号', user_erase: '删除用户', user_export: '导出用户资料', user_revokeSessions: '下线用户', note_create: '添加备注', conversation_send: '发送消息', conversation_read: '已读会话', conversation_update: '修改会话', user_erased: '用户已删除', user_revoked: '用户撤回授权', media_upload: '上传图片', broadcast_create: '开始群发', broadcast_update: '暂停、继续或停止群发', template_create: '添加模板', template_delete: '删除模板', qrcode_create: '生成小程序码', tag_create: '新建标签', tag_update: '修改标签', tag_delete: '删除标签', tag_users: '打上标签', untag_users: '移除标签', export_csv: '导出 CSV',
  },
};
