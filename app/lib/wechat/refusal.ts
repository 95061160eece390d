import { AppError } from '../errors';
import { render, type Message, type Param } from '../language/message';
import { explanationOf } from './explanation';
import type { WechatError } from './error';

/** What is wrong, and what is to be done about it: in English both, with a colon between them. */
const REASONS: Record<number, (address: Param) => Message> = {
  40001: () => ({ key: 'secretWrong' }),
  40013: () => ({ key: 'appidWrong' }),
  40125: () => ({ key: 'secretWrong' }),
  40164: address => ({ key: 'addressNotListed', params: { address } }),
  40243: () => ({ key: 'secretFrozen' }),
  89501: address => ({ key: 'addressWaits', params: { address } }),
  89503: address => ({ key: 'addressNotApproved', params: { address } }),
  89506: address => ({ key: 'addressTurnedDownTwice', params: { address } }),
  89507: address => ({ key: 'addressTurnedDown', params: { address } }),
};
/** Those that concern the caller's address, not the AppID or the AppSecret. */
const OF_ADDRESS = new Set([40164, 89501, 89503, 89506, 89507]);

type Refusal = Pick<WechatError, 'appid' | 'errcode' | 'errmsg'>;

/** A sentence for whoever can mend that WeChat refuses an app: why it does, the refused address, what to do, the errcode. */
export function explainRefusal(refusal: Refusal): string {
  return render(refusalMessage(refusal), 'en');
}

/**
 * Why a call that brings AppID and AppSecret along, or any call from this address, is refused.
 * @return in English; undefined when the error says nothing of the app or the address; `ofAddress` when it is the address
 */
export function readRefusal(refusal: Refusal): { what: string; advice: string; ofAddress: boolean } | undefined {
  const reason = reasonOf(refusal);
  if (!reason) return undefined;
  const [what, advice] = render(reason, 'en').split(': ');
  return { what, advice, ofAddress: OF_ADDRESS.has(refusal.errcode ?? 0) };
}

function refusalMessage(refusal: Refusal): Message {
  const { appid, errcode = 0, errmsg } = refusal;
  const reason = reasonOf(refusal) ?? errmsg;
  return appid === undefined ? { key: 'appRefused', params: { reason, errcode } } : { key: 'namedAppRefused', params: { appid, reason, errcode } };
}

function reasonOf({ errcode = 0, errmsg }: Refusal): Message | undefined {
  return REASONS[errcode]?.(refusedAddress(errmsg) ?? { key: 'thisServersAddress' });
}

/** The address in WeChat's words: `invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist`. */
export function refusedAddress(errmsg: string): string | undefined {
  return /\b\d{1,3}(?:\.\d{1,3}){3}\b/.exec(errmsg)?.[0] ?? /\bip(?:v6)? ([0-9a-f:]*:[0-9a-f:]+)/i.exec(errmsg)?.[1];
}

/** What a caller is told of a call that WeChat did not do. */
export function toAppError(error: WechatError): AppError {
  const { errcode, errmsg } = error;
  if (errcode === undefined || error.retryable) return new AppError('WECHAT_BUSY');
  const said = error.refusesApp ? refusalMessage(error) : explanationOf(error) ?? { key: 'wechatRefused', params: { errcode, errmsg } };
  return new AppError('WECHAT_ERROR', said, { data: { errcode, errmsg } });
}
