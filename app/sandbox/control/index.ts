import { randomUUID } from 'node:crypto';
import { parseWechatJson, WechatJsonError } from '../../lib/wechat/push/json';
import { RawAnswer } from '../wechat/endpoint';
import type { World } from '../world';
import { guard } from './guard';
import type { Caller } from './guard';
import { ControlError } from './route';
import { CONTROL_PREFIX, controlDocument, ROUTES } from './specs';

export { CONTROL_PREFIX };

const EXACT = new Map(ROUTES.filter(({ path }) => !path.includes(':')).map(route => [`${route.method} ${route.path}`, route]));
const WITH_PARTS = ROUTES.filter(({ path }) => path.includes(':'));

export interface ControlRequest extends Caller { path: string; query: Record<string, string>; raw: Buffer | 'too large'; requestId?: string }

let document: object | undefined;

/** Runs a control request. The answer is the envelope; every failure, crashes included, is one too. (Its own description and a picture are in none.) */
export async function control(world: World, request: ControlRequest): Promise<object> {
  const { requestId = randomUUID() } = request;
  try {
    guard(request);
    if (request.method === 'GET' && request.path === `${CONTROL_PREFIX}/openapi.json`) {
      document ??= controlDocument();
      return document;
    }
    const data = await dispatch(world, request);
    if (data instanceof RawAnswer) return data;
    return { code: 1, data, message: 'ok', requestId };
  } catch (error) {
    const { code, message } = error instanceof ControlError ? error : { code: 'INTERNAL', message: `The sandbox failed: ${String(error)}` };
    return { code: 0, data: null, message, error: code, requestId };
  }
}

function dispatch(world: World, request: ControlRequest): unknown {
  const path = request.path.slice(CONTROL_PREFIX.length);
  const exact = EXACT.get(`${request.method} ${path}`);
  if (exact) return exact.run(world, inputOf(request));
  for (const candidate of WITH_PARTS) {
    const parts = candidate.method === request.method ? match(candidate.path, path) : undefined;
    if (parts) return candidate.run(world, { ...inputOf(request), ...parts });
  }
  throw new ControlError('NOT_FOUND', `There is no ${request.method} ${request.path}.`);
}

function inputOf({ method, query, raw }: ControlRequest): object {
  if (method !== 'POST') return query;
  if (raw === 'too large') throw new ControlError('INVALID_ARGUMENT', 'The body is larger than 1 MiB.');
  if (raw.length === 0) return {};
  try {
    // Keeps a MsgId beyond 2^53 to the last digit.
    const body = parseWechatJson(raw.toString('utf8'));
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  } catch (error) {
    if (!(error instanceof WechatJsonError)) throw error;
  }
  throw new ControlError('INVALID_ARGUMENT', 'The body must be a JSON object.');
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  const names = pattern.split('/');
  const values = path.split('/');
  if (names.length !== values.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    if (name.startsWith(':')) parts[name.slice(1)] = decode(values[index]);
    else if (name !== values[index]) return undefined;
  }
  return parts;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ControlError('INVALID_ARGUMENT', 'The path is not URL-encoded text.');
  }
}
