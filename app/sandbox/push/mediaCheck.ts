import { hash } from 'node:crypto';
import { originalId } from '../random';
import type { SandboxApp, World } from '../world';
import { deliverPush } from './deliver';

/** What is to be told of a check. */
interface Check { traceId: string; url: string; version: 1 | 2 }

const OK = 0;

/**
 * Tells the application what became of an image or a sound that it has had checked. The sender is the platform.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_mediacheckasync.html
 */
export async function pushMediaCheck(world: World, app: SandboxApp, { traceId, url, version }: Check): Promise<void> {
  const { suggest, label, errcode = OK } = world.verdicts.of(url);
  const head = {
    ToUserName: originalId(app.appid), FromUserName: `o${hash('sha256', app.appid).slice(0, 27)}`,
    CreateTime: Math.floor(Date.now() / 1000), MsgType: 'event', Event: 'wxa_media_check', appid: app.appid, trace_id: traceId,
  };
  await deliverPush(world, app, version === 1
    // As an unsigned number of 32 bits.
    ? { ...head, isrisky: suggest === 'risky' ? 1 : 0, extra_info_json: '', status_code: errcode >>> 0 }
    : {
      ...head, version: 2, detail: errcode === OK ? [{ strategy: 'content_model', errcode, suggest, label, prob: 90 }] : [],
      errcode, errmsg: errcode === OK ? 'ok' : 'download failed', ...errcode === OK ? { result: { suggest, label } } : {},
    });
}
