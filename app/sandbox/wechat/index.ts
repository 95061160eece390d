import type { Fault } from '../faults';
import type { World } from '../world';
import { countCall, requireToken } from './credentials';
import { isObject, RawAnswer } from './endpoint';
import type { Endpoint, JsonObject, Query, WechatCall } from './endpoint';
import { errorMessage, refuse, WechatError } from './errors';
import { blacklistEndpoints } from './blacklist';
import { diagnosisEndpoints } from './diagnosis';
import { customMessageEndpoints } from './customMessage';
import { imEndpoints } from './im';
import { linkEndpoints } from './links';
import { mediaEndpoints } from './media';
import { menuEndpoints } from './menu';
import { oauthEndpoints } from './oauth';
import { qrcodeEndpoints } from './qrcode';
import { securityEndpoints } from './security';
import { sessionEndpoints } from './session';
import { subscribeEndpoints } from './subscribe';
import { taggedEndpoints } from './tagged';
import { tagEndpoints } from './tags';
import { templateMessageEndpoints } from './templateMessage';
import { subscriptionTemplateEndpoints } from './subscriptionTemplates';
import { tokenEndpoints } from './token';
import { userEndpoints } from './user';

/** Every call of WeChat's API, and of IM's, that the sandbox answers, by its path. */
export const ENDPOINTS = new Map([
  ...sessionEndpoints, ...oauthEndpoints, ...tokenEndpoints, ...customMessageEndpoints, ...mediaEndpoints, ...userEndpoints,
  ...menuEndpoints, ...subscribeEndpoints, ...imEndpoints, ...diagnosisEndpoints, ...tagEndpoints, ...blacklistEndpoints, ...taggedEndpoints, ...templateMessageEndpoints,
  ...subscriptionTemplateEndpoints,
  ...qrcodeEndpoints, ...linkEndpoints, ...securityEndpoints,
].map(endpoint => [endpoint.path, endpoint]));

const NOT_FOUND = frontAnswer(404, 'Not Found');
const TOO_LARGE = frontAnswer(413, 'Request Entity Too Large');

export interface WechatRequest { method: string; path: string; query: Query; headers: WechatCall['headers']; raw: Buffer | 'too large'; fault?: Fault }

/** Whether a path is one of these. */
export function isWechatPath(path: string): boolean {
  return ENDPOINTS.has(path);
}

/** The body of a call; undefined when it is no JSON object. */
export function parseBody(raw: Buffer | 'too large'): JsonObject | undefined {
  // A form begins with a dash, and is too large to be tried as JSON.
  if (raw === 'too large' || raw.length === 0 || raw[0] === 0x2d) return undefined;
  try {
    const body: unknown = JSON.parse(raw.toString('utf8'));
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Answers a call of the WeChat API: credential first, then method, then body, as the real one does. */
export async function answer(world: World, request: WechatRequest, body: JsonObject | undefined): Promise<object> {
  const endpoint = ENDPOINTS.get(request.path);
  if (!endpoint) return NOT_FOUND;
  if (request.raw === 'too large') return TOO_LARGE;
  try {
    const { method, path, query, headers, raw, fault } = request;
    const call = { world, method, path, query, headers, raw, fault, body: body ?? {}, hasJson: body !== undefined };
    if (endpoint.auth === 'im') return await endpoint.handle(call);
    if (endpoint.auth === 'access_token') {
      const app = requireToken(world, query.access_token);
      checkForm(endpoint, request, body);
      if (endpoint.kind !== undefined && endpoint.kind !== app.kind) refuse(48001);
      countCall(call, app);
      return await endpoint.handle({ ...call, app });
    }
    checkForm(endpoint, request, body);
    return await endpoint.handle(call);
  } catch (error) {
    if (error instanceof WechatError) return { errcode: error.errcode, errmsg: error.message };
    // A fault of the sandbox itself: it must not pass for a busy WeChat.
    return { errcode: -1, errmsg: errorMessage(-1, `(sandbox: ${String(error)})`) };
  }
}

/** What the proxy in front of the real API answers by itself. */
function frontAnswer(status: number, reason: string): RawAnswer {
  const title = `${status} ${reason}`;
  const lines = [
    '<html>', `<head><title>${title}</title></head>`, '<body>', `<center><h1>${title}</h1></center>`, '<hr><center>nginx</center>',
    '</body>', '</html>', '',
  ];
  return new RawAnswer(status, 'text/html', lines.join('\r\n'));
}

function checkForm(endpoint: Endpoint, { method, raw }: WechatRequest, body: JsonObject | undefined): void {
  if (method !== endpoint.method) refuse(endpoint.method === 'GET' ? 43001 : 43002);
  if (endpoint.body !== 'json') return;
  if (raw.length === 0) refuse(44002);
  if (body === undefined) refuse(47001);
}
