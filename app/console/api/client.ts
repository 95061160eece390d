import { language } from '../i18n';
import type { Answer, Body, Method, PathsOf } from './types';

/** A refusal of the server, in words, with the id under which its log has it. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, message: string, readonly requestId: string, readonly data: unknown = null, readonly retryAfter = 0) {
    super(message);
    this.name = 'ApiError';
  }
}

type Query = Record<string, string | number | boolean | null | undefined>;
interface Options { query?: Query; body?: unknown; signal?: AbortSignal; params?: Record<string, string> }

const TIMEOUT_MS = 30_000;
const UPLOAD_TIMEOUT_MS = 120_000;
let csrfToken = '';
let onSignedOut: () => void = () => undefined;

/** The token that goes with every change; it comes with the session. */
export function useCsrfToken(token: string): void {
  csrfToken = token;
}

/** Who is told that the session is over. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** The address of a call: `{id}` filled in, empty filters left out. */
export function address(path: string, { params = {}, query = {} }: Options = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(params[name]));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== '' && value !== null && value !== undefined) search.set(name, String(value));
  return search.size > 0 ? `${filled}?${search.toString()}` : filled;
}

/**
 * One call of the console's interface.
 * @returns `data` of the envelope
 * @throws ApiError with a sentence for the person; UNAUTHENTICATED also leads to the sign-in page
 */
export async function call<M extends Method, P extends PathsOf<M>>(method: M, path: P, options: Options & { body?: Body<M, P> } = {}): Promise<Answer<M, P>> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const headers: Record<string, string> = { 'accept-language': language() };
  if (method !== 'get') headers['x-csrf-token'] = csrfToken;
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(address(path, options), {
      method: method.toUpperCase(),
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal ? AbortSignal.any([options.signal, limit]) : limit,
      credentials: 'same-origin',
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, 'UNREACHABLE', '', '');
  }
  return await read(response) as Answer<M, P>;
}

/** What an answer says: its data, or its refusal as an error. */
export async function read(response: Response): Promise<unknown> {
  const answer = await response.json().catch(() => null) as { code: number; data: unknown; message: string; error?: string; requestId: string } | null;
  if (answer?.code === 1) return answer.data;
  const error = new ApiError(response.status, answer?.error ?? 'INTERNAL', answer?.message ?? '', answer?.requestId ?? response.headers.get('x-request-id') ?? '', answer?.data, Number(response.headers.get('retry-after')));
  if (error.status === 401) onSignedOut();
  throw error;
}

/**
 * Uploads a file beside the fields that go with it.
 * @returns `data` of the envelope
 */
export async function upload<P extends PathsOf<'post'>>(path: P, fields: Record<string, string>, name: string, file: Blob): Promise<Answer<'post', P>> {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  form.append(name, file);
  let response: Response;
  try {
    response = await fetch(path, { method: 'POST', headers: { 'x-csrf-token': csrfToken, 'accept-language': language() }, body: form, signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS) });
  } catch {
    throw new ApiError(0, 'UNREACHABLE', '', '');
  }
  return await read(response) as Answer<'post', P>;
}
