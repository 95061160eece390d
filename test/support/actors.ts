import type { TestApp } from './app';

export interface LoggedIn {
  token: string;
  openid: string;
  unionid: string | null;
  isNewUser: boolean;
  expiresAt: string;
}

/** A person opens the mini-program: a code from WeChat, exchanged at the server. */
export async function logIn(hub: TestApp, who: { openid?: string; unionid?: string | null; appid?: string } = {}): Promise<LoggedIn> {
  const { code } = await hub.sandbox.post('/login-code', who);
  return hub.ok<LoggedIn>('POST', '/api/jscode2session', { code, appid: who.appid });
}

/** The data that wx.getUserInfo or the phone-number button gives to the client. */
export function openData(hub: TestApp, openid: string, kind: 'userInfo' | 'phone', more: object = {}) {
  return hub.sandbox.post<{ encryptedData: string; iv: string; rawData: string; signature: string }>('/open-data', { openid, kind, ...more });
}
