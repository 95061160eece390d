import type { AccessToken } from '../lib/wechat/accessTokens';

/** An access_token as another backend uses it. */
export function presentAccessToken({ accessToken, expiresAt }: AccessToken) {
  return { accessToken, expiresAt: expiresAt.toISOString() };
}
