import type { WechatClient } from '../wechat/client';
import { WechatError } from '../wechat/error';
import { no, ok, warn, type Check } from './check';

const NTP = 'set this machine\'s clock right (NTP)';
/** Beyond it is warned: the Date of an answer has whole seconds. */
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
    return warn(name, `not compared: ${error.errmsg}`, 'see the line about the secret');
  }
  if (offset === undefined) return warn(name, 'the answer of WECHAT_API_BASE has no Date', 'let the proxy pass it on');
  const detail = `this machine is ${(Math.abs(offset) / 1000).toFixed(0)} s ${offset > 0 ? 'behind' : 'ahead of'} WeChat's`;
  if (toleranceSeconds > 0 && Math.abs(offset) > toleranceSeconds * 1000) return no(name, `${detail}: every push is refused as too old, or of the future`, NTP);
  return Math.abs(offset) > WARNING_MS ? warn(name, detail, NTP) : ok(name, detail);
}
