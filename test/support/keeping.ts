import { nextOrder } from '../../app/lib/async/order';
import type { MessageDocument } from '../../app/model/message';
import type { TestApp } from './app';
import { MINI } from './environment';

/** Nothing of earlier tests is written later. Called before each test, after the collections are emptied. */
export async function emptied(hub: TestApp): Promise<void> {
  await hub.app.keeping.flush();
  await Promise.all(['Conversation', 'Counter', 'News'].map(name => hub.app.model[name as 'News'].deleteMany({})));
}

let last = 77_000_000;

/** A person writes to the mini-program; the sandbox knows it too. */
export async function write(hub: TestApp, openid: string, content: string, id = ++last): Promise<void> {
  await hub.sandbox.post('/push', { format: 'json', message: { MsgType: 'text', FromUserName: openid, Content: content, MsgId: id } });
}

/** A text as it is stored. */
export function storedText(openid: string, content: string, receivedAt: Date, more: Partial<MessageDocument> = {}): MessageDocument {
  return {
    _id: `${MINI.appid}:${openid}:${++last}`, appid: MINI.appid, openid, type: 'text', content, payload: { FromUserName: openid, Content: content }, receivedAt,
    order: nextOrder(), state: 'handled', duplicates: 0, ...more,
  };
}
