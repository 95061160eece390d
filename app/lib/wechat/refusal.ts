import { AppError } from '../errors';
import type { WechatError } from './error';

const WHITELIST = 'add it to the IP whitelist in WeChat\'s console';
const APPROVAL = 'an administrator of the app has to approve it in WeChat';

/** What is wrong, and what is to be done about it. `{address}` is the one that WeChat has seen. */
const REASONS: Record<number, string> = {
  40001: 'its AppSecret is wrong: set the present one of WeChat\'s console',
  40013: 'its AppID is wrong: correct it',
  40125: 'its AppSecret is wrong: set the present one of WeChat\'s console',
  40164: `the address {address} is not allowed to call: ${WHITELIST}`,
  40243: 'its AppSecret is frozen: unfreeze it in WeChat\'s console, or set a new one',
  89501: `the address {address} waits for approval: ${APPROVAL}`,
  89503: `the address {address} is not approved: ${APPROVAL}`,
  89506: `the address {address} was turned down twice: ${APPROVAL}, after 24 hours`,
  89507: `the address {address} was turned down: ${APPROVAL}, after an hour`,
};

/** A sentence for whoever can mend that WeChat refuses an app: why it does, the refused address, what to do, the errcode. */
export function explainRefusal({ appid, errcode = 0, errmsg }: Pick<WechatError, 'appid' | 'errcode' | 'errmsg'>): string {
  const reason = (REASONS[errcode] ?? errmsg).replace('{address}', refusedAddress(errmsg) ?? 'of this server');
  return `WeChat refuses the app${appid === undefined ? '' : ` ${appid}`}: ${reason} (${errcode}).`;
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
