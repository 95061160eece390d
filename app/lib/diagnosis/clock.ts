import type { WechatClient } from '../wechat/client';
import { WechatError } from '../wechat/error';
import { no, ok, warn, type Check } from './check';
import { failureOf } from './failure';
import type { Message } from '../language/message';

const NTP: Message = { key: 'setClock' };
/** A larger difference is warned of; the Date of an answer has whole seconds. */
const WARNING_MS = 30_000;

/**
 * Compares this machine's clock with WeChat's, by the Date of an answer.
 * @param toleranceSeconds how far the timestamp of a push may be from now; 0: any
 */
export async function diagnoseWechatClock(client: WechatClient, toleranceSeconds: number): Promise<Check> {
  const name = 'wechat clock';
  let offset: number | undefined;
  try {
    offset = await client.clockOffset();
  } catch (error) {
    if (!(error instanceof WechatError)) throw error;
    return warn(name, { key: 'clockNotCompared', params: { reason: failureOf(error, 'wechat') } }, { key: 'seeSecret' });
  }
  if (offset === undefined) return warn(name, { key: 'answerWithoutDate' }, { key: 'passDateOn' });
  const detail: Message = { key: offset > 0 ? 'behindWechat' : 'aheadOfWechat', params: { seconds: (Math.abs(offset) / 1000).toFixed(0) } };
  if (toleranceSeconds > 0 && Math.abs(offset) > toleranceSeconds * 1000) return no(name, { key: 'pushesRefusedByTime', params: { apart: detail } }, NTP);
  return Math.abs(offset) > WARNING_MS ? warn(name, detail, NTP) : ok(name, detail);
}
