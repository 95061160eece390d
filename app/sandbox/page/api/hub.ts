import { record } from '../stores/ownCalls';
import { language } from '../i18n';
import { Refusal } from './refusal';

interface Envelope { code: number; data: unknown; message: string; error?: string }

/**
 * A call of the server, as the mini-program on the phone makes it; it stands in the list of calls.
 * @param openid who calls
 * @returns `data` of the envelope
 * @throws Refusal
 */
export async function request<T>(openid: string, method: 'GET' | 'POST', path: string, body?: object, token?: string): Promise<T> {
  const at = Date.now();
  const started = performance.now();
  let status = 0;
  let answer: Envelope | undefined;
  try {
    const headers: Record<string, string> = { 'accept-language': language.value };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(30_000), credentials: 'omit' });
    status = response.status;
    answer = await response.json() as Envelope;
  } catch {
    answer = undefined;
  }
  record({ at, ms: performance.now() - started, method, path, body, status, answer, openid });
  if (!answer) throw new Refusal('UNREACHABLE');
  if (answer.code !== 1) throw new Refusal(answer.error ?? 'INTERNAL', answer.message);
  return answer.data as T;
}
