import { CODE_TEXTS } from './codeTexts';
import { DIAGNOSIS_TEXTS } from './diagnosisTexts';
import { INPUT_TEXTS } from './inputTexts';
import { MANAGEMENT_TEXTS } from './managementTexts';
import { PUSH_TEXTS } from './pushTexts';
import { SECURITY_TEXTS } from './securityTexts';

/** The languages of `message` in the envelope: English, and Chinese as it is written in mainland China. */
export type Language = 'en' | 'zh';

/**
 * Every text of the envelope except the default sentences of errors (those are in lib/errors.ts), in both languages.
 * `{name}` is a parameter: a text, a number or another message. A sentence names what is wrong and what to do.
 */
export const TEXTS = {
  ...INPUT_TEXTS,

  // Addresses, keys, limits
  methodsTaken: { en: 'This address takes {methods} and no other method.', zh: '该地址只支持 {methods} 方法。' },
  writtenOtherwise: { en: 'This address is written {right}, in this case and with these slashes.', zh: '正确的地址是 {right}，大小写和斜杠必须一致。' },
  serverApiOff: { en: 'The server API is off: set API_KEYS to turn it on.', zh: '服务端接口未启用：设置 API_KEYS 后才能调用。' },
  sendApiKey: { en: 'Send one of the API_KEYS as "Authorization: Bearer <key>".', zh: '请在请求头中携带 API_KEYS 里的一个密钥：“Authorization: Bearer <密钥>”。' },
  sendToken: { en: 'Send the token of the login as "Authorization: Bearer <token>".', zh: '请在请求头中携带登录得到的 token：“Authorization: Bearer <token>”。' },
  tooManyRequests: { en: 'Too many requests: try again in {seconds} s.', zh: '请求过于频繁，请 {seconds} 秒后再试。' },
  tooManyLogins: { en: 'Too many logins from this address: try again in {seconds} s.', zh: '该 IP 地址登录过于频繁，请 {seconds} 秒后再试。' },
  sandboxAway: { en: 'The sandbox does not answer: try again in a second.', zh: '沙箱暂无响应，请稍后重试。' },

  // The console
  signInFirst: { en: 'Sign in to the console.', zh: '请先登录控制台。' },
  signInWrong: { en: 'The name or the password is wrong.', zh: '用户名或密码错误。' },
  signInLocked: { en: 'Too many failed attempts: try again in {minutes} min.', zh: '登录失败次数过多，请 {minutes} 分钟后再试。' },
  csrfMissing: { en: 'Send the csrfToken of the session in the header x-csrf-token.', zh: '请在请求头 x-csrf-token 中携带会话的 csrfToken。' },
  otherSite: { en: 'This was asked by a page of another site.', zh: '该请求来自其他网站的页面。' },
  adminOnly: { en: 'Only an administrator may do this.', zh: '只有管理员可以执行此操作。' },
  setupLinkOver: { en: 'This link is not valid any more: restart the server for a new one, or sign in.', zh: '该链接已失效：请重启服务获取新链接，或直接登录。' },
  setupDone: { en: 'There is an administrator already: sign in.', zh: '已经有管理员，请直接登录。' },
  adminThere: { en: 'Somebody of this name is there already.', zh: '该用户名已存在。' },
  noAdmin: { en: 'There is nobody of this name.', zh: '没有这个用户名。' },
  lastAdmin: { en: 'This is the last administrator: make somebody else one first.', zh: '这是最后一位管理员：请先添加另一位管理员。' },
  cursorInvalid: { en: 'cursor must be the next of the page before, of the same list', zh: 'cursor 必须是同一列表上一页返回的 next' },
  consoleNotBuilt: { en: 'The console was not built: run npm run build.', zh: '控制台尚未构建：请运行 npm run build。' },
  phoneNotBuilt: { en: 'The phone was not built: run npm run build.', zh: '模拟手机尚未构建：请运行 npm run build。' },
  noRule: { en: 'There is no rule of this id.', zh: '没有这个 id 的规则。' },
  ruleReadOnly: { en: 'This rule stands in REPLY_RULES_FILE: change it there.', zh: '该规则来自 REPLY_RULES_FILE，请在该文件中修改。' },
  ruleUnfit: { en: 'The rule would not fit: {problem}', zh: '规则不符合要求：{problem}' },
  fixedRulesMoved: { en: 'Rules of REPLY_RULES_FILE keep their order.', zh: 'REPLY_RULES_FILE 中的规则不能调整顺序。' },
  noRoomForRule: { en: 'There is no room between two rules of REPLY_RULES_FILE of the same order: give them different ones.', zh: 'REPLY_RULES_FILE 中相邻规则的 order 相同，无法在其间插入：请为它们设置不同的 order。' },
  tooManyRules: { en: 'There are {most} rules already: remove some first.', zh: '规则已达 {most} 条上限，请先删除一些。' },
  notDroppable: { en: 'A message that is {state} cannot be dropped.', zh: '状态为 {state} 的消息不能丢弃。' },
  appThere: { en: 'This appid is configured already.', zh: '该 appid 已经配置。' },
  appReadOnly: { en: 'This app stands in the configuration: change it there.', zh: '该应用来自环境变量或 WECHAT_APPS_FILE，请在配置中修改。' },
  tooManyApps: { en: 'There are {most} apps already.', zh: '应用已达 {most} 个上限。' },
  aesKeyNeeded: { en: 'aesKey: is required when pushMode is compat or secure', zh: 'aesKey：pushMode 为 compat 或 secure 时必填' },
  changedMeanwhile: { en: 'Somebody else has changed it meanwhile: load it again.', zh: '内容已被他人修改，请重新加载。' },

  // Bodies
  bodyTooLong: { en: 'The body is longer than {limit} bytes.', zh: '请求体超过 {limit} 字节。' },
  bodyCutShort: { en: 'The connection was closed before the body was complete.', zh: '请求体尚未传完，连接就断开了。' },
  bodyUnreadable: { en: 'The body could not be read.', zh: '无法读取请求体。' },
  bodyEncoded: { en: 'The body is encoded: send it as it is, without the header Content-Encoding.', zh: '请求体经过压缩或编码：请直接发送原文，不要带 Content-Encoding 请求头。' },
  bodyNotUtf8: { en: 'The body is not valid UTF-8.', zh: '请求体不是有效的 UTF-8 编码。' },
  bodyNotJson: { en: 'The body is not JSON.', zh: '请求体不是有效的 JSON。' },
  bodyTooDeep: { en: 'The body is nested deeper than {levels} levels.', zh: '请求体嵌套超过 {levels} 层。' },
  bodyKeyForbidden: { en: 'The body holds the key {name}, which is not allowed.', zh: '请求体中含有不允许的字段名 {name}。' },
  notMultipart: { en: 'The body is not multipart/form-data.', zh: '请求体不是 multipart/form-data。' },
  malformedMultipart: { en: 'The body is malformed.', zh: 'multipart/form-data 请求体格式错误。' },
  tooManyParts: { en: 'The body has too many parts.', zh: '请求体包含的字段或文件过多。' },
  fieldTooLong: { en: 'A field is too long.', zh: '表单字段过长。' },
  fileElsewhere: { en: 'The file must be in the field {name}.', zh: '文件必须放在字段 {name} 中。' },
  fileTooLarge: { en: '{name} is larger than {limit} bytes', zh: '{name} 的文件超过 {limit} 字节' },

  // Apps and people
  noApp: { en: 'No app is configured.', zh: '尚未配置任何小程序或公众号。' },
  noAppOfKind: { en: 'No {kind} is configured.', zh: '尚未配置{kind}。' },
  unknownApp: { en: 'This appid is not configured.', zh: '该 appid 未在本服务中配置。' },
  otherKindOfApp: { en: 'This appid belongs to no {kind}.', zh: '该 appid 不是{kind}的 appid。' },
  miniprogram: { en: 'mini-program', zh: '小程序' },
  official: { en: 'official account', zh: '公众号' },
  appGone: { en: 'The app of this login is no longer configured.', zh: '此次登录所属的应用已不在配置中。' },
  personErased: { en: 'This person has been erased: nothing is sent to them, or kept of them, until they come back.', zh: '该用户的资料已删除：在其再次使用之前，不会向其发送消息，也不会保存其资料。' },
  personGone: { en: 'This person is not known here any more.', zh: '该用户已不存在。' },
  noPerson: { en: 'Nobody here has this id, openid, unionid or phone number.', zh: '没有与该 id、openid、unionid 或手机号对应的用户。' },
  noPhone: { en: 'No phone number of this person is known.', zh: '该用户没有可用的手机号。' },
  notPhoneNumber: { en: 'phone is no whole phone number', zh: 'phone 不是完整的手机号' },
  tooManyCopies: { en: 'Several copies are being made already: try again in a minute.', zh: '正在导出的数据较多，请一分钟后再试。' },
  personBusy: { en: 'This person is being joined by another request: try again.', zh: '另一个请求正在合并该用户的账号，请重试。' },
  unionidUnknown: { en: 'Nobody with this unionid is known in this mini-program.', zh: '该 unionid 对应的用户从未登录过这个小程序。' },

  // Login and open data
  snapshotPage: {
    en: 'WeChat shows this page in snapshot mode, as nobody: ask the person to open the full page, then log in with the new code.',
    zh: '当前网页处于微信快照模式，拿到的是虚拟账号：请引导用户点击“使用完整服务”，再用新的 code 登录。',
  },
  phoneCodeInvalid: {
    en: 'WeChat does not accept this code: it must come from the phone-number button, works once and lives 5 minutes.',
    zh: 'code 无效：它必须来自手机号按钮（getPhoneNumber），只能使用一次，5 分钟内有效。',
  },
  rawDataAlone: { en: 'rawData and signature go together: send both or neither.', zh: 'rawData 和 signature 必须同时传，或都不传。' },
  signatureWrong: {
    en: 'signature does not fit rawData: send both as wx.getUserInfo gave them, rawData to the letter.',
    zh: 'signature 与 rawData 不匹配：请原样传 wx.getUserInfo 返回的两个值，rawData 不能有任何改动。',
  },
  notUserInfo: {
    en: 'encryptedData is not that of user information: a phone number goes to /api/phone.',
    zh: 'encryptedData 里不是用户信息：手机号请调用 /api/phone。',
  },
  notPhone: {
    en: 'encryptedData is not that of a phone number: user information goes to /api/unionId.',
    zh: 'encryptedData 里不是手机号：用户信息请调用 /api/unionId。',
  },
  othersData: { en: 'This data belongs to another user.', zh: '这份数据属于其他用户。' },
  ivNotBase64: { en: 'iv must be base64 of 16 bytes', zh: 'iv 必须是 16 字节的 base64' },
  ivElsewhere: { en: 'iv is not the one of encryptedData: send both as WeChat gave them together', zh: 'iv 与 encryptedData 不是同一次调用返回的：请成对原样传递' },
  encryptedDataEmpty: { en: 'encryptedData must be a text that is not empty', zh: 'encryptedData 必须是非空字符串' },
  encryptedDataTooLong: { en: 'encryptedData is longer than {limit} characters', zh: 'encryptedData 超过 {limit} 个字符' },
  encryptedDataNotBase64: { en: 'encryptedData must be base64', zh: 'encryptedData 必须是 base64' },
  encryptedDataCutShort: { en: 'encryptedData is cut short: its bytes are not whole blocks of 16', zh: 'encryptedData 不完整：字节数不是 16 的整数倍' },
  plusBecameSpace: {
    en: '{name} contains spaces: a \'+\' was turned into a space on the way; send it as JSON or URL-encode it',
    zh: '{name} 中含有空格：传输途中“+”变成了空格，请用 JSON 传递，或先做 URL 编码',
  },
  stillUrlEncoded: { en: '{name} is still URL-encoded: decode it once, or send it as JSON', zh: '{name} 仍是 URL 编码后的内容：请先解码一次，或改用 JSON 传递' },

  // WeChat and Tencent IM
  wechatRefused: { en: 'WeChat refused the call: {errcode} {errmsg}', zh: '微信拒绝了这次调用：{errcode} {errmsg}' },
  appRefused: { en: 'WeChat refuses the app: {reason} ({errcode}).', zh: '微信拒绝了该应用的调用：{reason}（{errcode}）。' },
  namedAppRefused: { en: 'WeChat refuses the app {appid}: {reason} ({errcode}).', zh: '微信拒绝了应用 {appid} 的调用：{reason}（{errcode}）。' },
  ridUnknown: { en: 'WeChat knows no call of this rid.', zh: '微信没有这个 rid 对应的调用记录。' },
  ridOfOtherApp: { en: 'The call of this rid was made by another app: name that with appid.', zh: '这个 rid 对应的调用来自其他应用：请用 appid 指定该应用。' },
  ridTooOld: { en: 'The call of this rid is older than 7 days: WeChat has forgotten it.', zh: '这个 rid 对应的调用已超过 7 天，微信不再保留其记录。' },
  noRid: { en: 'This is no rid: send what stands after "rid: " in WeChat\'s errmsg.', zh: '这不是有效的 rid：请传微信返回的 errmsg 中“rid: ”之后的内容。' },
  imRefused: { en: 'Tencent IM refused the call: {errcode} {errmsg}', zh: '腾讯云 IM 拒绝了这次调用：{errcode} {errmsg}' },
  imBusy: { en: 'Tencent IM is busy: try again in a moment.', zh: '腾讯云 IM 繁忙，请稍后重试。' },
  imOff: { en: 'Tencent IM is off: set IM_SDK_APPID and IM_SECRET_KEY to turn it on.', zh: '腾讯云 IM 未启用：请设置 IM_SDK_APPID 和 IM_SECRET_KEY。' },
  imAdministrator: {
    en: 'This person is mapped to the IM administrator, whose UserSig is not given out.',
    zh: '该用户映射到了 IM 管理员账号，不能签发管理员的 UserSig。',
  },
  noNoticeKey: {
    en: 'No key of the template is known that says anything of a message: map fields, or enter the template.',
    zh: '模板中没有可填写提醒内容的字段：请指定 fields 映射，或先录入模板。',
  },

  // Outgoing messages
  noMessage: { en: 'There is no message of this id.', zh: '没有这个 id 的消息。' },
  notRedrivable: {
    en: 'Only a failed, dead or unknown message can be sent again; this one is {state}.',
    zh: '只有 failed、dead 或 unknown 状态的消息可以重发，这条消息的状态是 {state}。',
  },

  // Media
  fileMissing: { en: 'Send a file that is not empty as media, or its url or path.', zh: '请用 media 字段上传非空文件，或提供文件的 url 或 path。' },
  publicFileMissing: { en: 'path names no file in app/public', zh: 'path 所指的文件不在 app/public 中' },
  publicFileTooLarge: { en: 'path names a file larger than {limit} bytes', zh: 'path 所指的文件超过 {limit} 字节' },
  urlNotHttp: { en: 'url must begin with http:// or https://', zh: 'url 必须以 http:// 或 https:// 开头' },
  urlWithPassword: { en: 'url must not hold a user name or password', zh: 'url 不能包含用户名或密码' },
  urlNotPublic: { en: 'url leads to an address that is not public', zh: 'url 指向的不是公网地址' },
  urlTooSlow: { en: 'url did not answer within {seconds} s', zh: 'url 在 {seconds} 秒内没有响应' },
  urlUnreachable: { en: 'url cannot be reached', zh: 'url 无法访问' },
  urlRedirects: { en: 'url redirects: give the address it leads to', zh: 'url 会重定向，请直接提供最终地址' },
  urlStatus: { en: 'url answers HTTP status {status}', zh: 'url 返回了 HTTP 状态码 {status}' },
  urlCompressed: { en: 'url answers in a compressed form that was not asked for', zh: 'url 返回了未经请求的压缩内容' },

  // Values of a subscription message
  templateKeyUnknown: { en: 'data.{field} is not in the template, which has {keys}.', zh: '模板中没有 data.{field}，可用的字段是 {keys}。' },
  templateValue: { en: 'data.{field} {problem}: it takes {takes}.', zh: 'data.{field} {problem}，应为{takes}。' },
  valueMissing: { en: 'is missing', zh: '缺失' },
  valueNotText: { en: 'is not a text', zh: '不是字符串' },
  valueEmpty: { en: 'is empty', zh: '为空' },
  valueTooLong: { en: 'is too long', zh: '过长' },
  valueOfOtherKind: { en: 'is not of its kind', zh: '格式不符' },
  valueNotListed: { en: 'is not one of its values', zh: '不在可选值之中' },
  takesThing: { en: 'up to 20 characters', zh: '不超过 20 个字符的文本' },
  takesNumber: { en: 'a number of up to 32 digits', zh: '不超过 32 位的数字' },
  takesLetter: { en: 'up to 32 letters', zh: '不超过 32 个字母' },
  takesSymbol: { en: 'up to 5 symbols', zh: '不超过 5 个符号' },
  takesCharacterString: { en: 'up to 32 digits, letters or symbols, none of them Chinese', zh: '不超过 32 个数字、字母或符号，不含汉字' },
  takesTime: { en: 'a time such as 15:01 or 2019年10月1日 15:01, or two joined by ~', zh: '时间，例如 15:01 或 2019年10月1日 15:01，时间段用 ~ 连接' },
  takesDate: { en: 'a date such as 2019年10月1日 or 2019-10-01 15:01, or two joined by ~', zh: '日期，例如 2019年10月1日 或 2019-10-01 15:01，日期段用 ~ 连接' },
  takesAmount: { en: 'a currency symbol if any, up to 10 digits with decimals, and 元 if any', zh: '金额：可带 1 个币种符号，不超过 10 位数字，可带小数，结尾可带“元”' },
  takesPhoneNumber: { en: 'up to 17 digits and symbols', zh: '不超过 17 位的数字和符号' },
  takesCarNumber: { en: 'a licence plate of up to 8 characters', zh: '不超过 8 位的车牌号' },
  takesName: { en: 'a name of up to 10 Chinese characters or 20 letters', zh: '不超过 10 个汉字或 20 个字母的姓名' },
  takesPhrase: { en: 'up to 5 Chinese characters', zh: '不超过 5 个汉字' },
  takesListed: { en: 'one of the values that the template lists', zh: '模板列出的枚举值之一' },
  takesOther: { en: 'up to 200 characters', zh: '不超过 200 个字符的文本' },

  // People and conversations in the console
  noConversation: { en: 'This person has not written anything: there is no conversation.', zh: '该用户尚未发来消息，没有会话。' },
  conversationTaken: { en: '{name} is answering: hand it over on purpose by sending their name as from.', zh: '{name} 正在接待：如需接手，请在 from 中填写其名称。' },
  conversationFree: { en: 'Nobody is answering any more: load the conversation again.', zh: '该会话已无人接待，请重新加载。' },
  windowNeverWrote: { en: 'The person has never written, so no customer-service message can be sent', zh: '该用户从未发来消息，无法发送客服消息' },
  windowOver: { en: 'The last message of the person is older than 48 hours, so no customer-service message can be sent', zh: '该用户最后一条消息已超过 48 小时，无法发送客服消息' },
  windowUsedUp: { en: 'All messages that the person\'s own allow are sent: no other can be sent until they write again', zh: '可下发的客服消息条数已用完，需等用户再次发来消息' },
  windowTemplates: { en: 'a subscription message can be sent: {templates}', zh: '可以改发订阅消息：{templates}' },
  windowNoTemplate: { en: 'there is no grant for a subscription message either', zh: '该用户也没有可用的订阅消息次数' },
  tooManyStreams: { en: 'Too many consoles are open on this server: close some, or try again later.', zh: '当前打开的控制台过多，请关闭一些或稍后再试。' },
  tooManyTagged: { en: 'More than {most} people have this tag.', zh: '拥有该标签的用户超过 {most} 人。' },
  broadcastEnded: { en: 'The broadcast is {state} already.', zh: '该群发任务已处于 {state} 状态。' },
  noBroadcast: { en: 'There is no broadcast of this id.', zh: '没有这个 id 的群发任务。' },
  ...MANAGEMENT_TEXTS,
  ...CODE_TEXTS,
  ...SECURITY_TEXTS,
  ...DIAGNOSIS_TEXTS,
  ...PUSH_TEXTS,

  // Menus
  menuNoArray: { en: 'The menu must be an object with an array named button.', zh: '菜单必须是对象，并含有名为 button 的数组。' },
  menuButtonCount: { en: 'The menu must have 1 to {most} buttons, not {count}.', zh: '一级菜单必须有 1 至 {most} 个按钮，当前为 {count} 个。' },
  menuButton: { en: 'Button {place}: {problem}.', zh: '按钮 {place}：{problem}。' },
  mustBeObject: { en: 'must be an object', zh: '必须是对象' },
  subButtonCount: { en: 'sub_button must be an array of 1 to {most} buttons', zh: 'sub_button 必须是含 1 至 {most} 个按钮的数组' },
  subButtonTooDeep: { en: 'sub_button is not allowed here: a menu has two levels', zh: '此处不能再有 sub_button：菜单最多两级' },
  buttonType: { en: 'type must be one of {types}', zh: 'type 必须是以下之一：{types}' },
  buttonUrl: { en: 'url must begin with http:// or https:// and hold no spaces', zh: 'url 必须以 http:// 或 https:// 开头，且不含空格' },
  buttonAppid: { en: 'appid must be letters, digits, _ or -', zh: 'appid 只能由字母、数字、_ 和 - 组成' },
  mustBeText: { en: '{field} must be a text that is not empty', zh: '{field} 必须是非空字符串' },
  neededByType: { en: '{field} must be a text that is not empty: a button of type {type} needs it', zh: '{field} 必须是非空字符串：{type} 类型的按钮需要它' },
  tooManyBytes: {
    en: '{field} is {bytes} bytes long; at most {most} are allowed (a Chinese character takes 3)',
    zh: '{field} 为 {bytes} 字节，最多 {most} 字节（一个汉字占 3 字节）',
  },
} as const satisfies Record<string, Record<Language, string>>;
