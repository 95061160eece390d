import { randomInt } from 'node:crypto';
import { sha1Sorted } from '../../lib/wechat/push/signature';
import { randomId } from '../random';
import type { SandboxApp, World } from '../world';
import type { PushAnswer } from './sender';

const PATHS = { miniprogram: '/message/check', official: '/official/callback' };

/** What the handshake came to; `why` says what WeChat missed. */
export interface Handshake { url: string; verified: boolean; answered: PushAnswer; why?: string }

/** Where the pushes of an app go: the address that was entered for it, or the usual one of the server. */
export function addressOf(world: World, app: SandboxApp): string {
  const entered = world.addresses.get(app.appid);
  if (entered !== undefined) return entered;
  const base = `${world.pushTo}${PATHS[app.kind]}`;
  return world.defaultApp(app.kind) === app ? base : `${base}/${app.appid}`;
}

/** An address with parameters added to those that it has. */
export function withQuery(url: string, query: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

/**
 * Asks an address, as WeChat does when one is entered: GET with a signature; `echostr` must come back exactly.
 * https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
export async function shakeHands(world: World, app: SandboxApp, url: string): Promise<Handshake> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = String(randomInt(1_000_000_000));
  const echostr = randomId(19);
  const query = new URLSearchParams({ signature: sha1Sorted([app.token, timestamp, nonce]), echostr, timestamp, nonce });
  const answered = await world.sender.get(withQuery(url, query.toString()), world.settings.pushTimeoutMs);
  const why = problemOf(answered, echostr);
  return { url, verified: why === undefined, answered, ...why === undefined ? {} : { why } };
}

function problemOf({ status, body, error }: PushAnswer, echostr: string): string | undefined {
  if (status === 0) return `no answer: ${error ?? 'unknown'}`;
  if (status !== 200) return `status ${status}: is the Token the same on both sides?`;
  return body === echostr ? undefined : 'the answer is not echostr, and nothing else';
}
