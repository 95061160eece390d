import { parseFlatXml } from './flatXml';
import { parsePushJson } from './json';
import { PushParseError } from './message';
import type { PushRecord } from './message';
import { parseXml } from './xml';

/**
 * Parses the body of a push, whichever of its two formats it has, into one shape: a record of
 * texts, arrays and records.
 *
 * @param text XML or JSON; the first character that is not white space decides
 * @throws PushParseError, and nothing else
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
export function parsePush(text: string): PushRecord {
  const first = typeof text === 'string' ? /^[\uFEFF\t\n\r ]*([<{])/.exec(text)?.[1] : undefined;
  if (first === '<') return parseFlatXml(text) ?? parseXml(text);
  if (first === '{') return parsePushJson(text);
  throw new PushParseError('the body is neither XML nor a JSON object');
}
