import { checkSessionSignature } from '../push/signature';
import { WechatError } from '../error';
import type { WechatClient } from '../client';

/** WeChat's answer to a login. */
export interface CodeSession {
  openid: string;
  sessionKey: string;
  unionid: string | null;
}

/**
 * Exchanges a code of wx.login.
 * @throws {WechatError} 40029 invalid, 40163 used, 40226 high-risk user, 45011 and -1 later
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
 */
export async function jscode2session(client: WechatClient, app: { appid: string; secret: string }, code: string): Promise<CodeSession> {
  const path = '/sns/jscode2session';
  const answer = await client.get(path, { appid: app.appid, secret: app.secret, js_code: code, grant_type: 'authorization_code' });
  if (typeof answer.openid !== 'string' || typeof answer.session_key !== 'string' || !answer.openid) {
    throw new WechatError({ path, errmsg: 'the answer holds no openid', retryable: false, delivery: 'answered' });
  }
  return { openid: answer.openid, sessionKey: answer.session_key, unionid: typeof answer.unionid === 'string' && answer.unionid ? answer.unionid : null };
}

/**
 * Whether WeChat still holds this session_key for the person.
 * @throws {WechatError} anything but 87009 (not valid)
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/checkSessionKey.html
 */
export async function checkSession(client: WechatClient, accessToken: string, openid: string, sessionKey: string): Promise<boolean> {
  try {
    await client.get('/wxa/checksession', {
      access_token: accessToken, openid, signature: checkSessionSignature(sessionKey), sig_method: 'hmac_sha256',
    });
    return true;
  } catch (error) {
    if (error instanceof WechatError && error.errcode === 87009) return false;
    throw error;
  }
}
