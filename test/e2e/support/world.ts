import { Server } from '../../support/server';
import { MINI, OFFICIAL } from '../../support/environment';
import { until } from '../../support/until';

export const ADMIN = { username: 'lihua', password: 'correct-horse-battery' };
export const AGENT = { username: 'xiaowang', password: 'another-horse-battery' };

/** A hostile text: markup, a mark that turns the direction of writing, and length. */
export const HOSTILE = '<img src=x onerror="document.title=`hacked`"> \u202Eright to left {{constructor.constructor("alert(1)")()}}';

/** The servers behind the tests of pages: real ones with two workers, and the simulated WeChat. */
export function startServer(more: Record<string, string> = {}): Promise<Server> {
  return Server.start({ ADMIN_USERNAME: ADMIN.username, ADMIN_PASSWORD: ADMIN.password, WORKERS: '2', ...more });
}

/** A person of the simulated WeChat who has logged in and has a name. */
export async function newPerson(server: Server, nickname: string, more: { unionid?: string; phone?: boolean } = {}): Promise<{ openid: string; token: string }> {
  const { code, openid } = await server.sandbox.post('/login-code', { appid: MINI.appid, profile: { nickname, city: '深圳', province: '广东', country: '中国' }, ...(more.unionid ? { unionid: more.unionid } : {}) });
  const { token } = await server.ok<{ token: string }>('POST', '/api/jscode2session', { code, appid: MINI.appid });
  const userInfo = await server.sandbox.post('/open-data', { openid, kind: 'userInfo', appid: MINI.appid });
  await server.ok('POST', '/api/unionId', { encryptedData: userInfo.encryptedData, iv: userInfo.iv }, token);
  if (more.phone) {
    const phone = await server.sandbox.post('/open-data', { openid, kind: 'phone', appid: MINI.appid });
    await server.ok('POST', '/api/phone', { encryptedData: phone.encryptedData, iv: phone.iv }, token);
  }
  return { openid, token };
}

/** A person writes to the mini-program. */
export async function writes(server: Server, openid: string, content: string): Promise<void> {
  await server.sandbox.post('/push', { appid: MINI.appid, message: { FromUserName: openid, MsgType: 'text', Content: content } });
}

/** A person follows the official account. */
export async function follows(server: Server, openid: string): Promise<void> {
  await server.sandbox.post('/push', { kind: 'official', appid: OFFICIAL.appid, message: { FromUserName: openid, MsgType: 'event', Event: 'subscribe', EventKey: '' } });
}

/** Waits until the console lists a conversation. */
export async function conversationOf(server: Server, openid: string): Promise<void> {
  const db = await server.database();
  await until(() => db.collection('conversations').countDocuments({ openid }), count => count === 1);
}

/** The texts that have reached a person's phone, in order. */
export async function received(server: Server, openid: string): Promise<string[]> {
  const { messages } = await server.sandbox.call<{ messages: Array<{ message: { content?: string } }> }>('GET', `/messages?openid=${openid}`);
  return messages.flatMap(({ message }) => message.content ?? []);
}
