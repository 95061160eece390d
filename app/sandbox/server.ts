import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { control, CONTROL_PREFIX } from './control';
import type { Fault } from './faults';
import { answer, parseBody } from './wechat';
import { RawAnswer } from './wechat/endpoint';
import type { JsonObject, Query } from './wechat/endpoint';
import { errorMessage } from './wechat/errors';
import type { World } from './world';

const JSON_LIMIT = 1024 * 1024;
const MEDIA_LIMIT = 11 * 1024 * 1024;
const NO_BODY = Buffer.alloc(0);
const MEDIA_PATH = '/cgi-bin/media/upload';

/** The HTTP server of the sandbox: the WeChat API, and the control API below /sandbox/api. */
export function createSandboxServer(world: World): Server {
  const server = createServer((request, response) => {
    serve(world, request, response).catch(() => response.destroy());
  });
  // Longer than the pools of usual clients keep idle connections, so that none is closed under a call.
  server.keepAliveTimeout = 65_000;
  return server;
}

async function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const started = performance.now();
  // WeChat's answers tell its time.
  if (world.isShifted) response.setHeader('date', new Date(world.now()).toUTCString());
  const { path, query } = split(request.url ?? '/');
  const method = request.method ?? 'GET';
  const raw = await readBody(request, path === MEDIA_PATH ? MEDIA_LIMIT : JSON_LIMIT);
  if (path.startsWith(`${CONTROL_PREFIX}/`)) {
    const { host, origin, 'content-type': contentType, 'x-request-id': given } = request.headers;
    const requestId = typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : undefined;
    const answered = await control(world, { method, path, query, raw, host, origin, contentType, requestId });
    world.save();
    if (answered instanceof RawAnswer) send(response, answered.status, answered.contentType, answered.body, answered.headers);
    else send(response, 200, 'application/json; charset=utf-8', JSON.stringify(answered));
    return;
  }
  const at = Date.now();
  const body = parseBody(raw);
  const fault = world.faults.take(path, () => openidOf(world, query, body));
  const outcome = await meet(world, fault, path, () => answer(world, { method, path, query, headers: request.headers, raw, fault }, body));
  world.save();
  const rendered = outcome === 'none' ? undefined : render(path, outcome);
  deliver(response, fault, rendered);
  world.history.add({
    at, ms: Math.round((performance.now() - started) * 100) / 100, method, path, query, body: body ?? summary(isForm(request) ? raw.toString() : raw),
    status: rendered?.status ?? 0, answer: outcome instanceof RawAnswer ? summary(outcome.body) : outcome,
    ...fault ? { fault: fault.id } : {},
  }, { body: raw.length, answer: rendered?.body.length ?? 0 });
}

function deliver(response: ServerResponse, fault: Fault | undefined, answered: RawAnswer | undefined): void {
  if (fault?.reset) response.destroy();
  // A call that hangs is left as it is: its caller gives up, or close() ends the connection.
  if (!answered || fault?.reset || fault?.hang) return;
  if (fault?.truncate) sendHalf(response, answered.status, answered.contentType, answered.body);
  else send(response, answered.status, answered.contentType, answered.body, answered.headers);
}

/** The answer as the fault leaves it: `none` when the connection is to break before anything took effect. */
async function meet(
  world: World, fault: Fault | undefined, path: string, effect: () => Promise<object>,
): Promise<object | 'none'> {
  if (!fault) return effect();
  if (fault.delayMs) await world.pauses.wait(fault.delayMs);
  if (fault.reset === 'before' || fault.hang === true || fault.hang === 'before') return 'none';
  if (fault.errcode !== undefined) return refusal(path, fault.errcode, fault.errmsg);
  if (fault.status === undefined && fault.body === undefined) return effect();
  return new RawAnswer(fault.status ?? 200, fault.contentType ?? 'application/json; encoding=utf-8', fault.body ?? '');
}

function refusal(path: string, errcode: number, errmsg = errorMessage(errcode)): object {
  if (path.startsWith('/v4/')) return { ActionStatus: 'FAIL', ErrorInfo: errmsg, ErrorCode: errcode };
  return { errcode, errmsg };
}

function split(url: string): { path: string; query: Query } {
  const mark = url.indexOf('?');
  if (mark < 0) return { path: url, query: {} };
  return { path: url.slice(0, mark), query: Object.fromEntries(new URLSearchParams(url.slice(mark + 1))) };
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'too large'> {
  // Most calls are GETs: iterating over nothing would cost them more than all the rest.
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) return NO_BODY;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  if (size > limit) return 'too large';
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

function isForm({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
}

function openidOf(world: World, query: Query, body: JsonObject | undefined): string | undefined {
  const named = query.openid ?? body?.touser ?? body?.openid;
  if (typeof named === 'string') return named;
  return world.codes.peek(query.js_code ?? query.code ?? String(body?.code ?? ''))?.openid;
}

function render(path: string, outcome: object): RawAnswer {
  if (outcome instanceof RawAnswer) return outcome;
  // The real /sns calls label their JSON as text.
  const contentType = path.startsWith('/sns/') ? 'text/plain' : 'application/json; encoding=utf-8';
  return new RawAnswer(200, contentType, JSON.stringify(outcome));
}

function send(response: ServerResponse, status: number, contentType: string, body: string | Buffer, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function sendHalf(response: ServerResponse, status: number, contentType: string, body: string | Buffer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-type': contentType, 'content-length': bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

function summary(body: Buffer | string): unknown {
  if (body.length === 0) return null;
  return typeof body === 'string' && body.length <= 1_000 ? body : { omitted: true, bytes: body.length };
}
