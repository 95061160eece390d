import type { Env } from '../../../config/env';
import { ImClient } from '../im/client';
import { ImError } from '../im/error';
import type { WechatClient } from '../wechat/client';
import { WechatError } from '../wechat/error';
import { no, ok, warn, type Check } from './check';

/** What IM refuses the administrator's UserSig with. https://trtc.io/document/34348 */
const REASONS: Readonly<Record<number, readonly [what: string, advice: string]>> = {
  60010: ['IM_ADMIN is no administrator of the application', 'set IM_ADMIN to an administrator that the IM console names'],
  60012: ['IM does not know the SDKAppID', 'set IM_SDK_APPID to that of the IM console'],
  60026: ['the application is in another data centre', 'set IM_API_BASE to the address of its data centre'],
  70009: ['the key does not fit', 'set IM_SECRET_KEY to the key that the IM console shows'],
  70014: ['IM does not know the SDKAppID', 'set IM_SDK_APPID to that of the IM console'],
};

/**
 * Whether Tencent IM takes our credentials, and whether its callback is protected.
 * @param client whose base is that of the IM REST API
 */
export async function diagnoseIm(im: NonNullable<Env['im']>, client: WechatClient): Promise<Check[]> {
  const callback = im.callbackToken
    ? ok('im callback', 'IM_CALLBACK_TOKEN is set: what is not signed with it is refused')
    : warn('im callback', 'anyone may call /im/callback', 'set IM_CALLBACK_TOKEN to the authentication token of the IM console');
  return [await credentials(im, client), callback];
}

async function credentials(im: NonNullable<Env['im']>, client: WechatClient): Promise<Check> {
  const name = 'im';
  try {
    await new ImClient({ ...im, client }).queryOnlineStatus([im.admin]);
    return ok(name, 'Tencent IM takes the SDKAppID, the key and the administrator');
  } catch (error) {
    if (error instanceof ImError) {
      const [what, advice] = REASONS[error.errcode] ?? [error.errmsg, 'see this code in the documents of Tencent IM'];
      return error.retryable ? warn(name, `IM is busy (${error.errcode})`, 'run this again in a minute') : no(name, `${what} (${error.errcode})`, advice);
    }
    if (error instanceof WechatError) return no(name, `not tried: ${error.errmsg.replace('WeChat', 'IM')}`, 'let this machine reach IM, or set IM_API_BASE');
    throw error;
  }
}
