/** What is said of jobs, tags, the blacklist, templates and template messages; part of TEXTS. */
export const MANAGEMENT_TEXTS = {
  // Jobs
  noJob: { en: 'There is no job of this id.', zh: '没有这个 id 的任务。' },
  jobEnded: { en: 'This job cannot be changed to that: it is {state}.', zh: '该任务当前状态为 {state}，不能进行此操作。' },

  // Tags and the blacklist
  followersBusy: { en: 'Another request is doing the same for people of this official account: try again in a moment.', zh: '另一个请求正在对该公众号的用户执行同样的操作，请稍后重试。' },
  tooManyAtOnce: { en: 'WeChat takes fewer people at once (40032).', zh: '一次提交的人数超过微信的上限（40032）。' },
  noTag: { en: 'The official account has no tag of this id.', zh: '该公众号没有这个 id 的标签。' },
  tagNameTaken: { en: 'WeChat does not take this name of a tag: it is empty, or another tag has it (45157).', zh: '微信不接受该标签名：名称为空，或已被其他标签使用（45157）。' },
  tagNameTooLong: { en: 'The name of a tag may be 30 bytes long: 10 Chinese characters (45158).', zh: '标签名最长 30 字节，即 10 个汉字（45158）。' },
  tooManyTags: { en: 'The official account has 100 tags already: remove one first (45056).', zh: '该公众号的标签已达 100 个，请先删除一个（45056）。' },
  tagTooLarge: { en: 'More than 100,000 people have this tag: take it from them first (45057).', zh: '该标签下的用户超过 10 万，请先为他们取消标签（45057）。' },
  tagOfWechat: { en: 'The tags 0, 1 and 2 are WeChat\'s own: they cannot be changed (45058).', zh: '标签 0、1、2 由微信保留，不能修改（45058）。' },
  personHasTooManyTags: { en: 'This person has 20 tags already (45059).', zh: '该用户的标签已达 20 个（45059）。' },
  openidOfOtherAccount: { en: 'This openid is not one of this official account ({errcode}).', zh: '该 openid 不属于这个公众号（{errcode}）。' },

  // Templates
  noTemplate: { en: 'The app has no template of this id.', zh: '该应用没有这个 id 的模板。' },
  templateOfOtherApp: { en: 'This template is that of another app: {appid}.', zh: '该模板属于另一个应用：{appid}。' },
  templatesFull: { en: 'The app has as many templates as WeChat allows, 25: remove one first (200012).', zh: '该应用的模板数已达微信上限 25 个，请先删除一个（200012）。' },
  templatesBanned: { en: 'WeChat has banned subscription messages of this app (200011).', zh: '该应用的订阅消息能力已被微信封禁（200011）。' },
  templateBanned: { en: 'WeChat has banned this template of the library (200013).', zh: '模板库中的该模板已被微信封禁（200013）。' },
  templateUnknown: { en: 'WeChat has no such template (200014): take tid from the library, or the id from the list.', zh: '微信没有这个模板（200014）：tid 请从模板库中选取，模板 id 请从列表中选取。' },
  keywordsWrong: { en: 'kidList must name 2 to 5 keywords of the template (200020).', zh: 'kidList 必须是该模板的 2 至 5 个关键词（200020）。' },
  sceneWrong: { en: 'sceneDesc must be 1 to 15 characters about what the messages are for (200021).', zh: 'sceneDesc 必须是 1 至 15 个字的服务场景说明（200021）。' },
  templateThere: { en: 'The app has this template already (200022).', zh: '该应用已添加过这个模板（200022）。' },
  templatesPunished: { en: 'WeChat does not let this app add templates, as a punishment (43106).', zh: '该应用因违规被处罚，暂时不能添加模板（43106）。' },
  templatesForbidden: { en: 'This account may not use subscription messages: it is of a kind, or not verified, as they need it ({errcode}).', zh: '该账号的类型或认证状态不支持订阅消息（{errcode}）。' },
  libraryAsked: { en: 'WeChat does not understand the search of its library ({errcode}).', zh: '微信无法识别对模板库的查询（{errcode}）。' },
  oneOfValues: { en: 'one of {values}', zh: '以下值之一：{values}' },
  unionidUnknownThere: { en: 'Nobody with this unionid is known in this official account.', zh: '该公众号中没有这个 unionid 对应的用户。' },
} as const;
