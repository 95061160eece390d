import type { AccessToken } from '../lib/wechat/accessTokens';

/** An access_token for another backend. */
export function presentAccessToken({ accessToken, expiresAt }: AccessToken) {
  return { accessToken, expiresAt: expiresAt.toISOString() };
}
