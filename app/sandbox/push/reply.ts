import { parsePush } from '../../lib/wechat/parse';
import type { PushRecord } from '../../lib/wechat/message';
import type { SandboxApp } from '../world';
import { cryptOf } from './message';
import type { PushAnswer } from './sender';

/** What WeChat shows a user whose message was not answered, or oddly. */
export const BROKEN_SERVICE = {
  miniprogram: '该小程序客服暂时无法提供服务，请稍后再试',
  official: '该公众号提供的服务出现故障，请稍后再试',
};

/** How WeChat reads an answer: nothing to show, a message, or something odd that it tells the user of. */
export interface ReadReply { kind: 'none' | 'message' | 'odd'; decrypted?: string; message?: PushRecord; why?: string }

/**
 * Reads a passive reply and opens an encrypted one.
 * https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
 */
export function readReply(app: SandboxApp, answer: PushAnswer): ReadReply {
  if (answer.status === 0) return { kind: 'odd', why: answer.error ?? 'no answer' };
  if (answer.status < 200 || answer.status > 299) return { kind: 'odd', why: `status ${answer.status}` };
  if (answer.body === '' || answer.body === 'success') return { kind: 'none' };
  if (app.kind === 'official' && !answer.body.trimStart().startsWith('<')) return { kind: 'odd', why: 'not XML' };
  try {
    return readMessage(app, parsePush(answer.body));
  } catch (error) {
    return { kind: 'odd', why: error instanceof Error ? error.message : String(error) };
  }
}

function readMessage(app: SandboxApp, record: PushRecord): ReadReply {
  const { Encrypt, MsgSignature, TimeStamp, Nonce } = record;
  if (Encrypt === undefined) return { kind: 'message', message: record };
  const crypt = cryptOf(app);
  if (!crypt.verify(String(MsgSignature), String(TimeStamp), String(Nonce), String(Encrypt))) {
    return { kind: 'odd', why: 'MsgSignature does not fit' };
  }
  const decrypted = crypt.decrypt(String(Encrypt));
  return { kind: 'message', decrypted, message: parsePush(decrypted) };
}
