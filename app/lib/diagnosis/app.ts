import { callQuota, checkCallback, PHONE_PACKS, phonePack } from '../wechat/endpoints/diagnosis';
import { stableToken } from '../wechat/endpoints/token';
import { WechatError } from '../wechat/error';
import { readRefusal } from '../wechat/refusal';
import { no, ok, warn, type Check } from './check';
import { diagnoseLastPush, type PushFacts } from './push';
import type { WechatApp } from '../wechat/apps';
import type { WechatClient } from '../wechat/client';

/** Whose daily quota is asked for: what this server calls most. */
const PATHS = {
  miniprogram: ['/cgi-bin/message/custom/send', '/cgi-bin/message/subscribe/send', '/wxa/business/getuserphonenumber', '/wxa/getwxacodeunlimit', '/wxa/msg_sec_check'],
  official: ['/cgi-bin/message/custom/send', '/cgi-bin/message/template/send', '/cgi-bin/user/get', '/cgi-bin/user/info/batchget', '/cgi-bin/tags/members/batchtagging'],
};
/** Less than this share of a quota or a pack is warned of. */
const LITTLE = 0.1;
const NO_PUSH_ADDRESS = 40201;
/** WeChat knows no quota of this path, or does not tell it to this app. */
const NO_QUOTA = new Set([76021, 76022]);

const PUSH_PATHS = { miniprogram: '/message/check', official: '/official/callback' };

/**
 * What stands between an app and its working: its AppSecret, the IP whitelist, the message push, what is left of quotas
 * and phone packs. The secret is tried at WeChat itself, which invalidates no token. Never throws for what WeChat says.
 * @param facts what is known of its pushes; nothing is said of them when left out
 */
export async function diagnoseApp(app: WechatApp, client: WechatClient, facts?: PushFacts): Promise<Check[]> {
  const pushes = [pushSettings(app), ...(facts ? [diagnoseLastPush(app, facts)] : [])];
  let accessToken: string;
  try {
    ({ accessToken } = await stableToken(client, app));
  } catch (error) {
    if (!(error instanceof WechatError)) throw error;
    const unasked = warn('push address, quota', 'WeChat cannot be asked without an access_token', 'mend the line above, then run this again');
    return [...noToken(error), ...pushes, unasked];
  }
  const asked = [pushAddress(app, client, accessToken), quota(app, client, accessToken)];
  if (app.kind === 'miniprogram') asked.push(phonePacks(client, accessToken));
  return [
    ok('secret', 'WeChat gives an access_token for it'),
    ok('ip whitelist', 'WeChat takes calls from this machine\'s address'),
    ...pushes,
    ...await Promise.all(asked),
  ];
}

function noToken(error: WechatError): Check[] {
  const refusal = readRefusal(error);
  if (refusal?.ofAddress) {
    return [
      warn('secret', `not tried: WeChat refuses the address first (${numbers(error)})`, 'mend the IP whitelist, then run this again'),
      no('ip whitelist', `${refusal.what} (${numbers(error)})`, refusal.advice),
    ];
  }
  if (refusal) return [no('secret', `${refusal.what} (${numbers(error)})`, refusal.advice)];
  if (error.errcode !== undefined) return [no('secret', `WeChat gives no access_token: ${error.errcode} ${error.errmsg}`, 'see this errcode in WeChat\'s documents')];
  return [no('secret', `not tried: ${error.errmsg}`, 'let this machine reach WeChat (HTTPS to api.weixin.qq.com), or set WECHAT_API_BASE to a proxy that does')];
}

/** By what WeChat's own support, and POST /api/server/diagnosis/rid, know the refusal. */
function numbers({ errcode, rid }: WechatError): string {
  return rid === undefined ? String(errcode) : `${errcode}, rid ${rid}`;
}

/** What is known here of the message push. */
function pushSettings({ token, pushMode, crypt }: WechatApp): Check {
  if (!token) return warn('push', 'no Token is set, so every push is refused', 'set the Token and the EncodingAESKey that WeChat\'s console shows');
  if (pushMode === 'plain') return warn('push', 'the mode is plain, in which nothing protects the body of a push', 'choose the secure mode in WeChat\'s console, and set the EncodingAESKey and the push mode here');
  return ok('push', `Token${crypt ? ' and EncodingAESKey are' : ' is'} set, the mode is ${pushMode}`);
}

/** How WeChat reaches the push address. */
async function pushAddress({ appid, kind }: WechatApp, client: WechatClient, accessToken: string): Promise<Check> {
  const name = 'push address';
  const set = `set https://<your host>${PUSH_PATHS[kind]}/${appid} in WeChat's console`;
  try {
    const { addresses, pings } = await checkCallback(client, accessToken);
    if (addresses.length === 0) return no(name, 'WeChat cannot resolve the host of the push address', `correct the DNS of that host, or ${set}`);
    const lost = pings.filter(({ lossPercent }) => lossPercent >= 100);
    if (pings.length > 0 && lost.length === pings.length) {
      return warn(name, `WeChat resolves it to ${addresses.join(', ')}, and none answers its pings`, 'see that the ports 80 and 443 are open there; a firewall that only drops pings does no harm');
    }
    return ok(name, `WeChat reaches ${addresses.join(', ')}`);
  } catch (error) {
    if (error instanceof WechatError && error.errcode === NO_PUSH_ADDRESS) return warn(name, 'none is set in WeChat\'s console (40201), so nothing is pushed', set);
    return untold(name, error);
  }
}

async function quota({ kind }: WechatApp, client: WechatClient, accessToken: string): Promise<Check> {
  const name = 'quota';
  try {
    const asked = await Promise.all(PATHS[kind].map(async path => ({ path, quota: await callQuota(client, accessToken, path).catch(unlessNoQuota) })));
    const known = asked.flatMap(({ path, quota: told }) => (told && told.dailyLimit > 0 ? [{ path, ...told }] : []));
    if (known.length === 0) return ok(name, 'WeChat tells of no daily limit');
    const detail = known.map(({ path, used, dailyLimit }) => `${path} ${used} of ${dailyLimit} today`).join('; ');
    if (known.some(({ remain }) => remain <= 0)) return no(name, detail, 'wait until midnight in Beijing, or reset the count in WeChat\'s console (10 times a month)');
    if (known.some(({ remain, dailyLimit }) => remain < dailyLimit * LITTLE)) return warn(name, detail, 'find out who calls so often: little is left of today');
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
  const buy = 'buy a pack in WeChat\'s console: without one people cannot give their phone number, and no call tells you so';
  try {
    const packs = await Promise.all(Object.entries(PHONE_PACKS).map(async ([label, id]) => ({ label, ...await phonePack(client, accessToken, id) })));
    const bought = packs.filter(({ all }) => all > 0);
    if (bought.length === 0) return warn(name, 'there is none', `unless you never ask for phone numbers, ${buy}`);
    const detail = bought.map(({ label, all, used }) => `${label} ${all - used} of ${all} left`).join('; ');
    if (bought.some(({ all, used }) => used >= all)) return no(name, detail, buy);
    if (bought.some(({ all, used }) => all - used < all * LITTLE)) return warn(name, detail, buy);
    return ok(name, detail);
  } catch (error) {
    return untold(name, error);
  }
}

/** WeChat has answered with an error what was only asked for to be told. */
function untold(name: string, error: unknown): Check {
  if (!(error instanceof WechatError)) throw error;
  const refusal = readRefusal(error);
  if (refusal?.ofAddress) return no(name, `${refusal.what} (${numbers(error)})`, refusal.advice);
  const said = error.errcode === undefined ? error.errmsg : `${error.errcode} ${error.errmsg}`;
  return warn(name, `WeChat does not tell: ${said}`, 'look it up in WeChat\'s console');
}
