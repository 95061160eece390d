import { Refusal } from './refusal';

const BASE = '/sandbox/api';

/**
 * A call of the sandbox's control interface: what the person does at WeChat itself.
 * @returns `data` of the envelope
 * @throws Refusal with a sentence
 */
export async function control<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<T> {
  let answer: { code: number; data: T; message: string; error?: string };
  try {
    const response = await fetch(BASE + path, {
      method, ...body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }, signal: AbortSignal.timeout(60_000),
    });
    answer = await response.json() as typeof answer;
  } catch {
    throw new Refusal('UNREACHABLE');
  }
  if (answer.code !== 1) throw new Refusal(answer.error ?? 'INTERNAL', answer.message);
  return answer.data;
}

export const get = <T>(path: string) => control<T>('GET', path);
export const post = <T = unknown>(path: string, body: object = {}) => control<T>('POST', path, body);
export const drop = (path: string) => control<unknown>('DELETE', path);
