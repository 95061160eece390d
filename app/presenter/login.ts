import type { Login } from '../service/login';

/** A login for the mini-program, without the session_key. */
export function presentLogin({ token, expiresAt, openid, unionid, isNewUser }: Login) {
  return { token, expiresAt: expiresAt.toISOString(), openid, unionid, isNewUser };
}
