import type { Message } from '../language/message';
import type { WechatError } from './error';

type Explanations = Readonly<Record<number, Message>>;

/** What any call may be answered. */
const OF_ANY: Explanations = {
  44990: { key: 'callsTooFast' },
  44991: { key: 'callsTooFast' },
  45009: { key: 'quotaUsedUp' },
  48001: { key: 'callForbidden' },
};

/** Errors of any link that opens a mini-program from outside. */
const OF_LINKS: Explanations = {
  ...OF_ANY,
  40002: { key: 'linkForbidden' },
  40013: { key: 'linkBanned' },
  40165: { key: 'linkPathWrong' },
  40212: { key: 'linkQueryWrong' },
  44990: { key: 'linksTooFast' },
  44993: { key: 'linksUsedUp' },
  45009: { key: 'linksUsedUp' },
  85079: { key: 'appNotPublished' },
  85088: { key: 'cloudBaseOff' },
  85401: { key: 'linkTimeWrong' },
  85402: { key: 'envVersionWrong' },
  85406: { key: 'linkVisitsUsedUp' },
  85407: { key: 'linkForbidden' },
  85408: { key: 'linkBanned' },
};

const OF_CHECKS: Explanations = {
  ...OF_ANY,
  40003: { key: 'checkNobody' },
  40129: { key: 'checkSceneWrong' },
  43104: { key: 'checkOthersOpenid' },
  44991: { key: 'checksTooFast' },
  45009: { key: 'checksUsedUp' },
  61010: { key: 'personNotSeen' },
};

/** @see https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_batchtagging */
const OF_TAGS: Explanations = {
  ...OF_ANY,
  40003: { key: 'openidOfOtherAccount', params: { errcode: 40003 } },
  40032: { key: 'tooManyAtOnce' },
  45056: { key: 'tooManyTags' },
  45057: { key: 'tagTooLarge' },
  45058: { key: 'tagOfWechat' },
  45059: { key: 'personHasTooManyTags' },
  45157: { key: 'tagNameTaken' },
  45158: { key: 'tagNameTooLong' },
  45159: { key: 'noTag' },
  49003: { key: 'openidOfOtherAccount', params: { errcode: 49003 } },
};

const libraryAsked = (errcode: number): Message => ({ key: 'libraryAsked', params: { errcode } });
const templatesForbidden = (errcode: number): Message => ({ key: 'templatesForbidden', params: { errcode } });

/**
 * @see
 *   https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/addMessageTemplate.html
 */
const OF_TEMPLATES: Explanations = {
  ...OF_ANY,
  43106: { key: 'templatesPunished' },
  48001: templatesForbidden(48001),
  200002: libraryAsked(200002),
  200011: { key: 'templatesBanned' },
  200012: { key: 'templatesFull' },
  200013: { key: 'templateBanned' },
  200014: { key: 'templateUnknown' },
  200016: libraryAsked(200016),
  200017: libraryAsked(200017),
  200018: libraryAsked(200018),
  200019: libraryAsked(200019),
  200020: { key: 'keywordsWrong' },
  200021: { key: 'sceneWrong' },
  200022: { key: 'templateThere' },
  200100: templatesForbidden(200100),
};

/**
 * What an errcode means depends on the call that it answers.
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/qrcode-link/qr-code/api_getunlimitedqrcode.html and the
 *   pages that the functions of ./endpoints name
 */
const BY_PATH: ReadonlyArray<readonly [start: string, explanations: Explanations]> = [
  ['/wxa/getwxacodeunlimit', {
    ...OF_ANY,
    40097: { key: 'codeArguments' },
    40129: { key: 'sceneCharacters' },
    40159: { key: 'codePathTooLong' },
    40169: { key: 'sceneLength' },
    41030: { key: 'codePageUnknown' },
    44990: { key: 'codesTooFast' },
    44991: { key: 'codesTooFast' },
    45009: { key: 'codesTooFast' },
    45029: { key: 'codesUsedUp' },
    85079: { key: 'appNotPublished' },
    85096: { key: 'codeParameterReserved' },
  }],
  ['/wxa/generate_urllink', OF_LINKS],
  ['/wxa/generatescheme', OF_LINKS],
  ['/wxa/genwxashortlink', {
    ...OF_LINKS,
    40066: { key: 'linkPathWrong' },
    40225: { key: 'linkTitleWrong' },
    43104: { key: 'linkForbidden' },
    85400: { key: 'permanentLinksUsedUp' },
  }],
  ['/wxa/msg_sec_check', OF_CHECKS],
  ['/wxa/media_check_async', { ...OF_CHECKS, 40004: { key: 'mediaTypeWrong' }, 87020: { key: 'checkRepeated' } }],
  ['/cgi-bin/tags/', OF_TAGS],
  ['/cgi-bin/user/info/updateremark', OF_TAGS],
  ['/cgi-bin/user/tag/get', { ...OF_TAGS, 40032: { key: 'noTag' } }],
  ['/wxaapi/newtmpl/', OF_TEMPLATES],
  ['/', OF_ANY],
];

/** A sentence that a person can act on, about a refusal by WeChat; undefined where none is known. */
export function explanationOf({ path, errcode = 0 }: Pick<WechatError, 'path' | 'errcode'>): Message | undefined {
  return BY_PATH.find(([start]) => path.startsWith(start))?.[1][errcode];
}
