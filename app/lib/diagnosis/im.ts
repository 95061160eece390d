import type { Env } from '../../../config/env';
import { ImClient } from '../im/client';
import { ImError } from '../im/error';
import type { WechatClient } from '../wechat/client';
import { WechatError } from '../wechat/error';
import { no, ok, warn, type Check } from './check';
import { failureOf } from './failure';
import type { Message } from '../language/message';

/** The codes with which IM refuses the administrator's UserSig. @see https://trtc.io/document/34348 */
const REASONS: Readonly<Record<number, readonly [what: Message, advice: Message]>> = {
  60010: [{ key: 'imNoAdministrator' }, { key: 'imNoAdministratorTodo' }],
  60012: [{ key: 'imAppUnknown' }, { key: 'imAppUnknownTodo' }],
  60026: [{ key: 'imElsewhere' }, { key: 'imElsewhereTodo' }],
  70009: [{ key: 'imKeyWrong' }, { key: 'imKeyWrongTodo' }],
  70014: [{ key: 'imAppUnknown' }, { key: 'imAppUnknownTodo' }],
};

/**
 * Checks that Tencent IM accepts our credentials, and that its callback is protected.
 * @param client whose base is that of the IM REST API
 */
export async function diagnoseIm(im: NonNullable<Env['im']>, client: WechatClient): Promise<Check[]> {
  const callback = im.callbackToken
    ? ok('im callback', { key: 'imCallbackSigned' })
    : warn('im callback', { key: 'imCallbackOpen' }, { key: 'imCallbackTodo' });
  return [await credentials(im, client), callback];
}

async function credentials(im: NonNullable<Env['im']>, client: WechatClient): Promise<Check> {
  const name = 'im';
  try {
    await new ImClient({ ...im, client }).queryOnlineStatus([im.admin]);
    return ok(name, { key: 'imTaken' });
  } catch (error) {
    if (error instanceof ImError) {
      const { errcode } = error;
      if (error.retryable) return warn(name, { key: 'imBusyNow', params: { errcode } }, { key: 'imBusyTodo' });
      const [what, advice] = REASONS[errcode] ?? [error.errmsg, { key: 'imErrorTodo' }];
      return no(name, { key: 'whatAndNumbers', params: { what, numbers: errcode } }, advice);
    }
    if (error instanceof WechatError) return no(name, { key: 'notTried', params: { reason: failureOf(error, 'im') } }, { key: 'reachIm' });
    throw error;
  }
}
