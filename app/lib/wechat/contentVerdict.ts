import type { PushRecord, PushValue } from './push/message';

/** From harmless to harmful. */
export const SUGGESTIONS = ['pass', 'review', 'risky'] as const;
export type Suggestion = (typeof SUGGESTIONS)[number];

/** WeChat's opinion of a text, an image or a sound. */
export interface Verdict {
  suggest: Suggestion;
  /**
   * 100 normal, 10001 advertisement, 20001 politics, 20002 pornography, 20003 abuse, 20006 crime, 20008 fraud, 20012
   * vulgarity, 20013 copyright, 21000 other
   */
  label: number;
}

/** The result for an image or a sound, as a push brings it. */
export interface MediaVerdict {
  traceId: string;
  /** `failed`: it could not be checked, most often because WeChat could not download it. */
  state: Suggestion | 'failed';
  label?: number;
}

/** The labels of harmless content, and of harmful content without a label of its own. */
const NORMAL = 100;
const OTHER = 21000;

/**
 * Reads `{suggest, label}` of an answer or a push. An unknown suggestion counts as `review`.
 * @return undefined when it holds none
 */
export function readVerdict(result: unknown): Verdict | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  const { suggest, label } = result as { suggest?: unknown; label?: unknown };
  if (typeof suggest !== 'string' || suggest === '') return undefined;
  const known = SUGGESTIONS.find(name => name === suggest) ?? 'review';
  const number = Number(label ?? NaN);
  return { suggest: known, label: Number.isSafeInteger(number) ? number : known === 'pass' ? NORMAL : OTHER };
}

/** The verdict on a whole whose parts were checked one by one: the worst. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  const { suggest, label } = verdicts.reduce((a, b) => (SUGGESTIONS.indexOf(b.suggest) > SUGGESTIONS.indexOf(a.suggest) ? b : a));
  return { suggest, label };
}

/**
 * Reads the push wxa_media_check, whose versions 1 and 2 differ; it has numbers as texts.
 * @return undefined when it names no check, or has no result
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_mediacheckasync.html
 */
export function readMediaVerdict(push: PushRecord): MediaVerdict | undefined {
  const traceId = text(push.trace_id) || text(push.traceId);
  if (!/^[\w.-]{1,128}$/.test(traceId)) return undefined;
  const errcode = text(push.errcode) || text(push.status_code);
  if (errcode !== '' && Number(errcode) !== 0) return { traceId, state: 'failed' };
  const verdict = readVerdict(push.result);
  if (verdict) return { traceId, state: verdict.suggest, label: verdict.label };
  // Version 1 has no further fields.
  const risky = text(push.isrisky);
  if (risky === '') return undefined;
  return { traceId, state: risky === '0' ? 'pass' : 'risky' };
}

function text(value: PushValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
