import type { Message } from '../language/message';
import type { WechatError } from './error';

/** What the errcodes of tags mean. https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_batchtagging */
const OF_TAGS: Readonly<Record<number, (errcode: number) => Message>> = {
  40003: errcode => ({ key: 'openidOfOtherAccount', params: { errcode } }),
  45056: () => ({ key: 'tooManyTags' }),
  45057: () => ({ key: 'tagTooLarge' }),
  45058: () => ({ key: 'tagOfWechat' }),
  45059: () => ({ key: 'personHasTooManyTags' }),
  45157: () => ({ key: 'tagNameTaken' }),
  45158: () => ({ key: 'tagNameTooLong' }),
  45159: () => ({ key: 'noTag' }),
  49003: errcode => ({ key: 'openidOfOtherAccount', params: { errcode } }),
};

const libraryAsked = (errcode: number): Message => ({ key: 'libraryAsked', params: { errcode } });
const templatesForbidden = (errcode: number): Message => ({ key: 'templatesForbidden', params: { errcode } });

/** Of subscription templates. https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/addMessageTemplate.html */
const OF_TEMPLATES: typeof OF_TAGS = {
  43106: () => ({ key: 'templatesPunished' }),
  48001: templatesForbidden,
  200002: libraryAsked,
  200011: () => ({ key: 'templatesBanned' }),
  200012: () => ({ key: 'templatesFull' }),
  200013: () => ({ key: 'templateBanned' }),
  200014: () => ({ key: 'templateUnknown' }),
  200016: libraryAsked,
  200017: libraryAsked,
  200018: libraryAsked,
  200019: libraryAsked,
  200020: () => ({ key: 'keywordsWrong' }),
  200021: () => ({ key: 'sceneWrong' }),
  200022: () => ({ key: 'templateThere' }),
  200100: templatesForbidden,
};

/** What an errcode means depends on the call that it answers. */
const BY_PATH: ReadonlyArray<readonly [path: string, meanings: typeof OF_TAGS]> = [
  ['/cgi-bin/tags/', OF_TAGS],
  ['/cgi-bin/user/info/updateremark', OF_TAGS],
  ['/wxaapi/newtmpl/', OF_TEMPLATES],
];

/** A sentence that a person can act on, for what WeChat has refused of tags, remarks and templates; undefined for all else. */
export function managementExplanation({ path, errcode = 0 }: Pick<WechatError, 'path' | 'errcode'>): Message | undefined {
  const meanings = BY_PATH.find(([start]) => path.startsWith(start))?.[1];
  return meanings?.[errcode]?.(errcode);
}
