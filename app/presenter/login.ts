import type { Login } from '../service/login';

/** A login as the mini-program sees it. */
export function presentLogin({ token, expiresAt, openid, unionid, isNewUser }: Login) {
  return { token, expiresAt: expiresAt.toISOString(), openid, unionid, isNewUser };
}
