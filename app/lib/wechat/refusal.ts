import { AppError } from '../errors';
import { render, type Message, type Param } from '../language/message';
import { explanationOf } from './explanation';
import type { WechatError } from './error';

/** What is wrong, and what to do about it. */
interface Reason {
  what: Message;
  todo: Message;
}

const SECRET_WRONG: Reason = { what: { key: 'secretWrong' }, todo: { key: 'secretWrongTodo' } };
const REASONS: Record<number, (address: Param) => Reason> = {
  40001: () => SECRET_WRONG,
  40013: () => ({ what: { key: 'appidWrong' }, todo: { key: 'appidWrongTodo' } }),
  40125: () => SECRET_WRONG,
  40164: address => ({ what: { key: 'addressNotListed', params: { address } }, todo: { key: 'addressNotListedTodo' } }),
  40243: () => ({ what: { key: 'secretFrozen' }, todo: { key: 'secretFrozenTodo' } }),
  89501: address => ({ what: { key: 'addressWaits', params: { address } }, todo: { key: 'approveTodo' } }),
  89503: address => ({ what: { key: 'addressNotApproved', params: { address } }, todo: { key: 'approveTodo' } }),
  89506: address => ({ what: { key: 'addressTurnedDownTwice', params: { address } }, todo: { key: 'approveNextDayTodo' } }),
  89507: address => ({ what: { key: 'addressTurnedDown', params: { address } }, todo: { key: 'approveNextHourTodo' } }),
};
/** Errcodes that concern the caller's address, not the AppID or the AppSecret. */
const OF_ADDRESS = new Set([40164, 89501, 89503, 89506, 89507]);

type Refusal = Pick<WechatError, 'appid' | 'errcode' | 'errmsg'>;

/**
 * A sentence for the person who can mend WeChat's refusal of an app: the reason, the refused address, what to do, the
 * errcode.
 */
export function explainRefusal(refusal: Refusal): string {
  return render(refusalMessage(refusal), 'en');
}

/**
 * Why WeChat refuses a call with AppID and AppSecret, or any call from this address.
 * @return undefined when the error concerns neither the app nor the address; `ofAddress` when it concerns the address
 */
export function readRefusal(refusal: Refusal): { what: Message; advice: Message; ofAddress: boolean } | undefined {
  const reason = reasonOf(refusal);
  return reason && { what: reason.what, advice: reason.todo, ofAddress: OF_ADDRESS.has(refusal.errcode ?? 0) };
}

function refusalMessage(refusal: Refusal): Message {
  const { appid, errcode = 0, errmsg } = refusal;
  const known = reasonOf(refusal);
  const reason: Param = known ? { key: 'whatAndTodo', params: { what: known.what, todo: known.todo } } : errmsg;
  return appid === undefined ? { key: 'appRefused', params: { reason, errcode } } : { key: 'namedAppRefused', params: { appid, reason, errcode } };
}

function reasonOf({ errcode = 0, errmsg }: Refusal): Reason | undefined {
  return REASONS[errcode]?.(refusedAddress(errmsg) ?? { key: 'thisServersAddress' });
}

/** Finds the address in WeChat's words: `invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist`. */
export function refusedAddress(errmsg: string): string | undefined {
  return /\b\d{1,3}(?:\.\d{1,3}){3}\b/.exec(errmsg)?.[0] ?? /\bip(?:v6)? ([0-9a-f:]*:[0-9a-f:]+)/i.exec(errmsg)?.[1];
}

/** The error for a caller whose call WeChat refused or did not answer. */
export function toAppError(error: WechatError): AppError {
  const { errcode, errmsg } = error;
  if (errcode === undefined || error.retryable) return new AppError('WECHAT_BUSY');
  const said = error.refusesApp ? refusalMessage(error) : explanationOf(error) ?? { key: 'wechatRefused', params: { errcode, errmsg } };
  return new AppError('WECHAT_ERROR', said, { data: { errcode, errmsg } });
}
