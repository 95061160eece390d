import type { SandboxCall, SandboxPush } from '../api/types';
import type { OwnCall } from '../stores/ownCalls';
import { errcodeOf, isTokenRefusal, meaningOfCall, meaningOfOwn, meaningOfPush } from './meaning';
import { pretty } from './pretty';

export type Place = 'phone' | 'hub' | 'wechat';
export type Check = 'right' | 'wrong' | 'tokenRight' | 'tokenWrong';

/** One part of what can be unfolded. */
export interface Part { title: 'query' | 'request' | 'answer' | 'opened'; text: string }

/** One HTTP call, in any direction. */
export interface Entry {
  key: string;
  at: number;
  from: Place;
  to: Place;
  method: string;
  path: string;
  /** null while it is under way; 0 when nothing was answered. */
  status: number | null;
  ms: number | null;
  /** What the receiver found of the caller's signature or token. */
  check: Check | null;
  secure: boolean;
  fault: boolean;
  refused: boolean;
  /** WeChat's errcode, or the server's error; empty when there was none. */
  error: string;
  repeats: number;
  means: string;
  /** Whose call it is; null when it is nobody's in particular. */
  openid: string | null;
  parts: Part[];
}

/** A call that the mini-program made of the server. */
export function ofOwn({ id, at, ms, method, path, body, status, answer, openid }: OwnCall): Entry {
  const { code, error } = (answer ?? {}) as { code?: number; error?: string };
  return {
    key: `own-${id}`, at, from: 'phone', to: 'hub', method, path, status, ms, check: null, secure: false, fault: false, refused: code !== 1, error: error ?? '', repeats: 0,
    means: meaningOfOwn(method, path, answer), openid, parts: parts({ request: body, answer: answer ?? error }),
  };
}

/** A call that the server made of WeChat. */
export function ofCall({ id, at, ms, method, path, query, body, status, answer, fault }: SandboxCall): Entry {
  const errcode = errcodeOf(answer);
  const check = query.access_token === undefined ? null : isTokenRefusal(errcode) ? 'tokenWrong' : 'tokenRight';
  const touser = (body as { touser?: unknown } | null)?.touser;
  return {
    key: `call-${id}`, at: Date.parse(at), from: 'hub', to: 'wechat', method, path, status, ms, check, secure: false, fault: fault !== undefined, refused: errcode !== 0 || status !== 200, error: errcode === 0 ? '' : String(errcode), repeats: 0,
    means: meaningOfCall(path, answer), openid: typeof touser === 'string' ? touser : query.openid ?? null, parts: parts({ query: Object.keys(query).length > 0 ? query : undefined, request: body, answer }),
  };
}

/** A push of WeChat, all its repeats in one. */
export function ofPush(push: SandboxPush): Entry {
  const last = push.attempts.at(-1);
  const accepted = last !== undefined && last.status >= 200 && last.status < 300;
  return {
    key: `push-${push.id}`, at: Date.parse(push.at), from: 'wechat', to: 'hub', method: 'POST', path: new URL(push.url).pathname, status: push.accepted === undefined ? null : last?.status ?? 0, ms: last?.ms ?? null,
    check: last === undefined ? null : accepted ? 'right' : last.status === 403 ? 'wrong' : null, secure: push.mode === 'secure', fault: push.forged !== undefined,
    refused: push.accepted === false, error: '', repeats: Math.max(0, push.attempts.length - 1), means: meaningOfPush(push), openid: push.openid,
    parts: parts({ request: push.message, answer: last?.error ?? last?.body, opened: push.decrypted }),
  };
}

function parts(given: Partial<Record<Part['title'], unknown>>): Part[] {
  return (Object.entries(given) as Array<[Part['title'], unknown]>).filter(([, value]) => value !== undefined && value !== null && value !== '').map(([title, value]) => ({ title, text: pretty(value) }));
}
