/** Texts about the message push: whether it is set up, and how the last pushes went; part of TEXTS. */
export const PUSH_TEXTS = {
  modePlain: { en: 'plain', zh: '明文模式' },
  modeCompat: { en: 'compat', zh: '兼容模式' },
  modeSecure: { en: 'secure', zh: '安全模式' },

  // Settings
  pushWithoutToken: { en: 'no Token is set, so every push is refused', zh: '未设置 Token，所有推送都会被拒绝' },
  pushWithoutTokenTodo: { en: 'set the Token and the EncodingAESKey that WeChat\'s console shows', zh: '请填写微信后台显示的 Token 和 EncodingAESKey' },
  pushIsPlain: { en: 'the mode is plain, in which nothing protects the body of a push', zh: '当前为明文模式，推送内容没有保护' },
  pushIsPlainTodo: {
    en: 'choose the secure mode in WeChat\'s console, and set the EncodingAESKey and the push mode here',
    zh: '请在微信后台改用安全模式，并在这里设置 EncodingAESKey 和推送模式',
  },
  pushHasToken: { en: 'Token is set, the mode is {mode}', zh: '已设置 Token，当前为{mode}' },
  pushHasKey: { en: 'Token and EncodingAESKey are set, the mode is {mode}', zh: '已设置 Token 和 EncodingAESKey，当前为{mode}' },

  // Address
  pushAddressTodo: { en: 'set https://<your host>{path} in WeChat\'s console', zh: '请在微信后台将推送地址设为 https://<你的域名>{path}' },
  pushHostUnknown: { en: 'WeChat cannot resolve the host of the push address', zh: '微信无法解析推送地址的域名' },
  pushHostTodo: {
    en: 'correct the DNS of that host, or set https://<your host>{path} in WeChat\'s console',
    zh: '请修正该域名的 DNS 解析，或在微信后台将推送地址设为 https://<你的域名>{path}',
  },
  pushPingsLost: { en: 'WeChat resolves it to {addresses}, and none answers its pings', zh: '微信解析到 {addresses}，但都 ping 不通' },
  pushPingsTodo: {
    en: 'see that the ports 80 and 443 are open there; a firewall that only drops pings does no harm',
    zh: '请确认 80 和 443 端口已经开放；如果只是防火墙禁 ping，则没有影响',
  },
  pushReached: { en: 'WeChat reaches {addresses}', zh: '微信可以访问 {addresses}' },
  pushAddressMissing: { en: 'none is set in WeChat\'s console (40201), so nothing is pushed', zh: '微信后台没有设置推送地址（40201），不会有推送' },

  // The last push
  noPushYet: { en: 'no push has come yet', zh: '还没有收到推送' },
  noPushYetTodo: {
    en: 'set https://<your host>{path} in WeChat\'s console, and write something to the app',
    zh: '请在微信后台将推送地址设为 https://<你的域名>{path}，再给该应用发一条消息',
  },
  lastPushAt: { en: 'the last push came at {at}', zh: '最近一次推送：{at}' },
  pushReceivedAt: { en: 'the last one was received at {at}', zh: '最近一次收到推送：{at}' },
  pushNeverReceived: { en: 'none has been received yet', zh: '还没有收到推送' },
  pushNeverReceivedTodo: {
    en: 'write a message to the app, or have WeChat\'s console verify the address; then look at the line about the push address',
    zh: '请给该应用发一条消息，或在微信后台重新验证推送地址，再查看推送地址一项',
  },
  pushRefusedAt: { en: 'one was refused at {at} ({status}): {what}; {received}', zh: '{at} 拒绝了一次推送（{status}）：{what}；{received}' },
  pushedPlain: { en: 'WeChat pushes in plain mode, though the mode here is {mode}', zh: '微信以明文推送，而这里设置的是{mode}' },
  pushedPlainTodo: {
    en: 'choose the same mode in WeChat\'s console and here (MINIPROGRAM_PUSH_MODE, OFFICIAL_PUSH_MODE or pushMode); best is secure',
    zh: '请让微信后台与这里（MINIPROGRAM_PUSH_MODE、OFFICIAL_PUSH_MODE 或 pushMode）的模式一致，建议使用安全模式',
  },
  pushedEncrypted: { en: 'WeChat pushes encrypted, though the mode here is plain', zh: '微信以密文推送，而这里设置的是明文模式' },
  pushedEncryptedTodo: {
    en: 'set the EncodingAESKey here, and the mode to what WeChat\'s console says: secure or compat',
    zh: '请在这里设置 EncodingAESKey，并将模式设为与微信后台一致（安全模式或兼容模式）',
  },
  pushUndecryptable: { en: 'what WeChat pushes cannot be decrypted', zh: '微信推送的内容无法解密' },
  pushUndecryptableTodo: { en: 'set the EncodingAESKey that WeChat\'s console shows', zh: '请填写微信后台显示的 EncodingAESKey' },
  pushOfOtherApp: { en: 'what arrives was encrypted for another app', zh: '收到的推送是为其他应用加密的' },
  pushOfOtherAppTodo: {
    en: 'enter the address with this app\'s appid at the end in its own console, and with the other one\'s in the other one\'s',
    zh: '请在各应用自己的微信后台填写以该应用 appid 结尾的推送地址',
  },
  pushSignatureWrong: { en: 'the signature does not fit', zh: '签名不匹配' },
  pushSignatureTodo: {
    en: 'set the Token that WeChat\'s console shows; were it right, somebody else would be sending',
    zh: '请填写微信后台显示的 Token；如果 Token 无误，则是有人在伪造推送',
  },
  pushTimeWrong: { en: 'it was too old, or of the future', zh: '推送时间过早，或在未来' },
  pushTimeTodo: {
    en: 'set this machine\'s clock right (NTP); were it right, somebody would be sending old pushes again',
    zh: '请校准本机时钟（NTP）；如果时钟无误，则是有人在重放旧的推送',
  },
  pushUnhandled: { en: 'the {type} cannot be handled: see the log', zh: '无法处理 {type} 推送，请查看日志' },
  seeLog: { en: 'see the log', zh: '请查看日志' },
} as const;
