import type { Message } from '../language/message';
import type { WechatError } from './error';

type Explanations = Readonly<Record<number, Message>>;

/** What any call of these may be answered. */
const OF_ANY: Explanations = {
  44990: { key: 'callsTooFast' },
  44991: { key: 'callsTooFast' },
  45009: { key: 'quotaUsedUp' },
  48001: { key: 'callForbidden' },
};

/** What stands in the way of any link that opens a mini-program from outside. */
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

/**
 * What an errcode means depends on the call that it answers.
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/qrcode-link/qr-code/api_getunlimitedqrcode.html and the
 *   pages that the functions of ./endpoints name
 */
const BY_PATH: Readonly<Record<string, Explanations>> = {
  '/wxa/getwxacodeunlimit': {
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
  },
  '/wxa/generate_urllink': OF_LINKS,
  '/wxa/generatescheme': OF_LINKS,
  '/wxa/genwxashortlink': {
    ...OF_LINKS,
    40066: { key: 'linkPathWrong' },
    40225: { key: 'linkTitleWrong' },
    43104: { key: 'linkForbidden' },
    85400: { key: 'permanentLinksUsedUp' },
  },
  '/wxa/msg_sec_check': OF_CHECKS,
  '/wxa/media_check_async': { ...OF_CHECKS, 40004: { key: 'mediaTypeWrong' }, 87020: { key: 'checkRepeated' } },
};

/** A sentence that a person can act on, for what WeChat has refused; undefined where none is known. */
export function explanationOf({ path, errcode = 0 }: Pick<WechatError, 'path' | 'errcode'>): Message | undefined {
  return BY_PATH[path]?.[errcode];
}
