import type { WechatClient } from '../client';

/** How often a path may be called on a day, and how many of these calls are left. */
export interface Quota {
  dailyLimit: number;
  used: number;
  remain: number;
}

/**
 * The rest of a day's calls of one path.
 * @param cgiPath such as `/cgi-bin/message/custom/send`; none below `/sns/`
 * @throws {WechatError} 76021 unknown path, 76022 not allowed for this app, 76003 a path in another form
 * @see https://developers.weixin.qq.com/doc/subscription/api/apimanage/api_getapiquota.html
 */
export async function callQuota(client: WechatClient, accessToken: string, cgiPath: string): Promise<Quota> {
  const { quota } = await client.post('/cgi-bin/openapi/quota/get', { query: { access_token: accessToken }, json: { cgi_path: cgiPath } });
  const { daily_limit, used, remain } = (quota ?? {}) as Record<string, unknown>;
  return { dailyLimit: Number(daily_limit ?? 0), used: Number(used ?? 0), remain: Number(remain ?? 0) };
}

/** WeChat's record of one call, unmasked, with every secret in it. */
export interface CallRecord {
  invokedAt: Date;
  costMs: number;
  requestUrl: string;
  requestBody: string;
  responseBody: string;
  clientIp: string;
}

/**
 * WeChat's record of one call of the app, by the `rid` at the end of its errmsg.
 * @throws {WechatError} 76001 not found, 76002 no rid, 76003 another account's, 76004 older than 7 days
 * @see https://developers.weixin.qq.com/doc/subscription/api/apimanage/api_getridinfo.html
 */
export async function callRecord(client: WechatClient, accessToken: string, rid: string): Promise<CallRecord> {
  const { request } = await client.post('/cgi-bin/openapi/rid/get', { query: { access_token: accessToken }, json: { rid } });
  const record = (request ?? {}) as Record<string, unknown>;
  const text = (name: string) => (typeof record[name] === 'string' ? record[name] as string : '');
  return {
    invokedAt: new Date(Number(record.invoke_time ?? 0) * 1000),
    costMs: Number(record.cost_in_ms ?? 0),
    requestUrl: text('request_url'),
    requestBody: text('request_body'),
    responseBody: text('response_body'),
    clientIp: text('client_ip'),
  };
}

/**
 * How WeChat reaches the push address: the addresses of its name, and how many of a hundred packets to each were lost.
 */
export interface CallbackCheck {
  addresses: string[];
  pings: Array<{ ip: string; lossPercent: number }>;
}

/**
 * Makes WeChat look up the host of the app's push address and ping it.
 * @throws {WechatError} 40201 no push address is set; 40202, 40203 of the parameters
 * @see https://developers.weixin.qq.com/doc/subscription/api/base/api_callbackcheck.html
 */
export async function checkCallback(client: WechatClient, accessToken: string): Promise<CallbackCheck> {
  const { dns, ping } = await client.post('/cgi-bin/callback/check', { query: { access_token: accessToken }, json: { action: 'all', check_operator: 'DEFAULT' } });
  return {
    addresses: records(dns).map(({ ip }) => String(ip ?? '')).filter(ip => ip !== ''),
    pings: records(ping).map(({ ip, package_loss }) => ({ ip: String(ip ?? ''), lossPercent: Number.parseFloat(String(package_loss ?? '0')) })),
  };
}

/** Calls that were bought, or given for trial, and are valid now. */
export interface PhonePack {
  all: number;
  used: number;
}

/** The two components of phone numbers: quick (`getPhoneNumber`) and real-time (`getRealtimePhoneNumber`). */
export const PHONE_PACKS = { quick: '10000077', 'real-time': '10000086' } as const;

/**
 * The rest of a mini-program's packs of phone numbers.
 * @param spuId one of PHONE_PACKS
 * @throws {WechatError} 48001 no permission
 * @see https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/charge.html
 */
export async function phonePack(client: WechatClient, accessToken: string, spuId: string): Promise<PhonePack> {
  const { effectiveAll, effectiveUse } = await client.get('/wxa/charge/usage/get', { access_token: accessToken, spuId, offset: 0, limit: 20 });
  return { all: Number(effectiveAll ?? 0), used: Number(effectiveUse ?? 0) };
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'object' && item !== null) : [];
}
