import { randomRid } from '../random';

/** https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html */
const MESSAGES: Record<number, string> = {
  '-1': 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40004: 'invalid media type',
  40005: 'invalid file type',
  40007: 'invalid media_id',
  40008: 'invalid message type',
  40009: 'invalid image size',
  40010: 'invalid voice size',
  40011: 'invalid video size',
  40012: 'invalid thumb size',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40016: 'invalid button size',
  40017: 'invalid button type',
  40018: 'invalid button name size',
  40019: 'invalid button key size',
  40020: 'invalid button url size',
  40022: 'invalid sub_menu level',
  40023: 'invalid sub button size',
  40024: 'invalid sub button type',
  40025: 'invalid sub button name size',
  40026: 'invalid sub button key size',
  40027: 'invalid sub button url size',
  40029: 'invalid code',
  40030: 'invalid refresh_token',
  40032: 'invalid openid list size',
  40036: 'invalid template_id size',
  40037: 'invalid template_id',
  40054: 'invalid sub button url domain',
  40055: 'invalid button url domain',
  40125: 'invalid appsecret',
  40163: 'code been used',
  40164: 'invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist',
  40226: 'code blocked',
  40243: 'appsecret is frozen',
  40241: 'The message is duplicate in 60 seconds',
  41001: 'access_token missing',
  41002: 'appid missing',
  41003: 'refresh_token missing',
  41004: 'appsecret missing',
  41005: 'media data missing',
  41006: 'media_id missing',
  41008: 'missing code',
  41009: 'missing openid',
  41030: 'invalid page',
  42001: 'access_token expired',
  42002: 'refresh_token expired',
  43001: 'require GET method',
  43002: 'require POST method',
  43004: 'require subscribe',
  43101: 'user refuse to accept the msg',
  43107: 'the subscription message ability is banned',
  43108: 'concurrent sends to one user',
  43116: 'This template_id is banned',
  43117: 'the message is sent too often',
  44001: 'empty media data',
  44002: 'empty post data',
  44003: 'empty news data',
  44004: 'empty content',
  45002: 'content size out of limit',
  45008: 'article size out of limit',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  45015: 'response out of time limit or subscription is canceled',
  45047: 'out of response count limit',
  45056: 'too many tags',
  45057: 'the tag has more than 100000 fans',
  45058: 'can not modify the system tag',
  45059: 'the user has too many tags',
  45072: 'command is invalid',
  45080: 'client not in typing window',
  45081: 'already typing',
  45157: 'invalid tag name',
  45158: 'tag name too long',
  45159: 'invalid tag id',
  45168: 'the message holds a sensitive word',
  46003: 'menu no exist',
  47001: 'data format error',
  47003: 'argument invalid!',
  48001: 'api unauthorized',
  70000: 'the user is protected as a minor',
  76001: 'rid not found',
  76002: 'rid is error',
  76003: 'rid or cgi_path does not belong to this account',
  76004: 'rid is expired',
  76021: 'cgi_path not found',
  76022: 'could not use this cgi_path, no permission',
  87009: 'invalid signature',
  89503: 'the administrator has to approve the ip 127.0.0.1',
};

/** A call that WeChat refuses; the text names what is wrong and ends in a rid, as the real one does. */
export class WechatError extends Error {
  constructor(readonly errcode: number, detail?: string) {
    super(errorMessage(errcode, detail));
    this.name = 'WechatError';
  }
}

export function errorMessage(errcode: number, detail?: string): string {
  const text = MESSAGES[errcode] ?? 'error';
  return `${detail === undefined ? text : `${text} ${detail}`} rid: ${randomRid()}`;
}

/** Ends the call with an errcode. */
export function refuse(errcode: number, detail?: string): never {
  throw new WechatError(errcode, detail);
}

export const OK = Object.freeze({ errcode: 0, errmsg: 'ok' });
