import { WechatError } from '../error';
import { readVerdict, type Verdict } from '../contentVerdict';
import type { WechatAnswer, WechatClient } from '../client';

/** Where the content is used, by WeChat's numbers from 1. */
export const CONTENT_SCENES = ['profile', 'comment', 'forum', 'social'] as const;
export type ContentScene = (typeof CONTENT_SCENES)[number];

/** A text of a person who has used the mini-program in the last two hours. */
export interface CheckedText {
  openid: string;
  scene: ContentScene;
  /** At most 2,500 characters */
  content: string;
  title?: string;
  nickname?: string;
}

export interface CheckedMedia {
  openid: string;
  scene: ContentScene;
  /** On the public internet, for WeChat to download; at most 10 MB */
  url: string;
  type: 'image' | 'audio';
}

const VERSION = 2;
const MEDIA_TYPES = { audio: 1, image: 2 } as const;

/** The errcode by which version 1 called a text risky. */
const RISKY = 87014;
/** The label of content without another label. */
const OTHER_LABEL = 21000;

/**
 * Has WeChat check a text. `suggest` decides: errcode is 0 for risky texts, too.
 * @throws {WechatError} 40003 no openid, 43104 another app's, 61010 not seen for two hours, 44991 more than 4,000 a
 *   minute, 45009 more than 2,000,000 a day, 40129 scene
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_msgseccheck.html
 */
export async function checkText(client: WechatClient, accessToken: string, { scene, ...text }: CheckedText): Promise<Verdict & { traceId?: string }> {
  const path = '/wxa/msg_sec_check';
  try {
    const answer = await client.post(path, { query: { access_token: accessToken }, json: { ...text, version: VERSION, scene: numberOf(scene) } });
    const verdict = readVerdict(answer.result);
    if (!verdict) throw new WechatError({ path, errmsg: 'the answer holds no result', retryable: true, delivery: 'answered' });
    const traceId = traceIdOf(answer);
    return { ...verdict, ...(traceId === undefined ? {} : { traceId }) };
  } catch (error) {
    if (error instanceof WechatError && error.errcode === RISKY) return { suggest: 'risky', label: OTHER_LABEL };
    throw error;
  }
}

/**
 * Has an image or a sound checked; the result is pushed as the event wxa_media_check within 30 minutes.
 * @return the trace_id that the push will name
 * @throws {WechatError} 40004 type, 87020 too often the same, 44991 more than 2,000 a minute, 45009 more than 200,000 a day;
 *   else as checkText does
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_mediacheckasync.html
 */
export async function checkMedia(client: WechatClient, accessToken: string, { openid, scene, url, type }: CheckedMedia): Promise<string> {
  const path = '/wxa/media_check_async';
  const answer = await client.post(path, {
    query: { access_token: accessToken },
    json: { media_url: url, media_type: MEDIA_TYPES[type], version: VERSION, scene: numberOf(scene), openid },
  });
  const traceId = traceIdOf(answer);
  if (traceId === undefined) throw new WechatError({ path, errmsg: 'the answer holds no trace_id', retryable: true, delivery: 'answered' });
  return traceId;
}

function numberOf(scene: ContentScene): number {
  return CONTENT_SCENES.indexOf(scene) + 1;
}

/** Some answers spell it `traceId`. */
function traceIdOf({ trace_id, traceId = trace_id }: WechatAnswer): string | undefined {
  return typeof traceId === 'string' && /^[\w.-]{1,128}$/.test(traceId) ? traceId : undefined;
}
