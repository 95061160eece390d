import { hash } from 'node:crypto';
import { safeEqual } from '../wechat/push/signature';

/** How far `RequestTime` may be from now, in milliseconds. */
export const IM_SIGN_TOLERANCE = 60_000;

export interface ImSignOptions {
  /** The authentication token set in the IM console. */
  token: string;
  /** `Sign` of the query: 64 hex digits in lower case. */
  sign: string;
  /** `RequestTime` of the query, exactly as received: Unix time in seconds. */
  requestTime: string;
  /** The time to compare with, in milliseconds like `Date.now()`. */
  now: number;
}

/**
 * Checks that an IM callback comes from Tencent Cloud: `Sign = sha256hex(token + RequestTime)`, not more than 60 s from
 * now. Never throws.
 * @return `forged` when the signature does not fit, `stale` when only the time does not
 * @see https://trtc.io/document/34354
 */
export function verifyImSign({ token, sign, requestTime, now }: ImSignOptions): 'ok' | 'forged' | 'stale' {
  // Anybody could compute the signature of an empty token.
  if (!token || typeof requestTime !== 'string' || !/^\d{1,12}$/.test(requestTime)) return 'forged';
  if (!safeEqual(sign, hash('sha256', token + requestTime))) return 'forged';
  return Math.abs(now - Number(requestTime) * 1000) <= IM_SIGN_TOLERANCE ? 'ok' : 'stale';
}
