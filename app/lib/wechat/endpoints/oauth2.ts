import { WechatError } from '../error';
import type { WechatClient } from '../client';

/** The person who opened a web page inside WeChat. */
export interface OauthPerson {
  openid: string;
  /** Only with the scope snsapi_userinfo, under an Open Platform account. */
  unionid: string | null;
  /** WeChat shows the page in snapshot mode: the openid is a placeholder for no person. */
  snapshot: boolean;
  scope: string;
}

/**
 * Exchanges the code with which WeChat's authorise URL sends a person back to a web page. The page's own access_token
 * is not kept.
 * @throws {WechatError} 40029 invalid, 40163 used, 40226 high-risk user, 45011 and -1 later
 * @see https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
 */
export async function oauthAccessToken(client: WechatClient, app: { appid: string; secret: string }, code: string): Promise<OauthPerson> {
  const path = '/sns/oauth2/access_token';
  const { openid, unionid, scope, is_snapshotuser } = await client.get(path, {
    appid: app.appid, secret: app.secret, code, grant_type: 'authorization_code',
  });
  if (typeof openid !== 'string' || openid === '') {
    throw new WechatError({ path, errmsg: 'the answer holds no openid', retryable: false, delivery: 'answered' });
  }
  return {
    openid,
    unionid: typeof unionid === 'string' && unionid !== '' ? unionid : null,
    snapshot: Number(is_snapshotuser) === 1,
    scope: typeof scope === 'string' ? scope : '',
  };
}
