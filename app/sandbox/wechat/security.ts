import { randomBytes } from 'node:crypto';
import type { Account } from '../people';
import { pushMediaCheck } from '../push/mediaCheck';
import { text } from './endpoint';
import type { AppCall, Endpoint } from './endpoint';
import { OK, refuse } from './errors';

const CONTENT_LIMIT = 2_500;
/** Who was last seen before that cannot be checked. */
const SEEN = 2 * 3_600_000;
const AUDIO = 1;
const IMAGE = 2;

/**
 * Whether a text is harmless. errcode is 0 for risky texts, too: `suggest` decides. 40003 unknown openid, 43104 another
 * app's, 61010 not seen for two hours, 40129 scene, 44004 no content, 45002 more than 2,500 characters, 44991 and 45009 too
 * many.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_msgseccheck.html
 */
function checkText(call: AppCall): object {
  const { world, body } = call;
  checkScene(body.scene);
  if (Number(body.version) !== 2) refuse(40097, 'version');
  checkPerson(call);
  const content = text(body.content);
  if (content === '') refuse(44004);
  if ([...content].length > CONTENT_LIMIT) refuse(45002);
  const { suggest, label } = world.verdicts.of(content, text(body.title), text(body.nickname));
  return { ...OK, trace_id: randomTraceId(), result: { suggest, label }, detail: [{ strategy: 'content_model', errcode: 0, suggest, label, prob: 90 }] };
}

/**
 * Has an image or a sound checked: the result is pushed. 40004 media_type, 47001 media_url; else as checkText.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_mediacheckasync.html
 */
async function checkMedia(call: AppCall): Promise<object> {
  const { world, app, body } = call;
  checkScene(body.scene);
  const version = Number(body.version ?? 1);
  if (version !== 1 && version !== 2) refuse(40097, 'version');
  if (body.media_type !== AUDIO && body.media_type !== IMAGE) refuse(40004);
  const url = text(body.media_url);
  if (!/^https?:\/\/\S+$/.test(url)) refuse(47001, 'media_url');
  checkPerson(call);
  const trace_id = randomTraceId();
  const { mediaCheckPush, mediaCheckMs, mediaCheckVersion } = world.settings;
  const push = () => pushMediaCheck(world, app, { traceId: trace_id, url, version: mediaCheckVersion });
  if (mediaCheckPush === 'before') await push();
  else if (mediaCheckPush === 'after') void world.pauses.wait(mediaCheckMs).then(() => (world.pauses.closed ? undefined : push()));
  return { ...OK, trace_id };
}

function checkScene(scene: unknown): void {
  if (![1, 2, 3, 4].includes(Number(scene))) refuse(40129);
}

function checkPerson({ world, app, body }: AppCall): Account {
  const openid = text(body.openid);
  const account = world.people.find(app.appid, openid);
  if (!account) return refuse(world.people.findAnywhere(world.apps.keys(), openid).length > 0 ? 43104 : 40003);
  const seen = Math.max(account.sessionKeyAt, account.contactAt, account.seenAt);
  if (world.now() - seen > SEEN) refuse(61010);
  return account;
}

function randomTraceId(): string {
  const hex = randomBytes(12).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 16)}-${hex.slice(16)}`;
}

export const securityEndpoints: Endpoint[] = [
  { method: 'POST', path: '/wxa/msg_sec_check', auth: 'access_token', kind: 'miniprogram', body: 'json', handle: checkText },
  { method: 'POST', path: '/wxa/media_check_async', auth: 'access_token', kind: 'miniprogram', body: 'json', handle: checkMedia },
];
