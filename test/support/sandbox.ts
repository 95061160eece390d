import assert from 'node:assert/strict';
import type { Envelope } from './client';

/** The control API by which a test plays WeChat: see docs/sandbox.md. */
export class SandboxClient {
  constructor(readonly url: string) {}

  async call<T = Record<string, string>>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/sandbox/api${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = await response.json() as Envelope<T>;
    assert.equal(answer.code, 1, `${method} ${path}: ${answer.message}`);
    return answer.data;
  }

  post<T = Record<string, string>>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>('POST', path, body);
  }

  /** As after a start. WeChat's own pushes are off: they would come while a test counts, or into the next one. */
  async reset(): Promise<void> {
    await this.post('/reset', { keepTokens: true });
    await this.post('/settings', { subscribeSentEvent: false, templateSentEvent: false, mediaCheckPush: 'never' });
  }

  /** How often the server has called a path of WeChat. */
  async count(path: string): Promise<number> {
    const { count } = await this.call<{ count: number }>('GET', `/calls/count?path=${encodeURIComponent(path)}`);
    return count;
  }
}
