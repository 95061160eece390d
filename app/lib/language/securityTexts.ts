/** Texts about content security and about calls in general; part of TEXTS. */
export const SECURITY_TEXTS = {
  // Wrong requests
  tooManyChecks: { en: 'WeChat takes {limit} checks a minute: try again in {seconds} s.', zh: '微信每分钟最多受理 {limit} 次检测，请 {seconds} 秒后再试。' },
  noMediaCheck: { en: 'There is no check of this id.', zh: '没有这个 id 的检测。' },

  // Refusals by WeChat
  personNotSeen: {
    en: 'This person has not used the mini-program in the last two hours: ask them to open it again, then check anew. Until then WeChat refuses every check of theirs.',
    zh: '该用户最近两小时内没有使用过小程序：请先让用户重新打开小程序，再重新检测。在此之前，微信会拒绝该用户的所有检测。',
  },
  checkNobody: { en: 'WeChat does not know this openid in this mini-program.', zh: '微信在该小程序中找不到这个 openid。' },
  checkOthersOpenid: { en: 'This openid belongs to another app: send the one of this mini-program.', zh: '该 openid 属于其他应用：请传该小程序的 openid。' },
  checkSceneWrong: { en: 'WeChat does not take the scene: profile, comment, forum or social.', zh: '微信不接受 scene：应为 profile、comment、forum 或 social。' },
  mediaTypeWrong: {
    en: 'WeChat does not take this kind of file: images are JPEG, PNG, BMP or GIF, sounds MP3, AAC, AC3, WMA, FLAC, Vorbis, Opus or WAV.',
    zh: '微信不支持这种文件：图片支持 JPEG、PNG、BMP、GIF，音频支持 MP3、AAC、AC3、WMA、FLAC、Vorbis、Opus、WAV。',
  },
  checkRepeated: { en: 'WeChat has been sent this too often: use the result of the earlier check.', zh: '同样的内容提交次数过多：请使用之前检测的结果。' },
  checksTooFast: { en: 'WeChat takes no more checks in this minute: go on in the next one.', zh: '本分钟的检测次数已达微信上限，请下一分钟再继续。' },
  checksUsedUp: { en: 'The checks of today are used up: WeChat takes them again tomorrow, after midnight in Beijing.', zh: '今天的检测次数已用完，北京时间次日零点后恢复。' },
  callsTooFast: { en: 'WeChat is called too often: go on in a minute.', zh: '调用微信接口过于频繁，请一分钟后再继续。' },
  quotaUsedUp: { en: 'The calls of today are used up: WeChat takes them again tomorrow, after midnight in Beijing.', zh: '今天的调用次数已用完，北京时间次日零点后恢复。' },
  callForbidden: { en: 'This app may not make this call: see its permissions in WeChat\'s console.', zh: '该应用没有调用此接口的权限，请到微信后台查看接口权限。' },
} as const;
