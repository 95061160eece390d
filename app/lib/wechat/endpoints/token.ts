import { WechatError } from '../error';
import type { WechatClient } from '../client';

export const STABLE_TOKEN = '/cgi-bin/stable_token';

/**
 * The app's stable access_token.
 * @param force issue a new one though the present one has not expired (20 a day, at least 30 s apart)
 * @return the token, when it was asked for and when it expires
 * @throws {WechatError} 40001/40125 wrong secret, 40013 wrong appid, 40164 IP not on the whitelist, 45011 and -1 later
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getStableAccessToken.html
 */
export async function stableToken(client: WechatClient, app: { appid: string; secret: string }, force = false): Promise<{ accessToken: string; fetchedAt: Date; expiresAt: Date }> {
  const path = STABLE_TOKEN;
  const fetchedAt = new Date();
  const answer = await client.post(path, {
    json: { grant_type: 'client_credential', appid: app.appid, secret: app.secret, ...(force ? { force_refresh: true } : {}) },
  });
  const seconds = Number(answer.expires_in);
  if (typeof answer.access_token !== 'string' || !answer.access_token || !(seconds > 0)) {
    throw new WechatError({ path, errmsg: 'the answer holds no access_token', retryable: true, delivery: 'answered' });
  }
  return { accessToken: answer.access_token, fetchedAt, expiresAt: new Date(fetchedAt.getTime() + seconds * 1000) };
}
