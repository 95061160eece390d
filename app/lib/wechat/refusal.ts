import { AppError } from '../errors';
import type { WechatError } from './error';

interface Reason {
  what: string;
  advice: string;
}

const WRONG_SECRET: Reason = { what: 'its AppSecret is wrong', advice: 'set the present one of WeChat\'s console' };
const APPROVAL = 'an administrator of the app has to approve it in WeChat';

/** Why WeChat refuses an app, and what is to be done about it. `{address}` is the one that WeChat has seen. */
const REASONS: Record<number, Reason> = {
  40001: WRONG_SECRET,
  40013: { what: 'its AppID is wrong', advice: 'correct it' },
  40125: WRONG_SECRET,
  40164: { what: 'the address {address} is not allowed to call', advice: 'add it to the IP whitelist in WeChat\'s console' },
  40243: { what: 'its AppSecret is frozen', advice: 'unfreeze it in WeChat\'s console, or set a new one' },
  89501: { what: 'the address {address} waits for approval', advice: APPROVAL },
  89503: { what: 'the address {address} is not approved', advice: APPROVAL },
  89506: { what: 'the address {address} was turned down twice', advice: `${APPROVAL}, after 24 hours` },
  89507: { what: 'the address {address} was turned down', advice: `${APPROVAL}, after an hour` },
};
/** Those that concern the caller's address, not the AppID or the AppSecret. */
const OF_ADDRESS = new Set([40164, 89501, 89503, 89506, 89507]);

/** A sentence for whoever can mend that WeChat refuses an app: why it does, the refused address, what to do, the errcode. */
export function explainRefusal({ appid, errcode = 0, errmsg }: Pick<WechatError, 'appid' | 'errcode' | 'errmsg'>): string {
  const reason = readRefusal({ errcode, errmsg });
  return `WeChat refuses the app${appid === undefined ? '' : ` ${appid}`}: ${reason ? `${reason.what}: ${reason.advice}` : errmsg} (${errcode}).`;
}

/**
 * Why a call that brings AppID and AppSecret along, or any call from this address, is refused.
 * @return undefined when the error says nothing of the app or the address; `ofAddress` when it is the address
 */
export function readRefusal({ errcode = 0, errmsg }: Pick<WechatError, 'errcode' | 'errmsg'>): Reason & { ofAddress: boolean } | undefined {
  const reason = REASONS[errcode];
  if (!reason) return undefined;
  return { what: reason.what.replace('{address}', refusedAddress(errmsg) ?? 'of this server'), advice: reason.advice, ofAddress: OF_ADDRESS.has(errcode) };
}

/** The address in WeChat's words: `invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist`. */
export function refusedAddress(errmsg: string): string | undefined {
  return /\b\d{1,3}(?:\.\d{1,3}){3}\b/.exec(errmsg)?.[0] ?? /\bip(?:v6)? ([0-9a-f:]*:[0-9a-f:]+)/i.exec(errmsg)?.[1];
}

/** What a caller is told of a call that WeChat did not do. */
export function toAppError(error: WechatError): AppError {
  const { errcode, errmsg } = error;
  if (errcode === undefined || error.retryable) return new AppError('WECHAT_BUSY');
  const message = error.refusesApp ? explainRefusal(error) : `WeChat refused the call: ${errcode} ${errmsg}`.trim();
  return new AppError('WECHAT_ERROR', message, { data: { errcode, errmsg } });
}
