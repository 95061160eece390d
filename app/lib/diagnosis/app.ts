import { callQuota, checkCallback, PHONE_PACKS, phonePack } from '../wechat/endpoints/diagnosis';
import { stableToken } from '../wechat/endpoints/token';
import { WechatError } from '../wechat/error';
import { readRefusal } from '../wechat/refusal';
import { no, ok, warn, type Check } from './check';
import { failureOf } from './failure';
import { diagnoseLastPush, PUSH_MODES, type PushFacts } from './push';
import type { Message } from '../language/message';
import type { WechatApp } from '../wechat/apps';
import type { WechatClient } from '../wechat/client';

/** The calls that this server makes most: their daily quota is asked for. */
const PATHS = {
  miniprogram: ['/cgi-bin/message/custom/send', '/cgi-bin/message/subscribe/send', '/wxa/business/getuserphonenumber', '/wxa/getwxacodeunlimit', '/wxa/msg_sec_check'],
  official: ['/cgi-bin/message/custom/send', '/cgi-bin/message/template/send', '/cgi-bin/user/get', '/cgi-bin/user/info/batchget', '/cgi-bin/tags/members/batchtagging'],
};
/** A rest below this share of a quota or a pack is warned of. */
const LITTLE = 0.1;
const NO_PUSH_ADDRESS = 40201;
/** The errcodes for a path without a quota, or one whose quota WeChat does not tell this app. */
const NO_QUOTA = new Set([76021, 76022]);

const PACKS = [['quick', { key: 'packQuick' }], ['real-time', { key: 'packRealTime' }]] as const;
const PUSH_PATHS = { miniprogram: '/message/check', official: '/official/callback' };

/**
 * Checks what an app needs to work: its AppSecret, the IP whitelist, the message push, what is left of quotas and phone
 * packs. The secret is tried at WeChat itself, in a way that invalidates no token. It never throws for an answer of
 * WeChat.
 * @param facts what is known of its pushes; the push is not checked when left out
 */
export async function diagnoseApp(app: WechatApp, client: WechatClient, facts?: PushFacts): Promise<Check[]> {
  const pushes = [pushSettings(app), ...(facts ? [diagnoseLastPush(app, facts)] : [])];
  let accessToken: string;
  try {
    ({ accessToken } = await stableToken(client, app));
  } catch (error) {
    if (!(error instanceof WechatError)) throw error;
    const unasked = warn('push address, quota', { key: 'notAskedWithoutToken' }, { key: 'mendLineAbove' });
    return [...noToken(error), ...pushes, unasked];
  }
  const asked = [pushAddress(app, client, accessToken), quota(app, client, accessToken)];
  if (app.kind === 'miniprogram') asked.push(phonePacks(client, accessToken));
  return [
    ok('secret', { key: 'secretTaken' }),
    ok('ip whitelist', { key: 'addressTaken' }),
    ...pushes,
    ...await Promise.all(asked),
  ];
}

function noToken(error: WechatError): Check[] {
  const refusal = readRefusal(error);
  if (refusal?.ofAddress) {
    return [
      warn('secret', { key: 'secretAfterAddress', params: { numbers: numbers(error) } }, { key: 'mendWhitelist' }),
      no('ip whitelist', withNumbers(refusal.what, error), refusal.advice),
    ];
  }
  if (refusal) return [no('secret', withNumbers(refusal.what, error), refusal.advice)];
  const { errcode, errmsg } = error;
  if (errcode !== undefined) return [no('secret', { key: 'noAccessToken', params: { errcode, errmsg } }, { key: 'seeErrcode' })];
  return [no('secret', { key: 'notTried', params: { reason: failureOf(error, 'wechat') } }, { key: 'reachWechat' })];
}

/** The number by which WeChat's support, and POST /api/server/diagnosis/rid, find the refusal. */
function numbers({ errcode, rid }: WechatError): string {
  return rid === undefined ? String(errcode) : `${errcode}, rid ${rid}`;
}

function withNumbers(what: Message, error: WechatError): Message {
  return { key: 'whatAndNumbers', params: { what, numbers: numbers(error) } };
}

/** Checks the message push by what is known here. */
function pushSettings({ token, pushMode, crypt }: WechatApp): Check {
  if (!token) return warn('push', { key: 'pushWithoutToken' }, { key: 'pushWithoutTokenTodo' });
  if (pushMode === 'plain') return warn('push', { key: 'pushIsPlain' }, { key: 'pushIsPlainTodo' });
  return ok('push', { key: crypt ? 'pushHasKey' : 'pushHasToken', params: { mode: PUSH_MODES[pushMode] } });
}

/** Asks WeChat how it reaches the push address. */
async function pushAddress({ appid, kind }: WechatApp, client: WechatClient, accessToken: string): Promise<Check> {
  const name = 'push address';
  const path = `${PUSH_PATHS[kind]}/${appid}`;
  try {
    const { addresses, pings } = await checkCallback(client, accessToken);
    if (addresses.length === 0) return no(name, { key: 'pushHostUnknown' }, { key: 'pushHostTodo', params: { path } });
    const lost = pings.filter(({ lossPercent }) => lossPercent >= 100);
    if (pings.length > 0 && lost.length === pings.length) {
      return warn(name, { key: 'pushPingsLost', params: { addresses: addresses.join(', ') } }, { key: 'pushPingsTodo' });
    }
    return ok(name, { key: 'pushReached', params: { addresses: addresses.join(', ') } });
  } catch (error) {
    if (error instanceof WechatError && error.errcode === NO_PUSH_ADDRESS) return warn(name, { key: 'pushAddressMissing' }, { key: 'pushAddressTodo', params: { path } });
    return untold(name, error);
  }
}

async function quota({ kind }: WechatApp, client: WechatClient, accessToken: string): Promise<Check> {
  const name = 'quota';
  try {
    const asked = await Promise.all(PATHS[kind].map(async path => ({ path, quota: await callQuota(client, accessToken, path).catch(unlessNoQuota) })));
    const known = asked.flatMap(({ path, quota: told }) => (told && told.dailyLimit > 0 ? [{ path, ...told }] : []));
    if (known.length === 0) return ok(name, { key: 'noDailyLimit' });
    const detail = known.map(({ path, used, dailyLimit }): Message => ({ key: 'quotaOfPath', params: { path, used, limit: dailyLimit } }));
    if (known.some(({ remain }) => remain <= 0)) return no(name, detail, { key: 'quotaOver' });
    if (known.some(({ remain, dailyLimit }) => remain < dailyLimit * LITTLE)) return warn(name, detail, { key: 'quotaLow' });
    return ok(name, detail);
  } catch (error) {
    return untold(name, error);
  }
}

function unlessNoQuota(error: unknown): undefined {
  if (!(error instanceof WechatError) || !NO_QUOTA.has(error.errcode ?? 0)) throw error;
}

async function phonePacks(client: WechatClient, accessToken: string): Promise<Check> {
  const name = 'phone packs';
  const buy: Message = { key: 'buyPack' };
  try {
    const packs = await Promise.all(PACKS.map(async ([kind, label]) => ({ label, ...await phonePack(client, accessToken, PHONE_PACKS[kind]) })));
    const bought = packs.filter(({ all }) => all > 0);
    if (bought.length === 0) return warn(name, { key: 'noPhonePack' }, { key: 'buyPackIfNeeded' });
    const detail = bought.map(({ label, all, used }): Message => ({ key: 'packOfKind', params: { label, left: all - used, all } }));
    if (bought.some(({ all, used }) => used >= all)) return no(name, detail, buy);
    if (bought.some(({ all, used }) => all - used < all * LITTLE)) return warn(name, detail, buy);
    return ok(name, detail);
  } catch (error) {
    return untold(name, error);
  }
}

/** WeChat has refused a question of the diagnosis itself. */
function untold(name: string, error: unknown): Check {
  if (!(error instanceof WechatError)) throw error;
  const refusal = readRefusal(error);
  if (refusal?.ofAddress) return no(name, withNumbers(refusal.what, error), refusal.advice);
  const said = error.errcode === undefined ? failureOf(error, 'wechat') : `${error.errcode} ${error.errmsg}`;
  return warn(name, { key: 'wechatDoesNotTell', params: { said } }, { key: 'lookInWechat' });
}
