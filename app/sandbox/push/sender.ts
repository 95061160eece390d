import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { ClientRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

const ANSWER_LIMIT = 1024 * 1024;

/** What came back; `status` 0 with `error` when nothing did. */
export interface PushAnswer { status: number; body: string; ms: number; error?: string }

/** Calls the application over connections of its own, which close() ends. */
export class PushSender {
  private readonly http = new HttpAgent({ keepAlive: true, maxSockets: 256 });
  private readonly https = new HttpsAgent({ keepAlive: true, maxSockets: 256 });
  private readonly underWay = new Set<ClientRequest>();

  /** Sends once. Never throws: a refused, broken or late answer has status 0. */
  post(url: string, body: string, contentType: string, timeoutMs: number): Promise<PushAnswer> {
    return this.send(url, timeoutMs, { body, contentType });
  }

  /** As post(), without a body. */
  get(url: string, timeoutMs: number): Promise<PushAnswer> {
    return this.send(url, timeoutMs);
  }

  close(): void {
    for (const outgoing of this.underWay) outgoing.destroy(new Error('closed'));
    this.http.destroy();
    this.https.destroy();
  }

  private send(url: string, timeoutMs: number, content?: { body: string; contentType: string }): Promise<PushAnswer> {
    const started = performance.now();
    const secure = url.startsWith('https:');
    const options = {
      method: content ? 'POST' : 'GET',
      agent: secure ? this.https : this.http,
      headers: {
        ...content ? { 'content-type': content.contentType, 'content-length': Buffer.byteLength(content.body) } : {},
        'user-agent': 'Mozilla/4.0', accept: '*/*',
      },
    };
    return new Promise(resolve => {
      const outgoing = (secure ? httpsRequest : httpRequest)(url, options);
      let timer: NodeJS.Timeout | undefined;
      const finish = (status: number, text: string, error?: string) => {
        clearTimeout(timer);
        this.underWay.delete(outgoing);
        resolve({ status, body: text, ms: Math.round(performance.now() - started), ...error === undefined ? {} : { error } });
      };
      timer = setTimeout(() => outgoing.destroy(new Error('timeout')), timeoutMs);
      this.underWay.add(outgoing);
      outgoing.on('error', (error: NodeJS.ErrnoException) => finish(0, '', error.code ?? error.message));
      outgoing.on('response', incoming => {
        readText(incoming).then(
          text => finish(incoming.statusCode ?? 0, text),
          (error: NodeJS.ErrnoException) => finish(0, '', error.code ?? error.message));
      });
      outgoing.end(content?.body);
    });
  }
}

async function readText(incoming: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size <= ANSWER_LIMIT) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
